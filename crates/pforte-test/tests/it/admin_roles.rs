//! Roles as an administrator sees them.

use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, PASSWORD, text};
use serde_json::{Value, json};

fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.code())
}

/// A built-in role as it is listed, and its path.
async fn built_in(server: &Server, name: &str) -> (Value, String) {
    let list = server.admin("GET", "/roles").send().await.body;
    let role = list["items"].as_array().unwrap().iter().find(|role| role["name"] == name).unwrap();
    assert_eq!(role["built_in"], true);
    (role.clone(), format!("/roles/{}", text(role, "id")))
}

#[tokio::test]
async fn a_role_is_made_replaced_and_removed_and_the_log_tells_both_values_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let asked = json!({ "name": "Auditor", "rights": ["pforte/events.read", "PFORTE/users.read"] });
        let made = server.done("POST", "/roles", &asked).await;
        assert_eq!(made["rights"], json!(["pforte/events.read", "pforte/users.read"]));
        let path = format!("/roles/{}", text(&made, "id"));
        let change = json!({
            "version": 1, "name": "Reader", "description": "Reads.", "rights": ["pforte/events.read"],
            "idle_seconds": 600, "session_seconds": 3600,
        });
        let changed = server.done("PUT", &path, &change).await;
        assert_eq!(server.admin("GET", &path).send().await.body, changed);
        assert_eq!(refusal(&server.admin("PUT", &path).json(&change).await), (409, "changed-meanwhile"));
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert_eq!(refusal(&server.admin("GET", &path).send().await), (404, "not-found"));

        let told = server.events_of("role-changed").await;
        assert_eq!(told[0]["old"]["name"], "Auditor");
        assert_eq!(told[0]["old"]["rights"], json!(["pforte/events.read", "pforte/users.read"]));
        assert_eq!(told[0]["old"]["idle_seconds"], Value::Null);
        assert_eq!(told[0]["new"]["rights"], json!(["pforte/events.read"]));
        assert_eq!(told[0]["new"]["idle_seconds"], 600);
        assert_eq!(server.events_of("role-removed").await[0]["old"]["name"], "Reader");
    }
}

#[tokio::test]
async fn a_right_that_nobody_registered_is_named_in_the_refusal() {
    let server = Server::start().await;
    let asked = json!({ "name": "Pilot", "rights": ["pforte/events.read", "hmi/fly"] });
    let refused = server.admin("POST", "/roles").json(&asked).await;
    assert_eq!(refusal(&refused), (404, "right-unknown"));
    assert!(refused.text("detail").contains("hmi/fly"), "{refused:?}");
    assert!(server.events_of("role-created").await.is_empty());
}

#[tokio::test]
async fn the_administrators_role_is_never_changed_or_removed() {
    let server = Server::start().await;
    let (role, path) = built_in(&server, "Administrator").await;
    let change = json!({
        "version": role["version"], "name": "Administrator", "description": "", "rights": role["rights"],
    });
    assert_eq!(refusal(&server.admin("PUT", &path).json(&change).await), (409, "built-in"));
    assert_eq!(refusal(&server.admin("DELETE", &path).send().await), (409, "built-in"));
    assert_eq!(built_in(&server, "Administrator").await.0, role);
}

#[tokio::test]
async fn the_emergency_operator_gets_rights_and_times_but_no_other_name() {
    let server = Server::start().await;
    let (_, path) = built_in(&server, "Emergency operator").await;
    let change = |version: i64, name: &str| {
        json!({
            "version": version, "name": name, "description": "", "rights": ["pforte/sessions.read"],
            "idle_seconds": 900,
        })
    };
    let renamed = server.admin("PUT", &path).json(&change(1, "Somebody")).await;
    assert_eq!(refusal(&renamed), (409, "built-in"));
    let changed = server.done("PUT", &path, &change(1, "Emergency operator")).await;
    assert_eq!((&changed["idle_seconds"], &changed["built_in"]), (&json!(900), &json!(true)));
    assert_eq!(refusal(&server.admin("DELETE", &path).send().await), (409, "built-in"));
}

#[tokio::test]
async fn a_role_that_somebody_has_stays_and_the_refusal_names_them() {
    let server = Server::start().await;
    let role = server.done("POST", "/roles", &json!({ "name": "Auditor" })).await;
    server.user("anna").await;
    let principal = json!({ "kind": "user", "directory": "local", "name": "anna" });
    let given = json!({ "role": "auditor", "areas": ["dairy"], "principal": principal });
    let given = server.done("POST", "/assignments", &given).await;
    let path = format!("/roles/{}", text(&role, "id"));
    let refused = server.admin("DELETE", &path).send().await;
    assert_eq!(refusal(&refused), (409, "in-use"));
    assert!(refused.text("detail").contains("the user anna"), "{refused:?}");
    let given = format!("/assignments/{}", text(&given, "id"));
    assert_eq!(server.admin("DELETE", &given).send().await.status, 204);
    assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
}

#[tokio::test]
async fn the_times_of_a_role_bind_the_running_sessions_of_its_holders() {
    let server = Server::start().await;
    server.done("POST", "/roles", &json!({ "name": "Short", "session_seconds": 60 })).await;
    server.user("anna").await;
    let token = server.token("anna", PASSWORD).await;
    let ends = async || {
        let here = server.call("GET", "/sessions/current").bearer(&token).send().await;
        here.text("ends_at")
    };
    assert_eq!(ends().await, "2026-11-23T20:00:00.000000Z");
    let principal = json!({ "kind": "user", "directory": "local", "name": "anna" });
    let given = json!({ "role": "Short", "areas": ["dairy"], "principal": principal });
    server.done("POST", "/assignments", &given).await;
    assert_eq!(ends().await, "2026-11-23T08:01:00.000000Z");
}

#[tokio::test]
async fn what_no_role_can_be_is_refused_with_its_code() {
    let server = Server::start().await;
    for (body, refused) in [
        (json!({ "name": " " }), (400, "name-invalid")),
        (json!({ "name": "emergency OPERATOR" }), (409, "duplicate")),
        (json!({ "name": "A", "description": "x".repeat(1_001) }), (400, "value-invalid")),
        (json!({ "name": "A", "idle_seconds": 9 }), (400, "value-invalid")),
        (json!({ "name": "A", "session_seconds": 604_801 }), (400, "value-invalid")),
        (json!({ "name": "A", "rights": vec!["pforte/explain"; 2_001] }), (400, "value-invalid")),
        (json!({ "name": "A", "built_in": true }), (400, "body-invalid")),
    ] {
        let answer = server.admin("POST", "/roles").json(&body).await;
        assert_eq!(refusal(&answer), refused, "{body}");
    }
}
