//! Signature requests whose time is over, and records that nobody uses.

use crate::app::Shared;
use crate::fault::Fault;
use crate::service::emergency;
use crate::service::signing::{ending, keys, record};
use pforte_model::time::Micros;

/// Writes down a new signature key and reads the open requests.
pub(super) async fn begin(app: &Shared) -> Result<(), Fault> {
    for begun in [keys::publish(app).await, ending::resume(app).await] {
        match begun {
            // Nobody signs until the log can be written again.
            Err(fault) if fault.is_unwritable() => emergency::note(app, &fault),
            other => other?,
        }
    }
    Ok(())
}

pub(super) async fn run(app: Shared) {
    if let Err(fault) = ending::sweep(&app).await {
        if fault.is_unwritable() {
            emergency::note(&app, &fault);
        } else {
            tracing::warn!(code = fault.code.as_str(), "signature requests could not be ended");
        }
    }
    if app.writable() && app.clock.micros().0 / Micros::SECOND % 60 == 0 {
        record::sweep(&app).await;
    }
}
