//! All open connections: who is let in, and who has to go.
//!
//! # Invariants
//!
//! - Peers that proved nothing ("strangers") never fill all places: a reserve is
//!   kept for those that did, and half of it for this computer's own checks.
//! - Every connection without a purpose ends: a stranger's after a short time in
//!   all, anybody's after some time without a request.

use super::connection::{Admitted, Connection, Order};
use crate::config::Limits;
use crate::metrics::{Metrics, Turned};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How often the connections are looked at. All times here are counted in it.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// For a connection that is told to finish and has nothing to finish: the ways
/// of HTTP/2 and of TLS to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// All open connections.
pub(super) struct Registry {
    limits: Limits,
    metrics: Arc<Metrics>,
    tick: AtomicU32,
    open: Mutex<Open>,
    /// Told when the last connection ends.
    empty: Notify,
}

#[derive(Default)]
struct Open {
    next: u64,
    strangers: usize,
    closed: bool,
    places: BTreeMap<u64, Place>,
}

struct Place {
    connection: Arc<Connection>,
    /// The tick at which it is ended, after it was told to finish.
    ends: Option<u32>,
}

impl Registry {
    pub(super) fn new(limits: Limits, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            metrics,
            tick: AtomicU32::new(0),
            open: Mutex::default(),
            empty: Notify::new(),
        })
    }

    /// The number of the current tick.
    pub(super) fn tick(&self) -> u32 {
        self.tick.load(Ordering::Relaxed)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, if there is a place for it.
    pub(super) fn admit(self: &Arc<Self>, address: SocketAddr) -> Option<Admitted> {
        let mut open = self.open();
        let local = address.ip().to_canonical().is_loopback();
        let kept = if local { self.limits.reserve / 2 } else { self.limits.reserve };
        let room = open.places.len() < self.limits.connections
            && open.strangers < self.limits.connections.saturating_sub(kept)
            && !open.closed;
        if !room {
            self.metrics.turned_away(Turned::Full);
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.strangers += 1;
        let connection = Arc::new(Connection::new(number, address, self.tick(), Arc::clone(self)));
        open.places.insert(number, Place { connection: Arc::clone(&connection), ends: None });
        self.metrics.strangers.add(1);
        Some(Admitted(connection))
    }

    /// A stranger proved who it is.
    pub(super) fn now_known(&self) {
        let mut open = self.open();
        open.strangers = open.strangers.saturating_sub(1);
        self.metrics.strangers.add(-1);
        self.metrics.known.add(1);
    }

    /// A connection ended.
    pub(super) fn leave(&self, connection: &Connection) {
        let mut open = self.open();
        open.places.remove(&connection.number);
        // Nobody can prove anything on it any more, its requests are gone with it.
        if connection.make_known() {
            open.strangers = open.strangers.saturating_sub(1);
            self.metrics.strangers.add(-1);
        } else {
            self.metrics.known.add(-1);
        }
        if open.places.is_empty() {
            self.empty.notify_waiters();
        }
    }

    /// Looks at all connections; to be called at every tick.
    pub(super) fn sweep(&self) {
        let tick = self.tick.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        for place in self.open().places.values_mut() {
            match place.ends {
                Some(ends) if ends <= tick => place.connection.give(Order::End),
                Some(_) => {}
                None => self.judge(place, tick),
            }
        }
    }

    /// Whether a connection has to go.
    fn judge(&self, place: &mut Place, tick: u32) {
        let connection = &place.connection;
        let (known, idle) = (connection.is_known(), connection.idle(tick));
        let most_idle = if known { self.limits.idle } else { self.limits.header };
        let (why, grace) = if idle.is_some_and(|idle| idle >= ticks(most_idle)) {
            (Turned::Idle, GOODBYE)
        } else if !known && tick.saturating_sub(connection.opened) >= ticks(self.limits.unproven) {
            (Turned::Unproven, if idle.is_some() { GOODBYE } else { self.limits.stop })
        } else {
            return;
        };
        self.metrics.turned_away(why);
        place.ends = Some(tick.saturating_add(ticks(grace)));
        connection.give(Order::Finish);
    }

    /// Lets nobody in any more and tells everybody to finish; ends those that have
    /// not after `within`.
    pub(super) async fn close(&self, within: Duration) {
        self.give_all(Order::Finish);
        if tokio::time::timeout(within, self.emptied()).await.is_err() {
            self.give_all(Order::End);
            // An ended connection needs no more than to be looked at once.
            let _stuck = tokio::time::timeout(GOODBYE, self.emptied()).await;
        }
    }

    fn give_all(&self, order: Order) {
        let mut open = self.open();
        open.closed = true;
        for place in open.places.values() {
            place.connection.give(order);
        }
    }

    async fn emptied(&self) {
        loop {
            let empty = self.empty.notified();
            if self.open().places.is_empty() {
                return;
            }
            empty.await;
        }
    }
}

fn ticks(time: Duration) -> u32 {
    u32::try_from(time.as_millis() / TICK.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::config::Config;

    fn registry(connections: usize, reserve: usize) -> Arc<Registry> {
        let limits = Limits { connections, reserve, ..Config::default().limits };
        Registry::new(limits, Arc::new(Metrics::default()))
    }

    fn admit(registry: &Arc<Registry>, from: &str) -> Option<Admitted> {
        registry.admit(format!("{from}:5000").parse().unwrap())
    }

    #[test]
    fn half_of_the_reserve_is_for_this_computer_whatever_its_addresses_are_called() {
        let registry = registry(10, 4);
        let mut all: Vec<_> = (0..6).map(|_| admit(&registry, "192.0.2.1").unwrap()).collect();
        assert!(admit(&registry, "192.0.2.1").is_none());
        all.push(admit(&registry, "127.0.0.1").unwrap());
        all.push(admit(&registry, "[::ffff:127.0.0.1]").unwrap());
        assert!(admit(&registry, "[::1]").is_none());
        drop(all.pop());
        assert!(admit(&registry, "[::1]").is_some());
    }

    #[tokio::test]
    async fn nobody_is_let_in_after_the_close() {
        let registry = registry(10, 4);
        registry.close(Duration::from_secs(1)).await;
        assert!(admit(&registry, "192.0.2.1").is_none());
    }
}
