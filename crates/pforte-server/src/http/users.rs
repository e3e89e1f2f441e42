//! Users of every directory that Pforte knows.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageUsers, ReadUsers};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::users::{self, Asked};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::UserId;
use pforte_wire::List;
use pforte_wire::user::{ChangeUser, NewUser, SetPassword, User};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(set_password))
}

/// A page of users: directory by directory, in the order of the log-on names.
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "users",
    params(("directory" = Option<String>, Query), ("search" = Option<String>, Query),
        ("after" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = List<User>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<Asked>,
) -> Result<Json<List<User>>, Fault> {
    let permit = caller.require::<ReadUsers>().await?;
    users::list(&app, &permit, asked).await.map(Json)
}

/// One user.
#[utoipa::path(get, path = "/users/{id}", operation_id = "show_user", tag = "users",
    params(("id" = String, Path)), responses((status = 200, body = User), Problems))]
async fn show(State(app): State<Shared>, caller: Caller, Id(id): Id<UserId>) -> Result<Json<User>, Fault> {
    let permit = caller.require::<ReadUsers>().await?;
    users::show(&app, &permit, id).await.map(Json)
}

/// Makes a user of the local directory.
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "users", request_body = NewUser,
    responses((status = 201, body = User), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewUser>,
) -> Result<(StatusCode, Json<User>), Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(users::create(&app, &permit, asked).await?)))
}

/// Changes a user. Who is disabled loses every session in the same moment.
#[utoipa::path(patch, path = "/users/{id}", operation_id = "change_user", tag = "users",
    params(("id" = String, Path)), request_body = ChangeUser,
    responses((status = 200, body = User), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<UserId>,
    asked: Body<ChangeUser>,
) -> Result<Json<User>, Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    users::change(&app, &permit, id, asked).await.map(Json)
}

/// Sets the password of a user of the local directory and ends the user's other sessions.
#[utoipa::path(put, path = "/users/{id}/password", operation_id = "set_password", tag = "users",
    params(("id" = String, Path)), request_body = SetPassword,
    responses((status = 204, description = "Set."), Problems))]
async fn set_password(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<UserId>,
    asked: Body<SetPassword>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    users::set_password(&app, &permit, id, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
