//! People change their own passwords: at the log-on, logged on, and without a session.

use crate::admin_kit::{DOMAIN, event, is_live, log_on, with_domain};
use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::time::Duration;

/// A password that every rule takes.
const NEW: &str = "Wolke-Anker-73-Birne";
/// The rules of auditors: ageing, history, one change a day.
const GXP: &str = "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n";
const DAY: Duration = Duration::from_hours(24);

/// Logs on with a new password.
async fn log_on_with(server: &Server, directory: &str, user: &str, old: &str, new: &str) -> Answer {
    let asked = json!({ "directory": directory, "user": user, "password": old, "new_password": new });
    server.call("POST", "/sessions").json(&asked).await
}

/// Changes the password without a session.
async fn change(server: &Server, directory: &str, user: &str, old: &str, new: &str) -> Answer {
    let asked = json!({ "directory": directory, "user": user, "password": old, "new_password": new });
    server.call("POST", "/passwords").json(&asked).await
}

/// The codes of the rules that a refused password breaks.
fn reasons(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.code()), (400, "password-unfit"), "{answer:?}");
    let reasons = answer.at("/reasons").as_array().unwrap();
    reasons.iter().map(|reason| text(reason, "code")).collect()
}

/// A user whose password an administrator has set, to be changed.
async fn to_change(server: &Server, login: &str) -> String {
    let body = json!({ "login": login, "password": PASSWORD, "must_change": true });
    text(&server.done("POST", "/users", &body).await, "id")
}

async fn station(server: &Server, name: &str) -> String {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    text(&made, "credential")
}

/// Whether a session at a station is still there.
async fn is_live_at(server: &Server, station: &str, token: &str) -> bool {
    server.call("GET", "/sessions/current").station(station).bearer(token).send().await.status == 200
}

#[tokio::test]
async fn who_must_change_a_local_password_does_so_while_logging_on() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = to_change(&server, "anna").await;
        assert_eq!(server.log_on("anna", PASSWORD).await.code(), "password-must-change");
        let short = log_on_with(&server, "local", "anna", PASSWORD, "short").await;
        assert_eq!(reasons(&short), ["password-too-short"]);
        assert_eq!(short.at("/reasons/0/least"), &json!(15));
        let same = log_on_with(&server, "local", "anna", PASSWORD, PASSWORD).await;
        assert_eq!(reasons(&same), ["password-reused"]);
        let wrong = log_on_with(&server, "local", "anna", "not the old one", NEW).await;
        assert_eq!((wrong.status, wrong.code()), (401, "credentials-refused"));
        let begun = log_on_with(&server, "local", "anna", PASSWORD, NEW).await;
        assert_eq!((begun.status, begun.at("/session/user/id")), (201, &json!(id)), "{begun:?}");
        assert_eq!(server.log_on("anna", PASSWORD).await.code(), "credentials-refused");
        assert_eq!(server.log_on("anna", NEW).await.status, 201);
        let told = server.events_of("password-changed").await;
        let results: Vec<String> = told.iter().map(|event| text(event, "result")).collect();
        assert_eq!(results, ["refused", "refused", "done"]);
        assert_eq!((&told[2]["who"]["name"], &told[2]["what"]["id"]), (&json!("anna"), &json!(id)));
        assert!(!told.iter().any(|event| event.to_string().contains(NEW)));
    }
}

#[tokio::test]
async fn an_administrator_who_sets_a_password_can_have_it_changed() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    let body = json!({ "password": NEW, "must_change": true });
    server.done("PUT", &format!("/users/{id}/password"), &body).await;
    assert_eq!(event(&server, "password-set").await["new"]["must_change"], json!(true));
    assert_eq!(server.log_on("anna", NEW).await.code(), "password-must-change");
    assert_eq!(server.log_on("anna", PASSWORD).await.code(), "credentials-refused");
    let again = "Kachel-Rhabarber-5-Tor";
    assert_eq!(change(&server, "local", "anna", NEW, again).await.status, 204);
    assert_eq!(server.log_on("anna", again).await.status, 201);
}

#[tokio::test]
async fn a_local_password_past_its_age_is_changed_while_logging_on() {
    let server = Server::start_with(Engine::Sqlite, GXP).await;
    server.user("anna").await;
    server.hands().advance(91 * DAY);
    assert_eq!(server.log_on("anna", PASSWORD).await.code(), "password-expired");
    let begun = log_on_with(&server, "local", "anna", PASSWORD, NEW).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    assert!(begun.at("/session/password_ends_at").is_string());
    assert_eq!(begun.at("/session/password_notice_days"), &json!(14));
}

#[tokio::test]
async fn the_least_age_holds_up_a_change_of_own_will_and_tells_for_how_long() {
    let server = Server::start_with(Engine::Sqlite, GXP).await;
    server.user("anna").await;
    server.hands().advance(DAY);
    assert_eq!(change(&server, "local", "anna", PASSWORD, NEW).await.status, 204);
    server.hands().advance(Duration::from_hours(1));
    let soon = change(&server, "local", "anna", NEW, "Kachel-Rhabarber-5-Tor").await;
    assert_eq!(reasons(&soon), ["password-too-soon"]);
    assert_eq!(soon.at("/reasons/0/seconds"), &json!(23 * 3_600));
}

#[tokio::test]
async fn whoever_is_logged_on_needs_no_name_and_stays() {
    let server = Server::start().await;
    server.user("anna").await;
    let own = server.token("anna", PASSWORD).await;
    let elsewhere = server.token("anna", PASSWORD).await;
    let panel = station(&server, "Panel").await;
    let asked = json!({ "directory": "local", "user": "anna", "password": PASSWORD });
    let there = server.call("POST", "/sessions").station(&panel).json(&asked).await.text("token");
    let body = json!({ "password": PASSWORD, "new_password": NEW });
    assert_eq!(server.call("POST", "/passwords").json(&body).await.code(), "credentials-missing");
    assert_eq!(server.call("POST", "/passwords").bearer(&own).json(&body).await.status, 204);
    assert!(is_live(&server, &own).await);
    assert!(!is_live(&server, &elsewhere).await, "a token alone counts no longer");
    assert!(is_live_at(&server, &panel, &there).await, "an operator in charge is not put out");
    let ended = event(&server, "session-ended").await;
    assert_eq!(text(&ended, "reason"), "the person changed the password");
}

#[tokio::test]
async fn changing_is_throttled_and_counted_like_a_log_on() {
    let rules = "[throttle]\nfree = 2\nmost_seconds = 60\nalarm_after = 3\n";
    let server = Server::start_with(Engine::Sqlite, rules).await;
    server.user("anna").await;
    for _ in 0..2 {
        assert_eq!(change(&server, "local", "anna", "wrong", NEW).await.code(), "credentials-refused");
    }
    assert_eq!(server.log_on("anna", "wrong").await.code(), "credentials-refused");
    for answer in [
        change(&server, "local", "anna", PASSWORD, NEW).await,
        change(&server, "local", "anna", "wrong", NEW).await,
    ] {
        assert_eq!((answer.status, answer.code()), (429, "tried-too-often"));
    }
    assert_eq!(server.events_of("password-guessing").await.len(), 1);
    assert_eq!(server.log_on("anna", PASSWORD).await.status, 429);
    server.hands().advance(Duration::from_secs(1));
    assert_eq!(change(&server, "local", "anna", PASSWORD, NEW).await.status, 204);
    // The failures before it are forgotten.
    for _ in 0..2 {
        assert_eq!(server.log_on("anna", "wrong").await.code(), "credentials-refused");
    }
    assert_eq!(server.log_on("anna", NEW).await.status, 201);
}

#[tokio::test]
async fn who_may_not_log_on_changes_no_password() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    server.done("PATCH", &format!("/users/{id}"), &json!({ "version": 1, "enabled": false })).await;
    assert_eq!(change(&server, "local", "anna", PASSWORD, NEW).await.code(), "account-disabled");
    let unknown = change(&server, "local", "nobody", PASSWORD, NEW).await;
    assert_eq!((unknown.status, unknown.code()), (401, "credentials-refused"));
    assert_eq!(event(&server, "password-changed").await["result"], json!("refused"));
}

async fn must_change(ad: &Ad) -> String {
    let user = ad.new_user(&[]).await;
    let login = user.clone();
    ad.act(move |admin| admin.must_change(&login)).await;
    user
}

async fn wrong_tries(ad: &Ad, user: &str) -> String {
    let user = user.to_owned();
    let values = ad.act(move |admin| admin.values(&user, "badPwdCount")).await;
    String::from_utf8(values.into_iter().next().unwrap_or_default()).unwrap()
}

#[tokio::test]
async fn who_must_change_the_domains_password_does_so_while_logging_on() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let (user, old) = (must_change(&ad).await, ad.facts.user_password.clone());
    assert_eq!(log_on(&server, &user, &old).await.code(), "password-must-change");
    let bad = log_on_with(&server, DOMAIN, &user, &old, "wolke").await;
    assert_eq!(reasons(&bad), ["password-too-short", "password-too-few-classes"]);
    assert_eq!(bad.at("/reasons/0/least"), &json!(10));
    assert_eq!(bad.at("/reasons/1/missing"), &json!(["capital", "digit", "other"]));
    let wrong = log_on_with(&server, DOMAIN, &user, "not the old one", NEW).await;
    assert_eq!((wrong.status, wrong.code()), (401, "credentials-refused"));
    assert_eq!(wrong_tries(&ad, &user).await, "1", "one try of a person is one try there");
    let begun = log_on_with(&server, DOMAIN, &user, &old, NEW).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    assert_eq!(log_on(&server, &user, NEW).await.status, 201);
    let told = event(&server, "password-changed").await;
    assert_eq!((&told["result"], &told["who"]["name"]), (&json!("done"), &json!(user)));
}

#[tokio::test]
async fn the_domains_password_is_changed_with_and_without_a_session() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let (user, old) = (ad.new_user(&[]).await, ad.facts.user_password.clone());
    let own = log_on(&server, &user, &old).await.text("token");
    let elsewhere = log_on(&server, &user, &old).await.text("token");
    let body = json!({ "password": old, "new_password": NEW });
    assert_eq!(server.call("POST", "/passwords").bearer(&own).json(&body).await.status, 204);
    assert!(is_live(&server, &own).await && !is_live(&server, &elsewhere).await);
    assert_eq!(change(&server, DOMAIN, &user, &old, NEW).await.code(), "credentials-refused");
    assert_eq!(reasons(&change(&server, DOMAIN, &user, NEW, &old).await), ["password-reused"]);
    assert_eq!(change(&server, DOMAIN, &user, NEW, "Kachel-Rhabarber-5-Tor").await.status, 204);
}

#[tokio::test]
async fn who_may_not_log_on_to_the_domain_changes_no_password() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let old = &ad.facts.user_password;
    for (user, code) in [
        ("disabled1", "account-disabled"),
        ("acctexp1", "account-expired"),
        ("hours1", "outside-hours"),
        ("workstation1", "wrong-workstation"),
    ] {
        assert_eq!(change(&server, DOMAIN, user, old, NEW).await.code(), code);
        assert_eq!(log_on_with(&server, DOMAIN, user, old, NEW).await.code(), code);
    }
}

/// A user of the domain who may log on at these computers alone.
async fn with_computers(ad: &Ad, computers: &str) -> String {
    let user = ad.new_user(&[]).await;
    let (login, computers) = (user.clone(), computers.to_owned());
    ad.act(move |admin| admin.set(&login, "userWorkstations", &computers)).await;
    user
}

async fn at(server: &Server, station: &str, user: &str, more: &Value) -> Answer {
    let mut asked = json!({ "directory": DOMAIN, "user": user });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.call("POST", "/sessions").station(station).json(&asked).await
}

#[tokio::test]
async fn who_may_log_on_at_some_computers_alone_is_let_in_there_and_nowhere_else() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = with_computers(&ad, "OFFICE-1,hmi-07").await;
    let (own, other) = (station(&server, "HMI-07.plant.example").await, station(&server, "HMI-08").await);
    let right = json!({ "password": ad.facts.user_password });
    let begun = at(&server, &own, &user, &right).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    assert_eq!(at(&server, &other, &user, &right).await.code(), "wrong-workstation");
    assert_eq!(log_on(&server, &user, &ad.facts.user_password).await.code(), "wrong-workstation");
    let wrong = json!({ "password": "wrong" });
    for station in [&own, &other] {
        assert_eq!(at(&server, station, &user, &wrong).await.code(), "credentials-refused");
    }
    // The directory stops at the computer; what else stands against the account counts all the same.
    let login = user.clone();
    ad.act(move |admin| admin.must_change(&login)).await;
    assert_eq!(at(&server, &own, &user, &right).await.code(), "password-must-change");
    let changes = json!({ "password": ad.facts.user_password, "new_password": NEW });
    assert_eq!(at(&server, &other, &user, &changes).await.code(), "wrong-workstation");
    assert_eq!(at(&server, &own, &user, &changes).await.status, 201);
}
