//! Trying a host out, step by step: what `pforte directory test` and `probe` show.
//!
//! One log-on of the service account, no more, so that trying does not lock it.

use super::accounts::{Accounts, Barred};
use super::reach::{Reach, dial};
use super::replies::User;
use super::settings::{Settings, SettingsFault};
use super::smb::Connection;
use super::state;
use crate::fault::{Fault, FaultKind};
use crate::ldap::{Clock, Sid};
use crate::said::Says;
use crate::secret::Password;
use crate::tried::{self, Depth, Ended, Found, Notes, TriedHears, plain, timed};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// The most users that are counted.
const MOST_COUNTED: usize = 500;
/// The administrators that every host has.
const ADMINISTRATORS: &str = "S-1-5-32-544";
/// The greatest difference of clocks, in seconds, beyond which it is told.
const MOST_SKEW: i64 = 300;

/// The names of the steps, in order.
#[must_use]
pub fn steps(depth: Depth) -> Vec<&'static str> {
    match depth {
        Depth::Test => vec!["resolve", "connect", "negotiate", "account", "search", "groups"],
        Depth::Probe => vec![
            "resolve",
            "connect",
            "negotiate",
            "clock",
            "account",
            "search",
            "groups",
            "account-rights",
            "account-password",
        ],
    }
}

/// Tries a host out, also one that is not in use yet. `hears` is told each step while
/// the rest is still tried.
pub async fn trial(
    settings: &Settings,
    password: &Password,
    (workstation, clock): (&str, &Clock),
    depth: Depth,
    hears: &mut TriedHears<'_>,
) -> Result<(), SettingsFault> {
    if let Some(fault) = settings.check().into_iter().next() {
        return Err(fault);
    }
    let reach = Reach::new(settings.clone());
    let mut trial = Trial { reach, clock, depth, notes: Notes::new(hears) };
    // What is wrong was told.
    let _ = trial.run(workstation, password).await;
    Ok(())
}

struct Trial<'a, 'h> {
    reach: Reach,
    clock: &'a Clock,
    depth: Depth,
    notes: Notes<'a, 'h>,
}

impl Trial<'_, '_> {
    async fn run(&mut self, workstation: &str, password: &Password) -> Result<(), Ended> {
        let (connect, request) = self.limits();
        let mut connection = self.connection(connect).await?;
        let logged_on = Accounts::log_on(&mut connection, &self.reach.settings, workstation, password);
        let logged_on = within(request, FaultKind::TimedOut, logged_on).await;
        let account = self.reach.settings.account.clone();
        self.notes.note("account", logged_on, |()| plain(account))?;
        let mut accounts = self.people(connection, request).await?;
        if self.depth == Depth::Probe {
            self.account(&mut accounts, request).await;
        }
        accounts.sam.close().await;
        Ok(())
    }

    fn limits(&self) -> (Duration, Duration) {
        (self.reach.settings.limits.connect(), self.reach.settings.limits.request())
    }

    async fn connection(&mut self, limit: Duration) -> Result<Connection, Ended> {
        let addresses = within(limit, FaultKind::NameNotResolved, self.reach.addresses()).await;
        let addresses = self.notes.note("resolve", addresses, |all| plain(listed(all)))?;
        let stream = within(limit, FaultKind::ConnectTimedOut, dial(&addresses)).await;
        let peer = |stream: &tokio::net::TcpStream| stream.peer_addr().map(|peer| peer.to_string());
        let stream = self.notes.note("connect", stream, |stream| plain(peer(stream).unwrap_or_default()))?;
        let agreed = within(limit, FaultKind::TimedOut, Connection::negotiate(stream)).await;
        let connection = self.notes.note("negotiate", agreed, Connection::describe)?;
        if self.depth == Depth::Probe {
            let clock = self.skew(&connection);
            self.notes.note("clock", Ok(clock), Clone::clone)?;
        }
        Ok(connection)
    }

    /// Log-ons do not depend on the clock, what the host tells of times does.
    fn skew(&self, connection: &Connection) -> Found {
        let Some(theirs) = state::time(connection.time()) else { return Says::NotTold.alone() };
        let ahead = theirs.since((self.clock)()) / pforte_model::time::Micros::SECOND;
        let doubt = (ahead.abs() > MOST_SKEW).then(|| FaultKind::ClockSkew.with(format!("{ahead} s")));
        plain(format!("{ahead} s")).doubted(doubt)
    }

    /// Whether users and groups are told.
    async fn people(&mut self, connection: Connection, limit: Duration) -> Result<Accounts, Ended> {
        let host = self.reach.settings.host.clone();
        let read = async {
            let mut accounts = Accounts::open(connection, &host).await?;
            let page = accounts.users("", MOST_COUNTED).await?;
            let count = page.items.len();
            let somebody = page.items.into_iter().next().ok_or(FaultKind::EntryUnreadable)?;
            let says = if page.more { Says::MoreUsers } else { Says::Users };
            let said = says.of(&[("number", &count), ("login", &somebody.login)]);
            Ok::<_, Fault>((accounts, somebody, said))
        };
        let read = within(limit, FaultKind::TimedOut, read).await;
        let says = |(_, _, said): &(Accounts, User, Found)| said.clone();
        let (mut accounts, somebody, _) = self.notes.note("search", read, says)?;
        let groups = within(limit, FaultKind::TimedOut, groups(&mut accounts, somebody.rid)).await;
        let took = self.notes.took();
        let says = |groups: &Vec<Sid>| timed(took, &format!("{}: {}", somebody.login, groups.len()));
        self.notes.note("groups", groups, says)?;
        Ok(accounts)
    }

    /// What the service account could do beside reading, and how long it lasts.
    async fn account(&mut self, accounts: &mut Accounts, limit: Duration) {
        let name = self.reach.settings.account().1.to_owned();
        let own = async {
            let own = accounts.called(&name).await?.ok_or(FaultKind::EntryUnreadable)?;
            let groups = groups(accounts, own.rid).await?;
            Ok::<_, Fault>((own, groups))
        };
        let own = within(limit, FaultKind::TimedOut, own).await;
        let says = |(_, groups): &(User, Vec<Sid>)| {
            let names = groups.iter().map(ToString::to_string);
            tried::rights(&names.filter(|name| name == ADMINISTRATORS).collect::<Vec<_>>())
        };
        if let Ok((own, _)) = self.notes.note("account-rights", own, says) {
            let ends = tried::password_ends(state::password_end(&own), (self.clock)());
            // It is told, and nothing depends on it.
            let _ = self.notes.note("account-password", Ok(ends), Clone::clone);
        }
    }
}

/// All groups of a user.
async fn groups(accounts: &mut Accounts, rid: u32) -> Result<Vec<Sid>, Fault> {
    let (_, direct) = accounts.user(rid).await?.ok_or(FaultKind::UserGone)?;
    accounts.groups_of(rid, &direct).await
}

async fn within<T, E: Into<Fault>>(
    limit: Duration,
    late: FaultKind,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Fault> {
    timeout(limit, work).await.map_or_else(|_| Err(late.into()), |done| done.map_err(Into::into))
}

fn listed(addresses: &[SocketAddr]) -> String {
    addresses.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
}

impl From<Barred> for Fault {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Account(fault) | Barred::Fault(fault) => fault,
        }
    }
}
