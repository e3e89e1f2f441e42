//! What the server counts, and how `/metrics` shows it.
//!
//! The text is written here and not by a library: the product
//! counts a fixed list of things, and a fixed list needs no registry, no lock and
//! no allocation where it is counted.
//!
//! # Where to start reading
//!
//! [`Metrics`] is the list; [`Counter`], [`Gauge`] and [`Histogram`] are what it
//! is made of; [`Metrics::render`] writes it down.

mod label;
mod number;
mod operation;
mod text;

pub use label::{Asked, Decided, LogOn, Turned};
pub use number::{Counter, Gauge, Histogram};
pub use operation::Operation;

use arc_swap::ArcSwap;
use axum::http::{Method, StatusCode};
use operation::METHODS;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The content type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether the servers of the directories answer, by directory and server.
type Servers = BTreeMap<(String, String), bool>;

/// The operations that were called, by route and then by method. A route is known
/// to the router and a method to HTTP, so that no stranger makes them grow.
type Operations = BTreeMap<String, Vec<(Method, Arc<Operation>)>>;

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    operations: ArcSwap<Operations>,
    log_ons: [[Counter; Asked::ALL.len()]; LogOn::ALL.len()],
    log_on_time: [Histogram; Asked::ALL.len()],
    turned: [Counter; Turned::ALL.len()],
    decided: [Counter; Decided::ALL.len()],
    directory_servers: Mutex<Servers>,
    /// Connections that proved nothing yet.
    pub strangers: Gauge,
    /// Connections on which somebody proved who they are.
    pub known: Gauge,
    /// Streams of events that are open.
    pub streams: Gauge,
    /// Passwords that wait to be hashed or are being hashed.
    pub hash_queue: Gauge,
    /// Sessions that are open.
    pub sessions: Gauge,
    /// Entries of the event log.
    pub log_size: Gauge,
    /// Whether the event log could be written last: 1, or 0 while the emergency rules hold.
    pub log_writable: Gauge,
    /// Events that neither the log nor the spill could keep and no log tells of yet.
    pub lost_events: Gauge,
    /// Jumps of the computer's clock.
    pub clock_jumps: Counter,
    /// Panics in jobs and requests.
    pub panics: Arc<Counter>,
    /// When the server started, seconds since 1970.
    pub started: Gauge,
}

impl Metrics {
    /// Counts a request: its method, its route as the router knows it (empty if it
    /// knows none), how it was answered, and after how many microseconds.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, micros: i64) {
        let time = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        let method = METHODS.iter().find(|known| *known == method).unwrap_or(&Method::OPTIONS);
        let operations = self.operations.load();
        let known = operations.get(route).and_then(|all| all.iter().find(|(known, _)| known == method));
        match known {
            Some((_, operation)) => operation.answered(status.as_u16(), time),
            None => self.add_operation(method, route).answered(status.as_u16(), time),
        }
    }

    fn add_operation(&self, method: &Method, route: &str) -> Arc<Operation> {
        let fresh =
            Arc::new(Operation::new(format!("{method} {}", if route.is_empty() { "(none)" } else { route })));
        let mut added = Arc::clone(&fresh);
        self.operations.rcu(|operations| {
            let mut operations = Operations::clone(operations);
            let all = operations.entry(route.to_owned()).or_default();
            // Another request may have added it in the meantime.
            let found = all.iter().find(|(known, _)| known == method).map(|(_, known)| Arc::clone(known));
            added = found.unwrap_or_else(|| {
                all.push((method.clone(), Arc::clone(&fresh)));
                Arc::clone(&fresh)
            });
            operations
        });
        added
    }

    /// Counts a try to log on that took `time`.
    pub fn log_on(&self, outcome: LogOn, asked: Asked, time: Duration) {
        let kind = place(Asked::ALL, asked);
        if let Some(counter) = self.log_ons.get(place(LogOn::ALL, outcome)).and_then(|kinds| kinds.get(kind))
        {
            counter.add(1);
        }
        if let Some(times) = self.log_on_time.get(kind) {
            times.observe(time);
        }
    }

    /// Counts a connection that was not served, or no longer.
    pub fn turned_away(&self, why: Turned) {
        if let Some(counter) = self.turned.get(place(Turned::ALL, why)) {
            counter.add(1);
        }
    }

    /// How many connections were not served for this reason.
    #[must_use]
    pub fn count_turned_away(&self, why: Turned) -> u64 {
        self.turned.get(place(Turned::ALL, why)).map_or(0, Counter::get)
    }

    /// Counts decisions.
    pub fn decided(&self, what: Decided, more: u64) {
        if let Some(counter) = self.decided.get(place(Decided::ALL, what)) {
            counter.add(more);
        }
    }

    /// Notes whether a server of a directory answers.
    pub fn directory_server(&self, directory: &str, server: &str, up: bool) {
        let mut servers = self.directory_servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.insert((directory.to_owned(), server.to_owned()), up);
    }

    /// Forgets the servers of a directory that was removed.
    pub fn forget_directory(&self, directory: &str) {
        let mut servers = self.directory_servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.retain(|(name, _), _| name != directory);
    }
}

fn place<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or(all.len())
}

#[cfg(test)]
mod tests {
    use super::number::BOUNDS;
    use super::operation::STATUSES;
    use super::*;
    use std::collections::BTreeSet;

    fn filled() -> Metrics {
        let metrics = Metrics::default();
        for (status, micros) in
            [(StatusCode::OK, 90), (StatusCode::OK, 7_000), (StatusCode::IM_A_TEAPOT, 60_000_000)]
        {
            metrics.request(&Method::POST, "/decisions", status, micros);
        }
        metrics.log_on(LogOn::Refused, Asked::Ldap, Duration::from_millis(20));
        metrics.decided(Decided::Denied, 3);
        metrics.turned_away(Turned::Full);
        metrics.directory_server("Plant \"A\"\n", "dc1:636", true);
        metrics.sessions.add(2);
        metrics.panics.add(1);
        metrics
    }

    #[test]
    fn what_was_counted_is_shown() {
        let text = filled().render();
        for line in [
            "pforte_requests_total{operation=\"POST /decisions\",status=\"200\"} 2",
            "pforte_requests_total{operation=\"POST /decisions\",status=\"other\"} 1",
            "pforte_request_seconds_bucket{operation=\"POST /decisions\",le=\"0.0001\"} 1",
            "pforte_request_seconds_bucket{operation=\"POST /decisions\",le=\"0.01\"} 2",
            "pforte_request_seconds_bucket{operation=\"POST /decisions\",le=\"+Inf\"} 3",
            "pforte_request_seconds_sum{operation=\"POST /decisions\"} 60.007090",
            "pforte_request_seconds_count{operation=\"POST /decisions\"} 3",
            "pforte_log_ons_total{result=\"refused\",directory=\"ldap\"} 1",
            "pforte_log_on_seconds_bucket{directory=\"ldap\",le=\"0.025\"} 1",
            "pforte_decisions_total{result=\"denied\"} 3",
            "pforte_connections_refused_total{reason=\"full\"} 1",
            "pforte_directory_up{directory=\"Plant \\\"A\\\"\\n\",server=\"dc1:636\"} 1",
            "pforte_sessions 2",
            "pforte_panics_total 1",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn every_line_has_the_form_of_the_format_and_no_series_comes_twice() {
        let text = filled().render();
        let (mut names, mut series) = (BTreeSet::new(), BTreeSet::new());
        for line in text.lines() {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                assert!(names.insert(kind.split(' ').next()), "{line}");
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').unwrap_or_default();
                assert!(value.parse::<f64>().is_ok(), "{line}");
                assert!(name.starts_with("pforte_"), "{line}");
                assert!(series.insert(name), "{line}");
            }
        }
    }

    #[test]
    fn strangers_cannot_make_the_list_of_operations_grow() {
        let metrics = Metrics::default();
        for method in ["GET", "FOO", "BAR", "OPTIONS"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap_or_default();
            metrics.request(&method, "", StatusCode::NOT_FOUND, -1);
        }
        let text = metrics.render();
        assert!(text.contains("pforte_requests_total{operation=\"GET (none)\",status=\"404\"} 1"), "{text}");
        assert!(
            text.contains("pforte_requests_total{operation=\"OPTIONS (none)\",status=\"404\"} 3"),
            "{text}"
        );
    }

    #[test]
    fn a_directory_that_was_removed_is_forgotten() {
        let metrics = Metrics::default();
        metrics.directory_server("x", "dc1", false);
        metrics.forget_directory("x");
        assert!(!metrics.render().contains("dc1"));
    }

    #[test]
    fn the_statuses_are_sorted_because_they_are_searched() {
        assert!(STATUSES.is_sorted());
        assert!(BOUNDS.is_sorted());
    }
}
