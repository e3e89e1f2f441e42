//! The service account: the one whose rights Pforte reads the directory with.
//!
//! # Invariants
//!
//! - A wrong password of the service account never locks it: once that is known, no
//!   connection tries it again for an hour, however many connections and servers there
//!   are.
//! - A refusal by Kerberos is not signed: whoever is on the way can make one up. So one
//!   further try decides. Where a password over TLS would do without Kerberos, it is that,
//!   at once, and Kerberos rests if the password was right; where it would not, it is
//!   Kerberos again, a minute later. The password never goes a weaker way for a refusal.

use super::fault::{Fault, FaultKind};
use super::link::Link;
use super::message::{Outcome, Request, code};
use super::pool::{OpenFault, Role};
use super::sasl::{self, Proof};
use super::settings::{ServiceLogin, Settings};
use super::state;
use super::ticket::{self, Tickets};
use crate::directory::Verdict;
use crate::kerberos::{self, Credential, person};
use crate::secret::Password;
use pforte_model::account::AccountState;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long a refused password is not tried again.
const REFUSED: Duration = Duration::from_hours(1);

/// How long an account that may not log on now is not tried again; such tries
/// do not count as wrong passwords.
const BARRED: Duration = Duration::from_mins(1);

/// How long Kerberos is not tried again where it did not answer and need not.
const SILENT: Duration = Duration::from_mins(1);

/// The service account and whether it was refused.
pub(super) struct ServiceAccount {
    name: String,
    password: Password,
    login: ServiceLogin,
    ed25519: bool,
    /// Whether LDAP is asked when Kerberos says that the password is wrong.
    doubts: bool,
    tickets: Tickets,
    state: Mutex<State>,
}

/// Held while the password is sent, so that connections try one after the other and
/// the second one knows that the first one was refused; never held otherwise, so that
/// a server which does not answer keeps nobody from another one.
#[derive(Default)]
struct State {
    refused: Option<(Instant, Fault)>,
    /// Whether Kerberos was good: then it stays required.
    proven: bool,
    /// Until when Kerberos is not tried.
    silent: Option<Instant>,
    /// When Kerberos last said that the password is wrong, with nothing to show for it.
    doubted: Option<Instant>,
}

impl State {
    /// For how long the password is not tried again after Kerberos said, now, that it is
    /// wrong: after the first time it is tried once more.
    fn doubt(&mut self, now: Instant) -> Duration {
        match self.doubted.filter(|at| now < *at + REFUSED) {
            Some(first) if now >= first + BARRED => REFUSED,
            // Connections that waited for the same answer hear it too.
            Some(_) => BARRED,
            None => {
                self.doubted = Some(now);
                BARRED
            }
        }
    }

    /// Whether Kerberos is not to be tried now.
    fn is_silent(&self) -> bool {
        self.silent.is_some_and(|until| until > Instant::now())
    }
}

/// A domain controller to bind at.
pub(super) struct Centre {
    /// Its name.
    pub(super) host: String,
    /// Where its Kerberos answers.
    pub(super) addresses: Vec<SocketAddr>,
}

/// Why there is no ticket.
enum NoTicket {
    /// It is not needed: a password over TLS will do.
    Needless,
    /// Kerberos says that the password is wrong, where a password over TLS would do.
    Doubted,
    /// It is.
    Fault(OpenFault),
}

impl ServiceAccount {
    /// The account that the settings name.
    pub(super) fn new(settings: &Settings, password: Password, tickets: Tickets) -> Self {
        Self {
            name: settings.account.clone(),
            password,
            login: settings.service_login,
            ed25519: settings.ed25519_binding,
            doubts: true,
            tickets,
            state: Mutex::default(),
        }
    }

    /// The same for a trial, which keeps nobody out: one try and no more.
    pub(super) fn once(self) -> Self {
        Self { doubts: false, ..self }
    }

    /// Its tickets.
    pub(super) const fn tickets(&self) -> &Tickets {
        &self.tickets
    }

    /// Why the account must not be tried now.
    pub(super) async fn refused(&self) -> Option<Fault> {
        standing(self.state.lock().await.refused.as_ref())
    }

    /// The same without waiting: nothing is told while a bind goes on.
    pub(super) fn known_refused(&self) -> Option<Fault> {
        self.state.try_lock().ok().and_then(|state| standing(state.refused.as_ref()))
    }

    /// Binds a connection under TLS as this account, unless it was refused lately.
    ///
    /// By Kerberos, it shows that nobody stands between, for whatever is sent on the
    /// connection later. A connection for people's binds needs nothing more, so that
    /// it stays as it is where Kerberos is not required.
    pub(super) async fn bind(
        &self,
        link: &mut Link,
        (centre, role): (&Centre, Role),
        until: Instant,
    ) -> Result<(), OpenFault> {
        match self.ticket(centre, until).await {
            Ok(credential) => {
                let bound = sasl::bind_over_tls(link, &self.proof(&credential), until).await;
                self.note(bound).await
            }
            Err(NoTicket::Fault(fault)) => Err(fault),
            Err(NoTicket::Needless) if role == Role::Verify => Ok(()),
            Err(NoTicket::Needless | NoTicket::Doubted) => self.simple(link, until).await,
        }
    }

    /// Binds a bare connection as this account by Kerberos and seals it.
    pub(super) async fn seal(&self, link: Link, centre: &Centre, until: Instant) -> Result<Link, OpenFault> {
        admitted(&*self.state.lock().await)?;
        let credential = self.required(centre, until).await?;
        let sealed = sasl::bind_sealed(link, &self.proof(&credential), until).await;
        self.note(sealed).await
    }

    /// Binds by ticket as nobody should, to find out whether the server minds.
    pub(super) async fn try_binding(
        &self,
        link: &mut Link,
        centre: &Centre,
        (tried, until): (sasl::Tried, Instant),
    ) -> Result<(), OpenFault> {
        admitted(&*self.state.lock().await)?;
        let credential = self.required(centre, until).await?;
        let bound = sasl::bind_wrongly(link, &self.proof(&credential), tried, until).await;
        bound.map_err(OpenFault::Server)
    }

    /// Whether it was let in by Kerberos.
    pub(super) async fn is_proven(&self) -> bool {
        self.state.lock().await.proven
    }

    /// Its ticket that gives tickets.
    pub(super) async fn first_ticket(
        &self,
        centres: &[SocketAddr],
        until: Instant,
    ) -> Result<Credential, OpenFault> {
        admitted(&*self.state.lock().await)?;
        match self.tickets.first(centres, &self.password, until).await {
            Ok(first) => Ok(first),
            Err(error) => Err(self.no_ticket(&error).await),
        }
    }

    fn proof<'a>(&'a self, credential: &'a Credential) -> Proof<'a> {
        let (clock, chance) = self.tickets.outside();
        Proof { credential, now: clock(), chance, ed25519: self.ed25519 }
    }

    async fn note<T>(&self, bound: Result<T, Fault>) -> Result<T, OpenFault> {
        match &bound {
            Ok(_) => {
                let mut state = self.state.lock().await;
                (state.proven, state.doubted) = (true, None);
            }
            Err(fault) => {
                tracing::warn!(account = %self.name, code = fault.kind.code(), %fault, "bind by ticket refused");
                if fault.kind == FaultKind::TicketRefused {
                    // The server may have got another key since.
                    self.tickets.forget().await;
                }
            }
        }
        bound.map_err(OpenFault::Server)
    }

    /// A ticket for the server, if one is needed or can be had.
    async fn ticket(&self, centre: &Centre, until: Instant) -> Result<Credential, NoTicket> {
        let (proven, silent) = {
            let state = self.state.lock().await;
            admitted(&state).map_err(NoTicket::Fault)?;
            (state.proven, state.is_silent())
        };
        if self.login == ServiceLogin::Kerberos || proven {
            return self.required(centre, until).await.map_err(NoTicket::Fault);
        }
        if self.login == ServiceLogin::Simple || silent || !self.tickets.is_possible() {
            return Err(NoTicket::Needless);
        }
        // A server behind a firewall that swallows Kerberos must not take all the time.
        let now = Instant::now();
        let half = now + until.saturating_duration_since(now) / 2;
        match self.tickets.server(&centre.host, &centre.addresses, &self.password, half).await {
            Ok(credential) => Ok(credential),
            Err(error) if does_without(&error) => {
                let fault = ticket::fault(&error);
                tracing::warn!(server = %centre.host, code = fault.kind.code(), %fault, "bind without Kerberos");
                self.state.lock().await.silent = Some(Instant::now() + SILENT);
                Err(NoTicket::Needless)
            }
            Err(error) if self.doubts && is_wrong_password(&error) => {
                tracing::warn!(server = %centre.host, "Kerberos says that the service password is wrong: asked by LDAP");
                self.state.lock().await.silent = Some(Instant::now() + REFUSED);
                Err(NoTicket::Doubted)
            }
            Err(error) => Err(NoTicket::Fault(self.no_ticket(&error).await)),
        }
    }

    async fn required(&self, centre: &Centre, until: Instant) -> Result<Credential, OpenFault> {
        if !self.tickets.is_possible() {
            return Err(OpenFault::Account(FaultKind::NameNotKerberos.into()));
        }
        match self.tickets.server(&centre.host, &centre.addresses, &self.password, until).await {
            Ok(credential) => Ok(credential),
            Err(error) => Err(self.no_ticket(&error).await),
        }
    }

    /// What it means that there is no ticket; a refusal of the account is kept.
    async fn no_ticket(&self, error: &kerberos::Error) -> OpenFault {
        let Some((pause, fault)) = judge_ticket(error) else {
            return OpenFault::Server(ticket::fault(error));
        };
        let mut state = self.state.lock().await;
        let pause = if is_wrong_password(error) { state.doubt(Instant::now()) } else { pause };
        OpenFault::Account(self.keep_out(&mut state, (pause, fault)))
    }

    fn keep_out(&self, state: &mut State, (pause, fault): (Duration, Fault)) -> Fault {
        tracing::warn!(account = %self.name, code = fault.kind.code(), %fault, "service account refused");
        state.refused = Some((Instant::now() + pause, fault.clone()));
        fault
    }

    async fn simple(&self, link: &mut Link, until: Instant) -> Result<(), OpenFault> {
        let mut state = self.state.lock().await;
        admitted(&state)?;
        let outcome = bind(link, &self.name, &self.password, until).await.map_err(OpenFault::Server)?;
        if let Some(judged) = judge(&outcome) {
            return Err(OpenFault::Account(self.keep_out(&mut state, judged)));
        }
        state.refused = None;
        Ok(())
    }
}

fn admitted(state: &State) -> Result<(), OpenFault> {
    standing(state.refused.as_ref()).map_or(Ok(()), |fault| Err(OpenFault::Account(fault)))
}

/// Whether a password over TLS will do after this, as long as Kerberos was never good.
fn does_without(error: &kerberos::Error) -> bool {
    match error {
        kerberos::Error::Silent(_) | kerberos::Error::Etypes => true,
        kerberos::Error::Refused(_) => judge_ticket(error).is_none(),
        kerberos::Error::Unreadable | kerberos::Error::False => false,
    }
}

fn is_wrong_password(error: &kerberos::Error) -> bool {
    matches!(error, kerberos::Error::Refused(refusal) if refusal.code == kerberos::code::PREAUTH_FAILED)
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
    if !link.is_tls() {
        return Err(FaultKind::NoSimpleBind.into());
    }
    let password = Zeroizing::new(password.text_for_bind().as_bytes().to_vec());
    link.ask(&Request::Bind { name: name.to_owned(), password }, until).await?.bound()
}

/// Why an answer of Kerberos keeps the service account out, and for how long it is
/// not tried again.
fn judge_ticket(error: &kerberos::Error) -> Option<(Duration, Fault)> {
    let kerberos::Error::Refused(refusal) = error else { return None };
    let state = refusal.status.and_then(person::state);
    match (refusal.code, state) {
        (kerberos::code::PREAUTH_FAILED, _) => Some((REFUSED, FaultKind::AccountRefused.with("Kerberos"))),
        (_, Some(state)) => Some((BARRED, super::fault::barred(state))),
        (kerberos::code::KEY_EXPIRED, _) => {
            Some((BARRED, super::fault::barred(AccountState::PasswordExpired)))
        }
        (kerberos::code::CLIENT_REVOKED, _) => Some((BARRED, super::fault::barred(AccountState::Disabled))),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_nobody_signed_keeps_the_account_out_for_long_only_when_it_comes_again() {
        let (mut state, begun) = (State::default(), Instant::now());
        assert_eq!(state.doubt(begun), BARRED);
        assert_eq!(state.doubt(begun + Duration::from_secs(1)), BARRED, "the same answer");
        assert_eq!(state.doubt(begun + BARRED), REFUSED);
        let later = begun + BARRED + REFUSED;
        assert_eq!(state.doubt(later), BARRED, "tried anew");
        assert_eq!(state.doubt(later + BARRED), REFUSED);
        state.doubted = None;
        assert_eq!(state.doubt(later + BARRED * 2), BARRED, "it was good meanwhile");
    }
}
