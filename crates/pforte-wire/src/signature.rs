//! Signature requests and signatures.

use crate::Named;
use crate::secret::Secret;
use crate::signature_policy::SigningRules;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Longest record that is taken, in bytes.
pub const RECORD_BYTES: u64 = 64 * 1024 * 1024;

/// Asks for the signatures that the policy of an action wants.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSignatures {
    /// What the application calls the request, at most 128 characters. Asked again with the
    /// same key, the same request is told.
    pub key: String,
    /// The action, by the full name of its right.
    pub action: String,
    /// The area where it is done, by identifier or path.
    pub area: String,
    /// What it is done to, such as a batch: 1 to 200 characters.
    pub object: String,
    /// What is to be done, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// What shall come of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The values that are written with it, at most 500: one signature for all.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// What is signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<NewRecord>,
    /// The session of whoever performs the act.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    /// The station at which it is done, by identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<String>,
}

/// One value that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What is changed, such as the name of a tag.
    pub what: String,
    /// The value before, as people read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<String>,
    /// The value after, as people read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<String>,
}

/// What is signed; one of `json`, `text`, `base64`, `sha256` and `id`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecord {
    /// Any JSON; it is signed in the canonical form of RFC 8785.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Object>)]
    pub json: Option<Box<RawValue>>,
    /// A text, signed as UTF-8.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base64: Option<String>,
    /// The SHA-256 of a record that the application keeps, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
    /// A record that was sent to `/signature-records` before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// What it is; `application/json` for `json`, else `text/plain` or `application/octet-stream`
    /// unless it is told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub media_type: Option<String>,
    /// Whether the record is kept, so that signers see it; if not, its hash alone is.
    #[serde(default = "yes")]
    pub keep: bool,
}

const fn yes() -> bool {
    true
}

/// A record that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentRecord {
    /// Its identity, to be named in a request within an hour.
    pub id: String,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// A signature request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignatureRequest {
    /// Its identity.
    pub id: String,
    /// What the application calls it.
    pub key: String,
    /// `open`, `checking`, `complete`, `refused`, `cancelled` or `expired`.
    pub state: String,
    /// The application that asked.
    pub application: Named,
    /// The action, the full name of its right.
    pub action: String,
    /// The area.
    pub area: Named,
    /// What it is done to.
    pub object: String,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// What shall come of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The values that are written.
    pub changes: Vec<Change>,
    /// What is signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<Record>,
    /// Who performs the act.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub performer: Option<Named>,
    /// The station of the act.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// When it was asked for.
    pub requested_at: Time,
    /// Until when it can be signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended_at: Option<Time>,
    /// The policy, and which version of it holds.
    pub policy: Named,
    /// That version.
    pub policy_version: i64,
    /// The rules of that version.
    pub rules: SigningRules,
    /// How many signatures each step still needs.
    pub missing: Vec<u32>,
    /// The signatures, in their order.
    pub signatures: Vec<Signature>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ending: Option<Ending>,
    /// The SHA-256 of the first statement: who signs names what was shown by it.
    pub opening: String,
    /// The page on which it is signed, with what opens it; told to the application alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Its length, if it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<u64>,
    /// What it is.
    pub media_type: String,
    /// `bytes`, or `jcs` for JSON in the canonical form of RFC 8785.
    pub form: String,
    /// Whether it is kept here.
    pub kept: bool,
}

/// One person's signing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// Its place in the chain, from 1.
    pub number: u32,
    /// Its step, from 0.
    pub step: u32,
    /// What it stands for.
    pub meaning: String,
    /// The person, by the printed name.
    pub person: Named,
    /// The log-on name.
    pub user: String,
    /// The directory.
    pub directory: String,
    /// The roles by which the person could sign.
    pub roles: Vec<Named>,
    /// The station.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// When, with the offset of the plant's clock.
    pub at: String,
    /// How strong the proof was.
    pub strength: String,
    /// Whether name and password were given, or the password alone in a session that went on.
    pub both_components: bool,
    /// `pforte`, or `application` if its own dialog was used.
    pub through: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What was added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
    /// The SHA-256 of its statement.
    pub statement: String,
    /// The sequence number of its event.
    pub sequence: u64,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ending {
    /// When, with the offset of the plant's clock.
    pub at: String,
    /// Who ended it: a person by the printed name, or an application.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<Named>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// A request that waits for the person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// The request.
    pub request: SignatureRequest,
    /// The steps that the person may sign now, from 0.
    pub steps: Vec<u32>,
}

/// Signs one request, or several at once with one proof of the person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// What is signed: 1 to 100.
    pub requests: Vec<SignOne>,
    /// The directory, as at a log-on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The log-on name. Absent, it is the person whose session calls, as long as the policy lets
    /// the password alone suffice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The password.
    pub password: Secret,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What is added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
    /// Whether the person acknowledges what a signature means, where that is still to be done.
    #[serde(default)]
    pub acknowledge: bool,
}

/// A request that is signed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOne {
    /// Its identity.
    pub request: String,
    /// The SHA-256 of the first statement of what was shown.
    pub opening: String,
    /// Which step, from 0; the first that is open to the person if it is absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<u32>,
}

/// What was signed and what was not.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Signed {
    /// The requests that were signed, as they stand now.
    pub signed: Vec<SignatureRequest>,
    /// The others.
    pub hindered: Vec<Hindered>,
}

/// A request that was not signed, and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Hindered {
    /// Its identity.
    pub request: String,
    /// The stable code.
    pub code: String,
    /// What happened, in English.
    pub detail: String,
}

/// Refuses to sign: the request ends.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseToSign {
    /// The SHA-256 of the first statement of what was shown.
    pub opening: String,
    /// The directory, as at a log-on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The log-on name. Absent, it is the person whose session calls, as long as the policy lets
    /// the password alone suffice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The password.
    pub password: Secret,
    /// Why.
    pub reason: String,
}

/// Cancels a request: an application its own, a person by one of the roles that may.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// Why.
    pub reason: String,
    /// The directory, as at a log-on; of a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directory: Option<String>,
    /// The log-on name; of a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The password; of a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password: Option<Secret>,
}

/// The public signature keys, a JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SignatureKeys {
    /// Every key that there was, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<serde_json::Value>,
}
