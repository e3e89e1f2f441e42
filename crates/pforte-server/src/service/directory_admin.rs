//! The administration of directories.
//!
//! What stands in the configuration file is changed there alone. A directory
//! that is switched off or removed ends the sessions of its users in the same
//! transaction. After each change the running directories follow.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageDirectories, Permit, ReadDirectories};
use crate::live::plant::Kind;
use crate::service::directories::follow;
use crate::service::directory_kinds;
use crate::service::directory_settings::{shown as ldap, stored, told, wrapped};
use crate::service::known::MOST_HOURS;
use crate::service::plant::{Change, configure};
use crate::service::scribe::Draft;
use crate::service::{administrators, directory_uses, endings, keytabs, lists};
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_model::name::Label;
use pforte_store::Conn;
use pforte_store::directories::{self, Directory as Row};
use pforte_wire::List;
use pforte_wire::directory::{ChangeDirectory, Directory, NewDirectory, ServerHealth};
use pforte_wire::problem::Code;
use pforte_wire::time::Time;
use serde_json::{Value, json};

/// What is said of a password where there is no account.
const NO_ACCOUNT: &str = "this kind of directory has none";

/// A page of the directories, in the order of the working environment.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadDirectories>,
    asked: &lists::Asked,
) -> Result<List<Directory>, Fault> {
    let mut conn = app.store.read().await?;
    let rows = directories::all(&mut conn).await?.into_iter().enumerate().collect();
    let page = lists::page(
        asked,
        rows,
        |(place, _)| format!("{place:08}"),
        |(_, row): &(usize, Row)| row.name.to_string(),
    )?;
    let items = page.items.iter().map(|(_, row)| shown(app, row)).collect::<Result<_, _>>()?;
    Ok(List { items, next: page.next })
}

/// One directory.
pub async fn show(
    app: &App,
    _permit: &Permit<'_, ReadDirectories>,
    id: DirectoryId,
) -> Result<Directory, Fault> {
    let mut conn = app.store.read().await?;
    shown(app, &find(&mut conn, id).await?)
}

/// Adds a directory at the end of the working environment.
pub async fn add(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    mut asked: NewDirectory,
) -> Result<Directory, Fault> {
    let now = app.clock.micros();
    let id = DirectoryId::from_bytes(app.ids.bytes(now));
    let (kind, settings) = directory_kinds::new(&mut asked)?;
    let secret = match (directory_kinds::has_account(kind), &asked.service_password) {
        (true, Some(password)) => Some(wrapped(app, id, password)?),
        (false, None) => None,
        (needed, _) => {
            let says = if needed { "needed" } else { NO_ACCOUNT };
            return Err(Fault::value("service_password", says));
        }
    };
    let row = Row {
        id,
        name: Label::parse(&asked.name)?,
        kind: kind.as_str().to_owned(),
        settings,
        secret,
        position: 0,
        enabled: true,
        created_at: now,
        removed_at: None,
        version: 1,
        known_hours: known_hours(kind, asked.known_hours)?,
    };
    configure(app, permit.origin(), async move |change| {
        let last = directories::all(change.tx).await?.iter().map(|row| row.position).max();
        let row = Row { position: last.map_or(0, |last| last.saturating_add(1)), ..row };
        others_exist(change.tx, &row).await?;
        directories::insert(change.tx, &row).await?;
        Ok(change.event(about(EventType::DirectoryAdded, &row).new(&told(&row)?))?)
    })
    .await?;
    followed(app, id).await
}

/// Changes a directory. One that is switched off ends the sessions of its users.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
    asked: ChangeDirectory,
) -> Result<Directory, Fault> {
    let secret = asked.service_password.as_ref().map(|secret| wrapped(app, id, secret)).transpose()?;
    configure(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        may_change(change.app(), &before)?;
        let after = applied(&before, asked, secret)?;
        let renewed = after.secret != before.secret;
        if after.settings != before.settings {
            others_exist(change.tx, &after).await?;
        }
        directories::update(change.tx, &after).await?;
        let draft = about(EventType::DirectoryChanged, &after).old(&told(&before)?);
        change.event(draft.new(&with_secret(told(&after)?, renewed)))?;
        if before.enabled && !after.enabled {
            bar(change, id, "the directory was switched off").await?;
        }
        Ok(())
    })
    .await?;
    followed(app, id).await
}

/// Whether all directories whose people may be in this one's groups are there, and are
/// others.
async fn others_exist(conn: &mut Conn, row: &Row) -> Result<(), Fault> {
    for id in stored(row)?.map(|settings| settings.foreign_members_of).unwrap_or_default() {
        if id == row.id {
            return Err(Fault::value("ldap.foreign_members_of", "other directories"));
        }
        find(conn, id).await?;
    }
    Ok(())
}

/// Whether callers may change it at all.
fn may_change(app: &App, row: &Row) -> Result<(), Fault> {
    if !from_file(app, row) {
        return Ok(());
    }
    let sentence =
        format!("The directory {} stands in the configuration file and is changed there.", row.name);
    Err(Fault::about(Code::BuiltIn, &sentence))
}

fn from_file(app: &App, row: &Row) -> bool {
    let folded = row.name.folded();
    let names = app.config.directories.iter().filter_map(|directory| Label::parse(&directory.name).ok());
    names.into_iter().any(|name| name.folded() == folded)
}

fn applied(before: &Row, mut asked: ChangeDirectory, secret: Option<Vec<u8>>) -> Result<Row, Fault> {
    let settings = directory_kinds::changed(before, &mut asked);
    let more = asked.name.is_some()
        || !matches!(settings, Ok(None))
        || secret.is_some()
        || asked.known_hours.is_some_and(|hours| hours > 0);
    let kind = Kind::parse(&before.kind).ok_or(Code::Internal)?;
    if kind == Kind::Local && more {
        let sentence = "The built-in directory keeps its name and has no servers.";
        return Err(Fault::about(Code::BuiltIn, sentence));
    }
    if secret.is_some() && !directory_kinds::has_account(kind) {
        return Err(Fault::value("service_password", NO_ACCOUNT));
    }
    let name = asked.name.as_deref().map(Label::parse).transpose()?;
    let settings = match settings? {
        None => before.settings.clone(),
        Some((_, false)) if secret.is_none() => return Err(Code::ServicePasswordNeeded.into()),
        Some((settings, _)) => settings,
    };
    if asked.position.is_some_and(|position| !(0..=9_999).contains(&position)) {
        return Err(Fault::value("position", "0 to 9999"));
    }
    Ok(Row {
        name: name.unwrap_or_else(|| before.name.clone()),
        settings,
        secret: secret.or_else(|| before.secret.clone()),
        position: asked.position.unwrap_or(before.position),
        enabled: asked.enabled.unwrap_or(before.enabled),
        version: asked.version,
        known_hours: asked.known_hours.map_or(Ok(before.known_hours), |hours| known_hours(kind, hours))?,
        ..before.clone()
    })
}

/// Tells that the service password was set, never which.
fn with_secret(mut told: Value, renewed: bool) -> Value {
    if let Some(fields) = told.as_object_mut().filter(|_| renewed) {
        fields.insert("service_password".to_owned(), json!("set anew"));
    }
    told
}

/// Removes a directory that nothing refers to. Its users stay known to the log.
pub async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        if row.kind == Kind::Local.as_str() {
            return Err(Fault::about(Code::BuiltIn, "The built-in directory cannot be removed."));
        }
        may_change(change.app(), &row)?;
        directory_uses::refuse(change.tx, &row).await?;
        directories::remove(change.tx, id, row.version, change.app().clock.micros()).await?;
        change.event(about(EventType::DirectoryRemoved, &row).old(&told(&row)?))?;
        bar(change, id, "the directory was removed").await
    })
    .await?;
    follow(app).await
}

/// Nobody of this directory may stay logged on.
async fn bar(change: &mut Change<'_>, id: DirectoryId, reason: &str) -> Result<(), Fault> {
    administrators::remain(change.tx).await?;
    endings::of_users(change, |user| user.directory == id, None, reason).await
}

/// The directory after a change, once the running ones have followed it.
pub(super) async fn followed(app: &Shared, id: DirectoryId) -> Result<Directory, Fault> {
    follow(app).await?;
    let mut conn = app.store.read().await?;
    shown(app, &find(&mut conn, id).await?)
}

/// A directory that was not removed.
pub(crate) async fn find(conn: &mut Conn, id: DirectoryId) -> Result<Row, Fault> {
    let row = directories::by_id(conn, id).await?;
    row.filter(|row| row.removed_at.is_none()).ok_or_else(|| Fault::missing("directory"))
}

/// An event about a directory.
pub(super) fn about(kind: EventType, row: &Row) -> Draft {
    Draft::done(kind).what("directory", row.id, row.name.as_str())
}

/// Directories as callers see them.
pub(super) fn all_shown(app: &App, rows: &[Row]) -> Result<Vec<Directory>, Fault> {
    rows.iter().map(|row| shown(app, row)).collect()
}

fn shown(app: &App, row: &Row) -> Result<Directory, Fault> {
    let running = app.directories.running(row.id);
    Ok(Directory {
        id: row.id.to_string(),
        name: row.name.to_string(),
        kind: row.kind.clone(),
        position: row.position,
        enabled: row.enabled,
        from_file: from_file(app, row),
        ldap: stored(row)?.as_ref().map(ldap),
        workgroup: directory_kinds::host(row)?,
        os: directory_kinds::computer(row)?,
        warning: directory_kinds::warning(row),
        account_code: running
            .as_ref()
            .and_then(|running| running.account_fault())
            .map(|fault| fault.kind.code().to_owned()),
        servers: running.map(|running| running.health().iter().map(health).collect()).unwrap_or_default(),
        version: row.version,
        known_hours: u32::try_from(row.known_hours).unwrap_or(0),
        keytab: keytabs::shown(app, row.id),
    })
}

fn known_hours(kind: Kind, asked: u32) -> Result<i64, Fault> {
    match i64::from(asked) {
        1.. if kind == Kind::Os => {
            Err(Fault::value("known_hours", "0, because this computer is always there"))
        }
        hours @ 0..=MOST_HOURS => Ok(hours),
        _ => Err(Fault::value("known_hours", "0 to 720")),
    }
}

/// The health of a server as callers see it.
pub(crate) fn health(of: &pforte_directory::ServerHealth) -> ServerHealth {
    ServerHealth {
        server: of.server.clone(),
        up: of.up,
        code: of.fault.as_ref().map(|fault| fault.kind.code().to_owned()),
        since: of.since.map(Time),
        latency_ms: of.latency_ms,
        site: of.site.clone(),
        writable: of.writable,
    }
}
