//! An LDAP server that is not Active Directory: OpenLDAP, 389 Directory Server,
//! FreeIPA. What they call things is in `schema`; this is what is done with it.
//!
//! # Invariants
//!
//! - One try of a person is one bind, never repeated.
//! - A user is known by what its server never changes of it; the name only finds it.

mod change;
mod entry;
mod groups;

use super::Clock;
use super::fault::{DirectoryError, Fault, FaultKind};
use super::filter::Filter;
use super::message::{Entry, Outcome, Scope, Search, code};
use super::name;
use super::pace::Pace;
use super::policy::Policy;
use super::pool::Pool;
use super::schema::{self, MAIL, UID, Words};
use super::settings::{ServiceLogin, Settings, SettingsFault};
use crate::each::{self, Each};
use crate::kerberos::Chance;
use crate::secret::Password;
use crate::{Directory, Found, FoundGroup, Key, Page, PasswordChange, Presence, ServerHealth, Told, Verdict};
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pforte_model::account::AccountState;
use pforte_model::name::{LoginName, fold};
use tokio::time::Instant;

/// Users or groups that one search asks for by identity.
const BATCH: usize = 100;
/// The greatest number of entries that an administrator's search gives.
const MOST_FOUND: u16 = 500;
/// A name that nobody has, for binds that must fail.
const NOBODY: &str = "uid=pforte-nobody-7c9d2e0b4a5f48d6";

/// A running connection to an LDAP directory.
pub struct PlainLdap {
    pool: Pool,
    clock: Clock,
    words: &'static Words,
    domain: String,
    /// Where searches begin.
    base: String,
    pace: Pace,
}

fn refused(kind: FaultKind) -> DirectoryError {
    DirectoryError::Refused(kind.into())
}

impl PlainLdap {
    /// Starts the connections and returns at once. Needs a running tokio runtime, and a
    /// schema that is not Active Directory's.
    pub fn start(
        settings: &Settings,
        password: Password,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, SettingsFault> {
        if let Some(fault) = settings.check().into_iter().next() {
            return Err(fault);
        }
        let words = settings.schema.words().ok_or(SettingsFault::Schema)?;
        // Only a domain controller has Kerberos beside it.
        let settings = Settings { service_login: ServiceLogin::Simple, ..settings.clone() };
        Ok(Self {
            words,
            domain: settings.domain.clone(),
            base: settings.top(),
            pool: Pool::start(&settings, password, (Clock::clone(&clock), chance))?,
            clock,
            pace: Pace::default(),
        })
    }

    /// The filter that finds a user by what was typed; `None`: nobody's name.
    fn named(&self, login: &LoginName) -> Option<Filter> {
        let mut any: Vec<Filter> = Vec::new();
        for typed in [login.written(), login.as_str()] {
            match name::form(typed)? {
                name::Form::Account(account) => any.push(Filter::equal(UID, account)),
                name::Form::Down { .. } => return None,
                name::Form::Principal { whole, account, suffix } => {
                    any.push(Filter::equal(MAIL, whole));
                    if fold(suffix) == fold(&self.domain) {
                        any.push(Filter::equal(UID, account));
                    }
                }
            }
        }
        Some(Filter::And(vec![self.words.users(), Filter::Or(any)]))
    }

    /// Of the users found, the one whose log-on name was typed comes before those whose
    /// address is the same.
    fn meant(&self, found: Vec<Entry>, login: &LoginName) -> Result<Option<Entry>, DirectoryError> {
        let account =
            login.as_str().strip_suffix(&format!("@{}", fold(&self.domain))).unwrap_or(login.as_str());
        let (mut named, others): (Vec<Entry>, Vec<Entry>) =
            found.into_iter().partition(|entry| entry.texts(UID).any(|uid| fold(uid) == account));
        if named.is_empty() {
            named = others;
        }
        if named.len() > 1 { Err(refused(FaultKind::NameAmbiguous)) } else { Ok(named.pop()) }
    }

    fn found(&self, entry: &Entry) -> Result<Found, DirectoryError> {
        entry::user(self.words, entry, (self.clock)()).map_err(DirectoryError::Refused)
    }

    async fn keyed(&self, keys: &[Key]) -> Result<Vec<Entry>, DirectoryError> {
        let mut all = Vec::new();
        for keys in keys.chunks(BATCH) {
            let any = keys.iter().map(|key| Filter::Equal(self.words.key, key.as_bytes().to_vec())).collect();
            let filter = Filter::And(vec![self.words.users(), Filter::Or(any)]);
            all.extend(self.every(filter, self.words.user, keys.len()).await?);
        }
        Ok(all)
    }

    /// All entries that a filter finds, at most `most`.
    async fn every(
        &self,
        filter: Filter,
        attributes: &'static [&'static str],
        most: usize,
    ) -> Result<Vec<Entry>, DirectoryError> {
        let limit = u16::try_from(most).unwrap_or(u16::MAX);
        let found = self.pool.read(self.search(filter, attributes, limit, false)).await?;
        if found.more { Err(refused(FaultKind::TooMany)) } else { Ok(found.entries) }
    }

    async fn first(
        &self,
        filter: Filter,
        attributes: &'static [&'static str],
        limit: u16,
    ) -> Result<(Vec<Entry>, bool), DirectoryError> {
        let limit = limit.clamp(1, MOST_FOUND);
        let found = self.pool.study(self.search(filter, attributes, limit, true)).await?;
        Ok((found.entries, found.more))
    }

    fn search(&self, filter: Filter, attributes: &'static [&'static str], limit: u16, first: bool) -> Search {
        let filter = self.words.only_true(filter);
        Search { base: self.base.clone(), scope: Scope::Subtree, filter, attributes, limit, first }
    }

    /// Whether a user whose bind was good has a password that has expired all the same. It
    /// is read now: a change of the password may have come after the user was found.
    async fn is_expired(&self, found: &Found) -> Result<bool, DirectoryError> {
        if !self.words.binds_expired || found.state != AccountState::PasswordExpired {
            return Ok(false);
        }
        let now = self.user(&found.key).await?;
        Ok(now.is_some_and(|now| now.state == AccountState::PasswordExpired))
    }
}

/// What the answer to a person's bind says.
fn verdict((outcome, policy): &(Outcome, Option<Policy>), found: &Found) -> Result<Verdict, Fault> {
    let state = match (outcome.code, policy) {
        (_, Some(Policy::Locked)) | (code::CONSTRAINT, _) => AccountState::Locked,
        (code::INVALID_CREDENTIALS, Some(Policy::Expired)) => AccountState::PasswordExpired,
        (code::SUCCESS, Some(Policy::MustChange)) => AccountState::MustChange,
        (code::SUCCESS, _) => match found.state {
            // What the server does not keep to itself.
            ended @ (AccountState::Disabled | AccountState::Expired) => ended,
            _ => return Ok(Verdict::Good),
        },
        (code::INVALID_CREDENTIALS | code::NO_SUCH_OBJECT, _) => return Ok(Verdict::Wrong),
        // An account that was switched off is told so by 389 DS, before its password is looked at.
        (code::UNWILLING, _) if found.state == AccountState::Disabled => AccountState::Disabled,
        (code::STRONGER_AUTH | code::INAPPROPRIATE_AUTH, _) => {
            return Err(FaultKind::BindNotAllowed.with(&outcome.message));
        }
        (code::REFERRAL, _) => return Err(FaultKind::Referral.with(&outcome.message)),
        (other, _) => {
            return Err(FaultKind::UnexpectedResult.with(format!("code {other}: {}", outcome.message)));
        }
    };
    Ok(Verdict::State(state))
}

fn beginning(text: &str, attributes: &[&'static str]) -> Option<Filter> {
    let prefix = |attribute: &&'static str| Filter::Prefix(attribute, text.to_owned());
    (!text.is_empty()).then(|| Filter::Or(attributes.iter().map(prefix).collect()))
}

#[async_trait]
impl Directory for PlainLdap {
    async fn find(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError> {
        let Some(filter) = self.named(login) else { return Ok(None) };
        let found = self.every(filter, self.words.user, 4).await?;
        let entry = self.meant(found, login)?;
        entry.as_ref().map(|entry| self.found(entry)).transpose()
    }

    async fn verify(&self, found: &Found, password: &Password) -> Result<Verdict, DirectoryError> {
        let begun = Instant::now();
        let judged = self.pool.bind_judged(&found.place, password).await?;
        let verdict = verdict(&judged, found).map_err(DirectoryError::Refused)?;
        match verdict {
            Verdict::Wrong => self.pace.note(begun.elapsed()),
            // Whoever may bind with it may change it.
            Verdict::Good if self.is_expired(found).await? => {
                return Ok(Verdict::State(AccountState::MustChange));
            }
            Verdict::Good | Verdict::State(_) => {}
        }
        Ok(verdict)
    }

    async fn verify_unknown(&self, password: &Password) -> Result<(), DirectoryError> {
        let begun = Instant::now();
        self.pool.bind_judged(&format!("{NOBODY},{}", self.base), password).await?;
        tokio::time::sleep_until(begun + self.pace.next()).await;
        Ok(())
    }

    async fn change_password(
        &self,
        found: &Found,
        old: &Password,
        new: &Password,
    ) -> Result<PasswordChange, DirectoryError> {
        self.modify_password(found, (old, new)).await
    }

    async fn groups(&self, found: &Found) -> Result<Told, DirectoryError> {
        let told = self.groups_of(std::slice::from_ref(&found.key)).await.into_iter().next();
        told.and_then(|(_, told)| told.transpose()).unwrap_or_else(|| Err(refused(FaultKind::UserGone)))
    }

    async fn groups_of(&self, users: &[Key]) -> Each<Option<Told>> {
        let entries = match self.keyed(users).await {
            Ok(entries) => entries,
            Err(error) => return each::at_once(users, Err(error)),
        };
        let one = async |key: &Key| match entries.iter().find(|entry| entry::is(self.words, entry, key)) {
            Some(entry) => self.told(entry).await.map(Some),
            None => Ok(None),
        };
        each::in_turn(users, stream::iter(users).then(one)).await
    }

    async fn check(&self, users: &[Key]) -> Each<Presence> {
        let (entries, now) = (self.keyed(users).await, (self.clock)());
        let presence = |entries: &[Entry], key| {
            let entry = entries.iter().find(|entry| entry::is(self.words, entry, key));
            entry.map_or(Presence::Gone, |entry| Presence::Here(entry::state(entry, now)))
        };
        let told =
            |entries: Vec<Entry>| users.iter().map(|key| (key.clone(), presence(&entries, key))).collect();
        each::at_once(users, entries.map(told))
    }

    async fn user(&self, key: &Key) -> Result<Option<Found>, DirectoryError> {
        let entries = self.keyed(std::slice::from_ref(key)).await?;
        entries.first().map(|entry| self.found(entry)).transpose()
    }

    async fn users(&self, text: &str, limit: u16) -> Result<Page<Found>, DirectoryError> {
        let any = beginning(text, &[UID, "cn", "displayName", "sn"]);
        let filter = Filter::And([self.words.users()].into_iter().chain(any).collect());
        let (entries, more) = self.first(filter, self.words.user, limit).await?;
        Ok(Page { items: entries.iter().map(|entry| self.found(entry)).collect::<Result<_, _>>()?, more })
    }

    async fn groups_named(&self, text: &str, limit: u16) -> Result<Page<FoundGroup>, DirectoryError> {
        let filter = Filter::And([schema::groups()].into_iter().chain(beginning(text, &["cn"])).collect());
        let (entries, more) = self.first(filter, self.words.group, limit).await?;
        let items = entries.iter().map(|entry| entry::group(self.words, entry));
        Ok(Page { items: items.collect::<Result<_, _>>().map_err(DirectoryError::Refused)?, more })
    }

    async fn groups_called(&self, name: &str) -> Result<Vec<FoundGroup>, DirectoryError> {
        let filter = Filter::And(vec![schema::groups(), Filter::equal("cn", name)]);
        let entries = self.every(filter, self.words.group, BATCH).await?;
        let groups = entries.iter().map(|entry| entry::group(self.words, entry));
        groups.collect::<Result<_, _>>().map_err(DirectoryError::Refused)
    }

    async fn path(&self, user: &Key, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError> {
        let entries = self.keyed(std::slice::from_ref(user)).await?;
        match entries.first() {
            Some(entry) => self.way(entry, group).await,
            None => Ok(Vec::new()),
        }
    }

    fn owns(&self, login: &LoginName) -> bool {
        let suffix = login.as_str().rsplit_once('@').map(|(_, suffix)| suffix);
        suffix.is_some_and(|suffix| suffix == fold(&self.domain))
    }

    fn health(&self) -> Vec<ServerHealth> {
        self.pool.health().shown()
    }

    fn account_fault(&self) -> Option<Fault> {
        self.pool.account_fault()
    }

    async fn stop(&self) {
        self.pool.stop().await;
    }
}
