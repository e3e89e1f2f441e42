//! The event: one entry of the event log.
//!
//! An event tells who did what to whom, where, when, with which result. It never
//! holds a secret: no field takes a password, token, key or verifier.

use crate::id::{EventId, NodeId, PersonId, UserId};
use crate::time::Micros;
use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $category:ident, $severity:ident;)*) => {
        /// Which kind of thing happened. The identifiers are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventType {$(
            $(#[$doc])*
            #[serde(rename = $id)]
            $name,
        )*}

        impl EventType {
            /// Every type, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable identifier.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// The category it belongs to.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Self::$name => Category::$category),* }
            }

            /// How urgently somebody should look at it.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }
        }
    };
}

events! {
    /// A person logged on.
    LoggedOn, "logged-on", Session, Info;
    /// A log-on was refused.
    LogOnRefused, "log-on-refused", Session, Warning;
    /// Many refused log-ons of strangers, counted together so that nobody fills the disk from outside.
    LogOnsRefused, "log-ons-refused", Session, Warning;
    /// A person logged off.
    LoggedOff, "logged-off", Session, Info;
    /// A new person took charge of a station; the old session ended in the same moment.
    UserChanged, "user-changed", Session, Info;
    /// A session was ended by somebody else.
    SessionEnded, "session-ended", Session, Info;
    /// A session ended by itself: idle, at its absolute end, or because the account no longer may.
    SessionExpired, "session-expired", Session, Info;
    /// The groups or the state that a directory tells of a logged-on person changed.
    SessionRefreshed, "session-refreshed", Session, Info;
    /// A directory has not been able to tell of logged-on people for a while; they keep what they had.
    SessionsNotRefreshed, "sessions-not-refreshed", Session, Warning;
    /// Wrong passwords in a row for one account or at one station: somebody may be guessing.
    PasswordGuessing, "password-guessing", Session, Alarm;

    /// A user of the local directory was made.
    UserCreated, "user-created", Directory, Info;
    /// A user was changed.
    UserEdited, "user-edited", Directory, Info;
    /// A user was disabled.
    UserDisabled, "user-disabled", Directory, Info;
    /// A user was enabled again.
    UserEnabled, "user-enabled", Directory, Info;
    /// An administrator set a user's password.
    PasswordSet, "password-set", Directory, Info;
    /// A person changed the own password.
    PasswordChanged, "password-changed", Directory, Info;
    /// A user of another directory became known.
    UserAdopted, "user-adopted", Directory, Info;
    /// Two users were told to be one person, or no longer.
    PersonChanged, "person-changed", Directory, Info;
    /// A group of the local directory was made.
    GroupCreated, "group-created", Directory, Info;
    /// A group was changed.
    GroupChanged, "group-changed", Directory, Info;
    /// A group of another directory became known.
    GroupAdopted, "group-adopted", Directory, Info;
    /// A user or a group was put into a group.
    MemberAdded, "member-added", Directory, Info;
    /// A user or a group was taken out of a group.
    MemberRemoved, "member-removed", Directory, Info;
    /// A directory was added.
    DirectoryAdded, "directory-added", Directory, Info;
    /// A directory's settings were changed.
    DirectoryChanged, "directory-changed", Directory, Info;
    /// A directory was taken away.
    DirectoryRemoved, "directory-removed", Directory, Info;
    /// An administrator tested a directory.
    DirectoryTested, "directory-tested", Directory, Info;
    /// A workgroup host was asked about its users or groups; what Pforte asks by itself is counted by
    /// the minute.
    DirectoryQueried, "directory-queried", Directory, Info;
    /// A directory server no longer answers.
    DirectoryLost, "directory-lost", Directory, Warning;
    /// A directory server answers again.
    DirectoryFound, "directory-found", Directory, Info;
    /// Connections to a directory rest on the servers' certificates alone, because Kerberos
    /// did not prove them.
    DirectoryUnproven, "directory-unproven", Directory, Warning;

    /// A role was made.
    RoleCreated, "role-created", Rights, Info;
    /// A role or its rights were changed.
    RoleChanged, "role-changed", Rights, Info;
    /// A role was removed.
    RoleRemoved, "role-removed", Rights, Info;
    /// A role was assigned.
    AssignmentCreated, "assignment-created", Rights, Info;
    /// An assignment's conditions were changed.
    AssignmentChanged, "assignment-changed", Rights, Info;
    /// An assignment was removed.
    AssignmentRemoved, "assignment-removed", Rights, Info;
    /// An application told that a person did an act, and got the decision for it.
    ActDecided, "act-decided", Rights, Info;

    /// A signature policy was made.
    SignaturePolicyCreated, "signature-policy-created", Signature, Info;
    /// A signature policy was changed.
    SignaturePolicyChanged, "signature-policy-changed", Signature, Info;
    /// A signature policy was taken out of use.
    SignaturePolicyRemoved, "signature-policy-removed", Signature, Info;
    /// An application asked for signatures.
    SignatureRequested, "signature-requested", Signature, Info;
    /// A person signed.
    Signed, "signed", Signature, Info;
    /// A try to sign, to refuse or to cancel was not taken.
    SigningRefused, "signing-refused", Signature, Warning;
    /// All have signed.
    SignatureRequestComplete, "signature-request-complete", Signature, Info;
    /// Somebody who was to sign refused; the request is over.
    SignatureRequestRefused, "signature-request-refused", Signature, Warning;
    /// A request was cancelled, by a person who may or by its application.
    SignatureRequestCancelled, "signature-request-cancelled", Signature, Info;
    /// A request was not signed in time.
    SignatureRequestExpired, "signature-request-expired", Signature, Warning;
    /// A person acknowledged what an electronic signature means.
    SignatureAcknowledged, "signature-acknowledged", Signature, Info;
    /// A server signs with a new signature key.
    SignatureKeyAdded, "signature-key-added", System, Info;
    /// An area was made.
    AreaCreated, "area-created", Plant, Info;
    /// An area was renamed or moved.
    AreaChanged, "area-changed", Plant, Info;
    /// An area was removed.
    AreaRemoved, "area-removed", Plant, Info;
    /// A station was registered.
    StationRegistered, "station-registered", Plant, Info;
    /// A station was changed.
    StationChanged, "station-changed", Plant, Info;
    /// A station got a new credential; the old one no longer counts.
    StationCredentialRenewed, "station-credential-renewed", Plant, Info;
    /// A browser was given a station's credential and is this station from then on.
    StationInstalled, "station-installed", Plant, Info;
    /// A browser forgot that it was a station.
    StationForgotten, "station-forgotten", Plant, Info;
    /// A station was removed.
    StationRemoved, "station-removed", Plant, Info;
    /// An application was registered.
    ApplicationRegistered, "application-registered", Plant, Info;
    /// An application was changed.
    ApplicationChanged, "application-changed", Plant, Info;
    /// An application got a new credential; the old one no longer counts.
    ApplicationCredentialRenewed, "application-credential-renewed", Plant, Info;
    /// An application no longer takes what it is told of its signature requests.
    WebhookLost, "webhook-lost", Plant, Warning;
    /// An application takes again what it is told of its signature requests.
    WebhookFound, "webhook-found", Plant, Info;
    /// An application was removed.
    ApplicationRemoved, "application-removed", Plant, Info;
    /// An application registered its rights.
    RightsRegistered, "rights-registered", Plant, Info;

    /// The data folder was made and the log began.
    SetUp, "set-up", System, Info;
    /// The set-up code made the first administrator.
    FirstAdministrator, "first-administrator", System, Warning;
    /// The set-up code was tried with a wrong value.
    SetUpRefused, "set-up-refused", System, Alarm;
    /// A server started.
    ServerStarted, "server-started", System, Info;
    /// A server was told to stop.
    ServerStopped, "server-stopped", System, Info;
    /// The computer's clock was set, forward or back.
    ClockJumped, "clock-jumped", System, Warning;
    /// The log could not be written for a time; this event tells how long and what was kept aside.
    LogGap, "log-gap", System, Alarm;
    /// A call without the right was refused.
    CallRefused, "call-refused", System, Warning;
}

/// What an event is about; a reader filters by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Log-on, log-off and all that happens to a session.
    Session,
    /// Directories, users, groups.
    Directory,
    /// Roles, rights, assignments, decisions.
    Rights,
    /// Signature policies, requests, signatures.
    Signature,
    /// Areas, stations, applications.
    Plant,
    /// The server, its keys, its clock, its log.
    System,
}

/// How urgently somebody should look at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For the record.
    Info,
    /// Worth a look.
    Warning,
    /// Somebody should look now.
    Alarm,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused by a rule.
    Refused,
    /// It failed.
    Failed,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Actor {
    /// A person through one of their users.
    Person {
        /// The person.
        person: PersonId,
        /// The user.
        user: UserId,
        /// The user's name at that time.
        name: String,
        /// The name of the user's directory at that time.
        directory: String,
    },
    /// Somebody who claims a name that was not proved.
    Claimed {
        /// The name as it was typed, folded.
        name: String,
        /// The directory that was asked, where one was told.
        directory: Option<String>,
    },
    /// A registered application.
    Application(Named),
    /// The server itself.
    Server,
    /// The owner of the data folder, at the command line of the machine.
    Owner,
    /// A caller who proved nothing.
    Stranger,
}

/// A thing by its identity and by its name at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its identifier, as text.
    pub id: String,
    /// Its name or path at that time.
    pub name: String,
}

/// What or whom it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The noun: `user`, `group`, `role`, `session`, `directory`, ...
    pub kind: String,
    /// Its identifier, as text.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// One entry of the event log (design, section 6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its identity, also across a spill and its merge.
    pub id: EventId,
    /// The server that wrote it.
    pub node: NodeId,
    /// When, in UTC.
    pub at: Micros,
    /// Microseconds since that server started, from a clock that never jumps.
    pub monotonic: i64,
    /// Minutes that the plant's wall clock was ahead of UTC.
    pub zone: i16,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Its category, written out for readers of the raw record.
    pub category: Category,
    /// Its severity, written out likewise.
    pub severity: Severity,
    /// How it ended.
    pub result: Outcome,
    /// Who did it.
    pub who: Actor,
    /// What or whom it was done to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub what: Option<Subject>,
    /// The station, if it proved itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// The application that asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub application: Option<Named>,
    /// The area it concerns.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<Named>,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<serde_json::Value>,
    /// The value after.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<serde_json::Value>,
    /// The problem code of a refusal or failure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// Why, in words: the reason that was given, or details of a failure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The request that caused it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_has_an_identifier_of_its_own() {
        let ids: BTreeSet<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(ids.len(), EventType::ALL.len());
    }
}
