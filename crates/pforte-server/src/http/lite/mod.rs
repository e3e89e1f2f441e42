//! Plain pages for old panels: log on, who is here, change user, log off, sign.
//!
//! They are written by the server and work without script. A form does what the
//! API does, by the same functions: the same throttle, the same strength, the same
//! events. A form that another site's page sends is refused.
//!
//! # Where to start reading
//!
//! [`router`] lists the pages, `pages` writes them, `sign` are those for signatures,
//! `texts` has their words, `reader` chooses the language.

mod pages;
mod reader;
mod sign;
mod texts;

use super::caller::Caller;
use super::cookie::{self, Browser, OwnPage};
use super::kernel::RequestId;
use super::negotiate::{self, Ticket};
use crate::app::Shared;
use crate::fault::Fault;
use crate::service::{logon, sessions, single};
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use pages::{Frame, Kept};
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use pforte_wire::session::{LogOn, LoggedOn};
use pforte_wire::user::ChangePassword;
use reader::Reader;
use serde::Deserialize;

const LOG_ON: &str = "/lite/logon";
const STATION: &str = "/lite/station";
const PASSWORD: &str = "/lite/password";

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/lite", get(start))
        .route(LOG_ON, get(log_on_page).post(log_on))
        .route("/lite/negotiate", post(log_on_by_ticket))
        .route(STATION, get(station))
        .route(PASSWORD, get(password_page).post(change_password))
        .route("/lite/stay", post(stay))
        .route("/lite/logoff", post(log_off))
        .route("/lite/forget", post(forget))
        .route("/lite/style.css", get(style))
        .merge(sign::router())
}

/// What a request of a page brings besides its own.
struct Asking {
    app: Shared,
    reader: Reader,
    request: String,
}

impl axum::extract::FromRequestParts<Shared> for Asking {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &Shared,
    ) -> Result<Self, Self::Rejection> {
        let reader = Reader::from_request_parts(parts, app).await?;
        let request = parts.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        Ok(Self { app: Shared::clone(app), reader, request })
    }
}

impl Asking {
    /// The frame of a page of this caller, with a refusal if there is one.
    fn frame(&self, caller: &Caller, fault: Option<&Fault>) -> Frame {
        let frame = Frame::new(&self.app, self.reader, Some(caller));
        match fault {
            Some(fault) => frame.telling(fault, self.request.clone()),
            None => frame,
        }
    }

    /// A page that tells a refusal and nothing else.
    fn refused(self, fault: &Fault) -> Response {
        // What the browser keeps proves nothing any more, so that it can only be forgotten.
        let forget = matches!(fault.code, Code::StationUnproven | Code::StationMismatch);
        let frame = Frame::new(&self.app, self.reader, None).telling(fault, self.request);
        pages::answer(status(fault), self.reader, pages::refused(frame, forget))
    }
}

fn status(fault: &Fault) -> StatusCode {
    StatusCode::from_u16(fault.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// To who is in charge, or to the log-on.
async fn start(asking: Asking, caller: Result<Caller, Fault>) -> Response {
    let somebody = caller.is_ok_and(|caller| pages::in_charge(&asking.app, &caller).is_some());
    pages::go(if somebody { STATION } else { LOG_ON }, asking.reader, HeaderMap::new())
}

async fn log_on_page(asking: Asking, caller: Result<Caller, Fault>) -> Response {
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => return asking.refused(&fault),
    };
    let frame = Frame::new(&asking.app, asking.reader, Some(&caller));
    let before = pages::in_charge(&asking.app, &caller);
    let text = pages::log_on(&asking.app, frame, before.as_deref(), Kept::default());
    pages::answer(StatusCode::OK, asking.reader, text)
}

/// What is typed at the log-on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    user: String,
    password: Secret,
    #[serde(default)]
    directory: String,
    #[serde(default)]
    new_password: Option<Secret>,
    #[serde(default)]
    again: Option<Secret>,
}

/// What is typed to change the own password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedChange {
    password: Secret,
    new_password: Secret,
    again: Secret,
}

/// Whether a new password was typed twice the same.
fn differ(new: &Secret, again: &Secret) -> bool {
    new.expose() != again.expose()
}

async fn log_on(
    asking: Asking,
    own: Result<OwnPage, Fault>,
    caller: Result<Caller, Fault>,
    sent: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let (caller, typed) = match (own.and(caller), typed) {
        (Ok(caller), Ok(Form(typed))) => (caller, typed),
        (Err(fault), _) => return asking.refused(&fault),
        (Ok(_), Err(_)) => return asking.refused(&Code::BodyInvalid.into()),
    };
    let Typed { user, password, directory, new_password, again: repeated } = typed;
    let mut kept = Kept { user: user.clone(), directory: directory.clone(), ..Kept::default() };
    if let (Some(new), Some(repeated)) = (&new_password, &repeated)
        && differ(new, repeated)
    {
        (kept.renews, kept.broken) = (true, vec![asking.reader.language.password.differs.clone()]);
        return again(&asking, &caller, None, kept);
    }
    let directory = Some(directory).filter(|name| !name.is_empty());
    match begin(&caller, &sent, LogOn { directory, user, password, new_password, cookie: true }).await {
        Ok(headers) => pages::go(STATION, asking.reader, headers),
        Err(fault) => {
            kept.renews =
                matches!(fault.code, Code::PasswordMustChange | Code::PasswordExpired | Code::PasswordUnfit);
            kept.broken = pages::broken(&asking.app, asking.reader, &fault);
            again(&asking, &caller, Some(&fault), kept)
        }
    }
}

/// Logs on by the ticket that the browser holds; asks for it where there is none yet.
async fn log_on_by_ticket(
    asking: Asking,
    own: Result<OwnPage, Fault>,
    caller: Result<Caller, Fault>,
    ticket: Result<Ticket, Fault>,
    sent: HeaderMap,
) -> Response {
    let (caller, ticket) = match (own.and(caller), ticket) {
        (Ok(caller), Ok(ticket)) => (caller, ticket),
        (Err(fault), _) | (Ok(_), Err(fault)) => return asking.refused(&fault),
    };
    if !single::is_offered(&asking.app) {
        return again(&asking, &caller, Some(&Code::SingleSignOnOff.into()), Kept::default());
    }
    let Some(token) = ticket.token else {
        let mut response = again(&asking, &caller, Some(&Code::TicketNeeded.into()), Kept::default());
        negotiate::demand(response.headers_mut());
        return response;
    };
    match single::log_on(&caller, &token).await {
        Ok((begun, answer)) => {
            let mut headers = match kept(&caller, &sent, begun) {
                Ok(headers) => headers,
                Err(fault) => return again(&asking, &caller, Some(&fault), Kept::default()),
            };
            negotiate::prove(&mut headers, &answer);
            pages::go(STATION, asking.reader, headers)
        }
        Err(fault) => again(&asking, &caller, Some(&fault), Kept::default()),
    }
}

/// Logs on as the API does; gives what the browser is to keep.
async fn begin(caller: &Caller, sent: &HeaderMap, asked: LogOn) -> Result<HeaderMap, Fault> {
    kept(caller, sent, logon::log_on(caller, asked).await?)
}

/// What the browser is to keep of a session.
fn kept(caller: &Caller, sent: &HeaderMap, begun: LoggedOn) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    cookie::keep_station(&mut headers, sent, caller)?;
    if let Some(token) = begun.token {
        cookie::session(&mut headers, token.expose())?;
    }
    Ok(headers)
}

/// The log-on once more, with the refusal and the name that was typed.
fn again(asking: &Asking, caller: &Caller, fault: Option<&Fault>, kept: Kept) -> Response {
    let before = pages::in_charge(&asking.app, caller);
    let frame = asking.frame(caller, fault);
    let text = pages::log_on(&asking.app, frame, before.as_deref(), kept);
    refused(asking.reader, fault, text)
}

/// A page after a refusal; without a fault what was typed twice differs.
fn refused(reader: Reader, fault: Option<&Fault>, text: String) -> Response {
    let mut response = pages::answer(fault.map_or(StatusCode::BAD_REQUEST, status), reader, text);
    if let Some(seconds) = fault.and_then(|fault| fault.retry_after) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The change of the own password, for who is logged on here.
async fn password_page(asking: Asking, caller: Result<Caller, Fault>) -> Response {
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => return asking.refused(&fault),
    };
    let Some(session) = caller.session() else {
        return pages::go(LOG_ON, asking.reader, HeaderMap::new());
    };
    let text = pages::own_password(asking.frame(&caller, None), session, Vec::new());
    pages::answer(StatusCode::OK, asking.reader, text)
}

async fn change_password(
    asking: Asking,
    own: Result<OwnPage, Fault>,
    caller: Result<Caller, Fault>,
    typed: Result<Form<TypedChange>, FormRejection>,
) -> Response {
    let (caller, typed) = match (own.and(caller), typed) {
        (Ok(caller), Ok(Form(typed))) => (caller, typed),
        (Err(fault), _) => return asking.refused(&fault),
        (Ok(_), Err(_)) => return asking.refused(&Code::BodyInvalid.into()),
    };
    let Some(session) = caller.session().cloned() else {
        return pages::go(LOG_ON, asking.reader, HeaderMap::new());
    };
    let TypedChange { password, new_password, again } = typed;
    let (fault, broken) = if differ(&new_password, &again) {
        (None, vec![asking.reader.language.password.differs.clone()])
    } else {
        let asked = ChangePassword { directory: None, user: None, password, new_password };
        match logon::change_password(&caller, asked).await {
            Ok(()) => return pages::go(STATION, asking.reader, HeaderMap::new()),
            Err(fault) => {
                let broken = pages::broken(&asking.app, asking.reader, &fault);
                (Some(fault), broken)
            }
        }
    };
    let text = pages::own_password(asking.frame(&caller, fault.as_ref()), &session, broken);
    refused(asking.reader, fault.as_ref(), text)
}

async fn station(asking: Asking, caller: Result<Caller, Fault>) -> Response {
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => return asking.refused(&fault),
    };
    let Some(session) = pages::in_charge(&asking.app, &caller) else {
        return pages::go(LOG_ON, asking.reader, HeaderMap::new());
    };
    let own = caller.session().is_some_and(|own| own.id == session.id);
    let frame = Frame::new(&asking.app, asking.reader, Some(&caller));
    pages::station(&asking.app, asking.reader, frame, &session, own)
}

/// Who calls has done something, and with that stays.
async fn stay(asking: Asking, own: Result<OwnPage, Fault>, caller: Result<Caller, Fault>) -> Response {
    match own.and(caller) {
        Ok(_) => pages::go(STATION, asking.reader, HeaderMap::new()),
        Err(fault) => asking.refused(&fault),
    }
}

async fn log_off(asking: Asking, own: Result<OwnPage, Fault>, caller: Result<Caller, Fault>) -> Response {
    match ended(own.and(caller)).await {
        Ok(headers) => pages::go(LOG_ON, asking.reader, headers),
        Err(fault) => asking.refused(&fault),
    }
}

async fn ended(caller: Result<Caller, Fault>) -> Result<HeaderMap, Fault> {
    let caller = caller?;
    // Whose session has ended meanwhile is logged off already.
    if caller.session().is_some() {
        sessions::log_off(&caller).await?;
    }
    let mut headers = HeaderMap::new();
    cookie::forget(&mut headers, cookie::SESSION)?;
    Ok(headers)
}

/// Forgets what no longer proves anything; what does stays.
async fn forget(
    asking: Asking,
    own: Result<OwnPage, Fault>,
    caller: Result<Caller, Fault>,
    browser: Browser,
) -> Response {
    let mut headers = HeaderMap::new();
    if let Err(fault) = own {
        return asking.refused(&fault);
    }
    let stale = [(browser.station.is_err(), cookie::STATION), (caller.is_err(), cookie::SESSION)];
    for (_, name) in stale.into_iter().filter(|(stale, _)| *stale) {
        if let Err(fault) = cookie::forget(&mut headers, name) {
            return asking.refused(&fault);
        }
    }
    pages::go(LOG_ON, asking.reader, headers)
}

async fn style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("style.css"))
}
