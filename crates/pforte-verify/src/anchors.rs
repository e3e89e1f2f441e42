//! The signed checkpoints that the entries are compared with.

use crate::report::{Place, Report, Rows, What};
use crate::suspects::Suspects;
use crate::trees::Trees;
use pforte_model::log::checkpoint::{Checkpoint, NoteError, Verifier, open};
use pforte_model::log::tree::Hash;
use std::collections::BTreeMap;

/// Reads a note that one of these keys signed.
pub(crate) fn open_any(note: &[u8], keys: &[Verifier]) -> Result<Checkpoint, NoteError> {
    let note = str::from_utf8(note).map_err(|_| NoteError::Malformed)?;
    let mut why = NoteError::OtherKey;
    for key in keys {
        match open(note, key) {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(NoteError::OtherKey) => {}
            Err(other) => why = other,
        }
    }
    Err(why)
}

/// The checkpoints, and how far they fit.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    waiting: BTreeMap<u64, Vec<(Place, Hash)>>,
    /// The largest size at which a checkpoint fitted.
    pub(crate) good: u64,
    good_elsewhere: u64,
    /// Checkpoints that did not fit, since the last one that did.
    failed: Vec<(u64, Place)>,
    /// The largest checkpoint apart from the head.
    newest: Option<(u64, Place)>,
}

impl Anchors {
    /// A checkpoint to be compared when its last entry was read.
    pub(crate) fn expect(&mut self, place: Place, checkpoint: &Checkpoint) {
        let size = checkpoint.size;
        if place != Place::Head && self.newest.is_none_or(|(newest, _)| newest < size) {
            self.newest = Some((size, place));
        }
        self.waiting.entry(size).or_default().push((place, checkpoint.root));
    }

    /// The next size at which there is something to compare.
    pub(crate) fn due(&self) -> Option<u64> {
        self.waiting.first_key_value().map(|(size, _)| *size)
    }

    /// Compares the trees, which have `size` entries, with what was expected of them.
    /// Checkpoints within entries that are missing are passed over.
    pub(crate) fn compare(
        &mut self,
        size: u64,
        trees: &mut Trees,
        suspects: &mut Suspects,
        report: &mut Report,
    ) {
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= size) {
            let (at, expected) = entry.remove_entry();
            if at < size || trees.lost() {
                report.passed += u64::try_from(expected.len()).unwrap_or(u64::MAX);
                continue;
            }
            for (place, root) in expected {
                if let Some(truth) = trees.settle(&root) {
                    suspects.decide(Some(truth), report);
                    self.fits(size, place, report);
                } else {
                    self.fails(size, place, report);
                }
            }
        }
    }

    fn fits(&mut self, size: u64, place: Place, report: &mut Report) {
        report.checkpoints += 1;
        if matches!(place, Place::Elsewhere(_)) {
            report.elsewhere += 1;
            self.good_elsewhere = size;
        }
        self.good = size;
        for (_, place) in self.failed.drain(..) {
            report.add(What::Fork(place), None);
        }
    }

    fn fails(&mut self, size: u64, place: Place, report: &mut Report) {
        if matches!(place, Place::Elsewhere(_)) {
            report.add(What::Changed { by: place }, Rows::until(self.good_elsewhere, size));
        } else if self.failed.len() < crate::report::MAX_FINDINGS {
            self.failed.push((size, place));
        }
    }

    /// Writes down what the checkpoints tell when all entries were read; `end` is how many.
    pub(crate) fn finish(self, end: u64, suspects: &mut Suspects, report: &mut Report) {
        let mut told = self.good;
        if let Some((size, by)) = self.failed.first() {
            told = *size;
            match Rows::until(self.good, *size) {
                Some(rows) => suspects.changed(rows, *by, report),
                // Two signed roots for the same entries.
                None => report.add(What::Fork(*by), None),
            }
        }
        let head = report.head.as_ref().map(|head| head.size);
        // What stands behind the head is told elsewhere.
        if let Some(rows) = Rows::until(told, head.map_or(end, |head| end.min(head))) {
            report.add(What::Unproved, Some(rows));
        }
        if let Some(head) = head
            && let Some((known, by)) = self.newest.filter(|(newest, _)| *newest > head)
        {
            report.add(What::OldHead { head, known, by }, None);
        }
        self.cut(end, report);
    }

    /// Writes down the checkpoints that know more entries than there are.
    fn cut(self, end: u64, report: &mut Report) {
        // Of the log's own checkpoints the largest says it all.
        let mut own = false;
        for (known, places) in self.waiting.into_iter().rev() {
            for (by, _) in places {
                if matches!(by, Place::Elsewhere(_)) || !std::mem::replace(&mut own, true) {
                    report.add(What::Cut { end, known, by }, Rows::until(end, known));
                }
            }
        }
    }
}
