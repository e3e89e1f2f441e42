//! `[[directory]]`: where people of the plant are known beside the built-in directory.

use super::domain::Domain;
use super::secret::secret_file;
use super::section::Section;
use crate::service::known::MOST_HOURS;
use pforte_directory::os::Settings as ComputerSettings;
use pforte_directory::workgroup::Settings as HostSettings;
use pforte_model::name::Label;
use secrecy::SecretString;
use std::fmt::Display;
use std::net::IpAddr;

/// The most directories in the file.
pub(super) const MOST: usize = 16;

/// A directory whose users may log on.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Its name, shown to people.
    pub name: String,
    /// What it is, and how it is reached.
    pub reached: Reached,
    /// For how many hours people are known after a log-on, while no server answers.
    pub known_hours: i64,
}

/// What a directory is, and how it is reached.
#[derive(Clone, Debug)]
pub enum Reached {
    /// A domain, or another LDAP directory.
    Ldap(Box<Domain>, Account),
    /// A Windows or Samba host that is in no domain.
    Workgroup {
        /// Its name or address.
        host: String,
        /// Its address, where its name shall not be resolved.
        address: Option<IpAddr>,
        /// The account that reads its users.
        account: Account,
    },
    /// The accounts of this computer.
    Os {
        /// The rules that PAM applies.
        service: String,
        /// The least number of a person's account.
        least_uid: u32,
    },
}

/// The account that reads a directory.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: SecretString,
}

/// The kinds, by the word that stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ldap,
    Workgroup,
    Os,
}

impl Kind {
    const ALL: [(&'static str, Self); 3] =
        [("ldap", Self::Ldap), ("workgroup", Self::Workgroup), ("os", Self::Os)];
}

impl Directory {
    pub(super) const DOC: &str = "A directory whose users may log on; one such table for each. The pages and `pforte \
        directory add` add more. First an Active Directory domain, or another LDAP directory.";

    /// The other kinds, for the example.
    pub(super) const OTHERS: [(Kind, &str); 2] = [
        (
            Kind::Workgroup,
            "The own users of a Windows or Samba host that is in no domain. Where there is a domain, connect the \
             domain instead: it is the safer way.",
        ),
        (Kind::Os, "The accounts of the computer on which this server runs."),
    ];

    /// `None` if something that it cannot do without is missing or wrong; that was noted then.
    pub(super) fn read(section: Section<'_, '_>) -> Option<Self> {
        Self::read_as(section, Kind::Ldap)
    }

    /// The same, of the kind `usual` where none is told.
    pub(super) fn read_as(mut section: Section<'_, '_>, usual: Kind) -> Option<Self> {
        let example = match usual {
            Kind::Ldap => "Plant",
            Kind::Workgroup => "Workshop",
            Kind::Os => "This computer",
        };
        let doc = "Its name, shown to people. `local` is the built-in one's.";
        let name = section.parsed("name", example, doc, name);
        let mut kinds = Kind::ALL;
        // The example shows the first.
        kinds.sort_by_key(|(_, kind)| *kind != usual);
        let kind = section.choice("kind", &kinds, usual, "What it is; what may stand here depends on it.");
        let reached = match kind {
            Kind::Ldap => ldap(&mut section),
            Kind::Workgroup => workgroup(&mut section),
            Kind::Os => Some(os(&mut section)),
        };
        let known_hours = match kind {
            // This computer is always there.
            Kind::Os => 0,
            Kind::Ldap | Kind::Workgroup => section.number(
                "known_hours",
                0..=MOST_HOURS,
                0,
                "For how many hours after a log-on a person may log on again by what is known here, while no server \
                 of the directory answers. 0: not at all.",
            ),
        };
        let needed: &[&str] = match kind {
            Kind::Ldap => &["name", "domain", "service_account", "service_password_file"],
            Kind::Workgroup => &["name", "host", "service_account", "service_password_file"],
            Kind::Os => &["name"],
        };
        for key in needed {
            if section.is_there() && !section.has(key) {
                section.problem(key, "is missing");
            }
        }
        section.done();
        Some(Self { name: name?, reached: reached?, known_hours })
    }
}

fn ldap(section: &mut Section<'_, '_>) -> Option<Reached> {
    let domain = Domain::read(section);
    let account = account(section, "pforte@plant.example");
    let (domain, account) = (domain?, account?);
    for fault in domain.settings(&account.name).check() {
        let says = fault.to_string();
        let (field, says) = says.split_once(": ").unwrap_or(("domain", &says));
        section.problem(if field == "account" { "service_account" } else { field }, says);
    }
    Some(Reached::Ldap(Box::new(domain), account))
}

fn workgroup(section: &mut Section<'_, '_>) -> Option<Reached> {
    let host = section.parsed("host", "ws7.plant.example", "The host's name or address.", |text| {
        let settings = HostSettings::new(text.to_owned(), "any".to_owned());
        good(&settings.check()).map(|()| settings.host)
    });
    let address = section.parsed(
        "address",
        "10.0.0.17",
        "The host's address, where its name shall not be resolved.",
        |text: &str| text.parse::<IpAddr>().map_err(|_| "must be an address".to_owned()),
    );
    let account = account(section, "pforte");
    Some(Reached::Workgroup { host: host?, address, account: account? })
}

fn os(section: &mut Section<'_, '_>) -> Reached {
    let usual = ComputerSettings::default();
    let service = section.parsed(
        "service",
        &usual.service,
        "The rules that PAM applies: a file in /etc/pam.d whose name begins with `pforte`.",
        |text| {
            let settings = ComputerSettings { service: text.to_owned(), ..ComputerSettings::default() };
            good(&settings.check()).map(|()| settings.service)
        },
    );
    let least_uid = section.number(
        "least_uid",
        1..=u32::MAX,
        usual.least_uid,
        "The least number of a person's account; those below are the system's own.",
    );
    Reached::Os { service: service.unwrap_or(usual.service), least_uid }
}

fn account(section: &mut Section<'_, '_>, example: &str) -> Option<Account> {
    let name = section.parsed(
        "service_account",
        example,
        "The account with which the server reads the directory. It needs no rights beyond that.",
        |text| Label::parse(text).map(String::from).map_err(|error| error.to_string()),
    );
    let password = secret_file(
        section,
        "service_password_file",
        "service-password",
        "A file, readable by the server's account alone, with that account's password.",
    );
    Some(Account { name: name?, password: password? })
}

/// What is wrong with settings, without the name of the field, which is told anyway.
fn good(faults: &[impl Display]) -> Result<(), String> {
    let Some(first) = faults.first() else { return Ok(()) };
    let says = first.to_string();
    Err(says.split_once(": ").map_or(says.clone(), |(_, says)| says.to_owned()))
}

fn name(text: &str) -> Result<String, String> {
    let label = Label::parse(text).map_err(|error| error.to_string())?;
    if label.folded() == "local" {
        return Err("is the built-in directory's name".to_owned());
    }
    Ok(label.into())
}
