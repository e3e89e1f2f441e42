//! Events, checkpoints and proofs.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Id, Parameters};
use super::permit::ReadEvents;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::events::{self, Asked};
use axum::Json;
use axum::extract::State;
use pforte_wire::List;
use pforte_wire::event::{Checkpoint, ConsistencyProof, InclusionProof, LoggedEvent};
use pforte_wire::time::Time;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(checkpoint))
        .routes(routes!(inclusion))
        .routes(routes!(consistency))
}

/// A page of events, the oldest first unless `newest` or `before` is given.
///
/// `next` is what to give as `after`, or as `before` when the newest come first. A
/// page looks at 5,000 entries at most, so one with filters can be short, even
/// empty, before the end: there is more as long as there is a `next`. `type`,
/// `category` and `result` take several words with commas between; `text` looks
/// into names, values, codes and reasons; `from` and `to` bound the time.
#[utoipa::path(get, path = "/events", operation_id = "list_events", tag = "events",
    params(("after" = Option<u64>, Query), ("before" = Option<u64>, Query), ("newest" = Option<bool>, Query),
        ("limit" = Option<u32>, Query), ("type" = Option<String>, Query), ("category" = Option<String>, Query),
        ("result" = Option<String>, Query), ("user" = Option<String>, Query), ("station" = Option<String>, Query),
        ("application" = Option<String>, Query), ("text" = Option<String>, Query),
        ("from" = Option<Time>, Query), ("to" = Option<Time>, Query)),
    responses((status = 200, body = List<LoggedEvent>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<Asked>,
) -> Result<Json<List<LoggedEvent>>, Fault> {
    let permit = caller.require::<ReadEvents>().await?;
    events::list(&app, &permit, asked).await.map(Json)
}

/// One event.
#[utoipa::path(get, path = "/events/{sequence}", operation_id = "show_event", tag = "events",
    params(("sequence" = u64, Path)), responses((status = 200, body = LoggedEvent), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(sequence): Id<u64>,
) -> Result<Json<LoggedEvent>, Fault> {
    let permit = caller.require::<ReadEvents>().await?;
    events::show(&app, &permit, sequence).await.map(Json)
}

/// The newest checkpoint, a C2SP signed note.
#[utoipa::path(get, path = "/log/checkpoint", tag = "events",
    responses((status = 200, body = Checkpoint), Problems))]
async fn checkpoint(State(app): State<Shared>, caller: Caller) -> Result<Json<Checkpoint>, Fault> {
    let permit = caller.require::<ReadEvents>().await?;
    events::checkpoint(&app, &permit).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InclusionAsked {
    sequence: u64,
    size: Option<u64>,
}

/// The proof that an entry is in the log (RFC 6962, 2.1.1).
#[utoipa::path(get, path = "/log/proofs/inclusion", tag = "events",
    params(("sequence" = u64, Query), ("size" = Option<u64>, Query)),
    responses((status = 200, body = InclusionProof), Problems))]
async fn inclusion(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<InclusionAsked>,
) -> Result<Json<InclusionProof>, Fault> {
    let permit = caller.require::<ReadEvents>().await?;
    events::inclusion(&app, &permit, asked.sequence, asked.size).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsistencyAsked {
    from: u64,
    to: Option<u64>,
}

/// The proof that the later log holds the earlier one unchanged (RFC 6962, 2.1.2).
#[utoipa::path(get, path = "/log/proofs/consistency", tag = "events",
    params(("from" = u64, Query), ("to" = Option<u64>, Query)),
    responses((status = 200, body = ConsistencyProof), Problems))]
async fn consistency(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<ConsistencyAsked>,
) -> Result<Json<ConsistencyProof>, Fault> {
    let permit = caller.require::<ReadEvents>().await?;
    events::consistency(&app, &permit, asked.from, asked.to).await.map(Json)
}
