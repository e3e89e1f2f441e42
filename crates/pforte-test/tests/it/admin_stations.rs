//! Stations as an administrator sees them, and who may hear of their sessions.

use pforte_test::Server;
use pforte_test::http::{Answer, connect};
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Registers a station in the plant's root; gives its identifier and credential.
async fn registered(server: &Server, name: &str) -> (String, String) {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    (text(&made["station"], "id"), text(&made, "credential"))
}

/// A user who is logged on at a station: identifier of the session and token.
async fn logged_on(server: &Server, credential: &str, login: &str) -> (String, String) {
    server.user(login).await;
    let asked = json!({ "directory": "local", "user": login, "password": PASSWORD });
    let answer = server.call("POST", "/sessions").station(credential).json(&asked).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    (text(answer.at("/session"), "id"), answer.text("token"))
}

async fn in_charge(server: &Server, station: &str) -> Answer {
    server.admin("GET", &format!("/stations/{station}/session")).send().await
}

fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.code())
}

#[tokio::test]
async fn a_station_is_registered_changed_and_removed_and_the_log_tells_both_values_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line2" })).await;
        let (id, _) = registered(&server, "Mixer panel").await;
        let path = format!("/stations/{id}");
        let change = json!({ "version": 1, "name": "Filler panel", "area": "Dairy/Line2" });
        let changed = server.done("PATCH", &path, &change).await;
        assert_eq!(changed["area"]["name"], "dairy/line2");
        assert_eq!(changed["version"], 2);
        assert_eq!(server.admin("GET", &path).send().await.body, changed);
        let late = server.admin("PATCH", &path).json(&json!({ "version": 1, "name": "Oven" })).await;
        assert_eq!(refusal(&late), (409, "changed-meanwhile"));
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert_eq!(refusal(&server.admin("GET", &path).send().await), (404, "not-found"));

        let told = server.events_of("station-changed").await;
        let [told] = told.as_slice() else { unreachable!("one change: {told:?}") };
        assert_eq!(told["old"], json!({ "name": "Mixer panel", "area": "dairy", "enabled": true }));
        assert_eq!(told["new"], json!({ "name": "Filler panel", "area": "dairy/line2", "enabled": true }));
        assert_eq!(told["area"]["name"], "dairy/line2");
        let removed = server.events_of("station-removed").await;
        assert_eq!(removed[0]["old"]["name"], "Filler panel");
    }
}

#[tokio::test]
async fn stations_are_listed_in_pages_by_name() {
    let server = Server::start().await;
    for name in ["Filler", "oven", "Mixer", "Press"] {
        registered(&server, name).await;
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| text(item, "name")).collect()
    };
    let first = server.admin("GET", "/stations?limit=3").send().await.body;
    assert_eq!(names(&first), ["Filler", "Mixer", "oven"]);
    let next = format!("/stations?limit=3&after={}", text(&first, "next"));
    let last = server.admin("GET", &next).send().await.body;
    assert_eq!(names(&last), ["Press"]);
    assert_eq!(last.get("next"), None);
    assert_eq!(names(&server.admin("GET", "/stations?search=ER").send().await.body), ["Filler", "Mixer"]);
    let many = server.admin("GET", "/stations?limit=501").send().await;
    assert_eq!(refusal(&many), (400, "value-invalid"));
}

#[tokio::test]
async fn a_credential_proves_its_station_until_it_is_renewed_and_stands_in_no_event() {
    let server = Server::start().await;
    let (id, old) = registered(&server, "Panel").await;
    let current =
        async |credential: &str| server.call("GET", "/stations/current").station(credential).send().await;
    assert_eq!(current(&old).await.text("id"), id);
    let renewed = server.done("POST", &format!("/stations/{id}/credential"), &Value::Null).await;
    let new = text(&renewed, "credential");
    assert_eq!(refusal(&current(&old).await), (401, "station-unproven"));
    assert_eq!(current(&new).await.text("id"), id);
    let log = serde_json::to_string(&server.events().await).unwrap();
    assert!(!log.contains("pft_") && log.contains("station-credential-renewed"));
}

#[tokio::test]
async fn a_station_that_is_switched_off_or_removed_loses_its_session_in_the_same_moment() {
    let server = Server::start().await;
    for (login, method, body, reason) in [
        ("anna", "PATCH", json!({ "version": 1, "enabled": false }), "the station was switched off"),
        ("berta", "DELETE", Value::Null, "the station was removed"),
    ] {
        let (id, credential) = registered(&server, login).await;
        let (session, token) = logged_on(&server, &credential, login).await;
        assert_eq!(in_charge(&server, &id).await.at("/session/id"), session.as_str());
        server.done(method, &format!("/stations/{id}"), &body).await;
        let gone = server.call("GET", "/sessions/current").bearer(&token).send().await;
        assert_eq!(refusal(&gone), (401, "token-invalid"));
        assert_eq!(in_charge(&server, &id).await.at("/session"), &Value::Null);
        let unproven = server.call("GET", "/stations/current").station(&credential).send().await;
        assert_eq!(refusal(&unproven), (401, "station-unproven"));
        let told = server.events_of("session-ended").await;
        let told = told.iter().find(|event| event["what"]["id"] == session.as_str()).unwrap();
        assert_eq!(told["reason"], reason);
        assert_eq!(told["old"]["name"], login);
    }
}

#[tokio::test]
async fn a_session_that_ended_with_its_station_stays_ended_after_a_restart() {
    let mut server = Server::start().await;
    let (id, credential) = registered(&server, "Panel").await;
    let (_, token) = logged_on(&server, &credential, "anna").await;
    let path = format!("/stations/{id}");
    server.done("PATCH", &path, &json!({ "version": 1, "enabled": false })).await;
    server.done("PATCH", &path, &json!({ "version": 2, "enabled": true })).await;
    server.restart().await;
    let gone = server.call("GET", "/sessions/current").bearer(&token).station(&credential).send().await;
    assert_eq!(refusal(&gone), (401, "token-invalid"));
}

#[tokio::test]
async fn a_log_on_that_is_under_way_when_its_station_is_switched_off_puts_nobody_in_charge() {
    let slow = "[local]\nmemory_kib = 65536\npasses = 10\n";
    let server = Server::start_with(Engine::Sqlite, slow).await;
    let (id, credential) = registered(&server, "Panel").await;
    server.user("anna").await;
    let asked = json!({ "directory": "local", "user": "anna", "password": PASSWORD });
    let log_on = server.call("POST", "/sessions").station(&credential).json(&asked);
    let path = format!("/stations/{id}");
    let off = json!({ "version": 1, "enabled": false });
    let (answer, _) = tokio::join!(log_on, server.done("PATCH", &path, &off));
    // Whichever came first: nobody is in charge afterwards.
    assert!([201, 401].contains(&answer.status), "{answer:?}");
    assert_eq!(in_charge(&server, &id).await.at("/session"), &Value::Null, "{answer:?}");
}

#[tokio::test]
async fn a_station_that_proved_itself_long_before_the_body_came_is_asked_for_again() {
    let server = Server::start().await;
    let (id, credential) = registered(&server, "Panel").await;
    server.user("anna").await;
    let body = json!({ "directory": "local", "user": "anna", "password": PASSWORD }).to_string();
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Pforte-Station: {credential}\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut call = Stream::send(&server, &head).await;
    // The head was read, and now the body is waited for.
    call.until("HTTP/1.1 100 Continue\r\n\r\n").await;
    server.done("PATCH", &format!("/stations/{id}"), &json!({ "version": 1, "enabled": false })).await;
    call.connection.write_all(body.as_bytes()).await.unwrap();
    assert!(call.until("}").await.contains("station-unproven"), "{}", call.heard);
    assert_eq!(in_charge(&server, &id).await.at("/session"), &Value::Null);
}

#[tokio::test]
async fn only_the_station_itself_an_application_in_scope_and_who_sees_sessions_hear_of_a_session() {
    let server = Server::start().await;
    let (id, own) = registered(&server, "Panel").await;
    let (_, other) = registered(&server, "Other").await;
    let (_, guest) = logged_on(&server, &own, "guest").await;
    let near = json!({ "key": "near", "name": "Near", "stations": [id] });
    let near = text(&server.done("POST", "/applications", &near).await, "credential");
    let far = json!({ "key": "far", "name": "Far" });
    let far = text(&server.done("POST", "/applications", &far).await, "credential");
    let path = format!("/stations/{id}/session");

    let itself = server.call("GET", &path).station(&own).send().await;
    assert_eq!(itself.at("/session/user/name"), "guest", "{itself:?}");
    let near = server.call("GET", &path).bearer(&near).send().await;
    assert_eq!(near.at("/session/user/name"), "guest", "{near:?}");
    assert_eq!(near.at("/lease/seconds"), 10);
    assert_eq!(in_charge(&server, &id).await.at("/session/user/name"), "guest");
    let person = server.call("GET", &path).bearer(&guest).station(&own).send().await;
    assert_eq!(person.status, 200, "{person:?}");

    let far = server.call("GET", &path).bearer(&far).send().await;
    assert_eq!(refusal(&far), (403, "outside-scope"));
    let other = server.call("GET", &path).station(&other).send().await;
    assert_eq!(refusal(&other), (403, "not-allowed"));
    assert_eq!(refusal(&server.call("GET", &path).send().await), (401, "credentials-missing"));
    server.user("stranger").await;
    let stranger = server.token("stranger", PASSWORD).await;
    let stranger = server.call("GET", &path).bearer(&stranger).send().await;
    assert_eq!(refusal(&stranger), (403, "not-allowed"));
}

#[tokio::test]
async fn the_stream_of_a_station_tells_at_once_who_is_in_charge_and_ends_with_the_credential() {
    let server = Server::start().await;
    let (id, credential) = registered(&server, "Panel").await;
    logged_on(&server, &credential, "anna").await;
    let asked = json!({ "key": "hmi", "name": "HMI", "areas": ["dairy"] });
    let made = server.done("POST", "/applications", &asked).await;
    let path = format!("/stations/{id}/session/stream");
    let mut stream = Stream::open(&server, &path, &text(&made, "credential")).await;
    assert!(stream.until("\n\n").await.contains("event: in-charge\ndata: {\"station\""));
    assert!(stream.heard.contains("anna"), "{}", stream.heard);
    let path = format!("/applications/{}", text(&made["application"], "id"));
    server.done("PATCH", &path, &json!({ "version": 1, "enabled": false })).await;
    stream.until("event: ended\ndata: {}").await;
}

/// A call whose answer is read as it comes.
struct Stream {
    connection: TlsStream<TcpStream>,
    heard: String,
}

impl Stream {
    async fn open(server: &Server, path: &str, token: &str) -> Self {
        let request =
            format!("GET /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        Self::send(server, &request).await
    }

    async fn send(server: &Server, request: &str) -> Self {
        let mut connection = connect(server.address(), server.running().ca_file()).await;
        connection.write_all(request.as_bytes()).await.unwrap();
        Self { connection, heard: String::new() }
    }

    /// Reads on, up to this text; what was heard so far.
    async fn until(&mut self, text: &str) -> &str {
        let read = async {
            while !self.heard.contains(text) {
                let mut bytes = [0; 4096];
                let count = self.connection.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the stream ended: {}", self.heard);
                self.heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        };
        tokio::time::timeout(Duration::from_secs(10), read).await.unwrap();
        &self.heard
    }
}

#[tokio::test]
async fn a_station_that_something_names_stays_and_the_refusal_says_what() {
    let server = Server::start().await;
    let (id, _) = registered(&server, "Panel").await;
    let asked = json!({ "key": "hmi", "name": "HMI", "stations": [id] });
    server.done("POST", "/applications", &asked).await;
    server.user("anna").await;
    let asked = json!({
        "role": "Emergency operator", "areas": ["dairy"], "stations": [id],
        "principal": { "kind": "user", "directory": "local", "name": "anna" },
    });
    let given = server.done("POST", "/assignments", &asked).await;
    let refused = server.admin("DELETE", &format!("/stations/{id}")).send().await;
    assert_eq!(refusal(&refused), (409, "in-use"));
    let detail = refused.text("detail");
    assert!(detail.contains("the application hmi"), "{detail}");
    assert!(detail.contains(&text(&given, "id")), "{detail}");
}

#[tokio::test]
async fn what_no_station_can_be_is_refused_with_its_code() {
    let server = Server::start().await;
    registered(&server, "Panel").await;
    for (body, refused) in [
        (json!({ "name": "", "area": "dairy" }), (400, "name-invalid")),
        (json!({ "name": "a\u{202e}b", "area": "dairy" }), (400, "name-invalid")),
        (json!({ "name": "x".repeat(129), "area": "dairy" }), (400, "name-invalid")),
        (json!({ "name": "Oven", "area": "brewery" }), (404, "area-unknown")),
        (json!({ "name": "PANEL", "area": "dairy" }), (409, "duplicate")),
        (json!({ "name": "Oven", "area": "dairy", "credential": "mine" }), (400, "body-invalid")),
        (json!({ "name": 7, "area": "dairy" }), (400, "body-invalid")),
    ] {
        let answer = server.admin("POST", "/stations").json(&body).await;
        assert_eq!(refusal(&answer), refused, "{body}");
    }
    assert_eq!(server.events_of("station-registered").await.len(), 1);
}
