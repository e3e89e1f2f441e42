//! The overview: how the plant's log-ons, stations, directories and log stand now.

use crate::directory::ServerHealth;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How everything stands now, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    /// When this was so.
    pub at: Time,
    /// The running sessions; for who may read sessions.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sessions: Option<SessionsNow>,
    /// The stations; for who may read sessions.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stations: Option<StationsNow>,
    /// What the event log tells of the last day; for who may read events.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub events: Option<EventsNow>,
    /// The directories in the order of the working environment.
    pub directories: Vec<DirectoryNow>,
    /// The event log.
    pub log: LogNow,
}

/// What the event log tells of the last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventsNow {
    /// What was counted in the last sixty minutes.
    pub last_hour: Counted,
    /// What was counted in the last 24 hours.
    pub last_day: Counted,
    /// Log-ons of the last 24 hours, hour by hour, the oldest first; the last one
    /// is the hour that is not over yet.
    pub log_ons: Vec<LogOnsOfHour>,
    /// Since when everything is counted; it lies later than 24 hours ago while the
    /// server still reads back after its start, and where the log holds more than
    /// it reads back.
    pub counted_from: Time,
}

/// The running sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionsNow {
    /// All of them.
    pub running: u64,
    /// Those that run by the emergency rules.
    pub emergency: u64,
}

/// What stands in the event log of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    /// Log-ons and changes of user.
    pub log_ons: u64,
    /// Refused log-ons.
    pub refused: u64,
    /// Events that tell of a failure.
    pub failures: u64,
    /// Events that somebody should look at now.
    pub alarms: u64,
}

/// The log-ons of one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogOnsOfHour {
    /// The beginning of the hour.
    pub from: Time,
    /// Log-ons and changes of user.
    pub log_ons: u64,
    /// Refused log-ons.
    pub refused: u64,
}

/// The stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationsNow {
    /// All of them.
    pub all: u64,
    /// Those whose credential counts.
    pub enabled: u64,
    /// Those at which somebody is in charge.
    pub in_use: u64,
}

/// How a directory stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryNow {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `local` or `ldap`.
    pub kind: String,
    /// Whether a log-on may use it.
    pub enabled: bool,
    /// Whether somebody could be asked there now: one of its servers answers.
    pub up: bool,
    /// What is known of its servers.
    pub servers: Vec<ServerHealth>,
}

/// How the event log stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogNow {
    /// Entries in it.
    pub size: u64,
    /// When the newest entry was written; the newest checkpoint signs it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checkpoint_at: Option<Time>,
    /// Whether it can be written.
    pub writable: bool,
    /// The code of what is wrong while it cannot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
}
