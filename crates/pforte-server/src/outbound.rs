//! Calls that the server makes to programs of others: one message, one short answer.
//!
//! # Invariants
//!
//! - Everything is bounded: the way there, the whole call, the answer.
//! - Redirects are not followed and no proxy is used: a message goes to the address that
//!   an administrator gave and nowhere else.
//! - Without TLS only this computer is spoken to, unless what is sent proves itself.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Longest address, in bytes.
const LONGEST: usize = 2_048;

/// Time for a connection, with TLS.
const CONNECT: Duration = Duration::from_secs(5);

/// Where messages go.
#[derive(Clone, Debug)]
pub struct Target {
    uri: Uri,
    tls: Option<Arc<ClientConfig>>,
}

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    /// Not `https://host[:port][/path]`.
    #[error("an address of the form https://host:port/path is needed")]
    Address,
    /// `http` to another computer.
    #[error("http is spoken with this computer alone; https is needed")]
    Plain,
    /// The authorities are not certificates in PEM.
    #[error("the authorities are not certificates in PEM")]
    Authority,
    /// This computer trusts no authority.
    #[error("this computer has no certificates of authorities; give those of the address")]
    NoAuthority,
}

/// Why a message was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The name is not known, nobody listens, or the connection broke.
    #[error("not reached: {0}")]
    Unreached(String),
    /// The certificate is not trusted, or TLS does not come about.
    #[error("no trusted TLS: {0}")]
    Untrusted(String),
    /// It took too long.
    #[error("no answer in time")]
    TimeOut,
    /// The answer is longer than what is read.
    #[error("the answer is too long or broke off")]
    TooLong,
}

/// Who may be spoken to without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// This computer.
    Here,
    /// Everybody: what comes back is signed, and nothing that is sent is secret.
    Anywhere,
}

impl Target {
    /// Where an address leads. `authority` is PEM; without it those of this computer count.
    pub fn new(url: &str, authority: Option<&str>, plain: Plain) -> Result<Self, BadTarget> {
        let uri: Uri = url.parse().map_err(|_| BadTarget::Address)?;
        let authority_part = uri.authority().ok_or(BadTarget::Address)?;
        if url.len() > LONGEST || authority_part.as_str().contains('@') || !url.is_ascii() {
            return Err(BadTarget::Address);
        }
        let tls = match uri.scheme_str() {
            Some("https") => Some(Arc::new(trusting(authority)?)),
            Some("http") if plain == Plain::Anywhere || is_here(authority_part.host()) => None,
            Some("http") => return Err(BadTarget::Plain),
            _ => return Err(BadTarget::Address),
        };
        Ok(Self { uri, tls })
    }

    /// Posts a message of this media type and gives the answer's status and body, of at most
    /// `most` bytes, within this time.
    pub async fn post(
        &self,
        (kind, body): (&str, Vec<u8>),
        headers: &[(&str, &str)],
        most: usize,
        time: Duration,
    ) -> Result<(StatusCode, Bytes), NoAnswer> {
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let host = self.uri.authority().map_or("", |authority| authority.as_str());
        let agent = concat!("pforte/", env!("CARGO_PKG_VERSION"));
        let mut request = Request::builder().method(Method::POST).uri(path);
        request = request.header(HOST, host).header(CONTENT_TYPE, kind).header(USER_AGENT, agent);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let broken = |error: hyper::http::Error| NoAnswer::Unreached(error.to_string());
        let request = request.body(Full::new(Bytes::from(body))).map_err(broken)?;
        timeout(time, self.call(request, most)).await.map_err(|_| NoAnswer::TimeOut)?
    }

    async fn call(
        &self,
        request: Request<Full<Bytes>>,
        most: usize,
    ) -> Result<(StatusCode, Bytes), NoAnswer> {
        let stream = timeout(CONNECT, self.reach()).await.map_err(|_| NoAnswer::TimeOut)??;
        match &self.tls {
            None => exchange(stream, request, most).await,
            Some(tls) => {
                let host = self.uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
                let name = ServerName::try_from(host).map_err(|bad| NoAnswer::Unreached(bad.to_string()))?;
                let securing = TlsConnector::from(Arc::clone(tls)).connect(name, stream);
                let secured = timeout(CONNECT, securing).await.map_err(|_| NoAnswer::TimeOut)?;
                let secured = secured.map_err(|error| NoAnswer::Untrusted(error.to_string()))?;
                exchange(secured, request, most).await
            }
        }
    }

    async fn reach(&self) -> Result<TcpStream, NoAnswer> {
        let host = self.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = self.uri.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        TcpStream::connect((host, port)).await.map_err(|error| NoAnswer::Unreached(error.to_string()))
    }
}

/// Whether a host is this computer whatever a name server says.
fn is_here(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn trusting(authority: Option<&str>) -> Result<ClientConfig, BadTarget> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| BadTarget::Authority)?;
            roots.add(certificate).map_err(|_| BadTarget::Authority)?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() {
        return Err(if authority.is_some() { BadTarget::Authority } else { BadTarget::NoAuthority });
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|_| BadTarget::NoAuthority)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<(StatusCode, Bytes), NoAnswer> {
    let unreached = |error: hyper::Error| NoAnswer::Unreached(error.to_string());
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(unreached)?;
    let answering = async {
        let (parts, body) = sender.send_request(request).await.map_err(unreached)?.into_parts();
        let body = Limited::new(body, most).collect().await.map_err(|_| NoAnswer::TooLong)?;
        Ok((parts.status, body.to_bytes()))
    };
    let mut answering = std::pin::pin!(answering);
    tokio::select! {
        answered = &mut answering => answered,
        // What came before the connection ended is still there.
        _ended = connection => answering.await,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn addresses_that_are_none_or_leave_this_computer_without_tls_are_refused() {
        let bad = |url: &str| Target::new(url, None, Plain::Here).unwrap_err();
        for url in ["", "batch", "ftp://batch/", "https://", "https://a@batch/", "https://b/\u{fc}"] {
            assert_eq!(bad(url), BadTarget::Address, "{url}");
        }
        assert_eq!(bad(&format!("https://b/{}", "x".repeat(LONGEST))), BadTarget::Address);
        for url in ["http://batch.plant/", "http://localhost.plant/", "http://10.0.0.1/"] {
            assert_eq!(bad(url), BadTarget::Plain, "{url}");
        }
        for url in ["http://127.0.0.1:8080/a?b", "http://[::1]/"] {
            assert!(Target::new(url, None, Plain::Here).is_ok(), "{url}");
        }
        assert!(Target::new("http://tsa.example/", None, Plain::Anywhere).is_ok());
        for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let refused = Target::new("https://batch.plant/", Some(pem), Plain::Here).unwrap_err();
            assert_eq!(refused, BadTarget::Authority, "{pem}");
        }
    }
}
