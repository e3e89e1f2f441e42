//! Log on and change user: who is it, and may they?
//!
//! A password is tried in the one directory that was chosen or that the name
//! tells, never in the next. One try of a person is one try there. An unknown
//! name and a wrong password go the same way and get the same answer.
//!
//! # Where to start reading
//!
//! [`log_on`] is the whole way; [`identify`] asks the directory, [`begin`] makes
//! the session, [`refuse`] counts and writes down a refusal. Whoever only changes the
//! own password goes the same way and gets no session ([`change_password`]).

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::barrings::Noted;
use crate::live::plant::{Directory, Kind, Station};
use crate::metrics;
use crate::service::begin::{self, Proof};
use crate::service::known::{self, Lesson};
use crate::service::refuse::{self, Refusal};
use crate::service::throttle::Key;
use crate::service::{emergency, local, own_password, passwords, remote, view};
use pforte_directory::Mark;
use pforte_directory::secret::Password;
use pforte_model::event::EventType;
use pforte_model::factor::Factor;
use pforte_model::id::{DirectoryId, StationId};
use pforte_model::name::{LoginName, fold};
use pforte_store::users;
use pforte_wire::logon::{DirectoryChoice, LANGUAGES, LogOnOptions};
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use pforte_wire::session::{LogOn, LoggedOn};
use pforte_wire::user::ChangePassword;
use std::sync::Arc;
use std::time::Duration;

/// What a person shows as proof.
pub(crate) enum Shown {
    /// A password, not yet checked.
    Password(Password),
    /// A ticket that was checked, with the mark of whose it is.
    Ticket(Mark),
}

impl Shown {
    /// What is proved by it.
    pub(crate) const fn factor(&self) -> Factor {
        match self {
            Self::Password(_) => Factor::Password,
            Self::Ticket(_) => Factor::Kerberos,
        }
    }
}

/// What a try is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A session.
    Session,
    /// Another password, and nothing else.
    NewPassword,
    /// Nothing but to know who it is, for an electronic signature.
    Signature,
}

/// What came of a try.
enum Tried {
    /// A session began.
    Begun(Box<LoggedOn>),
    /// The password was changed.
    Changed,
    /// It is this person.
    Proved(Box<Proof>),
}

/// One try of a person.
pub(crate) struct Attempt {
    /// The directory that is asked.
    pub(crate) directory: Arc<Directory>,
    /// The name as it is looked up there.
    pub(crate) login: LoginName,
    /// The account name in it, where it is that of a user of this directory and of no
    /// other one, however it was typed.
    pub(crate) name: Option<LoginName>,
    /// What was shown as proof.
    pub(crate) shown: Shown,
    /// The one that takes its place.
    pub(crate) new: Option<Password>,
    /// What is wanted.
    pub(crate) wanted: Wanted,
    /// The station that proved itself.
    pub(crate) station: Option<StationId>,
    /// What was barred before anybody was asked.
    pub(crate) noted: Noted,
}

impl Attempt {
    fn new(app: &App, caller: &Caller, asked: &LogOn) -> Result<Self, Fault> {
        let noted = app.live.barrings().note();
        let typed = LoginName::parse(&asked.user)?;
        let (directory, login) = choose(app, asked.directory.as_deref(), typed)?;
        let password = old(&asked.password)?;
        let new = asked.new_password.as_ref().map(passwords::new).transpose()?;
        let station = caller.station().map(|station| station.id);
        let (name, shown) = (account_name(app, directory.id, &login), Shown::Password(password));
        Ok(Self { directory, login, name, shown, new, wanted: Wanted::Session, station, noted })
    }

    /// Of somebody whose ticket was checked.
    pub(crate) fn by_ticket(
        caller: &Caller,
        directory: Arc<Directory>,
        login: LoginName,
        mark: Mark,
    ) -> Self {
        let app = caller.app();
        let (noted, station) = (app.live.barrings().note(), caller.station().map(|station| station.id));
        let (name, shown) = (account_name(app, directory.id, &login), Shown::Ticket(mark));
        Self { directory, login, name, shown, new: None, wanted: Wanted::Session, station, noted }
    }

    /// Of somebody who changes the own password; without a name the one whose session it is.
    fn to_change(app: &App, caller: &Caller, asked: &ChangePassword) -> Result<Self, Fault> {
        let noted = app.live.barrings().note();
        let (directory, login) = match &asked.user {
            Some(user) => choose(app, asked.directory.as_deref(), LoginName::parse(user)?)?,
            None => own(app, caller)?,
        };
        let (password, new) = (old(&asked.password)?, Some(passwords::new(&asked.new_password)?));
        let station = caller.station().map(|station| station.id);
        let (name, shown) = (account_name(app, directory.id, &login), Shown::Password(password));
        Ok(Self { directory, login, name, shown, new, wanted: Wanted::NewPassword, station, noted })
    }

    /// Of somebody who signs; without a name the one whose session it is.
    fn to_sign(app: &App, caller: &Caller, asked: &Signer) -> Result<Self, Fault> {
        let noted = app.live.barrings().note();
        let (directory, login) = match &asked.user {
            Some(user) => choose(app, asked.directory.as_deref(), LoginName::parse(user)?)?,
            None => own(app, caller)?,
        };
        let password = old(&asked.password)?;
        let station = caller.station().map(|station| station.id);
        let (name, shown) = (account_name(app, directory.id, &login), Shown::Password(password));
        Ok(Self { directory, login, name, shown, new: None, wanted: Wanted::Signature, station, noted })
    }

    /// As what a refusal with this code is written down.
    pub(crate) fn refused_as(&self, code: Code) -> EventType {
        match self.wanted {
            Wanted::Session if code != Code::PasswordUnfit => EventType::LogOnRefused,
            Wanted::Session | Wanted::NewPassword => EventType::PasswordChanged,
            Wanted::Signature => EventType::SigningRefused,
        }
    }

    /// The account that is tried, as the throttle counts it: another way to write its
    /// name is not another account.
    pub(crate) fn account(&self) -> Key {
        let login = self.name.as_ref().unwrap_or(&self.login).as_str().to_owned();
        Key::Account { directory: self.directory.id, login, station: self.station }
    }

    /// The password that holds after a log-on by password.
    pub(crate) const fn lasting(&self) -> Option<&Password> {
        match (&self.new, &self.shown) {
            (Some(password), _) | (None, Shown::Password(password)) => Some(password),
            (None, Shown::Ticket(_)) => None,
        }
    }

    /// What the throttle counts for this try.
    pub(crate) fn keys(&self) -> Vec<Key> {
        std::iter::once(self.account()).chain(self.station.map(Key::Station)).collect()
    }

    /// Tries for this account that may run at once: below the usual lockout
    /// threshold of a domain, whose counter is not ours.
    fn at_once(&self) -> usize {
        match self.directory.kind {
            Kind::Local => 16,
            Kind::Ldap | Kind::Os | Kind::Workgroup => 3,
        }
    }

    fn asked(&self) -> metrics::Asked {
        match self.directory.kind {
            Kind::Local => metrics::Asked::Local,
            Kind::Ldap => metrics::Asked::Ldap,
            Kind::Os => metrics::Asked::Os,
            Kind::Workgroup => metrics::Asked::Workgroup,
        }
    }
}

/// The directory and the name of the person whose session calls.
fn own(app: &App, caller: &Caller) -> Result<(Arc<Directory>, LoginName), Fault> {
    let holder = &caller.person()?.holder;
    let directory = app.live.plant().directory(holder.directory).filter(|one| one.enabled);
    Ok((directory.ok_or(Code::DirectoryUnknown)?, LoginName::parse(&holder.login)?))
}

/// Who signs, as typed.
pub(crate) struct Signer {
    /// The directory that was chosen.
    pub(crate) directory: Option<String>,
    /// The name; `None` for the person whose session calls.
    pub(crate) user: Option<String>,
    /// The password.
    pub(crate) password: Secret,
}

fn old(typed: &Secret) -> Result<Password, Fault> {
    Password::parse(typed.expose())
        .map_err(|bad| Fault::about(Code::ValueInvalid, &format!("The password: {bad}.")))
}

/// The directory that the name tells, or that was chosen, or the default one. A name
/// written `directory\name` counts more than what a list still showed.
fn choose(app: &App, chosen: Option<&str>, login: LoginName) -> Result<(Arc<Directory>, LoginName), Fault> {
    let plant = app.live.plant();
    let mut usable = plant.directories.iter().filter(|directory| directory.enabled);
    let owns = |one: &Arc<Directory>| app.directories.owns(one.id, &login);
    // First by the directories' own names, which every list shows and no two share.
    let named = || usable.clone().find(|one| local::owns(&one.folded, &login));
    let told = || named().or_else(|| usable.clone().find(|one| owns(one)));
    let directory = if let Some(name) = chosen {
        let folded = fold(name);
        let shown = usable.clone().find(|one| one.folded == folded).ok_or(Code::DirectoryUnknown)?;
        let elsewhere = login.as_str().contains('\\') && !owns(shown);
        told().filter(|_| elsewhere).unwrap_or(shown)
    } else {
        told().or_else(|| usable.next()).ok_or(Code::DirectoryUnknown)?
    };
    let login = local::bare(&directory.folded, login);
    Ok((Arc::clone(directory), login))
}

/// The account name in what was typed: the whole of it, or the part beside the name of
/// this directory. Never waits to find out whose name it is.
fn account_name(app: &App, directory: DirectoryId, login: &LoginName) -> Option<LoginName> {
    let text = login.as_str();
    match (text.split_once('\\'), text.rsplit_once('@')) {
        (None, None) => Some(login.clone()),
        (Some((_, name)), _) | (None, Some((name, _))) => {
            app.directories.owns(directory, login).then(|| LoginName::parse(name).ok()).flatten()
        }
    }
}

/// Logs a person on; at a station where somebody is in charge, or with the
/// caller's own session, it changes the user. What is refused changes nothing.
pub async fn log_on(caller: &Caller, asked: LogOn) -> Result<LoggedOn, Fault> {
    let attempt = Attempt::new(caller.app(), caller, &asked)?;
    drop(asked);
    tried_and_timed(caller, attempt).await
}

/// Tries, and counts how it ended and how long it took.
pub(crate) async fn tried_and_timed(caller: &Caller, attempt: Attempt) -> Result<LoggedOn, Fault> {
    let app = caller.app();
    let started = app.clock.monotonic();
    let asked = attempt.asked();
    let outcome = in_turn(caller, attempt).await.and_then(|tried| match tried {
        Tried::Begun(logged_on) => Ok(*logged_on),
        Tried::Changed | Tried::Proved(_) => Err(Code::Internal.into()),
    });
    let taken = Duration::from_micros(u64::try_from(app.clock.monotonic() - started).unwrap_or(0));
    app.metrics.log_on(outcome_of(outcome.as_ref().err()), asked, taken);
    outcome
}

/// Changes the own password of whoever knows the old one, logged on or not.
pub async fn change_password(caller: &Caller, asked: ChangePassword) -> Result<(), Fault> {
    let attempt = Attempt::to_change(caller.app(), caller, &asked)?;
    drop(asked);
    in_turn(caller, attempt).await.map(drop)
}

/// Finds out who signs, as at a log-on, without a session.
pub(crate) async fn prove(caller: &Caller, asked: Signer) -> Result<Proof, Fault> {
    let attempt = Attempt::to_sign(caller.app(), caller, &asked)?;
    drop(asked);
    match in_turn(caller, attempt).await? {
        Tried::Proved(proof) => Ok(*proof),
        Tried::Begun(_) | Tried::Changed => Err(Code::Internal.into()),
    }
}

/// Waits for a turn and tries. A try that has begun comes to its end also when
/// the caller goes away: a wrong password that a directory has seen is counted.
async fn in_turn(caller: &Caller, attempt: Attempt) -> Result<Tried, Fault> {
    let app = caller.app();
    let turn = app.turns.wait(attempt.account().to_string(), attempt.at_once()).await.ok_or(Code::Busy)?;
    let (tell, told) = tokio::sync::oneshot::channel();
    let caller = caller.clone();
    app.jobs.spawn("log-on", async move {
        let (outcome, lesson) = match tried(&caller, &attempt).await {
            Ok((tried, lesson)) => (Ok(tried), lesson),
            Err(fault) => (Err(fault), None),
        };
        drop(turn);
        // Nobody may wait for it any more.
        let _gone = tell.send(outcome);
        if let Some(lesson) = lesson {
            known::learn(caller.app(), &attempt, lesson).await;
        }
    });
    told.await.unwrap_or_else(|_| Err(Code::Internal.into()))
}

async fn tried(caller: &Caller, attempt: &Attempt) -> Result<(Tried, Option<Lesson>), Fault> {
    let app = caller.app();
    if let Err(seconds) = wait(app, attempt).await {
        refuse::throttled(caller, attempt).await;
        return Err(Fault::new(Code::TriedTooOften).after(seconds));
    }
    match (identify(caller, attempt).await, attempt.wanted) {
        (Ok(proof), Wanted::Session) => begun(caller, attempt, proof).await,
        (Ok(proof), Wanted::NewPassword) => {
            own_password::settle(app, attempt, &proof).await;
            Ok((Tried::Changed, None))
        }
        (Ok(proof), Wanted::Signature) => {
            own_password::settle(app, attempt, &proof).await;
            Ok((Tried::Proved(Box::new(proof)), None))
        }
        (Err(refusal), _) => Err(refuse::refuse(caller, attempt, refusal).await),
    }
}

async fn begun(
    caller: &Caller,
    attempt: &Attempt,
    mut proof: Proof,
) -> Result<(Tried, Option<Lesson>), Fault> {
    let lesson = proof.lesson.take();
    match begin::session(caller, attempt, proof).await {
        Ok(logged_on) => Ok((Tried::Begun(Box::new(logged_on)), lesson)),
        Err(begin::NotBegun::Unwritable(proof, fault)) => emergency::session(caller, attempt, &proof, &fault)
            .map(|logged_on| (Tried::Begun(Box::new(logged_on)), None)),
        Err(begin::NotBegun::Barred(code)) => {
            Err(refuse::refuse(caller, attempt, Refusal::state(code)).await)
        }
        Err(begin::NotBegun::Fault(fault)) => Err(fault),
    }
}

/// Whether a try may be made now; if not, after how many seconds. Whether the
/// account is marked essential is asked only when it matters.
async fn wait(app: &App, attempt: &Attempt) -> Result<(), u32> {
    let (keys, now) = (attempt.keys(), app.clock.micros());
    match app.throttle.check(&keys, now) {
        Err(_) if essential(app, attempt).await => app.throttle.check_essential(&keys, now),
        checked => checked,
    }
}

/// Whether the account is marked essential, by whichever of its names was typed.
async fn essential(app: &App, attempt: &Attempt) -> bool {
    let typed = attempt.login.as_str();
    let names = [
        Some(typed),
        typed.split_once('\\').map(|(_, name)| name),
        typed.split_once('@').map(|(name, _)| name),
    ];
    let names: Vec<LoginName> =
        names.into_iter().flatten().filter_map(|name| LoginName::parse(name).ok()).collect();
    let (standby, now) = (app.live.standby(), app.clock.monotonic());
    let known = |login| standby.by_login(attempt.directory.id, login, now);
    if names.iter().filter_map(known).any(|user| user.row.essential) {
        return true;
    }
    let Ok(mut conn) = app.store.read().await else { return false };
    for login in names {
        let found = users::by_login(&mut conn, attempt.directory.id, &login).await;
        if found.is_ok_and(|users| users.iter().any(|user| user.essential)) {
            return true;
        }
    }
    false
}

/// Asks the directory who it is.
async fn identify(caller: &Caller, attempt: &Attempt) -> Result<Proof, Refusal> {
    match (&attempt.shown, attempt.directory.kind) {
        (Shown::Ticket(mark), _) => remote::by_ticket(caller, attempt, mark).await,
        (Shown::Password(password), Kind::Local) => local::identify(caller, attempt, password).await,
        (Shown::Password(password), Kind::Ldap | Kind::Os | Kind::Workgroup) => {
            remote::identify(caller, attempt, password).await
        }
    }
}

fn outcome_of(fault: Option<&Fault>) -> metrics::LogOn {
    use metrics::LogOn;
    match fault.map(|fault| fault.code) {
        None => LogOn::Done,
        Some(Code::TriedTooOften) => LogOn::Throttled,
        Some(Code::Busy) => LogOn::Busy,
        Some(code) if code.status() == 401 => LogOn::Refused,
        Some(code) if matches!(code.status(), 502 | 503) => LogOn::Unavailable,
        Some(_) => LogOn::Failed,
    }
}

/// What a log-on page shows before anybody is logged on.
pub async fn options(app: &App, station: Result<Option<Arc<Station>>, Fault>) -> Result<LogOnOptions, Fault> {
    let plant = app.live.plant();
    let usable = plant.directories.iter().filter(|directory| directory.enabled);
    let choice = |directory: &Arc<Directory>| DirectoryChoice {
        name: directory.name.clone(),
        kind: directory.kind.as_str().to_owned(),
        single_sign_on: app.directories.keytab(directory.id).is_some(),
    };
    Ok(LogOnOptions {
        plant: app.config.plant.name.clone(),
        notice: app.config.notice.text.clone(),
        directories: usable.map(choice).collect(),
        // Nobody can set anything up without the database, but people log on.
        set_up_open: crate::service::setup::is_open(app).await.unwrap_or(false),
        station_refused: station.is_err(),
        station: station.ok().flatten().map(|station| view::station(&station)),
        languages: languages(&app.config.plant.language),
        time_zone: app.clock.zone().iana_name().unwrap_or_default().to_owned(),
    })
}

/// The languages of the pages, the plant's own first.
pub(crate) fn languages(own: &str) -> Vec<String> {
    let own = own.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let (first, rest): (Vec<&str>, Vec<&str>) = LANGUAGES.iter().partition(|language| **language == own);
    first.into_iter().chain(rest).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plants_own_language_comes_first() {
        assert_eq!(languages("de"), ["de", "en", "fr", "it", "es", "ja", "zh"]);
        assert_eq!(languages("zh-CN").first().map(String::as_str), Some("zh"));
        assert_eq!(languages("pt-BR"), LANGUAGES);
    }
}
