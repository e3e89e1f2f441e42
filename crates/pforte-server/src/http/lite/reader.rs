//! In which language a reader reads: as chosen on the page, else as kept in a
//! cookie, else as the browser asks for, else as the plant is configured.

use super::texts::{LANGUAGES, Language};
use crate::app::Shared;
use crate::http::cookie;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;

/// The cookie that keeps the language.
const COOKIE: &str = "__Host-pforte-language";

/// Seconds for which it is kept: a year.
const SECONDS: u32 = 365 * 86_400;

/// Most of `Accept-Language` that is looked at, in bytes.
const LONGEST: usize = 1_024;

/// Who reads the page, as far as the page is concerned.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    /// The language.
    pub(super) language: &'static Language,
    /// Whether it was chosen with this request, and is to be kept.
    chosen: bool,
}

impl Reader {
    /// Keeps the language if it was chosen just now.
    pub(super) fn keep(self, headers: &mut HeaderMap) {
        if self.chosen {
            // Tags are fit for a header.
            let _fits = cookie::set(headers, COOKIE, self.language.tag, Some(SECONDS));
        }
    }
}

impl FromRequestParts<Shared> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let chosen = query.split('&').find_map(|pair| named(pair.strip_prefix("lang=")?));
        let kept = || named(cookie::value(&parts.headers, COOKIE)?);
        let accepted = || accepted(parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
        let found = chosen.or_else(kept).or_else(accepted).or_else(|| named(&app.config.plant.language));
        let [english, ..] = &*LANGUAGES;
        let language = found.unwrap_or(english);
        Ok(Self { language, chosen: chosen.is_some() })
    }
}

/// The language of a tag such as `de` or `de-CH`.
fn named(tag: &str) -> Option<&'static Language> {
    let tag = tag.split('-').next()?.trim();
    LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(tag))
}

/// The language that a browser asks for most (RFC 9110, 12.5.4).
fn accepted(line: &str) -> Option<&'static Language> {
    let line = line.get(..line.len().min(LONGEST))?;
    let mut best: Option<(f32, &'static Language)> = None;
    for one in line.split(',') {
        let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        if let Some((weight, language)) = weight.filter(|weight| *weight > 0.0).zip(named(tag))
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(line: &str) -> Option<&'static str> {
        accepted(line).map(|language| language.tag)
    }

    #[test]
    fn the_language_with_the_greatest_weight_wins_and_of_equals_the_first() {
        assert_eq!(tag("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), Some("fr"));
        assert_eq!(tag("pt-BR,de;q=0.4,ja;q=0.6"), Some("ja"));
        assert_eq!(tag("it,es"), Some("it"));
        assert_eq!(tag("zh-Hans-CN"), Some("zh"));
    }

    #[test]
    fn what_is_no_language_of_ours_is_passed_over() {
        for line in ["", "pt", "*", "de;q=0", "de;q=NaN", "de;x=1", ",,;;", "de;q=-1"] {
            assert_eq!(tag(line), None, "{line}");
        }
        let long = format!("{}de", "xx,".repeat(1_000));
        assert_eq!(tag(&long), None);
    }
}
