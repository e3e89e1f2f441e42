//! What a log-on page needs before anybody is logged on, and the set-up.

use crate::Named;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person sees before the log-on: the working environment and the notice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LogOnOptions {
    /// The plant's name.
    pub plant: String,
    /// The notice that the administrator wrote (IEC 62443-4-2, CR 1.12); may be empty.
    pub notice: String,
    /// The directories of the working environment, the default first.
    pub directories: Vec<DirectoryChoice>,
    /// Whether set-up has still to make the first administrator.
    pub set_up_open: bool,
    /// The station, if the caller proved one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// Whether the caller showed a station's credential that does not count: it was
    /// renewed, or the station was switched off or removed. Nobody logs on with it;
    /// a browser forgets it or is given the new one.
    #[serde(default)]
    pub station_refused: bool,
    /// The languages of the pages, the plant's own first: `en`, `de`, ...
    #[serde(default)]
    pub languages: Vec<String>,
    /// The IANA name of the time zone whose clock schedules follow, such as
    /// `Europe/Berlin`; empty where the computer does not know its own.
    #[serde(default)]
    pub time_zone: String,
}

/// The languages of the pages.
pub const LANGUAGES: [&str; 7] = ["en", "de", "fr", "it", "es", "ja", "zh"];

/// A directory that a log-on may use.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DirectoryChoice {
    /// Its name, as `directory` of a log-on.
    pub name: String,
    /// `local` or `ldap`.
    pub kind: String,
    /// Whether it takes Kerberos tickets: `POST /sessions/negotiate`.
    #[serde(default)]
    pub single_sign_on: bool,
}

/// Makes the first administrator with the set-up code.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The code that was shown when the data folder was made.
    pub code: Secret,
    /// The log-on name of the first administrator, a user of the local directory.
    pub user: String,
    /// The name to be shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// The password.
    pub password: Secret,
}
