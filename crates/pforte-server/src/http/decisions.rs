//! Decisions and their explanations.

use super::access::Problems;
use super::caller::Caller;
use super::extract::Body;
use super::permit::ExplainDecisions;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{decisions, explain};
use axum::Json;
use axum::extract::State;
use pforte_wire::decision::{Answer, Decide, Decided, Explain};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(decide)).routes(routes!(explain_why))
}

/// Answers one or many questions: may this person do this, in this area?
#[utoipa::path(post, path = "/decisions", tag = "decisions", request_body = Decide,
    responses((status = 200, body = Decided), Problems))]
async fn decide(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<Decide>,
) -> Result<Json<Decided>, Fault> {
    caller.proved()?;
    let asked = asked.read()?;
    decisions::decide(&app, &caller, asked).await.map(Json)
}

/// Explains why a user may or may not do something, without a session.
#[utoipa::path(post, path = "/explanations", tag = "decisions", request_body = Explain,
    responses((status = 200, body = Answer), Problems))]
async fn explain_why(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<Explain>,
) -> Result<Json<Answer>, Fault> {
    let permit = caller.require::<ExplainDecisions>().await?;
    let asked = asked.read()?;
    explain::explain(&app, &permit, asked).await.map(Json)
}
