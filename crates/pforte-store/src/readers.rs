//! Connections for reading. Reads never wait for the writer.

use crate::engine::{Address, Conn, Link, Use};
use crate::error::{Chain, OpenError, Result, StoreError};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

/// How long a caller waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// After a failed try to connect callers are told so at once, for so long.
const RETRY: Duration = Duration::from_millis(500);

/// The connections for reading.
pub(crate) enum Readers {
    /// Borrowed one at a time: a call is answered on the caller's thread.
    Sqlite { path: PathBuf, free: Semaphore, conns: Vec<Mutex<Conn>> },
    /// Shared: the questions of all callers are pipelined.
    Postgres { address: Box<Address>, next: AtomicUsize, slots: Vec<Mutex<Slot>> },
}

/// The place of one shared connection.
#[derive(Default)]
pub(crate) struct Slot {
    link: Option<Arc<Link>>,
    failed: Option<Instant>,
}

/// A connection for reading, given back when it is dropped.
pub struct Lent<'a>(Held<'a>);

enum Held<'a> {
    // Declared in the order in which they must be given back.
    Borrowed { conn: MutexGuard<'a, Conn>, _permit: SemaphorePermit<'a> },
    Own(Conn),
}

impl Deref for Lent<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        match &self.0 {
            Held::Borrowed { conn, .. } => conn,
            Held::Own(conn) => conn,
        }
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        match &mut self.0 {
            Held::Borrowed { conn, .. } => conn,
            Held::Own(conn) => conn,
        }
    }
}

impl Readers {
    pub(crate) fn sqlite(path: &Path, count: usize) -> Result<Self, OpenError> {
        let open = |_| Conn::sqlite(path, Use::Read).map(Mutex::new);
        let conns = (0..count).map(open).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::Sqlite { path: path.to_owned(), free: Semaphore::new(conns.len()), conns })
    }

    /// Closes the connections to a file and lends none until what this gives is
    /// dropped; each is made anew when it is asked for. For a file that becomes
    /// writable: they may take it for one that nobody changes.
    pub(crate) async fn close(&self) -> Result<Option<SemaphorePermit<'_>>> {
        let Self::Sqlite { free, conns, .. } = self else { return Ok(None) };
        let all = free.acquire_many(u32::try_from(conns.len()).unwrap_or(u32::MAX));
        let all = tokio::time::timeout(WAIT, all).await.map_err(|_| StoreError::Locked)?;
        for conn in conns {
            *conn.lock().await = Conn::nothing()?;
        }
        all.map(Some).map_err(|_| StoreError::Unavailable)
    }

    pub(crate) fn postgres(address: Box<Address>, count: usize) -> Self {
        let slots = (0..count).map(|_| Mutex::default()).collect();
        Self::Postgres { address, next: AtomicUsize::new(0), slots }
    }

    /// A connection for a few reads in a row.
    pub(crate) async fn read(&self) -> Result<Lent<'_>> {
        match self {
            Self::Sqlite { path, free, conns } => {
                let permit = permit(free).await?;
                // As many permits as connections: one of them is free.
                let mut conn = conns.iter().find_map(|conn| conn.try_lock().ok()).ok_or(StoreError::Busy)?;
                if conn.is_lost() {
                    *conn = Conn::sqlite(path, Use::Read).map_err(|error| match error {
                        OpenError::Store(error) => error,
                        _ => StoreError::Unavailable,
                    })?;
                }
                Ok(Lent(Held::Borrowed { conn, _permit: permit }))
            }
            Self::Postgres { address, next, slots } => {
                let turn = next.fetch_add(1, Ordering::Relaxed).checked_rem(slots.len()).unwrap_or(0);
                let slot = slots.get(turn).ok_or(StoreError::Unavailable)?;
                let mut slot =
                    tokio::time::timeout(WAIT * 3, slot.lock()).await.map_err(|_| StoreError::Busy)?;
                Ok(Lent(Held::Own(Conn::postgres(slot.link(address).await?))))
            }
        }
    }

    /// A connection that sees one state of everything until it is dropped.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot<'_>> {
        let mut lent = match self {
            Self::Sqlite { .. } => self.read().await?,
            Self::Postgres { address, .. } => {
                let link = address.connect(true).await.map_err(|_| StoreError::Unavailable)?;
                Lent(Held::Own(Conn::postgres(link)))
            }
        };
        lent.begin_snapshot().await?;
        Ok(Snapshot(lent))
    }
}

async fn permit(free: &Semaphore) -> Result<SemaphorePermit<'_>> {
    if let Ok(permit) = free.try_acquire() {
        return Ok(permit);
    }
    let waited = tokio::time::timeout(WAIT, free.acquire()).await.map_err(|_| StoreError::Busy)?;
    waited.map_err(|_| StoreError::Unavailable)
}

impl Slot {
    /// The slot's connection, made again if it was lost.
    async fn link(&mut self, address: &Address) -> Result<Arc<Link>> {
        if let Some(link) = self.link.as_ref().filter(|link| !link.is_lost()) {
            return Ok(Arc::clone(link));
        }
        if self.failed.is_some_and(|at| at.elapsed() < RETRY) {
            return Err(StoreError::Unavailable);
        }
        match address.connect(true).await {
            Ok(link) => {
                self.failed = None;
                self.link = Some(Arc::clone(&link));
                Ok(link)
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the database cannot be reached for reading");
                self.failed = Some(Instant::now());
                Err(StoreError::Unavailable)
            }
        }
    }
}

/// A connection that sees one state of everything, that of its first read; other
/// callers go on meanwhile. On SQLite the journal grows as long as it is held.
pub struct Snapshot<'a>(Lent<'a>);

impl Deref for Snapshot<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Snapshot<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        self.0.end_snapshot();
    }
}
