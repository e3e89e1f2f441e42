//! Asks cedar-policy and Pforte the same random questions and counts where they
//! disagree: `oracle [QUESTIONS] [SEED]`, a million and 1 if not told. Exit 1 if
//! they do.

use pforte_bench::cedar::Natural;
use pforte_bench::oracle::{Count, compare};
use pforte_bench::plant::{Plant, Size};
use std::io::Write;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

/// Questions made and asked at once by one thread.
const BATCH: u64 = 10_000;

fn main() -> std::io::Result<ExitCode> {
    let mut told = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let (Ok(questions), Ok(seed)) = (told.next().unwrap_or(Ok(1_000_000)), told.next().unwrap_or(Ok(1)))
    else {
        writeln!(std::io::stderr(), "use: oracle [QUESTIONS] [SEED]")?;
        return Ok(ExitCode::from(2));
    };
    let plant = Plant::random(Size::FULL, seed);
    let count = ask_all(&plant, &Natural::of(&plant), questions, seed);
    let mut out = std::io::stdout().lock();
    for question in &count.disagreements {
        writeln!(out, "disagree: {question}")?;
    }
    let (asked, allowed, differ) = (count.asked, count.allowed, count.disagreements.len());
    writeln!(out, "{asked} questions, {allowed} allowed, {differ} disagreements")?;
    Ok(if count.disagreements.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every core takes its part of the batches; each batch has a seed of its own.
fn ask_all(plant: &Plant, peer: &Natural, questions: u64, seed: u64) -> Count {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let batches: Vec<u64> = (0..questions.div_ceil(BATCH)).collect();
    let ask = |batch: &u64| {
        let size = BATCH.min(questions - batch * BATCH);
        compare(plant, peer, usize::try_from(size).unwrap_or(usize::MAX), seed + 1 + batch)
    };
    thread::scope(|scope| {
        let part = |part| scope.spawn(move || part_of(part, ask));
        let parts: Vec<_> = batches.chunks(batches.len().div_ceil(cores).max(1)).map(part).collect();
        let joined = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.fold(Count::default(), Count::and)
    })
}

fn part_of(batches: &[u64], ask: impl Fn(&u64) -> Count) -> Count {
    batches.iter().map(ask).fold(Count::default(), Count::and)
}
