//! Assignments: who has which role, where and when.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageAssignments, ReadAssignments};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::assignments::{self, Asked};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::AssignmentId;
use pforte_wire::List;
use pforte_wire::assignment::{Assignment, ChangeAssignment, NewAssignment};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, replace, remove))
}

/// A page of the assignments, the oldest first.
#[utoipa::path(get, path = "/assignments", operation_id = "list_assignments", tag = "assignments",
    params(("user" = Option<String>, Query), ("group" = Option<String>, Query), ("role" = Option<String>, Query),
        ("after" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = List<Assignment>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<Asked>,
) -> Result<Json<List<Assignment>>, Fault> {
    let permit = caller.require::<ReadAssignments>().await?;
    assignments::list(&app, &permit, asked).await.map(Json)
}

/// One assignment.
#[utoipa::path(get, path = "/assignments/{id}", operation_id = "show_assignment", tag = "assignments",
    params(("id" = String, Path)), responses((status = 200, body = Assignment), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<AssignmentId>,
) -> Result<Json<Assignment>, Fault> {
    let permit = caller.require::<ReadAssignments>().await?;
    assignments::show(&app, &permit, id).await.map(Json)
}

/// Gives a role to a user or a group.
#[utoipa::path(post, path = "/assignments", operation_id = "create_assignment", tag = "assignments",
    request_body = NewAssignment, responses((status = 201, body = Assignment), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewAssignment>,
) -> Result<(StatusCode, Json<Assignment>), Fault> {
    let permit = caller.require::<ManageAssignments>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(assignments::create(&app, &permit, asked).await?)))
}

/// Replaces where, when and how strongly an assignment counts.
#[utoipa::path(put, path = "/assignments/{id}", operation_id = "replace_assignment", tag = "assignments",
    params(("id" = String, Path)), request_body = ChangeAssignment,
    responses((status = 200, body = Assignment), Problems))]
async fn replace(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<AssignmentId>,
    asked: Body<ChangeAssignment>,
) -> Result<Json<Assignment>, Fault> {
    let permit = caller.require::<ManageAssignments>().await?;
    let asked = asked.read()?;
    assignments::replace(&app, &permit, id, asked).await.map(Json)
}

/// Takes a role away.
#[utoipa::path(delete, path = "/assignments/{id}", operation_id = "remove_assignment", tag = "assignments",
    params(("id" = String, Path)),
    responses((status = 204, description = "Taken away."), Problems))]
async fn remove(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<AssignmentId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageAssignments>().await?;
    assignments::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
