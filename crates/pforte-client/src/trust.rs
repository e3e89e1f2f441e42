//! Whom the client believes: the certificate authorities, and TLS over them.

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::sync::Arc;

/// The authorities whose certificates are believed.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Those of this computer.
    System,
    /// Only these: the content of a PEM file such as the server's `ca.pem`.
    Pem(Vec<u8>),
}

/// Why a client cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    /// Not `https://host[:port][/path]`.
    #[error("the server's address is not of the form https://host:port")]
    Address,
    /// Another scheme than `https`.
    #[error("only https is spoken")]
    NotTls,
    /// The PEM holds no certificate, or a damaged one.
    #[error("the file of trusted authorities holds no certificate in PEM, or a damaged one")]
    Authorities,
    /// This computer tells no authority that it trusts.
    #[error("this computer has no list of trusted authorities")]
    NoSystemAuthorities,
    /// The TLS library refuses its own defaults.
    #[error("TLS cannot be set up")]
    Tls,
}

/// TLS with these authorities.
pub(crate) fn tls(trust: &Trust) -> Result<Arc<ClientConfig>, BadSettings> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| BadSettings::Tls)?
        .with_root_certificates(roots(trust)?)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn roots(trust: &Trust) -> Result<RootCertStore, BadSettings> {
    let mut store = RootCertStore::empty();
    match trust {
        Trust::Pem(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| BadSettings::Authorities)?;
                store.add(certificate).map_err(|_| BadSettings::Authorities)?;
            }
            if store.is_empty() { Err(BadSettings::Authorities) } else { Ok(store) }
        }
        Trust::System => {
            // Every system's list holds some that no longer parse; the others count.
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() { Err(BadSettings::NoSystemAuthorities) } else { Ok(store) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_good_certificate_is_refused() {
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for pem in ["", "hello", damaged, "-----BEGIN CERTIFICATE-----\nAAAA\n"] {
            let trust = Trust::Pem(pem.as_bytes().to_vec());
            assert_eq!(tls(&trust).err(), Some(BadSettings::Authorities), "{pem}");
        }
    }
}
