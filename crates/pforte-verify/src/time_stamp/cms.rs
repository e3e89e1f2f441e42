//! Who signed a token: CMS (RFC 5652), the certificate (RFC 5816), its way to a trusted one.

use super::der::{FIRST, INTEGER, Item, OCTETS, OID, Reader, SECOND, SEQUENCE, SET};
use super::{Authority, BadToken};
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use pforte_model::signature::statement::Stamp;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use std::time::Duration;
use webpki::aws_lc_rs as ways;
use webpki::{EndEntityCert, KeyUsage};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// 2.16.840.1.101.3.4.2.1
pub(super) const SHA256_OID: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 2.16.840.1.101.3.4.2.2
const SHA384_OID: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
/// 2.16.840.1.101.3.4.2.3
const SHA512_OID: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4
const INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// 1.2.840.113549.1.9.3
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// 1.2.840.113549.1.9.4
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// 1.2.840.113549.1.9.16.2.12, which names the certificate by SHA-1
const CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
/// 1.2.840.113549.1.9.16.2.47, which names the certificate by SHA-2
const CERTIFICATE_2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
/// Extended key usage with 1.3.6.1.5.5.7.3.8 and nothing else
const ONLY_TIMES: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
/// 1.3.6.1.5.5.7.3.8
const TIMES: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
/// 2.5.29.37
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// A text signed by an authority.
pub(super) struct Signed<'a> {
    /// The signed text.
    pub(super) content: &'a [u8],
    certificates: Vec<Item<'a>>,
    hash: &'static Algorithm,
    attributes: Item<'a>,
    way: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Reads a `ContentInfo` with `SignedData` of one signature.
    pub(super) fn read(token: Reader<'a>) -> Result<Self, BadToken> {
        let mut outer = token.only(SEQUENCE)?.inside();
        let kind = outer.take(OID)?.content;
        let mut data = outer.only(FIRST)?.inside().only(SEQUENCE)?.inside();
        data.take(INTEGER)?;
        data.take(SET)?;
        let mut inner = data.take(SEQUENCE)?.inside();
        if kind != SIGNED_DATA || inner.take(OID)?.content != INFO {
            return Err(BadToken::Form);
        }
        let content = inner.only(FIRST)?.inside().only(OCTETS)?.content;
        let certificates = data.take_if(FIRST)?.map(|set| set.inside().all()).transpose()?;
        data.take_if(SECOND)?;
        let mut signer = data.only(SET)?.inside().only(SEQUENCE)?.inside();
        signer.take(INTEGER)?;
        // Who signed, by name and number or by key; the signed attributes tell it better.
        signer.next()?;
        let hash = hash_of(signer.take(SEQUENCE)?)?;
        let attributes = signer.take(FIRST)?;
        let way = signer.take(SEQUENCE)?.inside().take(OID)?.content;
        let signature = signer.take(OCTETS)?.content;
        let certificates = certificates.unwrap_or_default();
        Ok(Self { content, certificates, hash, attributes, way, signature })
    }

    /// Whether one of these authorities stands behind the signature, as of this time.
    pub(super) fn check(&self, authorities: &[Authority], at: Stamp) -> Result<(), BadToken> {
        let kind = self.attribute(CONTENT_TYPE)?.ok_or(BadToken::Form)?;
        let hash = self.attribute(MESSAGE_DIGEST)?.ok_or(BadToken::Form)?;
        if kind.tag != OID || kind.content != INFO || hash.tag != OCTETS {
            return Err(BadToken::Form);
        }
        if hash.content != digest(self.hash, self.content).as_ref() {
            return Err(BadToken::Forged);
        }
        let certificate = CertificateDer::from(self.certificate()?.whole);
        let certificate = EndEntityCert::try_from(&certificate).map_err(|_| BadToken::NoCertificate)?;
        self.signature(&certificate)?;
        only_for_times(self.certificate()?.whole)?;
        self.trusted(&certificate, authorities, at)
    }

    /// The value of a signed attribute, which stands there once at most.
    fn attribute(&self, kind: &[u8]) -> Result<Option<Item<'a>>, BadToken> {
        let mut found = None;
        for attribute in self.attributes.inside().all()? {
            let mut attribute = attribute.inside();
            if attribute.take(OID)?.content == kind {
                let value = attribute.only(SET)?.inside().all()?;
                let [value] = value.as_slice() else { return Err(BadToken::Form) };
                if found.replace(*value).is_some() {
                    return Err(BadToken::Form);
                }
            }
        }
        Ok(found)
    }

    /// The certificate that the signature is made with: the one whose hash is signed.
    fn certificate(&self) -> Result<Item<'a>, BadToken> {
        let named = self.attribute(CERTIFICATE_2)?;
        let by_default = if named.is_some() { &SHA256 } else { &SHA1_FOR_LEGACY_USE_ONLY };
        let named = named.map_or_else(|| self.attribute(CERTIFICATE), |named| Ok(Some(named)))?;
        let named = named.ok_or(BadToken::NoCertificate)?;
        let mut first = named.inside().take(SEQUENCE)?.inside().take(SEQUENCE)?.inside();
        let hash = first.take_if(SEQUENCE)?.map_or(Ok(by_default), hash_of)?;
        let named = first.take(OCTETS)?.content;
        let mut certificates = self.certificates.iter();
        let found = certificates.find(|one| digest(hash, one.whole).as_ref() == named);
        found.copied().ok_or(BadToken::NoCertificate)
    }

    fn signature(&self, certificate: &EndEntityCert<'_>) -> Result<(), BadToken> {
        // What is signed is the set, not the field it stands in.
        let attributes = self.attributes.whole.get(1..).unwrap_or_default();
        let message = [&[SET], attributes].concat();
        let mut why = BadToken::Algorithm;
        for way in ways_of(self.way, self.hash) {
            match certificate.verify_signature(way, &message, self.signature) {
                Ok(()) => return Ok(()),
                Err(webpki::Error::InvalidSignatureForPublicKey) => why = BadToken::Forged,
                Err(_) => {}
            }
        }
        Err(why)
    }

    fn trusted(
        &self,
        certificate: &EndEntityCert<'_>,
        authorities: &[Authority],
        at: Stamp,
    ) -> Result<(), BadToken> {
        let untrusted = |error: webpki::Error| BadToken::Untrusted(error.to_string());
        let anchors = authorities.iter().map(|one| webpki::anchor_from_trusted_cert(&one.0));
        let anchors = anchors.collect::<Result<Vec<_>, _>>().map_err(untrusted)?;
        let others: Vec<_> = self.certificates.iter().map(|one| CertificateDer::from(one.whole)).collect();
        let micros = u64::try_from(at.at.0).map_err(|_| BadToken::Form)?;
        let at = UnixTime::since_unix_epoch(Duration::from_micros(micros));
        // The certificate's own use was looked at; those above it may leave theirs open.
        let usage = KeyUsage::required_if_present(TIMES);
        let all = webpki::ALL_VERIFICATION_ALGS;
        certificate.verify_for_usage(all, &anchors, &others, at, usage, None, None).map_err(untrusted)?;
        Ok(())
    }
}

fn hash_of(algorithm: Item<'_>) -> Result<&'static Algorithm, BadToken> {
    let algorithm = algorithm.inside().take(OID)?.content;
    let known = [(SHA256_OID, &SHA256), (SHA384_OID, &SHA384), (SHA512_OID, &SHA512)];
    let found = known.into_iter().find(|(oid, _)| oid == algorithm);
    found.map(|(_, hash)| hash).ok_or(BadToken::Algorithm)
}

type Ways = Vec<&'static dyn SignatureVerificationAlgorithm>;

/// The ways to sign that an algorithm of CMS stands for; the key decides between them.
fn ways_of(way: &[u8], hash: &'static Algorithm) -> Ways {
    /// 1.2.840.113549.1.1
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    /// 1.2.840.10045
    const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d];
    let rsa = way.strip_prefix(RSA).unwrap_or_default();
    let ec = way.strip_prefix(EC).unwrap_or_default();
    let nth = [&SHA256, &SHA384, &SHA512].iter().position(|one| *one == hash);
    let [first, second, third]: [Ways; 3] = match (rsa, ec) {
        // RSA alone or with its hash.
        ([1 | 11..=13], _) => [
            vec![ways::RSA_PKCS1_2048_8192_SHA256],
            vec![ways::RSA_PKCS1_2048_8192_SHA384],
            vec![ways::RSA_PKCS1_2048_8192_SHA512],
        ],
        ([10], _) => [
            vec![ways::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
            vec![ways::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
            vec![ways::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        ],
        // A key alone, or ECDSA with its hash.
        (_, [2, 1] | [4, 3, 2..=4]) => [
            vec![ways::ECDSA_P256_SHA256, ways::ECDSA_P384_SHA256, ways::ECDSA_P521_SHA256],
            vec![ways::ECDSA_P256_SHA384, ways::ECDSA_P384_SHA384, ways::ECDSA_P521_SHA384],
            vec![ways::ECDSA_P256_SHA512, ways::ECDSA_P384_SHA512, ways::ECDSA_P521_SHA512],
        ],
        _ => Default::default(),
    };
    match nth {
        Some(0) => first,
        Some(1) => second,
        _ => third,
    }
}

/// RFC 3161, 2.3: time stamps are all that the certificate is for, and it says so
/// in a way that nobody may pass over.
fn only_for_times(certificate: &[u8]) -> Result<(), BadToken> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| BadToken::NoCertificate)?;
    let mut usage = certificate.extensions().iter().filter(|one| one.oid.as_bytes() == KEY_USAGE);
    match (usage.next(), usage.next()) {
        (Some(one), None) if one.critical && one.value == ONLY_TIMES => Ok(()),
        _ => Err(BadToken::OtherUse),
    }
}
