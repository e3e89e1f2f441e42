//! Documents of signatures, written from their description alone: by JSON and a key,
//! without the types that the product reads them with.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use pforte_model::signature::jws::{self, Jwk, Kind};
use pforte_verify::signature::xml::Unsigned;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The record that is signed.
pub(crate) const RECORD: &str = r#"{"batch":"B-17","yield":0.97}"#;

/// A plant's signature key.
pub(crate) struct SignatureKey {
    pair: EcdsaKeyPair,
    pub(crate) jwk: Jwk,
}

impl SignatureKey {
    pub(crate) fn fresh() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let jwk = Jwk::from_point(pair.public_key().as_ref().try_into().unwrap()).unwrap();
        Self { pair, jwk }
    }

    /// A statement in its frame.
    pub(crate) fn sign(&self, kind: Kind, payload: &Value) -> String {
        let input = jws::signing_input(kind, self.jwk.kid(), payload.to_string().as_bytes());
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        jws::join(&input, signature.as_ref().try_into().unwrap())
    }

    /// A document as XML with its signature.
    pub(crate) fn xml(&self, document: &Value) -> String {
        let unsigned = Unsigned::new(document.to_string().as_bytes(), &self.jwk).unwrap();
        let signature = self.pair.sign(&SystemRandom::new(), &unsigned.input()).unwrap();
        unsigned.signed(signature.as_ref().try_into().unwrap())
    }

    /// What the plant tells of its keys.
    pub(crate) fn jwks(&self) -> String {
        json!({"keys": [self.jwk]}).to_string()
    }

    /// The document of a request that one person signed, and that is complete.
    pub(crate) fn document(&self) -> Value {
        self.document_of(&opening(), RECORD)
    }

    /// The same of another opening and its record.
    pub(crate) fn document_of(&self, opening: &Value, record: &str) -> Value {
        let opening = self.sign(Kind::Opening, opening);
        let first = hash(&opening);
        let signing = self.sign(Kind::Signature, &signing(&first));
        let ending = json!({
            "version": 1, "request": id(9), "opening": first, "previous": hash(&signing), "node": id(4),
            "end": "complete", "at": "2026-11-23T09:01:00.000000+01:00", "signatures": 1,
        });
        let statements = [opening, signing, self.sign(Kind::Ending, &ending)];
        json!({
            "format": "pforte-signatures/1",
            "statements": statements,
            "record": STANDARD.encode(record),
            "keys": [self.jwk],
        })
    }
}

fn id(number: u8) -> String {
    let pair = format!("{number:02x}");
    [4, 2, 2, 2, 6].map(|bytes| pair.repeat(bytes)).join("-")
}

/// The SHA-256 of a text in hexadecimal digits.
pub(crate) fn hash(text: &str) -> String {
    jws::hash(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// What was asked.
pub(crate) fn opening() -> Value {
    let role = json!({"id": id(1), "name": "Quality"});
    json!({
        "version": 1, "request": id(9), "plant": "Dairy", "node": id(4),
        "application": {"id": id(6), "name": "Batch"}, "key": "B-17/release", "action": "batch/release",
        "area": {"id": id(7), "name": "dairy/line2"}, "object": "Batch B-17", "outcome": "released",
        "record": {
            "sha256": hash(RECORD), "bytes": RECORD.len(), "media_type": "application/json", "form": "jcs",
        },
        "at": "2026-11-23T09:00:00.000000+01:00", "expires_at": "2026-11-23T09:10:00.000000+01:00",
        "policy": {"id": id(5), "name": "Release", "version": 3},
        "rules": {
            "steps": [{"roles": [role], "count": 1, "meaning": "released"}],
            "ordered": true, "one_station": false, "performer_differs": true, "one_person_once": true,
            "when": "before", "reason": "optional", "reasons": [], "comment": "optional",
            "valid_seconds": 600, "continuous_seconds": 0, "strength": "single", "cancel_roles": [],
        },
    })
}

fn signing(opening: &str) -> Value {
    json!({
        "version": 1, "request": id(9), "opening": opening, "previous": opening, "node": id(4),
        "step": 0, "meaning": "released",
        "signer": {
            "person": id(2), "user": id(3), "login": "jana", "printed_name": "Jana Müller",
            "directory": "PLANT",
        },
        "roles": [{"id": id(1), "name": "Quality"}], "station": {"id": id(8), "name": "OP8"},
        "at": "2026-11-23T09:01:00.000000+01:00",
        "factors": [{"factor": "password", "at": 1_795_420_860_000_000_i64}],
        "strength": "single", "both_components": true, "through": "pforte",
        "reason": "routine", "comment": "ohne Befund ✓",
    })
}

/// The bytes of a part of a compact text.
pub(crate) fn part(compact: &str, nth: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(compact.split('.').nth(nth).unwrap()).unwrap()
}
