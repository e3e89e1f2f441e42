//! The directories that stand in the configuration file, brought into the database.

use crate::app::Shared;
use crate::config::{self, Account, Reached};
use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directories::SECRET_COLUMN;
use crate::service::plant::configure;
use crate::service::scribe::{Draft, Origin};
use crate::wrap::Place;
use pforte_directory::os;
use pforte_directory::workgroup::Settings as HostSettings;
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_model::name::Label;
use pforte_store::directories::{self as rows, Directory};
use pforte_wire::problem::Code;
use secrecy::ExposeSecret;
use serde::Serialize;

/// Adds what is new and changes what differs; each is an event.
pub(super) async fn directories(app: &Shared) -> Result<(), Fault> {
    for (place, configured) in app.config.directories.iter().enumerate() {
        directory(app, configured, i64::try_from(place).unwrap_or(0) + 1).await?;
    }
    Ok(())
}

async fn directory(app: &Shared, configured: &config::Directory, position: i64) -> Result<(), Fault> {
    let name = Label::parse(&configured.name)?;
    let (kind, settings, account) = stored(configured)?;
    let before = {
        let mut conn = app.store.read().await?;
        rows::by_name(&mut conn, &name).await?
    };
    if let Some(row) = before.as_ref().filter(|row| row.kind != kind.as_str()) {
        return Err(other_kind(row));
    }
    let same_secret = before.as_ref().is_some_and(|row| has_secret(app, row, account));
    if before.as_ref().is_some_and(|row| is_same(row, &settings, configured)) && same_secret {
        return Ok(());
    }
    let now = app.clock.micros();
    let id = before.as_ref().map_or_else(|| DirectoryId::from_bytes(app.ids.bytes(now)), |row| row.id);
    let secret = account.map(|account| wrapped(app, id, account)).transpose()?;
    let row = Directory {
        id,
        name,
        kind: kind.as_str().to_owned(),
        settings,
        secret,
        // Where people find it is changed in the pages.
        position: before.as_ref().map_or(position, |row| row.position),
        enabled: true,
        created_at: now,
        removed_at: None,
        version: before.as_ref().map_or(1, |row| row.version),
        known_hours: configured.known_hours,
    };
    configure(app, Origin::owner(), async move |change| {
        let kind = if before.is_some() { EventType::DirectoryChanged } else { EventType::DirectoryAdded };
        let mut draft = Draft::done(kind).what("directory", row.id, row.name.as_str()).new(&row.settings);
        match before {
            Some(before) => {
                rows::update(change.tx, &row).await?;
                draft = draft.old(&before.settings);
            }
            None => rows::insert(change.tx, &row).await?,
        }
        Ok(change.event(draft)?)
    })
    .await
}

fn is_same(row: &Directory, settings: &str, configured: &config::Directory) -> bool {
    row.enabled && row.settings == settings && row.known_hours == configured.known_hours
}

/// People are known by what their directory is, so that it stays what it is.
fn other_kind(row: &Directory) -> Fault {
    let Directory { name, kind, .. } = row;
    let sentence = format!(
        "The directory {name} of the configuration file is known here as one of kind {kind}. Give the new one a name \
         of its own."
    );
    Fault::about(Code::ValueInvalid, &sentence)
}

fn has_secret(app: &Shared, row: &Directory, account: Option<&Account>) -> bool {
    let Some(account) = account else { return row.secret.is_none() };
    let place = Place { column: SECRET_COLUMN, row: row.id.as_bytes() };
    let plain = row.secret.as_deref().and_then(|wrapped| app.wrapping.unwrap(wrapped, place).ok());
    plain.is_some_and(|plain| plain.as_slice() == account.password.expose_secret().as_bytes())
}

fn wrapped(app: &Shared, id: DirectoryId, account: &Account) -> Result<Vec<u8>, Fault> {
    let place = Place { column: SECRET_COLUMN, row: id.as_bytes() };
    let plain = account.password.expose_secret().as_bytes();
    app.wrapping.wrap(plain, place, &mut *app.ids.rng()).map_err(|_| Code::Internal.into())
}

/// What is stored of it: its kind, its settings, and whose password.
fn stored(configured: &config::Directory) -> Result<(Kind, String, Option<&Account>), Fault> {
    Ok(match &configured.reached {
        Reached::Ldap(domain, account) => (Kind::Ldap, text(&domain.settings(&account.name))?, Some(account)),
        Reached::Workgroup { host, address, account } => {
            let usual = HostSettings::new(host.clone(), account.name.clone());
            (Kind::Workgroup, text(&HostSettings { address: *address, ..usual })?, Some(account))
        }
        Reached::Os { service, least_uid } => {
            let usual = os::Settings::default();
            (
                Kind::Os,
                text(&os::Settings { service: service.clone(), least_uid: *least_uid, ..usual })?,
                None,
            )
        }
    })
}

fn text(settings: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(settings).map_err(|_| Code::Internal.into())
}
