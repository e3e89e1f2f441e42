//! Users and groups, as they are read.

use super::fault::{Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::Entry;
use super::name::{KIND, SAM, UPN};
use super::sid::Sid;
use super::state::{self, COMPUTED, COMPUTERS, ENDS, FLAGS, HOURS, LAST, LAST_ANYWHERE, PASSWORD_ENDS, SET};
use crate::directory::{Found, FoundGroup, Key, Mark, Told};
use pforte_model::time::Micros;

/// What is always read of a user, and more.
macro_rules! user_and {
    ($($more:expr),*) => {
        &[
            "objectGUID", "objectSid", SAM, UPN, "displayName", FLAGS, ENDS, SET, COMPUTERS, HOURS, LAST,
            LAST_ANYWHERE, $($more),*
        ]
    };
}

/// What is read of a user at a log-on: nothing that the server has to work out.
pub(super) const LOG_ON: &[&str] = user_and!(KIND);

/// What is read of a user who was found before: the same, and what is worked out.
pub(super) const AGAIN: &[&str] = user_and!(KIND, TOKEN_GROUPS, PASSWORD_ENDS, HISTORY);

/// What is read of a user.
pub(super) const USER: &[&str] = user_and!("cn", COMPUTED);

/// What tells whether the states of users can be read.
pub(super) const STATES: &[&str] =
    &[SAM, UPN, ADMIN_COUNT, FLAGS, ENDS, COMPUTERS, HOURS, LAST, LAST_ANYWHERE];

/// 1 of an administrator, whom everybody may read, whatever holds for other users.
pub(super) const ADMIN_COUNT: &str = "adminCount";

/// What is read of a user whose session runs: nothing that the server has to work out.
pub(super) const RUNNING: &[&str] = &["objectGUID", FLAGS, ENDS];

/// What is worked out by the directory; it tells it of one user at a time.
pub(super) const WORKED_OUT: &[&str] = &[TOKEN_GROUPS, PASSWORD_ENDS, "objectSid", HISTORY];

/// The identifiers that a user or group had in domains where it was before.
const HISTORY: &str = "sIDHistory";

/// All groups of a user, as a security token would hold them.
pub(super) const TOKEN_GROUPS: &str = "tokenGroups";

/// What is read of a group.
pub(super) const GROUP: &[&str] = &["objectGUID", "objectSid", SAM, "cn", "displayName"];

/// What is read of a group on the way from a user to another group.
pub(super) const GROUP_ABOVE: &[&str] = &["objectGUID", "objectSid", SAM, "cn", "displayName", "memberOf"];

/// Reads a user. Times are compared with `now`.
pub(super) fn user(entry: &Entry, now: Micros) -> Result<Found, Fault> {
    let Identity { guid, login, .. } = identity(entry)?;
    let label = entry.text("displayName").or_else(|| entry.text("cn")).unwrap_or(&login).to_owned();
    Ok(Found {
        key: Key::from_bytes(guid.as_bytes()),
        identity: guid.to_string(),
        place: entry.dn.clone(),
        login,
        principal: entry.text(UPN).map(str::to_owned),
        label,
        state: state::of_entry(entry, now)?,
        password_set_at: state::password_set(entry),
        ends_at: state::account_end(entry),
        at_hours: state::has_hours(entry),
        computers: state::computers(entry),
        told: None,
    })
}

/// Reads [`WORKED_OUT`]. Everybody has at least a primary group, so none at all
/// means that they may not be read.
pub(super) fn worked_out(entry: &Entry) -> Result<Told, Fault> {
    let marks = |attribute| {
        let sids = entry.values(attribute).filter_map(Sid::from_bytes);
        sids.map(|sid| Mark::from_bytes(sid.as_bytes())).collect::<Vec<_>>()
    };
    let groups = marks(TOKEN_GROUPS);
    if groups.is_empty() {
        return Err(FaultKind::GroupsUnreadable.into());
    }
    let own = [marks("objectSid"), marks(HISTORY)].concat();
    Ok(Told { groups, password_ends_at: state::password_end(entry), own })
}

/// Reads a group.
pub(super) fn group(entry: &Entry) -> Result<FoundGroup, Fault> {
    let Identity { guid, sid, login } = identity(entry)?;
    let label = entry.text("displayName").or_else(|| entry.text("cn")).unwrap_or(&login).to_owned();
    Ok(FoundGroup {
        key: Key::from_bytes(guid.as_bytes()),
        identity: guid.to_string(),
        place: entry.dn.clone(),
        mark: Mark::from_bytes(sid.as_bytes()),
        name: login,
        label,
    })
}

struct Identity {
    guid: ObjectGuid,
    sid: Sid,
    login: String,
}

fn identity(entry: &Entry) -> Result<Identity, Fault> {
    let login = entry.text(SAM).map(str::to_owned);
    match (entry.guid(), entry.sid(), login) {
        (Some(guid), Some(sid), Some(login)) => Ok(Identity { guid, sid, login }),
        _ => Err(FaultKind::EntryUnreadable.with(&entry.dn)),
    }
}
