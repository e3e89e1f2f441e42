//! Electronic signatures through the whole server over HTTPS, on both engines.
//!
//! `load`: a thousand requests with two signatures each in a minute beside decisions, and
//! as many as there can be. `told`: from the last signature's call to the application that
//! waits. `past`: lists beside a million requests that are over, written straight into the
//! database as copies of one that was signed; they need 7 GB while it runs.
//!
//! Hashing costs the least that can be configured (8 MiB, one pass) and is measured in the
//! same run; `told` is given without it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use argon2::{Algorithm, Argon2, Params, Version};
use pforte_bench::https::{Ask, Kept};
use pforte_bench::measure::{Load, busy, median};
use pforte_test::Server;
use pforte_test::pg_database;
use pforte_test::server::{Engine, PASSWORD, text};
use pforte_test::signing::{Made, given, make, request, signing};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Requests that are over.
const PAST: u32 = 1_000_000;

/// Rows of one transaction.
const AT_A_TIME: u32 = 20_000;

/// How many objects and how many people they are about.
const SPREAD: u32 = 500;

/// Requests that are open beside them: some as in a plant, and as many as there may be.
const OPEN: [u32; 2] = [100, 9_900];

/// How long the load goes on.
const PERIOD: Duration = Duration::from_secs(20);

/// Between two requests: a thousand in a minute.
const PACE: Duration = Duration::from_millis(60);

/// People of each of the two roles.
const CREW: usize = 8;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let has = |word: &str| wanted.is_empty() || wanted.iter().any(|one| one == word);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let hashing = hashing();
        println!("load of the machine {}; one hash takes {hashing:.1} ms", busy());
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if has("load") || has("told") {
                let plant = Arc::new(Plant::start(engine, None).await);
                if has("told") {
                    told(engine, &plant, hashing).await;
                }
                if has("load") {
                    loaded(engine, &plant).await;
                }
            }
            if has("past") {
                past(engine).await;
            }
        }
        println!("load of the machine {}", busy());
    });
}

/// One hash with the parameters of the servers here, in milliseconds.
fn hashing() -> f64 {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, Some(32)).unwrap());
    let once = |_| {
        let (begun, mut tag) = (Instant::now(), [0; 32]);
        argon2.hash_password_into(PASSWORD.as_bytes(), &[9; 16], &mut tag).unwrap();
        begun.elapsed().as_secs_f64() * 1e3
    };
    median((0..20).map(once).collect())
}

struct Plant {
    server: Server,
    made: Made,
    /// The batch application and the people, each at a connection of their own.
    batch: Kept,
    people: [Vec<(Kept, String)>; 2],
}

impl Plant {
    async fn start(engine: Engine, database: Option<pforte_test::PgDatabase>) -> Self {
        let server = match (engine, database) {
            (Engine::Postgres, Some(database)) => Server::start_over(Some(database), "").await,
            _ => Server::start_on(engine).await,
        };
        let made = make(&|method, path| server.call(method, path), &server.admin).await;
        let mut people = [Vec::new(), Vec::new()];
        for ((name, role), crew) in ["operator", "quality"].iter().zip(&made.roles).zip(&mut people) {
            for number in 10..10 + CREW {
                let login = format!("{name}{number}");
                let user = server.user(&login).await;
                server.done("POST", "/assignments", &given(&user, role, "dairy")).await;
                crew.push((Kept::connect(server.address(), server.running().ca_file()).await, login));
            }
        }
        let batch = Kept::connect(server.address(), server.running().ca_file()).await;
        Self { server, made, batch, people }
    }

    async fn ask(&self, key: &str) -> Value {
        let ask = Ask::new("POST", "/api/v1/signature-requests", &request(key)).bearer(&self.made.batch);
        answered(self.batch.ask(&ask).await, 201)
    }

    /// One of the crew signs; gives the request as it then stands.
    async fn sign(&self, request: &Value, role: usize, one: usize) -> Value {
        let crew = self.people.get(role).unwrap();
        let (kept, login) = crew.get(one % crew.len()).unwrap();
        let signed = kept.ask(&Ask::new("POST", "/api/v1/signatures", &signing(request, login))).await;
        answered(signed, 200).pointer("/signed/0").unwrap().clone()
    }

    /// A request from its beginning to its end.
    async fn whole(&self, key: &str, one: usize) {
        let asked = self.ask(key).await;
        self.sign(&asked, 0, one).await;
        assert_eq!(text(&self.sign(&asked, 1, one).await, "state"), "complete");
    }
}

fn answered((status, body): (u16, impl AsRef<[u8]>), expected: u16) -> Value {
    assert_eq!(status, expected, "{}", String::from_utf8_lossy(body.as_ref()));
    serde_json::from_slice(body.as_ref()).unwrap()
}

/// From the call that gives the last signature to the answer that the application waits for.
async fn told(engine: Engine, plant: &Arc<Plant>, hashing: f64) {
    let waiting = Kept::connect(plant.server.address(), plant.server.running().ca_file()).await;
    let mut times = Vec::new();
    let begun = Instant::now();
    for number in 0..200_usize {
        let asked = plant.ask(&format!("told {number}")).await;
        plant.sign(&asked, 0, number).await;
        let path = format!("/api/v1/signature-requests/{}?wait=30&known=2", text(&asked, "id"));
        let wait = Ask::plain("GET", &path).bearer(&plant.made.batch);
        let heard = async {
            let answer = answered(waiting.ask(&wait).await, 200);
            assert_eq!(text(&answer, "state"), "complete");
            Instant::now()
        };
        let signed = async {
            // The application waits by then.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let called = Instant::now();
            plant.sign(&asked, 1, number).await;
            called
        };
        let (heard, called) = tokio::join!(heard, signed);
        times.push(heard - called);
    }
    let load = Load::of(times, begun.elapsed());
    let (p50, p99) = (load.within(0.5) - hashing, load.within(0.99) - hashing);
    println!(
        "{engine:?}: from the last signature to the waiting application p50 {p50:.1} ms, p99 {p99:.1} ms without the \
         hash; {:.2} of 200 ms",
        p99 / 200.0
    );
}

async fn loaded(engine: Engine, plant: &Arc<Plant>) {
    let quiet = decisions(plant, PERIOD / 4).await;
    let (beside, times) = tokio::join!(decisions(plant, PERIOD), paced(plant));
    let load = Load::of(times, PERIOD);
    println!(
        "{engine:?}: {:.0} requests with two signatures a minute, each from asking to complete p50 {:.1} ms, p99 {:.1} ms; \
         beside them {:.0} decisions/s, p99 {:.2} ms, {:.2} ms without them",
        load.rate * 60.0,
        load.within(0.5),
        load.within(0.99),
        beside.rate,
        beside.within(0.99),
        quiet.within(0.99)
    );
    let shared = Arc::clone(plant);
    let most = pforte_bench::measure::load(CREW, PERIOD / 2, move |one| {
        let plant = Arc::clone(&shared);
        async move { plant.whole(&format!("most {one} {:?}", rand::random::<u64>()), one).await }
    });
    let most = most.await;
    let minute = most.rate * 60.0;
    println!("{engine:?}: at most {minute:.0} requests a minute, {:.1} times 1,000", minute / 1_000.0);
}

/// A thousand requests a minute, however long each takes.
async fn paced(plant: &Arc<Plant>) -> Vec<Duration> {
    let (mut pace, begun, mut tasks) = (tokio::time::interval(PACE), Instant::now(), JoinSet::new());
    let mut number = 0;
    while begun.elapsed() < PERIOD {
        pace.tick().await;
        let (plant, one) = (Arc::clone(plant), number);
        number += 1;
        tasks.spawn(async move {
            let asked = Instant::now();
            plant.whole(&format!("paced {one}"), one).await;
            asked.elapsed()
        });
    }
    tasks.join_all().await
}

/// Two applications ask two hundred times a second each.
async fn decisions(plant: &Plant, period: Duration) -> Load {
    let body = json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }] });
    let ask = Ask::new("POST", "/api/v1/decisions", &body).bearer(&plant.server.admin);
    let asking = || async {
        let kept = Kept::connect(plant.server.address(), plant.server.running().ca_file()).await;
        let (mut pace, begun, mut times) =
            (tokio::time::interval(Duration::from_millis(5)), Instant::now(), Vec::new());
        while begun.elapsed() < period {
            pace.tick().await;
            let asked = Instant::now();
            answered(kept.ask(&ask).await, 200);
            times.push(asked.elapsed());
        }
        times
    };
    let (mut one, other) = tokio::join!(asking(), asking());
    one.extend(other);
    Load::of(one, period)
}

async fn past(engine: Engine) {
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(pg_database().await),
    };
    let url = database.as_ref().map(|database| database.url().to_owned());
    let mut plant = Plant::start(engine, database).await;
    let asked = plant.ask("template").await;
    plant.sign(&asked, 0, 0).await;
    plant.sign(&asked, 1, 0).await;
    plant.ask("open").await;
    let (mut done, begun) = (0, Instant::now());
    for open in OPEN {
        plant.server.stop().await;
        let sql = if done == 0 { past_sql(engine) } else { Vec::new() };
        let sql: Vec<String> = sql.into_iter().chain(open_sql(engine, done, open)).collect();
        let (file, url) = (plant.server.data().join("pforte.db"), url.clone());
        match url {
            None => tokio::task::spawn_blocking(move || sqlite(&file, &sql)).await.unwrap(),
            Some(url) => postgres(&url, &sql).await,
        }
        if done == 0 {
            println!("{engine:?}: {PAST} past requests written in {:.0?}", begun.elapsed());
        }
        done = open;
        plant.server.restart().await;
        lists(engine, &plant, open).await;
    }
    // A server that runs would keep the room of its files.
    plant.server.stop().await;
}

/// The identifier of this number behind its first byte, as SQL of the engine.
fn id(engine: Engine, first: &str, number: &str) -> String {
    match engine {
        Engine::Sqlite => format!("unhex('{first}' || printf('%030x', {number}))"),
        Engine::Postgres => format!("decode('{first}' || lpad(to_hex({number}), 30, '0'), 'hex')"),
    }
}

fn numbers(engine: Engine, from: u32, to: u32) -> String {
    match engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE numbers (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {to})"
        ),
        Engine::Postgres => {
            format!("WITH numbers AS (SELECT n FROM generate_series({from}, {to} - 1) AS n)")
        }
    }
}

const COLUMNS: &str = "application_id, asked, policy_id, policy_version, action, area_id, station_id, performer_id, \
    record_id, link, requested_at, expires_at, ended_at, version";

/// Copies of the request of this key, as its other columns say.
fn copies(engine: Engine, key: &str, first: &str, (from, to): (u32, u32), state: &str) -> [String; 2] {
    let (id, person) = (id(engine, first, "n"), id(engine, "7f", &format!("n % {SPREAD}")));
    let numbers = numbers(engine, from, to);
    let columns = COLUMNS.split(", ").map(|one| format!("t.{}", one.trim())).collect::<Vec<_>>().join(", ");
    let word = |what: &str| format!("'{what} ' || (n % {SPREAD})");
    [
        format!(
            "{numbers} INSERT INTO signature_requests (id, key, object, folded, state, {COLUMNS})
             SELECT {id}, '{key} ' || n, {}, {}, {state}, {columns}
             FROM numbers, signature_requests t WHERE t.key = '{key}'",
            word("Batch"),
            word("batch"),
        ),
        format!(
            "{numbers} INSERT INTO signature_statements
                 (request_id, number, kind, text, at, sequence, person_id, step, station_id)
             SELECT {id}, s.number, s.kind, s.text, s.at + n, s.sequence,
                 CASE WHEN s.person_id IS NULL OR n % {SPREAD} = 7 THEN s.person_id ELSE {person} END, s.step, s.station_id
             FROM numbers, signature_requests t JOIN signature_statements s ON s.request_id = t.id
             WHERE t.key = '{key}'"
        ),
    ]
}

fn past_sql(engine: Engine) -> Vec<String> {
    let state =
        "CASE n % 50 WHEN 0 THEN 'refused' WHEN 1 THEN 'cancelled' WHEN 2 THEN 'expired' ELSE t.state END";
    let batches = (0..PAST).step_by(usize::try_from(AT_A_TIME).unwrap());
    batches.flat_map(|from| copies(engine, "template", "00", (from, from + AT_A_TIME), state)).collect()
}

fn open_sql(engine: Engine, from: u32, to: u32) -> [String; 2] {
    copies(engine, "open", "01", (from, to), "t.state")
}

fn sqlite(file: &std::path::Path, sql: &[String]) {
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000").unwrap();
    for one in sql {
        database.execute_batch(one).unwrap();
    }
}

async fn postgres(url: &str, sql: &[String]) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut running = JoinSet::new();
    running.spawn(connection);
    for one in sql {
        client.batch_execute(one).await.unwrap();
    }
    client.batch_execute("ANALYZE").await.unwrap();
}

/// The lists that people and applications look at.
async fn lists(engine: Engine, plant: &Plant, open: u32) {
    let token = async |login: &str| plant.server.token(login, PASSWORD).await;
    let (operator, quality) = (token("operator10").await, token("quality10").await);
    let person = plant.server.admin("GET", "/signature-requests?state=complete&limit=1").send().await;
    let person = person.at("/items/0/signatures/0/person/id").as_str().unwrap().to_owned();
    let admin = plant.server.admin.clone();
    let all = "/signature-requests";
    for (name, token, path, most) in [
        ("waits for an operator", &operator, format!("{all}/waiting"), 100.0),
        ("waits for quality, not yet due", &quality, format!("{all}/waiting"), 100.0),
        ("the newest", &admin, all.to_owned(), 200.0),
        ("complete", &admin, format!("{all}?state=complete"), 200.0),
        ("open", &admin, format!("{all}?state=open"), 200.0),
        ("of an object", &admin, format!("{all}?object=batch%20123"), 200.0),
        ("signed by a person", &admin, format!("{all}?person={person}"), 200.0),
        ("the newest, to the application", &plant.made.batch, all.to_owned(), 200.0),
    ] {
        let kept = Kept::connect(plant.server.address(), plant.server.running().ca_file()).await;
        let (ask, mut times) = (Ask::plain("GET", &format!("/api/v1{path}")).bearer(token), Vec::new());
        let (begun, mut found) = (Instant::now(), 0);
        for _ in 0..50 {
            let asked = Instant::now();
            let answer = answered(kept.ask(&ask).await, 200);
            times.push(asked.elapsed());
            found = answer.pointer("/items").and_then(Value::as_array).unwrap().len();
        }
        let load = Load::of(times, begun.elapsed());
        let (p50, p99) = (load.within(0.5), load.within(0.99));
        let over = if p99 < most { "" } else { "  OVER" };
        println!(
            "{engine:?}, {open:>5} open: {name:<32} {found:>3} found, p50 {p50:>7.1} ms, p99 {p99:>7.1} ms, {:.2} of \
             {most} ms{over}",
            p99 / most
        );
    }
}
