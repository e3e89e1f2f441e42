//! Groups of every directory that Pforte knows.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageUsers, ReadUsers};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::groups::{self, Asked};
use crate::service::principals::Kind;
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use pforte_model::account::Principal;
use pforte_model::id::GroupId;
use pforte_wire::List;
use pforte_wire::assignment::PrincipalRef;
use pforte_wire::group::{ChangeGroup, Group, NewGroup};
use pforte_wire::problem::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(add_member))
        .routes(routes!(remove_member))
}

/// A page of groups by name, without their members.
#[utoipa::path(get, path = "/groups", operation_id = "list_groups", tag = "groups",
    params(("directory" = Option<String>, Query), ("search" = Option<String>, Query),
        ("after" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = List<Group>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<Asked>,
) -> Result<Json<List<Group>>, Fault> {
    let permit = caller.require::<ReadUsers>().await?;
    groups::list(&app, &permit, asked).await.map(Json)
}

/// One group with its members.
#[utoipa::path(get, path = "/groups/{id}", operation_id = "show_group", tag = "groups",
    params(("id" = String, Path)), responses((status = 200, body = Group), Problems))]
async fn show(State(app): State<Shared>, caller: Caller, Id(id): Id<GroupId>) -> Result<Json<Group>, Fault> {
    let permit = caller.require::<ReadUsers>().await?;
    groups::show(&app, &permit, id).await.map(Json)
}

/// Makes a group of the local directory.
#[utoipa::path(post, path = "/groups", operation_id = "create_group", tag = "groups", request_body = NewGroup,
    responses((status = 201, body = Group), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewGroup>,
) -> Result<(StatusCode, Json<Group>), Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(groups::create(&app, &permit, asked).await?)))
}

/// Renames a group of the local directory.
#[utoipa::path(patch, path = "/groups/{id}", operation_id = "change_group", tag = "groups",
    params(("id" = String, Path)), request_body = ChangeGroup,
    responses((status = 200, body = Group), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<GroupId>,
    asked: Body<ChangeGroup>,
) -> Result<Json<Group>, Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    groups::change(&app, &permit, id, asked).await.map(Json)
}

/// Puts a user or a group of any directory into a local group; one who is in it stays.
#[utoipa::path(put, path = "/groups/{id}/members", operation_id = "add_member", tag = "groups",
    params(("id" = String, Path)), request_body = PrincipalRef,
    responses((status = 204, description = "A member."), Problems))]
async fn add_member(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<GroupId>,
    asked: Body<PrincipalRef>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    let asked = asked.read()?;
    groups::add_member(&app, &permit, id, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a user or a group out of a local group.
#[utoipa::path(delete, path = "/groups/{id}/members/{kind}/{member}", operation_id = "remove_member",
    tag = "groups",
    params(("id" = String, Path), ("kind" = String, Path), ("member" = String, Path)),
    responses((status = 204, description = "No member any more."), Problems))]
async fn remove_member(
    State(app): State<Shared>,
    caller: Caller,
    Membership { group, member }: Membership,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageUsers>().await?;
    groups::remove_member(&app, &permit, group, member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The group and the member in the address.
struct Membership {
    group: GroupId,
    member: Principal,
}

impl FromRequestParts<Shared> for Membership {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Fault> {
        let invalid = |_| Fault::about(Code::ParameterInvalid, "The address names no membership.");
        let path = Path::<(String, String, String)>::from_request_parts(parts, app).await;
        let Path((group, kind, member)) = path.map_err(invalid)?;
        let member = match Kind::parse(&kind)? {
            Kind::User => Principal::User(member.parse()?),
            Kind::Group => Principal::Group(member.parse()?),
        };
        Ok(Self { group: group.parse()?, member })
    }
}
