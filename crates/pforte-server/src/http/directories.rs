//! Directories: where users and groups live.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageDirectories, ManageUsers, ReadDirectories, ReadUsers};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{
    directory_admin as admin, directory_look as look, directory_order as orders, directory_test as tests,
    keytabs, lists,
};
use axum::Json;
use axum::body::Body as AnyBody;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use pforte_model::id::DirectoryId;
use pforte_wire::List;
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::directory::{
    ChangeDirectory, Directory, DirectoryTest, FoundPrincipal, NewDirectory, OrderDirectories, SetKeytab,
    TestDirectory, TestLine,
};
use std::convert::Infallible;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(show, change, remove))
        .routes(routes!(set_keytab, remove_keytab))
        .routes(routes!(order))
        .routes(routes!(try_settings))
        .routes(routes!(try_out))
        .routes(routes!(probe))
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

/// Gives a directory a keytab, so that its people log on by their Kerberos tickets.
#[utoipa::path(put, path = "/directories/{id}/keytab", operation_id = "set_keytab", tag = "directories",
    params(("id" = String, Path)), request_body = SetKeytab,
    responses((status = 200, body = Directory), Problems))]
async fn set_keytab(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    asked: Body<SetKeytab>,
) -> Result<Json<Directory>, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    keytabs::set(&app, &permit, id, asked.read()?).await.map(Json)
}

/// Takes a directory's keytab away; its people log on with their passwords alone.
#[utoipa::path(delete, path = "/directories/{id}/keytab", operation_id = "remove_keytab", tag = "directories",
    params(("id" = String, Path)),
    responses((status = 204, description = "Taken away."), Problems))]
async fn remove_keytab(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    keytabs::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts all directories in another order; `changed-meanwhile` if it is no longer
/// the one that was read.
#[utoipa::path(put, path = "/directories/order", operation_id = "order_directories", tag = "directories",
    request_body = OrderDirectories, responses((status = 200, body = List<Directory>), Problems))]
async fn order(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<OrderDirectories>,
) -> Result<Json<List<Directory>>, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    orders::order(&app, &permit, &asked.read()?).await.map(Json)
}

/// Tests each step of the way to each server; takes a minute at most. With
/// `Accept: application/x-ndjson` each step is told as soon as it is done.
#[utoipa::path(post, path = "/directories/{id}/test", operation_id = "test_directory", tag = "directories",
    params(("id" = String, Path)),
    responses((status = 200, description = "How each step went.", content(
        (DirectoryTest = "application/json"), (TestLine = "application/x-ndjson"))), Problems))]
async fn try_out(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    told(&headers, tests::of_stored(&app, &permit, id, tests::Depth::Test).await?).await
}

/// Probes each side of each server, what must not work too; told like a test.
#[utoipa::path(post, path = "/directories/{id}/probe", operation_id = "probe_directory", tag = "directories",
    params(("id" = String, Path)),
    responses((status = 200, description = "How each side is.", content(
        (DirectoryTest = "application/json"), (TestLine = "application/x-ndjson"))), Problems))]
async fn probe(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<DirectoryId>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    told(&headers, tests::of_stored(&app, &permit, id, tests::Depth::Probe).await?).await
}

/// Tests settings before they are saved, in the same way.
#[utoipa::path(post, path = "/directories/test", operation_id = "test_settings", tag = "directories",
    request_body = TestDirectory,
    responses((status = 200, description = "How each step went.", content(
        (DirectoryTest = "application/json"), (TestLine = "application/x-ndjson"))), Problems))]
async fn try_settings(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    asked: Body<TestDirectory>,
) -> Result<Response, Fault> {
    let permit = caller.require::<ManageDirectories>().await?;
    told(&headers, tests::of_settings(&app, &permit, asked.read()?).await?).await
}

/// Lines of JSON.
const LINES: &str = "application/x-ndjson";

/// A test line by line where the caller takes that, else as a whole.
async fn told(headers: &HeaderMap, lines: tests::Lines) -> Result<Response, Fault> {
    let takes = |accept: &HeaderValue| accept.to_str().is_ok_and(|text| text.contains(LINES));
    if !headers.get_all(ACCEPT).iter().any(takes) {
        return Ok(Json(tests::whole(lines).await?).into_response());
    }
    let lines = stream::unfold(lines, async |mut lines| {
        let line = lines
            .recv()
            .await?
            .unwrap_or_else(|fault| TestLine::Problem { code: fault.code.to_string(), detail: fault.detail });
        let mut text = serde_json::to_string(&line).unwrap_or_default();
        text.push('\n');
        Some((Ok::<_, Infallible>(text), lines))
    });
    Ok(([(CONTENT_TYPE, LINES)], AnyBody::from_stream(lines)).into_response())
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
