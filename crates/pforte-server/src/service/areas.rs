//! Areas: the plant as a tree.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageAreas, Permit, ReadAreas};
use crate::live::plant::Plant;
use crate::service::in_use;
use crate::service::plant::{area_name, configure};
use crate::service::scribe::Draft;
use pforte_model::event::EventType;
use pforte_model::id::AreaId;
use pforte_model::name::AreaName;
use pforte_store::areas::{self, Area as Row};
use pforte_store::signature_policies;
use pforte_wire::List;
use pforte_wire::area::{Area, ChangeArea, NewArea};
use pforte_wire::problem::Code;

/// The whole tree, by path.
pub async fn list(app: &App, _permit: &Permit<'_, ReadAreas>) -> Result<List<Area>, Fault> {
    let mut conn = app.store.read().await?;
    let plant = app.live.plant();
    let mut items: Vec<Area> = areas::all(&mut conn).await?.iter().map(|row| shown(&plant, row)).collect();
    items.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(List { items, next: None })
}

/// One area.
pub async fn show(app: &App, _permit: &Permit<'_, ReadAreas>, id: AreaId) -> Result<Area, Fault> {
    let mut conn = app.store.read().await?;
    let row = areas::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("area"))?;
    Ok(shown(&app.live.plant(), &row))
}

/// Makes an area below another.
pub async fn create(app: &Shared, permit: &Permit<'_, ManageAreas>, asked: NewArea) -> Result<Area, Fault> {
    let parent = find(&app.live.plant(), &asked.parent)?;
    let row = Row {
        id: AreaId::from_bytes(app.ids.bytes(app.clock.micros())),
        parent: Some(parent),
        name: AreaName::parse(&asked.name)?,
        position: 0,
        version: 1,
    };
    let id = row.id;
    configure(app, permit.origin(), async move |change| {
        areas::insert(change.tx, &row).await?;
        let path = format!("{}/{}", area_name(&change.app().live.plant(), parent), row.name);
        Ok(change.event(Draft::done(EventType::AreaCreated).what("area", row.id, &path).new(&path))?)
    })
    .await?;
    read(app, id).await
}

/// Renames or moves an area with all below it.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageAreas>,
    id: AreaId,
    asked: ChangeArea,
) -> Result<Area, Fault> {
    let name = asked.name.as_deref().map(AreaName::parse).transpose()?;
    let parent = asked.parent.as_deref().map(|parent| find(&app.live.plant(), parent)).transpose()?;
    configure(app, permit.origin(), async move |change| {
        let before = areas::by_id(change.tx, id).await?.ok_or_else(|| Fault::missing("area"))?;
        if before.parent.is_none() && parent.is_some() {
            return Err(Fault::about(Code::BuiltIn, "The plant itself cannot be moved."));
        }
        let after = Row {
            name: name.unwrap_or_else(|| before.name.clone()),
            parent: parent.or(before.parent),
            version: asked.version,
            ..before.clone()
        };
        if let Some(parent) = parent.filter(|_| before.parent != parent)
            && areas::is_within(change.tx, parent, id).await?
        {
            return Err(Code::Cycle.into());
        }
        areas::update(change.tx, &after).await?;
        let path = area_name(&change.app().live.plant(), id);
        let draft = Draft::done(EventType::AreaChanged).what("area", id, &path);
        Ok(change.event(draft.old(&told(&before)).new(&told(&after)))?)
    })
    .await?;
    read(app, id).await
}

/// Removes an area that nothing stands in and no assignment names.
pub async fn remove(app: &Shared, permit: &Permit<'_, ManageAreas>, id: AreaId) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = areas::by_id(change.tx, id).await?.ok_or_else(|| Fault::missing("area"))?;
        if row.parent.is_none() {
            return Err(Fault::about(Code::BuiltIn, "The plant itself cannot be removed."));
        }
        let signing = signature_policies::of_area(change.tx, id).await?;
        in_use::refuse(
            &signing.iter().map(|name| format!("the signature policy {name}")).collect::<Vec<_>>(),
        )?;
        areas::remove(change.tx, id, row.version).await?;
        let path = area_name(&change.app().live.plant(), id);
        Ok(change.event(Draft::done(EventType::AreaRemoved).what("area", id, &path).old(&told(&row)))?)
    })
    .await
}

/// The area that a caller names by path or identifier.
pub(crate) fn find(plant: &Plant, asked: &str) -> Result<AreaId, Fault> {
    let area = plant.policy.area(asked).and_then(|area| plant.policy.area_name(area));
    area.map(|area| area.id)
        .ok_or_else(|| Fault::about(Code::AreaUnknown, &format!("There is no area {asked}.")))
}

async fn read(app: &App, id: AreaId) -> Result<Area, Fault> {
    let mut conn = app.store.read().await?;
    let row = areas::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("area"))?;
    Ok(shown(&app.live.plant(), &row))
}

fn shown(plant: &Plant, row: &Row) -> Area {
    Area {
        id: row.id.to_string(),
        parent: row.parent.map(|parent| parent.to_string()),
        name: row.name.to_string(),
        path: area_name(plant, row.id),
        version: row.version,
    }
}

fn told(row: &Row) -> serde_json::Value {
    serde_json::json!({ "name": row.name, "parent": row.parent })
}
