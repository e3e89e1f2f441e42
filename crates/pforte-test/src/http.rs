//! One HTTPS call after the other, with anything in it that a stranger may send.

use crate::fixtures::must;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A call to be made.
pub struct Caller {
    address: SocketAddr,
    ca: PathBuf,
    request: hyper::http::request::Builder,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; a JSON string if it was no JSON.
    pub body: Value,
    /// The body as it came.
    pub bytes: Bytes,
}

impl Answer {
    /// The text of a field of the body.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        crate::server::text(&self.body, field)
    }

    /// The code of a problem; empty if it is none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body.get("code").and_then(Value::as_str).unwrap_or_default()
    }

    /// A value inside the body, such as `/session/id`.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }
}

impl Caller {
    /// A call of a server at an address, whose certificate this authority issued.
    ///
    /// # Panics
    ///
    /// Stops the test if the method is none.
    #[must_use]
    pub fn new(address: SocketAddr, ca: &Path, method: &str, path: &str) -> Self {
        let method = must("a method", Method::from_bytes(method.as_bytes()));
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        Self { address, ca: ca.to_owned(), request }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = must("a header", HeaderName::from_bytes(name.as_bytes()));
        let value = must("a header", HeaderValue::from_str(value));
        self.request = self.request.header(name, value);
        self
    }

    /// Sends this token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Proves this station.
    #[must_use]
    pub fn station(self, credential: &str) -> Self {
        self.header("pforte-station", credential)
    }

    /// Makes the call with a JSON body.
    pub async fn json(self, body: &Value) -> Answer {
        self.header("content-type", "application/json").bytes(body.to_string().into_bytes()).await
    }

    /// Makes the call without a body.
    pub async fn send(self) -> Answer {
        self.bytes(Vec::new()).await
    }

    /// Makes the call with any body.
    pub async fn bytes(self, body: Vec<u8>) -> Answer {
        must("an answer", self.try_bytes(body).await)
    }

    /// Makes the call with a JSON body to a server that may be gone.
    pub async fn try_json(self, body: &Value) -> io::Result<Answer> {
        self.header("content-type", "application/json").try_bytes(body.to_string().into_bytes()).await
    }

    async fn try_bytes(self, body: Vec<u8>) -> io::Result<Answer> {
        let request = must("a request", self.request.body(Full::new(Bytes::from(body))));
        let stream = try_connect(self.address, &self.ca).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let mut answering = pin!(async {
            let (parts, body) = sender.send_request(request).await?.into_parts();
            Ok::<_, hyper::Error>((parts, body.collect().await?.to_bytes()))
        });
        let answered = tokio::select! {
            answered = &mut answering => answered,
            // What came before the connection ended is still there.
            _ended = connection => answering.await,
        };
        let (parts, bytes) = answered.map_err(io::Error::other)?;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, bytes })
    }
}

/// A TLS connection to a server of the test's own.
pub async fn connect(address: SocketAddr, ca: &Path) -> TlsStream<TcpStream> {
    must("a connection", try_connect(address, ca).await)
}

async fn try_connect(address: SocketAddr, ca: &Path) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let certificate = must("the CA", CertificateDer::from_pem_file(ca));
    must("the CA", roots.add(certificate));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config =
        must("TLS", ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions());
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let name = must("a name", ServerName::try_from("localhost"));
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}
