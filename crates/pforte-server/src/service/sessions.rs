//! Running sessions: log off, list, end from afar, end by themselves.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::permit::{ManageSessions, Permit, ReadSessions};
use crate::live::session::Session;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::EventType;
use pforte_model::id::SessionId;
use pforte_store::{StoreError, Tx, sessions};
use pforte_wire::List;
use pforte_wire::session::Session as Shown;
use std::sync::Arc;

/// Why a session ends, as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The person logged off.
    LoggedOff,
    /// Somebody else ended it.
    FromAfar,
    /// Idle or at its absolute end.
    Over(crate::live::session::Over),
    /// The account may no longer log on.
    Account,
    /// Its station was taken away or switched off.
    Station,
}

impl Why {
    /// The word in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOff => "logged-off",
            Self::FromAfar => "from-afar",
            Self::Over(over) => over.as_str(),
            Self::Account => "account",
            Self::Station => "station",
        }
    }
}

/// Logs the caller off.
pub async fn log_off(caller: &Caller) -> Result<(), Fault> {
    let session = Arc::clone(caller.person()?);
    let origin = caller.origin();
    finish(caller.app(), session, &origin, Draft::done(EventType::LoggedOff), Why::LoggedOff).await
}

/// Every running session, the newest first.
#[must_use]
pub fn list(app: &App, _permit: &Permit<'_, ReadSessions>) -> List<Shown> {
    let now = app.clock.micros();
    let mut running = app.live.sessions().all();
    running.retain(|session| session.over(now).is_none());
    running.sort_by_key(|session| std::cmp::Reverse((session.started_at, session.id)));
    List { items: running.iter().map(|session| app.shown(session)).collect(), next: None }
}

/// One running session.
pub fn show(app: &App, _permit: &Permit<'_, ReadSessions>, id: SessionId) -> Result<Shown, Fault> {
    find(app, id).map(|session| app.shown(&session))
}

/// Ends somebody's session from afar.
pub async fn end(
    app: &Shared,
    permit: &Permit<'_, ManageSessions>,
    id: SessionId,
    reason: Option<String>,
) -> Result<(), Fault> {
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > 500) {
        return Err(Fault::value("reason", "at most 500 characters"));
    }
    let draft = Draft::done(EventType::SessionEnded).reason(reason);
    finish(app, find(app, id)?, &permit.origin(), draft, Why::FromAfar).await
}

fn find(app: &App, id: SessionId) -> Result<Arc<Session>, Fault> {
    let session = app.live.sessions().by_id(id);
    session.filter(|s| s.over(app.clock.micros()).is_none()).ok_or_else(|| Fault::missing("session"))
}

/// Ends a session with its event; if nothing can be written, in memory and in the spill.
pub(crate) async fn finish(
    app: &Shared,
    session: Arc<Session>,
    origin: &Origin,
    draft: Draft,
    why: Why,
) -> Result<(), Fault> {
    let draft = about(draft, &session);
    if session.emergency || !app.writable() {
        emergency::end(app, &session, origin, draft);
        return Ok(());
    }
    let (shared, ending, event) =
        (Arc::clone(app), Arc::clone(&session), app.scribe.event(origin, draft.clone()));
    let written = app
        .store
        .write(async move |tx| {
            end_in(&shared, tx, &ending, why).await?;
            tx.append(&event)?;
            Ok::<_, StoreError>(())
        })
        .await;
    match written {
        Err(error) if super::begin::unwritable(&error) => {
            emergency::note(app, &error.into());
            emergency::end(app, &session, origin, draft);
            Ok(())
        }
        other => Ok(other?),
    }
}

/// Ends a session within a job; it leaves memory with the commit.
pub(crate) async fn end_in(app: &Shared, tx: &mut Tx, session: &Session, why: Why) -> Result<(), StoreError> {
    sessions::end(tx, session.id, app.clock.micros(), why.as_str()).await?;
    let (app, id) = (Arc::clone(app), session.id);
    tx.on_commit(move || {
        app.live.sessions().remove(id);
        app.live.changed();
    });
    Ok(())
}

/// Says of which session and person an event tells.
pub(crate) fn about(draft: Draft, session: &Session) -> Draft {
    draft.what("session", session.id, &session.holder.label).old(&session.holder.actor())
}
