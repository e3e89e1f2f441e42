//! Users, groups and the state of an account.

use crate::id::{GroupId, UserId};
use serde::{Deserialize, Serialize};

/// Who can be given a role or be a member of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Principal {
    /// One user.
    User(UserId),
    /// A group, and so everybody in it at any depth.
    Group(GroupId),
}

/// Whether an account may log on, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// Nothing stands against it.
    Good,
    /// Switched off by an administrator.
    Disabled,
    /// Locked after wrong passwords.
    Locked,
    /// Past the account's own end.
    Expired,
    /// The password must be changed before the next log-on.
    MustChange,
    /// The password is past its greatest age.
    PasswordExpired,
    /// Outside the hours at which the directory allows a log-on.
    OutsideHours,
    /// At a computer at which the directory does not allow a log-on.
    WrongWorkstation,
    /// The account may log on with a smart card alone.
    SmartCardRequired,
}

impl AccountState {
    /// The stable name, as in the log and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Disabled => "disabled",
            Self::Locked => "locked",
            Self::Expired => "expired",
            Self::MustChange => "must-change",
            Self::PasswordExpired => "password-expired",
            Self::OutsideHours => "outside-hours",
            Self::WrongWorkstation => "wrong-workstation",
            Self::SmartCardRequired => "smart-card-required",
        }
    }
}
