//! A clock that jumps is an event, and ends each continuous period of signing.

use crate::app::Shared;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::EventType;
use pforte_wire::time::Time;

pub(super) async fn run(app: Shared) {
    let Some(jump) = app.clock.jump() else { return };
    app.metrics.clock_jumps.inc();
    for session in app.live.sessions().all() {
        session.forget_both();
    }
    let draft = Draft::done(EventType::ClockJumped).old(&Time(jump.from)).new(&Time(jump.to));
    let event = app.scribe.event(&Origin::server(), draft);
    emergency::tell(&app, event).await;
}
