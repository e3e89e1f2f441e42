//! The long versions of the tests: `soak [MINUTES] [KILLS] [QUESTIONS]`, 10, 50 and
//! a million if not told. Needs the servers; exit 1 on the first fault.
//!
//! 1. The oracle: cedar-policy and Pforte get the same random questions.
//! 2. A process that appends to the log is killed again and again, on both engines:
//!    nothing that was acknowledged is lost, and the log stays genuine.
//! 3. A server is killed a fifth as often while people sign, on both engines: nothing is
//!    complete without all its signatures, every document is genuine.
//! 4. Log-ons, decisions and log-offs go on through whole servers, half of the
//!    minutes on each engine; at the end every answered log-on stands in the log,
//!    and the log is genuine.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the first fault ends it; it tells how far it is"
)]

mod kills;
mod load;

use pforte_bench::oracle::ask_all;
use pforte_test::server::ENGINES;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let [kills::CHILD, engine, place] = *words {
        runtime.block_on(kills::child(engine, place));
        return ExitCode::FAILURE;
    }
    if let ["init" | "serve", ..] = *words {
        runtime.block_on(pforte_test::child::run(&words)).unwrap();
        return ExitCode::SUCCESS;
    }
    let told: Result<Vec<u32>, _> = words.iter().map(|word| word.parse()).collect();
    let Ok(told) = told else {
        println!("use: soak [MINUTES] [KILLS] [QUESTIONS]");
        return ExitCode::from(2);
    };
    let of = |place: usize, usual| told.get(place).copied().unwrap_or(usual);
    let (minutes, rounds, questions) = (of(0, 10), of(1, 50), of(2, 1_000_000));
    if !oracle(questions) {
        return ExitCode::FAILURE;
    }
    runtime.block_on(async {
        kills::rounds(rounds).await;
        for engine in ENGINES {
            kills::signing(engine, rounds.div_ceil(5)).await;
        }
        for engine in ENGINES {
            load::run(engine, Duration::from_mins(1) * minutes / 2).await;
        }
    });
    println!("no fault");
    ExitCode::SUCCESS
}

fn oracle(questions: u32) -> bool {
    let begun = Instant::now();
    let count = ask_all(questions.into(), 1);
    for question in &count.disagreements {
        println!("disagree: {question}");
    }
    let (asked, allowed, differ) = (count.asked, count.allowed, count.disagreements.len());
    println!("oracle: {asked} questions, {allowed} allowed, {differ} disagreements, {:.0?}", begun.elapsed());
    count.disagreements.is_empty()
}
