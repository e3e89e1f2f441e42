//! The nouns and rules of Pforte: persons, roles, rights, areas, stations, sessions, signatures, events.
//!
//! Nothing here does I/O, reads a clock or draws a random number: time and
//! identifiers come in as parameters, so that every rule can be tested alone and
//! runs the same in the server and, later, on a station without a server.
//!
//! # Where to start reading
//!
//! [`policy::Policy`] is what decisions rest on, [`policy::Policy::decide`] is the
//! decision, [`event::Event`] is what the event log keeps, [`log`] is how it is
//! made so that nobody changes it unseen.

pub mod account;
pub mod assignment;
pub mod event;
pub mod factor;
pub mod id;
pub mod log;
pub mod name;
pub mod policy;
pub mod signature;
pub mod time;
