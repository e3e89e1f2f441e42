//! What is known of the running servers, written for the tests and for the task that ends them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::process::Process;
use crate::failure::{Done, Failure, While};

/// The servers that run for a checkout.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Servers {
    /// The domain controller.
    pub ad: ActiveDirectory,
    /// Several domain controllers of one domain, in a network of their own.
    pub forest: Forest,
    /// The database server.
    pub postgres: Postgres,
    /// The host of a workgroup.
    pub workgroup: WorkgroupHost,
    /// The LDAP server that is not Active Directory.
    pub slapd: OpenLdap,
}

/// A host of a workgroup (Samba), populated as `workgroup/mod.rs` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkgroupHost {
    /// The loopback address of its port 445.
    pub address: String,
    /// Its name.
    pub host: String,
    /// The account with which Pforte reads; an ordinary user.
    pub service: Account,
    /// The password of everybody.
    pub user_password: String,
    /// The process.
    pub process: Process,
}

/// An OpenLDAP `slapd`, populated as `slapd/population.rs` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenLdap {
    /// The loopback address it listens on.
    pub address: String,
    /// Its name, which its certificate carries.
    pub host: String,
    /// The port of plain LDAP, which offers StartTLS.
    pub port: u16,
    /// The port of LDAPS.
    pub tls_port: u16,
    /// The distinguished name of its top entry.
    pub base: String,
    /// The certificate of the CA that issued its own, PEM.
    pub ca_certificate: PathBuf,
    /// Who may change everything, by distinguished name.
    pub administrator: Account,
    /// Who reads for Pforte, by distinguished name.
    pub service: Account,
    /// The password of every user.
    pub user_password: String,
    /// The process.
    pub process: Process,
}

/// Domain controllers of one domain at two sites, in a network that the machine reaches by an interface of
/// its own. Each answers names for the domain on port 53.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forest {
    /// The network namespace.
    pub namespace: String,
    /// The machine's address in that network, which stands in the site `PLANT`.
    pub machine: String,
    /// Writable, at the site `OFFICE`.
    pub dc1: ActiveDirectory,
    /// Writable, at the site `PLANT`.
    pub dc2: ActiveDirectory,
    /// Read-only, at the site `PLANT`.
    pub rodc1: ActiveDirectory,
}

/// A domain controller of Active Directory (Samba), populated as `population.rs` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveDirectory {
    /// The loopback address of all its services: 389, 636, 88, 53, 445.
    pub address: String,
    /// Its name, which its certificate carries. No resolver of the machine knows it; the one at
    /// `address`, port 53, does.
    pub host: String,
    /// The name of the domain in DNS, such as `ad.test.lab`.
    pub domain: String,
    /// The short name of the domain, such as `ADTEST`.
    pub netbios: String,
    /// The distinguished name of the domain's root.
    pub base: String,
    /// The certificate of the CA that issued the controller's, PEM.
    pub ca_certificate: PathBuf,
    /// The key of that CA, PKCS #8 in PEM, so that tests can issue certificates with faults.
    pub ca_key: PathBuf,
    /// The administrator of the domain.
    pub administrator: Account,
    /// The account with which Pforte reads the directory; an ordinary user.
    pub service: Account,
    /// The password of every other user that has one.
    pub user_password: String,
    /// The process.
    pub process: Process,
}

/// A name and its password, both constants of a throw-away server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// As it is given at log-on.
    pub user: String,
    /// In clear.
    pub password: String,
}

/// A database server of PostgreSQL with default durability.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    /// The URL of a superuser in the database `postgres`, over TCP.
    pub url: String,
    /// The loopback address it listens on.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// The folder of its socket.
    pub socket: PathBuf,
    /// The superuser.
    pub superuser: Account,
    /// The major version.
    pub version: u32,
    /// The process.
    pub process: Process,
}

impl Servers {
    /// The process of each server.
    #[must_use]
    pub fn processes(&self) -> [&Process; 7] {
        let Self { ad, forest, postgres, workgroup, slapd } = self;
        let [one, two, three] = [&forest.dc1, &forest.dc2, &forest.rodc1].map(|ad| &ad.process);
        [&ad.process, one, two, three, &postgres.process, &workgroup.process, &slapd.process]
    }

    /// Reads what was written when the servers were started.
    pub fn load(path: &Path) -> Done<Self> {
        let text = fs::read_to_string(path).map_err(|_| {
            Failure::new(format!(
                "no servers: {} is missing; run `make servers` (cargo xtask servers up)",
                path.display()
            ))
        })?;
        serde_json::from_str(&text).doing(path.display())
    }

    /// Writes it, all or nothing.
    pub fn save(&self, path: &Path) -> Done {
        let text = serde_json::to_string_pretty(self).doing(path.display())?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).doing(folder.display())?;
        }
        let fresh = path.with_extension("new");
        fs::write(&fresh, text + "\n").doing(fresh.display())?;
        fs::rename(&fresh, path).doing(path.display())
    }
}
