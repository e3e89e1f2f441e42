//! Users of every directory that Pforte knows.

use crate::Named;
use crate::secret::Secret;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Its identity.
    pub id: String,
    /// Its directory.
    pub directory: Named,
    /// The log-on name, folded.
    pub login: String,
    /// The name to be shown.
    pub label: String,
    /// The person whose user it is.
    pub person: Named,
    /// Whether it may log on as far as Pforte is concerned.
    pub enabled: bool,
    /// Never locked after wrong passwords, only slowed down with an alarm.
    pub essential: bool,
    /// When it last logged on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seen_at: Option<Time>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// Makes a user of the local directory.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The log-on name; one that was ever taken is refused.
    pub login: String,
    /// The name to be shown; the log-on name without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// The password.
    pub password: Secret,
    /// Whether it must be changed at the first log-on, because somebody else knows it.
    #[serde(default)]
    pub must_change: bool,
    /// Never locked after wrong passwords.
    #[serde(default)]
    pub essential: bool,
}

/// Changes a user. Users are disabled, never removed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// The version that was read.
    pub version: i64,
    /// The new log-on name (local directory only); the old one stays taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub login: Option<String>,
    /// The new name to be shown (local directory only).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// Whether it may log on; switching it off ends its sessions.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enabled: Option<bool>,
    /// Never locked after wrong passwords.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub essential: Option<bool>,
    /// The identifier of the person whose user it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<String>,
}

/// Sets the password of a user of the local directory.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The new password.
    pub password: Secret,
    /// Whether it must be changed at the next log-on, because somebody else knows it.
    #[serde(default)]
    pub must_change: bool,
}

/// Changes the own password, logged on or not.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The name of the directory, as at the log-on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The log-on name. Without it the caller's own session tells user and directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The password that holds now.
    pub password: Secret,
    /// The one that takes its place.
    pub new_password: Secret,
}
