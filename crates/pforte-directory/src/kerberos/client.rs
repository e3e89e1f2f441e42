//! Getting tickets.

use super::chance::Chance;
use super::error::{Error, code};
use super::kdc;
use super::key::{Etype, Key};
use super::name::Name;
use super::reply::{self, Given, KeyInformation, Part, Said, Ticket};
use super::request::{self, Asked, Held, usage};
use super::time::Second;
use crate::ldap::Clock;
use crate::secret::Password;
use pforte_model::time::Micros;
use std::fmt;
use std::net::SocketAddr;
use tokio::time::Instant;

/// A ticket is not used any more when it ends within so many seconds.
const MARGIN: i64 = 300;

/// A ticket with the key that came with it. The key is never shown.
#[derive(Clone, Debug)]
pub struct Credential {
    pub(super) ticket: Ticket,
    pub(super) session: Key,
    pub(super) realm: String,
    pub(super) client: Name,
    pub(super) ends: Second,
}

impl Credential {
    /// Whether it can be used for a while yet.
    #[must_use]
    pub fn is_good(&self, now: Micros) -> bool {
        self.ends > Second::of(now).0.plus(MARGIN)
    }

    /// Whose it is, as the server names its owner.
    #[must_use]
    pub const fn client(&self) -> &Name {
        &self.client
    }

    pub(super) fn held(&self) -> Held<'_> {
        Held { ticket: &self.ticket, session: &self.session, realm: &self.realm, client: &self.client }
    }
}

/// Gets tickets in one realm.
#[derive(Clone)]
pub struct Client {
    realm: String,
    pub(super) clock: Clock,
    pub(super) chance: Chance,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.realm)
    }
}

/// What a password is tried with.
struct Try<'a> {
    centre: SocketAddr,
    name: &'a Name,
    server: &'a Name,
    key: Key,
}

impl Client {
    /// A client in the realm of a domain.
    #[must_use]
    pub fn new(domain: &str, clock: Clock, chance: Chance) -> Self {
        Self { realm: domain.to_ascii_uppercase(), clock, chance }
    }

    /// The realm.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// Tries a password, once: the proof goes to one of `centres`, and never to
    /// a second one. That the ticket is real is not shown yet: whoever answers
    /// may have made up both.
    pub async fn log_in(
        &self,
        centres: &[SocketAddr],
        name: &Name,
        password: &Password,
        until: Instant,
    ) -> Result<Credential, Error> {
        self.log_in_for(&Name::tickets(&self.realm), centres, (name, password), until).await
    }

    /// The same for another service than the one that gives tickets.
    pub(super) async fn log_in_for(
        &self,
        server: &Name,
        centres: &[SocketAddr],
        (name, password): (&Name, &Password),
        until: Instant,
    ) -> Result<Credential, Error> {
        let asked = self.asked(server);
        let question = request::initial(&asked, name, None);
        let (answer, centre) = kdc::ask_any(centres, &question, until).await?;
        let keys = match reply::read(&answer, 11)? {
            Said::Given(given) => given.keys,
            Said::Refused(refusal, keys) if refusal.code == code::PREAUTH_REQUIRED => keys,
            Said::Refused(refusal, _) => return Err(Error::Refused(refusal)),
        };
        let key = self.key(&keys, name, password)?;
        self.prove(&Try { centre, name, server, key }, until).await
    }

    /// The strongest key that the server knows too.
    fn key(&self, keys: &[KeyInformation], name: &Name, password: &Password) -> Result<Key, Error> {
        let strongest = Etype::ALL.iter().find_map(|etype| keys.iter().find(|found| found.etype == *etype));
        let found = strongest.ok_or(Error::Etypes)?;
        let usual = || [self.realm.as_str(), &name.parts().concat()].concat().into_bytes();
        let salt = found.salt.clone().unwrap_or_else(usual);
        Key::of_password(found.etype, password.text_for_bind(), &salt, found.rounds).ok_or(Error::Etypes)
    }

    async fn prove(&self, tried: &Try<'_>, until: Instant) -> Result<Credential, Error> {
        let asked = self.asked(tried.server);
        let proof = request::timestamp(&tried.key, asked.now, &self.chance);
        let question = request::initial(&asked, tried.name, Some(&proof));
        let answer = kdc::ask(tried.centre, &question, until).await?;
        take(&answer, 11, &asked, (&tried.key, usage::AS_REPLY))
    }

    /// A ticket for a service.
    pub async fn ticket(
        &self,
        centres: &[SocketAddr],
        held: &Credential,
        server: &Name,
        until: Instant,
    ) -> Result<Credential, Error> {
        self.further(centres, held, (server, None), until).await
    }

    /// A ticket for a user, encrypted with the session key of a ticket which that
    /// user holds.
    pub(super) async fn ticket_to_user(
        &self,
        centres: &[SocketAddr],
        held: &Credential,
        user: &Credential,
        until: Instant,
    ) -> Result<Credential, Error> {
        self.further(centres, held, (&user.client, Some(&user.ticket)), until).await
    }

    async fn further(
        &self,
        centres: &[SocketAddr],
        held: &Credential,
        (server, session_of): (&Name, Option<&Ticket>),
        until: Instant,
    ) -> Result<Credential, Error> {
        let asked = self.asked(server);
        let question = request::further(&asked, &held.held(), session_of, &self.chance);
        let (answer, _) = kdc::ask_any(centres, &question, until).await?;
        let given = take(&answer, 13, &asked, (&held.session, usage::TGS_REPLY))?;
        let same = given.client.is(&held.client) && given.realm == held.realm;
        if same { Ok(given) } else { Err(Error::False) }
    }

    fn asked<'a>(&'a self, server: &'a Name) -> Asked<'a> {
        Asked { realm: &self.realm, server, nonce: self.chance.number(), now: (self.clock)() }
    }
}

/// The ticket in an answer that is to what was asked.
fn take(answer: &[u8], kind: u8, asked: &Asked<'_>, (key, usage): (&Key, u32)) -> Result<Credential, Error> {
    let given = match reply::read(answer, kind)? {
        Said::Refused(refusal, _) => return Err(Error::Refused(refusal)),
        Said::Given(given) => *given,
    };
    let Given { realm, client, ticket, sealed, .. } = given;
    let part = reply::part(&sealed.open(key, usage)?)?;
    answers(&part, asked)?;
    Ok(Credential { ticket, session: part.session, realm, client, ends: part.ends })
}

fn answers(part: &Part, asked: &Asked<'_>) -> Result<(), Error> {
    let fits = part.nonce == asked.nonce
        && part.realm.eq_ignore_ascii_case(asked.realm)
        && part.server.is(asked.server)
        && part.ends > Second::of(asked.now).0;
    if fits { Ok(()) } else { Err(Error::False) }
}
