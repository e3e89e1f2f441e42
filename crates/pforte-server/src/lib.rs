//! The server: use cases, HTTP API, configuration, jobs.
//!
//! # Where to start reading
//!
//! One file per resource in `http`, each operation reads, calls one function
//! of `service` and answers. `live` is what the server keeps in memory so
//! that a decision never waits for a disk.

pub mod clock;
pub mod config;
pub mod keys;
pub mod metrics;
pub mod tasks;
pub mod wrap;
