//! Serves the webhooks of applications, each by itself: one that is down holds up no other.

use crate::app::Shared;
use crate::fault::Fault;
use crate::service::emergency;
use crate::service::webhooks::{self, Served};
use pforte_model::id::ApplicationId;
use pforte_store::webhooks as rows;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often it is looked for work if nothing is heard: what another server did, and
/// messages that are to be tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The wait after the first message that was not taken; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest wait.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Which webhooks are being served or have to wait.
#[derive(Default)]
struct Turns {
    /// When one that took no message is to be served again, and the pause after that;
    /// `None` while it is being served.
    known: Mutex<HashMap<ApplicationId, Option<(Instant, Duration)>>>,
    /// It is to be looked again at once.
    again: Notify,
}

/// The turn of one webhook, given back when it ends in whatever way.
struct Turn {
    turns: Arc<Turns>,
    id: ApplicationId,
    /// How long it is to wait if it was not served.
    pause: Duration,
    served: Option<Served>,
}

impl Turn {
    /// Takes the turn of a webhook, if it is not served now and need not wait.
    fn take(turns: &Arc<Turns>, id: ApplicationId) -> Option<Self> {
        let mut known = turns.known.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = match known.get(&id) {
            Some(None) => return None,
            Some(Some((until, _))) if *until > Instant::now() => return None,
            Some(Some((_, pause))) => *pause,
            None => FIRST_PAUSE,
        };
        known.insert(id, None);
        Some(Self { turns: Arc::clone(turns), id, pause, served: None })
    }

    /// How it went; `None` if it failed.
    const fn note(&mut self, served: Option<Served>) {
        self.served = served;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut known = self.turns.known.lock().unwrap_or_else(PoisonError::into_inner);
        match self.served {
            Some(Served::Idle) => drop(known.remove(&self.id)),
            Some(Served::Told) => {
                known.remove(&self.id);
                // What came at the very end was not seen any more.
                self.turns.again.notify_one();
            }
            Some(Served::Refused) | None => {
                let next = (self.pause * 2).min(LONGEST_PAUSE);
                known.insert(self.id, Some((Instant::now() + self.pause, next)));
            }
        }
    }
}

/// Serves them until the server stops.
pub(super) fn start(app: &Shared) {
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever("webhooks", move |stop| {
        let app = Arc::clone(&app);
        async move {
            let turns = Arc::new(Turns::default());
            let mut changes = app.signing.listen();
            while !stop.is_given() {
                changes.mark_unchanged();
                if let Err(fault) = look(&app, &turns).await
                    && !fault.is_unwritable()
                {
                    tracing::warn!(code = fault.code.as_str(), "webhooks could not be served");
                }
                tokio::select! {
                    () = stop.given() => return,
                    () = turns.again.notified() => {}
                    _ = tokio::time::timeout(AGAIN, changes.changed()) => {}
                }
            }
        }
    });
}

/// Begins to serve every webhook whose turn it is.
async fn look(app: &Shared, turns: &Arc<Turns>) -> Result<(), Fault> {
    if emergency::refuse(app).is_err() {
        return Ok(());
    }
    let mut conn = app.store.read().await?;
    let all = rows::all(&mut conn).await?;
    drop(conn);
    for row in all {
        let is_enabled = app.live.plant().application(row.application).is_some_and(|one| one.enabled);
        let Some(mut turn) = is_enabled.then(|| Turn::take(turns, row.application)).flatten() else {
            continue;
        };
        let app = Arc::clone(app);
        let jobs = app.jobs.clone();
        jobs.spawn("webhook", async move {
            let stop = app.jobs.stop_given();
            tokio::select! {
                () = stop.given() => {}
                served = webhooks::serve(&app, &row) => turn.note(served.ok()),
            }
        });
    }
    Ok(())
}
