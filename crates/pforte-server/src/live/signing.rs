//! The signature requests that are open, as far as memory helps: what is asked never
//! changes, so it is read from its statement once; and a request whose time is over by
//! the clock that never jumps is over, whatever the computer's clock was set to.

use pforte_model::id::SignatureRequestId;
use pforte_model::signature::statement::{Digest, Opening};
use pforte_model::time::Micros;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What was asked, read from the first statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The statement.
    pub opening: Opening,
    /// The hash of its text.
    pub hash: Digest,
}

/// An open request.
#[derive(Clone)]
struct Known {
    asked: Arc<Asked>,
    /// When it ends by the clock that never jumps.
    ends: Option<i64>,
}

/// The open requests.
pub struct Signing {
    known: Mutex<HashMap<SignatureRequestId, Known>>,
    changes: watch::Sender<u64>,
}

impl Default for Signing {
    fn default() -> Self {
        Self { known: Mutex::default(), changes: watch::Sender::new(0) }
    }
}

impl Signing {
    /// Keeps what was asked. `now` and `monotonic` are read in the same moment.
    pub fn keep(&self, id: SignatureRequestId, asked: &Arc<Asked>, now: Micros, monotonic: i64) {
        let left = asked.opening.expires_at.map(|end| end.at.since(now));
        let known = Known { asked: Arc::clone(asked), ends: left.map(|left| monotonic.saturating_add(left)) };
        // One that is known keeps its end: the clock may have been set since.
        self.lock().entry(id).or_insert(known);
    }

    /// What was asked, if it is known.
    #[must_use]
    pub fn asked(&self, id: SignatureRequestId) -> Option<Arc<Asked>> {
        self.lock().get(&id).map(|known| Arc::clone(&known.asked))
    }

    /// The moment at which a request is judged: now, or when it ended, if its time is
    /// over by the clock that never jumps.
    #[must_use]
    pub fn judged_at(&self, id: SignatureRequestId, now: Micros, monotonic: i64) -> Micros {
        match self.lock().get(&id) {
            Some(Known { asked, ends: Some(ends) }) if *ends <= monotonic => {
                asked.opening.expires_at.map_or(now, |end| end.at.max(now))
            }
            _ => now,
        }
    }

    /// The requests whose time is over by the clock that never jumps.
    #[must_use]
    pub fn late(&self, monotonic: i64) -> Vec<SignatureRequestId> {
        let known = self.lock();
        known
            .iter()
            .filter(|(_, one)| one.ends.is_some_and(|end| end <= monotonic))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Forgets a request that ended.
    pub fn forget(&self, id: SignatureRequestId) {
        self.lock().remove(&id);
    }

    /// Tells everybody who listens that a request moved. Only to be called by a commit hook.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Hears of each change; several at once may come as one.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SignatureRequestId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
