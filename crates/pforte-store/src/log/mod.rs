//! The event log in the database: appending under the writer, reading beside it.
//!
//! # Invariants
//!
//! - An entry is written in the transaction of the change it records.
//! - `seq` has no gaps: the head is read, under a lock, at the begin of each
//!   batch and never believed from memory.
//! - Every commit that appends writes the signed head of the tree with it.
//! - Full tiles hold what proofs need, so that a proof reads few rows.

mod read;
mod tail;
mod tiles;

pub use read::{
    Head, KeptCheckpoint, LogRow, Tile, checkpoints, entries, head, leaves, tile, tile_levels, tiles,
};

pub(crate) use read::ALL;
pub(crate) use tail::{ALL as WRITES, Evidence, Tail, found};
