//! What a person types to prove who stands there.
//!
//! # Invariants
//!
//! - A [`Password`] is never shown: not by `Debug`, not by serialisation, not
//!   in an error. It can be read in three places of this crate only: where it is
//!   hashed, where it is sent to a directory, and where it is judged by the rules
//!   of one.
//! - Its memory, and that of every copy this crate makes, is cleared on drop.

use secrecy::{ExposeSecret, SecretString};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// Why a text cannot be a password at all, whatever a profile asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Nothing was typed. A bind without a password succeeds at many
    /// directories without proving anything, so this never gets that far.
    #[error("the password is empty")]
    Empty,
    /// More than [`Password::MAX_BYTES`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// It contains NUL, at which some directories would cut it off.
    #[error("the password contains a NUL character")]
    Nul,
}

/// A password as a person typed it: 1 to [`Password::MAX_BYTES`] bytes of UTF-8
/// without NUL.
///
/// It is kept as typed: spaces count, nothing is cut off. Local hashing and
/// judging use the NFKC form, so that the same keys on two keyboards that
/// compose letters differently are the same password.
pub struct Password(SecretString);

impl Password {
    /// The longest password, in bytes of UTF-8: 256 characters of any script.
    pub const MAX_BYTES: usize = 1024;

    /// Takes what was typed. The caller's own copy of the text is the caller's
    /// to clear; from JSON, deserialise into this type instead.
    pub fn parse(typed: &str) -> Result<Self, BadPassword> {
        match typed.len() {
            0 => Err(BadPassword::Empty),
            n if n > Self::MAX_BYTES => Err(BadPassword::TooLong),
            _ if typed.contains('\0') => Err(BadPassword::Nul),
            _ => Ok(Self(SecretString::from(Box::<str>::from(typed)))),
        }
    }

    /// The NFKC form: what is hashed, counted and judged.
    ///
    /// The text is written once into memory of the right size, so that no
    /// outgrown buffer with a part of it is left behind.
    pub(crate) fn normalised(&self) -> Zeroizing<String> {
        let typed = self.0.expose_secret();
        let mut text = String::with_capacity(typed.nfkc().map(char::len_utf8).sum());
        text.extend(typed.nfkc());
        Zeroizing::new(text)
    }

    /// The same password again, for whoever must keep one of its own.
    pub(crate) fn another(&self) -> Self {
        Self(SecretString::from(Box::<str>::from(self.0.expose_secret())))
    }

    /// The text as typed, for a directory and for nothing else: it has its own
    /// idea of normalisation.
    pub(crate) fn text_for_bind(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Typed)
    }
}

/// Reads a password out of the request's own buffer, without a `String` between.
struct Typed;

impl Visitor<'_> for Typed {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a password")
    }

    fn visit_str<E: de::Error>(self, typed: &str) -> Result<Password, E> {
        Password::parse(typed).map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, mut typed: String) -> Result<Password, E> {
        let password = self.visit_str(&typed);
        typed.zeroize();
        password
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn what_is_typed_is_bounded_and_without_nul() {
        assert_eq!(Password::parse("").unwrap_err(), BadPassword::Empty);
        assert_eq!(Password::parse("a\0b").unwrap_err(), BadPassword::Nul);
        assert_eq!(Password::parse(&"a".repeat(1025)).unwrap_err(), BadPassword::TooLong);
        assert!(Password::parse(&"a".repeat(1024)).is_ok());
        assert!(Password::parse(" ").is_ok());
    }

    #[test]
    fn no_way_of_printing_shows_a_password() {
        let password = Password::parse("correct horse").unwrap();
        assert_eq!(format!("{password:?} {password:#?}"), "Password(hidden) Password(hidden)");
    }

    #[test]
    fn letters_composed_differently_hash_the_same_and_bind_as_typed() {
        let composed = Password::parse("M\u{fc}ller \u{2460}").unwrap();
        let decomposed = Password::parse("Mu\u{308}ller 1").unwrap();
        assert_eq!(*composed.normalised(), *decomposed.normalised());
        assert_eq!(decomposed.text_for_bind(), "Mu\u{308}ller 1");
    }

    #[test]
    fn json_is_read_straight_into_the_secret_and_refusals_do_not_repeat_it() {
        let password: Password = serde_json::from_str(r#""tab\tand \u00fc""#).unwrap();
        assert_eq!(password.text_for_bind(), "tab\tand ü");
        let password: Password = serde_json::from_value("plain".into()).unwrap();
        assert_eq!(password.text_for_bind(), "plain");
        for refused in [r#""secret\u0000secret""#, r#""""#, "7", "null", r#"["a"]"#] {
            let error = serde_json::from_str::<Password>(refused).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
