//! Log-on from what is known, while no server of a directory answers.
//!
//! An administrator allows it for each directory, for so many hours after a
//! person's last log-on there. What is kept then is a verifier like those of local
//! passwords, and the groups as the directory told them. It is never looked at while
//! anything is heard of a server of the directory, and it is forgotten as soon as the
//! directory refuses a log-on of the person or binds it to computers, hours or a card.
//!
//! # Where to start reading
//!
//! [`identify`] is the log-on, [`learn`] puts down what it needs.

use crate::app::{App, Shared};
use crate::fault::{Chain, Fault};
use crate::live::plant::Kind;
use crate::service::begin::Proof;
use crate::service::local::{holder, new_salt};
use crate::service::logon::Attempt;
use crate::service::refuse::Refusal;
use pforte_directory::local::hasher::{HashError, Verified};
use pforte_directory::local::verifier::Verifier;
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, Found};
use pforte_model::account::AccountState;
use pforte_model::id::{DirectoryId, GroupId, UserId};
use pforte_model::time::Micros;
use pforte_store::known::{self, Known, ToldThen};
use pforte_store::users::{self, User};
use pforte_store::{StoreError, directories};
use pforte_wire::problem::Code;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most hours that an administrator can allow: a long plant holiday.
pub(crate) const MOST_HOURS: i64 = 30 * 24;

/// Most people who are known, over all directories.
const MOST_KNOWN: i64 = 20_000;

/// Most verifiers that wait to be made. Who comes later is known from the next log-on.
const MOST_WAITING: usize = 64;

/// No user: identifiers are of version 7.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// What is told to whoever is not known, or typed a wrong password.
const UNREACHABLE: &str = "No server of the directory answers: only who logged on lately can log on, with the \
                           right name and password.";

/// What a log-on taught about a person.
#[derive(Clone)]
pub(crate) struct Lesson {
    user: UserId,
    directory: DirectoryId,
    told: ToldThen,
}

/// What a directory told of a person whose password is right.
pub(crate) struct Answer<'a> {
    pub(crate) found: &'a Found,
    pub(crate) groups: &'a [GroupId],
    pub(crate) password_ends_at: Option<Micros>,
}

/// Whether a user may log on only at certain computers or hours, or with a card: such
/// a one is known to the directory alone.
pub(crate) fn is_bound(found: &Found) -> bool {
    found.at_hours || !found.computers.is_empty() || found.state == AccountState::SmartCardRequired
}

/// The lesson of a log-on, where people of the directory may be known.
pub(crate) fn lesson(app: &App, attempt: &Attempt, user: UserId, answer: &Answer<'_>) -> Option<Lesson> {
    let directory = &attempt.directory;
    // A ticket teaches no password.
    let by_password = attempt.lasting().is_some();
    let found = answer.found;
    // This computer is always there.
    let away = directory.kind != Kind::Os;
    (directory.known_hours > 0 && by_password && !is_bound(found) && away).then(|| Lesson {
        user,
        directory: directory.id,
        told: ToldThen {
            groups: answer.groups.to_vec(),
            at: app.clock.micros(),
            password_set_at: found.password_set_at,
            ends_at: [found.ends_at, answer.password_ends_at].into_iter().flatten().min(),
        },
    })
}

/// How many verifiers wait to be made now.
#[derive(Default)]
pub struct Learning(AtomicUsize);

/// Puts down what a log-on taught. A new verifier is made only where the password is
/// another one than that of the last log-on.
pub(crate) async fn learn(app: &App, attempt: &Attempt, lesson: Lesson) {
    if !app.writable() {
        return;
    }
    let waiting = app.learning.0.fetch_add(1, Ordering::Relaxed);
    if waiting < MOST_WAITING
        && let Some(password) = attempt.lasting()
        && let Err(fault) = put_down(app, password, lesson).await
    {
        tracing::warn!(code = fault.code.as_str(), "what a log-on taught could not be kept");
    }
    app.learning.0.fetch_sub(1, Ordering::Relaxed);
}

async fn put_down(app: &App, password: &Password, lesson: Lesson) -> Result<(), Fault> {
    let before = {
        let mut conn = app.store.read().await?;
        known::by_user(&mut conn, lesson.user).await?
    };
    let Lesson { user, directory, told } = lesson;
    let verifier = if is_kept(app, password, before, told.password_set_at).await? {
        None
    } else {
        let made = app.hasher.hash(password, user, new_salt(app)).await;
        Some(made.map_err(|_| Fault::from(Code::Busy))?)
    };
    app.store
        .write(async move |tx| {
            // It may have been switched off, or the user disabled, meanwhile.
            let row = directories::by_id(tx, directory).await?;
            let enabled = users::by_id(tx, user).await?.is_some_and(|user| user.enabled);
            if !enabled || !row.is_some_and(|row| row.enabled && row.known_hours > 0) {
                return Ok::<_, StoreError>(());
            }
            match verifier {
                None => known::told(tx, user, &told).await?,
                Some(made) => {
                    let (verifier, pepper) = (made.to_phc(), made.pepper().as_str().to_owned());
                    known::put(tx, &Known { user, verifier, pepper, told }).await?;
                }
            }
            Ok(())
        })
        .await
        .map_err(Fault::from)
}

/// Whether the verifier that is kept is one of this password. A domain controller that
/// tells the same time may not have heard of a new password yet, though another one has
/// let the person in with it, so the time alone says nothing.
async fn is_kept(
    app: &App,
    password: &Password,
    before: Option<Known>,
    set_at: Option<Micros>,
) -> Result<bool, Fault> {
    let kept = before.filter(|known| set_at.is_some() && known.told.password_set_at == set_at);
    let Some(known) = kept else { return Ok(false) };
    let Ok(verifier) = Verifier::parse(&known.verifier) else { return Ok(false) };
    match app.hasher.verify(password, Some((known.user, &verifier))).await {
        Ok(is) => Ok(is == Verified::Good),
        Err(HashError::UnknownPepper(_) | HashError::TooCostly) => Ok(false),
        Err(_) => Err(Code::Busy.into()),
    }
}

/// Who is it, by what is known; `error` is why the directory was not asked. Without
/// the administrator's leave, or while anything is heard of the directory, the refusal
/// for that.
pub(crate) async fn identify(
    app: &App,
    (attempt, password): (&Attempt, &Password),
    (directory, error): (&dyn Directory, &DirectoryError),
    refusal: Refusal,
) -> Result<Proof, Refusal> {
    // One answer that was lost does not make a directory unreachable.
    let silent = matches!(error, DirectoryError::Unreachable(fault) if fault.kind.is_silence());
    if attempt.directory.known_hours == 0 || !silent || !directory.is_away() {
        return Err(refusal);
    }
    let found = find(app, attempt).await.map_err(Refusal::fault)?;
    let verifier = found.as_ref().and_then(|(_, known)| Verifier::parse(&known.verifier).ok());
    let kept = found.as_ref().map(|(user, _)| user.id).zip(verifier.as_ref());
    let is = match app.hasher.verify(password, kept).await {
        Ok(is) => is,
        // It can never be right again.
        Err(HashError::UnknownPepper(_) | HashError::TooCostly) => Verified::Wrong,
        Err(error) => return Err(Refusal::fault(Code::Busy.into()).because(error.to_string())),
    };
    let Some((user, known)) = found else { return Err(wrong(false, "not known")) };
    match is {
        Verified::Good | Verified::Stale => Ok(proof(attempt, &user, known)),
        Verified::Wrong => Err(wrong(user.essential, "wrong password")),
    }
}

/// The user, if exactly one who may log on is known by this name, and not for too long.
/// A name of another directory is nobody's here. As much is read for those whom nobody
/// knows, so that the time does not tell who is known.
async fn find(app: &App, attempt: &Attempt) -> Result<Option<(User, Known)>, Fault> {
    let mut conn = app.store.read().await?;
    let name = attempt.name.as_ref().unwrap_or(&attempt.login);
    let found = users::by_login(&mut conn, attempt.directory.id, name).await?;
    let mut able = found.into_iter().filter(|user| user.enabled && attempt.name.is_some());
    let user = able.next().filter(|_| able.next().is_none());
    let known = known::by_user(&mut conn, user.as_ref().map_or(NOBODY, |user| user.id)).await?;
    let now = app.clock.micros();
    let fresh = |known: &Known| is_fresh(known, attempt.directory.known_hours, now);
    Ok(user.zip(known.filter(fresh)))
}

/// Whether what is known still counts. A clock that was set back makes nothing older.
fn is_fresh(known: &Known, hours: i64, now: Micros) -> bool {
    let told = known.told.at;
    now >= told && now < told.plus_seconds(hours * 3_600) && known.told.ends_at.is_none_or(|end| now < end)
}

fn proof(attempt: &Attempt, user: &User, known: Known) -> Proof {
    Proof {
        holder: holder(user, attempt),
        groups: known.told.groups,
        rehashed: None,
        password_at: None,
        unread: None,
        password_ends_at: None,
        counted: None,
        known_from: Some(known.told.at),
        unheard: Vec::new(),
        lesson: None,
    }
}

/// Wrong passwords, and people who are not known, get the same answer and are counted
/// alike, so that nobody learns who is known.
fn wrong(essential: bool, reason: &str) -> Refusal {
    let refusal = Refusal::wrong(Code::CredentialsRefused, essential).because(reason);
    Refusal { told: Fault::about(Code::DirectoryUnreachable, UNREACHABLE), ..refusal }
}

/// Forgets a person, if one is known, who may not log on any more.
pub(crate) async fn forget(app: &App, user: UserId) {
    if let Err(error) = forgotten(app, user).await {
        tracing::warn!(error = %Chain(&error), "a person could not be forgotten");
    }
}

async fn forgotten(app: &App, user: UserId) -> Result<(), StoreError> {
    let mut conn = app.store.read().await?;
    let known = known::by_user(&mut conn, user).await?;
    drop(conn);
    match known {
        Some(_) => app.store.write(async move |tx| known::forget(tx, user).await).await,
        None => Ok(()),
    }
}

/// Forgets whose time is over, and those of directories where nobody may be known.
pub(crate) async fn sweep(app: &Shared) {
    let (now, plant) = (app.clock.micros(), app.live.plant());
    let remote = plant.directories.iter().filter(|directory| directory.kind != Kind::Local);
    let ends: Vec<(DirectoryId, Micros)> = remote
        .map(|one| (one.id, now.plus_seconds(if one.known_hours > 0 { -one.known_hours * 3_600 } else { 1 })))
        .collect();
    let swept = app
        .store
        .write(async move |tx| {
            for (directory, before) in &ends {
                known::forget_of(tx, *directory, *before).await?;
            }
            known::keep(tx, MOST_KNOWN).await
        })
        .await;
    if let Err(error) = swept {
        tracing::warn!(error = %Chain(&error), "people could not be forgotten");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(at: i64, ends_at: Option<i64>) -> Known {
        let ends_at = ends_at.map(|end| Micros(0).plus_seconds(end));
        let at = Micros(0).plus_seconds(at);
        let told = ToldThen { groups: Vec::new(), at, password_set_at: None, ends_at };
        let user = UserId::from_bytes([1; 16]);
        Known { user, verifier: String::new(), pepper: String::new(), told }
    }

    #[test]
    fn what_is_known_counts_for_its_hours_and_not_past_the_end_of_account_or_password() {
        let at = |seconds: i64| Micros(0).plus_seconds(seconds);
        assert!(is_fresh(&known(0, None), 1, at(3_599)));
        assert!(!is_fresh(&known(0, None), 1, at(3_600)));
        assert!(!is_fresh(&known(10, None), 1, at(9)), "the clock was set back");
        assert!(is_fresh(&known(0, Some(100)), 1, at(99)));
        assert!(!is_fresh(&known(0, Some(100)), 1, at(100)));
    }
}
