//! The administration of users.

use crate::admin_kit::{column, event, get, is_live, refused, second_administrator, token};
use pforte_test::Server;
use pforte_test::server::{ADMIN, ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};

async fn user_id(server: &Server, login: &str) -> String {
    let found = get(server, &format!("/users?search={login}")).await;
    column(&found, "id").pop().unwrap()
}

#[tokio::test]
async fn users_are_listed_by_name_in_pages_without_gap_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        for login in ["Zoe", "anna", "Émile", "berta"] {
            server.user(login).await;
        }
        let (mut logins, mut after) = (Vec::new(), String::new());
        loop {
            let page = get(&server, &format!("/users?limit=2{after}")).await;
            logins.extend(column(&page, "login"));
            match page.get("next").and_then(Value::as_str) {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(logins, ["anna", "berta", "chief", "zoe", "émile"]);
        assert!(get(&server, "/users?limit=5").await.get("next").is_none(), "a full last page is the last");
    }
}

#[tokio::test]
async fn the_longest_log_on_name_needs_no_other_name_beside_it() {
    let server = Server::start().await;
    let login = "é".repeat(256);
    let body = json!({ "login": login, "password": PASSWORD });
    let made = server.done("POST", "/users", &body).await;
    assert_eq!(text(&made, "login"), login);
    assert_eq!(text(&made, "label"), "é".repeat(128));
    token(&server, &login).await;
    let long = json!({ "login": "é".repeat(257), "password": PASSWORD });
    assert_eq!(refused(&server, "POST", "/users", &long).await, (400, "name-invalid".to_owned()));
}

#[tokio::test]
async fn users_are_searched_by_any_part_of_both_names_in_any_case() {
    let server = Server::start().await;
    let body = json!({ "login": "mm", "label": "Jürgen Müßig", "password": PASSWORD });
    server.done("POST", "/users", &body).await;
    for text in ["M%C3%9C%C3%9FIG", "%C3%BCrgen", "MM"] {
        assert_eq!(column(&get(&server, &format!("/users?search={text}")).await, "login"), ["mm"], "{text}");
    }
    for text in ["%25", "_", "*", "nobody"] {
        assert!(column(&get(&server, &format!("/users?search={text}")).await, "login").is_empty(), "{text}");
    }
    let local = text(&get(&server, "/directories").await["items"][0], "id");
    assert_eq!(column(&get(&server, &format!("/users?directory={local}&search=mm")).await, "login"), ["mm"]);
    let other = "00000000-0000-0000-0000-000000000000";
    assert!(column(&get(&server, &format!("/users?directory={other}")).await, "login").is_empty());
}

#[tokio::test]
async fn disabling_a_user_ends_every_session_at_once_each_with_an_event_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("anna").await;
        let sessions = [token(&server, "anna").await, token(&server, "anna").await];
        let other = server.token(ADMIN.0, ADMIN.1).await;
        let changed =
            server.done("PATCH", &format!("/users/{id}"), &json!({ "version": 1, "enabled": false })).await;
        assert_eq!((&changed["enabled"], &changed["version"]), (&json!(false), &json!(2)));
        for session in &sessions {
            assert!(!is_live(&server, session).await);
        }
        assert!(is_live(&server, &other).await);
        let refused = server.log_on("anna", PASSWORD).await;
        assert_eq!((refused.status, refused.code()), (401, "account-disabled"));
        let ended = server.events_of("session-ended").await;
        assert_eq!(ended.len(), 2);
        for ended in ended {
            assert_eq!((&ended["old"]["name"], &ended["who"]["name"]), (&json!("anna"), &json!(ADMIN.0)));
        }
        let disabled = event(&server, "user-disabled").await;
        assert_eq!(
            (&disabled["old"], &disabled["new"]),
            (&json!({ "enabled": true }), &json!({ "enabled": false }))
        );
        server.done("PATCH", &format!("/users/{id}"), &json!({ "version": 2, "enabled": true })).await;
        assert_eq!(server.events_of("user-enabled").await.len(), 1);
        token(&server, "anna").await;
    }
}

#[tokio::test]
async fn a_log_on_under_way_while_its_user_is_disabled_does_not_get_in() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    let mut version = 1;
    for _ in 0..5 {
        let change = json!({ "version": version, "enabled": false });
        let disable = async {
            tokio::task::yield_now().await;
            server.done("PATCH", &format!("/users/{id}"), &change).await
        };
        let tries = (0..8).map(|_| server.log_on("anna", PASSWORD));
        let (answers, _) = futures_util::future::join(futures_util::future::join_all(tries), disable).await;
        for answer in answers.iter().filter(|answer| answer.status == 201) {
            assert!(!is_live(&server, &answer.text("token")).await);
        }
        version += 2;
        let enable = json!({ "version": version - 1, "enabled": true });
        server.done("PATCH", &format!("/users/{id}"), &enable).await;
    }
}

#[tokio::test]
async fn a_log_on_under_way_while_its_password_is_set_anew_does_not_get_in() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    let mut old = PASSWORD.to_owned();
    for number in 0..5 {
        let new = format!("Rohrpost-Ginster-{number}");
        let body = json!({ "password": new });
        let path = format!("/users/{id}/password");
        let set = server.done("PUT", &path, &body);
        let tries = (0..8).map(|_| server.log_on("anna", &old));
        let (answers, _) = futures_util::future::join(futures_util::future::join_all(tries), set).await;
        for answer in answers.iter().filter(|answer| answer.status == 201) {
            assert!(!is_live(&server, &answer.text("token")).await);
        }
        old = new;
        server.token("anna", &old).await;
    }
}

#[tokio::test]
async fn the_last_administrator_cannot_be_disabled_and_stays_logged_on() {
    let server = Server::start().await;
    let chief = user_id(&server, ADMIN.0).await;
    let body = json!({ "version": 1, "enabled": false });
    let path = format!("/users/{chief}");
    assert_eq!(refused(&server, "PATCH", &path, &body).await, (409, "last-administrator".to_owned()));
    assert!(is_live(&server, &server.admin).await);
    assert!(server.events_of("user-disabled").await.is_empty());
    second_administrator(&server, "deputy").await;
    let deputy = token(&server, "deputy").await;
    server.done("PATCH", &path, &body).await;
    assert!(!is_live(&server, &server.admin).await);
    assert!(is_live(&server, &deputy).await);
}

#[tokio::test]
async fn a_renamed_user_logs_on_by_the_new_name_and_the_old_one_is_never_given_again() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("anna").await;
        let change = json!({ "version": 1, "login": "Anna.Berg", "label": "Anna Berg", "essential": true });
        let changed = server.done("PATCH", &format!("/users/{id}"), &change).await;
        assert_eq!(
            (text(&changed, "login"), text(&changed, "label")),
            ("anna.berg".to_owned(), "Anna Berg".to_owned())
        );
        assert_eq!(changed["person"]["name"], "Anna Berg");
        assert_eq!(server.log_on("anna", PASSWORD).await.code(), "credentials-refused");
        token(&server, "ANNA.BERG").await;
        let again = json!({ "login": "anna", "password": PASSWORD });
        assert_eq!(refused(&server, "POST", "/users", &again).await, (409, "duplicate".to_owned()));
        let edited = event(&server, "user-edited").await;
        assert_eq!(edited["old"], json!({ "login": "anna", "label": "anna", "essential": false }));
        let new = json!({ "login": "anna.berg", "label": "Anna Berg", "essential": true });
        assert_eq!(edited["new"], new);
        let version = changed["version"].clone();
        server.done("PATCH", &format!("/users/{id}"), &json!({ "version": version, "login": "anna" })).await;
        token(&server, "anna").await;
    }
}

#[tokio::test]
async fn of_two_changes_of_the_same_version_one_is_told_that_the_other_was_first() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("anna").await;
        let path = format!("/users/{id}");
        let (one, other) = (json!({ "version": 1, "label": "A" }), json!({ "version": 1, "label": "B" }));
        let (one, other) =
            tokio::join!(server.admin("PATCH", &path).json(&one), server.admin("PATCH", &path).json(&other));
        let mut outcomes = [(one.status, one.code().to_owned()), (other.status, other.code().to_owned())];
        outcomes.sort();
        assert_eq!(outcomes, [(200, String::new()), (409, "changed-meanwhile".to_owned())]);
        assert_eq!(server.events_of("user-edited").await.len(), 1);
    }
}

#[tokio::test]
async fn a_new_password_counts_at_once_ends_the_other_sessions_and_stands_nowhere_in_the_log() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("anna").await;
        let session = token(&server, "anna").await;
        let new = "Rohrpost-Ginster-88";
        server.done("PUT", &format!("/users/{id}/password"), &json!({ "password": new })).await;
        assert!(!is_live(&server, &session).await);
        assert_eq!(server.log_on("anna", PASSWORD).await.code(), "credentials-refused");
        server.token("anna", new).await;
        assert_eq!(event(&server, "password-set").await["what"]["name"], "anna");
        let log = serde_json::to_string(&server.events().await).unwrap();
        for secret in [new, PASSWORD, ADMIN.1, "$argon2"] {
            assert!(!log.contains(secret));
        }
    }
}

#[tokio::test]
async fn who_sets_their_own_password_stays_where_they_are() {
    let server = Server::start().await;
    let elsewhere = server.token(ADMIN.0, ADMIN.1).await;
    let id = user_id(&server, ADMIN.0).await;
    server.done("PUT", &format!("/users/{id}/password"), &json!({ "password": PASSWORD })).await;
    assert!(is_live(&server, &server.admin).await);
    assert!(!is_live(&server, &elsewhere).await);
}

#[tokio::test]
async fn a_password_that_breaks_the_rules_is_refused_with_every_rule_named() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    for bad in ["", "short", "anna", "password123", &"x".repeat(2000)] {
        let (path, body) = (format!("/users/{id}/password"), json!({ "password": bad }));
        assert_eq!(refused(&server, "PUT", &path, &body).await, (400, "password-unfit".to_owned()), "{bad}");
        let body = json!({ "login": "berta", "password": bad });
        assert_eq!(refused(&server, "POST", "/users", &body).await, (400, "password-unfit".to_owned()));
    }
    token(&server, "anna").await;
}

#[tokio::test]
async fn old_passwords_are_refused_where_the_profile_remembers_them() {
    let more = "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n";
    let server = Server::start_with(Engine::Sqlite, more).await;
    let id = server.user("anna").await;
    let path = format!("/users/{id}/password");
    server.done("PUT", &path, &json!({ "password": "Rohrpost-Ginster-88" })).await;
    for old in [PASSWORD, "Rohrpost-Ginster-88"] {
        let (status, code) = refused(&server, "PUT", &path, &json!({ "password": old })).await;
        assert_eq!((status, code.as_str()), (400, "password-unfit"), "{old}");
    }
}

#[tokio::test]
async fn passwords_keep_their_order_also_when_the_clock_is_set_back() {
    for engine in ENGINES {
        let more = "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n";
        let server = Server::start_with(engine, more).await;
        let history = server.running().app().profile.history();
        let id = server.user("anna").await;
        let path = format!("/users/{id}/password");
        let password = |number: usize| format!("Rohrpost-Ginster-{}", 800 + number);
        for number in 0..=history {
            server.hands().shift_wall(-3_600_000_000);
            server.done("PUT", &path, &json!({ "password": password(number) })).await;
            server.token("anna", &password(number)).await;
        }
        for number in 1..=history {
            let (status, code) =
                refused(&server, "PUT", &path, &json!({ "password": password(number) })).await;
            assert_eq!(
                (status, code.as_str()),
                (400, "password-unfit"),
                "{number}: one of the last {history}"
            );
        }
        server.done("PUT", &path, &json!({ "password": password(0) })).await;
        server.token("anna", &password(0)).await;
    }
}

#[tokio::test]
async fn spellings_of_a_name_that_differ_in_case_are_one_account_and_others_are_not() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let same =
            [["İpek", "i\u{307}PEK", "İPEK"], ["Οδυσσευς", "ΟΔΥΣΣΕΥΣ", "οδυσσευσ"], ["Weiß", "WEIẞ", "weiß"]];
        for [made, others @ ..] in same {
            let id = server.user(made).await;
            for spelling in others {
                let logged_on = server.log_on(spelling, PASSWORD).await;
                assert_eq!(logged_on.status, 201, "{spelling}: {logged_on:?}");
                assert_eq!(logged_on.at("/session/user/id"), id.as_str(), "{spelling}: {logged_on:?}");
                let again = json!({ "login": spelling, "password": PASSWORD });
                assert_eq!(refused(&server, "POST", "/users", &again).await.1, "duplicate", "{spelling}");
            }
        }
        for other in ["ipek", "ıpek", "IPEK", "weiss", "WEISS", "οδυσσεύς"] {
            assert_eq!(server.log_on(other, PASSWORD).await.code(), "credentials-refused", "{other}");
        }
        for other in ["ipek", "ıpek", "weiss", "οδυσσεύς"] {
            server.user(other).await;
            server.token(other, PASSWORD).await;
        }
    }
}

#[tokio::test]
async fn two_users_become_one_person_with_an_event_that_names_both() {
    let server = Server::start().await;
    let (anna, berta) = (server.user("anna").await, server.user("berta").await);
    let person = text(&get(&server, &format!("/users/{anna}")).await["person"], "id");
    let body = json!({ "version": 1, "person": person });
    let changed = server.done("PATCH", &format!("/users/{berta}"), &body).await;
    assert_eq!(changed["person"], json!({ "id": person, "name": "anna" }));
    let event = event(&server, "person-changed").await;
    assert_eq!((&event["old"]["name"], &event["new"]["name"]), (&json!("berta"), &json!("anna")));
    let nobody = json!({ "version": 2, "person": "00000000-0000-0000-0000-000000000000" });
    let path = format!("/users/{berta}");
    assert_eq!(refused(&server, "PATCH", &path, &nobody).await, (404, "not-found".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let before = server.events().await.len();
    let bad = [
        (json!({ "login": "anna", "password": PASSWORD, "admin": true }), "body-invalid"),
        (json!({ "login": "anna" }), "body-invalid"),
        (json!({ "login": 7, "password": PASSWORD }), "body-invalid"),
        (json!({ "login": "", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "an\u{202e}na", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "an\u{0}na", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "local\\anna", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "anna@plant", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "a".repeat(257), "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "anna", "label": "\n", "password": PASSWORD }), "name-invalid"),
        (json!({ "login": "CHIEF", "password": PASSWORD }), "duplicate"),
    ];
    for (body, code) in bad {
        assert_eq!(refused(&server, "POST", "/users", &body).await.1, code, "{body}");
    }
    for (path, status, code) in [
        ("/users/nobody", 400, "parameter-invalid"),
        ("/users/00000000-0000-0000-0000-000000000000", 404, "not-found"),
        ("/users?limit=0", 400, "value-invalid"),
        ("/users?limit=501", 400, "value-invalid"),
        ("/users?order=up", 400, "parameter-invalid"),
        ("/users?after=x", 400, "parameter-invalid"),
    ] {
        let answer = server.admin("GET", path).send().await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    assert_eq!(server.events().await.len(), before);
}

#[tokio::test]
async fn who_has_no_right_sees_and_changes_no_user() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    let anna = token(&server, "anna").await;
    let body = json!({ "version": 1, "label": "Queen" });
    for (method, path) in
        [("GET", "/users".to_owned()), ("GET", format!("/users/{id}")), ("PATCH", format!("/users/{id}"))]
    {
        let answer = server.call(method, &path).bearer(&anna).json(&body).await;
        assert_eq!((answer.status, answer.code()), (403, "not-allowed"), "{method} {path}");
    }
}
