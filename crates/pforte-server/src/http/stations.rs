//! Stations: computers, panels and seats that people work at.

use super::access::Problems;
use super::caller::Caller;
use super::cookie::{self, Browser, OwnPage};
use super::extract::{Body, Id, Parameters};
use super::permit::{ManageStations, ReadStations};
use super::stream::Events;
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::stations::{self, Watcher};
use crate::service::{browser_station, lists, stream, view};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use pforte_model::id::StationId;
use pforte_wire::session::InCharge;
use pforte_wire::station::{ChangeStation, InstallCredential, NewStation, RegisteredStation, Station};
use pforte_wire::{Credential, List};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(current))
        .routes(routes!(install, forget))
        .routes(routes!(show, change, remove))
        .routes(routes!(renew))
        .routes(routes!(in_charge))
        .routes(routes!(watch))
}

/// A page of the stations, by name.
#[utoipa::path(get, path = "/stations", operation_id = "list_stations", tag = "stations",
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = List<Station>), Problems))]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(asked): Parameters<lists::Asked>,
) -> Result<Json<List<Station>>, Fault> {
    let permit = caller.require::<ReadStations>().await?;
    stations::list(&app, &permit, &asked).await.map(Json)
}

/// One station.
#[utoipa::path(get, path = "/stations/{id}", operation_id = "show_station", tag = "stations",
    params(("id" = String, Path)), responses((status = 200, body = Station), Problems))]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<StationId>,
) -> Result<Json<Station>, Fault> {
    let permit = caller.require::<ReadStations>().await?;
    stations::show(&app, &permit, id).await.map(Json)
}

/// The station that proves itself with this request.
#[utoipa::path(get, path = "/stations/current", operation_id = "current_station", tag = "stations",
    security(("station" = [])), responses((status = 200, body = Station), Problems))]
async fn current(caller: Caller) -> Result<Json<Station>, Fault> {
    stations::current(&caller).await.map(Json)
}

/// Makes the browser a station: its cookie then counts like the header
/// `Pforte-Station`, for a year from the last log-on. Only a page of the server's
/// own may do so. A session that was not made at this station is logged off.
#[utoipa::path(post, path = "/stations/current/credential", operation_id = "install_station_credential",
    tag = "stations", security(()), request_body = InstallCredential,
    responses((status = 204, description = "The browser is the station."), Problems))]
async fn install(
    State(app): State<Shared>,
    _own: OwnPage,
    caller: Result<Caller, Fault>,
    browser: Browser,
    asked: Body<InstallCredential>,
) -> Result<(StatusCode, HeaderMap), Fault> {
    let asked = asked.read()?;
    let station = browser_station::install(&app, caller.as_ref().ok(), &asked.credential).await?;
    let mut headers = HeaderMap::new();
    cookie::station(&mut headers, asked.credential.expose())?;
    if browser.session.is_none_or(|session| session.station != Some(station)) {
        cookie::forget(&mut headers, cookie::SESSION)?;
    }
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Has the browser forget that it is a station; who is in charge there by this
/// browser is logged off.
#[utoipa::path(delete, path = "/stations/current/credential", operation_id = "forget_station_credential",
    tag = "stations", security((), ("stationCookie" = [])),
    responses((status = 204, description = "The browser is no station."), Problems))]
async fn forget(_own: OwnPage, caller: Result<Caller, Fault>) -> Result<(StatusCode, HeaderMap), Fault> {
    let mut headers = HeaderMap::new();
    let keeps_session = match &caller {
        Ok(caller) => browser_station::forget(caller).await?,
        Err(_) => false,
    };
    cookie::forget(&mut headers, cookie::STATION)?;
    if !keeps_session {
        cookie::forget(&mut headers, cookie::SESSION)?;
    }
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Registers a station; the answer tells its credential, once.
#[utoipa::path(post, path = "/stations", operation_id = "register_station", tag = "stations",
    request_body = NewStation, responses((status = 201, body = RegisteredStation), Problems))]
async fn register(
    State(app): State<Shared>,
    caller: Caller,
    asked: Body<NewStation>,
) -> Result<(StatusCode, Json<RegisteredStation>), Fault> {
    let permit = caller.require::<ManageStations>().await?;
    let asked = asked.read()?;
    Ok((StatusCode::CREATED, Json(stations::register(&app, &permit, asked).await?)))
}

/// Changes a station; switching it off ends its session.
#[utoipa::path(patch, path = "/stations/{id}", operation_id = "change_station", tag = "stations",
    params(("id" = String, Path)), request_body = ChangeStation,
    responses((status = 200, body = Station), Problems))]
async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<StationId>,
    asked: Body<ChangeStation>,
) -> Result<Json<Station>, Fault> {
    let permit = caller.require::<ManageStations>().await?;
    let asked = asked.read()?;
    stations::change(&app, &permit, id, asked).await.map(Json)
}

/// Removes a station that no assignment and no application names; its session ends.
#[utoipa::path(delete, path = "/stations/{id}", operation_id = "remove_station", tag = "stations",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<StationId>,
) -> Result<StatusCode, Fault> {
    let permit = caller.require::<ManageStations>().await?;
    stations::remove(&app, &permit, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a station another credential, told once; the one before no longer counts.
#[utoipa::path(post, path = "/stations/{id}/credential", operation_id = "renew_station_credential",
    tag = "stations", params(("id" = String, Path)), responses((status = 200, body = Credential), Problems))]
async fn renew(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<StationId>,
) -> Result<Json<Credential>, Fault> {
    let permit = caller.require::<ManageStations>().await?;
    stations::renew(&app, &permit, id).await.map(Json)
}

/// Who is in charge at a station: for the station itself, an application with
/// the station in its scope, or a person who may see sessions.
#[utoipa::path(get, path = "/stations/{id}/session", operation_id = "station_session", tag = "stations",
    params(("id" = String, Path)), security(("bearer" = []), ("cookie" = []), ("station" = [])),
    responses((status = 200, body = InCharge), Problems))]
async fn in_charge(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<StationId>,
) -> Result<Json<InCharge>, Fault> {
    Watcher::of(&caller, id).await?;
    let station = stations::known(&app, id)?;
    Ok(Json(view::in_charge(&app.live, &station, app.clock.moment(), app.lease())))
}

/// Who is in charge at a station, told at once and at each change (`in-charge`),
/// with a heartbeat; `ended` when there is nothing more to hear.
#[utoipa::path(get, path = "/stations/{id}/session/stream", operation_id = "station_session_stream",
    tag = "stations", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = []), ("station" = [])),
    responses((status = 200, content_type = "text/event-stream", body = String), Problems))]
async fn watch(State(app): State<Shared>, caller: Caller, Id(id): Id<StationId>) -> Result<Events, Fault> {
    let watcher = Watcher::of(&caller, id).await?;
    stations::known(&app, id)?;
    stream::station(&app, id, watcher)
}
