//! Wrong passwords in a row, by whatever the service counts: accounts, stations.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::time::Micros;

statements! {
    ALL_OF_THEM = "SELECT key, failures, last_at, blocked_until FROM throttle ORDER BY key";
    BY_KEY = "SELECT key, failures, last_at, blocked_until FROM throttle WHERE key = $1";
    PUT = "INSERT INTO throttle (key, failures, last_at, blocked_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at,
        blocked_until = excluded.blocked_until";
    CLEAR = "DELETE FROM throttle WHERE key = $1";
    FORGET = "DELETE FROM throttle WHERE last_at < $1 AND blocked_until < $1";
}

/// The failures under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// What is counted, such as an account.
    pub key: String,
    /// Failures in a row.
    pub failures: i64,
    /// When the last one was.
    pub last_at: Micros,
    /// Before this nothing more is tried.
    pub blocked_until: Micros,
}

fn read(row: &Row<'_>) -> Result<Throttle> {
    let (key, failures) = (row.text(0)?, row.int(1)?);
    Ok(Throttle { key, failures, last_at: row.at(2)?, blocked_until: row.at(3)? })
}

/// Every key with failures.
pub async fn all(conn: &mut Conn) -> Result<Vec<Throttle>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// The failures under one key; `None` if there are none.
pub async fn by_key(conn: &mut Conn, key: &str) -> Result<Option<Throttle>> {
    conn.optional(BY_KEY, &[key.into()], read).await
}

/// Puts down what was counted.
pub async fn put(tx: &mut Tx, counted: &Throttle) -> Result<()> {
    let Throttle { key, failures, last_at, blocked_until } = counted;
    tx.send(PUT, &[key.into(), (*failures).into(), (*last_at).into(), (*blocked_until).into()]).await
}

/// Forgets the failures under a key: it went well.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<()> {
    tx.send(CLEAR, &[key.into()]).await
}

/// Forgets what was counted last before this time and blocks nothing any more.
pub async fn forget(tx: &mut Tx, before: Micros) -> Result<u64> {
    tx.execute(FORGET, &[before.into()]).await
}
