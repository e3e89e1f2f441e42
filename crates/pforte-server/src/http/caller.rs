//! Who calls: proved by a token or a credential, never by a name that is told.

use crate::app::{App, Shared};
use crate::edge::Peer;
use crate::fault::Fault;
use crate::http::kernel::RequestId;
use crate::http::{cookie, negotiate};
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
        let station = station(app, parts)?;
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

/// The station that a request proves: by the header, or by a browser's cookie,
/// which counts only where the header is not there.
pub(super) fn station(app: &App, parts: &Parts) -> Result<Option<Arc<Station>>, Fault> {
    let known = match told(&parts.headers, STATION_HEADER, "") {
        Told::Token(Purpose::Station, hash) => app.live.plant().station_by_credential(&hash),
        Told::Token(..) | Told::Wrong => None,
        Told::Nothing => match cookie::value(&parts.headers, cookie::STATION) {
            Some(credential) => {
                same_site(parts)?;
                proved(app, credential)
            }
            None => return Ok(None),
        },
    };
    known.map(Some).ok_or_else(|| Code::StationUnproven.into())
}

/// The station that a credential proves.
pub(crate) fn proved(app: &App, credential: &str) -> Option<Arc<Station>> {
    match token::read(credential)? {
        (Purpose::Station, hash) => app.live.plant().station_by_credential(&hash),
        _ => None,
    }
}

fn identity(app: &App, parts: &Parts) -> Result<Identity, Fault> {
    match told(&parts.headers, header::AUTHORIZATION.as_str(), "Bearer ") {
        Told::Token(Purpose::Session, hash) => return person(app, &hash),
        Told::Token(Purpose::Application, hash) => return application(app, &hash),
        // A ticket proves somebody to the log-on alone.
        Told::Wrong if negotiate::is_shown(&parts.headers) => {}
        Told::Token(Purpose::Station, _) | Told::Wrong => return Err(Code::TokenInvalid.into()),
        Told::Nothing => {}
    }
    match cookie::value(&parts.headers, cookie::SESSION).and_then(token::read) {
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

/// A browser sends its cookies by itself, so a change by them must come from our own page.
pub(crate) fn same_site(parts: &Parts) -> Result<(), Fault> {
    if matches!(parts.method, Method::GET | Method::HEAD) { Ok(()) } else { cookie::own_page(parts) }
}
