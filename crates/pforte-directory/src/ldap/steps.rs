//! What `pforte directory test` shows: each server, step by step.
//!
//! The steps of one server follow each other; after the first bad one that the
//! rest depends on, the rest is left out. The clock's difference is told but
//! stops nothing. A test makes one bind of the service account at each server
//! and ends at the first that refuses its password, so that testing does not
//! lock the account.

use super::account::{self, judge};
use super::fault::{Fault, FaultKind};
use super::find;
use super::link::{self, Link};
use super::message::{Entry, Scope, Search};
use super::name;
use super::settings::{Server, Settings, SettingsFault};
use super::tls::Tls;
use super::{Clock, Sid};
use crate::secret::Password;
use pforte_model::time::Micros;
use std::time::Duration;
use tokio::net::TcpStream;
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
    pub result: Result<String, Fault>,
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
        Self::Groups,
    ];

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
    clock: &Clock,
    hears: &mut Hears<'_>,
) -> Result<Vec<ServerReport>, SettingsFault> {
    if let Some(fault) = settings.check().into_iter().next() {
        return Err(fault);
    }
    let tls = Tls::new(&settings.ca, Clock::clone(clock))?;
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
        let _ = test.run(&tls, password, clock).await;
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
    async fn run(&mut self, tls: &Tls, password: &Password, clock: &Clock) -> Result<(), Ended> {
        let mut link = self.reach(tls, clock).await?;
        let until = self.until();
        let outcome = account::bind(&mut link, &self.settings.account, password, until).await;
        let bound = outcome.and_then(|outcome| judge(&outcome).map_or(Ok(()), |(_, fault)| Err(fault)));
        self.note(Step::Account, bound, |()| self_named(self.settings))?;
        let user = self.search(&mut link).await?;
        let groups = self.groups(&mut link, &user).await;
        self.note(Step::Groups, groups, |count| format!("{}: {count}", user.dn))?;
        link.close(self.until()).await;
        Ok(())
    }

    /// From the name to a connection with the right server.
    async fn reach(&mut self, tls: &Tls, clock: &Clock) -> Result<Link, Ended> {
        let until = self.until();
        let addresses = link::resolve(self.server, until).await;
        let addresses = self.note(Step::Resolve, addresses, |addresses| {
            addresses.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
        })?;
        let stream = link::connect(&addresses, until).await;
        let stream = self.note(Step::Connect, stream, |stream| {
            stream.peer_addr().map(|address| address.to_string()).unwrap_or_default()
        })?;
        let mut link = self.secure(stream, tls, until).await?;
        let top = self.settings.top();
        let root = link.root(until).await;
        let root = root.and_then(|root| self.settings.schema.serves(&root, &top).map(|()| root));
        let root = self.note(Step::Directory, root, |_| top.clone())?;
        let skew = skew(&root, clock());
        // A wrong clock stops nothing here.
        let _ = self.note(Step::Clock, skew, |seconds| format!("{seconds} s"));
        Ok(link)
    }

    /// TLS and the certificate, which are one to the machine and two to people.
    async fn secure(&mut self, stream: TcpStream, tls: &Tls, until: Instant) -> Result<Link, Ended> {
        match link::secure(stream, self.server, tls, until).await {
            Err(fault) if fault.kind.is_certificate() => {
                self.note(Step::Tls, Ok(()), |()| String::new())?;
                self.note(Step::Certificate, Err(fault), |_| String::new())
            }
            link => {
                let link = self.note(Step::Tls, link, Link::describe)?;
                self.note(Step::Certificate, Ok(link), Link::certified)
            }
        }
    }

    async fn search(&mut self, link: &mut Link) -> Result<Entry, Ended> {
        let base = self.settings.base.clone().unwrap_or_else(|| name::top_of(&self.settings.domain));
        let search = Search {
            base,
            scope: Scope::Subtree,
            filter: name::people(),
            attributes: &["objectGUID"],
            limit: 1,
            first: true,
        };
        let found = link.search(search, self.until()).await;
        let first =
            found.and_then(|found| found.into_iter().next().ok_or_else(|| FaultKind::BaseMissing.into()));
        self.note(Step::Search, first, |user| user.dn.clone())
    }

    async fn groups(&self, link: &mut Link, user: &Entry) -> Result<usize, Fault> {
        let found = link.search(Search::entry(user.dn.clone(), &["tokenGroups"]), self.until()).await?;
        let count =
            found.iter().flat_map(|user| user.values("tokenGroups")).filter_map(Sid::from_bytes).count();
        if count == 0 { Err(FaultKind::GroupsUnreadable.into()) } else { Ok(count) }
    }

    fn note<T>(
        &mut self,
        step: Step,
        result: Result<T, Fault>,
        says: impl FnOnce(&T) -> String,
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

fn self_named(settings: &Settings) -> String {
    settings.account.clone()
}

/// Seconds by which the server's clock is ahead of ours.
pub(super) fn skew(root: &Entry, now: Micros) -> Result<i64, Fault> {
    let theirs = root.text("currentTime").and_then(generalized).ok_or(FaultKind::NotActiveDirectory)?;
    let ahead = theirs.since(now) / Micros::SECOND;
    if ahead.abs() > MOST_SKEW { Err(FaultKind::ClockSkew.with(format!("{ahead} s"))) } else { Ok(ahead) }
}

/// Reads `YYYYMMDDhhmmss.0Z`.
pub(super) fn generalized(text: &str) -> Option<Micros> {
    let digits = text.get(..14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i64>().ok();
    let days = days_from_1970(part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let seconds = part(8, 10)? * 3_600 + part(10, 12)? * 60 + part(12, 14)?;
    Some(Micros((days * 86_400 + seconds) * Micros::SECOND))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. The year is
/// reckoned from March, so that the leap day comes last.
const fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_time_is_read() {
        assert_eq!(generalized("19700101000000.0Z"), Some(Micros(0)));
        assert_eq!(generalized("20240229123456.0Z"), Some(Micros(1_709_210_096 * Micros::SECOND)));
        assert_eq!(generalized("20000301000000.0Z"), Some(Micros(951_868_800 * Micros::SECOND)));
        for text in ["", "2024", "2024022912345x.0Z", "äääääää"] {
            assert_eq!(generalized(text), None, "{text}");
        }
    }
}
