//! Coverage-guided fuzzing: libFuzzer over the targets of `fuzz/`, with the
//! pinned toolchain; no other program is needed.
//!
//! What was found worth keeping stays in `target/fuzz/TARGET`, so that the next
//! run goes on from there; an input that breaks a promise is left as
//! `target/fuzz/TARGET-crash-...`. Once that is mended the input belongs into
//! `fuzz/seeds/TARGET`, which the tests read.

use std::fs;

use crate::command::run;
use crate::failure::{Done, Failure, While};
use crate::say::say;
use crate::{ci, place};

/// What the compiler adds so that libFuzzer sees which way an input takes.
const COVERAGE: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// With a target of its own, programs that run during the build are not instrumented.
const MACHINE: &str = "x86_64-unknown-linux-gnu";

/// Runs each target, or the one, for so many minutes. The first that breaks a promise ends it.
pub(crate) fn fuzz(minutes: &str, only: Option<&str>) -> Done {
    let minutes: u32 = minutes.parse().doing("MINUTES")?;
    let seeds = place::workspace().join("fuzz/seeds");
    let mut targets = Vec::new();
    for folder in fs::read_dir(&seeds).doing(seeds.display())? {
        targets.push(folder.doing(seeds.display())?.file_name().to_string_lossy().into_owned());
    }
    targets.sort();
    targets.retain(|target| only.is_none_or(|only| only == target));
    if targets.is_empty() {
        return Err(Failure::new(
            "there is no such target; their names are those of the folders in fuzz/seeds",
        ));
    }
    build()?;
    targets.iter().try_for_each(|target| one(target, minutes))
}

fn build() -> Done {
    say("== build with coverage");
    // The same versions as everywhere; what the driver needs besides is added.
    let lock = place::workspace().join("fuzz/libfuzzer/Cargo.lock");
    fs::copy(place::workspace().join("Cargo.lock"), &lock).doing(lock.display())?;
    let manifest = "fuzz/libfuzzer/Cargo.toml";
    let words = ["build", "--release", "--quiet", "--target", MACHINE, "--manifest-path", manifest];
    let mut cargo = ci::in_workspace("cargo", &words);
    run(cargo.env("RUSTFLAGS", COVERAGE).env("CARGO_TARGET_DIR", "target/libfuzzer"))
}

fn one(target: &str, minutes: u32) -> Done {
    say(format!("== {target}"));
    let folder = place::workspace().join("target/fuzz").join(target);
    fs::create_dir_all(&folder).doing(folder.display())?;
    let program = place::workspace().join(format!("target/libfuzzer/{MACHINE}/release/pforte-libfuzzer"));
    let kept = format!("target/fuzz/{target}");
    let seeds = format!("fuzz/seeds/{target}");
    let time = format!("-max_total_time={}", minutes.saturating_mul(60));
    let left = format!("-artifact_prefix=target/fuzz/{target}-");
    let words = [&time, &left, "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", &kept, &seeds];
    run(ci::in_workspace(&program.to_string_lossy(), &words).env("PFORTE_FUZZ_TARGET", target))
}
