//! The set-up: a code that is shown once makes the first administrator.

use crate::app::App;
use crate::fault::{Chain, Fault};
use crate::http::caller::Caller;
use crate::service::plant::{self, Change};
use crate::service::scribe::{Draft, Origin};
use crate::service::{passwords, users as shown};
use pforte_directory::local::generate::SetupCode;
use pforte_model::account::Principal;
use pforte_model::event::EventType;
use pforte_model::policy::MemberFact;
use pforte_store::users::User as Row;
use pforte_store::{StoreError, groups, setup};
use pforte_wire::logon::SetUp;
use pforte_wire::problem::Code;
use pforte_wire::user::{NewUser, User};

/// The built-in group whose members administer Pforte.
pub const ADMINISTRATORS: &str = "Logon_Administrator";

/// Whether the first administrator has still to be made.
pub async fn is_open(app: &App) -> Result<bool, Fault> {
    let mut conn = app.store.read().await?;
    Ok(setup::get(&mut conn).await?.is_some_and(|setup| setup.used_at.is_none()))
}

/// Makes the first administrator and uses the code up.
pub async fn first_administrator(caller: &Caller, asked: SetUp) -> Result<User, Fault> {
    let app = caller.app();
    let row = {
        let mut conn = app.store.read().await?;
        setup::get(&mut conn).await?.filter(|setup| setup.used_at.is_none())
    };
    let fits = |code: SetupCode| row.as_ref().is_some_and(|row| code.matches(&row.code));
    if !SetupCode::parse(asked.code.expose()).is_ok_and(fits) {
        refused(app, &caller.origin()).await;
        return Err(Code::SetUpRefused.into());
    }
    let new = NewUser {
        login: asked.user,
        label: asked.label,
        password: asked.password,
        must_change: false,
        essential: false,
    };
    let made = passwords::new_local_user(app, &new).await?;
    plant::configure(app, caller.origin(), async move |change| {
        setup::use_up(change.tx, change.app().clock.micros()).await.map_err(|error| match error {
            StoreError::Missing => Code::SetUpRefused.into(),
            other => Fault::from(other),
        })?;
        made.insert(change).await?;
        join_administrators(change, &made.row).await?;
        shown::user(change.tx, made.row).await
    })
    .await
}

async fn join_administrators(change: &mut Change<'_>, user: &Row) -> Result<(), Fault> {
    let group = groups::built_in(change.tx, ADMINISTRATORS).await?.ok_or(Code::Internal)?;
    groups::add_member(change.tx, MemberFact { member: Principal::User(user.id), group: group.id }).await?;
    let draft = Draft::done(EventType::FirstAdministrator).what("user", user.id, user.login.as_str());
    Ok(change.event(draft)?)
}

/// A wrong code is an alarm; the first ones of a minute are events of their own.
async fn refused(app: &App, origin: &Origin) {
    if !app.refusals.own_event(app.clock.micros()) {
        return;
    }
    let event = app.scribe.event(origin, Draft::refused(EventType::SetUpRefused, Code::SetUpRefused));
    let written = app
        .store
        .write(async move |tx| {
            tx.append(&event)?;
            Ok::<_, StoreError>(())
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(
            error = %Chain(&error),
            "a refused set-up could not be written down"
        );
    }
}
