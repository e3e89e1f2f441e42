//! How fast passwords are hashed, and what that leaves for everybody else.
//!
//! `cargo bench -p pforte-directory --bench hashing` prints
//!
//! 1. the machine's pure rate: as many threads as cores, each calling the
//!    Argon2id crate with one buffer of its own, nothing else;
//! 2. the rate of log-ons through [`Hasher`] in the same run, and their ratio
//!    (to be at least 0.9);
//! 3. the time of a small question over a loopback connection at rest and while
//!    64 callers log on, and the ratio of its p99 (to be at most 2).
//!
//! Each is measured in several alternating rounds; the median round counts.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]
#![expect(clippy::unwrap_used, reason = "a bench stops here")]

use argon2::{Algorithm, Argon2, Block, Params, Version};
use futures_util::future::join_all;
use pforte_directory::local::cost::Cost;
use pforte_directory::local::hasher::{Hasher, Settings, Verified};
use pforte_directory::local::pepper::{Pepper, PepperId, Peppers};
use pforte_directory::local::verifier::Verifier;
use pforte_directory::secret::Password;
use pforte_model::id::UserId;
use std::num::NonZeroUsize;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
const USER: UserId = UserId::from_bytes([1; 16]);

fn main() {
    let cores = thread::available_parallelism().unwrap();
    let runtime = Runtime::new().unwrap();
    let peppers = Pepper::new(PepperId::parse("bench").unwrap(), Zeroizing::new([7; 32]));
    let peppers = Peppers::new(peppers, Vec::new()).unwrap();
    let hasher = Hasher::start(Settings::new(cores), peppers).unwrap();
    let typed = Password::parse("a password to measure with").unwrap();
    let verifier = runtime.block_on(hasher.hash(&typed, USER, [9; 16])).unwrap();
    let who = LogOn { hasher: &hasher, typed: &typed, verifier: &verifier };
    rates(&runtime, &who, cores);
    questions(&runtime, &who);
}

fn rates(runtime: &Runtime, who: &LogOn<'_>, cores: NonZeroUsize) {
    let (mut single, mut pure, mut queued) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        single.push(pure_rate(1));
        pure.push(pure_rate(cores.get()));
        queued.push(runtime.block_on(who.rate(64)));
    }
    let (single, pure, queued) = (median(single), median(pure), median(queued));
    println!("argon2id {:?}, {cores} cores", Cost::DEFAULT);
    println!("  pure, one thread          {single:7.1} /s");
    println!("  pure, all cores           {pure:7.1} /s");
    println!("  log-ons, 64 callers       {queued:7.1} /s   {:.3} of pure", queued / pure);
}

fn questions(runtime: &Runtime, who: &LogOn<'_>) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let handle = runtime.handle().clone();
    let server = runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            handle.spawn(answer(stream));
        }
    });
    for askers in [1_usize, 8] {
        let (mut rest, mut load) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            rest.push(ask_aside(address, askers));
            let (times, _) = thread::scope(|scope| {
                let asking = scope.spawn(|| ask_aside(address, askers));
                let rate = runtime.block_on(who.rate(64));
                (asking.join().unwrap(), rate)
            });
            load.push(times);
        }
        print_times(askers, "at rest", &rest);
        print_times(askers, "log-ons", &load);
        let p99 = |rounds: &[Times]| median(rounds.iter().map(|times| times.p99).collect());
        println!("  {askers} asking: p99 under log-ons {:.2} of p99 at rest", p99(&load) / p99(&rest));
    }
    server.abort();
}

/// One who logs on again and again.
struct LogOn<'a> {
    hasher: &'a Hasher,
    typed: &'a Password,
    verifier: &'a Verifier,
}

impl LogOn<'_> {
    /// Log-ons a second of so many callers, each starting anew at once.
    async fn rate(&self, callers: usize) -> f64 {
        let begun = Instant::now();
        let counts = join_all((0..callers).map(|_| self.again_and_again(begun))).await;
        f64::from(counts.into_iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
    }

    async fn again_and_again(&self, begun: Instant) -> u32 {
        let mut count = 0;
        while begun.elapsed() < ROUND {
            let verified = self.hasher.verify(self.typed, Some((USER, self.verifier))).await;
            assert_eq!(verified.unwrap(), Verified::Good);
            count += 1;
        }
        count
    }
}

fn pure_rate(threads: usize) -> f64 {
    let begun = Instant::now();
    let counts: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(move || pure(begun))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    f64::from(counts) / begun.elapsed().as_secs_f64()
}

fn pure(begun: Instant) -> u32 {
    let params = Params::new(Cost::DEFAULT.memory_kib(), Cost::DEFAULT.passes(), 1, Some(32)).unwrap();
    let mut blocks = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let (mut count, mut tag) = (0, [0; 32]);
    while begun.elapsed() < ROUND {
        let typed = b"a password to measure with";
        argon2.hash_password_into_with_memory(typed, &[9; 16], &mut tag, &mut blocks).unwrap();
        count += 1;
    }
    count
}

/// Answers questions of 64 bytes until the other side has gone.
async fn answer(mut stream: TcpStream) {
    let mut question = [0; 64];
    while stream.read_exact(&mut question).await.is_ok() && stream.write_all(&question).await.is_ok() {}
}

/// How long questions took in one round, in microseconds.
struct Times {
    p50: f64,
    p99: f64,
    p999: f64,
}

/// Asks from a runtime of its own: the askers are other programs.
fn ask_aside(address: std::net::SocketAddr, askers: usize) -> Times {
    let aside = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    let all = aside.block_on(join_all((0..askers).map(|_| ask(address, begun))));
    let mut times: Vec<f64> = all.into_iter().flatten().collect();
    times.sort_by(f64::total_cmp);
    let at = |share: usize| *times.get(times.len() * share / 1000).unwrap();
    Times { p50: at(500), p99: at(990), p999: at(999) }
}

/// Asks 200 questions a second, as an HMI does that changes its screens.
async fn ask(address: std::net::SocketAddr, begun: Instant) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut pace = tokio::time::interval(Duration::from_millis(5));
    let mut times = Vec::new();
    while begun.elapsed() < ROUND {
        pace.tick().await;
        let asked = Instant::now();
        let mut bytes = [1; 64];
        stream.write_all(&bytes).await.unwrap();
        stream.read_exact(&mut bytes).await.unwrap();
        times.push(asked.elapsed().as_secs_f64() * 1e6);
    }
    times
}

fn print_times(askers: usize, when: &str, rounds: &[Times]) {
    let middle = |pick: fn(&Times) -> f64| median(rounds.iter().map(pick).collect());
    let (p50, p99, p999) = (middle(|t| t.p50), middle(|t| t.p99), middle(|t| t.p999));
    println!("  {askers} asking, {when}: p50 {p50:6.0} us, p99 {p99:6.0} us, p99.9 {p999:6.0} us");
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    *figures.get(figures.len() / 2).unwrap()
}
