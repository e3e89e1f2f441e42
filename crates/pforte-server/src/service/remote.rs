//! Who is it, by a directory that is not the built-in one.

use crate::app::App;
use crate::fault::{Fault, state_code};
use crate::http::caller::Caller;
use crate::service::begin::Proof;
use crate::service::directories::told;
use crate::service::foreign::Vouchers;
use crate::service::guard::Guard;
use crate::service::known::{self, Answer};
use crate::service::logon::{Attempt, Wanted};
use crate::service::refuse::Refusal;
use crate::service::scribe::Origin;
use crate::service::{adopt, local, own_password};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Mark, PasswordChange, Told, Verdict};
use pforte_model::account::AccountState;
use pforte_model::name::fold;
use pforte_model::policy::Named;
use pforte_store::users::{self, User};
use pforte_wire::problem::Code;
use std::sync::Arc;

/// Finds the user, checks the password by one bind, reads the groups meanwhile.
pub(crate) async fn identify(
    caller: &Caller,
    attempt: &Attempt,
    password: &Password,
) -> Result<Proof, Refusal> {
    let app = caller.app();
    let Some(directory) = app.directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let found = match directory.find(&attempt.login).await {
        // What was told of the password ends with it.
        Ok(Some(found)) if attempt.new.is_some() => Some(Found { told: None, ..found }),
        Ok(found) => found,
        Err(error) => return unasked(app, (attempt, password), (&*directory, &error)).await,
    };
    let guard = Guard::of(app, attempt, &*directory, found.as_ref()).await?;
    let Some(found) = found else {
        let answer = directory.verify_unknown(password).await;
        guard.answered(app, &answer);
        answer.map_err(|error| unanswered(&error))?;
        let refusal = Refusal::wrong(Code::CredentialsRefused, false).because("no such user");
        return Err(refusal.counted(guard.wrong(app)));
    };
    let asked = Asked::about(found, (caller, attempt), directory, Some(guard)).await;
    match &attempt.new {
        Some(new) => asked.changed((password, new)).await.map_err(Not::refusal),
        None => match asked.admitted(password).await {
            Ok(told) => asked.proof(&told).await,
            Err(Not::Refused(refusal)) => Err(refusal),
            Err(Not::Answered(error)) => unasked(app, (attempt, password), (&*asked.directory, &error)).await,
        },
    }
}

/// Who is it, by a ticket that was checked: the directory is asked about the account
/// and its groups as they are now, whatever the ticket says of them.
pub(crate) async fn by_ticket(caller: &Caller, attempt: &Attempt, mark: &Mark) -> Result<Proof, Refusal> {
    let Some(directory) = caller.app().directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let found = directory.user_by_mark(mark).await.map_err(|error| unanswered(&error))?;
    let Some(found) = found else {
        return Err(Refusal::state(Code::TicketRefused).because("the directory has no such user any more"));
    };
    let asked = Asked::about(found, (caller, attempt), directory, None).await;
    let state = asked.state_by_ticket();
    if state != AccountState::Good {
        return Err(stands(state));
    }
    let told = asked.directory.groups(&asked.found).await.map_err(|error| unanswered(&error))?;
    asked.proof(&told).await
}

/// Who is it, while the directory does not answer; a password is changed there alone.
async fn unasked(
    app: &App,
    (attempt, password): (&Attempt, &Password),
    (directory, error): (&dyn Directory, &DirectoryError),
) -> Result<Proof, Refusal> {
    match attempt.new {
        None => known::identify(app, (attempt, password), (directory, error), unanswered(error)).await,
        Some(_) => Err(unanswered(error)),
    }
}

/// Why somebody is not let in.
enum Not {
    /// By what the directory says, or we.
    Refused(Refusal),
    /// The directory did not answer.
    Answered(DirectoryError),
}

impl Not {
    fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Answered(error) => unanswered(&error),
        }
    }
}

impl From<Refusal> for Not {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DirectoryError> for Not {
    fn from(error: DirectoryError) -> Self {
        Self::Answered(error)
    }
}

/// A directory that is asked about somebody it knows.
struct Asked<'a> {
    caller: &'a Caller,
    attempt: &'a Attempt,
    directory: Arc<dyn Directory>,
    found: Found,
    /// Counts tries of a password.
    guard: Option<Guard>,
}

impl<'a> Asked<'a> {
    async fn about(
        found: Found,
        (caller, attempt): (&'a Caller, &'a Attempt),
        directory: Arc<dyn Directory>,
        guard: Option<Guard>,
    ) -> Self {
        let asked = Self { caller, attempt, directory, found, guard };
        // Guesses of strangers lock an account, and nobody is forgotten by them.
        let able = matches!(asked.found.state, AccountState::Good | AccountState::Locked);
        if !able || known::is_bound(&asked.found) {
            asked.forget().await;
        }
        asked
    }

    fn app(&self) -> &App {
        self.caller.app()
    }

    /// What the directory tells of a person whose password is right and who may log on.
    async fn admitted(&self, password: &Password) -> Result<Told, Not> {
        let groups = self.directory.groups(&self.found);
        let (state, groups) = futures_util::join!(self.state(password), groups);
        match state? {
            AccountState::Good => Ok(groups?),
            state => {
                self.forget().await;
                Err(stands(state).into())
            }
        }
    }

    /// Whom the directory does not let in now is not known any more until it does.
    async fn forget(&self) {
        if self.attempt.directory.known_hours == 0 {
            return;
        }
        let Ok(mut conn) = self.app().store.read().await else { return };
        let key = self.found.key.as_bytes();
        let user = users::by_key(&mut conn, self.attempt.directory.id, key).await;
        drop(conn);
        if let Ok(Some(user)) = user {
            known::forget(self.app(), user.id).await;
        }
    }

    /// The state of the account of a person whose password is right.
    async fn state(&self, password: &Password) -> Result<AccountState, Not> {
        let answer = self.directory.verify(&self.found, password).await;
        if let Some(guard) = &self.guard {
            guard.answered(self.app(), &answer);
        }
        match answer? {
            Verdict::Good => self.here(AccountState::Good).await,
            Verdict::Wrong => Err(self.wrong().into()),
            // A locked account says nothing about the password, so it tells nobody.
            Verdict::State(AccountState::Locked) => Err(Refusal::wrong(Code::AccountLocked, false).into()),
            Verdict::State(state) => self.here(state).await,
        }
    }

    fn wrong(&self) -> Refusal {
        let card = self.found.state == AccountState::SmartCardRequired;
        let code = if card { Code::SmartCardRequired } else { Code::CredentialsRefused };
        let refusal = Refusal::wrong(code, false).because("wrong password");
        match &self.guard {
            Some(guard) => refusal.counted(guard.wrong(self.app())),
            None => refusal,
        }
    }

    /// The same, where the directory cannot see it: it takes Pforte for the computer
    /// at which the person stands, and lets a card's owner in with a password.
    async fn here(&self, state: AccountState) -> Result<AccountState, Not> {
        let found = &self.found;
        match state {
            AccountState::Good if found.state == AccountState::SmartCardRequired => Ok(found.state),
            AccountState::Good | AccountState::MustChange | AccountState::PasswordExpired
                if !found.computers.is_empty() && !self.at_own_computer() =>
            {
                Ok(AccountState::WrongWorkstation)
            }
            AccountState::WrongWorkstation if self.at_own_computer() => {
                // The directory stopped at the computer and looked at nothing after it.
                let again = self.directory.user(&found.key).await?.map(|again| again.state);
                again.ok_or_else(|| Refusal::wrong(Code::CredentialsRefused, false).into())
            }
            state => Ok(state),
        }
    }

    /// The state of the account of a person with a ticket: who must use a card has
    /// used it, for else the domain gives no ticket.
    fn state_by_ticket(&self) -> AccountState {
        match self.found.state {
            AccountState::Good | AccountState::SmartCardRequired
                if !self.found.computers.is_empty() && !self.at_own_computer() =>
            {
                AccountState::WrongWorkstation
            }
            AccountState::SmartCardRequired => AccountState::Good,
            state => state,
        }
    }

    /// Whether the station that proved itself is one of the user's computers.
    fn at_own_computer(&self) -> bool {
        let station = self.caller.station().map(|station| short(&station.name));
        station.is_some_and(|station| self.found.computers.iter().any(|own| short(own) == station))
    }

    /// Puts the new password in the place of the old one, which is right.
    async fn changed(&self, (old, new): (&Password, &Password)) -> Result<Proof, Not> {
        own_password::may_be_written(self.app())?;
        match self.state(old).await? {
            AccountState::Good | AccountState::MustChange | AccountState::PasswordExpired => {}
            state => return Err(stands(state).into()),
        }
        let (user, _) = self.known().await?;
        let change = self.directory.change_password(&self.found, old, new).await;
        if let Some(guard) = &self.guard {
            guard.answered(self.app(), &change);
        }
        match change? {
            PasswordChange::Done => {}
            PasswordChange::Wrong => return Err(self.wrong().into()),
            PasswordChange::State(state) => return Err(stands(state).into()),
            PasswordChange::Unfit(faults) => return Err(Refusal::fault(Fault::unfit(&faults)).into()),
        }
        own_password::changed_elsewhere(self.caller, &local::holder(&user, self.attempt)).await;
        // What is known of the person has the old password.
        known::forget(self.app(), user.id).await;
        let told = match self.attempt.wanted {
            // Whatever else stands against a log-on shows only with the new password.
            Wanted::Session | Wanted::Signature => self.admitted(new).await?,
            Wanted::NewPassword => self.directory.groups(&self.found).await.unwrap_or_default(),
        };
        Ok(self.proof(&told).await?)
    }

    /// The user as Pforte knows it, and why the database could not be read, if memory
    /// told who it is.
    async fn known(&self) -> Result<(User, Option<Fault>), Refusal> {
        let (app, directory) = (self.app(), self.attempt.directory.id);
        let (user, unread) = match adopt::user(app, &Origin::server(), directory, &self.found).await {
            Ok(user) => (user, None),
            Err(fault) if !fault.is_unwritable() => return Err(Refusal::fault(fault)),
            Err(fault) => {
                // Who was never seen here has no name that anything could be assigned to.
                let (now, key) = (app.clock.monotonic(), self.found.key.as_bytes());
                let standing = app.live.standby().by_key(directory, key, now);
                let user = standing.ok_or_else(|| Refusal::fault(fault.clone()))?;
                (user.row.clone(), Some(fault))
            }
        };
        if user.enabled { Ok((user, unread)) } else { Err(Refusal::state(Code::AccountDisabled)) }
    }

    async fn proof(&self, told: &Told) -> Result<Proof, Refusal> {
        let app = self.app();
        let (user, unread) = self.known().await?;
        let mut vouchers = Vouchers::of(app, self.attempt.directory.id);
        let groups = vouchers.groups(app, told).await;
        let named = Named { id: user.id, name: user.login.to_string() };
        if !app.live.plant().emergency.hold(named, &groups).is_empty() {
            app.live.standby().remember(user.id);
        }
        let password_ends_at = told.password_ends_at;
        let answer = Answer { found: &self.found, groups: &groups, password_ends_at };
        let lesson = known::lesson(app, self.attempt, user.id, &answer);
        Ok(Proof {
            holder: local::holder(&user, self.attempt),
            groups,
            rehashed: None,
            password_at: None,
            password_ends_at,
            unread,
            counted: self.guard.as_ref().map(Guard::key),
            known_from: None,
            unheard: vouchers.silent_names(app),
            lesson,
        })
    }
}

/// What stands against a person whose password is right.
fn stands(state: AccountState) -> Refusal {
    Refusal::state(state_code(state).unwrap_or(Code::CredentialsRefused))
}

/// The name of a computer without its domain, as it is compared.
fn short(name: &str) -> String {
    fold(name.split('.').next().unwrap_or_default().trim())
}

/// A directory that did not answer says nothing about the password; one that lets the
/// account log on by another way alone has seen that it is right.
fn unanswered(error: &DirectoryError) -> Refusal {
    let reason = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
    match error.fault().map(|fault| fault.kind) {
        Some(FaultKind::AccountRestricted) => Refusal::state(Code::AccountRestricted).because(reason),
        _ => Refusal::fault(Fault::new(told(error))).because(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computers_are_compared_by_their_short_names() {
        assert_eq!(short("HMI-07.plant.example"), short("hmi-07"));
        assert_eq!(short(" Panel1 "), short("PANEL1"));
        assert_ne!(short("hmi-07"), short("hmi-071"));
    }
}
