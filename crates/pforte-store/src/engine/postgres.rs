//! PostgreSQL: statements are prepared once per connection and pipelined.
//!
//! # Invariants
//!
//! - Parameter types come from the arguments, never from the server's guess.
//! - What was sent without waiting is read in order beside every later wait: an
//!   answer that nobody reads would stop the connection.
//! - Every wait is bounded, by the server (statement time-out) and here.

use super::{Read, Row, Sql, Value};
use crate::error::{Result, StoreError};
use futures_util::{join, poll};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
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

fn types(args: &[Value<'_>]) -> Vec<Type> {
    args.iter().map(value_type).collect()
}

const fn value_type(value: &Value<'_>) -> Type {
    match value {
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

fn argument<'a>(value: &'a Value<'a>) -> &'a (dyn ToSql + Sync) {
    value
}

type SqlResult = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl std::fmt::Debug for Value<'_> {
    /// Tells the class alone: arguments may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(value_type(self).name())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        match self {
            Self::Int(value) => value.to_sql(ty, out),
            Self::Text(value) => value.to_sql(ty, out),
            Self::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// An argument that outlives its caller.
enum Owned {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

impl Owned {
    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Int(value) => Self::Int(value),
            Value::Text(value) => Self::Text(value.map(str::to_owned)),
            Value::Blob(value) => Self::Blob(value.map(<[u8]>::to_vec)),
        }
    }

    fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Int(value) => Value::Int(*value),
            Self::Text(value) => Value::Text(value.as_deref()),
            Self::Blob(value) => Value::Blob(value.as_deref()),
        }
    }
}

impl std::fmt::Debug for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.borrowed().fmt(f)
    }
}

impl ToSql for Owned {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        self.borrowed().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <Value<'_> as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// A column of many rows.
#[derive(Debug)]
pub(crate) enum Column {
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Texts.
    Texts(Vec<String>),
    /// Bytes.
    Blobs(Vec<Vec<u8>>),
}

impl Column {
    const fn array_type(&self) -> Type {
        match self {
            Self::Ints(_) => Type::INT8_ARRAY,
            Self::Texts(_) => Type::TEXT_ARRAY,
            Self::Blobs(_) => Type::BYTEA_ARRAY,
        }
    }
}

impl ToSql for Column {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        match self {
            Self::Ints(values) => values.to_sql(ty, out),
            Self::Texts(values) => values.to_sql(ty, out),
            Self::Blobs(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8_ARRAY | Type::TEXT_ARRAY | Type::BYTEA_ARRAY)
    }

    to_sql_checked!();
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(code) = error.code() else { return without_code(error) };
        if *code == SqlState::UNIQUE_VIOLATION {
            Self::Duplicate
        } else if *code == SqlState::FOREIGN_KEY_VIOLATION {
            Self::Referenced
        } else if *code == SqlState::DISK_FULL {
            Self::Full
        } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            Self::ReadOnly
        } else if is_lock(code) {
            Self::Locked
        } else if is_outage(code) {
            Self::Unavailable
        } else if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
            Self::Damaged
        } else {
            Self::Driver(Arc::new(error))
        }
    }
}

fn without_code(error: tokio_postgres::Error) -> StoreError {
    let source = std::error::Error::source(&error);
    let io = source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    if error.is_closed() || io { StoreError::Unavailable } else { StoreError::Driver(Arc::new(error)) }
}

/// A lock that was not got in time, or a statement that took too long.
fn is_lock(code: &SqlState) -> bool {
    [
        &SqlState::LOCK_NOT_AVAILABLE,
        &SqlState::QUERY_CANCELED,
        &SqlState::T_R_DEADLOCK_DETECTED,
        &SqlState::T_R_SERIALIZATION_FAILURE,
    ]
    .contains(&code)
}

/// The server ends the connection or has no place for it: classes 08, 53 (but a
/// full disk), 57P, and a transaction that was idle for too long.
fn is_outage(code: &SqlState) -> bool {
    let text = code.code();
    ["08", "53", "57P"].iter().any(|class| text.starts_with(class))
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}
