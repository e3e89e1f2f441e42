//! How a statement is framed when it is signed: compact JWS (RFC 7515) with ES256.
//!
//! One header for each kind and key, byte for byte; no other algorithm, no
//! parameter that a reader would have to heed. A text that is read has one form
//! only, so that its hash stands for it.

use crate::log::tree::Hash;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest compact text, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Characters of a key's identifier: a SHA-256 hash as base64url.
pub const KID_CHARS: usize = 43;

/// What a signed text says of itself; a text of one kind is never taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The first statement: what is to be signed by whom.
    Opening,
    /// One person's signing.
    Signature,
    /// The last statement: how it ended.
    Ending,
}

impl Kind {
    /// Every kind, in the order in which they may follow.
    pub const ALL: [Self; 3] = [Self::Opening, Self::Signature, Self::Ending];

    /// The `typ` of the header.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Opening => "pforte-opening+json",
            Self::Signature => "pforte-signature+json",
            Self::Ending => "pforte-ending+json",
        }
    }
}

/// A compact text in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// What it says it is.
    pub kind: Kind,
    /// The key that is said to have signed it.
    pub kid: String,
    /// The statement's bytes.
    pub payload: Vec<u8>,
    /// What was signed.
    pub signing_input: &'a str,
    /// The signature: r and s, 32 bytes each.
    pub signature: [u8; 64],
}

/// A text is not a statement's compact JWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJws {
    /// Longer than [`MAX_BYTES`].
    #[error("longer than 1 MiB")]
    TooLong,
    /// Not three parts with dots between.
    #[error("not three parts with dots between")]
    Parts,
    /// A part is not base64url in its only form: without padding, without idle bits.
    #[error("not base64url without padding")]
    Base64,
    /// The header is not exactly the one of a statement: another algorithm, other
    /// or more parameters, another order.
    #[error("not the header of a statement")]
    Header,
    /// The signature has not 64 bytes.
    #[error("the signature has not 64 bytes")]
    Signature,
}

/// What is signed for a statement with this payload by the key with
/// this [identifier](Jwk::kid).
#[must_use]
pub fn signing_input(kind: Kind, key: &str, payload: &[u8]) -> String {
    format!("{}.{}", BASE64.encode(header(kind, key)), BASE64.encode(payload))
}

/// The compact text of what was signed and its signature, r and s.
#[must_use]
pub fn join(signing_input: &str, signature: &[u8; 64]) -> String {
    format!("{signing_input}.{}", BASE64.encode(signature))
}

/// Takes a compact text apart. Whether the signature is right is another question.
pub fn split(compact: &str) -> Result<Split<'_>, BadJws> {
    if compact.len() > MAX_BYTES {
        return Err(BadJws::TooLong);
    }
    let (signing_input, signature) = compact.rsplit_once('.').ok_or(BadJws::Parts)?;
    let (header, payload) = signing_input.split_once('.').ok_or(BadJws::Parts)?;
    if payload.contains('.') {
        return Err(BadJws::Parts);
    }
    let decode = |part: &str| BASE64.decode(part).map_err(|_| BadJws::Base64);
    let (kind, key) = read_header(&decode(header)?).ok_or(BadJws::Header)?;
    let signature = decode(signature)?.try_into().map_err(|_| BadJws::Signature)?;
    Ok(Split { kind, kid: key, payload: decode(payload)?, signing_input, signature })
}

/// What stands for a compact text in the statements after it and in the event log.
#[must_use]
pub fn hash(compact: &str) -> Hash {
    Sha256::digest(compact).into()
}

fn header(kind: Kind, key: &str) -> String {
    format!(r#"{{"alg":"ES256","kid":"{key}","typ":"{}"}}"#, kind.typ())
}

fn read_header(bytes: &[u8]) -> Option<(Kind, String)> {
    let rest = str::from_utf8(bytes).ok()?.strip_prefix(r#"{"alg":"ES256","kid":""#)?;
    let (key, _) = rest.split_at_checked(KID_CHARS)?;
    BASE64.decode(key).ok()?;
    let kind = Kind::ALL.into_iter().find(|kind| header(*kind, key).as_bytes() == bytes)?;
    Some((kind, key.to_owned()))
}

/// A text is not the public half of a signature key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJwk {
    /// Not a key of ECDSA with P-256 for signatures.
    #[error("not a key for ES256")]
    Kind,
    /// The coordinates are not 32 bytes each as base64url.
    #[error("the coordinates have not 32 bytes each")]
    Point,
    /// The identifier is not the thumbprint of the key.
    #[error("the kid is not the thumbprint of the key")]
    Kid,
}

/// The public half of a signature key, as a JWK (RFC 7517).
///
/// Its identifier is its thumbprint (RFC 7638), so a key cannot go under the
/// identifier of another. Whether the point lies on the curve is looked at by
/// whoever checks a signature with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct Jwk {
    point: [u8; 65],
    kid: String,
}

impl Jwk {
    /// The key with this point: 0x04, x, y.
    pub fn from_point(point: [u8; 65]) -> Result<Self, BadJwk> {
        let [4, coordinates @ ..] = &point else { return Err(BadJwk::Point) };
        let (x, y) = coordinates.split_at(32);
        let (x, y) = (BASE64.encode(x), BASE64.encode(y));
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Ok(Self { point, kid: BASE64.encode(Sha256::digest(members)) })
    }

    /// The point: 0x04, x, y.
    #[must_use]
    pub const fn point(&self) -> &[u8; 65] {
        &self.point
    }

    /// The identifier: the thumbprint, [`KID_CHARS`] characters.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

/// A JWK as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    kty: String,
    crv: String,
    x: String,
    y: String,
    kid: String,
    #[serde(rename = "use")]
    usage: String,
    alg: String,
}

impl From<Jwk> for Members {
    fn from(Jwk { point: [_, coordinates @ ..], kid }: Jwk) -> Self {
        let (x, y) = coordinates.split_at(32);
        Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: BASE64.encode(x),
            y: BASE64.encode(y),
            kid,
            usage: "sig".to_owned(),
            alg: "ES256".to_owned(),
        }
    }
}

impl TryFrom<Members> for Jwk {
    type Error = BadJwk;

    fn try_from(members: Members) -> Result<Self, BadJwk> {
        let Members { kty, crv, x, y, kid, usage, alg } = members;
        if [kty, crv, usage, alg] != ["EC", "P-256", "sig", "ES256"] {
            return Err(BadJwk::Kind);
        }
        let coordinate = |text: String| -> Result<[u8; 32], BadJwk> {
            BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(BadJwk::Point)
        };
        let point = [[4].as_slice(), &coordinate(x)?, &coordinate(y)?].concat();
        let key = Self::from_point(point.try_into().map_err(|_| BadJwk::Point)?)?;
        if key.kid == kid { Ok(key) } else { Err(BadJwk::Kid) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const KID: &str = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s";

    /// The elliptic key of RFC 7517, appendix A.1; its thumbprint by another program.
    fn rfc_key() -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KID,
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        })
    }

    /// A compact text with any header.
    fn framed(header: &str) -> String {
        format!("{}.{}.{}", BASE64.encode(header), BASE64.encode("{}"), BASE64.encode([7; 64]))
    }

    #[test]
    fn a_key_has_the_thumbprint_that_another_program_gives_it() {
        let key: Jwk = serde_json::from_value(rfc_key()).unwrap();
        assert_eq!(key.kid(), KID);
        assert_eq!(Jwk::from_point(*key.point()).unwrap(), key);
        assert_eq!(serde_json::to_value(&key).unwrap(), rfc_key());
    }

    #[test]
    fn a_key_that_is_not_whole_is_refused() {
        let with = |name: &str, value: Value| {
            let mut key = rfc_key();
            key.as_object_mut().unwrap().insert(name.to_owned(), value);
            serde_json::from_value::<Jwk>(key).map_err(|error| error.to_string())
        };
        let x = BASE64.encode([1; 31]);
        let padded = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4=";
        let idle = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D5";
        for (name, value, why) in [
            ("kty", json!("RSA"), BadJwk::Kind),
            ("crv", json!("P-384"), BadJwk::Kind),
            ("use", json!("enc"), BadJwk::Kind),
            ("alg", json!("none"), BadJwk::Kind),
            ("x", json!(x), BadJwk::Point),
            ("x", json!(padded), BadJwk::Point),
            ("x", json!(idle), BadJwk::Point),
            ("y", json!(BASE64.encode([1; 32])), BadJwk::Kid),
            ("kid", json!("other"), BadJwk::Kid),
        ] {
            assert_eq!(with(name, value), Err(why.to_string()), "{name}");
        }
        assert!(with("d", json!("a secret")).is_err_and(|why| why.contains("unknown field")));
        assert_eq!(Jwk::from_point([2; 65]), Err(BadJwk::Point));
    }

    #[test]
    fn a_statement_has_the_header_that_is_written_down() {
        let input = signing_input(Kind::Opening, KID, b"{}");
        let header = BASE64.decode(input.split_once('.').unwrap().0).unwrap();
        let expected = format!(r#"{{"alg":"ES256","kid":"{KID}","typ":"pforte-opening+json"}}"#);
        assert_eq!(header, expected.as_bytes());
    }

    #[test]
    fn any_other_header_is_refused() {
        let kid = KID;
        for header in [
            String::new(),
            "{}".to_owned(),
            format!(r#"{{"alg":"none","kid":"{kid}","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"es256","kid":"{kid}","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"JWT"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#),
            r#"{"alg":"ES256","typ":"pforte-opening+json"}"#.to_owned(),
            format!(r#"{{"kid":"{kid}","alg":"ES256","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"ES256", "kid":"{kid}","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"pforte-opening+json"}} "#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"pforte-opening+json","crit":[]}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"pforte-opening+json","jwk":{{}}}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"pforte-opening+json","b64":false}}"#),
            format!(r#"{{"alg":"ES256","alg":"none","kid":"{kid}","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}=","typ":"pforte-opening+json"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{}","typ":"pforte-opening+json"}}"#, "*".repeat(43)),
            format!(r#"{{"alg":"ES256","kid":"{}","typ":"pforte-opening+json"}}"#, "é".repeat(43)),
        ] {
            assert_eq!(split(&framed(&header)), Err(BadJws::Header), "{header}");
        }
    }

    #[test]
    fn a_text_with_two_forms_is_refused() {
        let good = join(&signing_input(Kind::Ending, KID, b"{}"), &[7; 64]);
        assert!(split(&good).is_ok());
        let [header, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
        for (bad, why) in [
            (format!("{header}.{payload}"), BadJws::Parts),
            (format!("{header}.{payload}.{signature}."), BadJws::Parts),
            (format!("{header}.{payload}.{payload}.{signature}"), BadJws::Parts),
            (header.to_owned(), BadJws::Parts),
            (String::new(), BadJws::Parts),
            (format!("{header}.{payload}=.{signature}"), BadJws::Base64),
            (format!("{header}.{payload} .{signature}"), BadJws::Base64),
            (format!("{header}.e31.{signature}"), BadJws::Base64),
            (format!("{header}.e-/0.{signature}"), BadJws::Base64),
            (format!(".{payload}.{signature}"), BadJws::Header),
            (format!("{header}.{payload}."), BadJws::Signature),
            (format!("{header}.{payload}.{}", BASE64.encode([7; 63])), BadJws::Signature),
            (format!("{header}.{payload}.{}", BASE64.encode([7; 72])), BadJws::Signature),
            (format!("{header}.{}.{signature}", "A".repeat(MAX_BYTES)), BadJws::TooLong),
        ] {
            assert_eq!(split(&bad), Err(why));
        }
    }

    #[test]
    fn the_hash_is_that_of_the_compact_text() {
        let digest: [u8; 32] = Sha256::digest(b"a.b.c").into();
        assert_eq!(hash("a.b.c"), digest);
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(
            kind in prop::sample::select(Kind::ALL.to_vec()),
            payload in prop::collection::vec(any::<u8>(), 0..300),
            signature in prop::collection::vec(any::<u8>(), 64),
        ) {
            let signature: [u8; 64] = signature.try_into().unwrap();
            let input = signing_input(kind, KID, &payload);
            let compact = join(&input, &signature);
            let expected = Split { kind, kid: KID.to_owned(), payload, signing_input: &input, signature };
            prop_assert_eq!(split(&compact), Ok(expected));
        }

        #[test]
        fn a_text_that_is_split_has_no_second_form(at in any::<prop::sample::Index>(), byte in 0_u8..128) {
            let compact = join(&signing_input(Kind::Signature, KID, b"{\"a\":1}"), &[9; 64]);
            let mut other = compact.clone().into_bytes();
            *at.get_mut(&mut other) = byte;
            let other = String::from_utf8(other).unwrap();
            if other != compact {
                prop_assert_ne!(split(&other), split(&compact));
            }
        }
    }
}
