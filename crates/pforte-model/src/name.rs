//! Names that people type and read, in the one form the product compares.
//!
//! Case and Unicode composition are folded here, once, because SQLite and
//! PostgreSQL fold letters differently. Control characters and the marks that
//! turn the direction of writing are refused, because a name that contains them
//! can look like another one.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing is left after the spaces at both ends are taken away.
    #[error("the name is empty")]
    Empty,
    /// More characters than the kind of name may have.
    #[error("the name is too long")]
    TooLong,
    /// A control character, a direction mark or another one that nobody sees.
    #[error("the name contains a character that cannot be seen")]
    Unseen,
    /// A character that this kind of name does not allow.
    #[error("the name contains a character that is not allowed here")]
    NotAllowed,
}

/// Folds a text to what is compared: NFKC, lower case, no spaces at the ends.
///
/// Both small sigmas are one letter, because a capital one is either. What no
/// rule of case calls equal stays apart whatever the language: `ı` and `i`, `İ`
/// and `I`, `ß` and `ss`.
#[must_use]
pub fn fold(typed: &str) -> String {
    // Most names; a search folds a hundred thousand of them.
    if typed.is_ascii() { typed.trim().to_ascii_lowercase() } else { folded(typed) }
}

fn folded(typed: &str) -> String {
    // NFKC can bring spaces to the ends, so they are taken away after it.
    let folded: String = typed.nfkc().flat_map(lower).nfkc().collect();
    folded.trim().to_owned()
}

/// The small letter, without regard to its neighbours: what the end of a word
/// looks like must not tell two spellings apart.
fn lower(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().map(|c| if c == 'ς' { 'σ' } else { c })
}

/// Characters that are not seen: controls, direction marks and isolates, zero
/// width ones, line and paragraph separators, tags, the byte order mark
/// (Unicode categories Cc and Cf as far as they occur in names, Zl and Zp).
#[must_use]
pub fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text of several lines holds characters that are not seen, so that it could
/// read differently from what it says. Line ends and tabs are none.
#[must_use]
pub fn hides(text: &str) -> bool {
    text.replace("\r\n", "\n").chars().any(|c| unseen(c) && !matches!(c, '\n' | '\t'))
}

fn check(text: &str, most: usize) -> Result<(), BadName> {
    match text.chars().count() {
        0 => Err(BadName::Empty),
        n if n > most => Err(BadName::TooLong),
        _ if text.chars().any(unseen) => Err(BadName::Unseen),
        _ => Ok(()),
    }
}

macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;

            fn try_from(text: String) -> Result<Self, BadName> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

/// The name a person types to log on, folded.
///
/// It may be `name`, `DOMAIN\name` or `name@domain`; the directory decides what
/// it makes of it. A directory compares in its own way, so it is also asked for
/// the name [as it was written](Self::written).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName {
    folded: String,
    written: String,
}

impl LoginName {
    /// The longest login name, in characters: Active Directory's
    /// `userPrincipalName` holds 1,024, people type at most a fraction of it.
    pub const MAX_CHARS: usize = 256;

    /// Reads a login name as a person typed it.
    pub fn parse(typed: &str) -> Result<Self, BadName> {
        if typed.len() > Self::MAX_CHARS * 4 {
            return Err(BadName::TooLong);
        }
        let folded = fold(typed);
        check(&folded, Self::MAX_CHARS)?;
        let written = if typed.is_ascii() { typed.to_owned() } else { typed.nfkc().collect() };
        Ok(Self { folded, written: written.trim().to_owned() })
    }

    /// The folded name: what Pforte compares.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.folded
    }

    /// The name with its capital letters (NFKC, no spaces at the ends). Two names
    /// are the same whatever this is.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }
}

impl PartialEq for LoginName {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for LoginName {}

impl Hash for LoginName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl PartialOrd for LoginName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LoginName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.folded)
    }
}

impl TryFrom<String> for LoginName {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        Self::parse(&text)
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.folded
    }
}

/// A name to be shown: of a person, a role, a station, an application.
///
/// Kept as typed (NFC, no spaces at the ends); two labels are the same when
/// [`Label::folded`] is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// The longest label, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Reads a label as a person typed it.
    pub fn parse(typed: &str) -> Result<Self, BadName> {
        if typed.len() > Self::MAX_CHARS * 4 {
            return Err(BadName::TooLong);
        }
        let text: String = typed.trim().nfc().collect();
        check(&text, Self::MAX_CHARS)?;
        Ok(Self(text))
    }

    /// What is compared and must be unique.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}
text_type!(Label);

/// One step of an area's path: `line2` of `dairy/line2`. Folded, without `/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaName(String);

impl AreaName {
    /// The longest name of an area, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Reads the name of an area as a person typed it.
    pub fn parse(typed: &str) -> Result<Self, BadName> {
        if typed.len() > Self::MAX_CHARS * 4 {
            return Err(BadName::TooLong);
        }
        let folded = fold(typed);
        check(&folded, Self::MAX_CHARS)?;
        if folded.contains('/') {
            return Err(BadName::NotAllowed);
        }
        Ok(Self(folded))
    }
}
text_type!(AreaName);

/// The key of an application or the action of a right: `a-z 0-9 . - _`,
/// beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// The longest key, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Reads a key; capital letters are folded.
    pub fn parse(typed: &str) -> Result<Self, BadName> {
        if typed.len() > Self::MAX_CHARS {
            return Err(BadName::TooLong);
        }
        let folded = fold(typed);
        check(&folded, Self::MAX_CHARS)?;
        let first = folded.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = folded.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-' | '_'));
        if first && rest { Ok(Self(folded)) } else { Err(BadName::NotAllowed) }
    }
}
text_type!(Key);

/// The full name of a right: the application's key, `/`, the action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RightName(String);

impl RightName {
    /// Reads `application/action`.
    pub fn parse(typed: &str) -> Result<Self, BadName> {
        let (application, action) = typed.split_once('/').ok_or(BadName::NotAllowed)?;
        Ok(Self::new(&Key::parse(application)?, &Key::parse(action)?))
    }

    /// The right `action` of `application`.
    #[must_use]
    pub fn new(application: &Key, action: &Key) -> Self {
        Self(format!("{application}/{action}"))
    }

    /// The key of the application whose right it is.
    #[must_use]
    pub fn application(&self) -> &str {
        self.0.split_once('/').map_or("", |(application, _)| application)
    }
}
text_type!(RightName);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_text_of_several_lines_hides_nothing_and_a_direction_mark_does() {
        assert!(!hides("one\ntwo\r\nthree\tä 日本 👍"));
        for hidden in ["a\u{202e}b", "a\u{200b}b", "a\0", "a\rb", "\u{feff}a", "a\u{2066}b\u{2069}"] {
            assert!(hides(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn names_that_differ_in_case_or_composition_are_one() {
        let composed = LoginName::parse("Ängström").unwrap();
        assert_eq!(LoginName::parse("a\u{308}NGSTRO\u{308}M").unwrap(), composed);
        assert_eq!(LoginName::parse(" Ｓhift ").unwrap().as_str(), "shift");
    }

    #[test]
    fn every_case_of_a_name_is_the_same_name() {
        let same = [
            ["İPEK", "İpek", "i\u{307}pek"],
            ["ISPARTALI", "Ispartali", "ispartali"],
            ["Weiß", "weiß", "WEIẞ"],
            ["ΟΔΥΣΣΕΥΣ", "Οδυσσευς", "οδυσσευσ"],
            ["ΣΑΣ ΣΑΣ", "σας σας", "σασ σασ"],
            ["Ǆ", "ǅ", "ǆ"],
        ];
        for spellings in same {
            let names: BTreeSet<_> = spellings.iter().map(|name| LoginName::parse(name).unwrap()).collect();
            assert_eq!(names.len(), 1, "{spellings:?}");
        }
    }

    #[test]
    fn names_that_only_look_or_sound_alike_are_different() {
        let different =
            ["ipek", "ıpek", "İpek", "weiss", "weiß", "οδυσσευς", "οδυσσεύς", "anna", "ánna", "аnna"];
        let names: BTreeSet<_> = different.iter().map(|name| LoginName::parse(name).unwrap()).collect();
        assert_eq!(names.len(), different.len());
    }

    #[test]
    fn a_login_name_keeps_its_capital_letters_for_directories() {
        let name = LoginName::parse(" PLANT\\İPEK ").unwrap();
        assert_eq!((name.as_str(), name.written()), ("plant\\i\u{307}pek", "PLANT\\İPEK"));
        assert_eq!(LoginName::parse("Ａnna").unwrap().written(), "Anna");
    }

    #[test]
    fn what_nobody_sees_is_refused() {
        for name in ["a\u{202e}b", "a\0b", "a\u{200b}b", "a\nb", "a\u{2066}b"] {
            assert_eq!(LoginName::parse(name), Err(BadName::Unseen));
            assert_eq!(Label::parse(name), Err(BadName::Unseen));
        }
    }

    #[test]
    fn bounds_hold() {
        assert_eq!(LoginName::parse(" "), Err(BadName::Empty));
        assert_eq!(LoginName::parse(&"a".repeat(257)), Err(BadName::TooLong));
        assert_eq!(AreaName::parse("a/b"), Err(BadName::NotAllowed));
        assert_eq!(RightName::parse("Batch/Release").unwrap().as_str(), "batch/release");
        assert_eq!(RightName::parse("batch"), Err(BadName::NotAllowed));
        assert_eq!(Key::parse("1a"), Err(BadName::NotAllowed));
    }

    proptest! {
        #[test]
        fn the_short_way_of_ascii_folds_like_the_long_one(text in "[\\x00-\\x7f]{0,40}") {
            prop_assert_eq!(fold(&text), folded(&text));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
