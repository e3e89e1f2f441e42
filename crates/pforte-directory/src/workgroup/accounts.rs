//! A host's accounts, read by the service account over one session.

use super::replies::{Handle, User};
use super::rpc::Pipe;
use super::samr::{Answer, Sam, USER};
use super::settings::Settings;
use super::smb::{Account, Connection, LogOn, Status};
use super::state::verdict;
use crate::fault::{Fault, FaultKind};
use crate::ldap::Sid;
use crate::secret::Password;
use crate::{Key, Verdict};
use std::collections::BTreeSet;

/// The most groups that a user can be in, far beyond what a host can put into a token.
const MOST_GROUPS: usize = 1_024;
/// How deep aliases may stand in each other.
const MOST_DEPTH: usize = 32;
/// Everyone, and everyone who logged on: hosts put these into their own aliases.
const EVERYONE: [&[u8]; 2] = [&[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], &[1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0]];
/// The domain of the aliases that every host has.
const BUILTIN: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0];

/// The host's two databases, opened.
pub(super) struct Accounts {
    pub(super) sam: Sam,
    /// The name of the host, as its users' names may be written.
    pub(super) host: String,
    pub(super) own: Database,
    pub(super) builtin: Database,
}

/// One database of a host.
pub(super) struct Database {
    pub(super) handle: Handle,
    pub(super) sid: Sid,
    pub(super) name: String,
}

/// Why the accounts cannot be read.
pub(super) enum Barred {
    /// The service account is not let in.
    Account(Fault),
    /// Something else.
    Fault(Fault),
}

impl From<Fault> for Barred {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Nothing is there under a number or name.
pub(super) const ABSENT: [Status; 3] = [Status(0xc000_0064), Status(0xc000_0066), Status(0xc000_0073)];

/// The answer, or nothing if the host has no such thing.
pub(super) fn there<T>(answer: Answer<T>, doing: &str) -> Result<Option<T>, Fault> {
    match answer? {
        Ok(value) => Ok(Some(value)),
        Err(status) if ABSENT.contains(&status) => Ok(None),
        Err(status) => Err(fault(status, doing)),
    }
}

fn fault(status: Status, doing: &str) -> Fault {
    match status {
        Status::DENIED => FaultKind::RemoteSamRefused.with(doing),
        other => other.fault(doing),
    }
}

fn all<T>(answer: Answer<T>, doing: &str) -> Result<T, Fault> {
    answer?.map_err(|status| fault(status, doing))
}

impl Accounts {
    /// Logs the service account on.
    pub(super) async fn log_on(
        connection: &mut Connection,
        settings: &Settings,
        workstation: &str,
        password: &Password,
    ) -> Result<(), Barred> {
        let (domain, user) = settings.account();
        let account = Account { user, domain, password: password.text_for_bind(), workstation };
        if let LogOn::Refused(status) = connection.log_on(&account, &settings.host).await? {
            return Err(match verdict(status) {
                Ok(Verdict::State(state)) => Barred::Account(crate::fault::barred(state)),
                Ok(_) => Barred::Account(FaultKind::AccountRefused.with(&settings.account)),
                Err(fault) if fault.kind == FaultKind::NetworkLogOnDenied => Barred::Account(fault),
                // A host in trouble, or with too many guests, says nothing of the account.
                Err(fault) => Barred::Fault(fault),
            });
        }
        Ok(())
    }

    /// Opens what the service account reads, once it is logged on.
    pub(super) async fn open(connection: Connection, host: &str) -> Result<Self, Fault> {
        let pipe = Pipe::open(connection, host).await?.map_err(|status| fault(status, "samr"))?;
        let mut sam = Sam::new(pipe);
        let server = all(sam.connect().await, "connect")?;
        let names = all(sam.domains(&server).await, "domains")?;
        let names: Vec<String> = names.items.into_iter().map(|domain| domain.name).take(8).collect();
        let (mut own, mut builtin) = (None, None);
        for name in names {
            let sid = all(sam.domain_called(&server, &name).await, "domain")?;
            let handle = all(sam.open_domain(&server, &sid).await, "domain")?;
            if sid.as_bytes() == BUILTIN {
                builtin = Some(Database { handle, sid, name: "BUILTIN".to_owned() });
            } else {
                own = Some(Database { handle, sid, name });
            }
        }
        let missing = || Fault::from(FaultKind::EntryUnreadable);
        let (own, builtin) = (own.ok_or_else(missing)?, builtin.ok_or_else(missing)?);
        Ok(Self { sam, host: own.name.clone(), own, builtin })
    }

    /// The number of the host's object with this identity.
    pub(super) fn number(&self, key: &Key) -> Option<u32> {
        number_in(&self.own.sid, key.as_bytes())
    }

    /// The user with a name, and the groups of the host that hold it directly.
    pub(super) async fn called(&mut self, name: &str) -> Result<Option<User>, Fault> {
        let found = there(self.sam.named(&self.own.handle, name).await, "name")?.unwrap_or_default();
        match found.first() {
            Some((rid, USER)) => Ok(self.user(*rid).await?.map(|(user, _)| user)),
            _ => Ok(None),
        }
    }

    pub(super) async fn user(&mut self, rid: u32) -> Result<Option<(User, Vec<u32>)>, Fault> {
        there(self.sam.user(&self.own.handle, rid).await, "user")
    }

    /// All groups and aliases of a user, at any depth.
    pub(super) async fn groups_of(&mut self, rid: u32, direct: &[u32]) -> Result<Vec<Sid>, Fault> {
        let groups = direct.iter().filter_map(|group| member(&self.own.sid, *group));
        let mut known: BTreeSet<Sid> = groups.collect();
        let mut asked: Vec<Sid> =
            known.iter().cloned().chain(member(&self.own.sid, rid)).chain(everyone()).collect();
        for _ in 0..MOST_DEPTH {
            let above = self.above(&asked).await?;
            asked = above.into_iter().filter(|alias| known.insert(alias.clone())).collect();
            if known.len() > MOST_GROUPS {
                return Err(FaultKind::TooMany.with("groups of a user"));
            }
            if asked.is_empty() {
                return Ok(known.into_iter().collect());
            }
        }
        Err(FaultKind::TooMany.with("aliases in aliases"))
    }

    /// The aliases that hold any of these directly.
    pub(super) async fn above(&mut self, members: &[Sid]) -> Result<Vec<Sid>, Fault> {
        /// Members whose question is no longer than a host takes in one piece.
        const AT_ONCE: usize = 64;
        let mut above = Vec::new();
        for members in members.chunks(AT_ONCE) {
            for database in [&self.own, &self.builtin] {
                let rids = there(self.sam.aliases_of(&database.handle, members).await, "aliases")?;
                let rids = rids.unwrap_or_default().into_iter();
                above.extend(rids.filter_map(|rid| member(&database.sid, rid)));
            }
        }
        Ok(above)
    }
}

/// Whom every user is, beside itself.
pub(super) fn everyone() -> impl Iterator<Item = Sid> {
    EVERYONE.into_iter().filter_map(Sid::from_bytes)
}

/// The object numbered `rid` of a domain.
pub(super) fn member(domain: &Sid, rid: u32) -> Option<Sid> {
    let mut bytes = domain.as_bytes().to_vec();
    bytes.extend(rid.to_le_bytes());
    let count = bytes.get_mut(1)?;
    *count = count.checked_add(1)?;
    Sid::from_bytes(&bytes)
}

/// The number of an object in a domain; `None`: it is not of this domain.
pub(super) fn number_in(domain: &Sid, bytes: &[u8]) -> Option<u32> {
    let (_, rid) = bytes.split_last_chunk::<4>()?;
    let rid = u32::from_le_bytes(*rid);
    (member(domain, rid)?.as_bytes() == bytes).then_some(rid)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops here")]
mod tests {
    use super::*;

    #[test]
    fn an_object_belongs_to_its_domain_and_to_no_other() {
        let domain: Sid = "S-1-5-21-1-2-3".parse().unwrap();
        let user = member(&domain, 2002).unwrap();
        assert_eq!(user.to_string(), "S-1-5-21-1-2-3-2002");
        assert_eq!(number_in(&domain, user.as_bytes()), Some(2002));
        assert_eq!(number_in(&"S-1-5-21-1-2-4".parse().unwrap(), user.as_bytes()), None);
        assert_eq!(number_in(&domain, b"xyz"), None);
    }

    #[test]
    fn everyone_is_named_as_hosts_name_it() {
        let names: Vec<String> = everyone().map(|sid| sid.to_string()).collect();
        assert_eq!(names, ["S-1-1-0", "S-1-5-11"]);
        assert_eq!(Sid::from_bytes(BUILTIN).unwrap().to_string(), "S-1-5-32");
    }
}
