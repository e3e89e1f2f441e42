//! What every kind of directory does, in the same words.
//!
//! The server knows directories by the trait [`Directory`] alone; which kind one
//! is, its settings say. What belongs to one kind (distinguished names, security
//! identifiers) stays inside that kind: here it is a [`Key`], a [`Mark`] or a text.

use crate::change::PasswordChange;
use crate::fault::{DirectoryError, Fault, FaultKind};
use crate::secret::Password;
use async_trait::async_trait;
use pforte_model::account::AccountState;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use std::fmt;

/// The immutable identity of a user or a group in its directory: never given to
/// another one, and kept through every rename. What the bytes are, the kind of
/// directory says (`objectGUID`, `entryUUID`, a security identifier, ...).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Box<[u8]>);

/// By what a directory names a group among the groups of a user: its security
/// identifier where there is one, else its [`Key`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark(Box<[u8]>);

macro_rules! bytes {
    ($name:ident) => {
        impl $name {
            /// Made of these bytes, as they were read or stored.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Self {
                Self(bytes.into())
            }

            /// The bytes, as they are stored.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    };
}

bytes!(Key);
bytes!(Mark);

/// A user of a directory, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The immutable identity.
    pub key: Key,
    /// The same as people of the directory read it.
    pub identity: String,
    /// Where the user stood when it was found: how the directory is asked about it.
    pub place: String,
    /// The account name, as written in the directory.
    pub login: String,
    /// The user principal name (`name@domain`), if there is one.
    pub principal: Option<String>,
    /// The name to be shown.
    pub label: String,
    /// Whether the account may log on, as far as what was read tells. At a log-on
    /// the rest is told by [`Directory::verify`].
    pub state: AccountState,
    /// When the password was set last, if the directory tells it so exactly that another
    /// password has another time.
    pub password_set_at: Option<Micros>,
    /// When the account itself ends; `None` if it never does or if that is not told.
    pub ends_at: Option<Micros>,
    /// Whether the user may log on at certain hours of the week alone, also where Pforte's
    /// own account may not read whether it is so.
    pub at_hours: bool,
    /// The computers at which alone the user may log on, by their short names; none:
    /// anywhere.
    pub computers: Vec<String>,
    /// The groups and the password's end, where they were told at once with the rest.
    pub told: Option<Told>,
}

/// A group of a directory, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundGroup {
    /// The immutable identity.
    pub key: Key,
    /// The same as people of the directory read it.
    pub identity: String,
    /// Where the group stood when it was found.
    pub place: String,
    /// By what a user's groups name it.
    pub mark: Mark,
    /// The account name, unique in the directory.
    pub name: String,
    /// The name to be shown.
    pub label: String,
}

/// What a directory works out for a user at each reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// All groups: direct, nested at any depth, and the primary one.
    pub groups: Vec<Mark>,
    /// When the password ends by the directory's rules or the user's own; `None` if
    /// it never does, if it must be changed anyway, or if that may not be read.
    pub password_ends_at: Option<Micros>,
    /// By which groups of other directories name the user: now, and before it was moved
    /// here. None where nobody else names users.
    pub own: Vec<Mark>,
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

/// What a directory says about a person and a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right and the account may log on.
    Good,
    /// The password is wrong, or there is no such user.
    Wrong,
    /// The account may not log on now. Except for [`AccountState::Locked`], in
    /// which a directory does not look at the password, the password is right.
    State(AccountState),
}

/// When a directory locks an account by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// The wrong passwords in a row that lock it; at least 1.
    pub threshold: u32,
    /// Seconds after the last wrong password at which the directory forgets them.
    pub window_seconds: u32,
}

impl Lockout {
    /// What is taken where a directory does not tell: as strict as is usual.
    pub const USUAL: Self = Self { threshold: 5, window_seconds: 1_800 };
}

/// What is known of one of a directory's servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHealth {
    /// Which one, as people read it.
    pub server: String,
    /// Whether it answers, or has not been asked yet.
    pub up: bool,
    /// What was wrong when it last failed, while it does not answer.
    pub fault: Option<Fault>,
    /// Since when it answers, or does not. `None`: it has not been asked yet.
    pub since: Option<Micros>,
    /// How long its last answer to an easy question took, in milliseconds.
    pub latency_ms: Option<u32>,
    /// The site it stands at, where the directory has sites and it told.
    pub site: Option<String>,
    /// Whether it takes changes, as far as it told; a read-only one does not.
    pub writable: Option<bool>,
}

impl ServerHealth {
    /// Of a server of which no more is known than whether it answers.
    #[must_use]
    pub const fn plain(server: String, fault: Option<Fault>) -> Self {
        let up = fault.is_none();
        Self { server, up, fault, since: None, latency_ms: None, site: None, writable: None }
    }
}

/// A directory that runs: it answers, or says at once that it cannot.
///
/// # Invariants of every implementation
///
/// - One try of a person is one try at the directory, never repeated.
/// - A user is known by its [`Key`]; the name only finds it.
/// - No answer is ever "not there" because something was broken: that is an error.
/// - Nothing waits for a server that is known to be dead.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Finds a user by `name`, `DOMAIN\name` or `name@domain`. `None`: there is no
    /// such user here; then call [`Self::verify_unknown`].
    async fn find(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError>;

    /// Verifies a person's password by one try.
    async fn verify(&self, found: &Found, password: &Password) -> Result<Verdict, DirectoryError>;

    /// Changes a person's password: the directory checks the old one, which is one
    /// try, and judges the new one. Sent once and never repeated; after
    /// [`DirectoryError::AnswerLost`] nobody knows which password holds. Kinds of
    /// directories whose passwords are changed elsewhere alone say so.
    async fn change_password(
        &self,
        found: &Found,
        _old: &Password,
        _new: &Password,
    ) -> Result<PasswordChange, DirectoryError> {
        Err(DirectoryError::Refused(FaultKind::ChangeElsewhere.with(&found.login)))
    }

    /// When the directory locks this user after wrong passwords, or without one its
    /// users in general, which takes as long to find out. `None`: never. Kinds of
    /// directories that do not tell are taken to be as strict as is usual.
    async fn lockout(&self, _found: Option<&Found>) -> Result<Option<Lockout>, DirectoryError> {
        Ok(Some(Lockout::USUAL))
    }

    /// Does what [`Self::verify`] does, for a user who does not exist, and takes as
    /// long as wrong passwords take, so that the time does not tell who does.
    async fn verify_unknown(&self, password: &Password) -> Result<(), DirectoryError>;

    /// All groups of a user, and when the password ends.
    async fn groups(&self, found: &Found) -> Result<Told, DirectoryError>;

    /// The same of users whose sessions run, in the order asked for. `None`: the user
    /// is gone.
    async fn groups_of(&self, users: &[Key]) -> Result<Vec<(Key, Option<Told>)>, DirectoryError>;

    /// The groups of this directory, at any depth, that a user of another one is in: by
    /// itself or by a group of the other directory. `marks` are the user's own and those
    /// of its groups, as the other directory told them. Kinds of directories that know
    /// only their own users tell none.
    async fn groups_of_foreigner(&self, _marks: &[Mark]) -> Result<Vec<Mark>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Whether users whose sessions run are there, disabled or expired, in the order
    /// asked for. Asked every few seconds. What else stands against a log-on ends no
    /// session, hours least of all: a running plant keeps its operator, as a Windows
    /// computer does unless its policy says otherwise. A user whose state Pforte's own
    /// account may not read is left out of the answer.
    async fn check(&self, users: &[Key]) -> Result<Vec<(Key, Presence)>, DirectoryError>;

    /// The user with this identity, with all that can be read of it.
    async fn user(&self, key: &Key) -> Result<Option<Found>, DirectoryError>;

    /// The user whom the directory's tickets name by this mark, with all that can be
    /// read of it now. Kinds of directories without tickets have none.
    async fn user_by_mark(&self, _mark: &Mark) -> Result<Option<Found>, DirectoryError> {
        Ok(None)
    }

    /// Users whose name begins with a text, for administrators; at most `limit` of
    /// them and never more than 500. No text: any.
    async fn users(&self, text: &str, limit: u16) -> Result<Page<Found>, DirectoryError>;

    /// Groups whose name begins with a text, as [`Self::users`].
    async fn groups_named(&self, text: &str, limit: u16) -> Result<Page<FoundGroup>, DirectoryError>;

    /// The groups that have exactly this name as account name or to be shown.
    async fn groups_called(&self, name: &str) -> Result<Vec<FoundGroup>, DirectoryError>;

    /// The shortest way from a user to a group: the group the user is in, the group
    /// which that one is in, and so on to the group itself. Empty if the user is not
    /// in it.
    async fn path(&self, user: &Key, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError>;

    /// Whether a typed name says that it belongs to this directory (`DOMAIN\name`,
    /// `name@domain`), as far as that is known now; never waited for.
    fn owns(&self, login: &LoginName) -> bool;

    /// Finds out the names that [`Self::owns`] goes by, where they are not known yet.
    async fn learn_names(&self) -> Result<(), DirectoryError> {
        Ok(())
    }

    /// What is known of the servers, in the order of preference.
    fn health(&self) -> Vec<ServerHealth>;

    /// Why the servers do not let Pforte's own account in, if they refused it lately.
    fn account_fault(&self) -> Option<Fault>;

    /// Why connections are made that rest on the servers' certificates alone, where
    /// Kerberos should prove them too.
    fn unproven(&self) -> Option<Fault> {
        None
    }

    /// Ends everything that runs, and waits for that a few seconds at most.
    async fn stop(&self);
}
