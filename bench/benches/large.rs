//! A large plant over HTTPS, on SQLite: pages of a log with ten million events, and a
//! search among a hundred thousand users; each answer within 200 ms.
//!
//! Both are written once, through the store of a server of its own, and kept under
//! `target/bench-large` for the next run, also for the measurement of the pages in a
//! browser: a year of log-ons, log-offs, acts and refusals of 5,000 people at 200
//! stations, three seconds apart, with one needle in them. Each call makes a
//! connection of its own.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use jiff::tz::TimeZone;
use pforte_bench::measure::{Load, busy};
use pforte_model::event::{Actor, Event, EventType, Named, Outcome, Subject};
use pforte_model::id::{DirectoryId, EventId, PersonId, UserId};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_server::clock::Clock;
use pforte_server::config::Config;
use pforte_server::run::{self, Options};
use pforte_store::persons::{self, Person};
use pforte_store::users::{self, User};
use pforte_store::{StoreError, Tx, directories, log};
use pforte_test::http::{Answer, Caller};
use pforte_test::server::ADMIN;
use pforte_test::store::event;
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const EVENTS: u64 = 10_000_000;

const USERS: u64 = 100_000;

/// Events of one job.
const JOB: u64 = 5_000;

/// When the first happened: a year before the server's clock.
const FIRST: Micros = Micros(1_763_884_800_000_000);

/// Seconds between two of them.
const APART: i64 = 3;

/// Calls of each page.
const CALLS: usize = 15;

/// What a page may take, in milliseconds.
const MOST: f64 = 200.0;

const NEEDLE: &str = "Nadel im Heuhaufen";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        let place = Place::open().await;
        for (name, query) in queries() {
            place.measure(name, &format!("/api/v1/events?{query}")).await;
        }
        place.measure("overview", "/api/v1/overview").await;
        for text in ["user09", "number 99999", "nobody is called so"] {
            let path = format!("/api/v1/users?search={}", text.replace(' ', "+"));
            place.measure(&format!("users with '{text}'"), &path).await;
        }
        println!("load of the machine {}", busy());
        place.server.stop().await;
    });
}

fn queries() -> Vec<(&'static str, String)> {
    let at = |number: u64| pforte_wire::time::Time(moment(number));
    let span = format!("from={}&to={}", at(3_300_000), at(3_300_900));
    vec![
        ("newest 100", "newest=true".to_owned()),
        ("100 before the middle", "before=5000000".to_owned()),
        ("oldest 1,000", "limit=1000".to_owned()),
        ("refused, newest 100", "newest=true&result=refused".to_owned()),
        ("by one user, newest first", "newest=true&user=user4711".to_owned()),
        ("a text that stands nowhere near", format!("newest=true&text={}", NEEDLE.replace(' ', "+"))),
        ("45 minutes eight months ago", format!("newest=true&{span}")),
        ("a text in these 45 minutes", format!("newest=true&{span}&text={}", NEEDLE.replace(' ', "+"))),
        ("after a moment, oldest first", format!("from={}", at(7_000_000))),
    ]
}

struct Place {
    server: run::Server,
    token: String,
}

impl Place {
    async fn open() -> Self {
        let folder = xtask::place::workspace().join("target/bench-large");
        std::fs::create_dir_all(&folder).unwrap();
        let data = folder.join("data");
        let code = if data.exists() { None } else { Some(run::init(options(&data)).await.unwrap()) };
        let server = run::Server::start(options(&data)).await.unwrap();
        if let Some(code) = code {
            let asked = json!({ "code": code.as_str(), "user": ADMIN.0, "password": ADMIN.1 });
            assert_eq!(call(&server, "POST", "/api/v1/setup").json(&asked).await.status, 201);
        }
        fill(&server).await;
        people(&server).await;
        let asked = json!({ "user": ADMIN.0, "password": ADMIN.1 });
        let token = call(&server, "POST", "/api/v1/sessions").json(&asked).await.text("token");
        Self { server, token }
    }

    async fn measure(&self, name: &str, path: &str) {
        let (mut times, mut last) = (Vec::new(), None);
        let begun = Instant::now();
        for _ in 0..CALLS {
            let asked = Instant::now();
            let answer = call(&self.server, "GET", path).bearer(&self.token).send().await;
            times.push(asked.elapsed());
            assert_eq!(answer.status, 200, "{answer:?}");
            last = Some(answer);
        }
        let first = times.first().map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        let load = Load::of(times, begun.elapsed());
        let (median, slowest) = (load.within(0.5), load.within(1.0));
        let kept = if slowest < MOST { "" } else { "  OVER 200 ms" };
        let found = last.map_or(0, |answer| items(&answer));
        println!(
            "{name:<34} {found:>4} found, first {first:>6.1}, median {median:>6.1}, slowest {slowest:>6.1} ms{kept}"
        );
    }
}

fn items(answer: &Answer) -> usize {
    answer.at("/items").as_array().map_or(0, Vec::len)
}

fn call(server: &run::Server, method: &str, path: &str) -> Caller {
    Caller::new(*server.addresses().first().unwrap(), server.ca_file(), method, path)
}

fn options(data: &Path) -> Options {
    let text = "version = 1\n[storage]\nengine = \"sqlite\"\n[plant]\nname = \"dairy\"\n";
    let (clock, _hands) = Clock::with_hands(TimeZone::UTC, moment(EVENTS).plus_seconds(3_600));
    Options {
        data: PathBuf::from(data),
        config: Config::parse(text, data).unwrap(),
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        clock,
        seed: rand::random(),
        helper: None,
    }
}

/// Writes what is missing of the ten million.
async fn fill(server: &run::Server) {
    let app = server.app();
    let size = {
        let mut conn = app.store.read().await.unwrap();
        u64::try_from(log::head(&mut conn).await.unwrap().size).unwrap()
    };
    let begun = Instant::now();
    for first in (size..EVENTS).step_by(usize::try_from(JOB).unwrap()) {
        let events: Vec<Event> = (first..first + JOB).map(happened).collect();
        let write = app.store.write(async move |tx: &mut Tx| {
            events.iter().try_for_each(|event| tx.append(event).map(drop))?;
            Ok::<_, StoreError>(())
        });
        write.await.unwrap();
    }
    if size < EVENTS {
        let took = Duration::from_secs(begun.elapsed().as_secs());
        println!("{} events written in {took:?}", EVENTS - size);
    }
}

/// Writes the users that are missing, people of the local directory without passwords.
async fn people(server: &run::Server) {
    let app = server.app();
    let (there, directory) = {
        let mut conn = app.store.read().await.unwrap();
        let local = directories::all(&mut conn).await.unwrap().into_iter().next().unwrap().id;
        (persons::all(&mut conn).await.unwrap().len(), local)
    };
    // The administrator of the set-up is one of them.
    let missing = u64::try_from(there).unwrap() - 1..USERS;
    for first in missing.clone().step_by(usize::try_from(JOB).unwrap()) {
        let write = app.store.write(async move |tx: &mut Tx| {
            for number in first..(first + JOB).min(USERS) {
                let (person, user) = somebody(number, directory);
                persons::insert(tx, &person).await?;
                users::insert(tx, &user).await?;
            }
            Ok::<_, StoreError>(())
        });
        write.await.unwrap();
    }
    println!("{} users written", missing.end - missing.start);
}

fn somebody(number: u64, directory: DirectoryId) -> (Person, User) {
    let mut id = [8; 16];
    id.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    let name = format!("Person number {number}");
    let person = Person { id: PersonId::from_bytes(id), name: name.clone(), created_at: FIRST };
    let user = User {
        id: UserId::from_bytes(id),
        directory,
        key: id.to_vec(),
        login: LoginName::parse(&format!("user{number:05}")).unwrap(),
        label: name,
        person: person.id,
        enabled: true,
        essential: false,
        adopted_at: FIRST,
        seen_at: None,
        version: 1,
    };
    (person, user)
}

fn moment(number: u64) -> Micros {
    FIRST.plus_seconds(i64::try_from(number).unwrap() * APART)
}

/// One of the ten million.
fn happened(number: u64) -> Event {
    let mut id = [7; 16];
    id.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    let (kind, result) = match number % 10 {
        0 => (EventType::LogOnRefused, Outcome::Refused),
        1..=3 => (EventType::LoggedOn, Outcome::Done),
        4..=6 => (EventType::LoggedOff, Outcome::Done),
        _ => (EventType::ActDecided, Outcome::Done),
    };
    let station = number % 200;
    Event {
        id: EventId::from_bytes(id),
        at: moment(number),
        kind,
        category: kind.category(),
        severity: kind.severity(),
        result,
        who: Actor::Person {
            person: PersonId::from_bytes(id),
            user: UserId::from_bytes(id),
            name: format!("user{}", number * 7 % 5_000),
            directory: "works".into(),
        },
        what: Some(Subject { kind: "session".into(), id: number.to_string(), name: "Anna Schmidt".into() }),
        station: Some(Named { id: format!("st-{station}"), name: format!("Filler {station}") }),
        new: Some(json!({ "session": number.to_string(), "factors": [{ "factor": "password", "at": 0 }] })),
        reason: (number == 3_300_500).then(|| NEEDLE.to_owned()),
        ..event(number)
    }
}
