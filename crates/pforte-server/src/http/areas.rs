//! Areas: the plant as a tree.

use super::access::Problems;
use super::caller::Caller;
use super::extract::{Body, Id};
use super::permit::{ManageAreas, ReadAreas};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::areas;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pforte_model::id::AreaId;
use pforte_wire::List;
use pforte_wire::area::{Area, ChangeArea, NewArea};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change, remove))
}

/// The whole tree, by path.
#[utoipa::path(get, path = "/areas", operation_id = "list_areas", tag = "areas",
    responses((status = 200, body = List<Area>), Problems))]
async fn list(State(app): State<Shared>, caller: Caller) -> Result<Json<List<Area>>, Fault> {
    let permit = caller.require::<ReadAreas>().await?;
    areas::list(&app, &permit).await.map(Json)
}

/// One area.
#[utoipa::path(get, path = "/areas/{id}", operation_id = "show_area", tag = "areas",
    params(("id" = String, Path)), responses((status = 200, body = Area), Problems))]
async fn show(State(app): State<Shared>, caller: Caller, Id(id): Id<AreaId>) -> Result<Json<Area>, Fault> {
    let permit = caller.require::<ReadAreas>().await?;
    areas::show(&app, &permit, id).await.map(Json)
}

/// Makes an area below another.
#[utoipa::path(post, path = "/areas", operation_id = "create_area", tag = "areas", request_body = NewArea,
    responses((status = 201, body = Area), Problems))]
async fn create(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewArea>,
) -> Result<(StatusCode, Json<Area>), Fault> {
    let permit = caller.require::<ManageAreas>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(areas::create(&app, &permit, asked).await?)))
}

/// Renames or moves an area with all below it.
#[utoipa::path(patch, path = "/areas/{id}", operation_id = "change_area", tag = "areas",
    params(("id" = String, Path)), request_body = ChangeArea,
    responses((status = 200, body = Area), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<AreaId>,
    asked: Body<ChangeArea>,
) -> Result<Json<Area>, Fault> {
    let permit = caller.require::<ManageAreas>().await?;
    let asked = asked.read()?;
    areas::change(&app, &permit, id, asked).await.map(Json)
}

/// Removes an area that nothing stands in and no assignment names.
#[utoipa::path(delete, path = "/areas/{id}", operation_id = "remove_area", tag = "areas",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(State(app): State<Shared>, caller: Caller, Id(id): Id<AreaId>) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageAreas>().await?;
    areas::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
