//! Who is it, by a directory that is not the built-in one.

use crate::app::App;
use crate::fault::{Fault, state_code};
use crate::service::adopt;
use crate::service::begin::Proof;
use crate::service::directories::told;
use crate::service::known::{self, Answer};
use crate::service::local;
use crate::service::logon::Attempt;
use crate::service::refuse::Refusal;
use crate::service::scribe::Origin;
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, Found, Mark, Told, Verdict};
use pforte_model::account::AccountState;
use pforte_model::id::GroupId;
use pforte_model::policy::Named;
use pforte_store::users;
use pforte_wire::problem::Code;

/// Finds the user, checks the password by one bind, reads the groups meanwhile.
pub(crate) async fn identify(app: &App, attempt: &Attempt, password: &Password) -> Result<Proof, Refusal> {
    let Some(directory) = app.directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let found = match directory.find(&attempt.login).await {
        Ok(found) => found,
        Err(error) => return known::identify(app, (attempt, password), &error, unanswered(&error)).await,
    };
    let Some(found) = found else {
        directory.verify_unknown(password).await.map_err(|e| unanswered(&e))?;
        return Err(Refusal::wrong(Code::CredentialsRefused, false).because("no such user"));
    };
    match checked(&*directory, &found, password).await {
        Ok(Checked::Good(told)) => proof(app, attempt, &found, &told).await,
        Ok(Checked::Wrong) => Err(Refusal::wrong(Code::CredentialsRefused, false).because("wrong password")),
        // A locked account says nothing about the password, so it tells nobody.
        Ok(Checked::State(AccountState::Locked)) => Err(Refusal::wrong(Code::AccountLocked, false)),
        Ok(Checked::State(state)) => {
            barred(app, attempt, &found, state).await;
            Err(Refusal::state(state_code(state).unwrap_or(Code::CredentialsRefused)))
        }
        Err(error) => known::identify(app, (attempt, password), &error, unanswered(&error)).await,
    }
}

/// Who is it, by a ticket that was checked: the directory is asked about the account
/// and its groups as they are now, whatever the ticket says of them.
pub(crate) async fn by_ticket(app: &App, attempt: &Attempt, mark: &Mark) -> Result<Proof, Refusal> {
    let Some(directory) = app.directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let found = directory.user_by_mark(mark).await.map_err(|error| unanswered(&error))?;
    let Some(found) = found else {
        return Err(Refusal::state(Code::TicketRefused).because("the directory has no such user any more"));
    };
    if let Some(code) = state_code(found.state) {
        barred(app, attempt, &found, found.state).await;
        return Err(Refusal::state(code));
    }
    let told = directory.groups(&found).await.map_err(|error| unanswered(&error))?;
    proof(app, attempt, &found, &told).await
}

/// What a directory says of a person and a password.
enum Checked {
    Good(Told),
    Wrong,
    State(AccountState),
}

/// Checks the password by one bind and reads the groups meanwhile.
async fn checked(
    directory: &dyn Directory,
    found: &Found,
    password: &Password,
) -> Result<Checked, DirectoryError> {
    let (outcome, groups) = futures_util::join!(directory.verify(found, password), directory.groups(found));
    Ok(match outcome? {
        Verdict::Good => Checked::Good(groups?),
        Verdict::Wrong => Checked::Wrong,
        Verdict::State(state) => Checked::State(state),
    })
}

/// Who may not log on for good is not known any more.
async fn barred(app: &App, attempt: &Attempt, found: &Found, state: AccountState) {
    if attempt.directory.known_hours == 0 || !matches!(state, AccountState::Disabled | AccountState::Expired)
    {
        return;
    }
    let Ok(mut conn) = app.store.read().await else { return };
    let user = users::by_key(&mut conn, attempt.directory.id, found.key.as_bytes()).await;
    drop(conn);
    if let Ok(Some(user)) = user {
        known::forget(app, user.id).await;
    }
}

async fn proof(app: &App, attempt: &Attempt, found: &Found, told: &Told) -> Result<Proof, Refusal> {
    let known = adopt::user(app, &Origin::server(), attempt.directory.id, found).await;
    let (user, unread) = match known {
        Ok(user) => (user, None),
        Err(fault) if !fault.is_unwritable() => return Err(Refusal::fault(fault)),
        Err(fault) => {
            // Who was never seen here has no name that anything could be assigned to.
            let (now, key) = (app.clock.monotonic(), found.key.as_bytes());
            let standing = app.live.standby().by_key(attempt.directory.id, key, now);
            let user = standing.ok_or_else(|| Refusal::fault(fault.clone()))?;
            (user.row.clone(), Some(fault))
        }
    };
    if !user.enabled {
        return Err(Refusal::state(Code::AccountDisabled));
    }
    let groups = known_groups(app, attempt, &told.groups);
    let named = Named { id: user.id, name: user.login.to_string() };
    if !app.live.plant().emergency.hold(named, &groups).is_empty() {
        app.live.standby().remember(user.id);
    }
    let holder = local::holder(&user, attempt);
    let password_ends_at = told.password_ends_at;
    let lesson = known::lesson(app, attempt, user.id, &Answer { found, groups: &groups, password_ends_at });
    Ok(Proof {
        holder,
        groups,
        rehashed: None,
        password_at: None,
        password_ends_at,
        unread,
        known_from: None,
        lesson,
    })
}

/// The groups as far as Pforte knows them: only those can give anything.
fn known_groups(app: &App, attempt: &Attempt, marks: &[Mark]) -> Vec<GroupId> {
    let plant = app.live.plant();
    marks.iter().filter_map(|mark| plant.group_by_mark(attempt.directory.id, mark.as_bytes())).collect()
}

/// A directory that did not answer says nothing about the password.
fn unanswered(error: &DirectoryError) -> Refusal {
    let reason = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
    Refusal::fault(Fault::new(told(error))).because(reason)
}
