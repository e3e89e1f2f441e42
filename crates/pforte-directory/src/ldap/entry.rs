//! Users and groups, as they are read.

use super::fault::{Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::Entry;
use super::name::{KIND, SAM, UPN};
use super::sid::Sid;
use super::state::{self, COMPUTED, ENDS, FLAGS, SET};
use pforte_model::account::AccountState;
use pforte_model::time::Micros;

/// A user of the directory, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The immutable identity.
    pub guid: ObjectGuid,
    /// Where it stood when it was found.
    pub dn: String,
    /// The security identifier.
    pub sid: Sid,
    /// The account name (`sAMAccountName`), as written in the directory.
    pub sam: String,
    /// The user principal name, if the user has one.
    pub upn: Option<String>,
    /// The name to show.
    pub display: String,
    /// Whether the account may log on, as far as what was read tells. At a
    /// log-on only "disabled" and "expired" are seen here, the rest is told by the
    /// bind. Hours and workstations are known to the bind alone.
    pub state: AccountState,
}

/// A group of the directory, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundGroup {
    /// The immutable identity.
    pub guid: ObjectGuid,
    /// Where it stood when it was found.
    pub dn: String,
    /// The security identifier, in which `tokenGroups` names it.
    pub sid: Sid,
    /// The account name, unique in the domain.
    pub sam: String,
    /// The name to show.
    pub name: String,
}

/// The first of possibly more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Those that fitted.
    pub items: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

/// Whether a user is in the directory, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is, in this state.
    Here(AccountState),
    /// It is not, or no longer where the search begins.
    Gone,
}

/// What is read of a user at a log-on: nothing that the server has to work out.
pub(super) const LOG_ON: &[&str] =
    &["objectGUID", "objectSid", SAM, KIND, UPN, "displayName", FLAGS, ENDS, SET];

/// What is read of a user.
pub(super) const USER: &[&str] =
    &["objectGUID", "objectSid", SAM, UPN, "displayName", "cn", FLAGS, COMPUTED, ENDS, SET];

/// What is read of a user whose session runs.
pub(super) const RUNNING: &[&str] = &["objectGUID", FLAGS, COMPUTED, ENDS, SET];

/// What is read of a group.
pub(super) const GROUP: &[&str] = &["objectGUID", "objectSid", SAM, "cn", "displayName"];

/// What is read of a group on the way from a user to another group.
pub(super) const GROUP_ABOVE: &[&str] = &["objectGUID", "objectSid", SAM, "cn", "displayName", "memberOf"];

impl Found {
    /// Reads a user. Times are compared with `now`.
    pub(super) fn read(entry: &Entry, now: Micros) -> Result<Self, Fault> {
        let (guid, sid, sam) = identity(entry)?;
        let shown = entry.text("displayName").or_else(|| entry.text("cn")).unwrap_or(&sam).to_owned();
        let upn = entry.text(UPN).map(str::to_owned);
        Ok(Self {
            guid,
            dn: entry.dn.clone(),
            sid,
            sam,
            upn,
            display: shown,
            state: state::of_entry(entry, now),
        })
    }
}

impl FoundGroup {
    /// Reads a group.
    pub(super) fn read(entry: &Entry) -> Result<Self, Fault> {
        let (guid, sid, sam) = identity(entry)?;
        let name = entry.text("displayName").or_else(|| entry.text("cn")).unwrap_or(&sam).to_owned();
        Ok(Self { guid, dn: entry.dn.clone(), sid, sam, name })
    }
}

fn identity(entry: &Entry) -> Result<(ObjectGuid, Sid, String), Fault> {
    let sam = entry.text(SAM).map(str::to_owned);
    match (entry.guid(), entry.sid(), sam) {
        (Some(guid), Some(sid), Some(sam)) => Ok((guid, sid, sam)),
        _ => Err(FaultKind::EntryUnreadable.with(&entry.dn)),
    }
}
