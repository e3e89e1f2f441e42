//! New passwords of local users: checked against the profile, hashed, saved.

use crate::app::App;
use crate::fault::Fault;
use crate::service::adopt;
use crate::service::local::new_salt;
use crate::service::plant::Change;
use crate::service::scribe::Draft;
use pforte_directory::local::profile::About;
use pforte_directory::local::verifier::Verifier;
use pforte_directory::secret::Password;
use pforte_model::event::EventType;
use pforte_model::id::{PersonId, UserId};
use pforte_model::name::{Label, LoginName};
use pforte_store::local::{self, LocalUser, NewPassword};
use pforte_store::users::User;
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use pforte_wire::user::{NewUser, SetPassword};
use serde_json::json;

/// A user of the local directory, ready to be saved.
pub(crate) struct Made {
    /// The user.
    pub(crate) row: User,
    verifier: Verifier,
    must_change: bool,
}

/// Makes a user of the local directory; nothing is saved yet.
pub(crate) async fn new_local_user(app: &App, asked: &NewUser) -> Result<Made, Fault> {
    let login = local_login(&asked.login)?;
    let label = Label::parse(asked.label.as_deref().unwrap_or(&beginning(&asked.login)))?;
    let now = app.clock.micros();
    let id = UserId::from_bytes(app.ids.bytes(now));
    let words = [login.as_str(), label.as_str()];
    let verifier = checked(app, id, &new(&asked.password)?, &words, None).await?;
    let row = User {
        id,
        directory: local_directory(app)?,
        key: id.as_bytes().to_vec(),
        login,
        label: label.to_string(),
        person: PersonId::from_bytes(app.ids.bytes(now)),
        enabled: true,
        essential: asked.essential,
        adopted_at: now,
        seen_at: None,
        version: 1,
    };
    Ok(Made { row, verifier, must_change: asked.must_change })
}

/// What is shown of a log-on name that is longer than any label.
fn beginning(login: &str) -> String {
    login.chars().take(Label::MAX_CHARS).collect()
}

/// A name for the local directory: without the marks that name a directory.
pub(crate) fn local_login(typed: &str) -> Result<LoginName, Fault> {
    let login = LoginName::parse(typed)?;
    if login.as_str().contains(['\\', '@']) {
        return Err(Fault::about(Code::NameInvalid, "A local log-on name has neither \\ nor @."));
    }
    Ok(login)
}

impl Made {
    /// Saves the user with an event; a name that was ever taken is refused.
    pub(crate) async fn insert(&self, change: &mut Change<'_>) -> Result<(), Fault> {
        adopt::insert(change.tx, &self.row, self.row.adopted_at).await?;
        let user = LocalUser {
            user: self.row.id,
            login: self.row.login.clone(),
            verifier: self.verifier.to_phc(),
            pepper: self.verifier.pepper().as_str().to_owned(),
            must_change: self.must_change,
            password_at: self.row.adopted_at,
            expires_at: None,
        };
        local::insert(change.tx, &user).await?;
        let draft = Draft::done(EventType::UserCreated).what("user", self.row.id, self.row.login.as_str());
        let User { login, label, essential, .. } = &self.row;
        let told = json!({
            "login": login, "label": label, "essential": essential, "must_change": self.must_change
        });
        Ok(change.event(draft.new(&told))?)
    }
}

/// Sets a user's password, as an administrator.
pub(crate) async fn set(app: &App, user: &User, asked: &SetPassword) -> Result<NewPassword, Fault> {
    let password = new(&asked.password)?;
    Ok(NewPassword { must_change: asked.must_change, ..made(app, user, &password, None).await? })
}

/// A new password of a local user, ready to be saved. `since_change` as in [`About`].
pub(crate) async fn made(
    app: &App,
    user: &User,
    password: &Password,
    since_change: Option<i64>,
) -> Result<NewPassword, Fault> {
    let words = [user.login.as_str(), &user.label];
    let verifier = checked(app, user.id, password, &words, since_change).await?;
    Ok(NewPassword {
        verifier: verifier.to_phc(),
        pepper: verifier.pepper().as_str().to_owned(),
        must_change: false,
        at: app.clock.micros(),
    })
}

/// A new password as it was typed.
pub(crate) fn new(typed: &Secret) -> Result<Password, Fault> {
    Password::parse(typed.expose())
        .map_err(|bad| Fault::about(Code::PasswordUnfit, &format!("The password: {bad}.")))
}

/// Checks a new password against the rules and hashes it.
async fn checked(
    app: &App,
    user: UserId,
    password: &Password,
    words: &[&str],
    since_change: Option<i64>,
) -> Result<Verifier, Fault> {
    let words: Vec<&str> = words.iter().copied().chain([app.config.plant.name.as_str()]).collect();
    let about = About { words: &words, reused: reused(app, user, password).await?, since_change };
    app.profile.check(password, &about).map_err(|faults| Fault::unfit(&faults))?;
    app.hasher.hash(password, user, new_salt(app)).await.map_err(|_| Code::Busy.into())
}

/// Whether it is one of the user's last passwords, where the rules ask for that.
async fn reused(app: &App, user: UserId, password: &Password) -> Result<bool, Fault> {
    let most = u32::try_from(app.profile.history()).unwrap_or(0);
    if most == 0 {
        return Ok(false);
    }
    let mut old = {
        let mut conn = app.store.read().await?;
        let mut old = local::history(&mut conn, user, most).await?;
        old.extend(local::by_user(&mut conn, user).await?.map(|user| user.verifier));
        old
    };
    let old: Vec<Verifier> = old.drain(..).filter_map(|text| Verifier::parse(&text).ok()).collect();
    app.hasher.is_one_of(password, user, &old).await.map_err(|_| Code::Busy.into())
}

fn local_directory(app: &App) -> Result<pforte_model::id::DirectoryId, Fault> {
    let plant = app.live.plant();
    let local = plant.directories.iter().find(|d| d.kind == crate::live::plant::Kind::Local);
    local.map(|directory| directory.id).ok_or_else(|| Code::DirectoryUnknown.into())
}
