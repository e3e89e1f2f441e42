//! When the event log cannot be written: the plant goes on, never silently.
//!
//! Administration is refused. A person whose password is right still logs on; the
//! session stands in memory only and holds just the roles that the configuration
//! names for an emergency, as far as the person has them. Its events go to the
//! spill and are merged into the log when it can be written again, with an event
//! that tells of the gap.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::session::Session;
use crate::service::begin::{self, Proof};
use crate::service::logon::Attempt;
use crate::service::scribe::{Draft, Origin};
use crate::spill::SpillError;
use pforte_model::event::{Event, EventType};
use pforte_store::{StoreError, sessions};
use pforte_wire::problem::Code;
use pforte_wire::session::LoggedOn;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// Begins a session by the emergency rules.
pub(crate) fn session(
    caller: &Caller,
    attempt: &Attempt,
    proof: Proof,
    fault: Fault,
) -> Result<LoggedOn, Fault> {
    let app = caller.app();
    note(app, &fault);
    let (token, session) = begin::make(app, attempt, &proof, true);
    let session = Arc::new(session);
    let before = begin::before(caller);
    keep(app, &begin::event(caller, &session, before.as_deref()));
    if let Some(before) = before {
        app.live.sessions().remove(before.id);
    }
    app.live.sessions().insert(&session);
    app.live.changed();
    Ok(LoggedOn { token: Some(token), session: app.shown(&session) })
}

/// Ends a session that cannot be ended in the database now.
pub(crate) fn end(app: &App, session: &Session, origin: &Origin, draft: Draft) -> Result<(), Fault> {
    keep(app, &app.scribe.event(origin, draft));
    app.live.sessions().remove(session.id);
    app.live.changed();
    Ok(())
}

/// Notes that the log cannot be written.
pub(crate) fn note(app: &App, fault: &Fault) {
    if app.log_writable.swap(false, Ordering::Relaxed) {
        tracing::error!(code = fault.code.as_str(), "the event log cannot be written: emergency rules");
    }
}

/// Keeps an event aside. If even the spill is full the event is counted and told
/// in the event of the gap.
fn keep(app: &App, event: &Event) {
    let mut spill = app.spill.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = spill.keep(event) {
        app.lost_events.fetch_add(1, Ordering::Relaxed);
        let error: &SpillError = &error;
        tracing::error!(error = error as &dyn std::error::Error, "an event could not be kept aside");
    }
}

/// Tries to merge what was kept aside into the log; `true` when all is well.
/// Emergency sessions become ordinary ones with it.
pub(crate) async fn recover(app: &Shared) -> Result<(), Fault> {
    let found = {
        let mut spill = app.spill.lock().unwrap_or_else(PoisonError::into_inner);
        spill.found().map_err(|_| Fault::new(Code::LogUnwritable))?
    };
    let lost = app.lost_events.load(Ordering::Relaxed);
    let told = json!({ "kept": found.events.len(), "lost": lost, "head": found.head, "damaged_at": found.damaged_at });
    let gap = app
        .scribe
        .event(&Origin::server(), Draft::failed(EventType::LogGap, Code::LogUnwritable.as_str()).new(&told));
    let (running, shared) = (emergency_sessions(app), Arc::clone(app));
    let ordinary: Vec<_> =
        running.iter().map(|session| Arc::new(session.ordinary(&app.live.plant()))).collect();
    let rows: Vec<_> = ordinary.iter().map(|session| begin::row(session)).collect();
    app.store
        .write(async move |tx| {
            for event in found.events.iter().chain([&gap]) {
                tx.append(event)?;
            }
            for row in &rows {
                sessions::insert(tx, row).await?;
            }
            tx.on_commit(move || merged(&shared, &ordinary));
            Ok::<_, StoreError>(())
        })
        .await?;
    app.lost_events.fetch_sub(lost, Ordering::Relaxed);
    Ok(())
}

/// The log holds everything again.
fn merged(app: &App, ordinary: &[Arc<Session>]) {
    let cleared = app.spill.lock().unwrap_or_else(PoisonError::into_inner).clear();
    if let Err(error) = cleared {
        tracing::error!(error = &error as &dyn std::error::Error, "the spill could not be emptied");
    }
    for session in ordinary {
        // Who logged off meanwhile stays logged off.
        if app.live.sessions().remove(session.id).is_some() {
            app.live.sessions().insert(session);
        }
    }
    app.log_writable.store(true, Ordering::Relaxed);
    app.live.changed();
}

fn emergency_sessions(app: &App) -> Vec<Arc<Session>> {
    let mut all = app.live.sessions().all();
    all.retain(|session| session.emergency);
    all
}
