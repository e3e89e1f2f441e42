//! Sessions: log on, who is here, log off.

use super::access::Problems;
use super::caller::{COOKIE, Caller};
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageSessions, ReadSessions};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{logon, sessions};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use pforte_model::id::SessionId;
use pforte_wire::List;
use pforte_wire::session::{EndSession, LogOn, LoggedOn, Session};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(log_on, list))
        .routes(routes!(current, log_off))
        .routes(routes!(stay))
        .routes(routes!(show, end))
}

/// Logs a person on; at a station where somebody is in charge it changes the user.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = LogOn,
    responses((status = 201, body = LoggedOn), Problems))]
async fn log_on(
    caller: Caller,
    asked: Body<LogOn>,
) -> Result<(StatusCode, HeaderMap, Json<LoggedOn>), Fault> {
    let asked = asked.read()?;
    let cookie = asked.cookie;
    let mut logged_on = logon::log_on(&caller, asked).await?;
    let mut headers = HeaderMap::new();
    if cookie && let Some(token) = logged_on.token.take() {
        headers.insert(header::SET_COOKIE, set_cookie(token.expose(), None)?);
    }
    Ok((StatusCode::CREATED, headers, Json(logged_on)))
}

/// The caller's own session.
#[utoipa::path(get, path = "/sessions/current", tag = "sessions",
    responses((status = 200, body = Session), Problems))]
async fn current(State(app): State<Shared>, caller: Caller) -> Result<Json<Session>, Fault> {
    Ok(Json(app.shown(caller.person()?)))
}

/// Logs the caller off.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions",
    responses((status = 204, description = "Logged off."), Problems))]
async fn log_off(caller: Caller) -> Result<(StatusCode, HeaderMap), Fault> {
    sessions::log_off(&caller).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::SET_COOKIE, set_cookie("", Some(0))?);
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Tells that the person is still there: the idle time begins anew.
#[utoipa::path(post, path = "/sessions/current/activity", tag = "sessions",
    responses((status = 200, body = Session), Problems))]
async fn stay(State(app): State<Shared>, caller: Caller) -> Result<Json<Session>, Fault> {
    let session = caller.person()?;
    session.touch(app.clock.micros());
    Ok(Json(app.shown(session)))
}

/// Every running session.
#[utoipa::path(get, path = "/sessions", tag = "sessions",
    responses((status = 200, body = List<Session>), Problems))]
async fn list(State(app): State<Shared>, caller: Caller) -> Result<Json<List<Session>>, Fault> {
    let permit = caller.require::<ReadSessions>().await?;
    Ok(Json(sessions::list(&app, &permit)))
}

/// One running session.
#[utoipa::path(get, path = "/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = Session), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<Session>, Fault> {
    let permit = caller.require::<ReadSessions>().await?;
    sessions::show(&app, &permit, id).map(Json)
}

/// Ends somebody's session from afar.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions",
    params(("id" = String, Path), ("reason" = Option<String>, Query)),
    responses((status = 204, description = "Ended."), Problems))]
async fn end(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Parameters(asked): Parameters<EndSession>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageSessions>().await?;
    sessions::end(&app, &permit, id, asked.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn set_cookie(token: &str, max_age: Option<u32>) -> Result<HeaderValue, Fault> {
    let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    let mut value =
        HeaderValue::try_from(text).map_err(|_| Fault::new(pforte_wire::problem::Code::Internal))?;
    value.set_sensitive(true);
    Ok(value)
}
