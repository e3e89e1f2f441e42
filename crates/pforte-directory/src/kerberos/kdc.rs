//! Asking a key distribution centre (RFC 4120, section 7.2.2): over TCP, one
//! question on each connection.

use super::error::Error;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// The longest answer that is taken, in bytes. A person in a thousand groups has
/// a ticket of about 64 KiB.
const MOST_BYTES: u32 = 1 << 18;

/// Asks the first of `centres` that answers. Gives its answer and which it was.
///
/// The time left is shared among those that are not yet tried.
pub(super) async fn ask_any(
    centres: &[SocketAddr],
    question: &[u8],
    until: Instant,
) -> Result<(Vec<u8>, SocketAddr), Error> {
    let mut last = Error::Silent("none is known".to_owned());
    for (tried, centre) in centres.iter().enumerate() {
        let left = u32::try_from(centres.len() - tried).unwrap_or(u32::MAX);
        let now = Instant::now();
        let share = now + until.saturating_duration_since(now) / left;
        match ask(*centre, question, share).await {
            Ok(answer) => return Ok((answer, *centre)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Asks this one, once.
pub(super) async fn ask(centre: SocketAddr, question: &[u8], until: Instant) -> Result<Vec<u8>, Error> {
    let silent = |why: &dyn std::fmt::Display| Error::Silent(format!("{centre}: {why}"));
    match timeout_at(until, exchange(centre, question)).await {
        Err(_) => Err(silent(&"no answer in time")),
        Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => Err(Error::Unreadable),
        Ok(Err(error)) => Err(silent(&error)),
        Ok(Ok(answer)) => Ok(answer),
    }
}

async fn exchange(centre: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(centre).await?;
    stream.set_nodelay(true)?;
    let length = u32::try_from(question.len()).unwrap_or(u32::MAX).to_be_bytes();
    stream.write_all(&[&length, question].concat()).await?;
    let length = stream.read_u32().await?;
    if length > MOST_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = Vec::new();
    stream.take(length.into()).read_to_end(&mut answer).await?;
    if u32::try_from(answer.len()) == Ok(length) {
        Ok(answer)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
