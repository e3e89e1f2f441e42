//! Local log-ons through the whole server over HTTPS, beside the machine's pure
//! Argon2id rate in the same run, and what they leave for decisions.
//!
//! The parameters are the default ones (19 MiB, two passes). Each connection logs
//! on somebody else. The pure rate is that of as many threads as cores, each with
//! one buffer of its own and nothing else to do.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use argon2::{Algorithm, Argon2, Block, Params, Version};
use pforte_bench::https::{Ask, Kept};
use pforte_bench::measure::{Load, busy, load, median};
use pforte_test::Server;
use pforte_test::server::{Engine, PASSWORD};
use serde_json::json;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);

/// Connections that log on at the same time.
const CONNECTIONS: [usize; 3] = [4, 16, 64];

/// Applications that ask for decisions at the same time.
const ASKERS: usize = 4;

/// How long log-ons go on before decisions are asked for beside them.
const WARM_UP: Duration = Duration::from_millis(500);

/// Between two questions of an application.
const PACE: Duration = Duration::from_millis(5);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        let server = Server::start_with(Engine::Sqlite, "[local]\nmemory_kib = 19456\npasses = 2\n").await;
        for number in 0..64 {
            server.user(&format!("user{number}")).await;
        }
        for connections in CONNECTIONS {
            rates(&server, connections).await;
        }
        decisions(&server).await;
        println!("load of the machine {}", busy());
    });
}

async fn rates(server: &Server, connections: usize) {
    let (mut pure, mut through, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let callers = Callers::connect(server, connections).await;
    for _ in 0..ROUNDS {
        let limit = tokio::task::block_in_place(pure_rate);
        let load = callers.log_on(ROUND).await;
        ratios.push(load.rate / limit);
        pure.push(limit);
        through.push(load);
    }
    let p99 = median(through.iter().map(|load| load.within(0.99)).collect());
    let (pure, through) = (median(pure), median(through.iter().map(|load| load.rate).collect()));
    let ratio = median(ratios);
    println!(
        "{connections:>2} connections: {through:>6.1} log-ons/s, p99 {p99:>5.0} ms; pure Argon2id {pure:>6.1}/s; ratio {ratio:.2}"
    );
}

/// People at kept connections, who log on again and again.
struct Callers(Vec<Arc<(Kept, Ask)>>);

impl Callers {
    async fn connect(server: &Server, count: usize) -> Self {
        let mut callers = Vec::new();
        for number in 0..count {
            let kept = Kept::connect(server.address(), server.running().ca_file()).await;
            let body = json!({ "directory": "local", "user": format!("user{number}"), "password": PASSWORD });
            callers.push(Arc::new((kept, Ask::new("POST", "/api/v1/sessions", &body))));
        }
        Self(callers)
    }

    async fn log_on(&self, period: Duration) -> Load {
        let callers = self.0.clone();
        let log_on = move |caller: usize| {
            let caller = Arc::clone(callers.get(caller).unwrap());
            async move {
                let (status, body) = caller.0.ask(&caller.1).await;
                assert_eq!(status, 201, "{body:?}");
            }
        };
        load(self.0.len(), period, log_on).await
    }
}

async fn decisions(server: &Server) {
    let (mut rest, mut under, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let callers = Callers::connect(server, 64).await;
    for _ in 0..ROUNDS {
        let quiet = ask_aside(server).await;
        let asked = async {
            // The load has begun by then: what is asked for is how it is under it.
            tokio::time::sleep(WARM_UP).await;
            ask_aside(server).await
        };
        let (loaded, _) = tokio::join!(asked, callers.log_on(WARM_UP + ROUND));
        times.push(loaded.within(0.99) / quiet.within(0.99));
        rest.push(quiet);
        under.push(loaded);
    }
    for (when, loads) in [("at rest", &rest), ("under 64 log-ons", &under)] {
        let of = |share| median(loads.iter().map(|load| load.within(share)).collect());
        let (p50, p99, p999) = (of(0.5), of(0.99), of(0.999));
        println!("decisions {when}: p50 {p50:.3} ms, p99 {p99:.3} ms, p99.9 {p999:.3} ms");
    }
    println!("p99 of decisions under 64 log-ons is {:.2} times that at rest", median(times));
}

/// Asks on a thread and a runtime of its own: who asks is another program.
async fn ask_aside(server: &Server) -> Load {
    let (address, ca) = (server.address(), server.running().ca_file().clone());
    let body = json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }] });
    let ask = Ask::new("POST", "/api/v1/decisions", &body).bearer(&server.admin);
    let asking = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut askers = Vec::new();
            for _ in 0..ASKERS {
                askers.push(Kept::connect(address, &ca).await);
            }
            let begun = Instant::now();
            let all =
                futures_util::future::join_all(askers.iter().map(|kept| paced(kept, &ask, begun))).await;
            Load::of(all.concat(), begun.elapsed())
        })
    };
    tokio::task::spawn_blocking(asking).await.unwrap()
}

async fn paced(kept: &Kept, ask: &Ask, begun: Instant) -> Vec<Duration> {
    let (mut pace, mut times) = (tokio::time::interval(PACE), Vec::new());
    while begun.elapsed() < ROUND {
        pace.tick().await;
        let asked = Instant::now();
        let (status, body) = kept.ask(ask).await;
        assert_eq!(status, 200, "{body:?}");
        times.push(asked.elapsed());
    }
    times
}

fn pure_rate() -> f64 {
    let threads = thread::available_parallelism().unwrap().get();
    let begun = Instant::now();
    let count: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(move || pure(begun))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    f64::from(count) / begun.elapsed().as_secs_f64()
}

fn pure(begun: Instant) -> u32 {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).unwrap();
    let mut blocks = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let (mut count, mut tag) = (0, [0; 32]);
    while begun.elapsed() < ROUND {
        let typed = PASSWORD.as_bytes();
        argon2.hash_password_into_with_memory(typed, &[9; 16], &mut tag, &mut blocks).unwrap();
        count += 1;
    }
    count
}
