//! Who sends the service account's password: one connection after the other, so that the
//! second one knows that the first one was refused, and a wrong password is counted as
//! seldom as can be.
//!
//! Connections to one controller always wait for each other. Those to another one wait only
//! a moment: a controller that does not answer keeps nobody from the next. For simple binds,
//! which each connection makes, they do not wait once the password was right.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turning, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};

/// How long the answer of another controller is waited for.
const MOMENT: Duration = Duration::from_secs(1);

/// The turns at all controllers.
#[derive(Default)]
pub(super) struct Turns {
    all: Arc<Turning<()>>,
    /// By the names of the controllers.
    each: Mutex<HashMap<String, Arc<Turning<()>>>>,
    /// Whether the password was right at the last simple bind.
    right: AtomicBool,
}

/// The turn to send the password, for as long as this lives.
pub(super) struct Turn {
    _each: OwnedMutexGuard<()>,
    _all: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for the turn at the controller `host`. `None`: it did not come in time.
    pub(super) async fn take(&self, host: &str, until: Instant) -> Option<Turn> {
        let each = self.each(host, until).await?;
        let moment = until.min(Instant::now() + MOMENT);
        let all = timeout_at(moment, Arc::clone(&self.all).lock_owned()).await.ok();
        Some(Turn { _each: each, _all: all })
    }

    /// The same for a simple bind.
    pub(super) async fn take_simple(&self, host: &str, until: Instant) -> Option<Turn> {
        if !self.right.load(Ordering::Relaxed) {
            return self.take(host, until).await;
        }
        Some(Turn { _each: self.each(host, until).await?, _all: None })
    }

    async fn each(&self, host: &str, until: Instant) -> Option<OwnedMutexGuard<()>> {
        let each = {
            let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(each.entry(host.to_owned()).or_default())
        };
        timeout_at(until, each.lock_owned()).await.ok()
    }

    /// Whether the password is right is known now, by a simple bind.
    pub(super) fn known(&self, right: bool) {
        self.right.store(right, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use futures_util::FutureExt;

    fn later() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[tokio::test]
    async fn connections_to_one_controller_wait_for_each_other_and_not_longer_than_they_may() {
        let turns = Turns::default();
        let first = turns.take("dc1", later()).await.unwrap();
        assert!(turns.take("dc1", Instant::now()).await.is_none());
        drop(first);
        turns.take("dc1", later()).await.unwrap();
    }

    #[tokio::test]
    async fn a_controller_that_does_not_answer_keeps_nobody_from_another_one_for_long() {
        let turns = Turns::default();
        let _hangs = turns.take("dc1", later()).await.unwrap();
        let mut other = Box::pin(turns.take("dc2", later()));
        assert!((&mut other).now_or_never().is_none(), "its answer may be that the password is wrong");
        let begun = Instant::now();
        other.await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(30));
        turns.known(true);
        let _hangs = turns.take_simple("dc3", later()).now_or_never().unwrap().unwrap();
        turns.take_simple("dc4", later()).now_or_never().unwrap().unwrap();
    }
}
