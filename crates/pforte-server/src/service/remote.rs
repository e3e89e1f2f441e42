//! Who is it, by a directory that is not the built-in one.

use crate::app::App;
use crate::fault::{Fault, state_code};
use crate::service::adopt;
use crate::service::begin::Proof;
use crate::service::directories::told;
use crate::service::local;
use crate::service::logon::Attempt;
use crate::service::refuse::Refusal;
use crate::service::scribe::Origin;
use pforte_directory::{Directory, DirectoryError, Found, Mark, Told, Verdict};
use pforte_model::account::AccountState;
use pforte_model::id::GroupId;
use pforte_model::policy::Named;
use pforte_wire::problem::Code;

/// Finds the user, checks the password by one bind, reads the groups meanwhile.
pub(crate) async fn identify(app: &App, attempt: &Attempt) -> Result<Proof, Refusal> {
    let Some(directory) = app.directories.running(attempt.directory.id) else {
        return Err(Refusal::fault(Code::DirectoryUnreachable.into()));
    };
    let Some(found) = directory.find(&attempt.login).await.map_err(|e| unanswered(&e))? else {
        directory.verify_unknown(&attempt.password).await.map_err(|e| unanswered(&e))?;
        return Err(Refusal::wrong(Code::CredentialsRefused, false).because("no such user"));
    };
    let told = checked(&*directory, &found, attempt).await?;
    proof(app, attempt, &found, &told).await
}

/// What the directory tells of a person whose password is right.
async fn checked(directory: &dyn Directory, found: &Found, attempt: &Attempt) -> Result<Told, Refusal> {
    let (outcome, groups) =
        futures_util::join!(directory.verify(found, &attempt.password), directory.groups(found));
    match outcome.map_err(|error| unanswered(&error))? {
        Verdict::Good => groups.map_err(|error| unanswered(&error)),
        Verdict::Wrong => Err(Refusal::wrong(Code::CredentialsRefused, false).because("wrong password")),
        // A locked account says nothing about the password, so it tells nobody.
        Verdict::State(AccountState::Locked) => Err(Refusal::wrong(Code::AccountLocked, false)),
        Verdict::State(state) => Err(Refusal::state(state_code(state).unwrap_or(Code::CredentialsRefused))),
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
    Ok(Proof { holder, groups, rehashed: None, password_at: None, password_ends_at, unread })
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
