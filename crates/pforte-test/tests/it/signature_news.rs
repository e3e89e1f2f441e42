//! Applications hear of their signature requests: server-sent events and webhooks.

use crate::signing_kit::{Plant, request, signing};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use pforte_test::http;
use pforte_test::server::{ENGINES, Engine, text};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One message that came.
#[derive(Clone, Debug)]
struct Message {
    headers: HeaderMap,
    body: Bytes,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn told(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The request and its state.
    fn state(&self) -> (String, String) {
        let data = &self.told()["data"];
        (text(data, "key"), text(data, "state"))
    }
}

/// An application's own server.
struct Receiver {
    address: SocketAddr,
    came: Arc<Mutex<Vec<Message>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Answers everything with this status, at this port; 0 is any.
    #[expect(clippy::disallowed_methods, reason = "the tracker is the server's; this is another program")]
    async fn start(port: u16, status: StatusCode) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let (address, came) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let all = Arc::clone(&came);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let all = Arc::clone(&all);
                let take = service_fn(move |request: Request<Incoming>| {
                    let all = Arc::clone(&all);
                    async move {
                        let (parts, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        all.lock().unwrap().push(Message { headers: parts.headers, body });
                        let mut answer = Response::new(Full::new(Bytes::new()));
                        *answer.status_mut() = status;
                        Ok::<_, Infallible>(answer)
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), take),
                );
            }
        });
        Self { address, came, serving }
    }

    /// Ends it; its port is free then.
    async fn stop(mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.is_err());
    }

    fn url(&self) -> String {
        format!("http://{}/pforte", self.address)
    }

    fn came(&self) -> Vec<Message> {
        self.came.lock().unwrap().clone()
    }

    /// The states that were told, once there are so many.
    async fn states(&self, count: usize) -> Vec<(String, String)> {
        for _ in 0..600 {
            if self.came().len() >= count {
                return self.came().iter().map(Message::state).collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        unreachable!("{count} messages: {:?}", self.came());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The address of the batch application's webhook in the API.
async fn path(plant: &Plant) -> String {
    let found = plant.server.admin("GET", "/applications?search=batch").send().await.body;
    format!("/applications/{}/webhook", text(&found["items"][0], "id"))
}

/// Gives the batch application a webhook; gives its secret.
async fn webhook(plant: &Plant, url: &str) -> String {
    text(&plant.server.done("PUT", &path(plant).await, &json!({ "url": url })).await, "secret")
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(key, state)| ((*key).to_owned(), (*state).to_owned())).collect()
}

/// Checks a message's signature by Standard Webhooks with Node.
const CHECK: &str = r#"
    const { secret, id, timestamp, body, signature } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const tag = require("node:crypto").createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    process.exit(signature === `v1,${tag}` ? 0 : 1);
"#;

fn is_signed(message: &Message, secret: &str, body: &str) -> bool {
    let asked = json!({
        "secret": secret, "id": message.header("webhook-id"), "body": body,
        "timestamp": message.header("webhook-timestamp"), "signature": message.header("webhook-signature"),
    });
    let mut node = Command::new("node").args(["-e", CHECK]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut node.stdin.take().unwrap(), asked.to_string().as_bytes()).unwrap();
    node.wait().unwrap().success()
}

#[tokio::test]
async fn an_application_is_told_each_step_in_order_and_can_check_who_tells_it() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let receiver = Receiver::start(0, StatusCode::NO_CONTENT).await;
        plant.ask("before").await;
        let secret = webhook(&plant, &receiver.url()).await;
        let asked = plant.ask("1").await;
        assert_eq!(receiver.states(1).await, pairs(&[("1", "open")]), "what was before is not told");
        plant.signed(&asked, "operator1").await;
        receiver.states(2).await;
        plant.signed(&asked, "quality1").await;
        let steps = [("1", "open"), ("1", "checking"), ("1", "complete")];
        assert_eq!(receiver.states(3).await, pairs(&steps));
        let came = receiver.came();
        let body = String::from_utf8(came[2].body.to_vec()).unwrap();
        assert!(is_signed(&came[2], &secret, &body));
        assert!(!is_signed(&came[2], &secret, &body.replace("complete", "refused")));
        assert_eq!(came[2].told()["type"], "signature-request.changed");
        assert_eq!(came[2].header("webhook-id"), format!("{}-3", text(&asked, "id")));
        assert!(came[2].told()["data"]["page"].as_str().unwrap().starts_with("/sign/"));
        // The secret stands nowhere in the log, and is told once.
        let log = json!(plant.server.events().await).to_string();
        let bare = secret.strip_prefix("whsec_").unwrap();
        assert!(!log.contains(bare) && log.contains(&receiver.url()));
        let again = plant.server.done("PUT", &path(&plant).await, &json!({ "url": receiver.url() })).await;
        assert_eq!(again["secret"], Value::Null);
        let shown = plant.server.admin("GET", &path(&plant).await).send().await.body;
        assert_eq!((&shown["waiting"], &shown["failing_since"]), (&json!(0), &Value::Null));
    }
}

#[tokio::test]
async fn what_happened_while_an_application_was_down_is_told_when_it_is_back_even_after_a_restart() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let receiver = Receiver::start(0, StatusCode::OK).await;
        let (url, port) = (receiver.url(), receiver.address.port());
        receiver.stop().await;
        webhook(&plant, &url).await;
        let asked = plant.ask("1").await;
        plant.signed(&asked, "operator1").await;
        plant.ask("2").await;
        let mut shown = Value::Null;
        for _ in 0..500 {
            shown = plant.server.admin("GET", &path(&plant).await).send().await.body;
            if shown["failure"].is_string() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(shown["failure"].as_str().unwrap().contains("not reached"), "{shown}");
        assert_eq!(shown["waiting"], 3);
        plant.server.restart().await;
        // It is there again, but at first refuses.
        let refusing = Receiver::start(port, StatusCode::SERVICE_UNAVAILABLE).await;
        refusing.states(1).await;
        refusing.stop().await;
        let receiver = Receiver::start(port, StatusCode::OK).await;
        // Each request as it stands now.
        assert_eq!(receiver.states(2).await, pairs(&[("1", "checking"), ("2", "open")]));
        for _ in 0..500 {
            if !plant.server.events_of("webhook-found").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(plant.server.events_of("webhook-lost").await.len(), 1);
        assert_eq!(plant.server.events_of("webhook-found").await.len(), 1);
    }
}

#[tokio::test]
async fn one_that_never_answers_holds_up_neither_signers_nor_others() {
    let plant = Plant::start(Engine::Sqlite).await;
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    webhook(&plant, &format!("http://{}/", silent.local_addr().unwrap())).await;
    let made = json!({ "key": "other", "name": "Other", "areas": ["dairy"] });
    let other = plant.server.done("POST", "/applications", &made).await;
    let credential = text(&other, "credential");
    let rights = json!({ "rights": [{ "action": "release", "names": { "en": "Release" } }] });
    plant.server.call("PUT", "/applications/current/rights").bearer(&credential).json(&rights).await;
    let mut policy = crate::signing_kit::release(&plant.roles);
    policy["actions"] = json!(["other/release"]);
    policy["name"] = json!("Other releases");
    plant.server.done("POST", "/signature-policies", &policy).await;
    let receiver = Receiver::start(0, StatusCode::OK).await;
    let hook = format!("/applications/{}/webhook", text(&other["application"], "id"));
    plant.server.done("PUT", &hook, &json!({ "url": receiver.url() })).await;
    let asked = plant.ask("1").await;
    plant.signed(&asked, "operator1").await;
    let mut body = request("mine");
    body["action"] = json!("other/release");
    let mine = plant.server.call("POST", "/signature-requests").bearer(&credential).json(&body).await;
    assert_eq!(mine.status, 201, "{mine:?}");
    assert_eq!(receiver.states(1).await, pairs(&[("mine", "open")]), "its own requests alone");
    assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_message_delays_it_by_no_more_than_the_next_try() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    webhook(&plant, &format!("http://127.0.0.1:{port}/")).await;
    plant.ask("1").await;
    let (connection, _) = silent.accept().await.unwrap();
    plant.server.restart().await;
    drop((connection, silent));
    let receiver = Receiver::start(port, StatusCode::OK).await;
    assert_eq!(receiver.states(1).await, pairs(&[("1", "open")]));
}

#[tokio::test]
async fn addresses_that_lead_nowhere_or_elsewhere_without_tls_are_refused() {
    let plant = Plant::start(Engine::Sqlite).await;
    let path = path(&plant).await;
    for url in ["", "batch", "ftp://127.0.0.1/", "http://batch.plant/", "https://user@batch.plant/"] {
        let refused = plant.server.admin("PUT", &path).json(&json!({ "url": url })).await;
        assert_eq!((refused.status, refused.code()), (400, "value-invalid"), "{url}");
    }
    let pem = json!({ "url": "https://batch.plant/", "authority": "no certificate" });
    assert_eq!(plant.server.admin("PUT", &path).json(&pem).await.code(), "value-invalid");
    assert_eq!(plant.server.admin("GET", &path).send().await.code(), "not-found");
    let receiver = Receiver::start(0, StatusCode::IM_A_TEAPOT).await;
    webhook(&plant, &receiver.url()).await;
    let tested = plant.server.admin("POST", &format!("{path}/test")).send().await.body;
    assert_eq!((&tested["taken"], &tested["failure"]), (&json!(false), &json!("answered 418 I'm a teapot")));
    assert_eq!(plant.server.admin("DELETE", &path).send().await.status, 204);
    assert_eq!(plant.server.admin("DELETE", &path).send().await.code(), "not-found");
    plant.ask("1").await;
    assert_eq!(receiver.came().len(), 1, "the test alone");
}

/// A stream of server-sent events.
struct Listening(BufReader<Box<dyn tokio::io::AsyncRead + Unpin + Send>>);

impl Listening {
    async fn open(plant: &Plant, after: Option<&str>) -> Self {
        let mut stream = http::connect(plant.server.address(), plant.server.running().ca_file()).await;
        let after = after.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        let asked = format!(
            "GET /api/v1/signature-requests/stream HTTP/1.1\r\nHost: localhost\r\n\
            Authorization: Bearer {}\r\n{after}\r\n",
            plant.batch
        );
        stream.write_all(asked.as_bytes()).await.unwrap();
        Self(BufReader::new(Box::new(stream)))
    }

    /// The next event: its number and the request's key and state. `None` at the end.
    async fn next(&mut self) -> Option<(String, String, String)> {
        let mut id = String::new();
        let reading = async {
            loop {
                let mut line = String::new();
                // The last chunk is empty.
                if self.0.read_line(&mut line).await.unwrap() == 0 || line == "0\r\n" {
                    return None;
                }
                if let Some(number) = line.strip_prefix("id:") {
                    number.trim().clone_into(&mut id);
                } else if let Some(data) = line.strip_prefix("data:") {
                    let told: Value = serde_json::from_str(data.trim()).unwrap();
                    return Some((id, text(&told, "key"), text(&told, "state")));
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap()
    }
}

#[tokio::test]
async fn a_stream_tells_each_change_at_once_and_goes_on_where_it_broke() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let ended = plant.ask("ended").await;
        plant.signed(&ended, "operator1").await;
        plant.signed(&ended, "quality1").await;
        let asked = plant.ask("1").await;
        let mut stream = Listening::open(&plant, None).await;
        let (_, key, state) = stream.next().await.unwrap();
        assert_eq!((key.as_str(), state.as_str()), ("1", "open"), "what is open comes first");
        plant.signed(&asked, "operator1").await;
        let (id, key, state) = stream.next().await.unwrap();
        assert_eq!((key.as_str(), state.as_str()), ("1", "checking"));
        drop(stream);
        plant.signed(&asked, "quality1").await;
        plant.ask("2").await;
        let mut stream = Listening::open(&plant, Some(&id)).await;
        let (_, key, state) = stream.next().await.unwrap();
        assert_eq!((key.as_str(), state.as_str()), ("1", "complete"), "nothing was left out");
        let (_, key, state) = stream.next().await.unwrap();
        assert_eq!((key.as_str(), state.as_str()), ("2", "open"));
        // An application that no longer counts hears nothing more.
        let found = plant.server.admin("GET", "/applications?search=batch").send().await.body;
        let path = format!("/applications/{}", text(&found["items"][0], "id"));
        let off = json!({ "version": found["items"][0]["version"], "enabled": false });
        plant.server.done("PATCH", &path, &off).await;
        assert_eq!(stream.next().await, None);
    }
}

#[tokio::test]
async fn only_applications_have_a_stream_of_requests() {
    let plant = Plant::start(Engine::Sqlite).await;
    let stream = "/signature-requests/stream";
    assert_eq!(plant.server.call("GET", stream).send().await.status, 401);
    assert_eq!(plant.server.admin("GET", stream).send().await.status, 403);
    let bad = plant.server.call("GET", stream).bearer(&plant.batch).header("last-event-id", "x").send().await;
    assert_eq!(bad.code(), "parameter-invalid");
    let body = signing(&plant.ask("1").await, "operator1");
    assert_eq!(plant.server.call("POST", "/signatures").json(&body).await.status, 200);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_keeps_no_other_from_being_told() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let receiver = Receiver::start(0, StatusCode::OK).await;
    plant.ask("good").await;
    plant.add_unreadable("good");
    plant.server.restart().await;
    let mut stream = Listening::open(&plant, None).await;
    let (_, key, _) = stream.next().await.unwrap();
    assert_eq!(key, "good");
    let mut all = Listening::open(&plant, Some("0")).await;
    assert_eq!(all.next().await.unwrap().1, "good");
    webhook(&plant, &receiver.url()).await;
    plant.ask("next").await;
    // With another credential the one who listens has to come again.
    let found = plant.server.admin("GET", "/applications?search=batch").send().await.body;
    let renew = format!("/applications/{}/credential", text(&found["items"][0], "id"));
    plant.server.done("POST", &renew, &json!({})).await;
    while stream.next().await.is_some() {}
    assert_eq!(receiver.states(1).await, pairs(&[("next", "open")]));
}
