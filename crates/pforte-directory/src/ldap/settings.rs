//! What an administrator says about a directory. Secrets are apart.

use super::schema::Schema;
use pforte_model::id::DirectoryId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// An Active Directory domain, as it is configured and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What kind of server it is.
    #[serde(default, skip_serializing_if = "is_active_directory")]
    pub schema: Schema,
    /// The domain's DNS name, such as `ad.example.com`.
    pub domain: String,
    /// Its domain controllers, the preferred one first; at most
    /// [`Settings::MOST_SERVERS`]. None: they are found by DNS.
    #[serde(default)]
    pub servers: Vec<Server>,
    /// How they are found, where none is named.
    #[serde(default, skip_serializing_if = "Find::is_default")]
    pub find: Find,
    /// Who is trusted to issue their certificates.
    #[serde(default)]
    pub ca: Ca,
    /// The account with which Pforte reads the directory: `name@domain`,
    /// `DOMAIN\name` or a distinguished name. It needs no rights beyond reading.
    pub account: String,
    /// Where to search for users and groups; the whole domain if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// How connections are protected.
    #[serde(default)]
    pub protection: Protection,
    /// How the service account logs on.
    #[serde(default)]
    pub service_login: ServiceLogin,
    /// Whether log-ons are bound by SHA-512 to certificates signed with Ed25519, as
    /// Samba does and no standard says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ed25519_binding: bool,
    /// The directories whose users may be members of this one's groups, by the
    /// identities they have where this one is configured; at most
    /// [`Settings::MOST_SERVERS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_members_of: Vec<DirectoryId>,
    /// How many connections, and how long to wait.
    #[serde(default)]
    pub limits: Limits,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_active_directory(schema: &Schema) -> bool {
    matches!(schema, Schema::ActiveDirectory)
}

/// How connections to domain controllers are protected. Nothing is ever sent
/// without protection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// By LDAPS; where the server has no LDAPS, by `StartTLS`; where it has no TLS at
    /// all, sealed by Kerberos. What once spoke TLS is never spoken to without.
    #[default]
    Auto,
    /// By TLS on a port of its own.
    Ldaps,
    /// By TLS on the port of LDAP.
    StartTls,
    /// Sealed by Kerberos on the port of LDAP.
    Sealed,
}

/// How the service account logs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceLogin {
    /// By Kerberos where it answers, else by its password over TLS. Once Kerberos was
    /// good, by nothing else.
    #[default]
    Auto,
    /// By its password over TLS.
    Simple,
    /// By Kerberos.
    Kerberos,
}

/// A domain controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its full name, as it stands in its certificate.
    pub host: String,
    /// Its LDAPS port.
    #[serde(default = "ldaps")]
    pub port: u16,
    /// Its LDAP port, for what is not LDAPS.
    #[serde(default = "ldap", skip_serializing_if = "is_ldap")]
    pub ldap_port: u16,
    /// Its Kerberos port.
    #[serde(default = "kerberos", skip_serializing_if = "is_kerberos")]
    pub kerberos_port: u16,
    /// Its address, where DNS shall not be asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Its further addresses, where DNS told several.
    #[serde(skip)]
    pub others: Vec<IpAddr>,
}

impl Server {
    /// A server with the usual ports.
    #[must_use]
    pub const fn new(host: String) -> Self {
        Self {
            host,
            port: ldaps(),
            ldap_port: ldap(),
            kerberos_port: kerberos(),
            address: None,
            others: Vec::new(),
        }
    }
}

/// How domain controllers are found where none is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Find {
    /// The DNS servers to ask, at most 8; this computer's own if none is given.
    pub dns: Vec<IpAddr>,
    /// The site whose servers come first; the domain controllers are asked for
    /// it if it is not given.
    pub site: Option<String>,
    /// Full names outside the domain that its controllers may have, at most 16.
    pub hosts: Vec<String>,
    /// Whether among servers that are equally near a writable one comes first.
    pub writable_first: bool,
}

impl Find {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

const fn ldaps() -> u16 {
    636
}

const fn ldap() -> u16 {
    389
}

const fn kerberos() -> u16 {
    88
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_ldap(port: &u16) -> bool {
    *port == ldap()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_kerberos(port: &u16) -> bool {
    *port == kerberos()
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Who is trusted to issue the certificates of domain controllers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ca {
    /// Whom this computer trusts.
    #[default]
    System,
    /// The certificates in this PEM file, and nobody else.
    File(PathBuf),
    /// The certificates in this PEM text, and nobody else.
    Pem(String),
}

/// How many connections, and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections on which people's passwords are verified, one at a time
    /// each; 1 to 64.
    pub bind_connections: u8,
    /// Connections of the service account that read for log-ons; 1 to 16.
    pub read_connections: u8,
    /// The longest time to set up a connection, in milliseconds; 100 to 10,000.
    pub connect_ms: u32,
    /// The longest time for one request, in milliseconds; 200 to 30,000.
    pub request_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bind_connections: 8, read_connections: 4, connect_ms: 2_000, request_ms: 5_000 }
    }
}

impl Limits {
    /// The longest time to set up a connection: name, TCP, TLS and the first answer.
    pub(super) fn connect(self) -> Duration {
        Duration::from_millis(self.connect_ms.into())
    }

    /// The longest time for one request.
    pub(super) fn request(self) -> Duration {
        Duration::from_millis(self.request_ms.into())
    }
}

/// Something in the settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Not a DNS name of at least two labels.
    #[error("domain: not a DNS name such as ad.example.com")]
    Domain,
    /// More than [`Settings::MOST_SERVERS`], or none where DNS does not tell them.
    #[error("servers: at most 16, and at least one where it is not Active Directory")]
    ServerCount,
    /// More than 8 DNS servers.
    #[error("find.dns: at most 8")]
    DnsCount,
    /// Not a site's name.
    #[error("find.site: not a site's name")]
    Site,
    /// Not host names, or more than 16.
    #[error("find.hosts: at most 16 host names")]
    FoundHosts,
    /// Not a host name; the number counts from 0.
    #[error("servers[{0}].host: not a host name")]
    Host(usize),
    /// Port 0; the number counts from 0.
    #[error("servers[{0}].port: 1 to 65535")]
    Port(usize),
    /// Kerberos is to be used, which knows no distinguished names.
    #[error("account: Kerberos needs name@domain")]
    AccountForm,
    /// Empty, too long or with a character that nobody sees.
    #[error("account: not a name")]
    Account,
    /// Empty or too long.
    #[error("base: not a distinguished name")]
    Base,
    /// Another kind of directory is asked for than this one is.
    #[error("schema: not one of this kind of directory")]
    Schema,
    /// More than can be asked, or of a kind of server that knows no strangers.
    #[error("foreign_members_of: at most 16, and only in Active Directory")]
    Foreign,
    /// A figure outside its bounds.
    #[error("limits.{0}: out of bounds")]
    Limit(&'static str),
    /// The file of trusted certificates cannot be read.
    #[error("ca: {0} cannot be read: {1}")]
    CaFile(PathBuf, String),
    /// There is no certificate in it.
    #[error("ca: no certificate found")]
    CaEmpty,
}

impl Settings {
    /// What is usual for this domain and this account: everything else has its
    /// default, and the servers are found by DNS.
    #[must_use]
    pub fn new(domain: String, account: String) -> Self {
        Self {
            schema: Schema::default(),
            domain,
            servers: Vec::new(),
            find: Find::default(),
            ca: Ca::default(),
            account,
            base: None,
            limits: Limits::default(),
            protection: Protection::default(),
            service_login: ServiceLogin::default(),
            ed25519_binding: false,
            foreign_members_of: Vec::new(),
        }
    }

    /// The greatest number of servers.
    pub const MOST_SERVERS: usize = 16;
    /// The longest name, in bytes.
    const MOST_NAME: usize = 1024;

    /// The name of the domain's top entry in Active Directory; elsewhere that of the
    /// entry below which everything is searched.
    pub(super) fn top(&self) -> String {
        let top = || super::name::top_of(&self.domain);
        if self.schema == Schema::ActiveDirectory { top() } else { self.base.clone().unwrap_or_else(top) }
    }

    /// Everything in these settings that cannot be used. The file of trusted
    /// certificates is read when the directory is started.
    #[must_use]
    pub fn check(&self) -> Vec<SettingsFault> {
        let mut faults = Vec::new();
        if !is_host(&self.domain) || !self.domain.contains('.') {
            faults.push(SettingsFault::Domain);
        }
        let unfound = self.schema != Schema::ActiveDirectory && self.servers.is_empty();
        if self.servers.len() > Self::MOST_SERVERS || unfound {
            faults.push(SettingsFault::ServerCount);
        }
        faults.extend(self.find.check());
        for (i, server) in self.servers.iter().enumerate() {
            if !is_host(&server.host) && server.host.parse::<IpAddr>().is_err() {
                faults.push(SettingsFault::Host(i));
            }
            if [server.port, server.ldap_port, server.kerberos_port].contains(&0) {
                faults.push(SettingsFault::Port(i));
            }
        }
        if !is_name(&self.account) {
            faults.push(SettingsFault::Account);
        }
        let kerberos = self.service_login == ServiceLogin::Kerberos || self.protection == Protection::Sealed;
        if kerberos && self.account.contains('=') {
            faults.push(SettingsFault::AccountForm);
        }
        if self.base.as_deref().is_some_and(|base| !is_place(base)) {
            faults.push(SettingsFault::Base);
        }
        let foreign = self.foreign_members_of.len();
        if foreign > Self::MOST_SERVERS || (foreign > 0 && self.schema != Schema::ActiveDirectory) {
            faults.push(SettingsFault::Foreign);
        }
        faults.extend(self.limits.check());
        faults
    }
}

impl Ca {
    /// Whether there is a certificate to trust. Reads the file it names, if it names one.
    pub fn check(&self) -> Result<(), SettingsFault> {
        super::tls::roots(self).map(drop)
    }
}

impl Find {
    /// The greatest number of DNS servers.
    const MOST_DNS: usize = 8;

    fn check(&self) -> impl Iterator<Item = SettingsFault> {
        let hosts = self.hosts.len() <= Settings::MOST_SERVERS && self.hosts.iter().all(|host| is_host(host));
        [
            (self.dns.len() <= Self::MOST_DNS, SettingsFault::DnsCount),
            (self.site.as_deref().is_none_or(is_host), SettingsFault::Site),
            (hosts, SettingsFault::FoundHosts),
        ]
        .into_iter()
        .filter_map(|(fits, fault)| (!fits).then_some(fault))
    }
}

impl Limits {
    fn check(self) -> impl Iterator<Item = SettingsFault> {
        [
            ("bind_connections", (1..=64).contains(&self.bind_connections)),
            ("read_connections", (1..=16).contains(&self.read_connections)),
            ("connect_ms", (100..=10_000).contains(&self.connect_ms)),
            ("request_ms", (200..=30_000).contains(&self.request_ms)),
        ]
        .into_iter()
        .filter_map(|(name, fits)| (!fits).then_some(SettingsFault::Limit(name)))
    }
}

pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// Whether a text begins like a distinguished name (RFC 4514): an attribute and its value.
fn is_place(text: &str) -> bool {
    let attribute = text.split_once('=').map(|(attribute, _)| attribute.trim());
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
    };
    is_name(text) && attribute.is_some_and(is_word)
}

fn is_name(text: &str) -> bool {
    (1..=Settings::MOST_NAME).contains(&text.len()) && !text.chars().any(pforte_model::name::unseen)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn settings(json: &str) -> Settings {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let settings = settings(
            r#"{"domain":"ad.test.lab","servers":[{"host":"dc1.ad.test.lab"}],"account":"svc@ad.test.lab"}"#,
        );
        assert_eq!(settings.check(), vec![]);
        assert_eq!(settings.servers.first().unwrap().to_string(), "dc1.ad.test.lab:636");
        assert_eq!(settings.ca, Ca::System);
        assert_eq!(settings.limits.bind_connections, 8);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let settings = settings(
            r#"{"domain":"ad","servers":[{"host":"dc1 x","port":0}],"account":"a\u0000b","base":"",
                "find":{"site":"a b","hosts":["x y"]},"ca":{"file":"/nowhere"},"limits":{"bind_connections":65,"request_ms":1}}"#,
        );
        let faults = [
            SettingsFault::Domain,
            SettingsFault::Site,
            SettingsFault::FoundHosts,
            SettingsFault::Host(0),
            SettingsFault::Port(0),
            SettingsFault::Account,
            SettingsFault::Base,
            SettingsFault::Limit("bind_connections"),
            SettingsFault::Limit("request_ms"),
        ];
        assert_eq!(settings.check(), faults);
    }

    #[test]
    fn a_place_to_search_begins_with_an_attribute() {
        for place in ["OU=Plant,DC=plant,DC=example", "ou = People, dc=x", "2.5.4.11=Plant,DC=x"] {
            assert!(is_place(place), "{place}");
        }
        for text in ["", "x", "plant.example", "=x", "O U=x", "OU=\u{0}"] {
            assert!(!is_place(text), "{text:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let json = r#"{"domain":"ad.test.lab","servers":[],"account":"a","tls":false}"#;
        assert!(serde_json::from_str::<Settings>(json).is_err());
    }
}
