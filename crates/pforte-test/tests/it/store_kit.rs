//! What the store's contract tests share: a place on each engine, and the check of its log.

use pforte_model::log::tile::WIDTH;
use pforte_store::{Reader, Result, Settings, Store, Tx, log};
use pforte_test::pg::PgDatabase;
use pforte_test::store::{edge, postgres, signer, sqlite};
use pforte_verify::{Audit, Expect, Head, Records, Report, Row, tiles_starting};
use tempfile::TempDir;

/// A place for one database, taken away at the end of the test.
pub(crate) struct Site {
    pub(crate) settings: Settings,
    pub(crate) held: Held,
}

/// What keeps the place.
pub(crate) enum Held {
    Folder(TempDir),
    Database(PgDatabase),
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { settings: sqlite(&folder.path().join("pforte.db")), held: Held::Folder(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        Self::of(pforte_test::pg_database().await)
    }

    pub(crate) fn of(database: PgDatabase) -> Self {
        Self { settings: postgres(database.url()), held: Held::Database(database) }
    }

    /// Makes the database.
    pub(crate) async fn create(&self) -> Store {
        Store::create(&self.settings, edge()).await.unwrap()
    }

    /// Opens it again.
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.settings, edge()).await.unwrap()
    }

    /// The arguments by which a child process finds it.
    pub(crate) fn arguments(&self) -> [String; 2] {
        match &self.held {
            Held::Folder(folder) => {
                ["sqlite".into(), folder.path().join("pforte.db").to_str().unwrap().to_owned()]
            }
            Held::Database(database) => ["postgres".into(), database.url().to_owned()],
        }
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        match &self.held {
            Held::Folder(folder) => {
                let conn = rusqlite::Connection::open(folder.path().join("pforte.db")).unwrap();
                conn.execute_batch(sql).unwrap();
            }
            Held::Database(database) => sql_at(database.url(), sql).await,
        }
    }

    /// What the independent verifier says of the log.
    pub(crate) async fn audit(&self) -> Report {
        audit(&Reader::open(&self.settings).await.unwrap()).await
    }
}

/// Runs statements on PostgreSQL.
pub(crate) async fn sql_at(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let work = async move { client.batch_execute(sql).await };
    let (done, _) = tokio::join!(work, connection);
    done.unwrap();
}

/// Runs a job whose errors are the store's own.
pub(crate) async fn write<T, F>(store: &Store, job: F) -> Result<T>
where
    T: Send + 'static,
    F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
{
    store.write(job).await
}

/// Reads the whole log and has it checked.
pub(crate) async fn audit(reader: &Reader) -> Report {
    let mut conn = reader.snapshot().await.unwrap();
    let head = log::head(&mut conn).await.unwrap();
    let expect = Expect { keys: vec![signer().verifier().clone()], purged_before: 0, records: Records::Read };
    let told = Head { size: head.size, frontier: &head.frontier, note: head.note.as_bytes() };
    let mut audit = Audit::new(expect, &told);
    let (mut from, mut fed, mut block) = (i64::MIN, vec![0; 7], 0);
    let kept = log::checkpoints(&mut conn, -1, 4096).await.unwrap();
    loop {
        let rows = log::entries(&mut conn, from, 1000).await.unwrap();
        let Some(last) = rows.last() else { break };
        let end = u64::try_from(last.seq + 1).unwrap();
        for (level, positions) in tiles_starting(block..end) {
            let (level, end) = (i64::from(level), i64::try_from(positions.end).unwrap());
            let start = i64::try_from(positions.start).unwrap();
            for tile in log::tiles(&mut conn, level, start..end, 256).await.unwrap() {
                audit.tile(tile.level, tile.position, &tile.hashes);
            }
            *fed.get_mut(usize::try_from(level).unwrap()).unwrap() = end;
        }
        let due =
            |size: i64| u64::try_from(size).is_ok_and(|size| size <= end && (size > block || block == 0));
        for checkpoint in kept.iter().filter(|kept| due(kept.size)) {
            audit.checkpoint(checkpoint.size, checkpoint.note.as_bytes());
        }
        for row in &rows {
            let salt = row.salt.as_deref().unwrap_or_default();
            audit.row(&Row { sequence: row.seq, record: row.record.as_deref(), salt, leaf: &row.leaf });
        }
        (from, block) = (last.seq + 1, end);
    }
    for (level, first) in (0..).zip(fed) {
        for tile in log::tiles(&mut conn, level, first..i64::MAX, 256).await.unwrap() {
            audit.tile(tile.level, tile.position, &tile.hashes);
        }
    }
    for checkpoint in kept.iter().filter(|kept| u64::try_from(kept.size).is_ok_and(|size| size > block)) {
        audit.checkpoint(checkpoint.size, checkpoint.note.as_bytes());
    }
    audit.finish()
}

/// The number of full tiles that a log of this size has.
pub(crate) fn full_tiles(size: u64) -> u64 {
    std::iter::successors(Some(size / WIDTH), |count| (*count > 0).then_some(count / WIDTH)).sum()
}

/// One test for each engine: `sqlite::name` and `postgres::name`.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::store_kit::Site::sqlite()).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::store_kit::Site::postgres().await).await;
            })*
        }
    };
}
pub(crate) use on_both_engines;
