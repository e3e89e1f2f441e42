//! A log of three levels of tiles in a real database.

#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::*;
use pforte_model::event::{Actor, Category, Event, EventType, Outcome, Severity};
use pforte_model::id::{EventId, NodeId};
use pforte_model::log::checkpoint::{Signer, Verifier};
use pforte_model::time::Micros;
use pforte_store::{Edge, Engine, Reader, Settings, Store};
use pforte_verify::{Records, Rows, What};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::path::Path;

/// More than 65,536, so that there is a tile of the second level.
const ENTRIES: u64 = 66_000;

fn signer() -> Signer {
    Signer::new("test/log", &[7; 32]).unwrap()
}

fn event(reason: String) -> Event {
    Event {
        id: EventId::from_bytes([1; 16]),
        node: NodeId::from_bytes([2; 16]),
        at: Micros(0),
        monotonic: 0,
        zone: 0,
        kind: EventType::ServerStarted,
        category: Category::System,
        severity: Severity::Info,
        result: Outcome::Done,
        who: Actor::Server,
        what: None,
        station: None,
        application: None,
        area: None,
        old: None,
        new: None,
        code: None,
        reason: Some(reason),
        request: None,
    }
}

fn settings(folder: &Path) -> Settings {
    Settings { engine: Engine::Sqlite { path: folder.join("pforte.db") }, readers: 1 }
}

/// Writes a log and gives its last checkpoint.
async fn write(folder: &Path) -> Vec<u8> {
    let edge = Edge { signer: signer(), rng: StdRng::seed_from_u64(1), now: Micros(0) };
    let store = Store::create(&settings(folder), edge).await.unwrap();
    for first in (0..ENTRIES).step_by(6000) {
        append(&store, first..first + 6000).await;
    }
    let note = log::head(&mut store.read().await.unwrap()).await.unwrap().note;
    store.close();
    note.into_bytes()
}

async fn append(store: &Store, entries: Range<u64>) {
    let job = async move |tx: &mut pforte_store::Tx| {
        for sequence in entries {
            tx.append(&event(format!("entry number {sequence:06}")))?;
        }
        Ok::<_, StoreError>(())
    };
    store.write(job).await.unwrap();
}

async fn report(folder: &Path, notes: &[Vec<u8>]) -> Report {
    let keys: Vec<Verifier> = vec![signer().verifier().clone()];
    let reader = Reader::open(&settings(folder)).await.unwrap();
    let mut conn = reader.snapshot().await.unwrap();
    feed(&mut conn, Expect { keys, purged_before: 0, records: Records::Read }, notes).await.unwrap()
}

/// Changes bytes of the database behind its back.
fn alter(folder: &Path, from: &[u8], to: &[u8]) {
    let path = folder.join("pforte.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let found = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes.get_mut(found..found + to.len()).unwrap().copy_from_slice(to);
    std::fs::write(&path, bytes).unwrap();
}

#[tokio::test]
async fn a_long_log_is_genuine_until_one_byte_of_one_row_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let note = write(folder.path()).await;
    let good = report(folder.path(), std::slice::from_ref(&note)).await;
    assert!(good.is_genuine(), "{good:?}");
    assert_eq!((good.entries, good.elsewhere), (ENTRIES, 1));
    assert!(good.checkpoints > 10, "{good:?}");

    alter(folder.path(), b"entry number 040000", b"entry number 040001");
    let bad = report(folder.path(), &[note]).await;
    let [finding] = bad.findings.as_slice() else { unreachable!("{bad:?}") };
    assert_eq!(finding.rows, Some(Rows::one(40_000)));
    assert!(matches!(finding.what, What::Altered { .. }), "{finding}");
}

#[tokio::test]
async fn an_old_copy_that_was_put_back_contradicts_a_checkpoint_kept_elsewhere() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let edge = || Edge { signer: signer(), rng: StdRng::seed_from_u64(1), now: Micros(0) };
    let store = Store::create(&settings(new.path()), edge()).await.unwrap();
    append(&store, 0..300).await;
    store.close();
    std::fs::copy(new.path().join("pforte.db"), old.path().join("pforte.db")).unwrap();
    let store = Store::open(&settings(new.path()), edge()).await.unwrap();
    append(&store, 300..700).await;
    let later = log::head(&mut store.read().await.unwrap()).await.unwrap().note.into_bytes();
    store.close();

    assert!(report(old.path(), &[]).await.is_genuine(), "nothing in it tells that it is old");
    let found = report(old.path(), &[later]).await;
    assert!(
        found.findings.iter().any(|finding| matches!(finding.what, What::Cut { end: 300, known: 700, .. }))
    );
}
