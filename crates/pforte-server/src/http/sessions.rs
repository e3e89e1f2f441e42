//! Sessions: log on, who is here, log off.

use super::access::Problems;
use super::caller::Caller;
use super::cookie::{self, OwnPage};
use super::extract::{Body, Id, Parameters};
use super::negotiate::{self, Ticket};
use super::permit::{ManageSessions, ReadSessions};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{logon, sessions, single};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use pforte_model::id::SessionId;
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::session::{EndSession, LogOn, LoggedOn, Negotiate, Session};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(log_on, list))
        .routes(routes!(log_on_by_ticket))
        .routes(routes!(current, log_off))
        .routes(routes!(stay))
        .routes(routes!(show, end))
}

/// Logs a person on; at a station where somebody is in charge it changes the user.
///
/// With `cookie` the browser gets a cookie instead of a token; that only a page of
/// the server's own may ask for.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = LogOn,
    responses((status = 201, body = LoggedOn), Problems))]
async fn log_on(
    caller: Caller,
    own: Result<OwnPage, Fault>,
    sent: HeaderMap,
    asked: Body<LogOn>,
) -> Result<(StatusCode, HeaderMap, Json<LoggedOn>), Fault> {
    let asked = asked.read()?;
    let mut headers = HeaderMap::new();
    if asked.cookie {
        // A page of another site must not log this browser on as somebody else.
        own?;
        cookie::keep_station(&mut headers, &sent, &caller)?;
    }
    let by_cookie = asked.cookie;
    let mut logged_on = logon::log_on(&caller, asked).await?;
    if by_cookie && let Some(token) = logged_on.token.take() {
        cookie::session(&mut headers, token.expose())?;
    }
    Ok((StatusCode::CREATED, headers, Json(logged_on)))
}

/// Logs a person on by the Kerberos ticket in `Authorization: Negotiate`.
///
/// Without a ticket the answer asks for one (`WWW-Authenticate: Negotiate`), as
/// browsers and other clients expect. Everything else is as at a log-on by password.
#[utoipa::path(post, path = "/sessions/negotiate", tag = "sessions", request_body = Negotiate,
    responses((status = 201, body = LoggedOn), Problems))]
async fn log_on_by_ticket(
    State(app): State<Shared>,
    caller: Caller,
    ticket: Ticket,
    sent: HeaderMap,
    asked: Body<Negotiate>,
) -> Result<Response, Fault> {
    if !single::is_offered(&app) {
        return Err(Code::SingleSignOnOff.into());
    }
    if !negotiate::is_json(&sent) {
        return Err(Fault::about(Code::BodyInvalid, "The body's kind must be application/json."));
    }
    let Some(token) = ticket.token else { return Ok(negotiate::ask()) };
    let asked = asked.read()?;
    let mut headers = HeaderMap::new();
    if asked.cookie {
        if !ticket.own_page {
            return Err(Code::CrossSite.into());
        }
        cookie::keep_station(&mut headers, &sent, &caller)?;
    }
    let (mut logged_on, answer) = single::log_on(&caller, &token).await?;
    if asked.cookie
        && let Some(token) = logged_on.token.take()
    {
        cookie::session(&mut headers, token.expose())?;
    }
    negotiate::prove(&mut headers, &answer);
    Ok((StatusCode::CREATED, headers, Json(logged_on)).into_response())
}

/// The caller's own session.
#[utoipa::path(get, path = "/sessions/current", tag = "sessions",
    responses((status = 200, body = Session), Problems))]
async fn current(State(app): State<Shared>, caller: Caller) -> Result<Json<Session>, Fault> {
    Ok(Json(app.shown_own(caller.person()?)))
}

/// Logs the caller off.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions",
    responses((status = 204, description = "Logged off."), Problems))]
async fn log_off(caller: Caller) -> Result<(StatusCode, HeaderMap), Fault> {
    sessions::log_off(&caller).await?;
    let mut headers = HeaderMap::new();
    cookie::forget(&mut headers, cookie::SESSION)?;
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Tells that the person is still there: the idle time begins anew.
#[utoipa::path(post, path = "/sessions/current/activity", tag = "sessions",
    responses((status = 200, body = Session), Problems))]
async fn stay(State(app): State<Shared>, caller: Caller) -> Result<Json<Session>, Fault> {
    let session = caller.person()?;
    session.touch(app.clock.micros());
    Ok(Json(app.shown_own(session)))
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
