//! What can go wrong, sorted by what the caller does about it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why the store did not do what it was asked.
///
/// Unless the variant says otherwise nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this key already exists.
    #[error("a row with this key already exists")]
    Duplicate,
    /// No row has this identifier.
    #[error("there is no such row")]
    Missing,
    /// Somebody else changed the row since it was read.
    #[error("the row was changed by somebody else in between")]
    Stale,
    /// Other rows still refer to this one, or it refers to one that is not there.
    #[error("the row is referred to, or refers to one that does not exist")]
    Referenced,
    /// The database cannot be reached, or the store has been closed.
    #[error("the database cannot be reached")]
    Unavailable,
    /// Too many callers wait already; this one gave up within its bound.
    #[error("too many callers wait for the database")]
    Busy,
    /// Another program holds the database or the rows for too long.
    #[error("the database is locked by another program")]
    Locked,
    /// There is no room left for the data.
    #[error("no room is left for the database")]
    Full,
    /// The database can be read but not written.
    #[error("the database is read-only")]
    ReadOnly,
    /// The disk under the database failed.
    #[error("the disk under the database failed")]
    Disk(#[source] Arc<dyn Error + Send + Sync>),
    /// The database file is damaged or no database.
    #[error("the database is damaged")]
    Damaged,
    /// A column does not hold what the code expects.
    #[error("column {0} of a row does not hold what is expected")]
    Shape(usize),
    /// The connection was lost while the batch was committed: it may or may not
    /// have been kept. What was derived from the database must be read again.
    #[error("whether the change was kept is not known")]
    OutcomeUnknown,
    /// The job panicked.
    #[error("the job panicked")]
    Panicked,
    /// The job waited for something that is not the store, which would stop all writing.
    #[error("the job waited for something that is not the store")]
    Foreign,
    /// A text holds the character U+0000, which PostgreSQL cannot keep.
    #[error("a text holds a character that cannot be stored")]
    BadText,
    /// An event cannot be written down.
    #[error("the event cannot be written as a record")]
    BadEvent,
    /// Anything else that the database refused.
    #[error("the database refused the statement")]
    Driver(#[source] Arc<dyn Error + Send + Sync>),
}

impl StoreError {
    /// Whether the database cannot be written now, whatever is to be written.
    #[must_use]
    pub const fn is_unwritable(&self) -> bool {
        matches!(self, Self::Unavailable | Self::Locked | Self::Full | Self::ReadOnly | Self::Disk(_))
    }
}

/// An error with all that caused it, for the program's own log.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        self.0.source().map_or(Ok(()), |cause| write!(f, ": {}", Chain(cause)))
    }
}

/// What the store's functions return.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a database was not opened or created.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no database at this place; only `create` makes one.
    #[error("there is no database at this place")]
    Absent,
    /// There is a database already; `create` overwrites none.
    #[error("there is a database at this place already")]
    Exists,
    /// It is a database, but not one of this product.
    #[error("the database does not belong to this product")]
    Other,
    /// Another server works on this database file.
    #[error("another server has opened this database")]
    InUse,
    /// The database was written by a newer version: its schema has this number.
    #[error("the database has schema {0}, which is newer than this program")]
    Newer(i64),
    /// The database has an older schema with this number; a server migrates it when it starts.
    #[error("the database has schema {0}, which is older than this program")]
    Older(i64),
    /// The migration with this number is not the one that was applied.
    #[error("migration {0} of the database is not the one of this program")]
    Altered(i64),
    /// The address of the database cannot be understood, or asks for what is not offered.
    #[error("the address of the database is wrong: {0}")]
    Address(String),
    /// The database server knows no such database or refuses these credentials.
    #[error("the database server refused the connection")]
    Refused(#[source] Arc<dyn Error + Send + Sync>),
    /// The connection to the database server cannot be encrypted, or its certificate
    /// cannot be trusted.
    #[error("the database server cannot be trusted")]
    Untrusted(#[source] Arc<dyn Error + Send + Sync>),
    /// The store could not answer.
    #[error("the database could not be opened")]
    Store(#[from] StoreError),
}
