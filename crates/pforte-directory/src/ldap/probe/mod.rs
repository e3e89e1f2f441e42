//! What `pforte directory probe` tells: each side of each domain controller, good,
//! doubtful or bad, with the cure.
//!
//! A probe asks more than the test of the settings: it also tries what must not work.
//! It sends the service account's password once at most at each server, nobody's password
//! without protection, and ends at the first server that refuses the service account. Where
//! that one is let in by ticket, two more binds by ticket ask for channel binding.

mod certificate;
mod ports;

use super::account::Centre;
use super::entry::{TOKEN_GROUPS, WORKED_OUT};
use super::find::netlogon;
use super::link::{self, Link};
use super::message::{Entry, Scope, Search, code};
use super::pool::centre;
use super::sasl::Tried;
use super::schema::Schema;
use super::settings::{Protection, Server, Settings, SettingsFault};
use super::trial::{self, Trial};
use super::way::at;
use super::{Clock, Sid, find, name, state, steps, tls};
use crate::fault::{Fault, FaultKind};
use crate::kerberos::Chance;
use crate::said::Says;
use crate::secret::Password;
pub use crate::tried::Found;
use crate::tried::{self, plain, timed};
use certificate::Shown;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use rustls::RootCertStore;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// One side of a domain controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Its name has an address.
    Resolve,
    /// Its ports can be reached.
    Ports,
    /// It speaks TLS, in which version and with which cipher.
    Tls,
    /// Its certificate is for its name.
    CertificateName,
    /// The certificate is valid, and for how long.
    CertificateDates,
    /// The certificate is meant for servers.
    CertificatePurpose,
    /// The certificate's key and signature are strong enough.
    CertificateKey,
    /// A trusted authority issued the certificate.
    CertificateChain,
    /// Whether it takes unprotected binds.
    Signing,
    /// By which way a log-on speaks to it.
    Way,
    /// Whether it minds binds by ticket that are bound to no TLS, or to another.
    ChannelBinding,
    /// It is a domain controller of the domain.
    Directory,
    /// In which site it stands, and whether it can be written to.
    Site,
    /// Its clock and ours agree.
    Clock,
    /// How fast it answers.
    Answers,
    /// It lets the service account in, and how fast.
    Account,
    /// The service account can read, and do nothing else.
    AccountRights,
    /// How long the service account's password lasts.
    AccountPassword,
    /// Users can be searched.
    Search,
    /// Whether, when and where they may log on can be read.
    States,
    /// The groups of users can be read, and how fast.
    Groups,
}

impl Check {
    /// Every check, in the order in which they are made.
    pub const ALL: &'static [Self] = &[
        Self::Resolve,
        Self::Ports,
        Self::Signing,
        Self::Tls,
        Self::CertificateName,
        Self::CertificateDates,
        Self::CertificatePurpose,
        Self::CertificateKey,
        Self::CertificateChain,
        Self::Way,
        Self::Directory,
        Self::Site,
        Self::Clock,
        Self::Answers,
        Self::Account,
        Self::AccountRights,
        Self::AccountPassword,
        Self::ChannelBinding,
        Self::Search,
        Self::States,
        Self::Groups,
    ];

    /// Whether servers of this kind have this side at all.
    #[must_use]
    pub fn is_of(self, schema: Schema) -> bool {
        let own = [
            Self::Site,
            Self::Clock,
            Self::AccountRights,
            Self::AccountPassword,
            Self::ChannelBinding,
            Self::States,
        ];
        schema == Schema::ActiveDirectory || !own.contains(&self)
    }

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Ports => "ports",
            Self::Tls => "tls",
            Self::CertificateName => "certificate-name",
            Self::CertificateDates => "certificate-dates",
            Self::CertificatePurpose => "certificate-purpose",
            Self::CertificateKey => "certificate-key",
            Self::CertificateChain => "certificate-chain",
            Self::Signing => "signing",
            Self::Way => "way",
            Self::ChannelBinding => "channel-binding",
            Self::Directory => "directory",
            Self::Site => "site",
            Self::Clock => "clock",
            Self::Answers => "answers",
            Self::Account => "account",
            Self::AccountRights => "account-rights",
            Self::AccountPassword => "account-password",
            Self::Search => "search",
            Self::States => "account-states",
            Self::Groups => "groups",
        }
    }
}

/// A check and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// The check.
    pub check: Check,
    /// How long it took.
    pub took: Duration,
    /// What was found, or what is wrong.
    pub result: Result<Found, Fault>,
}

/// Hears of each check as soon as it is made.
pub type Hears<'a> = dyn FnMut(&Server, &Probed) + Send + Sync + 'a;

/// Easy questions whose median is told.
const QUESTIONS: usize = 5;
/// Groups that may change the domain: administrators of the domain, the schema, the
/// forest, this domain's built-in ones, and account operators (MS-DTYP 2.4.2.4).
const POWERFUL: &[&str] = &["-512", "-518", "-519", "S-1-5-32-544", "S-1-5-32-548"];
/// What is read of the root entry.
const ROOT: &[&str] = &["defaultNamingContext", "supportedCapabilities", "namingContexts", "currentTime"];

/// Probes every server of a directory. `hears` is told each check while the rest is
/// still made. Gives whether nothing was bad.
pub async fn probe(
    settings: &Settings,
    password: &Password,
    (clock, chance): (&Clock, &Chance),
    hears: &mut Hears<'_>,
) -> Result<bool, SettingsFault> {
    if let Some(fault) = settings.check().into_iter().next() {
        return Err(fault);
    }
    let roots = tls::roots(&settings.ca)?;
    let trial = Trial::new(settings, password, (clock, chance))?;
    let servers = match settings.servers.as_slice() {
        [] => find::once(settings, clock).await,
        named => Ok(named.to_vec()),
    };
    let servers = match servers {
        Ok(servers) => servers,
        Err(fault) => {
            let probed = Probed { check: Check::Resolve, took: Duration::ZERO, result: Err(fault) };
            hears(&Server::new(settings.domain.clone()), &probed);
            return Ok(false);
        }
    };
    let mut good = true;
    for server in &servers {
        let hears = &mut *hears;
        let since = Instant::now();
        let mut probe = Probe { settings, server, clock, hears, since, good: true, refused: false };
        // What is wrong was told.
        let _ = probe.run(&trial, &roots).await;
        good &= probe.good;
        if probe.refused {
            break;
        }
    }
    Ok(good)
}

struct Probe<'a, 'h> {
    settings: &'a Settings,
    server: &'a Server,
    clock: &'a Clock,
    hears: &'a mut Hears<'h>,
    /// When the last check ended.
    since: Instant,
    good: bool,
    /// The service account was refused, so that another try could lock it.
    refused: bool,
}

/// The rest cannot be tried.
struct Ended;

/// A server whose name was resolved.
struct There {
    addresses: Vec<SocketAddr>,
    centre: Centre,
}

impl Probe<'_, '_> {
    async fn run(&mut self, trial: &Trial<'_>, roots: &RootCertStore) -> Result<(), Ended> {
        let addresses = link::resolve(self.server, self.until()).await;
        let addresses = self.note(Check::Resolve, addresses, |found| plain(steps::listed(found)))?;
        let there = There { centre: centre(self.server.clone(), &addresses), addresses };
        let ports = ports::look(&there.addresses, self.server, self.settings.schema).await;
        let told = ports::judge(&ports, self.server);
        self.note(Check::Ports, told, Clone::clone)?;
        // Whether unprotected binds are taken matters as much where TLS is broken.
        let signing = self.signing(&there).await;
        let _ = self.note(Check::Signing, signing, Clone::clone);
        if ports::is_open(&ports, self.server.port) {
            self.certificate(&there, roots).await?;
        }
        let mut link = self.way(trial, &there).await?;
        self.directory(&mut link).await?;
        self.account(trial, &mut link, &there).await?;
        self.binding(trial, &there, link.is_tls()).await;
        self.people(trial, &mut link).await?;
        link.close(self.until()).await;
        Ok(())
    }

    /// Binds as nobody on the port without protection. A controller that asks for
    /// signing refuses that before it looks at the name.
    async fn signing(&self, there: &There) -> Result<Found, Fault> {
        let outcome = ports::plain_bind(&at(&there.addresses, self.server.ldap_port), self.until()).await?;
        Ok(match outcome.code {
            code::STRONGER_AUTH | code::CONFIDENTIALITY => Says::SigningRequired.alone(),
            _ => plain("signing not required").doubted(Some(FaultKind::PlainBinds.into())),
        })
    }

    /// Each side of the certificate on the port of LDAPS. What is wrong with it ends the
    /// probe only where a log-on would not go past that port either.
    async fn certificate(&mut self, there: &There, roots: &RootCertStore) -> Result<(), Ended> {
        let shown = self.shown(there).await;
        let has_tls = !matches!(&shown, Err(fault) if fault.kind.is_without_tls());
        let judged = self.judged(shown, roots);
        match self.settings.protection {
            Protection::Ldaps => judged,
            Protection::Auto if has_tls => judged,
            Protection::Auto | Protection::StartTls | Protection::Sealed => Ok(()),
        }
    }

    async fn shown(&self, there: &There) -> Result<Shown, Fault> {
        let until = self.until();
        let stream = link::connect(&at(&there.addresses, self.server.port), until).await?;
        certificate::look(stream, &self.server.host, until).await
    }

    fn judged(&mut self, shown: Result<Shown, Fault>, roots: &RootCertStore) -> Result<(), Ended> {
        let shown = self.note(Check::Tls, shown, |shown| plain(&*shown.way))?;
        let mut whole = Ok(());
        for (check, verdict) in certificate::judge(&shown, &self.server.host, (self.clock)(), roots) {
            whole = whole.and(self.note(check, verdict, Clone::clone).map(drop));
        }
        whole
    }

    /// The connection that a log-on would take, and by which way.
    async fn way(&mut self, trial: &Trial<'_>, there: &There) -> Result<Link, Ended> {
        let connected = trial.connect(self.server, &there.addresses, self.until()).await;
        let link = match connected {
            Ok(link) if !link.is_tls() => trial.seal(link, &there.centre, self.until()).await,
            other => other,
        };
        self.note(Check::Way, link, |link| {
            if link.is_tls() {
                plain(format!("{}: {}", link.peer(), link.describe()))
            } else {
                Says::Sealed.of(&[("server", &link.peer())])
            }
        })
    }

    async fn directory(&mut self, link: &mut Link) -> Result<(), Ended> {
        let top = self.settings.top();
        let root = root(link, self.until()).await;
        let root = root.and_then(|root| self.settings.schema.serves(&root, &top).map(|()| root));
        let root = self.note(Check::Directory, root, |_| plain(&*top))?;
        if self.settings.schema == Schema::ActiveDirectory {
            let site = self.site(link).await;
            let _ = self.note(Check::Site, site, Clone::clone);
            let skew = steps::skew(&root, (self.clock)());
            let _ = self.note(Check::Clock, skew, |seconds| plain(format!("{seconds} s")));
        }
        let answers = self.answers(link).await;
        self.note(Check::Answers, answers, Clone::clone).map(drop)
    }

    /// In which site the server stands, and whether it takes changes.
    async fn site(&self, link: &mut Link) -> Result<Found, Fault> {
        let found = link.search(netlogon::search(&self.settings.domain), self.until()).await?;
        let told = found.first().ok_or_else(|| Fault::from(FaultKind::NotActiveDirectory))?;
        let told = netlogon::of_entry(told)?;
        let says = if told.writable { Says::Writable } else { Says::ReadOnly };
        Ok(says.of(&[("site", &told.site)]))
    }

    /// The median of a few easy answers.
    async fn answers(&self, link: &mut Link) -> Result<Found, Fault> {
        let mut times = Vec::new();
        for _ in 0..QUESTIONS {
            let begun = Instant::now();
            root(link, self.until()).await?;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let median = times.get(QUESTIONS / 2).copied().unwrap_or_default();
        Ok(timed(median, ""))
    }

    async fn account(&mut self, trial: &Trial<'_>, link: &mut Link, there: &There) -> Result<(), Ended> {
        let begun = Instant::now();
        let bound = trial.bind(link, &there.centre, self.until()).await;
        let (took, let_in) = (begun.elapsed(), trial.let_in());
        self.refused = bound.is_err();
        self.note(Check::Account, bound, |()| let_in.doubted(tried::slow(took)))?;
        if self.settings.schema != Schema::ActiveDirectory {
            return Ok(());
        }
        let own = self.own(link).await;
        let rights = own.as_ref().map(rights).map_err(Fault::clone);
        let _ = self.note(Check::AccountRights, rights, Clone::clone);
        if let Ok(own) = &own {
            let ends = password_end(own, (self.clock)());
            let _ = self.note(Check::AccountPassword, Ok(ends), Clone::clone);
        }
        Ok(())
    }

    /// What the directory works out for the service account itself.
    async fn own(&self, link: &mut Link) -> Result<Entry, Fault> {
        let first = async |link: &mut Link, search| {
            let found = link.search(search, self.until()).await?.into_iter().next();
            found.ok_or_else(|| Fault::from(FaultKind::EntryUnreadable))
        };
        let account = &self.settings.account;
        let place = if account.contains('=') {
            account.clone()
        } else {
            let login = LoginName::parse(account).ok();
            let filter = login.and_then(|login| name::filter(&login, &self.settings.domain));
            let filter = filter.ok_or(FaultKind::EntryUnreadable)?;
            let top = Search::entry(self.settings.top(), &["objectSid"]);
            first(link, Search { scope: Scope::Subtree, filter, first: true, ..top }).await?.dn
        };
        first(link, Search::entry(place, WORKED_OUT)).await
    }

    /// Which binds by ticket over TLS the server minds. Not asked where there is no
    /// TLS or no Kerberos.
    async fn binding(&mut self, trial: &Trial<'_>, there: &There, is_tls: bool) {
        if !is_tls || !trial.is_by_kerberos() {
            return;
        }
        let asked = async {
            let mut minds = Vec::new();
            for tried in [Tried::Nothing, Tried::Wrong] {
                let mut link = trial.connect(self.server, &there.addresses, self.until()).await?;
                minds.push(!trial.takes_binding(&mut link, &there.centre, tried).await?);
                link.close(self.until()).await;
            }
            Ok(minds)
        };
        let asked = asked.await;
        let _ = self.note(Check::ChannelBinding, asked, |minds| match minds.as_slice() {
            [true, _] => Says::BindingAlways.alone(),
            [false, true] => Says::BindingWhenSent.alone(),
            _ => plain("never checked").doubted(Some(FaultKind::NoChannelBinding.into())),
        });
    }

    /// Users, what can be read of them, and how fast the groups of one are told.
    async fn people(&mut self, trial: &Trial<'_>, link: &mut Link) -> Result<(), Ended> {
        let people = trial.people(link, self.until()).await;
        let people = self.note(Check::Search, people, |people| plain(steps::first(people)))?;
        if Check::States.is_of(self.settings.schema) {
            let _ = self.note(Check::States, trial::states_and_hours(&people), Clone::clone);
        }
        let begun = Instant::now();
        let groups = trial.groups(link, steps::first(&people), self.until()).await;
        let took = begun.elapsed();
        self.note(Check::Groups, groups, |groups| timed(took, groups)).map(drop)
    }

    fn note<T>(
        &mut self,
        check: Check,
        result: Result<T, Fault>,
        says: impl FnOnce(&T) -> Found,
    ) -> Result<T, Ended> {
        let told = result.as_ref().map(says).map_err(Fault::clone);
        let now = Instant::now();
        let took = now.duration_since(std::mem::replace(&mut self.since, now));
        self.good &= told.is_ok();
        (self.hears)(self.server, &Probed { check, took, result: told });
        result.map_err(|_| Ended)
    }

    fn until(&self) -> Instant {
        Instant::now() + self.settings.limits.connect()
    }
}

async fn root(link: &mut Link, until: Instant) -> Result<Entry, Fault> {
    let found = link.search(Search::entry(String::new(), ROOT), until).await?;
    found.into_iter().next().ok_or_else(|| FaultKind::NotActiveDirectory.into())
}

/// Whether the service account is in a group that could change the domain.
fn rights(own: &Entry) -> Found {
    let sids = own.values(TOKEN_GROUPS).filter_map(Sid::from_bytes).map(|sid| sid.to_string());
    let powerful: Vec<String> = sids.filter(|sid| POWERFUL.iter().any(|end| sid.ends_with(end))).collect();
    tried::rights(&powerful)
}

fn password_end(own: &Entry, now: Micros) -> Found {
    tried::password_ends(state::password_end(own), now)
}
