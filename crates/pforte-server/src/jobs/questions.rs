//! What workgroup hosts were asked is written down, at the end of the server all of it.

use crate::app::Shared;
use crate::service::questions;
use std::sync::Arc;
use std::time::Duration;

/// How long a question waits at most before it is written down.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) fn start(app: &Shared) {
    let app = Arc::clone(app);
    let jobs = app.jobs.clone();
    jobs.forever("questions", move |stop| {
        let app = Arc::clone(&app);
        async move {
            while stop.sleep(PAUSE).await {
                questions::write(&app, false).await;
            }
            questions::write(&app, true).await;
        }
    });
}
