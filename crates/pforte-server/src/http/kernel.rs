//! What every request goes through: a number, a bound on a panic, headers, metrics.

use super::problem::with_request_id;
use crate::app::Shared;
use crate::fault::Fault;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use pforte_wire::problem::Code;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of a request: the server's run and a count, such as `5f3a-17`.
#[derive(Clone, Debug)]
pub struct RequestId {
    run: Arc<str>,
    count: u64,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.run, self.count)
    }
}

/// Gives each request its number.
pub struct RequestIds {
    run: Arc<str>,
    next: AtomicU64,
}

impl RequestIds {
    /// Numbers for one run of the server, told apart by `run`.
    #[must_use]
    pub fn new(run: &str) -> Self {
        Self { run: Arc::from(run), next: AtomicU64::new(1) }
    }

    fn next(&self) -> RequestId {
        RequestId { run: Arc::clone(&self.run), count: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}

/// Headers of every answer: nothing is cached, framed or guessed.
const HEADERS: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Runs a request with a number; a panic becomes an answer and a line in the log.
pub async fn around(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = app.requests.next();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    let started = app.clock.monotonic();
    let run = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = run.unwrap_or_else(|_| {
        tracing::error!(request = %id, "a request panicked");
        app.metrics.panics.inc();
        Fault::new(Code::Internal).into_response()
    });
    let mut response = with_request_id(response, &id.to_string());
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    let taken = app.clock.monotonic() - started;
    app.metrics.request(&method, path.as_ref().map_or("", MatchedPath::as_str), response.status(), taken);
    response
}

/// An address that nothing serves.
pub async fn not_found() -> Fault {
    Fault::about(Code::NotFound, "There is nothing at this address.")
}

/// A method that an address does not take.
pub async fn method_not_allowed() -> Fault {
    Code::MethodNotAllowed.into()
}
