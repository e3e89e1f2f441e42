//! Electronic signatures: an application asks for them, people give them, anybody can
//! check them later.
//!
//! What happens to a request is decided by [`pforte_model::signature::life::Life`], in
//! the job that also writes the statement, the event and the new state: one
//! transaction. Two people who sign in the same instant come one after the other.
//!
//! # Where to start reading
//!
//! [`request`] makes a request, [`sign`] takes a signature, [`chain`] is what both
//! write to; [`news`] is how applications hear of it; [`see`] says who may look at a request, [`view`] what they see.

mod chain;
pub mod document;
pub mod ending;
pub mod keys;
pub mod news;
pub mod record;
pub mod request;
pub mod see;
pub mod sign;
pub mod time_stamp;
pub mod view;
pub mod waiting;
