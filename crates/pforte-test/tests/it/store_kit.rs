//! What the store's contract tests share: a place on each engine, and the check of its log.

use pforte_model::log::tile::WIDTH;
use pforte_store::{Result, Settings, Store, Tx};
use pforte_test::audit::audit;
use pforte_test::pg::PgDatabase;
use pforte_test::store::{edge, postgres, signer, sqlite};
use pforte_verify::Report;
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
        audit(&self.settings, signer().verifier()).await
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
