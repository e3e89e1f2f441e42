//! The server: use cases, HTTP API, configuration, jobs.
//!
//! # Where to start reading
//!
//! [`http`] has one file per resource; each operation reads, calls one function
//! of [`service`] and answers. [`live`] is what the server keeps in memory so
//! that a decision never waits for a disk. [`app::App`] holds the parts together.

pub mod app;
pub mod clock;
pub mod config;
pub mod demo;
pub mod edge;
pub mod fault;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod http;
pub mod ids;
pub mod init;
mod jobs;
pub mod keys;
pub mod live;
pub mod metrics;
pub mod paper;
pub mod run;
pub mod service;
pub mod spill;
pub mod tasks;
pub mod token;
pub mod wrap;
