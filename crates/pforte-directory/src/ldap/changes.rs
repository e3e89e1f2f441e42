//! Whether users whose sessions run may stay: asked often, so made cheap.
//!
//! A domain controller counts every change it takes in, and its root entry tells up
//! to where it has counted (`highestCommittedUSN`). While that number stands still
//! nobody was disabled, moved or removed, and what was read before is still so; the
//! end of an account is a time, which needs no asking. Only when the number has grown,
//! another controller answers, or a minute has passed, the users are read again.
//!
//! All of them, and not what changed alone: a removed user is not among the changes
//! that an ordinary account may see.

use super::directory::{ActiveDirectory, refused};
use super::fault::{DirectoryError, Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::{Entry, Search};
use super::state;
use crate::directory::{Key, Presence};
use pforte_model::account::AccountState;
use pforte_model::time::Micros;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// What is read of the root entry: which controller, and up to where it has counted.
const COUNT: &[&str] = &["dsServiceName", "highestCommittedUSN"];

/// After this long everything is read again whatever was counted: the number is one
/// controller's own, and of two connections each may lead to another one.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);

/// Up to where a domain controller has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    server: String,
    count: i64,
}

/// What was read of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    /// As it was then, but for its end.
    state: AccountState,
    ends: Option<Micros>,
}

/// What came of reading a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    Here(Kept),
    /// Not in the directory.
    Gone,
    /// There, and Pforte's account may not read its state.
    Unreadable,
}

/// What was read last.
#[derive(Default)]
pub(super) struct Memory(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    mark: Option<Mark>,
    at: Option<Instant>,
    users: HashMap<Key, Read>,
}

impl Seen {
    /// Whether what was read is still so.
    fn holds(&self, mark: &Mark, now: Instant) -> bool {
        self.mark.as_ref() == Some(mark) && self.at.is_some_and(|at| now < at + AT_LEAST_EVERY)
    }
}

impl Kept {
    fn of(entry: &Entry, now: Micros) -> Result<Self, Fault> {
        let ends = state::account_end(entry);
        let state = state::of_entry(entry, now)?;
        // Whoever has ended may be let in again by a later end.
        let state = if state == AccountState::Expired { AccountState::Good } else { state };
        Ok(Self { state, ends })
    }

    fn presence(self, now: Micros) -> Presence {
        match self.state {
            AccountState::Disabled => Presence::Here(AccountState::Disabled),
            _ if self.ends.is_some_and(|end| end <= now) => Presence::Here(AccountState::Expired),
            state => Presence::Here(state),
        }
    }
}

impl Read {
    fn of(entry: &Entry, now: Micros) -> Self {
        match Kept::of(entry, now) {
            Ok(kept) => Self::Here(kept),
            Err(fault) => {
                // One entry that is kept from us must not keep us from all the others.
                tracing::warn!(code = fault.kind.code(), %fault, "the state of a running session's user is not told");
                Self::Unreadable
            }
        }
    }

    /// `None`: nobody knows.
    fn presence(self, now: Micros) -> Option<Presence> {
        match self {
            Self::Here(kept) => Some(kept.presence(now)),
            Self::Gone => Some(Presence::Gone),
            Self::Unreadable => None,
        }
    }
}

impl ActiveDirectory {
    /// The presence of these users, read again only where something may have changed.
    pub(super) async fn presence(&self, users: &[Key]) -> Result<Vec<(Key, Presence)>, DirectoryError> {
        // Read before the users: what changes in between is seen the next time.
        let mark = self.mark().await?;
        let mut seen = self.changes.0.lock().await;
        if !seen.holds(&mark, Instant::now()) {
            *seen = Seen { mark: Some(mark), at: Some(Instant::now()), users: HashMap::new() };
        }
        let unread: Vec<Key> = users.iter().filter(|user| !seen.users.contains_key(user)).cloned().collect();
        match self.kept(&unread).await {
            Ok(read) => seen.users.extend(read),
            Err(error) => {
                // What is half read is no answer for the next time either.
                *seen = Seen::default();
                return Err(error);
            }
        }
        let now = (self.clock)();
        let presence = |user: &Key| seen.users.get(user)?.presence(now);
        Ok(users.iter().filter_map(|user| Some((user.clone(), presence(user)?))).collect())
    }

    async fn mark(&self) -> Result<Mark, DirectoryError> {
        let root = self.one(Search::entry(String::new(), COUNT)).await?;
        let mark = root.as_ref().and_then(|root| {
            let server = root.text("dsServiceName")?.to_owned();
            Some(Mark { server, count: root.number("highestCommittedUSN")? })
        });
        mark.ok_or_else(|| refused(FaultKind::NotActiveDirectory))
    }

    async fn kept(&self, users: &[Key]) -> Result<Vec<(Key, Read)>, DirectoryError> {
        let now = (self.clock)();
        let guids: Vec<ObjectGuid> = users.iter().filter_map(ObjectGuid::of).collect();
        let mut read = HashMap::new();
        for entry in self.running(&guids).await? {
            if let Some(guid) = entry.guid() {
                read.insert(guid, Read::of(&entry, now));
            }
        }
        let found = |user: &Key| ObjectGuid::of(user).and_then(|guid| read.get(&guid).copied());
        Ok(users.iter().map(|user| (user.clone(), found(user).unwrap_or(Read::Gone))).collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::message::entry_of;
    use super::*;

    #[test]
    fn an_account_ends_by_itself_without_being_read_again() {
        let end = Micros(1_700_000_000 * Micros::SECOND);
        let filetime = (end.0 / Micros::SECOND + 11_644_473_600) * 10_000_000;
        let entry = entry_of(&[("userAccountControl", "512"), ("accountExpires", &filetime.to_string())]);
        let kept = Kept::of(&entry, Micros(0)).unwrap();
        assert_eq!(kept.presence(end.plus_seconds(-1)), Presence::Here(AccountState::Good));
        assert_eq!(kept.presence(end), Presence::Here(AccountState::Expired));
        let disabled = entry_of(&[("userAccountControl", "514"), ("accountExpires", "0")]);
        assert_eq!(Kept::of(&disabled, end).unwrap().presence(end), Presence::Here(AccountState::Disabled));
    }

    #[test]
    fn who_may_not_be_read_is_neither_good_nor_gone() {
        let hidden = Read::of(&entry_of(&[("accountExpires", "0")]), Micros(0));
        assert_eq!((hidden, hidden.presence(Micros(0))), (Read::Unreadable, None));
        assert_eq!(Read::Gone.presence(Micros(0)), Some(Presence::Gone));
    }

    #[test]
    fn what_was_read_holds_for_one_server_and_one_count_and_a_minute() {
        let mark = |server: &str, count| Mark { server: server.to_owned(), count };
        let now = Instant::now();
        let seen = Seen { mark: Some(mark("dc1", 7)), at: Some(now), users: HashMap::new() };
        assert!(seen.holds(&mark("dc1", 7), now + Duration::from_secs(59)));
        assert!(!seen.holds(&mark("dc1", 8), now));
        assert!(!seen.holds(&mark("dc1", 6), now), "a controller that was put back counts anew");
        assert!(!seen.holds(&mark("dc2", 7), now));
        assert!(!seen.holds(&mark("dc1", 7), now.checked_add(AT_LEAST_EVERY).unwrap()));
    }
}
