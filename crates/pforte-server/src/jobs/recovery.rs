//! Tries whether the log can be written again.

use crate::app::Shared;
use crate::service::emergency;

pub(super) async fn run(app: Shared) {
    if app.writable() {
        return;
    }
    match emergency::recover(&app).await {
        Ok(()) => tracing::info!("the event log can be written again"),
        Err(fault) => tracing::warn!(code = fault.code.as_str(), "the event log still cannot be written"),
    }
}
