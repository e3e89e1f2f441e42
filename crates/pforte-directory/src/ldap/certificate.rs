//! What is wrong with a server's certificate, if anything.

use super::fault::{Fault, FaultKind};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::x509::AlgorithmIdentifier;

/// The CAs that are trusted and the signatures that are understood.
type Trusted<'a> = (&'a RootCertStore, &'a [&'a dyn SignatureVerificationAlgorithm]);

/// The fewest bits of an RSA key.
const FEWEST_RSA_BITS: usize = 2048;

/// Checks the certificate of the server `name` at the time `now`.
///
/// A certificate without any stated purpose serves every purpose (RFC 5280,
/// 4.2.1.12); one that states purposes must state "server authentication".
pub(super) fn verify(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: UnixTime,
    (roots, algorithms): Trusted<'_>,
) -> Result<(), Fault> {
    let (_, shown) = X509Certificate::from_der(leaf).map_err(|_| FaultKind::CertificateUnreadable)?;
    strong_key(&shown)?;
    let parsed = ParsedCertificate::try_from(leaf).map_err(|error| fault(&error, &shown))?;
    verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, now, algorithms)
        .map_err(|error| fault(&error, &shown))?;
    named(&parsed, &shown, name)
}

/// Whom a certificate is for, who issued it, and its last day.
pub(super) fn describe(leaf: &CertificateDer<'_>) -> Option<String> {
    let (_, shown) = X509Certificate::from_der(leaf).ok()?;
    let names = names(&shown).join(", ");
    let until = shown.validity().not_after.to_datetime().date();
    Some(format!("{names}; {}; {until}", shown.issuer()))
}

/// What binds a log-on to the server's certificate: `tls-server-end-point` (RFC 5929,
/// section 4.1). The digest is that of the certificate's signature, but never a
/// weaker one than SHA-256. `ed25519`: use SHA-512 where the signature has no digest
/// of its own, which no standard says.
pub(super) fn binding(leaf: &CertificateDer<'_>, ed25519: bool) -> Result<Vec<u8>, Fault> {
    let (_, shown) = X509Certificate::from_der(leaf).map_err(|_| FaultKind::CertificateUnreadable)?;
    let algorithm = &shown.signature_algorithm;
    let oid = algorithm.algorithm.to_id_string();
    let oid = if oid == RSA_PSS { pss_digest(algorithm).unwrap_or_default() } else { oid };
    let digest = match oid.as_str() {
        oid if SHA256.contains(&oid) => Sha256::digest(leaf).to_vec(),
        oid if SHA384.contains(&oid) => Sha384::digest(leaf).to_vec(),
        oid if SHA512.contains(&oid) => Sha512::digest(leaf).to_vec(),
        ED25519 if ed25519 => Sha512::digest(leaf).to_vec(),
        _ => return Err(FaultKind::BindingUndefined.with(format!("signature {}", algorithm.algorithm))),
    };
    Ok([&b"tls-server-end-point:"[..], &digest].concat())
}

const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const ED25519: &str = "1.3.101.112";
/// Signatures and digests that are bound by SHA-256, first those with MD5 and SHA-1.
const SHA256: [&str; 7] = [
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.2.840.10045.4.1",
    "1.3.14.3.2.26",
    "1.2.840.113549.1.1.11",
    "1.2.840.10045.4.3.2",
    "2.16.840.1.101.3.4.2.1",
];
const SHA384: [&str; 3] = ["1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3", "2.16.840.1.101.3.4.2.2"];
const SHA512: [&str; 3] = ["1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4", "2.16.840.1.101.3.4.2.3"];

/// The digest that stands in the parameters of RSA-PSS.
fn pss_digest(algorithm: &AlgorithmIdentifier<'_>) -> Option<String> {
    match SignatureAlgorithm::try_from(algorithm).ok()? {
        SignatureAlgorithm::RSASSA_PSS(parameters) => Some(parameters.hash_algorithm_oid().to_id_string()),
        _ => None,
    }
}

pub(super) fn strong_key(shown: &X509Certificate<'_>) -> Result<(), Fault> {
    match shown.public_key().parsed() {
        Ok(PublicKey::RSA(key)) if bits(key.modulus) < FEWEST_RSA_BITS => {
            Err(FaultKind::CertificateWeak.with(format!("RSA of {} bits", bits(key.modulus))))
        }
        _ => Ok(()),
    }
}

/// Bits of a number, most significant byte first.
pub(super) fn bits(number: &[u8]) -> usize {
    let digits = number.iter().skip_while(|byte| **byte == 0);
    let unused = digits.clone().next().map_or(0, |first| first.leading_zeros().try_into().unwrap_or(0));
    (digits.count() * 8).saturating_sub(unused)
}

pub(super) fn named(
    parsed: &ParsedCertificate<'_>,
    shown: &X509Certificate<'_>,
    name: &ServerName<'_>,
) -> Result<(), Fault> {
    let has_names = matches!(shown.subject_alternative_name(), Ok(Some(_)) | Err(_));
    let fits = if has_names {
        verify_server_name(parsed, name).is_ok()
    } else {
        common_names(shown).any(|found| found.eq_ignore_ascii_case(&name.to_str()))
    };
    if fits { Ok(()) } else { Err(wrong_name(shown, name)) }
}

fn common_names<'a>(shown: &'a X509Certificate<'_>) -> impl Iterator<Item = &'a str> {
    shown.subject().iter_common_name().filter_map(|name| name.as_str().ok())
}

/// The names of servers that a certificate shows, a few of them if they are many.
pub(super) fn names(shown: &X509Certificate<'_>) -> Vec<String> {
    match shown.subject_alternative_name().ok().flatten() {
        Some(names) => names.value.general_names.iter().filter_map(dns_name).take(5).collect(),
        None => common_names(shown).map(str::to_owned).collect(),
    }
}

fn wrong_name(shown: &X509Certificate<'_>, expected: &ServerName<'_>) -> Fault {
    let names = names(shown);
    let found = if names.is_empty() { "no server".to_owned() } else { names.join(", ") };
    FaultKind::CertificateWrongName.with(format!("expected {}, it is for {found}", expected.to_str()))
}

fn dns_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    }
}

pub(super) fn fault(error: &Error, shown: &X509Certificate<'_>) -> Fault {
    let Error::InvalidCertificate(error) = error else {
        return FaultKind::CertificateUnreadable.with(error);
    };
    let validity = shown.validity();
    match error {
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            FaultKind::CertificateNotYetValid.with(format!("the server's own begins {}", validity.not_before))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            FaultKind::CertificateExpired.with(format!("the server's own ends {}", validity.not_after))
        }
        CertificateError::UnknownIssuer | CertificateError::Other(_) if self_signed(shown) => {
            FaultKind::CertificateSelfSigned.with(shown.subject())
        }
        CertificateError::UnknownIssuer => FaultKind::CertificateUnknownIssuer.with(shown.issuer()),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            FaultKind::CertificateWrongPurpose.into()
        }
        CertificateError::BadSignature => FaultKind::CertificateBadSignature.into(),
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            FaultKind::CertificateWeak.with(format!("signature {}", shown.signature_algorithm.algorithm))
        }
        CertificateError::BadEncoding => FaultKind::CertificateUnreadable.into(),
        other => FaultKind::CertificateUnreadable.with(format!("{other:?}")),
    }
}

fn self_signed(shown: &X509Certificate<'_>) -> bool {
    shown.issuer() == shown.subject()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use rustls_pki_types::pem::PemObject;
    use std::time::Duration;

    /// 2030, in which all certificates here are valid.
    const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_hours(525_960));

    fn judged(pem: &str) -> Result<(), FaultKind> {
        let ca = include_str!("../../testdata/certificate-ca.pem");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
        let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.all;
        let leaf = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let name = ServerName::try_from("dc9.stage.test").unwrap();
        verify(&leaf, &[], &name, NOW, (&roots, algorithms)).map_err(|fault| fault.kind)
    }

    #[test]
    fn short_keys_and_old_digests_are_weak() {
        assert_eq!(
            judged(include_str!("../../testdata/certificate-short.pem")),
            Err(FaultKind::CertificateWeak)
        );
        assert_eq!(
            judged(include_str!("../../testdata/certificate-sha1.pem")),
            Err(FaultKind::CertificateWeak)
        );
    }

    #[test]
    fn a_certificate_without_a_stated_purpose_serves_every_one() {
        assert_eq!(judged(include_str!("../../testdata/certificate-any.pem")), Ok(()));
    }

    #[test]
    fn bytes_that_are_no_certificate_cannot_be_read() {
        let name = ServerName::try_from("dc9.stage.test").unwrap();
        for bytes in [&[][..], &[0x30, 0], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], b"certificate"] {
            let verdict = verify(&bytes.into(), &[], &name, NOW, (&RootCertStore::empty(), &[]));
            assert_eq!(verdict.map_err(|fault| fault.kind), Err(FaultKind::CertificateUnreadable));
        }
    }
}
