//! Decisions and "who is here" over HTTPS, beside an empty axum handler behind
//! the same rustls in the same run, at 1 and 64 kept connections.
//!
//! Load generator and servers share the machine's cores, so the ratios hold
//! better than the figures.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops here and tells its figures"
)]

use axum::Router;
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use pforte_test::Server;
use pforte_test::http::connect;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

const PERIOD: Duration = Duration::from_secs(4);

/// What is asked again and again.
#[derive(Clone)]
struct Ask {
    name: &'static str,
    address: SocketAddr,
    ca: PathBuf,
    method: &'static str,
    path: &'static str,
    token: String,
    body: Vec<u8>,
}

impl Ask {
    fn request(&self) -> Request<Full<Bytes>> {
        Request::builder()
            .method(self.method)
            .uri(self.path)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(self.body.clone())))
            .unwrap()
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let server = Server::start().await;
    let folder = std::env::temp_dir();
    let ca = folder.join(format!("pforte-bench-{}.pem", std::process::id()));
    let empty = peer(&ca).await;
    let question = json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }] });
    let own = |name, method, path, body: Vec<u8>| Ask {
        name,
        address: server.address(),
        ca: server.running().ca_file().clone(),
        method,
        path,
        token: server.admin.clone(),
        body,
    };
    let question = question.to_string().into_bytes();
    let asks = [
        Ask {
            name: "empty handler",
            address: empty,
            ca: ca.clone(),
            path: "/",
            method: "POST",
            ..own("", "", "", question.clone())
        },
        own("decision", "POST", "/api/v1/decisions", question),
        own("who is here", "GET", "/api/v1/sessions/current", Vec::new()),
    ];
    for connections in [1, 64] {
        let mut limit = 0.0;
        for ask in &asks {
            let (rate, p99) = load(ask, connections).await;
            if ask.name == "empty handler" {
                limit = rate;
            }
            println!(
                "{:>2} connections, {:<14} {rate:>8.0}/s  p99 {p99:>6.0} us  ratio {:.2}",
                connections,
                ask.name,
                rate / limit
            );
        }
    }
    std::fs::remove_file(ca).unwrap();
}

/// Requests a second and the 99th percentile in microseconds, after a warm-up.
async fn load(ask: &Ask, connections: usize) -> (f64, f64) {
    turns(ask, connections, Duration::from_secs(1)).await;
    let begun = Instant::now();
    let mut times = turns(ask, connections, PERIOD).await;
    let rate = f64::from(u32::try_from(times.len()).unwrap()) / begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    (rate, p99.as_secs_f64() * 1e6)
}

async fn turns(ask: &Ask, connections: usize, period: Duration) -> Vec<Duration> {
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let ask = ask.clone();
        callers.spawn(async move { caller(&ask, period).await });
    }
    callers.join_all().await.concat()
}

async fn caller(ask: &Ask, period: Duration) -> Vec<Duration> {
    let stream = connect(ask.address, &ask.ca).await;
    let (mut sender, connection): (SendRequest<Full<Bytes>>, _) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let (begun, mut times) = (Instant::now(), Vec::new());
    let asking = async {
        while begun.elapsed() < period {
            let asked = Instant::now();
            let answer = sender.send_request(ask.request()).await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.into_body().collect().await.unwrap();
            times.push(asked.elapsed());
        }
    };
    tokio::select! {
        () = asking => {}
        ended = connection => ended.unwrap(),
    }
    times
}

/// An axum handler that reads nothing and answers nothing, behind rustls with a
/// P-256 certificate.
async fn peer(ca: &Path) -> SocketAddr {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(ca, key.cert.pem()).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    let (listener, acceptor) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TlsAcceptor::from(Arc::new(config)));
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(async || ()));
    tokio::task::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::task::spawn(async move {
                let stream = acceptor.accept(stream).await.unwrap();
                let service = service_fn(move |request| router.clone().call(request));
                // The caller goes away when it has measured enough.
                let _gone =
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}
