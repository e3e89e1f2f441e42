//! Kerberos tickets in HTTP (RFC 4559): `Authorization: Negotiate`.
//!
//! A browser that holds a ticket answers such a request by itself, whichever page
//! caused it. So a request that a browser makes must come from a page of our own
//! before it is even asked for a ticket; a program shows that it is none by having
//! neither `Sec-Fetch-Site` nor `Origin`, and by a kind of body that a strange page
//! may not send.

use super::cookie;
use crate::fault::Fault;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_wire::problem::Code;

/// The name of the scheme, in any letters.
const SCHEME: &str = "negotiate";

/// What a request proves by a ticket, and whether it may.
pub(super) struct Ticket {
    /// The token; `None` if there is none yet.
    pub(super) token: Option<Vec<u8>>,
    /// Whether a page of our own asked; programs have no page.
    pub(super) own_page: bool,
}

impl<S: Sync> FromRequestParts<S> for Ticket {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let own = cookie::own_page(parts);
        let by_browser = ["sec-fetch-site", "origin"].iter().any(|name| parts.headers.contains_key(*name));
        let own_page = own.is_ok();
        if by_browser {
            own?;
        }
        Ok(Self { token: token(&parts.headers)?, own_page })
    }
}

/// Whether the proof of a request is a ticket, which the log-on reads and nobody else.
pub(super) fn is_shown(headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    shown.and_then(|text| text.split(' ').next()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

fn token(headers: &HeaderMap) -> Result<Option<Vec<u8>>, Fault> {
    if !is_shown(headers) {
        return Ok(None);
    }
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(one), None) = (all.next(), all.next()) else { return Err(Code::TokenInvalid.into()) };
    let text = one.to_str().ok().and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim());
    let token = text.and_then(|text| STANDARD.decode(text).ok());
    token.map(Some).ok_or_else(|| Code::TokenInvalid.into())
}

/// Whether a body is JSON, which a strange page may not send without asking first.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Asks for a ticket.
pub(super) fn ask() -> Response {
    let mut response = Fault::new(Code::TicketNeeded).into_response();
    demand(response.headers_mut());
    response
}

/// Lets an answer ask for a ticket.
pub(super) fn demand(headers: &mut HeaderMap) {
    headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Negotiate"));
}

/// Proves us to the client.
pub(super) fn prove(headers: &mut HeaderMap, answer: &[u8]) {
    if !answer.is_empty()
        && let Ok(value) = HeaderValue::try_from(format!("Negotiate {}", STANDARD.encode(answer)))
    {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
}
