//! The edge: takes connections, speaks TLS and HTTP, and bounds what a peer that
//! proved nothing can make the server do.
//!
//! # Invariants
//!
//! - Before a peer has proved who it is, everything it can use up is bounded:
//!   places, time for the handshake, time between requests, time in all, bytes of
//!   a head, requests at a time, time for a body.
//! - Strangers never fill the places of those who did.
//! - A connection that waits costs memory alone: no timer, no lock, no job beside
//!   its own.
//! - Nothing is decided by a peer's address, except that half of the reserve is
//!   kept for this computer's own checks.
//!
//! # Where to start reading
//!
//! [`Edge::bind`], then `accept` (one connection from its first byte on), `serve`
//! (HTTP on it), `registry` (who has to go).

mod accept;
mod body;
mod connection;
mod files;
mod registry;
mod serve;
mod tls;

pub use body::SlowBody;
pub use connection::Peer;
pub use tls::provider;

use crate::config::Limits;
use crate::keys::ServerCertificate;
use crate::metrics::Metrics;
use crate::tasks::{Jobs, Spawner, Stop};
use axum::Router;
use hyper_util::server::conn::auto::Builder;
use registry::{Registry, TICK};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::TlsAcceptor;

/// Why the edge cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// An address cannot be listened at: it is in use, is not this computer's, or
    /// its port needs a privilege.
    #[error("cannot listen at {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// What all connections share.
struct Shared {
    limits: Limits,
    metrics: Arc<Metrics>,
    registry: Arc<Registry>,
    tls: TlsAcceptor,
    http: Builder<Spawner>,
}

/// The same, and what answers.
struct Serving {
    shared: Arc<Shared>,
    router: Router,
}

/// Where connections come in. It listens already; nothing is answered before
/// [`Edge::serve`].
pub struct Edge {
    shared: Arc<Shared>,
    jobs: Jobs,
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
}

impl Edge {
    /// Listens at these addresses; port 0 stands for any that is free.
    pub async fn bind(
        addresses: &[SocketAddr],
        certificate: Arc<ServerCertificate>,
        limits: Limits,
        jobs: &Jobs,
        metrics: Arc<Metrics>,
    ) -> Result<Self, EdgeError> {
        files::allow(limits.connections);
        let mut listeners = Vec::new();
        let mut bound = Vec::new();
        for address in addresses {
            let fault = |source| EdgeError::Bind { address: *address, source };
            let listener = TcpListener::bind(address).await.map_err(fault)?;
            bound.push(listener.local_addr().map_err(fault)?);
            listeners.push(listener);
        }
        let shared = Arc::new(Shared {
            limits,
            registry: Registry::new(limits, Arc::clone(&metrics)),
            metrics,
            tls: tls::config(certificate)?.into(),
            http: serve::builder(jobs.spawner("request")),
        });
        Ok(Self { shared, jobs: jobs.clone(), listeners, addresses: bound })
    }

    /// The addresses it listens at, with their real ports.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Answers requests until the stop of the jobs. Then nobody is let in any
    /// more, and what runs has the time `limits.stop` to finish.
    ///
    /// Each request carries a [`Peer`] as an extension. A panic of a handler ends
    /// its connection and is counted; to answer it is the router's to do.
    pub fn serve(self, router: Router) {
        let Self { shared, jobs, listeners, .. } = self;
        let serving = Arc::new(Serving { shared: Arc::clone(&shared), router });
        let spawner = jobs.spawner("connection");
        for listener in listeners {
            let (serving, spawner) = (Arc::clone(&serving), spawner.clone());
            jobs.spawn("accept", accept::accept(listener, serving, spawner, jobs.stop_given()));
        }
        let registry = Arc::clone(&shared.registry);
        jobs.forever("sweep", move |stop| sweep(Arc::clone(&registry), stop));
        let stop = jobs.stop_given();
        jobs.spawn("close", async move {
            stop.given().await;
            shared.registry.close(shared.limits.stop).await;
        });
    }
}

/// Looks at all connections again and again.
async fn sweep(registry: Arc<Registry>, stop: Stop) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !stop.is_given() {
        ticks.tick().await;
        registry.sweep();
    }
}

#[cfg(test)]
mod tests;
