//! Kept HTTPS connections, as stations and applications hold them.

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use pforte_test::http::connect;
use std::net::SocketAddr;
use std::path::Path;
use tokio::sync::Mutex;
use tokio::task::AbortHandle;

/// One connection, asked by one caller at a time.
pub struct Kept {
    sender: Mutex<SendRequest<Full<Bytes>>>,
    running: AbortHandle,
}

/// A request that can be sent again.
#[derive(Clone)]
pub struct Ask {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: String,
    /// The token, if any.
    pub token: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl Ask {
    /// A request with a body and no token.
    #[must_use]
    pub fn new(method: &'static str, path: &str, body: &serde_json::Value) -> Self {
        Self { method, path: path.to_owned(), token: None, body: Bytes::from(body.to_string()) }
    }

    /// A request without a body.
    #[must_use]
    pub fn plain(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), token: None, body: Bytes::new() }
    }

    /// The same by somebody who shows a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        Self { token: Some(format!("Bearer {token}")), ..self }
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(self.method).uri(&self.path).header("host", "localhost");
        if let Some(token) = &self.token {
            request = request.header("authorization", token);
        }
        if !self.body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(Full::new(self.body.clone())).unwrap()
    }
}

impl Kept {
    /// Connects.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    #[expect(clippy::disallowed_methods, reason = "the connection ends with its caller, which aborts it")]
    pub async fn connect(address: SocketAddr, ca: &Path) -> Self {
        let stream = connect(address, ca).await;
        stream.get_ref().0.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let running = tokio::task::spawn(connection).abort_handle();
        Self { sender: Mutex::new(sender), running }
    }

    /// Asks, and gives status and body.
    ///
    /// # Panics
    ///
    /// If the connection ends.
    pub async fn ask(&self, ask: &Ask) -> (u16, Bytes) {
        let mut sender = self.sender.lock().await;
        sender.ready().await.unwrap();
        let answer = sender.send_request(ask.request()).await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.into_body().collect().await.unwrap().to_bytes())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.running.abort();
    }
}
