//! Health and metrics, outside of the versioned API.

use crate::app::Shared;
use crate::metrics::CONTENT_TYPE;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::sync::atomic::Ordering;

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/healthz", get(health)).route("/metrics", get(metrics))
}

/// 200 while the server answers and the event log can be written, else 503.
async fn health(State(app): State<Shared>) -> impl IntoResponse {
    let good = app.writable();
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": if good { "good" } else { "emergency" } })))
}

async fn metrics(State(app): State<Shared>) -> impl IntoResponse {
    app.metrics.sessions.set(i64::try_from(app.live.sessions().count()).unwrap_or(i64::MAX));
    app.metrics.hash_queue.set(i64::try_from(app.hasher.figures().waiting).unwrap_or(i64::MAX));
    app.metrics.log_writable.set(i64::from(app.writable()));
    app.metrics.lost_events.set(i64::try_from(app.lost_events.load(Ordering::Relaxed)).unwrap_or(i64::MAX));
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], app.metrics.render())
}
