//! Whatever was acknowledged is there after the process, or the database server,
//! was killed at any moment.

use crate::store_kit::{Site, on_both_engines, write};
use pforte_store::Tx;
use pforte_test::crash::{all_there, killed};
use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::store::event;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

on_both_engines!(nothing_acknowledged_is_lost_when_the_process_is_killed);

fn child(site: &Site) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_store-child"));
    command.arg("append").args(site.arguments());
    command
}

async fn nothing_acknowledged_is_lost_when_the_process_is_killed(site: Site) {
    site.create().await.close();
    let mut acknowledged = BTreeMap::new();
    for count in [1, 40, 700, 2500] {
        let told = killed(&mut child(&site), count);
        assert!(told.keys().all(|sequence| !acknowledged.contains_key(sequence)));
        acknowledged.extend(told);
        all_there(&site.open().await, &acknowledged).await;
        let report = site.audit().await;
        assert!(report.is_genuine(), "{report:?}");
        assert!(report.entries >= u64::try_from(acknowledged.len()).unwrap());
    }
    let store = site.open().await;
    let next = write(&store, async |tx: &mut Tx| tx.append(&event(0))).await.unwrap();
    assert!(next > *acknowledged.keys().last().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_database_server_is_killed() {
    let mut server = OwnPostgres::start().await;
    let site = Site::of(PgDatabase::on(&server.facts).await);
    let store = Arc::new(site.create().await);
    let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));
    for round in 0..3_u64 {
        let mut tasks = JoinSet::new();
        for task in 0..32 {
            let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
            tasks.spawn(async move {
                for number in (round * 1_000_000 + task * 10_000)..(round * 1_000_000 + task * 10_000 + 300) {
                    if let Ok(sequence) =
                        write(&store, async move |tx: &mut Tx| tx.append(&event(number))).await
                    {
                        acknowledged.lock().unwrap().insert(sequence, number);
                    }
                }
            });
        }
        while acknowledged.lock().unwrap().len() < usize::try_from((round + 1) * 500).unwrap() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.kill();
        server.start_again();
        tasks.join_all().await;
        let again = site.open().await;
        let told = acknowledged.lock().unwrap().clone();
        all_there(&again, &told).await;
        assert!(site.audit().await.is_genuine());
    }
    // The store that lived through it goes on by itself.
    write(&store, async |tx: &mut Tx| tx.append(&event(0))).await.unwrap();
    assert_eq!(*store.doubts().borrow(), 0);
}
