//! Signature requests, signatures, and what proves them.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, LongBody, Parameters, discard};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::signing::{document, ending, keys, news, record, request, see, sign, waiting};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pforte_model::id::SignatureRequestId;
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::signature::{
    CancelRequest, RefuseToSign, RequestSignatures, SentRecord, Sign, SignatureKeys, SignatureRequest,
    Signed, Waiting,
};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, ask))
        .routes(routes!(wait_for_me))
        .routes(routes!(listen))
        .routes(routes!(show))
        .routes(routes!(show_document))
        .routes(routes!(show_record))
        .routes(routes!(refuse))
        .routes(routes!(cancel))
        .routes(routes!(send_record))
        .routes(routes!(give))
        .routes(routes!(show_keys))
}

/// Asks for the signatures of an act: an application for any of its acts, a person for an own one.
/// With a key that was used before the same request is told.
#[utoipa::path(post, path = "/signature-requests", operation_id = "request_signatures", tag = "signatures",
    request_body = RequestSignatures,
    responses((status = 201, body = SignatureRequest), (status = 200, body = SignatureRequest), Problems))]
async fn ask(caller: Caller, body: LongBody) -> Result<(StatusCode, Json<SignatureRequest>), Fault> {
    caller.proved()?;
    let (is_new, made) = request::make(&caller, body.read().await?).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(made)))
}

/// A page of signature requests, the newest first: to an application its own.
#[utoipa::path(get, path = "/signature-requests", operation_id = "list_signature_requests",
    tag = "signatures",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query), ("state" = Option<String>, Query),
        ("object" = Option<String>, Query), ("person" = Option<String>, Query)),
    responses((status = 200, body = List<SignatureRequest>), Problems))]
async fn list(
    caller: Caller,
    Parameters(asked): Parameters<see::Listed>,
) -> Result<Json<List<SignatureRequest>>, Fault> {
    see::list(&caller, asked).await.map(Json)
}

/// The requests that wait for the person who calls, oldest first.
#[utoipa::path(get, path = "/signature-requests/waiting", operation_id = "list_waiting_requests",
    tag = "signatures", responses((status = 200, body = List<Waiting>), Problems))]
async fn wait_for_me(caller: Caller) -> Result<Json<List<Waiting>>, Fault> {
    waiting::list(&caller).await.map(Json)
}

/// The requests of the application that calls, each as soon as something happens to it: server-sent
/// events `signature-request`. With `Last-Event-ID` nothing since then is left out; without it the
/// stream begins with the requests that are open.
#[utoipa::path(get, path = "/signature-requests/stream", operation_id = "stream_signature_requests",
    tag = "signatures", params(("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String), Problems))]
async fn listen(caller: Caller, headers: HeaderMap) -> Result<Response, Fault> {
    caller.application()?;
    let after = headers.get("last-event-id").map(|value| value.to_str().ok()?.parse().ok());
    if after == Some(None) {
        return Err(Fault::about(Code::ParameterInvalid, "Last-Event-ID is a number."));
    }
    news::listen(&caller, after.flatten()).await
}

/// One signature request; with `wait` as soon as its version is greater than `known`.
#[utoipa::path(get, path = "/signature-requests/{id}", operation_id = "show_signature_request",
    tag = "signatures",
    params(("id" = String, Path), ("view" = Option<String>, Query), ("wait" = Option<u32>, Query),
        ("known" = Option<i64>, Query)),
    responses((status = 200, body = SignatureRequest), Problems))]
async fn show(
    caller: Caller,
    Id(id): Id<SignatureRequestId>,
    Parameters(asked): Parameters<see::Asked>,
) -> Result<Json<SignatureRequest>, Fault> {
    see::show(&caller, id, asked).await.map(Json)
}

/// What opens a request to who has its page's address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct View {
    view: Option<String>,
}

/// The document of a request, which anybody checks without Pforte: `json`; `xml` with an XML
/// Signature around it; `pdf` to be read on paper, with the JSON inside.
#[utoipa::path(get, path = "/signature-requests/{id}/document", operation_id = "show_signature_document",
    tag = "signatures", params(("id" = String, Path), ("view" = Option<String>, Query),
        ("form" = Option<String>, Query), ("language" = Option<String>, Query)),
    responses((status = 200, content((Object = "application/json"), (String = "application/xml"),
        (String = "application/pdf"))), Problems))]
async fn show_document(
    caller: Caller,
    Id(id): Id<SignatureRequestId>,
    Parameters(asked): Parameters<document::Asked>,
) -> Result<Response, Fault> {
    let (kind, bytes) = document::show(&caller, id, asked).await?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// The record of a request as it was sent.
#[utoipa::path(get, path = "/signature-requests/{id}/record", operation_id = "show_signature_record",
    tag = "signatures", params(("id" = String, Path), ("view" = Option<String>, Query)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), Problems))]
async fn show_record(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<SignatureRequestId>,
    Parameters(asked): Parameters<View>,
) -> Result<Response, Fault> {
    let kept = see::record(&caller, id, asked.view.as_deref()).await?;
    // A browser shows nothing of it by itself: it may be anything.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, kept.bytes.to_string()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
    ];
    Ok((headers, record::body(&app, kept.id)).into_response())
}

/// Signs one request or several with one proof of the person, who need not be logged on.
#[utoipa::path(post, path = "/signatures", operation_id = "sign", tag = "signatures", request_body = Sign,
    responses((status = 200, body = Signed), Problems))]
async fn give(caller: Caller, asked: Body<Sign>) -> Result<Json<Signed>, Fault> {
    sign::sign(&caller, asked.read()?).await.map(Json)
}

/// Refuses to sign; the request is over.
#[utoipa::path(post, path = "/signature-requests/{id}/refusal", operation_id = "refuse_to_sign",
    tag = "signatures", params(("id" = String, Path)), request_body = RefuseToSign,
    responses((status = 200, body = SignatureRequest), Problems))]
async fn refuse(
    caller: Caller,
    Id(id): Id<SignatureRequestId>,
    asked: Body<RefuseToSign>,
) -> Result<Json<SignatureRequest>, Fault> {
    sign::refuse(&caller, id, asked.read()?).await.map(Json)
}

/// Cancels a request: an application its own, a person by a role that may.
#[utoipa::path(post, path = "/signature-requests/{id}/cancellation", operation_id = "cancel_signature_request",
    tag = "signatures", params(("id" = String, Path)), request_body = CancelRequest,
    responses((status = 200, body = SignatureRequest), Problems))]
async fn cancel(
    caller: Caller,
    Id(id): Id<SignatureRequestId>,
    asked: Body<CancelRequest>,
) -> Result<Json<SignatureRequest>, Fault> {
    ending::cancel(&caller, id, asked.read()?).await.map(Json)
}

/// Bytes of a record that are read only to be thrown away, so that its sender hears why.
const RECORD_DISCARDED: usize = 128 * 1024 * 1024;

/// Takes a record in a stream, to be named in a request within an hour.
#[utoipa::path(post, path = "/signature-records", operation_id = "send_signature_record", tag = "signatures",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = SentRecord), Problems))]
async fn send_record(caller: Caller, request: Request) -> Result<(StatusCode, Json<SentRecord>), Fault> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let mut body = body.into_data_stream();
    let sent = record::receive(&caller, kind, &mut body).await;
    if sent.is_err() && caller.application().is_ok() {
        discard(&mut body, RECORD_DISCARDED).await;
    }
    Ok((StatusCode::CREATED, Json(sent?)))
}

/// The public halves of the signature keys, a JSON Web Key Set.
#[utoipa::path(get, path = "/signature-keys", operation_id = "list_signature_keys", tag = "signatures",
    responses((status = 200, body = SignatureKeys), Problems))]
async fn show_keys(State(app): State<Shared>) -> Result<Json<SignatureKeys>, Fault> {
    keys::all(&app).await.map(Json)
}
