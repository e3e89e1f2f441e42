//! The end of sessions in the transaction of the change that bars their user.
//!
//! The database tells which sessions run, because one that began a moment ago
//! in the same batch is not in memory yet. A log-on that is under way is caught
//! by [`crate::live::Live::barrings`].

use crate::fault::Fault;
use crate::service::plant::Change;
use crate::service::scribe::Draft;
use pforte_model::event::{Actor, EventType};
use pforte_model::id::SessionId;
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
    change.app().live.bar();
    for (id, user) in running(change).await? {
        let row = users::by_id(change.tx, user).await?.filter(&barred);
        if let Some(user) = row.filter(|_| Some(id) != but) {
            end(change, id, &user, reason).await?;
        }
    }
    Ok(())
}

/// Every running session with its user; those of an emergency are in memory alone.
async fn running(change: &mut Change<'_>) -> Result<Vec<(SessionId, pforte_model::id::UserId)>, Fault> {
    let saved = sessions::live(change.tx).await?;
    let mut running: Vec<_> = saved.iter().map(|session| (session.id, session.user)).collect();
    let live = change.app().live.sessions().all();
    running.extend(live.iter().filter(|session| session.emergency).map(|s| (s.id, s.holder.user)));
    running.sort_unstable();
    running.dedup();
    Ok(running)
}

async fn end(change: &mut Change<'_>, id: SessionId, user: &User, reason: &str) -> Result<(), Fault> {
    match sessions::end(change.tx, id, change.app().clock.micros(), "account").await {
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
