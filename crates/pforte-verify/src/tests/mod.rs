//! The audit against logs that were tampered with in every way.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]

mod flips;
mod genuine;
mod heads;
mod log;
mod numbers;
mod outsider;
mod rewritten;
