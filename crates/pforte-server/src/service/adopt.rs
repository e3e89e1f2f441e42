//! Users and groups of other directories become known to Pforte.
//!
//! They are known by the immutable key of their directory (`objectGUID` in an Active Directory), so a
//! rename there changes nothing here, and a new account with an old name is
//! somebody else.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::service::plant;
use crate::service::scribe::{Draft, Origin};
use pforte_directory::{Found, FoundGroup};
use pforte_model::event::EventType;
use pforte_model::id::{DirectoryId, GroupId, PersonId, UserId};
use pforte_model::name::{LoginName, fold};
use pforte_model::time::Micros;
use pforte_store::groups::{self, Group};
use pforte_store::persons::{self, Person};
use pforte_store::users::{self, User};
use pforte_store::{StoreError, Tx};
use pforte_wire::problem::Code;
use serde_json::json;

/// The user that a directory tells of; one that is new becomes known by the order of
/// `origin`, new names are noted.
pub(crate) async fn user(
    app: &App,
    origin: &Origin,
    directory: DirectoryId,
    found: &Found,
) -> Result<User, Fault> {
    let login = LoginName::parse(&found.login)?;
    let known = {
        let mut conn = app.store.read().await?;
        users::by_key(&mut conn, directory, found.key.as_bytes()).await?
    };
    match known {
        Some(user) if user.login == login && user.label == found.label => Ok(user),
        Some(user) => rename(app, user, login, &found.label).await,
        None => add(app, origin, directory, found, login).await,
    }
}

async fn rename(app: &App, user: User, login: LoginName, label: &str) -> Result<User, Fault> {
    let told = User { login, label: label.to_owned(), ..user.clone() };
    let draft = Draft::done(EventType::UserEdited).what("user", user.id, told.login.as_str());
    let old = json!({ "login": user.login, "label": user.label });
    let draft = draft.old(&old).new(&json!({ "login": told.login, "label": label }));
    let event = app.scribe.event(&Origin::server(), draft);
    let row = told.clone();
    if !app.writable() {
        // The directory knows the person, and the next log-on notes the new names.
        return Ok(told);
    }
    let written = app
        .store
        .write(async move |tx| {
            users::told(tx, row.id, &row.login, &row.label).await?;
            tx.append(&event)?;
            Ok::<_, StoreError>(())
        })
        .await;
    match written {
        Err(error) if !error.is_unwritable() => Err(error.into()),
        _ => Ok(told),
    }
}

async fn add(
    app: &App,
    origin: &Origin,
    directory: DirectoryId,
    found: &Found,
    login: LoginName,
) -> Result<User, Fault> {
    let now = app.clock.micros();
    let row = User {
        id: UserId::from_bytes(app.ids.bytes(now)),
        directory,
        key: found.key.as_bytes().to_vec(),
        login,
        label: found.label.clone(),
        person: PersonId::from_bytes(app.ids.bytes(now)),
        enabled: true,
        essential: false,
        adopted_at: now,
        seen_at: None,
        version: 1,
    };
    let draft = Draft::done(EventType::UserAdopted).what("user", row.id, row.login.as_str());
    let event = app.scribe.event(origin, draft.new(&found.identity));
    app.store
        .write(async move |tx| {
            if let Some(user) = users::by_key(tx, row.directory, &row.key).await? {
                return Ok::<_, StoreError>(user);
            }
            insert(tx, &row, now).await?;
            tx.append(&event)?;
            Ok(row)
        })
        .await
        .map_err(Fault::from)
}

/// Adds a user with a person of its own.
pub(crate) async fn insert(tx: &mut Tx, user: &User, now: Micros) -> Result<(), StoreError> {
    persons::insert(tx, &Person { id: user.person, name: user.label.clone(), created_at: now }).await?;
    users::insert(tx, user).await
}

/// The group that a directory tells of; one that is new becomes known.
pub(crate) async fn group(
    app: &Shared,
    origin: Origin,
    directory: DirectoryId,
    found: &FoundGroup,
) -> Result<Group, Fault> {
    let row = Group {
        id: GroupId::from_bytes(app.ids.bytes(app.clock.micros())),
        directory,
        key: found.key.as_bytes().to_vec(),
        mark: Some(found.mark.as_bytes().to_vec()),
        name: fold(&found.name),
        label: found.label.clone(),
        built_in: None,
        version: 1,
    };
    let identity = found.identity.clone();
    let adopted = plant::configure(app, origin, async move |change| {
        if let Some(group) = groups::by_key(change.tx, row.directory, &row.key).await? {
            return Ok(group);
        }
        groups::insert(change.tx, &row).await?;
        change.event(Draft::done(EventType::GroupAdopted).what("group", row.id, &row.name).new(&identity))?;
        Ok(row)
    })
    .await?;
    app.directories.refresh_soon(directory);
    Ok(adopted)
}

/// A directory that is no longer running cannot tell of anybody.
pub(crate) fn not_running() -> Fault {
    Code::DirectoryUnreachable.into()
}
