//! A client of Kerberos 5, as far as Active Directory needs one.
//!
//! Small, without a C library, and bounded: messages have greatest sizes, no
//! reader recurses or allocates by what a peer declares, time and randomness
//! come from outside.
//!
//! # Invariants
//!
//! - Only AES; a server that offers nothing else is refused.
//! - A key or a password is never shown, and its memory is cleared on drop.
//! - Nothing is believed that a key did not prove, but for refusals, which
//!   nobody signs; a refusal never lets anybody in.
//!
//! # Where to start reading
//!
//! [`Client`] gets tickets, [`gss`] proves one to a server and protects what is
//! said after, [`person`] verifies a person's password, [`accept`] is the other side:
//! it takes the tickets of people who log on by them.

pub mod accept;
mod chance;
mod cipher;
mod client;
mod der;
mod error;
#[cfg(test)]
mod false_centre;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod gss;
mod kdc;
mod key;
mod name;
pub mod person;
mod reply;
mod request;
#[cfg(test)]
mod testing;
mod time;

pub use chance::Chance;
pub use client::{Client, Credential};
pub use error::{Altered, Error, Refusal, Unreadable, code};
pub use key::{Etype, Key};
pub use name::Name;
pub use reply::Ticket;
