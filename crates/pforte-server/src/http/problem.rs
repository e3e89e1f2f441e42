//! Faults become problems: one shape, the request's number in it.

use crate::fault::Fault;
use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use pforte_wire::problem::Problem;

impl IntoResponse for Fault {
    /// Leaves the fault in the response; [`with_request_id`] writes its body,
    /// because only the edge of the API knows the request's number.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a response the request's number, and a fault its body.
pub(crate) fn with_request_id(mut response: Response, request_id: &str) -> Response {
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        let problem = Problem {
            status: fault.code.status(),
            code: fault.code.to_string(),
            detail: fault.detail,
            request_id: request_id.to_owned(),
            reasons: fault.reasons,
        };
        let headers = std::mem::take(response.headers_mut());
        let mut told = (response.status(), Json(problem)).into_response();
        told.headers_mut().extend(headers.into_iter().filter_map(|(name, value)| Some((name?, value))));
        told.headers_mut().insert("content-type", HeaderValue::from_static("application/problem+json"));
        response = told;
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
