//! People change their own passwords.

use super::access::Problems;
use super::caller::Caller;
use super::extract::Body;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::logon;
use axum::http::StatusCode;
use pforte_wire::user::ChangePassword;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(change))
}

/// Changes the own password, logged on or not; the old one proves who it is.
///
/// The user's sessions that are bound to no station end, but not the caller's own.
#[utoipa::path(post, path = "/passwords", operation_id = "change_password", tag = "sessions",
    request_body = ChangePassword, responses((status = 204, description = "Changed."), Problems))]
async fn change(caller: Caller, asked: Body<ChangePassword>) -> Result<StatusCode, Fault> {
    let asked = asked.read()?;
    logon::change_password(&caller, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
