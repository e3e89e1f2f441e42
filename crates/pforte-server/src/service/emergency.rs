//! When the event log cannot be written: the plant goes on, never silently.
//!
//! Administration is refused. A person whose password is right still logs on; the
//! session stands in memory only and holds just the roles that the configuration
//! names for an emergency, as far as the person has them. Its events go to the
//! spill and are merged into the log when it can be written again, with an event
//! that tells of the gap. What they ended is ended in the database then; until
//! then nobody resumes it.

use crate::app::{App, Shared};
use crate::fault::{Chain, Fault};
use crate::http::caller::Caller;
use crate::live::session::Session;
use crate::service::begin::{self, Proof};
use crate::service::logon::Attempt;
use crate::service::scribe::{Draft, Origin};
use crate::spill::{Found, SpillError};
use pforte_model::event::{Event, EventType};
use pforte_model::id::SessionId;
use pforte_model::time::Micros;
use pforte_store::{StoreError, Tx, configured, sessions};
use pforte_wire::problem::Code;
use pforte_wire::session::LoggedOn;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// Begins a session by the emergency rules.
pub(crate) fn session(
    caller: &Caller,
    attempt: &Attempt,
    proof: &Proof,
    fault: &Fault,
) -> Result<LoggedOn, Fault> {
    let app = caller.app();
    note(app, fault);
    let (token, session) = begin::make(app, attempt, proof, true);
    let session = Arc::new(session);
    let before = begin::before(caller);
    keep(app, &begin::event(caller, &session, before.as_deref(), proof));
    if let Some(before) = before {
        app.live.sessions().remove(before.id);
    }
    app.live.sessions().insert(&session);
    app.live.changed();
    if app.live.barrings().since(attempt.noted) {
        // Changes are taken again already, and one may not have seen this session.
        let draft = Draft::done(EventType::SessionExpired).what("session", session.id, &session.holder.label);
        end(app, &session, &Origin::server(), draft.reason("somebody was barred meanwhile".to_owned()));
        return Err(Code::Busy.into());
    }
    Ok(LoggedOn { token: Some(token), session: app.shown_own(&session) })
}

/// Ends a session that cannot be ended in the database now.
pub(crate) fn end(app: &App, session: &Session, origin: &Origin, draft: Draft) {
    keep(app, &app.scribe.event(origin, draft));
    app.live.sessions().remove(session.id);
    app.live.changed();
}

/// Refuses what must be logged while nothing can be.
pub(crate) fn refuse(app: &App) -> Result<(), Fault> {
    if app.writable() { Ok(()) } else { Err(Code::LogUnwritable.into()) }
}

/// Notes that the log cannot be written.
pub(crate) fn note(app: &App, fault: &Fault) {
    *app.log_fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.code);
    if app.log_writable.swap(false, Ordering::Relaxed) {
        tracing::error!(code = fault.code.as_str(), "the event log cannot be written: emergency rules");
    }
}

/// Writes events that no change belongs to; while the log cannot be written they
/// are kept aside.
pub(crate) async fn record(app: &App, events: Vec<Event>) -> Result<(), Fault> {
    let unwritable = if app.writable() {
        let appended = events.clone();
        let written = app
            .store
            .write(async move |tx| appended.iter().try_for_each(|event| tx.append(event).map(drop)))
            .await;
        match written {
            Err(error) if begin::unwritable(&error) => Some(error),
            other => return Ok(other?),
        }
    } else {
        None
    };
    if let Some(error) = unwritable {
        note(app, &error.into());
    }
    for event in &events {
        keep(app, event);
    }
    Ok(())
}

/// The same for one event of which no caller waits to hear.
pub(crate) async fn tell(app: &App, event: Event) {
    let kind = event.kind.as_str();
    if let Err(fault) = record(app, vec![event]).await {
        tracing::error!(code = fault.code.as_str(), kind, "an event could not be written");
    }
}

/// Keeps an event aside. If even the spill is full the event is counted and told
/// in the event of the gap.
pub(crate) fn keep(app: &App, event: &Event) {
    let mut spill = app.spill.lock().unwrap_or_else(PoisonError::into_inner);
    // Under the lock, so that a recovery that ends now does not overlook it.
    app.log_writable.store(false, Ordering::Relaxed);
    if let Err(error) = spill.keep(event) {
        app.lost_events.fetch_add(1, Ordering::Relaxed);
        let error: &SpillError = &error;
        // The last place left; an event holds no secret.
        let record = serde_json::to_string(event).unwrap_or_default();
        tracing::error!(error = %Chain(error), record, "an event could not be kept aside");
    }
}

/// Where it stands which line of the spill was merged last.
const MERGED: &str = "spill-merged";

/// Tries to merge what was kept aside into the log; `Ok` when all is well.
/// Emergency sessions become ordinary ones with it.
pub(crate) async fn recover(app: &Shared) -> Result<(), Fault> {
    let found = found(app)?;
    let lost = app.lost_events.load(Ordering::Relaxed);
    let (head, shared) = (found.head(), Arc::clone(app));
    let ordinary: Vec<_> =
        emergency_sessions(app).iter().map(|session| Arc::new(session.ordinary(&app.live.plant()))).collect();
    app.store
        .write(async move |tx| {
            merge(&shared, tx, &found, lost).await?;
            for session in &ordinary {
                // It is there already if the answer to an earlier merge was lost.
                if sessions::by_id(tx, session.id).await?.is_none() {
                    sessions::insert(tx, &begin::row(session)).await?;
                }
            }
            tx.on_commit(move || {
                for session in &ordinary {
                    // Who logged off meanwhile stays logged off.
                    shared.live.sessions().renew(session);
                }
                shared.live.changed();
            });
            Ok::<_, StoreError>(())
        })
        .await?;
    app.lost_events.fetch_sub(lost, Ordering::Relaxed);
    settle(app, &head)
}

/// Appends the events that are not in the log yet, does in the database what they
/// tell, and tells of the gap.
async fn merge(app: &App, tx: &mut Tx, found: &Found, lost: u64) -> Result<(), StoreError> {
    let marked = configured::by_key(tx, MERGED).await?;
    let fresh = found.after(marked.as_ref().map(|marked| marked.value.as_str()));
    for line in fresh {
        tx.append(&line.event)?;
        if let Some((id, reason)) = ended(&line.event) {
            end_in(tx, id, line.event.at, reason).await?;
        }
    }
    let head = found.head();
    if !fresh.is_empty() {
        configured::set(tx, MERGED, &head, marked.map_or(0, |marked| marked.version)).await?;
    }
    let told = json!({ "kept": fresh.len(), "lost": lost, "head": head, "damaged_at": found.damaged_at });
    let draft = Draft::failed(EventType::LogGap, Code::LogUnwritable.as_str()).new(&told);
    tx.append(&app.scribe.event(&Origin::server(), draft))?;
    Ok(())
}

/// Empties the spill whose lines up to `head` are in the log.
fn settle(app: &App, head: &str) -> Result<(), Fault> {
    let mut spill = app.spill.lock().unwrap_or_else(PoisonError::into_inner);
    match spill.clear(head) {
        Ok(true) => {
            app.log_writable.store(true, Ordering::Relaxed);
            Ok(())
        }
        // More was kept meanwhile; the next round merges it.
        Ok(false) => Err(Fault::new(Code::LogUnwritable)),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "the spill could not be emptied");
            Err(Fault::new(Code::LogUnwritable))
        }
    }
}

fn found(app: &App) -> Result<Found, Fault> {
    let mut spill = app.spill.lock().unwrap_or_else(PoisonError::into_inner);
    spill.found().map_err(|error| {
        tracing::error!(error = %Chain(&error), "the spill could not be read");
        Fault::new(Code::LogUnwritable)
    })
}

/// The sessions that ended while nothing could be written: they run in the
/// database alone.
pub(crate) fn ended_aside(app: &App) -> Result<Vec<SessionId>, Fault> {
    let found = found(app)?;
    Ok(found.lines.iter().filter_map(|line| ended(&line.event)).map(|(id, _)| id).collect())
}

/// The session that an event ended, with the word for it in the database.
fn ended(event: &Event) -> Option<(SessionId, &'static str)> {
    let what = || event.what.as_ref().and_then(|what| what.id.parse().ok());
    let before = || event.old.as_ref()?.get("session")?.as_str()?.parse().ok();
    match event.kind {
        EventType::LoggedOff => Some((what()?, "logged-off")),
        EventType::SessionEnded => Some((what()?, "from-afar")),
        EventType::SessionExpired => Some((what()?, "expired")),
        EventType::UserChanged => Some((before()?, "user-changed")),
        _ => None,
    }
}

async fn end_in(tx: &mut Tx, id: SessionId, at: Micros, reason: &str) -> Result<(), StoreError> {
    match sessions::end(tx, id, at, reason).await {
        // One that began in the emergency as well stood in memory alone.
        Ok(()) | Err(StoreError::Missing) => Ok(()),
        Err(error) => Err(error),
    }
}

fn emergency_sessions(app: &App) -> Vec<Arc<Session>> {
    let mut all = app.live.sessions().all();
    all.retain(|session| session.emergency);
    all
}
