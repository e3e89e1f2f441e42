//! The keys that were trusted beforehand, and those that a document brings.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use pforte_model::signature::canonical::{self, BadJson};
use pforte_model::signature::jws::Jwk;
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest file of keys, in bytes.
pub const MAX_KEY_BYTES: usize = 1024 * 1024;

/// The most keys in a file.
pub const MAX_KEYS: usize = 1000;

/// Why bytes are not a file of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// Longer than [`MAX_KEY_BYTES`] or more than [`MAX_KEYS`] keys.
    #[error("longer than 1 MiB, or more than {MAX_KEYS} keys")]
    TooLong,
    /// Not JSON.
    #[error("{0}")]
    Json(BadJson),
    /// Neither a JWK Set with keys nor a JWK.
    #[error("neither a set of keys nor a key")]
    Form,
    /// A key, counted from 0, that is none.
    #[error("key {nth}: {why}")]
    Key {
        /// Which one.
        nth: usize,
        /// Why not.
        why: String,
    },
}

/// Public keys by their thumbprints.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, ParsedPublicKey>);

impl Keys {
    /// Reads a JWK Set, `{"keys":[...]}`, or a single JWK. Nothing else may stand
    /// beside; one key that is none spoils the file.
    pub fn read(bytes: &[u8]) -> Result<Self, BadKeys> {
        if bytes.len() > MAX_KEY_BYTES {
            return Err(BadKeys::TooLong);
        }
        let jwks = match canonical::read(bytes).map_err(BadKeys::Json)? {
            Value::Object(mut set) if set.len() == 1 && set.contains_key("keys") => {
                match set.remove("keys") {
                    Some(Value::Array(jwks)) if !jwks.is_empty() => jwks,
                    _ => return Err(BadKeys::Form),
                }
            }
            Value::Object(jwk) => vec![Value::Object(jwk)],
            _ => return Err(BadKeys::Form),
        };
        if jwks.len() > MAX_KEYS {
            return Err(BadKeys::TooLong);
        }
        let mut keys = Self::default();
        for (nth, jwk) in jwks.into_iter().enumerate() {
            keys.add(jwk).map_err(|why| BadKeys::Key { nth, why })?;
        }
        Ok(keys)
    }

    /// The thumbprints, sorted.
    pub fn fingerprints(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Adds a JWK, or tells why it is none.
    pub(super) fn add(&mut self, jwk: Value) -> Result<(), String> {
        let jwk: Jwk = serde_json::from_value(jwk).map_err(|error| error.to_string())?;
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, jwk.point())
            .map_err(|_| "the point is not on the curve".to_owned())?;
        self.0.insert(jwk.kid().to_owned(), key);
        Ok(())
    }

    pub(super) fn get(&self, kid: &str) -> Option<&ParsedPublicKey> {
        self.0.get(kid)
    }
}
