//! Measures Pforte against its limits and its peers, and compares answers with them.
//!
//! - `cargo bench -p pforte-bench` measures; the ratios stand at the end.
//! - `cargo run --release -p pforte-bench --bin oracle -- 1000000` asks a peer and
//!   Pforte the same random questions and counts where they disagree.
//!
//! # Where to start reading
//!
//! [`plant::Plant`] is what is asked about, [`cedar`] puts it to the peer.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be made stops"
)]

pub mod cedar;
pub mod oracle;
pub mod plant;
