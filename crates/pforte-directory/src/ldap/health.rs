//! Which domain controllers answer.
//!
//! A server that failed is remembered, so that nobody waits for it again; a
//! probe in the background tries it once a second and brings it back. Waiting
//! for a dead server happens at most once, bounded by the time to connect.

use super::fault::{Fault, FaultKind};
use super::settings::Server;
use tokio::sync::watch;

/// What is known of a domain controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHealth {
    /// Which one.
    pub server: Server,
    /// Whether it answers, or has not been asked yet.
    pub up: bool,
    /// What was wrong when it last failed, while it does not answer.
    pub fault: Option<Fault>,
}

/// What is known of all of them, in the order of preference.
pub(super) struct Health(watch::Sender<Vec<ServerHealth>>);

impl Health {
    /// Nothing is known yet: they are taken to answer.
    pub(super) fn new(servers: &[Server]) -> Self {
        let up = |server: &Server| ServerHealth { server: server.clone(), up: true, fault: None };
        Self(watch::Sender::new(servers.iter().map(up).collect()))
    }

    /// Hears of every change.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<ServerHealth>> {
        self.0.subscribe()
    }

    /// What is known now.
    pub(super) fn now(&self) -> Vec<ServerHealth> {
        self.0.borrow().clone()
    }

    /// The preferred server of those that answer.
    pub(super) fn preferred(&self) -> Option<usize> {
        self.0.borrow().iter().position(|server| server.up)
    }

    /// Whether this server answers.
    pub(super) fn is_up(&self, index: usize) -> bool {
        self.0.borrow().get(index).is_some_and(|server| server.up)
    }

    /// The server with this number.
    pub(super) fn server(&self, index: usize) -> Option<Server> {
        self.0.borrow().get(index).map(|found| found.server.clone())
    }

    /// Those that do not answer.
    pub(super) fn down(&self) -> Vec<(usize, Server)> {
        let servers = self.0.borrow();
        let down = servers.iter().enumerate().filter(|(_, server)| !server.up);
        down.map(|(index, found)| (index, found.server.clone())).collect()
    }

    /// Why none answers: what is wrong with the preferred one.
    pub(super) fn why(&self) -> Fault {
        let fault = self.0.borrow().iter().find_map(|server| server.fault.clone());
        fault.unwrap_or_else(|| FaultKind::NoServer.into())
    }

    /// A server failed.
    pub(super) fn failed(&self, index: usize, fault: &Fault) {
        self.0.send_if_modified(|servers| {
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
        self.0.send_if_modified(|servers| {
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn server(host: &str) -> Server {
        Server { host: host.to_owned(), port: 636, address: None }
    }

    #[test]
    fn the_first_server_that_answers_is_preferred_and_changes_are_heard_once() {
        let health = Health::new(&[server("dc1"), server("dc2")]);
        let mut changes = health.subscribe();
        assert_eq!(health.preferred(), Some(0));
        health.failed(0, &FaultKind::ConnectRefused.into());
        assert!(changes.has_changed().unwrap());
        assert_eq!(health.preferred(), Some(1));
        changes.mark_unchanged();
        health.failed(0, &FaultKind::ConnectTimedOut.into());
        assert!(!changes.has_changed().unwrap());
        health.failed(1, &FaultKind::TlsClosed.into());
        assert_eq!((health.preferred(), health.why().kind), (None, FaultKind::ConnectTimedOut));
        health.revived(0);
        assert_eq!(health.preferred(), Some(0));
        assert_eq!(health.down(), [(1, server("dc2"))]);
    }
}
