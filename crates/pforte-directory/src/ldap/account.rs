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
}

impl State {
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
            tickets,
            state: Mutex::default(),
        }
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
            Err(NoTicket::Needless) => self.simple(link, until).await,
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
            Ok(_) => self.state.lock().await.proven = true,
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
        match judge_ticket(error) {
            Some(judged) => OpenFault::Account(self.keep_out(&mut *self.state.lock().await, judged)),
            None => OpenFault::Server(ticket::fault(error)),
        }
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
