//! The settings of a directory, between what callers write and what is stored.

use crate::app::App;
use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directories::SECRET_COLUMN;
use crate::wrap::Place;
use pforte_directory::ldap::{Ca, Find, Schema, Server, Settings};
use pforte_directory::secret::Password;
use pforte_model::id::DirectoryId;
use pforte_store::directories::Directory as Row;
use pforte_wire::directory::Ldap;
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;

/// The port of LDAP over TLS.
const LDAPS: u16 = 636;

/// The longest text of trusted certificates, in bytes.
const LONGEST_CA: usize = 64 * 1024;

/// The stored settings. What callers cannot say stays as it was `before`.
pub(crate) fn read(asked: Ldap, before: Option<&Settings>) -> Result<Settings, Fault> {
    if asked.ca.as_ref().is_some_and(|ca| ca.len() > LONGEST_CA) {
        return Err(Fault::value("ldap.ca", "at most 64 KiB"));
    }
    let before = before.cloned().unwrap_or_else(|| Settings::new(String::new(), String::new()));
    let find = Find {
        dns: match &asked.dns {
            Some(addresses) => addresses.iter().map(|text| dns(text)).collect::<Result<_, _>>()?,
            None => before.find.dns.clone(),
        },
        site: said(asked.site, before.find.site.clone()),
        ..before.find.clone()
    };
    let settings = Settings {
        find,
        schema: named("ldap.schema", asked.schema, before.schema)?,
        base: said(asked.base, before.base.clone()),
        protection: named("ldap.protection", asked.protection, before.protection)?,
        service_login: named("ldap.service_login", asked.service_login, before.service_login)?,
        servers: asked.servers.iter().map(|text| server(text)).collect::<Result<_, _>>()?,
        ca: asked.ca.map_or(Ca::System, Ca::Pem),
        domain: asked.domain,
        account: asked.service_account,
        foreign_members_of: match &asked.foreign_members_of {
            Some(ids) => ids.iter().map(|text| identity(text)).collect::<Result<_, _>>()?,
            None => before.foreign_members_of.clone(),
        },
        ..before
    };
    let mut faults = settings.check();
    faults.extend(settings.ca.check().err());
    if faults.is_empty() {
        return Ok(settings);
    }
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(Fault::about(Code::ValueInvalid, &format!("{}.", faults.join("; "))))
}

/// What was said, nothing if it is empty; what was before if nothing was said.
fn said(asked: Option<String>, before: Option<String>) -> Option<String> {
    asked.map_or(before, |text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// One of the few values that have a name.
fn named<T: DeserializeOwned>(field: &str, asked: Option<String>, before: T) -> Result<T, Fault> {
    let Some(name) = asked else { return Ok(before) };
    serde_json::from_value(Value::String(name)).map_err(|error| Fault::value(field, &error.to_string()))
}

fn identity(text: &str) -> Result<DirectoryId, Fault> {
    text.trim().parse().map_err(|_| Fault::value("ldap.foreign_members_of", "identities of directories"))
}

fn dns(text: &str) -> Result<IpAddr, Fault> {
    text.trim().parse().map_err(|_| Fault::value("ldap.dns", "addresses such as 10.0.0.10"))
}

/// Reads `name`, `name:port`, and behind either `=address` where DNS shall not
/// be asked.
fn server(text: &str) -> Result<Server, Fault> {
    let wrong = || Fault::value("ldap.servers", "name, name:port or name:port=address");
    let (name, address) = match text.split_once('=') {
        Some((name, address)) => (name, Some(address.trim().parse().map_err(|_| wrong())?)),
        None => (text, None),
    };
    let (host, port) = match name.trim().split_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
        None => (name.trim(), LDAPS),
    };
    Ok(Server { port, address, ..Server::new(host.to_ascii_lowercase()) })
}

/// The settings as callers see them; certificates only if they were given as text.
pub(crate) fn shown(settings: &Settings) -> Ldap {
    let ca = match &settings.ca {
        Ca::Pem(text) => Some(text.clone()),
        Ca::System | Ca::File(_) => None,
    };
    Ldap {
        domain: settings.domain.clone(),
        servers: settings.servers.iter().map(written).collect(),
        ca,
        service_account: settings.account.clone(),
        dns: Some(settings.find.dns.iter().map(ToString::to_string).collect()),
        site: Some(settings.find.site.clone().unwrap_or_default()),
        base: Some(settings.base.clone().unwrap_or_default()),
        schema: name_of(&settings.schema).filter(|_| settings.schema != Schema::default()),
        protection: name_of(&settings.protection),
        service_login: name_of(&settings.service_login),
        foreign_members_of: (settings.schema == Schema::ActiveDirectory)
            .then(|| settings.foreign_members_of.iter().map(ToString::to_string).collect()),
    }
}

fn name_of(value: &impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned))
}

fn written(server: &Server) -> String {
    let mut text = server.host.clone();
    // Writing to a String cannot fail.
    if server.port != LDAPS {
        let _ = write!(text, ":{}", server.port);
    }
    if let Some(address) = server.address {
        let _ = write!(text, "={address}");
    }
    text
}

/// The stored settings of a directory; `None` if it has none.
pub(super) fn stored(row: &Row) -> Result<Option<Settings>, Fault> {
    if row.kind != "ldap" {
        return Ok(None);
    }
    serde_json::from_str(&row.settings).map(Some).map_err(|_| Code::Internal.into())
}

/// A directory as events tell it: certificates by their digest, no secret.
pub(super) fn told(row: &Row) -> Result<Value, Fault> {
    let mut told = json!({
        "name": row.name, "position": row.position, "enabled": row.enabled, "known_hours": row.known_hours
    });
    if let (Some(settings), Some(fields)) = (stored(row)?, told.as_object_mut()) {
        fields.insert("ldap".to_owned(), told_settings(&settings));
    } else if let Some(fields) = told.as_object_mut().filter(|_| row.kind != Kind::Local.as_str()) {
        // The settings of the other kinds hold nothing that an event may not tell.
        fields.insert(row.kind.clone(), serde_json::from_str(&row.settings).map_err(|_| Code::Internal)?);
    }
    Ok(told)
}

/// Settings as events tell them.
pub(super) fn told_settings(settings: &Settings) -> Value {
    let Ldap { domain, servers, service_account, schema, dns, site, base, protection, service_login, .. } =
        shown(settings);
    let ca = match &settings.ca {
        Ca::System => "of this computer".to_owned(),
        Ca::File(path) => format!("file {}", path.display()),
        Ca::Pem(text) => format!("sha-256 {}", digest(text)),
    };
    json!({
        "schema": schema, "domain": domain, "servers": servers, "dns": dns, "site": site, "base": base, "ca": ca,
        "protection": protection, "service_account": service_account, "service_login": service_login,
        "foreign_members_of": settings.foreign_members_of
    })
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether the stored password of the service account goes nowhere new with these
/// settings. Else whoever may change them could have it sent to a server of theirs.
pub(super) fn same_receivers(before: &Settings, after: &Settings) -> bool {
    let known = |server: &Server| before.servers.contains(server);
    before.domain.eq_ignore_ascii_case(&after.domain)
        && before.account == after.account
        && before.ca == after.ca
        && before.servers.is_empty() == after.servers.is_empty()
        && before.find == after.find
        && after.servers.iter().all(known)
}

/// The service account's password, encrypted for this directory.
pub(super) fn wrapped(app: &App, id: DirectoryId, secret: &Secret) -> Result<Vec<u8>, Fault> {
    Password::parse(secret.expose()).map_err(|bad| Fault::value("service_password", &bad.to_string()))?;
    let place = Place { column: SECRET_COLUMN, row: id.as_bytes() };
    let wrapped = app.wrapping.wrap(secret.expose().as_bytes(), place, &mut *app.ids.rng());
    wrapped.map_err(|_| Code::Internal.into())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn ldap(servers: &[&str]) -> Ldap {
        Ldap {
            domain: "ad.test.lab".to_owned(),
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
            ca: None,
            service_account: "svc@ad.test.lab".to_owned(),
            ..Ldap::default()
        }
    }

    #[test]
    fn servers_are_written_as_they_were_read() {
        for text in ["dc1.ad.test.lab", "dc1:3636", "dc1=127.0.0.10", "dc1:3636=::1"] {
            assert_eq!(written(&server(text).unwrap()), text);
        }
        assert_eq!(written(&server(" DC1:636 = 10.0.0.1 ").unwrap()), "dc1=10.0.0.1");
    }

    #[test]
    fn servers_that_cannot_be_meant_are_refused() {
        for text in ["dc1:", "dc1:70000", "dc1=nowhere", "dc1:1:2"] {
            assert_eq!(server(text).map_err(|fault| fault.code), Err(Code::ValueInvalid), "{text}");
        }
    }

    #[test]
    fn every_fault_of_the_settings_is_told_at_once() {
        let asked =
            Ldap { domain: "ad".to_owned(), ca: Some("no certificate".to_owned()), ..ldap(&["dc1"; 17]) };
        let fault = read(asked, None).unwrap_err();
        for part in ["domain", "servers", "ca:"] {
            assert!(fault.detail.contains(part), "{part} in {}", fault.detail);
        }
    }

    #[test]
    fn the_stored_password_goes_to_the_servers_it_was_given_for_and_nowhere_else() {
        let before = read(ldap(&["dc1", "dc2:3636"]), None).unwrap();
        let fits = |asked: Ldap| same_receivers(&before, &read(asked, Some(&before)).unwrap());
        assert!(fits(ldap(&["dc2:3636", "DC1"])), "another order");
        assert!(fits(ldap(&["dc1"])), "one less");
        for servers in [["dc1", "dc3"], ["dc1", "dc2:636"], ["dc1=127.0.0.9", "dc2:3636"]] {
            assert!(!fits(ldap(&servers)), "{servers:?}");
        }
        assert!(!fits(Ldap { domain: "other.test.lab".to_owned(), ..ldap(&["dc1"]) }));
        assert!(!fits(Ldap { service_account: "bob@ad.test.lab".to_owned(), ..ldap(&["dc1"]) }));
        let pinned = Settings { ca: Ca::Pem("one".to_owned()), ..before.clone() };
        assert!(!same_receivers(&pinned, &before));
    }

    #[test]
    fn what_callers_cannot_say_stays() {
        let stored = Settings { base: Some("OU=Plant".to_owned()), ..read(ldap(&["dc1"]), None).unwrap() };
        assert_eq!(read(ldap(&["dc2"]), Some(&stored)).unwrap().base.as_deref(), Some("OU=Plant"));
    }
}
