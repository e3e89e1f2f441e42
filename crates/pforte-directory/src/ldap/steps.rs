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
use super::trial::Trial;
use super::{Clock, find};
use crate::kerberos::Chance;
use crate::secret::Password;
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

    /// Whether servers of this kind have this step at all.
    #[must_use]
    pub fn is_of(self, schema: Schema) -> bool {
        schema == Schema::ActiveDirectory || self != Self::Clock
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
        let addresses = self.note(Step::Resolve, addresses, |addresses| {
            addresses.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
        })?;
        let centre = centre(self.server.clone(), &addresses);
        let mut link = self.reach(trial, &addresses, &centre).await?;
        self.directory(&mut link, clock).await?;
        let bound = trial.bind(&mut link, &centre, self.until()).await;
        let login = trial.login().await;
        self.note(Step::Account, bound, |()| format!("{}, {login}", self.settings.account))?;
        let user = trial.somebody(&mut link, self.until()).await;
        let user = self.note(Step::Search, user, |user| user.dn.clone())?;
        let groups = trial.groups(&mut link, &user, self.until()).await;
        self.note(Step::Groups, groups, Clone::clone)?;
        link.close(self.until()).await;
        Ok(())
    }

    /// A connection with the right server, on the way that a log-on would take.
    async fn reach(
        &mut self,
        trial: &Trial<'_>,
        addresses: &[SocketAddr],
        centre: &Centre,
    ) -> Result<Link, Ended> {
        match trial.connect(self.server, addresses, self.until()).await {
            Err(fault) if fault.kind.is_connecting() => {
                self.note(Step::Connect, Err(fault), |_| String::new())
            }
            Err(fault) => {
                self.note(Step::Connect, Ok(()), |()| String::new())?;
                if fault.kind.is_certificate() {
                    self.note(Step::Tls, Ok(()), |()| String::new())?;
                    return self.note(Step::Certificate, Err(fault), |_| String::new());
                }
                self.note(Step::Tls, Err(fault), |_| String::new())
            }
            Ok(link) => {
                let link = self.note(Step::Connect, Ok(link), Link::peer)?;
                self.protected(trial, link, centre).await
            }
        }
    }

    /// What protects the connection: TLS with its certificate, else a seal.
    async fn protected(&mut self, trial: &Trial<'_>, link: Link, centre: &Centre) -> Result<Link, Ended> {
        if link.is_tls() {
            let link = self.note(Step::Tls, Ok(link), Link::describe)?;
            return self.note(Step::Certificate, Ok(link), Link::certified);
        }
        self.note(Step::Tls, Ok(()), |()| "none: sealed by Kerberos".to_owned())?;
        match trial.seal(link, centre, self.until()).await {
            Ok(link) => Ok(link),
            Err(fault) => self.note(Step::Account, Err(fault), |_| String::new()),
        }
    }

    async fn directory(&mut self, link: &mut Link, clock: &Clock) -> Result<(), Ended> {
        let top = self.settings.top();
        let root = link.root(self.until()).await;
        let root = root.and_then(|root| self.settings.schema.serves(&root, &top).map(|()| root));
        let root = self.note(Step::Directory, root, |_| top.clone())?;
        if self.settings.schema == Schema::ActiveDirectory {
            let skew = skew(&root, clock());
            // A wrong clock stops nothing here.
            let _ = self.note(Step::Clock, skew, |seconds| format!("{seconds} s"));
        }
        Ok(())
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
