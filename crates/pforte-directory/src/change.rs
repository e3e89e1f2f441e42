//! Changing a password: what comes of it, and why a new one is not taken.
//!
//! The same words for every kind of directory: the built-in one judges by its
//! profile, the others tell what their own rules say.

use pforte_model::account::AccountState;
use serde::Serialize;

/// What a directory says about a person who changes the own password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordChange {
    /// The new password holds from now on.
    Done,
    /// The old password is wrong. The directory has counted it as one try.
    Wrong,
    /// The account may not change its password now.
    State(AccountState),
    /// The new password is not taken. Never empty.
    Unfit(Vec<PasswordFault>),
}

/// A kind of characters that a password may be asked to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CharKind {
    /// Capital letters.
    Capital,
    /// Small letters.
    Small,
    /// Digits.
    Digit,
    /// Everything else.
    Other,
}

impl CharKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Capital, Self::Small, Self::Digit, Self::Other];

    /// The stable name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capital => "capital",
            Self::Small => "small",
            Self::Digit => "digit",
            Self::Other => "other",
        }
    }

    /// Which kind a character is of. A letter of a script without capitals is other.
    pub(crate) fn of(c: char) -> Self {
        match c {
            c if c.is_uppercase() => Self::Capital,
            c if c.is_lowercase() => Self::Small,
            c if c.is_numeric() => Self::Digit,
            _ => Self::Other,
        }
    }

    /// The kinds that do not occur.
    pub(crate) fn missing(text: &str) -> Vec<Self> {
        Self::ALL.into_iter().filter(|kind| !text.chars().any(|c| Self::of(c) == *kind)).collect()
    }
}

/// Why a password is not taken. [`PasswordFault::code`] is stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code")]
pub enum PasswordFault {
    /// Fewer characters than the rules ask for.
    #[error("the password has fewer than {least} characters")]
    #[serde(rename = "password-too-short")]
    TooShort {
        /// The fewest characters.
        least: u16,
    },
    /// More characters than can be kept.
    #[error("the password has more than {most} characters")]
    #[serde(rename = "password-too-long")]
    TooLong {
        /// The most characters.
        most: u16,
    },
    /// Made of words that many passwords are made of.
    #[error("the password is made of words that are tried first")]
    #[serde(rename = "password-common")]
    Common,
    /// Made of the names of the user, the plant or the product.
    #[error("the password is made of names that everybody here knows")]
    #[serde(rename = "password-context")]
    Context,
    /// Holds the log-on name or a part of the name that is shown.
    #[error("the password contains the user's name")]
    #[serde(rename = "password-contains-name")]
    ContainsName,
    /// Rows of keys, of the alphabet, a few numbers.
    #[error("the password is a row of keys, letters or numbers")]
    #[serde(rename = "password-sequence")]
    Sequence,
    /// The same again and again.
    #[error("the password repeats the same characters")]
    #[serde(rename = "password-repeats")]
    Repeats,
    /// Fewer kinds of characters than the rules ask for.
    #[error("the password has fewer than {least} of capital letters, small letters, digits, others")]
    #[serde(rename = "password-too-few-classes")]
    TooFewClasses {
        /// How many of the kinds must occur.
        least: u16,
        /// Those that do not occur.
        missing: Vec<CharKind>,
    },
    /// One of the user's last passwords.
    #[error("the password was used before")]
    #[serde(rename = "password-reused")]
    Reused {
        /// How many of the last ones, the present one included, cannot be used
        /// again; 0 where that is not known.
        last: u16,
    },
    /// The holder changed it too short a time ago.
    #[error("the password was changed too short a time ago; it can be changed again in {seconds} seconds")]
    #[serde(rename = "password-too-soon")]
    TooSoon {
        /// Seconds until it may be changed; 0 where that is not known.
        seconds: i64,
    },
    /// The user may not change the own password at all.
    #[error("this user may not change the password")]
    #[serde(rename = "password-change-not-allowed")]
    NotAllowed,
    /// The directory refuses it, and by no rule that could be read.
    #[error("the directory does not take the password: {says}")]
    #[serde(rename = "password-refused")]
    Refused {
        /// What the directory says; may be empty. It comes from there and is bounded.
        says: String,
    },
}

impl PasswordFault {
    /// The stable code, as in the API and the texts of the pages.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password-too-short",
            Self::TooLong { .. } => "password-too-long",
            Self::Common => "password-common",
            Self::Context => "password-context",
            Self::ContainsName => "password-contains-name",
            Self::Sequence => "password-sequence",
            Self::Repeats => "password-repeats",
            Self::TooFewClasses { .. } => "password-too-few-classes",
            Self::Reused { .. } => "password-reused",
            Self::TooSoon { .. } => "password-too-soon",
            Self::NotAllowed => "password-change-not-allowed",
            Self::Refused { .. } => "password-refused",
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn the_code_in_json_is_the_code() {
        for fault in [
            PasswordFault::TooShort { least: 1 },
            PasswordFault::TooLong { most: 1 },
            PasswordFault::Common,
            PasswordFault::Context,
            PasswordFault::ContainsName,
            PasswordFault::Sequence,
            PasswordFault::Repeats,
            PasswordFault::TooFewClasses { least: 1, missing: Vec::new() },
            PasswordFault::Reused { last: 5 },
            PasswordFault::TooSoon { seconds: 1 },
            PasswordFault::NotAllowed,
            PasswordFault::Refused { says: String::new() },
        ] {
            assert_eq!(serde_json::to_value(&fault).unwrap().get("code").unwrap(), fault.code());
        }
        for kind in CharKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn the_kinds_that_do_not_occur_are_named() {
        assert_eq!(CharKind::missing("abc1"), [CharKind::Capital, CharKind::Other]);
        assert_eq!(CharKind::missing("Ä桜1é"), []);
    }
}
