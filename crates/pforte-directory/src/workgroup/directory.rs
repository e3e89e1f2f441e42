//! A host of a workgroup, as the rest of Pforte asks it.

use super::accounts::{Accounts, Barred};
use super::lists::{begins, first};
use super::reach::{Reach, watch};
use super::replies::User;
use super::settings::{Settings, SettingsFault};
use super::smb::{Account, LogOn};
use super::state;
use crate::each::{self, Each};
use crate::fault::{DirectoryError, Fault, FaultKind};
use crate::ldap::{Clock, Pace, Sid};
use crate::secret::Password;
use crate::{Directory, Found, FoundGroup, Key, Mark, Page, Presence, ServerHealth, Told, Verdict};
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pforte_model::account::AccountState;
use pforte_model::name::{LoginName, fold};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long a service account that was refused is not tried again.
const REFUSED_FOR: Duration = Duration::from_hours(1);
/// A name that nobody has, for log-ons that must fail.
const NOBODY: &str = "pforte-nobody-7c9d2e0b";
/// The greatest number of entries that an administrator's search gives.
const MOST_FOUND: u16 = 500;

/// One question to the host, for the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which host.
    pub host: String,
    /// What was asked for: `databases`, `user`, `users`, `groups`, `groups-of`, `states`,
    /// `path`.
    pub what: &'static str,
    /// About whom, or the text that names began with; may be empty.
    pub about: String,
    /// Whether Pforte asked by itself, again and again, rather than for somebody who
    /// logs on or searches.
    pub by_itself: bool,
}

/// Hears of every question to the host. It must not wait.
pub type Queried = Arc<dyn Fn(&Query) + Send + Sync>;

/// A host of a workgroup, whose users log on.
pub struct Workgroup {
    reach: Arc<Reach>,
    password: Password,
    clock: Clock,
    queried: Queried,
    workstation: String,
    accounts: tokio::sync::Mutex<Option<Accounts>>,
    refused: Mutex<Option<(Fault, Instant)>>,
    host: OnceLock<String>,
    gate: Semaphore,
    pace: Pace,
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

/// Asks the service account's session; once more on a new one if the old one was lost.
/// Only a session that answered is asked again: one whose question was given up still has
/// the answer on its way.
macro_rules! ask {
    ($self:ident, $accounts:ident => $question:expr) => {{
        let mut lost_before = false;
        loop {
            let mut guard = $self.open().await?;
            let Some(mut session) = guard.take() else { break Err(DirectoryError::Stopped) };
            let $accounts = &mut session;
            let limit = $self.reach.settings.limits.request();
            match timeout(limit, $question).await {
                Ok(Ok(answer)) => {
                    *guard = Some(session);
                    break Ok(answer);
                }
                Ok(Err(fault)) if fault.kind.is_loss() && !lost_before => lost_before = true,
                Ok(Err(fault)) => break Err(unanswered(fault)),
                Err(_) => break Err(DirectoryError::Unreachable(FaultKind::TimedOut.into())),
            }
        }
    }};
}

impl Workgroup {
    /// Begins to watch the host and returns at once. `workstation` is the name of this
    /// computer, which the host is told at each log-on; `queried` hears of every
    /// question. Needs a running tokio runtime.
    pub fn start(
        settings: &Settings,
        password: Password,
        clock: Clock,
        workstation: String,
        queried: Queried,
    ) -> Result<Self, SettingsFault> {
        if let Some(fault) = settings.check().into_iter().next() {
            return Err(fault);
        }
        let reach = Arc::new(Reach::new(settings.clone()));
        let (stop, mut tasks) = (watch::Sender::new(false), JoinSet::new());
        tasks.spawn(watch(Arc::clone(&reach), stop.subscribe()));
        Ok(Self {
            reach,
            password,
            clock,
            queried,
            workstation,
            accounts: tokio::sync::Mutex::new(None),
            refused: Mutex::new(None),
            host: OnceLock::new(),
            gate: Semaphore::new(settings.limits.log_ons.into()),
            pace: Pace::default(),
            stop,
            tasks: Mutex::new(tasks),
        })
    }

    /// A question for somebody who logs on or searches.
    fn heard(&self, what: &'static str, about: &str) {
        let host = self.reach.settings.host.clone();
        (self.queried)(&Query { host, what, about: about.to_owned(), by_itself: false });
    }

    /// A question that Pforte asks by itself.
    fn heard_by_itself(&self, what: &'static str, about: &str) {
        let host = self.reach.settings.host.clone();
        (self.queried)(&Query { host, what, about: about.to_owned(), by_itself: true });
    }

    async fn told(&self, key: &Key) -> Result<Option<Told>, DirectoryError> {
        ask!(self, accounts => told(accounts, key))
    }

    async fn presence(&self, key: &Key) -> Result<Presence, DirectoryError> {
        let found = ask!(self, accounts => read(accounts, key))?;
        let now = (self.clock)();
        Ok(found.map_or(Presence::Gone, |user| Presence::Here(state::of_user(&user, now))))
    }

    /// The service account's session, made if there is none.
    async fn open(&self) -> Result<tokio::sync::MutexGuard<'_, Option<Accounts>>, DirectoryError> {
        self.may_ask()?;
        let limit = self.reach.settings.limits.request();
        let mut guard = timeout(limit, self.accounts.lock()).await.map_err(|_| DirectoryError::Busy)?;
        self.may_ask()?;
        if guard.is_none() {
            *guard = Some(self.log_on_service().await?);
        }
        Ok(guard)
    }

    /// Whether it is worth asking: nobody waits for a host that is known to be away.
    fn may_ask(&self) -> Result<(), DirectoryError> {
        if *self.stop.borrow() {
            return Err(DirectoryError::Stopped);
        }
        if let Some(fault) = self.reach.known_lost() {
            return Err(DirectoryError::Unreachable(fault));
        }
        self.account_fault().map_or(Ok(()), |fault| Err(DirectoryError::ServiceAccount(fault)))
    }

    async fn log_on_service(&self) -> Result<Accounts, DirectoryError> {
        let mut connection = self.reach.connect().await.map_err(DirectoryError::Unreachable)?;
        self.heard_by_itself("databases", "");
        let settings = &self.reach.settings;
        let opened = async {
            Accounts::log_on(&mut connection, settings, &self.workstation, &self.password).await?;
            Ok(Accounts::open(connection, &settings.host).await?)
        };
        match timeout(settings.limits.request(), opened).await {
            Ok(Ok(accounts)) => {
                // Once known, the host's name stays.
                let _ = self.host.set(accounts.host.clone());
                Ok(accounts)
            }
            Ok(Err(Barred::Fault(fault))) => Err(unanswered(fault)),
            Ok(Err(Barred::Account(fault))) => {
                let until = Instant::now() + REFUSED_FOR;
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((fault.clone(), until));
                Err(DirectoryError::ServiceAccount(fault))
            }
            Err(_) => Err(DirectoryError::Unreachable(FaultKind::TimedOut.into())),
        }
    }

    /// One try with a name and a password.
    async fn try_once(
        &self,
        domain: &str,
        user: &str,
        password: &Password,
    ) -> Result<Verdict, DirectoryError> {
        if let Some(fault) = self.reach.known_lost() {
            return Err(DirectoryError::Unreachable(fault));
        }
        let limits = self.reach.settings.limits;
        let permit = timeout(limits.request(), self.gate.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(DirectoryError::Busy) };
        let mut connection = self.reach.connect().await.map_err(DirectoryError::Unreachable)?;
        let account =
            Account { user, domain, password: password.text_for_bind(), workstation: &self.workstation };
        let tried = timeout(limits.request(), connection.log_on(&account, &self.reach.settings.host)).await;
        match tried.unwrap_or_else(|_| Err(FaultKind::TimedOut.into())) {
            Ok(LogOn::Good) => {
                connection.log_off().await;
                Ok(Verdict::Good)
            }
            Ok(LogOn::Refused(status)) => state::verdict(status).map_err(DirectoryError::Refused),
            Err(fault) if fault.kind == FaultKind::SmbUnproven => Err(DirectoryError::Refused(fault)),
            Err(fault) => Err(DirectoryError::AnswerLost(fault)),
        }
    }

    fn found(host: &str, sid: &Sid, user: &User, state: AccountState) -> Found {
        let name = |text: &str| text.trim().to_owned();
        Found {
            key: Key::from_bytes(sid.as_bytes()),
            identity: sid.to_string(),
            place: format!("{host}\\{}", user.login),
            login: user.login.clone(),
            principal: None,
            label: if user.full.is_empty() { user.login.clone() } else { user.full.clone() },
            state,
            password_set_at: state::password_set(user),
            ends_at: state::time(user.ends),
            at_hours: user.at_hours,
            computers: user.workstations.split(',').map(name).filter(|name| !name.is_empty()).collect(),
            told: None,
        }
    }

    fn whole(&self, accounts: &Accounts, user: &User) -> Option<Found> {
        let sid = super::accounts::member(&accounts.own.sid, user.rid)?;
        Some(Self::found(&accounts.host, &sid, user, state::of_user(user, (self.clock)())))
    }
}

/// What a fault means to whoever asked.
fn unanswered(fault: Fault) -> DirectoryError {
    if fault.kind.is_loss() || fault.kind.is_slowness() {
        DirectoryError::Unreachable(fault)
    } else {
        DirectoryError::Refused(fault)
    }
}

/// The host and the account in `HOST\name`, `name@host` or `name`; `None`: nobody's name.
fn parts(login: &str) -> Option<(Option<&str>, &str)> {
    let (host, account) = match (login.split_once('\\'), login.rsplit_once('@')) {
        (Some((host, account)), _) | (None, Some((account, host))) => (Some(host), account),
        (None, None) => (None, login),
    };
    let fits = !account.is_empty() && !account.contains(['\\', '@']) && host != Some("");
    fits.then_some((host, account))
}

#[async_trait]
impl Directory for Workgroup {
    async fn find(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError> {
        let Some((host, account)) = parts(login.written()) else { return Ok(None) };
        if host.is_some() {
            self.learn_names().await?;
            if !self.owns(login) {
                return Ok(None);
            }
        }
        self.heard("user", account);
        ask!(self, accounts => async {
            let user = accounts.called(account).await?.filter(state::is_person);
            Ok::<_, Fault>(user.and_then(|user| self.whole(accounts, &user)))
        })
    }

    async fn verify(&self, found: &Found, password: &Password) -> Result<Verdict, DirectoryError> {
        let begun = Instant::now();
        let (host, user) = found.place.split_once('\\').unwrap_or(("", &found.login));
        let verdict = self.try_once(host, user, password).await?;
        if verdict == Verdict::Wrong {
            self.pace.note(begun.elapsed());
        }
        Ok(verdict)
    }

    async fn verify_unknown(&self, password: &Password) -> Result<(), DirectoryError> {
        let begun = Instant::now();
        self.try_once("", NOBODY, password).await?;
        tokio::time::sleep_until(begun + self.pace.next()).await;
        Ok(())
    }

    async fn groups(&self, found: &Found) -> Result<Told, DirectoryError> {
        self.heard("groups-of", &named(std::slice::from_ref(&found.key)));
        self.told(&found.key).await?.ok_or_else(|| DirectoryError::Refused(FaultKind::UserGone.into()))
    }

    async fn groups_of(&self, users: &[Key]) -> Each<Option<Told>> {
        self.heard_by_itself("groups-of", &named(users));
        each::in_turn(users, stream::iter(users).then(async |key| self.told(key).await)).await
    }

    async fn check(&self, users: &[Key]) -> Each<Presence> {
        self.heard_by_itself("states", &named(users));
        each::in_turn(users, stream::iter(users).then(async |key| self.presence(key).await)).await
    }

    async fn user(&self, key: &Key) -> Result<Option<Found>, DirectoryError> {
        self.heard("user", &named(std::slice::from_ref(key)));
        ask!(self, accounts => async {
            let user = read(accounts, key).await?;
            Ok::<_, Fault>(user.and_then(|user| self.whole(accounts, &user)))
        })
    }

    async fn users(&self, text: &str, limit: u16) -> Result<Page<Found>, DirectoryError> {
        self.heard("users", text);
        let limit = usize::from(limit.clamp(1, MOST_FOUND));
        ask!(self, accounts => async {
            let page = accounts.users(text, limit).await?;
            let found = page.items.iter().filter_map(|user| {
                let sid = super::accounts::member(&accounts.own.sid, user.rid)?;
                Some(Self::found(&accounts.host, &sid, user, state::of_flags(user.flags)))
            });
            Ok::<_, Fault>(Page { items: found.collect(), more: page.more })
        })
    }

    async fn groups_named(&self, text: &str, limit: u16) -> Result<Page<FoundGroup>, DirectoryError> {
        self.heard("groups", text);
        let (text, limit) = (fold(text), usize::from(limit.clamp(1, MOST_FOUND)));
        let fits = |group: &FoundGroup| begins(&[&group.name, &group.label], &text);
        Ok(first(ask!(self, accounts => accounts.groups(fits))?, limit))
    }

    async fn groups_called(&self, name: &str) -> Result<Vec<FoundGroup>, DirectoryError> {
        self.heard("groups", name);
        let name = fold(name);
        let fits = |group: &FoundGroup| fold(&group.name) == name || fold(&group.label) == name;
        ask!(self, accounts => accounts.groups(fits))
    }

    async fn path(&self, user: &Key, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError> {
        self.heard("path", &named(std::slice::from_ref(user)));
        ask!(self, accounts => async {
            match accounts.number(user) {
                Some(rid) => accounts.path(rid, group).await,
                None => Ok(Vec::new()),
            }
        })
    }

    fn owns(&self, login: &LoginName) -> bool {
        let Some((Some(host), _)) = parts(login.as_str()) else { return false };
        let ours = |name: &str| fold(name) == host;
        ours(&self.reach.settings.host) || self.host.get().is_some_and(|name| ours(name))
    }

    async fn learn_names(&self) -> Result<(), DirectoryError> {
        if self.host.get().is_none() {
            drop(self.open().await?);
        }
        Ok(())
    }

    fn health(&self) -> Vec<ServerHealth> {
        vec![self.reach.health()]
    }

    fn account_fault(&self) -> Option<Fault> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.as_ref().filter(|(_, until)| *until > Instant::now()).map(|(fault, _)| fault.clone())
    }

    async fn stop(&self) {
        const LIMIT: Duration = Duration::from_secs(2);
        self.stop.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async {
            while tasks.join_next().await.is_some() {}
            if let Some(accounts) = self.accounts.lock().await.take() {
                accounts.sam.close().await;
            }
        };
        // What has not ended by then is broken off when it is dropped.
        let _ = timeout(LIMIT, all).await;
    }
}

/// The user with an identity, if the host has it.
async fn read(accounts: &mut Accounts, key: &Key) -> Result<Option<User>, Fault> {
    let Some(rid) = accounts.number(key) else { return Ok(None) };
    Ok(accounts.user(rid).await?.map(|(user, _)| user))
}

async fn told(accounts: &mut Accounts, key: &Key) -> Result<Option<Told>, Fault> {
    let Some(rid) = accounts.number(key) else { return Ok(None) };
    let Some((user, direct)) = accounts.user(rid).await? else { return Ok(None) };
    let groups = accounts.groups_of(rid, &direct).await?;
    let groups = groups.iter().map(|sid| Mark::from_bytes(sid.as_bytes())).collect();
    Ok(Some(Told { groups, password_ends_at: state::password_end(&user), own: Vec::new() }))
}

/// Whom a question is about, in short.
fn named(users: &[Key]) -> String {
    match users {
        [one] => Sid::from_bytes(one.as_bytes()).map(|sid| sid.to_string()).unwrap_or_default(),
        many => format!("{} users", many.len()),
    }
}
