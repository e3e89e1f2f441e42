//! Active Directory, as the rest of Pforte asks it.
//!
//! # Invariants
//!
//! - One try of a person is one bind at one domain controller, never repeated.
//! - A bind never carries an empty password: [`Password`] has none.
//! - A user's key is its [`ObjectGuid`], a group's mark its [`Sid`].

use super::Clock;
use super::again::Names;
use super::changes::Memory;
use super::entry::{self, GROUP, LOG_ON, RUNNING, USER, WORKED_OUT};
use super::fault::{DirectoryError, Fault, FaultKind};
use super::filter::Filter;
use super::guid::ObjectGuid;
use super::message::{Entry, Scope, Search};
use super::name::{self, Form, SAM, UPN};
use super::pace::Pace;
use super::pool::Pool;
use super::settings::{Settings, SettingsFault};
use super::sid::Sid;
use crate::change::PasswordChange;
use crate::directory::{
    Directory, Found, FoundGroup, Key, Lockout, Mark, Page, Presence, ServerHealth, Told, Verdict,
};
use crate::kerberos::Chance;
use crate::secret::Password;
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use pforte_model::name::{LoginName, fold};
use pforte_model::time::Micros;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Users or groups that one search asks for by identity.
const BATCH: usize = 100;
/// The greatest number of entries that an administrator's search gives.
const MOST_FOUND: u16 = 500;
/// Requests of one refresh that are under way at the same time.
const AT_ONCE: usize = 4;
/// A name that nobody has, for binds that must fail.
pub(super) const NOBODY: &str = "pforte-nobody-7c9d2e0b4a5f48d6";

/// The names of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The distinguished name of its top entry.
    pub top: String,
    /// Its DNS name.
    pub dns: String,
    /// Its `NetBIOS` name, as in `DOMAIN\name`.
    pub netbios: String,
}

/// A running connection to an Active Directory domain.
pub struct ActiveDirectory {
    pub(super) pool: Pool,
    pub(super) clock: Clock,
    /// The domain's DNS name.
    dns: String,
    /// The name of the domain's top entry.
    pub(super) top: String,
    /// Where searches begin.
    pub(super) base: String,
    /// Who was found before.
    pub(super) names: Names,
    domain: OnceCell<Domain>,
    pub(super) changes: Memory,
    pace: Pace,
}

impl ActiveDirectory {
    /// Starts the connections and returns at once; whether a server answers is
    /// told by [`Self::health`] and by each request.
    ///
    /// Needs a running tokio runtime. The file of trusted certificates is read
    /// here.
    pub fn start(
        settings: &Settings,
        password: Password,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, SettingsFault> {
        if let Some(fault) = settings.check().into_iter().next() {
            return Err(fault);
        }
        let top = name::top_of(&settings.domain);
        Ok(Self {
            pool: Pool::start(settings, password, (Clock::clone(&clock), chance))?,
            clock,
            dns: settings.domain.clone(),
            base: settings.base.clone().unwrap_or_else(|| top.clone()),
            top,
            names: Names::default(),
            domain: OnceCell::new(),
            changes: Memory::default(),
            pace: Pace::default(),
        })
    }

    /// The names of the domain, read from the directory once.
    pub async fn domain(&self) -> Result<&Domain, DirectoryError> {
        self.domain.get_or_try_init(|| self.read_domain()).await
    }

    async fn read_domain(&self) -> Result<Domain, DirectoryError> {
        let root = self.one(Search::entry(String::new(), super::link::ROOT)).await?;
        let forest = root.as_ref().and_then(|root| root.text("configurationNamingContext"));
        let forest = forest.ok_or_else(|| refused(FaultKind::NotActiveDirectory))?;
        let partitions = Search {
            base: format!("CN=Partitions,{forest}"),
            scope: Scope::Children,
            filter: Filter::And(vec![
                Filter::equal("objectClass", "crossRef"),
                Filter::equal("nCName", &self.top),
            ]),
            attributes: &["nETBIOSName"],
            limit: 2,
            first: false,
        };
        let partition = self.one(partitions).await?;
        let netbios = partition.as_ref().and_then(|partition| partition.text("nETBIOSName"));
        let netbios = netbios.ok_or_else(|| refused(FaultKind::EntryUnreadable))?.to_owned();
        Ok(Domain { top: self.top.clone(), dns: self.dns.clone(), netbios })
    }

    /// The groups with these security identifiers, as far as they are in this
    /// domain.
    pub async fn groups_by_sid(&self, sids: &[Sid]) -> Result<Vec<FoundGroup>, DirectoryError> {
        let mut groups = Vec::new();
        for batch in sids.chunks(BATCH) {
            let any = batch.iter().map(|sid| Filter::Equal("objectSid", sid.as_bytes().to_vec())).collect();
            let found = self.every(Filter::Or(any), GROUP).await?;
            groups.extend(read_groups(&found)?);
        }
        Ok(groups)
    }

    async fn by_guid(
        &self,
        guids: &[ObjectGuid],
        attributes: &'static [&'static str],
    ) -> Result<Vec<Entry>, DirectoryError> {
        let any = guids.iter().map(|guid| Filter::Equal("objectGUID", guid.as_bytes().to_vec())).collect();
        self.every(Filter::Or(any), attributes).await
    }

    /// What decides whether sessions of these users go on, of those who are there.
    pub(super) async fn running(&self, guids: &[ObjectGuid]) -> Result<Vec<Entry>, DirectoryError> {
        let mut entries = Vec::new();
        for batch in guids.chunks(BATCH) {
            entries.extend(self.by_guid(batch, RUNNING).await?);
        }
        Ok(entries)
    }

    /// All entries of a batch; too many of them is a fault.
    async fn every(
        &self,
        filter: Filter,
        attributes: &'static [&'static str],
    ) -> Result<Vec<Entry>, DirectoryError> {
        let limit = u16::try_from(BATCH).unwrap_or(u16::MAX);
        let found = self.pool.study(self.below(filter, attributes, limit)).await?;
        if found.more { Err(refused(FaultKind::TooMany)) } else { Ok(found.entries) }
    }

    /// The name of the domain's top entry.
    pub(super) fn top(&self) -> &str {
        &self.top
    }

    /// One entry, if it is there.
    pub(super) async fn one(&self, search: Search) -> Result<Option<Entry>, DirectoryError> {
        match self.pool.study(search).await {
            Ok(found) => Ok(found.entries.into_iter().next()),
            Err(DirectoryError::Refused(Fault { kind: FaultKind::BaseMissing, .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A search of everything, for at most `limit` entries.
    pub(super) fn below(&self, filter: Filter, attributes: &'static [&'static str], limit: u16) -> Search {
        Search { base: self.base.clone(), scope: Scope::Subtree, filter, attributes, limit, first: false }
    }

    /// A search of everything, of which the first `limit` entries are enough.
    pub(super) fn first(&self, filter: Filter, attributes: &'static [&'static str], limit: u16) -> Search {
        Search { first: true, ..self.below(filter, attributes, limit) }
    }

    /// A search that may take longer.
    pub(super) async fn study(&self, search: Search) -> Result<Vec<Entry>, DirectoryError> {
        self.pool.study(search).await.map(|found| found.entries)
    }
}

#[async_trait]
impl Directory for ActiveDirectory {
    async fn find(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError> {
        if let Some(found) = self.found_again(login).await? {
            return Ok(Some(found));
        }
        let Some(filter) = name::filter(login, &self.dns) else { return Ok(None) };
        if let Some(Form::Down { domain, .. }) = name::form(login.as_str())
            && domain != fold(&self.dns)
            && domain != fold(&self.domain().await?.netbios)
        {
            return Ok(None);
        }
        let mut found = self.pool.read(self.below(filter, LOG_ON, 3)).await?.entries;
        found.retain(name::is_person);
        match name::meant(&found, login).as_slice() {
            [] => Ok(None),
            [one] => {
                if let Some(guid) = one.guid() {
                    self.names.learn(login, guid);
                }
                entry::user(one, (self.clock)()).map(Some).map_err(DirectoryError::Refused)
            }
            _ => Err(refused(FaultKind::NameAmbiguous)),
        }
    }

    async fn verify(&self, found: &Found, password: &Password) -> Result<Verdict, DirectoryError> {
        let begun = Instant::now();
        let verdict = self.pool.verify((&found.place, &found.login), password).await?;
        if verdict == Verdict::Wrong {
            self.pace.note(begun.elapsed());
        }
        Ok(verdict)
    }

    async fn verify_unknown(&self, password: &Password) -> Result<(), DirectoryError> {
        let begun = Instant::now();
        self.pool.verify((&format!("CN={NOBODY},{}", self.top), NOBODY), password).await?;
        tokio::time::sleep_until(begun + self.pace.next()).await;
        Ok(())
    }

    async fn change_password(
        &self,
        found: &Found,
        old: &Password,
        new: &Password,
    ) -> Result<PasswordChange, DirectoryError> {
        self.change(found, old, new).await
    }

    async fn lockout(&self, found: Option<&Found>) -> Result<Option<Lockout>, DirectoryError> {
        self.lockout_of(found).await
    }

    async fn groups(&self, found: &Found) -> Result<Told, DirectoryError> {
        if let Some(told) = &found.told {
            return Ok(told.clone());
        }
        let gone = || refused(FaultKind::UserGone);
        let guid = ObjectGuid::of(&found.key).ok_or_else(gone)?;
        told(self.pool.read(Search::entry(guid.dn(), WORKED_OUT)).await)?.ok_or_else(gone)
    }

    async fn groups_of(&self, users: &[Key]) -> Result<Vec<(Key, Option<Told>)>, DirectoryError> {
        let one = async |user: &Key| {
            let Some(guid) = ObjectGuid::of(user) else { return Ok((user.clone(), None)) };
            let search = Search::entry(guid.dn(), WORKED_OUT);
            told(self.pool.study(search).await).map(|told| (user.clone(), told))
        };
        stream::iter(users).map(one).buffered(AT_ONCE).try_collect().await
    }

    async fn groups_of_foreigner(&self, marks: &[Mark]) -> Result<Vec<Mark>, DirectoryError> {
        self.foreign_groups(marks).await
    }

    async fn check(&self, users: &[Key]) -> Result<Vec<(Key, Presence)>, DirectoryError> {
        self.presence(users).await
    }

    async fn user(&self, key: &Key) -> Result<Option<Found>, DirectoryError> {
        let Some(guid) = ObjectGuid::of(key) else { return Ok(None) };
        let entries = self.by_guid(&[guid], USER).await?;
        let found = entries.first().map(|entry| entry::user(entry, (self.clock)()));
        found.transpose().map_err(DirectoryError::Refused)
    }

    async fn user_by_mark(&self, mark: &Mark) -> Result<Option<Found>, DirectoryError> {
        let Some(sid) = Sid::from_bytes(mark.as_bytes()) else { return Ok(None) };
        let known = Filter::Equal("objectSid", sid.as_bytes().to_vec());
        let filter = Filter::And(vec![name::people(), known]);
        let entries = self.pool.read(self.below(filter, USER, 2)).await?.entries;
        let found = entries.first().map(|entry| entry::user(entry, (self.clock)()));
        found.transpose().map_err(DirectoryError::Refused)
    }

    async fn users(&self, text: &str, limit: u16) -> Result<Page<Found>, DirectoryError> {
        let filter =
            Filter::And(vec![name::people(), beginning(text, &[SAM, UPN, "cn", "displayName", "sn"])]);
        let found = self.pool.study(self.first(filter, USER, limit.clamp(1, MOST_FOUND))).await?;
        Ok(Page { items: read_users(&found.entries, (self.clock)())?, more: found.more })
    }

    async fn groups_named(&self, text: &str, limit: u16) -> Result<Page<FoundGroup>, DirectoryError> {
        let filter = Filter::And(vec![
            Filter::equal("objectCategory", "group"),
            beginning(text, &[SAM, "cn", "displayName"]),
        ]);
        let found = self.pool.study(self.first(filter, GROUP, limit.clamp(1, MOST_FOUND))).await?;
        Ok(Page { items: read_groups(&found.entries)?, more: found.more })
    }

    async fn groups_called(&self, name: &str) -> Result<Vec<FoundGroup>, DirectoryError> {
        let any = [SAM, "cn", "displayName"].map(|attribute| Filter::equal(attribute, name));
        let filter = Filter::And(vec![Filter::equal("objectCategory", "group"), Filter::Or(Vec::from(any))]);
        read_groups(&self.every(filter, GROUP).await?)
    }

    async fn path(&self, user: &Key, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError> {
        match (ObjectGuid::of(user), ObjectGuid::of(group)) {
            (Some(user), Some(group)) => self.way(&user, &group).await,
            _ => Ok(Vec::new()),
        }
    }

    fn owns(&self, login: &LoginName) -> bool {
        let Some(domain) = self.domain.get() else { return false };
        match name::form(login.as_str()) {
            Some(Form::Down { domain: told, .. }) => {
                fold(&domain.netbios) == told || fold(&domain.dns) == told
            }
            Some(Form::Principal { suffix, .. }) => fold(&domain.dns) == suffix,
            Some(Form::Account(_)) | None => false,
        }
    }

    async fn learn_names(&self) -> Result<(), DirectoryError> {
        self.domain().await.map(drop)
    }

    fn health(&self) -> Vec<ServerHealth> {
        self.pool.health().shown()
    }

    fn account_fault(&self) -> Option<Fault> {
        self.pool.account_fault()
    }

    fn unproven(&self) -> Option<Fault> {
        self.pool.unproven()
    }

    async fn stop(&self) {
        self.pool.stop().await;
    }
}

pub(super) fn refused(kind: FaultKind) -> DirectoryError {
    DirectoryError::Refused(kind.into())
}

fn beginning(text: &str, attributes: &[&'static str]) -> Filter {
    if text.is_empty() {
        return Filter::Present("objectGUID");
    }
    Filter::Or(attributes.iter().map(|attribute| Filter::Prefix(attribute, text.to_owned())).collect())
}

/// Those that may be read, so that one entry that is kept from us does not hide the rest.
fn read_users(entries: &[Entry], now: Micros) -> Result<Vec<Found>, DirectoryError> {
    let (mut users, mut hidden) = (Vec::new(), None);
    for entry in entries {
        match entry::user(entry, now) {
            Ok(user) => users.push(user),
            Err(fault) => hidden = Some(fault),
        }
    }
    match hidden {
        Some(fault) if users.is_empty() => Err(DirectoryError::Refused(fault)),
        _ => Ok(users),
    }
}

fn read_groups(entries: &[Entry]) -> Result<Vec<FoundGroup>, DirectoryError> {
    entries.iter().map(entry::group).collect::<Result<_, _>>().map_err(DirectoryError::Refused)
}

/// What the answer to a read of [`WORKED_OUT`] tells.
fn told(answer: Result<super::answer::Searched, DirectoryError>) -> Result<Option<Told>, DirectoryError> {
    let found = match answer {
        Err(DirectoryError::Refused(Fault { kind: FaultKind::BaseMissing, .. })) => return Ok(None),
        other => other?.entries,
    };
    found.first().map(entry::worked_out).transpose().map_err(DirectoryError::Refused)
}
