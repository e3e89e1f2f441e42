//! The own users of a Windows or Samba host that is in no domain.
//!
//! An own client for SMB 3.1.1, NTLMv2 and the host's account service, small enough
//! to be bounded everywhere. A person's log-on is one SMB session set-up with the
//! person's name and password; a service account reads users and groups.
//!
//! # Invariants
//!
//! - Nothing is read or believed before the host has proved that it knows the
//!   password that it was asked about, and everything after that is encrypted.
//! - Nothing older than SMB 3.1.1 is spoken, nobody is a guest, nothing is asked
//!   without a name.
//! - One try of a person is one session set-up, never repeated.
//!
//! # Where to start reading
//!
//! [`Workgroup`] is what the rest of Pforte uses, `smb` is a connection, `replies`
//! reads what a host tells of its accounts.

mod accounts;
mod directory;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod keys;
mod lists;
mod ntlm;
mod reach;
mod replies;
mod rpc;
mod samr;
mod settings;
mod smb;
mod state;
mod trial;
mod wire;

pub use directory::{Queried, Query, Workgroup};
pub use settings::{Limits, Settings, SettingsFault, WARNING};
pub use trial::{steps, trial};
