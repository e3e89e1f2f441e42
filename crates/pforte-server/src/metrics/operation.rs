//! What is counted about the operations of the API.

use super::{Counter, Histogram};
use axum::http::Method;
use std::time::Duration;

/// The statuses that are counted one by one; others are counted together.
pub(super) const STATUSES: [u16; 24] = [
    200, 201, 202, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422,
    429, 500, 503,
];

/// The methods that are counted one by one; any other counts as `OPTIONS`.
pub(super) const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// What is counted about one operation of the API.
#[derive(Debug)]
pub struct Operation {
    /// Method and route.
    pub(super) name: String,
    pub(super) statuses: [Counter; STATUSES.len()],
    pub(super) other: Counter,
    pub(super) time: Histogram,
}

impl Operation {
    pub(super) fn new(name: String) -> Self {
        Self { name, statuses: Default::default(), other: Counter::default(), time: Histogram::default() }
    }

    /// Counts a request that was answered with this status after `time`.
    pub fn answered(&self, status: u16, time: Duration) {
        let place = STATUSES.binary_search(&status).ok();
        place.and_then(|place| self.statuses.get(place)).unwrap_or(&self.other).add(1);
        self.time.observe(time);
    }
}
