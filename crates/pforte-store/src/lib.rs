//! The store: SQLite and PostgreSQL behind one seam, one writer, repositories.
//!
//! Every statement is one text for both engines. Changes go through one writer
//! that runs queued jobs, each undone alone if it fails, and commits them
//! together; a job is answered when it is durable. The event log is appended in
//! the transaction of the change it records. Reads have connections of their own.
//!
//! # Invariants
//!
//! - Only this crate names a database driver.
//! - Readers take a [`Conn`], writers a [`Tx`]; a `Tx` can be given where a `Conn` is asked for.
//! - Users, persons and the names of local users and groups are never removed.
//! - What people edit has a version: who changes an older one is told so.
//!
//! # Where to start reading
//!
//! [`Store`] is the entry, [`Store::write`] runs a job; each noun has a module of
//! functions; [`engine`] is the seam.

pub mod applications;
pub mod areas;
pub mod assignments;
pub mod census;
pub mod configured;
pub mod directories;
pub mod engine;
mod error;
mod event_filter;
pub mod events;
pub mod facts;
pub mod groups;
pub mod known;
pub mod local;
pub mod log;
mod migrate;
pub mod persons;
mod readers;
pub mod rights;
pub mod roles;
pub mod sessions;
mod settings;
pub mod setup;
pub mod signature_keys;
pub mod signature_policies;
pub mod signature_records;
pub mod signature_requests;
pub mod stations;
mod store;
pub mod throttle;
pub mod users;
pub mod webhooks;
mod writer;

pub use engine::Conn;
pub use error::{OpenError, Result, StoreError};
pub use migrate::newest;
pub use readers::{Lent, Snapshot};
pub use settings::{Edge, Engine, Settings};
pub use store::{Figures, Reader, Store};
pub use writer::Tx;
