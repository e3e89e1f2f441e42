//! The parts of a running server, shared by every request and job.

use crate::clock::Clock;
use crate::config::Config;
use crate::http::kernel::RequestIds;
use crate::ids::Ids;
use crate::keys::{ServerCertificate, SignatureKey};
use crate::live::Live;
use crate::live::session::Session;
use crate::live::signing::Signing;
use crate::metrics::Metrics;
use crate::service::directories::Directories;
use crate::service::guard::Lockouts;
use crate::service::known::Learning;
use crate::service::plant::Making;
use crate::service::refusals::Refusals;
use crate::service::scribe::Scribe;
use crate::service::tally::Tally;
use crate::service::throttle::Throttle;
use crate::service::turns::Turns;
use crate::service::unread::Unread;
use crate::service::view;
use crate::spill::Spill;
use crate::tasks::Jobs;
use crate::wrap::WrappingKey;
use pforte_directory::local::hasher::Hasher;
use pforte_directory::local::profile::Profile;
use pforte_model::id::DirectoryId;
use pforte_model::log::checkpoint::Verifier;
use pforte_store::Store;
use pforte_wire::problem::Code;
use pforte_wire::session::{Lease, Session as Shown};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The server as every request sees it.
pub type Shared = Arc<App>;

/// The parts of a running server.
pub struct App {
    /// How it is configured.
    pub config: Config,
    /// The only reader of the time.
    pub clock: Arc<Clock>,
    /// Random identifiers and tokens.
    pub ids: Arc<Ids>,
    /// Makes events.
    pub scribe: Scribe,
    /// The database.
    pub store: Store,
    /// What is kept in memory.
    pub live: Arc<Live>,
    /// Hashes local passwords.
    pub hasher: Hasher,
    /// The rules of local passwords.
    pub profile: Profile,
    /// The running directories.
    pub directories: Directories,
    /// Wrong passwords slow down the next try.
    pub throttle: Throttle,
    /// When directories lock their users.
    pub lockouts: Lockouts,
    /// What is learned of people for the time when their directory does not answer.
    pub learning: Learning,
    /// Who is logged on and cannot be read.
    pub unread: Unread,
    /// Tries for one account take turns.
    pub turns: Turns,
    /// Refusals that are counted together.
    pub refusals: Refusals,
    /// What the log tells of the last day, in numbers.
    pub tally: Tally,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Background jobs.
    pub jobs: Jobs,
    /// Numbers of requests.
    pub requests: RequestIds,
    /// Encrypts secrets that stand in the database.
    pub wrapping: WrappingKey,
    /// The certificate that callers see.
    pub certificate: Arc<ServerCertificate>,
    /// Checks the log's checkpoints.
    pub checkpoint_key: Verifier,
    /// Signs the statements of electronic signatures.
    pub signature_key: SignatureKey,
    /// The signature requests that are open.
    pub signing: Signing,
    /// How what is configured becomes the plant in memory.
    pub making: Making,
    /// Which servers of the directories answered last.
    pub server_health: Mutex<HashMap<DirectoryId, HashMap<String, bool>>>,
    /// The directories of which Kerberos did not prove the last connections.
    pub unproven: Mutex<HashSet<DirectoryId>>,
    /// Whether the event log could be written last.
    pub log_writable: AtomicBool,
    /// What was wrong when it could not be written last.
    pub log_fault: Mutex<Option<Code>>,
    /// Where events are kept while the log cannot be written.
    pub spill: Mutex<Spill>,
    /// Events that even the spill could not keep.
    pub lost_events: AtomicU64,
}

impl App {
    /// How long an answer about a session may be believed.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease { seconds: self.config.session.lease_seconds }
    }

    /// A session as callers see it now.
    #[must_use]
    pub fn shown(&self, session: &Session) -> Shown {
        view::session(session, &self.live.plant(), self.clock.moment(), self.lease())
    }

    /// A session as its own person sees it now.
    #[must_use]
    pub fn shown_own(&self, session: &Session) -> Shown {
        let notice_days = self.config.session.password_notice_days;
        view::own(session, &self.live.plant(), self.clock.moment(), self.lease(), notice_days)
    }

    /// Whether the event log could be written last.
    #[must_use]
    pub fn writable(&self) -> bool {
        self.log_writable.load(Ordering::Relaxed)
    }

    /// What is wrong with the event log while it cannot be written.
    #[must_use]
    pub fn log_fault(&self) -> Option<Code> {
        let noted = *self.log_fault.lock().unwrap_or_else(PoisonError::into_inner);
        (!self.writable()).then(|| noted.unwrap_or(Code::LogUnwritable))
    }
}
