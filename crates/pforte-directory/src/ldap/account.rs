//! The service account: the one whose rights Pforte reads the directory with.
//!
//! # Invariants
//!
//! - A wrong password of the service account never locks it: once that is known, no
//!   connection tries it again for an hour, however many connections and servers there
//!   are.
//! - A refusal by Kerberos is not signed: whoever is on the way can make one up. So one
//!   further try decides. Where a password over TLS would do without Kerberos, it is that,
//!   at once, and once it was right Kerberos is tried again a minute later; where it would
//!   not, it is Kerberos again, a minute later. The password never goes a weaker way for a
//!   refusal. In each hour Kerberos gets at most two tries that it calls wrong.
//! - Nothing is locked while a server is waited for but the turn of [`super::turn`].

use super::fault::{Fault, FaultKind};
use super::link::Link;
use super::message::{Outcome, Request, code};
use super::pool::{OpenFault, Role};
use super::sasl::{self, Proof};
use super::settings::{ServiceLogin, Settings};
use super::state;
use super::ticket::{self, Tickets, is_wrong_password};
use crate::directory::Verdict;
use crate::kerberos::{self, Credential, person};
use crate::secret::Password;
use pforte_model::account::AccountState;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
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

/// What is known of the account. Never locked while anybody is asked.
#[derive(Default)]
struct State {
    refused: Option<(Instant, Fault)>,
    /// Whether Kerberos was good: then it stays required.
    proven: bool,
    /// Until when Kerberos is not tried.
    silent: Option<Instant>,
    /// When Kerberos last said that the password is wrong, with nothing to show for it.
    doubted: Option<Instant>,
    /// Whether LDAP is still to say who is right, the password or Kerberos.
    asked: bool,
    /// Why connections are made without the proof of Kerberos, where it should be had.
    unproven: Option<Fault>,
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

    /// LDAP took the password, whatever Kerberos said of it.
    fn let_in(&mut self, now: Instant) {
        self.refused = None;
        if std::mem::take(&mut self.asked) {
            self.silent = Some(now + self.doubt(now));
        }
    }

    /// Kerberos is not tried for so long.
    fn go_without(&mut self, pause: Duration, fault: Fault) {
        self.silent = Some(Instant::now() + pause);
        self.unproven = Some(fault);
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
    pub(super) fn refused(&self) -> Option<Fault> {
        standing(self.state().refused.as_ref())
    }

    /// Why connections rest on the server's certificate alone, where Kerberos should prove
    /// them too.
    pub(super) fn unproven(&self) -> Option<Fault> {
        self.state().unproven.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admitted(&self) -> Result<(), OpenFault> {
        self.refused().map_or(Ok(()), |fault| Err(OpenFault::Account(fault)))
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
                self.note(bound)
            }
            Err(NoTicket::Fault(fault)) => Err(fault),
            Err(NoTicket::Needless) if role == Role::Verify => Ok(()),
            Err(NoTicket::Needless | NoTicket::Doubted) => self.simple(link, &centre.host, until).await,
        }
    }

    /// Binds a bare connection as this account by Kerberos and seals it.
    pub(super) async fn seal(&self, link: Link, centre: &Centre, until: Instant) -> Result<Link, OpenFault> {
        self.admitted()?;
        let credential = self.required(centre, until).await?;
        let sealed = sasl::bind_sealed(link, &self.proof(&credential), until).await;
        self.note(sealed)
    }

    /// Binds by ticket as nobody should, to find out whether the server minds.
    pub(super) async fn try_binding(
        &self,
        link: &mut Link,
        centre: &Centre,
        (tried, until): (sasl::Tried, Instant),
    ) -> Result<(), OpenFault> {
        self.admitted()?;
        let credential = self.required(centre, until).await?;
        let bound = sasl::bind_wrongly(link, &self.proof(&credential), tried, until).await;
        bound.map_err(OpenFault::Server)
    }

    /// Whether it was let in by Kerberos.
    pub(super) fn is_proven(&self) -> bool {
        self.state().proven
    }

    /// Its ticket that gives tickets.
    pub(super) async fn first_ticket(
        &self,
        centre: &Centre,
        until: Instant,
    ) -> Result<Credential, OpenFault> {
        self.admitted()?;
        self.tickets.first(centre, &self.password, until).await.map_err(|error| self.no_ticket(&error))
    }

    fn proof<'a>(&'a self, credential: &'a Credential) -> Proof<'a> {
        let (clock, chance) = self.tickets.outside();
        Proof { credential, now: clock(), chance, ed25519: self.ed25519 }
    }

    fn note<T>(&self, bound: Result<T, Fault>) -> Result<T, OpenFault> {
        match &bound {
            Ok(_) => {
                let mut state = self.state();
                (state.proven, state.doubted, state.asked, state.unproven) = (true, None, false, None);
            }
            Err(fault) => {
                tracing::warn!(account = %self.name, code = fault.kind.code(), %fault, "bind by ticket refused");
                if fault.kind == FaultKind::TicketRefused {
                    // The server may have got another key since.
                    self.tickets.forget();
                }
            }
        }
        bound.map_err(OpenFault::Server)
    }

    /// A ticket for the server, if one is needed or can be had.
    async fn ticket(&self, centre: &Centre, until: Instant) -> Result<Credential, NoTicket> {
        self.admitted().map_err(NoTicket::Fault)?;
        let (proven, silent) = {
            let state = self.state();
            (state.proven, state.is_silent())
        };
        if self.login == ServiceLogin::Kerberos || proven {
            return self.required(centre, until).await.map_err(NoTicket::Fault);
        }
        if self.login == ServiceLogin::Simple || silent {
            return Err(NoTicket::Needless);
        }
        if !self.tickets.is_possible() {
            self.state().unproven = Some(FaultKind::NameNotKerberos.into());
            return Err(NoTicket::Needless);
        }
        // A server behind a firewall that swallows Kerberos must not take all the time.
        let now = Instant::now();
        let half = now + until.saturating_duration_since(now) / 2;
        match self.tickets.server(centre, &self.password, half).await {
            Ok(credential) => Ok(credential),
            Err(error) if does_without(&error) => {
                let fault = ticket::fault(&error);
                tracing::warn!(server = %centre.host, code = fault.kind.code(), %fault, "bind without Kerberos");
                self.state().go_without(SILENT, fault);
                Err(NoTicket::Needless)
            }
            Err(error) if self.doubts && is_wrong_password(&error) => {
                tracing::warn!(server = %centre.host, "Kerberos says that the service password is wrong: asked by LDAP");
                let mut state = self.state();
                // For as long as LDAP has not let the password in.
                state.go_without(REFUSED, ticket::fault(&error));
                state.asked = true;
                Err(NoTicket::Doubted)
            }
            Err(error) => Err(NoTicket::Fault(self.no_ticket(&error))),
        }
    }

    async fn required(&self, centre: &Centre, until: Instant) -> Result<Credential, OpenFault> {
        if !self.tickets.is_possible() {
            return Err(OpenFault::Account(FaultKind::NameNotKerberos.into()));
        }
        self.tickets.server(centre, &self.password, until).await.map_err(|error| self.no_ticket(&error))
    }

    /// What it means that there is no ticket; a refusal of the account is kept.
    fn no_ticket(&self, error: &kerberos::Error) -> OpenFault {
        let Some((pause, fault)) = judge_ticket(error) else {
            return OpenFault::Server(ticket::fault(error));
        };
        let mut state = self.state();
        let pause = if is_wrong_password(error) { state.doubt(Instant::now()) } else { pause };
        OpenFault::Account(self.keep_out(&mut state, (pause, fault)))
    }

    fn keep_out(&self, state: &mut State, (pause, fault): (Duration, Fault)) -> Fault {
        tracing::warn!(account = %self.name, code = fault.kind.code(), %fault, "service account refused");
        state.refused = Some((Instant::now() + pause, fault.clone()));
        fault
    }

    async fn simple(&self, link: &mut Link, host: &str, until: Instant) -> Result<(), OpenFault> {
        let turns = self.tickets.turns();
        let turn = turns.take_simple(host, until).await;
        let _turn = turn.ok_or_else(|| OpenFault::Server(FaultKind::TimedOut.into()))?;
        // Whose turn it was before may have been refused.
        self.admitted()?;
        let outcome = bind(link, &self.name, &self.password, until).await.map_err(OpenFault::Server)?;
        let judged = judge(&outcome);
        turns.known(judged.is_none());
        let mut state = self.state();
        if let Some(judged) = judged {
            return Err(OpenFault::Account(self.keep_out(&mut state, judged)));
        }
        state.let_in(Instant::now());
        Ok(())
    }
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

    #[test]
    fn kerberos_is_tried_again_soon_after_a_refusal_that_ldap_gives_the_lie_and_not_before() {
        let (mut state, begun) = (State::default(), Instant::now());
        let rests = |state: &State| state.silent.map(|until| until.saturating_duration_since(begun));
        let refuses = |state: &mut State| {
            state.go_without(REFUSED, FaultKind::KerberosRefused.into());
            state.asked = true;
        };
        refuses(&mut state);
        assert!(rests(&state) >= Some(REFUSED), "LDAP gave no answer: another try could lock the account");
        assert!(state.unproven.is_some());
        state.let_in(begun);
        assert_eq!(rests(&state), Some(BARRED));
        state.let_in(begun + Duration::from_secs(1));
        assert_eq!(rests(&state), Some(BARRED), "a bind without Kerberos changes nothing");
        refuses(&mut state);
        state.let_in(begun + BARRED);
        assert_eq!(rests(&state), Some(BARRED + REFUSED), "it says so for the second time");
    }
}
