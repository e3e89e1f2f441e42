//! A browser that is a station: its cookie holds the station's credential.

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::{self, Caller};
use crate::service::scribe::{Draft, Origin};
use crate::service::{emergency, sessions};
use pforte_model::event::{Actor, EventType};
use pforte_model::id::StationId;
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;

/// Notes that a browser is this station from now on; the caller's own session ends
/// if it was not made here.
pub(crate) async fn install(
    app: &App,
    caller: Option<&Caller>,
    credential: &Secret,
) -> Result<StationId, Fault> {
    let station = caller::proved(app, credential.expose()).ok_or(Code::StationUnproven)?;
    let origin = caller.map_or_else(stranger, Caller::origin);
    let draft = Draft::done(EventType::StationInstalled).what("station", station.id, &station.name);
    let installed = app.scribe.event(&Origin { station: Some(station.named()), ..origin }, draft);
    emergency::record(app, vec![installed]).await?;
    if let Some((caller, session)) = caller.and_then(|caller| Some((caller, caller.session()?)))
        && session.station != Some(station.id)
    {
        sessions::log_off(caller).await?;
    }
    Ok(station.id)
}

/// Notes that the caller's browser is no station any more; who is in charge there
/// by this browser is logged off. Gives whether the caller's own session goes on.
pub(crate) async fn forget(caller: &Caller) -> Result<bool, Fault> {
    let app = caller.app();
    let Some(station) = caller.station() else { return Ok(true) };
    let draft = Draft::done(EventType::StationForgotten).what("station", station.id, &station.name);
    emergency::record(app, vec![app.scribe.event(&caller.origin(), draft)]).await?;
    let ends = caller.session().is_some_and(|session| session.station.is_some());
    if ends {
        sessions::log_off(caller).await?;
    }
    Ok(!ends)
}

/// Somebody whose station or session did not count.
const fn stranger() -> Origin {
    Origin { who: Actor::Stranger, station: None, application: None, request: None }
}
