//! Who calls: proved by a token or a credential, never by a name that is told.

use crate::app::{App, Shared};
use crate::edge::Peer;
use crate::fault::Fault;
use crate::http::kernel::RequestId;
use crate::live::plant::{Application, Station};
use crate::live::session::Session;
use crate::service::scribe::Origin;
use crate::token::{self, Purpose, TokenHash};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use pforte_model::event::Actor;
use pforte_wire::problem::Code;
use std::sync::Arc;

/// The header in which a station proves itself.
pub const STATION_HEADER: &str = "pforte-station";

/// The cookie of a browser's session. The prefix makes browsers insist on
/// `Secure`, no `Domain` and the path `/` (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-pforte";

/// What the caller proved to be.
#[derive(Clone)]
enum Identity {
    Nobody,
    Person(Arc<Session>),
    Application(Arc<Application>),
}

/// Who calls, and from which station.
#[derive(Clone)]
pub struct Caller {
    app: Shared,
    identity: Identity,
    station: Option<Arc<Station>>,
    request: String,
}

impl Caller {
    /// The parts of the server.
    #[must_use]
    pub fn app(&self) -> &Shared {
        &self.app
    }

    /// Whether the caller is a person or an application at all.
    pub fn proved(&self) -> Result<(), Fault> {
        match self.identity {
            Identity::Nobody => Err(Code::CredentialsMissing.into()),
            Identity::Person(_) | Identity::Application(_) => Ok(()),
        }
    }

    /// The person's session, for what every logged-on person may do.
    pub fn person(&self) -> Result<&Arc<Session>, Fault> {
        match &self.identity {
            Identity::Person(session) => Ok(session),
            Identity::Application(_) => {
                Err(Fault::about(Code::NotAllowed, "This is for persons, not for applications."))
            }
            Identity::Nobody => Err(Code::CredentialsMissing.into()),
        }
    }

    /// The session of the caller, if it is a person.
    #[must_use]
    pub fn session(&self) -> Option<&Arc<Session>> {
        match &self.identity {
            Identity::Person(session) => Some(session),
            Identity::Application(_) | Identity::Nobody => None,
        }
    }

    /// The application, for what only applications may do.
    pub fn application(&self) -> Result<&Arc<Application>, Fault> {
        match &self.identity {
            Identity::Application(application) => Ok(application),
            Identity::Person(_) => {
                Err(Fault::about(Code::NotAllowed, "This is for applications, not for persons."))
            }
            Identity::Nobody => Err(Code::CredentialsMissing.into()),
        }
    }

    /// The station that proved itself with this request.
    #[must_use]
    pub const fn station(&self) -> Option<&Arc<Station>> {
        self.station.as_ref()
    }

    /// What every event of this request shares.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let (who, application) = match &self.identity {
            Identity::Nobody => (Actor::Stranger, None),
            Identity::Person(session) => (session.holder.actor(), None),
            Identity::Application(application) => {
                (Actor::Application(application.named()), Some(application.named()))
            }
        };
        let station = self.station.as_ref().map(|station| station.named());
        Origin { who, station, application, request: Some(self.request.clone()) }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Fault> {
        let request = parts.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let station = station(app, &parts.headers)?;
        let identity = identity(app, parts)?;
        if let Identity::Person(session) = &identity {
            bound(session, station.as_deref())?;
            if parts.method != Method::GET {
                session.touch(app.clock.micros());
            }
        }
        if let Some(peer) = parts.extensions.get::<Peer>()
            && (station.is_some() || !matches!(identity, Identity::Nobody))
        {
            peer.known();
        }
        Ok(Self { app: Arc::clone(app), identity, station, request })
    }
}

/// A session counts only at the station it was made at, proved again.
fn bound(session: &Session, station: Option<&Station>) -> Result<(), Fault> {
    match (session.station, station.map(|station| station.id)) {
        (Some(own), proved) if proved != Some(own) => Err(Code::StationMismatch.into()),
        _ => Ok(()),
    }
}

fn station(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Station>>, Fault> {
    let known = match told(headers, STATION_HEADER, "") {
        Told::Nothing => return Ok(None),
        Told::Token(Purpose::Station, hash) => app.live.plant().station_by_credential(&hash),
        Told::Token(..) | Told::Wrong => None,
    };
    known.map(Some).ok_or_else(|| Code::StationUnproven.into())
}

fn identity(app: &App, parts: &Parts) -> Result<Identity, Fault> {
    match told(&parts.headers, header::AUTHORIZATION.as_str(), "Bearer ") {
        Told::Token(Purpose::Session, hash) => return person(app, &hash),
        Told::Token(Purpose::Application, hash) => return application(app, &hash),
        Told::Token(Purpose::Station, _) | Told::Wrong => return Err(Code::TokenInvalid.into()),
        Told::Nothing => {}
    }
    match cookie(&parts.headers).and_then(token::read) {
        Some((Purpose::Session, hash)) => {
            same_site(parts)?;
            // An old cookie must not keep a person from logging on anew.
            Ok(person(app, &hash).unwrap_or(Identity::Nobody))
        }
        _ => Ok(Identity::Nobody),
    }
}

/// What a header tells as proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There is no such header.
    Nothing,
    /// Something that cannot be a token.
    Wrong,
    /// A token of this kind; whether it counts is not known yet.
    Token(Purpose, TokenHash),
}

/// The proof in a header behind this prefix.
///
/// Two proofs in one request prove nothing: which one counts could be read
/// differently elsewhere.
pub(crate) fn told(headers: &HeaderMap, name: &str, prefix: &str) -> Told {
    let mut all = headers.get_all(name).iter();
    let text = match (all.next(), all.next()) {
        (None, _) => return Told::Nothing,
        (Some(one), None) => one.to_str().ok(),
        (Some(_), Some(_)) => None,
    };
    let token = text.and_then(|text| text.strip_prefix(prefix)).and_then(token::read);
    token.map_or(Told::Wrong, |(purpose, hash)| Told::Token(purpose, hash))
}

fn person(app: &App, hash: &TokenHash) -> Result<Identity, Fault> {
    let session = app.live.sessions().by_token(hash);
    let running = session.filter(|session| session.over(app.clock.micros()).is_none());
    running.map(Identity::Person).ok_or_else(|| Code::TokenInvalid.into())
}

fn application(app: &App, hash: &TokenHash) -> Result<Identity, Fault> {
    let known = app.live.plant().application_by_credential(hash);
    known.map(Identity::Application).ok_or_else(|| Code::TokenInvalid.into())
}

pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// A browser sends the cookie by itself, so a change must come from our own page:
/// the browser's own word for it (`Sec-Fetch-Site`), or an `Origin` that is ours.
pub(crate) fn same_site(parts: &Parts) -> Result<(), Fault> {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host").or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => host.is_some_and(|host| origin == format!("https://{host}")),
        (None, None) => false,
    };
    if own { Ok(()) } else { Err(Code::CrossSite.into()) }
}
