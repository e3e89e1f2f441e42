//! How everything stands now, from memory: it answers also while the database
//! does not.

use crate::app::App;
use crate::http::permit::{Either, ReadEvents, ReadSessions};
use crate::live::plant::{Directory, Kind, Plant};
use crate::live::session::Session;
use crate::service::directory_admin::health;
use crate::service::tally::Told;
use pforte_model::id::StationId;
use pforte_wire::overview::{DirectoryNow, EventsNow, LogNow, Overview, SessionsNow, StationsNow};
use pforte_wire::time::Time;
use std::collections::HashSet;
use std::sync::Arc;

/// The overview, in the parts that the caller may see.
pub async fn show(app: &App, permit: &Either<'_, ReadEvents, ReadSessions>) -> Overview {
    let now = app.clock.micros();
    app.tally.look(app).await;
    let told = app.tally.told(now).await;
    let plant = app.live.plant();
    let mut running = app.live.sessions().all();
    running.retain(|session| session.over(now).is_none());
    Overview {
        at: Time(now),
        sessions: permit.second().map(|_| sessions(&running)),
        stations: permit.second().map(|_| stations(&plant, &running)),
        directories: plant.directories.iter().map(|known| directory(app, known)).collect(),
        log: log(app, &told),
        events: permit.first().map(|_| events(told)),
    }
}

fn events(told: Told) -> EventsNow {
    let Told { last_hour, last_day, log_ons, counted_from, .. } = told;
    EventsNow { last_hour, last_day, log_ons, counted_from }
}

fn log(app: &App, told: &Told) -> LogNow {
    LogNow {
        size: told.size,
        checkpoint_at: told.newest_at.map(Time),
        writable: app.writable(),
        code: app.log_fault().map(|code| code.as_str().to_owned()),
    }
}

fn sessions(running: &[Arc<Session>]) -> SessionsNow {
    let emergency = running.iter().filter(|session| session.emergency).count();
    SessionsNow { running: number(running.len()), emergency: number(emergency) }
}

fn stations(plant: &Plant, running: &[Arc<Session>]) -> StationsNow {
    let used: HashSet<StationId> = running.iter().filter_map(|session| session.station).collect();
    StationsNow {
        all: number(plant.stations().count()),
        enabled: number(plant.stations().filter(|station| station.enabled).count()),
        in_use: number(used.len()),
    }
}

fn directory(app: &App, known: &Directory) -> DirectoryNow {
    let running = app.directories.running(known.id);
    let servers: Vec<_> =
        running.map(|running| running.health().iter().map(health).collect()).unwrap_or_default();
    DirectoryNow {
        id: known.id.to_string(),
        name: known.name.clone(),
        kind: known.kind.as_str().to_owned(),
        enabled: known.enabled,
        up: known.enabled && (known.kind == Kind::Local || servers.iter().any(|server| server.up)),
        servers,
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
