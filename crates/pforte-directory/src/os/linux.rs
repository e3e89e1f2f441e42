//! This computer's accounts on Linux.
//!
//! # Identity
//!
//! A user is its number and its name on this computer (`/etc/machine-id`): a number
//! that was given to another name is another person, and so is a name that got another
//! number. What nobody can know: that an account was removed and made again with the
//! same name and the same number. For the same reason a renamed account is another
//! person here.

use super::facts::{self, Group, Shadow, User};
use super::run::{Ran, run};
use super::settings::{Settings, SettingsFault};
use crate::each::{self, Each};
use crate::fault::{DirectoryError, Fault, FaultKind};
use crate::ldap::{Clock, Pace};
use crate::secret::Password;
use crate::{Directory, Found, FoundGroup, Key, Mark, Page, Presence, ServerHealth, Told, Verdict};
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pforte_model::account::AccountState;
use pforte_model::name::{LoginName, fold};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

/// A name that nobody has, for log-ons that must fail.
const NOBODY: &str = "pforte-nobody-7c9d2e0b";
/// The number that stands for nobody.
const NOBODY_UID: u32 = 65_534;
/// The greatest number of entries that an administrator's search gives.
const MOST_FOUND: u16 = 500;
/// Entries that one run asks for.
const BATCH: usize = 200;
/// Runs of readers at the same time.
const READERS: usize = 4;
/// How much longer than it was given the program that asks PAM may take to end.
const GRACE: Duration = Duration::from_millis(500);
/// What `getent` ends with when something is not there.
const ABSENT: i32 = 2;

/// The computer, and where its programs are.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The identity of this installation of the system.
    pub id: [u8; 16],
    /// Its short name, by which names may be written: `HOST\name`.
    pub name: String,
    /// The program that asks PAM.
    pub helper: PathBuf,
    /// The program that asks the name service.
    pub getent: PathBuf,
}

impl Machine {
    /// Reads the computer's identity. `name` is its host name, `helper` the program that
    /// asks PAM, which the package puts beside Pforte.
    pub fn here(name: &str, helper: &Path) -> Result<Self, DirectoryError> {
        const FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
        let text = FILES.iter().find_map(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        let number = u128::from_str_radix(text.trim(), 16).ok().filter(|_| text.trim().len() == 32);
        let number = number.ok_or_else(|| refused(FaultKind::OsUnnamed.into()))?;
        let short = name.split('.').next().unwrap_or_default().to_owned();
        let getent = PathBuf::from("/usr/bin/getent");
        Ok(Self { id: number.to_be_bytes(), name: short, helper: helper.to_owned(), getent })
    }
}

/// The accounts of this computer.
pub struct ThisComputer {
    settings: Settings,
    machine: Machine,
    clock: Clock,
    verifies: Semaphore,
    reads: Semaphore,
    pace: Pace,
}

fn refused(fault: Fault) -> DirectoryError {
    DirectoryError::Refused(fault)
}

/// The first byte of a key.
const USER: u8 = 1;
const GROUP: u8 = 2;

impl ThisComputer {
    /// Takes the settings. Nothing runs until something is asked.
    pub fn start(settings: &Settings, machine: Machine, clock: Clock) -> Result<Self, SettingsFault> {
        if let Some(fault) = settings.check().into_iter().next() {
            return Err(fault);
        }
        Ok(Self {
            verifies: Semaphore::new(settings.log_ons.into()),
            reads: Semaphore::new(READERS),
            settings: settings.clone(),
            machine,
            clock,
            pace: Pace::default(),
        })
    }

    /// What the name service says; `None`: it has nothing of this.
    async fn getent(&self, arguments: &[&str]) -> Result<Option<String>, DirectoryError> {
        let limit = self.settings.read_limit();
        let _permit = permit(&self.reads, limit).await?;
        let ran = run(&self.machine.getent, arguments, Zeroizing::default(), limit).await;
        match ran.map_err(DirectoryError::Unreachable)? {
            // Of several things some may be missing.
            Ran { output, code: Some(0 | ABSENT) } => Ok(Some(output).filter(|output| !output.is_empty())),
            Ran { code, .. } => Err(refused(FaultKind::OsProgramFailed.with(format!("getent: {code:?}")))),
        }
    }

    async fn user_of(&self, asked: &str) -> Result<Option<User>, DirectoryError> {
        let text = self.getent(&["passwd", "--", asked]).await?.unwrap_or_default();
        Ok(facts::users(&text).into_iter().find(|user| self.is_person(user)))
    }

    fn is_person(&self, user: &User) -> bool {
        user.uid >= self.settings.least_uid && user.uid != NOBODY_UID
    }

    /// What the shadow file says, where this program's helper may read it.
    pub(super) async fn shadows(&self, names: &[&str]) -> Result<Vec<Shadow>, DirectoryError> {
        let limit = self.settings.read_limit();
        let _permit = permit(&self.reads, limit).await?;
        let input = Zeroizing::new(names.join("\n").into_bytes());
        let ran =
            run(&self.machine.helper, &["state"], input, limit).await.map_err(DirectoryError::Unreachable)?;
        match ran.code {
            Some(0) => Ok(Shadow::read(&ran.output)),
            code => Err(refused(FaultKind::OsProgramFailed.with(format!("state: {code:?}")))),
        }
    }

    async fn whole(&self, users: Vec<User>) -> Result<Vec<Found>, DirectoryError> {
        let mut found = Vec::new();
        for users in users.chunks(BATCH) {
            let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
            let shadows = self.shadows(&names).await?;
            found.extend(users.iter().map(|user| {
                let shadow = shadows.iter().find(|shadow| shadow.name == user.name);
                self.found(user, shadow)
            }));
        }
        Ok(found)
    }

    fn found(&self, user: &User, shadow: Option<&Shadow>) -> Found {
        Found {
            key: Key::from_bytes(&self.key(USER, user.uid, &user.name)),
            identity: format!("{}:{}", user.uid, user.name),
            place: format!("{}\\{}", self.machine.name, user.name),
            login: user.name.clone(),
            principal: None,
            label: if user.full.is_empty() { user.name.clone() } else { user.full.clone() },
            state: shadow.map_or(AccountState::Good, |shadow| shadow.state((self.clock)())),
            // The system knows the day alone, in which there may have been several.
            password_set_at: None,
            ends_at: shadow.and_then(Shadow::ends_at),
            at_hours: false,
            computers: Vec::new(),
            told: None,
        }
    }

    fn group(&self, group: &Group) -> FoundGroup {
        let key = self.key(GROUP, group.gid, &group.name);
        FoundGroup {
            key: Key::from_bytes(&key),
            identity: format!("{}:{}", group.gid, group.name),
            place: format!("{}\\{}", self.machine.name, group.name),
            mark: Mark::from_bytes(&key),
            name: group.name.clone(),
            label: group.name.clone(),
        }
    }

    fn key(&self, kind: u8, number: u32, name: &str) -> Vec<u8> {
        [&[kind][..], &self.machine.id, &number.to_be_bytes(), name.as_bytes()].concat()
    }

    /// The number and name that a key of a user of this computer holds.
    fn parts<'a>(&self, key: &'a Key) -> Option<(u32, &'a str)> {
        let rest = key.as_bytes().strip_prefix(&[USER])?.strip_prefix(&self.machine.id)?;
        let (number, name) = rest.split_first_chunk::<4>()?;
        let name = std::str::from_utf8(name).ok().filter(|name| facts::is_name(name))?;
        Some((u32::from_be_bytes(*number), name))
    }

    /// The users with these keys, in the order asked for; `None`: gone.
    async fn keyed(&self, keys: &[Key]) -> Result<Vec<Option<User>>, DirectoryError> {
        let mut all = Vec::new();
        for keys in keys.chunks(BATCH) {
            let asked: Vec<Option<(u32, &str)>> = keys.iter().map(|key| self.parts(key)).collect();
            let names = asked.iter().flatten().map(|(_, name)| *name);
            let arguments: Vec<&str> = ["passwd", "--"].into_iter().chain(names).collect();
            let text = if arguments.len() > 2 { self.getent(&arguments).await? } else { None };
            let users = facts::users(&text.unwrap_or_default());
            let same = |(uid, name): (u32, &str)| {
                users
                    .iter()
                    .find(|user| user.uid == uid && user.name == name && self.is_person(user))
                    .cloned()
            };
            all.extend(asked.into_iter().map(|asked| asked.and_then(same)));
        }
        Ok(all)
    }

    pub(super) async fn groups_of_user(&self, user: &User) -> Result<Vec<Group>, DirectoryError> {
        let text = self.getent(&["initgroups", "--", &user.name]).await?.unwrap_or_default();
        let mut numbers = facts::group_numbers(&text, &user.name);
        numbers.push(user.gid);
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let arguments = ["group", "--"].into_iter().chain(numbers.iter().map(String::as_str));
        let arguments: Vec<&str> = arguments.collect();
        let mut groups = facts::groups(&self.getent(&arguments).await?.unwrap_or_default());
        groups.sort_by_key(|group| group.gid);
        groups.dedup();
        Ok(groups)
    }

    async fn told(&self, user: &User) -> Result<Told, DirectoryError> {
        let groups = self.groups_of_user(user).await?;
        let groups = groups.iter().map(|group| self.group(group).mark).collect();
        let shadows = self.shadows(&[&user.name]).await?;
        let password_ends_at = shadows.first().and_then(Shadow::password_end);
        Ok(Told { groups, password_ends_at, own: Vec::new() })
    }

    async fn presence(&self, users: &[Key]) -> Result<Vec<(Key, Presence)>, DirectoryError> {
        let found = self.keyed(users).await?;
        let here = self.whole(found.into_iter().flatten().collect()).await?;
        let presence = |key: &Key| {
            here.iter()
                .find(|found| found.key == *key)
                .map_or(Presence::Gone, |found| Presence::Here(found.state))
        };
        Ok(users.iter().map(|key| (key.clone(), presence(key))).collect())
    }

    async fn all_groups(&self) -> Result<Vec<FoundGroup>, DirectoryError> {
        let mut groups = facts::groups(&self.getent(&["group"]).await?.unwrap_or_default());
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups.iter().map(|group| self.group(group)).collect())
    }

    /// Every person's account, by name.
    pub(super) async fn people(&self) -> Result<Vec<User>, DirectoryError> {
        let mut users = facts::users(&self.getent(&["passwd"]).await?.unwrap_or_default());
        users.retain(|user| self.is_person(user));
        users.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(users)
    }

    /// What PAM says of a name that nobody has.
    pub(super) async fn try_nobody(&self, password: &Password) -> Result<String, DirectoryError> {
        self.try_once(NOBODY, password).await
    }

    /// One run of the program that asks PAM.
    async fn try_once(&self, name: &str, password: &Password) -> Result<String, DirectoryError> {
        let limit = self.settings.verify_limit();
        let _permit = permit(&self.verifies, limit).await?;
        let text = [self.settings.service.as_str(), "\n", name, "\n", password.text_for_bind()];
        let mut input = Zeroizing::new(Vec::with_capacity(text.iter().map(|part| part.len()).sum()));
        for part in text {
            input.extend_from_slice(part.as_bytes());
        }
        // The program ends itself and what modules started; we end it if it does not.
        let time = limit.as_millis().to_string();
        let ran = run(&self.machine.helper, &["verify", &time], input, limit + GRACE).await;
        let ran = ran.map_err(|fault| match fault.kind {
            FaultKind::OsProgramMissing => DirectoryError::Unreachable(fault),
            _ => DirectoryError::AnswerLost(fault),
        })?;
        match ran.code {
            Some(0) => Ok(ran.output),
            Some(code) => Err(DirectoryError::AnswerLost(FaultKind::OsProgramFailed.with(code))),
            None => Err(DirectoryError::AnswerLost(FaultKind::OsProgramLate.with("PAM"))),
        }
    }

    /// The state that the shadow file tells, of which PAM says no more than that it
    /// stands against a log-on.
    async fn which(&self, name: &str) -> Result<Option<AccountState>, DirectoryError> {
        let shadows = self.shadows(&[name]).await?;
        let state = shadows.first().map(|shadow| shadow.state((self.clock)()));
        Ok(state.filter(|state| *state != AccountState::Good))
    }
}

async fn permit(gate: &Semaphore, limit: Duration) -> Result<SemaphorePermit<'_>, DirectoryError> {
    match timeout(limit, gate.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(DirectoryError::Busy),
    }
}

/// The host and the account in `HOST\name`, `name@host` or `name`.
fn parts(login: &str) -> (Option<&str>, &str) {
    match (login.split_once('\\'), login.rsplit_once('@')) {
        (Some((host, account)), _) | (None, Some((account, host))) => (Some(host), account),
        (None, None) => (None, login),
    }
}

fn first<T>(mut items: Vec<T>, limit: u16) -> Page<T> {
    let limit = usize::from(limit.clamp(1, MOST_FOUND));
    let more = items.len() > limit;
    items.truncate(limit);
    Page { items, more }
}

#[async_trait]
impl Directory for ThisComputer {
    /// Names are those of the system, where `Anna` is not `anna`; as it was typed comes
    /// before as it is compared elsewhere.
    async fn find(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError> {
        for typed in [login.written(), login.as_str()] {
            let (host, name) = parts(typed);
            if !facts::is_name(name) || (host.is_some() && !self.owns(login)) {
                continue;
            }
            if let Some(user) = self.user_of(name).await?.filter(|user| user.name == name) {
                return Ok(self.whole(vec![user]).await?.pop());
            }
        }
        Ok(None)
    }

    async fn verify(&self, found: &Found, password: &Password) -> Result<Verdict, DirectoryError> {
        let begun = Instant::now();
        let said = self.try_once(&found.login, password).await?;
        match said.trim_end() {
            "good" => Ok(Verdict::Good),
            "wrong" => {
                self.pace.note(begun.elapsed());
                Ok(Verdict::Wrong)
            }
            "expired" => Ok(Verdict::State(AccountState::Expired)),
            "locked" => Ok(Verdict::State(AccountState::Locked)),
            "must-change" => {
                Ok(Verdict::State(self.which(&found.login).await?.unwrap_or(AccountState::MustChange)))
            }
            "denied" => match self.which(&found.login).await? {
                Some(state) => Ok(Verdict::State(state)),
                None => Err(refused(FaultKind::OsDenied.into())),
            },
            _ => Err(refused(FaultKind::OsPamFailed.with(&self.settings.service))),
        }
    }

    async fn verify_unknown(&self, password: &Password) -> Result<(), DirectoryError> {
        let begun = Instant::now();
        self.try_nobody(password).await?;
        tokio::time::sleep_until(begun + self.pace.next()).await;
        Ok(())
    }

    async fn groups(&self, found: &Found) -> Result<Told, DirectoryError> {
        let told = self.groups_of(std::slice::from_ref(&found.key)).await.into_iter().next();
        told.and_then(|(_, told)| told.transpose())
            .unwrap_or_else(|| Err(refused(FaultKind::UserGone.into())))
    }

    async fn groups_of(&self, users: &[Key]) -> Each<Option<Told>> {
        let found = match self.keyed(users).await {
            Ok(found) => found,
            Err(error) => return each::at_once(users, Err(error)),
        };
        let one = async |user: Option<User>| match user {
            Some(user) => self.told(&user).await.map(Some),
            None => Ok(None),
        };
        each::in_turn(users, stream::iter(found).then(one)).await
    }

    async fn check(&self, users: &[Key]) -> Each<Presence> {
        each::at_once(users, self.presence(users).await)
    }

    async fn user(&self, key: &Key) -> Result<Option<Found>, DirectoryError> {
        let user = self.keyed(std::slice::from_ref(key)).await?.into_iter().flatten().collect();
        Ok(self.whole(user).await?.pop())
    }

    async fn users(&self, text: &str, limit: u16) -> Result<Page<Found>, DirectoryError> {
        let text = fold(text);
        let begins = |user: &User| [&user.name, &user.full].iter().any(|name| fold(name).starts_with(&text));
        let mut users = self.people().await?;
        users.retain(begins);
        let Page { items, more } = first(users, limit);
        Ok(Page { items: self.whole(items).await?, more })
    }

    async fn groups_named(&self, text: &str, limit: u16) -> Result<Page<FoundGroup>, DirectoryError> {
        let text = fold(text);
        let mut groups = self.all_groups().await?;
        groups.retain(|group| fold(&group.name).starts_with(&text));
        Ok(first(groups, limit))
    }

    async fn groups_called(&self, name: &str) -> Result<Vec<FoundGroup>, DirectoryError> {
        let name = fold(name);
        let mut groups = self.all_groups().await?;
        groups.retain(|group| fold(&group.name) == name);
        Ok(groups)
    }

    /// Groups hold users only, so a way has one step.
    async fn path(&self, user: &Key, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError> {
        let Some(user) = self.keyed(std::slice::from_ref(user)).await?.into_iter().flatten().next() else {
            return Ok(Vec::new());
        };
        let groups = self.groups_of_user(&user).await?;
        Ok(groups.iter().map(|one| self.group(one)).filter(|one| one.key == *group).collect())
    }

    fn owns(&self, login: &LoginName) -> bool {
        matches!(parts(login.as_str()), (Some(host), _) if fold(&self.machine.name) == host)
    }

    fn health(&self) -> Vec<ServerHealth> {
        vec![ServerHealth::plain(self.machine.name.clone(), None)]
    }

    fn account_fault(&self) -> Option<Fault> {
        None
    }

    /// Nothing runs between two questions.
    async fn stop(&self) {}
}
