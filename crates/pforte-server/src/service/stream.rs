//! Streams that tell who is in charge, at once and with a heartbeat.

use crate::app::{App, Shared};
use crate::http::stream::Events;
use crate::live::plant::Station;
use crate::service::stations::Watcher;
use crate::service::view;
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use pforte_model::id::{ApplicationId, SessionId, StationId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

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
pub(crate) fn own(app: &Shared, id: SessionId) -> Events {
    tell(app, move |app| {
        let now = app.clock.moment();
        let running = app.live.sessions().by_id(id).filter(|session| session.over(now.at).is_none());
        match running {
            Some(session) => Seen::Now(vec![message("session", &app.shown(&session), &app.shown(&session))]),
            None => Seen::Over(Message { name: "ended", key: String::new(), data: "{}".to_owned() }),
        }
    })
}

/// Who is in charge at one station, as long as the watcher may hear of it.
pub(crate) fn station(app: &Shared, id: StationId, watcher: Watcher) -> Events {
    tell(app, move |app| match app.live.plant().station(id) {
        Some(station) if watcher.may_see(app, id) => Seen::Now(vec![in_charge(app, &station)]),
        _ => Seen::Over(Message { name: "ended", key: String::new(), data: "{}".to_owned() }),
    })
}

/// Who is in charge at each station of an application's scope.
pub(crate) fn scope(app: &Shared, id: ApplicationId) -> Events {
    tell(app, move |app| {
        let plant = app.live.plant();
        match plant.application(id).filter(|application| application.enabled) {
            Some(application) => {
                let stations = plant.stations().filter(|s| plant.station_in_scope(&application, s.id));
                Seen::Now(stations.map(|station| in_charge(app, station)).collect())
            }
            None => Seen::Over(Message { name: "ended", key: String::new(), data: "{}".to_owned() }),
        }
    })
}

fn in_charge(app: &App, station: &Station) -> Message {
    let told = view::in_charge(&app.live, station, app.clock.moment(), app.lease());
    let mut key = told.clone();
    key.revision = 0;
    message("in-charge", &key, &told)
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
    heartbeat: Duration,
}

fn tell(app: &Shared, see: impl Fn(&App) -> Seen + Send + 'static) -> Events {
    let listener = Listener {
        app: Arc::clone(app),
        see,
        changes: app.live.listen(),
        told: Vec::new(),
        queue: VecDeque::new(),
        over: false,
        heartbeat: Duration::from_secs(u64::from(app.lease().seconds.max(3))) / 3,
    };
    let events = stream::unfold(listener, async |mut listener| {
        let message = listener.next().await?;
        let event = Event::default().event(message.name).data(message.data);
        Some((Ok::<_, Infallible>(event), listener))
    });
    Sse::new(Box::pin(events))
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
            let heartbeat = tokio::select! {
                () = stop.given() => return None,
                waited = tokio::time::timeout(self.heartbeat, self.changes.changed()) => waited.is_err(),
            };
            self.look(heartbeat);
        }
    }

    /// Queues what is new, or everything if it is time for a heartbeat.
    fn look(&mut self, all: bool) {
        self.changes.mark_unchanged();
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
