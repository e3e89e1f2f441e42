//! Time stamps of an authority outside (RFC 3161): what is asked, what is answered, and
//! whether a token shows that a text was there at a time.
//!
//! # What a good token shows
//!
//! An authority whose certificate leads to a trusted one, and which may stamp times and
//! nothing else, has signed the hash of the text together with a time. So the text was
//! there at that time, whatever the clock of the plant said.
//!
//! What it cannot show: that the authority's certificate was not revoked. It is checked
//! as of the token's own time, so that a token counts when the certificate is long over.
//!
//! # Where to start reading
//!
//! [`check`] is the way through a token; `cms` checks who signed it, `der` reads.

mod cms;
mod der;
mod info;

use aws_lc_rs::digest::{SHA256, digest};
use der::{INTEGER, Reader, SEQUENCE};
use pforte_model::signature::statement::Stamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// The longest token and the longest answer, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The most trusted authorities.
const MAX_AUTHORITIES: usize = 64;

/// Why a token shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Too long, not DER, or not a time stamp token of version 1 with one signature.
    #[error("not a time stamp token of RFC 3161")]
    Form,
    /// The authority stamped nothing; its status.
    #[error("the authority answered with the status {0}")]
    Refused(u8),
    /// It stamps something else.
    #[error("the token stamps another text")]
    OtherText,
    /// It answers another question.
    #[error("the token answers another question")]
    OtherNonce,
    /// It is signed in a way that is not known or too weak.
    #[error("the token is signed by an algorithm that is not accepted")]
    Algorithm,
    /// It does not hold the certificate that it names.
    #[error("the token does not hold the certificate of its authority")]
    NoCertificate,
    /// The signature does not fit.
    #[error("the signature of the token is wrong")]
    Forged,
    /// The certificate may do something else than stamp times.
    #[error("the certificate of the token is not for time stamps alone")]
    OtherUse,
    /// The certificate does not lead to a trusted one, or not at the token's time.
    #[error("the authority of the token is not trusted: {0}")]
    Untrusted(String),
}

/// The certificate of an authority that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority(CertificateDer<'static>);

/// Certificates of authorities cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one to 64 certificates of authorities in PEM are needed")]
pub struct BadAuthority;

impl Authority {
    /// Reads certificates in PEM.
    pub fn read(pem: &[u8]) -> Result<Vec<Self>, BadAuthority> {
        let mut all = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| BadAuthority)?;
            webpki::anchor_from_trusted_cert(&certificate).map_err(|_| BadAuthority)?;
            all.push(Self(certificate));
        }
        if all.is_empty() || all.len() > MAX_AUTHORITIES { Err(BadAuthority) } else { Ok(all) }
    }
}

/// What a good token shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The text was there at this time, UTC.
    pub at: Stamp,
    /// What the question held, to know that this is its answer.
    pub nonce: Option<Vec<u8>>,
}

/// The question for a time stamp of a text: a `TimeStampReq` that asks for the certificates
/// as well, and what the answer has to hold as its nonce.
#[must_use]
pub fn question(text: &str, mut random: [u8; 8]) -> (Vec<u8>, [u8; 8]) {
    // DER: a number above 0 that needs its eight bytes.
    random[0] = (random[0] & 0x7f) | 0x40;
    let mut asked = vec![0x30, 0x43, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09];
    asked.extend(cms::SHA256_OID);
    asked.extend([0x05, 0x00, 0x04, 0x20]);
    asked.extend(digest(&SHA256, text.as_bytes()).as_ref());
    asked.extend([0x02, 0x08]);
    asked.extend(random);
    asked.extend([0x01, 0x01, 0xff]);
    (asked, random)
}

/// The token in an authority's answer, a `TimeStampResp`.
pub fn answered(answer: &[u8]) -> Result<&[u8], BadToken> {
    let mut answer = bounded(answer)?.only(SEQUENCE)?.inside();
    let status = answer.take(SEQUENCE)?.inside().take(INTEGER)?;
    match status.content {
        // Granted, and granted with changes.
        [0 | 1] => Ok(answer.only(SEQUENCE)?.whole),
        [status] => Err(BadToken::Refused(*status)),
        _ => Err(BadToken::Form),
    }
}

/// What a token shows of this text, if one of these authorities stands behind it.
pub fn check(token: &[u8], text: &str, authorities: &[Authority]) -> Result<Shown, BadToken> {
    let signed = cms::Signed::read(bounded(token)?)?;
    let info = info::read(signed.content)?;
    if info.hash != digest(&SHA256, text.as_bytes()).as_ref() {
        return Err(BadToken::OtherText);
    }
    signed.check(authorities, info.at)?;
    Ok(Shown { at: info.at, nonce: info.nonce.map(<[u8]>::to_vec) })
}

const fn bounded(bytes: &[u8]) -> Result<Reader<'_>, BadToken> {
    if bytes.len() > MAX_BYTES { Err(BadToken::Form) } else { Ok(Reader(bytes)) }
}
