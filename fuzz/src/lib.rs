//! Fuzz targets: what strangers send, read by every parser that is meant for it.
//!
//! A target takes any bytes, reads them as the product does, and panics if a
//! promise is broken: reading never panics, what is kept is bounded, what was read
//! is written and read again as the same thing, a refusal shows no secret. The
//! same functions run in two ways:
//!
//! - in the tests of this crate, over the seeds in `seeds/` and a bounded number
//!   of mutants of them, the same ones each time;
//! - under libFuzzer, guided by coverage: `cargo xtask fuzz MINUTES`.
//!
//! An input that broke a promise once is kept in `seeds/` with its target.
//!
//! # Where to start reading
//!
//! [`TARGETS`] is the list; `targets` has one file for each kind of peer.

mod mutate;
mod targets;

pub use mutate::Mutator;
pub use targets::{TARGETS, Target, named};

#[cfg(test)]
mod tests;
