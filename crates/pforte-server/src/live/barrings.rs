//! Who is barred while logging on does not get in.
//!
//! A log-on reads its user, checks a password for a while and then begins a
//! session. A user who is disabled in between has lost the sessions there were,
//! so the new one must not begin. Reading the user again in every log-on would
//! cost all of them; instead a log-on notes what was barred before it read, and
//! reads again only if that has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the changes that bar users.
#[derive(Debug, Default)]
pub struct Barrings(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// What a log-on noted before it asked anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted(Option<u64>);

/// A change that bars somebody, from before it looks for sessions to end until
/// it is seen by everybody who reads, or undone.
#[derive(Debug)]
pub struct Barring(Arc<Counts>);

impl Barrings {
    /// To be called within the job that bars. What it gives is to be dropped
    /// after the commit.
    #[must_use]
    pub fn begin(&self) -> Barring {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Barring(Arc::clone(&self.0))
    }

    /// What was barred so far; to be noted before the user is read.
    #[must_use]
    pub fn note(&self) -> Noted {
        let begun = self.0.begun.load(Ordering::SeqCst);
        Noted((self.0.ended.load(Ordering::SeqCst) == begun).then_some(begun))
    }

    /// Whether somebody may have been barred since; to be asked within the job
    /// that begins the session.
    #[must_use]
    pub fn since(&self, noted: Noted) -> bool {
        noted.0 != Some(self.0.begun.load(Ordering::SeqCst))
    }
}

impl Drop for Barring {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barring_is_noticed_whether_it_began_before_or_after_the_note() {
        let barrings = Barrings::default();
        let before = barrings.note();
        assert!(!barrings.since(before));
        let barring = barrings.begin();
        let during = barrings.note();
        assert!(barrings.since(before));
        assert!(barrings.since(during));
        drop(barring);
        let after = barrings.note();
        assert!(barrings.since(before));
        assert!(barrings.since(during), "what was read meanwhile was the old state");
        assert!(!barrings.since(after));
    }

    #[test]
    fn two_barrings_at_once_both_count() {
        let barrings = Barrings::default();
        let (one, other) = (barrings.begin(), barrings.begin());
        drop(one);
        assert!(barrings.since(barrings.note()));
        drop(other);
        assert!(!barrings.since(barrings.note()));
    }
}
