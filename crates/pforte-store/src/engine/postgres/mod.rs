//! PostgreSQL: statements are prepared once per connection and pipelined.
//!
//! # Invariants
//!
//! - Parameter types come from the arguments, never from the server's guess.
//! - What was sent without waiting is read in order beside every later wait: an
//!   answer that nobody reads would stop the connection.
//! - Every wait is bounded, by the server (statement time-out) and here.

mod args;
mod connect;
mod fault;
mod tls;

pub(crate) use args::Column;
pub(crate) use connect::Address;

use super::{Read, Row, Sql, Value};
use crate::error::{Result, StoreError};
use args::{Owned, argument, types};
use futures_util::{join, poll};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

/// How long one answer is awaited; longer than the server's own time-out, so
/// that it only ends the wait for a server that is gone.
const ANSWER_WAIT: Duration = Duration::from_secs(12);

/// One connection, shared by its sessions.
pub(crate) struct Link {
    client: Client,
    statements: Mutex<HashMap<&'static str, Statement>>,
    broken: AtomicBool,
}

impl Link {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, statements: Mutex::default(), broken: AtomicBool::new(false) }
    }

    /// Whether nothing more can be asked over this connection.
    pub(crate) fn is_lost(&self) -> bool {
        self.client.is_closed() || self.broken.load(Ordering::Relaxed)
    }

    fn known(&self, sql: &'static str) -> Option<Statement> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned()
    }

    /// Prepares a statement for these types, once per connection.
    async fn statement(&self, sql: &'static str, types: &[Type]) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.known(sql) {
            return Ok(statement);
        }
        let statement = self.client.prepare_typed(sql, types).await?;
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).insert(sql, statement.clone());
        Ok(statement)
    }
}

type Sent = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>;

/// One user of a connection: what it sent is answered in its order.
pub(crate) struct Session {
    link: Arc<Link>,
    sent: Vec<Sent>,
    waiting: Arc<AtomicBool>,
}

impl Session {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link, sent: Vec::new(), waiting: Arc::default() }
    }

    /// Set while this session waits for the server; tells a job that waits for
    /// the store from one that waits for something else.
    pub(crate) fn waiting(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.waiting)
    }

    /// Whether the connection is lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.link.is_lost()
    }

    /// Asks nothing more over this connection.
    pub(crate) fn give_up(&self) {
        self.link.broken.store(true, Ordering::Relaxed);
    }

    /// Runs a text of several statements without parameters.
    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        self.settle().await?;
        let link = Arc::clone(&self.link);
        Ok(self.wait(link.client.batch_execute(text)).await??)
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<u64> {
        let statement = self.ready(sql.text, &types(args)).await?;
        let (link, sent) = (Arc::clone(&self.link), std::mem::take(&mut self.sent));
        let asked = link.client.execute_raw(&statement, args.iter().map(argument));
        let (before, changed) = self.wait(async { join!(drain(sent), asked) }).await?;
        before?;
        Ok(changed?)
    }

    /// Reads all rows of an answer.
    pub(crate) async fn all<T>(&mut self, sql: Sql, args: &[Value<'_>], read: Read<T>) -> Result<Vec<T>> {
        let statement = self.ready(sql.text, &types(args)).await?;
        let (link, sent) = (Arc::clone(&self.link), std::mem::take(&mut self.sent));
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(argument).collect();
        let asked = link.client.query(&statement, &args);
        let (before, rows) = self.wait(async { join!(drain(sent), asked) }).await?;
        before?;
        rows?.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    /// Sends a statement without waiting; an error shows at [`Self::settle`].
    pub(crate) async fn send(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<()> {
        let statement = self.ready(sql.text, &types(args)).await?;
        let args: Vec<Owned> = args.iter().map(|value| Owned::of(*value)).collect();
        self.send_owned(statement, args).await
    }

    /// Sends one statement for many rows: each argument is a column as an array.
    pub(crate) async fn send_columns(&mut self, sql: Sql, columns: Vec<Column>) -> Result<()> {
        let types: Vec<Type> = columns.iter().map(Column::array_type).collect();
        let statement = self.ready(sql.text, &types).await?;
        self.send_owned(statement, columns).await
    }

    async fn send_owned<A>(&mut self, statement: Statement, args: Vec<A>) -> Result<()>
    where
        A: ToSql + Sync + Send + 'static,
    {
        let link = Arc::clone(&self.link);
        let future = async move {
            let args = args.iter().map(|value| -> &(dyn ToSql + Sync) { value });
            link.client.execute_raw(&statement, args).await.map(drop)
        };
        self.push(Box::pin(future)).await
    }

    /// Sends a statement of transaction control without waiting.
    pub(crate) async fn control(&mut self, text: &'static str) -> Result<()> {
        let link = Arc::clone(&self.link);
        self.push(Box::pin(async move { link.client.batch_execute(text).await })).await
    }

    /// Polls once, which hands the request to the connection, and remembers the answer.
    async fn push(&mut self, mut future: Sent) -> Result<()> {
        match poll!(&mut future) {
            Poll::Ready(answer) => answer?,
            Poll::Pending => self.sent.push(future),
        }
        Ok(())
    }

    /// Waits for the answers to everything sent; the first error wins.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        if self.sent.is_empty() {
            return Ok(());
        }
        let sent = std::mem::take(&mut self.sent);
        Ok(self.wait(drain(sent)).await??)
    }

    /// The types of a statement's parameters as the server infers them.
    pub(crate) async fn parameters(&mut self, sql: Sql) -> Result<Vec<Type>> {
        let link = Arc::clone(&self.link);
        Ok(self.wait(link.client.prepare(sql.text)).await??.params().to_vec())
    }

    /// The prepared statement. Preparing waits, so what was sent is settled first.
    async fn ready(&mut self, sql: &'static str, types: &[Type]) -> Result<Statement> {
        if let Some(statement) = self.link.known(sql) {
            return Ok(statement);
        }
        self.settle().await?;
        let link = Arc::clone(&self.link);
        Ok(self.wait(link.statement(sql, types)).await??)
    }

    /// Waits within the bound; a connection that does not answer is given up.
    async fn wait<F: Future>(&mut self, future: F) -> Result<F::Output> {
        let mut future = pin!(future);
        let watched = poll_fn(|cx| {
            let answer = future.as_mut().poll(cx);
            self.waiting.store(answer.is_pending(), Ordering::Relaxed);
            answer
        });
        tokio::time::timeout(ANSWER_WAIT, watched).await.map_err(|_| {
            self.give_up();
            StoreError::Unavailable
        })
    }
}

/// Reads the answers of what was sent, in order.
async fn drain(sent: Vec<Sent>) -> Result<(), tokio_postgres::Error> {
    let mut first = Ok(());
    for answer in sent {
        let result = answer.await;
        first = first.and(result);
    }
    first
}
