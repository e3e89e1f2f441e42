//! The signature key: what statements of electronic signatures are signed with.
//!
//! ECDSA over P-256 (FIPS 186-5), which every JOSE library, TPM and PKCS#11 token
//! knows. The private half stands in a file of its own and serves nothing else.

use super::KeyBytes;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use pforte_model::signature::jws::{self, Jwk, Kind};
use pforte_verify::signature::xml;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

/// The beginning of an `ECPrivateKey` (RFC 5915) of 32 bytes on P-256.
const BEFORE: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];

/// Its end: the name of the curve.
const AFTER: [u8; 12] = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// Signs statements. It has no `Debug`.
pub struct SignatureKey {
    pair: EcdsaKeyPair,
    public: Jwk,
}

/// Nothing could be signed: the library that draws random numbers failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the statement could not be signed")]
pub struct Unsigned;

impl SignatureKey {
    /// The key with this secret number; `None` if the number is none of the curve.
    #[must_use]
    pub fn new(secret: &KeyBytes) -> Option<Self> {
        let mut der = Zeroizing::new(Vec::with_capacity(64));
        der.extend_from_slice(&BEFORE);
        der.extend_from_slice(secret.expose_secret());
        der.extend_from_slice(&AFTER);
        let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok()?;
        let public = Jwk::from_point(pair.public_key().as_ref().try_into().ok()?).ok()?;
        Some(Self { pair, public })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// The text of a statement: a compact JWS (RFC 7515).
    pub fn sign(&self, kind: Kind, payload: &[u8]) -> Result<String, Unsigned> {
        let input = jws::signing_input(kind, self.public.kid(), payload);
        Ok(jws::join(&input, &self.signature(input.as_bytes())?))
    }

    /// A document, which is given as JSON, as XML with an XML Signature. What is signed
    /// for it begins with `<`, so it can never stand for a statement.
    pub fn sign_xml(&self, document: &[u8]) -> Result<String, Unsigned> {
        let written = xml::Unsigned::new(document, &self.public).map_err(|_| Unsigned)?;
        let signature = self.signature(&written.input())?;
        Ok(written.signed(&signature))
    }

    fn signature(&self, input: &[u8]) -> Result<[u8; 64], Unsigned> {
        let signed = self.pair.sign(&SystemRandom::new(), input).map_err(|_| Unsigned)?;
        signed.as_ref().try_into().map_err(|_| Unsigned)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use secrecy::SecretBox;

    #[test]
    fn what_is_signed_is_checked_with_the_public_half() {
        let key = SignatureKey::new(&SecretBox::new(Box::new([7; 32]))).unwrap();
        let text = key.sign(Kind::Signature, b"{}").unwrap();
        let split = jws::split(&text).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public().point());
        public.verify(split.signing_input.as_bytes(), &split.signature).unwrap();
        assert_eq!((split.kind, split.kid.as_str()), (Kind::Signature, key.public().kid()));
    }

    #[test]
    fn a_number_that_is_none_of_the_curve_makes_no_key() {
        assert!(SignatureKey::new(&SecretBox::new(Box::new([0; 32]))).is_none());
        assert!(SignatureKey::new(&SecretBox::new(Box::new([0xff; 32]))).is_none());
    }
}
