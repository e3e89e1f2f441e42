//! The overview, in numbers.

use super::access::Problems;
use super::caller::Caller;
use super::permit::{ReadEvents, ReadSessions};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::overview;
use axum::Json;
use axum::extract::State;
use pforte_wire::overview::Overview;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Sessions, log-ons, stations, directories and the event log now, in numbers.
#[utoipa::path(get, path = "/overview", operation_id = "overview", tag = "overview",
    responses((status = 200, body = Overview), Problems))]
async fn show(State(app): State<Shared>, caller: Caller) -> Result<Json<Overview>, Fault> {
    let permit = caller.require_either::<ReadEvents, ReadSessions>().await?;
    Ok(Json(overview::show(&app, &permit).await))
}
