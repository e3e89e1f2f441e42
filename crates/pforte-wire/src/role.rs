//! Roles: named sets of rights.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Role {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it belongs to Pforte itself; such a role cannot be changed or removed.
    pub built_in: bool,
    /// The full names of its rights.
    pub rights: Vec<String>,
    /// Seconds without activity after which its holder's session ends; absent
    /// means the server's default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idle_seconds: Option<u32>,
    /// Seconds after which its holder's session ends at the latest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_seconds: Option<u32>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// Makes a role.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The full names of its rights.
    #[serde(default)]
    pub rights: Vec<String>,
    /// Seconds without activity, 10 to 604,800.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idle_seconds: Option<u32>,
    /// Seconds at most, 60 to 604,800.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_seconds: Option<u32>,
}

/// Replaces all of a role.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// The version that was read.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The full names of its rights.
    pub rights: Vec<String>,
    /// Seconds without activity, 10 to 604,800.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idle_seconds: Option<u32>,
    /// Seconds at most, 60 to 604,800.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_seconds: Option<u32>,
}
