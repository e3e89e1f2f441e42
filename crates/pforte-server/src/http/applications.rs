//! Applications and the rights they register.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, LongBody, Parameters};
use super::permit::{ManageApplications, ReadApplications};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{applications, lists, rights, webhooks};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::ApplicationId;
use pforte_wire::application::{
    Application, ChangeApplication, NewApplication, PutWebhook, RegisterRights, RegisteredApplication,
    SavedWebhook, Webhook, WebhookTest,
};
use pforte_wire::{Credential, List};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(current))
        .routes(routes!(register_own_rights))
        .routes(routes!(show, change, remove))
        .routes(routes!(renew))
        .routes(routes!(register_rights))
        .routes(routes!(show_webhook, set_webhook, remove_webhook))
        .routes(routes!(test_webhook))
}

/// A page of the applications, by key.
#[utoipa::path(get, path = "/applications", operation_id = "list_applications", tag = "applications",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = List<Application>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<lists::Asked>,
) -> Result<Json<List<Application>>, Fault> {
    let permit = caller.require::<ReadApplications>().await?;
    applications::list(&app, &permit, &asked).await.map(Json)
}

/// One application.
#[utoipa::path(get, path = "/applications/{id}", operation_id = "show_application", tag = "applications",
    params(("id" = String, Path)), responses((status = 200, body = Application), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<Json<Application>, Fault> {
    let permit = caller.require::<ReadApplications>().await?;
    applications::show(&app, &permit, id).await.map(Json)
}

/// The application that calls.
#[utoipa::path(get, path = "/applications/current", operation_id = "current_application",
    tag = "applications", responses((status = 200, body = Application), Problems))]
async fn current(caller: Caller) -> Result<Json<Application>, Fault> {
    applications::current(&caller).await.map(Json)
}

/// Registers an application; the answer tells its credential, once.
#[utoipa::path(post, path = "/applications", operation_id = "register_application", tag = "applications",
    request_body = NewApplication, responses((status = 201, body = RegisteredApplication), Problems))]
async fn register(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewApplication>,
) -> Result<(StatusCode, Json<RegisteredApplication>), Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(applications::register(&app, &permit, asked).await?)))
}

/// Changes an application's name and scope, and whether its credential counts.
#[utoipa::path(patch, path = "/applications/{id}", operation_id = "change_application",
    tag = "applications", params(("id" = String, Path)), request_body = ChangeApplication,
    responses((status = 200, body = Application), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
    asked: Body<ChangeApplication>,
) -> Result<Json<Application>, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    let asked = asked.read()?;
    applications::change(&app, &permit, id, asked).await.map(Json)
}

/// Removes an application whose rights no role has.
#[utoipa::path(delete, path = "/applications/{id}", operation_id = "remove_application",
    tag = "applications", params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    applications::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an application another credential, told once; the one before no longer counts.
#[utoipa::path(post, path = "/applications/{id}/credential", operation_id = "renew_application_credential",
    tag = "applications", params(("id" = String, Path)),
    responses((status = 200, body = Credential), Problems))]
async fn renew(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<Json<Credential>, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    applications::renew(&app, &permit, id).await.map(Json)
}

/// Registers all rights of an application; those left out are retired.
#[utoipa::path(put, path = "/applications/{id}/rights", operation_id = "register_rights",
    tag = "applications", params(("id" = String, Path)), request_body = RegisterRights,
    responses((status = 200, body = Application), Problems))]
async fn register_rights(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
    body: LongBody,
) -> Result<Json<Application>, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    rights::register(&app, &permit, id, body.read().await?).await.map(Json)
}

/// Registers all rights of the application that calls; those left out are retired.
#[utoipa::path(put, path = "/applications/current/rights", operation_id = "register_own_rights",
    tag = "applications", request_body = RegisterRights,
    responses((status = 200, body = Application), Problems))]
async fn register_own_rights(caller: Caller, body: LongBody) -> Result<Json<Application>, Fault> {
    caller.application()?;
    rights::register_own(&caller, body.read().await?).await.map(Json)
}

/// Where an application hears of its signature requests.
#[utoipa::path(get, path = "/applications/{id}/webhook", operation_id = "show_webhook",
    tag = "applications", params(("id" = String, Path)),
    responses((status = 200, body = Webhook), Problems))]
async fn show_webhook(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<Json<Webhook>, Fault> {
    let permit = caller.require::<ReadApplications>().await?;
    webhooks::show(&app, &permit, id).await.map(Json)
}

/// Sets where an application hears of its signature requests: each message is posted there,
/// signed as Standard Webhooks says. The secret is told once.
#[utoipa::path(put, path = "/applications/{id}/webhook", operation_id = "set_webhook",
    tag = "applications", params(("id" = String, Path)), request_body = PutWebhook,
    responses((status = 200, body = SavedWebhook), Problems))]
async fn set_webhook(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
    asked: Body<PutWebhook>,
) -> Result<Json<SavedWebhook>, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    let asked = asked.read()?;
    webhooks::set(&app, &permit, id, asked).await.map(Json)
}

/// Takes an application's webhook away.
#[utoipa::path(delete, path = "/applications/{id}/webhook", operation_id = "remove_webhook",
    tag = "applications", params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove_webhook(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    webhooks::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Posts a message of the type `test` to an application's webhook, and tells what came of it.
#[utoipa::path(post, path = "/applications/{id}/webhook/test", operation_id = "test_webhook",
    tag = "applications", params(("id" = String, Path)),
    responses((status = 200, body = WebhookTest), Problems))]
async fn test_webhook(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<Json<WebhookTest>, Fault> {
    let permit = caller.require::<ManageApplications>().await?;
    webhooks::test(&app, &permit, id).await.map(Json)
}
