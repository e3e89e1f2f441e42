//! Reads a log from its first entry to its last and compares everything with everything.

use crate::anchors::{Anchors, open_any};
use crate::report::{Foreign, Place, Report, Rows, TileFault, What};
use crate::suspects::Suspects;
use crate::tiles::Tiles;
use crate::trees::{Evidence, Trees};
use pforte_model::log::checkpoint::{Checkpoint, Verifier};
use pforte_model::log::entry::{read, record_hash};
use pforte_model::log::tile::WIDTH;
use pforte_model::log::tree::{Frontier, Hash};

/// The hash of a record that cannot be genuine, because its salt has the wrong
/// length. Nobody can make an entry that has it.
const NO_HASH: Hash = [0; 32];

/// What is known about the log before it is read.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The keys of the log, the present one and older ones. From a place that
    /// whoever could write the log could not write.
    pub keys: Vec<Verifier>,
    /// Records of entries before this sequence number may be purged. 0: none may.
    pub purged_before: u64,
    /// How far records are looked into.
    pub records: Records,
}

/// How far records are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// Their hash alone; that is all a proof needs.
    Hash,
    /// They must also read as events, which takes three times as long.
    Read,
}

/// The row of the log's head, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Number of entries.
    pub size: i64,
    /// The roots of the perfect subtrees, largest first, one after the other.
    pub frontier: &'a [u8],
    /// The signed checkpoint.
    pub note: &'a [u8],
}

/// A row of the log's entries, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number, counted from 0.
    pub sequence: i64,
    /// The record; `None` if it was purged.
    pub record: Option<&'a [u8]>,
    /// The salt; empty if there is none.
    pub salt: &'a [u8],
    /// The leaf hash.
    pub leaf: &'a [u8],
}

/// A log that is being read.
///
/// Give it the head, then what was kept [`elsewhere`](Self::elsewhere), then the
/// log in blocks of rows: before the rows `a..b` every tile that
/// [`tiles_starting`](crate::tiles_starting) names for `a..b` and every checkpoint
/// of a size in `a..=b`, then the rows by rising number. After the last row give
/// all tiles and checkpoints that are left, and [`finish`](Self::finish). What is
/// held in memory is what was given ahead, whatever the length of the log.
#[derive(Debug)]
pub struct Audit {
    expect: Expect,
    next: u64,
    /// The size at which the next checkpoint is to be compared; `u64::MAX` for none.
    due: u64,
    elsewhere: u64,
    /// Rows behind the signed head.
    behind: Option<Rows>,
    trees: Trees,
    tiles: Tiles,
    suspects: Suspects,
    anchors: Anchors,
    report: Report,
}

impl Audit {
    /// Begins with the head.
    #[must_use]
    pub fn new(expect: Expect, head: &Head<'_>) -> Self {
        let mut audit = Self {
            expect,
            next: 0,
            due: u64::MAX,
            elsewhere: 0,
            behind: None,
            trees: Trees::new(),
            tiles: Tiles::default(),
            suspects: Suspects::default(),
            anchors: Anchors::default(),
            report: Report::default(),
        };
        if let Some(checkpoint) = audit.open(Place::Head, head.note) {
            if !fits(head, &checkpoint) {
                audit.report.add(What::HeadRow, None);
            }
            audit.report.head = Some(checkpoint);
        }
        audit
    }

    /// Takes a checkpoint that was kept elsewhere: the only thing that shows a cut
    /// tail, an old copy, or a log that the holder of its key has rewritten.
    pub fn elsewhere(&mut self, note: &[u8]) {
        self.elsewhere += 1;
        self.open(Place::Elsewhere(self.elsewhere), note);
    }

    /// Takes a checkpoint that the log keeps, with the size that stands beside it.
    pub fn checkpoint(&mut self, size: i64, note: &[u8]) {
        let place = Place::Kept(size);
        if let Some(checkpoint) = self.open(place, note)
            && i64::try_from(checkpoint.size) != Ok(size)
        {
            self.report.add(What::OtherSize(place), None);
        }
    }

    /// Takes a tile: its hashes one after the other.
    pub fn tile(&mut self, level: i64, position: i64, hashes: &[u8]) {
        if let Err((what, rows)) = self.tiles.give((level, position), hashes, self.next) {
            self.report.add(what, rows);
        }
    }

    /// Takes the next entry.
    pub fn row(&mut self, row: &Row<'_>) {
        self.report.entries += 1;
        let Ok(sequence) = u64::try_from(row.sequence) else {
            return self.report.add(What::StrayEntry(row.sequence), None);
        };
        if sequence < self.next {
            return self.report.add(What::Inserted(Foreign::OutOfOrder), Some(Rows::one(sequence)));
        }
        self.missing_until(sequence);
        if self.report.head.as_ref().is_some_and(|head| sequence >= head.size) {
            let first = self.behind.map_or(sequence, |rows| rows.first);
            self.behind = Some(Rows { first, last: sequence });
        }
        let evidence = self.evidence(row, sequence);
        self.take(&evidence);
    }

    /// Ends the audit.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.compare();
        let Self { next, behind, tiles, mut suspects, anchors, mut report, .. } = self;
        let limit = report.head.as_ref().map(|head| head.size.max(anchors.good));
        anchors.finish(next, &mut suspects, &mut report);
        suspects.decide(None, &mut report);
        for (level, rows) in tiles.left() {
            report.add(What::Tile { level, fault: TileFault::Inserted }, Some(rows));
        }
        if let Some(limit) = limit {
            report.end_at(limit, behind);
        }
        report.sort();
        report
    }

    /// Reads a note and expects what it says; a note that is not believed is a finding.
    fn open(&mut self, place: Place, note: &[u8]) -> Option<Checkpoint> {
        match open_any(note, &self.expect.keys) {
            Ok(checkpoint) => {
                self.anchors.expect(place, &checkpoint);
                self.compare();
                Some(checkpoint)
            }
            Err(why) => {
                self.report.add(What::Refused { place, why }, None);
                None
            }
        }
    }

    /// All that is known of the leaf hash of an entry.
    fn evidence(&mut self, row: &Row<'_>, sequence: u64) -> Evidence {
        let leaf = row.leaf.try_into().ok();
        let tile = self.tiles.leaf(sequence);
        let Some(record) = row.record else {
            self.report.purged += 1;
            if sequence >= self.expect.purged_before {
                self.report.add(What::Gone, Some(Rows::one(sequence)));
            }
            return Evidence { record: None, leaf, tile };
        };
        let hash = row.salt.try_into().map_or(NO_HASH, |salt| record_hash(record, salt));
        if self.expect.records == Records::Read && Some(hash) == leaf && read(record).is_err() {
            self.report.add(What::Unreadable, Some(Rows::one(sequence)));
        }
        Evidence { record: Some(hash), leaf, tile }
    }

    /// Puts the next entry into the trees and compares what it completes.
    fn take(&mut self, evidence: &Evidence) {
        let sequence = self.next;
        if !self.trees.push(evidence) {
            let own = evidence.leaf.filter(|_| evidence.leaf == evidence.record || evidence.record.is_none());
            let hint = self.suspects.hint(sequence);
            let moved = own.map_or(0, |leaf| self.tiles.moved(sequence, &leaf, hint));
            self.suspects.entry(sequence, *evidence, moved);
        }
        self.step();
    }

    /// Goes on to the next entry after one was put into the trees.
    fn step(&mut self) {
        self.next += 1;
        if self.next.is_multiple_of(WIDTH) {
            self.compare_tiles();
        }
        if self.next >= self.due {
            self.compare();
        }
    }

    fn compare_tiles(&mut self) {
        for (level, rows, hash) in self.tiles.above(self.next) {
            if !self.trees.lost() && !self.trees.risen(level, hash) {
                self.suspects.tile(level, rows);
            }
        }
        for (level, rows, tile) in self.tiles.finished(self.next) {
            if tile.is_none() {
                self.report.add(What::Tile { level, fault: TileFault::Missing }, Some(rows));
            }
        }
    }

    fn compare(&mut self) {
        self.anchors.compare(self.next, &mut self.trees, &mut self.suspects, &mut self.report);
        self.due = self.anchors.due().unwrap_or(u64::MAX);
    }

    /// Notes that the entries before `sequence` are missing. Where a tile tells
    /// their hashes, the trees go on with those.
    fn missing_until(&mut self, sequence: u64) {
        if let Some(rows) = Rows::until(self.next, sequence) {
            self.report.add(What::Missing { moved: false }, Some(rows));
        }
        while self.next < sequence
            && let Some(tile) = self.tiles.leaf(self.next)
        {
            self.trees.push(&Evidence { record: None, leaf: Some(tile), tile: Some(tile) });
            self.step();
        }
        if self.next < sequence {
            self.trees.lose();
            self.next = sequence;
            self.tiles.pass(sequence);
        }
    }
}

/// Whether the columns of the head's row are those of its signed note.
fn fits(head: &Head<'_>, checkpoint: &Checkpoint) -> bool {
    let (roots, rest) = head.frontier.as_chunks::<32>();
    let tree = Frontier::from_parts(checkpoint.size, roots.to_vec());
    u64::try_from(head.size) == Ok(checkpoint.size)
        && rest.is_empty()
        && tree.is_some_and(|tree| tree.root() == checkpoint.root)
}

impl Report {
    /// Calls what stands behind the last signed entry put in, and nothing there missing.
    fn end_at(&mut self, limit: u64, behind: Option<Rows>) {
        for finding in &mut self.findings {
            if let (What::Missing { .. }, Some(rows)) = (finding.what, &mut finding.rows) {
                rows.last = rows.last.min(limit.saturating_sub(1));
            }
        }
        self.findings.retain(|finding| match (finding.what, finding.rows) {
            (What::Missing { .. }, Some(rows)) => rows.first <= rows.last,
            _ => true,
        });
        if let Some(rows) = behind.filter(|rows| rows.last >= limit) {
            let rows = Rows { first: rows.first.max(limit), ..rows };
            self.add(What::Inserted(Foreign::BeyondHead), Some(rows));
        }
    }
}
