//! Who changes the event log in the database, with all its protection taken away
//! first, is found out, and the row is named.

use crate::store_kit::sql_at;
use pforte_server::keys::DataFolder;
use pforte_store::{Engine as Place, Settings};
use pforte_test::Server;
use pforte_test::audit::audit_with;
use pforte_test::server::{ENGINES, Engine, PASSWORD};
use pforte_verify::Report;
use secrecy::SecretString;
use std::path::PathBuf;

/// A log that was written by a server that has stopped.
struct Log {
    server: Server,
    engine: Engine,
}

impl Log {
    /// Some hundred events, so that the log has full tiles as well.
    async fn written(engine: Engine) -> Self {
        let server = Server::start_on(engine).await;
        server.user("operator").await;
        for _ in 0..140 {
            let token = server.token("operator", PASSWORD).await;
            server.call("DELETE", "/sessions/current").bearer(&token).send().await;
        }
        let mut log = Self { server, engine };
        log.stop().await;
        assert!(log.audit(&[]).await.is_genuine());
        log
    }

    async fn stop(&mut self) {
        self.server.stop().await;
    }

    fn file(&self) -> PathBuf {
        self.server.data().join("pforte.db")
    }

    fn url(&self) -> String {
        std::fs::read_to_string(self.server.data().with_file_name("database-url")).unwrap()
    }

    /// Runs statements as somebody would who may do everything in the database.
    async fn sql(&self, sql: &str) {
        match self.engine {
            Engine::Sqlite => rusqlite::Connection::open(self.file()).unwrap().execute_batch(sql).unwrap(),
            Engine::Postgres => sql_at(&self.url(), sql).await,
        }
    }

    /// Takes away what keeps entries from being changed.
    async fn unseal(&self) {
        for table in ["log_entries", "log_tiles", "log_checkpoints"] {
            match self.engine {
                Engine::Sqlite => {
                    let drop = format!(
                        "DROP TRIGGER IF EXISTS {table}_no_UPDATE; DROP TRIGGER IF EXISTS {table}_no_DELETE"
                    );
                    self.sql(&drop).await;
                }
                Engine::Postgres => self.sql(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await,
            }
        }
    }

    async fn audit(&self, elsewhere: &[String]) -> Report {
        let engine = match self.engine {
            Engine::Sqlite => Place::Sqlite { path: self.file() },
            Engine::Postgres => Place::Postgres { url: SecretString::from(self.url()), ca: None },
        };
        let signer = DataFolder::open(&self.server.data()).unwrap().signer().unwrap();
        audit_with(&Settings::new(engine), signer.verifier(), elsewhere).await
    }

    /// The rows that the verifier names, after these statements.
    async fn named(&self, sql: &str) -> Vec<(u64, u64)> {
        self.sql(sql).await;
        let report = self.audit(&[]).await;
        assert!(!report.is_genuine(), "{sql}");
        let rows = report.findings.iter().filter_map(|finding| finding.rows);
        rows.map(|rows| (rows.first, rows.last)).collect()
    }
}

#[tokio::test]
async fn one_byte_of_one_record_is_named() {
    for engine in ENGINES {
        let log = Log::written(engine).await;
        log.unseal().await;
        let sql = "UPDATE log_entries SET record = replace(record, 'operator', 'operetor') WHERE seq = 77";
        assert_eq!(log.named(sql).await, [(77, 77)]);
        let sql =
            "UPDATE log_entries SET salt = (SELECT salt FROM log_entries WHERE seq = 5) WHERE seq = 130";
        assert_eq!(log.named(sql).await, [(77, 77), (130, 130)]);
        let sql =
            "UPDATE log_entries SET leaf = (SELECT leaf FROM log_entries WHERE seq = 5) WHERE seq = 200";
        assert!(log.named(sql).await.contains(&(200, 200)));
    }
}

#[tokio::test]
async fn a_row_that_is_gone_and_one_that_was_put_in_are_named() {
    for engine in ENGINES {
        let log = Log::written(engine).await;
        log.unseal().await;
        assert_eq!(log.named("DELETE FROM log_entries WHERE seq = 33").await, [(33, 33)]);
        let log = Log::written(engine).await;
        log.unseal().await;
        let sql = "INSERT INTO log_entries (seq, record, salt, leaf)
            SELECT (SELECT max(seq) + 1 FROM log_entries), record, salt, leaf FROM log_entries WHERE seq = 9";
        let size = log.audit(&[]).await.entries;
        assert_eq!(log.named(sql).await, [(size, size)]);
    }
}

#[tokio::test]
async fn a_row_between_others_that_were_moved_for_it_is_named() {
    for engine in ENGINES {
        let log = Log::written(engine).await;
        log.unseal().await;
        let sql = "UPDATE log_entries SET seq = -seq - 1 WHERE seq >= 50;
            UPDATE log_entries SET seq = -seq WHERE seq < 0;
            INSERT INTO log_entries (seq, record, salt, leaf)
            SELECT 50, record, salt, leaf FROM log_entries WHERE seq = 9";
        let named = log.named(sql).await;
        assert!(named.iter().any(|(first, last)| (*first..=*last).contains(&50)), "{named:?}");
    }
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found_by_a_checkpoint_that_was_kept_elsewhere() {
    const TABLES: [&str; 4] = ["log_entries", "log_tiles", "log_checkpoints", "log_head"];
    for engine in ENGINES {
        let mut log = Log::written(engine).await;
        for table in TABLES {
            log.sql(&format!("CREATE TABLE old_{table} AS SELECT * FROM {table}")).await;
        }
        log.server.restart().await;
        log.server.user("intruder").await;
        let kept = log.server.admin("GET", "/log/checkpoint").send().await.text("note");
        log.stop().await;
        let elsewhere = [kept];
        assert!(log.audit(&elsewhere).await.is_genuine());
        log.unseal().await;
        for table in TABLES {
            log.sql(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}")).await;
        }
        // By itself it is a good log: that is why a checkpoint belongs elsewhere.
        assert!(log.audit(&[]).await.is_genuine());
        let report = log.audit(&elsewhere).await;
        assert!(!report.is_genuine());
        let cut = report.findings.iter().filter_map(|finding| finding.rows).map(|rows| rows.first).min();
        assert_eq!(cut, Some(report.entries), "{report:?}");
    }
}

#[tokio::test]
async fn a_tail_that_was_cut_off_without_more_is_found_by_the_head() {
    for engine in ENGINES {
        let log = Log::written(engine).await;
        log.unseal().await;
        let last = log.audit(&[]).await.entries - 1;
        let named = log.named(&format!("DELETE FROM log_entries WHERE seq >= {}", last - 2)).await;
        assert!(named.contains(&(last - 2, last)), "{named:?}");
    }
}
