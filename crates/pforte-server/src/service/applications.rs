//! Applications: the programs that ask, and where they get answers.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::permit::{ManageApplications, Permit, ReadApplications};
use crate::init::APPLICATION;
use crate::live::plant::Plant;
use crate::service::plant::configure;
use crate::service::scribe::Draft;
use crate::service::{in_use, lists, places};
use crate::token::{self, Purpose};
use pforte_model::event::EventType;
use pforte_model::id::ApplicationId;
use pforte_model::name::{Key, Label, RightName};
use pforte_store::applications::{self, Application as Row, Scope};
use pforte_store::rights::{self, Right as RightRow};
use pforte_store::{Conn, StoreError, Tx, roles};
use pforte_wire::application::{
    Application, ChangeApplication, NewApplication, RegisteredApplication, Right,
};
use pforte_wire::problem::Code;
use pforte_wire::{Credential, List};
use serde_json::json;
use std::collections::BTreeSet;

/// A page of the applications, by key.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadApplications>,
    asked: &lists::Asked,
) -> Result<List<Application>, Fault> {
    let mut conn = app.store.read().await?;
    let rows = applications::all(&mut conn).await?;
    let page =
        lists::page(asked, rows, |row| row.key.to_string(), |row| format!("{} {}", row.key, row.name))?;
    let plant = app.live.plant();
    let mut items = Vec::with_capacity(page.items.len());
    for row in &page.items {
        items.push(whole(&plant, &mut conn, row).await?);
    }
    Ok(List { items, next: page.next })
}

/// One application.
pub async fn show(
    app: &App,
    _permit: &Permit<'_, ReadApplications>,
    id: ApplicationId,
) -> Result<Application, Fault> {
    read(app, id).await
}

/// The application that proved itself with this request.
pub async fn current(caller: &Caller) -> Result<Application, Fault> {
    read(caller.app(), caller.application()?.id).await
}

/// Registers an application; its credential is told once.
pub async fn register(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    asked: NewApplication,
) -> Result<RegisteredApplication, Fault> {
    let now = app.clock.micros();
    let (credential, hash) = token::new(Purpose::Application, &mut *app.ids.rng());
    let row = Row {
        id: ApplicationId::from_bytes(app.ids.bytes(now)),
        key: Key::parse(&asked.key)?,
        name: Label::parse(&asked.name)?,
        credential: Some(hash.0),
        enabled: true,
        own_dialog: false,
        created_at: now,
        version: 1,
    };
    let plant = app.live.plant();
    let scope = Scope {
        areas: places::areas(&plant, &asked.areas)?,
        stations: places::stations(&plant, &asked.stations)?,
    };
    let application = configure(app, permit.origin(), async move |change| {
        applications::insert(change.tx, &row, &scope).await.map_err(placed)?;
        let plant = change.app().live.plant();
        change.event(draft(EventType::ApplicationRegistered, &row).new(&told(&plant, &row, &scope)))?;
        whole(&plant, change.tx, &row).await
    })
    .await?;
    Ok(RegisteredApplication { application, credential: credential.expose().to_owned() })
}

/// Changes an application's name and scope, and whether its credential counts.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
    asked: ChangeApplication,
) -> Result<Application, Fault> {
    let name = asked.name.as_deref().map(Label::parse).transpose()?;
    let plant = app.live.plant();
    let areas = asked.areas.as_deref().map(|areas| places::areas(&plant, areas)).transpose()?;
    let stations = asked.stations.as_deref().map(|named| places::stations(&plant, named)).transpose()?;
    configure(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        let old = applications::scope(change.tx, id).await?;
        let after = Row {
            name: name.unwrap_or_else(|| before.name.clone()),
            enabled: asked.enabled.unwrap_or(before.enabled),
            own_dialog: asked.own_dialog.unwrap_or(before.own_dialog),
            version: asked.version,
            ..before.clone()
        };
        let new = Scope {
            areas: areas.unwrap_or_else(|| old.areas.clone()),
            stations: stations.unwrap_or_else(|| old.stations.clone()),
        };
        applications::update(change.tx, &after, &new).await.map_err(placed)?;
        let plant = change.app().live.plant();
        let event = draft(EventType::ApplicationChanged, &after);
        change.event(event.old(&told(&plant, &before, &old)).new(&told(&plant, &after, &new)))?;
        whole(&plant, change.tx, &Row { version: asked.version + 1, ..after }).await
    })
    .await
}

/// Removes an application whose rights no role has.
pub async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        in_use::refuse(&users(change.tx, id).await?)?;
        let scope = applications::scope(change.tx, id).await?;
        let own = rights::of_application(change.tx, id).await?;
        applications::remove(change.tx, id, row.version).await?;
        let mut old = told(&change.app().live.plant(), &row, &scope);
        if let Some(old) = old.as_object_mut() {
            old.insert("rights".to_owned(), own.iter().map(|right| right.action.as_str()).collect());
        }
        Ok(change.event(draft(EventType::ApplicationRemoved, &row).old(&old))?)
    })
    .await
}

/// Gives an application another credential; the one before no longer counts.
pub async fn renew(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
) -> Result<Credential, Fault> {
    let (credential, hash) = token::new(Purpose::Application, &mut *app.ids.rng());
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        applications::set_credential(change.tx, id, row.version, &hash.0).await?;
        Ok(change.event(draft(EventType::ApplicationCredentialRenewed, &row))?)
    })
    .await?;
    Ok(Credential { id: id.to_string(), credential: credential.expose().to_owned() })
}

/// An application that may be changed: not Pforte itself.
pub(crate) async fn find(tx: &mut Tx, id: ApplicationId) -> Result<Row, Fault> {
    let row = applications::by_id(tx, id).await?.ok_or_else(|| Fault::missing("application"))?;
    if row.key.as_str() == APPLICATION { Err(Code::BuiltIn.into()) } else { Ok(row) }
}

/// An application as callers see it.
pub(crate) async fn whole(plant: &Plant, conn: &mut Conn, row: &Row) -> Result<Application, Fault> {
    let scope = applications::scope(conn, row.id).await?;
    let own = rights::of_application(conn, row.id).await?;
    let registered = own.into_iter().filter(|right| !right.retired);
    Ok(Application {
        id: row.id.to_string(),
        key: row.key.to_string(),
        name: row.name.to_string(),
        enabled: row.enabled,
        own_dialog: row.own_dialog,
        areas: places::named_areas(plant, &scope.areas),
        stations: places::named_stations(plant, &scope.stations),
        rights: registered.map(|right| shown(&row.key, right)).collect(),
        version: row.version,
    })
}

/// What an event of this kind about an application begins with.
pub(crate) fn draft(kind: EventType, row: &Row) -> Draft {
    Draft::done(kind).what("application", row.id, row.key.as_str())
}

/// The roles that have a right of this application.
async fn users(tx: &mut Tx, id: ApplicationId) -> Result<Vec<String>, Fault> {
    let own: BTreeSet<_> = rights::of_application(tx, id).await?.into_iter().map(|right| right.id).collect();
    let pairs = roles::all_rights(tx).await?;
    let using: BTreeSet<_> =
        pairs.iter().filter(|(_, right)| own.contains(right)).map(|(id, _)| *id).collect();
    let all = roles::all(tx).await?.into_iter().filter(|role| using.contains(&role.id));
    Ok(all.map(|role| format!("the role {}", role.name)).collect())
}

async fn read(app: &App, id: ApplicationId) -> Result<Application, Fault> {
    let mut conn = app.store.read().await?;
    let row = applications::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("application"))?;
    whole(&app.live.plant(), &mut conn, &row).await
}

/// An area or a station of the scope was removed in the same moment.
fn placed(error: StoreError) -> Fault {
    match error {
        StoreError::Referenced => Fault::missing("area or station"),
        other => other.into(),
    }
}

fn told(plant: &Plant, row: &Row, scope: &Scope) -> serde_json::Value {
    json!({
        "name": row.name,
        "enabled": row.enabled,
        "own_dialog": row.own_dialog,
        "areas": places::named_areas(plant, &scope.areas),
        "stations": places::named_stations(plant, &scope.stations),
    })
}

fn shown(key: &Key, right: RightRow) -> Right {
    let name = RightName::new(key, &right.action).to_string();
    Right { id: right.id.to_string(), name, names: right.names }
}
