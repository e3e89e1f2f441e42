//! Keeps in memory who can log on while not even the database can be read.

use crate::app::Shared;
use crate::fault::Chain;
use crate::live::standby::{MOST, Standing};
use pforte_model::id::UserId;
use pforte_store::{StoreError, local, users};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How often they are read again if nobody asks for it sooner: so long a change by
/// another server may go unnoticed.
const EVERY: Duration = Duration::from_secs(10);

/// Reads them now, and again by time or when somebody changed.
pub(super) async fn start(app: &Shared) {
    read(app).await;
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever("standby", move |stop| {
        let app = Arc::clone(&app);
        async move {
            while !stop.is_given() {
                tokio::select! {
                    () = stop.given() => return,
                    _ = tokio::time::timeout(EVERY, app.live.standby().wanted()) => read(&app).await,
                }
            }
        }
    });
}

async fn read(app: &Shared) {
    let now = app.clock.monotonic();
    let (seen, changes) = app.live.standby().seen();
    match all(app, &seen).await {
        Ok(users) => app.live.standby().replace(users, changes, now),
        // What was read before stays, up to its age.
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "the users of an emergency could not be read");
        }
    }
}

async fn all(app: &Shared, seen: &[UserId]) -> Result<Vec<Standing>, StoreError> {
    let plant = app.live.plant();
    let mut taken = HashSet::new();
    let wanted = plant.emergency_users.iter().chain(seen).filter(|id| taken.insert(**id));
    let (mut standing, mut conn) = (Vec::new(), app.store.read().await?);
    for id in wanted {
        let Some(row) = users::by_id(&mut conn, *id).await?.filter(|row| row.enabled) else { continue };
        if standing.len() == MOST {
            tracing::warn!(most = MOST, "not all users of an emergency are kept in memory");
            break;
        }
        let local = local::by_user(&mut conn, *id).await?;
        standing.push(Standing { row, local });
    }
    Ok(standing)
}
