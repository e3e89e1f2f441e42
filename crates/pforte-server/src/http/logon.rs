//! Before anybody is logged on: the working environment and the set-up.

use super::access::Problems;
use super::caller::Caller;
use super::cookie::Browser;
use super::extract::Body;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{logon, setup};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_wire::logon::{LogOnOptions, SetUp};
use pforte_wire::user::User;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(options)).routes(routes!(set_up))
}

/// What a log-on page shows: the notice, the working environment, the station.
#[utoipa::path(get, path = "/logon", tag = "sessions",
    responses((status = 200, body = LogOnOptions), Problems))]
async fn options(State(app): State<Shared>, browser: Browser) -> Result<Json<LogOnOptions>, Fault> {
    logon::options(&app, browser.station).await.map(Json)
}

/// Makes the first administrator with the set-up code.
#[utoipa::path(post, path = "/setup", tag = "setup", request_body = SetUp,
    responses((status = 201, body = User), Problems))]
async fn set_up(caller: Caller, asked: Body<SetUp>) -> Result<(StatusCode, Json<User>), Fault> {
    let asked = asked.read()?;
    let user = setup::first_administrator(&caller, asked).await?;
    Ok((StatusCode::CREATED, Json(user)))
}
