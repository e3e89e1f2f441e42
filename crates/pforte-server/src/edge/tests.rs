#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops here")]
//! The edge over real sockets, with a real TLS client.

use super::*;
use crate::config::Config;
use crate::keys::{Birth, DataFolder, certificate_names};
use crate::metrics::Turned;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::routing::{get, post};
use futures_util::stream;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pforte_model::time::Micros;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const NOW: Micros = Micros(1_777_636_800_000_000);
const NAMES: &[&str] = &["localhost"];

/// Longer than anything may take here.
const LONG: Duration = Duration::from_secs(20);

struct Fixture {
    _dir: TempDir,
    folder: DataFolder,
    jobs: Jobs,
    metrics: Arc<Metrics>,
    certificate: Arc<ServerCertificate>,
    address: SocketAddr,
    gate: Arc<Gate>,
}

/// Where requests to `/wait` wait.
struct Gate {
    /// Lets one go on for each permit.
    permits: Semaphore,
    /// How many came.
    came: AtomicUsize,
}

/// Times that a test can wait for.
fn limits() -> Limits {
    Limits {
        handshake: Duration::from_millis(500),
        header: Duration::from_millis(750),
        body: Duration::from_millis(500),
        idle: LONG,
        unproven: LONG,
        stop: Duration::from_millis(500),
        ..Config::default().limits
    }
}

fn router(gate: &Arc<Gate>) -> Router {
    let gate = Arc::clone(gate);
    let wait = || async move {
        gate.came.fetch_add(1, Ordering::SeqCst);
        gate.permits.acquire().await.unwrap().forget();
        "waited"
    };
    let endless = || async {
        Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b": beat\n\n")), ()))
        }))
    };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/echo", post(|body: Bytes| async { body }))
        .route("/peer", get(|Extension(peer): Extension<Peer>| async move { peer.address().to_string() }))
        .route("/known", get(|Extension(peer): Extension<Peer>| async move { peer.known() }))
        .route("/wait", get(wait))
        .route("/endless", get(endless))
        .route("/panic", get(break_down))
}

async fn break_down() {
    panic!("on purpose");
}

fn issue(folder: &DataFolder, names: &[&str], seed: u64) -> crate::keys::Issued {
    let names = certificate_names("", &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    folder.certificate(&names, NOW, &mut StdRng::seed_from_u64(seed), &provider()).unwrap()
}

async fn start(limits: Limits) -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let birth = Birth { plant: "Dairy", log: "test", now: NOW };
    let folder = DataFolder::create(&dir.path().join("data"), &birth, &mut StdRng::seed_from_u64(1)).unwrap();
    let certificate = Arc::new(ServerCertificate::new(&issue(&folder, NAMES, 2)));
    let metrics = Arc::new(Metrics::default());
    let jobs = Jobs::new(Arc::clone(&metrics.panics));
    let any = ["127.0.0.1:0".parse().unwrap()];
    let edge = Edge::bind(&any, Arc::clone(&certificate), limits, &jobs, Arc::clone(&metrics)).await.unwrap();
    let address = *edge.addresses().first().unwrap();
    let gate = Arc::new(Gate { permits: Semaphore::new(0), came: AtomicUsize::new(0) });
    edge.serve(router(&gate));
    Fixture { _dir: dir, folder, jobs, metrics, certificate, address, gate }
}

impl Fixture {
    async fn plain(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn connector(&self, versions: &[&'static SupportedProtocolVersion], alpn: &str) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.folder.ca_file()).unwrap()).unwrap();
        let config =
            ClientConfig::builder_with_details(provider(), Arc::new(Then)).with_protocol_versions(versions);
        let mut config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
        Arc::new(config).into()
    }

    async fn try_tls(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let connector = self.connector(rustls::ALL_VERSIONS, "http/1.1");
        let name = ServerName::try_from("localhost").unwrap();
        connector.connect(name, TcpStream::connect(self.address).await?).await
    }

    async fn tls(&self) -> TlsStream<TcpStream> {
        self.try_tls().await.unwrap()
    }

    fn turned(&self, why: Turned) -> u64 {
        self.metrics.count_turned_away(why)
    }

    /// How many requests came to `/wait`.
    fn came(&self) -> usize {
        self.gate.came.load(Ordering::SeqCst)
    }

    /// Waits until something is so.
    async fn until(&self, so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + LONG;
        while !so(self) {
            assert!(Instant::now() < end, "it did not come about\n{}", self.metrics.render());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The time of the certificates.
#[derive(Debug)]
struct Then;

impl rustls::time_provider::TimeProvider for Then {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        let seconds = u64::try_from(NOW.0).unwrap() / 1_000_000;
        Some(rustls::pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Sends a request and reads its answer, whose body must have this text.
async fn ask(stream: &mut TlsStream<TcpStream>, path: &str, text: &str) {
    send(stream, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
    let answer = read_until(stream, text).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

async fn send(stream: &mut TlsStream<TcpStream>, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&read).ends_with(end) {
            let byte = stream.read_u8().await;
            let shown = String::from_utf8_lossy(&read).into_owned();
            read.push(byte.unwrap_or_else(|error| panic!("{error} after {shown}")));
        }
    };
    timeout(LONG, reading).await.unwrap();
    String::from_utf8(read).unwrap()
}

/// Reads to the end of the connection, however it ends, and tells after which time.
async fn read_to_end(stream: &mut (impl AsyncRead + Unpin)) -> (String, Duration) {
    let (begun, mut read) = (Instant::now(), Vec::new());
    // A reset is an end like any other.
    let _reset = timeout(LONG, stream.read_to_end(&mut read)).await.unwrap();
    (String::from_utf8_lossy(&read).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn requests_are_answered_with_the_peers_address_and_the_connection_stays() {
    let fixture = start(limits()).await;
    let mut stream = fixture.tls().await;
    let own = stream.get_ref().0.local_addr().unwrap().to_string();
    ask(&mut stream, "/", "\r\n\r\nhere").await;
    ask(&mut stream, "/peer", &format!("\r\n\r\n{own}")).await;
    send(&mut stream, "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc").await;
    assert!(read_until(&mut stream, "\r\n\r\nabc").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken() {
    let fixture = start(limits()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let name = ServerName::try_from("localhost").unwrap();
        let connector = fixture.connector(&[version], "http/1.1");
        let mut stream = connector.connect(name, fixture.plain().await).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        ask(&mut stream, "/", "here").await;
    }
}

#[tokio::test]
async fn many_requests_at_a_time_are_answered_over_http_2_but_not_more_than_allowed() {
    let fixture = start(limits()).await;
    let name = ServerName::try_from("localhost").unwrap();
    let stream =
        fixture.connector(rustls::ALL_VERSIONS, "h2").connect(name, fixture.plain().await).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, Body>(TokioExecutor::new(), io).await.unwrap();
    fixture.jobs.spawn("client", async move { drop(connection.await) });
    let request =
        |path: &str| hyper::Request::get(format!("https://localhost{path}")).body(Body::empty()).unwrap();
    let here = sender.send_request(request("/")).await.unwrap();
    assert_eq!(here.version(), hyper::Version::HTTP_2);
    let all: Vec<_> = (0..200).map(|_| sender.send_request(request("/wait"))).collect();
    let all = tokio::task::JoinSet::from_iter(all);
    fixture.until(|fixture| fixture.came() >= 128).await;
    let here = timeout(Duration::from_millis(200), sender.send_request(request("/"))).await;
    assert!(here.is_err(), "it waits for its turn");
    assert_eq!(fixture.came(), 128);
    fixture.gate.permits.add_permits(200);
    let answers = timeout(LONG, all.join_all()).await.unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.status() == 200)));
}

#[tokio::test]
async fn peers_that_say_nothing_or_half_a_greeting_are_sent_away_and_others_are_served() {
    let fixture = start(limits()).await;
    let mut silent = fixture.plain().await;
    let mut half = fixture.plain().await;
    half.write_all(&[0x16, 3, 1]).await.unwrap();
    ask(&mut fixture.tls().await, "/", "here").await;
    for stream in [&mut silent, &mut half] {
        let (read, _) = read_to_end(stream).await;
        assert_eq!(read, "");
    }
    fixture.until(|fixture| fixture.turned(Turned::SlowHandshake) == 2).await;
}

#[tokio::test]
async fn a_peer_that_sends_a_head_slowly_is_sent_away_even_if_it_never_stops_sending() {
    let fixture = start(limits()).await;
    let mut stream = fixture.tls().await;
    let begun = Instant::now();
    send(&mut stream, "GET / HTTP/1.1\r\nhost: x\r\n").await;
    while stream.write_all(b"a: b\r\n").await.is_ok() && stream.flush().await.is_ok() {
        assert!(begun.elapsed() < LONG);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() > Duration::from_millis(500));
    assert_eq!(fixture.turned(Turned::Idle), 1);
}

#[tokio::test]
async fn a_stranger_without_a_request_leaves_soon_and_a_known_peer_stays() {
    let fixture = start(limits()).await;
    let (mut stranger, mut known) = (fixture.tls().await, fixture.tls().await);
    ask(&mut stranger, "/", "here").await;
    ask(&mut known, "/known", "\r\n\r\n").await;
    assert_eq!((fixture.metrics.strangers.get(), fixture.metrics.known.get()), (1, 1));
    let (_, after) = read_to_end(&mut stranger).await;
    assert!(after >= Duration::from_millis(450), "{after:?}");
    ask(&mut known, "/", "here").await;
    fixture.until(|fixture| fixture.metrics.strangers.get() == 0).await;
    assert_eq!(fixture.metrics.known.get(), 1);
    drop(known);
    fixture.until(|fixture| fixture.metrics.known.get() == 0).await;
}

#[tokio::test]
async fn a_known_peer_without_a_request_leaves_later() {
    let fixture = start(Limits { idle: Duration::from_millis(1500), ..limits() }).await;
    let mut stream = fixture.tls().await;
    ask(&mut stream, "/known", "\r\n\r\n").await;
    let (_, after) = read_to_end(&mut stream).await;
    assert!(after >= Duration::from_millis(1200), "{after:?}");
}

#[tokio::test]
async fn a_stranger_leaves_in_the_end_however_busy_it_is() {
    let fixture = start(Limits { unproven: Duration::from_secs(1), ..limits() }).await;
    let mut busy = fixture.tls().await;
    let mut waiting = fixture.tls().await;
    send(&mut waiting, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let begun = Instant::now();
    loop {
        let sent = busy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut answer = [0; 256];
        if sent.is_err() || !matches!(busy.read(&mut answer).await, Ok(1..)) {
            break;
        }
        assert!(begun.elapsed() < LONG);
    }
    assert!(begun.elapsed() > Duration::from_millis(700));
    read_to_end(&mut waiting).await;
    fixture.until(|fixture| fixture.turned(Turned::Unproven) == 2).await;
}

#[tokio::test]
async fn strangers_fill_their_places_and_known_peers_keep_theirs() {
    // Half of the reserve is for this computer, where the test runs: 6 strangers.
    let fixture =
        start(Limits { connections: 10, reserve: 8, header: LONG, handshake: LONG, ..limits() }).await;
    let mut known = fixture.tls().await;
    ask(&mut known, "/known", "\r\n\r\n").await;
    let mut strangers = Vec::new();
    for _ in 0..6 {
        strangers.push(fixture.plain().await);
    }
    fixture.until(|fixture| fixture.metrics.strangers.get() == 6).await;
    for _ in 0..20 {
        assert!(fixture.try_tls().await.is_err(), "a seventh stranger is let in");
    }
    assert_eq!(fixture.turned(Turned::Full), 20);
    ask(&mut known, "/", "here").await;
    strangers.pop();
    fixture.until(|fixture| fixture.metrics.strangers.get() == 5).await;
    let mut next = fixture.tls().await;
    ask(&mut next, "/known", "\r\n\r\n").await;
    // Now one more stranger has a place, until all places are taken.
    let mut all = Vec::new();
    for _ in 0..20 {
        if let Ok(mut stream) = fixture.try_tls().await {
            ask(&mut stream, "/known", "\r\n\r\n").await;
            all.push(stream);
        }
    }
    assert_eq!(2 + all.len() + strangers.len(), 10);
}

#[tokio::test]
async fn http_without_tls_is_told_the_right_way() {
    let fixture = start(limits()).await;
    let mut stream = fixture.plain().await;
    let body = "x".repeat(4000);
    stream.write_all(format!("POST / HTTP/1.1\r\nhost: x\r\n\r\n{body}").as_bytes()).await.unwrap();
    let (answer, _) = read_to_end(&mut stream).await;
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
    assert!(head.contains(&format!("content-length: {}\r\n", text.len())), "{answer}");
    assert!(text.contains("https://"));
    drop(stream);
    fixture.until(|fixture| fixture.turned(Turned::PlainHttp) == 1).await;
}

#[tokio::test]
async fn garbage_in_place_of_tls_and_inside_of_it_ends_the_connection_alone() {
    let fixture = start(limits()).await;
    for garbage in [&b"\0\0\0\0"[..], b"ssh-2.0", &[0x16, 0xff, 0xff, 0xff, 0xff, 1], &[0x80; 5000]] {
        let mut stream = fixture.plain().await;
        // The server may be gone before everything is sent.
        let _gone = stream.write_all(garbage).await;
        let (read, _) = read_to_end(&mut stream).await;
        assert!(!read.contains("HTTP"), "{read}");
    }
    assert_eq!(fixture.turned(Turned::BadHandshake), 4);
    let mut stream = fixture.tls().await;
    send(&mut stream, "\x16\x03\x01 is not HTTP\r\n\r\n").await;
    assert!(read_to_end(&mut stream).await.0.starts_with("HTTP/1.1 400"));
    ask(&mut fixture.tls().await, "/", "here").await;
}

#[tokio::test]
async fn heads_that_are_too_long_or_have_too_many_lines_are_refused() {
    let fixture = start(limits()).await;
    let many = "a: b\r\n".repeat(101);
    let long = format!("a: {}\r\n", "x".repeat(40_000));
    for lines in [many, long] {
        let mut stream = fixture.tls().await;
        send(&mut stream, &format!("GET / HTTP/1.1\r\nhost: x\r\n{lines}\r\n")).await;
        let (answer, _) = read_to_end(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_given_up() {
    let fixture = start(limits()).await;
    let mut stream = fixture.tls().await;
    send(&mut stream, "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await;
    let (answer, after) = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(after >= Duration::from_millis(400), "{after:?}");
}

#[tokio::test]
async fn a_stop_lets_running_requests_finish_and_cuts_off_what_does_not_end() {
    let fixture = start(Limits { stop: Duration::from_secs(2), handshake: LONG, ..limits() }).await;
    let (mut idle, mut waiting, mut endless) =
        (fixture.tls().await, fixture.tls().await, fixture.tls().await);
    let mut greeting = fixture.plain().await;
    ask(&mut idle, "/", "here").await;
    send(&mut waiting, "GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
    send(&mut endless, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut endless, "beat\n\n").await;
    fixture.until(|fixture| fixture.came() == 1).await;
    let jobs = fixture.jobs.clone();
    let begun = Instant::now();
    let stopped = async { (jobs.stop(LONG).await, begun.elapsed()) };
    let seen = async {
        assert!(read_to_end(&mut idle).await.1 < Duration::from_secs(1));
        assert!(read_to_end(&mut greeting).await.1 < Duration::from_secs(1));
        fixture.gate.permits.add_permits(1);
        let (answer, _) = read_to_end(&mut waiting).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("waited"), "{answer}");
        assert!(TcpStream::connect(fixture.address).await.is_err(), "nobody is let in any more");
        read_to_end(&mut endless).await;
    };
    let ((left, after), ()) = tokio::join!(stopped, seen);
    assert_eq!(left, [""; 0]);
    assert!((Duration::from_secs(2)..Duration::from_secs(5)).contains(&after), "{after:?}");
}

#[tokio::test]
async fn a_panic_in_a_handler_ends_its_connection_and_is_counted() {
    let fixture = start(limits()).await;
    let mut stream = fixture.tls().await;
    send(&mut stream, "GET /panic HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(read_to_end(&mut stream).await.0, "");
    fixture.until(|fixture| fixture.metrics.panics.get() == 1 && fixture.metrics.strangers.get() == 0).await;
    ask(&mut fixture.tls().await, "/", "here").await;
}

#[tokio::test]
async fn a_new_certificate_is_shown_at_once_and_open_connections_stay() {
    let fixture = start(limits()).await;
    let shown = |stream: &TlsStream<TcpStream>| {
        stream.get_ref().1.peer_certificates().and_then(|all| all.first()).cloned().unwrap().into_owned()
    };
    let mut old = fixture.tls().await;
    let before = shown(&old);
    fixture.certificate.replace(&issue(&fixture.folder, &["localhost", "new.example"], 3));
    let new = fixture.tls().await;
    assert_ne!(shown(&new), before);
    ask(&mut old, "/", "here").await;
}

#[tokio::test]
async fn an_address_in_use_is_told() {
    let fixture = start(limits()).await;
    let addresses = [fixture.address];
    let again = Edge::bind(
        &addresses,
        Arc::clone(&fixture.certificate),
        limits(),
        &fixture.jobs,
        Arc::clone(&fixture.metrics),
    );
    let Err(EdgeError::Bind { address, .. }) = again.await else { panic!("it listens twice") };
    assert_eq!(address, fixture.address);
}
