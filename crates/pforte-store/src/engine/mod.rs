//! The seam: one narrow interface over SQLite and PostgreSQL.
//!
//! Both take the same statements ([`Sql`]), three classes of values and rows
//! that are read column by column. What differs between them stands in
//! [`named`], each under a name of its own.
//!
//! # Invariants
//!
//! - Only this module names a database driver.
//! - On SQLite everything is answered at the first poll.
//! - [`Conn`] reads; writing needs the [`Tx`](crate::Tx) around it.

mod dialect;
mod named;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod value;

pub use sql::Sql;

pub(crate) use named::NewEntry;
pub(crate) use postgres::{Address, Link};
pub(crate) use row::{Read, Row, join_ids, json};
pub(crate) use sql::statements;
pub(crate) use sqlite::Use;
pub(crate) use value::Value;

use crate::error::{OpenError, Result, StoreError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One connection, for reading.
pub struct Conn {
    session: Session,
    savepoint: Savepoint,
    /// Whether a savepoint of an earlier job of the batch still stands. It goes with
    /// the next one, or with the commit, and costs no statement of its own.
    earlier: bool,
    /// The first statement of the running job that failed; nothing more is done in the job.
    failed: Option<StoreError>,
    /// Why the engine ended the transaction by itself; nothing more is done in the batch.
    spoiled: Option<StoreError>,
    in_batch: bool,
    /// Whether nothing is to be asked over it, whatever its engine says.
    closed: bool,
}

enum Session {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

/// A job's savepoint is set before its first statement and not earlier: a job
/// that only appends to the log needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// No job is running.
    None,
    /// A job runs that has not changed anything yet.
    Due,
    /// Set on the connection.
    Set,
}

impl Conn {
    pub(crate) fn sqlite(path: &Path, purpose: Use) -> Result<Self, OpenError> {
        Ok(Self::over(Session::Sqlite(sqlite::Session::open(path, purpose)?)))
    }

    pub(crate) fn postgres(link: Arc<Link>) -> Self {
        Self::over(Session::Postgres(postgres::Session::new(link)))
    }

    const fn over(session: Session) -> Self {
        Self {
            session,
            savepoint: Savepoint::None,
            earlier: false,
            failed: None,
            spoiled: None,
            in_batch: false,
            closed: false,
        }
    }

    /// One that counts as lost, to hold the place of one that cannot be made yet.
    pub(crate) fn nothing() -> Result<Self> {
        let mut conn = Self::over(Session::Sqlite(sqlite::Session::nothing()?));
        conn.closed = true;
        Ok(conn)
    }

    /// Whether nothing more can be asked over this connection.
    pub(crate) fn is_lost(&self) -> bool {
        self.closed
            || match &self.session {
                Session::Sqlite(_) => false,
                Session::Postgres(session) => session.is_lost(),
            }
    }

    /// Set while this connection waits for its server; `None` where it never waits.
    pub(crate) fn waiting(&self) -> Option<Arc<AtomicBool>> {
        match &self.session {
            Session::Sqlite(_) => None,
            Session::Postgres(session) => Some(session.waiting()),
        }
    }

    /// Reads all rows of an answer.
    pub(crate) async fn all<T>(&mut self, sql: Sql, args: &[Value<'_>], read: Read<T>) -> Result<Vec<T>> {
        tracing::trace!(statement = sql.name);
        value::check(args)?;
        if let Session::Postgres(_) = self.session {
            // Here a failed read spoils the transaction as well.
            self.guard().await?;
        }
        let rows = match &mut self.session {
            Session::Sqlite(session) => session.all(sql, args, read),
            Session::Postgres(session) => session.all(sql, args, read).await,
        };
        self.note(rows)
    }

    /// Reads the only row of an answer, or none.
    pub(crate) async fn optional<T>(
        &mut self,
        sql: Sql,
        args: &[Value<'_>],
        read: Read<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, args, read).await?.pop())
    }

    /// Reads the only row of an answer.
    pub(crate) async fn one<T>(&mut self, sql: Sql, args: &[Value<'_>], read: Read<T>) -> Result<T> {
        self.optional(sql, args, read).await?.ok_or(StoreError::Missing)
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<u64> {
        tracing::trace!(statement = sql.name);
        value::check(args)?;
        self.guard().await?;
        let changed = match &mut self.session {
            Session::Sqlite(session) => session.execute(sql, args),
            Session::Postgres(session) => session.execute(sql, args).await,
        };
        self.note(changed)
    }

    /// Runs a statement whose answer nobody needs; PostgreSQL gets it without
    /// waiting, and an error shows at [`Self::settle`].
    pub(crate) async fn send(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<()> {
        tracing::trace!(statement = sql.name);
        value::check(args)?;
        self.guard().await?;
        let sent = match &mut self.session {
            Session::Sqlite(session) => session.execute(sql, args).map(drop),
            Session::Postgres(session) => session.send(sql, args).await,
        };
        self.note(sent)
    }

    /// Waits for everything sent; the first error wins.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        let settled = match &mut self.session {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.settle().await,
        };
        self.note(settled)
    }

    async fn script(&mut self, text: &str) -> Result<()> {
        match &mut self.session {
            Session::Sqlite(session) => session.script(text),
            Session::Postgres(session) => session.script(text).await,
        }
    }

    async fn control(&mut self, text: &'static str) -> Result<()> {
        let done = match &mut self.session {
            Session::Sqlite(session) => session.control(text),
            Session::Postgres(session) => session.control(text).await,
        };
        self.note(done)
    }

    /// Sets the savepoint that is due.
    async fn guard(&mut self) -> Result<()> {
        self.whole()?;
        self.job_well()?;
        if self.savepoint == Savepoint::Due {
            self.set_savepoint(self.earlier).await?;
            (self.savepoint, self.earlier) = (Savepoint::Set, true);
        }
        Ok(())
    }

    /// A job begins.
    pub(crate) fn job_begins(&mut self) {
        self.savepoint = Savepoint::Due;
        self.failed = None;
    }

    /// Whether every statement of the job went well, also those whose errors it swallowed.
    pub(crate) fn job_well(&self) -> Result<()> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    /// A job ended well: what it did stays in the batch.
    pub(crate) const fn job_holds(&mut self) {
        self.savepoint = Savepoint::None;
    }

    /// A job failed: what it did is undone.
    pub(crate) async fn job_undone(&mut self) -> Result<()> {
        self.failed = None;
        if std::mem::replace(&mut self.savepoint, Savepoint::None) == Savepoint::Set {
            // The answers to what it sent are its own errors.
            let _own = self.settle().await;
            self.whole()?;
            self.control("ROLLBACK TO SAVEPOINT job").await?;
            self.settle().await?;
        }
        Ok(())
    }

    /// Refuses to go on where nothing can be kept any more.
    pub(crate) fn usable(&self) -> Result<()> {
        if self.is_lost() { Err(StoreError::Unavailable) } else { self.whole() }
    }

    /// Refuses to go on in a transaction that the engine ended by itself.
    fn whole(&self) -> Result<()> {
        self.spoiled.clone().map_or(Ok(()), Err)
    }

    /// Remembers a failed statement. On PostgreSQL nothing more can be done in the
    /// job; SQLite would go on, and a service that relied on it would work on one
    /// engine alone. SQLite in turn ends the transaction by itself when the disk is
    /// full: what came after would be kept at once, each statement alone. A server
    /// that ends the connection says so before it does.
    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        let Err(error) = &result else { return result };
        if let (StoreError::Unavailable, Session::Postgres(session)) = (error, &self.session) {
            session.give_up();
        }
        if self.savepoint != Savepoint::None && !matches!(error, StoreError::Shape(_)) {
            self.failed.get_or_insert_with(|| error.clone());
        }
        if let Session::Sqlite(session) = &self.session
            && self.in_batch
            && !session.in_transaction()
        {
            self.spoiled = Some(error.clone());
        }
        result
    }

    /// Ends the transaction and keeps what it did.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        // PostgreSQL answers COMMIT of a failed transaction with success. Whatever
        // was sent before is settled with it, and its error wins.
        self.whole()?;
        self.control("COMMIT").await?;
        self.settle().await?;
        (self.in_batch, self.earlier) = (false, false);
        Ok(())
    }

    /// Ends the transaction and undoes what it did.
    pub(crate) async fn roll_back(&mut self) -> Result<()> {
        (self.savepoint, self.earlier) = (Savepoint::None, false);
        (self.in_batch, self.spoiled) = (false, None);
        if let Session::Sqlite(session) = &self.session
            && !session.in_transaction()
        {
            // SQLite ended it by itself, as it does when the disk is full.
            return Ok(());
        }
        let _own = self.settle().await;
        self.control("ROLLBACK").await?;
        self.settle().await
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    const FILL: Sql = Sql { name: "tests::FILL", text: "INSERT INTO a (b) VALUES (zeroblob(100000))" };
    const ROWS: Sql = Sql { name: "tests::ROWS", text: "SELECT count(*) FROM a" };

    /// SQLite undoes the whole transaction when it finds no room. What a job did
    /// after that would be kept at once, each statement alone.
    #[tokio::test]
    async fn nothing_more_is_done_in_a_batch_that_the_engine_undid() {
        let folder = std::env::temp_dir().join(format!("pforte-spoilt-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut conn = Conn::sqlite(&folder.join("test.db"), Use::Create).unwrap();
        conn.script("PRAGMA cache_size = 5; PRAGMA max_page_count = 60; CREATE TABLE a (b BLOB)")
            .await
            .unwrap();
        conn.begin().await.unwrap();
        conn.job_begins();
        conn.execute(FILL, &[]).await.unwrap();
        conn.job_holds();
        conn.job_begins();
        let mut filled = Ok(0);
        while filled.is_ok() {
            filled = conn.execute(FILL, &[]).await;
        }
        assert!(matches!(filled, Err(StoreError::Full)), "{filled:?}");
        conn.script("PRAGMA max_page_count = 1000").await.unwrap();
        assert!(matches!(conn.execute(FILL, &[]).await, Err(StoreError::Full)));
        assert!(matches!(conn.job_undone().await, Err(StoreError::Full)));
        assert!(matches!(conn.usable(), Err(StoreError::Full)));
        assert!(matches!(conn.commit().await, Err(StoreError::Full)));
        conn.roll_back().await.unwrap();
        assert_eq!(conn.one(ROWS, &[], |row| row.int(0)).await.unwrap(), 0);
        assert!(conn.usable().is_ok());
        drop(conn);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
