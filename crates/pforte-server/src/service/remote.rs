//! Who is it, by a directory that is not the built-in one.

use crate::app::App;
use crate::fault::{Fault, state_code};
use crate::http::caller::Caller;
use crate::service::begin::Proof;
use crate::service::directories::told;
use crate::service::guard::Guard;
use crate::service::logon::{Attempt, Wanted};
use crate::service::refuse::Refusal;
use crate::service::scribe::Origin;
use crate::service::{adopt, local, own_password};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Mark, PasswordChange, Told, Verdict};
use pforte_model::account::AccountState;
use pforte_model::id::GroupId;
use pforte_model::name::fold;
use pforte_model::policy::Named;
use pforte_store::users::User;
use pforte_wire::problem::Code;
use std::sync::Arc;

/// Finds the user, checks the password by one bind, reads the groups meanwhile.
pub(crate) async fn identify(caller: &Caller, attempt: &Attempt) -> Result<Proof, Refusal> {
    let app = caller.app();
    let Some(directory) = app.directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let found = directory.find(&attempt.login).await.map_err(|e| unanswered(&e))?;
    let guard = Guard::of(app, attempt, &*directory, found.as_ref()).await?;
    let Some(found) = found else {
        directory.verify_unknown(&attempt.password).await.map_err(|e| unanswered(&e))?;
        let refusal = Refusal::wrong(Code::CredentialsRefused, false).because("no such user");
        return Err(refusal.counted(guard.wrong(app)));
    };
    let asked = Asked { caller, attempt, directory, found, guard };
    match &attempt.new {
        None => {
            let told = asked.admitted(&attempt.password).await?;
            asked.proof(&told).await
        }
        Some(new) => asked.changed(new).await,
    }
}

/// A directory that is asked about somebody it knows.
struct Asked<'a> {
    caller: &'a Caller,
    attempt: &'a Attempt,
    directory: Arc<dyn Directory>,
    found: Found,
    guard: Guard,
}

impl Asked<'_> {
    fn app(&self) -> &App {
        self.caller.app()
    }

    /// What the directory tells of a person whose password is right and who may log on.
    async fn admitted(&self, password: &Password) -> Result<Told, Refusal> {
        let groups = self.directory.groups(&self.found);
        let (state, groups) = futures_util::join!(self.state(password), groups);
        match state? {
            AccountState::Good => groups.map_err(|error| unanswered(&error)),
            state => Err(stands(state)),
        }
    }

    /// The state of the account of a person whose password is right.
    async fn state(&self, password: &Password) -> Result<AccountState, Refusal> {
        let answer = self.directory.verify(&self.found, password).await;
        self.guard.answered(self.app(), &answer);
        match answer.map_err(|error| unanswered(&error))? {
            Verdict::Good => self.here(AccountState::Good).await,
            Verdict::Wrong => Err(self.wrong()),
            // A locked account says nothing about the password, so it tells nobody.
            Verdict::State(AccountState::Locked) => Err(Refusal::wrong(Code::AccountLocked, false)),
            Verdict::State(state) => self.here(state).await,
        }
    }

    fn wrong(&self) -> Refusal {
        let card = self.found.state == AccountState::SmartCardRequired;
        let code = if card { Code::SmartCardRequired } else { Code::CredentialsRefused };
        let refusal = Refusal::wrong(code, false).because("wrong password");
        refusal.counted(self.guard.wrong(self.app()))
    }

    /// The same, where the directory cannot see it: it takes Pforte for the computer
    /// at which the person stands, and lets a card's owner in with a password.
    async fn here(&self, state: AccountState) -> Result<AccountState, Refusal> {
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
                let again = self.directory.user(&found.key).await.map_err(|error| unanswered(&error))?;
                again.map(|again| again.state).ok_or_else(|| Refusal::wrong(Code::CredentialsRefused, false))
            }
            state => Ok(state),
        }
    }

    /// Whether the station that proved itself is one of the user's computers.
    fn at_own_computer(&self) -> bool {
        let station = self.caller.station().map(|station| short(&station.name));
        station.is_some_and(|station| self.found.computers.iter().any(|own| short(own) == station))
    }

    /// Puts the new password in the place of the old one, which is right.
    async fn changed(&self, new: &Password) -> Result<Proof, Refusal> {
        own_password::may_be_written(self.app())?;
        match self.state(&self.attempt.password).await? {
            AccountState::Good | AccountState::MustChange | AccountState::PasswordExpired => {}
            state => return Err(stands(state)),
        }
        let (user, _) = self.known().await?;
        let change = self.directory.change_password(&self.found, &self.attempt.password, new).await;
        self.guard.answered(self.app(), &change);
        match change.map_err(|error| unanswered(&error))? {
            PasswordChange::Done => {}
            PasswordChange::Wrong => return Err(self.wrong()),
            PasswordChange::State(state) => return Err(stands(state)),
            PasswordChange::Unfit(faults) => return Err(Refusal::fault(Fault::unfit(&faults))),
        }
        own_password::changed_elsewhere(self.caller, &local::holder(&user, self.attempt)).await;
        let told = match self.attempt.wanted {
            // Whatever else stands against a log-on shows only with the new password.
            Wanted::Session => self.admitted(new).await?,
            Wanted::NewPassword => self.directory.groups(&self.found).await.unwrap_or_default(),
        };
        self.proof(&told).await
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
        let groups = known_groups(app, self.attempt, &told.groups);
        let named = Named { id: user.id, name: user.login.to_string() };
        if !app.live.plant().emergency.hold(named, &groups).is_empty() {
            app.live.standby().remember(user.id);
        }
        Ok(Proof {
            holder: local::holder(&user, self.attempt),
            groups,
            rehashed: None,
            password_at: None,
            password_ends_at: told.password_ends_at,
            unread,
            counted: Some(self.guard.key()),
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

/// The groups as far as Pforte knows them: only those can give anything.
fn known_groups(app: &App, attempt: &Attempt, marks: &[Mark]) -> Vec<GroupId> {
    let plant = app.live.plant();
    marks.iter().filter_map(|mark| plant.group_by_mark(attempt.directory.id, mark.as_bytes())).collect()
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
