//! Users and groups, as they are read.

use super::fault::{Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::Entry;
use super::name::{KIND, SAM, UPN};
use super::sid::Sid;
use super::state::{self, COMPUTED, ENDS, FLAGS, PASSWORD_ENDS, SET};
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

/// What the directory works out for a user at each reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// All groups: direct, nested at any depth, and the primary one.
    pub groups: Vec<Sid>,
    /// When the password ends by the domain's rules or the user's own; `None` if
    /// it never does, if it must be changed anyway, or if that may not be read.
    pub password_ends_at: Option<Micros>,
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

/// What is worked out by the directory; it tells it of one user at a time.
pub(super) const WORKED_OUT: &[&str] = &[TOKEN_GROUPS, PASSWORD_ENDS];

/// All groups of a user, as a security token would hold them.
pub(super) const TOKEN_GROUPS: &str = "tokenGroups";

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

impl Told {
    /// Reads [`WORKED_OUT`]. Everybody has at least a primary group, so none at all
    /// means that they may not be read.
    pub(super) fn read(entry: &Entry) -> Result<Self, Fault> {
        let groups: Vec<Sid> = entry.values(TOKEN_GROUPS).filter_map(Sid::from_bytes).collect();
        if groups.is_empty() {
            return Err(FaultKind::GroupsUnreadable.into());
        }
        Ok(Self { groups, password_ends_at: state::password_end(entry) })
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
