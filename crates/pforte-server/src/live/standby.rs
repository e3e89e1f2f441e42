//! Who can log on while not even the database can be read: users who have a role
//! of the emergency, with what their passwords are checked against.
//!
//! # Invariants
//!
//! - Only who may log on stands here. What changes a user takes them away in the
//!   hook of its commit; they come back when they are read again.
//! - It is asked only when the database does not answer.
//! - It is believed for [`GREATEST_AGE`] since it was read, so that who was disabled
//!   by another server that this one cannot hear of is not accepted for longer.

use pforte_model::id::{DirectoryId, UserId};
use pforte_model::name::LoginName;
use pforte_store::local::LocalUser;
use pforte_store::users::User;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::Notify;

/// Most users; one takes some 600 bytes.
pub const MOST: usize = 2_000;

/// How long it is believed, in microseconds: a long weekend.
pub const GREATEST_AGE: i64 = 72 * 3_600 * 1_000_000;

/// A user as read from the database. It has no `Debug`: verifiers are not shown.
#[derive(Clone)]
pub struct Standing {
    /// The user.
    pub row: User,
    /// What a user of the local directory has besides.
    pub local: Option<LocalUser>,
}

/// The users in memory.
#[derive(Default)]
pub struct Standby {
    table: RwLock<Table>,
    wanted: Notify,
}

#[derive(Default)]
struct Table {
    users: HashMap<UserId, Arc<Standing>>,
    /// Those who showed only at a log-on that a group of their directory gives them
    /// a role of the emergency.
    seen: BTreeSet<UserId>,
    /// When it was read, by the clock that is never set.
    read_at: i64,
    /// Counts what was taken away.
    changes: u64,
}

impl Standby {
    /// The local user who logs on with this name.
    #[must_use]
    pub fn by_login(&self, directory: DirectoryId, login: &LoginName, now: i64) -> Option<Arc<Standing>> {
        self.find(now, |user| user.row.directory == directory && user.row.login == *login)
    }

    /// The user that a directory knows by this key.
    #[must_use]
    pub fn by_key(&self, directory: DirectoryId, key: &[u8], now: i64) -> Option<Arc<Standing>> {
        self.find(now, |user| user.row.directory == directory && user.row.key == key)
    }

    /// How many there are.
    #[must_use]
    pub fn users(&self) -> usize {
        self.read().users.len()
    }

    fn find(&self, now: i64, wanted: impl Fn(&Standing) -> bool) -> Option<Arc<Standing>> {
        let table = self.read();
        let young = now.saturating_sub(table.read_at) <= GREATEST_AGE;
        table.users.values().find(|user| young && wanted(user)).cloned()
    }

    /// From here on nothing that was read of this user counts. Only to be called by
    /// a commit hook.
    pub fn forget(&self, id: UserId) {
        let mut table = self.write();
        table.changes += 1;
        table.users.remove(&id);
        drop(table);
        self.wanted.notify_one();
    }

    /// Has a user kept whose directory told of a group with a role of the emergency.
    pub fn remember(&self, id: UserId) {
        let mut table = self.write();
        if table.seen.len() < MOST && table.seen.insert(id) {
            drop(table);
            self.wanted.notify_one();
        }
    }

    /// Those who logged on with such a role, and the number that [`Self::replace`]
    /// wants to hear.
    #[must_use]
    pub fn seen(&self) -> (Vec<UserId>, u64) {
        let table = self.read();
        (table.seen.iter().copied().collect(), table.changes)
    }

    /// Keeps what was read now; nothing if a user changed since `changes` was told.
    pub fn replace(&self, users: Vec<Standing>, changes: u64, now: i64) {
        let mut table = self.write();
        if table.changes == changes {
            table.users = users.into_iter().map(|user| (user.row.id, Arc::new(user))).collect();
            table.read_at = now;
        }
    }

    /// Has it read again without waiting for the usual time.
    pub fn read_soon(&self) {
        self.wanted.notify_one();
    }

    /// Waits until somebody wants it read again.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use pforte_model::id::PersonId;
    use pforte_model::time::Micros;

    const HERE: DirectoryId = DirectoryId::from_bytes([1; 16]);

    fn user(number: u8) -> Standing {
        let row = User {
            id: UserId::from_bytes([number; 16]),
            directory: HERE,
            key: vec![number],
            login: LoginName::parse(&format!("user{number}")).unwrap(),
            label: String::new(),
            person: PersonId::from_bytes([number; 16]),
            enabled: true,
            essential: false,
            adopted_at: Micros(0),
            seen_at: None,
            version: 1,
        };
        Standing { row, local: None }
    }

    fn login(number: u8) -> LoginName {
        user(number).row.login
    }

    #[test]
    fn who_changed_is_not_found_until_read_again() {
        let standby = Standby::default();
        standby.replace(vec![user(1), user(2)], standby.seen().1, 0);
        assert_eq!(standby.by_key(HERE, &[2], 0).unwrap().row, user(2).row);
        assert!(standby.by_login(HERE, &login(1), 0).is_some());
        standby.forget(user(1).row.id);
        assert!(standby.by_login(HERE, &login(1), 0).is_none());
        assert!(standby.by_login(HERE, &login(2), 0).is_some());
        assert!(standby.by_login(DirectoryId::from_bytes([2; 16]), &login(2), 0).is_none());
        standby.replace(vec![user(1)], standby.seen().1, 0);
        assert!(standby.by_login(HERE, &login(1), 0).is_some());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept() {
        let standby = Standby::default();
        let (_, changes) = standby.seen();
        standby.forget(user(1).row.id);
        standby.replace(vec![user(1)], changes, 0);
        assert!(standby.by_login(HERE, &login(1), 0).is_none());
    }

    #[test]
    fn what_is_too_old_is_not_believed() {
        let standby = Standby::default();
        standby.replace(vec![user(1)], 0, 5);
        assert!(standby.by_login(HERE, &login(1), 5 + GREATEST_AGE).is_some());
        assert!(standby.by_login(HERE, &login(1), 6 + GREATEST_AGE).is_none());
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let standby = Standby::default();
        for number in 0..MOST + 5 {
            standby.remember(UserId::from_bytes(u128::try_from(number).unwrap().to_be_bytes()));
        }
        assert_eq!(standby.seen().0.len(), MOST);
    }
}
