//! Keys of Kerberos, and what is done with them (RFC 3961, 3962, 8009).
//!
//! # Invariants
//!
//! - Only AES: RC4 and DES have no value here, so that nobody can ask for them.
//! - Nothing is handed out that a checksum did not match, and the comparison
//!   takes the same time wherever it differs.
//! - A key is never shown, and its memory is cleared on drop.

use super::chance::Chance;
use super::cipher::{BLOCK, Cipher};
use super::error::Altered;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A kind of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Etype {
    /// AES of 128 bits with HMAC-SHA1-96.
    Aes128Sha1,
    /// AES of 256 bits with HMAC-SHA1-96.
    Aes256Sha1,
    /// AES of 128 bits with HMAC-SHA256-128.
    Aes128Sha256,
    /// AES of 256 bits with HMAC-SHA384-192.
    Aes256Sha384,
}

impl Etype {
    /// Every kind that is spoken, the preferred one first.
    pub const ALL: [Self; 4] = [Self::Aes256Sha384, Self::Aes256Sha1, Self::Aes128Sha256, Self::Aes128Sha1];

    /// The number by which messages name it.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Aes128Sha1 => 17,
            Self::Aes256Sha1 => 18,
            Self::Aes128Sha256 => 19,
            Self::Aes256Sha384 => 20,
        }
    }

    /// The kind with this number, if it is spoken.
    #[must_use]
    pub fn of_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|etype| etype.number() == number)
    }

    /// The number of the checksum that goes with it.
    pub(super) const fn checksum_number(self) -> i32 {
        match self {
            Self::Aes128Sha1 => 15,
            Self::Aes256Sha1 => 16,
            Self::Aes128Sha256 => 19,
            Self::Aes256Sha384 => 20,
        }
    }

    const fn key_length(self) -> usize {
        match self {
            Self::Aes128Sha1 | Self::Aes128Sha256 => 16,
            Self::Aes256Sha1 | Self::Aes256Sha384 => 32,
        }
    }

    /// Bytes of a checksum.
    pub(super) const fn checksum_length(self) -> usize {
        match self {
            Self::Aes128Sha1 | Self::Aes256Sha1 => 12,
            Self::Aes128Sha256 => 16,
            Self::Aes256Sha384 => 24,
        }
    }

    const fn is_sha1(self) -> bool {
        matches!(self, Self::Aes128Sha1 | Self::Aes256Sha1)
    }

    /// The name that goes into the salt (RFC 8009, section 4).
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Aes128Sha256 => b"aes128-cts-hmac-sha256-128\0",
            Self::Aes256Sha384 => b"aes256-cts-hmac-sha384-192\0",
            Self::Aes128Sha1 | Self::Aes256Sha1 => b"",
        }
    }

    /// How often a password is hashed, where nobody says otherwise. Fewer times
    /// are never done: a false server could ask for a key that is quickly guessed.
    const fn least_rounds(self) -> u32 {
        if self.is_sha1() { 4_096 } else { 32_768 }
    }
}

/// The most rounds of hashing that a server may ask for.
const MOST_ROUNDS: u32 = 200_000;
/// The longest salt that a server may give, in bytes.
const MOST_SALT: usize = 1_024;

/// What a key is used for within one usage.
#[derive(Clone, Copy)]
enum Part {
    Checksum,
    Encryption,
    Integrity,
}

impl Part {
    const fn byte(self) -> u8 {
        match self {
            Self::Checksum => 0x99,
            Self::Encryption => 0xaa,
            Self::Integrity => 0x55,
        }
    }
}

/// A key. Never shown; cleared on drop.
#[derive(Clone)]
pub struct Key {
    etype: Etype,
    bytes: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, hidden)", self.etype)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.etype == other.etype && self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Key {
    /// The key with these bytes, if they are as many as its kind needs.
    #[must_use]
    pub fn new(etype: Etype, bytes: &[u8]) -> Option<Self> {
        (bytes.len() == etype.key_length()).then(|| Self::of(etype, bytes.to_vec()))
    }

    fn of(etype: Etype, bytes: Vec<u8>) -> Self {
        Self { etype, bytes: Zeroizing::new(bytes) }
    }

    /// A key that nobody knows.
    pub(super) fn random(etype: Etype, chance: &Chance) -> Self {
        let mut bytes = vec![0; etype.key_length()];
        chance.fill(&mut bytes);
        Self::of(etype, bytes)
    }

    /// The key of a password. `rounds` comes from the server; `None` if it is out
    /// of bounds, or the salt is.
    pub(super) fn of_password(
        etype: Etype,
        password: &str,
        salt: &[u8],
        rounds: Option<u32>,
    ) -> Option<Self> {
        let rounds = rounds.unwrap_or(etype.least_rounds());
        if !(etype.least_rounds()..=MOST_ROUNDS).contains(&rounds) || salt.len() > MOST_SALT {
            return None;
        }
        Some(Self::derived_from(etype, password.as_bytes(), salt, rounds))
    }

    fn derived_from(etype: Etype, password: &[u8], salt: &[u8], rounds: u32) -> Self {
        let mut bytes = vec![0; etype.key_length()];
        let salt = [etype.name(), salt].concat();
        match etype {
            Etype::Aes128Sha1 | Etype::Aes256Sha1 => {
                pbkdf2::pbkdf2_hmac::<Sha1>(password, &salt, rounds, &mut bytes);
            }
            Etype::Aes128Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, &salt, rounds, &mut bytes),
            Etype::Aes256Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>(password, &salt, rounds, &mut bytes),
        }
        let first = Self::of(etype, bytes);
        let bytes = first.derive(b"kerberos", etype.key_length());
        Self { etype, bytes }
    }

    /// Its kind.
    #[must_use]
    pub const fn etype(&self) -> Etype {
        self.etype
    }

    /// The bytes, for a message that is itself encrypted.
    pub(super) fn expose(&self) -> &[u8] {
        &self.bytes
    }

    fn derive(&self, constant: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        if self.etype.is_sha1() {
            self.derive_by_cipher(constant, length)
        } else {
            self.derive_by_hash(constant, length)
        }
    }

    /// RFC 3961, section 5.1.
    fn derive_by_cipher(&self, constant: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut derived = Zeroizing::new(Vec::with_capacity(length + BLOCK));
        let Some(cipher) = Cipher::new(&self.bytes) else { return derived };
        let mut block = Zeroizing::new(fold(constant));
        while derived.len() < length {
            cipher.scramble(&mut block);
            derived.extend_from_slice(&*block);
        }
        derived.truncate(length);
        derived
    }

    /// RFC 8009, section 3.
    fn derive_by_hash(&self, constant: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let bits = u32::try_from(length * 8).unwrap_or(u32::MAX);
        let text = [&[0, 0, 0, 1], constant, &[0], &bits.to_be_bytes()].concat();
        let mut derived = mac(self.etype, &self.bytes, &[&text]);
        derived.truncate(length);
        derived
    }

    /// The key for a usage.
    fn for_usage(&self, usage: u32, part: Part) -> Zeroizing<Vec<u8>> {
        let mut constant = usage.to_be_bytes().to_vec();
        constant.push(part.byte());
        let length = match part {
            Part::Checksum | Part::Integrity if !self.etype.is_sha1() => self.etype.checksum_length(),
            _ => self.etype.key_length(),
        };
        self.derive(&constant, length)
    }

    /// Encrypts for a usage.
    #[must_use]
    pub fn encrypt(&self, usage: u32, plain: &[u8], chance: &Chance) -> Vec<u8> {
        let mut confounder = [0; BLOCK];
        chance.fill(&mut confounder);
        self.encrypt_with(usage, &confounder, plain)
    }

    fn encrypt_with(&self, usage: u32, confounder: &[u8; BLOCK], plain: &[u8]) -> Vec<u8> {
        let mut text = Zeroizing::new(Vec::with_capacity(BLOCK + plain.len()));
        text.extend_from_slice(confounder);
        text.extend_from_slice(plain);
        let Some(cipher) = Cipher::new(&self.for_usage(usage, Part::Encryption)) else { return Vec::new() };
        let mut encrypted = cipher.encrypt(&text);
        let tag = self.tag(usage, &text, &encrypted);
        encrypted.extend_from_slice(&tag);
        encrypted
    }

    /// Of the text, or of what it was encrypted to, as the kind has it.
    fn tag(&self, usage: u32, text: &[u8], encrypted: &[u8]) -> Zeroizing<Vec<u8>> {
        let key = self.for_usage(usage, Part::Integrity);
        let parts: &[&[u8]] = if self.etype.is_sha1() { &[text] } else { &[&[0; BLOCK], encrypted] };
        let mut tag = mac(self.etype, &key, parts);
        tag.truncate(self.etype.checksum_length());
        tag
    }

    /// Decrypts what was encrypted for a usage, if not a bit of it was altered.
    pub fn decrypt(&self, usage: u32, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Altered> {
        let length = encrypted.len().checked_sub(self.etype.checksum_length()).ok_or(Altered)?;
        let (encrypted, tag) = encrypted.split_at_checked(length).ok_or(Altered)?;
        let cipher = Cipher::new(&self.for_usage(usage, Part::Encryption)).ok_or(Altered)?;
        let text = Zeroizing::new(cipher.decrypt(encrypted).ok_or(Altered)?);
        if !bool::from(self.tag(usage, &text, encrypted).ct_eq(tag)) {
            return Err(Altered);
        }
        text.split_at_checked(BLOCK).map(|(_, plain)| Zeroizing::new(plain.to_vec())).ok_or(Altered)
    }

    /// The checksum of a text for a usage.
    pub(super) fn checksum(&self, usage: u32, text: &[&[u8]]) -> Vec<u8> {
        let key = self.for_usage(usage, Part::Checksum);
        let mut sum = mac(self.etype, &key, text).to_vec();
        sum.truncate(self.etype.checksum_length());
        sum
    }

    /// Whether this is the checksum of the text.
    pub(super) fn matches(&self, usage: u32, text: &[&[u8]], sum: &[u8]) -> bool {
        self.checksum(usage, text).ct_eq(sum).into()
    }
}

fn mac(etype: Etype, key: &[u8], text: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    match etype {
        Etype::Aes128Sha1 | Etype::Aes256Sha1 => hmac::<Hmac<Sha1>>(key, text),
        Etype::Aes128Sha256 => hmac::<Hmac<Sha256>>(key, text),
        Etype::Aes256Sha384 => hmac::<Hmac<Sha384>>(key, text),
    }
}

/// A key of any length does for HMAC, so nothing is ever left out.
fn hmac<M: Mac + KeyInit>(key: &[u8], text: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Zeroizing::default() };
    for part in text {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

/// Spreads a constant over a block ("n-fold", RFC 3961, section 5.1): copies,
/// each turned right by 13 bits more, are added in ones' complement.
fn fold(constant: &[u8]) -> [u8; BLOCK] {
    let length = constant.len().max(1);
    let copies = least_common_multiple(length, BLOCK) / length;
    let text: Vec<u8> = (0..copies).flat_map(|copy| turned(constant, copy * 13)).collect();
    let parts = text.as_chunks::<BLOCK>().0;
    parts.iter().fold([0; BLOCK], |sum, part| add(u128::from_be_bytes(sum), u128::from_be_bytes(*part)))
}

fn add(a: u128, b: u128) -> [u8; BLOCK] {
    let (sum, carried) = a.overflowing_add(b);
    (sum.wrapping_add(carried.into())).to_be_bytes()
}

const fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

/// Bytes turned right by a number of bits.
fn turned(bytes: &[u8], by: usize) -> Vec<u8> {
    let bits = bytes.len() * 8;
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
    let byte = |index: usize| {
        (0..8).fold(0_u8, |byte, at| byte << 1 | u8::from(bit((index * 8 + at + bits - by % bits) % bits)))
    };
    (0..bytes.len()).map(byte).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::kerberos::testing::hex;

    /// RFC 3961, appendix A.1.
    #[test]
    fn constants_are_spread_as_the_standard_says() {
        assert_eq!(fold(b"kerberos").to_vec(), hex("6b65726265726f737b9b5b2b93132b93"));
    }

    /// RFC 3962, appendix B.
    #[test]
    fn passwords_become_keys_as_the_standard_says() {
        let salt = b"ATHENA.MIT.EDUraeburn";
        let vectors = [
            (
                1,
                "password",
                "42263c6e89f4fc28b8df68ee09799f15",
                "fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161",
            ),
            (
                2,
                "password",
                "c651bf29e2300ac27fa469d693bdda13",
                "a2e16d16b36069c135d5e9d2e25f896102685618b95914b467c67622225824ff",
            ),
            (
                1200,
                "password",
                "4c01cd46d632d01e6dbe230a01ed642a",
                "55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a",
            ),
        ];
        for (rounds, password, short, long) in vectors {
            let key = |etype| Key::derived_from(etype, password.as_bytes(), salt, rounds).bytes.to_vec();
            assert_eq!(key(Etype::Aes128Sha1), hex(short));
            assert_eq!(key(Etype::Aes256Sha1), hex(long));
        }
    }

    /// RFC 8009, appendix A.
    #[test]
    fn passwords_become_newer_keys_as_the_standard_says() {
        let salt = [&hex("10df9dd783e5bc8acea1730e74355f61")[..], b"ATHENA.MIT.EDUraeburn"].concat();
        let key = |etype| Key::of_password(etype, "password", &salt, None).unwrap().bytes.to_vec();
        assert_eq!(key(Etype::Aes128Sha256), hex("089bca48b105ea6ea77ca5d2f39dc5e7"));
        assert_eq!(
            key(Etype::Aes256Sha384),
            hex("45bd806dbf6a833a9cffc1c94589a222367a79bc21c413718906e9f578a78467")
        );
    }

    /// RFC 8009, appendix A: usage 2, a confounder and 0 to 21 bytes.
    #[test]
    fn newer_keys_derive_encrypt_and_sum_as_the_standard_says() {
        let short = Key::new(Etype::Aes128Sha256, &hex("3705d96080c17728a0e800eab6e0d23c")).unwrap();
        assert_eq!(short.for_usage(2, Part::Checksum).to_vec(), hex("b31a018a48f54776f403e9a396325dc3"));
        assert_eq!(short.for_usage(2, Part::Encryption).to_vec(), hex("9b197dd1e8c5609d6e67c3e37c62c72e"));
        assert_eq!(short.for_usage(2, Part::Integrity).to_vec(), hex("9fda0e56ab2d85e1569a688696c26a6c"));
        let long = Key::new(
            Etype::Aes256Sha384,
            &hex("6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52"),
        )
        .unwrap();
        let confounder: [u8; 16] = hex("7bca285e2fd4130fb55b1a5c83bc5b24").try_into().unwrap();
        let encrypted = short.encrypt_with(2, &confounder, &hex("000102030405"));
        assert_eq!(
            encrypted,
            hex("84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c")
        );
        let text = hex("000102030405060708090a0b0c0d0e0f1011121314");
        assert_eq!(short.checksum(2, &[&text]), hex("d78367186643d67b411cba9139fc1dee"));
        assert_eq!(long.checksum(2, &[&text]), hex("45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a"));
    }

    #[test]
    fn what_is_encrypted_is_decrypted_and_nothing_that_was_altered() {
        let chance = Chance::new([1; 32]);
        for etype in Etype::ALL {
            let key = Key::random(etype, &chance);
            for length in 0..40 {
                let plain = vec![9; length];
                let encrypted = key.encrypt(3, &plain, &chance);
                assert_eq!(key.decrypt(3, &encrypted).unwrap().to_vec(), plain);
                assert!(key.decrypt(4, &encrypted).is_err(), "for another usage");
                for at in 0..encrypted.len() {
                    let mut altered = encrypted.clone();
                    *altered.get_mut(at).unwrap() ^= 1 << (at % 8);
                    assert!(key.decrypt(3, &altered).is_err(), "{etype:?} {length} {at}");
                    assert!(key.decrypt(3, encrypted.get(..at).unwrap()).is_err());
                }
            }
        }
    }

    #[test]
    fn a_server_cannot_ask_for_a_key_that_is_quickly_guessed_or_never_done() {
        for (etype, rounds) in
            [(Etype::Aes256Sha1, 4_095), (Etype::Aes256Sha384, 32_767), (Etype::Aes128Sha1, u32::MAX)]
        {
            assert!(Key::of_password(etype, "p", b"s", Some(rounds)).is_none());
        }
        assert!(Key::of_password(Etype::Aes256Sha1, "p", &[0; 1_025], None).is_none());
    }

    #[test]
    fn no_way_of_printing_shows_a_key() {
        let key = Key::new(Etype::Aes128Sha1, &[0x41; 16]).unwrap();
        assert_eq!(format!("{key:?} {key:#?}"), "Key(Aes128Sha1, hidden) Key(Aes128Sha1, hidden)");
        assert!(Key::new(Etype::Aes128Sha1, &[0; 32]).is_none() && Etype::of_number(23).is_none());
    }
}
