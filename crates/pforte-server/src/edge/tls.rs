//! TLS as the server speaks it.

use crate::keys::ServerCertificate;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;

/// The cryptography of the server. It is handed to whatever needs it and not
/// installed for the whole process, so that no part depends on who came first.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1.
///
/// Nothing is kept of a connection for its resumption: with a P-256 key that
/// saves the server nothing, and what is not kept cannot be asked for in masses.
pub(super) fn config(certificate: Arc<ServerCertificate>) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
