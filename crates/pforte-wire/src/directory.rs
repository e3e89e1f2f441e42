//! Directories: where users and groups live.

use crate::secret::Secret;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Directory {
    /// Its identity.
    pub id: String,
    /// Its name, as people choose it at the log-on.
    pub name: String,
    /// `local`, `ldap`, `os` (this computer's accounts) or `workgroup`.
    pub kind: String,
    /// Its place in the working environment; the first enabled one is the default.
    pub position: i64,
    /// Whether a log-on may use it.
    pub enabled: bool,
    /// Whether it stands in the configuration file, where alone it is changed.
    pub from_file: bool,
    /// The settings of an `ldap` directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ldap: Option<Ldap>,
    /// The settings of a `workgroup` directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub workgroup: Option<WorkgroupHost>,
    /// The settings of an `os` directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub os: Option<ThisComputer>,
    /// `domain-is-safer` where a domain in its place would be the safer way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warning: Option<String>,
    /// What is known of its servers now.
    pub servers: Vec<ServerHealth>,
    /// The code of why the servers do not let the service account in, if they
    /// refused it lately: nobody of the directory can log on then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account_code: Option<String>,
    /// For how many hours after a log-on a person may log on again by what is known,
    /// while no server of the directory answers; 0: not at all.
    pub known_hours: u32,
    /// The keys with which Kerberos tickets of people are opened, without the keys;
    /// none: it takes no tickets.
    #[serde(default)]
    pub keytab: Vec<KeytabKey>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// A key of a keytab, without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeytabKey {
    /// The service principal: `HTTP/host@REALM`.
    pub principal: String,
    /// The number of the key (kvno): it grows with each password of the account.
    pub version: u32,
    /// The kind of encryption, such as `aes256-sha1`.
    pub encryption: String,
}

/// Gives a directory a keytab, in the place of the one before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetKeytab {
    /// The version of the directory that was read.
    pub version: i64,
    /// The file in base64, at most 15 KiB. Stored encrypted, never told again.
    pub keytab: Secret,
}

/// How an Active Directory domain is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ldap {
    /// The DNS name of the domain.
    pub domain: String,
    /// Its servers in order, `name` or `name:port`; the port is 636 without it. None:
    /// they are found by DNS.
    #[serde(default)]
    pub servers: Vec<String>,
    /// `active-directory` (also without it), `open-ldap`, `389-ds` or `free-ipa`. Left out
    /// of a change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema: Option<String>,
    /// The addresses of the DNS servers that are asked for the servers; the
    /// computer's own without it. Left out of a change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dns: Option<Vec<String>>,
    /// The site whose servers come first; empty: the servers tell it. Left out of a
    /// change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site: Option<String>,
    /// Where users and groups are searched; empty: in the whole domain. Left out of a
    /// change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<String>,
    /// `auto` (the strongest way that the server offers), `ldaps`, `start-tls` or
    /// `sealed` (by Kerberos, without TLS). Left out of a change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub protection: Option<String>,
    /// How the service account logs on: `auto`, `simple` (its password, over TLS) or
    /// `kerberos`. Left out of a change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_login: Option<String>,
    /// The trusted authorities' certificates, PEM; the system's without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ca: Option<String>,
    /// The account with which Pforte searches: UPN or distinguished name.
    pub service_account: String,
    /// Identities of other directories whose users may be members of this one's groups,
    /// such as those of a trusted domain; this one is asked about them at each of their
    /// log-ons. Only in Active Directory. Left out of a change, it stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub foreign_members_of: Option<Vec<String>>,
}

/// How a Windows or Samba host that is in no domain is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkgroupHost {
    /// Its name or address.
    pub host: String,
    /// Its address, where its name shall not be resolved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// The account of the host with which Pforte reads: `name` or `HOST\\name`.
    pub service_account: String,
}

/// How the accounts of Pforte's own computer are used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThisComputer {
    /// The rules that PAM applies, a file in `/etc/pam.d` whose name begins with `pforte`;
    /// `pforte` without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service: Option<String>,
    /// The least number of a person's account; 1000 without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub least_uid: Option<u32>,
}

/// The health of one server of a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerHealth {
    /// The server.
    pub server: String,
    /// Whether it answered last.
    pub up: bool,
    /// The code of what is wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// Since when it answers, or does not; without it it was not asked yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Time>,
    /// How many milliseconds its last answer to an easy question took.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub latency_ms: Option<u32>,
    /// The site in which it stands, where the directory has sites.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site: Option<String>,
    /// Whether it takes changes, as far as it told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub writable: Option<bool>,
}

/// Adds a directory: exactly one of `ldap`, `workgroup` and `os` is given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDirectory {
    /// Its name.
    pub name: String,
    /// How a domain, or another LDAP directory, is reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ldap: Option<Ldap>,
    /// How a workgroup host is reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub workgroup: Option<WorkgroupHost>,
    /// How the accounts of Pforte's own computer are used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub os: Option<ThisComputer>,
    /// The service account's password; `os` has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_password: Option<Secret>,
    /// For how many hours people are known after a log-on, 0 to 720.
    #[serde(default)]
    pub known_hours: u32,
}

/// Changes a directory.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDirectory {
    /// The version that was read.
    pub version: i64,
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Its new place in the working environment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<i64>,
    /// Whether a log-on may use it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enabled: Option<bool>,
    /// How an `ldap` directory is reached now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ldap: Option<Ldap>,
    /// How a `workgroup` host is reached now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub workgroup: Option<WorkgroupHost>,
    /// How the accounts of Pforte's own computer are used now. What is left out stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub os: Option<ThisComputer>,
    /// The service account's new password. It is needed whenever the old one would go anywhere new.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_password: Option<Secret>,
    /// For how many hours people are known after a log-on from now on, 0 to 720.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known_hours: Option<u32>,
}

/// The order in which the log-on offers the directories.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderDirectories {
    /// The identifiers of all directories in the order that was read.
    pub before: Vec<String>,
    /// The same in the order that is wanted; the first enabled one becomes the default.
    pub after: Vec<String>,
}

/// Settings to be tested before they are saved: exactly one of `ldap`, `workgroup` and `os`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestDirectory {
    /// The stored directory whose change is tested; without it a new one is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// How a domain, or another LDAP directory, would be reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ldap: Option<Ldap>,
    /// How a workgroup host would be reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub workgroup: Option<WorkgroupHost>,
    /// How the accounts of Pforte's own computer would be used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub os: Option<ThisComputer>,
    /// The service account's password; `os` has none. The stored one is taken without it,
    /// but only to the domain or host, the servers, the authorities and the account it was
    /// given for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_password: Option<Secret>,
}

/// A line of a test that is told while it goes on (`application/x-ndjson`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum TestLine {
    /// The first line: what will be tried.
    Plan {
        /// The servers in order.
        servers: Vec<String>,
        /// The steps at each of them, in order.
        steps: Vec<String>,
    },
    /// A step is done. After a bad one that the rest depends on the server's rest is
    /// left out; after a refused service account the rest of the servers.
    Step(TestStep),
    /// The last line.
    End {
        /// Whether every step is good.
        good: bool,
    },
    /// The last line of a test that could not be brought to its end.
    Problem {
        /// As in every refusal.
        code: String,
        /// What happened, in English.
        detail: String,
    },
}

/// What a test of a directory found, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryTest {
    /// Whether every step is good.
    pub good: bool,
    /// The steps in order.
    pub steps: Vec<TestStep>,
}

/// One step of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestStep {
    /// The server.
    pub server: String,
    /// What was tried.
    pub step: String,
    /// Whether it is good.
    pub good: bool,
    /// Whether it is good but doubtful; `code` tells why.
    #[serde(default)]
    pub warning: bool,
    /// The code of what is wrong or doubtful.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// What was found, and what to do if it is wrong, in English.
    pub detail: String,
    /// What was found, to be told in other languages. Without it `detail` of a good step
    /// has no words: addresses, names, figures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub said: Option<Said>,
    /// What is particular to this fault: names, dates, the server's own words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub particular: Option<String>,
    /// Milliseconds it took.
    pub millis: u64,
}

/// What was found, for texts in any language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// Which sentence.
    pub key: String,
    /// What stands in it, by name.
    pub with: BTreeMap<String, String>,
}

/// A user or group found in a directory, known to Pforte or not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundPrincipal {
    /// `user` or `group`.
    pub kind: String,
    /// Its identity in Pforte, once it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// Its name in the directory.
    pub name: String,
    /// The name to be shown.
    pub label: String,
}
