//! Server-sent events: what changes, told at once.
//!
//! The data of an event is one of the types named below. A comment line is the
//! heartbeat: it renews the lease and tells nothing. Readers pass over events
//! whose name they do not know.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The event whose data is a [`crate::session::Session`]: the reader's own, as it is now.
pub const SESSION: &str = "session";

/// The event whose data is a [`crate::session::InCharge`]: who is in charge at a station now.
pub const IN_CHARGE: &str = "in-charge";

/// The event whose data is [`Ended`].
pub const ENDED: &str = "ended";

/// The reader's own session has ended; nothing follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    /// Why it ended, as in the event log.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}
