//! A person's password: by a bind under TLS, and by Kerberos where that is not to be had.

use super::fault::{DirectoryError, FaultKind};
use super::pool::{OpenFault, Pool, Shared};
use super::{state, ticket};
use crate::directory::Verdict;
use crate::kerberos::Error;
use crate::kerberos::person::{self, Outcome};
use crate::secret::Password;
use tokio::time::Instant;

impl Pool {
    /// Verifies a password: one bind for the entry at `place`; or, where a password
    /// must not be sent or the account is not allowed to bind with one, one try as
    /// `login` in Kerberos.
    pub(super) async fn verify(
        &self,
        (place, login): (&str, &str),
        password: &Password,
    ) -> Result<Verdict, DirectoryError> {
        let refused = match self.bind(place, password).await {
            Ok(outcome) => match state::verdict(&outcome) {
                Ok(verdict) => return Ok(verdict),
                Err(fault) => fault,
            },
            Err(DirectoryError::Refused(fault)) => fault,
            Err(error) => return Err(error),
        };
        match refused.kind {
            FaultKind::NoSimpleBind | FaultKind::AccountRestricted => {
                self.shared().verify_by_ticket(login, password).await
            }
            _ => Err(DirectoryError::Refused(refused)),
        }
    }
}

impl Shared {
    async fn verify_by_ticket(&self, login: &str, password: &Password) -> Result<Verdict, DirectoryError> {
        let until = Instant::now() + self.limits.request();
        let id = self.health.best(false).ok_or_else(|| DirectoryError::Unreachable(self.health.why()))?;
        let centre = self.centre(id, until).await.map_err(DirectoryError::Unreachable)?;
        let service = self.account().first_ticket(&centre, until).await.map_err(|fault| match fault {
            OpenFault::Account(fault) => DirectoryError::ServiceAccount(fault),
            OpenFault::Server(fault) => DirectoryError::Unreachable(fault),
        })?;
        let client = self.account().tickets().client();
        let judged = person::verify(client, &centre.addresses, (login, password), &service, until).await;
        match judged {
            Ok(Outcome::Good) => Ok(Verdict::Good),
            Ok(Outcome::Wrong) => Ok(Verdict::Wrong),
            Ok(Outcome::State(state)) => Ok(Verdict::State(state)),
            Err(error) => Err(self.lost(&error)),
        }
    }

    fn lost(&self, error: &Error) -> DirectoryError {
        if ticket::is_stale(error) {
            // It is our own: the person's is fresh.
            self.account().tickets().forget();
        }
        let fault = ticket::fault(error);
        match fault.kind {
            FaultKind::KerberosUnreachable => DirectoryError::AnswerLost(fault),
            _ => DirectoryError::Refused(fault),
        }
    }
}
