//! Which words a directory uses: a table for each kind of LDAP server.

use super::fault::{Fault, FaultKind};
use super::filter::Filter;
use super::link;
use super::message::Entry;
use serde::{Deserialize, Serialize};

/// What kind of LDAP server a directory is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schema {
    /// Active Directory, of Windows or Samba.
    #[default]
    ActiveDirectory,
    /// OpenLDAP, and whatever uses `entryUUID`.
    OpenLdap,
    /// 389 Directory Server, of Red Hat and SUSE.
    #[serde(rename = "389-ds")]
    Ds389,
    /// FreeIPA.
    FreeIpa,
}

/// What a kind of server calls things.
pub(super) struct Words {
    /// What never changes of an entry.
    pub(super) key: &'static str,
    /// What says that an entry is a user.
    pub(super) user_class: &'static str,
    /// What says that an entry is no second view of another one, where there are such.
    pub(super) true_class: Option<&'static str>,
    /// Whether a bind is good with a password that has expired.
    pub(super) binds_expired: bool,
    /// What is read of a user.
    pub(super) user: &'static [&'static str],
    /// What is read of a group.
    pub(super) group: &'static [&'static str],
}

/// The name at log-on.
pub(super) const UID: &str = "uid";
/// The name that may be typed in the form `name@domain`.
pub(super) const MAIL: &str = "mail";
/// What says that a group names its members by distinguished names.
pub(super) const MEMBERS: [(&str, &str); 2] =
    [("groupOfNames", "member"), ("groupOfUniqueNames", "uniqueMember")];
/// What says that a group names its members by their log-on names and number.
pub(super) const POSIX: &str = "posixGroup";

const OPEN_LDAP: Words = Words {
    key: "entryUUID",
    user_class: "inetOrgPerson",
    true_class: None,
    binds_expired: false,
    user: &[
        "entryUUID",
        UID,
        MAIL,
        "cn",
        "displayName",
        "gidNumber",
        "pwdAccountLockedTime",
        "pwdReset",
        "pwdEndTime",
        "pwdChangedTime",
        "shadowExpire",
    ],
    group: &["entryUUID", "cn", "description"],
};

const DS389: Words = Words {
    key: "nsUniqueId",
    user_class: "inetOrgPerson",
    true_class: None,
    binds_expired: false,
    user: &[
        "nsUniqueId",
        UID,
        MAIL,
        "cn",
        "displayName",
        "gidNumber",
        "nsAccountLock",
        "accountUnlockTime",
        "passwordExpirationTime",
        "pwdChangedTime",
        "pwdReset",
        "shadowExpire",
    ],
    group: &["nsUniqueId", "cn", "description"],
};

const FREE_IPA: Words = Words {
    key: "ipaUniqueID",
    user_class: "posixAccount",
    // Below `cn=compat` users and groups stand a second time, without an identity.
    true_class: Some("ipaObject"),
    binds_expired: true,
    user: &[
        "ipaUniqueID",
        UID,
        MAIL,
        "cn",
        "displayName",
        "gidNumber",
        "nsAccountLock",
        "krbPrincipalExpiration",
        "krbPasswordExpiration",
        "krbLastPwdChange",
    ],
    group: &["ipaUniqueID", "cn", "description"],
};

impl Schema {
    /// The words; `None`: Active Directory has its own code.
    pub(super) const fn words(self) -> Option<&'static Words> {
        match self {
            Self::ActiveDirectory => None,
            Self::OpenLdap => Some(&OPEN_LDAP),
            Self::Ds389 => Some(&DS389),
            Self::FreeIpa => Some(&FREE_IPA),
        }
    }

    /// Whether the server with this root entry serves what is below `top`.
    pub(super) fn serves(self, root: &Entry, top: &str) -> Result<(), Fault> {
        if self == Self::ActiveDirectory {
            return link::serves(root, top);
        }
        let top = top.to_lowercase();
        let holds = |context: &str| {
            let context = context.to_lowercase();
            top == context || top.ends_with(&format!(",{context}"))
        };
        let mut contexts = root.texts("namingContexts").peekable();
        // A server may hide from strangers what it holds.
        if contexts.peek().is_none() || contexts.any(holds) {
            return Ok(());
        }
        Err(FaultKind::OtherDomain.with(root.text("namingContexts").unwrap_or_default()))
    }
}

impl Words {
    /// Users.
    pub(super) fn users(&self) -> Filter {
        Filter::equal("objectClass", self.user_class)
    }

    /// What a filter finds, without second views.
    pub(super) fn only_true(&self, filter: Filter) -> Filter {
        match self.true_class {
            Some(class) => Filter::And(vec![Filter::equal("objectClass", class), filter]),
            None => filter,
        }
    }
}

/// Groups of any kind.
pub(super) fn groups() -> Filter {
    let named = MEMBERS.map(|(class, _)| class).into_iter().chain([POSIX]);
    Filter::Or(named.map(|class| Filter::equal("objectClass", class)).collect())
}
