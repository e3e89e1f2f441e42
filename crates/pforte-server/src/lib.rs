//! Use cases, HTTP API, configuration, jobs; only this crate knows axum.
