//! The store: opening, reading, writing.

use crate::engine::{Address, Conn, Use};
use crate::error::{Chain, OpenError, Result, StoreError};
use crate::migrate;
use crate::readers::{Lent, Readers, Snapshot};
use crate::settings::{Edge, Engine, Settings};
use crate::writer::{Source, Tx, Writer};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// The database of one server: one writer, several readers.
pub struct Store {
    writer: Writer,
    reader: Reader,
    /// Held for life: a second server on the same file is refused.
    _lock: Option<File>,
}

/// Figures of the writer, since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Jobs that were run, with those that failed.
    pub jobs: u64,
    /// Commits that were tried.
    pub batches: u64,
    /// Commits that were not kept.
    pub failed_batches: u64,
    /// Jobs that wait now.
    pub waiting: usize,
}

impl Store {
    /// Makes the database and opens it. There must be none at this place; on
    /// PostgreSQL the database itself must exist and hold no tables of ours.
    pub async fn create(settings: &Settings, edge: Edge) -> Result<Self, OpenError> {
        let source = source(&settings.engine)?;
        if let Source::Sqlite(path) = &source
            && path.try_exists().unwrap_or(false)
        {
            return Err(OpenError::Exists);
        }
        Self::start(settings, source, edge, make).await
    }

    /// Opens a database that was made before, and migrates it to this program's
    /// schema. Nothing is made where there is none.
    ///
    /// One that can be read but not written is opened as well if its schema is this
    /// program's: changes are refused until it can be written.
    pub async fn open(settings: &Settings, edge: Edge) -> Result<Self, OpenError> {
        let source = source(&settings.engine)?;
        if let Source::Sqlite(path) = &source
            && !path.try_exists().unwrap_or(false)
        {
            return Err(OpenError::Absent);
        }
        Self::start(settings, source, edge, async |source: &Source, edge: &Edge| {
            let opened = match source.open(Use::Write).await {
                Ok(mut conn) => migrate::upgrade(&mut conn, edge.now).await.map(|()| conn),
                Err(error) => Err(error),
            };
            match opened {
                Err(OpenError::Store(error)) if error.is_unwritable() => unwritable(source, error).await,
                other => other,
            }
        })
        .await
    }

    async fn start<O>(settings: &Settings, source: Source, edge: Edge, open: O) -> Result<Self, OpenError>
    where
        O: AsyncFnOnce(&Source, &Edge) -> Result<Conn, OpenError> + Send + 'static,
    {
        let lock = match &source {
            Source::Sqlite(path) => Some(lock(path)?),
            Source::Postgres(_) => None,
        };
        let writer = Writer::start(source.clone(), edge, open).await?;
        let reader = Reader::over(&source, settings.readers)?;
        writer.renews(Arc::clone(&reader.0));
        Ok(Self { writer, reader, _lock: lock })
    }

    /// Runs a job in a transaction and answers when it is durable, or undone.
    ///
    /// The job may wait for the store alone, and should be short: it delays all
    /// that come after. It runs even if the caller goes away.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(job).await
    }

    /// A connection for a few reads in a row. On SQLite a read is answered on the
    /// caller's thread, so keep it short and give the connection back soon.
    pub async fn read(&self) -> Result<Lent<'_>> {
        self.reader.read().await
    }

    /// A connection that sees one state of everything until it is dropped.
    pub async fn snapshot(&self) -> Result<Snapshot<'_>> {
        self.reader.snapshot().await
    }

    /// Counts the batches of which nobody knows whether they were kept: when it
    /// changes, what was derived from the database must be read again.
    #[must_use]
    pub fn doubts(&self) -> watch::Receiver<u64> {
        self.writer.doubts()
    }

    /// What the writer did so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let (jobs, batches, failed_batches, waiting) = self.writer.figures();
        Figures { jobs, batches, failed_batches, waiting }
    }

    /// Does what is queued and closes the database. The thread of the caller waits.
    pub fn close(self) {
        drop(self);
    }
}

/// A database that is only read: by the tools that verify, also while a server writes.
pub struct Reader(Arc<Readers>);

impl Reader {
    /// Opens a database for reading. Its schema must be this program's own.
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        let source = source(&settings.engine)?;
        let mut conn = source.open(Use::Read).await?;
        migrate::check(&mut conn).await?;
        Self::over(&source, settings.readers)
    }

    fn over(source: &Source, count: usize) -> Result<Self, OpenError> {
        let count = count.clamp(1, Settings::MAX_READERS);
        let readers = match source {
            Source::Sqlite(path) => Readers::sqlite(path, count)?,
            Source::Postgres(address) => Readers::postgres(address.clone(), count),
        };
        Ok(Self(Arc::new(readers)))
    }

    /// A connection for a few reads in a row.
    pub async fn read(&self) -> Result<Lent<'_>> {
        self.0.read().await
    }

    /// A connection that sees one state of everything until it is dropped.
    pub async fn snapshot(&self) -> Result<Snapshot<'_>> {
        self.0.snapshot().await
    }
}

/// In the place of a connection that writes, while none can be made: the writer
/// tries again at each change.
async fn unwritable(source: &Source, error: StoreError) -> Result<Conn, OpenError> {
    let Ok(mut conn) = source.open(Use::Read).await else { return Err(error.into()) };
    migrate::check(&mut conn).await?;
    tracing::error!(error = %Chain(&error), "the database can be read but not written");
    Ok(Conn::nothing()?)
}

async fn make(source: &Source, edge: &Edge) -> Result<Conn, OpenError> {
    let mut conn = source.open(Use::Create).await?;
    let made = migrate::create(&mut conn, edge.now, &edge.signer).await;
    match (made, source) {
        (Ok(()), _) => Ok(conn),
        (Err(error), Source::Sqlite(path)) => {
            drop(conn);
            // Half a database would be refused by the next try.
            let _left = std::fs::remove_file(path);
            Err(error)
        }
        (Err(error), Source::Postgres(_)) => Err(error),
    }
}

fn source(engine: &Engine) -> Result<Source, OpenError> {
    Ok(match engine {
        Engine::Sqlite { path } => Source::Sqlite(path.clone()),
        Engine::Postgres { url, ca } => Source::Postgres(Box::new(Address::parse(url, ca.as_ref())?)),
    })
}

/// Takes the lock beside the file; only one server may work on it.
fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    // A server that was here before left it, and it can be locked where nothing can be written.
    let file = file.or_else(|error| File::open(&path).map_err(|_| error)).map_err(StoreError::from)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(StoreError::from(error).into()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::users;
    use pforte_model::id::UserId;
    use pforte_model::log::checkpoint::Signer;
    use pforte_model::time::Micros;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    pub(crate) fn edge() -> Edge {
        let signer = Signer::new("test/log", &[7; 32]).unwrap();
        Edge { signer, rng: StdRng::from_seed([1; 32]), now: Micros(1) }
    }

    fn is_send<T: Send>(value: T) -> T {
        value
    }

    #[tokio::test]
    async fn reading_and_writing_can_move_between_threads() {
        let dir = std::env::temp_dir().join(format!("pforte-store-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let settings = Settings::new(Engine::Sqlite { path: dir.join("send.db") });
        let store = Store::create(&settings, edge()).await.unwrap();
        let id = UserId::from_bytes([1; 16]);
        is_send(async {
            let mut conn = store.read().await.unwrap();
            assert_eq!(users::by_id(&mut conn, id).await.unwrap(), None);
        })
        .await;
        let answer = is_send(store.write(async move |tx: &mut Tx| users::by_id(tx, id).await)).await;
        assert_eq!(answer.unwrap(), None);
        drop(store);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
