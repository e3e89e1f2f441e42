//! The bare loop on PostgreSQL: tokio-postgres on one connection, pipelined as far
//! as the next statement does not need the answer of the one before.

use crate::Work;
use crate::bare_sqlite::records;
use crate::rows::{DIRECTORY, key, session};
use futures_util::{TryFutureExt, try_join};
use pforte_model::id::{PersonId, UserId};
use pforte_model::log::entry::Entry;
use pforte_test::store::NOW;
use std::time::{Duration, Instant};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

type Argument<'a> = &'a (dyn ToSql + Sync);

const STATEMENTS: [&str; 7] = [
    "SELECT size, frontier FROM log_head WHERE id = 1 FOR UPDATE",
    "INSERT INTO log_entries (seq, record, salt, leaf)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[])",
    "INSERT INTO log_tiles (level, position, hashes) VALUES (0, $1, $2)",
    "UPDATE log_head SET size = $1, frontier = $2, note = $3 WHERE id = 1",
    "SELECT id, directory_id, key, login, label, person_id, enabled, essential, adopted_at, seen_at, version
     FROM users WHERE directory_id = $1 AND key = $2",
    "INSERT INTO sessions (id, token, user_id, person_id, station_id, started_at, active_at, ends_at,
        idle_seconds, factors, groups, groups_at, ended_at, end_reason, degraded)
     VALUES ($1, $2, $3, $4, NULL, $5, $5, $6, $7, $8, $9, $5, NULL, NULL, 0)",
    "UPDATE users SET seen_at = $2 WHERE id = $1",
];

pub(crate) struct Loop {
    client: Client,
    statements: Vec<Statement>,
    records: Vec<Entry>,
    next: u64,
}

impl Loop {
    pub(crate) async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::task::spawn(connection);
        let mut statements = Vec::new();
        for sql in STATEMENTS {
            statements.push(client.prepare(sql).await.unwrap());
        }
        Self { client, statements, records: records(), next: 0 }
    }

    /// Jobs a second with so many in a commit.
    pub(crate) async fn rate(&mut self, work: Work, batch: usize, period: Duration) -> f64 {
        let (begun, first) = (Instant::now(), self.next);
        while begun.elapsed() < period {
            self.batch(work, batch).await.unwrap();
        }
        f64::from(u32::try_from(self.next - first).unwrap()) / begun.elapsed().as_secs_f64()
    }

    fn statement(&self, place: usize) -> &Statement {
        self.statements.get(place).unwrap()
    }

    async fn batch(&mut self, work: Work, jobs: usize) -> Result<(), Error> {
        let head = self.client.query_one(self.statement(0), &[]);
        let ((), head) = try_join!(self.client.batch_execute("BEGIN"), head)?;
        if work == Work::LogOn {
            self.log_ons(jobs).await?;
        }
        self.next += u64::try_from(jobs).unwrap();
        self.append(&head, jobs).await
    }

    /// Each log-on asks for its user while the one before is still being written.
    async fn log_ons(&self, jobs: usize) -> Result<(), Error> {
        let mut found: Option<(u64, Row)> = None;
        for number in (self.next..).take(jobs) {
            let user = match &found {
                Some((before, row)) => try_join!(self.write(*before, row), self.find(number))?.1,
                None => self.find(number).await?,
            };
            found = Some((number, user));
        }
        match &found {
            Some((last, row)) => self.write(*last, row).await,
            None => Ok(()),
        }
    }

    async fn find(&self, number: u64) -> Result<Row, Error> {
        let key = key(number);
        let (directory, key) = (DIRECTORY.as_bytes().as_slice(), key.as_slice());
        self.client.query_one(self.statement(4), &[&directory, &key]).await
    }

    async fn write(&self, number: u64, found: &Row) -> Result<(), Error> {
        let (user, person): (&[u8], &[u8]) = (found.get(0), found.get(5));
        let (user_id, person_id) = (id(user), id(person));
        let row = session(number, UserId::from_bytes(user_id), PersonId::from_bytes(person_id));
        let factors = serde_json::to_string(&row.factors).unwrap();
        let (session, token, groups) = (row.id.as_bytes().as_slice(), row.token.as_slice(), Vec::<u8>::new());
        let args: [Argument<'_>; 9] = [
            &session,
            &token,
            &user,
            &person,
            &row.started_at.0,
            &row.ends_at.0,
            &row.idle_seconds,
            &factors,
            &groups,
        ];
        let seen: [Argument<'_>; 2] = [&user, &NOW.0];
        try_join!(
            self.client.batch_execute("SAVEPOINT job"),
            self.client.execute(self.statement(5), &args).map_ok(drop),
            self.client.execute(self.statement(6), &seen).map_ok(drop),
            self.client.batch_execute("RELEASE SAVEPOINT job"),
        )
        .map(drop)
    }

    async fn append(&self, head: &Row, jobs: usize) -> Result<(), Error> {
        let (size, frontier): (i64, Vec<u8>) = (head.get(0), head.get(1));
        let end = size + i64::try_from(jobs).unwrap();
        let entries: Vec<&Entry> = self.records.iter().cycle().take(jobs).collect();
        let seqs: Vec<i64> = (size..end).collect();
        let records: Vec<&str> = entries.iter().map(|entry| entry.record.as_str()).collect();
        let salts: Vec<&[u8]> = entries.iter().map(|entry| entry.salt.as_slice()).collect();
        let leaves: Vec<&[u8]> = entries.iter().map(|entry| entry.leaf.as_slice()).collect();
        let frontier = if frontier.is_empty() { vec![1; 320] } else { frontier };
        let (note, tile, position) = ("n".repeat(180), vec![1_u8; 8192], size / 256);
        let rows: [Argument<'_>; 4] = [&seqs, &records, &salts, &leaves];
        let (full, new): ([Argument<'_>; 2], [Argument<'_>; 3]) =
            ([&position, &tile], [&end, &frontier, &note]);
        let tiled = async {
            if end / 256 > position { self.client.execute(self.statement(2), &full).await } else { Ok(0) }
        };
        let commit = self.client.batch_execute("COMMIT").map_ok(|()| 0);
        let written = self.client.execute(self.statement(1), &rows);
        try_join!(written, tiled, self.client.execute(self.statement(3), &new), commit).map(drop)
    }
}

fn id(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().unwrap()
}
