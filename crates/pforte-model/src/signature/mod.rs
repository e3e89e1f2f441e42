//! Electronic signatures: what must be signed, by whom, in which order, and what
//! of it can be checked later by anybody.
//!
//! A plant says by [`rules::Rules`] how an action is signed. An application asks
//! for it; what it asked for and the rules of that moment are the first statement
//! of a chain ([`statement::Opening`]), each signature is one more
//! ([`statement::Signing`]), and how it ended is the last ([`statement::Ending`]).
//! [`life::Life`] decides who may sign what now. The server asks it before it signs
//! a statement, the verifier asks it again, years later, with the statements alone.
//!
//! # Invariants
//!
//! - A request is complete only when every step of its rules has all its signatures.
//! - A request ends once, and nothing follows its end.
//! - A statement names the one before it by its hash, and the first by another, so
//!   that it cannot stand anywhere else.
//!
//! # Where to start reading
//!
//! [`rules`], then [`life`], then [`statement`]. [`jws`] frames the signed texts,
//! [`canonical`] gives a record the bytes that are hashed.

pub mod canonical;
pub mod jws;
pub mod life;
pub mod rules;
pub mod statement;
