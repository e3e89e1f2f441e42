//! The bare loop on SQLite: rusqlite on one thread.

use crate::Work;
use crate::rows::{DIRECTORY, key, session};
use pforte_model::id::{PersonId, UserId};
use pforte_model::log::entry::Entry;
use pforte_test::store::{NOW, event};
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

/// Records that are made beforehand.
const RECORDS: u64 = 1_024;

pub(crate) struct Loop {
    conn: Connection,
    records: Vec<Entry>,
    next: u64,
}

impl Loop {
    pub(crate) fn open(path: &Path) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.set_prepared_statement_cache_capacity(64);
        conn.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;
             PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864",
        )
        .unwrap();
        Self { conn, records: records(), next: 0 }
    }

    /// Jobs a second with so many in a commit.
    pub(crate) fn rate(&mut self, work: Work, batch: usize, period: Duration) -> f64 {
        let (begun, first) = (Instant::now(), self.next);
        while begun.elapsed() < period {
            self.batch(work, batch);
        }
        f64::from(u32::try_from(self.next - first).unwrap()) / begun.elapsed().as_secs_f64()
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) {
        self.conn.prepare_cached(sql).unwrap().execute(params).unwrap();
    }

    fn batch(&mut self, work: Work, jobs: usize) {
        self.run("BEGIN IMMEDIATE", []);
        let mut head = self.conn.prepare_cached("SELECT size, frontier FROM log_head WHERE id = 1").unwrap();
        let read = head.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        let (size, frontier) = read.unwrap();
        drop(head);
        if work == Work::LogOn {
            (0..jobs).for_each(|_| self.log_on());
        } else {
            self.next += u64::try_from(jobs).unwrap();
        }
        for (seq, entry) in (size..).zip(self.records.iter().cycle()).take(jobs) {
            let sql = "INSERT INTO log_entries (seq, record, salt, leaf) VALUES (?1, ?2, ?3, ?4)";
            self.run(sql, params![seq, entry.record, entry.salt, entry.leaf]);
        }
        let end = size + i64::try_from(jobs).unwrap();
        if end / 256 > size / 256 {
            let sql = "INSERT INTO log_tiles (level, position, hashes) VALUES (0, ?1, ?2)";
            self.run(sql, params![size / 256, vec![1_u8; 8192]]);
        }
        self.run(
            "UPDATE log_head SET size = ?1, frontier = ?2, note = ?3 WHERE id = 1",
            params![end, if frontier.is_empty() { vec![1; 320] } else { frontier }, "n".repeat(180)],
        );
        self.run("COMMIT", []);
    }

    fn log_on(&mut self) {
        let number = self.next;
        self.next += 1;
        let (user, person) = self.user(number);
        let row = session(number, user, person);
        self.run("SAVEPOINT job", []);
        let factors = serde_json::to_string(&row.factors).unwrap();
        self.run(
            "INSERT INTO sessions (id, token, user_id, person_id, station_id, started_at, active_at, ends_at,
                idle_seconds, factors, groups, groups_at, ended_at, end_reason, degraded)
             VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, NULL, 0)",
            params![
                row.id.as_bytes(),
                row.token,
                row.user.as_bytes(),
                row.person.as_bytes(),
                row.started_at.0,
                row.active_at.0,
                row.ends_at.0,
                row.idle_seconds,
                factors,
                [0_u8; 0],
                row.groups_at.0,
            ],
        );
        self.run("UPDATE users SET seen_at = ?2 WHERE id = ?1", params![user.as_bytes(), NOW.0]);
        self.run("RELEASE SAVEPOINT job", []);
    }

    fn user(&self, number: u64) -> (UserId, PersonId) {
        let sql = "SELECT id, directory_id, key, login, label, person_id, enabled, essential, adopted_at,
            seen_at, version FROM users WHERE directory_id = ?1 AND key = ?2";
        let mut found = self.conn.prepare_cached(sql).unwrap();
        let args = params![DIRECTORY.as_bytes(), key(number)];
        let read = found.query_row(args, |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, [u8; 16]>(5)?)));
        let (user, person) = read.unwrap();
        (UserId::from_bytes(user), PersonId::from_bytes(person))
    }
}

/// Records as the log keeps them.
pub(crate) fn records() -> Vec<Entry> {
    (0..RECORDS).map(|number| Entry::new(&event(number), [7; 16]).unwrap()).collect()
}
