//! Tries whether the log can be written again.

use super::configured;
use crate::app::Shared;
use crate::fault::Fault;
use crate::init;
use crate::service::scribe::Origin;
use crate::service::{directories, emergency, plant};

pub(super) async fn run(app: Shared) {
    if app.writable() {
        return;
    }
    match emergency::recover(&app).await {
        Ok(()) => tracing::info!("the event log can be written again"),
        Err(fault) => {
            emergency::note(&app, &fault);
            return tracing::warn!(code = fault.code.as_str(), "the event log still cannot be written");
        }
    }
    if let Err(fault) = catch_up(&app).await {
        tracing::error!(code = fault.code.as_str(), "what a start could not write is still missing");
    }
}

/// Writes what a start brings into the database, if it could not be written then.
async fn catch_up(app: &Shared) -> Result<(), Fault> {
    init::renew(&app.store, &app.ids, &app.scribe, app.clock.micros()).await?;
    plant::configure(app, Origin::server(), async |_| Ok(())).await?;
    configured::directories(app).await?;
    directories::follow(app).await
}
