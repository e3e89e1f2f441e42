//! Taking tickets: the side of a service to which people prove themselves
//! (SPNEGO, RFC 4178; Kerberos, RFC 4120 and 4121; the PAC, MS-PAC).
//!
//! # Invariants
//!
//! - A token is believed only when the key of the service opened its ticket, the
//!   key in the ticket opened the authenticator, both name the same person, their
//!   times are near, and the authenticator was never seen before.
//! - Who it is, the security identifier in the ticket tells, which the domain signed
//!   with our key; groups are never taken from a ticket.
//! - What a browser says of its TLS connection must be true of ours.
//! - Nothing that a stranger sends is kept, repeated, or worked on for long.
//!
//! # Where to start reading
//!
//! [`Keytab`] holds the keys, [`Offer::read`] reads what a client sent, and
//! [`Offer::accept`] checks it.

mod check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod keytab;
mod pac;
mod replay;
mod request;
mod spnego;
#[cfg(test)]
mod tests;

pub use check::{Accepted, Here, Refused};
pub use keytab::{BadKeytab, Keytab, KeytabKey};
pub use replay::Replays;

use request::Request;
use spnego::Wrapping;

/// The longest token that is read, in bytes: the most that Windows ever makes.
pub const MOST_TOKEN: usize = 65_536;

/// The longest keytab that is read, in bytes.
pub const MOST_KEYTAB: usize = 15 * 1_024;

/// What a client sent, read but not yet believed.
pub struct Offer<'a> {
    wrapping: Wrapping<'a>,
    request: Request<'a>,
}

impl<'a> Offer<'a> {
    /// Reads a token as it stands behind `Negotiate`, without its base64.
    pub fn read(token: &'a [u8]) -> Result<Self, Refused> {
        if token.len() > MOST_TOKEN {
            return Err(Refused::Unreadable);
        }
        let (wrapping, message) = spnego::open(token)?;
        Ok(Self { wrapping, request: Request::read(message)? })
    }

    /// The realm that the ticket claims to be from; nothing proves it yet.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.request.ticket.realm
    }
}
