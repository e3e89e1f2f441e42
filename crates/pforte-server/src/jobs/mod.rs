//! What the server does by itself, each in a loop that ends with the server.

mod certificate;
mod clock;
mod configured;
mod directories;
mod questions;
mod recovery;
mod refresh;
mod resume;
mod signatures;
mod standby;
mod sweep;
mod time_stamps;
mod webhooks;

use crate::app::Shared;
use crate::fault::Fault;
use crate::keys::{DataFolder, ServerCertificate};
use crate::service::{emergency, tally};
use std::sync::Arc;
use std::time::Duration;

/// Brings memory in step with the database and starts every loop.
pub(crate) async fn start(
    app: &Shared,
    folder: DataFolder,
    certificate: Arc<ServerCertificate>,
) -> Result<(), Fault> {
    match configured::directories(app).await {
        // They follow when the log can be written again.
        Err(fault) if fault.is_unwritable() => emergency::note(app, &fault),
        other => other?,
    }
    crate::service::directories::follow(app).await?;
    resume::sessions(app).await?;
    signatures::begin(app).await?;
    every(app, "sweep", Duration::from_secs(1), sweep::run);
    every(app, "tally", Duration::from_secs(2), tally::run);
    every(app, "clock", Duration::from_secs(1), clock::run);
    every(app, "signatures", Duration::from_secs(1), signatures::run);
    every(app, "recovery", Duration::from_secs(2), recovery::run);
    every(app, "states", Duration::from_secs(2), refresh::states);
    every(app, "directories", Duration::from_secs(1), directories::run);
    webhooks::start(app);
    time_stamps::start(app);
    questions::start(app);
    refresh::groups(app);
    standby::start(app).await;
    certificate::start(app, folder, certificate);
    Ok(())
}

/// Runs a job again and again with a pause between.
fn every<F>(app: &Shared, name: &'static str, pause: Duration, job: fn(Shared) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever(name, move |stop| {
        let app = Arc::clone(&app);
        async move {
            while stop.sleep(pause).await {
                job(Arc::clone(&app)).await;
            }
        }
    });
}
