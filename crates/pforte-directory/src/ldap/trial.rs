//! Reaching a server as a log-on would, for whoever tries settings out.

use super::account::{Centre, ServiceAccount};
use super::entry::WORKED_OUT;
use super::link::Link;
use super::message::{Entry, Scope, Search};
use super::pool::{OpenFault, Role};
use super::schema::{self, Schema};
use super::settings::{Server, ServiceLogin, Settings, SettingsFault};
use super::ticket::Tickets;
use super::way::Ways;
use super::{Clock, entry, name, sasl};
use crate::fault::{Fault, FaultKind};
use crate::kerberos::Chance;
use crate::secret::Password;
use std::net::SocketAddr;
use tokio::time::Instant;

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
    pub(super) async fn is_by_kerberos(&self) -> bool {
        self.account.is_proven().await
    }

    /// By what the service account was let in.
    pub(super) async fn login(&self) -> &'static str {
        if self.is_by_kerberos().await { "by Kerberos" } else { "by its password" }
    }

    /// The first user that can be found.
    pub(super) async fn somebody(&self, link: &mut Link, until: Instant) -> Result<Entry, Fault> {
        let people = self.settings.schema.words().map_or_else(name::people, schema::Words::users);
        let search = Search {
            scope: Scope::Subtree,
            filter: people,
            first: true,
            ..Search::entry(self.base(), &["objectGUID"])
        };
        let found = link.search(search, until).await?;
        found.into_iter().next().ok_or_else(|| FaultKind::BaseMissing.into())
    }

    /// What is told of a user's groups.
    pub(super) async fn groups(
        &self,
        link: &mut Link,
        user: &Entry,
        until: Instant,
    ) -> Result<String, Fault> {
        if self.settings.schema == Schema::ActiveDirectory {
            let found = link.search(Search::entry(user.dn.clone(), WORKED_OUT), until).await?;
            let told = found.first().ok_or_else(|| Fault::from(FaultKind::UserGone))?;
            return Ok(format!("{}: {}", user.dn, entry::worked_out(told)?.groups.len()));
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

fn fault(open: OpenFault) -> Fault {
    match open {
        OpenFault::Account(fault) | OpenFault::Server(fault) => fault,
    }
}
