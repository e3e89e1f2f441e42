//! Tries for one account take turns, so that many at once cannot slip past the
//! delay that each failure brings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longest wait for a turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The accounts that are tried now.
#[derive(Default)]
pub struct Turns {
    accounts: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

/// One try's turn; the next one comes when it is dropped.
pub struct Turn {
    accounts: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    account: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for a turn at `account`, at which `most` tries may run at once;
    /// `None` if it does not come in time.
    pub async fn wait(&self, account: String, most: usize) -> Option<Turn> {
        // It cleans up behind itself also when its caller goes away while it waits.
        let mut turn = Turn { accounts: Arc::clone(&self.accounts), account, permit: None };
        let turns = Arc::clone(
            lock(&self.accounts)
                .entry(turn.account.clone())
                .or_insert_with(|| Arc::new(Semaphore::new(most))),
        );
        turn.permit = Some(tokio::time::timeout(PATIENCE, turns.acquire_owned()).await.ok()?.ok()?);
        Some(turn)
    }

    /// How many accounts are tried now.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.accounts).len()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut accounts = lock(&self.accounts);
        self.permit = None;
        // Only the map itself knows it any more: nobody tries or waits.
        if accounts.get(&self.account).is_some_and(|turns| Arc::strong_count(turns) == 1) {
            accounts.remove(&self.account);
        }
    }
}

type Accounts = HashMap<String, Arc<Semaphore>>;

fn lock(accounts: &Mutex<Accounts>) -> MutexGuard<'_, Accounts> {
    accounts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn tries_beyond_the_bound_wait_and_nothing_is_left_behind() {
        let turns = Turns::default();
        let first = turns.wait("operator".to_owned(), 1).await.unwrap();
        let mut second = Box::pin(turns.wait("operator".to_owned(), 1));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        drop(second.await.unwrap());
        assert!(lock(&turns.accounts).is_empty());
    }

    #[tokio::test]
    async fn who_goes_away_while_waiting_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.wait("operator".to_owned(), 1).await.unwrap();
        let mut second = Box::pin(turns.wait("operator".to_owned(), 1));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        drop(second);
        assert!(lock(&turns.accounts).is_empty());
    }
}
