//! A person's password, verified at a key distribution centre.
//!
//! A ticket alone proves nothing: who answers a log-on may have made up both the
//! ticket and the password it fits. So the person's ticket is shown back, and
//! one is asked for that only a real centre can make: for the service account,
//! encrypted with a key which the centre and the service account share
//! ("user to user"). What is in that one names the person.
//!
//! A centre tells that an account is disabled before it looks at the password, and to
//! anybody. It is told on to nobody: who has the password could not be told from who
//! has not. Whose password must be changed can still prove it.
//!
//! Of those alone the centre is not proven: it gives them no ticket that could be shown
//! back, only one for changing the password. So a false centre can say that a password is
//! right and must be changed. It gains nothing by it: nobody is let in by that answer,
//! and the change itself goes to a domain controller that proved itself, which checks the
//! old password again.

use super::client::{Client, Credential};
use super::error::{Error, Refusal, code};
use super::name::Name;
use super::reply;
use super::request::usage;
use super::time::Second;
use crate::secret::Password;
use pforte_model::account::AccountState;
use std::net::SocketAddr;
use tokio::time::Instant;

/// How far clocks may differ, in seconds.
const SKEW: i64 = 300;

/// What a password proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is right, and the centre is the one that knows the service account.
    Good,
    /// It is wrong, or there is no such user.
    Wrong,
    /// The account may not log on. But for [`AccountState::Locked`] the password is right,
    /// if the centre is the true one, which nothing shows here.
    State(AccountState),
}

/// Verifies a person's password with one try. `service` is a ticket of the
/// service account that gives tickets.
pub async fn verify(
    client: &Client,
    centres: &[SocketAddr],
    (login, password): (&str, &Password),
    service: &Credential,
    until: Instant,
) -> Result<Outcome, Error> {
    let name = Name::user(login);
    let person = match client.log_in(centres, &name, password, until).await {
        Ok(person) => person,
        Err(Error::Refused(refusal)) => match outcome(refusal)? {
            Outcome::State(state) if state != AccountState::Locked => {
                return changeable(client, centres, (&name, password, state), until).await;
            }
            outcome => return Ok(outcome),
        },
        Err(error) => return Err(error),
    };
    let shown = client.ticket_to_user(centres, &person, service, until).await?;
    proves(&shown, &name, service, Second::of((client.clock)()).0)?;
    Ok(Outcome::Good)
}

/// Verifies the password of somebody who may at most change it, which is in `state`.
async fn changeable(
    client: &Client,
    centres: &[SocketAddr],
    (name, password, state): (&Name, &Password, AccountState),
    until: Instant,
) -> Result<Outcome, Error> {
    if !matches!(state, AccountState::MustChange | AccountState::PasswordExpired) {
        return Ok(Outcome::Wrong);
    }
    match client.log_in_for(&Name::passwords(), centres, (name, password), until).await {
        Ok(_) => Ok(Outcome::State(state)),
        Err(Error::Refused(refusal))
            if refusal.status.and_then(self::state) == Some(AccountState::Locked) =>
        {
            Ok(Outcome::State(AccountState::Locked))
        }
        Err(Error::Refused(_)) => Ok(Outcome::Wrong),
        Err(error) => Err(error),
    }
}

/// Whether the ticket was made by who knows the service account, now, for this
/// person.
fn proves(shown: &Credential, person: &Name, service: &Credential, now: Second) -> Result<(), Error> {
    let inside = reply::inside(&shown.ticket.sealed()?.open(&service.session, usage::TICKET)?)?;
    let fits = inside.client.is(person)
        && inside.realm.eq_ignore_ascii_case(&service.realm)
        // An older ticket, seen on the wire, holds a key that a false centre does not know.
        && inside.session == shown.session
        && (inside.proved.0 - now.0).abs() <= SKEW
        && inside.starts.is_none_or(|starts| starts <= now.plus(SKEW))
        && inside.ends > now;
    if fits { Ok(()) } else { Err(Error::False) }
}

/// Windows statuses that tell a state (MS-ERREF).
mod status {
    pub(super) const WRONG_HOURS: u32 = 0xc000_006f;
    pub(super) const WRONG_COMPUTER: u32 = 0xc000_0070;
    pub(super) const PASSWORD_EXPIRED: u32 = 0xc000_0071;
    pub(super) const DISABLED: u32 = 0xc000_0072;
    pub(super) const EXPIRED: u32 = 0xc000_0193;
    pub(super) const MUST_CHANGE: u32 = 0xc000_0224;
    pub(super) const LOCKED: u32 = 0xc000_0234;
}

/// What a refusal says of the person.
fn outcome(refusal: Refusal) -> Result<Outcome, Error> {
    let told = refusal.status.and_then(state);
    match (refusal.code, told) {
        (code::PREAUTH_FAILED | code::UNKNOWN_CLIENT, _) => Ok(Outcome::Wrong),
        (_, Some(state)) => Ok(Outcome::State(state)),
        (code::KEY_EXPIRED, None) => Ok(Outcome::State(AccountState::PasswordExpired)),
        (code::CLIENT_REVOKED, None) => Ok(Outcome::State(AccountState::Disabled)),
        _ => Err(Error::Refused(refusal)),
    }
}

/// The state that a Windows status tells.
#[must_use]
pub fn state(status: u32) -> Option<AccountState> {
    match status {
        status::WRONG_HOURS => Some(AccountState::OutsideHours),
        status::WRONG_COMPUTER => Some(AccountState::WrongWorkstation),
        status::PASSWORD_EXPIRED => Some(AccountState::PasswordExpired),
        status::DISABLED => Some(AccountState::Disabled),
        status::EXPIRED => Some(AccountState::Expired),
        status::MUST_CHANGE => Some(AccountState::MustChange),
        status::LOCKED => Some(AccountState::Locked),
        _ => None,
    }
}
