//! The server's own certificate is renewed while the server runs.

use crate::app::Shared;
use crate::fault::Chain;
use crate::keys::{self, DataFolder, ServerCertificate};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked at.
const EVERY: Duration = Duration::from_hours(24);

pub(super) fn start(app: &Shared, folder: DataFolder, certificate: Arc<ServerCertificate>) {
    let (app, folder) = (Arc::clone(app), Arc::new(folder));
    let jobs = app.jobs.clone();
    jobs.forever("certificate", move |stop| {
        let (app, folder, certificate) = (Arc::clone(&app), Arc::clone(&folder), Arc::clone(&certificate));
        async move {
            while stop.sleep(EVERY).await {
                let (app, folder, certificate) =
                    (Arc::clone(&app), Arc::clone(&folder), Arc::clone(&certificate));
                let looked = tokio::task::spawn_blocking(move || renew(&app, &folder, &certificate)).await;
                if looked.is_err() {
                    tracing::error!("the renewal of the certificate panicked");
                }
            }
        }
    });
}

fn renew(app: &Shared, folder: &DataFolder, certificate: &ServerCertificate) {
    let names = keys::certificate_names(&keys::computer_name(), &app.config.listen.names);
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    match folder.certificate(&names, app.clock.micros(), &mut *app.ids.rng(), &provider) {
        Ok(issued) => certificate.replace(&issued),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "the certificate could not be renewed");
        }
    }
}
