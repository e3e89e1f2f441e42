//! Roles: named sets of rights.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageRoles, Permit, ReadRoles};
use crate::init::{ADMINISTRATOR, EMERGENCY_OPERATOR};
use crate::service::plant::configure;
use crate::service::right_names::RightNames;
use crate::service::scribe::Draft;
use crate::service::{in_use, lists, principals};
use pforte_model::event::EventType;
use pforte_model::id::{RightId, RoleId};
use pforte_model::name::{Label, unseen};
use pforte_store::roles::{self, Role as Row};
use pforte_store::{Tx, assignments, signature_policies};
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::role::{ChangeRole, NewRole, Role};
use serde_json::json;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// Most rights of a role.
pub const MOST_RIGHTS: usize = 2_000;

/// Longest description, in characters.
pub const DESCRIPTION: usize = 1_000;

/// Seconds without activity that a role may allow.
const IDLE: RangeInclusive<u32> = 10..=604_800;

/// Seconds of a session that a role may allow.
const SESSION: RangeInclusive<u32> = 60..=604_800;

/// A page of the roles, by name.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadRoles>,
    asked: &lists::Asked,
) -> Result<List<Role>, Fault> {
    let mut conn = app.store.read().await?;
    let rows = roles::all(&mut conn).await?;
    let names = RightNames::load(&mut conn).await?;
    let mut rights: HashMap<RoleId, Vec<RightId>> = HashMap::new();
    for (role, right) in roles::all_rights(&mut conn).await? {
        rights.entry(role).or_default().push(right);
    }
    let page = lists::page(asked, rows, |row| row.name.folded(), |row| row.name.to_string())?;
    let of = |row: &Row| rights.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    Ok(List { items: page.items.iter().map(|row| shown(&names, row, of(row))).collect(), next: page.next })
}

/// One role.
pub async fn show(app: &App, _permit: &Permit<'_, ReadRoles>, id: RoleId) -> Result<Role, Fault> {
    let mut conn = app.store.read().await?;
    let row = roles::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("role"))?;
    let rights = roles::rights(&mut conn, id).await?;
    Ok(shown(&RightNames::load(&mut conn).await?, &row, &rights))
}

/// Makes a role.
pub async fn create(app: &Shared, permit: &Permit<'_, ManageRoles>, asked: NewRole) -> Result<Role, Fault> {
    let row = Row {
        id: RoleId::from_bytes(app.ids.bytes(app.clock.micros())),
        name: Label::parse(&asked.name)?,
        description: asked.description,
        built_in: None,
        idle_seconds: asked.idle_seconds,
        session_seconds: asked.session_seconds,
        version: 1,
    };
    check(&row, &asked.rights)?;
    configure(app, permit.origin(), async move |change| {
        let names = RightNames::load(change.tx).await?;
        let rights = names.find(&asked.rights, &[])?;
        roles::insert(change.tx, &row, &rights).await?;
        change.event(draft(EventType::RoleCreated, &row).new(&told(&names, &row, &rights)))?;
        Ok(shown(&names, &row, &rights))
    })
    .await
}

/// Replaces all of a role. Of the emergency operator's only rights, times and
/// description change, because the configuration names it.
pub async fn replace(
    app: &Shared,
    permit: &Permit<'_, ManageRoles>,
    id: RoleId,
    asked: ChangeRole,
) -> Result<Role, Fault> {
    let name = Label::parse(&asked.name)?;
    configure(app, permit.origin(), async move |change| {
        let (before, held) = find(change.tx, id).await?;
        let after = Row {
            name,
            description: asked.description,
            idle_seconds: asked.idle_seconds,
            session_seconds: asked.session_seconds,
            version: asked.version,
            ..before.clone()
        };
        check(&after, &asked.rights)?;
        may_replace(&before, &after)?;
        let names = RightNames::load(change.tx).await?;
        let rights = names.find(&asked.rights, &held)?;
        roles::update(change.tx, &after, &rights).await?;
        let event = draft(EventType::RoleChanged, &after).old(&told(&names, &before, &held));
        change.event(event.new(&told(&names, &after, &rights)))?;
        Ok(shown(&names, &Row { version: asked.version + 1, ..after }, &rights))
    })
    .await
}

/// Removes a role that nobody has.
pub async fn remove(app: &Shared, permit: &Permit<'_, ManageRoles>, id: RoleId) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let (row, rights) = find(change.tx, id).await?;
        if row.built_in.is_some() {
            return Err(Code::BuiltIn.into());
        }
        let mut users = Vec::new();
        for given in assignments::of_role(change.tx, id).await? {
            let plant = change.app().live.plant();
            let whom = principals::shown(&plant, change.tx, given.assignment.principal).await?;
            users.push(format!("the assignment to the {} {}", whom.kind, whom.name));
        }
        let signing = signature_policies::of_role(change.tx, id).await?;
        users.extend(signing.iter().map(|name| format!("the signature policy {name}")));
        in_use::refuse(&users)?;
        let old = told(&RightNames::load(change.tx).await?, &row, &rights);
        roles::remove(change.tx, id, row.version).await?;
        Ok(change.event(draft(EventType::RoleRemoved, &row).old(&old))?)
    })
    .await
}

async fn find(tx: &mut Tx, id: RoleId) -> Result<(Row, Vec<RightId>), Fault> {
    let row = roles::by_id(tx, id).await?.ok_or_else(|| Fault::missing("role"))?;
    let rights = roles::rights(tx, id).await?;
    Ok((row, rights))
}

fn may_replace(before: &Row, after: &Row) -> Result<(), Fault> {
    match before.built_in.as_deref() {
        Some(ADMINISTRATOR) => Err(Code::BuiltIn.into()),
        Some(EMERGENCY_OPERATOR) if before.name != after.name => {
            Err(Fault::about(Code::BuiltIn, "The emergency operator's role keeps its name."))
        }
        _ => Ok(()),
    }
}

/// Whether all of a role is within its bounds.
fn check(row: &Row, rights: &[String]) -> Result<(), Fault> {
    let unseen = |c: char| c != '\n' && unseen(c);
    if row.description.chars().count() > DESCRIPTION || row.description.chars().any(unseen) {
        return Err(Fault::value("description", "at most 1000 characters, all of which can be seen"));
    }
    if rights.len() > MOST_RIGHTS {
        return Err(Fault::value("rights", &format!("at most {MOST_RIGHTS}")));
    }
    within("idle_seconds", row.idle_seconds, &IDLE)?;
    within("session_seconds", row.session_seconds, &SESSION)
}

fn within(name: &str, value: Option<u32>, bounds: &RangeInclusive<u32>) -> Result<(), Fault> {
    if value.is_none_or(|value| bounds.contains(&value)) {
        return Ok(());
    }
    Err(Fault::value(name, &format!("{} to {} seconds", bounds.start(), bounds.end())))
}

fn draft(kind: EventType, row: &Row) -> Draft {
    Draft::done(kind).what("role", row.id, row.name.as_str())
}

fn told(names: &RightNames, row: &Row, rights: &[RightId]) -> serde_json::Value {
    json!({
        "name": row.name,
        "description": row.description,
        "rights": names.of(rights),
        "idle_seconds": row.idle_seconds,
        "session_seconds": row.session_seconds,
    })
}

fn shown(names: &RightNames, row: &Row, rights: &[RightId]) -> Role {
    Role {
        id: row.id.to_string(),
        name: row.name.to_string(),
        description: row.description.clone(),
        built_in: row.built_in.is_some(),
        rights: names.of(rights),
        idle_seconds: row.idle_seconds,
        session_seconds: row.session_seconds,
        version: row.version,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn role() -> Row {
        Row {
            id: RoleId::from_bytes([1; 16]),
            name: Label::parse("Operator").unwrap(),
            description: "Runs the line.\nOne shift.".to_owned(),
            built_in: None,
            idle_seconds: Some(10),
            session_seconds: Some(604_800),
            version: 1,
        }
    }

    fn bad(row: &Row) -> Option<Code> {
        check(row, &[]).err().map(|fault| fault.code)
    }

    #[test]
    fn bounds_of_a_role_hold() {
        assert_eq!(bad(&role()), None);
        let out = Some(Code::ValueInvalid);
        assert_eq!(bad(&Row { idle_seconds: Some(9), ..role() }), out);
        assert_eq!(bad(&Row { session_seconds: Some(59), ..role() }), out);
        assert_eq!(bad(&Row { session_seconds: Some(604_801), ..role() }), out);
        assert_eq!(bad(&Row { description: "x".repeat(1_001), ..role() }), out);
        assert_eq!(bad(&Row { description: "a\u{202e}b".to_owned(), ..role() }), out);
        let many = vec!["a/b".to_owned(); MOST_RIGHTS + 1];
        assert_eq!(check(&role(), &many).err().map(|fault| fault.code), out);
    }

    #[test]
    fn the_administrators_role_never_changes_and_the_emergency_operators_keeps_its_name() {
        let built_in = |mark: &str| Row { built_in: Some(mark.to_owned()), ..role() };
        let renamed = Row { name: Label::parse("Other").unwrap(), ..role() };
        let code = |before: &Row, after: &Row| may_replace(before, after).err().map(|fault| fault.code);
        assert_eq!(code(&role(), &renamed), None);
        assert_eq!(code(&built_in(ADMINISTRATOR), &role()), Some(Code::BuiltIn));
        assert_eq!(code(&built_in(EMERGENCY_OPERATOR), &role()), None);
        assert_eq!(code(&built_in(EMERGENCY_OPERATOR), &renamed), Some(Code::BuiltIn));
    }
}
