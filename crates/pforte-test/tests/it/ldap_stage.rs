//! Servers that are wrong in one way each, and certificates that are.
//!
//! They listen in the test's own process. What they send is made by another
//! implementation of LDAP, or by hand where it is no LDAP at all.

use bytes::BytesMut;
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{
    LdapBindResponse, LdapExtendedResponse, LdapMsg, LdapOp, LdapPartialAttribute, LdapResult,
    LdapResultCode, LdapSearchResultEntry, LdapSearchResultReference,
};
use pforte_directory::ldap::{ActiveDirectory, Ca, Limits, Server, Settings};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::codec::{Decoder, Encoder};

use crate::ldap_directory::{begin, password};

/// The name under which the server is asked for.
pub(crate) const HOST: &str = "dc9.stage.test";
/// The password of the service account, which must never be seen by a wrong server.
pub(crate) const SECRET: &str = "Stage-Passw0rd";
/// The top entry of the domain.
pub(crate) const TOP: &str = "DC=stage,DC=test";

/// A CA of the test's own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate.
    pub(crate) pem: String,
}

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
    pub(crate) pem: String,
}

impl Identity {
    fn of(certificate: &Certificate, key: KeyPair) -> Self {
        Self { certificate: certificate.der().clone(), key: key.into(), pem: certificate.pem() }
    }
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate with what `change` makes of a good one.
    pub(crate) fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = good();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity::of(&params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// What a good certificate says.
pub(crate) fn good() -> CertificateParams {
    let mut params = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "a domain controller");
    params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    params
}

/// A certificate that its own key signed.
pub(crate) fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = good();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    Identity::of(&params.self_signed(&key).unwrap(), key)
}

/// What a wrong server does with a connection.
type Act = Arc<dyn Fn(TcpStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A server on a port of its own, until it is dropped.
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    act: Act,
    /// The CA that is trusted.
    pub(crate) ca: String,
    tasks: JoinSet<()>,
}

impl Stage {
    /// Does this with every connection.
    pub(crate) async fn tcp<F: Future<Output = ()> + Send + 'static>(
        act: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::begin(Arc::new(move |stream| Box::pin(act(stream))), Authority::new("unused").pem).await
    }

    /// Sets up TLS with this certificate, then does what the script says.
    pub(crate) async fn tls(ca: &Authority, identity: Identity, script: &Script) -> Self {
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![identity.certificate], identity.key)
                .unwrap();
        let (acceptor, script) = (TlsAcceptor::from(Arc::new(config)), script.clone());
        let act: Act = Arc::new(move |stream| {
            let (acceptor, script) = (acceptor.clone(), script.clone());
            Box::pin(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    script.play(stream).await;
                }
            })
        });
        Self::begin(act, ca.pem.clone()).await
    }

    /// A server with a good certificate that does what the script says.
    pub(crate) async fn ldap(script: &Script) -> Self {
        let ca = Authority::new("stage CA");
        let identity = ca.issue(|_| {});
        Self::tls(&ca, identity, script).await
    }

    async fn begin(act: Act, ca: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stage = Self { address: listener.local_addr().unwrap(), act, ca, tasks: JoinSet::new() };
        stage.serve(listener);
        stage
    }

    fn serve(&mut self, listener: TcpListener) {
        let act = Arc::clone(&self.act);
        self.tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(act(stream));
            }
        });
    }

    /// Ends the server with all its connections.
    pub(crate) async fn end(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Starts it again on the same port.
    pub(crate) fn begin_again(&mut self) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        self.serve(socket.listen(64).unwrap());
    }

    /// How a directory on this server is configured.
    pub(crate) fn settings(&self) -> Settings {
        settings(&[self.address], &self.ca)
    }

    /// A directory on this server.
    pub(crate) fn directory(&self) -> ActiveDirectory {
        start(&self.settings())
    }
}

pub(crate) fn settings(servers: &[SocketAddr], ca: &str) -> Settings {
    let server = |address: &SocketAddr| Server {
        port: address.port(),
        address: Some(address.ip()),
        ..Server::new(HOST.to_owned())
    };
    Settings {
        servers: servers.iter().map(server).collect(),
        ca: Ca::Pem(ca.to_owned()),
        limits: Limits { bind_connections: 1, read_connections: 1, connect_ms: 1_000, request_ms: 2_000 },
        ..Settings::new("stage.test".to_owned(), "svc@stage.test".to_owned())
    }
}

pub(crate) fn start(settings: &Settings) -> ActiveDirectory {
    begin(settings, password(SECRET))
}

/// What a server answers with.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A message with the number of the request.
    Op(LdapOp),
    /// A message with another number.
    Numbered(i32, LdapOp),
    /// Bytes.
    Raw(Vec<u8>),
    /// The message over and over, until the other side goes away.
    Flood(LdapOp),
    /// Nothing for so long.
    Silence(Duration),
    /// The end of the connection.
    Close,
}

/// What is answered to a request.
type Answers = dyn Fn(&LdapOp) -> Vec<Answer> + Send + Sync;

/// What a server says to each request, and what it heard.
#[derive(Clone)]
pub(crate) struct Script {
    answers: Arc<Answers>,
    /// The requests in their order, each with the number of its connection.
    heard: Arc<Mutex<Vec<(usize, LdapOp)>>>,
    /// Connections that were made.
    opened: Arc<AtomicUsize>,
}

impl Script {
    /// A domain controller that lets everybody in and finds nobody, but for what
    /// `answers` says.
    pub(crate) fn new(answers: impl Fn(&LdapOp) -> Option<Vec<Answer>> + Send + Sync + 'static) -> Self {
        let answers = move |op: &LdapOp| answers(op).unwrap_or_else(|| usual(op));
        Self { answers: Arc::new(answers), heard: Arc::default(), opened: Arc::default() }
    }

    /// The connections of the requests that are like this.
    pub(crate) fn heard(&self, like: impl Fn(&LdapOp) -> bool) -> Vec<usize> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|(_, op)| like(op)).map(|(connection, _)| *connection).collect()
    }

    /// How many searches were heard that are not for the root entry.
    pub(crate) fn searches(&self) -> usize {
        self.heard(|op| matches!(op, LdapOp::SearchRequest(search) if !search.base.is_empty())).len()
    }

    async fn play(self, mut stream: TlsStream<TcpStream>) {
        let connection = self.opened.fetch_add(1, Ordering::Relaxed);
        let (mut codec, mut inbox) = (LdapCodec::default(), BytesMut::new());
        loop {
            while let Some(message) = codec.decode(&mut inbox).unwrap() {
                self.heard.lock().unwrap().push((connection, message.op.clone()));
                for answer in (self.answers)(&message.op) {
                    if !Self::give(&mut stream, message.msgid, answer).await {
                        let _ = stream.shutdown().await;
                        return;
                    }
                }
            }
            if !matches!(stream.read_buf(&mut inbox).await, Ok(1..)) {
                return;
            }
        }
    }

    async fn give(stream: &mut TlsStream<TcpStream>, id: i32, answer: Answer) -> bool {
        match answer {
            Answer::Op(op) => Self::write(stream, &message(id, op)).await,
            Answer::Numbered(id, op) => Self::write(stream, &message(id, op)).await,
            Answer::Raw(bytes) => Self::write(stream, &bytes).await,
            Answer::Flood(op) => {
                let bytes = message(id, op);
                while Self::write(stream, &bytes).await {}
                false
            }
            Answer::Silence(long) => {
                tokio::time::sleep(long).await;
                true
            }
            Answer::Close => false,
        }
    }

    async fn write(stream: &mut TlsStream<TcpStream>, bytes: &[u8]) -> bool {
        stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok()
    }
}

/// A message's bytes.
pub(crate) fn message(msgid: i32, op: LdapOp) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    LdapCodec::default().encode(LdapMsg { msgid, op, ctrl: Vec::new() }, &mut bytes).unwrap();
    bytes.to_vec()
}

pub(crate) fn result(code: LdapResultCode, message: &str) -> LdapResult {
    LdapResult { code, matcheddn: String::new(), message: message.to_owned(), referral: Vec::new() }
}

pub(crate) fn done() -> Answer {
    Answer::Op(LdapOp::SearchResultDone(result(LdapResultCode::Success, "")))
}

pub(crate) fn bound(code: LdapResultCode, message: &str) -> Answer {
    Answer::Op(LdapOp::BindResponse(LdapBindResponse { res: result(code, message), saslcreds: None }))
}

pub(crate) fn reference() -> Answer {
    let uris = vec!["ldap://elsewhere.test/DC=other".to_owned()];
    Answer::Op(LdapOp::SearchResultReference(LdapSearchResultReference { uris }))
}

/// What a server says before it closes (RFC 4511, 4.4.1).
pub(crate) fn notice() -> LdapOp {
    LdapOp::ExtendedResponse(LdapExtendedResponse {
        res: result(LdapResultCode::Unavailable, "going down"),
        name: Some("1.3.6.1.4.1.1466.20036".to_owned()),
        value: None,
    })
}

pub(crate) fn entry(dn: &str, attributes: &[(&str, &[u8])]) -> LdapOp {
    let attribute = |(name, value): &(&str, &[u8])| LdapPartialAttribute {
        atype: (*name).to_owned(),
        vals: vec![value.to_vec()],
    };
    let attributes = attributes.iter().map(attribute).collect();
    LdapOp::SearchResultEntry(LdapSearchResultEntry { dn: dn.to_owned(), attributes })
}

/// The root entry of a domain controller for `domain`.
pub(crate) fn root(domain: &str) -> LdapOp {
    entry(
        "",
        &[
            ("defaultNamingContext", domain.as_bytes()),
            ("configurationNamingContext", b"CN=Configuration,DC=stage,DC=test"),
            ("supportedCapabilities", b"1.2.840.113556.1.4.800"),
            ("currentTime", b"20250101000000.0Z"),
        ],
    )
}

/// A user of the stage.
pub(crate) fn user() -> LdapOp {
    let sid = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 1, 2, 0, 0];
    entry(
        "CN=mara,DC=stage,DC=test",
        &[
            ("objectGUID", &[9; 16]),
            ("objectSid", &sid),
            ("sAMAccountName", b"mara"),
            ("sAMAccountType", b"805306368"),
            ("userAccountControl", b"512"),
            ("accountExpires", b"0"),
        ],
    )
}

/// Whether this is a search for the root entry.
pub(crate) fn asks_root(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.base.is_empty())
}

/// Whether this is a search for users.
pub(crate) fn asks_users(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.base == TOP)
}

/// Whether this is a person's bind.
pub(crate) fn is_person(op: &LdapOp) -> bool {
    matches!(op, LdapOp::BindRequest(bind) if bind.dn.starts_with("CN="))
}

fn usual(op: &LdapOp) -> Vec<Answer> {
    match op {
        LdapOp::SearchRequest(search) if search.base.is_empty() => vec![Answer::Op(root(TOP)), done()],
        LdapOp::SearchRequest(_) => vec![done()],
        LdapOp::BindRequest(_) => vec![bound(LdapResultCode::Success, "")],
        LdapOp::UnbindRequest => vec![Answer::Close],
        _ => Vec::new(),
    }
}
