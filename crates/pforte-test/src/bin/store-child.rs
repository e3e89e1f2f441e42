//! A process that uses the store and may be killed, or runs where there is little room.
//!
//! `store-child append sqlite|postgres PLACE`: appends from 64 tasks until it is
//! killed; prints each sequence number once it was acknowledged.
//! `store-child fill PLACE`: makes a SQLite database, appends until an error
//! comes, makes room, and appends again; prints what it got.
//! `store-child refuse PLACE`: tries one write and then a read on a SQLite database
//! and prints what it got.

use pforte_store::{Lent, Reader, Result, Store, events, log};
use pforte_test::crash::{append, append_one, say};
use pforte_test::store::{edge, postgres, sqlite};
use std::path::Path;

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
    match Store::open(&sqlite(place), edge()).await {
        Ok(store) => say(&format!("{:?}", append_one(&store, 0).await.map(drop))),
        Err(error) => say(&format!("not opened: {error:?}")),
    }
    match Reader::open(&sqlite(place)).await {
        Ok(reader) => say(&format!("{:?}", entries(&reader).await)),
        Err(error) => say(&format!("not read: {error:?}")),
    }
}

async fn entries(reader: &Reader) -> Result<usize> {
    let mut conn = reader.read().await?;
    Ok(log::entries(&mut conn, i64::MIN, 1000).await?.len())
}
