//! Roles: named sets of rights.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Id, LongBody, Parameters};
use super::permit::{ManageRoles, ReadRoles};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{lists, roles};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::RoleId;
use pforte_wire::List;
use pforte_wire::role::{ChangeRole, NewRole, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, replace, remove))
}

/// A page of the roles, by name.
#[utoipa::path(get, path = "/roles", operation_id = "list_roles", tag = "roles",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = List<Role>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<lists::Asked>,
) -> Result<Json<List<Role>>, Fault> {
    let permit = caller.require::<ReadRoles>().await?;
    roles::list(&app, &permit, &asked).await.map(Json)
}

/// One role.
#[utoipa::path(get, path = "/roles/{id}", operation_id = "show_role", tag = "roles",
    params(("id" = String, Path)), responses((status = 200, body = Role), Problems))]
async fn show(State(app): State<Shared>, caller: Caller, Id(id): Id<RoleId>) -> Result<Json<Role>, Fault> {
    let permit = caller.require::<ReadRoles>().await?;
    roles::show(&app, &permit, id).await.map(Json)
}

/// Makes a role.
#[utoipa::path(post, path = "/roles", operation_id = "create_role", tag = "roles", request_body = NewRole,
    responses((status = 201, body = Role), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    body: LongBody,
) -> Result<(StatusCode, Json<Role>), Fault> {
    let permit = caller.require::<ManageRoles>().await?;
    let asked: NewRole = body.read().await?;
    Ok((StatusCode::CREATED, Json(roles::create(&app, &permit, asked).await?)))
}

/// Replaces all of a role.
#[utoipa::path(put, path = "/roles/{id}", operation_id = "replace_role", tag = "roles",
    params(("id" = String, Path)), request_body = ChangeRole,
    responses((status = 200, body = Role), Problems))]
async fn replace(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<RoleId>,
    body: LongBody,
) -> Result<Json<Role>, Fault> {
    let permit = caller.require::<ManageRoles>().await?;
    let asked: ChangeRole = body.read().await?;
    roles::replace(&app, &permit, id, asked).await.map(Json)
}

/// Removes a role that nobody has.
#[utoipa::path(delete, path = "/roles/{id}", operation_id = "remove_role", tag = "roles",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(State(app): State<Shared>, caller: Caller, Id(id): Id<RoleId>) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageRoles>().await?;
    roles::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
