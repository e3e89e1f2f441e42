//! What `pforte directory test` shows: each server, step by step.
//!
//! The steps of one server follow each other; after the first bad one that the
//! rest depends on, the rest is left out. The clock's difference is told but
//! stops nothing. A test makes one bind of the service account at each server
//! and ends at the first that refuses its password, so that testing does not
//! lock the account.

use super::account::Centre;
use super::fault::{Fault, FaultKind};
use super::link::{self, Link};
use super::message::Entry;
use super::pool::centre;
use super::schema::Schema;
use super::settings::{Server, Settings, SettingsFault};
use super::trial::{self, Trial};
use super::{Clock, find};
use crate::calendar;
use crate::kerberos::Chance;
use crate::said::Says;
use crate::secret::Password;
use crate::tried::{Found, plain};
use pforte_model::time::Micros;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// The greatest difference of clocks, in seconds: beyond it Active Directory
/// refuses Kerberos tickets.
const MOST_SKEW: i64 = 300;

/// What was found at one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerReport {
    /// Which server.
    pub server: Server,
    /// What was tried, in this order.
    pub steps: Vec<Checked>,
}

impl ServerReport {
    /// Whether everything was good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.steps.iter().all(|step| step.result.is_ok())
    }
}

/// A step and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The step.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// What was found, or what is wrong.
    pub result: Result<Found, Fault>,
}

/// A step of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The server's name has an address.
    Resolve,
    /// The server takes connections on its port.
    Connect,
    /// It speaks TLS.
    Tls,
    /// Its certificate is right.
    Certificate,
    /// It is a domain controller of the domain.
    Directory,
    /// Its clock and ours agree.
    Clock,
    /// It lets the service account in.
    Account,
    /// Users can be searched.
    Search,
    /// Whether they may log on can be read.
    States,
    /// The groups of users can be read.
    Groups,
}

impl Step {
    /// Every step, in the order in which they are tried.
    pub const ALL: &'static [Self] = &[
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Certificate,
        Self::Directory,
        Self::Clock,
        Self::Account,
        Self::Search,
        Self::States,
        Self::Groups,
    ];

    /// Whether servers of this kind have this step at all.
    #[must_use]
    pub fn is_of(self, schema: Schema) -> bool {
        schema == Schema::ActiveDirectory || !matches!(self, Self::Clock | Self::States)
    }

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Directory => "directory",
            Self::Clock => "clock",
            Self::Account => "account",
            Self::Search => "search",
            Self::States => "account-states",
            Self::Groups => "groups",
        }
    }
}

/// Hears of each step as soon as it is done.
pub type Hears<'a> = dyn FnMut(&Server, &Checked) + Send + Sync + 'a;

/// Tries every server of a directory, also of one that is not in use yet.
/// `hears` is told each step while the rest is still tried.
pub async fn test(
    settings: &Settings,
    password: &Password,
    (clock, chance): (&Clock, &Chance),
    hears: &mut Hears<'_>,
) -> Result<Vec<ServerReport>, SettingsFault> {
    if let Some(fault) = settings.check().into_iter().next() {
        return Err(fault);
    }
    let trial = Trial::new(settings, password, (clock, chance))?;
    let mut reports = Vec::new();
    let servers = match settings.servers.as_slice() {
        [] => find::once(settings, clock).await,
        named => Ok(named.to_vec()),
    };
    let servers = match servers {
        Ok(servers) => servers,
        Err(fault) => return Ok(vec![not_found(settings, fault, hears)]),
    };
    for server in &servers {
        let mut test =
            Test { settings, server, hears: &mut *hears, steps: Vec::new(), since: Instant::now() };
        // The fault stands in the steps.
        let _ = test.run(&trial, clock).await;
        let refused = test.refused();
        reports.push(ServerReport { server: server.clone(), steps: test.steps });
        if refused {
            break;
        }
    }
    Ok(reports)
}

/// What is told where no server is found: as of a server with the domain's name.
fn not_found(settings: &Settings, fault: Fault, hears: &mut Hears<'_>) -> ServerReport {
    let server = Server::new(settings.domain.clone());
    let checked = Checked { step: Step::Resolve, took: Duration::ZERO, result: Err(fault) };
    hears(&server, &checked);
    ServerReport { server, steps: vec![checked] }
}

struct Test<'a, 'h> {
    settings: &'a Settings,
    server: &'a Server,
    hears: &'a mut Hears<'h>,
    steps: Vec<Checked>,
    /// When the last step ended.
    since: Instant,
}

/// The rest cannot be tried.
struct Ended;

impl Test<'_, '_> {
    async fn run(&mut self, trial: &Trial<'_>, clock: &Clock) -> Result<(), Ended> {
        let addresses = link::resolve(self.server, self.until()).await;
        let addresses = self.note(Step::Resolve, addresses, |addresses| plain(listed(addresses)))?;
        let centre = centre(self.server.clone(), &addresses);
        let mut link = self.reach(trial, &addresses, &centre).await?;
        self.directory(&mut link, clock).await?;
        let bound = trial.bind(&mut link, &centre, self.until()).await;
        let let_in = trial.let_in();
        self.note(Step::Account, bound, |()| let_in)?;
        self.people(trial, &mut link).await?;
        link.close(self.until()).await;
        Ok(())
    }

    /// Users, whether they may log on, and the groups of one.
    async fn people(&mut self, trial: &Trial<'_>, link: &mut Link) -> Result<(), Ended> {
        let people = trial.people(link, self.until()).await;
        let people = self.note(Step::Search, people, |people| plain(first(people)))?;
        if Step::States.is_of(self.settings.schema) {
            // It is told; groups can be read all the same.
            let _ = self.note(Step::States, trial::states(&people), Clone::clone);
        }
        let groups = trial.groups(link, first(&people), self.until()).await;
        self.note(Step::Groups, groups, |groups| plain(&**groups)).map(drop)
    }

    /// A connection with the right server, on the way that a log-on would take.
    async fn reach(
        &mut self,
        trial: &Trial<'_>,
        addresses: &[SocketAddr],
        centre: &Centre,
    ) -> Result<Link, Ended> {
        match trial.connect(self.server, addresses, self.until()).await {
            Err(fault) if fault.kind.is_connecting() => self.note(Step::Connect, Err(fault), |_| plain("")),
            Err(fault) => {
                self.note(Step::Connect, Ok(()), |()| plain(""))?;
                if fault.kind.is_certificate() {
                    self.note(Step::Tls, Ok(()), |()| plain(""))?;
                    return self.note(Step::Certificate, Err(fault), |_| plain(""));
                }
                self.note(Step::Tls, Err(fault), |_| plain(""))
            }
            Ok(link) => {
                let link = self.note(Step::Connect, Ok(link), |link| plain(link.peer()))?;
                self.protected(trial, link, centre).await
            }
        }
    }

    /// What protects the connection: TLS with its certificate, else a seal.
    async fn protected(&mut self, trial: &Trial<'_>, link: Link, centre: &Centre) -> Result<Link, Ended> {
        if link.is_tls() {
            let link = self.note(Step::Tls, Ok(link), |link| plain(link.describe()))?;
            return self.note(Step::Certificate, Ok(link), |link| plain(link.certified()));
        }
        self.note(Step::Tls, Ok(()), |()| Says::NoTls.alone())?;
        match trial.seal(link, centre, self.until()).await {
            Ok(link) => Ok(link),
            Err(fault) => self.note(Step::Account, Err(fault), |_| plain("")),
        }
    }

    async fn directory(&mut self, link: &mut Link, clock: &Clock) -> Result<(), Ended> {
        let top = self.settings.top();
        let root = link.root(self.until()).await;
        let root = root.and_then(|root| self.settings.schema.serves(&root, &top).map(|()| root));
        let root = self.note(Step::Directory, root, |_| plain(&*top))?;
        if self.settings.schema == Schema::ActiveDirectory {
            let skew = skew(&root, clock());
            // A wrong clock stops nothing here.
            let _ = self.note(Step::Clock, skew, |seconds| plain(format!("{seconds} s")));
        }
        Ok(())
    }

    fn note<T>(
        &mut self,
        step: Step,
        result: Result<T, Fault>,
        says: impl FnOnce(&T) -> Found,
    ) -> Result<T, Ended> {
        let noted = result.as_ref().map(says).map_err(Fault::clone);
        let now = Instant::now();
        let took = now.duration_since(std::mem::replace(&mut self.since, now));
        let checked = Checked { step, took, result: noted };
        (self.hears)(self.server, &checked);
        self.steps.push(checked);
        result.map_err(|_| Ended)
    }

    fn until(&self) -> Instant {
        Instant::now() + self.settings.limits.connect()
    }

    /// Whether the service account was refused, so that another try could lock it.
    fn refused(&self) -> bool {
        self.steps.iter().any(|step| step.step == Step::Account && step.result.is_err())
    }
}

pub(super) fn listed(addresses: &[SocketAddr]) -> String {
    addresses.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
}

/// The name of the first entry.
pub(super) fn first(people: &[Entry]) -> &str {
    people.first().map(|one| one.dn.as_str()).unwrap_or_default()
}

/// Seconds by which the server's clock is ahead of ours.
pub(super) fn skew(root: &Entry, now: Micros) -> Result<i64, Fault> {
    let theirs = root.text("currentTime").and_then(generalized).ok_or(FaultKind::NotActiveDirectory)?;
    let ahead = theirs.since(now) / Micros::SECOND;
    if ahead.abs() > MOST_SKEW { Err(FaultKind::ClockSkew.with(format!("{ahead} s"))) } else { Ok(ahead) }
}

/// Reads `YYYYMMDDhhmmss.0Z`.
pub(super) fn generalized(text: &str) -> Option<Micros> {
    let digits = text.as_bytes().get(..14)?;
    calendar::second(digits).map(|second| Micros(second * Micros::SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_time_is_read() {
        assert_eq!(generalized("20240229123456.0Z"), Some(Micros(1_709_210_096 * Micros::SECOND)));
        for text in ["", "2024", "2024022912345x.0Z", "äääääää"] {
            assert_eq!(generalized(text), None, "{text}");
        }
    }
}
