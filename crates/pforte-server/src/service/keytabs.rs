//! The keytabs of directories: set, shown without their keys, taken away.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageDirectories, Permit};
use crate::service::directories::{KEYTAB_COLUMN, follow};
use crate::service::directory_admin::{about, find, followed};
use crate::service::directory_settings::stored;
use crate::service::plant::configure;
use crate::wrap::Place;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_directory::kerberos::Etype;
use pforte_directory::kerberos::accept::{self, Keytab};
use pforte_directory::ldap::Schema;
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_store::directories;
use pforte_wire::directory::{Directory, KeytabKey, SetKeytab};
use pforte_wire::problem::Code;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Gives a directory a keytab, in the place of the one before. Also one that stands in
/// the configuration file, where keytabs do not.
pub(crate) async fn set(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
    asked: SetKeytab,
) -> Result<Directory, Fault> {
    let plain = STANDARD.decode(asked.keytab.expose().trim()).map(Zeroizing::new);
    let plain = plain.map_err(|_| Fault::value("keytab", "the file in base64"))?;
    let keytab = Keytab::parse(&plain).map_err(|bad| Fault::value("keytab", &bad.to_string()))?;
    let place = Place { column: KEYTAB_COLUMN, row: id.as_bytes() };
    let wrapped = app.wrapping.wrap(&plain, place, &mut *app.ids.rng()).map_err(|_| Code::Internal)?;
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        let domain = stored(&row)?.filter(|settings| settings.schema == Schema::ActiveDirectory);
        let Some(settings) = domain else {
            return Err(Fault::about(Code::BuiltIn, "Tickets are those of an Active Directory domain."));
        };
        if !keytab.is_of(&settings.domain) {
            return Err(Fault::value("keytab", "keys of the realm of this directory's domain alone"));
        }
        directories::set_keytab(change.tx, id, asked.version, Some(&wrapped)).await?;
        let draft = about(EventType::DirectoryChanged, &row).old(&told(&shown(change.app(), id)));
        Ok(change.event(draft.new(&told(&keys(&keytab))))?)
    })
    .await?;
    followed(app, id).await
}

/// Takes a directory's keytab away: tickets are taken no more.
pub(crate) async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        directories::set_keytab(change.tx, id, row.version, None).await?;
        let draft = about(EventType::DirectoryChanged, &row).old(&told(&shown(change.app(), id)));
        Ok(change.event(draft.new(&told(&[])))?)
    })
    .await?;
    follow(app).await
}

fn told(keys: &[KeytabKey]) -> Value {
    json!({ "keytab": keys })
}

/// The keys of a directory without the keys.
pub(super) fn shown(app: &App, id: DirectoryId) -> Vec<KeytabKey> {
    app.directories.keytab(id).map(|keytab| keys(&keytab)).unwrap_or_default()
}

fn keys(keytab: &Keytab) -> Vec<KeytabKey> {
    let key = |accept::KeytabKey { service, realm, version, etype }| KeytabKey {
        principal: format!("{service}@{realm}"),
        version,
        encryption: encryption(etype).to_owned(),
    };
    keytab.keys().map(key).collect()
}

const fn encryption(etype: Etype) -> &'static str {
    match etype {
        Etype::Aes128Sha1 => "aes128-sha1",
        Etype::Aes256Sha1 => "aes256-sha1",
        Etype::Aes128Sha256 => "aes128-sha256",
        Etype::Aes256Sha384 => "aes256-sha384",
    }
}
