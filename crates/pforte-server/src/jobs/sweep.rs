//! Sessions that end by themselves, and counters whose time is over.

use crate::app::Shared;
use crate::fault::Chain;
use crate::live::session::Session;
use crate::service::begin::unwritable;
use crate::service::refuse::stored;
use crate::service::scribe::{Draft, Origin};
use crate::service::sessions::{self, Why};
use crate::service::{emergency, known};
use pforte_model::event::EventType;
use pforte_model::id::SessionId;
use pforte_model::time::Micros;
use pforte_store::{StoreError, sessions as rows, throttle};
use pforte_wire::problem::Code;
use serde_json::json;
use std::sync::Arc;

/// Seconds after which an ended session is forgotten; the log keeps what happened.
const FORGET_SESSIONS: i64 = 7 * 86_400;

/// Counters of wrong passwords that are saved at a time.
const COUNTERS: usize = 2_000;

pub(super) async fn run(app: Shared) {
    let now = app.clock.micros();
    for session in app.live.sessions().all() {
        if let Some(over) = session.over(now) {
            let draft = Draft::done(EventType::SessionExpired).reason(over.as_str().to_owned());
            end(&app, session, draft, Why::Over(over)).await;
        }
    }
    for session in app.live.sessions().take_displaced() {
        displaced(&app, &session).await;
    }
    let seconds = now.0 / Micros::SECOND;
    if seconds % 10 == 0 {
        save(&app, now).await;
    }
    if seconds % 60 == 0 && app.writable() {
        known::sweep(&app).await;
    }
}

async fn end(app: &Shared, session: Arc<Session>, draft: Draft, why: Why) {
    if let Err(fault) = sessions::finish(app, session, &Origin::server(), draft, why).await
        && fault.code != Code::NotFound
    {
        tracing::warn!(code = fault.code.as_str(), "a session could not be ended");
    }
}

/// Two persons logged on at one station in the same moment: the later one stays.
async fn displaced(app: &Shared, session: &Session) {
    let (id, at) = (session.id, app.clock.micros());
    let draft = sessions::about(Draft::done(EventType::SessionEnded), session);
    let draft = draft.reason("another person logged on at the same station in the same moment".to_owned());
    let event = app.scribe.event(&Origin::server(), draft);
    if session.emergency {
        return emergency::keep(app, &event);
    }
    let kept = event.clone();
    let ended = app
        .store
        .write(async move |tx| {
            rows::end(tx, id, at, "user-changed").await?;
            tx.append(&event).map(drop)
        })
        .await;
    match ended {
        Ok(()) | Err(StoreError::Missing) => {}
        Err(error) if unwritable(&error) => {
            emergency::note(app, &error.into());
            emergency::keep(app, &kept);
        }
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "a session could not be ended");
        }
    }
}

/// Saves who was active when, tells refusals that were only counted, forgets the rest.
async fn save(app: &Shared, now: Micros) {
    let used: Vec<(SessionId, Micros)> =
        app.live.sessions().all().iter().filter(|s| !s.emergency).map(|s| (s.id, s.active_at())).collect();
    app.throttle.sweep(now);
    let counted = app.refusals.take_counted();
    let told = (counted > 0).then(|| {
        let reason = format!("{counted} more log-ons were refused");
        let draft = Draft::refused(EventType::LogOnsRefused, Code::CredentialsRefused);
        app.scribe.event(&Origin::server(), draft.reason(reason).new(&json!({ "count": counted })))
    });
    let forget = now.plus_seconds(-i64::from(app.config.throttle.forget_seconds));
    let unsaved = Arc::new(app.throttle.take_unsaved(COUNTERS));
    let counters = Arc::clone(&unsaved);
    let saved = app
        .store
        .write(async move |tx| {
            rows::touch(tx, &used).await?;
            for (key, count) in &counters.counts {
                throttle::put(tx, &stored(key.clone(), *count)).await?;
            }
            for key in &counters.gone {
                throttle::clear(tx, key).await?;
            }
            throttle::forget(tx, forget).await?;
            rows::forget(tx, now.plus_seconds(-FORGET_SESSIONS), 1_000).await?;
            told.map_or(Ok(()), |event| tx.append(&event).map(drop))
        })
        .await;
    if let Err(error) = saved {
        app.refusals.put_back(counted);
        app.throttle.put_back(&unsaved);
        if unwritable(&error) {
            emergency::note(app, &error.into());
        } else {
            tracing::warn!(error = %Chain(&error), "the activity could not be saved");
        }
    }
}
