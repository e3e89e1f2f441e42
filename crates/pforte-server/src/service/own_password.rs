//! People change their own passwords.
//!
//! Whoever changes a password has just proved the old one, by the way of a log-on:
//! the same throttle, the same turns, the same events.
//!
//! # What becomes of sessions that the old password opened
//!
//! Those that are bound to no station end: their token alone is what counts, and if
//! the password had become known, somebody else may hold one (NIST SP 800-63B, 7.1).
//! The one that the change comes from stays, and so do those at stations: such a
//! session is worth nothing away from its station, and an operator in charge of a
//! running plant is not put out by the own, rightful act at another panel. An
//! administrator who sets a password ends them all.

use crate::app::App;
use crate::fault::{Chain, Fault};
use crate::http::caller::Caller;
use crate::live::session::Holder;
use crate::service::begin::{self, Proof};
use crate::service::logon::Attempt;
use crate::service::plant::{self, Change};
use crate::service::refuse::Refusal;
use crate::service::scribe::Draft;
use crate::service::{emergency, endings, passwords};
use pforte_directory::secret::Password;
use pforte_model::event::EventType;
use pforte_model::id::{SessionId, UserId};
use pforte_model::time::Micros;
use pforte_store::local::{self, LocalUser};
use pforte_store::users::User;
use pforte_store::{StoreError, throttle};
use pforte_wire::problem::Code;

/// The reason in the events of the sessions that end.
const REASON: &str = "the person changed the password";

/// Nothing is changed while the event of it could not be written.
pub(crate) fn may_be_written(app: &App) -> Result<(), Refusal> {
    emergency::refuse(app).map_err(Refusal::fault)
}

/// Writes down that a directory has changed the password of this person.
pub(crate) async fn changed_elsewhere(caller: &Caller, holder: &Holder) {
    let app = caller.app();
    let (user, own) = (holder.user, own(caller, holder.user));
    let (told, origin) = (event(holder), caller.origin().by(holder.actor()));
    let kept = app.scribe.event(&origin, told.clone());
    let written =
        plant::record(app, origin, async move |change| settled(change, told, user, own).await).await;
    if let Err(fault) = written {
        // It holds already, so that its event must not be lost.
        tracing::error!(code = fault.code.as_str(), "a changed password could not be written down");
        emergency::tell(app, kept).await;
    }
}

/// Changes the password of a local user who has proved the old one; gives when it was
/// set. `demanded`: it must be changed, so that no least age holds it up.
pub(crate) async fn change_local(
    caller: &Caller,
    holder: &Holder,
    (row, before): (&User, &LocalUser),
    new: &Password,
    demanded: bool,
) -> Result<Micros, Refusal> {
    let app = caller.app();
    may_be_written(app)?;
    let since = (!demanded).then(|| app.clock.micros().since(before.password_at));
    let mut made = passwords::made(app, row, new, since).await.map_err(Refusal::fault)?;
    // Passwords keep their order also when the clock was set back.
    made.at = made.at.max(Micros(before.password_at.0.saturating_add(1)));
    let keep = u32::try_from(app.profile.history()).unwrap_or(u32::MAX).max(1);
    let (user, own, at) = (row.id, own(caller, row.id), made.at);
    let (told, old) = (event(holder), before.verifier.clone());
    let origin = caller.origin().by(holder.actor());
    plant::record(app, origin, async move |change| {
        // Somebody may have set another one while this one was judged.
        if local::by_user(change.tx, user).await?.is_none_or(|now| now.verifier != old) {
            return Err(Code::CredentialsRefused.into());
        }
        local::set_password(change.tx, user, &made).await?;
        local::forget_history(change.tx, user, keep).await?;
        change.user_changed(user);
        settled(change, told, user, own).await
    })
    .await
    .map_err(Refusal::fault)?;
    Ok(at)
}

fn event(holder: &Holder) -> Draft {
    Draft::done(EventType::PasswordChanged).what("user", holder.user, &holder.login)
}

async fn settled(
    change: &mut Change<'_>,
    told: Draft,
    user: UserId,
    own: Option<SessionId>,
) -> Result<(), Fault> {
    change.event(told)?;
    endings::of_no_station(change, user, own, REASON).await
}

/// The session that the change comes from, if it is the same user's.
fn own(caller: &Caller, user: UserId) -> Option<SessionId> {
    caller.session().filter(|session| session.holder.user == user).map(|session| session.id)
}

/// After a change without a log-on: the failures before it are forgotten, and
/// sessions that go on know when the new password ends.
pub(crate) async fn settle(app: &App, attempt: &Attempt, proof: &Proof) {
    let running = app.live.sessions().all().into_iter();
    for session in running.filter(|session| session.holder.user == proof.holder.user) {
        session.password_ends(proof.password_ends_at);
    }
    let keys = begin::forgotten(app, attempt, proof);
    if keys.is_empty() {
        return;
    }
    let cleared = app
        .store
        .write(async move |tx| {
            for key in &keys {
                throttle::clear(tx, key).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
    if let Err(error) = cleared {
        tracing::warn!(error = %Chain(&error), "failures could not be forgotten");
    }
}
