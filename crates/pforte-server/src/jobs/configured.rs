//! The directories that stand in the configuration file, brought into the database.

use crate::app::Shared;
use crate::config;
use crate::fault::Fault;
use crate::service::directories::SECRET_COLUMN;
use crate::service::plant::configure;
use crate::service::scribe::{Draft, Origin};
use crate::wrap::Place;
use pforte_directory::ldap::{Ca, Find, Server, Settings};
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_model::name::Label;
use pforte_store::directories::{self as rows, Directory};
use pforte_wire::problem::Code;
use secrecy::ExposeSecret;

/// Adds what is new and changes what differs; each is an event.
pub(super) async fn directories(app: &Shared) -> Result<(), Fault> {
    for (place, configured) in app.config.directories.iter().enumerate() {
        directory(app, configured, i64::try_from(place).unwrap_or(0) + 1).await?;
    }
    Ok(())
}

async fn directory(app: &Shared, configured: &config::Directory, position: i64) -> Result<(), Fault> {
    let name = Label::parse(&configured.name)?;
    let settings = serde_json::to_string(&settings(configured)).map_err(|_| Code::Internal)?;
    let before = {
        let mut conn = app.store.read().await?;
        rows::by_name(&mut conn, &name).await?
    };
    let same_secret = before.as_ref().is_some_and(|row| has_secret(app, row, configured));
    if before.as_ref().is_some_and(|row| is_same(row, &settings, configured)) && same_secret {
        return Ok(());
    }
    let now = app.clock.micros();
    let id = before.as_ref().map_or_else(|| DirectoryId::from_bytes(app.ids.bytes(now)), |row| row.id);
    let place = Place { column: SECRET_COLUMN, row: id.as_bytes() };
    let plain = configured.service_password.expose_secret().as_bytes();
    let secret = app.wrapping.wrap(plain, place, &mut *app.ids.rng()).map_err(|_| Code::Internal)?;
    let row = Directory {
        id,
        name,
        kind: "ldap".to_owned(),
        settings,
        secret: Some(secret),
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

fn has_secret(app: &Shared, row: &Directory, configured: &config::Directory) -> bool {
    let place = Place { column: SECRET_COLUMN, row: row.id.as_bytes() };
    let plain = row.secret.as_deref().and_then(|wrapped| app.wrapping.unwrap(wrapped, place).ok());
    plain.is_some_and(|plain| plain.as_slice() == configured.service_password.expose_secret().as_bytes())
}

fn settings(configured: &config::Directory) -> Settings {
    let server = |host: &config::Host| Server { port: host.port, ..Server::new(host.host.clone()) };
    Settings {
        servers: configured.way.servers.iter().map(server).collect(),
        ca: configured.ca_file.clone().map_or(Ca::System, Ca::File),
        base: configured.base.clone(),
        find: Find { dns: configured.way.dns.clone(), site: configured.way.site.clone(), ..Find::default() },
        protection: configured.way.protection,
        ..Settings::new(configured.domain.clone(), configured.service_account.clone())
    }
}
