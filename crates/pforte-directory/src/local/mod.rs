//! The built-in directory: how its passwords are judged, made, kept and checked.
//!
//! Users and groups of the built-in directory are rows of the store; here is
//! what their passwords need.
//!
//! # Invariants
//!
//! - A password is hashed only by the worker threads of [`hasher::Hasher`], so
//!   that a flood of log-ons costs a bounded share of the machine.
//! - A verifier is worth nothing without the pepper, which is never stored
//!   beside it, and counts only for the user it was made for.
//! - What a stored verifier says about its own cost is bounded before anything
//!   is allocated for it.
//!
//! # Where to start reading
//!
//! [`hasher::Hasher`] checks a password against a [`verifier::Verifier`],
//! [`profile::Profile`] judges a new one, [`generate`] makes one.

mod blocklist;
pub mod cost;
pub mod generate;
pub mod hasher;
pub mod pepper;
pub mod profile;
pub mod verifier;
