//! A log as it lies in the database: plain columns that a test can tamper with.

use crate::{Audit, Expect, Finding, Head, Place, Records, Report, Row, Rows, What, tiles_starting};
use pforte_model::log::checkpoint::{Signer, Verifier};
use pforte_model::log::entry::record_hash;
use pforte_model::log::tile::{completed, root_of};
use pforte_model::log::tree::{Frontier, Hash};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) struct StoredRow {
    pub(super) sequence: i64,
    pub(super) record: Option<Vec<u8>>,
    pub(super) salt: Vec<u8>,
    pub(super) leaf: Vec<u8>,
}

impl StoredRow {
    pub(super) fn new(sequence: i64, text: &str) -> Self {
        let mut row = Self {
            sequence,
            record: Some(record(text).into_bytes()),
            salt: sequence.to_be_bytes().repeat(2),
            leaf: vec![],
        };
        row.rehash();
        row
    }

    /// Makes the leaf column fit the record again.
    pub(super) fn rehash(&mut self) {
        let salt = self.salt.as_slice().try_into().unwrap();
        self.leaf = record_hash(self.record.as_ref().unwrap(), salt).to_vec();
    }

    /// Another record, with a leaf column that fits it.
    pub(super) fn replace(&mut self, text: &str) {
        self.record = Some(record(text).into_bytes());
        self.rehash();
    }
}

/// An event with this reason.
pub(super) fn record(reason: &str) -> String {
    let id = "018bcfe5-6800-7fff-bfff-ffffffffffff";
    format!(
        r#"{{"id":"{id}","node":"{id}","at":1,"monotonic":2,"zone":0,"type":"logged-off","category":"session","severity":"info","result":"done","who":{{"kind":"server"}},"reason":"{reason}"}}"#
    )
}

pub(super) fn signer(seed: u8) -> Signer {
    Signer::new("plant.example/log", &[seed; 32]).unwrap()
}

/// The tables of a log.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) rows: Vec<StoredRow>,
    pub(super) tiles: BTreeMap<(i64, i64), Vec<u8>>,
    pub(super) checkpoints: Vec<(i64, Vec<u8>)>,
    pub(super) size: i64,
    pub(super) frontier: Vec<u8>,
    pub(super) note: Vec<u8>,
    pub(super) elsewhere: Vec<Vec<u8>>,
    pub(super) purged_before: u64,
}

impl Log {
    /// A genuine log of `size` entries that keeps a checkpoint every `every` entries.
    pub(super) fn new(size: i64, every: usize) -> Self {
        let rows = (0..size).map(|n| StoredRow::new(n, &n.to_string())).collect();
        Self::of(rows, every)
    }

    /// The log that a server would have made of these rows.
    pub(super) fn of(rows: Vec<StoredRow>, every: usize) -> Self {
        let mut log = Self {
            rows,
            tiles: BTreeMap::new(),
            checkpoints: vec![],
            size: 0,
            frontier: vec![],
            note: vec![],
            elsewhere: vec![],
            purged_before: 0,
        };
        log.sign_all(every);
        log
    }

    /// Makes tiles, checkpoints and head fit the leaf columns, as the holder of the key can.
    pub(super) fn sign_all(&mut self, every: usize) {
        let mut tree = Frontier::default();
        (self.tiles, self.checkpoints) = (self.tiles_of_rows(), vec![]);
        for (row, count) in self.rows.iter().zip(1..) {
            tree.push(row.leaf.as_slice().try_into().unwrap());
            if usize::try_from(count).unwrap() % every == 0 {
                self.checkpoints.push((count, signer(1).sign(tree.size(), &tree.root()).into_bytes()));
            }
        }
        self.size = i64::try_from(self.rows.len()).unwrap();
        self.frontier = tree.roots().concat();
        self.note = signer(1).sign(tree.size(), &tree.root()).into_bytes();
    }

    /// The tiles that fit the leaf columns.
    pub(super) fn tiles_of_rows(&self) -> BTreeMap<(i64, i64), Vec<u8>> {
        let mut tiles = BTreeMap::new();
        let mut hashes: Vec<Hash> =
            self.rows.iter().map(|row| row.leaf.as_slice().try_into().unwrap()).collect();
        for (level, positions) in completed(0, u64::try_from(self.rows.len()).unwrap()) {
            for (position, tile) in positions.zip(hashes.chunks_exact(256)) {
                tiles.insert((i64::from(level), i64::try_from(position).unwrap()), tile.concat());
            }
            hashes = hashes.chunks_exact(256).map(root_of).collect();
        }
        tiles
    }

    /// The signed note at this size, as the log is now.
    pub(super) fn note_at(&self, size: usize) -> Vec<u8> {
        let leaves = self.rows[..size].iter().map(|row| Hash::try_from(row.leaf.as_slice()).unwrap());
        let tree: Frontier = leaves.collect();
        signer(1).sign(tree.size(), &tree.root()).into_bytes()
    }

    /// Puts the head back to this size, as it was then.
    pub(super) fn old_head(&mut self, size: usize) {
        let leaves = self.rows[..size].iter().map(|row| Hash::try_from(row.leaf.as_slice()).unwrap());
        let tree: Frontier = leaves.collect();
        self.size = i64::try_from(size).unwrap();
        self.frontier = tree.roots().concat();
        self.note = self.note_at(size);
    }

    pub(super) fn audit(&self) -> Report {
        self.audit_with(vec![signer(1).verifier().clone()], 1000)
    }

    /// Feeds an audit in blocks of rows, in the way its documentation asks for.
    pub(super) fn audit_with(&self, keys: Vec<Verifier>, block: usize) -> Report {
        let expect = Expect { keys, purged_before: self.purged_before, records: Records::Read };
        let head = Head { size: self.size, frontier: &self.frontier, note: &self.note };
        let mut audit = Audit::new(expect, &head);
        for note in &self.elsewhere {
            audit.elsewhere(note);
        }
        let mut tiles = self.tiles.clone();
        let mut checkpoints = self.checkpoints.clone();
        checkpoints.sort_by_key(|(size, _)| *size);
        checkpoints.reverse();
        let mut rows: Vec<&StoredRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.sequence);
        let mut from = 0;
        for rows in rows.chunks(block) {
            let end = rows.last().map_or(0, |row| row.sequence + 1);
            let until = u64::try_from(end).unwrap_or(0).max(from);
            for (level, positions) in tiles_starting(from..until) {
                let low = (i64::from(level), i64::try_from(positions.start).unwrap());
                let high = (i64::from(level), i64::try_from(positions.end).unwrap());
                let here: Vec<_> = tiles.range(low..high.max(low)).map(|(id, _)| *id).collect();
                for id in here {
                    audit.tile(id.0, id.1, &tiles.remove(&id).unwrap());
                }
            }
            while let Some((size, note)) = checkpoints.pop_if(|(size, _)| *size <= end) {
                audit.checkpoint(size, &note);
            }
            for row in rows {
                audit.row(&Row {
                    sequence: row.sequence,
                    record: row.record.as_deref(),
                    salt: &row.salt,
                    leaf: &row.leaf,
                });
            }
            from = until;
        }
        for ((level, position), hashes) in tiles {
            audit.tile(level, position, &hashes);
        }
        while let Some((size, note)) = checkpoints.pop() {
            audit.checkpoint(size, &note);
        }
        audit.finish()
    }
}

/// A finding about entries.
pub(super) fn found(first: u64, last: u64, what: What) -> Finding {
    Finding { what, rows: Some(Rows { first, last }) }
}

/// A finding about no entry.
pub(super) fn plain(what: What) -> Finding {
    Finding { what, rows: None }
}

/// The newest entries were cut off, and this checkpoint knows them.
pub(super) fn cut(end: u64, known: u64, by: Place) -> Finding {
    found(end, known - 1, What::Cut { end, known, by })
}
