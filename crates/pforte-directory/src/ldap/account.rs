//! The service account: the one whose rights Pforte reads the directory with.
//!
//! # Invariant
//!
//! A wrong password of the service account never locks it: once a server said
//! that it is wrong, no connection tries it again for an hour, however many
//! connections and servers there are.

use super::fault::{Fault, FaultKind};
use super::link::Link;
use super::message::{Outcome, Request, code};
use super::state;
use crate::directory::Verdict;
use crate::secret::Password;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long a refused password is not tried again.
const REFUSED: Duration = Duration::from_hours(1);

/// How long an account that may not log on now is not tried again; such tries
/// do not count as wrong passwords.
const BARRED: Duration = Duration::from_mins(1);

/// The service account and whether it was refused.
pub(super) struct ServiceAccount {
    name: String,
    password: Password,
    /// Held during a bind, so that connections try one after the other and the
    /// second one knows that the first one was refused.
    refused: Mutex<Option<(Instant, Fault)>>,
}

/// Why a service connection could not be bound.
pub(super) enum BindFault {
    /// The account is refused, here and at every other server.
    Account(Fault),
    /// The server failed.
    Server(Fault),
}

impl ServiceAccount {
    /// The account with this name.
    pub(super) fn new(name: String, password: Password) -> Self {
        Self { name, password, refused: Mutex::new(None) }
    }

    /// Why the account must not be tried now.
    pub(super) async fn refused(&self) -> Option<Fault> {
        standing(self.refused.lock().await.as_ref())
    }

    /// The same without waiting: nothing is told while a bind goes on.
    pub(super) fn known_refused(&self) -> Option<Fault> {
        self.refused.try_lock().ok().and_then(|refused| standing(refused.as_ref()))
    }

    /// Binds a connection as this account, unless it was refused lately.
    pub(super) async fn bind(&self, link: &mut Link, until: Instant) -> Result<(), BindFault> {
        let mut refused = self.refused.lock().await;
        if let Some(fault) = standing(refused.as_ref()) {
            return Err(BindFault::Account(fault));
        }
        let outcome = bind(link, &self.name, &self.password, until).await.map_err(BindFault::Server)?;
        *refused = judge(&outcome).map(|(pause, fault)| (Instant::now() + pause, fault));
        if let Some((_, fault)) = &*refused {
            tracing::warn!(account = %self.name, code = fault.kind.code(), %fault, "service account refused");
        }
        standing(refused.as_ref()).map_or(Ok(()), |fault| Err(BindFault::Account(fault)))
    }
}

fn standing(refused: Option<&(Instant, Fault)>) -> Option<Fault> {
    refused.filter(|(until, _)| *until > Instant::now()).map(|(_, fault)| fault.clone())
}

/// One simple bind.
pub(super) async fn bind(
    link: &mut Link,
    name: &str,
    password: &Password,
    until: Instant,
) -> Result<Outcome, Fault> {
    let password = Zeroizing::new(password.text_for_bind().as_bytes().to_vec());
    link.ask(&Request::Bind { name: name.to_owned(), password }, until).await?.bound()
}

/// Why the outcome of the service account's bind keeps it out, and for how long
/// it is not tried again. `None`: it is in.
pub(super) fn judge(outcome: &Outcome) -> Option<(Duration, Fault)> {
    match state::verdict(outcome) {
        Ok(Verdict::Good) => None,
        Ok(Verdict::Wrong) => Some((REFUSED, FaultKind::AccountRefused.with(&outcome.message))),
        Ok(Verdict::State(state)) => Some((BARRED, super::fault::barred(state))),
        // A name in no form that the server knows is as wrong as a password.
        Err(fault) if outcome.code == code::INVALID_DN => Some((REFUSED, fault)),
        Err(fault) => Some((BARRED, fault)),
    }
}
