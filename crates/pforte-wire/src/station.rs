//! Stations: computers, panels and seats that people work at.

use crate::Named;
use crate::secret::Secret;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Station {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The area it stands in.
    pub area: Named,
    /// Whether its credential counts.
    pub enabled: bool,
    /// When it was registered.
    pub created_at: Time,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// Registers a station; the answer tells its credential, once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStation {
    /// Its name.
    pub name: String,
    /// The area it stands in, by identifier or path.
    pub area: String,
}

/// A new station with its credential.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RegisteredStation {
    /// The station.
    pub station: Station,
    /// What goes into the header `Pforte-Station`, told once.
    pub credential: String,
}

/// Makes a browser the station whose credential it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallCredential {
    /// What the registration of the station told.
    pub credential: Secret,
}

/// Changes a station.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeStation {
    /// The version that was read.
    pub version: i64,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The new area, by identifier or path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<String>,
    /// Whether its credential counts; switching it off ends its session.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enabled: Option<bool>,
}
