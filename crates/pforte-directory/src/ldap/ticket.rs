//! The service account's tickets: got once, used for every connection.
//!
//! # Invariant
//!
//! A password of the service account that a key distribution centre refused is
//! not sent to it again; [`super::account`] keeps that for every way of binding.

use super::Clock;
use super::fault::{Fault, FaultKind};
use super::settings::Settings;
use crate::kerberos::{Chance, Client, Credential, Error, Name, code};
use crate::secret::Password;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The service account in Kerberos.
pub(super) struct Tickets {
    client: Client,
    /// `None`: its name is a distinguished name, which Kerberos does not know.
    name: Option<Name>,
    clock: Clock,
    chance: Chance,
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
        Self { client, name: principal(&settings.account), clock, chance, kept: Mutex::default() }
    }

    /// The client, for people's passwords.
    pub(super) const fn client(&self) -> &Client {
        &self.client
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
        centres: &[SocketAddr],
        password: &Password,
        until: Instant,
    ) -> Result<Credential, Error> {
        let mut kept = self.kept.lock().await;
        if let Some(first) = kept.first.as_ref().filter(|first| first.is_good((self.clock)())) {
            return Ok(first.clone());
        }
        if let Some((_, error)) = kept.refused.as_ref().filter(|(at, _)| at.elapsed() < REMEMBERED) {
            return Err(error.clone());
        }
        let name = self.name.as_ref().ok_or(Error::Unreadable)?;
        let first = self.client.log_in(centres, name, password, until).await;
        kept.refused = match &first {
            Err(error @ Error::Refused(_)) => Some((Instant::now(), error.clone())),
            _ => None,
        };
        let first = first?;
        kept.servers.clear();
        kept.first = Some(first.clone());
        Ok(first)
    }

    /// The ticket for the domain controller `host`.
    pub(super) async fn server(
        &self,
        host: &str,
        centres: &[SocketAddr],
        password: &Password,
        until: Instant,
    ) -> Result<Credential, Error> {
        if let Some(ticket) = self.kept_for(host).await {
            return Ok(ticket);
        }
        let server = Name::service("ldap", host);
        let first = self.first(centres, password, until).await?;
        let ticket = match self.client.ticket(centres, &first, &server, until).await {
            // The centre no longer takes the first ticket, such as after it was restored.
            Err(Error::Refused(refusal)) if is_stale(refusal.code) => {
                self.forget().await;
                let first = self.first(centres, password, until).await?;
                self.client.ticket(centres, &first, &server, until).await?
            }
            ticket => ticket?,
        };
        self.kept.lock().await.servers.insert(host.to_owned(), ticket.clone());
        Ok(ticket)
    }

    async fn kept_for(&self, host: &str) -> Option<Credential> {
        let kept = self.kept.lock().await;
        kept.servers.get(host).filter(|ticket| ticket.is_good((self.clock)())).cloned()
    }

    /// Forgets every ticket: a server did not take one.
    pub(super) async fn forget(&self) {
        let mut kept = self.kept.lock().await;
        kept.first = None;
        kept.servers.clear();
    }
}

/// Codes that say a ticket, not what is asked for, is wrong: expired, for another
/// server, altered or of an older key, revoked.
const fn is_stale(code: i32) -> bool {
    matches!(code, 20 | 31 | 32 | 35 | 41 | 44)
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
