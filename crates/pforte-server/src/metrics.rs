//! What the server counts, and how `/metrics` shows it.
//!
//! The text is the Prometheus exposition format 0.0.4, written here: the product
//! counts a fixed list of things, and a fixed list needs no registry, no lock and
//! no allocation where it is counted.
//!
//! # Where to start reading
//!
//! [`Metrics`] is the list; [`Counter`], [`Gauge`] and [`Histogram`] are what it
//! is made of; [`Metrics::render`] writes it down.

use arc_swap::ArcSwap;
use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The content type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn inc(&self) {
        self.add(1);
    }

    /// Counts `more`.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// Adds `more`, which may be negative.
    pub fn add(&self, more: i64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// Sets the number.
    pub fn set(&self, to: i64) {
        self.0.store(to, Ordering::Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Upper bounds of the buckets of a duration, in microseconds and as text in seconds.
const BOUNDS: [(u64, &str); 12] = [
    (100, "0.0001"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

/// How long things took.
#[derive(Debug, Default)]
pub struct Histogram {
    /// One for each bound, and what took longer than all of them.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Histogram {
    /// Counts one thing that took `time`.
    pub fn observe(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS.iter().position(|(bound, _)| micros <= *bound).unwrap_or(BOUNDS.len());
        if let Some(bucket) = self.buckets.get(place) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How many things were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    fn render(&self, text: &mut String, name: &str, labels: &str) -> fmt::Result {
        let comma = if labels.is_empty() { "" } else { "," };
        let ends = BOUNDS.iter().map(|(_, end)| *end).chain(["+Inf"]);
        let mut below = 0;
        for (bucket, end) in self.buckets.iter().zip(ends) {
            below += bucket.load(Ordering::Relaxed);
            writeln!(text, "{name}_bucket{{{labels}{comma}le=\"{end}\"}} {below}")?;
        }
        let micros = self.micros.load(Ordering::Relaxed);
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
        writeln!(text, "{name}_sum{{{labels}}} {seconds}.{rest:06}")?;
        writeln!(text, "{name}_count{{{labels}}} {below}")
    }
}

/// The statuses that are counted one by one; others are counted together.
const STATUSES: [u16; 24] = [
    200, 201, 202, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422,
    429, 500, 503,
];

/// The methods that are counted one by one; any other counts as `OPTIONS`.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// What is counted about one operation of the API.
#[derive(Debug)]
pub struct Operation {
    /// Method and route.
    name: String,
    statuses: [Counter; STATUSES.len()],
    other: Counter,
    time: Histogram,
}

impl Operation {
    /// Counts a request that was answered with this status after `time`.
    pub fn answered(&self, status: u16, time: Duration) {
        let place = STATUSES.binary_search(&status).ok();
        place.and_then(|place| self.statuses.get(place)).unwrap_or(&self.other).add(1);
        self.time.observe(time);
    }
}

/// A set of labels that are known when the program is built, each with its counter.
macro_rules! labelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {$(
            $(#[$variant_doc])*
            $variant,
        )*}

        impl $name {
            /// Every value, in the order in which they are shown.
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The label.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

labelled! {
    /// How a try to log on ended.
    LogOn {
        /// The person is in.
        Done "done",
        /// Wrong name or password, or a state of the account that lets nobody in.
        Refused "refused",
        /// Too many wrong tries before; the password was not looked at.
        Throttled "throttled",
        /// The queue of passwords to be hashed was full or too slow.
        Busy "busy",
        /// The directory did not answer.
        Unavailable "unavailable",
        /// A fault of the server.
        Failed "failed",
    }
}

labelled! {
    /// Which kind of directory was asked.
    Asked {
        /// The built-in one.
        Local "local",
        /// An LDAP directory.
        Ldap "ldap",
        /// None: the name belongs to no directory.
        None "none",
    }
}

labelled! {
    /// Why a connection was not served.
    Turned {
        /// As many connections as are allowed are open.
        Full "full",
        /// The TLS handshake was not done in time.
        SlowHandshake "slow-handshake",
        /// The TLS handshake failed.
        BadHandshake "bad-handshake",
        /// HTTP without TLS.
        PlainHttp "plain-http",
        /// Nothing useful came for too long.
        Idle "idle",
        /// The peer proved nothing and stayed too long.
        Unproven "unproven",
        /// The listener could not take a connection from the system.
        System "system",
    }
}

labelled! {
    /// What a decision was.
    Decided {
        /// Allowed.
        Allowed "allowed",
        /// Not allowed.
        Denied "denied",
    }
}

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
        let fresh = Arc::new(Operation {
            name: format!("{method} {}", if route.is_empty() { "(none)" } else { route }),
            statuses: Default::default(),
            other: Counter::default(),
            time: Histogram::default(),
        });
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

    /// Everything as text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        // Writing to a string cannot fail.
        let _never = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        self.write_requests(text)?;
        self.write_log_ons(text)?;
        head(text, "pforte_decisions_total", "counter", "Decisions.")?;
        for (what, counter) in Decided::ALL.iter().zip(&self.decided) {
            writeln!(text, "pforte_decisions_total{{result=\"{}\"}} {}", what.as_str(), counter.get())?;
        }
        self.write_connections(text)?;
        self.write_directories(text)?;
        self.write_plain(text)
    }

    fn write_requests(&self, text: &mut String) -> fmt::Result {
        let operations = self.operations.load_full();
        let operations: Vec<&Operation> =
            operations.values().flatten().map(|(_, operation)| &**operation).collect();
        head(text, "pforte_requests_total", "counter", "Requests that were answered.")?;
        for operation in &operations {
            for (status, counter) in STATUSES.iter().zip(&operation.statuses).filter(|(_, c)| c.get() > 0) {
                request_line(text, &operation.name, status, counter)?;
            }
            if operation.other.get() > 0 {
                request_line(text, &operation.name, &"other", &operation.other)?;
            }
        }
        head(text, "pforte_request_seconds", "histogram", "Time to the head of the answer.")?;
        for operation in operations.iter().filter(|operation| operation.time.count() > 0) {
            let label = format!("operation=\"{}\"", operation.name);
            operation.time.render(text, "pforte_request_seconds", &label)?;
        }
        Ok(())
    }

    fn write_log_ons(&self, text: &mut String) -> fmt::Result {
        head(text, "pforte_log_ons_total", "counter", "Tries to log on.")?;
        for (outcome, kinds) in LogOn::ALL.iter().zip(&self.log_ons) {
            for (asked, counter) in Asked::ALL.iter().zip(kinds) {
                let labels = format!("result=\"{}\",directory=\"{}\"", outcome.as_str(), asked.as_str());
                writeln!(text, "pforte_log_ons_total{{{labels}}} {}", counter.get())?;
            }
        }
        head(text, "pforte_log_on_seconds", "histogram", "Time of a try to log on.")?;
        for (asked, times) in Asked::ALL.iter().zip(&self.log_on_time) {
            times.render(text, "pforte_log_on_seconds", &format!("directory=\"{}\"", asked.as_str()))?;
        }
        Ok(())
    }

    fn write_connections(&self, text: &mut String) -> fmt::Result {
        head(text, "pforte_connections", "gauge", "Connections that are open.")?;
        writeln!(text, "pforte_connections{{peer=\"stranger\"}} {}", self.strangers.get())?;
        writeln!(text, "pforte_connections{{peer=\"known\"}} {}", self.known.get())?;
        let what = "Connections that were refused or ended by the server.";
        head(text, "pforte_connections_refused_total", "counter", what)?;
        for (why, counter) in Turned::ALL.iter().zip(&self.turned) {
            writeln!(
                text,
                "pforte_connections_refused_total{{reason=\"{}\"}} {}",
                why.as_str(),
                counter.get()
            )?;
        }
        Ok(())
    }

    fn write_directories(&self, text: &mut String) -> fmt::Result {
        let servers = self.directory_servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        head(text, "pforte_directory_up", "gauge", "Whether a server of a directory answers.")?;
        for ((directory, server), up) in &servers {
            let (directory, server) = (escaped(directory), escaped(server));
            let labels = format!("directory=\"{directory}\",server=\"{server}\"");
            writeln!(text, "pforte_directory_up{{{labels}}} {}", u8::from(*up))?;
        }
        Ok(())
    }

    fn write_plain(&self, text: &mut String) -> fmt::Result {
        let gauges = [
            ("pforte_streams", "Streams of events that are open.", &self.streams),
            ("pforte_hash_queue", "Passwords that wait to be hashed or are being hashed.", &self.hash_queue),
            ("pforte_sessions", "Sessions that are open.", &self.sessions),
            ("pforte_log_entries", "Entries of the event log.", &self.log_size),
            ("pforte_start_time_seconds", "When the server started, seconds since 1970.", &self.started),
        ];
        for (name, help, gauge) in gauges {
            head(text, name, "gauge", help)?;
            writeln!(text, "{name} {}", gauge.get())?;
        }
        let counters = [
            ("pforte_clock_jumps_total", "Jumps of the computer's clock.", &self.clock_jumps),
            ("pforte_panics_total", "Panics in jobs and requests.", &*self.panics),
        ];
        for (name, help, counter) in counters {
            head(text, name, "counter", help)?;
            writeln!(text, "{name} {}", counter.get())?;
        }
        Ok(())
    }
}

fn place<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or(all.len())
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn request_line(text: &mut String, name: &str, status: &dyn fmt::Display, counter: &Counter) -> fmt::Result {
    let labels = format!("operation=\"{name}\",status=\"{status}\"");
    writeln!(text, "pforte_requests_total{{{labels}}} {}", counter.get())
}

/// The text of a label as the format wants it.
fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
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
