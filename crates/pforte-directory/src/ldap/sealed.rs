//! Messages sealed one by one, on a connection without TLS (RFC 4422, section
//! 3.7): each frame is a length of four bytes and a token of [`Context`].
//!
//! # Invariants
//!
//! - A frame is measured before it is read; a longer one than was agreed ends the
//!   connection.
//! - What a refused frame held, and what comes after it, is never handed out.

use super::fault::{Fault, FaultKind};
use super::link::stream_fault;
use crate::kerberos::Chance;
use crate::kerberos::gss::Context;
use bytes::{Buf, BytesMut};
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// The longest frame that is taken, in bytes; the server is told so.
pub(super) const MOST_FRAME: u32 = 1 << 17;

/// A stream whose messages are sealed.
pub(super) struct Sealed {
    stream: TcpStream,
    context: Context,
    chance: Chance,
    /// Bytes of messages that fit into one frame of the server's size.
    room: usize,
    /// What came and is not unsealed yet.
    inbox: BytesMut,
}

impl Sealed {
    /// Seals what goes through `stream`. The server takes frames of up to `most`
    /// bytes.
    pub(super) fn new(stream: TcpStream, context: Context, chance: Chance, most: u32) -> Self {
        let most = usize::try_from(most.min(MOST_FRAME)).unwrap_or_default();
        let room = most.saturating_sub(context.overhead()).max(1);
        Self { stream, context, chance, room, inbox: BytesMut::new() }
    }

    /// Adds what the next frame holds to `inbox`. Can be broken off at any time.
    pub(super) async fn read(&mut self, inbox: &mut BytesMut) -> Result<(), Fault> {
        loop {
            if let Some(frame) = next_frame(&mut self.inbox)? {
                let message = self.context.unseal(&frame).map_err(|_| FaultKind::Altered)?;
                inbox.extend_from_slice(&message);
                return Ok(());
            }
            match self.stream.read_buf(&mut self.inbox).await {
                Ok(0) => return Err(FaultKind::Closed.into()),
                Ok(_) => {}
                Err(error) => return Err(stream_fault(&error)),
            }
        }
    }

    /// Sends bytes in as many frames as they need.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut frames = Zeroizing::new(Vec::new());
        for part in bytes.chunks(self.room) {
            let token = self.context.seal(part, &self.chance);
            frames.extend(u32::try_from(token.len()).unwrap_or(u32::MAX).to_be_bytes());
            frames.extend(token);
        }
        self.stream.write_all(&frames).await.map_err(|error| stream_fault(&error))
    }

    /// The address and port of the other end.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.stream.peer_addr().ok()
    }

    /// Ends the connection.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }
}

/// Takes a whole frame off the front; `None` while it is not whole.
pub(super) fn next_frame(inbox: &mut BytesMut) -> Result<Option<BytesMut>, Fault> {
    let Some(length) = inbox.first_chunk().map(|length| u32::from_be_bytes(*length)) else {
        return Ok(None);
    };
    if !(1..=MOST_FRAME).contains(&length) {
        return Err(FaultKind::TooLarge.into());
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if inbox.len() - 4 < length {
        return Ok(None);
    }
    inbox.advance(4);
    Ok(Some(inbox.split_to(length)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn frame(bytes: &[u8]) -> Result<Option<Vec<u8>>, FaultKind> {
        let mut inbox = BytesMut::from(bytes);
        let frame = next_frame(&mut inbox).map_err(|fault| fault.kind)?;
        Ok(frame.map(|frame| frame.to_vec()))
    }

    #[test]
    fn a_frame_is_taken_when_it_is_whole() {
        for part in [&[][..], &[0, 0, 0], &[0, 0, 0, 2], &[0, 0, 0, 2, 7]] {
            assert_eq!(frame(part), Ok(None));
        }
        assert_eq!(frame(&[0, 0, 0, 2, 7, 8, 9]), Ok(Some(vec![7, 8])));
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_before_it_is_there() {
        for bytes in [[0xff, 0, 0, 0], [0, 2, 0, 1], [0; 4]] {
            assert_eq!(frame(&bytes), Err(FaultKind::TooLarge));
        }
        assert_eq!(frame(&MOST_FRAME.to_be_bytes()), Ok(None));
    }

    #[test]
    fn frames_come_off_one_after_the_other() {
        let mut inbox = BytesMut::from(&[0, 0, 0, 1, 5, 0, 0, 0, 1, 6][..]);
        assert_eq!(next_frame(&mut inbox).unwrap().unwrap().to_vec(), [5]);
        assert_eq!(next_frame(&mut inbox).unwrap().unwrap().to_vec(), [6]);
        assert!(inbox.is_empty());
    }
}
