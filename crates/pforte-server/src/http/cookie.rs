//! What a browser sends by itself, and what a page may cause with it.
//!
//! Two cookies: one proves the session, the other the station. A browser sends
//! both to us from any page, so whatever changes something by them, or sets them,
//! must come from a page of our own ([`OwnPage`]). Their prefix makes browsers
//! insist on `Secure`, no `Domain` and the path `/` (RFC 6265bis, 4.1.3.2), so no
//! neighbour under the same domain can set them.

use super::caller::{self, Caller};
use crate::app::Shared;
use crate::fault::Fault;
use crate::live::plant::Station;
use crate::live::session::Session;
use crate::token::{self, Purpose};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, header};
use pforte_wire::problem::Code;
use std::convert::Infallible;
use std::sync::Arc;

/// The cookie of a browser's session.
pub const SESSION: &str = "__Host-pforte";

/// The cookie that makes a browser a station.
pub const STATION: &str = "__Host-pforte-station";

/// Seconds for which a browser keeps the station: a year, begun anew with each log-on.
const STATION_SECONDS: u32 = 365 * 86_400;

/// The value of a cookie; none if it is there twice, because which one counts
/// could be read differently elsewhere.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(told, _)| *told == name).map(|(_, value)| value);
    named.next().filter(|_| named.next().is_none())
}

/// Whether a request comes from a page of our own: the browser's own word for it
/// (`Sec-Fetch-Site`), or an `Origin` that is ours.
pub(super) fn own_page(parts: &Parts) -> Result<(), Fault> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host").or_else(|| parts.uri.authority().map(Authority::as_str));
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => host.is_some_and(|host| origin == format!("https://{host}")),
        (None, None) => false,
    };
    if own { Ok(()) } else { Err(Code::CrossSite.into()) }
}

/// Proof that a request comes from a page of our own.
pub(crate) struct OwnPage;

impl<S: Sync> FromRequestParts<S> for OwnPage {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        own_page(parts).map(|()| Self)
    }
}

/// What a browser proves, each by itself: it may be another station's session.
pub(crate) struct Browser {
    /// The station, or why what claims to prove one does not count.
    pub(crate) station: Result<Option<Arc<Station>>, Fault>,
    /// The running session of the cookie, wherever it was made.
    pub(crate) session: Option<Arc<Session>>,
}

impl FromRequestParts<Shared> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let session = match value(&parts.headers, SESSION).and_then(token::read) {
            Some((Purpose::Session, hash)) => app.live.sessions().by_token(&hash),
            _ => None,
        };
        Ok(Self { station: caller::station(app, parts), session })
    }
}

/// Hands a browser its session.
pub(crate) fn session(headers: &mut HeaderMap, token: &str) -> Result<(), Fault> {
    set(headers, SESSION, token, None)
}

/// Makes a browser a station.
pub(crate) fn station(headers: &mut HeaderMap, credential: &str) -> Result<(), Fault> {
    set(headers, STATION, credential, Some(STATION_SECONDS))
}

/// Begins the year of a browser's station anew: a panel that is used stays one.
pub(crate) fn keep_station(headers: &mut HeaderMap, sent: &HeaderMap, caller: &Caller) -> Result<(), Fault> {
    match value(sent, STATION) {
        Some(credential) if caller.station().is_some() && !sent.contains_key(caller::STATION_HEADER) => {
            station(headers, credential)
        }
        _ => Ok(()),
    }
}

/// Has a browser forget a cookie.
pub(crate) fn forget(headers: &mut HeaderMap, name: &str) -> Result<(), Fault> {
    set(headers, name, "", Some(0))
}

/// Has a browser keep a value for so many seconds, or until it is closed.
pub(super) fn set(
    headers: &mut HeaderMap,
    name: &str,
    value: &str,
    seconds: Option<u32>,
) -> Result<(), Fault> {
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    let mut line = HeaderValue::try_from(text).map_err(|_| Fault::new(Code::Internal))?;
    line.set_sensitive(true);
    headers.append(header::SET_COOKIE, line);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use axum::http::Request;

    fn sent(pairs: &[(&str, &str)]) -> Parts {
        let request =
            pairs.iter().fold(Request::builder(), |request, (name, text)| request.header(*name, *text));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_cookie_that_is_there_twice_counts_as_none() {
        let parts = sent(&[("cookie", "a=1; b=2"), ("cookie", "b=3; c=4=5")]);
        assert_eq!(value(&parts.headers, "a"), Some("1"));
        assert_eq!(value(&parts.headers, "b"), None);
        assert_eq!(value(&parts.headers, "c"), Some("4=5"));
        assert_eq!(value(&parts.headers, "d"), None);
    }

    #[test]
    fn only_the_browsers_own_word_or_our_own_origin_makes_a_page_ours() {
        let own = |pairs: &[(&str, &str)]| own_page(&sent(pairs)).is_ok();
        let host = ("host", "pforte:8443");
        assert!(own(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(own(&[host, ("origin", "https://pforte:8443")]));
        for other in ["same-site", "cross-site", "none", ""] {
            assert!(!own(&[host, ("sec-fetch-site", other), ("origin", "https://pforte:8443")]), "{other}");
        }
        for other in ["https://pforte", "http://pforte:8443", "https://evil.example", "null"] {
            assert!(!own(&[host, ("origin", other)]), "{other}");
        }
        assert!(!own(&[host]));
    }
}
