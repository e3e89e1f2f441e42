//! Sessions: log on, who is here, log off.

use crate::Named;
use crate::secret::Secret;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Logs a person on; at a station where somebody is in charge it changes the user.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogOn {
    /// The name of the directory; without it the name tells (`DOMAIN\user`,
    /// `user@domain`), else the default of the working environment is asked. A
    /// user written `DOMAIN\user` is one of that directory, whichever is named here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The log-on name.
    pub user: String,
    /// The password.
    pub password: Secret,
    /// The password that takes its place before the session begins, for one that must
    /// be changed or has expired, or by choice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_password: Option<Secret>,
    /// Answers with a cookie for a browser instead of a token.
    #[serde(default)]
    pub cookie: bool,
}

/// Logs a person on by the Kerberos ticket in the header `Authorization: Negotiate`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Negotiate {
    /// Answers with a cookie for a browser instead of a token.
    #[serde(default)]
    pub cookie: bool,
}

/// The answer to a log-on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LoggedOn {
    /// The bearer token, told once; absent when a cookie was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<Secret>,
    /// The session.
    pub session: Session,
}

/// A session, and how long what is told of it may be believed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its identity.
    pub id: String,
    /// The person.
    pub person: Named,
    /// The user through which the person logged on.
    pub user: Named,
    /// The user's directory.
    pub directory: Named,
    /// The station, if one proved itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// The roles held here and now.
    pub roles: Vec<Named>,
    /// `weak`, `single` or `strong`.
    pub strength: String,
    /// When the person logged on.
    pub started_at: Time,
    /// When the person last did something.
    pub active_at: Time,
    /// When the session ends if the person does nothing more.
    pub idle_ends_at: Time,
    /// When the session ends at the latest.
    pub ends_at: Time,
    /// When the directory last told the person's groups and state.
    pub checked_at: Time,
    /// Whether the session runs by the emergency rules because the event log
    /// cannot be written.
    #[serde(default)]
    pub emergency: bool,
    /// Which of Pforte's own rights the session holds here and now, without the
    /// name of the application, such as `users.read`. Told to the person alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rights: Option<Vec<String>>,
    /// When the user's password ends; absent if it never does or if that is not
    /// known. Told to the person alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_ends_at: Option<Time>,
    /// So many days before its end a password is told to end; there where the end is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_notice_days: Option<u32>,
    /// How long this answer may be believed without hearing more.
    pub lease: Lease,
}

/// How long an answer about a session may be believed (design, section 8).
///
/// Who hears nothing more for that long falls back to the default user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lease {
    /// Seconds from the moment the answer was sent.
    pub seconds: u32,
}

/// Who is in charge at a station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InCharge {
    /// The station.
    pub station: Named,
    /// The session of the person in charge; absent when nobody is logged on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<Session>,
    /// Grows with each change; a later answer has a greater one.
    pub revision: u64,
    /// How long this answer may be believed without hearing more.
    pub lease: Lease,
}

/// Why a session is ended from afar.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    /// The reason, for the event.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}
