//! How fast documents of signatures are checked.
//!
//! `cargo bench -p pforte-verify --bench signature`: one thread, documents of an
//! opening, two signatures and an ending, each signed. To be at least 10,000
//! signatures in a second.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench stops here")]

#[path = "../src/signature/tests/kit.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod kit;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kit::{Plant, complete, log, log_key};
use pforte_verify::signature::{Expect, Keys, Verdict, check};
use std::hint::black_box;

fn documents(criterion: &mut Criterion) {
    let plant = Plant::new();
    let keys = Keys::read(&plant.jwks()).unwrap();
    let writer = complete(&plant);
    let mut document = writer.document();
    let alone = document.to_string();
    document["log"] = log(&writer.statements);
    let with_log = document.to_string();
    let mut group = criterion.benchmark_group("check");
    group.throughput(Throughput::Elements(2));
    for (name, text, log_keys) in
        [("two signatures", &alone, vec![]), ("two signatures and the log", &with_log, vec![log_key()])]
    {
        let expect = Expect { keys: Some(&keys), log_keys: &log_keys, ..Expect::default() };
        assert_eq!(check(text.as_bytes(), &expect).verdict(), Verdict::Genuine);
        group.bench_function(name, |bench| bench.iter(|| check(black_box(text.as_bytes()), &expect)));
    }
    group.finish();
}

criterion_group!(benches, documents);
criterion_main!(benches);
