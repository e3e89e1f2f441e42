//! Stations: computers, panels and seats that people work at.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::permit::{self, ManageStations, Permit, ReadSessions, ReadStations};
use crate::live::plant::{Plant, Station as Known};
use crate::live::session::Session;
use crate::service::plant::configure;
use crate::service::scribe::Draft;
use crate::service::{areas, endings, in_use, lists, places};
use crate::token::{self, Purpose};
use pforte_model::event::{EventType, Named};
use pforte_model::id::StationId;
use pforte_model::name::Label;
use pforte_store::stations::{self, Station as Row};
use pforte_store::{StoreError, Tx, applications, assignments};
use pforte_wire::problem::Code;
use pforte_wire::station::{ChangeStation, NewStation, RegisteredStation, Station};
use pforte_wire::time::Time;
use pforte_wire::{Credential, List};
use serde_json::json;
use std::sync::Arc;

/// A page of the stations, by name.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadStations>,
    asked: &lists::Asked,
) -> Result<List<Station>, Fault> {
    let rows = {
        let mut conn = app.store.read().await?;
        stations::all(&mut conn).await?
    };
    let page = lists::page(asked, rows, |row| row.name.folded(), |row| row.name.to_string())?;
    let plant = app.live.plant();
    Ok(List { items: page.items.iter().map(|row| shown(&plant, row)).collect(), next: page.next })
}

/// One station.
pub async fn show(app: &App, _permit: &Permit<'_, ReadStations>, id: StationId) -> Result<Station, Fault> {
    read(app, id).await
}

/// The station that proved itself with this request.
pub async fn current(caller: &Caller) -> Result<Station, Fault> {
    let station = caller.station().ok_or(Code::CredentialsMissing)?;
    read(caller.app(), station.id).await
}

/// Registers a station; its credential is told once.
pub async fn register(
    app: &Shared,
    permit: &Permit<'_, ManageStations>,
    asked: NewStation,
) -> Result<RegisteredStation, Fault> {
    let now = app.clock.micros();
    let (credential, hash) = token::new(Purpose::Station, &mut *app.ids.rng());
    let row = Row {
        id: StationId::from_bytes(app.ids.bytes(now)),
        name: Label::parse(&asked.name)?,
        area: areas::find(&app.live.plant(), &asked.area)?,
        credential: hash.0,
        enabled: true,
        created_at: now,
        seen_at: None,
        version: 1,
    };
    let station = configure(app, permit.origin(), async move |change| {
        stations::insert(change.tx, &row).await.map_err(placed)?;
        let plant = change.app().live.plant();
        change.event(draft(EventType::StationRegistered, &plant, &row).new(&told(&plant, &row)))?;
        Ok(shown(&plant, &row))
    })
    .await?;
    Ok(RegisteredStation { station, credential: credential.expose().to_owned() })
}

/// Changes a station; switching it off ends its session.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageStations>,
    id: StationId,
    asked: ChangeStation,
) -> Result<Station, Fault> {
    let name = asked.name.as_deref().map(Label::parse).transpose()?;
    let area = asked.area.as_deref().map(|area| areas::find(&app.live.plant(), area)).transpose()?;
    configure(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        let after = Row {
            name: name.unwrap_or_else(|| before.name.clone()),
            area: area.unwrap_or(before.area),
            enabled: asked.enabled.unwrap_or(before.enabled),
            version: asked.version,
            ..before.clone()
        };
        stations::update(change.tx, &after).await.map_err(placed)?;
        let plant = change.app().live.plant();
        let event = draft(EventType::StationChanged, &plant, &after);
        change.event(event.old(&told(&plant, &before)).new(&told(&plant, &after)))?;
        if before.enabled && !after.enabled {
            endings::at_station(change, id, "the station was switched off").await?;
        }
        Ok(shown(&plant, &Row { version: asked.version + 1, ..after }))
    })
    .await
}

/// Removes a station that no assignment and no application names; its session ends.
pub async fn remove(app: &Shared, permit: &Permit<'_, ManageStations>, id: StationId) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        in_use::refuse(&users(change.tx, id).await?)?;
        stations::remove(change.tx, id, row.version).await?;
        let plant = change.app().live.plant();
        change.event(draft(EventType::StationRemoved, &plant, &row).old(&told(&plant, &row)))?;
        endings::at_station(change, id, "the station was removed").await
    })
    .await
}

/// Gives a station another credential; the one before no longer counts.
pub async fn renew(
    app: &Shared,
    permit: &Permit<'_, ManageStations>,
    id: StationId,
) -> Result<Credential, Fault> {
    let (credential, hash) = token::new(Purpose::Station, &mut *app.ids.rng());
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        stations::set_credential(change.tx, id, row.version, &hash.0).await?;
        let plant = change.app().live.plant();
        Ok(change.event(draft(EventType::StationCredentialRenewed, &plant, &row))?)
    })
    .await?;
    Ok(Credential { id: id.to_string(), credential: credential.expose().to_owned() })
}

/// Who may hear of the session at a station, as they proved it.
pub(crate) enum Watcher {
    /// The station itself.
    Station(Arc<Known>),
    /// An application with the station in its scope.
    Application(Arc<crate::live::plant::Application>),
    /// A person with the right to see sessions.
    Person(Arc<Session>),
}

impl Watcher {
    /// The caller, if it may hear of the session at this station.
    pub(crate) async fn of(caller: &Caller, station: StationId) -> Result<Self, Fault> {
        if let Some(own) = caller.station().filter(|own| own.id == station) {
            return Ok(Self::Station(Arc::clone(own)));
        }
        if let Some(session) = caller.session() {
            caller.require::<ReadSessions>().await?;
            return Ok(Self::Person(Arc::clone(session)));
        }
        let watcher = match caller.application() {
            Ok(application) => Self::Application(Arc::clone(application)),
            Err(_) if caller.station().is_some() => {
                return Err(Fault::about(Code::NotAllowed, "A station sees its own session only."));
            }
            Err(fault) => return Err(fault),
        };
        if watcher.may_see(caller.app(), station) { Ok(watcher) } else { Err(Code::OutsideScope.into()) }
    }

    /// Whether it may still hear of it: nothing that it proved has ended since.
    pub(crate) fn may_see(&self, app: &App, station: StationId) -> bool {
        let plant = app.live.plant();
        match self {
            Self::Station(own) => {
                plant.station_by_credential(&own.credential).is_some_and(|known| known.id == station)
            }
            Self::Application(application) => {
                let known = application.credential.and_then(|own| plant.application_by_credential(&own));
                known.is_some_and(|known| plant.station_in_scope(&known, station))
            }
            Self::Person(session) => {
                let running = app.live.sessions().by_id(session.id);
                running.is_some_and(|running| permit::holds::<ReadSessions>(app, &running))
            }
        }
    }
}

/// The station that a watcher asks about.
pub(crate) fn known(app: &App, id: StationId) -> Result<Arc<Known>, Fault> {
    app.live.plant().station(id).ok_or_else(|| Fault::missing("station"))
}

/// What names this station.
async fn users(tx: &mut Tx, id: StationId) -> Result<Vec<String>, Fault> {
    let mut users = Vec::new();
    for (application, _) in applications::all_stations(tx).await?.iter().filter(|(_, named)| *named == id) {
        let row = applications::by_id(tx, *application).await?;
        users.extend(row.map(|row| format!("the application {}", row.key)));
    }
    let named = assignments::all(tx).await?.into_iter().filter(|row| row.assignment.stations.contains(&id));
    users.extend(named.map(|row| format!("the assignment {}", row.assignment.id)));
    Ok(users)
}

async fn find(tx: &mut Tx, id: StationId) -> Result<Row, Fault> {
    stations::by_id(tx, id).await?.ok_or_else(|| Fault::missing("station"))
}

async fn read(app: &App, id: StationId) -> Result<Station, Fault> {
    let mut conn = app.store.read().await?;
    let row = stations::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("station"))?;
    Ok(shown(&app.live.plant(), &row))
}

/// The area was removed in the same moment.
fn placed(error: StoreError) -> Fault {
    match error {
        StoreError::Referenced => Code::AreaUnknown.into(),
        other => other.into(),
    }
}

fn draft(kind: EventType, plant: &Plant, row: &Row) -> Draft {
    let area = places::named_area(plant, row.area);
    let draft = Draft::done(kind).what("station", row.id, row.name.as_str());
    draft.area(Named { id: area.id, name: area.name })
}

fn told(plant: &Plant, row: &Row) -> serde_json::Value {
    json!({ "name": row.name, "area": places::named_area(plant, row.area).name, "enabled": row.enabled })
}

fn shown(plant: &Plant, row: &Row) -> Station {
    Station {
        id: row.id.to_string(),
        name: row.name.to_string(),
        area: places::named_area(plant, row.area),
        enabled: row.enabled,
        created_at: Time(row.created_at),
        version: row.version,
    }
}
