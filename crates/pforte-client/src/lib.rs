//! The client of the HTTP API: one typed method per operation.
//!
//! ```no_run
//! # async fn show(pem: Vec<u8>, token: pforte_wire::secret::Secret) -> Result<(), Box<dyn std::error::Error>> {
//! use pforte_client::{Client, Trust};
//!
//! let client = Client::new("https://localhost:8443", &Trust::Pem(pem))?.with_token(&token)?;
//! let session = client.current_session().await?;
//! # Ok(()) }
//! ```
//!
//! # Invariants
//!
//! - Only TLS is spoken, and only with a server whose certificate is trusted.
//! - Redirects are not followed and no proxy is used, so a token goes nowhere
//!   but to the server it was given for.
//! - Every wait and every answer is bounded ([`Limits`]).
//! - Nothing is repeated by itself: who gets [`ClientError::Lost`] or
//!   [`ClientError::TimeOut`] reads before trying again.
//!
//! # Where to start reading
//!
//! [`Client`] makes the calls, [`ClientError`] is every way in which one does
//! not succeed, [`Stream`] is what a program at a station lives by. Each noun's
//! operations stand in its own file.

mod address;
mod application;
mod area;
mod assignment;
mod client;
mod connect;
mod decision;
mod directory;
mod error;
mod event;
mod group;
mod list;
mod logon;
mod role;
mod session;
mod signature;
mod station;
mod stream;
mod trust;
mod user;

#[cfg(test)]
mod peer;

pub use assignment::AssignmentFilter;
pub use client::{BadSecret, Client, Limits};
pub use directory::PrincipalKind;
pub use error::{ClientError, Distrust, Misshapen, Refusal, Unreached};
pub use event::EventFilter;
pub use group::GroupFilter;
pub use list::{Page, every};
pub use signature::SignatureRequestFilter;
pub use stream::{Change, Stream, Told};
pub use trust::{BadSettings, Trust};
pub use user::UserFilter;
