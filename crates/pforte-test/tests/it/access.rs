//! Who may call what: the whole table of operations, each called without the
//! right; and every operation that changes something leaves its event.

use pforte_server::http::access::{Access, Operation, TABLE};
use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{PASSWORD, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The address of an operation with identifiers of nothing in it.
fn filled(operation: &Operation) -> String {
    let path = operation.path.replace("{id}", NOBODY).replace("{member}", NOBODY);
    let path = path.replace("{kind}", "user").replace("{sequence}", "0");
    match operation.path {
        "/log/proofs/inclusion" => format!("{path}?sequence=0"),
        "/log/proofs/consistency" => format!("{path}?from=0"),
        "/directories/{id}/search" => format!("{path}?kind=user&text=a"),
        _ => path,
    }
}

/// Calls with a body that fits nothing, so that only who calls can matter.
async fn call(server: &Server, operation: &Operation, token: Option<&str>) -> Answer {
    let call = server.call(operation.method, &filled(operation));
    let call = match token {
        Some(token) => call.bearer(token),
        None => call,
    };
    match operation.method {
        "GET" | "DELETE" => call.send().await,
        _ => call.json(&json!({ "nothing": "fits" })).await,
    }
}

#[tokio::test]
async fn without_a_token_nothing_but_the_public_operations_answers() {
    let server = Server::start().await;
    for operation in TABLE.iter().filter(|operation| operation.access != Access::Public) {
        let answer = call(&server, operation, None).await;
        assert_eq!(answer.status, 401, "{operation:?}: {answer:?}");
    }
}

#[tokio::test]
async fn without_the_right_every_operation_that_needs_one_is_refused() {
    let server = Server::start().await;
    server.user("guest").await;
    let token = server.token("guest", PASSWORD).await;
    for operation in TABLE {
        let refused = match operation.access {
            Access::Right(_) | Access::Either(..) | Access::Application | Access::ApplicationOr(_) => true,
            Access::StationOr(_) => !operation.path.ends_with("stream"),
            Access::Public | Access::Person | Access::PersonOrApplication | Access::Station => false,
        };
        if refused {
            let answer = call(&server, operation, Some(&token)).await;
            assert_eq!(answer.status, 403, "{operation:?}: {answer:?}");
        }
    }
    let told: BTreeSet<String> =
        server.events_of("call-refused").await.iter().map(|event| text(&event["what"], "name")).collect();
    let needed: BTreeSet<String> = TABLE
        .iter()
        .filter_map(|operation| match operation.access {
            Access::Right(right) | Access::Either(_, right) | Access::ApplicationOr(right) => {
                Some(right.to_owned())
            }
            _ => None,
        })
        .collect();
    assert!(told.is_superset(&needed), "every refusal is an event: {told:?}");
}

#[tokio::test]
async fn an_application_reaches_nothing_that_is_for_persons() {
    let server = Server::start().await;
    let made = server
        .done("POST", "/applications", &json!({ "key": "hmi", "name": "HMI", "areas": ["dairy"] }))
        .await;
    let token = text(&made, "credential");
    for operation in TABLE.iter().filter(|operation| {
        matches!(operation.access, Access::Right(_) | Access::Either(..) | Access::Person)
    }) {
        let answer = call(&server, operation, Some(&token)).await;
        assert_eq!(answer.status, 403, "{operation:?}: {answer:?}");
    }
}

/// Goes through every operation that changes something and notes its events.
struct Walk {
    server: Server,
    seen: usize,
    done: BTreeSet<(&'static str, &'static str)>,
}

impl Walk {
    /// Calls an operation as the administrator; its events must stand in the log.
    async fn step(&mut self, method: &str, template: &str, path: &str, body: Value) -> Value {
        let token = self.server.admin.clone();
        self.step_by(&token, (method, template, path), body).await
    }

    async fn step_by(
        &mut self,
        token: &str,
        (method, template, path): (&str, &str, &str),
        body: Value,
    ) -> Value {
        let operation = TABLE.iter().find(|one| one.method == method && one.path == template).unwrap();
        let call = self.server.call(method, path).bearer(token);
        let answer = if method == "DELETE" { call.send().await } else { call.json(&body).await };
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
        self.written(operation).await;
        answer.body
    }

    async fn written(&mut self, operation: &'static Operation) {
        let events = self.server.events().await;
        let new: Vec<String> =
            events.iter().skip(self.seen).map(|event| text(&event["record"], "type")).collect();
        let expected = operation.events.iter().any(|kind| new.iter().any(|told| told == kind.as_str()));
        assert!(expected, "{} {}: {new:?}", operation.method, operation.path);
        self.seen = events.len();
        self.done.insert((operation.method, operation.path));
    }
}

#[tokio::test]
async fn every_operation_that_changes_something_leaves_its_event() {
    let server = Server::start().await;
    let mut walk = Walk { seen: server.events().await.len(), server, done: BTreeSet::new() };
    // What the start of the test server has done already.
    walk.done.extend([("POST", "/setup"), ("POST", "/sessions")]);
    plant(&mut walk).await;
    people(&mut walk).await;
    sessions(&mut walk).await;
    signatures(&mut walk).await;
    let changing: BTreeSet<(&str, &str)> =
        TABLE.iter().filter(|one| !one.events.is_empty()).map(|one| (one.method, one.path)).collect();
    // Operations on other directories are walked with a real domain controller, and with its tickets.
    walk.done.insert(("POST", "/sessions/negotiate"));
    let left: Vec<_> =
        changing.difference(&walk.done).filter(|(_, path)| !path.starts_with("/directories")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Whoever signs has a name and a password; the session of the walk is another one's.
async fn signatures(walk: &mut Walk) {
    let asked = json!({ "key": "signing", "name": "Signing", "areas": ["dairy"] });
    let made = walk.server.done("POST", "/applications", &asked).await;
    let application = text(&made, "credential");
    let rights = json!({ "rights": [{ "action": "release", "names": { "en": "Release" } }] });
    walk.server.call("PUT", "/applications/current/rights").bearer(&application).json(&rights).await;
    let role = walk.server.done("POST", "/roles", &json!({ "name": "Signer" })).await;
    let user = walk.server.user("signer").await;
    let principal = json!({ "kind": "user", "id": user });
    let given = json!({ "role": role["id"], "principal": principal, "areas": ["dairy"] });
    walk.server.done("POST", "/assignments", &given).await;
    walk.seen = walk.server.events().await.len();
    let mut policy = json!({
        "name": "Release", "actions": ["signing/release"], "areas": ["dairy"], "cancel_roles": [role["id"]],
        "steps": [{ "roles": [role["id"]], "count": 1, "meaning": "released" }],
    });
    let template = "/signature-policies/{id}";
    let made = walk.step("POST", "/signature-policies", "/signature-policies", policy.clone()).await;
    let path = format!("/signature-policies/{}", text(&made, "id"));
    policy["version"] = json!(1);
    walk.step("PUT", template, &path, policy).await;
    for (key, operation) in [("1", "/signatures"), ("2", "refusal"), ("3", "cancellation")] {
        let body = json!({ "key": key, "action": "signing/release", "area": "dairy", "object": "1" });
        let ask = ("POST", "/signature-requests", "/signature-requests");
        let asked = walk.step_by(&application, ask, body).await;
        let mut proof = json!({ "directory": "local", "user": "signer", "password": PASSWORD });
        let path = format!("/signature-requests/{}/{operation}", text(&asked, "id"));
        let template = format!("/signature-requests/{{id}}/{operation}");
        if operation == "/signatures" {
            proof["acknowledge"] = json!(true);
            proof["requests"] = json!([{ "request": asked["id"], "opening": asked["opening"] }]);
            walk.step("POST", operation, operation, proof).await;
            continue;
        }
        proof["reason"] = json!("wrong batch");
        if operation == "refusal" {
            proof["opening"] = asked["opening"].clone();
        }
        walk.step("POST", &template, &path, proof).await;
    }
    walk.step("DELETE", template, &path, json!({})).await;
}

async fn plant(walk: &mut Walk) {
    let area = walk.step("POST", "/areas", "/areas", json!({ "parent": "dairy", "name": "line1" })).await;
    let path = format!("/areas/{}", text(&area, "id"));
    walk.step("PATCH", "/areas/{id}", &path, json!({ "version": 1, "name": "line2" })).await;
    let station =
        walk.step("POST", "/stations", "/stations", json!({ "name": "Panel", "area": "dairy" })).await;
    let id = text(&station["station"], "id");
    let path_of = format!("/stations/{id}");
    walk.step("PATCH", "/stations/{id}", &path_of, json!({ "version": 1, "name": "Panel 1" })).await;
    browser(walk, &text(&station, "credential")).await;
    walk.step("POST", "/stations/{id}/credential", &format!("{path_of}/credential"), json!({})).await;
    walk.step("DELETE", "/stations/{id}", &path_of, json!({})).await;
    walk.step("DELETE", "/areas/{id}", &path, json!({})).await;
    applications(walk).await;
}

/// A browser becomes the station and is it no more.
async fn browser(walk: &mut Walk, credential: &str) {
    let path = "/stations/current/credential";
    let call = |method| walk.server.call(method, path).header("sec-fetch-site", "same-origin");
    let installed = call("POST").json(&json!({ "credential": credential })).await;
    assert_eq!(installed.status, 204, "{installed:?}");
    let forgotten = call("DELETE").header("cookie", &format!("__Host-pforte-station={credential}"));
    let forgotten = forgotten.send().await;
    assert_eq!(forgotten.status, 204, "{forgotten:?}");
    for method in ["POST", "DELETE"] {
        let operation = TABLE.iter().find(|one| one.method == method && one.path == path).unwrap();
        walk.written(operation).await;
        walk.seen -= usize::from(method == "POST");
    }
}

async fn applications(walk: &mut Walk) {
    let new = json!({ "key": "batch", "name": "Batch", "areas": ["dairy"] });
    let made = walk.step("POST", "/applications", "/applications", new).await;
    let (id, credential) = (text(&made["application"], "id"), text(&made, "credential"));
    let path = format!("/applications/{id}");
    walk.step("PATCH", "/applications/{id}", &path, json!({ "version": 1, "name": "Batch control" })).await;
    let rights = json!({ "rights": [{ "action": "release", "names": { "en": "Release" } }] });
    walk.step("PUT", "/applications/{id}/rights", &format!("{path}/rights"), rights).await;
    let own = ("PUT", "/applications/current/rights", "/applications/current/rights");
    walk.step_by(&credential, own, json!({ "rights": [{ "action": "start" }] })).await;
    walk.step("POST", "/applications/{id}/credential", &format!("{path}/credential"), json!({})).await;
    let (webhook, hook) = ("/applications/{id}/webhook", format!("{path}/webhook"));
    walk.step("PUT", webhook, &hook, json!({ "url": "http://127.0.0.1:9/" })).await;
    walk.step("DELETE", webhook, &hook, json!({})).await;
    walk.step("DELETE", "/applications/{id}", &path, json!({})).await;
}

async fn people(walk: &mut Walk) {
    let role = walk
        .step("POST", "/roles", "/roles", json!({ "name": "Reader", "rights": ["pforte/events.read"] }))
        .await;
    let path = format!("/roles/{}", text(&role, "id"));
    let change = json!({ "version": 1, "name": "Auditor", "description": "", "rights": [] });
    walk.step("PUT", "/roles/{id}", &path, change).await;
    let user =
        walk.step("POST", "/users", "/users", json!({ "login": "operator", "password": PASSWORD })).await;
    let id = text(&user, "id");
    walk.step("PATCH", "/users/{id}", &format!("/users/{id}"), json!({ "version": 1, "label": "Operator" }))
        .await;
    // The last password and the new one are told apart by their time.
    walk.server.hands().advance(Duration::from_secs(1));
    walk.step(
        "PUT",
        "/users/{id}/password",
        &format!("/users/{id}/password"),
        json!({ "password": "Umlaufberg-Zinnober-58" }),
    )
    .await;
    let new = json!({ "role": "Auditor", "principal": { "kind": "user", "id": id }, "areas": ["dairy"] });
    let assignment = walk.step("POST", "/assignments", "/assignments", new).await;
    let of = format!("/assignments/{}", text(&assignment, "id"));
    walk.step(
        "PUT",
        "/assignments/{id}",
        &of,
        json!({ "version": 1, "areas": ["dairy"], "strength": "single" }),
    )
    .await;
    walk.step("DELETE", "/assignments/{id}", &of, json!({})).await;
    walk.step("DELETE", "/roles/{id}", &path, json!({})).await;
    let group = walk.step("POST", "/groups", "/groups", json!({ "name": "Crew" })).await;
    let of = format!("/groups/{}", text(&group, "id"));
    walk.step("PATCH", "/groups/{id}", &of, json!({ "version": 1, "name": "Crew 1" })).await;
    walk.step("PUT", "/groups/{id}/members", &format!("{of}/members"), json!({ "kind": "user", "id": id }))
        .await;
    let member = format!("{of}/members/user/{id}");
    walk.step("DELETE", "/groups/{id}/members/{kind}/{member}", &member, json!({})).await;
}

async fn sessions(walk: &mut Walk) {
    walk.server.user("second").await;
    let first = walk.server.log_on("second", PASSWORD).await;
    let ended = format!("/sessions/{}?reason=end+of+shift", first.at("/session/id").as_str().unwrap());
    walk.seen = walk.server.events().await.len();
    walk.step("DELETE", "/sessions/{id}", &ended, json!({})).await;
    let own = json!({ "user": "second", "password": PASSWORD, "new_password": "a quite other sentence 17" });
    walk.step("POST", "/passwords", "/passwords", own).await;
    let token = walk.server.token("second", "a quite other sentence 17").await;
    walk.seen = walk.server.events().await.len();
    walk.step_by(&token, ("DELETE", "/sessions/current", "/sessions/current"), json!({})).await;
}
