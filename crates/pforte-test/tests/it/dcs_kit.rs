//! A directory on the forest, people who log on through it, and a DNS server that lies.

use pforte_directory::ldap::{ActiveDirectory, Ca, Find, Limits, Server, Settings};
use pforte_directory::{Directory, DirectoryError, ServerHealth, Verdict};
use pforte_test::Forest;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use xtask::servers::population::USER_PASSWORD;
use xtask::servers::samba::forest::Dc;

use crate::ldap_directory::{chance, clock, login, password};

/// A directory whose controllers are named, in this order.
pub(crate) fn named(forest: &Forest, dcs: &[Dc]) -> Settings {
    let server = |dc: &Dc| {
        let facts = forest.facts().of(*dc);
        Server { address: Some(facts.address.parse().unwrap()), ..Server::new(facts.host.clone()) }
    };
    Settings { servers: dcs.iter().map(server).collect(), ..found(forest, Find::default()) }
}

/// A directory whose controllers are found.
pub(crate) fn found(forest: &Forest, find: Find) -> Settings {
    let facts = &forest.facts().dc1;
    Settings {
        find,
        ca: Ca::File(facts.ca_certificate.clone()),
        limits: Limits { bind_connections: 4, connect_ms: 6_000, request_ms: 20_000, ..Limits::default() },
        ..Settings::new(facts.domain.clone(), format!("{}@{}", facts.service.user, facts.domain))
    }
}

/// Finds them by the name services of these controllers.
pub(crate) fn by_dns(forest: &Forest, dcs: &[Dc]) -> Find {
    let dns = dcs.iter().map(|dc| forest.facts().of(*dc).address.parse().unwrap()).collect();
    Find { dns, ..Find::default() }
}

/// Starts it.
pub(crate) fn start(forest: &Forest, settings: &Settings) -> Arc<ActiveDirectory> {
    let service = password(&forest.facts().dc1.service.password);
    Arc::new(ActiveDirectory::start(settings, service, clock(), chance()).unwrap())
}

/// Starts it and waits until it knows all its servers.
pub(crate) async fn start_known(forest: &Forest, settings: &Settings) -> Arc<ActiveDirectory> {
    let directory = start(forest, settings);
    until("all servers are known", || {
        let health = directory.health();
        !health.is_empty() && health.iter().all(|server| server.writable.is_some())
    })
    .await;
    directory
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What a log-on asks of a directory: who it is, one bind, all groups.
pub(crate) async fn log_on(directory: &ActiveDirectory, name: &str) -> Result<Verdict, DirectoryError> {
    let found = directory.find(&login(name)).await?.unwrap();
    let typed = password(USER_PASSWORD);
    let (verdict, groups) = tokio::join!(directory.verify(&found, &typed), directory.groups(&found));
    assert!(!groups?.groups.is_empty());
    verdict
}

/// What is known of a controller.
pub(crate) fn health_of(directory: &ActiveDirectory, dc: Dc) -> ServerHealth {
    let host = dc.host();
    let known = directory.health().into_iter().find(|server| server.server.starts_with(&host));
    known.unwrap_or_else(|| unreachable!("{host} is not known"))
}

/// The hosts in the order of preference.
pub(crate) fn hosts(directory: &ActiveDirectory) -> Vec<String> {
    let host = |server: ServerHealth| server.server.split(':').next().unwrap_or_default().to_owned();
    directory.health().into_iter().map(host).collect()
}

/// People who log on one after the other at so many stations, until they are stopped.
pub(crate) struct Crowd {
    tasks: JoinSet<()>,
    tally: Arc<Tally>,
}

/// How their log-ons went.
#[derive(Default)]
pub(crate) struct Tally {
    good: AtomicUsize,
    /// The bind was sent and its answer was lost with the connection.
    lost: AtomicUsize,
    other: Mutex<Vec<DirectoryError>>,
}

impl Crowd {
    pub(crate) fn begin(directory: &Arc<ActiveDirectory>, stations: usize) -> Self {
        let (mut tasks, tally) = (JoinSet::new(), Arc::new(Tally::default()));
        for station in 0..stations {
            let (directory, tally) = (Arc::clone(directory), Arc::clone(&tally));
            tasks.spawn(async move {
                loop {
                    match log_on(&directory, &format!("bulk{station:04}")).await {
                        Ok(verdict) => {
                            assert_eq!(verdict, Verdict::Good);
                            tally.good.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(DirectoryError::AnswerLost(_)) => {
                            tally.lost.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(other) => tally.other.lock().unwrap().push(other),
                    }
                }
            });
        }
        Self { tasks, tally }
    }

    /// Waits for so many further good log-ons.
    pub(crate) async fn goes_on(&self, for_more: usize) {
        let due = self.tally.good.load(Ordering::Relaxed) + for_more;
        until("people log on", || self.tally.good.load(Ordering::Relaxed) >= due).await;
    }

    /// How many had their bind sent and not answered, once they are stopped. Nothing else may have failed.
    pub(crate) async fn end(mut self) -> usize {
        self.tasks.shutdown().await;
        let other = std::mem::take(&mut *self.tally.other.lock().unwrap());
        assert_eq!(other, Vec::new());
        self.tally.lost.load(Ordering::Relaxed)
    }
}

/// A DNS server of the test's own, on port 53 of a loopback address that nobody else has.
pub(crate) struct LyingDns {
    pub(crate) address: IpAddr,
    zone: Arc<Mutex<Zone>>,
    _task: JoinSet<()>,
}

/// What is answered to a name: services (port, host) or an address. Other names do not exist.
pub(crate) type Zone = BTreeMap<String, Vec<Lie>>;

#[derive(Clone)]
pub(crate) enum Lie {
    Service(u16, String),
    Address(String),
}

impl LyingDns {
    pub(crate) async fn start(zone: Zone) -> Self {
        let mut free = None;
        for last in 1..=254 {
            let address = IpAddr::from([127, 53, 0, last]);
            if let Ok(socket) = UdpSocket::bind(SocketAddr::new(address, 53)).await {
                free = Some((address, socket));
                break;
            }
        }
        let (address, socket) = free.unwrap();
        let zone = Arc::new(Mutex::new(zone));
        let (mut task, told) = (JoinSet::new(), Arc::clone(&zone));
        task.spawn(async move {
            let mut asked = [0; 1_500];
            while let Ok((length, peer)) = socket.recv_from(&mut asked).await {
                let answer = answer(&asked[..length], &told.lock().unwrap());
                let _ = socket.send_to(&answer, peer).await;
            }
        });
        Self { address, zone, _task: task }
    }

    /// Says something else from now on.
    pub(crate) fn say(&self, zone: Zone) {
        *self.zone.lock().unwrap() = zone;
    }
}

/// The answer to a query of one question (RFC 1035, 4.1).
fn answer(query: &[u8], zone: &Zone) -> Vec<u8> {
    const QUESTION: usize = 12;
    let (mut labels, mut at) = (Vec::new(), QUESTION);
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
        at = end;
    }
    let end = at + 5;
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    let known = zone.get(&labels.join("."));
    let records: Vec<Vec<u8>> = known.into_iter().flatten().filter_map(|lie| record(lie, kind)).collect();
    let code = if known.is_some() { 0 } else { 3 };
    let count = u16::try_from(records.len()).unwrap().to_be_bytes();
    let head = [query[0], query[1], 0x84, 0x80 | code, 0, 1, count[0], count[1], 0, 0, 0, 0];
    [head.to_vec(), query[QUESTION..end].to_vec(), records.concat()].concat()
}

fn record(lie: &Lie, kind: u16) -> Option<Vec<u8>> {
    let data = match (lie, kind) {
        (Lie::Service(port, host), 33) => {
            let mut data = vec![0, 0, 0, 100];
            data.extend(port.to_be_bytes());
            for label in host.split('.') {
                data.push(u8::try_from(label.len()).unwrap());
                data.extend(label.bytes());
            }
            data.push(0);
            data
        }
        (Lie::Address(address), _) => match (address.parse().unwrap(), kind) {
            (IpAddr::V4(address), 1) => address.octets().to_vec(),
            (IpAddr::V6(address), 28) => address.octets().to_vec(),
            _ => return None,
        },
        _ => return None,
    };
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    let kind = kind.to_be_bytes();
    Some([vec![0xc0, 12, kind[0], kind[1], 0, 1, 0, 0, 0, 60, length[0], length[1]], data].concat())
}
