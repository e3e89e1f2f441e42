//! What the tests of administration share.

use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::http::Answer;
use pforte_test::server::text;
use pforte_test::{Fixtures, server::PASSWORD};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The name under which tests add the fixtures' domain.
pub(crate) const DOMAIN: &str = "works";

/// The body that adds the fixtures' domain.
pub(crate) fn domain_body(ad: &Ad) -> Value {
    let facts = &ad.facts;
    json!({
        "name": DOMAIN,
        "ldap": {
            "domain": facts.domain,
            "servers": [format!("{}={}", facts.host, facts.address)],
            "ca": std::fs::read_to_string(&facts.ca_certificate).unwrap(),
            "service_account": format!("{}@{}", facts.service.user, facts.domain),
        },
        "service_password": facts.service.password,
    })
}

/// How the fixtures' domain is shown: what was not said has its default.
pub(crate) fn shown_ldap(ad: &Ad) -> Value {
    let mut ldap = domain_body(ad)["ldap"].clone();
    for (field, usual) in [
        ("base", json!("")),
        ("dns", json!([])),
        ("foreign_members_of", json!([])),
        ("protection", json!("auto")),
        ("service_login", json!("auto")),
        ("site", json!("")),
    ] {
        ldap[field] = usual;
    }
    ldap
}

/// An address of this computer at which nothing listens.
pub(crate) const NOWHERE: &str = "127.99.0.1";

/// Adds the fixtures' domain to a server; gives the domain and the directory's identifier.
pub(crate) async fn with_domain(server: &Server) -> (Ad, String) {
    let ad = Fixtures::load().ad;
    let added = server.done("POST", "/directories", &domain_body(&ad)).await;
    let id = text(&added, "id");
    // The connections of many tests at once take their time on a small machine.
    let path = format!("/directories/{id}/search?kind=user&text={}", ad.facts.service.user);
    until("the domain answers", async || {
        (server.admin("GET", &path).send().await.status == 200).then_some(())
    })
    .await;
    (ad, id)
}

/// Tries to log somebody of the fixtures' domain on.
pub(crate) async fn log_on(server: &Server, user: &str, password: &str) -> Answer {
    let asked = json!({ "directory": DOMAIN, "user": user, "password": password });
    server.call("POST", "/sessions").json(&asked).await
}

/// Waits until something is so, for at most a minute: the machine may be busy.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The status and code of a call by the administrator that must be refused.
pub(crate) async fn refused(server: &Server, method: &str, path: &str, body: &Value) -> (u16, String) {
    let answer = server.admin(method, path).json(body).await;
    assert!(answer.status >= 400, "{method} {path}: {answer:?}");
    (answer.status, answer.code().to_owned())
}

/// What the administrator reads.
pub(crate) async fn get(server: &Server, path: &str) -> Value {
    let answer = server.admin("GET", path).send().await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

/// A field of each entry of a list.
pub(crate) fn column(list: &Value, field: &str) -> Vec<String> {
    let items = list.get("items").and_then(Value::as_array).unwrap();
    items.iter().map(|item| text(item, field)).collect()
}

/// Makes a user of the local directory and puts it among the administrators.
pub(crate) async fn second_administrator(server: &Server, login: &str) -> String {
    let user = server.user(login).await;
    let member = json!({ "kind": "user", "id": user });
    server.done("PUT", &format!("/groups/{}/members", administrators(server).await), &member).await;
    user
}

/// The identifier of the built-in group of administrators.
pub(crate) async fn administrators(server: &Server) -> String {
    let groups = get(server, "/groups?search=logon_admin").await;
    column(&groups, "id").pop().unwrap()
}

/// The token of a local user with the usual password.
pub(crate) async fn token(server: &Server, login: &str) -> String {
    server.token(login, PASSWORD).await
}

/// Whether a token still opens anything.
pub(crate) async fn is_live(server: &Server, token: &str) -> bool {
    server.call("GET", "/sessions/current").bearer(token).send().await.status == 200
}

/// The newest event of a type.
pub(crate) async fn event(server: &Server, kind: &str) -> Value {
    server.events_of(kind).await.pop().unwrap()
}
