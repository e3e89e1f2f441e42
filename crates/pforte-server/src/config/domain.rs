//! `[[directory]]` with `kind = "ldap"`: an Active Directory domain, or another LDAP directory.

use super::section::Section;
use crate::keys::is_host_name;
use pforte_directory::ldap::{Ca, Find, Protection, Schema, Server, ServiceLogin, Settings};
use pforte_model::name::Label;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

/// The most servers of one directory.
const MOST_SERVERS: usize = 16;

/// The most DNS servers of one directory.
const MOST_DNS: usize = 8;

/// The port of LDAP over TLS.
const LDAPS: u16 = 636;

/// An Active Directory domain, or another LDAP directory.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Its DNS name.
    pub domain: String,
    /// What kind of server it is.
    pub schema: Schema,
    /// How its servers are found and spoken to.
    pub way: Way,
    /// Who issues their certificates; whom this computer trusts if not set.
    pub ca_file: Option<PathBuf>,
    /// Where to search; the whole domain if not set.
    pub base: Option<String>,
}

/// How the domain controllers of a directory are found and spoken to.
#[derive(Clone, Debug)]
pub struct Way {
    /// The domain controllers, the preferred one first; none: they are found by DNS.
    pub servers: Vec<Host>,
    /// The DNS servers that are asked for them; this computer's own if there are none.
    pub dns: Vec<IpAddr>,
    /// The site whose domain controllers come first.
    pub site: Option<String>,
    /// How connections are protected.
    pub protection: Protection,
    /// How the service account logs on.
    pub service_login: ServiceLogin,
}

/// A computer and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its full name.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Domain {
    /// `None` if something that it cannot do without is missing or wrong; that was noted then.
    pub(super) fn read(section: &mut Section<'_, '_>) -> Option<Self> {
        let domain =
            section.parsed("domain", "plant.example", "The domain's DNS name.", |text| host_name(text, 2));
        let schema = section.choice(
            "schema",
            &[
                ("active-directory", Schema::ActiveDirectory),
                ("open-ldap", Schema::OpenLdap),
                ("389-ds", Schema::Ds389),
                ("free-ipa", Schema::FreeIpa),
            ],
            Schema::ActiveDirectory,
            "What kind of server it is.",
        );
        let way = Way::read(section);
        let ca_file = section.file(
            "ca_file",
            "plant-ca.pem",
            "The certificates (PEM) of whoever issues the domain controllers' certificates; without this line those \
             that this computer trusts.",
        );
        let base = section.parsed(
            "base",
            "OU=Plant,DC=plant,DC=example",
            "Where to search for users and groups; without this line in the whole domain.",
            |text| Ok(text.to_owned()),
        );
        Some(Self { domain: domain?, schema, way, ca_file, base })
    }

    /// The settings of the directory that is read by this account.
    pub(crate) fn settings(&self, account: &str) -> Settings {
        let server = |host: &Host| Server { port: host.port, ..Server::new(host.host.clone()) };
        let way = &self.way;
        Settings {
            schema: self.schema,
            servers: way.servers.iter().map(server).collect(),
            ca: self.ca_file.clone().map_or(Ca::System, Ca::File),
            base: self.base.clone(),
            find: Find { dns: way.dns.clone(), site: way.site.clone(), ..Find::default() },
            protection: way.protection,
            service_login: way.service_login,
            ..Settings::new(self.domain.clone(), account.to_owned())
        }
    }
}

impl Way {
    fn read(section: &mut Section<'_, '_>) -> Self {
        let servers = section.list(
            ("servers", MOST_SERVERS),
            &["dc1.plant.example:636"],
            "Its domain controllers by their full names, as they stand in their certificates; the preferred one first. \
             Without this line they are found by DNS.",
            server,
        );
        let dns = section.list(
            ("dns", MOST_DNS),
            &["10.0.0.10"],
            "The addresses of the DNS servers that are asked for domain controllers; without this line this computer's \
             own.",
            |text: &str| text.parse::<IpAddr>().map_err(|_| "must be an address".to_owned()),
        );
        let site = section.parsed(
            "site",
            "Hamburg",
            "The site whose domain controllers come first; without this line they tell it themselves.",
            |text| Label::parse(text).map(String::from).map_err(|error| error.to_string()),
        );
        let protection = section.choice(
            "protection",
            &[
                ("auto", Protection::Auto),
                ("ldaps", Protection::Ldaps),
                ("start-tls", Protection::StartTls),
                ("sealed", Protection::Sealed),
            ],
            Protection::Auto,
            "How connections are protected: by the strongest way that a domain controller offers (`auto`), by LDAPS, by \
             StartTLS, or sealed by Kerberos.",
        );
        let service_login = section.choice(
            "service_login",
            &[
                ("auto", ServiceLogin::Auto),
                ("simple", ServiceLogin::Simple),
                ("kerberos", ServiceLogin::Kerberos),
            ],
            ServiceLogin::Auto,
            "How the service account logs on: by Kerberos where it answers, and once it was good by nothing else \
             (`auto`), by its password over TLS, or by Kerberos alone.",
        );
        let (servers, dns) = (servers.unwrap_or_default(), dns.unwrap_or_default());
        Self { servers, dns, site, protection, service_login }
    }
}

fn host_name(text: &str, labels: usize) -> Result<String, String> {
    if is_host_name(text) && text.split('.').count() >= labels {
        return Ok(text.to_ascii_lowercase());
    }
    Err("must be a DNS name, such as `plant.example`".to_owned())
}

fn server(text: &str) -> Result<Host, String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)),
        None => (text, Some(LDAPS)),
    };
    let says = || "must be a host name and a port, such as `dc1.plant.example:636`".to_owned();
    let host = host_name(host, 1).map_err(|_| says())?;
    Ok(Host { host, port: port.ok_or_else(says)? })
}
