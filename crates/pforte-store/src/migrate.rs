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
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "spine",
        text: include_str!("../migrations/0001_spine.sql"),
        append_only: &["log_entries", "log_tiles", "log_checkpoints"],
    },
    Migration {
        version: 2,
        name: "doors",
        text: include_str!("../migrations/0002_doors.sql"),
        append_only: &[],
    },
    Migration {
        version: 3,
        name: "signatures",
        text: include_str!("../migrations/0003_signatures.sql"),
        append_only: &["signature_policy_versions", "signature_statements", "signature_time_stamps"],
    },
];

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
    last_of(MIGRATIONS)
}

fn last_of(steps: &[Migration]) -> i64 {
    steps.last().map_or(0, |last| last.version)
}

/// Makes the schema in an empty database, with an empty log.
pub(crate) async fn create(conn: &mut Conn, now: Micros, signer: &Signer) -> Result<(), OpenError> {
    create_with(conn, MIGRATIONS, now, signer).await
}

async fn create_with(
    conn: &mut Conn,
    steps: &[Migration],
    now: Micros,
    signer: &Signer,
) -> Result<(), OpenError> {
    if conn.has_schema().await? {
        return Err(OpenError::Exists);
    }
    if let Some(encoding) = conn.wrong_encoding().await? {
        return Err(OpenError::Address(format!("the database's encoding is {encoding} instead of UTF8")));
    }
    conn.begin().await?;
    conn.migrate(OWN_TABLE).await?;
    apply(conn, steps, now).await?;
    log::found(conn, signer).await?;
    Ok(conn.commit().await?)
}

/// Applies what is missing to a database that has been made before.
pub(crate) async fn upgrade(conn: &mut Conn, now: Micros) -> Result<(), OpenError> {
    upgrade_with(conn, MIGRATIONS, now).await
}

async fn upgrade_with(conn: &mut Conn, steps: &'static [Migration], now: Micros) -> Result<(), OpenError> {
    if missing(conn, steps).await?.is_empty() {
        return Ok(());
    }
    conn.begin().await?;
    conn.lock_migrations().await?;
    // Another server may have been faster.
    let missing = missing(conn, steps).await?;
    apply(conn, missing, now).await?;
    Ok(conn.commit().await?)
}

/// Refuses a database whose schema is not exactly the one of this program.
pub(crate) async fn check(conn: &mut Conn) -> Result<(), OpenError> {
    check_with(conn, MIGRATIONS).await
}

async fn check_with(conn: &mut Conn, steps: &'static [Migration]) -> Result<(), OpenError> {
    match missing(conn, steps).await?.first() {
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
async fn missing(conn: &mut Conn, steps: &'static [Migration]) -> Result<&'static [Migration], OpenError> {
    if !conn.has_schema().await? {
        return Err(OpenError::Other);
    }
    let applied = conn.all(APPLIED, &[], read).await?;
    if let Some((version, _)) = applied.iter().find(|(version, _)| *version > last_of(steps)) {
        return Err(OpenError::Newer(*version));
    }
    for (step, (version, checksum)) in steps.iter().zip(&applied) {
        if step.version != *version || step.checksum().as_slice() != checksum {
            return Err(OpenError::Altered(*version));
        }
    }
    Ok(steps.get(applied.len()..).unwrap_or(&[]))
}

fn read(row: &Row<'_>) -> Result<(i64, Vec<u8>)> {
    Ok((row.int(0)?, row.blob(1)?.to_vec()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use crate::engine::Use;
    use crate::error::StoreError;
    use std::path::PathBuf;

    const TWO: &[Migration] = &[
        Migration {
            version: 1,
            name: "first",
            text: include_str!("../migrations/0001_spine.sql"),
            append_only: &[],
        },
        Migration {
            version: 2,
            name: "second",
            text: "CREATE TABLE later (a INTEGER NOT NULL) STRICT;\r\nINSERT INTO later VALUES (1);",
            append_only: &["later"],
        },
    ];

    const BROKEN: &[Migration] = &[
        Migration { version: 1, name: "first", text: TWO[0].text, append_only: &[] },
        Migration { version: 2, name: "second", text: "CREATE TABLE a (b BLOB); nonsense", append_only: &[] },
    ];

    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("pforte-migrate-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn open(&self, purpose: Use) -> Conn {
            Conn::sqlite(&self.0.join("test.db"), purpose).unwrap()
        }

        async fn with_first(&self) -> Conn {
            let mut conn = self.open(Use::Create);
            let signer = Signer::new("test/log", &[7; 32]).unwrap();
            create_with(&mut conn, &TWO[..1], Micros(1), &signer).await.unwrap();
            conn
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_missing_is_applied_once_and_a_reader_waits_for_it() {
        let place = Place::new("twice");
        let mut conn = place.with_first().await;
        assert!(matches!(check_with(&mut conn, TWO).await, Err(OpenError::Older(1))));
        upgrade_with(&mut conn, TWO, Micros(2)).await.unwrap();
        upgrade_with(&mut conn, TWO, Micros(3)).await.unwrap();
        check_with(&mut conn, TWO).await.unwrap();
        assert!(matches!(check_with(&mut conn, &TWO[..1]).await, Err(OpenError::Newer(2))));
        assert_eq!(conn.all(APPLIED, &[], |row| row.int(0)).await.unwrap(), [1, 2]);
        assert!(conn.migrate("DELETE FROM later").await.is_err());
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_schema_as_it_was() {
        let place = Place::new("broken");
        let mut conn = place.with_first().await;
        assert!(upgrade_with(&mut conn, BROKEN, Micros(2)).await.is_err());
        drop(conn);
        let mut conn = place.open(Use::Write);
        check_with(&mut conn, &TWO[..1]).await.unwrap();
        assert!(matches!(conn.migrate("SELECT b FROM a").await, Err(StoreError::Driver(_))));
    }

    #[test]
    fn line_ends_do_not_change_a_checksum() {
        let with = Migration { version: 1, name: "", text: "a\r\nb", append_only: &[] };
        let without = Migration { version: 1, name: "", text: "a\nb", append_only: &[] };
        assert_eq!(with.checksum(), without.checksum());
    }
}
