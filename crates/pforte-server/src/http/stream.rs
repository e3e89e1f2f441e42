//! Server-sent events: who is in charge, told at once, with a heartbeat.
//!
//! Each message carries the whole answer and its lease; a listener that hears
//! nothing for the lease falls back to the default user.

use super::access::Problems;
use super::caller::Caller;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::stream;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use std::convert::Infallible;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) type Events = Sse<std::pin::Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>>>;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(everything))
}

/// For a person the own session, for an application every station of its scope.
///
/// Events `session` and `in-charge` bring the answers of `/sessions/current` and
/// `/stations/{id}/session`; `ended` tells that the session is over.
#[utoipa::path(get, path = "/stream", tag = "sessions",
    responses((status = 200, content_type = "text/event-stream", body = String), Problems))]
async fn everything(State(app): State<Shared>, caller: Caller) -> Result<Events, Fault> {
    if let Some(session) = caller.session() {
        return stream::own(&app, session.id);
    }
    let application = caller.application()?.id;
    stream::scope(&app, application)
}
