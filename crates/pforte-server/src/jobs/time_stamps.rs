//! Lets an authority outside stamp the time of signatures and endings. Nothing waits for it.

use crate::app::Shared;
use crate::fault::Fault;
use crate::outbound::Target;
use crate::service::emergency;
use crate::service::signing::time_stamp::{self, NotStamped};
use crate::tasks::Stop;
use pforte_store::signature_requests as rows;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a statement may wait for its stamp, in seconds; later it gets none.
const LONGEST: i64 = 30 * 24 * 3_600;

/// How far back is looked when nothing failed, in seconds.
const RECENT: i64 = 600;

/// How often is looked as far back as a statement may wait: for what a clock that was
/// set back, or another server, left behind.
const WHOLE: Duration = Duration::from_hours(1);

/// How often is looked if nothing is heard: another server may have signed.
const AGAIN: Duration = Duration::from_mins(1);

/// Statements of one look.
const MOST: u32 = 256;

/// The wait after the first failure; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest wait.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How it stands.
struct Work {
    app: Shared,
    authority: Target,
    /// When is looked far back again.
    whole: Instant,
    /// Why it failed last, and the wait after that; `None` if it did not.
    failing: Option<(&'static str, Duration)>,
}

/// Begins to have times stamped, if there is an authority.
pub(super) fn start(app: &Shared) {
    let Some(authority) = app.config.signature.time_stamp_target.clone() else { return };
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever("time stamps", move |stop| {
        let (app, authority) = (Arc::clone(&app), authority.clone());
        let work = Work { app, authority, whole: Instant::now(), failing: None };
        async move {
            tokio::select! {
                () = stop.given() => {}
                () = work.go_on(&stop) => {}
            }
        }
    });
}

impl Work {
    async fn go_on(mut self, stop: &Stop) {
        let mut changes = self.app.signing.listen();
        while !stop.is_given() {
            changes.mark_unchanged();
            let done = self.look().await;
            self.note(done.as_ref().err());
            match (done, self.failing) {
                (_, Some((_, pause))) => tokio::time::sleep(pause).await,
                (Ok(true), None) => {}
                _ => {
                    // Whether it changed or the time is over, it is looked again.
                    let _heard = tokio::time::timeout(AGAIN, changes.changed()).await;
                }
            }
        }
    }

    /// Has all stamped that one look finds; whether there was something.
    async fn look(&mut self) -> Result<bool, NotStamped> {
        emergency::refuse(&self.app)?;
        let begun = Instant::now();
        let is_whole = self.failing.is_some() || self.whole <= begun;
        let back = if is_whole { LONGEST } else { RECENT };
        let since = self.app.clock.micros().plus_seconds(-back);
        let mut conn = self.app.store.read().await.map_err(Fault::from)?;
        let waiting = rows::unstamped(&mut conn, since, MOST).await.map_err(Fault::from)?;
        drop(conn);
        if waiting.is_empty() && is_whole {
            self.whole = begun + WHOLE;
        }
        let found = !waiting.is_empty();
        for statement in waiting {
            time_stamp::get(&self.app, &self.authority, statement).await?;
            self.note(None);
        }
        Ok(found)
    }

    /// Writes down a change of state, and how long to wait.
    fn note(&mut self, failed: Option<&NotStamped>) {
        let before = self.failing.take();
        match (before, failed) {
            (None, None) => {}
            (Some(_), None) => tracing::info!("times of signatures are stamped again"),
            (before, Some(why)) => {
                let (code, pause) = before.map_or(("", FIRST_PAUSE), |(code, pause)| (code, pause * 2));
                if code != why.code() {
                    let error: &dyn std::error::Error = why;
                    tracing::warn!(code = why.code(), error, "times of signatures are not stamped");
                }
                // It may be long until it goes on.
                self.whole = Instant::now();
                self.failing = Some((why.code(), pause.min(LONGEST_PAUSE)));
            }
        }
    }
}
