//! A document as XML with an XML Signature: for whoever has tools for XML alone.
//!
//! What people read stands in elements: each statement, field by field. The JSON
//! document stands beside them, in base64, and stays what proves the statements.
//! One enveloped XML Signature (W3C, ECDSA with SHA-256) is over all of it.
//!
//! There is one text for a document, a key and a signature. It is written in the form
//! of Exclusive XML Canonicalization, so that writing it is canonicalizing it. To
//! check it no XML is read: what stands at known places is taken out, the text is
//! written again from that, and must be the same to the last byte.

mod element;

use super::document;
use super::fault::{Place, What};
use super::keys::Keys;
use super::report::Report;
use super::statements::{self, Statement};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use pforte_model::signature::jws::Jwk;

/// The namespace of the elements.
pub const NAMESPACE: &str = "urn:pforte:signatures:1";

/// What stands between the parts that differ.
const ROOT: &str = "<signatures xmlns=\"urn:pforte:signatures:1\">\n";
const DOCUMENT: &str = "  <document>";
const DOCUMENT_END: &str = "</document>\n  ";
const SIGNATURE: &str = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n    <SignedInfo>";
const VALUE: &str = "</SignedInfo>\n    <SignatureValue>";
const KEY_NAME: &str = "</SignatureValue>\n    <KeyInfo>\n      <KeyName>";
const KEY_VALUE: &str = "</KeyName>\n      <KeyValue><ECKeyValue xmlns=\"http://www.w3.org/2009/xmldsig11#\">\
    <NamedCurve URI=\"urn:oid:1.2.840.10045.3.1.7\"></NamedCurve><PublicKey>";
const SIGNATURE_END: &str = "</PublicKey></ECKeyValue></KeyValue>\n    </KeyInfo>\n  </Signature>";
const END: &str = "\n</signatures>";

/// What is signed, around the digest of the whole without its signature. In the text
/// it has its namespace from the element around it; by itself it says it.
const INFO: &str = "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\">";
const INFO_DIGEST: &str = "\n      \
    <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></CanonicalizationMethod>\n      \
    <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></SignatureMethod>\n      \
    <Reference URI=\"\">\n        <Transforms>\n          \
    <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></Transform>\n          \
    <Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></Transform>\n        </Transforms>\n        \
    <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod>\n        <DigestValue>";
const INFO_END: &str = "</DigestValue>\n      </Reference>\n    ";

/// The document cannot be written as XML: it is not the JSON of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a document that can be written as XML")]
pub struct Unwritable;

/// A document as XML that lacks nothing but its signature.
#[derive(Clone, Debug)]
pub struct Unsigned {
    body: String,
    info: String,
    key: Jwk,
}

impl Unsigned {
    /// Writes a document, which is given as JSON, for this key.
    ///
    /// A statement that cannot be read has no elements; the JSON holds it all the same.
    pub fn new(json: &[u8], key: &Jwk) -> Result<Self, Unwritable> {
        let mut report = Report::default();
        let document = document::read(json, &mut report);
        let mut body = ROOT.to_owned();
        for statement in document.statements.iter().filter_map(|text| statements::readable(text)) {
            match statement {
                Statement::Opening(opening) => element::write(&mut body, "opening", &opening),
                Statement::Signing(signing) => element::write(&mut body, "signing", &signing),
                Statement::Ending(ending) => element::write(&mut body, "ending", &ending),
            }
            .map_err(|_| Unwritable)?;
        }
        body.push_str(DOCUMENT);
        BASE64.encode_string(json, &mut body);
        body.push_str(DOCUMENT_END);
        let whole = [body.as_str(), END].concat();
        let digest = BASE64.encode(digest(&SHA256, whole.as_bytes()));
        let info = [INFO_DIGEST, &digest, INFO_END].concat();
        Ok(Self { body, info, key: key.clone() })
    }

    /// The bytes that are signed: with ECDSA over P-256 and SHA-256.
    #[must_use]
    pub fn input(&self) -> Vec<u8> {
        [INFO, &self.info, "</SignedInfo>"].concat().into_bytes()
    }

    /// The XML with its signature: r and s, 32 bytes each.
    #[must_use]
    pub fn signed(self, signature: &[u8; 64]) -> String {
        let value = BASE64.encode(signature);
        let point = BASE64.encode(self.key.point());
        let Self { mut body, info, key } = self;
        for part in
            [SIGNATURE, &info, VALUE, &value, KEY_NAME, key.kid(), KEY_VALUE, &point, SIGNATURE_END, END]
        {
            body.push_str(part);
        }
        body
    }
}

/// Whether bytes are meant to be XML. JSON never begins so.
pub(super) fn is_meant(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf<")
}

/// Checks the XML and gives the JSON in it, whose own check is to follow.
pub(super) fn open(bytes: &[u8], trusted: Option<&Keys>, report: &mut Report) -> Option<Vec<u8>> {
    let Some(parts) = str::from_utf8(bytes).ok().and_then(parts) else {
        report.add(Place::Xml, What::XmlUnfit);
        return None;
    };
    let Parts { json, signature, key } = parts;
    if trusted.is_some_and(|keys| keys.get(key.kid()).is_none()) {
        report.add(Place::Xml, What::KeyUntrusted);
    }
    report.fingerprints.push(key.kid().to_owned());
    match Unsigned::new(&json, &key) {
        Ok(written) => compare(written, bytes, &signature, report),
        Err(Unwritable) => report.add(Place::Xml, What::XmlUnfit),
    }
    Some(json)
}

fn compare(written: Unsigned, bytes: &[u8], signature: &[u8; 64], report: &mut Report) {
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, written.key.point());
    if public.verify(&written.input(), signature).is_err() {
        report.add(Place::Xml, What::Forged);
    }
    if written.signed(signature).as_bytes() != bytes {
        report.add(Place::Xml, What::XmlOther);
    }
}

/// What differs from one text to another, but for the elements.
struct Parts {
    json: Vec<u8>,
    signature: [u8; 64],
    key: Jwk,
}

/// Takes out what stands at the known places. Where they are not exactly right, the
/// text that is written again shows it.
fn parts(text: &str) -> Option<Parts> {
    let (_, rest) = text.split_once(DOCUMENT)?;
    let (json, rest) = rest.split_once(DOCUMENT_END)?;
    let (_, rest) = rest.split_once(VALUE)?;
    let (signature, rest) = rest.split_once(KEY_NAME)?;
    let (_, rest) = rest.split_once(KEY_VALUE)?;
    let (point, _) = rest.split_once(SIGNATURE_END)?;
    let signature = BASE64.decode(signature).ok()?.try_into().ok()?;
    let point = BASE64.decode(point).ok()?.try_into().ok()?;
    Some(Parts { json: BASE64.decode(json).ok()?, signature, key: Jwk::from_point(point).ok()? })
}
