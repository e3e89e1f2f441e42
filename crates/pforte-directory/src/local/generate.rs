//! Passwords and set-up codes that Pforte makes itself.
//!
//! They are read from paper and typed at a panel: groups of five small letters
//! and digits, without those that look alike (`0 o 1 i l`).

use super::profile::Profile;
use crate::secret::{BadPassword, Password};
use rand::{CryptoRng, RngExt};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Characters that cannot be taken for one another.
const ALPHABET: [char; 31] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];
/// Characters between two hyphens.
const GROUP: usize = 5;
/// Groups of a password: 4 times 5 characters of 4.95 bits are 99 bits.
const PASSWORD_GROUPS: usize = 4;
/// Groups of a set-up code: 124 bits.
const CODE_GROUPS: usize = 5;

/// A password made by Pforte, to be shown once.
pub struct Generated(Zeroizing<String>);

impl Generated {
    /// The text, for the one answer that shows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as a password, to be hashed.
    pub fn to_password(&self) -> Result<Password, BadPassword> {
        Password::parse(&self.0)
    }
}

impl fmt::Debug for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generated(hidden)")
    }
}

/// Makes a password of 99 bits or more that the profile accepts, such as
/// `k7mfp-x3nqd-9hwtz-b4raj`. It is longer where the profile asks for more
/// characters, and begins with a capital where it asks for all four classes.
pub fn password(rng: &mut impl CryptoRng, profile: &Profile) -> Generated {
    let least = usize::from(profile.least_chars());
    let groups = (least + 1).div_ceil(GROUP + 1).max(PASSWORD_GROUPS);
    let mut text = mixed(rng, groups);
    if profile.classes() > 3
        && let Some(first) = text.get_mut(..1)
    {
        first.make_ascii_uppercase();
    }
    Generated(text)
}

/// Groups that begin with a letter and have a digit. Drawing again until they
/// do costs less than a fifth of a bit.
fn mixed(rng: &mut impl CryptoRng, count: usize) -> Zeroizing<String> {
    loop {
        let text = groups(rng, count);
        if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.contains(|c: char| c.is_ascii_digit()) {
            return text;
        }
    }
}

fn groups(rng: &mut impl CryptoRng, count: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(count * (GROUP + 1)));
    for place in 0..count * GROUP {
        if place > 0 && place.is_multiple_of(GROUP) {
            text.push('-');
        }
        text.extend(ALPHABET.get(rng.random_range(0..ALPHABET.len())));
    }
    text
}

/// A text is not a set-up code: not 25 of its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a set-up code: five groups of five letters and digits")]
pub struct BadSetupCode;

/// The code that makes the first administrator, shown once at the first start:
/// five groups of five characters, 124 bits.
pub struct SetupCode(Zeroizing<String>);

impl SetupCode {
    /// Draws a code.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self(groups(rng, CODE_GROUPS))
    }

    /// Reads a code as a person typed it: case, spaces and hyphens make no
    /// difference.
    pub fn parse(typed: &str) -> Result<Self, BadSetupCode> {
        let mut text = Zeroizing::new(String::with_capacity(CODE_GROUPS * (GROUP + 1)));
        let characters = typed.chars().take(100).filter(|c| !matches!(c, ' ' | '-'));
        for (place, c) in characters.map(|c| c.to_ascii_lowercase()).enumerate() {
            if place == CODE_GROUPS * GROUP || !ALPHABET.contains(&c) {
                return Err(BadSetupCode);
            }
            if place > 0 && place.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(c);
        }
        if text.len() == CODE_GROUPS * (GROUP + 1) - 1 { Ok(Self(text)) } else { Err(BadSetupCode) }
    }

    /// The text, for the one place that shows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. The code has 124 random bits, so a plain digest
    /// leaves nothing to guess.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::new().chain_update(b"pforte set-up code\0").chain_update(self.0.as_bytes()).finalize().into()
    }

    /// Whether it is the code of which `digest` was kept; takes the same time
    /// whatever differs.
    #[must_use]
    pub fn matches(&self, digest: &[u8; 32]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}

impl fmt::Debug for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupCode(hidden)")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::profile::{About, Adjustments, ProfileKind};
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use std::collections::HashSet;

    #[test]
    fn the_alphabet_has_each_character_once_and_none_that_look_alike() {
        let different: HashSet<char> = ALPHABET.into_iter().collect();
        assert_eq!(different.len(), 31);
        assert!(['0', 'o', '1', 'i', 'l'].iter().all(|c| !different.contains(c)));
    }

    #[test]
    fn every_character_is_drawn_equally_often() {
        let text = groups(&mut StdRng::seed_from_u64(1), 31 * 1000 / GROUP);
        for c in ALPHABET {
            let count = text.matches(c).count();
            assert!((850..1150).contains(&count), "{c} {count}");
        }
    }

    #[test]
    fn a_code_is_read_as_it_is_shown_or_typed() {
        let code = SetupCode::draw(&mut StdRng::seed_from_u64(1));
        assert_eq!(code.as_str().len(), 29);
        let typed = code.as_str().to_uppercase().replace('-', "  ");
        let read = SetupCode::parse(&typed).unwrap();
        assert_eq!(read.as_str(), code.as_str());
        assert!(read.matches(&code.digest()));
        let other = SetupCode::draw(&mut StdRng::seed_from_u64(2));
        assert!(!other.matches(&code.digest()));
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        let short = "abcde-abcde-abcde-abcde-abcd";
        let zero = "abcde-abcde-abcde-abcde-abcd0";
        let long = "abcde-abcde-abcde-abcde-abcde-a";
        for typed in ["", short, zero, long, &"-".repeat(1000), "äbcde-abcde-abcde-abcde-abcde"] {
            assert_eq!(SetupCode::parse(typed).unwrap_err(), BadSetupCode, "{typed}");
        }
    }

    #[test]
    fn no_way_of_printing_shows_them() {
        let mut rng = StdRng::seed_from_u64(1);
        assert_eq!(format!("{:?}", SetupCode::draw(&mut rng)), "SetupCode(hidden)");
        assert_eq!(format!("{:?}", password(&mut rng, &Profile::default())), "Generated(hidden)");
    }

    proptest! {
        #[test]
        fn a_generated_password_passes_every_profile(
            seed: u64, kind in prop::sample::select(ProfileKind::ALL.to_vec()),
            least in 15..=64_u16, classes in 0..=4_u16,
        ) {
            let classes = (kind != ProfileKind::Nist80063b).then_some(classes);
            let to = Adjustments { least_chars: Some(least), classes, ..Adjustments::default() };
            let profile = Profile::adjusted(kind, &to).unwrap();
            let generated = password(&mut StdRng::seed_from_u64(seed), &profile);
            let about = About { words: &["anna.schmidt", "Molkerei Süd"], ..About::default() };
            prop_assert_eq!(profile.check(&generated.to_password().unwrap(), &about), Ok(()));
            prop_assert!(generated.as_str().len() >= 23);
        }

        #[test]
        fn any_text_is_read_as_a_code_or_refused_without_harm(typed in "\\PC{0,60}") {
            let _ = SetupCode::parse(&typed);
        }
    }
}
