//! Events and the proofs of the log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoggedEvent {
    /// Its sequence number, from 0 without gaps.
    pub sequence: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The record as it is hashed; absent when it was purged after its retention.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Object>)]
    pub record: Option<serde_json::Value>,
}

/// The newest checkpoint: a C2SP signed note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Checkpoint {
    /// Entries in the log.
    pub size: u64,
    /// The signed note. Keep it elsewhere: it is what catches a log that was cut
    /// off or rewritten.
    pub note: String,
    /// The key that checks it, in the text form of C2SP signed-note.
    pub key: String,
}

/// That an entry is in the log (RFC 6962, 2.1.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InclusionProof {
    /// The entry.
    pub sequence: u64,
    /// The size of the tree.
    pub size: u64,
    /// The record as it is hashed, JSON text; absent when it was purged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<String>,
    /// The salt, hexadecimal.
    pub salt: String,
    /// The leaf hash, hexadecimal.
    pub leaf: String,
    /// The hashes from leaf to root, hexadecimal.
    pub path: Vec<String>,
    /// The root, hexadecimal.
    pub root: String,
}

/// That a later log still holds an earlier one unchanged (RFC 6962, 2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsistencyProof {
    /// The earlier size.
    pub from: u64,
    /// The later size.
    pub to: u64,
    /// The hashes, hexadecimal.
    pub path: Vec<String>,
    /// The later root, hexadecimal.
    pub root: String,
}
