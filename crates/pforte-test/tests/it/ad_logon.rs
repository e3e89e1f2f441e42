//! Log-on against the real domain controller, through the whole server.

use crate::admin_kit::{DOMAIN, NOWHERE, domain_body, event, get, is_live, log_on, until, with_domain};
use pforte_model::time::Micros;
use pforte_test::ad::Ad;
use pforte_test::http::Answer;
use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::server::{ADMIN, ENGINES, Engine, text};
use pforte_test::{Fixtures, Server};
use pforte_wire::time::Time;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A log-on without a chosen directory: the name tells it.
async fn log_on_by_name(server: &Server, user: &str, password: &str) -> Answer {
    server.call("POST", "/sessions").json(&json!({ "user": user, "password": password })).await
}

/// Gives the administrators' role to a group of the domain.
async fn assign(server: &Server, group: &str) {
    let principal = json!({ "kind": "group", "directory": DOMAIN, "name": group });
    let body = json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] });
    server.done("POST", "/assignments", &body).await;
}

/// The decision on a right of Pforte itself, explained.
async fn decide(server: &Server, token: &str) -> Value {
    let body = json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }], "explain": true });
    let answer = server.call("POST", "/decisions").bearer(token).json(&body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.at("/answers/0").clone()
}

/// The code of the newest refused log-on, as the log tells it.
async fn logged_code(server: &Server) -> String {
    text(&event(server, "log-on-refused").await, "code")
}

/// A group of the test's own with this user in it.
async fn group_of(ad: &Ad, user: &str) -> String {
    let user = user.to_owned();
    ad.act(move |admin| admin.new_group(&[&user])).await
}

#[tokio::test]
async fn every_way_to_write_a_name_is_the_same_person() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let password = &ad.facts.user_password;
    let first = log_on(&server, "alice", password).await;
    let id = first.at("/session/user/id").clone();
    assert_eq!(first.at("/session/user/name"), "alice");
    for name in
        ["ALICE", " alice ", "ADTEST\\alice", "adtest\\Alice", "alice@ad.test.lab", "Alice@AD.TEST.LAB"]
    {
        let answer = log_on(&server, name, password).await;
        assert_eq!((answer.status, answer.at("/session/user/id")), (201, &id), "{name}");
    }
    for name in ["ADTEST\\alice", "ad.test.lab\\alice", "alice@ad.test.lab"] {
        let answer = log_on_by_name(&server, name, password).await;
        assert_eq!((answer.status, answer.at("/session/user/id")), (201, &id), "{name} tells the directory");
    }
    for name in ["ADTEST\\alice", "ad.test.lab\\alice", &format!("{DOMAIN}\\alice")] {
        for shown in ["local", DOMAIN] {
            let asked = json!({ "directory": shown, "user": name, "password": password });
            let answer = server.call("POST", "/sessions").json(&asked).await;
            let found = (answer.status, answer.at("/session/user/id"));
            assert_eq!(found, (201, &id), "{name} counts more than the list, which shows {shown}");
        }
    }
    let asked = json!({ "directory": "local", "user": "alice@ad.test.lab", "password": password });
    let answer = server.call("POST", "/sessions").json(&asked).await;
    assert_eq!(
        answer.code(),
        "credentials-refused",
        "who writes an address may mean one of the directory shown"
    );
    assert_eq!(log_on_by_name(&server, "alice", password).await.code(), "credentials-refused");
    assert_eq!(server.events_of("user-adopted").await.len(), 1);
}

#[tokio::test]
async fn odd_names_log_on_and_a_foreign_upn_is_not_somebody_else() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let password = &ad.facts.user_password;
    for name in ["jürgen.müßig", "o'brien", "paren(1)", "und&co", "山田", "dotted.name-1_x", "oddunit1"]
    {
        let answer = log_on(&server, name, password).await;
        assert_eq!(answer.status, 201, "{name}: {answer:?}");
    }
    let frida = log_on(&server, "frida.von-der-aa@plant.example", password).await;
    assert_eq!(frida.at("/session/user/name"), "upnsam1");
    let other = log_on(&server, "bob@plant.example", password).await;
    assert_eq!(other.at("/session/user/name"), "upnbob1");
}

#[tokio::test]
async fn twelve_nested_groups_give_the_role_and_explain_names_the_way() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (ad, _) = with_domain(&server).await;
        assign(&server, "lvl12").await;
        let bob = log_on(&server, "bob", &ad.facts.user_password).await;
        assert_eq!(bob.at("/session/roles/0/name"), "Administrator", "{bob:?}");
        let decision = decide(&server, &bob.text("token")).await;
        assert_eq!(decision["allowed"], json!(true));
        let path = &decision["explain"]["path"];
        let names: Vec<&str> =
            path["groups"].as_array().unwrap().iter().filter_map(|g| g["name"].as_str()).collect();
        let levels: Vec<String> = (1..=12).map(|level| format!("lvl{level}")).collect();
        assert_eq!(names, levels, "every step on the way is named");
        // Those between have no page of their own: Pforte knows the assigned one alone.
        assert_eq!(
            (&path["groups"][0]["foreign"], &path["groups"][11]["foreign"]),
            (&json!(true), &Value::Null)
        );
        assert_eq!(path["role"]["name"], json!("Administrator"));
        let alice = log_on(&server, "alice", &ad.facts.user_password).await;
        let decision = decide(&server, &alice.text("token")).await;
        assert_eq!(decision["allowed"], json!(false), "{decision}");
    }
}

#[tokio::test]
async fn the_state_of_an_account_is_told_to_who_has_the_password() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    for (user, told, logged) in [
        ("disabled1", "account-disabled", "account-disabled"),
        ("acctexp1", "account-expired", "account-expired"),
        ("mustchange1", "password-must-change", "password-must-change"),
        ("pwexpired1", "password-expired", "password-expired"),
        ("hours1", "outside-hours", "outside-hours"),
        ("workstation1", "wrong-workstation", "wrong-workstation"),
        ("locked1", "credentials-refused", "account-locked"),
        // A directory looks at no password of theirs.
        ("smartcard1", "credentials-refused", "smart-card-required"),
    ] {
        let answer = log_on(&server, user, &ad.facts.user_password).await;
        assert_eq!((answer.status, answer.code()), (401, told), "{user}");
        assert_eq!(logged_code(&server).await, logged, "{user}");
    }
    for user in ["acctends1", "noexpire1", "primary1"] {
        assert_eq!(log_on(&server, user, &ad.facts.user_password).await.status, 201, "{user}");
    }
}

#[tokio::test]
async fn the_state_of_an_account_is_not_told_to_who_has_not() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let unknown = log_on(&server, "nobody-of-this-name", "not the password").await;
    let states: [fn(&xtask::servers::admin::Admin, &str); 4] = [
        |_, _| (),
        |admin, user| admin.disable(user).unwrap(),
        |admin, user| admin.expire(user).unwrap(),
        |admin, user| admin.must_change(user).unwrap(),
    ];
    for state in states {
        let user = ad.new_user(&[]).await;
        let login = user.clone();
        ad.act(move |admin| {
            state(admin, &login);
            Ok(())
        })
        .await;
        let answer = log_on(&server, &user, "not the password").await;
        assert_eq!((answer.status, answer.code()), (401, "credentials-refused"));
        assert_eq!(answer.text("detail"), unknown.text("detail"));
        assert_eq!(logged_code(&server).await, "credentials-refused");
    }
    let reason = text(&server.events_of("log-on-refused").await.swap_remove(0), "reason");
    assert_eq!(reason, "no such user", "the log knows which it was");
}

#[tokio::test]
async fn a_user_disabled_in_the_directory_loses_the_session_within_five_seconds() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (ad, _) = with_domain(&server).await;
        let user = ad.new_user(&[]).await;
        let session = log_on(&server, &user, &ad.facts.user_password).await.text("token");
        let other = log_on(&server, "alice", &ad.facts.user_password).await.text("token");
        let login = user.clone();
        ad.act(move |admin| admin.disable(&login)).await;
        let begun = Instant::now();
        until("the session is gone", async || (!is_live(&server, &session).await).then_some(())).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert!(is_live(&server, &other).await);
        let ended = event(&server, "session-expired").await;
        assert_eq!(
            (&ended["old"]["name"], &ended["reason"]),
            (&json!(user), &json!("the account was disabled"))
        );
    }
}

#[tokio::test]
async fn a_user_removed_in_the_directory_loses_the_session() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    let session = log_on(&server, &user, &ad.facts.user_password).await.text("token");
    ad.act(move |admin| admin.remove(&user)).await;
    until("the session is gone", async || (!is_live(&server, &session).await).then_some(())).await;
}

#[tokio::test]
async fn wrong_passwords_of_somebody_else_put_no_one_out() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&["pso-locks"]).await;
    let session = log_on(&server, &user, &ad.facts.user_password).await.text("token");
    let login = user.clone();
    ad.act(move |admin| {
        let tries = (0..4).filter(|_| admin.can_bind(&login, "not the password"));
        assert_eq!(tries.count(), 0);
        Ok(())
    })
    .await;
    let locked = log_on(&server, &user, &ad.facts.user_password).await;
    assert_eq!(
        (locked.code(), logged_code(&server).await.as_str()),
        ("credentials-refused", "account-locked")
    );
    assert!(is_live(&server, &session).await);
}

#[tokio::test]
async fn a_change_of_groups_in_the_directory_reaches_a_session_that_runs() {
    let server = Server::start().await;
    let (ad, directory) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    let group = group_of(&ad, "clara").await;
    assign(&server, &group).await;
    let session = log_on(&server, &user, &ad.facts.user_password).await.text("token");
    assert_eq!(decide(&server, &session).await["allowed"], json!(false));
    let directory = directory.parse().unwrap();
    let reaches = async |wanted: bool| {
        server.running().app().directories.refresh_soon(directory);
        until("the change reaches the session", async || {
            (decide(&server, &session).await["allowed"] == json!(wanted)).then_some(())
        })
        .await;
    };
    let (a, b) = (group.clone(), user.clone());
    ad.act(move |admin| admin.add_member(&a, &b)).await;
    reaches(true).await;
    let (a, b) = (group.clone(), user.clone());
    ad.act(move |admin| admin.remove_member(&a, &b)).await;
    reaches(false).await;
    assert_eq!(server.events_of("session-refreshed").await.len(), 2);
}

#[tokio::test]
async fn an_unreachable_domain_is_told_at_once_and_other_directories_do_not_notice() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let mut body = domain_body(&ad);
    body["ldap"]["servers"] = json!([format!("{}={NOWHERE}", ad.facts.host)]);
    server.done("POST", "/directories", &body).await;
    log_on(&server, "alice", &ad.facts.user_password).await;
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = log_on(&server, "alice", &ad.facts.user_password).await;
        assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"));
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        server.token(ADMIN.0, ADMIN.1).await;
    }
    assert_eq!(logged_code(&server).await, "directory-unreachable");
    assert!(server.events_of("password-guessing").await.is_empty(), "it counts as no wrong password");
}

#[tokio::test]
async fn nothing_in_a_name_reaches_the_directory_as_anything_but_a_name() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    for name in [
        "*",
        "*)(uid=*",
        "alice)(|(cn=*",
        "a*",
        "(sAMAccountName=alice)",
        "alice\\2a",
        "cn=alice,ou=people",
        "\\alice",
        "adtest\\",
        "@ad.test.lab",
        "alice@@ad.test.lab",
        "other\\alice",
        "alice@other.lab",
        "DC1$",
        "operators",
        "ADTEST\\*",
    ] {
        let answer = log_on(&server, name, &ad.facts.user_password).await;
        assert_eq!((answer.status, answer.code()), (401, "credentials-refused"), "{name}");
    }
    for name in ["alice\0", "\0", "ali\u{202e}ce", "ali\u{200b}ce", "", " ", &"a".repeat(300)] {
        let answer = log_on(&server, name, &ad.facts.user_password).await;
        assert_eq!((answer.status, answer.code()), (400, "name-invalid"), "{name:?}");
    }
    for password in ["", "\0", &"x".repeat(2000)] {
        let answer = log_on(&server, "alice", password).await;
        assert_eq!((answer.status, answer.code()), (400, "value-invalid"), "never an anonymous bind");
    }
    assert!(server.events_of("user-adopted").await.is_empty());
    assert_eq!(log_on(&server, "alice", &ad.facts.user_password).await.status, 201);
}

#[tokio::test]
async fn a_rename_in_the_directory_changes_the_name_and_nothing_else() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    let group = group_of(&ad, &user).await;
    assign(&server, &group).await;
    let before = log_on(&server, &user, &ad.facts.user_password).await;
    let new = format!("{user}-x");
    let (from, to, old_group) = (user.clone(), new.clone(), group.clone());
    ad.act(move |admin| {
        admin.rename(&from, &to)?;
        admin.rename(&old_group, &format!("{old_group}-x"))
    })
    .await;
    assert!(is_live(&server, &before.text("token")).await);
    assert_eq!(log_on(&server, &user, &ad.facts.user_password).await.code(), "credentials-refused");
    let after = log_on(&server, &new, &ad.facts.user_password).await;
    for field in ["/session/user/id", "/session/person/id", "/session/roles/0/name"] {
        assert_eq!(after.at(field), before.at(field), "{field}");
    }
    let id = after.at("/session/user/id").as_str().unwrap().to_owned();
    assert_eq!(text(&get(&server, &format!("/users/{id}")).await, "login"), new);
    let edited = event(&server, "user-edited").await;
    assert_eq!((&edited["old"]["login"], &edited["new"]["login"]), (&json!(user), &json!(new)));
}

#[tokio::test]
async fn a_new_account_with_an_old_name_is_somebody_else() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    let before = log_on(&server, &user, &ad.facts.user_password).await;
    let id = before.at("/session/user/id").as_str().unwrap().to_owned();
    let role = json!({
        "role": "Administrator", "principal": { "kind": "user", "id": id }, "areas": ["dairy"],
    });
    server.done("POST", "/assignments", &role).await;
    assert_eq!(decide(&server, &before.text("token")).await["allowed"], json!(true));
    let other = ad.new_user(&[]).await;
    let login = user.clone();
    ad.act(move |admin| {
        admin.remove(&login)?;
        admin.rename(&other, &login)
    })
    .await;
    let after = log_on(&server, &user, &ad.facts.user_password).await;
    assert_eq!(after.status, 201, "{after:?}");
    for field in ["/session/user/id", "/session/person/id"] {
        assert_ne!(after.at(field), before.at(field), "{field}");
    }
    assert_eq!(decide(&server, &after.text("token")).await["allowed"], json!(false));
}

#[tokio::test]
async fn a_user_disabled_here_cannot_log_on_though_the_directory_allows_it() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let first = log_on(&server, "clara", &ad.facts.user_password).await;
    let id = first.at("/session/user/id").as_str().unwrap().to_owned();
    let version = get(&server, &format!("/users/{id}")).await["version"].clone();
    let off = json!({ "version": version, "enabled": false });
    server.done("PATCH", &format!("/users/{id}"), &off).await;
    assert!(!is_live(&server, &first.text("token")).await);
    assert_eq!(log_on(&server, "clara", &ad.facts.user_password).await.code(), "account-disabled");
    let renamed = json!({ "version": 2, "label": "Queen" });
    let answer = server.admin("PATCH", &format!("/users/{id}")).json(&renamed).await;
    assert_eq!((answer.status, answer.code()), (400, "value-invalid"), "names are changed in the directory");
    let answer =
        server.admin("PUT", &format!("/users/{id}/password")).json(&json!({ "password": "x" })).await;
    assert_eq!((answer.status, answer.code()), (400, "value-invalid"));
}

#[tokio::test]
async fn one_try_of_a_person_is_one_try_at_the_directory() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    for tries in 1..=2 {
        log_on(&server, &user, "not the password").await;
        let login = user.clone();
        let counted = ad.act(move |admin| admin.values(&login, "badPwdCount")).await;
        assert_eq!(counted, [tries.to_string().into_bytes()]);
    }
}

/// Gives a group of the domain a role that holds in an emergency.
async fn keepers(server: &Server, group: &str) {
    server.done("POST", "/roles", &json!({ "name": "Keeper", "rights": ["pforte/roles.read"] })).await;
    let principal = json!({ "kind": "group", "directory": DOMAIN, "name": group });
    let body = json!({ "role": "Keeper", "principal": principal, "areas": ["dairy"] });
    server.done("POST", "/assignments", &body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_the_domain_who_was_renamed_logs_on_while_nothing_can_be_written() {
    let server = Server::start_with(Engine::Sqlite, "[degraded]\nemergency_roles = [\"Keeper\"]\n").await;
    let (ad, _) = with_domain(&server).await;
    let password = ad.facts.user_password.clone();
    let login = ad.new_user(&[]).await;
    keepers(&server, &group_of(&ad, &login).await).await;
    let id = log_on(&server, &login, &password).await.at("/session/user/id").clone();
    let (from, to) = (login.clone(), format!("{login}-y"));
    let renamed = to.clone();
    ad.act(move |admin| admin.rename(&from, &renamed)).await;
    let lock = rusqlite::Connection::open(server.data().join("pforte.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = until("the new name", async || {
        Some(log_on(&server, &to, &password).await).filter(|answer| answer.status == 201)
    })
    .await;
    assert_eq!((answer.at("/session/user/id"), answer.at("/session/emergency")), (&id, &json!(true)));
    assert_eq!(answer.at("/session/user/name"), &json!(to));
    lock.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_the_domain_who_held_a_role_of_the_emergency_logs_on_with_no_database_at_all() {
    let mut postgres = OwnPostgres::start().await;
    let rules = "[degraded]\nemergency_roles = [\"Keeper\"]\n";
    let server = Server::start_over(Some(PgDatabase::on(&postgres.facts).await), rules).await;
    let (ad, _) = with_domain(&server).await;
    let password = ad.facts.user_password.clone();
    let login = ad.new_user(&[]).await;
    let barred = ad.new_user(&[]).await;
    let (one, other) = (login.clone(), barred.clone());
    let group = ad.act(move |admin| admin.new_group(&[&one, &other])).await;
    keepers(&server, &group).await;
    for user in [&login, &barred] {
        assert_eq!(log_on(&server, user, &password).await.status, 201);
    }
    let app = server.running().app();
    until("both are kept in memory", async || (app.live.standby().users() == 2).then_some(())).await;
    let found = get(&server, &format!("/users?search={barred}")).await;
    let body = json!({ "version": found["items"][0]["version"], "enabled": false });
    server.done("PATCH", &format!("/users/{}", text(&found["items"][0], "id")), &body).await;
    postgres.kill();

    let answer = log_on(&server, &login, &password).await;
    assert_eq!((answer.status, answer.at("/session/emergency")), (201, &json!(true)), "{answer:?}");
    assert_eq!(log_on(&server, &login, "wrong").await.code(), "credentials-refused");
    for unknown in [&barred, "bob"] {
        let refused = log_on(&server, unknown, &password).await;
        assert_eq!(refused.code(), "store-unavailable", "{unknown}: {refused:?}");
    }
    postgres.start_again();
    until("it is well again", async || {
        (server.raw("GET", "/healthz").send().await.status == 200).then_some(())
    })
    .await;
    let token = answer.text("token");
    assert!(is_live(&server, &token).await);
    assert_eq!(log_on(&server, &barred, &password).await.code(), "account-disabled");
}

/// When the password of a user ends by the rule of ten years, as the API writes it.
async fn ten_years_after_it_was_set(ad: &Ad, user: &str) -> String {
    let user = user.to_owned();
    let set = ad.act(move |admin| admin.values(&user, "pwdLastSet")).await;
    let set: i64 = String::from_utf8(set.concat()).unwrap().parse().unwrap();
    let at = Micros(set / 10 - 11_644_473_600_000_000).plus_seconds(3_650 * 86_400);
    Time(at).to_string()
}

#[tokio::test]
async fn a_person_is_told_when_the_password_ends_by_the_rules_of_the_domain() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let password = &ad.facts.user_password;
    let bound = log_on(&server, "psouser1", password).await;
    let ends = ten_years_after_it_was_set(&ad, "psouser1").await;
    assert_eq!(bound.at("/session/password_ends_at"), ends.as_str(), "{bound:?}");
    let free = log_on(&server, "alice", password).await;
    assert_eq!((free.status, free.at("/session/password_ends_at")), (201, &Value::Null), "it never ends");
}

#[tokio::test]
async fn a_rule_for_passwords_that_comes_meanwhile_is_told_in_the_running_session() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    let logged_on = log_on(&server, &user, &ad.facts.user_password).await;
    let token = logged_on.text("token");
    assert_eq!(logged_on.at("/session/password_ends_at"), &Value::Null);
    let member = user.clone();
    ad.act(move |admin| admin.add_member("pso-strict", &member)).await;
    let ends = ten_years_after_it_was_set(&ad, &user).await;
    let app = server.running().app();
    until("the rule is read with the groups", async || {
        app.directories.all().iter().for_each(|(id, _)| app.directories.refresh_soon(*id));
        let here = server.call("GET", "/sessions/current").bearer(&token).send().await;
        (here.at("/password_ends_at") == ends.as_str()).then_some(())
    })
    .await;
}
