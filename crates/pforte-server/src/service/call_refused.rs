//! Calls of known callers without the right: refused, and an event.

use crate::app::App;
use crate::fault::Fault;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::EventType;
use pforte_wire::problem::Code;

/// Writes down that a caller lacked a right; the same once a minute. If the log
/// cannot be written the call is refused all the same.
pub async fn note(app: &App, origin: &Origin, right: &str) {
    let caller = format!("{:?} {right}", origin.who);
    if !app.refusals.first_call(&caller, app.clock.micros()) {
        return;
    }
    let draft = Draft::refused(EventType::CallRefused, Code::NotAllowed).what("right", right, right);
    let event = app.scribe.event(origin, draft);
    let written = app
        .store
        .write(async move |tx| {
            tx.append(&event)?;
            Ok::<_, Fault>(())
        })
        .await;
    if let Err(fault) = written {
        tracing::warn!(code = fault.code.as_str(), "a refused call could not be written down");
    }
}
