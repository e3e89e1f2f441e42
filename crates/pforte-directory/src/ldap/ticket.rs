//! The service account's tickets: got once, used for every connection.
//!
//! # Invariant
//!
//! A password of the service account that a key distribution centre refused is
//! not sent to it again; [`super::account`] keeps that for every way of binding.

use super::Clock;
use super::account::Centre;
use super::fault::{Fault, FaultKind};
use super::settings::Settings;
use super::turn::Turns;
use crate::kerberos::{Chance, Client, Credential, Error, Name, code};
use crate::secret::Password;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The service account in Kerberos.
pub(super) struct Tickets {
    client: Client,
    /// `None`: its name is a distinguished name, which Kerberos does not know.
    name: Option<Name>,
    clock: Clock,
    chance: Chance,
    turns: Turns,
    /// Never held while anybody is asked.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The ticket that gives tickets.
    first: Option<Credential>,
    /// Those for the servers, by their names.
    servers: HashMap<String, Credential>,
    /// What the last log-in was refused with: whoever waited for it is not to try
    /// the same password again.
    refused: Option<(Instant, Error)>,
}

/// Longer than anybody waits for somebody else's log-in.
const REMEMBERED: Duration = Duration::from_secs(15);

impl Tickets {
    /// No tickets yet.
    pub(super) fn new(settings: &Settings, clock: Clock, chance: Chance) -> Self {
        let client = Client::new(&settings.domain, Clock::clone(&clock), chance.clone());
        Self {
            client,
            name: principal(&settings.account),
            clock,
            chance,
            turns: Turns::default(),
            kept: Mutex::default(),
        }
    }

    /// The client, for people's passwords.
    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Who sends the password, to whomever.
    pub(super) const fn turns(&self) -> &Turns {
        &self.turns
    }

    /// The clock and the randomness for what is done with a ticket.
    pub(super) const fn outside(&self) -> (&Clock, &Chance) {
        (&self.clock, &self.chance)
    }

    /// Whether the account's name is one that Kerberos knows.
    pub(super) const fn is_possible(&self) -> bool {
        self.name.is_some()
    }

    /// The ticket that gives tickets.
    pub(super) async fn first(
        &self,
        centre: &Centre,
        password: &Password,
        until: Instant,
    ) -> Result<Credential, Error> {
        let name = self.name.as_ref().ok_or(Error::Unreadable)?;
        if let Some(known) = self.known() {
            return known;
        }
        let turn = self.turns.take(&centre.host, until).await;
        let _turn = turn.ok_or_else(|| Error::Silent("no answer in time".to_owned()))?;
        if let Some(known) = self.known() {
            return known;
        }
        let first = self.client.log_in(&centre.addresses, name, password, until).await;
        let mut kept = self.kept();
        kept.refused = match &first {
            Err(error @ Error::Refused(_)) => Some((Instant::now(), error.clone())),
            _ => None,
        };
        let first = first?;
        kept.servers.clear();
        kept.first = Some(first.clone());
        Ok(first)
    }

    /// The ticket that gives tickets, or why there is none, if that needs nobody to be asked.
    fn known(&self) -> Option<Result<Credential, Error>> {
        let kept = self.kept();
        if let Some(first) = kept.first.as_ref().filter(|first| first.is_good((self.clock)())) {
            return Some(Ok(first.clone()));
        }
        let (_, error) = kept.refused.as_ref().filter(|(at, _)| at.elapsed() < REMEMBERED)?;
        Some(Err(error.clone()))
    }

    /// The ticket for a domain controller.
    pub(super) async fn server(
        &self,
        centre: &Centre,
        password: &Password,
        until: Instant,
    ) -> Result<Credential, Error> {
        if let Some(ticket) = self.kept_for(&centre.host) {
            return Ok(ticket);
        }
        let server = Name::service("ldap", &centre.host);
        let first = self.first(centre, password, until).await?;
        let ticket = match self.client.ticket(&centre.addresses, &first, &server, until).await {
            // The centre no longer takes the first ticket, such as after it was restored.
            Err(error) if is_stale(&error) => {
                self.forget();
                let first = self.first(centre, password, until).await?;
                self.client.ticket(&centre.addresses, &first, &server, until).await?
            }
            ticket => ticket?,
        };
        self.kept().servers.insert(centre.host.clone(), ticket.clone());
        Ok(ticket)
    }

    fn kept_for(&self, host: &str) -> Option<Credential> {
        let kept = self.kept();
        kept.servers.get(host).filter(|ticket| ticket.is_good((self.clock)())).cloned()
    }

    /// Forgets every ticket: a server did not take one.
    pub(super) fn forget(&self) {
        let mut kept = self.kept();
        kept.first = None;
        kept.servers.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error says that a ticket, not what is asked for, is wrong: revoked,
/// altered or of an older key, expired, for another server.
pub(super) fn is_stale(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if matches!(refusal.code, 20 | 31 | 32 | 35 | 41 | 44))
}

/// Whether an error says that the password is wrong.
pub(super) fn is_wrong_password(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code == code::PREAUTH_FAILED)
}

/// The account's name in Kerberos.
fn principal(account: &str) -> Option<Name> {
    match account.split_once('\\') {
        Some((_, name)) => Some(Name::user(name)),
        None if account.contains('=') => None,
        None if account.contains('@') => Some(Name::enterprise(account)),
        None => Some(Name::user(account)),
    }
}

/// What an error of Kerberos means.
pub(super) fn fault(error: &Error) -> Fault {
    match error {
        Error::Silent(why) => FaultKind::KerberosUnreachable.with(why),
        Error::Etypes => FaultKind::KerberosNoAes.into(),
        Error::Unreadable => FaultKind::KerberosGarbage.into(),
        Error::False => FaultKind::KerberosFalse.into(),
        Error::Refused(refusal) => match refusal.code {
            code::SKEW => FaultKind::ClockSkew.into(),
            code::ETYPE => FaultKind::KerberosNoAes.into(),
            code::UNKNOWN_SERVER => FaultKind::KerberosNoService.into(),
            code => {
                let status = refusal.status.map(|status| format!(", status {status:08X}"));
                FaultKind::KerberosRefused.with(format!("code {code}{}", status.unwrap_or_default()))
            }
        },
    }
}

/// What an error means while a server proves itself.
pub(super) fn false_server(error: &Error) -> Fault {
    match error {
        Error::False | Error::Unreadable | Error::Etypes => FaultKind::KerberosFalse.with("the server"),
        other => fault(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_name_is_understood_in_each_of_its_forms() {
        assert_eq!(principal("svc@plant.example"), Some(Name::enterprise("svc@plant.example")));
        assert_eq!(principal("PLANT\\svc"), Some(Name::user("svc")));
        assert_eq!(principal("svc"), Some(Name::user("svc")));
        assert_eq!(principal("CN=svc,DC=plant,DC=example"), None);
    }
}
