//! Takes connections from the system, and does the TLS handshake.

use super::Serving;
use super::connection::Admitted;
use super::serve::serve;
use crate::metrics::Turned;
use crate::tasks::{Spawner, Stop};
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The wait after the system gave no connection, for want of files for example.
const PAUSE: Duration = Duration::from_millis(100);

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;

/// The most that is read, and thrown away, of a request that came without TLS.
const PLAIN_BYTES: u64 = 16 * 1024;

/// A peer that does not acknowledge what was sent to it for this long is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// What somebody is told who speaks HTTP without TLS.
const PLAIN_ANSWER: &str = "HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    content-length: 69\r\n\
    connection: close\r\n\r\n\
    This port speaks HTTPS only. Begin the address with https:// instead.";

/// Takes connections until the stop.
pub(super) async fn accept(listener: TcpListener, serving: Arc<Serving>, spawner: Spawner, stop: Stop) {
    let mut stopped = std::pin::pin!(stop.given());
    loop {
        let taken = tokio::select! {
            biased;
            () = &mut stopped => return,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((stream, address)) => {
                if let Some(admitted) = serving.shared.registry.admit(address) {
                    let serving = Arc::clone(&serving);
                    spawner.spawn(async move { connection(stream, admitted, &serving).await });
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                serving.shared.metrics.turned_away(Turned::System);
                tracing::error!(%error, "no connection can be taken");
                if !stop.sleep(PAUSE).await {
                    return;
                }
            }
        }
    }
}

/// Whether a fault concerns the one connection that was to be taken, not the next.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// How a peer begins.
enum Greeting {
    /// With TLS, which is agreed now.
    Tls(Box<TlsStream<TcpStream>>),
    /// With HTTP without TLS.
    Plain(TcpStream),
}

async fn connection(stream: TcpStream, admitted: Admitted, serving: &Serving) {
    let shared = &serving.shared;
    // Without these the connection works, only worse.
    let _tuned = tune(&stream);
    let greeting = timeout(shared.limits.handshake, admitted.0.unless_told(greet(stream, &shared.tls)));
    let why = match greeting.await {
        Ok(Some(Ok(Greeting::Tls(stream)))) => return serve(*stream, &admitted.0, serving).await,
        Ok(Some(Ok(Greeting::Plain(stream)))) => {
            // Whoever does not take the answer does not get it.
            let _gone = timeout(shared.limits.handshake, answer_plain(stream)).await;
            Turned::PlainHttp
        }
        Ok(Some(Err(error))) => {
            tracing::debug!(peer = %admitted.0.address, %error, "TLS handshake failed");
            Turned::BadHandshake
        }
        Ok(None) => return,
        Err(_) => Turned::SlowHandshake,
    };
    shared.metrics.turned_away(why);
}

/// Small answers leave at once, and a peer that is gone is noticed.
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let probe = TcpKeepalive::new().with_time(SILENCE).with_interval(SILENCE / 3);
    socket.set_tcp_keepalive(&probe)?;
    // It also ends connections whose peer never takes what it asked for.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(SILENCE))?;
    Ok(())
}

/// Looks at the first byte, and does the TLS handshake if it begins one.
async fn greet(stream: TcpStream, tls: &TlsAcceptor) -> io::Result<Greeting> {
    let mut first = [0];
    match (stream.peek(&mut first).await?, first) {
        (0, _) => Err(io::ErrorKind::UnexpectedEof.into()),
        (_, [HANDSHAKE]) => Ok(Greeting::Tls(Box::new(tls.accept(stream).await?))),
        // The methods of HTTP begin with a capital letter.
        (_, [b'A'..=b'Z']) => Ok(Greeting::Plain(stream)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Tells a peer that this is the wrong way, and reads what it says, because it
/// would not get the answer if the connection were closed over unread bytes.
async fn answer_plain(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(PLAIN_ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    let mut rest = stream.take(PLAIN_BYTES);
    tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
    Ok(())
}
