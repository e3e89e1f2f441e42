//! Opening and creating: nothing is made by mistake, nothing is opened that is not ours.

use crate::store_kit::{Held, Site, on_both_engines, sql_at, write};
use pforte_store::{Edge, Engine, OpenError, Reader, Settings, Store, StoreError, Tx, newest};
use pforte_test::store::{edge, event, postgres, sqlite};
use secrecy::SecretString;

on_both_engines!(
    a_database_is_made_once,
    a_place_without_a_database_is_refused_and_stays_empty,
    a_newer_schema_is_refused,
    an_altered_migration_is_refused,
    a_database_that_lost_a_migration_is_refused,
    rows_of_the_log_can_neither_be_changed_nor_removed,
    a_reader_sees_what_a_running_server_writes,
);

async fn a_database_is_made_once(site: Site) {
    let store = site.create().await;
    write(&store, async |tx: &mut Tx| tx.append(&event(0))).await.unwrap();
    store.close();
    let again = Store::create(&site.settings, edge()).await;
    assert!(matches!(again, Err(OpenError::Exists)));
    let store = site.open().await;
    assert_eq!(write(&store, async |tx: &mut Tx| tx.append(&event(1))).await.unwrap(), 1);
}

async fn a_place_without_a_database_is_refused_and_stays_empty(site: Site) {
    let opened = Store::open(&site.settings, edge()).await;
    let read = Reader::open(&site.settings).await;
    match &site.held {
        Held::Folder(folder) => {
            assert!(matches!((opened, read), (Err(OpenError::Absent), Err(OpenError::Absent))));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
        Held::Database(database) => {
            assert!(matches!((opened, read), (Err(OpenError::Other), Err(OpenError::Other))));
            let mistyped = postgres(&format!("{}x", database.url()));
            assert!(matches!(Store::open(&mistyped, edge()).await, Err(OpenError::Absent)));
        }
    }
    // The place is still good for a new database.
    site.create().await;
}

async fn refused(site: &Site, sql: &str) -> OpenError {
    site.create().await.close();
    site.tamper(sql).await;
    let read = Reader::open(&site.settings).await.err().unwrap();
    let opened = Store::open(&site.settings, edge()).await.err().unwrap();
    assert_eq!(format!("{read:?}"), format!("{opened:?}"));
    opened
}

async fn a_newer_schema_is_refused(site: Site) {
    let (newer, bytes) = (newest() + 1, if matches!(site.held, Held::Folder(_)) { "x'00'" } else { "''" });
    let sql = format!("INSERT INTO migrations VALUES ({newer}, 'later', {bytes}, 0)");
    assert!(matches!(refused(&site, &sql).await, OpenError::Newer(version) if version == newer));
}

async fn an_altered_migration_is_refused(site: Site) {
    let bytes = if matches!(site.held, Held::Folder(_)) { "zeroblob(32)" } else { "sha256('')" };
    let sql = format!("UPDATE migrations SET checksum = {bytes} WHERE version = 1");
    assert!(matches!(refused(&site, &sql).await, OpenError::Altered(1)));
}

async fn a_database_that_lost_a_migration_is_refused(site: Site) {
    assert!(matches!(refused(&site, "DROP TABLE migrations").await, OpenError::Other));
}

async fn rows_of_the_log_can_neither_be_changed_nor_removed(site: Site) {
    let store = site.create().await;
    for number in 0..300 {
        write(&store, async move |tx: &mut Tx| tx.append(&event(number))).await.unwrap();
    }
    let acts = [
        "UPDATE log_entries SET seq = 1000 + seq",
        "DELETE FROM log_entries",
        "DELETE FROM log_tiles",
        "UPDATE log_tiles SET level = 9",
        "DELETE FROM log_checkpoints",
        "UPDATE log_checkpoints SET at = 0",
    ];
    for act in acts {
        let error = try_tamper(&site, act).await.unwrap_err();
        assert!(error.contains("append-only"), "{act}: {error}");
    }
    if let Held::Database(_) = site.held {
        assert!(try_tamper(&site, "TRUNCATE log_entries").await.unwrap_err().contains("append-only"));
    }
    assert!(site.audit().await.is_genuine());
}

async fn try_tamper(site: &Site, sql: &str) -> Result<(), String> {
    match &site.held {
        Held::Folder(folder) => {
            let conn = rusqlite::Connection::open(folder.path().join("pforte.db")).unwrap();
            conn.execute_batch(sql).map_err(|error| error.to_string())
        }
        Held::Database(database) => {
            let (client, connection) =
                tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
            let work = async move { client.batch_execute(sql).await };
            let (done, _) = tokio::join!(work, connection);
            done.map_err(|error| error.as_db_error().unwrap().message().to_owned())
        }
    }
}

async fn a_reader_sees_what_a_running_server_writes(site: Site) {
    let store = site.create().await;
    let reader = Reader::open(&site.settings).await.unwrap();
    for number in 0..3 {
        write(&store, async move |tx: &mut Tx| tx.append(&event(number))).await.unwrap();
        let mut conn = reader.read().await.unwrap();
        let head = pforte_store::log::head(&mut conn).await.unwrap();
        assert_eq!(head.size, i64::try_from(number + 1).unwrap());
    }
    // A snapshot does not move, whatever is written beside it.
    let mut snapshot = reader.snapshot().await.unwrap();
    let before = pforte_store::log::head(&mut snapshot).await.unwrap();
    write(&store, async |tx: &mut Tx| tx.append(&event(9))).await.unwrap();
    assert_eq!(pforte_store::log::head(&mut snapshot).await.unwrap(), before);
    drop(snapshot);
    let mut conn = reader.read().await.unwrap();
    assert_eq!(pforte_store::log::head(&mut conn).await.unwrap().size, 4);
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let site = Site::sqlite();
    let store = site.create().await;
    assert!(matches!(Store::open(&site.settings, edge()).await, Err(OpenError::InUse)));
    store.close();
    site.open().await;
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    for content in [&b"not a database, but long enough to look like one"[..], &[0; 4096], b""] {
        std::fs::write(&path, content).unwrap();
        let opened = Store::open(&sqlite(&path), edge()).await.err().unwrap();
        assert!(matches!(opened, OpenError::Other), "{opened:?}");
        assert!(matches!(Store::create(&sqlite(&path), edge()).await, Err(OpenError::Exists)));
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE migrations (version)").unwrap();
    assert!(matches!(Store::open(&sqlite(&path), edge()).await, Err(OpenError::Other)));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mistyped/pforte.db");
    assert!(matches!(Store::open(&sqlite(&path), edge()).await, Err(OpenError::Absent)));
    assert!(Store::create(&sqlite(&path), edge()).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_told_from_a_server_that_is_not_there() {
    let site = Site::postgres().await;
    let Held::Database(database) = &site.held else { return };
    let config: tokio_postgres::Config = database.url().parse().unwrap();
    let (port, name) = (config.get_ports().first().copied().unwrap(), config.get_dbname().unwrap());
    let wrong =
        postgres(&format!("host=127.0.0.1 port={port} user=nobody_here password=wrong dbname={name}"));
    let refused = Store::open(&wrong, edge()).await.err().unwrap();
    assert!(matches!(refused, OpenError::Refused(_)), "{refused:?}");
    let nobody = postgres("postgres://postgres:x@127.0.0.1:1/postgres");
    let absent = Store::open(&nobody, edge()).await.err().unwrap();
    assert!(matches!(absent, OpenError::Store(StoreError::Unavailable)), "{absent:?}");
}

#[tokio::test]
async fn an_address_that_would_send_the_password_in_the_clear_is_refused() {
    for url in ["postgres://u:p@192.0.2.1/db?sslmode=disable", "host=db.example sslmode=disable", "nonsense"]
    {
        let settings = Settings::new(Engine::Postgres { url: SecretString::from(url), ca: None });
        let Edge { signer, rng, now } = edge();
        let refused = Store::open(&settings, Edge { signer, rng, now }).await.err().unwrap();
        assert!(matches!(refused, OpenError::Address(_)), "{url}: {refused:?}");
        assert!(!format!("{refused:?}").contains("u:p"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::sqlite();
    let store = site.create().await;
    write(&store, async |tx: &mut Tx| tx.append(&event(0))).await.unwrap();
    let Held::Folder(folder) = &site.held else { return };
    for name in ["pforte.db", "pforte.db-wal", "pforte.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_keep_every_letter_is_refused() {
    let site = Site::postgres().await;
    let Held::Database(database) = &site.held else { return };
    let name = "latin_of_".to_owned() + database.url().rsplit('/').next().unwrap();
    let (make, end) = (
        format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"),
        format!("DROP DATABASE {name} WITH (FORCE)"),
    );
    sql_at(database.url(), &make).await;
    let base = database.url().rsplit_once('/').unwrap().0;
    let refused = Store::create(&postgres(&format!("{base}/{name}")), edge()).await.err().unwrap();
    sql_at(database.url(), &end).await;
    assert!(matches!(&refused, OpenError::Address(why) if why.contains("LATIN1")), "{refused:?}");
}
