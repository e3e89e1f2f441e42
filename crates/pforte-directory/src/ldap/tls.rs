//! TLS to a domain controller, and exactly what is wrong with its certificate.
//!
//! A certificate is checked here and nowhere else: chain to a trusted CA, dates,
//! the purpose "server authentication", and the server's full name. Nothing is
//! sent to a server whose certificate is refused.
//!
//! # Invariants
//!
//! - Sessions are never resumed, because a resumed one would skip the check.
//! - The name counts in the certificate's alternative names. The common name
//!   counts only in a certificate that has none of them at all.

use super::fault::{Fault, FaultKind};
use super::settings::{Ca, SettingsFault};
use super::{Clock, certificate};
use pforte_model::time::Micros;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Makes the TLS side of connections.
pub(super) struct Tls {
    config: ClientConfig,
    verifier: Verifier,
}

/// The TLS side of one connection.
pub(super) struct Side {
    pub(super) config: Arc<ClientConfig>,
    /// Whether the server showed a certificate.
    shown: Arc<AtomicBool>,
}

impl Side {
    /// What an error while TLS is set up means. A server that showed a certificate has
    /// TLS, however the connection ended.
    pub(super) fn fault(&self, error: &io::Error) -> Fault {
        let fault = handshake_fault(error);
        if fault.kind.is_without_tls() && self.shown.load(Ordering::Relaxed) {
            return FaultKind::Reset.with("after the server showed its certificate");
        }
        fault
    }
}

impl Tls {
    /// TLS that trusts `ca`. Reads the file it names, if it names one.
    pub(super) fn new(ca: &Ca, clock: Clock) -> Result<Self, SettingsFault> {
        let roots = Arc::new(roots(ca)?);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = Verifier::new(roots, &provider)?;
        let mut config = ClientConfig::builder_with_details(provider, Arc::new(Time(clock)))
            .with_safe_default_protocol_versions()
            .map_err(|_| SettingsFault::CaEmpty)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier.clone()))
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Self { config, verifier })
    }

    /// The TLS side of a new connection.
    pub(super) fn side(&self) -> Side {
        let shown = Arc::<AtomicBool>::default();
        let verifier = Verifier { shown: Arc::clone(&shown), ..self.verifier.clone() };
        let mut config = self.config.clone();
        config.dangerous().set_certificate_verifier(Arc::new(verifier));
        Side { config: Arc::new(config), shown }
    }
}

/// The certificates that are trusted. Reads the file that is named, if one is.
pub(super) fn roots(ca: &Ca) -> Result<RootCertStore, SettingsFault> {
    let certificates: Vec<CertificateDer<'static>> = match ca {
        Ca::System => rustls_native_certs::load_native_certs().certs,
        Ca::File(path) => {
            let unreadable = |error: io::Error| SettingsFault::CaFile(path.clone(), error.to_string());
            from_pem(&std::fs::read(path).map_err(unreadable)?)
        }
        Ca::Pem(text) => from_pem(text.as_bytes()),
    };
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 { Err(SettingsFault::CaEmpty) } else { Ok(roots) }
}

fn from_pem(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}

/// Tells rustls the time of the edge's clock.
struct Time(Clock);

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let Micros(micros) = (self.0)();
        u64::try_from(micros).ok().map(|micros| UnixTime::since_unix_epoch(Duration::from_micros(micros)))
    }
}

/// Checks certificates and says what is wrong as a [`Fault`].
#[derive(Clone, Debug)]
struct Verifier {
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
    /// Checks signatures of the handshake.
    handshake: Arc<WebPkiServerVerifier>,
    /// Becomes true when there is a certificate to check.
    shown: Arc<AtomicBool>,
}

impl Verifier {
    fn new(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Result<Self, SettingsFault> {
        let handshake = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(provider));
        let handshake = handshake.build().map_err(|_| SettingsFault::CaEmpty)?;
        Ok(Self { roots, provider: Arc::clone(provider), handshake, shown: Arc::default() })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.shown.store(true, Ordering::Relaxed);
        let algorithms = self.provider.signature_verification_algorithms.all;
        certificate::verify(end_entity, intermediates, server_name, now, (&self.roots, algorithms))
            .map(|()| ServerCertVerified::assertion())
            .map_err(|fault| CertificateError::Other(OtherError(Arc::new(fault))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.handshake.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.handshake.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.handshake.supported_verify_schemes()
    }
}

/// What an error while TLS is set up means.
pub(super) fn handshake_fault(error: &io::Error) -> Fault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match (inner, error.kind()) {
        (Some(error), _) => rustls_fault(error),
        (None, io::ErrorKind::UnexpectedEof) => FaultKind::TlsClosed.into(),
        (None, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => FaultKind::TlsReset.into(),
        (None, io::ErrorKind::TimedOut) => FaultKind::TlsTimedOut.into(),
        (None, _) => FaultKind::ConnectFailed.with(error),
    }
}

fn rustls_fault(error: &Error) -> Fault {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(ours))) => ours
            .downcast_ref::<Fault>()
            .cloned()
            .unwrap_or_else(|| FaultKind::CertificateUnreadable.with(ours)),
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            FaultKind::CertificateBadSignature.into()
        }
        Error::InvalidCertificate(other) => FaultKind::CertificateUnreadable.with(format!("{other:?}")),
        Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => FaultKind::PlainText.into(),
        Error::AlertReceived(alert) => FaultKind::TlsRefused.with(format!("{alert:?}")),
        Error::PeerIncompatible(why) => FaultKind::TlsRefused.with(format!("{why:?}")),
        other => FaultKind::TlsBroken.with(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_connection_that_the_server_ended_looks_like_a_server_without_tls() {
        use io::ErrorKind as K;
        let without = |kind: K| handshake_fault(&kind.into()).kind.is_without_tls();
        for kind in [K::UnexpectedEof, K::ConnectionReset, K::BrokenPipe] {
            assert!(without(kind), "{kind}");
        }
        for kind in
            [K::TimedOut, K::ConnectionAborted, K::HostUnreachable, K::NetworkDown, K::InvalidData, K::Other]
        {
            assert!(!without(kind), "{kind}");
        }
    }
}
