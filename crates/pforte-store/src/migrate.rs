//! Migrations: forward only, each in its own transaction, checksummed.

use crate::engine::{Conn, Row, statements};
use crate::error::{OpenError, Result};
use crate::log;
use pforte_model::log::checkpoint::Signer;
use pforte_model::log::tree::Hash;
use pforte_model::time::Micros;
use sha2::{Digest, Sha256};

/// One step of the schema.
struct Migration {
    version: i64,
    name: &'static str,
    text: &'static str,
    /// Tables from which nothing may be changed or removed.
    append_only: &'static [&'static str],
}

/// Every step there has been, in order. A step that was released never changes.
const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "spine",
    text: include_str!("../migrations/0001_spine.sql"),
    append_only: &["log_entries", "log_tiles", "log_checkpoints"],
}];

const OWN_TABLE: &str = "CREATE TABLE migrations (
    version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum BLOB NOT NULL, applied_at INTEGER NOT NULL
) STRICT";

statements! {
    APPLIED = "SELECT version, checksum FROM migrations ORDER BY version";
    APPLY = "INSERT INTO migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
}

impl Migration {
    /// The checksum of its text; line ends do not count.
    fn checksum(&self) -> Hash {
        Sha256::digest(self.text.replace('\r', "")).into()
    }
}

/// The newest schema this program knows.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |last| last.version)
}

/// Makes the schema in an empty database, with an empty log.
pub(crate) async fn create(conn: &mut Conn, now: Micros, signer: &Signer) -> Result<(), OpenError> {
    if conn.has_schema().await? {
        return Err(OpenError::Exists);
    }
    conn.begin().await?;
    conn.migrate(OWN_TABLE).await?;
    apply(conn, MIGRATIONS, now).await?;
    log::found(conn, signer).await?;
    Ok(conn.commit().await?)
}

/// Applies what is missing to a database that has been made before.
pub(crate) async fn upgrade(conn: &mut Conn, now: Micros) -> Result<(), OpenError> {
    if missing(conn).await?.is_empty() {
        return Ok(());
    }
    conn.begin().await?;
    conn.lock_migrations().await?;
    // Another server may have been faster.
    let missing = missing(conn).await?;
    apply(conn, missing, now).await?;
    Ok(conn.commit().await?)
}

/// Refuses a database whose schema is not exactly the one of this program.
pub(crate) async fn check(conn: &mut Conn) -> Result<(), OpenError> {
    match missing(conn).await?.first() {
        Some(step) => Err(OpenError::Older(step.version - 1)),
        None => Ok(()),
    }
}

async fn apply(conn: &mut Conn, steps: &[Migration], now: Micros) -> Result<()> {
    for step in steps {
        conn.migrate(step.text).await?;
        for table in step.append_only {
            conn.make_append_only(table).await?;
        }
        let checksum = step.checksum();
        conn.execute(APPLY, &[step.version.into(), step.name.into(), (&checksum).into(), now.into()]).await?;
        tracing::info!(version = step.version, name = step.name, "migrated the database");
    }
    Ok(())
}

/// The steps that were not applied yet; refuses what this program does not know.
async fn missing(conn: &mut Conn) -> Result<&'static [Migration], OpenError> {
    if !conn.has_schema().await? {
        return Err(OpenError::Other);
    }
    let applied = conn.all(APPLIED, &[], read).await?;
    if let Some((version, _)) = applied.iter().find(|(version, _)| *version > newest()) {
        return Err(OpenError::Newer(*version));
    }
    for (step, (version, checksum)) in MIGRATIONS.iter().zip(&applied) {
        if step.version != *version || step.checksum().as_slice() != checksum {
            return Err(OpenError::Altered(*version));
        }
    }
    Ok(MIGRATIONS.get(applied.len()..).unwrap_or(&[]))
}

fn read(row: &Row<'_>) -> Result<(i64, Vec<u8>)> {
    Ok((row.int(0)?, row.blob(1)?.to_vec()))
}
