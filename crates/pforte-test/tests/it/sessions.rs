//! Sessions: where they count, how they end, and what a browser sends.

use pforte_test::Server;
use pforte_test::server::{ADMIN, ENGINES, PASSWORD, text};
use serde_json::{Value, json};
use std::time::Duration;

/// Registers a station; gives its identifier and credential.
async fn station(server: &Server, name: &str) -> (String, String) {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    (text(&made["station"], "id"), text(&made, "credential"))
}

fn by(user: &str, password: &str) -> Value {
    json!({ "directory": "local", "user": user, "password": password })
}

/// Waits until a condition holds, for ten seconds at most.
async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), waiting).await.is_ok(), "{what}");
}

#[tokio::test]
async fn change_user_keeps_the_old_session_until_the_new_one_stands() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        server.user("early").await;
        server.user("late").await;
        let (id, credential) = station(&server, "Panel").await;
        let early = server.call("POST", "/sessions").station(&credential).json(&by("early", PASSWORD)).await;
        assert_eq!(early.status, 201, "{early:?}");
        let refused = server.call("POST", "/sessions").station(&credential).json(&by("late", "wrong")).await;
        assert_eq!(refused.status, 401);
        let here = server.admin("GET", &format!("/stations/{id}/session")).send().await;
        assert_eq!(here.at("/session/user/name"), "early");
        let late = server.call("POST", "/sessions").station(&credential).json(&by("late", PASSWORD)).await;
        assert_eq!(late.status, 201, "{late:?}");
        let here = server.admin("GET", &format!("/stations/{id}/session")).send().await;
        assert_eq!(here.at("/session/user/name"), "late");
        let old = server
            .call("GET", "/sessions/current")
            .bearer(&early.text("token"))
            .station(&credential)
            .send()
            .await;
        assert_eq!(old.code(), "token-invalid");
        let events = server.events_of("user-changed").await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["who"]["name"], "late");
        assert_eq!(events[0]["old"]["who"]["name"], "early");
    }
}

#[tokio::test]
async fn a_token_of_a_station_counts_only_with_the_proof_of_that_station() {
    let server = Server::start().await;
    server.user("operator").await;
    let (_, credential) = station(&server, "Panel 1").await;
    let (_, other) = station(&server, "Panel 2").await;
    let logged_on =
        server.call("POST", "/sessions").station(&credential).json(&by("operator", PASSWORD)).await;
    let token = logged_on.text("token");
    let current = || server.call("GET", "/sessions/current").bearer(&token);
    assert_eq!(current().station(&credential).send().await.status, 200);
    assert_eq!(current().send().await.code(), "station-mismatch");
    assert_eq!(current().station(&other).send().await.code(), "station-mismatch");
    assert_eq!(current().station("Panel 1").send().await.code(), "station-unproven");
    let unproven = format!("pft_{}", "A".repeat(43));
    let refused = server.call("POST", "/sessions").station(&unproven).json(&by("operator", PASSWORD)).await;
    assert_eq!(refused.code(), "station-unproven");
}

#[tokio::test]
async fn a_session_ends_when_nobody_does_anything_and_says_so_in_the_log() {
    let server =
        Server::start_with(pforte_test::server::Engine::Sqlite, "[session]\nidle_minutes = 5\n").await;
    let token = server.token(ADMIN.0, ADMIN.1).await;
    server.hands().advance(Duration::from_mins(4));
    let stay = server.call("POST", "/sessions/current/activity").bearer(&token).json(&json!({})).await;
    assert_eq!(stay.status, 200, "{stay:?}");
    server.hands().advance(Duration::from_mins(4));
    assert_eq!(server.call("GET", "/sessions/current").bearer(&token).send().await.status, 200);
    server.hands().advance(Duration::from_secs(61));
    assert_eq!(server.call("GET", "/sessions/current").bearer(&token).send().await.code(), "token-invalid");
}

#[tokio::test]
async fn looking_does_not_keep_a_session_alive_and_its_end_is_an_event() {
    let mut server =
        Server::start_with(pforte_test::server::Engine::Sqlite, "[session]\nidle_minutes = 5\n").await;
    let token = server.token(ADMIN.0, ADMIN.1).await;
    for _ in 0..4 {
        server.hands().advance(Duration::from_secs(80));
        server.call("GET", "/sessions/current").bearer(&token).send().await;
    }
    server.admin = server.token(ADMIN.0, ADMIN.1).await;
    until("the end stands in the log", async || {
        let events = server.events_of("session-expired").await;
        events.iter().any(|event| event["reason"] == "idle")
    })
    .await;
}

#[tokio::test]
async fn a_role_bounds_its_holders_session_absolutely() {
    let server = Server::start().await;
    let user = server.user("operator").await;
    server
        .done("POST", "/roles", &json!({ "name": "Short", "session_seconds": 600, "idle_seconds": 600 }))
        .await;
    let given = json!({ "role": "Short", "principal": { "kind": "user", "id": user }, "areas": ["dairy"] });
    server.done("POST", "/assignments", &given).await;
    let token = server.token("operator", PASSWORD).await;
    for _ in 0..2 {
        server.hands().advance(Duration::from_secs(290));
        let stay = server.call("POST", "/sessions/current/activity").bearer(&token).json(&json!({})).await;
        assert_eq!(stay.status, 200);
    }
    server.hands().advance(Duration::from_secs(21));
    assert_eq!(server.call("GET", "/sessions/current").bearer(&token).send().await.code(), "token-invalid");
}

#[tokio::test]
async fn disabling_a_user_ends_their_sessions_at_once() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("operator").await;
        let token = server.token("operator", PASSWORD).await;
        server.done("PATCH", &format!("/users/{id}"), &json!({ "version": 1, "enabled": false })).await;
        assert_eq!(
            server.call("GET", "/sessions/current").bearer(&token).send().await.code(),
            "token-invalid"
        );
        let again = server.log_on("operator", PASSWORD).await;
        assert_eq!(again.code(), "account-disabled");
        let wrong = server.log_on("operator", "wrong").await;
        assert_eq!(wrong.code(), "credentials-refused", "the state is told only to who knows the password");
    }
}

#[tokio::test]
async fn a_session_goes_on_after_a_restart_of_the_server() {
    for engine in ENGINES {
        let mut server = Server::start_on(engine).await;
        let token = server.admin.clone();
        server.restart().await;
        let here = server.call("GET", "/sessions/current").bearer(&token).send().await;
        assert_eq!(here.at("/user/name"), ADMIN.0, "{here:?}");
    }
}

#[tokio::test]
async fn a_browsers_cookie_changes_nothing_for_the_page_of_another_site() {
    let server = Server::start().await;
    let asked = json!({ "user": ADMIN.0, "password": ADMIN.1, "cookie": true });
    let answer = server.call("POST", "/sessions").header("sec-fetch-site", "same-origin").json(&asked).await;
    assert!(answer.at("/token").is_null());
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap().to_owned();
    for part in ["__Host-pforte=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let log_off = || server.call("DELETE", "/sessions/current").header("cookie", &cookie);
    let forged = log_off().header("sec-fetch-site", "cross-site").send().await;
    assert_eq!((forged.status, forged.code()), (403, "cross-site"));
    assert_eq!(log_off().header("origin", "https://evil.example").send().await.code(), "cross-site");
    assert_eq!(log_off().send().await.code(), "cross-site");
    let read = server.call("GET", "/sessions/current").header("cookie", &cookie).send().await;
    assert_eq!(read.status, 200);
    assert_eq!(log_off().header("sec-fetch-site", "same-origin").send().await.status, 204);
}

#[tokio::test]
async fn an_application_learns_who_is_in_charge_only_in_its_scope() {
    let server = Server::start().await;
    server.user("operator").await;
    server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line1" })).await;
    server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line2" })).await;
    let made = server.done("POST", "/stations", &json!({ "name": "Panel 1", "area": "dairy/line1" })).await;
    let (id, credential) = (text(&made["station"], "id"), text(&made, "credential"));
    let inside = server
        .done("POST", "/applications", &json!({ "key": "hmi", "name": "HMI", "areas": ["dairy/line1"] }))
        .await;
    let outside = server
        .done(
            "POST",
            "/applications",
            &json!({ "key": "lab", "name": "Laboratory", "areas": ["dairy/line2"] }),
        )
        .await;
    server.call("POST", "/sessions").station(&credential).json(&by("operator", PASSWORD)).await;
    let path = format!("/stations/{id}/session");
    let seen = server.call("GET", &path).bearer(&text(&inside, "credential")).send().await;
    assert_eq!(seen.at("/session/user/name"), "operator");
    let hidden = server.call("GET", &path).bearer(&text(&outside, "credential")).send().await;
    assert_eq!((hidden.status, hidden.code()), (403, "outside-scope"));
    let asked = |right: &str, area: &str| json!({ "questions": [{ "right": right, "area": area }], "for": { "station": id } });
    let ask = async |right, area| {
        let call = server.call("POST", "/decisions").bearer(&text(&inside, "credential"));
        call.json(&asked(right, area)).await
    };
    assert_eq!(ask("hmi/view", "dairy/line1").await.status, 200);
    assert_eq!(ask("hmi/view", "dairy/line2").await.code(), "outside-scope");
    assert_eq!(ask("lab/view", "dairy/line1").await.code(), "foreign-right");
}
