//! By which way a domain controller is spoken to.
//!
//! # Invariants
//!
//! - A weaker way is taken only because the server does not offer the stronger one:
//!   its port is closed, it ends TLS before it showed a certificate, or it says that
//!   it has none. A certificate that is wrong, an alert, a time-out are faults.
//! - A server that once spoke TLS is never spoken to without, as long as the program
//!   runs.
//! - On a connection without TLS nothing is sent but what seals it.

use super::Clock;
use super::fault::{Fault, FaultKind};
use super::link::{self, Link};
use super::sasl;
use super::settings::{Protection, Server, Settings, SettingsFault};
use super::tls::Tls;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// After this time a server that had no TLS is asked for it again.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// What is known of a server.
#[derive(Clone, Copy)]
enum Known {
    /// It spoke TLS: nothing less will do.
    Tls,
    /// It had no TLS then.
    NoTls(Instant),
}

/// The ways to the servers of a directory.
pub(super) struct Ways {
    protection: Protection,
    tls: Tls,
    seen: Seen,
}

/// What is known of servers, by their names.
#[derive(Default)]
struct Seen(Mutex<HashMap<String, Known>>);

impl Seen {
    fn of(&self, host: &str) -> Option<Known> {
        self.lock().get(host).copied()
    }

    /// A server spoke TLS.
    fn tls(&self, host: &str) {
        self.lock().insert(host.to_owned(), Known::Tls);
    }

    /// A server says that it has no TLS. Whether that counts: not where it spoke TLS,
    /// be it a moment ago on another connection.
    fn no_tls(&self, host: &str) -> bool {
        let mut known = self.lock();
        if matches!(known.get(host), Some(Known::Tls)) {
            return false;
        }
        known.insert(host.to_owned(), Known::NoTls(Instant::now()));
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ways {
    /// The ways that the settings allow. Reads the file of trusted certificates.
    pub(super) fn new(settings: &Settings, clock: Clock) -> Result<Self, SettingsFault> {
        let tls = Tls::new(&settings.ca, clock)?;
        Ok(Self { protection: settings.protection, tls, seen: Seen::default() })
    }

    /// A connection to the server: under TLS with its certificate checked, or bare,
    /// to be sealed before anything else.
    pub(super) async fn connect(
        &self,
        server: &Server,
        addresses: &[SocketAddr],
        until: Instant,
    ) -> Result<Link, Fault> {
        match self.protection {
            Protection::Ldaps => self.ldaps(server, addresses, until).await,
            Protection::StartTls => self.start_tls(server, addresses, until).await?,
            Protection::Sealed => bare(server, addresses, until).await,
            Protection::Auto => self.strongest(server, addresses, until).await,
        }
    }

    async fn strongest(
        &self,
        server: &Server,
        addresses: &[SocketAddr],
        until: Instant,
    ) -> Result<Link, Fault> {
        if matches!(self.seen.of(&server.host), Some(Known::NoTls(since)) if since.elapsed() < ASK_AGAIN) {
            return bare(server, addresses, until).await;
        }
        let first = match self.ldaps(server, addresses, until).await {
            Ok(link) => return Ok(self.note_tls(server, link)),
            Err(fault) if fault.kind == FaultKind::ConnectRefused || fault.kind.is_without_tls() => fault,
            Err(fault) => return Err(fault),
        };
        match self.start_tls(server, addresses, until).await {
            // Neither port answers: the first fault says it.
            Err(fault) if fault.kind == FaultKind::ConnectRefused => Err(first),
            Err(fault) => Err(fault),
            Ok(Ok(link)) => Ok(self.note_tls(server, link)),
            Ok(Err(no_tls)) if !self.seen.no_tls(&server.host) => Err(no_tls),
            Ok(Err(_)) => {
                tracing::warn!(server = %server.host, "the server offers no TLS: connections to it are sealed");
                bare(server, addresses, until).await
            }
        }
    }

    fn note_tls(&self, server: &Server, link: Link) -> Link {
        self.seen.tls(&server.host);
        link
    }

    async fn ldaps(&self, server: &Server, addresses: &[SocketAddr], until: Instant) -> Result<Link, Fault> {
        let stream = link::connect(&at(addresses, server.port), until).await?;
        link::secure(stream, server, &self.tls, until).await
    }

    /// `Ok(Err(_))`: the server says that it has no TLS.
    async fn start_tls(
        &self,
        server: &Server,
        addresses: &[SocketAddr],
        until: Instant,
    ) -> Result<Result<Link, Fault>, Fault> {
        let link = bare(server, addresses, until).await?;
        sasl::start_tls(link, (server, &self.tls), until).await
    }
}

async fn bare(server: &Server, addresses: &[SocketAddr], until: Instant) -> Result<Link, Fault> {
    link::connect(&at(addresses, server.ldap_port), until).await.map(Link::bare)
}

/// The same addresses with another port.
pub(super) fn at(addresses: &[SocketAddr], port: u16) -> Vec<SocketAddr> {
    addresses.iter().map(|address| SocketAddr::new(address.ip(), port)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_spoke_tls_on_another_connection_meanwhile_is_not_taken_to_have_none() {
        let seen = Seen::default();
        assert!(seen.no_tls("dc1") && seen.no_tls("dc1"));
        seen.tls("dc1");
        assert!(!seen.no_tls("dc1"));
        assert!(matches!(seen.of("dc1"), Some(Known::Tls)));
        assert!(seen.no_tls("dc2"), "another server");
    }
}
