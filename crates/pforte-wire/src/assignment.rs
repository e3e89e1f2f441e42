//! Assignments: who has which role, where, when.

use crate::Named;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role given to a user or a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignment {
    /// Its identity.
    pub id: String,
    /// The role.
    pub role: Named,
    /// Who has it.
    pub principal: PrincipalShown,
    /// Where it counts.
    pub areas: Vec<Named>,
    /// At which stations it counts; empty means at any.
    pub stations: Vec<Named>,
    /// The conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// A user or group with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrincipalShown {
    /// `user` or `group`.
    pub kind: String,
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name of its directory.
    pub directory: String,
}

/// A user or a group, by identifier, or by directory and name; a name that
/// Pforte does not know yet is looked up there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrincipalRef {
    /// `user` or `group`.
    pub kind: String,
    /// The identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The name of the directory, with `name`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The name in that directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
}

/// When and with which strength an assignment counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conditions {
    /// Times of the week; absent means always.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule: Option<Vec<Span>>,
    /// First moment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Time>,
    /// First moment after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Time>,
    /// `weak`, `single` or `strong`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strength: Option<String>,
}

/// A span of the week in the plant's time zone, such as `mon 06:00` to `mon 14:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// `mon` to `sun`, a space, `HH:MM`.
    pub from: String,
    /// The first minute after it.
    pub to: String,
}

/// Gives a role to a user or a group.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignment {
    /// The role, by identifier or name.
    pub role: String,
    /// Who gets it.
    pub principal: PrincipalRef,
    /// Where it counts, by identifier or path; at least one.
    pub areas: Vec<String>,
    /// At which stations, by identifier; empty means at any.
    #[serde(default)]
    pub stations: Vec<String>,
    /// Times of the week; absent means always.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule: Option<Vec<Span>>,
    /// First moment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Time>,
    /// First moment after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Time>,
    /// `weak`, `single` or `strong`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strength: Option<String>,
}

/// Replaces where, when and how strongly an assignment counts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAssignment {
    /// The version that was read.
    pub version: i64,
    /// Where it counts, by identifier or path; at least one.
    pub areas: Vec<String>,
    /// At which stations, by identifier; empty means at any.
    #[serde(default)]
    pub stations: Vec<String>,
    /// Times of the week; absent means always.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule: Option<Vec<Span>>,
    /// First moment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Time>,
    /// First moment after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Time>,
    /// `weak`, `single` or `strong`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strength: Option<String>,
}
