//! Areas: the plant as a tree.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A node of the plant tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Area {
    /// Its identity.
    pub id: String,
    /// The area above; absent at the root.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<String>,
    /// Its name, one step of the path.
    pub name: String,
    /// Its path from the root, such as `dairy/line2/mixer`.
    pub path: String,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// Makes an area.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewArea {
    /// The area above, by identifier or path.
    pub parent: String,
    /// Its name, without `/`.
    pub name: String,
}

/// Renames or moves an area with all below it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeArea {
    /// The version that was read.
    pub version: i64,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The new area above, by identifier or path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<String>,
}
