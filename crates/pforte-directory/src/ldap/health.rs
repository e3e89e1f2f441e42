//! Which domain controllers answer, how fast, and what they are.
//!
//! A server that failed is remembered, so that nobody waits for it again; the
//! watch in the background tries it, after growing pauses, and brings it back.
//!
//! A server that is merely slow is not dead: silence makes it suspect, and only
//! a question of the watch that fails too, with not a word on any other
//! connection meanwhile, makes it down. One that is down is up again only after
//! it let the service account in.

use super::Clock;
use super::fault::{Fault, FaultKind};
use super::settings::Server;
use pforte_model::time::Micros;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// What is known of a domain controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerHealth {
    id: Id,
    /// Which one.
    pub server: Server,
    /// Whether it answers, or has not been asked yet.
    pub up: bool,
    /// What was wrong when it last failed, while it does not answer.
    pub fault: Option<Fault>,
    /// Since when it answers, or does not. `None`: it has not been asked yet.
    pub since: Option<Micros>,
    /// How long its last answer to an easy question took, in milliseconds.
    pub latency_ms: Option<u32>,
    /// The site it stands at, as far as it told.
    pub site: Option<String>,
    /// Whether it takes changes, as far as it told; a read-only one does not.
    pub writable: Option<bool>,
    /// It lets itself be waited for at the first question.
    slow: bool,
}

/// A server for as long as it is in the list; never given to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u64);

/// What is known of all of them, in the order of preference.
pub(super) struct Health {
    servers: watch::Sender<Vec<ServerHealth>>,
    clock: Clock,
    signs: Mutex<Signs>,
    /// Whether the list is still to be found for the first time.
    searching: watch::Sender<bool>,
    /// Why no server is found.
    not_found: Mutex<Option<Fault>>,
}

/// What was noticed of servers on their connections.
#[derive(Default)]
struct Signs {
    last_id: u64,
    /// When each last said anything on any connection.
    heard: BTreeMap<Id, Instant>,
    /// Wakes the watch over each.
    suspicions: BTreeMap<Id, Arc<Notify>>,
}

impl Signs {
    fn next_id(&mut self) -> Id {
        self.last_id += 1;
        self.suspicions.insert(Id(self.last_id), Arc::default());
        Id(self.last_id)
    }
}

impl ServerHealth {
    fn new(id: Id, server: Server) -> Self {
        let (fault, since, latency_ms, site, writable) = (None, None, None, None, None);
        Self { id, server, up: true, fault, since, latency_ms, site, writable, slow: false }
    }

    /// Which one, for as long as it is in the list.
    pub(super) const fn id(&self) -> Id {
        self.id
    }

    /// It answered, after this time. Whether anybody is to hear of it.
    fn answers(&mut self, after: Duration, now: Micros) -> bool {
        self.fault = None;
        self.latency_ms = Some(u32::try_from(after.as_millis()).unwrap_or(u32::MAX));
        let found = !std::mem::replace(&mut self.up, true);
        let was_slow = std::mem::take(&mut self.slow);
        if found {
            tracing::info!(server = %self.server, "directory server found");
        }
        if found || self.since.is_none() {
            self.since = Some(now);
        }
        found || was_slow
    }
}

impl Health {
    /// Nothing is known yet: the servers are taken to answer. None: they are
    /// still to be found.
    pub(super) fn new(servers: &[Server], clock: Clock) -> Self {
        let health = Self {
            servers: watch::Sender::new(Vec::new()),
            clock,
            signs: Mutex::default(),
            searching: watch::Sender::new(true),
            not_found: Mutex::default(),
        };
        if !servers.is_empty() {
            health.found(servers.to_vec());
        }
        health
    }

    /// These are the servers now. What is known of those that stay is kept.
    pub(super) fn found(&self, servers: Vec<Server>) {
        *lock(&self.not_found) = None;
        self.servers.send_if_modified(|known| {
            let mut signs = lock(&self.signs);
            let mut kept = std::mem::take(known);
            let before: Vec<Id> = kept.iter().map(ServerHealth::id).collect();
            for server in servers {
                match kept.iter().position(|one| one.server == server) {
                    Some(at) => known.push(kept.swap_remove(at)),
                    None => known.push(ServerHealth::new(signs.next_id(), server)),
                }
            }
            for gone in kept {
                signs.heard.remove(&gone.id);
                signs.suspicions.remove(&gone.id);
            }
            before != known.iter().map(ServerHealth::id).collect::<Vec<_>>()
        });
        self.searching.send_replace(false);
    }

    /// No server is found. Those that were found before are still used.
    pub(super) fn not_found(&self, fault: &Fault) {
        tracing::warn!(code = fault.kind.code(), %fault, "no directory server is found");
        *lock(&self.not_found) = Some(fault.clone());
        self.searching.send_replace(false);
    }

    /// Waits until the servers have been looked for once.
    pub(super) async fn looked_for(&self) {
        // The end of the program ends the waiting too.
        let _ = self.searching.subscribe().wait_for(|searching| !searching).await;
    }

    /// Hears of every change but of latencies.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<ServerHealth>> {
        self.servers.subscribe()
    }

    /// What is known now.
    pub(super) fn now(&self) -> Vec<ServerHealth> {
        self.servers.borrow().clone()
    }

    /// The same in the words of every kind of directory.
    pub(super) fn shown(&self) -> Vec<crate::ServerHealth> {
        let shown = |health: &ServerHealth| crate::ServerHealth {
            server: health.server.to_string(),
            up: health.up,
            fault: health.fault.clone(),
            since: health.since,
            latency_ms: health.latency_ms,
            site: health.site.clone(),
            writable: health.writable,
        };
        self.now().iter().map(shown).collect()
    }

    /// The server to ask, one that takes changes if it `writes`.
    pub(super) fn best(&self, writes: bool) -> Option<Id> {
        best(&self.servers.borrow(), writes, &[])
    }

    /// The server to ask when `others` are not there.
    pub(super) fn best_but(&self, writes: bool, others: &[Id]) -> Option<Id> {
        best(&self.servers.borrow(), writes, others)
    }

    /// Whether this server answers, or has not been asked yet.
    pub(super) fn is_up(&self, id: Id) -> bool {
        self.servers.borrow().iter().any(|server| server.id == id && server.up)
    }

    /// Whether another server is known to answer.
    pub(super) fn has_other(&self, id: Id) -> bool {
        self.servers.borrow().iter().any(|server| server.id != id && server.up && server.since.is_some())
    }

    /// The server.
    pub(super) fn server(&self, id: Id) -> Option<Server> {
        self.servers.borrow().iter().find(|known| known.id == id).map(|known| known.server.clone())
    }

    /// Waits until no server answers.
    pub(super) async fn none_left(&self) {
        let mut servers = self.subscribe();
        // The end of the program ends the waiting too.
        let _ = servers.wait_for(|servers| !servers.iter().any(|server| server.up)).await;
    }

    /// Waits until this server is no longer one to wait for: it is down, or
    /// slow at first sight while another answers.
    pub(super) async fn overtaken(&self, id: Id) {
        let mut servers = self.subscribe();
        let overtaken = |servers: &Vec<ServerHealth>| match servers.iter().find(|server| server.id == id) {
            None => true,
            Some(server) => {
                !server.up
                    || (server.slow && servers.iter().any(|other| other.up && !other.slow && other.id != id))
            }
        };
        if servers.wait_for(overtaken).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Why this one is not waited for.
    pub(super) fn why_not(&self, id: Id) -> Fault {
        let servers = self.servers.borrow();
        let fault = servers.iter().find(|server| server.id == id).and_then(|server| server.fault.clone());
        fault.unwrap_or_else(|| FaultKind::TimedOut.into())
    }

    /// Why none answers: what is wrong with the preferred one.
    pub(super) fn why(&self) -> Fault {
        let fault = self.servers.borrow().iter().find_map(|server| server.fault.clone());
        fault.or_else(|| lock(&self.not_found).clone()).unwrap_or_else(|| FaultKind::NoServer.into())
    }

    /// A server said something. What one that is no longer in the list says on its last
    /// connections is not kept.
    pub(super) fn heard(&self, id: Id) {
        let mut signs = lock(&self.signs);
        if signs.suspicions.contains_key(&id) {
            signs.heard.insert(id, Instant::now());
        }
    }

    /// A server is silent, or a connection to it was lost; the watch shall look
    /// at it at once.
    pub(super) fn suspect(&self, id: Id) {
        if let Some(suspicion) = lock(&self.signs).suspicions.get(&id) {
            suspicion.notify_one();
        }
    }

    /// Waits until a server is suspect. For ever, if it is no longer in the list.
    pub(super) async fn suspicion(&self, id: Id) {
        let suspicion = lock(&self.signs).suspicions.get(&id).map(Arc::clone);
        match suspicion {
            Some(suspicion) => suspicion.notified().await,
            None => std::future::pending().await,
        }
    }

    /// A server failed in a try that began at `since`. One that only ran out of
    /// time while it spoke to others is slow, not dead.
    pub(super) fn failed(&self, id: Id, since: Instant, fault: &Fault) {
        let heard = lock(&self.signs).heard.get(&id).copied();
        if fault.kind.is_slowness() && heard.is_some_and(|heard| heard > since) {
            return;
        }
        self.change(id, |server, now| {
            server.fault = Some(fault.clone());
            server.latency_ms = None;
            let changed = std::mem::replace(&mut server.up, false);
            if changed || server.since.is_none() {
                server.since = Some(now);
                tracing::warn!(server = %server.server, code = fault.kind.code(), %fault, "directory server lost");
            }
            changed
        });
    }

    /// A server is slow at its first question.
    pub(super) fn lets_wait(&self, id: Id) {
        self.change(id, |server, _| !std::mem::replace(&mut server.slow, true));
    }

    /// A server answered, after this time. One that is down stays so: it may be that it
    /// answers and lets nobody in.
    pub(super) fn answered(&self, id: Id, after: Duration) {
        self.change(id, |server, now| server.up && server.answers(after, now));
    }

    /// A server that was down serves again, after this time.
    pub(super) fn back(&self, id: Id, after: Duration) {
        self.change(id, |server, now| server.answers(after, now));
    }

    /// A server told what it is.
    pub(super) fn told(&self, id: Id, site: &str, writable: bool) {
        self.change(id, |server, _| {
            server.site = (!site.is_empty()).then(|| site.to_owned());
            server.writable.replace(writable) != Some(writable)
        });
    }

    /// Changes what is known of a server; the change is heard of if it says so.
    fn change(&self, id: Id, change: impl FnOnce(&mut ServerHealth, Micros) -> bool) {
        let now = (self.clock)();
        self.servers.send_if_modified(|servers| {
            servers.iter_mut().find(|server| server.id == id).is_some_and(|server| change(server, now))
        });
    }
}

/// The first that answers, and those that keep nobody waiting before those that
/// do; for changes the ones known to take them before those of which nobody knows.
fn best(servers: &[ServerHealth], writes: bool, others: &[Id]) -> Option<Id> {
    let fits = |server: &&ServerHealth| {
        server.up && !others.contains(&server.id) && !(writes && server.writable == Some(false))
    };
    let place = |server: &&ServerHealth| (writes && server.writable.is_none(), server.slow);
    servers.iter().filter(fits).min_by_key(place).map(ServerHealth::id)
}

/// What is kept here is whole at every step, so a panic elsewhere leaves it good.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn server(host: &str) -> Server {
        Server::new(host.to_owned())
    }

    fn health(hosts: &[&str]) -> (Health, Vec<Id>) {
        let servers: Vec<Server> = hosts.iter().map(|host| server(host)).collect();
        let health = Health::new(&servers, Arc::new(|| Micros(7)));
        let ids = health.now().iter().map(ServerHealth::id).collect();
        (health, ids)
    }

    #[test]
    fn the_first_server_that_answers_is_preferred_and_changes_are_heard_once() {
        let (health, ids) = health(&["dc1", "dc2"]);
        let [one, two] = ids[..] else { unreachable!() };
        let mut changes = health.subscribe();
        assert_eq!(health.best(false), Some(one));
        let now = Instant::now();
        health.failed(one, now, &FaultKind::ConnectRefused.into());
        assert!(changes.has_changed().unwrap());
        assert_eq!(health.best(false), Some(two));
        changes.mark_unchanged();
        health.failed(one, now, &FaultKind::ConnectTimedOut.into());
        assert!(!changes.has_changed().unwrap());
        health.failed(two, now, &FaultKind::TlsClosed.into());
        assert_eq!((health.best(false), health.why().kind), (None, FaultKind::ConnectTimedOut));
        health.answered(one, Duration::from_millis(3));
        assert_eq!(health.best(false), None, "an answer alone is not enough");
        health.back(one, Duration::from_millis(3));
        assert_eq!(health.best(false), Some(one));
        let shown = health.now();
        let shown = shown.first().unwrap();
        assert_eq!((shown.latency_ms, shown.since, &shown.fault), (Some(3), Some(Micros(7)), &None));
    }

    #[test]
    fn a_server_that_runs_out_of_time_while_it_speaks_to_others_is_slow_and_not_dead() {
        let (health, ids) = health(&["dc1"]);
        let one = *ids.first().unwrap();
        let begun = Instant::now();
        health.heard(one);
        health.failed(one, begun, &FaultKind::TlsTimedOut.into());
        assert!(health.is_up(one));
        health.failed(one, begun, &FaultKind::ConnectRefused.into());
        assert!(!health.is_up(one));
        health.back(one, Duration::ZERO);
        health.failed(one, Instant::now(), &FaultKind::TlsTimedOut.into());
        assert!(!health.is_up(one));
    }

    #[test]
    fn nothing_is_kept_of_a_server_that_is_gone() {
        let (health, ids) = health(&["dc1", "dc2"]);
        for id in &ids {
            health.heard(*id);
        }
        health.found(vec![server("dc2")]);
        for id in &ids {
            health.heard(*id);
        }
        let signs = lock(&health.signs);
        assert_eq!((signs.heard.len(), signs.suspicions.len()), (1, 1));
    }

    #[test]
    fn what_is_written_goes_to_a_writable_server_only() {
        let (health, ids) = health(&["ro", "unknown", "rw"]);
        let [read_only, unknown, writable] = ids[..] else { unreachable!() };
        health.told(read_only, "Plant", false);
        health.told(writable, "Office", true);
        assert_eq!((health.best(false), health.best(true)), (Some(read_only), Some(writable)));
        health.failed(writable, Instant::now(), &FaultKind::ConnectRefused.into());
        assert_eq!(health.best(true), Some(unknown));
        health.failed(unknown, Instant::now(), &FaultKind::ConnectRefused.into());
        assert_eq!((health.best(false), health.best(true)), (Some(read_only), None));
    }

    #[test]
    fn a_server_that_lets_itself_be_waited_for_at_first_is_overtaken_by_one_that_answers() {
        let (health, ids) = health(&["dc1", "dc2"]);
        let [one, two] = ids[..] else { unreachable!() };
        health.lets_wait(one);
        assert_eq!(health.best(false), Some(two));
        health.answered(one, Duration::from_secs(1));
        assert_eq!(health.best(false), Some(one));
    }

    #[test]
    fn a_new_list_keeps_what_is_known_of_the_servers_that_stay() {
        let (health, ids) = health(&["dc1", "dc2"]);
        let [one, two] = ids[..] else { unreachable!() };
        health.failed(two, Instant::now(), &FaultKind::ConnectRefused.into());
        health.found(vec![server("dc3"), server("dc2")]);
        let now = health.now();
        let [new, stayed] = &now[..] else { unreachable!() };
        assert!(new.up && new.id != one && new.id != two, "a number is never given twice");
        assert!(!stayed.up && stayed.id == two && stayed.fault.is_some());
        assert!(!health.is_up(one), "who is no longer there does not answer");
        let mut changes = health.subscribe();
        changes.mark_unchanged();
        health.found(vec![server("dc3"), server("dc2")]);
        assert!(!changes.has_changed().unwrap(), "the same list is no change");
    }

    #[tokio::test]
    async fn a_suspicion_is_told_to_the_watch_over_that_server_alone() {
        let (health, ids) = health(&["dc1", "dc2"]);
        let [one, two] = ids[..] else { unreachable!() };
        health.suspect(two);
        health.suspicion(two).await;
        let soon = Duration::from_millis(10);
        assert!(tokio::time::timeout(soon, health.suspicion(one)).await.is_err());
        assert!(tokio::time::timeout(soon, health.suspicion(two)).await.is_err(), "told once");
    }
}
