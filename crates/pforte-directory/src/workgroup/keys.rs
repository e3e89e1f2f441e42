//! The keys of an SMB session, and what they sign and seal.
//!
//! SMB 3.1.1 alone: the hash of all that was said before stands in every key, so
//! whoever changed a word of the negotiation has other keys than we.

use super::wire::{Garbled, Reader, Writer, long, part};
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{cmac, digest, hmac};

/// What encrypts, by its number in the negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128Gcm,
    Aes256Gcm,
}

impl Cipher {
    pub(super) const ALL: [Self; 2] = [Self::Aes256Gcm, Self::Aes128Gcm];

    pub(super) const fn number(self) -> u16 {
        match self {
            Self::Aes128Gcm => 2,
            Self::Aes256Gcm => 4,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "AES-128-GCM",
            Self::Aes256Gcm => "AES-256-GCM",
        }
    }

    const fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::Aes128Gcm => &AES_128_GCM,
            Self::Aes256Gcm => &AES_256_GCM,
        }
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm => 32,
        }
    }
}

/// The hash of everything that was said before the session stood.
#[derive(Clone)]
pub(super) struct Said([u8; 64]);

impl Default for Said {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Said {
    pub(super) fn add(&mut self, message: &[u8]) {
        let mut hash = digest::Context::new(&digest::SHA512);
        hash.update(&self.0);
        hash.update(message);
        if let Ok(value) = hash.finish().as_ref().try_into() {
            self.0 = value;
        }
    }
}

/// The keys of a session.
pub(super) struct Keys {
    signs: Vec<u8>,
    seals: LessSafeKey,
    opens: LessSafeKey,
    /// How many messages were sealed: never twice the same nonce.
    sealed: u64,
}

/// The mark at the front of a sealed message.
const SEALED: [u8; 4] = [0xfd, b'S', b'M', b'B'];
const HEADER: usize = 52;
const TAG: usize = 16;
/// Where the part of the header begins that is authenticated.
const NONCE_AT: usize = 20;

/// Whether a message is a sealed one, right or wrong.
pub(super) fn is_sealed(message: &[u8]) -> bool {
    message.starts_with(&SEALED)
}

impl Keys {
    pub(super) fn new(session_key: &[u8; 16], said: &Said, cipher: Cipher) -> Result<Self, Garbled> {
        let key = |label: &str| {
            let bytes = derive(session_key, label, &said.0, cipher.key_bytes());
            UnboundKey::new(cipher.algorithm(), &bytes).map(LessSafeKey::new).map_err(|_| Garbled)
        };
        Ok(Self {
            signs: derive(session_key, "SMBSigningKey\0", &said.0, 16),
            seals: key("SMBC2SCipherKey\0")?,
            opens: key("SMBS2CCipherKey\0")?,
            sealed: 0,
        })
    }

    /// Whether a message carries the signature that only the holder of the session's
    /// key can make: of a host, that it knows the password.
    pub(super) fn signed(&self, message: &[u8]) -> bool {
        const SIGNATURE: std::ops::Range<usize> = 48..64;
        let Some(signature) = message.get(SIGNATURE) else { return false };
        let Ok(key) = cmac::Key::new(cmac::AES_128, &self.signs) else { return false };
        let mut blank = message.to_vec();
        if let Some(place) = blank.get_mut(SIGNATURE) {
            place.fill(0);
        }
        cmac::verify(&key, &blank, signature).is_ok()
    }

    pub(super) fn seal(&mut self, session: u64, message: &[u8]) -> Result<Vec<u8>, Garbled> {
        self.sealed += 1;
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().zip(self.sealed.to_le_bytes()) {
            *to = from;
        }
        let bound =
            Writer::default().bytes(&nonce).zeros(4).u32(long(message.len())).u16(0).u16(1).u64(session).0;
        let mut text = message.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.seals.seal_in_place_separate_tag(nonce, Aad::from(&bound), &mut text);
        let tag = tag.map_err(|_| Garbled)?;
        Ok(Writer::default().bytes(&SEALED).bytes(tag.as_ref()).bytes(&bound).bytes(&text).0)
    }

    /// The message in a sealed one; anything else is refused.
    pub(super) fn open(&self, session: u64, sealed: &[u8]) -> Result<Vec<u8>, Garbled> {
        let mut header = Reader::new(sealed);
        if header.take(4)? != SEALED {
            return Err(Garbled);
        }
        let tag = header.take(TAG)?;
        let nonce = Nonce::try_assume_unique_for_key(part(sealed, NONCE_AT, 12)?).map_err(|_| Garbled)?;
        let bound = part(sealed, NONCE_AT, HEADER - NONCE_AT)?;
        header.skip(HEADER - NONCE_AT - 8)?;
        if header.u64()? != session {
            return Err(Garbled);
        }
        let mut text = [header.rest(), tag].concat();
        let opened = self.opens.open_in_place(nonce, Aad::from(bound), &mut text);
        Ok(opened.map_err(|_| Garbled)?.to_vec())
    }
}

/// SP 800-108 in counter mode with HMAC-SHA256: one block, of which `bytes` are taken.
fn derive(key: &[u8], label: &str, context: &[u8], bytes: usize) -> Vec<u8> {
    let bits = u32::try_from(bytes * 8).unwrap_or_default();
    let message = [&[0, 0, 0, 1][..], label.as_bytes(), &[0], context, &bits.to_be_bytes()].concat();
    let block = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message);
    block.as_ref().iter().copied().take(bytes).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
mod tests {
    use super::*;

    fn pair(cipher: Cipher) -> (Keys, Keys) {
        let said = Said::default();
        let ours = Keys::new(&[7; 16], &said, cipher).unwrap();
        let mut theirs = Keys::new(&[7; 16], &said, cipher).unwrap();
        std::mem::swap(&mut theirs.seals, &mut theirs.opens);
        (ours, theirs)
    }

    #[test]
    fn what_one_side_seals_the_other_opens_and_nothing_altered() {
        for cipher in Cipher::ALL {
            let (mut ours, theirs) = pair(cipher);
            let sealed = ours.seal(9, b"a message").unwrap();
            assert_eq!(theirs.open(9, &sealed).unwrap(), b"a message");
            assert_eq!(theirs.open(8, &sealed), Err(Garbled));
            for at in 0..sealed.len() {
                let mut altered = sealed.clone();
                altered[at] ^= 1;
                // Of the sixteen bytes for a nonce GCM uses twelve; all of them are authenticated.
                assert_eq!(theirs.open(9, &altered), Err(Garbled), "{at}");
            }
            assert_eq!(theirs.open(9, &sealed[..sealed.len() - 1]), Err(Garbled));
        }
    }

    #[test]
    fn no_nonce_is_used_twice() {
        let (mut ours, _) = pair(Cipher::Aes128Gcm);
        let (one, other) = (ours.seal(1, b"x").unwrap(), ours.seal(1, b"x").unwrap());
        assert_ne!(one[NONCE_AT..NONCE_AT + 12], other[NONCE_AT..NONCE_AT + 12]);
    }

    #[test]
    fn a_word_of_the_negotiation_changed_makes_other_keys() {
        let mut said = Said::default();
        said.add(b"negotiate");
        let (mut ours, _) = pair(Cipher::Aes128Gcm);
        let theirs = Keys::new(&[7; 16], &said, Cipher::Aes128Gcm).unwrap();
        assert_eq!(theirs.open(1, &ours.seal(1, b"x").unwrap()), Err(Garbled));
    }
}
