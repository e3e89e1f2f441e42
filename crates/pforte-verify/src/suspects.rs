//! Entries and tiles that contradict each other, until a checkpoint tells who lied.

use crate::report::{Foreign, Part, Place, Report, Rows, TileFault, What};
use crate::trees::{Evidence, Trust};
use pforte_model::log::tree::Hash;

/// The most contradictions that are kept apart until the next checkpoint; the
/// entries of any more become one range.
const MAX_SUSPECTS: usize = 8192;

#[derive(Debug)]
struct Suspect {
    sequence: u64,
    evidence: Evidence,
    /// How many places to the right its tile has the entry; 0 if nowhere.
    moved: i64,
}

/// What contradicts itself since the last checkpoint that fitted.
#[derive(Debug, Default)]
pub(crate) struct Suspects {
    entries: Vec<Suspect>,
    unlisted: Option<Rows>,
    /// Hashes of upper tiles that no tree has: level, and the entries under the hash.
    tiles: Vec<(u32, Rows)>,
    /// The end of the run of entries that only got new numbers, and by how much.
    run: Option<(u64, i64)>,
}

impl Suspects {
    /// An entry whose evidence does not agree.
    pub(crate) fn entry(&mut self, sequence: u64, evidence: Evidence, moved: i64) {
        if self.entries.len() < MAX_SUSPECTS {
            self.entries.push(Suspect { sequence, evidence, moved });
        } else {
            let first = self.unlisted.map_or(sequence, |rows| rows.first);
            self.unlisted = Some(Rows { first, last: sequence });
        }
    }

    /// By how much the entry before this one was moved.
    pub(crate) fn hint(&self, sequence: u64) -> i64 {
        let before = sequence.wrapping_sub(1);
        match (self.entries.last(), self.run) {
            (Some(last), _) if last.sequence == before => last.moved,
            (None, Some((end, moved))) if end == before => moved,
            _ => 0,
        }
    }

    /// A hash of an upper tile that does not fit the entries under it.
    pub(crate) fn tile(&mut self, level: u32, rows: Rows) {
        if self.tiles.len() < MAX_SUSPECTS {
            self.tiles.push((level, rows));
        }
    }

    /// Writes down that something in these entries was changed with all hashes of
    /// its own: under the upper tiles that contradict it, else anywhere in them.
    pub(crate) fn changed(&mut self, rows: Rows, by: Place, report: &mut Report) {
        let mut named: Vec<Rows> = Vec::new();
        self.tiles.sort_by_key(|(level, _)| *level);
        for (_, tile) in self.tiles.drain(..) {
            let both = Rows { first: tile.first.max(rows.first), last: tile.last.min(rows.last) };
            // A higher tile contradicts what a lower one under it does; the lower one tells more.
            let told = named.iter().any(|under| both.first <= under.first && under.last <= both.last);
            if both.first <= both.last && !told {
                named.push(both);
            }
        }
        if named.is_empty() {
            named.push(rows);
        }
        for rows in named {
            report.add(What::Changed { by }, Some(rows));
        }
    }

    /// Writes down who lied, by the tree that a checkpoint showed to be the true one.
    pub(crate) fn decide(&mut self, truth: Option<Trust>, report: &mut Report) {
        for suspect in std::mem::take(&mut self.entries) {
            self.blame(&suspect, truth, report);
        }
        if let Some(rows) = self.unlisted.take() {
            report.add(What::Altered { part: Part::Both, proved: false }, Some(rows));
        }
        for (level, rows) in self.tiles.drain(..) {
            report.add(What::Tile { level, fault: TileFault::Altered }, Some(rows));
        }
    }

    fn blame(&mut self, suspect: &Suspect, truth: Option<Trust>, report: &mut Report) {
        let Suspect { sequence, evidence, moved } = *suspect;
        // Where no checkpoint decides, the entry is blamed before the tile.
        let right = evidence.pick(truth.unwrap_or(Trust::Tile));
        let wrong = |part: Option<Hash>| part.is_some() && part != right;
        if wrong(evidence.tile) {
            report.add(What::Tile { level: 0, fault: TileFault::Altered }, Some(Rows::one(sequence)));
        }
        let part = match (wrong(evidence.record), evidence.leaf != right) {
            (true, true) => Part::Both,
            (true, false) => Part::Record,
            (false, true) => Part::Leaf,
            (false, false) => return,
        };
        if !self.renumbered(sequence, moved, report) {
            report.add(What::Altered { part, proved: truth.is_some() }, Some(Rows::one(sequence)));
        }
    }

    /// Whether an entry is a genuine one under a new number: then what was taken
    /// out or put in before it is written down, once for the whole run.
    fn renumbered(&mut self, sequence: u64, moved: i64, report: &mut Report) -> bool {
        let goes_on = self.run.is_some_and(|(end, by)| end.checked_add(1) == Some(sequence) && by == moved);
        let by = moved.unsigned_abs();
        let shown = goes_on
            || match moved {
                0 => false,
                1.. => {
                    let rows = Rows::until(sequence, sequence.saturating_add(by));
                    report.add(What::Missing { moved: true }, rows);
                    true
                }
                _ => Rows::until(sequence.saturating_sub(by), sequence)
                    .is_some_and(|rows| report.was_put_in(rows)),
            };
        if shown {
            self.run = Some((sequence, moved));
        }
        shown
    }
}

impl Report {
    /// Calls the entries that were taken for altered ones put in; `false` if they were not.
    fn was_put_in(&mut self, rows: Rows) -> bool {
        let altered = |what: What| matches!(what, What::Altered { .. });
        match self.findings.last_mut() {
            Some(last) if last.rows == Some(rows) && altered(last.what) => {
                last.what = What::Inserted(Foreign::Between);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Finding;

    fn changed(suspects: &mut Suspects, rows: Rows) -> Vec<Finding> {
        let mut report = Report::default();
        suspects.changed(rows, Place::Head, &mut report);
        report.findings
    }

    fn at(first: u64, last: u64) -> Finding {
        Finding { what: What::Changed { by: Place::Head }, rows: Some(Rows { first, last }) }
    }

    #[test]
    fn the_lowest_tile_that_contradicts_a_change_names_it() {
        let mut suspects = Suspects::default();
        suspects.tile(2, Rows { first: 0, last: 65_535 });
        suspects.tile(1, Rows { first: 256, last: 511 });
        suspects.tile(2, Rows { first: 65_536, last: 131_071 });
        suspects.tile(1, Rows { first: 200_000, last: 200_255 });
        let found = changed(&mut suspects, Rows { first: 300, last: 100_000 });
        assert_eq!(found, [at(300, 511), at(65_536, 100_000)]);
    }

    #[test]
    fn a_change_that_no_tile_contradicts_is_somewhere_in_the_whole_range() {
        let rows = Rows { first: 300, last: 400 };
        assert_eq!(changed(&mut Suspects::default(), rows), [at(300, 400)]);
    }

    #[test]
    fn the_contradictions_that_are_held_are_bounded_and_all_are_told() {
        let mut suspects = Suspects::default();
        let evidence = Evidence { record: Some([1; 32]), leaf: Some([2; 32]), tile: None };
        for sequence in 0..20_000 {
            suspects.entry(sequence, evidence, 0);
            suspects.tile(1, Rows::one(sequence));
        }
        assert_eq!((suspects.entries.len(), suspects.tiles.len()), (MAX_SUSPECTS, MAX_SUSPECTS));
        let mut report = Report::default();
        suspects.decide(None, &mut report);
        let entries: Vec<_> =
            report.findings.iter().filter(|finding| finding.what.as_str() == "entry-altered").collect();
        assert_eq!(entries.last().and_then(|finding| finding.rows), Some(Rows { first: 8192, last: 19_999 }));
    }
}
