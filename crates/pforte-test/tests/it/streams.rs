//! Applications hear of changes at once, with a lease.

use pforte_client::{Change, Client, Trust};
use pforte_test::Server;
use pforte_test::server::{PASSWORD, text};
use pforte_wire::secret::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// A client that trusts the server and sends this token.
fn client(server: &Server, token: &str) -> Client {
    let pem = std::fs::read(server.running().ca_file()).unwrap();
    let base = format!("https://localhost:{}", server.address().port());
    Client::new(&base, &Trust::Pem(pem)).unwrap().with_token(&Secret::new(token.to_owned())).unwrap()
}

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(5), work).await;
    assert!(done.is_ok(), "{what}");
    done.unwrap()
}

/// A station with its credential, and an application that may ask about it.
async fn hmi(server: &Server) -> (String, String, String) {
    let station = server.done("POST", "/stations", &json!({ "name": "Panel", "area": "dairy" })).await;
    let made = server
        .done("POST", "/applications", &json!({ "key": "hmi", "name": "HMI", "areas": ["dairy"] }))
        .await;
    (text(&station["station"], "id"), text(&station, "credential"), text(&made, "credential"))
}

async fn log_on(server: &Server, credential: &str, user: &str) -> Value {
    let asked = json!({ "directory": "local", "user": user, "password": PASSWORD });
    let answer = server.call("POST", "/sessions").station(credential).json(&asked).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn an_application_hears_of_a_log_on_a_change_of_roles_and_a_log_off() {
    let server = Server::start().await;
    let user = server.user("operator").await;
    let (id, credential, token) = hmi(&server).await;
    let mut stream = client(&server, &token).in_charge_stream(&id).await.unwrap();
    let first = soon("who is here", stream.next()).await.unwrap().unwrap();
    assert!(first.session.is_none());
    assert_eq!(first.lease.seconds, 10);

    let session = log_on(&server, &credential, "operator").await;
    let here = soon("the log-on", stream.next()).await.unwrap().unwrap();
    assert_eq!(here.session.as_ref().unwrap().user.name, "operator");
    assert!(here.session.unwrap().roles.is_empty());

    let given =
        json!({ "role": "Administrator", "principal": { "kind": "user", "id": user }, "areas": ["dairy"] });
    server.done("POST", "/assignments", &given).await;
    let roles = async {
        loop {
            let told = stream.next().await.unwrap().unwrap();
            if told.session.is_some_and(|session| !session.roles.is_empty()) {
                return;
            }
        }
    };
    soon("the new role", roles).await;

    server
        .call("DELETE", "/sessions/current")
        .bearer(&text(&session, "token"))
        .station(&credential)
        .send()
        .await;
    let gone = async { while stream.next().await.unwrap().unwrap().session.is_some() {} };
    soon("the log-off", gone).await;
}

#[tokio::test]
async fn the_heartbeat_comes_although_other_things_change_all_the_time() {
    let server =
        Server::start_with(pforte_test::server::Engine::Sqlite, "[session]\nlease_seconds = 3\n").await;
    let (id, _, token) = hmi(&server).await;
    let mut stream = client(&server, &token).in_charge_stream(&id).await.unwrap();
    stream.next().await.unwrap().unwrap();
    let changing = async {
        for number in 0..u32::MAX {
            server
                .done("POST", "/areas", &json!({ "parent": "dairy", "name": format!("area{number}") }))
                .await;
        }
    };
    tokio::select! {
        () = changing => {}
        told = soon("a heartbeat", stream.next()) => assert!(told.unwrap().unwrap().session.is_none()),
    }
}

#[tokio::test]
async fn a_persons_own_stream_ends_with_the_session() {
    let server = Server::start().await;
    server.user("operator").await;
    let token = server.token("operator", PASSWORD).await;
    let mut stream = client(&server, &token).changes().await.unwrap();
    let first = soon("the session", stream.next()).await.unwrap().unwrap();
    assert!(matches!(first, Change::Session(_)), "{first:?}");
    server.call("DELETE", "/sessions/current").bearer(&token).send().await;
    let ended = async {
        loop {
            match stream.next().await.unwrap() {
                Some(Change::Ended(_)) | None => return,
                Some(_) => {}
            }
        }
    };
    soon("the end", ended).await;
}
