//! Speaks HTTP on a connection.

use super::Serving;
use super::body::{Leaving, arriving};
use super::connection::{Connection, InFlight, Order, Peer};
use crate::config::Limits;
use crate::tasks::Spawner;
use axum::Router;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tower_service::Service as _;

/// Bytes of the head of a request, and of each part in which a body is read.
const HEAD_BYTES: usize = 32 * 1024;

/// Requests at a time on one connection of HTTP/2.
const STREAMS: u32 = 128;

/// Bytes of all headers of a request of HTTP/2: as many as of HTTP/1.1, for tickets of
/// people in many groups are long.
const HEADER_LIST_BYTES: u32 = 32 * 1024;

/// How often a peer of HTTP/2 is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

/// How long it has for its answer.
const PONG: Duration = Duration::from_secs(10);

/// How HTTP is spoken on all connections.
///
/// The time for the head of a request is not bounded here but by the registry,
/// which needs no timer for each request.
pub(super) fn builder(spawner: Spawner) -> Builder<Spawner> {
    let mut builder = Builder::new(spawner);
    builder.http1().header_read_timeout(None).max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_LIST_BYTES);
    builder
}

/// Answers the requests of a connection until it ends or is told to.
pub(super) async fn serve(stream: TlsStream<TcpStream>, connection: &Arc<Connection>, serving: &Serving) {
    let Serving { shared, router } = serving;
    let service = service_fn(|request| answer(router, request, connection, &shared.limits));
    let mut served = std::pin::pin!(shared.http.serve_connection(TokioIo::new(stream), service));
    connection.served();
    let mut told = false;
    let ended = poll_fn(|cx| {
        match connection.order(cx.waker()) {
            Order::GoOn => {}
            Order::Finish if told => {}
            Order::Finish => {
                told = true;
                served.as_mut().graceful_shutdown();
            }
            Order::End => return Poll::Ready(Ok(())),
        }
        served.as_mut().poll(cx)
    });
    if let Err(error) = ended.await {
        tracing::debug!(peer = %connection.address, error, "connection ended");
    }
}

/// Hands a request to the router, and counts it while it and its answer last.
fn answer(
    router: &Router,
    request: Request<Incoming>,
    connection: &Arc<Connection>,
    limits: &Limits,
) -> impl Future<Output = Result<hyper::Response<Leaving>, Infallible>> + use<> {
    let in_flight = InFlight::count(connection);
    let mut request = request.map(|body| arriving(body, limits.body));
    request.extensions_mut().insert(Peer(Arc::clone(connection)));
    let answer = router.clone().call(request);
    async move {
        let answer: Response = answer.await?;
        Ok(answer.map(|body| Leaving { body, _request: in_flight }))
    }
}
