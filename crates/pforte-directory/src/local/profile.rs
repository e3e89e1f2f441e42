//! What a new password of the built-in directory must be like.
//!
//! Two schools contradict each other: NIST SP 800-63B asks for length and a
//! blocklist and forbids rules of composition and periodic change; 21 CFR Part
//! 11 and IEC 62443 are read as asking for ageing and history. So there are
//! profiles, and a plant chooses. The blocklist holds in all of them.
//!
//! Characters are Unicode code points of the NFKC form.

use super::blocklist::{Weakness, weaknesses};
use crate::change::{CharKind, PasswordFault};
use crate::secret::Password;
use pforte_model::time::Micros;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// Which school a profile follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProfileKind {
    /// NIST SP 800-63B-4: 15 characters where the password stands alone, no
    /// composition, no expiry.
    #[default]
    #[serde(rename = "nist-800-63b")]
    Nist80063b,
    /// What auditors of medicine plants are used to: 12 characters of three classes,
    /// 90 days, 12 old ones not again, one change a day.
    #[serde(rename = "gxp-classic")]
    GxpClassic,
    /// IEC 62443-4-2 CR 1.7 with RE (1): strength, reuse, least and greatest
    /// lifetime are set. The standard names no figures; these are ours.
    #[serde(rename = "iec62443-sl3")]
    Iec62443Sl3,
}

impl ProfileKind {
    /// Every profile there is.
    pub const ALL: [Self; 3] = [Self::Nist80063b, Self::GxpClassic, Self::Iec62443Sl3];

    /// The stable name, as in the configuration, the log and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nist80063b => "nist-800-63b",
            Self::GxpClassic => "gxp-classic",
            Self::Iec62443Sl3 => "iec62443-sl3",
        }
    }
}

/// The figures of a profile that a plant sets itself; what is absent stays as
/// the profile has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adjustments {
    /// The fewest characters.
    pub least_chars: Option<u16>,
    /// How many of the four classes (capital, small, digit, other) must occur.
    pub classes: Option<u16>,
    /// Days after which a password must be changed; 0 is never.
    pub greatest_age_days: Option<u16>,
    /// Days before which its holder cannot change it again.
    pub least_age_days: Option<u16>,
    /// How many of the last passwords, the present one included, cannot be
    /// used again.
    pub history: Option<u16>,
}

/// A figure that a profile does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {least} to {most} in this profile")]
pub struct BadAdjustment {
    /// The field of [`Adjustments`].
    pub field: &'static str,
    /// The least it may be.
    pub least: u16,
    /// The most it may be.
    pub most: u16,
}

/// What a new password must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    kind: ProfileKind,
    least_chars: u16,
    classes: u16,
    greatest_age_days: u16,
    least_age_days: u16,
    history: u16,
}

/// A figure as a profile has it and within what it may be set.
struct Figure(u16, RangeInclusive<u16>);

struct Figures {
    least_chars: Figure,
    classes: Figure,
    greatest_age_days: Figure,
    least_age_days: Figure,
    history: Figure,
}

const fn figures(kind: ProfileKind) -> Figures {
    match kind {
        ProfileKind::Nist80063b => Figures {
            least_chars: Figure(15, 15..=64),
            classes: Figure(0, 0..=0),
            greatest_age_days: Figure(0, 0..=0),
            least_age_days: Figure(0, 0..=0),
            history: Figure(1, 1..=24),
        },
        ProfileKind::GxpClassic => Figures {
            least_chars: Figure(12, 8..=64),
            classes: Figure(3, 0..=4),
            greatest_age_days: Figure(90, 1..=365),
            least_age_days: Figure(1, 0..=30),
            history: Figure(12, 1..=24),
        },
        ProfileKind::Iec62443Sl3 => Figures {
            least_chars: Figure(12, 8..=64),
            classes: Figure(3, 0..=4),
            greatest_age_days: Figure(180, 1..=730),
            least_age_days: Figure(1, 1..=30),
            history: Figure(5, 2..=24),
        },
    }
}

/// What a new password is judged by besides itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// Words that a guesser knows of this user: login and display name, the
    /// plant's name. The product's own name is always among them.
    pub words: &'a [&'a str],
    /// Whether it is one of the last [`Profile::history`] passwords, as
    /// [`super::hasher::Hasher::is_one_of`] says.
    pub reused: bool,
    /// Microseconds since the holder last changed it of their own will. `None`
    /// where the least age does not apply: the first password, a reset, a
    /// change that is demanded.
    pub since_change: Option<i64>,
}

impl From<Weakness> for PasswordFault {
    fn from(weakness: Weakness) -> Self {
        match weakness {
            Weakness::Common => Self::Common,
            Weakness::Context => Self::Context,
            Weakness::Sequence => Self::Sequence,
            Weakness::Repeats => Self::Repeats,
        }
    }
}

impl Profile {
    /// The most characters of any profile.
    pub const MOST_CHARS: u16 = 256;

    /// A profile with its own figures.
    #[must_use]
    pub const fn of(kind: ProfileKind) -> Self {
        let figures = figures(kind);
        Self {
            kind,
            least_chars: figures.least_chars.0,
            classes: figures.classes.0,
            greatest_age_days: figures.greatest_age_days.0,
            least_age_days: figures.least_age_days.0,
            history: figures.history.0,
        }
    }

    /// A profile with a plant's figures; every one that is not allowed is told.
    pub fn adjusted(kind: ProfileKind, to: &Adjustments) -> Result<Self, Vec<BadAdjustment>> {
        let figures = figures(kind);
        let mut bad = Vec::new();
        let mut take = |field, Figure(own, allowed): Figure, set: Option<u16>| {
            let value = set.unwrap_or(own);
            if !allowed.contains(&value) {
                bad.push(BadAdjustment { field, least: *allowed.start(), most: *allowed.end() });
            }
            value
        };
        let profile = Self {
            kind,
            least_chars: take("least_chars", figures.least_chars, to.least_chars),
            classes: take("classes", figures.classes, to.classes),
            greatest_age_days: take("greatest_age_days", figures.greatest_age_days, to.greatest_age_days),
            least_age_days: take("least_age_days", figures.least_age_days, to.least_age_days),
            history: take("history", figures.history, to.history),
        };
        bad.extend(profile.ages());
        if bad.is_empty() { Ok(profile) } else { Err(bad) }
    }

    /// Who may not change a password before it expires can never change it.
    fn ages(&self) -> Option<BadAdjustment> {
        let most = self.greatest_age_days.saturating_sub(1);
        let never = self.greatest_age_days > 0 && self.least_age_days > most;
        never.then_some(BadAdjustment { field: "least_age_days", least: 0, most })
    }

    /// Which school it follows.
    #[must_use]
    pub const fn kind(&self) -> ProfileKind {
        self.kind
    }

    /// The fewest characters.
    #[must_use]
    pub const fn least_chars(&self) -> u16 {
        self.least_chars
    }

    /// How many of the four classes of characters must occur.
    #[must_use]
    pub const fn classes(&self) -> u16 {
        self.classes
    }

    /// How many of the last passwords, the present one included, cannot be used
    /// again: so many verifiers are to be kept.
    #[must_use]
    pub fn history(&self) -> usize {
        usize::from(self.history)
    }

    /// When a password that was set at `set` must be changed; `None`: never.
    #[must_use]
    pub fn expires_at(&self, set: Micros) -> Option<Micros> {
        (self.greatest_age_days > 0).then(|| set.plus_seconds(i64::from(self.greatest_age_days) * DAY))
    }

    /// Judges a new password; tells every fault at once.
    pub fn check(&self, password: &Password, about: &About<'_>) -> Result<(), Vec<PasswordFault>> {
        let text = password.normalised();
        let mut faults: Vec<PasswordFault> = self.length(text.chars().count()).into_iter().collect();
        if !faults.contains(&PasswordFault::TooLong { most: Self::MOST_CHARS }) {
            faults.extend(blocklist(&text, about));
            faults.extend(self.composition(&text));
        }
        faults.extend(about.reused.then_some(PasswordFault::Reused { last: self.history }));
        faults.extend(self.age(about));
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn length(&self, chars: usize) -> Option<PasswordFault> {
        let (least, most) = (self.least_chars, Self::MOST_CHARS);
        match chars {
            n if n < usize::from(least) => Some(PasswordFault::TooShort { least }),
            n if n > usize::from(most) => Some(PasswordFault::TooLong { most }),
            _ => None,
        }
    }

    fn composition(&self, text: &str) -> Option<PasswordFault> {
        let (least, missing) = (self.classes, CharKind::missing(text));
        let held = CharKind::ALL.len() - missing.len();
        (held < usize::from(least)).then_some(PasswordFault::TooFewClasses { least, missing })
    }

    fn age(&self, about: &About<'_>) -> Option<PasswordFault> {
        let least = i64::from(self.least_age_days) * DAY * Micros::SECOND;
        let left = about.since_change.map(|since| least.saturating_sub(since)).filter(|left| *left > 0)?;
        Some(PasswordFault::TooSoon { seconds: left.saturating_add(Micros::SECOND - 1) / Micros::SECOND })
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::of(ProfileKind::default())
    }
}

impl fmt::Display for ProfileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

fn blocklist(text: &str, about: &About<'_>) -> impl Iterator<Item = PasswordFault> {
    let words: Vec<&str> = about.words.iter().copied().chain(["pforte"]).collect();
    weaknesses(text, &words).into_iter().map(PasswordFault::from)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    const NIST: Profile = Profile::of(ProfileKind::Nist80063b);
    const GXP: Profile = Profile::of(ProfileKind::GxpClassic);
    const SL3: Profile = Profile::of(ProfileKind::Iec62443Sl3);

    fn check(profile: Profile, text: &str) -> Vec<PasswordFault> {
        let about = About { words: &["anna.schmidt"], ..About::default() };
        profile.check(&Password::parse(text).unwrap(), &about).err().unwrap_or_default()
    }

    #[test]
    fn nist_counts_code_points_of_the_normalised_form_and_nothing_else() {
        assert_eq!(check(NIST, "vjw kqhd mzpxb ye"), []);
        assert_eq!(check(NIST, "vjwkqhdmzpxbyt"), [PasswordFault::TooShort { least: 15 }]);
        assert_eq!(check(NIST, "vjwkqhdmzpxby\u{fb01}"), []);
        assert_eq!(check(NIST, "vjwkqhdmzpxbe\u{301}t"), [PasswordFault::TooShort { least: 15 }]);
        let long = "vjwkqhdmzpxbytcg".repeat(15);
        assert_eq!(check(NIST, &format!("{long}abmdkeusyqzvlwjx")), []);
        let too_long = [PasswordFault::TooLong { most: 256 }];
        assert_eq!(check(NIST, &format!("{long}abmdkeusyqzvlwjxq")), too_long);
        assert_eq!(check(NIST, &"\u{fdfa}".repeat(340)), too_long);
    }

    #[test]
    fn the_classic_profile_asks_for_three_of_four_classes() {
        let few =
            |missing: &[CharKind]| [PasswordFault::TooFewClasses { least: 3, missing: missing.to_vec() }];
        let capital_other = [CharKind::Capital, CharKind::Other];
        assert_eq!(check(GXP, "vjwkqhdmzpxbyt"), few(&[CharKind::Capital, CharKind::Digit, CharKind::Other]));
        assert_eq!(check(GXP, "vjwkqhdmzpxby7"), few(&capital_other));
        assert_eq!(check(GXP, "vjwkqhdmzpXby7"), []);
        assert_eq!(check(GXP, "vjwkqh-mzpxby7"), []);
        assert_eq!(check(SL3, "vjwkqhd桜zpxby7"), []);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let about = About { words: &["anna.schmidt"], reused: true, since_change: Some(0) };
        let faults = GXP.check(&Password::parse("anna1234").unwrap(), &about).unwrap_err();
        let codes: Vec<&str> = faults.iter().map(PasswordFault::code).collect();
        assert_eq!(
            codes,
            [
                "password-too-short",
                "password-context",
                "password-sequence",
                "password-too-few-classes",
                "password-reused",
                "password-too-soon"
            ]
        );
    }

    #[test]
    fn the_products_own_name_is_always_known() {
        assert_eq!(check(NIST, "PfortePforte2024x"), [PasswordFault::Context]);
    }

    #[test]
    fn the_least_age_binds_the_holder_and_not_a_reset() {
        let password = Password::parse("vjwkqh-mzpxby7").unwrap();
        let after = |since| GXP.check(&password, &About { since_change: since, ..About::default() });
        let day = DAY * Micros::SECOND;
        assert_eq!(after(Some(day - 1)), Err(vec![PasswordFault::TooSoon { seconds: 1 }]));
        assert_eq!(after(Some(day)), Ok(()));
        assert_eq!(after(None), Ok(()));
        let nist = NIST.check(
            &Password::parse("vjw kqhd mzpxb ye").unwrap(),
            &About { since_change: Some(0), ..About::default() },
        );
        assert_eq!(nist, Ok(()));
    }

    #[test]
    fn a_password_expires_in_the_profiles_that_say_so() {
        assert_eq!(NIST.expires_at(Micros(5)), None);
        assert_eq!(GXP.expires_at(Micros(5)), Some(Micros(5 + 90 * DAY * Micros::SECOND)));
        assert_eq!(SL3.expires_at(Micros(i64::MAX)), Some(Micros(i64::MAX)));
    }

    #[test]
    fn a_plant_sets_figures_within_the_profile_and_hears_of_each_that_is_not() {
        let to = Adjustments { least_chars: Some(20), history: Some(3), ..Adjustments::default() };
        let profile = Profile::adjusted(ProfileKind::Nist80063b, &to).unwrap();
        assert_eq!((profile.least_chars(), profile.history()), (20, 3));
        let to = Adjustments {
            least_chars: Some(8),
            classes: Some(3),
            greatest_age_days: Some(90),
            ..Adjustments::default()
        };
        let bad = Profile::adjusted(ProfileKind::Nist80063b, &to).unwrap_err();
        let fields: Vec<&str> = bad.iter().map(|bad| bad.field).collect();
        assert_eq!(fields, ["least_chars", "classes", "greatest_age_days"]);
        let to =
            Adjustments { greatest_age_days: Some(5), least_age_days: Some(5), ..Adjustments::default() };
        let bad = Profile::adjusted(ProfileKind::GxpClassic, &to).unwrap_err();
        assert_eq!(bad, [BadAdjustment { field: "least_age_days", least: 0, most: 4 }]);
    }

    #[test]
    fn a_profile_without_adjustments_is_the_profile() {
        for kind in ProfileKind::ALL {
            assert_eq!(Profile::adjusted(kind, &Adjustments::default()), Ok(Profile::of(kind)));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert!(serde_json::from_str::<Adjustments>(r#"{"max_age": 3}"#).is_err());
    }
}
