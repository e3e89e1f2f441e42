//! Reaching a server as a log-on would, for whoever tries settings out.

use super::account::{Centre, ServiceAccount};
use super::entry::{ADMIN_COUNT, STATES, WORKED_OUT};
use super::link::Link;
use super::message::{Entry, Scope, Search};
use super::name::{Form, SAM, UPN};
use super::pool::{OpenFault, Role};
use super::schema::{self, Schema};
use super::settings::{Server, ServiceLogin, Settings, SettingsFault};
use super::ticket::Tickets;
use super::way::Ways;
use super::{Clock, entry, name, sasl, state};
use crate::fault::{Fault, FaultKind};
use crate::kerberos::Chance;
use crate::said::Says;
use crate::secret::Password;
use crate::tried::Found;
use pforte_model::time::Micros;
use std::net::SocketAddr;
use tokio::time::Instant;

/// Users that are looked at.
const PEOPLE: u16 = 20;

/// The ways to the servers of a directory, and the account that reads it.
pub(super) struct Trial<'a> {
    settings: &'a Settings,
    ways: Ways,
    account: ServiceAccount,
}

impl<'a> Trial<'a> {
    /// Of these settings. Reads the file of trusted certificates.
    pub(super) fn new(
        settings: &'a Settings,
        password: &Password,
        (clock, chance): (&Clock, &Chance),
    ) -> Result<Self, SettingsFault> {
        let kerberos = settings.schema == Schema::ActiveDirectory;
        let service_login = if kerberos { settings.service_login } else { ServiceLogin::Simple };
        let tickets = Tickets::new(settings, Clock::clone(clock), Chance::clone(chance));
        let asked = Settings { service_login, ..settings.clone() };
        Ok(Self {
            settings,
            ways: Ways::new(settings, Clock::clone(clock))?,
            account: ServiceAccount::new(&asked, password.another(), tickets).once(),
        })
    }

    /// A connection: under TLS with its certificate checked, or bare, to be sealed
    /// before anything else.
    pub(super) async fn connect(
        &self,
        server: &Server,
        addresses: &[SocketAddr],
        until: Instant,
    ) -> Result<Link, Fault> {
        self.ways.connect(server, addresses, until).await
    }

    /// Seals a bare connection, as the service account.
    pub(super) async fn seal(&self, link: Link, centre: &Centre, until: Instant) -> Result<Link, Fault> {
        self.account.seal(link, centre, until).await.map_err(fault)
    }

    /// Binds a connection as the service account, if sealing has not done so.
    pub(super) async fn bind(&self, link: &mut Link, centre: &Centre, until: Instant) -> Result<(), Fault> {
        if link.is_sealed() {
            return Ok(());
        }
        self.account.bind(link, (centre, Role::Read), until).await.map_err(fault)
    }

    /// Binds by ticket, bound to something else than the certificate or to nothing:
    /// whether the server takes that.
    pub(super) async fn takes_binding(
        &self,
        link: &mut Link,
        centre: &Centre,
        binding: sasl::Tried,
    ) -> Result<bool, Fault> {
        let until = Instant::now() + self.settings.limits.connect();
        match self.account.try_binding(link, centre, (binding, until)).await {
            Ok(()) => Ok(true),
            Err(OpenFault::Server(fault)) if fault.kind == FaultKind::ChannelBindingRefused => Ok(false),
            Err(other) => Err(fault(other)),
        }
    }

    /// Whether the service account was let in by Kerberos.
    pub(super) fn is_by_kerberos(&self) -> bool {
        self.account.is_proven()
    }

    /// By what the service account was let in.
    pub(super) fn let_in(&self) -> Found {
        let says = if self.is_by_kerberos() { Says::ByKerberos } else { Says::ByPassword };
        says.of(&[("account", &self.settings.account)])
    }

    /// The first users that can be found, never none. In Active Directory without those
    /// of whom the service account may read more than of others, if there are others.
    pub(super) async fn people(&self, link: &mut Link, until: Instant) -> Result<Vec<Entry>, Fault> {
        let words = self.settings.schema.words();
        let search = Search {
            scope: Scope::Subtree,
            filter: words.map_or_else(name::people, schema::Words::users),
            first: true,
            limit: PEOPLE,
            ..Search::entry(self.base(), if words.is_some() { &["cn"] } else { STATES })
        };
        let found = link.search(search, until).await?;
        if found.is_empty() {
            return Err(FaultKind::BaseMissing.into());
        }
        let account = &self.settings.account;
        let (usual, special): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|one| !is_account(one, account) && one.number(ADMIN_COUNT) != Some(1));
        Ok(if usual.is_empty() { special } else { usual })
    }

    /// What is told of a user's groups.
    pub(super) async fn groups(&self, link: &mut Link, user: &str, until: Instant) -> Result<String, Fault> {
        if self.settings.schema == Schema::ActiveDirectory {
            let found = link.search(Search::entry(user.to_owned(), WORKED_OUT), until).await?;
            let told = found.first().ok_or_else(|| Fault::from(FaultKind::UserGone))?;
            return Ok(format!("{user}: {}", entry::worked_out(told)?.groups.len()));
        }
        let search = Search {
            scope: Scope::Subtree,
            filter: schema::groups(),
            first: true,
            ..Search::entry(self.base(), &["cn"])
        };
        let found = link.search(search, until).await?;
        found.first().map(|group| group.dn.clone()).ok_or_else(|| FaultKind::GroupsUnreadable.into())
    }

    fn base(&self) -> String {
        self.settings.base.clone().unwrap_or_else(|| self.settings.top())
    }
}

/// Whether this entry is the account's.
fn is_account(entry: &Entry, account: &str) -> bool {
    let is =
        |attribute, value: &str| entry.text(attribute).is_some_and(|text| text.eq_ignore_ascii_case(value));
    let named = match name::form(account) {
        Some(Form::Account(name) | Form::Down { account: name, .. }) => is(SAM, name),
        Some(Form::Principal { whole, account, .. }) => is(UPN, whole) || is(SAM, account),
        None => false,
    };
    named || entry.dn.eq_ignore_ascii_case(account)
}

/// Whether the states of these users can be read.
pub(super) fn states(people: &[Entry]) -> Result<Found, Fault> {
    let unread = |one| state::of_entry(one, Micros(0)).err();
    let hidden: Vec<Fault> = people.iter().filter_map(unread).collect();
    match hidden.first() {
        Some(fault) if hidden.len() == people.len() => Err(fault.clone()),
        doubt => Ok(Says::Readable.alone().doubted(doubt.cloned())),
    }
}

/// The same, and whether it can be read when and where they may log on: only who has
/// logged on shows that.
pub(super) fn states_and_hours(people: &[Entry]) -> Result<Found, Fault> {
    let found = states(people)?;
    let doubtful = found.doubt.is_none() && !people.iter().any(state::tells_log_ons);
    Ok(if doubtful { found.doubted(Some(FaultKind::HoursUnreadable.into())) } else { found })
}

fn fault(open: OpenFault) -> Fault {
    match open {
        OpenFault::Account(fault) | OpenFault::Server(fault) => fault,
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::entry_of;
    use super::*;

    fn told(people: &[&[(&str, &str)]]) -> Result<Option<FaultKind>, FaultKind> {
        let people: Vec<Entry> = people.iter().map(|one| entry_of(one)).collect();
        let kind = |said: Found| said.doubt.map(|doubt| doubt.kind);
        let (tried, probed) = (states(&people), states_and_hours(&people));
        let (tried, probed) = (tried.map(kind), probed.map(kind));
        // Who never logged on is no reason to doubt an ordinary test.
        let usual = probed.clone().map(|doubt| doubt.filter(|kind| *kind != FaultKind::HoursUnreadable));
        assert_eq!(tried, usual);
        probed.map_err(|fault| fault.kind)
    }

    #[test]
    fn states_are_good_only_where_all_that_a_log_on_asks_for_can_be_read() {
        let hidden: &[(&str, &str)] = &[("sAMAccountName", "anna")];
        let flags: &[(&str, &str)] = &[("userAccountControl", "512"), ("accountExpires", "0")];
        let whole: &[(&str, &str)] =
            &[("userAccountControl", "512"), ("accountExpires", "0"), ("lastLogon", "0")];
        assert_eq!(told(&[whole, flags]), Ok(None));
        assert_eq!(told(&[flags, flags]), Ok(Some(FaultKind::HoursUnreadable)));
        assert_eq!(told(&[whole, hidden]), Ok(Some(FaultKind::EntryUnreadable)));
        assert_eq!(told(&[hidden]), Err(FaultKind::EntryUnreadable));
    }

    #[test]
    fn the_service_account_is_known_by_each_of_its_names() {
        let entry = entry_of(&[(SAM, "Svc"), (UPN, "reader@plant.example")]);
        for account in ["svc", "PLANT\\svc", "SVC@plant.example", "reader@plant.example", "cn=x"] {
            assert!(is_account(&entry, account), "{account}");
        }
        assert!(!is_account(&entry, "anna@plant.example"));
    }
}
