//! Applications and the rights they register.

use crate::Named;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A program that asks Pforte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Its identity.
    pub id: String,
    /// Its key, the first half of its rights' names.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether its credential counts.
    pub enabled: bool,
    /// Whether it may send names and passwords of signers, typed in its own dialog.
    pub own_dialog: bool,
    /// The areas about which it may ask, each with all below it.
    pub areas: Vec<Named>,
    /// The stations about which it may ask, besides those in its areas.
    pub stations: Vec<Named>,
    /// Its rights.
    pub rights: Vec<Right>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// A right of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Right {
    /// Its identity.
    pub id: String,
    /// Its full name, `application/action`.
    pub name: String,
    /// What people read, by language (`en`, `de`, ...).
    pub names: BTreeMap<String, String>,
}

/// Registers an application; the answer tells its credential, once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    /// Its key: `a-z 0-9 . - _`, never changed.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Areas of its scope, by identifier or path.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Stations of its scope, by identifier.
    #[serde(default)]
    pub stations: Vec<String>,
}

/// A new application with its credential.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RegisteredApplication {
    /// The application.
    pub application: Application,
    /// Its bearer credential, told once.
    pub credential: String,
}

/// Changes an application.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeApplication {
    /// The version that was read.
    pub version: i64,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Whether its credential counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enabled: Option<bool>,
    /// Whether it may send names and passwords of signers, typed in its own dialog.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_dialog: Option<bool>,
    /// The new areas of its scope, by identifier or path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub areas: Option<Vec<String>>,
    /// The new stations of its scope, by identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stations: Option<Vec<String>>,
}

/// Where an application hears of its signature requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// The address to which each message is posted.
    pub url: String,
    /// The authorities of its certificate, PEM; those of the server's computer if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authority: Option<String>,
    /// How many messages wait; counted up to 10,000.
    pub waiting: u64,
    /// When the application last took a message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub told_at: Option<Time>,
    /// Since when it takes none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failing_since: Option<Time>,
    /// Why, in English.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<String>,
}

/// Where an application is to hear of its signature requests.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutWebhook {
    /// `https://host[:port][/path]`; `http` to this computer alone.
    pub url: String,
    /// The authorities of its certificate, PEM.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authority: Option<String>,
    /// Whether another secret is made; a new webhook gets one anyway.
    #[serde(default)]
    pub renew_secret: bool,
}

/// A webhook that was set.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SavedWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret with which its messages are signed, told once: when it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret: Option<String>,
}

/// What came of a message that was sent for a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookTest {
    /// Whether the application took it.
    pub taken: bool,
    /// Why not, in English.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<String>,
    /// Milliseconds until the answer.
    pub milliseconds: u64,
}

/// The rights that an application has; those left out are retired.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRights {
    /// The version of the application that was read, where the rights are to replace
    /// those of that version alone; without it they replace whatever is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<i64>,
    /// All its rights; at most 2,000.
    pub rights: Vec<NewRight>,
}

/// A right to register.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRight {
    /// The action: `a-z 0-9 . - _`.
    pub action: String,
    /// What people read, by language (`en`, `de`, ...).
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}
