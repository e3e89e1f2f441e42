//! Which domain controllers answer.
//!
//! A server that failed is remembered, so that nobody waits for it again; a
//! probe in the background tries it once a second and brings it back.
//!
//! A server that is merely slow is not dead: silence makes it suspect, and only
//! a probe that fails too, with not a word on any other connection meanwhile,
//! makes it down.

use super::fault::{Fault, FaultKind};
use super::settings::Server;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// What is known of a domain controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerHealth {
    /// Which one.
    pub server: Server,
    /// Whether it answers, or has not been asked yet.
    pub up: bool,
    /// What was wrong when it last failed, while it does not answer.
    pub fault: Option<Fault>,
}

/// What is known of all of them, in the order of preference.
pub(super) struct Health {
    servers: watch::Sender<Vec<ServerHealth>>,
    /// When each last said anything on any connection.
    heard: Mutex<Vec<Option<Instant>>>,
    suspects: Mutex<BTreeSet<usize>>,
    suspicion: Notify,
}

impl Health {
    /// Nothing is known yet: they are taken to answer.
    pub(super) fn new(servers: &[Server]) -> Self {
        let up = |server: &Server| ServerHealth { server: server.clone(), up: true, fault: None };
        Self {
            servers: watch::Sender::new(servers.iter().map(up).collect()),
            heard: Mutex::new(vec![None; servers.len()]),
            suspects: Mutex::new(BTreeSet::new()),
            suspicion: Notify::new(),
        }
    }

    /// Hears of every change.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<ServerHealth>> {
        self.servers.subscribe()
    }

    /// What is known now.
    pub(super) fn now(&self) -> Vec<ServerHealth> {
        self.servers.borrow().clone()
    }

    /// The preferred server of those that answer.
    pub(super) fn preferred(&self) -> Option<usize> {
        self.servers.borrow().iter().position(|server| server.up)
    }

    /// Those that answer, in the order of preference.
    pub(super) fn up(&self) -> Vec<usize> {
        let servers = self.servers.borrow();
        servers.iter().enumerate().filter(|(_, server)| server.up).map(|(index, _)| index).collect()
    }

    /// Whether this server answers.
    pub(super) fn is_up(&self, index: usize) -> bool {
        self.servers.borrow().get(index).is_some_and(|server| server.up)
    }

    /// The server with this number.
    pub(super) fn server(&self, index: usize) -> Option<Server> {
        self.servers.borrow().get(index).map(|found| found.server.clone())
    }

    /// Those that do not answer.
    pub(super) fn down(&self) -> BTreeSet<usize> {
        let servers = self.servers.borrow();
        servers.iter().enumerate().filter(|(_, server)| !server.up).map(|(index, _)| index).collect()
    }

    /// Why none answers: what is wrong with the preferred one.
    pub(super) fn why(&self) -> Fault {
        let fault = self.servers.borrow().iter().find_map(|server| server.fault.clone());
        fault.unwrap_or_else(|| FaultKind::NoServer.into())
    }

    /// A server said something.
    pub(super) fn heard(&self, index: usize) {
        if let Some(heard) = lock(&self.heard).get_mut(index) {
            *heard = Some(Instant::now());
        }
    }

    /// A server is silent; the probe shall look at it at once.
    pub(super) fn suspect(&self, index: usize) {
        if lock(&self.suspects).insert(index) {
            self.suspicion.notify_one();
        }
    }

    /// Waits until a server is suspect.
    pub(super) async fn suspicion(&self) {
        self.suspicion.notified().await;
    }

    /// Those that are suspect, once.
    pub(super) fn suspects(&self) -> BTreeSet<usize> {
        std::mem::take(&mut *lock(&self.suspects))
    }

    /// A server failed in a try that began at `since`. One that only ran out of
    /// time while it spoke to others is slow, not dead.
    pub(super) fn failed(&self, index: usize, since: Instant, fault: &Fault) {
        let heard = lock(&self.heard).get(index).copied().flatten();
        if fault.kind.is_slowness() && heard.is_some_and(|heard| heard > since) {
            return;
        }
        self.servers.send_if_modified(|servers| {
            let Some(server) = servers.get_mut(index) else { return false };
            server.fault = Some(fault.clone());
            let changed = std::mem::replace(&mut server.up, false);
            if changed {
                tracing::warn!(server = %server.server, code = fault.kind.code(), %fault, "directory server lost");
            }
            changed
        });
    }

    /// A server answers again.
    pub(super) fn revived(&self, index: usize) {
        self.servers.send_if_modified(|servers| {
            let Some(server) = servers.get_mut(index) else { return false };
            server.fault = None;
            let changed = !std::mem::replace(&mut server.up, true);
            if changed {
                tracing::info!(server = %server.server, "directory server found");
            }
            changed
        });
    }
}

/// The lists here are whole at every step, so a panic elsewhere leaves them good.
fn lock<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn server(host: &str) -> Server {
        Server::new(host.to_owned())
    }

    #[test]
    fn the_first_server_that_answers_is_preferred_and_changes_are_heard_once() {
        let health = Health::new(&[server("dc1"), server("dc2")]);
        let mut changes = health.subscribe();
        assert_eq!(health.preferred(), Some(0));
        let now = Instant::now();
        health.failed(0, now, &FaultKind::ConnectRefused.into());
        assert!(changes.has_changed().unwrap());
        assert_eq!(health.preferred(), Some(1));
        changes.mark_unchanged();
        health.failed(0, now, &FaultKind::ConnectTimedOut.into());
        assert!(!changes.has_changed().unwrap());
        health.failed(1, now, &FaultKind::TlsClosed.into());
        assert_eq!((health.preferred(), health.why().kind), (None, FaultKind::ConnectTimedOut));
        health.revived(0);
        assert_eq!(health.preferred(), Some(0));
        assert_eq!(health.down(), BTreeSet::from([1]));
    }

    #[test]
    fn a_server_that_runs_out_of_time_while_it_speaks_to_others_is_slow_and_not_dead() {
        let health = Health::new(&[server("dc1")]);
        let begun = Instant::now();
        health.heard(0);
        health.failed(0, begun, &FaultKind::TlsTimedOut.into());
        assert_eq!(health.up(), [0]);
        health.failed(0, begun, &FaultKind::ConnectRefused.into());
        assert_eq!(health.up(), [0; 0]);
        health.revived(0);
        health.failed(0, Instant::now(), &FaultKind::TlsTimedOut.into());
        assert_eq!(health.up(), [0; 0]);
    }

    #[test]
    fn a_suspect_is_named_once() {
        let health = Health::new(&[server("dc1"), server("dc2")]);
        health.suspect(1);
        health.suspect(1);
        assert_eq!(health.suspects(), BTreeSet::from([1]));
        assert_eq!(health.suspects(), BTreeSet::new());
    }
}
