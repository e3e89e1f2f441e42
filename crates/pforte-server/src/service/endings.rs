//! The end of sessions in the transaction of the change that bars their user or
//! their station.
//!
//! The database tells which sessions run, because one that began a moment ago
//! in the same batch is not in memory yet. A log-on that is under way is caught
//! by [`crate::live::barrings`].

use crate::fault::Fault;
use crate::service::plant::Change;
use crate::service::scribe::Draft;
use crate::service::sessions::Why;
use pforte_model::event::{Actor, EventType};
use pforte_model::id::{SessionId, StationId, UserId};
use pforte_store::users::User;
use pforte_store::{StoreError, directories, sessions, users};
use std::sync::Arc;

/// Ends every running session whose user `barred` names, each with an event
/// that tells the reason. `but` stays.
pub(crate) async fn of_users(
    change: &mut Change<'_>,
    barred: impl Fn(&User) -> bool,
    but: Option<SessionId>,
    reason: &str,
) -> Result<(), Fault> {
    bar(change);
    for running in running(change).await? {
        let row = users::by_id(change.tx, running.user).await?.filter(&barred);
        if let Some(user) = row.filter(|_| Some(running.id) != but) {
            end(change, running.id, &user, Why::Account, reason).await?;
        }
    }
    Ok(())
}

/// Ends the sessions of a user that are bound to no station, but `own`, each with an
/// event that tells the reason.
pub(crate) async fn of_no_station(
    change: &mut Change<'_>,
    user: UserId,
    own: Option<SessionId>,
    reason: &str,
) -> Result<(), Fault> {
    bar(change);
    let loose = |one: &&Running| one.user == user && one.station.is_none() && Some(one.id) != own;
    for running in running(change).await?.iter().filter(loose) {
        if let Some(user) = users::by_id(change.tx, running.user).await? {
            end(change, running.id, &user, Why::Account, reason).await?;
        }
    }
    Ok(())
}

/// Ends the session at a station, with an event that tells the reason.
pub(crate) async fn at_station(
    change: &mut Change<'_>,
    station: StationId,
    reason: &str,
) -> Result<(), Fault> {
    bar(change);
    for running in running(change).await?.iter().filter(|running| running.station == Some(station)) {
        if let Some(user) = users::by_id(change.tx, running.user).await? {
            end(change, running.id, &user, Why::Station, reason).await?;
        }
    }
    Ok(())
}

/// Has log-ons that are under way look again, until the commit is seen by all.
fn bar(change: &mut Change<'_>) {
    let barring = change.app().live.barrings().begin();
    change.tx.on_commit(move || drop(barring));
}

/// A session that runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Running {
    id: SessionId,
    user: UserId,
    station: Option<StationId>,
}

/// Every running session; those of an emergency are in memory alone.
async fn running(change: &mut Change<'_>) -> Result<Vec<Running>, Fault> {
    let saved = sessions::live(change.tx).await?.into_iter();
    let mut running: Vec<_> =
        saved.map(|row| Running { id: row.id, user: row.user, station: row.station }).collect();
    let live = change.app().live.sessions().all();
    let emergency = live.iter().filter(|session| session.emergency);
    running.extend(emergency.map(|s| Running { id: s.id, user: s.holder.user, station: s.station }));
    running.sort_unstable();
    running.dedup();
    Ok(running)
}

async fn end(
    change: &mut Change<'_>,
    id: SessionId,
    user: &User,
    why: Why,
    reason: &str,
) -> Result<(), Fault> {
    match sessions::end(change.tx, id, change.app().clock.micros(), why.as_str()).await {
        // Ended by itself meanwhile, or known to memory alone.
        Ok(()) | Err(StoreError::Missing) => {}
        Err(error) => return Err(error.into()),
    }
    let directory = directories::by_id(change.tx, user.directory).await?;
    let whose = Actor::Person {
        person: user.person,
        user: user.id,
        name: user.login.to_string(),
        directory: directory.map_or_else(String::new, |directory| directory.name.to_string()),
    };
    let draft = Draft::done(EventType::SessionEnded).what("session", id, &user.label).old(&whose);
    change.event(draft.reason(reason.to_owned()))?;
    let app = Arc::clone(change.app());
    change.tx.on_commit(move || {
        app.live.sessions().remove(id);
        app.live.changed();
    });
    Ok(())
}
