//! What the hasher counts, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What the hasher has done since it started. Counts only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many wait now.
    pub waiting: usize,
    /// Hashes made.
    pub hashed: u64,
    /// Callers sent away because the queue was full.
    pub busy: u64,
    /// Entries dropped because they waited for too long.
    pub late: u64,
    /// Entries dropped because their caller had gone.
    pub gone: u64,
    /// The time all hashed entries waited in the queue, together.
    pub waited: Duration,
    /// The time the workers spent hashing, together.
    pub worked: Duration,
}

/// The same, while it is being counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) hashed: AtomicU64,
    pub(super) busy: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) gone: AtomicU64,
    waited_micros: AtomicU64,
    worked_micros: AtomicU64,
}

impl Counters {
    pub(super) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Relaxed);
    }

    /// Counts one hash that waited and took this long.
    pub(super) fn hashed(&self, waited: Duration, worked: Duration) {
        Self::add(&self.hashed);
        self.waited_micros.fetch_add(micros(waited), Relaxed);
        self.worked_micros.fetch_add(micros(worked), Relaxed);
    }

    pub(super) fn read(&self, waiting: usize) -> Figures {
        Figures {
            waiting,
            hashed: self.hashed.load(Relaxed),
            busy: self.busy.load(Relaxed),
            late: self.late.load(Relaxed),
            gone: self.gone.load(Relaxed),
            waited: Duration::from_micros(self.waited_micros.load(Relaxed)),
            worked: Duration::from_micros(self.worked_micros.load(Relaxed)),
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
