//! Whether a token is believed.

use super::super::chance::Chance;
use super::super::der::{SEQUENCE, TIME, Writer};
use super::super::error::Unreadable;
use super::super::gss::{self, Over};
use super::super::request::{encrypted_data, usage};
use super::super::time::Second;
use super::keytab::Found;
use super::replay::First;
use super::request::{Authenticator, Inside};
use super::{Keytab, Offer, Replays, pac};
use crate::ldap::Sid;
use pforte_model::time::Micros;
use subtle::ConstantTimeEq;

/// By how many seconds clocks may differ.
const SKEW: i64 = 300;

/// Options of a request: in the session's key; the server proves itself too.
const IN_SESSION_KEY: u32 = 0x4000_0000;
const MUTUAL: u32 = 0x2000_0000;

/// Flags of a ticket: not valid yet; for anonymous clients.
const INVALID: u32 = 0x0100_0000;
const ANONYMOUS: u32 = 0x0000_8000;

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is nothing that a client with a ticket sends.
    #[error("the token is not readable")]
    Unreadable,
    /// The client has no ticket, or prefers another mechanism.
    #[error("the client sent no Kerberos ticket but something else, such as NTLM")]
    NotKerberos,
    /// It is from another realm, or for a client of another one.
    #[error("the ticket is from another realm")]
    Realm,
    /// It is for a service of which the keytab has no key.
    #[error(
        "the ticket is for a service that is not in the keytab; compare the address in the browser with the keytab"
    )]
    Service,
    /// It is not encrypted with AES.
    #[error("the ticket is not encrypted with AES, or the keytab has no key of its kind")]
    Encryption,
    /// The account's password was changed after the keytab was exported, or before the
    /// ticket was.
    #[error(
        "the ticket is encrypted with a key of another version than the keytab's; export the keytab again, or have the person log on to the computer anew"
    )]
    Version,
    /// No key opens it, or it was altered.
    #[error("the ticket or its proof was altered, or the key in the keytab is wrong")]
    Altered,
    /// It has ended.
    #[error("the ticket has ended")]
    Expired,
    /// It does not count yet.
    #[error("the ticket does not count yet")]
    NotYet,
    /// The clocks differ.
    #[error("the clocks of the client and of this computer differ by more than five minutes")]
    Skew,
    /// It was used before.
    #[error("the proof was used before")]
    Replayed,
    /// One person used too many in a short time.
    #[error("too many log-ons by tickets in a short time")]
    TooMany,
    /// It was made for another TLS connection than one to this server.
    #[error("the ticket was sent through a connection to another certificate: somebody may stand between")]
    Binding,
    /// Something about it that no ticket of a domain has.
    #[error("the ticket is bound to network addresses, anonymous, or not of a usual form")]
    Form,
    /// It does not say who it is.
    #[error("the ticket holds no security identifier of the user")]
    NoPac,
    /// The domain did not sign who it is.
    #[error("what the ticket says about the user is not signed by the domain")]
    PacFalse,
}

impl From<Unreadable> for Refused {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}

/// Where a token is taken.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// The keys of the service.
    pub keytab: &'a Keytab,
    /// The realm whose people are taken.
    pub realm: &'a str,
    /// What our TLS connections are bound to (`tls-server-end-point`), if that is
    /// defined for our certificate.
    pub binding: Option<&'a [u8]>,
    /// The time.
    pub now: Micros,
    /// What nobody can guess.
    pub chance: &'a Chance,
}

/// A person who proved themselves by a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The name in the realm, as the domain wrote it.
    pub client: String,
    /// The realm.
    pub realm: String,
    /// Who it is.
    pub user: Sid,
    /// What is sent back, so that the client knows that we could read the ticket.
    pub answer: Vec<u8>,
}

impl Offer<'_> {
    /// Checks everything; what is accepted once is not accepted again.
    pub fn accept(&self, here: &Here<'_>, replays: &Replays) -> Result<Accepted, Refused> {
        let (inside, user) = self.ticket(here)?;
        let authenticator = self.authenticator(&inside, here)?;
        let now = Second::of(here.now).0;
        let person = inside.client.parts().join("/");
        let ends = authenticator.time.0.plus(SKEW);
        match replays.note(self.request.authenticator.bytes, &person, ends, now) {
            First::Yes => {}
            First::No => return Err(Refused::Replayed),
            First::Full => return Err(Refused::TooMany),
        }
        let answer = self.answer(&inside, &authenticator, here.chance);
        Ok(Accepted { client: person, realm: inside.realm, user, answer })
    }

    /// The inside of the ticket and who it is for, by the domain's word.
    fn ticket(&self, here: &Here<'_>) -> Result<(Inside, Sid), Refused> {
        let ticket = &self.request.ticket;
        if !ticket.realm.eq_ignore_ascii_case(here.realm) {
            return Err(Refused::Realm);
        }
        if self.request.options & IN_SESSION_KEY != 0 {
            return Err(Refused::Form);
        }
        let service = (ticket.realm.as_str(), &ticket.service);
        let key = match here.keytab.find(service, ticket.sealed.version, ticket.sealed.etype) {
            Found::Key(key) => key,
            Found::NoService => return Err(Refused::Service),
            Found::NoEtype => return Err(Refused::Encryption),
            Found::OtherVersion => return Err(Refused::Version),
        };
        let inside = Inside::read(&ticket.sealed.open(key, usage::TICKET)?)?;
        let now = Second::of(here.now).0;
        if inside.flags & (INVALID | ANONYMOUS) != 0 || inside.addressed {
            return Err(Refused::Form);
        }
        if !inside.realm.eq_ignore_ascii_case(here.realm) {
            return Err(Refused::Realm);
        }
        if inside.starts > now.plus(SKEW) {
            return Err(Refused::NotYet);
        }
        if inside.ends < now.plus(-SKEW) {
            return Err(Refused::Expired);
        }
        let user = pac::user(inside.pac.as_deref().ok_or(Refused::NoPac)?, key)?;
        Ok((inside, user))
    }

    /// The proof that the ticket's owner made it now, for this connection.
    fn authenticator(&self, inside: &Inside, here: &Here<'_>) -> Result<Authenticator, Refused> {
        let opened = self.request.authenticator.open(&inside.session, usage::AUTHENTICATOR)?;
        let authenticator = Authenticator::read(&opened)?;
        if authenticator.client != inside.client || authenticator.realm != inside.realm {
            return Err(Refused::Altered);
        }
        let apart = authenticator.time.0.0.abs_diff(Second::of(here.now).0.0);
        if apart > SKEW.unsigned_abs() {
            return Err(Refused::Skew);
        }
        bound(&authenticator, here.binding)?;
        Ok(authenticator)
    }

    /// The proof of ourselves (`AP-REP`), if it was asked for.
    fn answer(&self, inside: &Inside, authenticator: &Authenticator, chance: &Chance) -> Vec<u8> {
        if self.request.options & MUTUAL == 0 {
            return Vec::new();
        }
        let (second, micros) = authenticator.time;
        let part = Writer::write(|to| {
            to.holding(0x7b, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_bytes(0, TIME, second.text().as_bytes());
                    to.field_number(1, micros);
                    to.field_number(3, chance.number().into());
                });
            });
        });
        let sealed = inside.session.encrypt(usage::AP_REPLY, &part, chance);
        let proof = Writer::write(|to| {
            to.holding(0x6f, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_number(1, 15);
                    to.holding(0xa2, |to| encrypted_data(to, inside.session.etype(), &sealed));
                });
            });
        });
        self.wrapping.answer(&proof)
    }
}

/// Whether the connection that the client speaks of is one of ours. A client that
/// speaks of none is taken, unless it says that it always does.
fn bound(authenticator: &Authenticator, ours: Option<&[u8]>) -> Result<(), Refused> {
    let Some((kind, wishes)) = &authenticator.checksum else { return Err(Refused::Form) };
    if i64::from(*kind) != gss::WISHES || wishes.len() < 24 {
        return Err(Refused::Form);
    }
    let (Some([16, 0, 0, 0]), Some(told)) = (wishes.first_chunk(), wishes.get(4..20)) else {
        return Err(Refused::Form);
    };
    if told == [0; 16] {
        return if authenticator.binds && ours.is_some() { Err(Refused::Binding) } else { Ok(()) };
    }
    let ours = ours.map(|ours| gss::binding(Over::Tls(ours)));
    if ours.is_some_and(|ours| bool::from(ours.ct_eq(told))) { Ok(()) } else { Err(Refused::Binding) }
}
