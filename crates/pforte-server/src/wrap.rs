//! Secrets that are stored in the database, encrypted with the wrapping key.
//!
//! The key is in the data folder and never in the database, so that a copy of the
//! database alone gives no secret away. A wrapped secret is bound to its place:
//! copied to another row or column it does not open, so that nobody who can write
//! to the database makes the server send one account's password elsewhere.
//!
//! The form, version 1: a version byte, 4 bytes of the key's id, 12 bytes nonce,
//! AES-256-GCM of the padded secret. The padding hides the secret's length.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

/// The longest secret, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

const VERSION: u8 = 1;
const ID_LEN: usize = 4;

/// The padded secret has a multiple of this many bytes.
const BLOCK: usize = 64;

/// Bytes that tell the length of the secret.
const LENGTH_LEN: usize = 2;

/// Why a secret was not wrapped or unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// More than [`MAX_BYTES`] bytes.
    #[error("the secret is too long")]
    TooLong,
    /// Not something that was wrapped, or by a newer version of the program.
    #[error("not a wrapped secret that this version can read")]
    Foreign,
    /// Wrapped with another key.
    #[error("the secret was wrapped with another key")]
    OtherKey,
    /// Altered, or taken from another place.
    #[error("the wrapped secret was altered or belongs to another place")]
    Altered,
}

/// Where a wrapped secret is stored.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table and column: `directories.secret`.
    pub column: &'static str,
    /// The row's identifier.
    pub row: &'a [u8; 16],
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        // No column name contains NUL and a row always has 16 bytes, so that two
        // places never give the same bytes.
        [b"pforte wrap 1\0", self.column.as_bytes(), b"\0", self.row].concat()
    }
}

/// The key that wraps. It has no `Debug` and gives the key away nowhere.
pub struct WrappingKey {
    id: [u8; ID_LEN],
    key: LessSafeKey,
}

impl WrappingKey {
    /// The key with this id. `None`: the cryptographic library refused it.
    #[must_use]
    pub fn new(id: [u8; ID_LEN], key: &SecretBox<[u8; 32]>) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose_secret()).ok()?;
        Some(Self { id, key: LessSafeKey::new(key) })
    }

    /// Encrypts a secret for one place.
    pub fn wrap(
        &self,
        secret: &[u8],
        place: Place<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, WrapError> {
        let mut padded = pad(secret)?;
        let mut nonce = [0; NONCE_LEN];
        rng.fill_bytes(&mut nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.bytes()),
                padded.as_mut_slice(),
            )
            .map_err(|_| WrapError::TooLong)?;
        Ok([&[VERSION], self.id.as_slice(), &nonce, &padded, tag.as_ref()].concat())
    }

    /// Decrypts what was wrapped for this place.
    pub fn unwrap(&self, wrapped: &[u8], place: Place<'_>) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        let (version, rest) = wrapped.split_first().ok_or(WrapError::Foreign)?;
        let (id, rest) = rest.split_first_chunk::<ID_LEN>().ok_or(WrapError::Foreign)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(WrapError::Foreign)?;
        if *version != VERSION {
            return Err(WrapError::Foreign);
        }
        if *id != self.id {
            return Err(WrapError::OtherKey);
        }
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let padded = self
            .key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.bytes()),
                sealed.as_mut_slice(),
            )
            .map_err(|_| WrapError::Altered)?;
        unpad(padded).map(|secret| Zeroizing::new(secret.to_vec())).ok_or(WrapError::Foreign)
    }
}

fn pad(secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, WrapError> {
    let length = u16::try_from(secret.len()).ok().filter(|_| secret.len() <= MAX_BYTES);
    let length = length.ok_or(WrapError::TooLong)?;
    // The right capacity from the start: growing would leave a copy behind.
    let full = (LENGTH_LEN + secret.len()).next_multiple_of(BLOCK);
    let mut padded = Zeroizing::new(Vec::with_capacity(full));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(secret);
    padded.resize(full, 0);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_LEN>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const HERE: Place<'_> = Place { column: "directories.secret", row: &[7; 16] };

    fn key(id: u8, bytes: u8) -> WrappingKey {
        WrappingKey::new([id; 4], &SecretBox::new(Box::new([bytes; 32]))).unwrap()
    }

    fn wrapped(secret: &[u8]) -> Vec<u8> {
        key(1, 1).wrap(secret, HERE, &mut StdRng::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn a_secret_comes_back_as_it_was() {
        for length in [0, 1, 61, 62, 63, 64, 1000, MAX_BYTES] {
            let secret = vec![b'x'; length];
            assert_eq!(*key(1, 1).unwrap(&wrapped(&secret), HERE).unwrap(), secret);
        }
    }

    #[test]
    fn a_secret_moved_to_another_row_or_column_does_not_open() {
        let wrapped = wrapped(b"secret");
        for place in [
            Place { row: &[8; 16], ..HERE },
            Place { column: "directories.name", ..HERE },
            Place { column: "directories.secret\0", ..HERE },
        ] {
            assert_eq!(key(1, 1).unwrap(&wrapped, place), Err(WrapError::Altered));
        }
    }

    #[test]
    fn a_secret_with_any_byte_changed_or_missing_does_not_open() {
        let wrapped = wrapped(b"secret");
        for place in 0..wrapped.len() {
            let mut altered = wrapped.clone();
            altered[place] ^= 1;
            assert!(key(1, 1).unwrap(&altered, HERE).is_err(), "byte {place}");
            assert!(key(1, 1).unwrap(&wrapped[..place], HERE).is_err(), "cut at {place}");
        }
        assert!(key(1, 1).unwrap(&[&wrapped[..], &[0]].concat(), HERE).is_err());
    }

    #[test]
    fn another_key_another_version_and_rubbish_are_told_apart() {
        let mut wrapped = wrapped(b"secret");
        assert_eq!(key(2, 1).unwrap(&wrapped, HERE), Err(WrapError::OtherKey));
        assert_eq!(key(1, 2).unwrap(&wrapped, HERE), Err(WrapError::Altered));
        wrapped[0] = 2;
        assert_eq!(key(1, 1).unwrap(&wrapped, HERE), Err(WrapError::Foreign));
        assert_eq!(key(1, 1).unwrap(b"", HERE), Err(WrapError::Foreign));
    }

    #[test]
    fn nothing_of_the_secret_is_seen_not_even_its_length() {
        let mut rng = StdRng::seed_from_u64(2);
        let key = key(1, 1);
        let one = key.wrap(b"short", HERE, &mut rng).unwrap();
        let other = key.wrap(b"a much longer pass phrase", HERE, &mut rng).unwrap();
        assert_eq!(one.len(), other.len());
        assert_ne!(key.wrap(b"short", HERE, &mut rng).unwrap(), one, "each nonce is new");
        assert!(!one.windows(5).any(|bytes| bytes == b"short"));
    }

    #[test]
    fn a_secret_that_is_too_long_is_refused() {
        let mut rng = StdRng::seed_from_u64(3);
        let long = vec![0; MAX_BYTES + 1];
        assert_eq!(key(1, 1).wrap(&long, HERE, &mut rng), Err(WrapError::TooLong));
        assert!(key(1, 1).wrap(&vec![0; 70_000], HERE, &mut rng).is_err());
    }
}
