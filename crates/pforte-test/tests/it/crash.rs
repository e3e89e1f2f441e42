//! The server's process is killed at any moment of a load of log-ons: after it
//! started again, every log-on that was answered stands in the log, the log is
//! genuine, and who was logged on still is.

use pforte_server::keys::DataFolder;
use pforte_test::audit::audit_with;
use pforte_test::server::{ADMIN, ENGINES, text};
use pforte_test::site::Site;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

/// Callers that log on at the same time.
const CALLERS: usize = 8;

/// The server that is killed.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_server-child"))
}

/// Logs on until the server is killed; gives what was answered: token and session.
async fn log_on(site: &Site, address: SocketAddr, told: &Mutex<Vec<(String, String)>>) {
    let asked = json!({ "user": ADMIN.0, "password": ADMIN.1 });
    while let Ok(answer) = site.call(address, "POST", "/sessions").try_json(&asked).await {
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.at("/session/id").as_str().unwrap().to_owned();
        told.lock().unwrap().push((answer.text("token"), id));
    }
}

/// The sessions whose beginning stands in the log.
async fn begun(site: &Site, address: SocketAddr, token: &str) -> BTreeSet<String> {
    let (mut begun, mut after) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("/events?type=logged-on&limit=500{after}");
        let page = site.call(address, "GET", &path).bearer(token).send().await;
        let items = page.at("/items").as_array().cloned().unwrap_or_else(|| unreachable!("{page:?}"));
        begun.extend(items.iter().map(|event| text(&event["record"]["what"], "id")));
        match page.at("/next").as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return begun,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_log_on_that_was_answered_is_lost_when_the_server_is_killed() {
    for engine in ENGINES {
        let site = Arc::new(Site::new(engine, program).await);
        let code = site.init();
        let set_up = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
        let mut all: Vec<(String, String)> = Vec::new();
        for (round, most) in [1, 7, 40, 90].into_iter().enumerate() {
            let mut process = site.serve();
            let address = process.address();
            if round == 0 {
                let made = site.call(address, "POST", "/setup").json(&set_up).await;
                assert_eq!(made.status, 201, "{made:?}");
            }
            let told = Arc::new(Mutex::new(Vec::new()));
            let mut callers = JoinSet::new();
            for _ in 0..CALLERS {
                let (site, told) = (Arc::clone(&site), Arc::clone(&told));
                callers.spawn(async move { log_on(&site, address, &told).await });
            }
            while told.lock().unwrap().len() < most {
                tokio::task::yield_now().await;
            }
            process.kill();
            callers.join_all().await;
            all.append(&mut told.lock().unwrap());

            let signer = DataFolder::open(&site.data()).unwrap().signer().unwrap();
            let report = audit_with(&site.settings(), signer.verifier(), &[]).await;
            assert!(report.is_genuine(), "{report:?}");
            let process = site.serve();
            let address = process.address();
            let begun = begun(&site, address, &all.first().unwrap().0).await;
            for (token, id) in &all {
                assert!(begun.contains(id), "the log-on {id} was answered and is not in the log");
                let here = site.call(address, "GET", "/sessions/current").bearer(token).send().await;
                assert_eq!((here.status, here.at("/id")), (200, &Value::from(id.as_str())), "{here:?}");
            }
        }
    }
}
