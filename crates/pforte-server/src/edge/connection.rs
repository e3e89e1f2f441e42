//! One connection, as the rest of the server sees it.
//!
//! What happens on a connection is told by a few atomic numbers, and what is to
//! happen to it by another one. So a request costs no lock and no timer; the
//! [`super::registry`] looks at all connections a few times a second.

use super::registry::Registry;
use futures_util::task::AtomicWaker;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::task::{Poll, Waker};

/// What a connection is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// To go on.
    GoOn,
    /// To finish what it does and to take nothing new.
    Finish,
    /// To end at once.
    End,
}

/// A connection that was let in.
pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) address: SocketAddr,
    /// The tick at which it was let in.
    pub(super) opened: u32,
    pub(super) registry: Arc<Registry>,
    known: AtomicBool,
    /// Requests that are being answered.
    running: AtomicU32,
    /// The tick since which nothing runs, or [`NEVER`].
    idle_since: AtomicU32,
    order: AtomicU8,
    waker: AtomicWaker,
}

/// It is not served yet.
const NEVER: u32 = u32::MAX;

impl Connection {
    pub(super) fn new(number: u64, address: SocketAddr, opened: u32, registry: Arc<Registry>) -> Self {
        Self {
            number,
            address,
            opened,
            registry,
            known: AtomicBool::new(false),
            running: AtomicU32::new(0),
            idle_since: AtomicU32::new(NEVER),
            order: AtomicU8::new(0),
            waker: AtomicWaker::new(),
        }
    }

    /// From now on requests are awaited.
    pub(super) fn served(&self) {
        self.idle_since.store(self.registry.tick(), Ordering::Relaxed);
    }

    /// Ticks without a request up to this tick; `None` while one runs and before the first is awaited.
    pub(super) fn idle(&self, tick: u32) -> Option<u32> {
        let since = self.idle_since.load(Ordering::Relaxed);
        let idle = self.running.load(Ordering::Relaxed) == 0 && since != NEVER;
        idle.then(|| tick.saturating_sub(since))
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Whether this was told just now, for the first time.
    pub(super) fn make_known(&self) -> bool {
        !self.is_known() && !self.known.swap(true, Ordering::Relaxed)
    }

    /// Gives an order. An order is never taken back or softened.
    pub(super) fn give(&self, order: Order) {
        let number = match order {
            Order::GoOn => 0,
            Order::Finish => 1,
            Order::End => 2,
        };
        self.order.fetch_max(number, Ordering::AcqRel);
        self.waker.wake();
    }

    /// Does something, unless the connection is told to finish before: `None` then.
    pub(super) async fn unless_told<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        poll_fn(|cx| match self.order(cx.waker()) {
            Order::GoOn => work.as_mut().poll(cx).map(Some),
            _ => Poll::Ready(None),
        })
        .await
    }

    /// The order that holds. A later one wakes `waker`.
    pub(super) fn order(&self, waker: &Waker) -> Order {
        self.waker.register(waker);
        match self.order.load(Ordering::Acquire) {
            0 => Order::GoOn,
            1 => Order::Finish,
            _ => Order::End,
        }
    }
}

/// A connection's place among those that are open; given back on drop.
pub(super) struct Admitted(pub(super) Arc<Connection>);

impl Drop for Admitted {
    fn drop(&mut self) {
        self.0.registry.leave(&self.0);
    }
}

/// A request that is being answered.
pub(super) struct InFlight(Arc<Connection>);

impl InFlight {
    pub(super) fn count(connection: &Arc<Connection>) -> Self {
        connection.running.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(connection))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.registry.tick(), Ordering::Relaxed);
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who sent a request: an extension of every request.
#[derive(Clone)]
pub struct Peer(pub(super) Arc<Connection>);

impl Peer {
    /// The address it came from. Behind a translation of addresses many share one;
    /// it proves nothing and is for the log alone.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// To be called when a request proved who it is, by a session, an application
    /// or a station. The connection then no longer counts among the strangers,
    /// who are few and leave soon.
    pub fn known(&self) {
        if self.0.make_known() {
            self.0.registry.now_known();
        }
    }
}
