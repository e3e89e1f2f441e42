//! What a server's certificate is like, check by check.
//!
//! The connection that shows it carries nothing else and ends at once, so it may
//! come from anybody.

use super::super::certificate;
use super::super::tls::handshake_fault;
use super::Check;
use crate::fault::{Fault, FaultKind};
use crate::said::Says;
use crate::tried::{Found, plain};
use pforte_model::time::Micros;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// Days before its end at which a certificate should be renewed.
const ENDS_SOON: i64 = 30;

/// What a server showed when TLS was set up.
pub(super) struct Shown {
    /// The version of TLS and the cipher.
    pub(super) way: String,
    /// Its own certificate, then the others that it sent.
    pub(super) chain: Vec<CertificateDer<'static>>,
}

/// Sets up TLS, looks, and ends it.
pub(super) async fn look(stream: TcpStream, host: &str, until: Instant) -> Result<Shown, Fault> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| FaultKind::NameNotResolved)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| FaultKind::TlsBroken.with(error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Onlooker(provider)))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let stream = match timeout_at(until, handshake).await {
        Err(_) => return Err(FaultKind::TlsTimedOut.into()),
        Ok(handshake) => handshake.map_err(|error| handshake_fault(&error))?,
    };
    let (_, session) = stream.get_ref();
    let version = session.protocol_version().map(|version| format!("{version:?}"));
    let cipher = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    let chain = session.peer_certificates().unwrap_or_default();
    Ok(Shown {
        way: [version, cipher].into_iter().flatten().collect::<Vec<_>>().join(", "),
        chain: chain.iter().map(|certificate| certificate.clone().into_owned()).collect(),
    })
}

/// What is said of one side of a certificate.
pub(super) type Verdict = Result<Found, Fault>;

/// Judges each side of the certificate that was shown by the server `host`.
pub(super) fn judge(shown: &Shown, host: &str, now: Micros, roots: &RootCertStore) -> Vec<(Check, Verdict)> {
    let unreadable =
        |detail: &str| vec![(Check::CertificateChain, Err(FaultKind::CertificateUnreadable.with(detail)))];
    let Some((leaf, others)) = shown.chain.split_first() else { return unreadable("none was shown") };
    let (Ok((_, read)), Ok(parsed)) = (X509Certificate::from_der(leaf), ParsedCertificate::try_from(leaf))
    else {
        return unreadable("its encoding is broken");
    };
    let name = ServerName::try_from(host.to_owned());
    let fits = match &name {
        Ok(name) => certificate::named(&parsed, &read, name),
        Err(_) => Err(FaultKind::CertificateWrongName.with(host)),
    };
    let issued = chain(&parsed, &read, others, now, roots);
    let (purpose, trusted) = match issued {
        Err(fault) if fault.kind == FaultKind::CertificateWrongPurpose => (Err(fault), None),
        other => (Ok(Says::ServerPurpose.alone()), Some(other)),
    };
    let shown_names = certificate::names(&read).join(", ");
    let mut sides = vec![
        (Check::CertificateName, fits.map(|()| plain(shown_names))),
        (Check::CertificateDates, dates(&read, now)),
        (Check::CertificatePurpose, purpose),
        (Check::CertificateKey, certificate::strong_key(&read).map(|()| algorithm(&read))),
    ];
    // With a wrong purpose the issuer is not looked at.
    sides.extend(trusted.map(|trusted| {
        (Check::CertificateChain, trusted.map(|()| Says::IssuedBy.of(&[("issuer", read.issuer())])))
    }));
    sides
}

/// Whether a trusted authority issued it, whatever its own dates say.
fn chain(
    parsed: &ParsedCertificate<'_>,
    read: &X509Certificate<'_>,
    others: &[CertificateDer<'_>],
    now: Micros,
    roots: &RootCertStore,
) -> Result<(), Fault> {
    let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.all;
    let validity = read.validity();
    let (begin, end) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let within = (now.0 / Micros::SECOND).max(begin).min(end.max(begin));
    let within = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(within).unwrap_or(0)));
    verify_server_cert_signed_by_trust_anchor(parsed, roots, others, within, algorithms)
        .map_err(|error| certificate::fault(&error, read))
}

fn dates(read: &X509Certificate<'_>, now: Micros) -> Verdict {
    let validity = read.validity();
    let now = now.0 / Micros::SECOND;
    let (begin, end) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    if now < begin {
        return Err(FaultKind::CertificateNotYetValid.with(validity.not_before));
    }
    if now > end {
        return Err(FaultKind::CertificateExpired.with(validity.not_after));
    }
    let days = (end - now) / 86_400;
    let soon = (days < ENDS_SOON).then(|| FaultKind::CertificateEndsSoon.with(format!("{days} days")));
    let last = validity.not_after.to_datetime().date();
    Ok(Says::CertificateUntil.of(&[("date", &last), ("days", &days)]).doubted(soon))
}

/// The kind of key, and how the issuer signed.
fn algorithm(read: &X509Certificate<'_>) -> Found {
    let oid = read.signature_algorithm.algorithm.to_id_string();
    let (kind, bits) = match read.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => ("RSA", certificate::bits(key.modulus)),
        Ok(PublicKey::EC(point)) => ("ECDSA", point.key_size()),
        _ => {
            let key = read.public_key().algorithm.algorithm.to_id_string();
            return plain(format!("{}, {}", signature(&key), signature(&oid)));
        }
    };
    Says::CertificateKey.of(&[("kind", &kind), ("bits", &bits), ("signature", &signature(&oid))])
}

/// The usual name of a signature's identifier (RFC 8017, 5758, 8410).
fn signature(oid: &str) -> &str {
    match oid {
        "1.2.840.113549.1.1.5" => "RSA SHA-1",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.113549.1.1.11" => "RSA SHA-256",
        "1.2.840.113549.1.1.12" => "RSA SHA-384",
        "1.2.840.113549.1.1.13" => "RSA SHA-512",
        "1.2.840.10045.4.3.2" => "ECDSA SHA-256",
        "1.2.840.10045.4.3.3" => "ECDSA SHA-384",
        "1.2.840.10045.4.3.4" => "ECDSA SHA-512",
        "1.3.101.112" => "Ed25519",
        other => other,
    }
}

/// Lets every certificate through, because it is only looked at.
#[derive(Debug)]
struct Onlooker(Arc<CryptoProvider>);

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
