//! The plain page: log on, see your roles, ask a decision with its explanation.
//!
//! Everything is served from the program itself, under a content security policy
//! that lets nothing else in.

use crate::app::Shared;
use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// Nothing but our own files; no frames, no forms to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/", get(page)).route("/page.js", get(script)).route("/page.css", get(style))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &'static str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, text)
}

async fn page() -> impl IntoResponse {
    file("text/html; charset=utf-8", include_str!("page/page.html"))
}

async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("page/page.css"))
}
