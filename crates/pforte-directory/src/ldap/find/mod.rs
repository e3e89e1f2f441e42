//! Finding a domain's controllers where none is named: by DNS, those of the own
//! site first.
//!
//! It is done in the background and again from time to time. What was found last
//! is used for as long as nothing else is found, so that a dead DNS delays nobody.
//! A server whose address is not found stands in the list all the same, with that
//! fault, and is looked for again soon.
//!
//! # Invariants
//!
//! - A name from DNS is taken only if it is below the domain or was listed by an
//!   administrator, and it must stand in the certificate like any other: whoever
//!   forges DNS can keep Pforte from servers, and cannot make it trust one.
//! - There are never more than [`Settings::MOST_SERVERS`].

mod names;
pub(super) mod netlogon;
mod order;

pub(super) use names::Names;

use super::Clock;
use super::health::Health;
use super::link::MOST_ADDRESSES;
use super::settings::{Find, Server, Settings};
use crate::fault::{Fault, FaultKind};
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use names::{MOST_ANSWERS, Service};
use netlogon::Netlogon;
use order::{Candidate, ordered};
use pforte_model::time::Micros;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How often DNS is asked again.
const REFRESH: Duration = Duration::from_mins(5);
/// The same while nothing was found, an address is missing, or nothing of what was
/// found answers: at first, and at most.
const HURRY: Duration = Duration::from_secs(2);
const MOST_HURRY: Duration = Duration::from_mins(1);
/// The port at which controllers answer pings.
const PING_PORT: u16 = 389;
/// How long they are waited for.
const PING_LIMIT: Duration = Duration::from_millis(500);
/// Servers that are pinged, and asked for their addresses, at the same time.
const AT_ONCE: usize = 16;
/// The number of a ping.
const PING: i32 = 1;
/// The port of LDAPS, where nobody publishes another one.
const LDAPS: u16 = 636;

/// Finds the controllers of one domain.
pub(super) struct Finder {
    domain: String,
    find: Find,
    names: Names,
    seed: u64,
    /// The addresses that hosts had before.
    known: Known,
}

/// Addresses by the names of hosts.
type Known = BTreeMap<String, Vec<IpAddr>>;

/// A server's addresses, as far as they are known, and what it told about itself.
struct Met {
    addresses: Vec<IpAddr>,
    told: Option<Netlogon>,
}

impl Finder {
    /// A finder with what an administrator said. The time shares out equals at random.
    fn new(settings: &Settings, clock: &Clock, known: Known) -> Result<Self, Fault> {
        let Micros(now) = clock();
        let names = Names::new(&settings.find)?;
        let (domain, find) = (settings.domain.to_ascii_lowercase(), settings.find.clone());
        Ok(Self { domain, find, names, seed: now.unsigned_abs(), known })
    }

    /// The servers, the preferred one first; those without an address last.
    async fn find(&self) -> Result<Vec<Server>, Fault> {
        let everywhere = format!("_ldap._tcp.dc._msdcs.{}", self.domain);
        let far = self.services(&everywhere).await?;
        let mut met = BTreeMap::new();
        self.meet(&far, &mut met).await;
        let near = match self.site(&met) {
            Some(site) => {
                self.services(&format!("_ldap._tcp.{site}._sites.dc._msdcs.{}", self.domain)).await?
            }
            None => Vec::new(),
        };
        self.meet(&near, &mut met).await;
        let ports = self.ports().await;
        let near_hosts: BTreeSet<&str> = near.iter().map(|service| service.host.as_str()).collect();
        let elsewhere = far.iter().filter(|service| !near_hosts.contains(service.host.as_str()));
        let candidate = |service: &Service| {
            let Met { addresses, told } = met.get(&service.host)?;
            let port = ports.get(&service.host).copied().unwrap_or(LDAPS);
            Some(Candidate {
                server: Server {
                    port,
                    ldap_port: service.port,
                    address: addresses.first().copied(),
                    others: addresses.iter().skip(1).copied().collect(),
                    ..Server::new(service.host.clone())
                },
                near: near_hosts.contains(service.host.as_str()),
                priority: service.priority,
                weight: service.weight,
                writable: told.as_ref().map(|told| told.writable),
            })
        };
        let candidates = near.iter().chain(elsewhere).filter_map(candidate).collect();
        let mut servers = ordered(candidates, self.find.writable_first, self.seed);
        servers.sort_by_key(|server| server.address.is_none());
        servers.truncate(Settings::MOST_SERVERS);
        if servers.is_empty() {
            return Err(FaultKind::NameNotResolved.with(format!("{everywhere}: no server")));
        }
        Ok(servers)
    }

    /// The servers of a service that may be the domain's, each once.
    async fn services(&self, name: &str) -> Result<Vec<Service>, Fault> {
        let (mut services, mut seen) = (self.names.services(name).await?, BTreeSet::new());
        services.retain(|service| {
            let taken = self.may_be_ours(&service.host);
            if !taken {
                tracing::warn!(host = %service.host, domain = %self.domain, "a server outside the domain is left out");
            }
            taken && seen.insert(service.host.clone())
        });
        Ok(services)
    }

    /// Whether a controller may have this name.
    fn may_be_ours(&self, host: &str) -> bool {
        let below =
            host.strip_suffix(self.domain.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
        below || self.find.hosts.iter().any(|listed| listed.eq_ignore_ascii_case(host))
    }

    /// Looks for the addresses of those not met yet, and has them tell about themselves.
    async fn meet(&self, services: &[Service], met: &mut BTreeMap<String, Met>) {
        let new: Vec<&Service> =
            services.iter().filter(|service| !met.contains_key(&service.host)).take(MOST_ANSWERS).collect();
        let one = async |service: &Service| {
            let host = &service.host;
            (host.clone(), self.introduced(host, self.addresses(host).await).await)
        };
        let found: Vec<_> = stream::iter(new).map(one).buffer_unordered(AT_ONCE).collect().await;
        met.extend(found);
    }

    /// Has a server tell about itself. Where it does at one of its addresses, that one
    /// counts alone: DNS often has others at which nobody is reached from here.
    async fn introduced(&self, host: &str, addresses: Vec<IpAddr>) -> Met {
        let told = join_all(addresses.iter().map(|address| ping(*address, &self.domain))).await;
        let own = |told: &Netlogon| told.host.eq_ignore_ascii_case(host);
        let mut answers = addresses.iter().zip(told).filter_map(|(address, told)| Some((*address, told?)));
        match answers.find(|(_, told)| own(told)) {
            Some((address, told)) => Met { addresses: vec![address], told: Some(told) },
            None => Met { addresses: self.as_before(host, addresses), told: None },
        }
    }

    /// Those of these addresses that the host had before, if it still has them all: one
    /// lost ping is no reason to make all connections anew.
    fn as_before(&self, host: &str, addresses: Vec<IpAddr>) -> Vec<IpAddr> {
        let still = |before: &&Vec<IpAddr>| before.iter().all(|one| addresses.contains(one));
        self.known.get(host).filter(still).cloned().unwrap_or(addresses)
    }

    /// The addresses of a host, in an order that stays; those it had before where none
    /// is told now.
    async fn addresses(&self, host: &str) -> Vec<IpAddr> {
        match self.names.addresses(host).await {
            Ok(mut found) => {
                found.sort();
                found.truncate(MOST_ADDRESSES);
                found
            }
            Err(fault) => {
                tracing::info!(host, code = fault.kind.code(), %fault, "the address of a server is not found");
                self.known.get(host).cloned().unwrap_or_default()
            }
        }
    }

    /// The own site: as an administrator says, else as the servers say.
    fn site(&self, met: &BTreeMap<String, Met>) -> Option<String> {
        let told = || {
            let told = met.values().filter_map(|met| met.told.as_ref());
            told.map(|told| &told.client_site).find(|site| super::settings::is_host(site))
        };
        self.find.site.as_ref().or_else(told).cloned()
    }

    /// The ports of LDAPS that somebody published; there is none in most domains.
    async fn ports(&self) -> BTreeMap<String, u16> {
        let published = self.names.services(&format!("_ldaps._tcp.{}", self.domain)).await;
        let published = published.unwrap_or_default().into_iter().filter(|service| service.port != 0);
        published.map(|service| (service.host, service.port)).collect()
    }
}

/// What the controller at this address tells about itself. `None`: it is no
/// controller of the domain, or does not answer in time.
async fn ping(address: IpAddr, domain: &str) -> Option<Netlogon> {
    let any =
        if address.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
    let asked = async {
        let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await.ok()?;
        socket.connect(SocketAddr::new(address, PING_PORT)).await.ok()?;
        socket.send(&netlogon::datagram(domain, PING)).await.ok()?;
        let mut answer = [0; netlogon::MOST_BYTES];
        loop {
            let length = socket.recv(&mut answer).await.ok()?;
            // Somebody else's words are no reason not to wait for the right ones.
            if let Ok(told) = netlogon::answered(answer.get(..length)?, PING) {
                return Some(told);
            }
        }
    };
    let told = timeout(PING_LIMIT, asked).await.ok()??;
    told.domain.eq_ignore_ascii_case(domain).then_some(told)
}

/// Finds the servers once.
pub(super) async fn once(settings: &Settings, clock: &Clock) -> Result<Vec<Server>, Fault> {
    Finder::new(settings, clock, Known::new())?.find().await
}

/// Finds the servers now and from time to time, until the directory is stopped.
pub(super) async fn go_on(
    settings: Settings,
    clock: Clock,
    health: &Health,
    mut stop: watch::Receiver<bool>,
) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = refresh(&settings, &clock, health) => {}
    }
}

async fn refresh(settings: &Settings, clock: &Clock, health: &Health) {
    let (mut hurry, mut known) = (HURRY, Known::new());
    loop {
        let found = match Finder::new(settings, clock, known.clone()) {
            Ok(finder) => finder.find().await,
            Err(fault) => Err(fault),
        };
        let mut whole = true;
        match found {
            Ok(servers) => {
                let known_now = servers.iter().filter_map(|one| {
                    let addresses = std::iter::once(one.address?).chain(one.others.iter().copied());
                    Some((one.host.clone(), addresses.collect()))
                });
                known = known_now.collect();
                whole = known.len() == servers.len();
                health.found(servers);
            }
            Err(fault) => health.not_found(&fault),
        }
        let up = health.best(false).is_some();
        let pause = if up && whole { REFRESH } else { hurry };
        hurry = if up && whole { HURRY } else { (hurry * 2).min(MOST_HURRY) };
        let again = Instant::now() + pause;
        // Whatever happens in the first time, what is known is good enough.
        sleep(HURRY).await;
        tokio::select! {
            () = sleep_until(again) => {}
            () = health.none_left(), if up => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn only_names_below_the_domain_or_listed_are_taken() {
        let json = r#"{"domain":"AD.test.lab","account":"svc","find":{"dns":["127.0.0.1"],"hosts":["DC.other.lab"]}}"#;
        let clock: Clock = Arc::new(|| Micros(0));
        let finder = Finder::new(&serde_json::from_str(json).unwrap(), &clock, Known::new()).unwrap();
        for host in ["dc1.ad.test.lab", "dc1.site.ad.test.lab", "dc.other.lab"] {
            assert!(finder.may_be_ours(host), "{host}");
        }
        for host in
            ["ad.test.lab", ".ad.test.lab", "evilad.test.lab", "dc1.ad.test.lab.evil.test", "x.other.lab", ""]
        {
            assert!(!finder.may_be_ours(host), "{host}");
        }
    }
}
