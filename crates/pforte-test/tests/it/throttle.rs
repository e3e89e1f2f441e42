//! Wrong passwords: they slow down the next try and raise an alarm, they keep no
//! operator from their own station, and a flood of them fills nothing.

use pforte_test::Server;
use pforte_test::http::{Answer, connect};
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const RULES: &str = "[throttle]\nfree = 2\nmost_seconds = 60\nmost_seconds_essential = 5\nalarm_after = 5\n";

/// The status, the code, and for how long to wait.
fn seen(answer: &Answer) -> (u16, String, Option<String>) {
    let wait = answer.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    (answer.status, answer.code().to_owned(), wait)
}

fn too_often(seconds: u32) -> (u16, String, Option<String>) {
    (429, "tried-too-often".to_owned(), Some(seconds.to_string()))
}

async fn station(server: &Server, name: &str) -> String {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    text(&made, "credential")
}

async fn at(server: &Server, station: &str, user: &str, password: &str) -> Answer {
    let asked = json!({ "directory": "local", "user": user, "password": password });
    server.call("POST", "/sessions").station(station).json(&asked).await
}

/// Waits until a condition holds, for 20 seconds at most.
async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(), "{what}");
}

#[tokio::test]
async fn the_delay_grows_alike_for_names_that_exist_and_names_that_do_not() {
    let server = Server::start_with(Engine::Sqlite, RULES).await;
    server.user("operator").await;
    for name in ["operator", "nobody"] {
        let mut waits = Vec::new();
        for _ in 0..10 {
            let wrong = server.log_on(name, "wrong").await;
            assert_eq!(seen(&wrong), (401, "credentials-refused".to_owned(), None), "{name}");
            if waits.len() < 2 {
                waits.push(0);
                continue;
            }
            let early = seen(&server.log_on(name, PASSWORD).await);
            let wait = early.2.clone().unwrap().parse().unwrap();
            assert_eq!(early, too_often(wait), "{name}");
            waits.push(wait);
            server.hands().advance(Duration::from_secs(wait.into()));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60], "{name}");
    }
    assert_eq!(server.log_on("operator", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn guessing_raises_an_alarm_even_while_a_flood_goes_on() {
    for engine in ENGINES {
        let server = Server::start_with(engine, RULES).await;
        server.user("operator").await;
        for number in 0..150 {
            server.log_on(&format!("stranger{number}"), "wrong").await;
        }
        let told = async || server.events_of("password-guessing").await;
        for (number, wait) in [0, 0, 1, 2, 60, 60, 60, 60, 60, 60].into_iter().enumerate() {
            let before = told().await.len();
            assert_eq!(server.log_on("operator", "wrong").await.code(), "credentials-refused");
            // At the bound and at each doubling.
            assert_eq!(told().await.len() - before, usize::from([5, 10].contains(&(number + 1))), "{number}");
            server.hands().advance(Duration::from_secs(wait));
        }
        let alarms = told().await;
        assert!(alarms.iter().all(|alarm| alarm["who"]["name"] == "operator"), "{alarms:?}");
        assert_eq!(text(alarms.first().unwrap(), "reason"), "5 wrong passwords in a row (account)");
    }
}

#[tokio::test]
async fn a_flood_from_elsewhere_does_not_keep_an_operator_from_their_station() {
    let server = Server::start_with(Engine::Sqlite, RULES).await;
    server.user("operator").await;
    let panel = station(&server, "Panel").await;
    let other = station(&server, "Other").await;
    for _ in 0..20 {
        server.log_on("operator", "wrong").await;
        at(&server, &other, "operator", "wrong").await;
    }
    assert_eq!(server.log_on("operator", PASSWORD).await.status, 429);
    assert_eq!(at(&server, &other, "operator", PASSWORD).await.status, 429);
    let here = at(&server, &panel, "operator", PASSWORD).await;
    assert_eq!(here.status, 201, "{here:?}");
}

#[tokio::test]
async fn an_essential_account_never_waits_longer_than_its_bound() {
    let server = Server::start_with(Engine::Sqlite, RULES).await;
    let id = server.user("operator").await;
    let panel = station(&server, "Panel").await;
    for number in 0..12 {
        server.log_on("operator", "wrong").await;
        at(&server, &panel, "operator", "wrong").await;
        at(&server, &panel, &format!("stranger{number}"), "wrong").await;
        server.hands().advance(Duration::from_secs(61));
    }
    at(&server, &panel, "stranger", "wrong").await;
    server.log_on("operator", "wrong").await;
    assert_eq!(seen(&at(&server, &panel, "operator", PASSWORD).await), too_often(60));
    assert_eq!(seen(&server.log_on("operator", PASSWORD).await), too_often(60));
    server.done("PATCH", &format!("/users/{id}"), &json!({ "version": 1, "essential": true })).await;
    assert_eq!(seen(&at(&server, &panel, "operator", PASSWORD).await), too_often(5));
    assert_eq!(seen(&server.log_on("operator", PASSWORD).await), too_often(5));
    server.hands().advance(Duration::from_secs(5));
    assert_eq!(at(&server, &panel, "operator", PASSWORD).await.status, 201);
    assert_eq!(server.log_on("operator", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn whoever_gets_a_new_password_need_not_wait_anywhere_also_after_a_restart() {
    for engine in ENGINES {
        let mut server = Server::start_with(engine, RULES).await;
        let id = server.user("operator").await;
        server.user("other").await;
        let panel = station(&server, "Panel").await;
        for _ in 0..4 {
            server.log_on("operator", "wrong").await;
            at(&server, &panel, "operator", "wrong").await;
            server.log_on("other", "wrong").await;
            server.hands().advance(Duration::from_secs(2));
        }
        server.log_on("operator", "wrong").await;
        server.log_on("other", "wrong").await;
        assert_eq!(server.log_on("operator", PASSWORD).await.status, 429);
        let other = seen(&server.log_on("other", PASSWORD).await);
        assert_eq!(other.0, 429);
        let new = "Rohrpost-Ginster-88";
        server.done("PUT", &format!("/users/{id}/password"), &json!({ "password": new })).await;
        server.restart().await;
        assert_eq!(server.log_on("operator", new).await.status, 201);
        assert_eq!(seen(&server.log_on("other", PASSWORD).await), other, "another account still waits");
    }
}

#[tokio::test]
async fn what_was_counted_still_counts_after_a_restart() {
    for engine in ENGINES {
        let mut server = Server::start_with(engine, RULES).await;
        server.user("operator").await;
        for _ in 0..8 {
            server.log_on("operator", "wrong").await;
            server.hands().advance(Duration::from_mins(1));
        }
        server.log_on("operator", "wrong").await;
        let before = seen(&server.log_on("operator", PASSWORD).await);
        assert_eq!(before, too_often(60));
        server.restart().await;
        assert_eq!(seen(&server.log_on("operator", PASSWORD).await), before);
    }
}

/// How many refusals one event tells.
fn told(event: &Value) -> usize {
    event["reason"].as_str().unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_refused_log_ons_leaves_few_events_and_shuts_nobody_out() {
    const FLOOD: usize = 400;
    for engine in ENGINES {
        let server = Server::start_with(engine, RULES).await;
        let before = server.events().await.len();
        let flood = async |first: usize| {
            for number in (first..FLOOD).step_by(8) {
                let refused = server.log_on(&format!("stranger{number}"), "wrong").await;
                assert_eq!(refused.code(), "credentials-refused", "{refused:?}");
            }
        };
        let running = async {
            for _ in 0..60 {
                let here = server.admin("GET", "/sessions/current").send().await;
                assert_eq!(here.status, 200, "{here:?}");
            }
        };
        let floods = futures_util::future::join_all((0..8).map(flood));
        futures_util::future::join(floods, running).await;
        until("every refusal is told", async || {
            let counted: usize = server.events_of("log-ons-refused").await.iter().map(told).sum();
            counted + server.events_of("log-on-refused").await.len() == FLOOD
        })
        .await;
        let own = server.events_of("log-on-refused").await.len();
        let all = server.events().await.len() - before;
        assert!(own <= 120 && all <= 160, "{own} of {all} events");
    }
}

#[tokio::test]
async fn a_wrong_password_counts_although_its_sender_does_not_wait_for_the_answer() {
    let rules = format!("{RULES}[local]\nmemory_kib = 65536\npasses = 3\n");
    let server = Server::start_with(Engine::Sqlite, &rules).await;
    server.user("operator").await;
    for tries in 1..=3 {
        let mut stream = connect(server.address(), server.running().ca_file()).await;
        let body = r#"{"directory":"local","user":"operator","password":"wrong"}"#;
        let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        until("the try has begun", async || server.running().app().jobs.running().contains(&"log-on")).await;
        drop(stream);
        until("the try is counted", async || tried(&server).await >= tries).await;
    }
    assert_eq!(server.log_on("operator", PASSWORD).await.status, 429);
}

async fn tried(server: &Server) -> usize {
    server.events_of("log-on-refused").await.len()
}
