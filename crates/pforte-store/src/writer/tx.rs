//! The transaction that a job gets.

use crate::engine::{Conn, Sql, Value};
use crate::error::{Result, StoreError};
use crate::log::Tail;
use pforte_model::event::Event;
use pforte_model::log::entry::SALT_BYTES;
use rand::Rng;
use rand::rngs::StdRng;
use std::ops::{Deref, DerefMut};

/// What is done after the commit.
type Hook = Box<dyn FnOnce() + Send>;

/// A transaction: reads, changes rows and appends to the event log.
///
/// A job sees its own changes and those of the jobs before it. Entries that are
/// appended in a batch stand in the log's tables only after the commit.
pub struct Tx {
    pub(super) conn: Conn,
    pub(super) tail: Tail,
    pub(super) hooks: Vec<Hook>,
    pub(super) rng: StdRng,
}

/// Where a job began: what it added after is taken back if it fails.
pub(super) struct Mark {
    entries: usize,
    hooks: usize,
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    pub(super) const fn new(conn: Conn, tail: Tail, rng: StdRng) -> Self {
        Self { conn, tail, hooks: Vec::new(), rng }
    }

    /// Appends an event to the log and tells its sequence number, from 0. It is
    /// durable when the job is answered, and only then.
    pub fn append(&mut self, event: &Event) -> Result<u64> {
        let mut salt = [0; SALT_BYTES];
        self.rng.fill_bytes(&mut salt);
        self.tail.append(event, salt)
    }

    /// Has something done after the commit, on the writer's thread, in the order
    /// of the commits and before anybody is answered. It is dropped if the job
    /// fails or the batch is not kept. It must be short: all writing waits for it.
    pub fn on_commit(&mut self, act: impl FnOnce() + Send + 'static) {
        self.hooks.push(Box::new(act));
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<u64> {
        self.conn.execute(sql, args).await
    }

    /// Runs a statement whose answer nobody needs.
    pub(crate) async fn send(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<()> {
        self.conn.send(sql, args).await
    }

    /// Changes exactly one row; [`StoreError::Missing`] if there is none.
    pub(crate) async fn change(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<()> {
        if self.execute(sql, args).await? == 0 { Err(StoreError::Missing) } else { Ok(()) }
    }

    /// Changes exactly one row of a version; `exists` finds the row by `id` alone,
    /// to tell a row that is gone from one that somebody else changed.
    pub(crate) async fn change_version(
        &mut self,
        sql: Sql,
        args: &[Value<'_>],
        exists: Sql,
        id: Value<'_>,
    ) -> Result<()> {
        if self.execute(sql, args).await? > 0 {
            return Ok(());
        }
        let found = self.optional(exists, &[id], |_| Ok(())).await?;
        Err(if found.is_some() { StoreError::Stale } else { StoreError::Missing })
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        self.hooks.clear();
        self.conn.begin().await?;
        self.tail.begin(&mut self.conn).await
    }

    pub(super) fn job_begins(&mut self) -> Mark {
        self.conn.job_begins();
        Mark { entries: self.tail.pending(), hooks: self.hooks.len() }
    }

    pub(super) async fn job_undone(&mut self, mark: Mark) -> Result<()> {
        self.tail.truncate(mark.entries);
        self.hooks.truncate(mark.hooks);
        self.conn.job_undone().await
    }

    pub(super) async fn seal(&mut self) -> Result<()> {
        self.tail.seal(&mut self.conn).await
    }
}
