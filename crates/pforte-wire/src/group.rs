//! Groups of every directory that Pforte knows.

use crate::Named;
use crate::assignment::PrincipalShown;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Its identity.
    pub id: String,
    /// Its directory.
    pub directory: Named,
    /// Its name.
    pub name: String,
    /// Whether it belongs to Pforte itself.
    pub built_in: bool,
    /// Its direct members, for a group of the local directory.
    pub members: Vec<PrincipalShown>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// Makes a group of the local directory.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
}

/// Renames a group of the local directory.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeGroup {
    /// The version that was read.
    pub version: i64,
    /// Its new name.
    pub name: String,
}
