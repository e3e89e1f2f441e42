//! What callers are told when the database cannot do what they ask, and that the
//! store goes on by itself afterwards.

use crate::store_kit::{Held, Site, sql_at, write};
use pforte_store::{OpenError, Result, Store, StoreError, Tx, configured, events, log};
use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::shell::own_mounts;
use pforte_test::store::{edge, event, postgres};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A bound for what has to come by itself.
const PATIENCE: Duration = Duration::from_secs(30);

async fn append(store: &Store, number: u64) -> Result<u64> {
    write(store, async move |tx: &mut Tx| tx.append(&event(number))).await
}

/// Tries until it works, and tells how often it did not.
async fn until_it_works(store: &Store, number: u64) -> (u64, Vec<StoreError>) {
    let (start, mut refused) = (Instant::now(), Vec::new());
    loop {
        match append(store, number).await {
            Ok(sequence) => return (sequence, refused),
            Err(error) => refused.push(error),
        }
        assert!(start.elapsed() < PATIENCE, "it never worked again: {:?}", refused.last());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn url(site: &Site) -> &str {
    match &site.held {
        Held::Database(database) => database.url(),
        Held::Folder(_) => "",
    }
}

/// Ends every other connection to this database.
async fn cut(site: &Site) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sql_at(url(site), sql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_program_locks_is_told_and_can_still_be_read() {
    let site = Site::sqlite();
    let store = site.create().await;
    append(&store, 0).await.unwrap();
    let Held::Folder(folder) = &site.held else { return };
    let other = rusqlite::Connection::open(folder.path().join("pforte.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = append(&store, 1).await;
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert_eq!(log::head(&mut store.read().await.unwrap()).await.unwrap().size, 1);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(append(&store, 2).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_another_program_locks_are_told() {
    let site = Site::postgres().await;
    let store = site.create().await;
    let (mut client, connection) = tokio_postgres::connect(url(&site), tokio_postgres::NoTls).await.unwrap();
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let held = client.transaction().await.unwrap();
    held.batch_execute("SELECT size FROM log_head FOR UPDATE").await.unwrap();
    let refused = append(&store, 1).await;
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert_eq!(log::head(&mut store.read().await.unwrap()).await.unwrap().size, 0);
    held.rollback().await.unwrap();
    assert_eq!(append(&store, 2).await.unwrap(), 0);
}

/// A child process in a mount of its own; `script` prepares it and runs `$0`.
fn in_own_mount(folder: &Path, script: &str) -> Vec<String> {
    let child = env!("CARGO_BIN_EXE_store-child");
    let output = own_mounts().args(["sh", "-euc", script, child]).current_dir(folder).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    told.lines().map(str::to_owned).collect()
}

#[test]
fn a_full_disk_is_told_reading_goes_on_and_so_does_writing_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"mount -t tmpfs -o size=4m tmpfs . && cd "$PWD" && "$0" fill pforte.db"#;
    assert_eq!(in_own_mount(folder.path(), script), ["Full", "Ok(())", "Err(Full)", "goes on", "true"]);
}

#[tokio::test]
async fn a_medium_that_cannot_be_written_is_told_and_its_log_can_be_read() {
    let site = Site::sqlite();
    let store = site.create().await;
    for number in 0..3 {
        append(&store, number).await.unwrap();
    }
    store.close();
    let Held::Folder(folder) = &site.held else { return };
    std::fs::rename(folder.path().join("pforte.db"), folder.path().join("50% of #1?.db")).unwrap();
    let script =
        r#"mount --bind . . && cd "$PWD" && mount -o remount,ro,bind . && "$0" refuse "50% of #1?.db""#;
    assert_eq!(in_own_mount(folder.path(), script), ["not opened: Store(ReadOnly)", "Ok(3)"]);
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let site = Site::sqlite();
    let store = site.create().await;
    for number in 0..100 {
        append(&store, number).await.unwrap();
    }
    store.close();
    let Held::Folder(folder) = &site.held else { return };
    let path = folder.path().join("pforte.db");
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(8192) {
        *byte = byte.wrapping_mul(7).wrapping_add(13);
    }
    std::fs::write(&path, bytes).unwrap();
    let opened = Store::open(&site.settings, edge()).await.map(|_| ());
    assert!(matches!(opened, Err(OpenError::Store(StoreError::Damaged))), "{opened:?}");
}

/// Makes a table refuse inserts with a code of PostgreSQL's own.
async fn refuse_with(site: &Site, code: &str) {
    let sql = format!(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'as in a fault' USING ERRCODE = '{code}'; END $$;
         CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    sql_at(url(site), &sql).await;
}

#[tokio::test]
async fn each_fault_of_postgresql_is_told_as_its_own_error() {
    let site = Site::postgres().await;
    let store = site.create().await;
    let cases = [
        ("53100", "Full"),
        ("25006", "ReadOnly"),
        ("55P03", "Locked"),
        ("57014", "Locked"),
        ("40P01", "Locked"),
        ("57P01", "Unavailable"),
        ("53300", "Unavailable"),
        ("XX001", "Damaged"),
        ("23503", "Referenced"),
    ];
    for (number, (code, expected)) in (0..).zip(cases) {
        refuse_with(&site, code).await;
        let refused = write(&store, async |tx: &mut Tx| configured::set(tx, "a", "b", 0).await).await;
        assert_eq!(format!("{:?}", refused.unwrap_err()), expected, "{code}");
        assert_eq!(append(&store, number).await.unwrap(), number);
    }
}

#[tokio::test]
async fn a_server_that_became_read_only_is_told() {
    let site = Site::postgres().await;
    let store = site.create().await;
    append(&store, 0).await.unwrap();
    sql_at(
        url(&site),
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
        current_database()); END $$",
    )
    .await;
    cut(&site).await;
    let start = Instant::now();
    loop {
        match append(&store, 1).await {
            Err(StoreError::ReadOnly) => break,
            Err(StoreError::Unavailable) => assert!(start.elapsed() < PATIENCE),
            other => assert_eq!(format!("{other:?}"), "ReadOnly"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(log::head(&mut store.read().await.unwrap()).await.unwrap().size, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_is_made_again() {
    let site = Site::postgres().await;
    let store = site.create().await;
    for round in 0..4 {
        let before = append(&store, round).await.unwrap();
        assert!(events::by_seq(&mut store.read().await.unwrap(), 0).await.unwrap().is_some());
        cut(&site).await;
        let (sequence, refused) = until_it_works(&store, round).await;
        assert_eq!(sequence, before + 1);
        assert!(refused.iter().all(|error| matches!(error, StoreError::Unavailable)), "{refused:?}");
        let start = Instant::now();
        while read_head(&store).await.is_err() {
            assert!(start.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert_eq!(*store.doubts().borrow(), 0);
    let report = site.audit().await;
    assert_eq!((report.entries, report.findings), (8, vec![]));
}

async fn read_head(store: &Store) -> Result<log::Head> {
    log::head(&mut *store.read().await?).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_in_the_middle_of_a_job_leaves_nothing() {
    let site = Site::postgres().await;
    let store = Arc::new(site.create().await);
    let (begun, wait) = tokio::sync::oneshot::channel();
    let (cut_off, go_on) = std::sync::mpsc::channel();
    let heard = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    let (told, held) = (Arc::clone(&heard), Arc::clone(&store));
    tasks.spawn(async move {
        let job = write(&held, async move |tx: &mut Tx| {
            configured::set(tx, "first", "1", 0).await?;
            tx.append(&event(0))?;
            tx.on_commit(move || told.store(true, Ordering::Relaxed));
            begun.send(()).unwrap();
            go_on.recv().unwrap();
            configured::set(tx, "second", "1", 0).await
        });
        job.await
    });
    wait.await.unwrap();
    cut(&site).await;
    cut_off.send(()).unwrap();
    let answers = tasks.join_all().await;
    assert!(matches!(answers.as_slice(), [Err(StoreError::Unavailable)]), "{answers:?}");
    assert_eq!(until_it_works(&store, 1).await.0, 0);
    assert!(!heard.load(Ordering::Relaxed));
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::all(&mut conn).await.unwrap(), []);
}

/// The commit waits for a standby that does not exist, and the connection is cut
/// while it waits: PostgreSQL has kept the transaction but could not say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_kept_but_not_answered_is_answered_as_kept() {
    let server = OwnPostgres::start().await;
    let site = Site::of(PgDatabase::on(&server.facts).await);
    let store = Arc::new(site.create().await);
    append(&store, 0).await.unwrap();
    let heard = Arc::new(AtomicBool::new(false));
    sql_at(&server.facts.url, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
    sql_at(&server.facts.url, "SELECT pg_reload_conf()").await;
    wait_until(&server.facts.url, "current_setting('synchronous_standby_names') = 'nobody'").await;
    let mut tasks = JoinSet::new();
    let (held, told) = (Arc::clone(&store), Arc::clone(&heard));
    tasks.spawn(async move {
        let job = write(&held, async move |tx: &mut Tx| {
            tx.on_commit(move || told.store(true, Ordering::Relaxed));
            tx.append(&event(1))
        });
        job.await
    });
    wait_until(&server.facts.url, "wait_event = 'SyncRep'").await;
    sql_at(&server.facts.url, "ALTER SYSTEM RESET synchronous_standby_names").await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    sql_at(&server.facts.url, end).await;
    sql_at(&server.facts.url, "SELECT pg_reload_conf()").await;
    let answers = tasks.join_all().await;
    assert!(matches!(answers.as_slice(), [Ok(1)]), "{answers:?}");
    assert!(heard.load(Ordering::Relaxed));
    assert_eq!(*store.doubts().borrow(), 0);
    assert_eq!(until_it_works(&store, 2).await.0, 2);
}

/// A batch in which nothing was to be kept is in no doubt.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_before_the_commit_leaves_no_doubt() {
    let site = Site::postgres().await;
    let store = site.create().await;
    cut(&site).await;
    let refused = write(&store, async |tx: &mut Tx| configured::set(tx, "a", "1", 0).await).await;
    assert!(matches!(refused, Err(StoreError::Unavailable) | Ok(())), "{refused:?}");
    until_it_works(&store, 0).await;
    assert_eq!(*store.doubts().borrow(), 0);
}

/// A trigger that runs at the commit holds it, and the connection is cut before it ends.
async fn cut_during_the_commit(site: &Site, store: &Arc<Store>, append: bool) -> Vec<Result<()>> {
    let sql = "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(8); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON settings DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold()";
    sql_at(url(site), sql).await;
    let mut tasks = JoinSet::new();
    let held = Arc::clone(store);
    tasks.spawn(async move {
        let job = write(&held, async move |tx: &mut Tx| {
            if append {
                tx.append(&event(0))?;
            }
            configured::set(tx, "a", "1", 0).await
        });
        job.await
    });
    wait_until(url(site), "wait_event = 'PgSleep'").await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE wait_event = 'PgSleep' AND datname = current_database()";
    sql_at(url(site), end).await;
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_not_kept_is_answered_as_not_kept() {
    let site = Site::postgres().await;
    let store = Arc::new(site.create().await);
    let answers = cut_during_the_commit(&site, &store, true).await;
    assert!(matches!(answers.as_slice(), [Err(StoreError::Unavailable)]), "{answers:?}");
    assert_eq!(*store.doubts().borrow(), 0);
    assert_eq!(until_it_works(&store, 1).await.0, 0);
    assert_eq!(configured::all(&mut store.read().await.unwrap()).await.unwrap(), []);
}

/// Without an entry in the log nothing tells afterwards; then nobody claims to know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_commit_without_an_event_is_answered_as_unknown() {
    let site = Site::postgres().await;
    let store = Arc::new(site.create().await);
    let answers = cut_during_the_commit(&site, &store, false).await;
    assert!(matches!(answers.as_slice(), [Err(StoreError::OutcomeUnknown)]), "{answers:?}");
    assert_eq!(*store.doubts().borrow(), 1);
    assert_eq!(until_it_works(&store, 1).await.0, 0);
}

/// Waits until some backend is in this state.
async fn wait_until(url: &str, state: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE {state} AND datname IS NOT NULL");
    let start = Instant::now();
    while client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(start.elapsed() < PATIENCE, "no backend is in the state {state}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_nobody_for_long() {
    let server = OwnPostgres::start().await;
    let site = Site::of(PgDatabase::on(&server.facts).await);
    let store = site.create().await;
    append(&store, 0).await.unwrap();
    let start = Instant::now();
    stop_all(&server, "STOP");
    let refused = append(&store, 1).await;
    let waited = start.elapsed();
    stop_all(&server, "CONT");
    assert!(matches!(refused, Err(StoreError::Unavailable | StoreError::OutcomeUnknown)), "{refused:?}");
    assert!(waited < PATIENCE, "{waited:?}");
    until_it_works(&store, 2).await;
    assert!(site.audit().await.is_genuine());
}

/// A signal to the server and all its backends.
fn stop_all(server: &OwnPostgres, signal: &str) {
    let backends = Command::new("pkill")
        .args([&format!("-{signal}"), "-P", &server.facts.process.id.to_string()])
        .status();
    server.signal(signal);
    assert!(backends.unwrap().success());
}

#[tokio::test]
async fn a_server_that_is_away_at_the_start_is_told() {
    let settings = postgres("postgres://postgres@127.0.0.1:9/none");
    let refused = Store::open(&settings, edge()).await.map(drop);
    assert_eq!(format!("{refused:?}"), "Err(Store(Unavailable))");
}
