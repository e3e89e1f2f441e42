//! Signature policies.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageSignatures, ReadSignatures};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{lists, signature_policies};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::SignaturePolicyId;
use pforte_wire::List;
use pforte_wire::signature_policy::{PutSignaturePolicy, SignaturePolicy, SignaturePolicyVersion};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(versions))
}

/// A page of the signature policies, by name.
#[utoipa::path(get, path = "/signature-policies", operation_id = "list_signature_policies",
    tag = "signatures",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = List<SignaturePolicy>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<lists::Asked>,
) -> Result<Json<List<SignaturePolicy>>, Fault> {
    let permit = caller.require::<ReadSignatures>().await?;
    signature_policies::list(&app, &permit, &asked).await.map(Json)
}

/// One signature policy.
#[utoipa::path(get, path = "/signature-policies/{id}", operation_id = "show_signature_policy",
    tag = "signatures", params(("id" = String, Path)),
    responses((status = 200, body = SignaturePolicy), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SignaturePolicyId>,
) -> Result<Json<SignaturePolicy>, Fault> {
    let permit = caller.require::<ReadSignatures>().await?;
    signature_policies::show(&app, &permit, id).await.map(Json)
}

/// Makes a signature policy.
#[utoipa::path(post, path = "/signature-policies", operation_id = "create_signature_policy",
    tag = "signatures", request_body = PutSignaturePolicy,
    responses((status = 201, body = SignaturePolicy), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<PutSignaturePolicy>,
) -> Result<(StatusCode, Json<SignaturePolicy>), Fault> {
    let permit = caller.require::<ManageSignatures>().await?;
    let made = signature_policies::create(&app, &permit, asked.read()?).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Changes a signature policy; requests that are open go on by the version they began with.
#[utoipa::path(put, path = "/signature-policies/{id}", operation_id = "change_signature_policy",
    tag = "signatures", params(("id" = String, Path)), request_body = PutSignaturePolicy,
    responses((status = 200, body = SignaturePolicy), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SignaturePolicyId>,
    asked: Body<PutSignaturePolicy>,
) -> Result<Json<SignaturePolicy>, Fault> {
    let permit = caller.require::<ManageSignatures>().await?;
    signature_policies::change(&app, &permit, id, asked.read()?).await.map(Json)
}

/// Takes a signature policy out of use; its versions and its requests stay.
#[utoipa::path(delete, path = "/signature-policies/{id}", operation_id = "remove_signature_policy",
    tag = "signatures", params(("id" = String, Path)),
    responses((status = 204, description = "Taken out of use."), Problems))]
async fn remove(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SignaturePolicyId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageSignatures>().await?;
    signature_policies::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a page of versions begins.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    before: Option<i64>,
}

/// The versions that a signature policy had, the newest first.
#[utoipa::path(get, path = "/signature-policies/{id}/versions", operation_id = "list_signature_policy_versions",
    tag = "signatures", params(("id" = String, Path), ("before" = Option<i64>, Query)),
    responses((status = 200, body = List<SignaturePolicyVersion>), Problems))]
async fn versions(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SignaturePolicyId>,
    Parameters(asked): Parameters<Before>,
) -> Result<Json<List<SignaturePolicyVersion>>, Fault> {
    let permit = caller.require::<ReadSignatures>().await?;
    signature_policies::versions(&app, &permit, id, asked.before).await.map(Json)
}
