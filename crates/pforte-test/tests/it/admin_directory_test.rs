//! Tests of settings before they are saved, told step by step, and that nobody
//! comes by the service account's password or guesses one that way.

use crate::admin_kit::{DOMAIN, NOWHERE, domain_body, event, get, refused, shown_ldap, until, with_domain};
use pforte_test::Fixtures;
use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::http::connect;
use pforte_test::server::text;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

const TEST: &str = "/directories/test";

/// The body that tests these settings with the service account's right password.
fn settings(ad: &Ad) -> Value {
    let mut body = domain_body(ad);
    body.as_object_mut().unwrap().remove("name");
    body
}

/// The same with one field of `ldap` replaced.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    body["ldap"][field] = value;
    body
}

/// The same for a stored directory, with its stored password.
fn of(mut body: Value, directory: &str) -> Value {
    body.as_object_mut().unwrap().remove("service_password");
    body["directory"] = json!(directory);
    body
}

/// The steps that are not good; the server's clock stands still in tests.
fn bad(test: &Value) -> Vec<(String, String)> {
    let steps = test["steps"].as_array().unwrap().iter();
    let bad = steps.filter(|step| step["good"] == json!(false) && step["step"] != json!("clock"));
    bad.map(|step| (text(step, "step"), text(step, "code"))).collect()
}

/// A test whose lines are read while it goes on.
struct Told(Lines<BufReader<TlsStream<TcpStream>>>);

impl Told {
    async fn begin(server: &Server, body: &Value) -> Self {
        let mut stream = connect(server.address(), server.running().ca_file()).await;
        let body = body.to_string();
        let head = format!(
            "POST /api/v1{TEST} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             accept: application/x-ndjson\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            server.admin,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        Self(BufReader::new(stream).lines())
    }

    /// The next line of JSON; what frames them is passed over.
    async fn next(&mut self) -> Value {
        loop {
            let line = tokio::time::timeout(Duration::from_secs(10), self.0.next_line()).await;
            let line = line.unwrap().unwrap().unwrap();
            if line.starts_with('{') {
                return serde_json::from_str(&line).unwrap();
            }
        }
    }
}

/// Servers that take a connection and say nothing.
fn silent(count: usize) -> (Vec<TcpListener>, Vec<String>) {
    let listeners: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let name = |listener: &TcpListener| {
        format!("silent.test.lab:{}=127.0.0.1", listener.local_addr().unwrap().port())
    };
    let names = listeners.iter().map(name).collect();
    (listeners, names)
}

#[tokio::test]
async fn settings_are_tested_before_they_are_saved_and_nothing_is_kept() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let good = server.done("POST", TEST, &settings(&ad)).await;
    assert!(bad(&good).is_empty(), "{good}");
    assert_eq!(good["steps"].as_array().unwrap().len(), 10);
    assert_eq!(get(&server, "/directories").await["items"].as_array().unwrap().len(), 1);
    let told = event(&server, "directory-tested").await;
    assert_eq!(told["new"]["ldap"]["domain"], json!(ad.facts.domain));
    assert!(!told.to_string().contains(&ad.facts.service.password));
    for (field, value, step, code) in [
        ("servers", json!(["nowhere.ad.test.lab.invalid"]), "resolve", "name-not-resolved"),
        ("servers", json!([format!("{}={NOWHERE}", ad.facts.host)]), "connect", "connect-refused"),
        (
            "servers",
            json!([format!("other.lab={}", ad.facts.address)]),
            "certificate",
            "certificate-wrong-name",
        ),
        ("domain", json!("other.test.lab"), "directory", "other-domain"),
    ] {
        let found = server.done("POST", TEST, &with(settings(&ad), field, value)).await;
        assert_eq!(bad(&found), [(step.to_owned(), code.to_owned())], "{found}");
    }
    let no_password = of(settings(&ad), "");
    let mut new = no_password.clone();
    new.as_object_mut().unwrap().remove("directory");
    assert_eq!(refused(&server, "POST", TEST, &new).await, (400, "value-invalid".to_owned()));
    assert_eq!(refused(&server, "POST", TEST, &no_password).await, (400, "parameter-invalid".to_owned()));
    let nonsense = with(settings(&ad), "servers", json!(["dc 1"]));
    assert_eq!(refused(&server, "POST", TEST, &nonsense).await, (400, "value-invalid".to_owned()));
}

#[tokio::test]
async fn each_step_is_told_while_the_next_ones_are_still_tried() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let (_listeners, mut servers) = silent(1);
    servers.insert(0, format!("{}={}", ad.facts.host, ad.facts.address));
    let mut told = Told::begin(&server, &with(settings(&ad), "servers", json!(servers))).await;
    let plan = told.next().await;
    assert_eq!((&plan["told"], plan["servers"].as_array().unwrap().len()), (&json!("plan"), 2));
    for step in plan["steps"].as_array().unwrap() {
        assert_eq!(told.next().await["step"], *step);
    }
    // The second server keeps the test busy; its event is not written yet.
    assert!(server.events_of("directory-tested").await.is_empty());
    let mut rest = vec![told.next().await];
    while rest.last().unwrap()["told"] == json!("step") {
        rest.push(told.next().await);
    }
    let codes: Vec<&Value> = rest.iter().filter_map(|line| line.get("code")).collect();
    assert_eq!(codes, [&json!("tls-timeout")]);
    assert_eq!(*rest.last().unwrap(), json!({ "told": "end", "good": false }));
    assert_eq!(server.events_of("directory-tested").await.len(), 1);
}

#[tokio::test]
async fn a_test_ends_when_nobody_listens_any_more_and_is_an_event_all_the_same() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let (_listeners, servers) = silent(8);
    let mut told = Told::begin(&server, &with(settings(&ad), "servers", json!(servers))).await;
    assert_eq!(told.next().await["told"], json!("plan"));
    drop(told);
    let tested = until("the test has ended", async || server.events_of("directory-tested").await.pop()).await;
    assert_eq!((&tested["result"], &tested["new"]["good"]), (&json!("failed"), &json!(false)));
    assert!(tested["new"]["faults"].as_array().unwrap().len() < 4, "{tested}");
}

#[tokio::test]
async fn the_stored_password_is_sent_to_no_new_server() {
    let server = Server::start().await;
    let (ad, id) = with_domain(&server).await;
    let stored = of(settings(&ad), &id);
    assert!(bad(&server.done("POST", TEST, &stored).await).is_empty());
    let path = format!("/directories/{id}");
    let (host, address) = (&ad.facts.host, &ad.facts.address);
    let own_ca = std::fs::read_to_string(server.data().join("ca.pem")).unwrap();
    let thefts = [
        ("servers", json!([format!("{host}={address}"), "thief.test.lab"])),
        ("servers", json!([format!("{host}:3636={address}")])),
        ("servers", json!([format!("{host}=127.0.0.1")])),
        ("servers", json!([host])),
        ("ca", json!(own_ca)),
        ("ca", Value::Null),
        ("domain", json!("thief.test.lab")),
        ("service_account", json!("thief@ad.test.lab")),
    ];
    let needed = (400, "service-password-needed".to_owned());
    for (field, value) in thefts {
        let body = with(stored.clone(), field, value.clone());
        assert_eq!(refused(&server, "POST", TEST, &body).await, needed, "test with {field} {value}");
        let change = json!({ "version": 1, "ldap": body["ldap"] });
        assert_eq!(refused(&server, "PATCH", &path, &change).await, needed, "change of {field} to {value}");
    }
    let shown = get(&server, &path).await;
    assert_eq!((&shown["ldap"], &shown["version"]), (&shown_ldap(&ad), &json!(1)));
    // With the password it is the caller's own to send.
    let servers = json!([format!("{host}={address}"), format!("{host}:3636={address}")]);
    let mut change = json!({ "version": 1, "ldap": with(stored.clone(), "servers", servers)["ldap"] });
    change["service_password"] = json!(ad.facts.service.password);
    server.done("PATCH", &path, &change).await;
    // One server less, or another order, tells nobody anything.
    let fewer = json!([format!("{host}:3636={address}"), format!("{host}={address}")]);
    server
        .done(
            "PATCH",
            &path,
            &json!({ "version": 2, "ldap": with(stored.clone(), "servers", fewer)["ldap"] }),
        )
        .await;
    server.done("PATCH", &path, &json!({ "version": 3, "ldap": stored["ldap"] })).await;
}

#[tokio::test]
async fn a_server_that_proves_nothing_never_sees_the_password() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let plain = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // An answer in plain LDAP: a bind that was taken.
        stream.write_all(&[0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0]).await.unwrap();
        let mut all = Vec::new();
        // However the connection ends, what was heard counts.
        let _ = stream.read_to_end(&mut all).await;
        String::from_utf8_lossy(&all).into_owned()
    };
    let servers = json!([format!("{}:{port}=127.0.0.1", ad.facts.host)]);
    let body = with(settings(&ad), "servers", servers);
    let (heard, found) = tokio::join!(plain, server.done("POST", TEST, &body));
    assert_eq!(bad(&found).first().map(|(step, _)| step.as_str()), Some("tls"), "{found}");
    assert!(!heard.is_empty() && !heard.contains(&ad.facts.service.password));
}

#[tokio::test]
async fn a_refused_service_account_is_tried_once_and_guessing_is_slowed_down() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let login = ad.new_user(&[]).await;
    let twice = format!("{}={}", ad.facts.host, ad.facts.address);
    let mut body = with(settings(&ad), "servers", json!([twice, twice]));
    body["ldap"]["service_account"] = json!(format!("{login}@{}", ad.facts.domain));
    body["service_password"] = json!("not the password");
    for _ in 0..4 {
        let found = server.done("POST", TEST, &body).await;
        assert_eq!(bad(&found), [("account".to_owned(), "service-account-refused".to_owned())], "{found}");
    }
    let tries = {
        let login = login.clone();
        ad.act(move |admin| admin.values(&login, "badPwdCount")).await
    };
    assert_eq!(tries, [b"4".to_vec()], "one try of a test is one try at the domain controller");
    // Another of its many names does not help, nor does another account of the domain.
    body["ldap"]["service_account"] = json!(format!("{}\\{login}", ad.facts.netbios));
    let answer = server.admin("POST", TEST).json(&body).await;
    assert_eq!((answer.status, answer.code()), (429, "tried-too-often"));
    assert!(answer.headers.contains_key("retry-after"));
    server.hands().advance(Duration::from_mins(1));
    body["service_password"] = json!(ad.facts.user_password);
    let found = server.done("POST", TEST, &body).await;
    assert!(bad(&found).iter().all(|(step, _)| step != "account"), "{found}");
}

#[tokio::test]
async fn all_directories_are_put_in_order_at_once_unless_somebody_else_did() {
    let server = Server::start().await;
    let (_, works) = with_domain(&server).await;
    let names = async || {
        let list = get(&server, "/directories").await;
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| (text(item, "name"), text(item, "id"))).collect::<Vec<_>>()
    };
    let local = names().await.first().unwrap().1.clone();
    let (before, after) = (json!([local, works]), json!([works, local]));
    let order = json!({ "before": before, "after": after });
    server.done("PUT", "/directories/order", &order).await;
    assert_eq!(names().await.first().unwrap().0, DOMAIN);
    assert_eq!(server.events_of("directory-changed").await.len(), 2);
    let options = server.call("GET", "/logon").send().await;
    assert_eq!(options.at("/directories/0/name"), &json!(DOMAIN), "{options:?}");
    let path = "/directories/order";
    assert_eq!(refused(&server, "PUT", path, &order).await, (409, "changed-meanwhile".to_owned()));
    let invalid = (400, "value-invalid".to_owned());
    for wrong in [json!([works]), json!([works, works]), json!([works, local, local])] {
        let body = json!({ "before": after, "after": wrong });
        assert_eq!(refused(&server, "PUT", path, &body).await, invalid, "{wrong}");
    }
}
