//! What claims to be signed: records of JSON, framed statements, keys, whole documents.

use super::text;
use pforte_model::log::checkpoint::Verifier;
use pforte_model::signature::canonical as json;
use pforte_model::signature::jws::{Jwk, join, signing_input, split};
use pforte_verify::signature::{Expect, Keys, MAX_STATEMENTS, Verdict, check};
use pforte_verify::time_stamp::{self, Authority, Shown};
use serde::Deserialize;

/// The keys of the seeds: the plant's, and the one of its log.
const KEYS: &[u8] = include_bytes!("signature_keys.json");
const LOG_KEY: &str = "dairy/log+e2d9e876+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

/// The seeds that are genuine.
const GENUINE: [&[u8]; 3] = [
    include_bytes!("../../seeds/signatures/complete"),
    include_bytes!("../../seeds/signatures/logged"),
    include_bytes!("../../seeds/signatures/refused"),
];

/// The authorities of the answers that stamp [`STAMPED`].
const AUTHORITIES: &[u8] = include_bytes!("time_stamp_authorities.pem");
const STAMPED: &str = "a.b.c";
const ANSWERS: [&[u8]; 2] =
    [include_bytes!("../../seeds/time-stamp/rsa"), include_bytes!("../../seeds/time-stamp/ec")];

/// The seeds of XML that are genuine.
const GENUINE_XML: [&[u8]; 2] = [
    include_bytes!("../../seeds/signatures-xml/complete"),
    include_bytes!("../../seeds/signatures-xml/refused"),
];

/// The most that the canonical form is longer: `9e20` has 21 digits.
const LONGER: usize = 6;

/// JSON that is to be hashed.
pub(super) fn canonical(bytes: &[u8]) -> bool {
    match json::canonical(bytes) {
        Ok(once) => {
            assert_eq!(json::canonical(&once), Ok(once.clone()), "the canonical form has another one");
            assert!(once.len() <= LONGER * bytes.len());
            true
        }
        Err(bad) => {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&bad.line) && (1..=bytes.len() + 1).contains(&bad.column), "{bad}");
            false
        }
    }
}

/// A statement as it is framed, or a file of keys.
pub(super) fn framed(bytes: &[u8]) -> bool {
    if let Ok(keys) = Keys::read(bytes) {
        assert!(keys.fingerprints().all(|kid| kid.len() == 43));
    }
    if let Ok(key) = serde_json::from_slice::<Jwk>(bytes) {
        let again = Jwk::from_point(*key.point());
        assert_eq!(again.as_ref(), Ok(&key), "a key under an identifier of another");
    }
    let compact = text(bytes);
    let Ok(parts) = split(compact) else { return false };
    let input = signing_input(parts.kind, &parts.kid, &parts.payload);
    assert_eq!(input, parts.signing_input);
    assert_eq!(join(&input, &parts.signature), compact, "a statement has two forms");
    true
}

#[derive(Deserialize)]
struct Statements {
    statements: Vec<String>,
}

/// A document. It is called genuine only if its statements are those of a genuine
/// one, from the first on.
pub(super) fn document(bytes: &[u8]) -> bool {
    let (Ok(keys), Ok(log)) = (Keys::read(KEYS), LOG_KEY.parse::<Verifier>()) else { return false };
    let report = check(bytes, &Expect { keys: Some(&keys), log_keys: &[log], ..Expect::default() });
    assert!(report.findings.iter().all(|finding| !finding.to_string().is_empty()));
    let untrusting = check(bytes, &Expect::default());
    assert_ne!(untrusting.verdict(), Verdict::Genuine, "genuine without a trusted key");
    if report.verdict() != Verdict::Genuine {
        return false;
    }
    let statements = |bytes: &[u8]| serde_json::from_slice(bytes).map(|read: Statements| read.statements);
    let found = statements(bytes).unwrap_or_default();
    let known = GENUINE.iter().any(|own| statements(own).is_ok_and(|own| own.starts_with(&found)));
    assert!(known && !found.is_empty(), "a document that never was is called genuine");
    true
}

/// What an authority answers. It shows nothing but what one of the genuine answers does.
pub(super) fn time_stamp(bytes: &[u8]) -> bool {
    let Ok(authorities) = Authority::read(AUTHORITIES) else { return false };
    let shown = |answer: &[u8]| -> Option<Shown> {
        let token = time_stamp::answered(answer).ok()?;
        time_stamp::check(token, STAMPED, &authorities).ok()
    };
    let Some(found) = shown(bytes) else { return false };
    assert!(ANSWERS.iter().any(|answer| shown(answer).as_ref() == Some(&found)), "a stamp that never was");
    true
}

/// A document in XML. It is called genuine only if it is one, to the last byte.
pub(super) fn xml(bytes: &[u8]) -> bool {
    let Ok(keys) = Keys::read(KEYS) else { return false };
    let report = check(bytes, &Expect { keys: Some(&keys), ..Expect::default() });
    let is_meant = bytes.starts_with(b"<");
    assert!(!is_meant || report.fingerprints.len() <= MAX_STATEMENTS + 1);
    if !is_meant || report.verdict() != Verdict::Genuine {
        return false;
    }
    assert!(GENUINE_XML.contains(&bytes), "XML that never was is called genuine");
    true
}
