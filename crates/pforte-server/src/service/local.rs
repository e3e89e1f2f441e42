//! Who is it, by the local directory.

use crate::app::App;
use crate::fault::{Fault, state_code};
use crate::http::caller::Caller;
use crate::live::session::Holder;
use crate::service::begin::{Proof, Rehashed};
use crate::service::logon::Attempt;
use crate::service::own_password;
use crate::service::refuse::Refusal;
use pforte_directory::local::hasher::{HashError, Verified};
use pforte_directory::local::verifier::Verifier;
use pforte_directory::secret::Password;
use pforte_model::account::AccountState;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_store::local::{self, LocalUser};
use pforte_store::users::{self, User};
use pforte_wire::problem::Code;
use std::time::Duration;

/// Whether a typed name says by its own name which directory it belongs to: `local\name`.
pub(crate) fn owns(directory: &str, login: &LoginName) -> bool {
    login.as_str().split_once('\\').is_some_and(|(domain, _)| domain == directory)
}

/// The name without its directory in front of it.
pub(crate) fn bare(directory: &str, login: LoginName) -> LoginName {
    let bare = login.as_str().split_once('\\').filter(|(domain, _)| *domain == directory);
    bare.and_then(|(_, name)| LoginName::parse(name).ok()).unwrap_or(login)
}

/// Checks the password, for an unknown name against nothing that fits, in the
/// same time.
pub(crate) async fn identify(
    caller: &Caller,
    attempt: &Attempt,
    password: &Password,
) -> Result<Proof, Refusal> {
    let app = caller.app();
    let (user, unread) = match found(app, attempt).await {
        Ok(user) => (user, None),
        Err(fault) if fault.code == Code::Busy => return Err(Refusal::fault(fault)),
        Err(fault) => (standing(app, attempt), Some(fault)),
    };
    let unread = unread.as_ref();
    let verifier = user.as_ref().and_then(|user| Verifier::parse(&user.local.verifier).ok());
    let known = user.as_ref().map(|user| user.row.id).zip(verifier.as_ref());
    let checked = app.hasher.verify(password, known).await;
    let Some(user) = user else {
        checked.map_err(|error| hash_refusal(&error, false))?;
        return Err(wrong(false, "no such user", unread));
    };
    let essential = user.row.essential;
    match checked.map_err(|error| hash_refusal(&error, essential))? {
        Verified::Wrong if verifier.is_none() => {
            Err(wrong(essential, "the stored verifier is damaged", unread))
        }
        Verified::Wrong => Err(wrong(essential, "wrong password", unread)),
        Verified::Good | Verified::Stale if attempt.new.is_some() => {
            unread.map_or(Ok(()), |fault| Err(Refusal::fault(fault.clone())))?;
            changed(caller, attempt, user).await
        }
        Verified::Stale if unread.is_none() => {
            Ok(Proof { rehashed: rehashed(app, password, &user).await, ..proof(app, attempt, &user)? })
        }
        Verified::Good | Verified::Stale => {
            Ok(Proof { unread: unread.cloned(), ..proof(app, attempt, &user)? })
        }
    }
}

/// Puts the new password in the place of the one that was right; nothing but its
/// age or the wish of an administrator may stand against the account.
async fn changed(caller: &Caller, attempt: &Attempt, mut user: Known) -> Result<Proof, Refusal> {
    let app = caller.app();
    let demanded = match state(app, &user) {
        AccountState::Good => false,
        AccountState::MustChange | AccountState::PasswordExpired => true,
        other => return Err(Refusal::state(state_code(other).unwrap_or(Code::CredentialsRefused))),
    };
    if let Some(new) = &attempt.new {
        let holder = holder(&user.row, attempt);
        let at = own_password::change_local(caller, &holder, (&user.row, &user.local), new, demanded).await?;
        (user.local.password_at, user.local.must_change) = (at, false);
    }
    proof(app, attempt, &user)
}

/// Wrong name or password. While the database cannot be read nobody is told which
/// users memory holds: all get the same answer.
fn wrong(essential: bool, reason: &str, unread: Option<&Fault>) -> Refusal {
    let refusal = Refusal::wrong(Code::CredentialsRefused, essential).because(reason);
    match unread {
        None => refusal,
        Some(_) => Refusal { told: Fault::about(Code::StoreUnavailable, UNREAD), ..refusal },
    }
}

/// What is said to whom the database would be needed for.
const UNREAD: &str =
    "The database cannot be read: only emergency operators can log on, with the right name and password.";

/// How long the database is waited for that is known not to take anything.
const READ_WAIT: Duration = Duration::from_secs(2);

/// The user in the database.
async fn found(app: &App, attempt: &Attempt) -> Result<Option<Known>, Fault> {
    if app.writable() {
        return find(app, attempt).await;
    }
    let found = tokio::time::timeout(READ_WAIT, find(app, attempt)).await;
    found.unwrap_or_else(|_| Err(Code::StoreUnavailable.into()))
}

/// The user in memory, when the database cannot be read.
fn standing(app: &App, attempt: &Attempt) -> Option<Known> {
    let now = app.clock.monotonic();
    let user = app.live.standby().by_login(attempt.directory.id, &attempt.login, now)?;
    Some(Known { row: user.row.clone(), local: user.local.clone()? })
}

/// A user of the local directory.
struct Known {
    row: User,
    local: LocalUser,
}

async fn find(app: &App, attempt: &Attempt) -> Result<Option<Known>, Fault> {
    let mut conn = app.store.read().await?;
    let Some(local) = local::by_login(&mut conn, &attempt.login).await? else { return Ok(None) };
    let row = users::by_id(&mut conn, local.user).await?;
    Ok(row.map(|row| Known { row, local }))
}

fn proof(app: &App, attempt: &Attempt, user: &Known) -> Result<Proof, Refusal> {
    if let Some(code) = state_code(state(app, user)) {
        return Err(Refusal::state(code));
    }
    let password_at = Some(user.local.password_at);
    Ok(Proof {
        holder: holder(&user.row, attempt),
        groups: Vec::new(),
        rehashed: None,
        password_at,
        password_ends_at: app.profile.expires_at(user.local.password_at),
        unread: None,
        counted: None,
        known_from: None,
        unheard: Vec::new(),
        lesson: None,
    })
}

/// The holder of the session to come.
pub(crate) fn holder(user: &User, attempt: &Attempt) -> Holder {
    Holder {
        person: user.person,
        user: user.id,
        login: user.login.to_string(),
        label: user.label.clone(),
        directory: attempt.directory.id,
        directory_name: attempt.directory.name.clone(),
        key: user.key.clone(),
    }
}

fn state(app: &App, user: &Known) -> AccountState {
    let over = |end: Option<Micros>| end.is_some_and(|end| end <= app.clock.micros());
    match () {
        () if !user.row.enabled => AccountState::Disabled,
        () if over(user.local.expires_at) => AccountState::Expired,
        () if over(app.profile.expires_at(user.local.password_at)) => AccountState::PasswordExpired,
        () if user.local.must_change => AccountState::MustChange,
        () => AccountState::Good,
    }
}

/// A verifier by today's parameters. If the queue is full the old one stays
/// until the next log-on.
async fn rehashed(app: &App, password: &Password, user: &Known) -> Option<Rehashed> {
    let verifier = app.hasher.hash(password, user.row.id, new_salt(app)).await.ok()?;
    Some(Rehashed {
        old: user.local.verifier.clone(),
        verifier: verifier.to_phc(),
        pepper: verifier.pepper().as_str().to_owned(),
    })
}

/// A salt for a new verifier.
pub(crate) fn new_salt(app: &App) -> [u8; 16] {
    let mut salt = [0; 16];
    rand::Rng::fill_bytes(&mut *app.ids.rng(), &mut salt);
    salt
}

/// A password that could not be hashed now is no wrong password.
fn hash_refusal(error: &HashError, essential: bool) -> Refusal {
    match error {
        HashError::Busy | HashError::Late | HashError::Stopped | HashError::Memory => {
            Refusal::fault(Code::Busy.into()).because(error.to_string())
        }
        HashError::UnknownPepper(_) | HashError::TooCostly => {
            Refusal::wrong(Code::CredentialsRefused, essential).because(error.to_string())
        }
    }
}
