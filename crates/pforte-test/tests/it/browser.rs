//! A browser: what it is told, what its cookies prove, what other sites' pages
//! can do with it.

use crate::admin_kit::{event, get};
use crate::browser_kit::{Browser, SESSION, STATION};
use pforte_test::Server;
use pforte_test::http::Caller;
use pforte_test::server::{ADMIN, ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};

async fn station(server: &Server, name: &str) -> (String, String) {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    (text(&made["station"], "id"), text(&made, "credential"))
}

async fn in_charge(server: &Server, station: &str) -> Value {
    get(server, &format!("/stations/{station}/session")).await["session"]["user"]["name"].clone()
}

#[tokio::test]
async fn a_person_is_told_which_of_pfortes_rights_the_own_session_holds() {
    let server = Server::start().await;
    let id = server.user("auditor").await;
    let own = async |token: &str| {
        let here = server.call("GET", "/sessions/current").bearer(token).send().await;
        here.at("/rights").clone()
    };
    let logged_on = server.log_on("auditor", PASSWORD).await;
    assert_eq!(logged_on.at("/session/rights"), &json!([]));
    let token = logged_on.text("token");
    let role = json!({ "name": "Auditor", "rights": ["pforte/events.read", "pforte/users.read"] });
    server.done("POST", "/roles", &role).await;
    let given = json!({ "role": "Auditor", "principal": { "kind": "user", "id": id }, "areas": ["dairy"] });
    let assignment = server.done("POST", "/assignments", &given).await;
    assert_eq!(own(&token).await, json!(["users.read", "events.read"]));
    assert_eq!(server.log_on("auditor", PASSWORD).await.at("/session/rights/0"), "users.read");
    let removed = format!("/assignments/{}", text(&assignment, "id"));
    server.admin("DELETE", &removed).send().await;
    assert_eq!(own(&token).await, json!([]));
    let all = own(&server.admin).await;
    assert_eq!(all.as_array().unwrap().len(), pforte_server::http::permit::ACTIONS.len());
}

#[tokio::test]
async fn rights_and_the_end_of_a_password_are_told_to_the_person_alone() {
    let server = Server::start_with(
        Engine::Sqlite,
        "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n",
    )
    .await;
    let own = server.admin("GET", "/sessions/current").send().await;
    assert_eq!(
        own.at("/password_ends_at"),
        "2027-02-21T08:00:00.000000Z",
        "90 days after it was set: {own:?}"
    );
    let listed = get(&server, "/sessions").await;
    assert!(listed["items"][0].get("rights").is_none(), "{listed}");
    assert!(listed["items"][0].get("password_ends_at").is_none(), "{listed}");
}

#[tokio::test]
async fn a_local_password_without_an_age_never_ends() {
    let server = Server::start().await;
    let own = server.admin("GET", "/sessions/current").send().await;
    assert_eq!(own.body.get("password_ends_at"), None);
}

#[tokio::test]
async fn the_end_of_a_local_password_outlives_a_restart_and_moves_with_a_new_password() {
    let more = "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n";
    for engine in ENGINES {
        let mut server = Server::start_with(engine, more).await;
        server.restart().await;
        let own = server.admin("GET", "/sessions/current").send().await;
        assert_eq!(own.at("/password_ends_at"), "2027-02-21T08:00:00.000000Z");
        server.hands().advance(std::time::Duration::from_mins(5));
        let id = own.at("/user/id").as_str().unwrap().to_owned();
        let new = json!({ "password": "Umlaufberg-Zinnober-58" });
        server.done("PUT", &format!("/users/{id}/password"), &new).await;
        let own = server.admin("GET", "/sessions/current").send().await;
        assert_eq!(own.at("/password_ends_at"), "2027-02-21T08:05:00.000000Z");
    }
}

#[tokio::test]
async fn the_log_on_page_is_told_the_default_directory_first_the_languages_and_the_station() {
    let more = "[plant]\nname = \"dairy\"\nlanguage = \"de-CH\"\n[notice]\ntext = \"For staff only.\"\n";
    let server = Server::start_with(Engine::Sqlite, more).await;
    let options = server.call("GET", "/logon").send().await;
    assert_eq!(options.at("/directories/0/name"), "local");
    assert_eq!(options.at("/languages"), &json!(["de", "en", "fr", "it", "es", "ja", "zh"]));
    assert_eq!(options.at("/time_zone"), "UTC");
    assert_eq!(
        (options.at("/notice"), options.at("/set_up_open")),
        (&json!("For staff only."), &json!(false))
    );
    assert_eq!((options.at("/station"), options.at("/station_refused")), (&Value::Null, &json!(false)));
    let (id, credential) = station(&server, "Panel 1").await;
    let proved = server.call("GET", "/logon").station(&credential).send().await;
    assert_eq!((proved.at("/station/id"), proved.at("/station/name")), (&json!(id), &json!("Panel 1")));
    let refused = server.call("GET", "/logon").station("Panel 1").send().await;
    assert_eq!((refused.at("/station"), refused.at("/station_refused")), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn a_browser_with_the_credential_is_the_station_and_its_log_on_is_in_charge_there() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        server.user("operator").await;
        let (id, credential) = station(&server, "Panel 1").await;
        let mut browser = Browser::default();
        let installed = browser.install(&server, &credential).await;
        assert_eq!(installed.status, 204, "{installed:?}");
        let lines: Vec<&str> =
            installed.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
        let line = lines.iter().find(|line| line.starts_with(STATION)).unwrap();
        for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=31536000"] {
            assert!(line.contains(part), "{line}");
        }
        assert_eq!(event(&server, "station-installed").await["station"]["name"], "Panel 1");
        assert_eq!(browser.call(&server, "GET", "/stations/current").send().await.text("id"), id);
        assert_eq!(browser.call(&server, "GET", "/logon").send().await.at("/station/name"), "Panel 1");
        let logged_on = browser.log_on(&server, "operator", PASSWORD).await;
        assert_eq!(logged_on.at("/session/station/id").as_str(), Some(id.as_str()), "{logged_on:?}");
        let again: Vec<_> = logged_on.headers.get_all("set-cookie").iter().collect();
        assert_eq!(again.len(), 2, "the station's year begins anew: {again:?}");
        assert_eq!(in_charge(&server, &id).await, "operator");
        assert_eq!(browser.here(&server).await.at("/user/name"), "operator");
    }
}

#[tokio::test]
async fn a_failed_change_of_user_in_the_browser_leaves_the_one_before_in_charge() {
    let server = Server::start().await;
    server.user("early").await;
    server.user("late").await;
    let (id, credential) = station(&server, "Panel 1").await;
    let mut browser = Browser::default();
    browser.install(&server, &credential).await;
    browser.log_on(&server, "early", PASSWORD).await;
    let refused = browser.log_on(&server, "late", "wrong").await;
    assert_eq!(refused.code(), "credentials-refused");
    assert_eq!(refused.headers.get_all("set-cookie").iter().count(), 0);
    assert_eq!(browser.here(&server).await.at("/user/name"), "early");
    let before = browser.cookies.clone();
    assert_eq!(browser.log_on(&server, "late", PASSWORD).await.status, 201);
    assert_eq!(in_charge(&server, &id).await, "late");
    assert_eq!(Browser { cookies: before }.here(&server).await.status, 401, "the old session has ended");
}

#[tokio::test]
async fn a_session_made_at_a_browsers_station_counts_only_with_its_cookie() {
    let server = Server::start().await;
    let (_, credential) = station(&server, "Panel 1").await;
    let (_, other) = station(&server, "Panel 2").await;
    let mut browser = Browser::default();
    browser.install(&server, &credential).await;
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    let only = |name: &str| Browser {
        cookies: browser.cookies.iter().filter(|(known, _)| known == name).cloned().collect(),
    };
    assert_eq!(only(SESSION).here(&server).await.code(), "station-mismatch");
    assert_eq!(only(STATION).here(&server).await.code(), "credentials-missing");
    let elsewhere = only(SESSION).call(&server, "GET", "/sessions/current").station(&other).send().await;
    assert_eq!(elsewhere.code(), "station-mismatch");
    // The header wins over the cookie, so a wrong one is not mended by a right cookie.
    let wrong = browser.call(&server, "GET", "/sessions/current").station("Panel 1").send().await;
    assert_eq!(wrong.code(), "station-unproven");
    let there = browser.call(&server, "GET", "/sessions/current").station(&other).send().await;
    assert_eq!(there.code(), "station-mismatch");
    assert_eq!(browser.here(&server).await.status, 200);
}

#[tokio::test]
async fn a_credential_of_nothing_makes_no_station_and_changes_no_cookie() {
    let server = Server::start().await;
    let (_, credential) = station(&server, "Panel 1").await;
    let mut browser = Browser::default();
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    let guessed = format!("pft_{}", "A".repeat(43));
    let session = browser.cookies[0].1.clone();
    for wrong in ["", "Panel 1", &guessed, &session, &server.admin, &format!("{credential}; Path=/x")] {
        let answer = browser.install(&server, wrong).await;
        assert_eq!((answer.status, answer.code()), (401, "station-unproven"), "{wrong}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
    assert_eq!(browser.here(&server).await.status, 200);
}

#[tokio::test]
async fn a_session_from_elsewhere_does_not_go_on_at_the_station_that_a_browser_becomes() {
    let server = Server::start().await;
    let (_, first) = station(&server, "Panel 1").await;
    let (second_id, second) = station(&server, "Panel 2").await;
    let mut browser = Browser::default();
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    let before = Browser { cookies: browser.cookies.clone() };
    browser.install(&server, &first).await;
    assert!(!browser.has(SESSION) && browser.has(STATION));
    assert_eq!(before.here(&server).await.status, 401, "it has ended, not only been forgotten");
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    browser.install(&server, &first).await;
    assert_eq!(browser.here(&server).await.status, 200, "the same station again changes nothing");
    browser.install(&server, &second).await;
    assert!(!browser.has(SESSION));
    assert_eq!(in_charge(&server, &second_id).await, Value::Null);
    assert_eq!(browser.log_on(&server, ADMIN.0, ADMIN.1).await.at("/session/station/name"), "Panel 2");
}

#[tokio::test]
async fn a_browser_that_forgets_its_station_logs_off_who_was_in_charge_there() {
    let server = Server::start().await;
    let (id, credential) = station(&server, "Panel 1").await;
    let mut browser = Browser::default();
    assert_eq!(browser.forget(&server).await.status, 204, "there is nothing to forget");
    browser.install(&server, &credential).await;
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    assert_eq!(browser.forget(&server).await.status, 204);
    assert_eq!(browser.cookies, []);
    assert_eq!(in_charge(&server, &id).await, Value::Null);
    assert_eq!(event(&server, "station-forgotten").await["station"]["name"], "Panel 1");
    assert_eq!(browser.log_on(&server, ADMIN.0, ADMIN.1).await.at("/session/station"), &Value::Null);
}

#[tokio::test]
async fn a_renewed_credential_no_longer_counts_and_is_replaced_or_forgotten_in_the_browser() {
    let server = Server::start().await;
    let (id, credential) = station(&server, "Panel 1").await;
    let mut browser = Browser::default();
    browser.install(&server, &credential).await;
    browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    let renewed = server.done("POST", &format!("/stations/{id}/credential"), &json!({})).await;
    assert_eq!(browser.here(&server).await.code(), "station-unproven");
    let refused = browser.log_on(&server, ADMIN.0, ADMIN.1).await;
    assert_eq!(refused.code(), "station-unproven", "it is not silently a log-on without a station");
    let options = browser.call(&server, "GET", "/logon").send().await;
    assert_eq!((options.status, options.at("/station_refused")), (200, &json!(true)));
    let mut other = Browser { cookies: browser.cookies.clone() };
    assert_eq!(browser.install(&server, &text(&renewed, "credential")).await.status, 204);
    assert_eq!(browser.here(&server).await.status, 200, "it is the same station as before");
    assert_eq!(other.forget(&server).await.status, 204);
    assert_eq!(other.cookies, []);
}

#[tokio::test]
async fn a_page_of_another_site_makes_no_browser_a_station_and_forgets_none() {
    let server = Server::start().await;
    let (_, credential) = station(&server, "Panel 1").await;
    let mut browser = Browser::default();
    browser.install(&server, &credential).await;
    let path = "/stations/current/credential";
    let origins: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://localhost")],
    ];
    for origin in origins {
        let from = |call: Caller| origin.iter().fold(call, |call, (name, value)| call.header(name, value));
        let asked = json!({ "credential": credential });
        let forged = from(browser.dress(server.call("POST", path))).json(&asked).await;
        assert_eq!((forged.status, forged.code()), (403, "cross-site"), "{origin:?}");
        let forged = from(browser.dress(server.call("DELETE", path))).send().await;
        assert_eq!((forged.status, forged.code()), (403, "cross-site"), "{origin:?}");
        assert!(forged.headers.get("set-cookie").is_none());
        // Nor does it log anybody on at the station, with the attacker's own password.
        let asked = json!({ "user": ADMIN.0, "password": ADMIN.1 });
        let forged = from(browser.dress(server.call("POST", "/sessions"))).json(&asked).await;
        assert_eq!((forged.status, forged.code()), (403, "cross-site"), "{origin:?}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_logs_no_browser_on_as_somebody_else() {
    let server = Server::start().await;
    let asked = json!({ "user": ADMIN.0, "password": ADMIN.1, "cookie": true });
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-nothing", "told")]
    {
        let forged = server.call("POST", "/sessions").header(name, value).json(&asked).await;
        assert_eq!((forged.status, forged.code()), (403, "cross-site"));
        assert!(forged.headers.get("set-cookie").is_none());
    }
    let own = server.call("POST", "/sessions").header("origin", "https://localhost").json(&asked).await;
    assert_eq!(own.status, 201);
}

#[tokio::test]
async fn a_session_that_somebody_planted_in_a_browser_is_not_the_one_of_who_logs_on_there() {
    let server = Server::start().await;
    server.user("operator").await;
    server.user("attacker").await;
    let (_, credential) = station(&server, "Panel 1").await;
    let mut planted = Browser::default();
    planted.log_on(&server, "attacker", PASSWORD).await;
    let known = planted.cookies.clone();
    let mut browser = Browser { cookies: known.clone() };
    browser.log_on(&server, "operator", PASSWORD).await;
    assert_ne!(browser.cookies, known, "a log-on makes a token of its own");
    assert_eq!(Browser { cookies: known.clone() }.here(&server).await.status, 401);
    // At a station the planted session does not count at all once somebody logs on.
    let mut panel = Browser { cookies: known };
    panel.install(&server, &credential).await;
    assert_eq!(panel.log_on(&server, "operator", PASSWORD).await.at("/session/user/name"), "operator");
}
