//! How fast a log is audited, beside what its hashes alone cost.
//!
//! `cargo bench -p pforte-verify --bench audit` prints, for a million entries of
//! 590 bytes in one thread, the time for each entry of
//!
//! 1. hashing records and growing the tree, nothing else;
//! 2. an audit that looks at hashes, and its ratio to 1 (to be at most 1.25);
//! 3. an audit that also reads each record as an event.
//!
//! The median of several alternating rounds counts.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]
#![expect(clippy::unwrap_used, reason = "a bench stops here")]

use pforte_model::log::checkpoint::Signer;
use pforte_model::log::entry::record_hash;
use pforte_model::log::tile::{HEIGHT, TileId, WIDTH};
use pforte_model::log::tree::{Frontier, Hash};
use pforte_verify::{Audit, Expect, Head, Records, Row, tiles_starting};
use std::collections::BTreeMap;
use std::time::Instant;

const ENTRIES: u64 = 1_000_000;
const BLOCK: u64 = 4096;
const ROUNDS: usize = 7;
const RECORD: &str = r#"{"id":"018bcfe5-6800-7fff-bfff-ffffffffffff","node":"018bcfe5-6800-7fff-bfff-ffffffffffff","at":1700000000000000,"monotonic":123456789,"zone":60,"type":"logged-on","category":"session","severity":"info","result":"done","who":{"kind":"person","person":"018bcfe5-6800-7fff-bfff-ffffffffffff","user":"018bcfe5-6800-7fff-bfff-ffffffffffff","name":"alice.miller","directory":"plant"},"what":{"kind":"session","id":"018bcfe5-6800-7fff-bfff-ffffffffffff","name":"alice.miller"},"station":{"id":"018bcfe5-6800-7fff-bfff-ffffffffffff","name":"op12"},"request":"018bcfe5-6800-7fff-bfff-ffffffffffff"}"#;

fn main() {
    let log = Log::new();
    let (mut bare, mut hashes, mut read) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        bare.push(timed(|| log.bare()));
        hashes.push(timed(|| log.audit(Records::Hash)));
        read.push(timed(|| log.audit(Records::Read)));
    }
    let (bare, hashes, read) = (median(bare), median(hashes), median(read));
    println!("{ENTRIES} entries of {} bytes, one thread, for each entry", RECORD.len());
    println!("  hashing alone           {bare:6.0} ns");
    println!("  audit                   {hashes:6.0} ns   {:.2} of hashing", hashes / bare);
    println!("  audit, records read     {read:6.0} ns   {:.2} of hashing", read / bare);
}

/// Nanoseconds for each entry.
fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(ENTRIES).unwrap())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    *times.get(times.len() / 2).unwrap()
}

fn salt(sequence: u64) -> [u8; 16] {
    u128::from(sequence).to_be_bytes()
}

/// A genuine log, as a store keeps it.
struct Log {
    signer: Signer,
    leaves: Vec<Hash>,
    tiles: BTreeMap<TileId, Vec<u8>>,
    checkpoints: Vec<(u64, String)>,
    tree: Frontier,
}

impl Log {
    fn new() -> Self {
        let signer = Signer::new("plant.example/log", &[1; 32]).unwrap();
        let (mut leaves, mut checkpoints) = (vec![], vec![]);
        let (mut tiles, mut tree) = (BTreeMap::<TileId, Vec<u8>>::new(), Frontier::default());
        for sequence in 0..ENTRIES {
            let leaf = record_hash(RECORD.as_bytes(), &salt(sequence));
            leaves.push(leaf);
            tree.push_visiting(leaf, |level, hash| {
                if level % HEIGHT == 0 {
                    let id = TileId { level: level / HEIGHT, position: (sequence >> level) / WIDTH };
                    tiles.entry(id).or_default().extend_from_slice(hash);
                }
            });
            if tree.size() % BLOCK == 0 {
                checkpoints.push((tree.size(), signer.sign(tree.size(), &tree.root())));
            }
        }
        tiles.retain(|_, hashes| hashes.len() == 8192);
        Self { signer, leaves, tiles, checkpoints, tree }
    }

    fn bare(&self) {
        let mut tree = Frontier::default();
        for (leaf, sequence) in self.leaves.iter().zip(0..) {
            let hash = record_hash(RECORD.as_bytes(), &salt(sequence));
            assert_eq!(hash, *leaf);
            tree.push(hash);
        }
        assert_eq!(tree, self.tree);
    }

    fn audit(&self, records: Records) {
        let expect = Expect { keys: vec![self.signer.verifier().clone()], purged_before: 0, records };
        let (frontier, note) = (self.tree.roots().concat(), self.signer.sign(ENTRIES, &self.tree.root()));
        let size = i64::try_from(ENTRIES).unwrap();
        let mut audit = Audit::new(expect, &Head { size, frontier: &frontier, note: note.as_bytes() });
        let mut checkpoints = self.checkpoints.iter().peekable();
        let mut rows = (0..).zip(&self.leaves).peekable();
        for start in (0..ENTRIES).step_by(4096) {
            self.tiles(start, &mut audit);
            while let Some((size, note)) = checkpoints.next_if(|(size, _)| *size <= start + BLOCK) {
                audit.checkpoint(i64::try_from(*size).unwrap(), note.as_bytes());
            }
            while let Some((sequence, leaf)) = rows.next_if(|(sequence, _)| *sequence < start + BLOCK) {
                audit.row(&Row {
                    sequence: i64::try_from(sequence).unwrap(),
                    record: Some(RECORD.as_bytes()),
                    salt: &salt(sequence),
                    leaf,
                });
            }
        }
        let report = audit.finish();
        assert!(report.is_genuine(), "{report:?}");
    }

    fn tiles(&self, start: u64, audit: &mut Audit) {
        for (level, positions) in tiles_starting(start..start + BLOCK) {
            for position in positions {
                if let Some(hashes) = self.tiles.get(&TileId { level, position }) {
                    audit.tile(i64::from(level), i64::try_from(position).unwrap(), hashes);
                }
            }
        }
    }
}
