//! `pforte directory`: where users and groups live.

use crate::cli::failure::{Done, End, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse::yes_no;
use crate::cli::password::PasswordSource;
use crate::cli::principal::{Kind, Principal, called};
use crate::cli::private;
use crate::cli::resolve;
use crate::cli::show::{self, Shown, yes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_wire::assignment::PrincipalShown;
use pforte_wire::directory::{
    self, ChangeDirectory, DirectoryTest, FoundPrincipal, KeytabKey, Ldap, NewDirectory, SetKeytab, TestStep,
    ThisComputer, WorkgroupHost,
};
use pforte_wire::secret::Secret;
use std::path::{Path, PathBuf};

/// Directories: where users and groups live
#[derive(Args)]
pub(crate) struct Directory {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Add a domain, or another LDAP directory
    Add(Add),
    /// Add the own users of a Windows or Samba host that is in no domain; a domain is the safer way
    AddWorkgroup(AddWorkgroup),
    /// Add the accounts of the computer on which Pforte runs
    AddOs(AddOs),
    /// List the directories in the order of the working environment
    List,
    /// Show one directory with the health of its servers
    Show {
        /// Identifier or name
        directory: String,
    },
    /// Change a directory; what is not named stays
    Change(Change),
    /// Remove a directory
    Remove {
        /// Identifier or name
        directory: String,
    },
    /// Test each step of the way to each server; the exit code is 0 only if all are good
    Test {
        /// Identifier or name
        directory: String,
    },
    /// Probe each side of each server: certificate, policies, clock, speed, service account; the
    /// exit code is 0 only if none is bad
    Probe {
        /// Identifier or name
        directory: String,
    },
    /// Give a directory a keytab, so that its people log on by their Kerberos tickets
    Keytab {
        /// Identifier or name
        directory: String,
        /// The keytab with keys of HTTP/NAME
        #[arg(required_unless_present = "remove")]
        file: Option<PathBuf>,
        /// Take the keytab away instead
        #[arg(long, conflicts_with = "file")]
        remove: bool,
    },
    /// Search a directory for users or groups, known to Pforte or not
    Search {
        /// Identifier or name
        directory: String,
        /// How the name begins
        text: String,
        /// What to search for
        #[arg(long, value_enum, default_value_t = Kind::User)]
        kind: Kind,
    },
    /// Make a user or a group of a directory known to Pforte
    Adopt {
        #[command(flatten)]
        principal: Principal,
    },
}

#[derive(Args)]
struct Add {
    /// Its name, as people choose it at the log-on
    name: String,
    /// The DNS name of the domain
    #[arg(long)]
    domain: String,
    /// A domain controller, `NAME` or `NAME:PORT`; may be repeated, in the order of preference;
    /// without it they are found by DNS
    #[arg(long = "dc", value_name = "HOST")]
    dcs: Vec<String>,
    #[command(flatten)]
    way: Way,
    /// The authorities of the domain controllers' certificates, PEM; the server's system's without it
    #[arg(long, value_name = "FILE")]
    dc_ca: Option<PathBuf>,
    /// The account with which Pforte searches: UPN or distinguished name
    #[arg(long)]
    service_account: String,
    /// For how many hours after a log-on a person may log on again while no controller answers
    #[arg(long, value_name = "HOURS", default_value_t = 0)]
    known_hours: u32,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Args)]
struct AddWorkgroup {
    /// Its name, as people choose it at the log-on
    name: String,
    /// The host's name or address
    #[arg(long)]
    host: String,
    /// The host's address, where its name shall not be resolved
    #[arg(long)]
    address: Option<String>,
    /// The account of the host with which Pforte reads
    #[arg(long)]
    service_account: String,
    #[command(flatten)]
    password: PasswordSource,
}

impl AddWorkgroup {
    fn read(self) -> Result<NewDirectory, Failure> {
        let service_password = self.password.ask(&format!("Password of {}: ", self.service_account))?;
        let Self { host, address, service_account, .. } = self;
        Ok(NewDirectory {
            name: self.name,
            ldap: None,
            workgroup: Some(WorkgroupHost { host, address, service_account }),
            os: None,
            service_password: Some(service_password),
            known_hours: 0,
        })
    }
}

#[derive(Args)]
struct AddOs {
    /// Its name, as people choose it at the log-on
    name: String,
    /// The rules that PAM applies, a file in /etc/pam.d whose name begins with pforte
    #[arg(long)]
    service: Option<String>,
    /// The least number of a person's account
    #[arg(long, value_name = "NUMBER")]
    least_uid: Option<u32>,
}

impl AddOs {
    fn read(self) -> NewDirectory {
        let os = ThisComputer { service: self.service, least_uid: self.least_uid };
        NewDirectory {
            name: self.name,
            ldap: None,
            workgroup: None,
            os: Some(os),
            service_password: None,
            known_hours: 0,
        }
    }
}

#[derive(Args)]
struct Change {
    /// Identifier or name
    directory: String,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    /// The new place in the working environment; the first enabled one is the default
    #[arg(long)]
    position: Option<i64>,
    /// Whether a log-on may use it
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    enabled: Option<bool>,
    /// The DNS name of the domain
    #[arg(long)]
    domain: Option<String>,
    /// A domain controller, `NAME` or `NAME:PORT`; may be repeated, in the order of preference
    #[arg(long = "dc", value_name = "HOST")]
    dcs: Vec<String>,
    /// Find the domain controllers by DNS instead of by their names
    #[arg(long, conflicts_with = "dcs")]
    by_dns: bool,
    #[command(flatten)]
    way: Way,
    /// The authorities of the domain controllers' certificates, PEM
    #[arg(long, value_name = "FILE")]
    dc_ca: Option<PathBuf>,
    /// The host of a workgroup: its name or address
    #[arg(long)]
    host: Option<String>,
    /// The address of that host, where its name shall not be resolved; empty: it is resolved
    #[arg(long)]
    address: Option<String>,
    /// The rules that PAM applies to this computer's accounts, a file in /etc/pam.d
    #[arg(long)]
    service: Option<String>,
    /// The least number of a person's account on this computer
    #[arg(long, value_name = "NUMBER")]
    least_uid: Option<u32>,
    /// The account with which Pforte searches: UPN, distinguished name, or a host's account
    #[arg(long)]
    service_account: Option<String>,
    /// For how many hours after a log-on a person may log on again while no controller answers
    #[arg(long, value_name = "HOURS")]
    known_hours: Option<u32>,
    /// Ask for the service account's new password; it is needed whenever the domain, its
    /// controllers, their authorities, the host or the account change
    #[arg(long)]
    service_password: bool,
    #[command(flatten)]
    password: PasswordSource,
}

/// What is typed for no directory at all.
const NONE: &str = "none";

/// By which way the domain controllers are found and spoken to.
#[derive(Args)]
struct Way {
    /// What kind of server it is: active-directory, open-ldap, 389-ds or free-ipa
    #[arg(long, value_name = "KIND")]
    schema: Option<String>,
    /// A DNS server's address that is asked for the domain controllers; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    dns: Vec<String>,
    /// The site whose domain controllers come first
    #[arg(long)]
    site: Option<String>,
    /// Where users and groups are searched; the whole domain without it
    #[arg(long, value_name = "DN")]
    base: Option<String>,
    /// How connections are protected: auto, ldaps, start-tls or sealed
    #[arg(long, value_name = "WAY")]
    protection: Option<String>,
    /// How the service account logs on: auto, simple or kerberos
    #[arg(long, value_name = "WAY")]
    service_login: Option<String>,
    /// Another directory, by identifier or name, whose people may be in this one's groups,
    /// such as that of a trusted domain; may be repeated. `none`: none any more
    #[arg(long, value_name = "DIRECTORY")]
    foreign_members_of: Vec<String>,
}

impl Way {
    fn is_said(&self) -> bool {
        let texts = [&self.schema, &self.site, &self.base, &self.protection, &self.service_login];
        !self.dns.is_empty() || !self.foreign_members_of.is_empty() || texts.into_iter().any(Option::is_some)
    }

    /// The same with the identities of the directories that were named.
    async fn resolved(mut self, client: &Client) -> Result<Self, Failure> {
        if self.foreign_members_of != [NONE] {
            for typed in &mut self.foreign_members_of {
                *typed = resolve::directory(client, typed).await?.id;
            }
        }
        Ok(self)
    }

    /// These settings with what was said of the way.
    fn over(&self, ldap: Ldap) -> Ldap {
        let said = |asked: &Option<String>, known| asked.clone().or(known);
        Ldap {
            dns: if self.dns.is_empty() { ldap.dns } else { Some(self.dns.clone()) },
            schema: said(&self.schema, ldap.schema),
            site: said(&self.site, ldap.site),
            base: said(&self.base, ldap.base),
            protection: said(&self.protection, ldap.protection),
            service_login: said(&self.service_login, ldap.service_login),
            foreign_members_of: match self.foreign_members_of.as_slice() {
                [] => ldap.foreign_members_of,
                [none] if none == NONE => Some(Vec::new()),
                named => Some(named.to_vec()),
            },
            ..ldap
        }
    }
}

impl Directory {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add(add) => out.one(&client.add_directory(&add.read(&client).await?).await?),
            Verb::AddWorkgroup(add) => out.one(&client.add_directory(&add.read()?).await?),
            Verb::AddOs(add) => out.one(&client.add_directory(&add.read()).await?),
            Verb::List => out.list(&every(async |page| client.directories(&page).await).await?),
            Verb::Show { directory } => out.one(&resolve::directory(&client, &directory).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Remove { directory } => {
                client.remove_directory(&resolve::directory(&client, &directory).await?.id).await?;
                out.said("Removed.")
            }
            Verb::Test { directory } => {
                let directory = resolve::directory(&client, &directory).await?;
                tried(out, &client.test_directory(&directory.id).await?)
            }
            Verb::Probe { directory } => {
                let directory = resolve::directory(&client, &directory).await?;
                tried(out, &client.probe_directory(&directory.id).await?)
            }
            Verb::Keytab { directory, file, .. } => keytab(&client, out, &directory, file.as_deref()).await,
            Verb::Search { directory, text, kind } => {
                let directory = resolve::directory(&client, &directory).await?;
                out.list(&client.search_directory(&directory.id, kind.of_client(), &text).await?.items)
            }
            Verb::Adopt { principal } => adopt(&client, out, &principal).await,
        }
    }
}

impl Add {
    async fn read(self, client: &Client) -> Result<NewDirectory, Failure> {
        let way = self.way.resolved(client).await?;
        let ca = self.dc_ca.as_deref().map(pem).transpose()?;
        let service_password = self.password.ask(&format!("Password of {}: ", self.service_account))?;
        let (domain, servers, service_account) = (self.domain, self.dcs, self.service_account);
        Ok(NewDirectory {
            name: self.name,
            ldap: Some(way.over(Ldap { domain, servers, ca, service_account, ..Ldap::default() })),
            workgroup: None,
            os: None,
            service_password: Some(service_password),
            known_hours: self.known_hours,
        })
    }
}

impl Change {
    async fn run(mut self, client: &Client, out: &mut Out) -> Done {
        let known = resolve::directory(client, &self.directory).await?;
        self.way = self.way.resolved(client).await?;
        let (workgroup, os) = (self.host(known.workgroup.as_ref())?, self.computer(known.os.as_ref())?);
        let ldap = if workgroup.is_some() { None } else { self.over(known.ldap.as_ref())? };
        // The stored password is never sent anywhere new.
        let moved = ldap.is_some() || workgroup.is_some();
        let wanted = self.service_password || self.password.is_told() || moved;
        let service_password =
            wanted.then(|| self.password.ask("Password of the service account: ")).transpose()?;
        let change = ChangeDirectory {
            version: known.version,
            name: self.name,
            position: self.position,
            enabled: self.enabled,
            ldap,
            workgroup,
            os,
            service_password,
            known_hours: self.known_hours,
        };
        out.one(&client.change_directory(&known.id, &change).await?)
    }

    /// How the host is reached now, if anything of that was said.
    fn host(&self, known: Option<&WorkgroupHost>) -> Result<Option<WorkgroupHost>, Failure> {
        let Some(known) = known else {
            let said = self.host.is_some() || self.address.is_some();
            return if said { Err(other_kind("is no host of a workgroup")) } else { Ok(None) };
        };
        if [&self.host, &self.address, &self.service_account].into_iter().all(Option::is_none) {
            return Ok(None);
        }
        Ok(Some(WorkgroupHost {
            host: self.host.clone().unwrap_or_else(|| known.host.clone()),
            address: self.address.clone().or_else(|| known.address.clone()),
            service_account: self.service_account.clone().unwrap_or_else(|| known.service_account.clone()),
        }))
    }

    /// How this computer's accounts are used now, if anything of that was said.
    fn computer(&self, known: Option<&ThisComputer>) -> Result<Option<ThisComputer>, Failure> {
        let said = self.service.is_some() || self.least_uid.is_some();
        match known {
            None if said => Err(other_kind("does not have this computer's accounts")),
            Some(_) if said => {
                Ok(Some(ThisComputer { service: self.service.clone(), least_uid: self.least_uid }))
            }
            _ => Ok(None),
        }
    }

    /// How it is reached now, if anything of that was said.
    fn over(&self, known: Option<&Ldap>) -> Result<Option<Ldap>, Failure> {
        let ca = self.dc_ca.as_deref().map(pem).transpose()?;
        let said = self.domain.is_some()
            || self.service_account.is_some()
            || !self.dcs.is_empty()
            || ca.is_some()
            || self.by_dns
            || self.way.is_said();
        let Some(known) = known.filter(|_| said) else {
            return if said { Err(other_kind("has no servers")) } else { Ok(None) };
        };
        Ok(Some(self.way.over(Ldap {
            domain: self.domain.clone().unwrap_or_else(|| known.domain.clone()),
            servers: if self.dcs.is_empty() && !self.by_dns {
                known.servers.clone()
            } else {
                self.dcs.clone()
            },
            ca: ca.or_else(|| known.ca.clone()),
            service_account: self.service_account.clone().unwrap_or_else(|| known.service_account.clone()),
            ..known.clone()
        })))
    }
}

fn other_kind(says: &str) -> Failure {
    Failure::wrong_use(format!("this directory {says}"), "Leave these options out.")
}

fn pem(path: &Path) -> Result<String, Failure> {
    let content = private::read(path).map_err(|error| Failure::file("read", path, &error))?;
    String::from_utf8(content).map_err(|_| {
        let detail = format!("{} is not a PEM file", path.display());
        Failure::new("ca-unfit", detail, "Convert it: openssl x509 -inform der -in FILE -out FILE.pem.")
    })
}

async fn keytab(client: &Client, out: &mut Out, directory: &str, file: Option<&Path>) -> Done {
    let known = resolve::directory(client, directory).await?;
    let Some(file) = file else {
        client.remove_keytab(&known.id).await?;
        return out.said("Removed.");
    };
    let content = private::read(file).map_err(|error| Failure::file("read", file, &error))?;
    let keytab = Secret::new(STANDARD.encode(content));
    out.one(&client.set_keytab(&known.id, &SetKeytab { version: known.version, keytab }).await?)
}

/// Shows what a test or a probe found.
fn tried(out: &mut Out, found: &DirectoryTest) -> Done {
    if out.is_json() {
        out.json(found)?;
    } else {
        out.list(&found.steps)?;
    }
    Ok(End::of(found.good))
}

async fn adopt(client: &Client, out: &mut Out, principal: &Principal) -> Done {
    let asked = principal.reference(client).await?;
    let Some(name) = &asked.directory else {
        let detail = "what has no directory in its name is known already";
        return Err(Failure::wrong_use(detail, "Write it as DIRECTORY\\name."));
    };
    let directory = resolve::directory(client, name).await?;
    out.one(&client.adopt(&directory.id, &asked).await?)
}

impl Shown for directory::Directory {
    const HEADS: &'static [&'static str] =
        &["place", "directory", "kind", "domain", "enabled", "servers", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.position.to_string(),
            self.name.clone(),
            self.kind.clone(),
            self.ldap.as_ref().map(|ldap| ldap.domain.clone()).unwrap_or_default(),
            show::yes_no(self.enabled),
            self.servers.iter().map(health).collect::<Vec<_>>().join(", "),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<_> = Self::HEADS.iter().copied().zip(self.cells()).collect();
        if let Some(ldap) = &self.ldap {
            fields.push(("configured servers", ldap.servers.join(", ")));
            fields.push(("service account", ldap.service_account.clone()));
            if let Some(code) = &self.account_code {
                fields.push(("service account refused", code.clone()));
            }
            let trusted = if ldap.ca.is_some() { "a CA file" } else { "the system's authorities" };
            fields.push(("trusted", trusted.to_owned()));
            fields.push(("keytab", self.keytab.iter().map(key).collect::<Vec<_>>().join(", ")));
            fields.push(("people stay known for", format!("{} hours", self.known_hours)));
        }
        if let Some(host) = &self.workgroup {
            fields.push(("host", host.host.clone()));
            fields.push(("service account", host.service_account.clone()));
        }
        if let Some(os) = &self.os {
            fields.push(("rules", os.service.clone().unwrap_or_default()));
            fields.push(("least number", os.least_uid.map(|uid| uid.to_string()).unwrap_or_default()));
        }
        fields.extend(self.warning.as_ref().map(|code| ("warning", code.clone())));
        fields.push(("from the configuration file", yes(self.from_file)));
        fields
    }
}

fn key(key: &KeytabKey) -> String {
    format!("{} {} {}", key.principal, key.version, key.encryption)
}

fn health(server: &directory::ServerHealth) -> String {
    let state = match (server.up, &server.code) {
        (true, _) => "up",
        (false, Some(code)) => code.as_str(),
        (false, None) => "down",
    };
    format!("{} {state}", server.server)
}

impl Shown for TestStep {
    const HEADS: &'static [&'static str] = &["server", "step", "result", "ms", "detail"];

    fn cells(&self) -> Vec<String> {
        let result = match (self.good, &self.code) {
            (true, _) if !self.warning => "good",
            (_, Some(code)) => code.as_str(),
            (_, None) => "bad",
        };
        let (server, step) = (self.server.clone(), self.step.clone());
        vec![server, step, result.to_owned(), self.millis.to_string(), self.detail.clone()]
    }
}

impl Shown for FoundPrincipal {
    const HEADS: &'static [&'static str] = &["kind", "name", "label", "id"];

    fn cells(&self) -> Vec<String> {
        vec![self.kind.clone(), self.name.clone(), self.label.clone(), self.id.clone().unwrap_or_default()]
    }
}

impl Shown for PrincipalShown {
    const HEADS: &'static [&'static str] = &["kind", "name", "id"];

    fn cells(&self) -> Vec<String> {
        vec![self.kind.clone(), called(self), self.id.clone()]
    }
}
