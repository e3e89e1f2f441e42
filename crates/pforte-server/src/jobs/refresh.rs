//! The running check against the directories: who was disabled loses the session,
//! whose groups changed gains and loses by it.
//!
//! A directory that does not answer changes nothing: nobody is put out of a
//! running plant because a domain controller is down. Nor does one that cannot tell of
//! somebody, and the others are read all the same.

use crate::app::Shared;
use crate::fault::Chain;
use crate::live::session::{Rights, Session, Times};
use crate::service::begin::unwritable;
use crate::service::foreign::Vouchers;
use crate::service::scribe::{Draft, Origin};
use crate::service::sessions::{self, Why, about};
use crate::service::unread::{self, What};
use crate::service::{emergency, known};
use pforte_directory::{Directory, DirectoryError, Key, Presence};
use pforte_model::account::AccountState;
use pforte_model::event::EventType;
use pforte_model::id::{DirectoryId, GroupId};
use pforte_store::{StoreError, sessions as rows};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// How often groups are read again if nobody asks for it sooner.
const GROUPS_EVERY: Duration = Duration::from_mins(1);

/// How soon they are read again after a directory did not answer.
const GROUPS_AGAIN: Duration = Duration::from_secs(2);

/// The running sessions of one directory, by the key of their user there.
type Running = HashMap<Key, Vec<Arc<Session>>>;

fn running(app: &Shared, directory: DirectoryId) -> Running {
    let mut running = Running::new();
    for session in app.live.sessions().all() {
        if session.holder.directory == directory {
            running.entry(Key::from_bytes(&session.holder.key)).or_default().push(session);
        }
    }
    running
}

/// The name of one of them.
fn name(running: &Running, key: &Key) -> String {
    let session = running.get(key).and_then(|sessions| sessions.first());
    session.map_or_else(String::new, |session| session.holder.login.clone())
}

/// Asks every directory for the states of those who are logged on.
pub(super) async fn states(app: Shared) {
    for (id, directory) in app.directories.all() {
        let running = running(&app, id);
        if !running.is_empty() {
            check(&app, id, &*directory, &running).await;
        }
    }
}

async fn check(app: &Shared, id: DirectoryId, directory: &dyn Directory, running: &Running) {
    let keys: Vec<Key> = running.keys().cloned().collect();
    let answer = directory.check(&keys).await;
    unread::note(app, (id, What::States), (directory, &answer), |key| name(running, key)).await;
    for (key, presence) in answer {
        let Some(reason) = presence.ok().and_then(ends) else { continue };
        if let Some(session) = running.get(&key).and_then(|sessions| sessions.first()) {
            known::forget(app, session.holder.user).await;
        }
        for session in running.get(&key).into_iter().flatten() {
            let draft = Draft::done(EventType::SessionExpired).reason(reason.to_owned());
            let (session, origin) = (Arc::clone(session), Origin::server());
            if let Err(fault) = sessions::finish(app, session, &origin, draft, Why::Account).await {
                tracing::warn!(code = fault.code.as_str(), "a session could not be ended");
            }
        }
    }
}

/// Why a session ends with its account. A lock after wrong passwords, or a
/// password past its age, ends none: a stranger who guesses must not put an
/// operator out.
const fn ends(presence: Presence) -> Option<&'static str> {
    match presence {
        Presence::Gone => Some("the account no longer exists"),
        Presence::Here(AccountState::Disabled) => Some("the account was disabled"),
        Presence::Here(AccountState::Expired) => Some("the account has expired"),
        Presence::Here(_) => None,
    }
}

/// Reads the groups again, by time or when somebody asks for it.
pub(super) fn groups(app: &Shared) {
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever("groups", move |stop| {
        let app = Arc::clone(&app);
        async move {
            let mut pause = GROUPS_EVERY;
            while !stop.is_given() {
                tokio::select! {
                    () = stop.given() => return,
                    _ = tokio::time::timeout(pause, app.directories.refresh_wanted()) => {}
                }
                pause = GROUPS_EVERY;
                for (id, directory) in app.directories.all() {
                    if !read_groups(&app, id, &*directory).await {
                        pause = GROUPS_AGAIN;
                    }
                }
            }
        }
    });
}

/// Reads the groups of who is logged on, and says whether the directory answered at all.
async fn read_groups(app: &Shared, id: DirectoryId, directory: &dyn Directory) -> bool {
    let running = running(app, id);
    let keys: Vec<Key> = running.keys().cloned().collect();
    if keys.is_empty() {
        return true;
    }
    let answer = directory.groups_of(&keys).await;
    unread::note(app, (id, What::Groups), (directory, &answer), |key| name(&running, key)).await;
    let answered = answer.iter().any(|(_, told)| matches!(told, Ok(_) | Err(DirectoryError::Refused(_))));
    let mut vouchers = Vouchers::of(app, id);
    for (key, told) in answer {
        let Ok(told) = told else { continue };
        let groups = match &told {
            Some(told) => vouchers.groups(app, told).await,
            None => Vec::new(),
        };
        for session in running.get(&key).into_iter().flatten() {
            session.password_ends(told.as_ref().and_then(|told| told.password_ends_at));
            let mut groups = groups.clone();
            if told.is_some() {
                groups.extend(kept(app, session, vouchers.silent()));
            }
            apply(app, session, &groups).await;
        }
    }
    answered
}

/// The groups that a session has of directories which do not answer now.
fn kept(app: &Shared, session: &Session, silent: &[DirectoryId]) -> Vec<GroupId> {
    if silent.is_empty() {
        return Vec::new();
    }
    let plant = app.live.plant();
    let held = session.current_rights();
    let told = held.held.told().iter().copied();
    told.filter(|group| plant.group_is_of(*group, silent)).collect()
}

/// Puts new groups in force; what changed is an event.
async fn apply(app: &Shared, session: &Arc<Session>, groups: &[GroupId]) {
    let plant = app.live.plant();
    let before = session.rights(&plant);
    let told: BTreeSet<GroupId> = before.held.told().iter().copied().collect();
    let now_told: BTreeSet<GroupId> = groups.iter().copied().collect();
    let policy = session.policy(&plant);
    let held = policy.hold(before.held.user().clone(), groups);
    let times = Times { started_at: session.started_at, checked_at: app.clock.micros() };
    let rights = Rights::new(&plant, policy, held, times);
    if told == now_told || session.emergency {
        session.refresh(rights);
        return;
    }
    let draft = about(Draft::done(EventType::SessionRefreshed), session).old(&told).new(&now_told);
    let event = app.scribe.event(&Origin::server(), draft);
    let (kept, changed) = (event.clone(), rights.clone());
    let running = Arc::clone(session);
    let (shared, session, groups) = (Arc::clone(app), Arc::clone(session), groups.to_vec());
    let written = app
        .store
        .write(async move |tx| {
            rows::refresh(tx, session.id, &groups, rights.checked_at, false).await?;
            tx.append(&event)?;
            tx.on_commit(move || {
                session.refresh(rights);
                shared.live.changed();
            });
            Ok::<_, StoreError>(())
        })
        .await;
    match written {
        Ok(()) | Err(StoreError::Missing) => {}
        Err(error) if unwritable(&error) => {
            // Nobody keeps rights that the directory has taken.
            emergency::note(app, &error.into());
            emergency::keep(app, &kept);
            running.refresh(changed);
            app.live.changed();
        }
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "new groups could not be saved");
        }
    }
}
