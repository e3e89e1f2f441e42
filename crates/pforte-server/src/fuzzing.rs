//! What strangers send, handed straight to its readers; for fuzzing alone.

use crate::fault::Fault;
use crate::http::caller::{self, Told};
use crate::http::{cookie, extract};
use crate::service::events::{self, Asked};
use crate::service::{directory_settings, paging, schedule};
use crate::token::{self, Purpose, TokenHash};
use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue, Request, Uri, header};
use pforte_store::events::{Filter, From};
use pforte_wire::assignment::Span;
use pforte_wire::directory::Ldap;
use pforte_wire::problem::Code;
use serde::de::DeserializeOwned;

/// Deepest nesting of a request's body.
pub const MAX_DEPTH: usize = extract::MAX_DEPTH;

/// A request's body as the API reads it.
pub fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    extract::parse(bytes)
}

/// What a request proves by its head.
#[derive(Debug, PartialEq, Eq)]
pub struct Proofs {
    /// What `Authorization` tells.
    pub bearer: Told,
    /// What `Pforte-Station` tells.
    pub station: Told,
    /// The browser's cookie.
    pub cookie: Option<(Purpose, TokenHash)>,
    /// Whether a change with the cookie would be taken.
    pub same_site: bool,
}

/// Reads the proofs in the header lines of a `POST`; `None` if they are no head of a request.
#[must_use]
pub fn proofs(lines: &[u8]) -> Option<Proofs> {
    let mut request = Request::post("/api/v1/sessions");
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        let value = value.get(1..)?.trim_ascii();
        let name = HeaderName::from_bytes(name).ok()?;
        request = request.header(name, HeaderValue::from_bytes(value).ok()?);
    }
    let (parts, ()) = request.body(()).ok()?.into_parts();
    Some(Proofs {
        bearer: caller::told(&parts.headers, header::AUTHORIZATION.as_str(), "Bearer "),
        station: caller::told(&parts.headers, caller::STATION_HEADER, ""),
        cookie: cookie::value(&parts.headers, cookie::SESSION).and_then(token::read),
        same_site: caller::same_site(&parts).is_ok(),
    })
}

/// The parameters of a page of events; `None` if they are no part of an address.
#[must_use]
pub fn event_filter(parameters: &str) -> Option<Result<(From, u32, Filter), Fault>> {
    let address: Uri = format!("/api/v1/events?{parameters}").parse().ok()?;
    let asked = Query::<Asked>::try_from_uri(&address);
    let asked = asked.map_err(|bad| Fault::about(Code::ParameterInvalid, &bad.body_text()));
    Some(asked.and_then(|Query(asked)| events::wanted(asked)))
}

/// The text that a list is searched for.
pub fn needle(text: &str) -> Result<Option<String>, Fault> {
    paging::needle(Some(text))
}

/// Times of the week, read and written again.
pub fn week(spans: &[Span]) -> Result<Option<Vec<Span>>, Fault> {
    Ok(schedule::read(Some(spans))?.as_ref().map(schedule::write))
}

/// A directory's settings, read and shown again.
pub fn directory(asked: Ldap) -> Result<Ldap, Fault> {
    directory_settings::read(asked, None).map(|settings| directory_settings::shown(&settings))
}
