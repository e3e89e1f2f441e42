//! Sessions go on after a restart of the server.

use crate::app::Shared;
use crate::fault::Fault;
use crate::live::plant::Plant;
use crate::live::session::{Holder, Parts, Rights, Session, Times};
use crate::service::emergency;
use crate::token::TokenHash;
use pforte_model::policy::Named;
use pforte_store::{local, sessions, users};
use std::sync::Arc;

/// Puts the sessions that had not ended in force again. What their time or their
/// account ended meanwhile, the next sweep and refresh find; what ended while
/// nothing could be written stands in the spill.
pub(super) async fn sessions(app: &Shared) -> Result<(), Fault> {
    let plant = app.live.plant();
    let ended = emergency::ended_aside(app)?;
    let mut conn = app.store.read().await?;
    for row in sessions::live(&mut conn).await?.into_iter().filter(|row| !ended.contains(&row.id)) {
        let Some(user) = users::by_id(&mut conn, row.user).await? else { continue };
        let local = local::by_user(&mut conn, row.user).await?;
        if let Some(session) = session(&plant, row, user) {
            // What another directory tells comes with the first reading of the groups.
            session.password_ends(local.and_then(|local| app.profile.expires_at(local.password_at)));
            // The clock may have been set while the server was down.
            session.forget_both();
            app.live.sessions().insert(&Arc::new(session));
        }
    }
    app.live.changed();
    Ok(())
}

fn session(plant: &Plant, row: sessions::Session, user: users::User) -> Option<Session> {
    let directory = plant.directory(user.directory)?;
    let held = plant.policy.hold(Named { id: user.id, name: user.login.to_string() }, &row.groups);
    let times = Times { started_at: row.started_at, checked_at: row.groups_at };
    Some(Session::new(Parts {
        id: row.id,
        token: TokenHash(row.token),
        holder: Holder {
            person: row.person,
            user: row.user,
            login: user.login.to_string(),
            label: user.label,
            directory: directory.id,
            directory_name: directory.name.clone(),
            key: user.key,
        },
        station: row.station,
        factors: row.factors,
        started_at: row.started_at,
        active_at: row.active_at,
        emergency: false,
        password_ends_at: None,
        rights: Rights::new(plant, &plant.policy, held, times),
    }))
}
