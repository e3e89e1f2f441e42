//! Tokens and credentials: 256 random bits, told once, kept only as a hash.
//!
//! The prefix tells what a token is for, so that one kind is never taken for
//! another. A plain SHA-256 suffices as verifier because nobody guesses 256 bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pforte_wire::secret::Secret;
use rand::Rng;
use sha2::{Digest, Sha256};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A person's session.
    Session,
    /// An application's credential.
    Application,
    /// A station's credential.
    Station,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "pfs_",
            Self::Application => "pfa_",
            Self::Station => "pft_",
        }
    }
}

/// The hash by which a token is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// Characters of a token behind its prefix.
const CHARS: usize = 43;

/// Draws a new token; only its hash is kept.
pub fn new(purpose: Purpose, rng: &mut impl Rng) -> (Secret, TokenHash) {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
    rng.fill_bytes(&mut *bytes);
    let token = format!("{}{}", purpose.prefix(), URL_SAFE_NO_PAD.encode(*bytes));
    let hash = hash(&token);
    (Secret::new(token), hash)
}

/// What a text that claims to be a token is for, and its hash; `None` if it
/// cannot be one.
#[must_use]
pub fn read(text: &str) -> Option<(Purpose, TokenHash)> {
    let purpose = [Purpose::Session, Purpose::Application, Purpose::Station]
        .into_iter()
        .find(|purpose| text.starts_with(purpose.prefix()))?;
    (text.len() == purpose.prefix().len() + CHARS).then(|| (purpose, hash(text)))
}

fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn a_token_is_known_again_and_only_for_its_purpose() {
        let (token, hash) = new(Purpose::Station, &mut StdRng::seed_from_u64(1));
        assert_eq!(read(token.expose()), Some((Purpose::Station, hash)));
        assert_eq!(read("pfs_short"), None);
        assert_eq!(read(""), None);
    }
}
