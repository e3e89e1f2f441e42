//! Opening a connection to PostgreSQL.

use super::Link;
use super::tls::Tls;
use crate::error::{Chain, OpenError, StoreError};
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

/// How long a server may take to answer a new connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// What every connection sets first. The time-outs bound how long a server that
/// hangs can hold a row that the others need.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = 'warning';
    SET synchronous_commit = 'on'; SET standard_conforming_strings = 'on'";

/// What a connection for reading sets as well.
const READ_ONLY: &str = "SET default_transaction_read_only = 'on'";

/// Where the database is and how it is reached.
#[derive(Clone)]
pub(crate) struct Address {
    config: Config,
    /// How connections are encrypted; `None` only on this computer.
    tls: Option<Tls>,
}

impl Address {
    /// Reads the address. Away from this computer only encrypted connections are made.
    pub(crate) fn parse(url: &SecretString, ca: Option<&PathBuf>) -> Result<Self, OpenError> {
        // The driver's own text could quote the password.
        let address = |_| OpenError::Address("not a PostgreSQL address".into());
        let mut config: Config = url.expose_secret().parse().map_err(address)?;
        let local = config.get_hosts().iter().all(is_local)
            && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
        let encrypted = ca.is_some() || !local || config.get_ssl_mode() == SslMode::Require;
        if !local && config.get_ssl_mode() == SslMode::Disable {
            return Err(OpenError::Address("sslmode=disable is refused away from this computer".into()));
        }
        // Never the driver's default, which falls back to plain text.
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = encrypted.then(|| Tls::trusting(ca.map(PathBuf::as_path))).transpose()?;
        config.connect_timeout(CONNECT_WAIT).tcp_user_timeout(CONNECT_WAIT * 3).application_name("pforte");
        Ok(Self { config, tls })
    }

    /// Opens a connection; its driver runs on the runtime of the caller.
    pub(crate) async fn connect(&self, read_only: bool) -> Result<Arc<Link>, OpenError> {
        let opening = tokio::time::timeout(CONNECT_WAIT * 2, self.open(read_only));
        opening.await.map_err(|_| OpenError::Store(StoreError::Unavailable))?
    }

    async fn open(&self, read_only: bool) -> Result<Arc<Link>, OpenError> {
        let client = if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await.map_err(refused)?;
            drive(connection);
            client
        } else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(refused)?;
            drive(connection);
            client
        };
        client.batch_execute(SESSION).await.map_err(refused)?;
        if read_only {
            client.batch_execute(READ_ONLY).await.map_err(refused)?;
        }
        Ok(Arc::new(Link::new(client)))
    }
}

#[expect(clippy::disallowed_methods, reason = "the driver of a connection ends with its client")]
fn drive<F>(connection: F)
where
    F: Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = %Chain(&error), "a connection to the database ended");
        }
    });
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn refused(error: tokio_postgres::Error) -> OpenError {
    // The driver tells its kinds of errors apart by their text alone.
    if error.to_string() == "error performing TLS handshake" {
        return OpenError::Untrusted(Arc::new(error));
    }
    match error.code() {
        Some(code) if *code == SqlState::INVALID_CATALOG_NAME => OpenError::Absent,
        Some(code) if code.code().starts_with("28") => OpenError::Refused(Arc::new(error)),
        Some(_) => OpenError::Store(error.into()),
        None => match StoreError::from(error) {
            StoreError::Driver(told) => OpenError::Refused(told),
            other => OpenError::Store(other),
        },
    }
}
