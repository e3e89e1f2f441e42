//! SQLite: every call is answered at once, on the caller's thread.

use super::{Read, Row, Sql, Value};
use crate::error::{OpenError, Result, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::{ErrorCode, OpenFlags, Statement, ffi};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Marks a file as a database of this product: `PFOR` in its header.
const APPLICATION_ID: i64 = 0x5046_4f52;

/// How long a statement waits for a lock that another program holds.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Statements kept ready per connection.
const STATEMENTS: usize = 256;

/// The write-ahead log is cut back to this size, in bytes, after a checkpoint.
const JOURNAL_BYTES: u32 = 64 << 20;

/// Pages in memory per connection: KiB with a minus, as SQLite wants it.
const WRITER_CACHE: i32 = -32_768;
const READER_CACHE: i32 = -8_192;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Reading only.
    Read,
    /// Reading and writing an existing database.
    Write,
    /// Making a database where there is none.
    Create,
}

/// One connection to a SQLite file.
pub(crate) struct Session {
    conn: rusqlite::Connection,
}

impl Session {
    /// Opens the file. One that is not there is refused unless it is to be made.
    pub(crate) fn open(path: &Path, purpose: Use) -> Result<Self, OpenError> {
        let exists = path.try_exists().map_err(|e| StoreError::Driver(Arc::new(e)))?;
        match purpose {
            Use::Create => make_file(path)?,
            Use::Read | Use::Write if !exists => return Err(OpenError::Absent),
            Use::Read | Use::Write => {}
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match Self::open_with(path.as_os_str(), flags, purpose) {
            Err(OpenError::Store(StoreError::ReadOnly | StoreError::Unavailable | StoreError::Full))
                if purpose == Use::Read && is_at_rest(path) =>
            {
                // A medium that cannot be written, or is full: there SQLite cannot
                // make the files by which readers and a writer agree.
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                Self::open_with(&immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX, purpose)
            }
            Err(error) if purpose == Use::Create => {
                // An empty file would be taken for a database by the next try.
                let _left = std::fs::remove_file(path);
                Err(error)
            }
            other => other,
        }
    }

    /// A connection to no file.
    pub(crate) fn nothing() -> Result<Self> {
        Ok(Self { conn: rusqlite::Connection::open_in_memory()? })
    }

    fn open_with(place: &OsStr, flags: OpenFlags, purpose: Use) -> Result<Self, OpenError> {
        let conn = rusqlite::Connection::open_with_flags(place, flags).map_err(StoreError::from)?;
        let session = Self { conn };
        if purpose != Use::Create {
            session.recognise()?;
        }
        session.prepare(purpose)?;
        if purpose == Use::Write && session.conn.is_readonly(rusqlite::MAIN_DB).map_err(StoreError::from)? {
            // SQLite opens such a file all the same, and would never find out that
            // it can be written again.
            return Err(StoreError::ReadOnly.into());
        }
        Ok(session)
    }

    /// Refuses a file that is no database, or not one of ours.
    fn recognise(&self) -> Result<(), OpenError> {
        match self.pragma("application_id") {
            Ok(APPLICATION_ID) => Ok(()),
            Ok(_) | Err(StoreError::Damaged) => Err(OpenError::Other),
            Err(error) => Err(error.into()),
        }
    }

    fn prepare(&self, purpose: Use) -> Result<()> {
        self.conn.set_prepared_statement_cache_capacity(STATEMENTS);
        self.conn.busy_timeout(LOCK_WAIT)?;
        // Without it SQLite looks at the arguments to choose a plan, and prepares
        // some statements anew at each call.
        self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        if purpose == Use::Create {
            self.script(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;"))?;
        }
        let cache = if purpose == Use::Read { READER_CACHE } else { WRITER_CACHE };
        self.script(&format!(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
             PRAGMA cache_size = {cache}; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = {JOURNAL_BYTES};"
        ))?;
        if purpose == Use::Read { self.script("PRAGMA query_only = ON") } else { Ok(()) }
    }

    fn pragma(&self, name: &str) -> Result<i64> {
        Ok(self.conn.pragma_query_value(None, name, |row| row.get(0))?)
    }

    /// Runs a text of several statements without parameters.
    pub(crate) fn script(&self, text: &str) -> Result<()> {
        Ok(self.conn.execute_batch(text)?)
    }

    /// Cuts the journal off, unless somebody reads in it: nobody is waited for.
    pub(crate) fn trim(&self) -> Result<()> {
        self.conn.busy_timeout(Duration::ZERO)?;
        let trimmed = self.script("PRAGMA wal_checkpoint(TRUNCATE)");
        self.conn.busy_timeout(LOCK_WAIT)?;
        trimmed
    }

    /// Runs a statement of transaction control.
    pub(crate) fn control(&self, text: &'static str) -> Result<()> {
        self.conn.prepare_cached(text)?.raw_execute()?;
        Ok(())
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) fn execute(&self, sql: Sql, args: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.conn.prepare_cached(sql.text)?;
        bind(&mut statement, args)?;
        Ok(u64::try_from(statement.raw_execute()?).unwrap_or(u64::MAX))
    }

    /// Reads all rows of an answer.
    pub(crate) fn all<T>(&self, sql: Sql, args: &[Value<'_>], read: Read<T>) -> Result<Vec<T>> {
        let mut statement = self.conn.prepare_cached(sql.text)?;
        bind(&mut statement, args)?;
        let mut rows = statement.raw_query();
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(read(&Row::Sqlite(row))?);
        }
        Ok(out)
    }

    /// The number of parameters of a statement that is well formed.
    pub(crate) fn parameters(&self, sql: Sql) -> Result<usize> {
        Ok(self.conn.prepare(sql.text)?.parameter_count())
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.conn.is_autocommit()
    }
}

/// Makes an empty file that only its owner can read; the files that SQLite makes
/// beside it take after it.
fn make_file(path: &Path) -> Result<(), OpenError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(OpenError::Exists),
        Err(error) => Err(StoreError::from(error).into()),
    }
}

/// Whether everything stands in the file itself and nothing in a journal beside it.
fn is_at_rest(path: &Path) -> bool {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    std::fs::metadata(journal).map_or(true, |file| file.len() == 0)
}

/// The address of a file that nobody changes. What an address would take for a
/// mark of its own is written as its code.
fn immutable_uri(path: &Path) -> OsString {
    let mut uri = OsString::from("file:");
    for piece in path.to_string_lossy().split_inclusive(['%', '?', '#']) {
        let text = piece.trim_end_matches(['%', '?', '#']);
        uri.push(text);
        uri.push(match piece.strip_prefix(text) {
            Some("%") => "%25",
            Some("?") => "%3f",
            Some("#") => "%23",
            _ => "",
        });
    }
    uri.push("?immutable=1");
    uri
}

/// `$2` is a *name* to SQLite, numbered by its appearance: the number is read back
/// from the name, or arguments would swap silently.
fn bind(statement: &mut Statement<'_>, args: &[Value<'_>]) -> Result<()> {
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|name| name.parse::<usize>().ok()).unwrap_or(index);
        let value = number.checked_sub(1).and_then(|at| args.get(at)).ok_or(StoreError::Shape(number))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Int(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
            Self::Blob(value) => value.to_sql(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(told) = error.sqlite_error() else { return Self::Driver(Arc::new(Told(error.to_string()))) };
        match (told.code, told.extended_code) {
            (
                _,
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID,
            ) => Self::Duplicate,
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::Referenced,
            // The shared memory beside the file could not grow.
            (_, ffi::SQLITE_IOERR_SHMSIZE) | (ErrorCode::DiskFull, _) => Self::Full,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Locked,
            (ErrorCode::ReadOnly | ErrorCode::PermissionDenied, _) => Self::ReadOnly,
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Self::Damaged,
            (ErrorCode::CannotOpen, _) => Self::Unavailable,
            (ErrorCode::SystemIoFailure, _) => Self::Disk(Arc::new(Told(error.to_string()))),
            _ => Self::Driver(Arc::new(Told(error.to_string()))),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::NotFound => Self::Unavailable,
            _ => Self::Driver(Arc::new(error)),
        }
    }
}

/// What SQLite said; its own error type cannot be shared between threads.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::time::Instant;

    /// No test can take the power away; what keeps a commit then is this setting.
    #[test]
    fn a_commit_is_on_the_disk_and_references_are_checked_on_every_connection() {
        let folder = std::env::temp_dir().join(format!("pforte-pragma-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("test.db");
        let made = Session::open(&path, Use::Create).unwrap();
        let (again, reader) =
            (Session::open(&path, Use::Write).unwrap(), Session::open(&path, Use::Read).unwrap());
        for (session, reads) in [(made, 0), (again, 0), (reader, 1)] {
            let full = session.pragma("synchronous").unwrap();
            let settings =
                (full, session.pragma("foreign_keys").unwrap(), session.pragma("query_only").unwrap());
            assert_eq!(settings, (2, 1, reads));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn trimming_the_journal_waits_for_no_reader() {
        let folder = std::env::temp_dir().join(format!("pforte-trim-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("test.db");
        let writer = Session::open(&path, Use::Create).unwrap();
        writer.script("CREATE TABLE a (b INTEGER); INSERT INTO a VALUES (1)").unwrap();
        let reader = Session::open(&path, Use::Read).unwrap();
        reader.script("BEGIN; SELECT * FROM a").unwrap();
        writer.script("INSERT INTO a VALUES (2)").unwrap();
        let start = Instant::now();
        let _busy = writer.trim();
        assert!(start.elapsed() < LOCK_WAIT / 2);
        reader.script("COMMIT").unwrap();
        writer.trim().unwrap();
        assert!(is_at_rest(&path));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
