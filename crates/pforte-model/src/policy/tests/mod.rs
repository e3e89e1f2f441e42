//! The rules of the decision, as properties of random plants and as told cases.
//!
//! `random` makes plants in which everything occurs: circles of groups, names of
//! things that are not there, windows that never open. `reference` decides by the
//! words of the design, with no table and no number, and is what the policy is
//! compared with.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

mod cases;
mod properties;
mod random;
mod reasons;
mod reference;
