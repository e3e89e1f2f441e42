//! One leaf of the log: a salted, versioned encoding of an event.

use super::tree::{Hash, leaf_hash};
use crate::event::Event;

/// The version of the encoding; the first byte of what is hashed.
pub const VERSION: u8 = 1;

/// Bytes of salt. A random salt keeps the hash of a purged record from being
/// guessed by trying likely records.
pub const SALT_BYTES: usize = 16;

/// Why an event could not be written as a record.
#[derive(Debug, thiserror::Error)]
#[error("the event cannot be written as JSON")]
pub struct BadRecord(#[from] serde_json::Error);

/// An event as it is stored: the record as JSON text, its salt and its leaf hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record, JSON, byte for byte what is hashed.
    pub record: String,
    /// The salt.
    pub salt: [u8; SALT_BYTES],
    /// The hash of both.
    pub leaf: Hash,
}

impl Entry {
    /// Writes an event down with this salt.
    pub fn new(event: &Event, salt: [u8; SALT_BYTES]) -> Result<Self, BadRecord> {
        let record = serde_json::to_string(event)?;
        let leaf = record_hash(&record, &salt);
        Ok(Self { record, salt, leaf })
    }
}

/// The leaf hash of a record: RFC 6962's hash over version, salt and record.
#[must_use]
pub fn record_hash(record: &str, salt: &[u8]) -> Hash {
    leaf_hash(&[&[VERSION], salt, record.as_bytes()])
}
