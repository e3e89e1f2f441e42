//! What a check of a document found.

use super::fault::{Place, What};
use pforte_model::log::checkpoint::Checkpoint;
use pforte_model::signature::life::State;
use pforte_model::signature::statement::{Ending, Opening, Signing};
use std::fmt;

/// What a document came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Whole, and every statement is signed with a key that was trusted beforehand.
    Genuine,
    /// Whole, but no key was trusted beforehand: anybody could have made it with a
    /// key of their own. Compare [`Report::fingerprints`] with what the plant tells.
    Unproven,
    /// Not what was signed; the findings say where.
    Broken,
}

impl Verdict {
    /// A stable name for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Unproven => "unproven",
            Self::Broken => "broken",
        }
    }
}

/// One signature of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number of its statement, from 0.
    pub statement: usize,
    /// Who, when, as what, why.
    pub signing: Signing,
    /// Whether nothing is wrong with this statement itself.
    pub good: bool,
}

/// What a check found. What is told of a document that is [`Verdict::Broken`] is
/// what stands in it, not what is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many statements there are.
    pub statements: usize,
    /// What was to be signed, if that can be read.
    pub opening: Option<Opening>,
    /// The signatures that can be read.
    pub signatures: Vec<Shown>,
    /// How it ended, if it did.
    pub ending: Option<Ending>,
    /// Where the request stands by its statements; `None` if the opening cannot be read.
    pub state: Option<State>,
    /// Whether keys were trusted beforehand.
    pub trusted: bool,
    /// The keys that the statements name, each once: thumbprints by RFC 7638.
    pub fingerprints: Vec<String>,
    /// How often a record was compared with what was signed, and was the same.
    pub records: usize,
    /// The log's checkpoint, if a key of the log was given and signed it.
    pub checkpoint: Option<Checkpoint>,
    /// Statements that are proved to be in the log.
    pub logged: usize,
    /// Statements that a trusted authority stamped.
    pub stamped: usize,
    /// What is wrong, and what else is to be said.
    pub findings: Vec<Finding>,
}

impl Report {
    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.findings.iter().any(|finding| finding.what.is_fault()) {
            Verdict::Broken
        } else if self.trusted {
            Verdict::Genuine
        } else {
            Verdict::Unproven
        }
    }

    pub(super) fn add(&mut self, place: Place, what: What) {
        self.findings.push(Finding { place, what });
    }

    /// Whether nothing is wrong at this place.
    pub(super) fn is_good(&self, place: Place) -> bool {
        !self.findings.iter().any(|finding| finding.place == place && finding.what.is_fault())
    }

    /// Tells of each signature whether its statement is good, and puts the findings in order.
    pub(super) fn finish(mut self) -> Self {
        let good: Vec<bool> =
            self.signatures.iter().map(|shown| self.is_good(Place::Statement(shown.statement))).collect();
        for (shown, good) in self.signatures.iter_mut().zip(good) {
            shown.good = good;
        }
        self.findings.sort_by_key(|finding| (!finding.what.is_fault(), finding.place));
        self
    }
}

/// One thing that is wrong or to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place, self.what.field()) {
            (Place::Document, None) => self.what.fmt(f),
            (place, None) => write!(f, "{place}: {}", self.what),
            (place, Some(field)) => write!(f, "{place}, {field}: {}", self.what),
        }
    }
}
