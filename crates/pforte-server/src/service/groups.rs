//! Groups of every directory that Pforte knows, and who is in the local ones.
//!
//! A membership counts at once for sessions that run: the policy is compiled
//! anew with the change. Groups may contain each other in circles; what holds
//! ends there.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageUsers, Permit, ReadUsers};
use crate::live::plant::Kind;
use crate::service::plant::{Change, configure};
use crate::service::scribe::Draft;
use crate::service::{administrators, lists, principals};
use pforte_model::account::Principal;
use pforte_model::event::EventType;
use pforte_model::id::{DirectoryId, GroupId};
use pforte_model::name::{Label, fold};
use pforte_model::policy::MemberFact;
use pforte_store::groups::{self, Group as Row};
use pforte_store::{Conn, directories};
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::group::{ChangeGroup, Group, NewGroup};
use pforte_wire::problem::Code;
use pforte_wire::{List, Named};
use serde::Deserialize;
use serde_json::json;

/// Which groups to list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only those of this directory, by identifier.
    pub directory: Option<String>,
    /// Only those with this text in the name.
    pub search: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Most entries, 1 to 500.
    pub limit: Option<u32>,
}

/// A page of groups by name, without their members.
pub async fn list(app: &App, _permit: &Permit<'_, ReadUsers>, asked: Asked) -> Result<List<Group>, Fault> {
    let only = asked.directory.as_deref().map(str::parse::<DirectoryId>).transpose()?;
    let Asked { search, after, limit, .. } = asked;
    let mut conn = app.store.read().await?;
    let rows = match only {
        Some(directory) => groups::of_directory(&mut conn, directory).await?,
        None => groups::all(&mut conn).await?,
    };
    let page = lists::page(
        &lists::Asked { after, limit, search },
        rows,
        |row| format!("{} {}", fold(&row.label), row.id),
        |row| row.label.clone(),
    )?;
    let named = directories::with_removed(&mut conn).await?;
    let name = |id| named.iter().find(|row| row.id == id).map(|row| row.name.to_string());
    let items = page.items.into_iter();
    let items = items.map(|row| shown(name(row.directory).unwrap_or_default(), row, Vec::new())).collect();
    Ok(List { items, next: page.next })
}

/// One group with its members.
pub async fn show(app: &App, _permit: &Permit<'_, ReadUsers>, id: GroupId) -> Result<Group, Fault> {
    let mut conn = app.store.read().await?;
    read(&mut conn, id).await
}

/// Makes a group of the local directory. A name that was ever taken is refused.
pub async fn create(app: &Shared, permit: &Permit<'_, ManageUsers>, asked: NewGroup) -> Result<Group, Fault> {
    let name = Label::parse(&asked.name)?;
    let plant = app.live.plant();
    let local = plant.directories.iter().find(|directory| directory.kind == Kind::Local);
    let now = app.clock.micros();
    let id = GroupId::from_bytes(app.ids.bytes(now));
    let row = Row {
        id,
        directory: local.ok_or(Code::DirectoryUnknown)?.id,
        key: id.as_bytes().to_vec(),
        mark: None,
        name: name.folded(),
        label: name.to_string(),
        built_in: None,
        version: 1,
    };
    configure(app, permit.origin(), async move |change| {
        groups::insert_local(change.tx, &row, now).await?;
        change.event(about(EventType::GroupCreated, &row).new(&told(&row)))?;
        read(change.tx, id).await
    })
    .await
}

/// Renames a group of the local directory; the old name stays taken.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: GroupId,
    asked: ChangeGroup,
) -> Result<Group, Fault> {
    let name = Label::parse(&asked.name)?;
    configure(app, permit.origin(), async move |change| {
        let before = find_local(change.app(), change.tx, id).await?;
        if before.built_in.is_some() {
            let sentence = format!("The group {} keeps its name.", before.label);
            return Err(Fault::about(Code::BuiltIn, &sentence));
        }
        let after =
            Row { name: name.folded(), label: name.to_string(), version: asked.version, ..before.clone() };
        let now = change.app().clock.micros();
        groups::update_local(change.tx, &after, now).await?;
        change.event(about(EventType::GroupChanged, &after).old(&told(&before)).new(&told(&after)))?;
        read(change.tx, id).await
    })
    .await
}

/// Puts a user or a group into a local group; one who is in it stays.
pub async fn add_member(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: GroupId,
    asked: PrincipalRef,
) -> Result<(), Fault> {
    {
        // Told before a directory is asked.
        let mut conn = app.store.read().await?;
        find_local(app, &mut conn, id).await?;
    }
    let member = principals::resolve(app, permit.origin(), &asked).await?;
    if member == Principal::Group(id) {
        return Err(Fault::about(Code::Cycle, "A group cannot be its own member."));
    }
    configure(app, permit.origin(), async move |change| {
        let group = find_local(change.app(), change.tx, id).await?;
        if groups::groups_of(change.tx, member).await?.contains(&id) {
            return Ok(());
        }
        groups::add_member(change.tx, MemberFact { group: id, member }).await?;
        let who = shown_member(change, member).await?;
        Ok(change.event(about(EventType::MemberAdded, &group).new(&who))?)
    })
    .await
}

/// Takes a user or a group out of a local group.
pub async fn remove_member(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: GroupId,
    member: Principal,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let group = find_local(change.app(), change.tx, id).await?;
        if !groups::groups_of(change.tx, member).await?.contains(&id) {
            return Err(Fault::missing("member"));
        }
        groups::remove_member(change.tx, MemberFact { group: id, member }).await?;
        administrators::remain(change.tx).await?;
        let who = shown_member(change, member).await?;
        Ok(change.event(about(EventType::MemberRemoved, &group).old(&who))?)
    })
    .await
}

async fn shown_member(change: &mut Change<'_>, member: Principal) -> Result<PrincipalShown, Fault> {
    let plant = change.app().live.plant();
    principals::shown(&plant, change.tx, member).await
}

/// A group whose name and members are Pforte's own.
async fn find_local(app: &App, conn: &mut Conn, id: GroupId) -> Result<Row, Fault> {
    let row = groups::by_id(conn, id).await?.ok_or_else(|| Fault::missing("group"))?;
    let directory = app.live.plant().directory(row.directory);
    if directory.is_some_and(|directory| directory.kind == Kind::Local) {
        return Ok(row);
    }
    let sentence = "Name and members of a group of another directory are changed there.";
    Err(Fault::about(Code::ValueInvalid, sentence))
}

fn about(kind: EventType, row: &Row) -> Draft {
    Draft::done(kind).what("group", row.id, &row.label)
}

fn told(row: &Row) -> serde_json::Value {
    json!({ "name": row.label })
}

async fn read(conn: &mut Conn, id: GroupId) -> Result<Group, Fault> {
    let row = groups::by_id(conn, id).await?.ok_or_else(|| Fault::missing("group"))?;
    let directory = directories::by_id(conn, row.directory).await?;
    let members = groups::shown_members(conn, id).await?.into_iter().map(member).collect();
    Ok(shown(directory.map_or_else(String::new, |directory| directory.name.to_string()), row, members))
}

fn member(of: groups::ShownMember) -> PrincipalShown {
    let (kind, id) = match of.member {
        Principal::User(id) => ("user", id.to_string()),
        Principal::Group(id) => ("group", id.to_string()),
    };
    PrincipalShown { kind: kind.to_owned(), id, name: of.name, directory: of.directory }
}

fn shown(directory: String, row: Row, members: Vec<PrincipalShown>) -> Group {
    Group {
        id: row.id.to_string(),
        directory: Named { id: row.directory.to_string(), name: directory },
        name: row.label,
        built_in: row.built_in.is_some(),
        members,
        version: row.version,
    }
}
