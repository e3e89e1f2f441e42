//! The administration of workgroup hosts, this computer's accounts and other LDAP servers,
//! through the whole server: changed, tested, configured, and what they were asked.

use crate::admin_kit::{column, get, refused, until};
use crate::os_accounts::{RULES, Rules, User};
use pforte_test::server::{Engine, text};
use pforte_test::{Fixtures, Server};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;
use xtask::servers::workgroup::PASSWORD as HOST_PASSWORD;

const TEST: &str = "/directories/test";

fn host() -> Value {
    let host = Fixtures::load().workgroup;
    json!({ "host": host.host, "address": host.address, "service_account": host.service.user })
}

fn host_body() -> Value {
    let secret = Fixtures::load().workgroup.service.password;
    json!({ "name": "plant", "service_password": secret, "workgroup": host() })
}

/// A server with one more directory, called `plant`; its path.
async fn with(body: &Value) -> (Server, String) {
    let server = Server::start_on(Engine::Sqlite).await;
    let added = server.done("POST", "/directories", body).await;
    let path = format!("/directories/{}", text(&added, "id"));
    (server, path)
}

/// A person of the host logs on.
async fn logged_on(server: &Server, directory: &str) {
    let session = json!({ "directory": directory, "user": "wuser1", "password": HOST_PASSWORD });
    let told = server.call("POST", "/sessions").json(&session).await;
    assert_eq!(told.status, 201, "{told:?}");
}

/// The steps of a test, each with its code where there is one.
fn steps(test: &Value) -> Vec<(String, Option<String>)> {
    let steps = test["steps"].as_array().unwrap().iter();
    steps.map(|step| (text(step, "step"), step["code"].as_str().map(str::to_owned))).collect()
}

fn names(test: &Value) -> Vec<String> {
    steps(test).into_iter().map(|(name, _)| name).collect()
}

/// What is doubtful or wrong.
fn codes(test: &Value) -> Vec<(String, String)> {
    steps(test).into_iter().filter_map(|(name, code)| Some((name, code?))).collect()
}

fn one(step: &str, code: &str) -> Vec<(String, String)> {
    vec![(step.to_owned(), code.to_owned())]
}

fn detail(test: &Value, step: &str) -> String {
    let steps = test["steps"].as_array().unwrap();
    text(steps.iter().find(|one| one["step"] == json!(step)).unwrap(), "detail")
}

/// What the host was asked, as the event log tells it.
async fn asked(server: &Server) -> Vec<(String, Value)> {
    let events = server.events_of("directory-queried").await;
    events.iter().map(|event| (text(&event["new"], "question"), event["new"].clone())).collect()
}

#[tokio::test]
async fn each_question_to_a_host_is_an_event_and_what_is_asked_again_and_again_is_counted() {
    let (server, path) = with(&host_body()).await;
    logged_on(&server, "plant").await;
    get(&server, &format!("{path}/search?kind=group&text=Team")).await;
    let told = until("the questions are written down", async || {
        let told = asked(&server).await;
        let groups = told.iter().any(|(what, _)| what == "groups");
        groups.then_some(told)
    })
    .await;
    let own: Vec<_> =
        told.iter().map(|(what, new)| (what.as_str(), new["about"].as_str().unwrap_or_default())).collect();
    assert!(own.contains(&("user", "wuser1")) && own.contains(&("groups", "Team")), "{own:?}");
    assert!(own.iter().any(|(what, about)| *what == "groups-of" && about.starts_with("S-1-5-21-")));
    assert!(told.iter().all(|(_, new)| new["host"] == host()["host"]), "{told:?}");
    assert!(
        told.iter().all(|(what, _)| what != "states"),
        "not by itself before the minute is over: {told:?}"
    );
    // The state of whoever is logged on is asked every few seconds. The clock moves seldom: in
    // an hour everybody's session would be over.
    let mut moved = Instant::now();
    let counted = until("the questions of a minute are counted", async || {
        if moved.elapsed() > Duration::from_secs(2) {
            server.hands().advance(Duration::from_mins(1));
            moved = Instant::now();
        }
        asked(&server).await.into_iter().find(|(what, _)| what == "states")
    })
    .await;
    assert!(counted.1["count"].as_u64().unwrap() >= 1 && counted.1.get("about").is_none(), "{counted:?}");
}

#[tokio::test]
async fn questions_are_told_under_the_name_that_the_directory_has_now() {
    let (server, path) = with(&host_body()).await;
    let version = get(&server, &path).await["version"].clone();
    server.done("PATCH", &path, &json!({ "version": version, "name": "panel" })).await;
    get(&server, &format!("{path}/search?kind=group&text=Team")).await;
    let event = until("the question is written down", async || {
        let events = server.events_of("directory-queried").await;
        events.into_iter().find(|event| event["new"]["question"] == "groups")
    })
    .await;
    assert_eq!(event["what"]["name"], "panel", "{event}");
}

#[tokio::test]
async fn what_was_asked_before_the_end_is_written_down_at_the_end() {
    let (mut server, _) = with(&host_body()).await;
    logged_on(&server, "plant").await;
    server.restart().await;
    let told = asked(&server).await;
    assert!(told.iter().any(|(what, new)| what == "databases" && new["count"] == json!(1)), "{told:?}");
}

#[tokio::test]
async fn a_host_is_changed_and_the_stored_password_goes_to_no_other() {
    let (server, path) = with(&host_body()).await;
    let secret = Fixtures::load().workgroup.service.password;
    let to = |version: i64, field: &str, value: &str| {
        let mut host = host();
        host[field] = json!(value);
        json!({ "version": version, "workgroup": host })
    };
    for (field, value) in [("host", "other"), ("address", "127.0.0.9"), ("service_account", "wuser1")] {
        let told = refused(&server, "PATCH", &path, &to(1, field, value)).await;
        assert_eq!(told, (400, "service-password-needed".to_owned()), "{field}");
    }
    let same = json!({ "version": 1, "workgroup": host() });
    assert_eq!(server.done("PATCH", &path, &same).await["version"], json!(2));
    let mut moved = to(2, "address", "127.0.0.9");
    moved["service_password"] = json!(secret);
    let moved = server.done("PATCH", &path, &moved).await;
    assert_eq!(moved["workgroup"]["address"], json!("127.0.0.9"));
    let told = server.events_of("directory-changed").await.pop().unwrap();
    assert_eq!(told["old"]["workgroup"]["address"], host()["address"]);
    assert_eq!(told["new"]["workgroup"]["address"], json!("127.0.0.9"));
    assert_eq!(told["new"]["service_password"], json!("set anew"));
    assert!(!told.to_string().contains(&secret));
    for body in [
        to(3, "host", "a b"),
        to(3, "address", "here"),
        json!({ "version": 3, "os": {} }),
        json!({ "version": 3, "os": {}, "workgroup": host() }),
    ] {
        assert_eq!(refused(&server, "PATCH", &path, &body).await.1, "value-invalid", "{body}");
    }
}

#[tokio::test]
async fn the_use_of_this_computers_accounts_is_changed() {
    let (rules, other) = (Rules::new(RULES), Rules::new(RULES));
    let (server, path) = with(&json!({ "name": "plant", "os": { "service": rules.name() } })).await;
    let number = json!({ "version": 1, "os": { "least_uid": 5000 } });
    let changed = server.done("PATCH", &path, &number).await;
    assert_eq!(
        changed["os"],
        json!({ "service": rules.name(), "least_uid": 5000 }),
        "what is left out stays"
    );
    let service = json!({ "version": 2, "os": { "service": other.name() } });
    server.done("PATCH", &path, &service).await;
    let told = server.events_of("directory-changed").await.pop().unwrap();
    assert_eq!(told["old"]["os"]["service"], json!(rules.name()));
    assert_eq!(told["new"]["os"]["service"], json!(other.name()));
    for body in [
        json!({ "version": 3, "os": { "service": "su", "least_uid": 0 } }),
        json!({ "version": 3, "service_password": "x" }),
        json!({ "version": 3, "workgroup": host() }),
    ] {
        assert_eq!(refused(&server, "PATCH", &path, &body).await.1, "value-invalid", "{body}");
    }
    let both = server.call("PATCH", &path).bearer(&server.admin);
    let both = both.json(&json!({ "version": 3, "os": { "service": "su", "least_uid": 0 } })).await;
    let says = text(&both.body, "detail");
    assert!(says.contains("service") && says.contains("least_uid"), "all at once: {says}");
}

#[tokio::test]
async fn a_host_is_tested_step_by_step() {
    let (server, path) = with(&host_body()).await;
    let all = ["resolve", "connect", "negotiate", "account", "search", "groups"];
    let tested = server.done("POST", &format!("{path}/test"), &json!({})).await;
    assert_eq!(
        (names(&tested), &tested["good"]),
        (all.map(str::to_owned).to_vec(), &json!(true)),
        "{tested}"
    );
    assert!(detail(&tested, "negotiate").starts_with("SMB 3.1.1, signed, encrypted with AES-"), "{tested}");
    let probed = server.done("POST", &format!("{path}/probe"), &json!({})).await;
    assert_eq!(probed["good"], json!(true), "{probed}");
    assert_eq!(detail(&probed, "account-rights"), "an ordinary account");
    assert_eq!(detail(&probed, "account-password"), "never ends");
    let without = |field: &str, value: Value| {
        let mut host = host();
        host[field] = value;
        let secret = &host_body()["service_password"];
        json!({ "workgroup": host, "service_password": secret })
    };
    for (body, found) in [
        (without("address", json!("127.0.0.9")), one("connect", "connect-refused")),
        (without("service_account", json!("wdisabled")), one("account", "service-account-barred")),
    ] {
        assert_eq!(codes(&server.done("POST", TEST, &body).await), found, "{body}");
    }
    let told = server.events_of("directory-tested").await;
    assert!(told.iter().any(|event| event["new"]["workgroup"]["account"] == json!("wdisabled")), "{told:?}");
    let elsewhere = json!({ "directory": path.rsplit('/').next(), "workgroup": {
        "host": "other", "service_account": "wgservice" } });
    assert_eq!(refused(&server, "POST", TEST, &elsewhere).await.1, "service-password-needed");
    let none = json!({ "service_password": "x" });
    assert_eq!(refused(&server, "POST", TEST, &none).await.1, "value-invalid");
}

#[tokio::test]
async fn this_computers_accounts_are_tested_step_by_step() {
    let (rules, _user) = (Rules::new(RULES), User::new());
    let (server, path) = with(&json!({ "name": "plant", "os": { "service": rules.name() } })).await;
    let all = ["directory", "search", "groups", "rules", "account-states", "pam"];
    for verb in ["test", "probe"] {
        let tested = server.done("POST", &format!("{path}/{verb}"), &json!({})).await;
        assert_eq!((names(&tested), &tested["good"]), (all.map(str::to_owned).to_vec(), &json!(true)));
        assert_eq!(detail(&tested, "pam"), "nobody is let in (wrong)");
    }
    let missing = json!({ "os": { "service": "pforte-no-such-rules" } });
    let tested = server.done("POST", TEST, &missing).await;
    assert_eq!(codes(&tested), one("rules", "os-rules-missing"), "{tested}");
    let open = Rules::new("auth required pam_permit.so\naccount required pam_permit.so\n");
    let tested = server.done("POST", TEST, &json!({ "os": { "service": open.name() } })).await;
    assert_eq!(codes(&tested), one("pam", "os-pam-allows"), "{tested}");
}

#[tokio::test]
async fn another_ldap_server_is_tested_in_each_step_that_it_has() {
    let slapd = Fixtures::load().slapd;
    let ca = std::fs::read_to_string(&slapd.ca_certificate).unwrap();
    let ldap = json!({
        "schema": "open-ldap", "domain": "plant.example", "ca": ca, "service_account": slapd.service.user,
        "servers": [format!("{}:{}={}", slapd.host, slapd.tls_port, slapd.address)],
    });
    let body = json!({ "name": "plant", "service_password": slapd.service.password, "ldap": ldap });
    let (server, path) = with(&body).await;
    let tested = server.done("POST", &format!("{path}/test"), &json!({})).await;
    let all = ["resolve", "connect", "tls", "certificate", "directory", "account", "search", "groups"];
    assert_eq!((names(&tested), codes(&tested)), (all.map(str::to_owned).to_vec(), Vec::new()), "{tested}");
    let probed = server.done("POST", &format!("{path}/probe"), &json!({})).await;
    assert_eq!(probed["good"], json!(true), "{probed}");
    let all = [
        "resolve",
        "ports",
        "signing",
        "tls",
        "certificate-name",
        "certificate-dates",
        "certificate-purpose",
        "certificate-key",
        "certificate-chain",
        "way",
        "directory",
        "answers",
        "account",
        "search",
        "groups",
    ];
    assert_eq!(names(&probed), all);
    assert_eq!(codes(&probed), one("signing", "plain-binds-allowed"), "{probed}");
    let mut other = body;
    other.as_object_mut().unwrap().remove("name");
    other["ldap"]["domain"] = json!("other.example");
    let tested = server.done("POST", TEST, &other).await;
    assert_eq!(codes(&tested), one("directory", "other-domain"), "{tested}");
}

/// A file with a secret.
fn secret(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600)).unwrap();
    file
}

#[tokio::test]
async fn directories_of_each_kind_come_from_the_configuration_file() {
    let fixtures = Fixtures::load();
    let (host, slapd) = (&fixtures.workgroup, &fixtures.slapd);
    let (of_host, of_slapd) = (secret(&host.service.password), secret(&slapd.service.password));
    let more = format!(
        "[[directory]]\nname = \"shop\"\nkind = \"workgroup\"\nhost = \"{}\"\naddress = \"{}\"\n\
         service_account = \"{}\"\nservice_password_file = {:?}\n\
         [[directory]]\nname = \"here\"\nkind = \"os\"\n\
         [[directory]]\nname = \"people\"\nkind = \"ldap\"\nschema = \"open-ldap\"\ndomain = \"plant.example\"\n\
         servers = [\"{}:{}\"]\nca_file = {:?}\nservice_account = \"{}\"\nservice_password_file = {:?}\n",
        host.host,
        host.address,
        host.service.user,
        of_host.path(),
        slapd.host,
        slapd.tls_port,
        slapd.ca_certificate,
        slapd.service.user,
        of_slapd.path(),
    );
    let mut server = Server::start_with(Engine::Sqlite, &more).await;
    let list = get(&server, "/directories").await;
    assert_eq!(column(&list, "kind"), ["local", "workgroup", "os", "ldap"]);
    assert_eq!(list["items"][3]["ldap"]["schema"], json!("open-ldap"));
    logged_on(&server, "shop").await;
    let path = format!("/directories/{}", column(&list, "id")[2]);
    let change = json!({ "version": 1, "os": { "least_uid": 2000 } });
    assert_eq!(refused(&server, "PATCH", &path, &change).await, (409, "built-in".to_owned()));
    server.restart_with(&more.replace("kind = \"os\"", "kind = \"os\"\nleast_uid = 2000")).await;
    assert_eq!(get(&server, &path).await["os"]["least_uid"], json!(2000));
    assert_eq!(server.events_of("directory-changed").await.len(), 1, "what is the same is not changed");
}
