//! Active Directory over LDAPS.
//!
//! An own client, small enough to be bounded everywhere: messages and answers
//! have greatest sizes, requests have deadlines, queues have ends, referrals
//! are never followed, and nothing is sent to a server whose certificate is not
//! right. The service account reads; each person's password is verified by
//! exactly one bind on a connection of its own kind.
//!
//! # Invariants
//!
//! - Without TLS nothing is sent, whatever the settings say.
//! - What a person types is a value in a structured request, never text that a
//!   server parses.
//! - A server that does not answer is waited for once; after that requests go
//!   elsewhere, or fail at once, until the watch in the background finds it again.
//!
//! # Where to start reading
//!
//! [`ActiveDirectory`] is what the rest of Pforte uses, [`test()`] is what an
//! administrator sees, `worker` is the life of one connection,
//! `watch` knows which servers answer, `find` finds them, [`FaultKind`] is
//! the table of everything that can be wrong.

mod account;
mod again;
mod answer;
mod ber;
mod certificate;
mod changes;
mod directory;
mod entry;
mod filter;
mod find;
mod foreign;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod guid;
mod health;
mod job;
mod link;
mod message;
mod name;
mod pace;
mod password;
mod path;
mod plain;
mod policy;
mod pool;
mod probe;
mod sasl;
mod schema;
mod sealed;
mod settings;
mod sid;
mod state;
mod steps;
mod ticket;
mod tls;
mod trial;
mod turn;
mod verify;
mod watch;
mod way;
mod worker;

pub use directory::{ActiveDirectory, Domain};
pub use guid::{BadGuid, ObjectGuid};
pub(crate) use pace::Pace;
pub use plain::PlainLdap;
pub use probe::{Check, Found as ProbeFound, Hears as ProbeHears, Probed, probe};
pub use schema::Schema;
pub use settings::{Ca, Find, Limits, Protection, Server, ServiceLogin, Settings, SettingsFault};
pub use sid::{BadSid, Sid};
pub use steps::{Checked, Hears, ServerReport, Step, test};

/// What binds a log-on to TLS connections with this certificate, DER (`tls-server-end-point`,
/// RFC 5929); `None` where no standard says what does.
#[must_use]
pub fn channel_binding(certificate: &[u8]) -> Option<Vec<u8>> {
    certificate::binding(&certificate.into(), false).ok()
}

use crate::fault;
use health::ServerHealth;
use pforte_model::time::Micros;
use std::sync::Arc;

/// Tells the time; made where the program meets the outside.
pub type Clock = Arc<dyn Fn() -> Micros + Send + Sync>;
