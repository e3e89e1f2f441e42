//! One connection to one domain controller: setting it up, sending, reading.
//!
//! Each stage has its own faults, so that "refused", "no TLS there" and "not an
//! Active Directory" are told apart. Which stages there are, [`super::way`]
//! decides; each way ends with a read of the server's root entry: only a server
//! that answers as the right domain's controller counts as up.

use super::answer::{Answer, Waiting};
use super::ber::message_length;
use super::certificate;
use super::fault::{Fault, FaultKind};
use super::find::Names;
use super::message::{self, Entry, MOST_BYTES, Request, Said, Search, unbind};
use super::sealed::Sealed;
use super::settings::Server;
use super::tls::Tls;
use bytes::BytesMut;
use futures_util::future::select_ok;
use rustls::ClientConnection;
use rustls_pki_types::{CertificateDer, ServerName};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The greatest number of addresses of one name that are tried.
pub(super) const MOST_ADDRESSES: usize = 4;

/// The capability by which Active Directory names itself.
const IS_ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// What is read of the root entry.
pub(super) const ROOT: &[&str] = &[
    "defaultNamingContext",
    "configurationNamingContext",
    "supportedCapabilities",
    "currentTime",
    "namingContexts",
];

/// An open connection. Reading can be broken off at any time and goes on where
/// it was.
pub(super) struct Link {
    stream: Stream,
    inbox: BytesMut,
    last_id: i32,
}

/// What messages go through.
enum Stream {
    /// Nothing protects them: only what agrees on protection is ever sent here.
    Bare(TcpStream),
    /// TLS, with a server whose certificate is right.
    Tls(Box<TlsStream<TcpStream>>),
    /// Sealed one by one.
    Sealed(Box<Sealed>),
    /// Given away, to be protected.
    Gone,
}

impl Stream {
    async fn read(&mut self, inbox: &mut BytesMut) -> Result<(), Fault> {
        let read = match self {
            Self::Bare(stream) => stream.read_buf(inbox).await,
            Self::Tls(stream) => stream.read_buf(inbox).await,
            Self::Sealed(sealed) => return sealed.read(inbox).await,
            Self::Gone => Ok(0),
        };
        match read {
            Ok(0) => Err(FaultKind::Closed.into()),
            Ok(_) => Ok(()),
            Err(error) => Err(stream_fault(&error)),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let written = match self {
            Self::Bare(stream) => stream.write_all(bytes).await,
            Self::Tls(stream) => match stream.write_all(bytes).await {
                Ok(()) => stream.flush().await,
                error => error,
            },
            Self::Sealed(sealed) => return sealed.write(bytes).await,
            Self::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        };
        written.map_err(|error| stream_fault(&error))
    }

    fn peer(&self) -> Option<SocketAddr> {
        match self {
            Self::Bare(stream) => stream.peer_addr().ok(),
            Self::Tls(stream) => stream.get_ref().0.peer_addr().ok(),
            Self::Sealed(sealed) => sealed.peer(),
            Self::Gone => None,
        }
    }

    async fn shutdown(&mut self) {
        // A peer that is gone already needs no good-bye.
        let _ = match self {
            Self::Bare(stream) => stream.shutdown().await,
            Self::Tls(stream) => stream.shutdown().await,
            Self::Sealed(sealed) => sealed.shutdown().await,
            Self::Gone => Ok(()),
        };
    }
}

/// The addresses of a server: its own if it was given, else as this computer's list of
/// hosts and its DNS servers tell. Nothing of it goes on after `until`.
pub(super) async fn resolve(server: &Server, until: Instant) -> Result<Vec<SocketAddr>, Fault> {
    if let Some(address) = server.address {
        let all = std::iter::once(&address).chain(&server.others).take(MOST_ADDRESSES);
        return Ok(all.map(|address| SocketAddr::new(*address, server.port)).collect());
    }
    if let Ok(address) = server.host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, server.port)]);
    }
    let names = Names::of_this_computer()?;
    let found = timeout_at(until, names.addresses(&server.host)).await.unwrap_or_else(|_| {
        Err(FaultKind::NameNotResolved.with(format!("{}: no answer in time", server.host)))
    })?;
    Ok(found.into_iter().take(MOST_ADDRESSES).map(|address| SocketAddr::new(address, server.port)).collect())
}

/// A TCP connection to whichever of the addresses answers first.
pub(super) async fn connect(addresses: &[SocketAddr], until: Instant) -> Result<TcpStream, Fault> {
    let tries = addresses.iter().map(|address| Box::pin(TcpStream::connect(*address)));
    match timeout_at(until, select_ok(tries)).await {
        Err(_) => Err(FaultKind::ConnectTimedOut.into()),
        Ok(Err(error)) => Err(connect_fault(&error)),
        Ok(Ok((stream, _))) => {
            // Requests are small and each is waited for.
            stream.set_nodelay(true).map_err(|error| FaultKind::ConnectFailed.with(error))?;
            Ok(stream)
        }
    }
}

fn connect_fault(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => FaultKind::ConnectRefused.into(),
        io::ErrorKind::TimedOut => FaultKind::ConnectTimedOut.into(),
        _ => FaultKind::ConnectFailed.with(error),
    }
}

/// TLS with the server, its certificate checked.
pub(super) async fn secure(
    stream: TcpStream,
    server: &Server,
    tls: &Tls,
    until: Instant,
) -> Result<Link, Fault> {
    let name = ServerName::try_from(server.host.clone()).map_err(|_| FaultKind::NameNotResolved)?;
    let side = tls.side();
    let handshake = TlsConnector::from(Arc::clone(&side.config)).connect(name, stream);
    match timeout_at(until, handshake).await {
        Err(_) => Err(FaultKind::TlsTimedOut.into()),
        Ok(Err(error)) => Err(side.fault(&error)),
        Ok(Ok(stream)) => Ok(Link::over(Stream::Tls(Box::new(stream)))),
    }
}

/// Whether the server with this root entry serves the domain.
pub(super) fn serves(root: &Entry, domain: &str) -> Result<(), Fault> {
    if !root.texts("supportedCapabilities").any(|oid| oid == IS_ACTIVE_DIRECTORY) {
        return Err(FaultKind::NotActiveDirectory.into());
    }
    match root.text("defaultNamingContext") {
        Some(found) if found.eq_ignore_ascii_case(domain) => Ok(()),
        found => Err(FaultKind::OtherDomain.with(found.unwrap_or_default())),
    }
}

impl Link {
    fn over(stream: Stream) -> Self {
        Self { stream, inbox: BytesMut::new(), last_id: 0 }
    }

    /// A connection that nothing protects yet.
    pub(super) fn bare(stream: TcpStream) -> Self {
        Self::over(Stream::Bare(stream))
    }

    /// The stream below a connection that nothing protected, to be protected now.
    /// A server that said more than it was asked is refused: it would count as
    /// said under the protection.
    pub(super) fn into_bare(mut self) -> Result<TcpStream, Fault> {
        match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Bare(stream) if self.inbox.is_empty() => Ok(stream),
            Stream::Bare(_) => Err(FaultKind::Injected.into()),
            _ => Err(FaultKind::Garbage.into()),
        }
    }

    /// The same connection, each message sealed from now on.
    pub(super) fn sealed(self, seal: impl FnOnce(TcpStream) -> Sealed) -> Result<Self, Fault> {
        let last_id = self.last_id;
        let stream = self.into_bare()?;
        Ok(Self { last_id, ..Self::over(Stream::Sealed(Box::new(seal(stream)))) })
    }

    /// Whether messages are sealed one by one; else TLS protects them.
    pub(super) const fn is_sealed(&self) -> bool {
        matches!(self.stream, Stream::Sealed(_))
    }

    /// Whether TLS protects the connection.
    pub(super) const fn is_tls(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// The certificate that the server showed.
    pub(super) fn certificate(&self) -> Option<&CertificateDer<'static>> {
        self.session()?.peer_certificates()?.first()
    }

    fn session(&self) -> Option<&ClientConnection> {
        match &self.stream {
            Stream::Tls(stream) => Some(stream.get_ref().1),
            _ => None,
        }
    }

    /// The number of the next message.
    pub(super) const fn next_id(&mut self) -> i32 {
        self.last_id = if self.last_id == i32::MAX { 1 } else { self.last_id + 1 };
        self.last_id
    }

    /// Sends a message.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.stream.write(bytes).await
    }

    /// The next message: its number, what it says, its bytes.
    pub(super) async fn receive(&mut self) -> Result<(i32, Said, usize), Fault> {
        let message = self.message().await?;
        let (id, said) = message::read(&message)?;
        Ok((id, said, message.len()))
    }

    /// The bytes of the next message.
    pub(super) async fn message(&mut self) -> Result<BytesMut, Fault> {
        loop {
            if let Some(length) = message_length(&self.inbox, MOST_BYTES)?
                && self.inbox.len() >= length
            {
                return Ok(self.inbox.split_to(length));
            }
            self.stream.read(&mut self.inbox).await?;
        }
    }

    /// Sends a request and waits for its answer, with nothing else under way.
    pub(super) async fn ask(&mut self, request: &Request, until: Instant) -> Result<Answer, Fault> {
        let id = self.next_id();
        let mut waiting = Waiting::new(request);
        let answer = async {
            self.send(&request.message(id)).await?;
            loop {
                match self.receive().await? {
                    (0, Said::Notice(why), _) => return Err(FaultKind::Disconnected.with(why)),
                    (found, said, size) if found == id => {
                        if let Some(answer) = waiting.hear(said, size)? {
                            return Ok(answer);
                        }
                    }
                    // To a question that nobody waited for any more.
                    (late, ..) if (1..id).contains(&late) => {}
                    _ => return Err(FaultKind::Garbage.into()),
                }
            }
        };
        timeout_at(until, answer).await.unwrap_or_else(|_| Err(FaultKind::TimedOut.into()))
    }

    /// The entries that a search finds.
    pub(super) async fn search(&mut self, search: Search, until: Instant) -> Result<Vec<Entry>, Fault> {
        self.ask(&Request::Search(search), until).await?.found().map(|found| found.entries)
    }

    /// The server's root entry, which it shows to anybody.
    pub(super) async fn root(&mut self, until: Instant) -> Result<Entry, Fault> {
        let entries = self.search(Search::entry(String::new(), ROOT), until).await?;
        entries.into_iter().next().ok_or_else(|| FaultKind::NotActiveDirectory.into())
    }

    /// The address and port of the other end.
    pub(super) fn peer(&self) -> String {
        self.stream.peer().map(|address| address.to_string()).unwrap_or_default()
    }

    /// The version of TLS and the cipher in use.
    pub(super) fn describe(&self) -> String {
        let version = self.session().and_then(|session| session.protocol_version());
        let cipher = self.session().and_then(|session| session.negotiated_cipher_suite());
        let version = version.map(|version| format!("{version:?}"));
        let cipher = cipher.map(|suite| format!("{:?}", suite.suite()));
        [version, cipher].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whom the server's certificate is for, who issued it, and its last day.
    pub(super) fn certified(&self) -> String {
        self.certificate().and_then(certificate::describe).unwrap_or_default()
    }

    /// Ends the connection politely, as far as the server takes it by `until`.
    pub(super) async fn close(mut self, until: Instant) {
        let id = self.next_id();
        let ended = async {
            // A peer that is gone already needs no good-bye.
            let _ = self.send(&unbind(id)).await;
            self.stream.shutdown().await;
        };
        let _ = timeout_at(until, ended).await;
    }
}

pub(super) fn stream_fault(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FaultKind::Closed.into(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => FaultKind::Reset.into(),
        // An alert after TLS was set up, or records that were altered.
        _ => FaultKind::Reset.with(error),
    }
}
