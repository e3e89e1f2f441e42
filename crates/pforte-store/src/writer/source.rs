//! Where the writer gets its connection from, again when it was lost.

use crate::engine::{Address, Conn, Use};
use crate::error::{Chain, OpenError, Result, StoreError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After a failed try nobody tries again for so long; callers are told at once.
const RETRY: Duration = Duration::from_millis(500);

/// The place of the database.
#[derive(Clone)]
pub(crate) enum Source {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Box<Address>),
}

impl Source {
    /// Opens a connection for writing.
    pub(crate) async fn open(&self, purpose: Use) -> Result<Conn, OpenError> {
        match self {
            Self::Sqlite(path) => Conn::sqlite(path, purpose),
            Self::Postgres(address) => Ok(Conn::postgres(address.connect(purpose == Use::Read).await?)),
        }
    }

    /// Whether everything is answered at the first poll.
    pub(crate) const fn is_inline(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Bounds how often a lost connection is tried again.
#[derive(Default)]
pub(crate) struct Retry {
    failed: Option<(Instant, StoreError)>,
}

impl Retry {
    /// A new connection, unless a try failed a moment ago.
    pub(crate) async fn connect(&mut self, source: &Source, purpose: Use) -> Result<Conn> {
        if let Some((at, error)) = &self.failed
            && at.elapsed() < RETRY
        {
            return Err(error.clone());
        }
        match source.open(purpose).await {
            Ok(conn) => {
                self.failed = None;
                Ok(conn)
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the database cannot be reached");
                let told = match error {
                    OpenError::Store(
                        told @ (StoreError::Full | StoreError::ReadOnly | StoreError::Locked),
                    ) => told,
                    _ => StoreError::Unavailable,
                };
                self.failed = Some((Instant::now(), told.clone()));
                Err(told)
            }
        }
    }
}
