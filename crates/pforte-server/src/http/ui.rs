//! The web UI: its files are embedded in the program and served as they were built.
//!
//! # Invariants
//!
//! - Nothing comes from elsewhere: the content security policy lets no other source in, and no script
//!   stands in the page. Each answer of the page has a nonce of its own for the styles that the
//!   tables make.
//! - A file under `assets/` has its hash in its name, so it never changes and is kept for ever; the
//!   page itself is never kept, so the next load has the files of the running server.
//!
//! The addresses of the pages all answer with the one page, whose script shows what belongs there.

use crate::app::Shared;
use crate::fault::Fault;
use crate::http::kernel;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pforte_print::FontFile;
use rand::Rng;
use rust_embed::RustEmbed;

/// What `cargo xtask ui` built; empty where it was not run.
#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Built;

/// The addresses of the pages; what lies below the last is the script's to know.
const PAGES: [&str; 9] =
    ["/", "/logon", "/station", "/password", "/waiting", "/sign/{id}", "/hmi", "/admin", "/admin/{*page}"];

/// What stands in the built page where the nonce belongs.
const NONCE: &str = "NONCE-OF-THIS-ANSWER";

/// The page of a program that was built without the UI.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pforte</title><link rel=\"icon\" href=\"data:,\">\
    <h1>Pforte runs, but its pages are missing</h1>\
    <p>This program was built without the web UI. Build it again after <code>cargo xtask ui</code>, \
    which needs Node.js 20 or later.</p>\
    <p>The HTTP API, the command line and the <a href=\"/lite\">plain pages</a> work.</p></html>\n";

/// The ways in which a file was compressed, the smallest first: name of the encoding, ending of the file.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

pub(crate) fn router() -> Router<Shared> {
    let pages = PAGES.iter().fold(Router::new(), |router, path| router.route(path, get(page)));
    pages.route("/assets/{*file}", get(asset)).route("/lite/keyboard.{ending}", get(keyboard))
}

/// The fonts of the pages, by name.
pub(crate) fn fonts() -> Vec<FontFile> {
    let mut names: Vec<_> = Built::iter().filter(|name| name.ends_with(".woff2")).collect();
    names.sort_unstable();
    let font = |name: &str| Some(FontFile { name: name.to_owned(), bytes: Built::get(name)?.data });
    names.iter().filter_map(|name| font(name)).collect()
}

/// The page, with a policy that its nonce is part of.
async fn page(State(app): State<Shared>) -> Response {
    let mut random = [0; 18];
    app.ids.rng().fill_bytes(&mut random);
    let nonce = STANDARD.encode(random);
    let built = Built::get("index.html").and_then(|file| String::from_utf8(file.data.into_owned()).ok());
    let (status, text) = match built {
        Some(text) => (StatusCode::OK, text.replace(NONCE, &nonce)),
        None => (StatusCode::SERVICE_UNAVAILABLE, MISSING.to_owned()),
    };
    let headers = [(header::CONTENT_SECURITY_POLICY, policy(&nonce))];
    let fixed = [(HeaderName::from_static("cross-origin-opener-policy"), "same-origin")];
    (status, headers, fixed, Html(text)).into_response()
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; \
        style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
        manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

/// A file with its hash in its name.
async fn asset(Path(file): Path<String>, asked: HeaderMap) -> Result<Response, Fault> {
    const FOR_EVER: &str = "public, max-age=31536000, immutable";
    match file_of(&format!("assets/{file}"), &asked, FOR_EVER) {
        Some(answer) => Ok(answer),
        None => Err(kernel::not_found().await),
    }
}

/// The touch keyboard of the plain pages: its script and its style, by names that stay.
async fn keyboard(Path(ending): Path<String>, asked: HeaderMap) -> Result<Response, Fault> {
    match file_of(&format!("lite/keyboard.{ending}"), &asked, "public, max-age=3600") {
        Some(answer) => Ok(answer),
        None => Err(kernel::not_found().await),
    }
}

/// A built file as small as the browser takes it, to be kept for so long.
fn file_of(name: &str, asked: &HeaderMap, kept: &'static str) -> Option<Response> {
    let kind = kind(name)?;
    let encoded = ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepts(asked, encoding))
        .find_map(|(encoding, ending)| Some((Some(*encoding), Built::get(&format!("{name}{ending}"))?)));
    let (encoding, file) = encoded.or_else(|| Some((None, Built::get(name)?)))?;
    let fixed =
        [(header::CACHE_CONTROL, kept), (header::VARY, "accept-encoding"), (header::CONTENT_TYPE, kind)];
    let mut answer = (fixed, file.data.into_owned()).into_response();
    if let Some(encoding) = encoding {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(answer)
}

/// The media type by the name's ending; other files are not served.
fn kind(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => return None,
    })
}

/// Whether the browser takes an encoding (RFC 9110, 12.5.3); `q=0` refuses it.
fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_some_and(|weight: f32| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn asking(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn an_encoding_counts_when_it_is_named_and_not_refused() {
        assert!(accepts(&asking("gzip, deflate, br;q=0.5"), "br"));
        assert!(accepts(&asking("GZIP"), "gzip"));
        assert!(!accepts(&asking("gzip, br;q=0"), "br"));
        assert!(!accepts(&asking("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn only_files_of_known_kinds_are_served() {
        assert_eq!(kind("index-1a2b.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(kind("index-1a2b.js.br"), None);
        assert_eq!(kind("index"), None);
    }

    #[test]
    fn the_policy_lets_nothing_in_from_elsewhere() {
        let policy = policy("abc");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("'nonce-abc'"), "{policy}");
        for weak in ["http", "*", "unsafe-eval", "script-src 'self' '"] {
            assert!(!policy.contains(weak), "{policy}");
        }
    }

    #[tokio::test]
    async fn a_file_that_was_not_built_is_not_found() {
        for name in ["none-12345678.js", "../index.html", "../../Cargo.toml", "none.txt"] {
            let answer = asset(Path(name.to_owned()), HeaderMap::new()).await;
            assert_eq!(answer.map(|_| ()).unwrap_err().code, pforte_wire::problem::Code::NotFound);
        }
    }
}
