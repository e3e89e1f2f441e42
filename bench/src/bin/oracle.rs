//! Asks cedar-policy and Pforte the same random questions and counts where they
//! disagree: `oracle [QUESTIONS] [SEED]`, a million and 1 if not told. Exit 1 if
//! they do.

use pforte_bench::oracle::ask_all;
use std::io::Write;
use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let mut told = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let (Ok(questions), Ok(seed)) = (told.next().unwrap_or(Ok(1_000_000)), told.next().unwrap_or(Ok(1)))
    else {
        writeln!(std::io::stderr(), "use: oracle [QUESTIONS] [SEED]")?;
        return Ok(ExitCode::from(2));
    };
    let count = ask_all(questions, seed);
    let mut out = std::io::stdout().lock();
    for question in &count.disagreements {
        writeln!(out, "disagree: {question}")?;
    }
    let (asked, allowed, differ) = (count.asked, count.allowed, count.disagreements.len());
    writeln!(out, "{asked} questions, {allowed} allowed, {differ} disagreements")?;
    Ok(if count.disagreements.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
