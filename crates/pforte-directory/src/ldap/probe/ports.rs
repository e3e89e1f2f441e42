//! Which ports of a domain controller can be reached, and what the one without
//! protection takes.

use super::super::ber::message_length;
use super::super::link;
use super::super::message::{self, MOST_BYTES, Outcome, Request, Said};
use crate::fault::{Fault, FaultKind};
use bytes::BytesMut;
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// LDAP without protection of its own.
pub(super) const LDAP: u16 = 389;
/// Kerberos.
const KERBEROS: u16 = 88;
/// The global catalogue over TLS.
const CATALOGUE: u16 = 3269;

/// How long a port is waited for.
const LONGEST: Duration = Duration::from_secs(1);

/// A name that nobody has, and no secret.
const NOBODY: (&str, &[u8]) = ("CN=pforte-nobody-7c9d2e0b4a5f48d6", b"no-password");

/// A port, and why it cannot be reached.
pub(super) type Port = (u16, Result<(), Fault>);

/// Looks at every port at once.
pub(super) async fn look(addresses: &[SocketAddr], own: u16) -> Vec<Port> {
    let until = Instant::now() + LONGEST;
    let ports = [own, LDAP, KERBEROS, CATALOGUE];
    join_all(ports.map(|port| async move {
        let there: Vec<SocketAddr> = addresses.iter().map(|a| SocketAddr::new(a.ip(), port)).collect();
        (port, link::connect(&there, until).await.map(drop))
    }))
    .await
}

/// What the ports tell: without its own the server is of no use, without Kerberos
/// people whom the directory protects most cannot log on.
pub(super) fn judge(ports: &[Port]) -> Result<(String, Option<Fault>), Fault> {
    if let Some((port, Err(fault))) = ports.first() {
        return Err(fault.kind.with(port));
    }
    let state = |(port, result): &Port| format!("{port} {}", if result.is_ok() { "open" } else { "closed" });
    let told = ports.iter().map(state).collect::<Vec<_>>().join(", ");
    let closed = ports.iter().any(|(port, result)| *port == KERBEROS && result.is_err());
    Ok((told, closed.then(|| FaultKind::PortClosed.with(KERBEROS))))
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
