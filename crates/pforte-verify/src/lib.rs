//! The independent verifier: checks logs, proofs and signatures with the model's formats alone.
//!
//! It reads nothing itself and depends on no server, store or driver, so that it
//! can be read in an hour and used against a copy of the data.
//!
//! # What it can show
//!
//! A log is an ordered list of entries. An entry's leaf hash is told by up to three
//! places: its record with its salt, its leaf column, and a tile. Signed
//! checkpoints tell the root over all leaf hashes up to a size.
//!
//! - An altered, missing or inserted entry contradicts its leaf hash, its tile or
//!   the order of numbers, and is named.
//! - Whoever alters all three contradicts the next checkpoint, and the entries
//!   since the last one that fitted are named.
//! - Whoever has the key can sign new checkpoints as well, and whoever puts an old
//!   copy back has genuine ones. Both contradict a checkpoint that was **kept
//!   elsewhere**, and nothing else. Without one a report says nothing about that.
//!
//! The time beside a checkpoint and anything outside the log's tables is not signed.
//!
//! # Where to start reading
//!
//! [`Audit`] is fed and gives a [`Report`]. `trees` holds the idea: where evidence
//! contradicts itself, grow a tree for each possibility and let the next signed
//! checkpoint choose. [`proof`] is for those who hold a single entry.
//! [`signature`] checks documents of electronic signatures, each by itself, and
//! [`time_stamp`] what an authority outside says of their times.

mod anchors;
mod audit;
pub mod proof;
mod report;
pub mod signature;
mod suspects;
mod tiles;
pub mod time_stamp;
mod trees;

#[cfg(test)]
mod tests;

pub use audit::{Audit, Expect, Head, Records, Row};
pub use report::{Finding, Foreign, MAX_FINDINGS, Part, Place, Report, Rows, TileFault, What};
pub use tiles::tiles_starting;
