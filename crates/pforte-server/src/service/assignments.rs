//! Assignments: who has which role, where, when, how strongly proved.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageAssignments, Permit, ReadAssignments};
use crate::init::ADMINISTRATOR;
use crate::live::plant::Plant;
use crate::service::plant::{Change, configure};
use crate::service::scribe::Draft;
use crate::service::setup::ADMINISTRATORS;
use crate::service::{lists, places, principals, schedule};
use pforte_model::account::Principal;
use pforte_model::assignment::{Assignment as Given, Schedule};
use pforte_model::event::EventType;
use pforte_model::factor::Strength;
use pforte_model::id::{AreaId, AssignmentId, RoleId, StationId};
use pforte_model::name::Label;
use pforte_model::time::Micros;
use pforte_store::assignments::{self, Stored};
use pforte_store::roles::{self, Role};
use pforte_store::{Conn, StoreError, areas, groups};
use pforte_wire::assignment::{Assignment, ChangeAssignment, Conditions, NewAssignment};
use pforte_wire::problem::Code;
use pforte_wire::time::Time;
use pforte_wire::{List, Named};
use serde::Deserialize;

/// Which assignments to list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only those of this user itself, not by its groups.
    pub user: Option<String>,
    /// Only those of this group itself.
    pub group: Option<String>,
    /// Only those of this role.
    pub role: Option<String>,
    /// Where the page begins: `next` of the one before.
    pub after: Option<String>,
    /// Most entries of the page, 1 to 500.
    pub limit: Option<u32>,
}

/// A page of the assignments, the oldest first.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadAssignments>,
    asked: Asked,
) -> Result<List<Assignment>, Fault> {
    let mut conn = app.store.read().await?;
    let rows = fitting(&mut conn, &asked).await?;
    let paging = lists::Asked { after: asked.after, limit: asked.limit, search: None };
    let page = lists::page(&paging, rows, |row| row.assignment.id.to_string(), |_| String::new())?;
    let plant = app.live.plant();
    let mut items = Vec::with_capacity(page.items.len());
    for row in &page.items {
        items.push(shown(&plant, &mut conn, row).await?);
    }
    Ok(List { items, next: page.next })
}

/// One assignment.
pub async fn show(
    app: &App,
    _permit: &Permit<'_, ReadAssignments>,
    id: AssignmentId,
) -> Result<Assignment, Fault> {
    let mut conn = app.store.read().await?;
    let row = find(&mut conn, id).await?;
    shown(&app.live.plant(), &mut conn, &row).await
}

/// Gives a role to a user or a group; one that only its directory knows becomes known.
pub async fn create(
    app: &Shared,
    permit: &Permit<'_, ManageAssignments>,
    asked: NewAssignment,
) -> Result<Assignment, Fault> {
    let conditions = Conditions {
        schedule: asked.schedule,
        from: asked.from,
        until: asked.until,
        strength: asked.strength,
    };
    let wanted = Wanted::read(&app.live.plant(), &asked.areas, &asked.stations, &conditions)?;
    let role = role_named(app, &asked.role).await?;
    let principal = principals::resolve(app, permit.origin(), &asked.principal).await?;
    let now = app.clock.micros();
    let given = wanted.of(AssignmentId::from_bytes(app.ids.bytes(now)), role.id, principal);
    configure(app, permit.origin(), async move |change| {
        assignments::insert(change.tx, &given, now).await.map_err(placed)?;
        let row = Stored { assignment: given, created_at: now, version: 1 };
        let new = shown(&change.app().live.plant(), change.tx, &row).await?;
        change.event(draft(EventType::AssignmentCreated, &new).new(&new))?;
        Ok(new)
    })
    .await
}

/// Replaces where, when and how strongly an assignment counts.
pub async fn replace(
    app: &Shared,
    permit: &Permit<'_, ManageAssignments>,
    id: AssignmentId,
    asked: ChangeAssignment,
) -> Result<Assignment, Fault> {
    let conditions = Conditions {
        schedule: asked.schedule,
        from: asked.from,
        until: asked.until,
        strength: asked.strength,
    };
    let wanted = Wanted::read(&app.live.plant(), &asked.areas, &asked.stations, &conditions)?;
    configure(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        let given = wanted.of(id, before.assignment.role, before.assignment.principal);
        assignments::update(change.tx, &given, asked.version).await.map_err(placed)?;
        administered(change.tx).await?;
        let after = Stored { assignment: given, version: asked.version + 1, ..before.clone() };
        tell(change, EventType::AssignmentChanged, &before, &after).await
    })
    .await
}

/// Takes a role away.
pub async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageAssignments>,
    id: AssignmentId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        let old = shown(&change.app().live.plant(), change.tx, &row).await?;
        assignments::remove(change.tx, id, row.version).await?;
        administered(change.tx).await?;
        Ok(change.event(draft(EventType::AssignmentRemoved, &old).old(&old))?)
    })
    .await
}

/// Where, when and how strongly an assignment shall count.
struct Wanted {
    areas: Vec<AreaId>,
    stations: Vec<StationId>,
    schedule: Option<Schedule>,
    from: Option<Micros>,
    until: Option<Micros>,
    strength: Option<Strength>,
}

impl Wanted {
    fn read(
        plant: &Plant,
        areas: &[String],
        stations: &[String],
        conditions: &Conditions,
    ) -> Result<Self, Fault> {
        if areas.is_empty() {
            return Err(Fault::value("areas", "at least one"));
        }
        let (from, until) = (conditions.from.map(|from| from.0), conditions.until.map(|until| until.0));
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(Fault::value("from, until", "from lies before until"));
        }
        Ok(Self {
            areas: places::areas(plant, areas)?,
            stations: places::stations(plant, stations)?,
            schedule: schedule::read(conditions.schedule.as_deref())?,
            from,
            until,
            strength: conditions.strength.as_deref().map(strength).transpose()?,
        })
    }

    fn of(self, id: AssignmentId, role: RoleId, principal: Principal) -> Given {
        let Self { areas, stations, schedule, from, until, strength } = self;
        Given { id, role, principal, areas, stations, schedule, from, until, strength }
    }
}

fn strength(text: &str) -> Result<Strength, Fault> {
    let all = [Strength::Weak, Strength::Single, Strength::Strong];
    let found = all.into_iter().find(|strength| strength.as_str() == text);
    found.ok_or_else(|| Fault::value("strength", "weak, single or strong"))
}

/// The assignments that fit all that is asked for.
async fn fitting(conn: &mut Conn, asked: &Asked) -> Result<Vec<Stored>, Fault> {
    let user = asked.user.as_deref().map(str::parse).transpose()?.map(Principal::User);
    let group = asked.group.as_deref().map(str::parse).transpose()?.map(Principal::Group);
    let role: Option<RoleId> = asked.role.as_deref().map(str::parse).transpose()?;
    let mut rows = match (user.or(group), role) {
        (Some(principal), _) => assignments::of_principal(conn, principal).await?,
        (None, Some(role)) => assignments::of_role(conn, role).await?,
        (None, None) => assignments::all(conn).await?,
    };
    rows.retain(|row| {
        let given = &row.assignment;
        let whose = [user, group].into_iter().flatten().all(|asked| asked == given.principal);
        whose && role.is_none_or(|role| role == given.role)
    });
    Ok(rows)
}

/// Refuses the change that runs if after it the administrators' group no longer
/// had the administrators' role in the whole plant, without any condition.
async fn administered(conn: &mut Conn) -> Result<(), Fault> {
    let role = roles::built_in(conn, ADMINISTRATOR).await?.ok_or(Code::Internal)?;
    let group = groups::built_in(conn, ADMINISTRATORS).await?.ok_or(Code::Internal)?;
    let all = areas::all(conn).await?;
    let root = all.iter().find(|area| area.parent.is_none()).ok_or(Code::Internal)?;
    let kept = assignments::of_role(conn, role.id).await?.into_iter().any(|row| {
        let given = row.assignment;
        given.principal == Principal::Group(group.id)
            && given.areas.contains(&root.id)
            && unconditional(&given)
    });
    if kept { Ok(()) } else { Err(Code::LastAdministrator.into()) }
}

fn unconditional(given: &Given) -> bool {
    let always = given.schedule.is_none() && given.from.is_none() && given.until.is_none();
    always && given.stations.is_empty() && given.strength.is_none()
}

/// The role that a caller names by identifier or name.
async fn role_named(app: &App, asked: &str) -> Result<Role, Fault> {
    let mut conn = app.store.read().await?;
    let found = match asked.parse::<RoleId>() {
        Ok(id) => roles::by_id(&mut conn, id).await?,
        Err(_) => roles::by_name(&mut conn, &Label::parse(asked)?).await?,
    };
    found.ok_or_else(|| Fault::missing("role"))
}

async fn find(conn: &mut Conn, id: AssignmentId) -> Result<Stored, Fault> {
    assignments::by_id(conn, id).await?.ok_or_else(|| Fault::missing("assignment"))
}

/// The role, an area or a station was removed in the same moment.
fn placed(error: StoreError) -> Fault {
    match error {
        StoreError::Referenced => Fault::missing("role, area or station"),
        other => other.into(),
    }
}

/// Writes the event of a change with both values; gives the one after.
async fn tell(
    change: &mut Change<'_>,
    kind: EventType,
    before: &Stored,
    after: &Stored,
) -> Result<Assignment, Fault> {
    let plant = change.app().live.plant();
    let old = shown(&plant, change.tx, before).await?;
    let new = shown(&plant, change.tx, after).await?;
    change.event(draft(kind, &new).old(&old).new(&new))?;
    Ok(new)
}

fn draft(kind: EventType, told: &Assignment) -> Draft {
    let whom = &told.principal;
    let name = format!("{}: {} {}\\{}", told.role.name, whom.kind, whom.directory, whom.name);
    Draft::done(kind).what("assignment", &told.id, &name)
}

async fn shown(plant: &Plant, conn: &mut Conn, row: &Stored) -> Result<Assignment, Fault> {
    let given = &row.assignment;
    let role = roles::by_id(conn, given.role).await?.ok_or(Code::Internal)?;
    Ok(Assignment {
        id: given.id.to_string(),
        role: Named { id: role.id.to_string(), name: role.name.to_string() },
        principal: principals::shown(plant, conn, given.principal).await?,
        areas: places::named_areas(plant, &given.areas),
        stations: places::named_stations(plant, &given.stations),
        conditions: Conditions {
            schedule: given.schedule.as_ref().map(schedule::write),
            from: given.from.map(Time),
            until: given.until.map(Time),
            strength: given.strength.map(|strength| strength.as_str().to_owned()),
        },
        version: row.version,
    })
}
