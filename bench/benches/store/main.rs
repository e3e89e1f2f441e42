//! Events and the write part of log-ons a second, at 1 and 64 callers, on both
//! engines, beside a bare loop of the same statements in the same run.
//!
//! The bare loop is one thread with the driver alone: the same statements, as many
//! jobs in a commit as the store had in its round, records made beforehand. It
//! makes no records, hashes and signs nothing, crosses no thread and answers
//! nobody. SQLite commits with `synchronous=FULL`, PostgreSQL with its defaults.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops here and tells its figures"
)]

mod bare_postgres;
mod bare_sqlite;
mod rows;

use pforte_bench::measure::{busy, load, median};
use pforte_store::{Result, Settings, Store, StoreError, Tx, sessions, users};
use pforte_test::store::{NOW, edge, event, postgres, sqlite};
use pforte_test::{PgDatabase, pg_database};
use rows::{DIRECTORY, key, populate, session};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(1);

/// What is written by a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Event,
    LogOn,
}

/// The figures of one round.
struct Round {
    store: f64,
    bare: f64,
    batch: usize,
    p99: f64,
}

/// The bare loop over one of the engines.
enum Bare {
    Sqlite(bare_sqlite::Loop),
    Postgres(bare_postgres::Loop),
}

struct Place {
    store: Arc<Store>,
    bare: Bare,
    next: Arc<AtomicU64>,
    _held: Held,
}

/// What keeps the databases.
enum Held {
    Folder { _folder: TempDir },
    Databases { _databases: [PgDatabase; 2] },
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        for (mut place, engine) in [(on_sqlite().await, "SQLite"), (on_postgres().await, "PostgreSQL")] {
            for (work, callers) in [(Work::Event, 1), (Work::Event, 64), (Work::LogOn, 1), (Work::LogOn, 64)]
            {
                measure(&mut place, engine, work, callers).await;
            }
        }
        println!("load of the machine {}", busy());
    });
}

async fn measure(place: &mut Place, engine: &str, work: Work, callers: usize) {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(place.round(work, callers).await);
    }
    let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    let (store, bare, p99) = (of(|round| round.store), of(|round| round.bare), of(|round| round.p99));
    let ratio = of(|round| round.store / round.bare);
    let batch = rounds.last().map_or(0, |round| round.batch);
    println!(
        "{engine:<10} {work:?} at {callers:>2}: {store:>7.0}/s p99 {p99:>6.2} ms, {batch:>3} in a commit; bare loop {bare:>7.0}/s; ratio {ratio:.2}"
    );
}

impl Place {
    async fn new(settings: Settings, bare: Bare, held: Held) -> Self {
        let store = Store::open(&settings, edge()).await.unwrap();
        Self { store: Arc::new(store), bare, next: Arc::default(), _held: held }
    }

    async fn round(&mut self, work: Work, callers: usize) -> Round {
        let before = self.store.figures();
        let (store, next) = (Arc::clone(&self.store), Arc::clone(&self.next));
        let through = load(callers, ROUND, move |_| {
            let (store, number) = (Arc::clone(&store), next.fetch_add(1, Ordering::Relaxed));
            async move { job(&store, work, number).await.map(drop).unwrap() }
        });
        let through = through.await;
        let after = self.store.figures();
        let (jobs, batches) = (after.jobs - before.jobs, after.batches - before.batches);
        let batch = usize::try_from((jobs + batches / 2) / batches).unwrap().max(1);
        let bare = match &mut self.bare {
            Bare::Sqlite(bare) => tokio::task::block_in_place(|| bare.rate(work, batch, ROUND)),
            Bare::Postgres(bare) => bare.rate(work, batch, ROUND).await,
        };
        Round { store: through.rate, bare, batch, p99: through.within(0.99) }
    }
}

async fn job(store: &Store, work: Work, number: u64) -> Result<u64> {
    let event = event(number);
    if work == Work::Event {
        return store.write(async move |tx: &mut Tx| tx.append(&event)).await;
    }
    let write = store.write(async move |tx: &mut Tx| {
        let user = users::by_key(tx, DIRECTORY, &key(number)).await?.ok_or(StoreError::Missing)?;
        sessions::insert(tx, &session(number, user.id, user.person)).await?;
        users::seen(tx, user.id, NOW).await?;
        tx.append(&event)
    });
    write.await
}

async fn made(settings: &Settings) {
    let store = Store::create(settings, edge()).await.unwrap();
    populate(&store).await;
    store.close();
}

async fn on_sqlite() -> Place {
    // On a disk: where the system keeps its temporary files a commit may cost nothing.
    let folder = tempfile::tempdir_in(xtask::place::workspace().join("target")).unwrap();
    let (through, beside) = (folder.path().join("store.db"), folder.path().join("bare.db"));
    made(&sqlite(&through)).await;
    made(&sqlite(&beside)).await;
    let bare = Bare::Sqlite(bare_sqlite::Loop::open(&beside));
    Place::new(sqlite(&through), bare, Held::Folder { _folder: folder }).await
}

async fn on_postgres() -> Place {
    let databases = [pg_database().await, pg_database().await];
    let [through, beside] = &databases;
    made(&postgres(through.url())).await;
    made(&postgres(beside.url())).await;
    let bare = Bare::Postgres(bare_postgres::Loop::open(beside.url()).await);
    Place::new(postgres(through.url()), bare, Held::Databases { _databases: databases }).await
}
