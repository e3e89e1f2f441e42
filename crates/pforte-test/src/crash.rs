//! A process that appends to a log until it is killed.

use crate::fixtures::must;
use crate::store::{edge, event};
use pforte_store::{Result, Settings, Store, Tx, events};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// Callers that append at the same time.
const CALLERS: usize = 64;

/// What was acknowledged: sequence number and number of the event.
pub type Acknowledged = BTreeMap<u64, u64>;

/// Appends from 64 tasks until the process is killed; prints each sequence number
/// with the number of its event once it was acknowledged.
pub async fn append(settings: &Settings) {
    let store = match Store::open(settings, edge()).await {
        Ok(store) => Arc::new(store),
        Err(error) => return say(&format!("not opened: {error:?}")),
    };
    let (next, mut tasks) = (Arc::new(AtomicU64::new(0)), JoinSet::new());
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

/// Appends one event.
pub async fn append_one(store: &Store, number: u64) -> Result<u64> {
    store.write(async move |tx: &mut Tx| tx.append(&event(number))).await
}

/// Prints a line at once, for the process that waits for it.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Starts a process that does [`append`], kills it after it acknowledged `count`
/// entries, and gives all that it acknowledged.
///
/// # Panics
///
/// If the process ends by itself.
#[must_use]
pub fn killed(command: &mut Command, count: usize) -> Acknowledged {
    let mut child = must("the child", command.stdout(Stdio::piped()).spawn());
    let out = must("its output", child.stdout.take().ok_or("none"));
    let mut lines = BufReader::new(out).lines();
    let mut told: Vec<String> = (&mut lines).take(count).filter_map(std::io::Result::ok).collect();
    must("the end of the child", child.kill().and_then(|()| child.wait()));
    // What was in the pipe was acknowledged as well; the last line may be cut.
    told.extend(lines.map_while(std::io::Result::ok).filter(|line| line.contains(' ')));
    assert!(told.len() >= count, "the child ended by itself: {:?}", told.last());
    told.iter().take(told.len() - 1).map(|line| must("a line of the child", pair(line).ok_or(line))).collect()
}

fn pair(line: &str) -> Option<(u64, u64)> {
    let (sequence, number) = line.split_once(' ')?;
    Some((sequence.parse().ok()?, number.parse().ok()?))
}

/// Looks for every acknowledged event in the log.
///
/// # Panics
///
/// If one is missing or another one stands in its place.
pub async fn all_there(store: &Store, acknowledged: &Acknowledged) {
    let mut conn = must("the database", store.read().await);
    for (sequence, number) in acknowledged {
        let found = must("the log", events::by_seq(&mut conn, sequence.cast_signed()).await);
        let found = found.and_then(|entry| entry.event);
        assert_eq!(found.as_ref(), Some(&event(*number)), "the acknowledged entry {sequence}");
    }
}
