//! The groups of a user, at any depth: by the members that groups of names have, and by
//! the names and numbers that posix groups have.

use super::super::fault::{DirectoryError, FaultKind};
use super::super::filter::Filter;
use super::super::message::Entry;
use super::super::schema::{MEMBERS, POSIX, UID};
use super::{PlainLdap, entry, refused};
use crate::{FoundGroup, Key, Mark, Told};
use std::collections::HashMap;

/// The most groups of one user.
const MOST: usize = 4_096;
/// How deep groups may stand in each other.
const MOST_DEPTH: usize = 64;
/// Groups whose own groups one search asks for.
const BATCH: usize = 50;
/// The most groups that one search gives.
const MOST_AT_ONCE: usize = 1_000;

/// A group, and through which one it was found.
struct Reached {
    entry: Entry,
    through: Option<String>,
}

impl PlainLdap {
    /// All groups of a user.
    pub(super) async fn told(&self, user: &Entry) -> Result<Told, DirectoryError> {
        let reached = self.above(user).await?;
        let groups = reached.values().map(|reached| entry::group(self.words, &reached.entry));
        let groups = groups.map(|group| group.map(|group: FoundGroup| group.mark));
        let groups: Vec<Mark> = groups.collect::<Result<_, _>>().map_err(DirectoryError::Refused)?;
        Ok(Told { groups, password_ends_at: entry::password_end(user), own: Vec::new() })
    }

    /// The shortest way from a user to a group.
    pub(super) async fn way(&self, user: &Entry, group: &Key) -> Result<Vec<FoundGroup>, DirectoryError> {
        let reached = self.above(user).await?;
        let mut at = reached.iter().find(|(_, reached)| entry::is(self.words, &reached.entry, group));
        let mut way = Vec::new();
        while let Some((_, found)) = at {
            way.push(entry::group(self.words, &found.entry).map_err(DirectoryError::Refused)?);
            at = found.through.as_ref().and_then(|through| reached.get_key_value(through));
        }
        way.reverse();
        Ok(way)
    }

    /// The groups of a user level by level, so that each is found by the shortest way;
    /// circles end, because nothing is found twice.
    async fn above(&self, user: &Entry) -> Result<HashMap<String, Reached>, DirectoryError> {
        let mut all: HashMap<String, Reached> = HashMap::new();
        let mut level = self.direct(user).await?;
        for _ in 0..MOST_DEPTH {
            let fresh: Vec<Reached> =
                level.into_iter().filter(|reached| !all.contains_key(&folded(&reached.entry.dn))).collect();
            let names: Vec<String> = fresh.iter().map(|reached| reached.entry.dn.clone()).collect();
            all.extend(fresh.into_iter().map(|reached| (folded(&reached.entry.dn), reached)));
            if names.is_empty() {
                return Ok(all);
            }
            if all.len() > MOST {
                return Err(refused(FaultKind::TooMany));
            }
            level = self.of_groups(&names).await?;
        }
        Err(refused(FaultKind::TooMany))
    }

    async fn direct(&self, user: &Entry) -> Result<Vec<Reached>, DirectoryError> {
        let mut any = naming(&user.dn);
        let posix = |attribute, value: &str| {
            Filter::And(vec![Filter::equal("objectClass", POSIX), Filter::equal(attribute, value)])
        };
        any.extend(user.texts(UID).map(|uid| posix("memberUid", uid)));
        any.extend(user.text("gidNumber").map(|number| posix("gidNumber", number)));
        let found = self.every(Filter::Or(any), self.words.group, MOST_AT_ONCE).await?;
        Ok(found.into_iter().map(|entry| Reached { entry, through: None }).collect())
    }

    /// The groups that these groups are in. Through which of them one was found has to be
    /// known, so each is asked for by itself where several are.
    async fn of_groups(&self, names: &[String]) -> Result<Vec<Reached>, DirectoryError> {
        let mut found = Vec::new();
        for batch in names.chunks(BATCH) {
            let any = batch.iter().flat_map(|name| naming(name)).collect();
            let entries = self.every(Filter::Or(any), MEMBERSHIP, MOST_AT_ONCE).await?;
            if entries.is_empty() {
                continue;
            }
            for name in batch {
                let above = self.every(Filter::Or(naming(name)), self.words.group, MOST_AT_ONCE).await?;
                let through = Some(folded(name));
                found.extend(above.into_iter().map(|entry| Reached { entry, through: through.clone() }));
            }
        }
        Ok(found)
    }
}

/// What is read of groups when only their number matters.
const MEMBERSHIP: &[&str] = &["1.1"];

/// The groups that name this member.
fn naming(member: &str) -> Vec<Filter> {
    let one = |(class, attribute)| {
        Filter::And(vec![Filter::equal("objectClass", class), Filter::equal(attribute, member)])
    };
    MEMBERS.into_iter().map(one).collect()
}

/// Names are compared without regard to case.
fn folded(dn: &str) -> String {
    dn.to_lowercase()
}
