//! Directories of the other kinds through the whole server: added, shown, and people of them logged on.

use crate::admin_kit::{get, refused};
use crate::os_accounts::{PASSWORD as OS_PASSWORD, RULES, Rules, User};
use pforte_test::server::{Engine, text};
use pforte_test::{Fixtures, Server};
use serde_json::{Value, json};
use xtask::servers::workgroup::PASSWORD as HOST_PASSWORD;

/// A server with one more directory, called `plant`; its identifier.
async fn with(body: &Value) -> (Server, Value) {
    let server = Server::start_on(Engine::Sqlite).await;
    let added = server.done("POST", "/directories", body).await;
    (server, added)
}

async fn logged_on(server: &Server, login: &str, password: &str) -> (u16, String) {
    let asked = json!({ "directory": "plant", "user": login, "password": password });
    let told = server.call("POST", "/sessions").json(&asked).await;
    let code = told.body["code"].as_str().unwrap_or_default().to_owned();
    (told.status, code)
}

fn host_body() -> Value {
    let host = Fixtures::load().workgroup;
    json!({
        "name": "plant", "service_password": host.service.password,
        "workgroup": { "host": host.host, "address": host.address, "service_account": host.service.user },
    })
}

#[tokio::test]
async fn a_user_of_a_workgroup_host_logs_on_and_the_safer_way_is_told() {
    let (server, added) = with(&host_body()).await;
    assert_eq!((&added["kind"], &added["warning"]), (&json!("workgroup"), &json!("domain-is-safer")));
    assert_eq!(added["workgroup"]["service_account"], json!("wgservice"));
    assert_eq!(logged_on(&server, "wuser1", HOST_PASSWORD).await.0, 201);
    assert_eq!(logged_on(&server, "WG1\\wuser2", HOST_PASSWORD).await.0, 201);
    assert_ne!(logged_on(&server, "wdisabled", HOST_PASSWORD).await.0, 201);
    let wrong = logged_on(&server, "wuser2", "wrong").await;
    assert_eq!(logged_on(&server, "nobody", "wrong").await, wrong);
    let id = text(&added, "id");
    let found = get(&server, &format!("/directories/{id}/search?kind=group&text=Team")).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let log = serde_json::to_string(&server.events().await).unwrap();
    assert!(log.contains("wgservice") && !log.contains(HOST_PASSWORD));
}

#[tokio::test]
async fn a_user_of_this_computer_logs_on() {
    let (rules, user) = (Rules::new(RULES), User::new());
    let (server, added) = with(&json!({ "name": "plant", "os": { "service": rules.name() } })).await;
    assert_eq!((&added["kind"], &added["os"]["least_uid"]), (&json!("os"), &json!(1000)));
    assert_eq!(logged_on(&server, user.name(), OS_PASSWORD).await.0, 201);
    let wrong = logged_on(&server, user.name(), "wrong").await;
    assert_eq!(logged_on(&server, "nobody-here", "wrong").await, wrong);
    assert_ne!(logged_on(&server, "root", OS_PASSWORD).await.0, 201);
}

#[tokio::test]
async fn a_user_of_another_ldap_directory_logs_on() {
    let slapd = Fixtures::load().slapd;
    let ca = std::fs::read_to_string(&slapd.ca_certificate).unwrap();
    let ldap = json!({
        "schema": "open-ldap", "domain": "plant.example", "ca": ca, "service_account": slapd.service.user,
        "servers": [format!("{}:{}={}", slapd.host, slapd.tls_port, slapd.address)],
    });
    let body = json!({ "name": "plant", "service_password": slapd.service.password, "ldap": ldap });
    let (server, added) = with(&body).await;
    assert_eq!(added["ldap"]["schema"], json!("open-ldap"));
    assert_eq!(logged_on(&server, "ola", &slapd.user_password).await.0, 201);
    assert_eq!(logged_on(&server, "carla@plant.example", &slapd.user_password).await.0, 201);
    for name in ["olocked", "oexpired", "oended"] {
        assert_ne!(logged_on(&server, name, &slapd.user_password).await.0, 201, "{name}");
    }
}

#[tokio::test]
async fn a_directory_is_of_one_kind_and_has_a_password_where_it_needs_one() {
    let server = Server::start_on(Engine::Sqlite).await;
    let mut both = host_body();
    both["os"] = json!({});
    let mut without = host_body();
    without.as_object_mut().unwrap().remove("service_password");
    for body in [
        both,
        without,
        json!({ "name": "plant" }),
        json!({ "name": "plant", "os": {}, "service_password": "x" }),
        json!({ "name": "plant", "os": { "service": "su" } }),
    ] {
        assert_eq!(refused(&server, "POST", "/directories", &body).await.1, "value-invalid", "{body}");
    }
}
