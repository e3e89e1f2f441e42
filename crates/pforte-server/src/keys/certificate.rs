//! The certificate that the server shows, exchangeable while the server runs.

use super::{FolderError, authority::Made};
use arc_swap::ArcSwap;
use pforte_model::time::Micros;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use zeroize::Zeroizing;

/// A server certificate with its key, ready to be shown.
pub struct Issued {
    /// What rustls shows.
    pub shown: Arc<CertifiedKey>,
    /// When it ends.
    pub ends: Micros,
    /// Whether it was made just now, not read from the folder.
    pub fresh: bool,
}

/// The certificate that is shown to whoever connects, whatever name they ask for.
pub struct ServerCertificate(ArcSwap<CertifiedKey>);

impl ServerCertificate {
    /// Shows this certificate.
    #[must_use]
    pub fn new(issued: &Issued) -> Self {
        Self(ArcSwap::new(Arc::clone(&issued.shown)))
    }

    /// The certificate itself, DER.
    #[must_use]
    pub fn shown(&self) -> Vec<u8> {
        self.0.load().end_entity_cert().map(|leaf| leaf.to_vec()).unwrap_or_default()
    }

    /// What log-ons are bound to on connections with it (`tls-server-end-point`).
    pub(crate) fn channel_binding(&self) -> Option<Vec<u8>> {
        pforte_directory::ldap::channel_binding(&self.shown())
    }

    /// Shows this one from now on; connections that are open stay.
    pub fn replace(&self, issued: &Issued) {
        self.0.store(Arc::clone(&issued.shown));
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerCertificate")
    }
}

/// The file of a server certificate: its key and itself, in one file, so that
/// they are exchanged together.
pub(super) fn file_text(made: &Made) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(made.key.len() + made.certificate.len()));
    text.push_str(&made.key);
    text.push_str(&made.certificate);
    text
}

/// Reads the file of a server certificate.
pub(super) fn read(bytes: &[u8], path: &Path, provider: &CryptoProvider) -> Result<Issued, FolderError> {
    let bad = |why| FolderError::BadKey { path: path.to_owned(), why };
    let key = PrivateKeyDer::from_pem_slice(bytes).map_err(|_| bad("there is no private key in it"))?;
    let certificate =
        CertificateDer::from_pem_slice(bytes).map_err(|_| bad("there is no certificate in it"))?;
    let (_, parsed) =
        X509Certificate::from_der(&certificate).map_err(|_| bad("its certificate is damaged"))?;
    let ends = seconds(parsed.validity().not_after.timestamp());
    let shown = CertifiedKey::from_der(vec![certificate.clone()], key, provider)
        .map_err(|_| bad("its key does not fit its certificate"))?;
    Ok(Issued { shown: Arc::new(shown), ends, fresh: false })
}

/// Whether a certificate is still good: signed by this authority, for these names,
/// begun, and not in the last third of its time.
pub(super) fn is_good(issued: &Issued, authority: &[u8], names: &[String], now: Micros) -> bool {
    let certificate = issued.shown.end_entity_cert().ok();
    let parsed = certificate.and_then(|der| X509Certificate::from_der(der).ok());
    let authority = CertificateDer::from_pem_slice(authority).ok();
    let authority = authority.as_ref().and_then(|der| X509Certificate::from_der(der).ok());
    let (Some((_, certificate)), Some((_, authority))) = (parsed, authority) else { return false };
    let begins = seconds(certificate.validity().not_before.timestamp());
    let left = issued.ends.since(now);
    certificate.verify_signature(Some(authority.public_key())).is_ok()
        && names_of(&certificate) == names.iter().cloned().collect()
        && begins <= now
        && left >= issued.ends.since(begins) / 3
}

fn seconds(unix: i64) -> Micros {
    Micros(0).plus_seconds(unix)
}

fn names_of(certificate: &X509Certificate<'_>) -> BTreeSet<String> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return BTreeSet::new() };
    names.value.general_names.iter().filter_map(name_text).collect()
}

fn name_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}
