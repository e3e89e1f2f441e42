//! Calls of known callers without the right: refused, and an event.

use crate::app::App;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::EventType;
use pforte_wire::problem::Code;

/// Writes down that a caller lacked a right; the same once a minute. If the log
/// cannot be written the call is refused all the same.
pub(crate) async fn note(app: &App, origin: &Origin, right: &str) {
    let caller = format!("{:?} {right}", origin.who);
    if !app.refusals.first_call(&caller, app.clock.micros()) {
        return;
    }
    let draft = Draft::refused(EventType::CallRefused, Code::NotAllowed).what("right", right, right);
    emergency::tell(app, app.scribe.event(origin, draft)).await;
}
