//! Request and response types and problem codes of the HTTP API.
