//! What the pages and the CLI configure: texts under a key, each with a version.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::{Result, StoreError};

statements! {
    ALL_OF_THEM = "SELECT key, value, version FROM settings ORDER BY key";
    BY_KEY = "SELECT key, value, version FROM settings WHERE key = $1";
    INSERT = "INSERT INTO settings (key, value, version) VALUES ($1, $2, 1)";
    UPDATE = "UPDATE settings SET value = $2, version = version + 1 WHERE key = $1 AND version = $3";
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub key: String,
    /// Its value, in the form its owner chose.
    pub value: String,
    /// How often it was set.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Setting> {
    Ok(Setting { key: row.text(0)?, value: row.text(1)?, version: row.int(2)? })
}

/// Every setting, by key.
pub async fn all(conn: &mut Conn) -> Result<Vec<Setting>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One setting; `None` if it was never set.
pub async fn by_key(conn: &mut Conn, key: &str) -> Result<Option<Setting>> {
    conn.optional(BY_KEY, &[key.into()], read).await
}

/// Sets a value. `version` is the one that was read, 0 if it was never set;
/// [`StoreError::Stale`] if somebody else was faster.
pub async fn set(tx: &mut Tx, key: &str, value: &str, version: i64) -> Result<()> {
    if version == 0 {
        let made = tx.execute(INSERT, &[key.into(), value.into()]).await;
        return match made {
            Err(StoreError::Duplicate) => Err(StoreError::Stale),
            other => other.map(drop),
        };
    }
    let args = [key.into(), value.into(), version.into()];
    tx.change_version(UPDATE, &args, BY_KEY, key.into()).await
}
