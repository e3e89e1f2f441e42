//! Lists of a host's users and groups, for administrators, and the way from a user
//! to a group.

use super::accounts::{Accounts, everyone, member, number_in, there};
use super::replies::{Named, User};
use super::state::is_person;
use crate::fault::{Fault, FaultKind};
use crate::ldap::Sid;
use crate::{FoundGroup, Key, Mark, Page};
use pforte_model::name::fold;
use std::collections::{HashSet, VecDeque};

/// The most accounts of a host that are looked through.
const MOST: usize = 20_000;
/// The most groups that are looked at on the way from a user to a group.
const MOST_BETWEEN: usize = 1_000;

impl Accounts {
    /// Users whose name begins with a text.
    pub(super) async fn users(&mut self, text: &str, limit: usize) -> Result<Page<User>, Fault> {
        let (mut items, mut from, mut seen) = (Vec::new(), Some(0), 0);
        let text = fold(text);
        while let Some(start) = from {
            let part = there(self.sam.users(&self.own.handle, start).await, "users")?;
            let Some(part) = part else { break };
            from = part.next;
            seen += part.items.len();
            let fits = |user: &User| is_person(user) && begins(&[&user.login, &user.full], &text);
            items.extend(part.items.into_iter().filter(fits));
            if seen > MOST {
                return Err(FaultKind::TooMany.with("users"));
            }
        }
        items.sort_by_key(|user| fold(&user.login));
        Ok(first(items, limit))
    }

    /// Groups and aliases of the host for which `fits` holds.
    pub(super) async fn groups(
        &mut self,
        fits: impl Fn(&FoundGroup) -> bool,
    ) -> Result<Vec<FoundGroup>, Fault> {
        let (mut found, mut seen) = (Vec::new(), 0);
        for list in [List::Groups, List::Aliases, List::Builtin] {
            let mut from = Some(0);
            while let Some(start) = from {
                let Some(part) = there(self.list(list, start).await, "groups")? else { break };
                from = part.next;
                seen += part.items.len();
                let database = if list == List::Builtin { &self.builtin } else { &self.own };
                let groups = part.items.iter().filter_map(|named| {
                    let sid = member(&database.sid, named.rid)?;
                    Some(group(&database.name, &sid, &named.name, list == List::Builtin))
                });
                found.extend(groups.filter(&fits));
                if seen > MOST {
                    return Err(FaultKind::TooMany.with("groups"));
                }
            }
        }
        found.sort_by_key(|group| fold(&group.name));
        Ok(found)
    }

    async fn list(&mut self, list: List, from: u32) -> super::samr::Answer<super::replies::Part<Named>> {
        match list {
            List::Groups => self.sam.groups(&self.own.handle, from).await,
            List::Aliases => self.sam.aliases(&self.own.handle, from).await,
            List::Builtin => self.sam.aliases(&self.builtin.handle, from).await,
        }
    }

    /// The shortest way from a user to a group.
    pub(super) async fn path(&mut self, rid: u32, target: &Key) -> Result<Vec<FoundGroup>, Fault> {
        let Some((_, direct)) = self.user(rid).await? else { return Ok(Vec::new()) };
        let groups = direct.iter().filter_map(|group| member(&self.own.sid, *group));
        let mut first: Vec<Sid> = groups.collect();
        let user: Vec<Sid> = member(&self.own.sid, rid).into_iter().collect();
        first.extend(self.above(&user).await?);
        first.extend(everyone());
        let mut seen: HashSet<Sid> = first.iter().cloned().collect();
        let mut ways: VecDeque<Vec<Sid>> = first.into_iter().map(|group| vec![group]).collect();
        while let Some(way) = ways.pop_front() {
            let Some(last) = way.last() else { continue };
            if last.as_bytes() == target.as_bytes() {
                return self.described(&way).await;
            }
            for next in self.above(std::slice::from_ref(last)).await? {
                if seen.len() < MOST_BETWEEN && seen.insert(next.clone()) {
                    ways.push_back(way.iter().cloned().chain([next]).collect());
                }
            }
        }
        Ok(Vec::new())
    }

    async fn described(&mut self, way: &[Sid]) -> Result<Vec<FoundGroup>, Fault> {
        let mut groups = Vec::new();
        for sid in way {
            groups.push(self.group(sid).await?);
        }
        Ok(groups)
    }

    async fn group(&mut self, sid: &Sid) -> Result<FoundGroup, Fault> {
        for (database, builtin) in [(&self.own, false), (&self.builtin, true)] {
            if let Some(rid) = number_in(&database.sid, sid.as_bytes()) {
                let names = there(self.sam.numbered(&database.handle, &[rid]).await, "number")?;
                let name = names.and_then(|names| names.into_iter().next()).map(|(name, _)| name);
                return Ok(group(&database.name, sid, &name.unwrap_or_else(|| sid.to_string()), builtin));
            }
        }
        let known = everyone().position(|everyone| everyone == *sid);
        let name = ["Everyone", "Authenticated Users"].get(known.unwrap_or(usize::MAX)).copied();
        Ok(group("NT AUTHORITY", sid, name.unwrap_or_default(), true))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Groups,
    Aliases,
    Builtin,
}

/// A group as the rest of Pforte knows it. The name of one that every host has says so,
/// because the host may have one of its own that is called the same.
fn group(database: &str, sid: &Sid, name: &str, everywhere: bool) -> FoundGroup {
    let place = format!("{database}\\{name}");
    FoundGroup {
        key: Key::from_bytes(sid.as_bytes()),
        identity: sid.to_string(),
        name: if everywhere { place.clone() } else { name.to_owned() },
        place,
        mark: Mark::from_bytes(sid.as_bytes()),
        label: name.to_owned(),
    }
}

/// Whether one of the names begins with a folded text.
pub(super) fn begins(names: &[&str], text: &str) -> bool {
    names.iter().any(|name| fold(name).starts_with(text))
}

/// The first `limit` of all.
pub(super) fn first<T>(mut items: Vec<T>, limit: usize) -> Page<T> {
    let more = items.len() > limit;
    items.truncate(limit);
    Page { items, more }
}
