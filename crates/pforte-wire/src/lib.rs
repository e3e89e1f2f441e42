//! What crosses the wire: request and response types and problem codes of the
//! HTTP API, the same in server, client and command line.
//!
//! Requests refuse unknown keys, so that a typing error is told rather than
//! ignored. Responses may grow; readers ignore what they do not know.
//!
//! # Where to start reading
//!
//! [`problem::Code`] is every way a call can be refused; each noun has its file.

pub mod application;
pub mod area;
pub mod assignment;
pub mod decision;
pub mod directory;
pub mod event;
pub mod group;
pub mod logon;
pub mod overview;
pub mod problem;
pub mod role;
pub mod secret;
pub mod session;
pub mod signature;
pub mod signature_policy;
pub mod station;
pub mod stream;
pub mod time;
pub mod user;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list, and where the next page begins.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
}

/// A thing by its identity and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// The identifier.
    pub id: String,
    /// The name, or for an area its path.
    pub name: String,
}

/// A credential, told once; the server keeps only its hash.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Credential {
    /// Whose it is.
    pub id: String,
    /// The credential.
    pub credential: String,
}
