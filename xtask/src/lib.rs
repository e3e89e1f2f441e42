//! Development tasks, and what tests need to know of the servers that they start.
//!
//! `cargo xtask` lists them. Where to start reading: [`servers`] for the real servers behind the tests.

mod ci;
mod command;
pub mod failure;
mod fuzz;
mod openapi;
mod packages;
pub mod place;
mod say;
pub mod servers;
pub mod tasks;
mod tidy;
mod ui;
