//! Which ports of a domain controller can be reached, and what the one without
//! protection takes.

use super::super::ber::message_length;
use super::super::link;
use super::super::message::{self, MOST_BYTES, Outcome, Request, Said};
use super::super::schema::Schema;
use super::super::settings::Server;
use super::super::way::at;
use crate::fault::{Fault, FaultKind};
use crate::said::Says;
use crate::tried::Found;
use bytes::BytesMut;
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// The global catalogue over TLS.
const CATALOGUE: u16 = 3269;

/// How long a port is waited for.
const LONGEST: Duration = Duration::from_secs(1);

/// A name that nobody has, and no secret.
const NOBODY: (&str, &[u8]) = ("CN=pforte-nobody-7c9d2e0b4a5f48d6", b"no-password");

/// A port, and why it cannot be reached.
pub(super) type Port = (u16, Result<(), Fault>);

/// Looks at every port at once. Only a domain controller is asked for more than LDAP.
pub(super) async fn look(addresses: &[SocketAddr], server: &Server, schema: Schema) -> Vec<Port> {
    let until = Instant::now() + LONGEST;
    let ports = [server.port, server.ldap_port, server.kerberos_port, CATALOGUE];
    let most = if schema == Schema::ActiveDirectory { ports.len() } else { 2 };
    let look = |port| async move { (port, link::connect(&at(addresses, port), until).await.map(drop)) };
    join_all(ports.into_iter().take(most).map(look)).await
}

pub(super) fn is_open(ports: &[Port], asked: u16) -> bool {
    ports.iter().any(|(port, result)| *port == asked && result.is_ok())
}

/// What the ports tell: without one for LDAP the server is of no use, without Kerberos
/// people whom the directory protects most cannot log on.
pub(super) fn judge(ports: &[Port], server: &Server) -> Result<Found, Fault> {
    let open = |port| is_open(ports, port);
    if !open(server.port) && !open(server.ldap_port) {
        let first = ports.first().and_then(|(_, result)| result.as_ref().err());
        return Err(first.map_or(FaultKind::ConnectFailed, |fault| fault.kind).with(server.port));
    }
    let listed = |are_open: bool| {
        let these = ports.iter().filter(|(_, result)| result.is_ok() == are_open);
        these.map(|(port, _)| port.to_string()).collect::<Vec<_>>().join(", ")
    };
    let (open, closed) = (listed(true), listed(false));
    let says = if closed.is_empty() { Says::PortsOpen } else { Says::PortsClosed };
    let no_kerberos = ports.iter().any(|(port, result)| *port == server.kerberos_port && result.is_err());
    let doubt = no_kerberos.then(|| FaultKind::PortClosed.with(server.kerberos_port));
    Ok(says.of(&[("open", &open), ("closed", &closed)]).doubted(doubt))
}

/// How a bind of nobody ends on a connection without protection.
pub(super) async fn plain_bind(addresses: &[SocketAddr], until: Instant) -> Result<Outcome, Fault> {
    let mut stream = link::connect(addresses, until).await?;
    let (name, password) = NOBODY;
    let request = Request::Bind { name: name.to_owned(), password: Zeroizing::new(password.to_vec()) };
    let asked = async {
        let broken = |error: std::io::Error| FaultKind::Reset.with(error);
        stream.write_all(&request.message(1)).await.map_err(broken)?;
        let mut inbox = BytesMut::new();
        loop {
            if let Some(length) = message_length(&inbox, MOST_BYTES)?
                && inbox.len() >= length
            {
                return match message::read(&inbox.split_to(length))? {
                    (1, Said::Bound(outcome)) => Ok(outcome),
                    _ => Err(FaultKind::Garbage.into()),
                };
            }
            if stream.read_buf(&mut inbox).await.map_err(broken)? == 0 {
                return Err(FaultKind::Closed.into());
            }
        }
    };
    timeout_at(until, asked).await.unwrap_or_else(|_| Err(FaultKind::TimedOut.into()))
}
