//! What a request brings, read within bounds, each fault with its code.

use crate::app::Shared;
use crate::fault::Fault;
use axum::body::{BodyDataStream, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use futures_util::StreamExt;
use pforte_wire::problem::Code;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::str::FromStr;

/// Deepest nesting of a request body; no request type nests deeper than half of it.
pub(crate) const MAX_DEPTH: usize = 16;

/// A request's JSON body: within its bounds, without unknown keys.
///
/// It is read only when the operation asks for it, after it has found out who
/// calls, so that a caller without the right learns nothing of what would fit.
pub(crate) struct Body<T> {
    bytes: Result<Bytes, Fault>,
    kind: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Body<T> {
    /// The body, or what is wrong with it.
    pub(crate) fn read(self) -> Result<T, Fault> {
        parse(&self.bytes?)
    }
}

impl<T> FromRequest<Shared> for Body<T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Infallible> {
        Ok(Self { bytes: bounded(request, app).await, kind: PhantomData })
    }
}

async fn bounded(request: Request, app: &Shared) -> Result<Bytes, Fault> {
    let most = app.config.limits.body_bytes;
    let declared = request.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > most) {
        discard(&mut request.into_body().into_data_stream(), DISCARDED).await;
        return Err(Code::BodyTooLong.into());
    }
    Bytes::from_request(request, app).await.map_err(|_| Code::BodyTooLong.into())
}

/// Most bytes that are read only to be thrown away.
const DISCARDED: usize = 8 * 1024 * 1024;

/// Lets the caller finish a body that is not taken, up to so many bytes: several clients
/// (curl 7 over HTTP/2 is one) do not show an answer that comes while they still send.
pub(crate) async fn discard(frames: &mut BodyDataStream, most: usize) {
    let mut seen = 0;
    while seen < most {
        match frames.next().await {
            Some(Ok(frame)) => seen += frame.len(),
            Some(Err(_)) | None => return,
        }
    }
}

/// Reads JSON of at most [`MAX_DEPTH`] levels.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    if depth(bytes) > MAX_DEPTH {
        return Err(Code::BodyTooDeep.into());
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Fault::about(Code::BodyInvalid, &format!("{}.", told(&error))))
}

/// What the JSON reader says, with the values that people sent cut short: an
/// error must not show a password that stands in the wrong place.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!("line {} column {}", error.line(), error.column());
    match text.split_once(": ") {
        Some(("invalid type" | "invalid value", _)) => format!("A value has the wrong type at {place}"),
        // A word that is none of those that are known may be a secret in the wrong place.
        _ if text.starts_with("unknown variant") => format!("A value is none of the known ones at {place}"),
        _ => text.chars().take(200).collect(),
    }
}

/// The nesting of a JSON text, without building anything.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => now += 1,
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// Most bytes of a [`LongBody`]. Old and new value of such a body fit into one
/// event together.
const LONG: usize = 400 * 1024;

/// The body of an operation that takes long lists. It is read only after the
/// caller was found to be allowed, so no stranger can send much.
pub(crate) struct LongBody(Request);

impl FromRequest<Shared> for LongBody {
    type Rejection = Infallible;

    async fn from_request(request: Request, _app: &Shared) -> Result<Self, Infallible> {
        Ok(Self(request))
    }
}

impl LongBody {
    /// Reads the JSON, within its bounds, without unknown keys.
    pub(crate) async fn read<T: DeserializeOwned>(self) -> Result<T, Fault> {
        let bytes = axum::body::to_bytes(self.0.into_body(), LONG).await;
        parse(&bytes.map_err(|_| Fault::new(Code::BodyTooLong))?)
    }
}

/// The parameters behind the question mark.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Parameters<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Fault> {
        let Query(value) = Query::from_request_parts(parts, app)
            .await
            .map_err(|bad| Fault::about(Code::ParameterInvalid, &format!("{}.", bad.body_text())))?;
        Ok(Self(value))
    }
}

/// The identifier in the address.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr> FromRequestParts<Shared> for Id<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Fault> {
        let invalid = || Fault::about(Code::ParameterInvalid, "The address holds no identifier.");
        let Path(text): Path<String> = Path::from_request_parts(parts, app).await.map_err(|_| invalid())?;
        text.parse().map(Self).map_err(|_| invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its type matters")]
        user: String,
    }

    #[test]
    fn a_body_nested_too_deep_is_told_so() {
        let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
        assert_eq!(parse::<Sample>(deep.as_bytes()).map(|_| ()).map_err(|f| f.code), Err(Code::BodyTooDeep));
        assert_eq!(depth(br#"{"a":"[[[[\"[[","b":[1]}"#), 2);
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_without_showing_values() {
        for body in [r#"{"user":"a","x":1}"#, r#"{"user":7331}"#, "{", "\u{0}", r#"{"user":"a"} trailing"#] {
            let fault = parse::<Sample>(body.as_bytes()).map(|_| ()).map_err(|f| (f.code, f.detail));
            assert!(
                matches!(&fault, Err((Code::BodyInvalid, detail)) if !detail.contains("7331")),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_not_shown() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            User,
        }
        let fault = parse::<Kind>(br#""hunter2""#).map(|_| ()).map_err(|f| (f.code, f.detail));
        assert!(
            matches!(&fault, Err((Code::BodyInvalid, detail)) if !detail.contains("hunter2")),
            "{fault:?}"
        );
    }

    #[test]
    fn invalid_utf8_is_refused() {
        let body = [b'{', b'"', b'u', b's', b'e', b'r', b'"', b':', b'"', 0xff, b'"', b'}'];
        assert_eq!(parse::<Sample>(&body).map(|_| ()).map_err(|f| f.code), Err(Code::BodyInvalid));
    }
}
