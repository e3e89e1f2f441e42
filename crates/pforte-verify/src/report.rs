//! What an audit found.

use pforte_model::log::checkpoint::{Checkpoint, NoteError};
use std::fmt;

/// The most findings that are listed; the rest are counted.
pub const MAX_FINDINGS: usize = 1000;

/// What an audit came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries that were read.
    pub entries: u64,
    /// Entries among them whose record was purged.
    pub purged: u64,
    /// Checkpoints that fit, the head among them.
    pub checkpoints: u64,
    /// Checkpoints kept elsewhere among them.
    pub elsewhere: u64,
    /// Checkpoints that could not be compared: entries before them are missing, or
    /// they were given too late.
    pub passed: u64,
    /// The head, if its signature is right.
    pub head: Option<Checkpoint>,
    /// What is wrong, by entry; then what is about no entry; last what could not be told.
    pub findings: Vec<Finding>,
    /// How many findings more there were than are listed.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_genuine(&self) -> bool {
        self.findings.is_empty() && self.more == 0 && self.passed == 0
    }

    /// Puts the findings into their order.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by_key(|Finding { what, rows }| {
            (*what == What::Unproved, rows.map_or(u64::MAX, |rows| rows.first))
        });
    }

    /// Adds a finding; one that goes on where the last one ended becomes part of it.
    pub(crate) fn add(&mut self, what: What, rows: Option<Rows>) {
        if let Some(last) = self.findings.last_mut()
            && last.what == what
            && let (Some(before), Some(after)) = (last.rows, rows)
            && before.last.checked_add(1) == Some(after.first)
        {
            last.rows = Some(Rows { first: before.first, last: after.last });
        } else if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { what, rows });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

/// One thing that is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: What,
    /// The entries it is about, where it is about entries.
    pub rows: Option<Rows>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            Some(rows) => write!(f, "{rows}: {}", self.what),
            None => self.what.fmt(f),
        }
    }
}

/// Entries in a row, by their sequence numbers; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rows {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl Rows {
    /// A single entry.
    #[must_use]
    pub const fn one(sequence: u64) -> Self {
        Self { first: sequence, last: sequence }
    }

    /// From `first` to before `end`; `None` if nothing lies between.
    pub(crate) fn until(first: u64, end: u64) -> Option<Self> {
        (first < end).then(|| Self { first, last: end.saturating_sub(1) })
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "entry {}", self.first)
        } else {
            write!(f, "entries {} to {}", self.first, self.last)
        }
    }
}

/// Where a checkpoint came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The head of the log itself.
    Head,
    /// One that the log keeps, in the row of this size.
    Kept(i64),
    /// One that was kept elsewhere, counted from 1 as they were given.
    Elsewhere(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("the log's head"),
            Self::Kept(size) => write!(f, "the log's own checkpoint at {size}"),
            Self::Elsewhere(nth) => write!(f, "checkpoint {nth} of those kept elsewhere"),
        }
    }
}

/// Which columns of an entry are not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The record or its salt.
    Record,
    /// The leaf hash.
    Leaf,
    /// Both.
    Both,
}

/// What is wrong with a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileFault {
    /// A hash in it is not what was written, or it has another length than 256 hashes.
    Altered,
    /// It is not there.
    Missing,
    /// It is there twice, or before all its entries are.
    Inserted,
    /// It was not compared, because too many others wait for their entries.
    Unread,
}

/// Why an entry does not belong where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// Another one has its sequence number, or a later one came before it.
    OutOfOrder,
    /// It was put between others, and those after it were given new numbers.
    Between,
    /// It stands behind everything that was ever signed.
    BeyondHead,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The entries were altered. `proved`: a signed checkpoint shows which part is
    /// wrong; otherwise the parts do not fit each other, and the odd one is told.
    Altered {
        /// Which part.
        part: Part,
        /// Whether a checkpoint shows it.
        proved: bool,
    },
    /// Somewhere in these entries something was changed together with its leaf
    /// hash and tile. No narrower range can be told.
    Changed {
        /// Which checkpoint shows it.
        by: Place,
    },
    /// No checkpoint that fits covers the entries any more, because later ones are
    /// missing: whether something was changed in them together with its leaf hash
    /// and tile cannot be told.
    Unproved,
    /// The entries were taken out. `moved`: those after them were given new numbers.
    Missing {
        /// Whether the numbers after them were changed too.
        moved: bool,
    },
    /// The entries were put in.
    Inserted(Foreign),
    /// An entry with this sequence number was put in, which no log has.
    StrayEntry(i64),
    /// The records are gone, although they were not to be purged.
    Gone,
    /// The records fit their leaf hashes, but are not events.
    Unreadable,
    /// The newest entries were cut off.
    Cut {
        /// How many entries there are.
        end: u64,
        /// How many there were.
        known: u64,
        /// Which checkpoint knows.
        by: Place,
    },
    /// The log's head is older than another checkpoint of the log.
    OldHead {
        /// Entries by the head.
        head: u64,
        /// Entries by the other one.
        known: u64,
        /// Which one that is.
        by: Place,
    },
    /// The columns beside the note in the head's row do not fit the note.
    HeadRow,
    /// A checkpoint cannot be believed.
    Refused {
        /// Which one.
        place: Place,
        /// Why not.
        why: NoteError,
    },
    /// The size beside a checkpoint is not the one that was signed.
    OtherSize(Place),
    /// A checkpoint is signed and does not fit the entries, but later ones do: the
    /// key has signed two pasts.
    Fork(Place),
    /// A tile is wrong; the entries under it may be right.
    Tile {
        /// Level of the tile.
        level: u32,
        /// What is wrong with it.
        fault: TileFault,
    },
    /// A tile stands at a level or position that no log has.
    StrayTile {
        /// Level of the tile.
        level: i64,
        /// Position of the tile.
        position: i64,
    },
}

impl What {
    /// A stable name for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Altered { .. } => "entry-altered",
            Self::Changed { .. } => "entries-changed",
            Self::Unproved => "entries-unproved",
            Self::Missing { .. } => "entry-missing",
            Self::Inserted(_) | Self::StrayEntry(_) => "entry-inserted",
            Self::Gone => "record-gone",
            Self::Unreadable => "record-unreadable",
            Self::Cut { .. } => "tail-cut",
            Self::OldHead { .. } => "head-old",
            Self::HeadRow => "head-altered",
            Self::Refused { .. } => "checkpoint-refused",
            Self::OtherSize(_) => "checkpoint-altered",
            Self::Fork(_) => "checkpoint-forked",
            Self::Tile { fault: TileFault::Altered, .. } => "tile-altered",
            Self::Tile { fault: TileFault::Missing, .. } => "tile-missing",
            Self::Tile { fault: TileFault::Unread, .. } => "tile-unread",
            Self::Tile { fault: TileFault::Inserted, .. } | Self::StrayTile { .. } => "tile-inserted",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { part, proved } => write!(f, "altered ({part}{})", doubt(*proved)),
            Self::Changed { by } => write!(f, "changed together with hashes and tiles; {by} does not fit"),
            Self::Unproved => f.write_str("no checkpoint that fits covers them"),
            Self::Missing { moved: false } => f.write_str("missing"),
            Self::Missing { moved: true } => f.write_str("taken out, and later entries given new numbers"),
            Self::Inserted(Foreign::OutOfOrder) => f.write_str("put in; the number was there already"),
            Self::Inserted(Foreign::Between) => f.write_str("put in, and later entries given new numbers"),
            Self::Inserted(Foreign::BeyondHead) => f.write_str("put in behind the signed head"),
            Self::StrayEntry(sequence) => write!(f, "entry {sequence}: put in; no log has this number"),
            Self::Gone => f.write_str("the record is gone and was not to be purged"),
            Self::Unreadable => f.write_str("the record is not an event"),
            Self::Cut { end, known, by } => {
                write!(f, "cut off: the log ends after {end} entries, {by} knows {known}")
            }
            Self::OldHead { head, known, by } => {
                write!(f, "an old head was put back: it tells {head} entries, {by} knows {known}")
            }
            Self::HeadRow => f.write_str("the head's columns do not fit its signed note"),
            Self::Refused { place, why } => write!(f, "{place}: {why}"),
            Self::OtherSize(place) => write!(f, "{place}: another size was signed"),
            Self::Fork(place) => write!(f, "{place}: signed for another past than this log has"),
            Self::Tile { level, fault } => write!(f, "tile of level {level} {fault}"),
            Self::StrayTile { level, position } => {
                write!(f, "tile {position} of level {level}: put in; no log has it")
            }
        }
    }
}

const fn doubt(proved: bool) -> &'static str {
    if proved { "" } else { ", by the other parts" }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Record => "record or salt",
            Self::Leaf => "leaf hash",
            Self::Both => "record and leaf hash",
        })
    }
}

impl fmt::Display for TileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Inserted => "put in",
            Self::Unread => "not compared; too many stand there without their entries",
        })
    }
}
