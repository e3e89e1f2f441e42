//! Measures Pforte against its limits and its peers, and compares answers with them.
//!
//! - `cargo bench -p pforte-bench` measures, with the servers of `make servers`;
//!   what it came to stands in `docs/performance.md`.
//! - `cargo run --release -p pforte-bench --bin oracle -- 1000000` asks a peer and
//!   Pforte the same random questions and counts where they disagree.
//!
//! # Where to start reading
//!
//! [`plant::Plant`] is what is asked about, [`cedar`] puts it to the peer;
//! [`measure::load`] has many callers do the same thing for a while.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be made stops"
)]

pub mod cedar;
pub mod https;
pub mod measure;
pub mod oracle;
pub mod plant;
pub mod program;
