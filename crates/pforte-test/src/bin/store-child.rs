//! A process that uses the store and may be killed, or runs where there is little room.
//!
//! `store-child append sqlite|postgres PLACE`: appends from 64 tasks until it is
//! killed; prints each sequence number once it was acknowledged.
//! `store-child fill PLACE`: makes a SQLite database, appends until an error
//! comes, makes room, and appends again; prints what it got.
//! `store-child refuse PLACE`: tries one write and one read on a SQLite database
//! and prints what it got.

use pforte_store::{Lent, Result, Settings, Store, StoreError, Tx, events};
use pforte_test::store::{edge, event, postgres, sqlite};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Callers that append at the same time.
const CALLERS: usize = 64;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match *args {
        ["append", "sqlite", place] => append(&sqlite(Path::new(place))).await,
        ["append", "postgres", place] => append(&postgres(place)).await,
        ["fill", place] => fill(Path::new(place)).await,
        ["refuse", place] => refuse(Path::new(place)).await,
        _ => say("unknown arguments"),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}

async fn append_one(store: &Store, number: u64) -> Result<u64> {
    store.write(async move |tx: &mut Tx| tx.append(&event(number))).await
}

async fn append(settings: &Settings) {
    let store = match Store::open(settings, edge()).await {
        Ok(store) => Arc::new(store),
        Err(error) => return say(&format!("not opened: {error:?}")),
    };
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                match append_one(&store, number).await {
                    Ok(sequence) => say(&format!("{sequence} {number}")),
                    Err(error) => return say(&format!("failed: {error:?}")),
                }
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

async fn fill(place: &Path) {
    let ballast = place.with_extension("ballast");
    if let Err(error) = std::fs::write(&ballast, vec![1; 512 * 1024]) {
        return say(&format!("no ballast: {error}"));
    }
    let store = match Store::create(&sqlite(place), edge()).await {
        Ok(store) => store,
        Err(error) => return say(&format!("not made: {error:?}")),
    };
    let mut written = 0;
    let error = loop {
        match append_one(&store, written).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    say(&format!("{error:?}"));
    say(&format!("{:?}", store.read().await.map(drop)));
    let again = append_one(&store, written).await;
    say(&format!("{:?}", again.map(drop)));
    drop(std::fs::remove_file(&ballast));
    let sequence = append_one(&store, written).await;
    say(if matches!(&sequence, Ok(got) if *got == written) { "goes on" } else { "does not go on" });
    let read =
        async |mut conn: Lent<'_>| events::by_seq(&mut conn, i64::try_from(written).unwrap_or(0)).await;
    let found = match store.read().await {
        Ok(conn) => read(conn).await,
        Err(error) => Err(error),
    };
    say(&format!("{}", matches!(found, Ok(Some(_)))));
}

async fn refuse(place: &Path) {
    let store = match Store::open(&sqlite(place), edge()).await {
        Ok(store) => store,
        Err(error) => return say(&format!("not opened: {error:?}")),
    };
    let written: Result<u64, StoreError> = append_one(&store, 0).await;
    say(&format!("{:?}", written.map(drop)));
}
