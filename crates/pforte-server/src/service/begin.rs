//! The beginning of a session: saved, written down, in force, in this order.

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::session::{Holder, Parts, Rights, Session, Times};
use crate::service::known::Lesson;
use crate::service::logon::Attempt;
use crate::service::scribe::Draft;
use crate::service::throttle::Key;
use crate::token::{self, Purpose};
use pforte_model::event::{Event, EventType};
use pforte_model::factor::Proved;
use pforte_model::id::{GroupId, SessionId};
use pforte_model::policy::Named;
use pforte_model::time::Micros;
use pforte_store::{StoreError, Tx, directories, local, sessions, stations, throttle, users};
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use pforte_wire::session::LoggedOn;
use pforte_wire::time::Time;
use serde_json::json;
use std::sync::Arc;

/// A person whose proof was right and against whom nothing stands.
#[derive(Clone)]
pub(crate) struct Proof {
    /// Who it is.
    pub(crate) holder: Holder,
    /// The groups that the directory tells, as far as Pforte knows them.
    pub(crate) groups: Vec<GroupId>,
    /// A new verifier to be saved with the session.
    pub(crate) rehashed: Option<Rehashed>,
    /// When the local password that was checked had been set.
    pub(crate) password_at: Option<Micros>,
    /// Why the database could not be read, if memory told who it is.
    pub(crate) unread: Option<Fault>,
    /// When the password ends; `None` if it never does or if that is not known.
    pub(crate) password_ends_at: Option<Micros>,
    /// Under what the directory's user is counted, to be forgotten.
    pub(crate) counted: Option<Key>,
    /// When the directory told it, if no server of it answers now.
    pub(crate) known_from: Option<Micros>,
    /// The names of the directories that were to tell groups of the person and did not.
    pub(crate) unheard: Vec<String>,
    /// What the log-on taught, to be put down after it.
    pub(crate) lesson: Option<Lesson>,
}

/// A new verifier of a local user, because the parameters have changed.
#[derive(Clone)]
pub(crate) struct Rehashed {
    /// The verifier that was checked; if it is no longer there, nothing is changed.
    pub(crate) old: String,
    /// The new one.
    pub(crate) verifier: String,
    /// The pepper it was made with.
    pub(crate) pepper: String,
}

/// Why no session began.
pub(crate) enum NotBegun {
    /// The database cannot be written: the emergency rules decide.
    Unwritable(Box<Proof>, Fault),
    /// The user was disabled, the password set anew, or the directory or the station
    /// switched off, while the password was checked.
    Barred(Code),
    /// Something else.
    Fault(Fault),
}

/// Begins a session for a person, in the place of the one before.
pub(crate) async fn session(caller: &Caller, attempt: &Attempt, proof: Proof) -> Result<LoggedOn, NotBegun> {
    let app = caller.app();
    if let Some(fault) = proof.unread.clone() {
        return Err(NotBegun::Unwritable(Box::new(proof), fault));
    }
    if !app.writable() {
        // Nobody waits for a database that is known not to take anything.
        return Err(NotBegun::Unwritable(Box::new(proof), Code::LogUnwritable.into()));
    }
    let (token, session) = make(app, attempt, &proof, false);
    let before = before(caller);
    let session = Arc::new(session);
    let event = event(caller, &session, before.as_deref(), &proof);
    let forget = forgotten(app, attempt, &proof);
    let (live, row, starting) = (Arc::clone(&app.live), row(&session), Arc::clone(&session));
    let rehashed = proof.rehashed.clone();
    let (noted, station) = (attempt.noted, caller.station().cloned());
    let password_at = proof.password_at;
    let written = app
        .store
        .write(async move |tx| {
            // The station proved itself before the body came, which may be long ago.
            if station.is_some_and(|own| live.plant().station_by_credential(&own.credential).is_none()) {
                return Ok(Some(Code::StationUnproven));
            }
            if live.barrings().since(noted)
                && let Some(code) = barred(tx, &starting, password_at).await?
            {
                return Ok(Some(code));
            }
            if let Some(Rehashed { old, verifier, pepper }) = &rehashed {
                local::rehash(tx, starting.holder.user, old, verifier, pepper).await?;
            }
            if let Some(before) = before.as_ref().filter(|before| !before.emergency) {
                end_before(tx, before, starting.started_at).await?;
            }
            sessions::insert(tx, &row).await?;
            users::seen(tx, starting.holder.user, starting.started_at).await?;
            for key in &forget {
                throttle::clear(tx, key).await?;
            }
            tx.append(&event)?;
            tx.on_commit(move || {
                if let Some(before) = before {
                    live.sessions().remove(before.id);
                }
                live.sessions().insert(&starting);
                live.changed();
            });
            Ok::<_, StoreError>(None)
        })
        .await;
    match written {
        Ok(Some(code)) => Err(NotBegun::Barred(code)),
        Ok(None) => Ok(LoggedOn { token: Some(token), session: app.shown_own(&session) }),
        Err(error) if unwritable(&error) => Err(NotBegun::Unwritable(Box::new(proof), error.into())),
        Err(error) => Err(NotBegun::Fault(error.into())),
    }
}

/// What bars a log-on; asked again only when somebody was barred since it began.
async fn barred(
    tx: &mut Tx,
    starting: &Session,
    password_at: Option<Micros>,
) -> Result<Option<Code>, StoreError> {
    let user = users::by_id(tx, starting.holder.user).await?;
    let directory = directories::by_id(tx, starting.holder.directory).await?;
    if !user.is_some_and(|user| user.enabled) || !directory.is_some_and(|directory| directory.enabled) {
        return Ok(Some(Code::AccountDisabled));
    }
    let local = local::by_user(tx, starting.holder.user).await?;
    if local.map(|local| local.password_at) != password_at {
        return Ok(Some(Code::CredentialsRefused));
    }
    let Some(station) = starting.station else { return Ok(None) };
    let station = stations::by_id(tx, station).await?;
    Ok((!station.is_some_and(|station| station.enabled)).then_some(Code::StationUnproven))
}

/// Whether the database cannot be written now, as opposed to a fault of this job.
pub(crate) const fn unwritable(error: &StoreError) -> bool {
    error.is_unwritable()
}

/// A new session of this person with its token.
pub(crate) fn make(app: &App, attempt: &Attempt, proof: &Proof, emergency: bool) -> (Secret, Session) {
    let now = app.clock.micros();
    let (token, hash) = token::new(Purpose::Session, &mut *app.ids.rng());
    let plant = app.live.plant();
    let named = Named { id: proof.holder.user, name: proof.holder.login.clone() };
    let policy = if emergency { &plant.emergency } else { &plant.policy };
    let held = policy.hold(named, &proof.groups);
    let session = Session::new(Parts {
        id: SessionId::from_bytes(app.ids.bytes(now)),
        token: hash,
        holder: proof.holder.clone(),
        station: attempt.station,
        factors: vec![Proved { factor: attempt.shown.factor(), at: now }],
        started_at: now,
        active_at: now,
        emergency,
        password_ends_at: proof.password_ends_at,
        rights: Rights::new(
            &plant,
            policy,
            held,
            Times { started_at: now, checked_at: proof.known_from.unwrap_or(now) },
        ),
    });
    (token, session)
}

/// The session whose place the new one takes: of who is in charge at the
/// station, or without a station the caller's own.
pub(crate) fn before(caller: &Caller) -> Option<Arc<Session>> {
    match caller.station() {
        Some(station) => caller.app().live.sessions().at(station.id),
        None => caller.session().cloned(),
    }
}

/// One event: a log-on, or a change of user with both names.
pub(crate) fn event(caller: &Caller, session: &Session, before: Option<&Session>, proof: &Proof) -> Event {
    let origin = caller.origin().by(session.holder.actor());
    let kind = if before.is_some() { EventType::UserChanged } else { EventType::LoggedOn };
    let told = json!({ "session": session.id, "factors": session.factors });
    let draft = Draft::done(kind).what("session", session.id, &session.holder.label).new(&told);
    let draft = match before {
        Some(before) => draft.old(&json!({ "session": before.id, "who": before.holder.actor() })),
        None => draft,
    };
    let known = |at| format!("no server of the directory answers; known from {}", Time(at));
    let unheard = (!proof.unheard.is_empty()).then(|| format!("no groups of {}", proof.unheard.join(", ")));
    let reason = proof.known_from.map(known).or(unheard);
    caller.app().scribe.event(&origin, draft.reason(reason))
}

/// Ends the session before; one that ended by itself meanwhile is as good.
async fn end_before(tx: &mut Tx, before: &Session, at: Micros) -> Result<(), StoreError> {
    match sessions::end(tx, before.id, at, "user-changed").await {
        Err(StoreError::Missing) => Ok(()),
        other => other,
    }
}

/// Forgets the failures of this account, not those of the station; gives the keys
/// that stand in the database.
pub(crate) fn forgotten(app: &App, attempt: &Attempt, proof: &Proof) -> Vec<String> {
    let keys = [Some(attempt.account()), proof.counted.clone()].into_iter().flatten();
    keys.filter(|key| app.throttle.succeeded(key)).map(|key| key.to_string()).collect()
}

/// The session as it is saved.
pub(crate) fn row(session: &Session) -> sessions::Session {
    let rights = session.current_rights();
    sessions::Session {
        id: session.id,
        token: session.token.0,
        user: session.holder.user,
        person: session.holder.person,
        station: session.station,
        started_at: session.started_at,
        active_at: session.active_at(),
        ends_at: rights.ends_at,
        idle_seconds: i64::from(rights.idle_seconds),
        factors: session.factors.clone(),
        groups: rights.held.told().to_vec(),
        groups_at: rights.checked_at,
        ended_at: None,
        end_reason: None,
        degraded: session.emergency,
    }
}
