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
    known: Mutex<HashMap<String, Known>>,
}

impl Ways {
    /// The ways that the settings allow. Reads the file of trusted certificates.
    pub(super) fn new(settings: &Settings, clock: Clock) -> Result<Self, SettingsFault> {
        let tls = Tls::new(&settings.ca, clock)?;
        Ok(Self { protection: settings.protection, tls, known: Mutex::default() })
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
        let known = self.known().get(&server.host).copied();
        if matches!(known, Some(Known::NoTls(since)) if since.elapsed() < ASK_AGAIN) {
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
            Ok(Err(no_tls)) if matches!(known, Some(Known::Tls)) => Err(no_tls),
            Ok(Err(_)) => {
                self.known().insert(server.host.clone(), Known::NoTls(Instant::now()));
                tracing::warn!(server = %server.host, "the server offers no TLS: connections to it are sealed");
                bare(server, addresses, until).await
            }
        }
    }

    fn note_tls(&self, server: &Server, link: Link) -> Link {
        self.known().insert(server.host.clone(), Known::Tls);
        link
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
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
