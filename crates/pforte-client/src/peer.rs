//! What may answer at the other end: a TLS peer on a free port that follows a script.

#![expect(clippy::unwrap_used, reason = "a test stops here")]

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// What the peer's certificate says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// `localhost`, valid, for servers.
    Good,
    /// Another name.
    OtherName,
    /// Expired long ago.
    Expired,
    /// Valid only later.
    NotYet,
    /// For clients.
    ForClients,
    /// No certificate: it speaks plain text.
    PlainText,
}

/// What the peer does with each request.
#[derive(Clone)]
pub(crate) enum Does {
    /// Answers these bytes and waits for the next request.
    Answers(String),
    /// Answers these bytes and closes.
    Breaks(String),
    /// Says nothing.
    Nothing,
}

/// A running peer; it ends when it is dropped.
pub(crate) struct Peer {
    pub(crate) base: String,
    pub(crate) ca: Vec<u8>,
    heard: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
    _running: JoinSet<()>,
}

impl Peer {
    pub(crate) async fn start(shows: Shows, does: Does) -> Self {
        let (ca, acceptor) = certificate(shows);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let connections = Arc::<Mutex<usize>>::default();
        let mut running = JoinSet::new();
        let acceptor = (shows != Shows::PlainText).then_some(acceptor);
        running.spawn(accept(
            listener,
            acceptor,
            Script { does, heard: Arc::clone(&heard) },
            Arc::clone(&connections),
        ));
        Self { base, ca, heard, connections, _running: running }
    }

    /// The requests so far, heads and bodies.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The connections so far.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer with this status and body.
pub(crate) fn answer(status: u16, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[derive(Clone)]
struct Script {
    does: Does,
    heard: Arc<Mutex<Vec<String>>>,
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, script: Script, count: Arc<Mutex<usize>>) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        open.spawn(serve(stream, tls.clone(), script.clone()));
    }
}

async fn serve(mut stream: TcpStream, tls: Option<TlsAcceptor>, script: Script) {
    match tls {
        None => {
            let mut hello = [0; 16];
            drop(stream.read(&mut hello).await);
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        }
        Some(tls) => {
            if let Ok(secured) = tls.accept(stream).await {
                play(secured, script).await;
            }
        }
    }
}

async fn play(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: Script) {
    while let Some(request) = request(&mut stream).await {
        script.heard.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        match &script.does {
            Does::Answers(text) => drop(stream.write_all(text.as_bytes()).await),
            Does::Breaks(text) => {
                drop(stream.write_all(text.as_bytes()).await);
                drop(stream.shutdown().await);
                return;
            }
            Does::Nothing => {}
        }
    }
}

/// One request: its head and as much body as the head tells.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let byte = stream.read_u8().await.ok()?;
        text.push(byte);
        if text.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    let head = String::from_utf8_lossy(&text).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    text.extend(body);
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The authority, and TLS with a certificate of it.
fn certificate(shows: Shows) -> (Vec<u8>, TlsAcceptor) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = ca.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = leaf(shows).signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (authority.pem().into_bytes(), TlsAcceptor::from(Arc::new(config)))
}

fn leaf(shows: Shows) -> CertificateParams {
    let name = if shows == Shows::OtherName { "elsewhere.example" } else { "localhost" };
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    leaf.extended_key_usages = vec![match shows {
        Shows::ForClients => ExtendedKeyUsagePurpose::ClientAuth,
        _ => ExtendedKeyUsagePurpose::ServerAuth,
    }];
    match shows {
        Shows::Expired => leaf.not_after = date_time_ymd(2001, 1, 1),
        Shows::NotYet => leaf.not_before = date_time_ymd(2900, 1, 1),
        _ => {}
    }
    leaf
}
