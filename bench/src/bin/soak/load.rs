//! Log-ons, decisions and log-offs through a whole server.

use pforte_bench::https::{Ask, Kept};
use pforte_bench::measure::load;
use pforte_model::event::EventType;
use pforte_server::keys::DataFolder;
use pforte_store::Reader;
use pforte_store::events::{self, Filter, From};
use pforte_test::Server;
use pforte_test::audit::audit;
use pforte_test::server::{Engine, PASSWORD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// People who log on, each over an own connection.
const PEOPLE: usize = 32;

/// Questions between a log-on and its log-off.
const DECISIONS: usize = 20;

/// The sessions that were acknowledged.
type Sessions = Arc<Mutex<BTreeSet<String>>>;

/// Runs a server under load for so long, then looks at its log.
pub(crate) async fn run(engine: Engine, period: Duration) {
    let mut server = Server::start_on(engine).await;
    let sessions = Sessions::default();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let login = format!("person{number}");
        server.user(&login).await;
        let kept = Kept::connect(server.address(), server.running().ca_file()).await;
        people.push(Arc::new((kept, login)));
    }
    let seen = Arc::clone(&sessions);
    let turn = move |caller: usize| {
        let (person, seen) = (Arc::clone(people.get(caller).unwrap()), Arc::clone(&seen));
        async move { turn(&person.0, &person.1, &seen).await }
    };
    let load = load(PEOPLE, period, turn).await;
    server.stop().await;
    let logged = look(&server, &sessions).await;
    println!(
        "{engine:?}: {} turns of log-on, {DECISIONS} decisions, log-off in {period:.0?}, p99 {:.0} ms; {logged} entries, genuine",
        load.count(),
        load.within(0.99)
    );
}

async fn turn(kept: &Kept, login: &str, sessions: &Sessions) {
    let body = json!({ "directory": "local", "user": login, "password": PASSWORD });
    let (status, answer) = kept.ask(&Ask::new("POST", "/api/v1/sessions", &body)).await;
    assert_eq!(status, 201, "{answer:?}");
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let new = sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(text("/session/id"));
    assert!(new, "a session was given twice");
    let token = text("/token");
    let question = json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }] });
    let ask = Ask::new("POST", "/api/v1/decisions", &question).bearer(&token);
    for _ in 0..DECISIONS {
        let (status, answer) = kept.ask(&ask).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((status, answer.pointer("/answers/0/allowed")), (200, Some(&Value::Bool(false))));
    }
    let end = Ask::plain("DELETE", "/api/v1/sessions/current").bearer(&token);
    let (status, answer) = kept.ask(&end).await;
    assert_eq!(status, 204, "{answer:?}");
    let (status, _) = kept.ask(&ask).await;
    assert_eq!(status, 401, "a session that was ended still counts");
}

/// Whether the log of a server that was stopped is genuine and has every session.
/// Gives the number of its entries.
async fn look(server: &Server, sessions: &Sessions) -> u64 {
    let folder = DataFolder::open(&server.data()).unwrap();
    let settings = server.database();
    let report = audit(&settings, folder.signer().unwrap().verifier()).await;
    assert!(report.is_genuine(), "{report:?}");
    let reader = Reader::open(&settings).await.unwrap();
    let sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for kind in [EventType::LoggedOn, EventType::LoggedOff] {
        let told = told(&reader, kind).await;
        let missing: Vec<_> = sessions.difference(&told).collect();
        assert!(missing.is_empty(), "{kind:?} is missing for {missing:?}");
    }
    report.entries
}

/// The sessions of which the log has an event of this type.
async fn told(reader: &Reader, kind: EventType) -> BTreeSet<String> {
    let (mut told, mut from) = (BTreeSet::new(), -1);
    let filter = Filter { kinds: vec![kind], ..Filter::default() };
    loop {
        let mut conn = reader.read().await.unwrap();
        let page = events::page(&mut conn, From::After(from), 1000, &filter).await.unwrap();
        told.extend(page.entries.into_iter().filter_map(|entry| Some(entry.event?.what?.id)));
        match page.next {
            Some(next) => from = next,
            None => return told,
        }
    }
}
