//! What PostgreSQL's errors mean to the store.

use crate::error::StoreError;
use std::sync::Arc;
use tokio_postgres::error::SqlState;

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
