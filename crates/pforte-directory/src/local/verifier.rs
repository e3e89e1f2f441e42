//! What is kept of a password: enough to check it, not enough to learn it.
//!
//! The text form is a PHC string with exactly these parts, in this order:
//! `$argon2id$v=19$m=19456,t=2,p=1,keyid=a1$SALT$TAG`. `keyid` is the pepper's
//! id in base64, as the format asks; salt and tag are 16 and 32 bytes. One
//! verifier has one text and no other: what differs in a zero or a padding
//! character is refused, so that a stored one that was edited is noticed.

use super::cost::Cost;
use super::pepper::PepperId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use std::fmt;
use subtle::ConstantTimeEq;

/// A text is not a verifier that this version could have written. It does not
/// repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored password verifier cannot be read")]
pub struct BadVerifier;

/// The random part of a verifier; the caller draws it from its generator.
pub type Salt = [u8; 16];
/// What Argon2id makes of a password.
pub(super) type Tag = [u8; 32];

/// What is kept of a password. No `Debug` that shows anything but its cost.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    pub(super) cost: Cost,
    pub(super) pepper: PepperId,
    pub(super) salt: Salt,
    pub(super) tag: Tag,
}

impl Verifier {
    /// The longest text form, in bytes.
    pub const MAX_BYTES: usize = 160;

    /// Reads the text form. Bounded: longer texts and costs outside
    /// [`Cost`]'s bounds are refused before anything is allocated for them.
    pub fn parse(text: &str) -> Result<Self, BadVerifier> {
        let read = if text.len() > Self::MAX_BYTES { None } else { read(text) };
        read.filter(|verifier| verifier.to_phc() == text).ok_or(BadVerifier)
    }

    /// The text form, to be stored and for nothing else.
    #[must_use]
    pub fn to_phc(&self) -> String {
        let (memory, passes) = (self.cost.memory_kib(), self.cost.passes());
        let pepper = BASE64.encode(self.pepper.as_str());
        let (salt, tag) = (BASE64.encode(self.salt), BASE64.encode(self.tag));
        format!("$argon2id$v=19$m={memory},t={passes},p=1,keyid={pepper}${salt}${tag}")
    }

    /// The pepper it was made with.
    #[must_use]
    pub const fn pepper(&self) -> &PepperId {
        &self.pepper
    }

    /// What it cost to make and costs to check.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
    }

    /// Whether `tag` is this verifier's; takes the same time whatever differs.
    pub(super) fn has_tag(&self, tag: &Tag) -> bool {
        self.tag.ct_eq(tag).into()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (memory, passes) = (self.cost.memory_kib(), self.cost.passes());
        write!(f, "Verifier({memory} KiB, {passes} passes, pepper {}, hidden)", self.pepper)
    }
}

fn read(text: &str) -> Option<Verifier> {
    let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let (parameters, salt, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let mut values = parameters.split(',');
    let memory = values.next()?.strip_prefix("m=")?.parse().ok()?;
    let passes = values.next()?.strip_prefix("t=")?.parse().ok()?;
    values.next().filter(|lanes| *lanes == "p=1")?;
    let pepper = bytes::<{ PepperId::MAX_BYTES }>(values.next()?.strip_prefix("keyid=")?)?;
    if parts.next().is_some() || values.next().is_some() {
        return None;
    }
    Some(Verifier {
        cost: Cost::new(memory, passes).ok()?,
        pepper: PepperId::parse(std::str::from_utf8(&pepper).ok()?).ok()?,
        salt: bytes::<16>(salt)?.try_into().ok()?,
        tag: bytes::<32>(tag)?.try_into().ok()?,
    })
}

/// Decodes at most `MOST` bytes.
fn bytes<const MOST: usize>(text: &str) -> Option<Vec<u8>> {
    if text.len() > MOST.div_ceil(3) * 4 {
        return None;
    }
    BASE64.decode(text).ok().filter(|bytes| bytes.len() <= MOST)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;

    const SALT: &str = "AQEBAQEBAQEBAQEBAQEBAQ";
    const TAG: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

    fn text(head: &str) -> String {
        format!("{head}${SALT}${TAG}")
    }

    #[test]
    fn the_text_form_is_a_phc_string_with_the_peppers_id() {
        let written = text("$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE");
        let verifier = Verifier::parse(&written).unwrap();
        assert_eq!(verifier.pepper().as_str(), "a1");
        assert_eq!(verifier.cost(), Cost::DEFAULT);
        assert_eq!(verifier.to_phc(), written);
        assert!(written.len() <= Verifier::MAX_BYTES);
    }

    #[test]
    fn what_was_tampered_with_is_refused() {
        for head in [
            "$argon2id$v=19$m=4294967295,t=2,p=1,keyid=YTE",
            "$argon2id$v=19$m=19456,t=4000000000,p=1,keyid=YTE",
            "$argon2id$v=19$m=19456,t=2,p=4,keyid=YTE",
            "$argon2id$v=19$m=019456,t=2,p=1,keyid=YTE",
            "$argon2id$v=19$m=+19456,t=2,p=1,keyid=YTE",
            "$argon2id$v=19$m=8,t=2,p=1,keyid=YTE",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=",
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE=",
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=YTF",
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE,data=YTE",
            "$argon2id$v=19$t=2,m=19456,p=1,keyid=YTE",
            "$argon2id$v=16$m=19456,t=2,p=1,keyid=YTE",
            "$argon2d$v=19$m=19456,t=2,p=1,keyid=YTE",
            "argon2id$v=19$m=19456,t=2,p=1,keyid=YTE",
        ] {
            assert_eq!(Verifier::parse(&text(head)), Err(BadVerifier), "{head}");
        }
        let good = text("$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE");
        for cut in 0..good.len() {
            assert_eq!(Verifier::parse(good.get(..cut).unwrap()), Err(BadVerifier));
        }
        assert_eq!(Verifier::parse(&format!("{good}$")), Err(BadVerifier));
        assert_eq!(Verifier::parse(&format!("{good}\n")), Err(BadVerifier));
        assert_eq!(Verifier::parse(&good.replace(SALT, TAG)), Err(BadVerifier));
    }

    #[test]
    fn neither_salt_nor_tag_is_shown() {
        let verifier = Verifier::parse(&text("$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE")).unwrap();
        assert_eq!(format!("{verifier:?}"), "Verifier(19456 KiB, 2 passes, pepper a1, hidden)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_harm(
            bytes in prop::collection::vec(any::<u8>(), 0..300), head in any::<bool>(),
        ) {
            let head = if head { "$argon2id$v=19$" } else { "" };
            let _ = Verifier::parse(&format!("{head}{}", String::from_utf8_lossy(&bytes)));
        }

        #[test]
        fn one_changed_character_is_refused_or_is_another_verifier(place in 0..128_usize, c in "[ -~]") {
            let good = text("$argon2id$v=19$m=19456,t=2,p=1,keyid=YTE");
            let mut changed = good.clone();
            changed.replace_range(place % good.len()..=place % good.len(), &c);
            let same = Verifier::parse(&changed) == Verifier::parse(&good);
            prop_assert_eq!(same, changed == good);
        }

        #[test]
        fn a_text_near_the_form_is_refused_or_is_the_one_text_of_its_verifier(
            memory in "[0-9+]{1,11}", passes in "[0-9]{1,11}", lanes in "[0-9]{1,2}",
            keyid in "[A-Za-z0-9+/=]{0,30}", salt in "[A-Za-z0-9+/=]{20,24}", tag in "[A-Za-z0-9+/]{42,44}",
        ) {
            let text = format!("$argon2id$v=19$m={memory},t={passes},p={lanes},keyid={keyid}${salt}${tag}");
            if let Ok(verifier) = Verifier::parse(&text) {
                prop_assert_eq!(verifier.to_phc(), text);
                prop_assert!(Cost::MEMORY_KIB.contains(&verifier.cost().memory_kib()));
                prop_assert!(Cost::PASSES.contains(&verifier.cost().passes()));
            }
        }

        #[test]
        fn every_verifier_is_read_back(
            memory in Cost::MEMORY_KIB, passes in Cost::PASSES, pepper in "[a-z0-9-]{1,16}",
            salt: Salt, tag: Tag,
        ) {
            let cost = Cost::new(memory, passes).unwrap();
            let verifier = Verifier { cost, pepper: PepperId::parse(&pepper).unwrap(), salt, tag };
            prop_assert!(verifier.to_phc().len() <= Verifier::MAX_BYTES);
            prop_assert!(Verifier::parse(&verifier.to_phc()).unwrap() == verifier);
        }
    }
}
