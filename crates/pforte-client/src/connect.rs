//! The way to the server: TCP, then TLS, within one bound.

use crate::error::{Distrust, Unreached};
use hyper::http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::{CertificateError, ClientConfig};
use rustls_pki_types::ServerName;
use std::error::Error;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Connector {
    tls: TlsConnector,
    limit: Duration,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConnectFault {
    /// Not reached.
    #[error("not reached")]
    Unreached(Unreached),
    /// Not believed.
    #[error("not trusted")]
    Untrusted(Distrust),
}

impl Connector {
    /// A connector with these authorities; a connection is there within `limit` or not at all.
    pub(crate) fn new(tls: Arc<ClientConfig>, limit: Duration) -> Self {
        Self { tls: TlsConnector::from(tls), limit }
    }
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = ConnectFault;
    type Future = Pin<Box<dyn Future<Output = Result<Link, ConnectFault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectFault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (tls, limit) = (self.tls.clone(), self.limit);
        Box::pin(async move {
            let late = ConnectFault::Unreached(Unreached::TimeOut);
            timeout(limit, connect(tls, uri)).await.map_err(|_| late)?
        })
    }
}

async fn connect(tls: TlsConnector, uri: Uri) -> Result<Link, ConnectFault> {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let stream = reach(&host, uri.port_u16().unwrap_or(443)).await.map_err(ConnectFault::Unreached)?;
    let name = ServerName::try_from(host).map_err(|_| ConnectFault::Unreached(Unreached::Name))?;
    let secured = tls.connect(name, stream).await.map_err(|error| handshake_fault(&error))?;
    Ok(Link(TokioIo::new(secured)))
}

/// Tries each address of the host in turn.
async fn reach(host: &str, port: u16) -> Result<TcpStream, Unreached> {
    let mut fault = Unreached::Name;
    for address in lookup_host((host, port)).await.map_err(|_| Unreached::Name)? {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Small requests must not wait for each other; without it they are only slower.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Err(error) => fault = network_fault(&error),
        }
    }
    Err(fault)
}

fn network_fault(error: &io::Error) -> Unreached {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
            Unreached::Closed
        }
        ErrorKind::TimedOut => Unreached::TimeOut,
        _ => Unreached::Network,
    }
}

fn handshake_fault(error: &io::Error) -> ConnectFault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(fault)) => ConnectFault::Untrusted(distrust(fault)),
        Some(rustls::Error::InvalidMessage(_)) => ConnectFault::Unreached(Unreached::PlainText),
        Some(_) => ConnectFault::Unreached(Unreached::Tls),
        None if error.kind() == ErrorKind::UnexpectedEof => ConnectFault::Unreached(Unreached::Closed),
        None => ConnectFault::Unreached(network_fault(error)),
    }
}

fn distrust(fault: &CertificateError) -> Distrust {
    use CertificateError as Fault;
    match fault {
        // An authority of the same name with another key, such as that of a data folder
        // that was made anew, shows as a bad signature.
        Fault::UnknownIssuer | Fault::BadSignature => Distrust::Issuer,
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => Distrust::Name,
        Fault::Expired | Fault::ExpiredContext { .. } => Distrust::Expired,
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => Distrust::NotYet,
        Fault::InvalidPurpose | Fault::InvalidPurposeContext { .. } => Distrust::Purpose,
        _ => Distrust::Invalid,
    }
}

/// The fault of the connector inside of an error of the layers above it.
pub(crate) fn fault_in(error: &(dyn Error + 'static)) -> Option<ConnectFault> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(fault) = error.downcast_ref::<ConnectFault>() {
            return Some(*fault);
        }
        at = error.source();
    }
    None
}

/// One connection.
pub(crate) struct Link(TokioIo<TlsStream<TcpStream>>);

impl Connection for Link {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl Write for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bufs)
    }
}
