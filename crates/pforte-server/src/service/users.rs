//! Users of every directory that Pforte knows.
//!
//! Users are disabled, never removed, and a name once taken stays taken. What
//! another directory says of its users is changed there; here it is only whether
//! they may log on, whose they are and whether they are essential.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageUsers, Permit, ReadUsers};
use crate::live::plant::Kind;
use crate::service::plant::{Change, record};
use crate::service::scribe::Draft;
use crate::service::{administrators, endings, paging, passwords};
use pforte_model::event::EventType;
use pforte_model::id::{DirectoryId, PersonId, UserId};
use pforte_model::name::{Label, LoginName, fold};
use pforte_model::time::Micros;
use pforte_store::users::{self, User as Row};
use pforte_store::{Conn, directories, local, persons, throttle};
use pforte_wire::problem::Code;
use pforte_wire::time::Time;
use pforte_wire::user::{ChangeUser, NewUser, SetPassword, User};
use pforte_wire::{List, Named};
use serde::Deserialize;
use serde_json::json;

/// Rows read at a time while searching.
const STRIDE: u32 = 500;

/// Which users to list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only those of this directory, by identifier.
    pub directory: Option<String>,
    /// Only those with this text in the log-on name or the name shown.
    pub search: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Most entries, 1 to 500.
    pub limit: Option<u32>,
}

/// A page of users: directory by directory, in the order of the log-on names.
pub async fn list(app: &App, _permit: &Permit<'_, ReadUsers>, asked: Asked) -> Result<List<User>, Fault> {
    let (limit, needle) = (paging::limit(asked.limit)?, paging::needle(asked.search.as_deref())?);
    let only = asked.directory.as_deref().map(str::parse::<DirectoryId>).transpose()?;
    let mut conn = app.store.read().await?;
    let last = match asked.after.as_deref().map(str::parse::<UserId>).transpose()? {
        Some(id) => Some(users::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("user"))?),
        None => None,
    };
    let mut items = Vec::new();
    for directory in places(&mut conn, only, last.as_ref()).await? {
        let after = last.clone().filter(|last| last.directory.to_string() == directory.id);
        let mut search = Search { needle: needle.as_deref(), after, most: limit + 1 - items.len() };
        search.run(&mut conn, &directory, &mut items).await?;
        if items.len() > limit {
            items.truncate(limit);
            let next = items.last().map(|user: &User| user.id.clone());
            return Ok(List { items, next });
        }
    }
    Ok(List { items, next: None })
}

/// The directories whose users are still to be listed, the oldest first.
async fn places(conn: &mut Conn, only: Option<DirectoryId>, last: Option<&Row>) -> Result<Vec<Named>, Fault> {
    let all = directories::with_removed(conn).await?.into_iter();
    let ahead = all.skip_while(|row| last.is_some_and(|last| last.directory != row.id));
    let wanted = ahead.filter(|row| only.is_none_or(|only| only == row.id));
    Ok(wanted.map(|row| Named { id: row.id.to_string(), name: row.name.to_string() }).collect())
}

/// The first users of a directory with this text in a name.
pub(crate) async fn matching(
    conn: &mut Conn,
    directory: &Named,
    needle: Option<&str>,
    most: usize,
) -> Result<Vec<User>, Fault> {
    let mut found = Vec::new();
    Search { needle, after: None, most }.run(conn, directory, &mut found).await?;
    Ok(found)
}

/// The search within one directory.
struct Search<'a> {
    needle: Option<&'a str>,
    after: Option<Row>,
    most: usize,
}

impl Search<'_> {
    async fn run(&mut self, conn: &mut Conn, directory: &Named, found: &mut Vec<User>) -> Result<(), Fault> {
        let id = directory.id.parse()?;
        let full = found.len() + self.most;
        loop {
            let after = self.after.as_ref().map(|row| (&row.login, row.id));
            let rows = users::listed(conn, id, after, STRIDE).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            self.after = Some(last.clone());
            let fitting = rows.into_iter().filter(|(row, _)| self.fits(row));
            found.extend(fitting.map(|(row, person)| shown(row, directory.clone(), person)));
            if found.len() >= full {
                found.truncate(full);
                return Ok(());
            }
            // The embedded database answers at once; let others have their turn.
            tokio::task::yield_now().await;
        }
    }

    fn fits(&self, row: &Row) -> bool {
        let holds = |needle: &str| row.login.as_str().contains(needle) || fold(&row.label).contains(needle);
        self.needle.is_none_or(holds)
    }
}

/// One user.
pub async fn show(app: &App, _permit: &Permit<'_, ReadUsers>, id: UserId) -> Result<User, Fault> {
    let mut conn = app.store.read().await?;
    let row = find(&mut conn, id).await?;
    user(&mut conn, row).await
}

/// Makes a user of the local directory.
pub async fn create(app: &Shared, permit: &Permit<'_, ManageUsers>, asked: NewUser) -> Result<User, Fault> {
    let made = passwords::new_local_user(app, &asked).await?;
    record(app, permit.origin(), async move |change| {
        made.insert(change).await?;
        user(change.tx, made.row).await
    })
    .await
}

/// Changes a user. Who is disabled loses every session in the same moment.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: UserId,
    asked: ChangeUser,
) -> Result<User, Fault> {
    let wanted = Wanted::read(&asked)?;
    record(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        if before.version != asked.version {
            return Err(Code::ChangedMeanwhile.into());
        }
        let after = wanted.applied(change, &before).await?;
        if after != before {
            save(change, &before, &after).await?;
            tell(change, &before, &after).await?;
            change.user_changed(id);
        }
        let row = find(change.tx, id).await?;
        user(change.tx, row).await
    })
    .await
}

/// A change in the types of the model.
struct Wanted {
    login: Option<LoginName>,
    label: Option<Label>,
    enabled: Option<bool>,
    essential: Option<bool>,
    person: Option<PersonId>,
}

impl Wanted {
    fn read(asked: &ChangeUser) -> Result<Self, Fault> {
        Ok(Self {
            login: asked.login.as_deref().map(passwords::local_login).transpose()?,
            label: asked.label.as_deref().map(Label::parse).transpose()?,
            enabled: asked.enabled,
            essential: asked.essential,
            person: asked.person.as_deref().map(str::parse).transpose()?,
        })
    }

    async fn applied(&self, change: &mut Change<'_>, before: &Row) -> Result<Row, Fault> {
        if (self.login.is_some() || self.label.is_some()) && !is_local(change.app(), before) {
            return Err(elsewhere());
        }
        let person = self.person.unwrap_or(before.person);
        if persons::by_id(change.tx, person).await?.is_none() {
            return Err(Fault::missing("person"));
        }
        let label = self.label.as_ref().map(ToString::to_string);
        Ok(Row {
            login: self.login.clone().unwrap_or_else(|| before.login.clone()),
            label: label.unwrap_or_else(|| before.label.clone()),
            enabled: self.enabled.unwrap_or(before.enabled),
            essential: self.essential.unwrap_or(before.essential),
            person,
            ..before.clone()
        })
    }
}

/// Saves what differs; the person is called like the user as long as it was.
async fn save(change: &mut Change<'_>, before: &Row, after: &Row) -> Result<(), Fault> {
    let mut row = after.clone();
    if after.login != before.login {
        let now = change.app().clock.micros();
        local::rename(change.tx, before, &after.login, now).await?;
        row.version += 1;
    }
    if (Row { login: after.login.clone(), ..before.clone() }) != *after {
        users::update(change.tx, &row).await?;
    }
    if after.label != before.label && after.person == before.person {
        let person = persons::by_id(change.tx, after.person).await?;
        if person.is_some_and(|person| person.name == before.label) {
            persons::rename(change.tx, after.person, &after.label).await?;
        }
    }
    Ok(())
}

/// One event for each kind of change.
async fn tell(change: &mut Change<'_>, before: &Row, after: &Row) -> Result<(), Fault> {
    let about = |kind| Draft::done(kind).what("user", after.id, after.login.as_str());
    if told(before) != told(after) {
        change.event(about(EventType::UserEdited).old(&told(before)).new(&told(after)))?;
    }
    if before.person != after.person {
        let draft = about(EventType::PersonChanged).old(&whose(change.tx, before).await?);
        let draft = draft.new(&whose(change.tx, after).await?);
        change.event(draft)?;
    }
    if before.enabled != after.enabled {
        let kind = if after.enabled { EventType::UserEnabled } else { EventType::UserDisabled };
        let value = |row: &Row| json!({ "enabled": row.enabled });
        change.event(about(kind).old(&value(before)).new(&value(after)))?;
    }
    if before.enabled && !after.enabled {
        administrators::remain(change.tx).await?;
        let id = after.id;
        endings::of_users(change, |user| user.id == id, None, "the user was disabled").await?;
    }
    Ok(())
}

fn told(row: &Row) -> serde_json::Value {
    json!({ "login": row.login, "label": row.label, "essential": row.essential })
}

async fn whose(conn: &mut Conn, row: &Row) -> Result<serde_json::Value, Fault> {
    let person = persons::by_id(conn, row.person).await?;
    Ok(json!({ "person": row.person, "name": person.map(|person| person.name) }))
}

/// Sets the password of a local user and ends the sessions that the old one
/// opened, but not the caller's own. Whoever gets the new one need not wait for
/// what was tried with the old one.
pub async fn set_password(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: UserId,
    asked: SetPassword,
) -> Result<(), Fault> {
    let row = {
        let mut conn = app.store.read().await?;
        find(&mut conn, id).await?
    };
    if !is_local(app, &row) {
        return Err(elsewhere());
    }
    let mut new = passwords::set(app, &row, &asked).await?;
    let keep = u32::try_from(app.profile.history()).unwrap_or(u32::MAX).max(1);
    let own = permit.session();
    let tried = app.throttle.keys_of(row.directory, row.login.as_str());
    let cleared = tried.clone();
    let set_at = record(app, permit.origin(), async move |change| {
        for key in &cleared {
            throttle::clear(change.tx, key).await?;
        }
        if let Some(before) = local::by_user(change.tx, id).await? {
            // Passwords keep their order also when the clock was set back.
            new.at = new.at.max(Micros(before.password_at.0.saturating_add(1)));
        }
        local::set_password(change.tx, id, &new).await?;
        local::forget_history(change.tx, id, keep).await?;
        change.user_changed(id);
        let draft = Draft::done(EventType::PasswordSet).what("user", id, row.login.as_str());
        change.event(draft.new(&json!({ "must_change": new.must_change })))?;
        endings::of_users(change, |user| user.id == id, own, "the password was set anew").await?;
        Ok(new.at)
    })
    .await?;
    app.throttle.forget(&tried);
    if let Some(kept) = own.and_then(|own| app.live.sessions().by_id(own)).filter(|s| s.holder.user == id) {
        kept.password_ends(app.profile.expires_at(set_at));
    }
    Ok(())
}

async fn find(conn: &mut Conn, id: UserId) -> Result<Row, Fault> {
    users::by_id(conn, id).await?.ok_or_else(|| Fault::missing("user"))
}

fn is_local(app: &App, row: &Row) -> bool {
    let directory = app.live.plant().directory(row.directory);
    directory.is_some_and(|directory| directory.kind == Kind::Local)
}

fn elsewhere() -> Fault {
    let sentence = "Names and passwords of a user of another directory are changed there.";
    Fault::about(Code::ValueInvalid, sentence)
}

/// A user as callers see it.
pub(crate) async fn user(conn: &mut Conn, row: Row) -> Result<User, Fault> {
    let directory = directories::by_id(conn, row.directory).await?;
    let name = directory.map_or_else(String::new, |directory| directory.name.to_string());
    let person = persons::by_id(conn, row.person).await?;
    let directory = Named { id: row.directory.to_string(), name };
    Ok(shown(row, directory, person.map_or_else(String::new, |person| person.name)))
}

fn shown(row: Row, directory: Named, person: String) -> User {
    User {
        id: row.id.to_string(),
        directory,
        login: row.login.to_string(),
        label: row.label,
        person: Named { id: row.person.to_string(), name: person },
        enabled: row.enabled,
        essential: row.essential,
        seen_at: row.seen_at.map(Time),
        version: row.version,
    }
}
