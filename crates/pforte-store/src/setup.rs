//! The set-up code: shown once, it makes the first administrator.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::time::Micros;

statements! {
    GET = "SELECT code, made_at, used_at FROM setup WHERE id = 1";
    PUT = "INSERT INTO setup (id, code, made_at, used_at) VALUES (1, $1, $2, NULL)
        ON CONFLICT (id) DO UPDATE SET code = excluded.code, made_at = excluded.made_at, used_at = NULL";
    USE_UP = "UPDATE setup SET used_at = $1 WHERE id = 1 AND used_at IS NULL";
}

/// The set-up code, hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// SHA-256 of the code.
    pub code: [u8; 32],
    /// When it was made.
    pub made_at: Micros,
    /// When it was used; `None` while it still counts.
    pub used_at: Option<Micros>,
}

fn read(row: &Row<'_>) -> Result<Setup> {
    Ok(Setup { code: row.array(0)?, made_at: row.at(1)?, used_at: row.at_or_null(2)? })
}

/// The code; `None` if none was ever made.
pub async fn get(conn: &mut Conn) -> Result<Option<Setup>> {
    conn.optional(GET, &[], read).await
}

/// Puts a new code in the place of the one before.
pub async fn put(tx: &mut Tx, code: &[u8; 32], at: Micros) -> Result<()> {
    tx.execute(PUT, &[code.into(), at.into()]).await.map(drop)
}

/// Uses the code up. [`Missing`](crate::StoreError::Missing) if it was used
/// already: of two callers at the same moment one wins.
pub async fn use_up(tx: &mut Tx, at: Micros) -> Result<()> {
    tx.change(USE_UP, &[at.into()]).await
}
