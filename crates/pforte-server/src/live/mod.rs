//! What the server keeps in memory, so that a decision never waits for a disk.
//!
//! The database is the truth. What stands here is changed only by the hooks that
//! the store runs after a commit, in the order of the commits, so that memory
//! never shows what was not saved and never goes back.
//!
//! # Where to start reading
//!
//! [`plant::Plant`] is all that is configured, [`session::Session`] is one
//! running session, [`sessions::Sessions`] is all of them.

pub mod barrings;
pub mod plant;
pub mod session;
pub mod sessions;
pub mod signing;
pub mod signing_policies;
pub mod standby;

use arc_swap::ArcSwap;
use barrings::Barrings;
use plant::Plant;
use sessions::Sessions;
use standby::Standby;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Gives each compiled policy a number of its own.
#[derive(Debug, Default)]
pub struct Versions(AtomicU64);

impl Versions {
    /// The next number; the one after it belongs to the same plant.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.0.fetch_add(2, Ordering::Relaxed)
    }
}

/// Everything in memory.
pub struct Live {
    plant: ArcSwap<Plant>,
    sessions: Sessions,
    revision: watch::Sender<u64>,
    versions: Versions,
    barrings: Barrings,
    standby: Standby,
}

impl Live {
    /// Begins with what the database held at the start, whose policy got its
    /// number from `versions`.
    #[must_use]
    pub fn new(plant: Plant, versions: Versions) -> Self {
        Self {
            plant: ArcSwap::from_pointee(plant),
            sessions: Sessions::default(),
            revision: watch::Sender::new(1),
            versions,
            barrings: Barrings::default(),
            standby: Standby::default(),
        }
    }

    /// The changes that bar users from logging on.
    #[must_use]
    pub const fn barrings(&self) -> &Barrings {
        &self.barrings
    }

    /// Who can log on while the database cannot be read.
    #[must_use]
    pub const fn standby(&self) -> &Standby {
        &self.standby
    }

    /// All that is configured, as of now. Keep it for the whole of one answer.
    #[must_use]
    pub fn plant(&self) -> Arc<Plant> {
        self.plant.load_full()
    }

    /// Numbers for compiled policies.
    #[must_use]
    pub const fn versions(&self) -> &Versions {
        &self.versions
    }

    /// The running sessions.
    #[must_use]
    pub const fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Puts a newer configuration in force. Only to be called by a commit hook.
    pub fn replace_plant(&self, plant: Plant) {
        self.plant.store(Arc::new(plant));
        self.standby.read_soon();
        self.changed();
    }

    /// Tells everybody who listens that something may look different now.
    pub fn changed(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }

    /// Hears of each change; several at once may come as one.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// The number of the last change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        *self.revision.borrow()
    }
}
