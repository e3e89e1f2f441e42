//! By which groups a user is in a group: the way that an explanation shows.

use super::directory::ActiveDirectory;
use super::entry::{self, GROUP_ABOVE};
use super::fault::DirectoryError;
use super::filter::{Filter, IN_CHAIN};
use super::guid::ObjectGuid;
use super::message::{Entry, Search};
use super::sid::Sid;
use crate::directory::FoundGroup;
use std::collections::{HashMap, HashSet, VecDeque};

/// The greatest number of groups between a user and a group that are looked at;
/// what a domain controller gives in one answer.
const MOST_BETWEEN: u16 = 1_000;

/// What is read of the user.
const BELOW: &[&str] = &["objectSid", "primaryGroupID", "memberOf"];

impl ActiveDirectory {
    /// The shortest way from a user to a group, as [`Directory::path`] tells it.
    ///
    /// [`Directory::path`]: crate::Directory::path
    pub(super) async fn way(
        &self,
        user: &ObjectGuid,
        group: &ObjectGuid,
    ) -> Result<Vec<FoundGroup>, DirectoryError> {
        let Some(user) = self.one(Search::entry(user.dn(), BELOW)).await? else { return Ok(Vec::new()) };
        let Some(group) = self.one(Search::entry(group.dn(), GROUP_ABOVE)).await? else {
            return Ok(Vec::new());
        };
        let primary = self.primary(&user).await?;
        let between = self.between(&user, primary.as_ref(), &group).await?;
        let target = folded(&group.dn);
        let first = user.texts("memberOf").map(folded).chain(primary.iter().map(|p| folded(&p.dn))).collect();
        let groups = between.into_iter().chain(primary).chain([group]);
        let groups: HashMap<String, Entry> = groups.map(|entry| (folded(&entry.dn), entry)).collect();
        let way = shortest(first, &target, |name| {
            groups.get(name).map(|entry| entry.texts("memberOf").map(folded).collect()).unwrap_or_default()
        });
        let way = way.iter().filter_map(|name| groups.get(name)).map(entry::group);
        way.collect::<Result<_, _>>().map_err(DirectoryError::Refused)
    }

    /// The user's primary group, which no attribute `memberOf` names.
    async fn primary(&self, user: &Entry) -> Result<Option<Entry>, DirectoryError> {
        let number = user.number("primaryGroupID").and_then(|number| u32::try_from(number).ok());
        let Some(sid) = user.sid().zip(number).map(|(sid, number)| sid.sibling(number)) else {
            return Ok(None);
        };
        self.by_sid(&sid).await
    }

    async fn by_sid(&self, sid: &Sid) -> Result<Option<Entry>, DirectoryError> {
        let filter = Filter::Equal("objectSid", sid.as_bytes().to_vec());
        self.one(self.below(filter, GROUP_ABOVE, 1)).await
    }

    /// The groups that the user is in and that are in the group.
    async fn between(
        &self,
        user: &Entry,
        primary: Option<&Entry>,
        group: &Entry,
    ) -> Result<Vec<Entry>, DirectoryError> {
        let below = [Some(user), primary].into_iter().flatten();
        let below = below.map(|entry| Filter::Rule(IN_CHAIN, "member", entry.dn.clone())).collect();
        let filter = Filter::And(vec![
            Filter::equal("objectCategory", "group"),
            Filter::Or(below),
            Filter::Rule(IN_CHAIN, "memberOf", group.dn.clone()),
        ]);
        self.study(self.first(filter, GROUP_ABOVE, MOST_BETWEEN)).await
    }
}

/// Names are compared without regard to case.
fn folded(dn: &str) -> String {
    dn.to_lowercase()
}

/// The shortest way from one of `first` to `target`, both ends included; empty
/// if there is none. Circles end, because nothing is looked at twice.
fn shortest(first: Vec<String>, target: &str, above: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let mut seen: HashSet<String> = first.iter().cloned().collect();
    let mut ways: VecDeque<Vec<String>> = first.into_iter().map(|name| vec![name]).collect();
    while let Some(way) = ways.pop_front() {
        let Some(last) = way.last().filter(|last| *last != target) else { return way };
        for next in above(last) {
            if seen.insert(next.clone()) {
                ways.push_back(way.iter().cloned().chain([next]).collect());
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(first: &[&str], target: &str, edges: &[(&str, &str)]) -> Vec<String> {
        shortest(first.iter().map(|name| (*name).to_owned()).collect(), target, |name| {
            edges.iter().filter(|(from, _)| *from == name).map(|(_, to)| (*to).to_owned()).collect()
        })
    }

    #[test]
    fn the_shortest_way_is_found_and_circles_end() {
        let edges = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("x", "c"), ("d", "a")];
        assert_eq!(way(&["a"], "d", &edges), ["a", "b", "c", "d"]);
        assert_eq!(way(&["a", "x"], "d", &edges), ["x", "c", "d"]);
        assert_eq!(way(&["d"], "d", &edges), ["d"]);
        assert_eq!(way(&["a"], "elsewhere", &edges), Vec::<String>::new());
        assert_eq!(way(&[], "a", &edges), Vec::<String>::new());
    }
}
