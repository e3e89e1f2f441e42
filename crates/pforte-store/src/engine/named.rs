//! What differs between the engines: each under a name of its own.

use super::postgres::Column;
use super::{Conn, Row, Session, Sql, Value, dialect};
use crate::error::Result;
use pforte_model::log::entry::SALT_BYTES;
use pforte_model::log::tree::Hash;

/// The head of the log as it stands in its row.
pub(crate) struct HeadRow {
    /// Number of entries.
    pub(crate) size: u64,
    /// The roots of the perfect subtrees, one after the other.
    pub(crate) frontier: Vec<u8>,
}

/// An entry on its way into the log.
pub(crate) struct NewEntry {
    /// Its sequence number.
    pub(crate) seq: i64,
    /// The record.
    pub(crate) record: String,
    /// Its salt.
    pub(crate) salt: [u8; SALT_BYTES],
    /// Its leaf hash.
    pub(crate) leaf: Hash,
}

/// Statements that only SQLite gets.
pub(crate) mod only_sqlite {
    crate::engine::statements! {
        /// The write lock is held since BEGIN IMMEDIATE.
        HEAD = "SELECT size, frontier FROM log_head WHERE id = 1";
        ENTRY = "INSERT INTO log_entries (seq, record, salt, leaf) VALUES ($1, $2, $3, $4)";
        TABLES = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'";
        /// The write lock of BEGIN IMMEDIATE keeps others out.
        LOCK_MIGRATIONS = "SELECT count(*) FROM migrations";
    }
}

/// Statements that only PostgreSQL gets.
pub(crate) mod only_postgres {
    crate::engine::statements! {
        /// The row lock keeps the sequence without gaps among several servers.
        HEAD = "SELECT size, frontier FROM log_head WHERE id = 1 FOR UPDATE";
        ENTRIES = "INSERT INTO log_entries (seq, record, salt, leaf)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[])";
        TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migrations'";
        ENCODING = "SELECT getdatabaseencoding()::text";
        LOCK_MIGRATIONS = "LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE";
    }
}

impl Conn {
    /// Begins a transaction that will write.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        match &self.session {
            Session::Sqlite(_) => self.control("BEGIN IMMEDIATE").await?,
            Session::Postgres(_) => self.control("BEGIN").await?,
        }
        self.in_batch = true;
        Ok(())
    }

    /// Sets the savepoint of a job, in the place of the `earlier` one.
    pub(super) async fn set_savepoint(&mut self, earlier: bool) -> Result<()> {
        match (&self.session, earlier) {
            (_, false) => self.control("SAVEPOINT job").await,
            (Session::Postgres(_), true) => self.control("RELEASE SAVEPOINT job; SAVEPOINT job").await,
            (Session::Sqlite(_), true) => {
                self.control("RELEASE SAVEPOINT job").await?;
                self.control("SAVEPOINT job").await
            }
        }
    }

    /// Begins a transaction that reads one state of everything.
    pub(crate) async fn begin_snapshot(&mut self) -> Result<()> {
        match &self.session {
            Session::Sqlite(_) => self.control("BEGIN").await,
            Session::Postgres(_) => self.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
        }
    }

    /// Ends what [`Self::begin_snapshot`] began. On PostgreSQL the connection ends with it.
    pub(crate) fn end_snapshot(&self) {
        if let Session::Sqlite(session) = &self.session {
            let _ended = session.control("COMMIT");
        }
    }

    /// Reads the head of the log and keeps every other writer from it until the
    /// transaction ends.
    pub(crate) async fn lock_log_head(&mut self) -> Result<HeadRow> {
        let sql = self.pick(only_sqlite::HEAD, only_postgres::HEAD);
        self.one(sql, &[], head_row).await
    }

    /// Writes entries into the log: one statement on PostgreSQL, a loop on SQLite.
    pub(crate) async fn write_entries(&mut self, entries: Vec<NewEntry>) -> Result<()> {
        match &mut self.session {
            Session::Sqlite(session) => {
                for NewEntry { seq, record, salt, leaf } in &entries {
                    let args = [Value::from(*seq), record.into(), salt.into(), leaf.into()];
                    session.execute(only_sqlite::ENTRY, &args)?;
                }
                Ok(())
            }
            Session::Postgres(session) => {
                session.send_columns(only_postgres::ENTRIES, columns(entries)).await
            }
        }
    }

    /// Whether the database has been made by this product.
    pub(crate) async fn has_schema(&mut self) -> Result<bool> {
        let sql = self.pick(only_sqlite::TABLES, only_postgres::TABLES);
        Ok(self.one(sql, &[], |row| row.int(0)).await? > 0)
    }

    /// The encoding of the database's texts, where it is not the one that is needed.
    pub(crate) async fn wrong_encoding(&mut self) -> Result<Option<String>> {
        let Session::Postgres(_) = &self.session else { return Ok(None) };
        let encoding = self.one(only_postgres::ENCODING, &[], |row| row.text(0)).await?;
        Ok(Some(encoding).filter(|encoding| encoding != "UTF8"))
    }

    /// Keeps other servers from migrating until the transaction ends.
    pub(crate) async fn lock_migrations(&mut self) -> Result<()> {
        let sql = self.pick(only_sqlite::LOCK_MIGRATIONS, only_postgres::LOCK_MIGRATIONS);
        self.all(sql, &[], |_| Ok(())).await.map(drop)
    }

    /// Runs the text of a migration.
    pub(crate) async fn migrate(&mut self, text: &str) -> Result<()> {
        match &self.session {
            Session::Sqlite(_) => self.script(text).await,
            Session::Postgres(_) => self.script(&dialect::postgres(text)).await,
        }
    }

    /// Makes the database refuse to change or remove rows of a table.
    pub(crate) async fn make_append_only(&mut self, table: &'static str) -> Result<()> {
        let text = match &self.session {
            Session::Sqlite(_) => dialect::append_only_sqlite(table),
            Session::Postgres(_) => dialect::append_only_postgres(table),
        };
        self.script(&text).await
    }

    /// Gives the room of the write-ahead log back; nothing to do on PostgreSQL.
    pub(crate) fn trim_journal(&self) -> Result<()> {
        match &self.session {
            Session::Sqlite(session) => session.trim(),
            Session::Postgres(_) => Ok(()),
        }
    }

    /// Prepares a statement and tells its parameters' classes as the engine sees
    /// them: SQLite knows their number alone.
    pub(crate) async fn parameters(&mut self, sql: Sql) -> Result<Vec<String>> {
        match &mut self.session {
            Session::Sqlite(session) => Ok(vec![String::new(); session.parameters(sql)?]),
            Session::Postgres(session) => {
                Ok(session.parameters(sql).await?.iter().map(|class| class.name().to_owned()).collect())
            }
        }
    }

    /// The statements that only this engine gets.
    pub(crate) const fn only_here(&self) -> &'static [Sql] {
        match &self.session {
            Session::Sqlite(_) => only_sqlite::ALL,
            Session::Postgres(_) => only_postgres::ALL,
        }
    }

    const fn pick(&self, sqlite: Sql, postgres: Sql) -> Sql {
        match &self.session {
            Session::Sqlite(_) => sqlite,
            Session::Postgres(_) => postgres,
        }
    }
}

fn head_row(row: &Row<'_>) -> Result<HeadRow> {
    Ok(HeadRow { size: row.count(0)?, frontier: row.blob(1)?.to_vec() })
}

fn columns(entries: Vec<NewEntry>) -> Vec<Column> {
    let seqs = entries.iter().map(|entry| entry.seq).collect();
    let salts = entries.iter().map(|entry| entry.salt.to_vec()).collect();
    let leaves = entries.iter().map(|entry| entry.leaf.to_vec()).collect();
    let records = entries.into_iter().map(|entry| entry.record).collect();
    vec![Column::Ints(seqs), Column::Texts(records), Column::Blobs(salts), Column::Blobs(leaves)]
}
