//! Directories: where users and groups live.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageDirectories, ManageUsers, ReadDirectories, ReadUsers};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{directory_admin as admin, directory_look as look, lists};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::DirectoryId;
use pforte_wire::List;
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::directory::{ChangeDirectory, Directory, DirectoryTest, FoundPrincipal, NewDirectory};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(show, change, remove))
        .routes(routes!(try_out))
        .routes(routes!(search))
        .routes(routes!(make_known))
}

/// The directories in the order of the working environment.
#[utoipa::path(get, path = "/directories", operation_id = "list_directories", tag = "directories",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query),
        ("search" = Option<String>, Query)),
    responses((status = 200, body = List<Directory>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<lists::Asked>,
) -> Result<Json<List<Directory>>, Fault> {
    let permit = caller.require::<ReadDirectories>().await?;
    admin::list(&app, &permit, &asked).await.map(Json)
}

/// One directory with what is known of its servers.
#[utoipa::path(get, path = "/directories/{id}", operation_id = "show_directory", tag = "directories",
    params(("id" = String, Path)), responses((status = 200, body = Directory), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
) -> Result<Json<Directory>, Fault> {
    let permit = caller.require::<ReadDirectories>().await?;
    admin::show(&app, &permit, id).await.map(Json)
}

/// Adds an Active Directory domain.
#[utoipa::path(post, path = "/directories", operation_id = "add_directory", tag = "directories",
    request_body = NewDirectory, responses((status = 201, body = Directory), Problems))]
async fn add(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewDirectory>,
) -> Result<(StatusCode, Json<Directory>), Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(admin::add(&app, &permit, asked).await?)))
}

/// Changes a directory. One that is switched off ends the sessions of its users.
#[utoipa::path(patch, path = "/directories/{id}", operation_id = "change_directory", tag = "directories",
    params(("id" = String, Path)), request_body = ChangeDirectory,
    responses((status = 200, body = Directory), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    asked: Body<ChangeDirectory>,
) -> Result<Json<Directory>, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    let asked = asked.read()?;
    admin::change(&app, &permit, id, asked).await.map(Json)
}

/// Removes a directory whose users and groups have no roles and are in no local group.
#[utoipa::path(delete, path = "/directories/{id}", operation_id = "remove_directory", tag = "directories",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    admin::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tests each step of the way to each server; takes a minute at most.
#[utoipa::path(post, path = "/directories/{id}/test", operation_id = "test_directory", tag = "directories",
    params(("id" = String, Path)), responses((status = 200, body = DirectoryTest), Problems))]
async fn try_out(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
) -> Result<Json<DirectoryTest>, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    look::try_out(&app, &permit, id).await.map(Json)
}

/// The first users or groups whose name begins so, known to Pforte or not.
#[utoipa::path(get, path = "/directories/{id}/search", operation_id = "search_directory", tag = "directories",
    params(("id" = String, Path), ("kind" = String, Query), ("text" = Option<String>, Query)),
    responses((status = 200, body = List<FoundPrincipal>), Problems))]
async fn search(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    Parameters(asked): Parameters<look::Asked>,
) -> Result<Json<List<FoundPrincipal>>, Fault> {
    let permit = caller.require::<ReadUsers>().await?;
    look::search(&app, &permit, id, &asked).await.map(Json)
}

/// Makes a user or a group of the directory known to Pforte, by name.
#[utoipa::path(post, path = "/directories/{id}/principals", operation_id = "adopt_principal",
    tag = "directories", params(("id" = String, Path)), request_body = PrincipalRef,
    responses((status = 201, body = PrincipalShown), Problems))]
async fn make_known(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    asked: Body<PrincipalRef>,
) -> Result<(StatusCode, Json<PrincipalShown>), Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(look::make_known(&app, &permit, id, &asked).await?)))
}
