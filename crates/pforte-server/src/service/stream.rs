//! Streams that tell who is in charge, at once and with a heartbeat.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::stream::Events;
use crate::live::plant::Station;
use crate::service::stations::Watcher;
use crate::service::view;
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use pforte_model::id::{ApplicationId, SessionId, StationId};
use pforte_wire::problem::Code;
use pforte_wire::stream::{ENDED, Ended, IN_CHARGE, SESSION};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// One message.
#[derive(Clone)]
struct Message {
    name: &'static str,
    /// What must differ for the message to be told before the next heartbeat.
    key: String,
    data: String,
}

/// What a listener sees now.
enum Seen {
    /// Goes on with these messages.
    Now(Vec<Message>),
    /// Is over after this message.
    Over(Message),
}

/// The caller's own session.
pub(crate) fn own(app: &Shared, id: SessionId) -> Result<Events, Fault> {
    tell(app, move |app| {
        let now = app.clock.moment();
        let running = app.live.sessions().by_id(id).filter(|session| session.over(now.at).is_none());
        match running {
            Some(session) => {
                let told = app.shown_own(&session);
                Seen::Now(vec![message(SESSION, &told, &told)])
            }
            None => over(),
        }
    })
}

/// Who is in charge at one station, as long as the watcher may hear of it.
pub(crate) fn station(app: &Shared, id: StationId, watcher: Watcher) -> Result<Events, Fault> {
    tell(app, move |app| match app.live.plant().station(id) {
        Some(station) if watcher.may_see(app, id) => Seen::Now(vec![in_charge(app, &station)]),
        _ => over(),
    })
}

/// Who is in charge at each station of an application's scope.
pub(crate) fn scope(app: &Shared, id: ApplicationId) -> Result<Events, Fault> {
    tell(app, move |app| {
        let plant = app.live.plant();
        match plant.application(id).filter(|application| application.enabled) {
            Some(application) => {
                let stations = plant.stations().filter(|s| plant.station_in_scope(&application, s.id));
                Seen::Now(stations.map(|station| in_charge(app, station)).collect())
            }
            None => over(),
        }
    })
}

fn in_charge(app: &App, station: &Station) -> Message {
    let told = view::in_charge(&app.live, station, app.clock.moment(), app.lease());
    let mut key = told.clone();
    key.revision = 0;
    message(IN_CHARGE, &key, &told)
}

/// There is nothing more to hear.
fn over() -> Seen {
    Seen::Over(message(ENDED, &(), &Ended { session: None, reason: None }))
}

fn message(name: &'static str, key: &impl serde::Serialize, told: &impl serde::Serialize) -> Message {
    let text = |value: Result<String, _>| value.unwrap_or_default();
    Message { name, key: text(serde_json::to_string(key)), data: text(serde_json::to_string(told)) }
}

/// One listener.
struct Listener<F> {
    app: Shared,
    see: F,
    changes: watch::Receiver<u64>,
    told: Vec<String>,
    queue: VecDeque<Message>,
    over: bool,
    period: Duration,
    beat_at: Instant,
    _open: Open,
}

fn tell(app: &Shared, see: impl Fn(&App) -> Seen + Send + 'static) -> Result<Events, Fault> {
    let open = Open::new(app)?;
    let listener = Listener {
        _open: open,
        app: Arc::clone(app),
        see,
        changes: app.live.listen(),
        told: Vec::new(),
        queue: VecDeque::new(),
        over: false,
        period: Duration::from_secs(u64::from(app.lease().seconds.max(3))) / 3,
        beat_at: Instant::now(),
    };
    let events = stream::unfold(listener, async |mut listener| {
        let message = listener.next().await?;
        let event = Event::default().event(message.name).data(message.data);
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(Sse::new(Box::pin(events)))
}

/// A place among the open streams, given back when the stream ends.
pub(crate) struct Open(Shared);

impl Open {
    /// Takes a place; `busy` if there is none.
    pub(crate) fn new(app: &Shared) -> Result<Self, Fault> {
        let most = i64::try_from(app.config.limits.streams).unwrap_or(i64::MAX);
        if app.metrics.streams.get() >= most {
            return Err(Code::Busy.into());
        }
        app.metrics.streams.add(1);
        Ok(Self(Arc::clone(app)))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.streams.add(-1);
    }
}

impl<F: Fn(&App) -> Seen> Listener<F> {
    /// The next message; `None` when the stream is over or the server stops.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.queue.pop_front() {
                return Some(message);
            }
            if self.over {
                return None;
            }
            if self.told.is_empty() {
                self.look(true);
                continue;
            }
            let stop = self.app.jobs.stop_given();
            // Changes elsewhere must not put the heartbeat off.
            tokio::select! {
                () = stop.given() => return None,
                _ = tokio::time::timeout_at(self.beat_at, self.changes.changed()) => {}
            }
            self.look(Instant::now() >= self.beat_at);
        }
    }

    /// Queues what is new, or everything if it is time for a heartbeat.
    fn look(&mut self, all: bool) {
        self.changes.mark_unchanged();
        if all {
            self.beat_at = Instant::now() + self.period;
        }
        match (self.see)(&self.app) {
            Seen::Over(message) => {
                self.over = true;
                self.queue.push_back(message);
            }
            Seen::Now(messages) => {
                let told =
                    std::mem::replace(&mut self.told, messages.iter().map(|m| m.key.clone()).collect());
                self.queue.extend(messages.into_iter().filter(|m| all || !told.contains(&m.key)));
                // A scope without a station has nothing to tell but its heartbeat.
                if self.told.is_empty() {
                    self.told.push(String::new());
                }
            }
        }
    }
}
