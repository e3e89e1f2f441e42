//! Runs one fuzz target under libFuzzer: the one that `PFORTE_FUZZ_TARGET` names.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pforte_fuzz::{Target, named};
use std::process::exit;
use std::sync::LazyLock;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("PFORTE_FUZZ_TARGET").unwrap_or_default();
    named(&name).unwrap_or_else(|| {
        eprintln!("PFORTE_FUZZ_TARGET names no target: {name:?}");
        exit(2)
    })
});

fuzz_target!(|input: &[u8]| -> Corpus {
    (TARGET.run)(input);
    Corpus::Keep
});
