//! A process that appends, or serves people who sign, is killed at random moments.

use pforte_store::{Settings, Store};
use pforte_test::audit::audit;
use pforte_test::crash::{Acknowledged, all_there, append, append_one, killed};
use pforte_test::pg_database;
use pforte_test::server::Engine;
use pforte_test::signing_crash;
use pforte_test::store::{edge, postgres, signer, sqlite};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The first word that makes this program the child.
pub(crate) const CHILD: &str = "child";

/// Most entries that a child acknowledges before it is killed.
const MOST: usize = 3_000;

/// Every so often the whole log is looked through, and after the last round.
const LOOK: u32 = 10;

/// What the child does, until it is killed.
pub(crate) async fn child(engine: &str, place: &str) {
    match engine {
        "sqlite" => append(&sqlite(Path::new(place))).await,
        _ => append(&postgres(place)).await,
    }
}

/// So many kills on each engine.
pub(crate) async fn rounds(count: u32) {
    let folder = tempfile::tempdir_in(xtask::place::workspace().join("target")).unwrap();
    let file = folder.path().join("pforte.db");
    let file = file.to_str().unwrap();
    on(&sqlite(Path::new(file)), ["sqlite", file], count).await;
    let database = pg_database().await;
    on(&postgres(database.url()), ["postgres", database.url()], count).await;
}

async fn on(settings: &Settings, place: [&str; 2], count: u32) {
    let begun = Instant::now();
    Store::create(settings, edge()).await.unwrap().close();
    let mut acknowledged = Acknowledged::new();
    for round in 1..=count {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(CHILD).args(place);
        let after = usize::from(rand::random::<u16>()) % MOST + 1;
        let told = tokio::task::block_in_place(|| killed(&mut command, after));
        assert!(told.keys().all(|sequence| !acknowledged.contains_key(sequence)), "a number was given twice");
        acknowledged.extend(&told);
        let store = Store::open(settings, edge()).await.unwrap();
        all_there(&store, &told).await;
        append_one(&store, 0).await.unwrap();
        if round % LOOK == 0 || round == count {
            all_there(&store, &acknowledged).await;
            let report = audit(settings, signer().verifier()).await;
            assert!(report.is_genuine(), "{report:?}");
        }
    }
    let [engine, _] = place;
    println!(
        "{count} kills on {engine}: {} acknowledged entries, all there, {:.0?}",
        acknowledged.len(),
        begun.elapsed()
    );
}

/// So many kills of a server while people sign.
pub(crate) async fn signing(engine: Engine, count: u32) {
    let begun = Instant::now();
    let kills: Vec<usize> = (0..count).map(|_| usize::from(rand::random::<u16>()) % 400 + 1).collect();
    let program = || Command::new(std::env::current_exe().unwrap());
    let came = signing_crash::rounds(engine, program, &kills).await;
    println!("{count} kills while people sign on {engine:?}: {came:?}, {:.0?}", begun.elapsed());
}
