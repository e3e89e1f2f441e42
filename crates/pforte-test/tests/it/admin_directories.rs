//! The administration of directories, against the real domain controller.

use crate::admin_kit::{
    DOMAIN, NOWHERE, administrators, column, domain_body, event, get, is_live, log_on, refused, shown_ldap,
    token, until, with_domain,
};
use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use pforte_test::{Fixtures, server::ADMIN};
use serde_json::{Value, json};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// The body with one field of `ldap` replaced.
fn with(ad: &Ad, field: &str, value: &Value) -> Value {
    let mut body = domain_body(ad);
    body["ldap"][field] = value.clone();
    body
}

async fn test(server: &Server, id: &str) -> Value {
    server.done("POST", &format!("/directories/{id}/test"), &json!({})).await
}

/// The code of the first step that is not good.
fn fault(test: &Value) -> String {
    let steps = test["steps"].as_array().unwrap();
    // The server's clock stands still in tests.
    let bad = steps.iter().find(|step| step["good"] == json!(false) && step["step"] != json!("clock"));
    bad.map(|step| text(step, "code")).unwrap_or_default()
}

#[tokio::test]
async fn an_added_directory_is_in_use_at_once_and_its_password_is_shown_nowhere() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (ad, id) = with_domain(&server).await;
        assert_eq!(log_on(&server, "alice", &ad.facts.user_password).await.status, 201);
        let path = format!("/directories/{id}");
        let shown = until("the server is known to answer", async || {
            let shown = get(&server, &path).await;
            (shown["servers"][0]["up"] == json!(true)).then_some(shown)
        })
        .await;
        assert_eq!(
            (&shown["kind"], &shown["position"], &shown["from_file"]),
            (&json!("ldap"), &json!(1), &json!(false))
        );
        assert_eq!(shown["ldap"], shown_ldap(&ad));
        assert_eq!(column(&get(&server, "/directories").await, "name"), ["local", DOMAIN]);
        let log = serde_json::to_string(&server.events().await).unwrap();
        for secret in [&ad.facts.service.password, &ad.facts.user_password] {
            assert!(!shown.to_string().contains(secret) && !log.contains(secret));
        }
        assert!(log.contains("directory-added"));
        let options = server.call("GET", "/logon").send().await;
        assert!(options.body.to_string().contains(DOMAIN), "{options:?}");
    }
}

#[tokio::test]
async fn a_directory_that_was_added_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    server.restart().await;
    assert_eq!(log_on(&server, "alice", &ad.facts.user_password).await.status, 201);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_with_every_fault_named_and_nothing_is_saved() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let mut all = with(&ad, "domain", &json!("no domain"));
    all["ldap"]["servers"] = json!(vec!["dc1"; 17]);
    all["ldap"]["ca"] = json!("no certificate");
    let answer = server.admin("POST", "/directories").json(&all).await;
    assert_eq!((answer.status, answer.code()), (400, "value-invalid"));
    for part in ["domain", "servers", "ca"] {
        assert!(answer.text("detail").contains(part), "{part} in {answer:?}");
    }
    for (field, value) in [
        ("servers", json!(["dc1:0"])),
        ("servers", json!(["dc1=nowhere"])),
        ("servers", json!(["dc 1"])),
        ("servers", json!(vec!["dc1"; 17])),
        ("service_account", json!("")),
        ("service_account", json!("a\u{0}b")),
    ] {
        let body = with(&ad, field, &value);
        assert_eq!(refused(&server, "POST", "/directories", &body).await.1, "value-invalid", "{value}");
    }
    let mut named = domain_body(&ad);
    named["name"] = json!("LOCAL");
    assert_eq!(refused(&server, "POST", "/directories", &named).await.1, "duplicate");
    named["name"] = json!("wo\u{202e}rks");
    assert_eq!(refused(&server, "POST", "/directories", &named).await.1, "name-invalid");
    let unknown = with(&ad, "password", &json!("x"));
    assert_eq!(refused(&server, "POST", "/directories", &unknown).await.1, "body-invalid");
    assert_eq!(column(&get(&server, "/directories").await, "name"), ["local"]);
}

#[tokio::test]
async fn connections_that_kerberos_does_not_prove_are_an_event() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let service = ad.facts.service.user.clone();
    let name = ad.act(move |admin| admin.dn(&service)).await;
    let body = with(&ad, "service_account", &json!(name));
    let added = server.done("POST", "/directories", &body).await;
    let told = until("it is told", async || server.events_of("directory-unproven").await.pop()).await;
    assert_eq!(
        (&told["result"], &told["code"]),
        (&json!("failed"), &json!("service-account-name")),
        "{told}"
    );
    assert!(told.to_string().contains(&text(&added, "id")));
}

#[tokio::test]
async fn a_change_is_in_force_at_once_and_keeps_what_it_does_not_name() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (ad, id) = with_domain(&server).await;
        let path = format!("/directories/{id}");
        let wrong = json!({ "version": 1, "service_password": "not the password" });
        server.done("PATCH", &path, &wrong).await;
        let refusal = log_on(&server, "alice", &ad.facts.user_password).await;
        assert_eq!((refusal.status, refusal.code()), (503, "directory-refuses-service"));
        until("the refusal is told", async || {
            let code = get(&server, &path).await.get("account_code").cloned();
            (code == Some(json!("service-account-refused"))).then_some(())
        })
        .await;
        let changed = event(&server, "directory-changed").await;
        assert_eq!(changed["new"]["service_password"], "set anew");
        assert!(!changed.to_string().contains("not the password"));
        let right = json!({ "version": 2, "name": "Plant", "service_password": ad.facts.service.password });
        let shown = server.done("PATCH", &path, &right).await;
        assert_eq!(shown["ldap"], shown_ldap(&ad));
        assert!(shown.get("account_code").is_none());
        let asked = json!({ "directory": "plant", "user": "alice", "password": ad.facts.user_password });
        assert_eq!(server.call("POST", "/sessions").json(&asked).await.status, 201);
        let changed = event(&server, "directory-changed").await;
        assert_eq!((&changed["old"]["name"], &changed["new"]["name"]), (&json!(DOMAIN), &json!("Plant")));
        let stale = json!({ "version": 1, "position": 7 });
        assert_eq!(refused(&server, "PATCH", &path, &stale).await, (409, "changed-meanwhile".to_owned()));
        let far = json!({ "version": 3, "position": -1 });
        assert_eq!(refused(&server, "PATCH", &path, &far).await, (400, "value-invalid".to_owned()));
    }
}

#[tokio::test]
async fn switching_a_directory_off_ends_the_sessions_of_its_users_alone() {
    let server = Server::start().await;
    let (ad, id) = with_domain(&server).await;
    let alice = log_on(&server, "alice", &ad.facts.user_password).await.text("token");
    server.user("anna").await;
    let anna = token(&server, "anna").await;
    let off = json!({ "version": 1, "enabled": false });
    server.done("PATCH", &format!("/directories/{id}"), &off).await;
    assert!(!is_live(&server, &alice).await);
    assert!(is_live(&server, &anna).await);
    let refusal = log_on(&server, "alice", &ad.facts.user_password).await;
    assert_eq!(refusal.code(), "directory-unknown");
    assert_eq!(server.events_of("session-ended").await.len(), 1);
    let on = json!({ "version": 2, "enabled": true });
    server.done("PATCH", &format!("/directories/{id}"), &on).await;
    assert_eq!(log_on(&server, "alice", &ad.facts.user_password).await.status, 201);
}

#[tokio::test]
async fn the_built_in_directory_stays_and_the_last_administrators_directory_stays_on() {
    let server = Server::start().await;
    let local = column(&get(&server, "/directories").await, "id").pop().unwrap();
    let path = format!("/directories/{local}");
    assert_eq!(refused(&server, "DELETE", &path, &json!({})).await, (409, "built-in".to_owned()));
    let renamed = json!({ "version": 1, "name": "ours" });
    assert_eq!(refused(&server, "PATCH", &path, &renamed).await, (409, "built-in".to_owned()));
    let off = json!({ "version": 1, "enabled": false });
    assert_eq!(refused(&server, "PATCH", &path, &off).await, (409, "last-administrator".to_owned()));
    assert!(test(&server, &local).await["good"] == json!(true));
    server.token(ADMIN.0, ADMIN.1).await;
}

#[tokio::test]
async fn a_directory_that_is_still_used_is_not_removed_and_the_answer_names_the_use() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (ad, id) = with_domain(&server).await;
        let alice = log_on(&server, "alice", &ad.facts.user_password).await;
        let group = text(&server.done("POST", "/groups", &json!({ "name": "Mixers" })).await, "id");
        let user = alice.at("/session/user/id").as_str().unwrap().to_owned();
        let member = json!({ "kind": "user", "id": user });
        server.done("PUT", &format!("/groups/{group}/members"), &member).await;
        let path = format!("/directories/{id}");
        let answer = server.admin("DELETE", &path).send().await;
        assert_eq!((answer.status, answer.code()), (409, "in-use"));
        let detail = answer.text("detail");
        assert!(detail.contains("alice") && detail.contains("Mixers"), "{detail}");
        let member = format!("/groups/{group}/members/user/{user}");
        assert_eq!(server.admin("DELETE", &member).send().await.status, 204);
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert!(!is_live(&server, &alice.text("token")).await);
        assert_eq!(log_on(&server, "alice", &ad.facts.user_password).await.code(), "directory-unknown");
        assert_eq!(server.admin("GET", &path).send().await.status, 404);
        assert_eq!(event(&server, "directory-removed").await["old"]["name"], DOMAIN);
        assert_eq!(column(&get(&server, "/users?search=alice").await, "login"), ["alice"], "it stays known");
        with_domain(&server).await;
        let again = log_on(&server, "alice", &ad.facts.user_password).await;
        assert_ne!(again.at("/session/user/id").as_str(), Some(user.as_str()));
    }
}

#[tokio::test]
async fn a_directory_whose_people_may_be_in_the_groups_of_another_is_not_removed() {
    let server = Server::start().await;
    let (ad, id) = with_domain(&server).await;
    let mut body = with(&ad, "foreign_members_of", &json!([id]));
    body["name"] = json!("trusting");
    let other = text(&server.done("POST", "/directories", &body).await, "id");
    let answer = server.admin("DELETE", &format!("/directories/{id}")).send().await;
    assert_eq!((answer.status, answer.code()), (409, "in-use"));
    assert!(answer.text("detail").contains("trusting"), "{answer:?}");
    for id in [&other, &id] {
        assert_eq!(server.admin("DELETE", &format!("/directories/{id}")).send().await.status, 204);
    }
}

#[tokio::test]
async fn a_test_tells_each_step_and_what_is_wrong_with_a_server() {
    let server = Server::start().await;
    let (ad, id) = with_domain(&server).await;
    let good = test(&server, &id).await;
    assert_eq!(fault(&good), "", "{good}");
    let steps: Vec<String> =
        good["steps"].as_array().unwrap().iter().map(|step| text(step, "step")).collect();
    assert_eq!(
        steps,
        [
            "resolve",
            "connect",
            "tls",
            "certificate",
            "directory",
            "clock",
            "account",
            "search",
            "account-states",
            "groups",
        ]
    );
    let (host, address) = (&ad.facts.host, &ad.facts.address);
    let faults = [
        ("servers", json!([format!("{host}={NOWHERE}")]), "connect-refused"),
        ("servers", json!([format!("other.{host}={address}")]), "certificate-wrong-name"),
        ("domain", json!("other.test.lab"), "other-domain"),
        (
            "ca",
            std::fs::read_to_string(server.data().join("ca.pem")).unwrap().into(),
            "certificate-unknown-issuer",
        ),
    ];
    for (version, (field, value, code)) in faults.into_iter().enumerate() {
        let ldap = &with(&ad, field, &value)["ldap"];
        let password = &ad.facts.service.password;
        let change = json!({ "version": version + 1, "ldap": ldap, "service_password": password });
        server.done("PATCH", &format!("/directories/{id}"), &change).await;
        let tested = test(&server, &id).await;
        assert_eq!((&tested["good"], fault(&tested).as_str()), (&json!(false), code), "{tested}");
        let told = event(&server, "directory-tested").await;
        assert_eq!(told["result"], json!("failed"));
        assert!(told["new"]["faults"].to_string().contains(code), "{told}");
    }
}

#[tokio::test]
async fn a_search_finds_people_and_groups_by_the_beginning_of_a_name_and_nothing_is_injected() {
    let server = Server::start().await;
    let (_, id) = with_domain(&server).await;
    let search = async |kind: &str, text: &str| {
        get(&server, &format!("/directories/{id}/search?kind={kind}&text={text}")).await
    };
    assert_eq!(column(&search("user", "ali").await, "name"), ["alice"]);
    assert_eq!(column(&search("group", "lvl12").await, "name"), ["lvl12"]);
    assert_eq!(column(&search("user", "o%27bri").await, "name"), ["o'brien"]);
    for text in ["*", "*)(objectClass=*", "%5C2a", "(", ")(|(cn=*"] {
        assert!(column(&search("user", text).await, "name").is_empty(), "{text}");
    }
    let nul = server.admin("GET", &format!("/directories/{id}/search?kind=user&text=ali%00")).send().await;
    assert_eq!((nul.status, nul.code()), (400, "value-invalid"));
    assert_eq!(column(&search("user", "bulk").await, "name").len(), 50);
    assert!(search("user", "ali").await["items"][0].get("id").is_none(), "not known yet");
    let unknown = server.admin("GET", &format!("/directories/{id}/search?kind=robot&text=a")).send().await;
    assert_eq!((unknown.status, unknown.code()), (400, "value-invalid"));
    let local = column(&get(&server, "/directories").await, "id").into_iter().next().unwrap();
    let here = get(&server, &format!("/directories/{local}/search?kind=user&text=HIE")).await;
    assert_eq!(column(&here, "name"), [ADMIN.0]);
    let here = get(&server, &format!("/directories/{local}/search?kind=group&text=admin")).await;
    assert_eq!(column(&here, "label"), ["Logon_Administrator"]);
}

#[tokio::test]
async fn who_is_chosen_in_a_directory_becomes_known_once_with_an_event() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (_, id) = with_domain(&server).await;
        let path = format!("/directories/{id}/principals");
        for (kind, name, event) in [("user", "alice", "user-adopted"), ("group", "lvl12", "group-adopted")] {
            let body = json!({ "kind": kind, "name": name });
            let known = server.done("POST", &path, &body).await;
            assert_eq!(
                (text(&known, "kind"), text(&known, "name"), text(&known, "directory")),
                (kind.to_owned(), name.to_owned(), DOMAIN.to_owned())
            );
            assert_eq!(server.done("POST", &path, &body).await, known);
            assert_eq!(server.events_of(event).await.len(), 1);
        }
        let nobody = json!({ "kind": "user", "name": "*)(uid=*" });
        assert_eq!(refused(&server, "POST", &path, &nobody).await, (404, "not-found".to_owned()));
        let other = json!({ "kind": "user", "directory": "local", "name": "chief" });
        assert_eq!(refused(&server, "POST", &path, &other).await, (400, "value-invalid".to_owned()));
    }
}

#[tokio::test]
async fn a_group_of_a_directory_can_administer() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let alice = log_on(&server, "alice", &ad.facts.user_password).await.text("token");
    let tried = async || server.call("GET", "/users").bearer(&alice).send().await.status;
    assert_eq!(tried().await, 403);
    let member = json!({ "kind": "group", "directory": DOMAIN, "name": "dl-local" });
    let path = format!("/groups/{}/members", administrators(&server).await);
    server.done("PUT", &path, &member).await;
    until("the groups were read again", async || (tried().await == 200).then_some(())).await;
}

#[tokio::test]
async fn a_directory_of_the_configuration_file_is_changed_there_alone() {
    let ad = Fixtures::load().ad;
    let mut password = tempfile::NamedTempFile::new().unwrap();
    password.write_all(ad.facts.service.password.as_bytes()).unwrap();
    password.as_file().set_permissions(std::fs::Permissions::from_mode(0o600)).unwrap();
    let more = format!(
        "[[directory]]\nname = \"{DOMAIN}\"\ndomain = \"{}\"\nservers = [\"localhost:1\"]\nca_file = {:?}\n\
         service_account = \"svcbind@ad.test.lab\"\nservice_password_file = {:?}\n",
        ad.facts.domain,
        ad.facts.ca_certificate,
        password.path(),
    );
    let server = Server::start_with(Engine::Sqlite, &more).await;
    let id = column(&get(&server, "/directories").await, "id").pop().unwrap();
    let path = format!("/directories/{id}");
    assert_eq!(get(&server, &path).await["from_file"], json!(true));
    let off = json!({ "version": 1, "enabled": false });
    assert_eq!(refused(&server, "PATCH", &path, &off).await, (409, "built-in".to_owned()));
    assert_eq!(refused(&server, "DELETE", &path, &json!({})).await, (409, "built-in".to_owned()));
    assert_eq!(refused(&server, "POST", "/directories", &domain_body(&ad)).await.1, "duplicate");
}

#[tokio::test]
async fn a_dead_domain_controller_is_told_quickly_and_keeps_nobody_else_waiting() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let body = with(&ad, "servers", &json!([format!("{}={NOWHERE}", ad.facts.host)]));
    let id = text(&server.done("POST", "/directories", &body).await, "id");
    let begun = Instant::now();
    let answer = log_on(&server, "alice", PASSWORD).await;
    assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"));
    let search = server.admin("GET", &format!("/directories/{id}/search?kind=user&text=a")).send().await;
    assert_eq!((search.status, search.code()), (503, "directory-unreachable"));
    server.token(ADMIN.0, ADMIN.1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let health = until("the server is known to be dead", async || {
        let shown = get(&server, &format!("/directories/{id}")).await;
        shown["servers"][0].get("code").map(ToString::to_string)
    })
    .await;
    assert_eq!(health, "\"connect-refused\"");
}
