//! The plain pages as they are written.
//!
//! Every text that people or directories made goes through the templates, which
//! write it as text, never as markup.

use super::reader::Reader;
use super::texts::{LANGUAGES, Language};
use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::session::Session;
use crate::service::single;
use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pforte_model::time::Micros;
use pforte_wire::problem::Code;
use std::sync::Arc;

/// Nothing but our own style, forms to ourselves, and the touch keyboard, whose keys
/// are as wide as it says in the element; there is nothing else to let in.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

const DAY: i64 = 86_400 * Micros::SECOND;

/// What every page has.
pub(super) struct Frame {
    pub(super) language: &'static Language,
    pub(super) languages: &'static [Language],
    pub(super) plant: String,
    pub(super) station: Option<String>,
    /// Where a language can be chosen, up to its parameter.
    pub(super) languages_at: String,
    pub(super) told: Option<Told>,
}

/// Why something was refused.
pub(super) struct Told {
    pub(super) sentence: String,
    pub(super) code: Code,
    pub(super) wait: Option<String>,
    pub(super) request: String,
}

#[derive(Template)]
#[template(path = "lite/logon.html")]
struct LogOn {
    frame: Frame,
    title: &'static str,
    notice: String,
    stays: Option<String>,
    directories: Vec<String>,
    directory: String,
    user: String,
    /// Whether a Kerberos ticket does.
    by_ticket: bool,
    renews: bool,
    broken: Vec<String>,
}

#[derive(Template)]
#[template(path = "lite/password.html")]
struct OwnPassword {
    frame: Frame,
    name: String,
    broken: Vec<String>,
}

#[derive(Template)]
#[template(path = "lite/station.html")]
struct Station {
    frame: Frame,
    name: String,
    user: String,
    directory: String,
    roles: String,
    since: String,
    idle_ends: String,
    ends: String,
    left: String,
    password_ends: Option<String>,
    emergency: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "lite/told.html")]
struct Refused {
    frame: Frame,
    forget: bool,
}

impl Frame {
    /// The frame of a page of this reader at this caller's station.
    pub(super) fn new(app: &App, reader: Reader, caller: Option<&Caller>) -> Self {
        Self {
            language: reader.language,
            languages: LANGUAGES.as_slice(),
            plant: app.config.plant.name.clone(),
            station: caller.and_then(Caller::station).map(|station| station.name.clone()),
            languages_at: "/lite/logon?".to_owned(),
            told: None,
        }
    }

    /// The same for a page at this address, which has a query or none.
    pub(super) fn at(self, address: &str) -> Self {
        let joint = if address.contains('?') { '&' } else { '?' };
        Self { languages_at: format!("{address}{joint}"), ..self }
    }

    /// Whether it tells a refusal.
    pub(super) const fn is_refused(&self) -> bool {
        self.told.is_some()
    }

    /// The same with a refusal.
    pub(super) fn telling(mut self, fault: &Fault, request: String) -> Self {
        let sentence = self.language.problem(fault.code);
        let wait = fault.retry_after.map(|seconds| self.language.texts.wait_seconds(seconds));
        self.told = Some(Told { sentence, code: fault.code, wait, request });
        self
    }
}

/// What was typed before, to be kept after a refusal; never the password.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) user: String,
    pub(super) directory: String,
    /// Whether a new password is asked for.
    pub(super) renews: bool,
    /// What is wrong with the new password.
    pub(super) broken: Vec<String>,
}

/// The rules that a refused password breaks, in the reader's language.
pub(super) fn broken(app: &App, reader: Reader, fault: &Fault) -> Vec<String> {
    let now = app.clock.micros();
    let at = |seconds: i64| clock(app, now.plus_seconds(seconds), now);
    reader.language.password.all_broken(fault, &at)
}

/// The change of the own password.
pub(super) fn own_password(frame: Frame, session: &Session, broken: Vec<String>) -> String {
    let name = session.holder.label.clone();
    written(&OwnPassword { frame: frame.at("/lite/password"), name, broken })
}

/// The log-on; with somebody in charge it is a change of user.
pub(super) fn log_on(app: &App, frame: Frame, in_charge: Option<&Session>, kept: Kept) -> String {
    let texts = &frame.language.texts;
    let plant = app.live.plant();
    let usable = plant.directories.iter().filter(|directory| directory.enabled);
    written(&LogOn {
        title: if in_charge.is_some() { &texts.change_user } else { &texts.log_on },
        notice: app.config.notice.text.clone(),
        stays: in_charge.map(|session| texts.stays_in_charge(&session.holder.label)),
        directories: usable.map(|directory| directory.name.clone()).collect(),
        directory: kept.directory,
        user: kept.user,
        by_ticket: single::is_offered(app),
        renews: kept.renews,
        broken: kept.broken,
        frame,
    })
}

/// Who is in charge, and until when; asked for again before it may no longer be believed.
///
/// That it comes again by itself is part of what it tells (WCAG 2.2.1, the exception
/// for events of the moment): who has left must not stand there.
pub(super) fn station(app: &App, reader: Reader, frame: Frame, session: &Session, own: bool) -> Response {
    let (now, shown) = (app.clock.micros(), app.shown_own(session));
    let left = shown.idle_ends_at.0.since(now) / Micros::SECOND;
    let refresh = (left + 1).clamp(1, i64::from(shown.lease.seconds.max(1)));
    let at = |at: Micros| clock(app, at, now);
    let days = |at: Micros| at.since(now).div_euclid(DAY);
    let texts = &frame.language.texts;
    let ahead = i64::from(shown.password_notice_days.unwrap_or(0));
    let password_ends = shown.password_ends_at.map(|ends| days(ends.0)).filter(|days| *days <= ahead);
    let roles: Vec<&str> = shown.roles.iter().map(|role| role.name.as_str()).collect();
    let text = written(&Station {
        roles: roles.join(", "),
        since: at(shown.started_at.0),
        idle_ends: at(shown.idle_ends_at.0),
        ends: at(shown.ends_at.0),
        left: format!("{}:{:02}", left.max(0) / 60, left.max(0) % 60),
        // What is told to the person alone is told to nobody else at the station.
        password_ends: password_ends.filter(|_| own).map(|days| texts.password_ends(days.max(0))),
        name: shown.person.name,
        user: shown.user.name,
        directory: shown.directory.name,
        emergency: shown.emergency,
        own,
        frame: frame.at("/lite/station"),
    });
    let mut response = answer(StatusCode::OK, reader, text);
    response.headers_mut().insert(header::REFRESH, HeaderValue::from(refresh));
    response
}

/// A refusal with nothing else on the page.
pub(super) fn refused(frame: Frame, forget: bool) -> String {
    written(&Refused { frame, forget })
}

pub(super) fn written(page: &impl Template) -> String {
    // Writing to memory cannot fail; an empty page would be seen at once.
    page.render().unwrap_or_default()
}

/// A time on the plant's clock; the date stands before it unless it is today.
pub(super) fn clock(app: &App, at: Micros, now: Micros) -> String {
    let zoned = |at: Micros| {
        let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
        at.to_zoned(app.clock.zone().clone())
    };
    let (at, today) = (zoned(at), zoned(now).date());
    let form = if at.date() == today { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// A page as it is answered.
pub(super) fn answer(status: StatusCode, reader: Reader, text: String) -> Response {
    let mut response = (status, Html(text)).into_response();
    dress(response.headers_mut(), reader);
    response
}

/// The way to another page, with what the browser is to keep.
pub(super) fn go(to: &str, reader: Reader, mut headers: HeaderMap) -> Response {
    // The addresses are our own: nothing in them is unfit for a header.
    if let Ok(to) = HeaderValue::from_str(to) {
        headers.insert(header::LOCATION, to);
    }
    dress(&mut headers, reader);
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn dress(headers: &mut HeaderMap, reader: Reader) {
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // Browsers that do not tell the site of a request tell its origin only so.
        (header::REFERRER_POLICY, "same-origin"),
        (header::VARY, "accept-language, cookie"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.language.tag));
    reader.keep(headers);
}

/// Whoever is in charge where the caller stands: at the station that proved
/// itself, or without one the caller.
pub(super) fn in_charge(app: &App, caller: &Caller) -> Option<Arc<Session>> {
    let here = match caller.station() {
        Some(station) => app.live.sessions().at(station.id),
        None => caller.session().cloned(),
    };
    here.filter(|session| session.over(app.clock.micros()).is_none())
}
