//! People of other domains in the groups of this one.
//!
//! A domain-local group may have members of other domains of the forest and of
//! trusted ones. In this domain such a member is only its security identifier, in
//! an entry of its own: a foreign security principal. It stands for a user or for
//! a group of the other domain, so all identifiers that the other domain told of a
//! user are looked for.

use super::directory::ActiveDirectory;
use super::filter::{Filter, IN_CHAIN};
use super::message::{Entry, Scope, Search};
use super::sid::Sid;
use crate::directory::Mark;
use crate::fault::DirectoryError;
use std::collections::BTreeSet;

/// Identifiers that one search asks for, and members whose groups one asks for.
const BATCH: usize = 50;
/// Identifiers of one user that are looked for; a token of Windows holds fewer.
const MOST_SIDS: usize = 2_000;
/// The greatest number of groups of this domain that a user of another one is
/// told to be in, of each batch; what a domain controller gives in one answer.
const MOST_GROUPS: u16 = 1_000;
/// Where foreign security principals stand, below the domain's top entry.
const PLACE: &str = "CN=ForeignSecurityPrincipals";

impl ActiveDirectory {
    /// The groups of this domain, at any depth, that a user of another domain is in.
    ///
    /// Only what this domain itself wrote down of strangers counts: an identifier of this
    /// domain that the other one tells gives nothing, nor one that each domain has.
    pub(super) async fn foreign_groups(&self, marks: &[Mark]) -> Result<Vec<Mark>, DirectoryError> {
        let sids = marks.iter().filter_map(|mark| Sid::from_bytes(mark.as_bytes()));
        let sids: Vec<Sid> = sids.filter(Sid::is_of_domain).take(MOST_SIDS).collect();
        let mut members = Vec::new();
        for batch in sids.chunks(BATCH) {
            members.extend(self.principals(batch).await?);
        }
        let mut groups = BTreeSet::new();
        for batch in members.chunks(BATCH) {
            let found = self.study(self.groups_with(batch)).await?;
            groups.extend(found.iter().filter_map(Entry::sid).map(|sid| Mark::from_bytes(sid.as_bytes())));
        }
        Ok(groups.into_iter().collect())
    }

    /// The names of the entries that stand for these identifiers, as far as there are any.
    async fn principals(&self, sids: &[Sid]) -> Result<Vec<String>, DirectoryError> {
        let any = sids.iter().map(|sid| Filter::Equal("objectSid", sid.as_bytes().to_vec())).collect();
        let search = Search {
            base: format!("{PLACE},{}", self.top()),
            scope: Scope::Children,
            filter: Filter::Or(any),
            attributes: &["objectSid"],
            limit: u16::try_from(BATCH).unwrap_or(u16::MAX),
            first: false,
        };
        let found = self.study(search).await?;
        Ok(found.into_iter().map(|entry| entry.dn).collect())
    }

    fn groups_with(&self, members: &[String]) -> Search {
        let member = |name: &String| Filter::Rule(IN_CHAIN, "member", name.clone());
        let any = members.iter().map(member).collect();
        let filter = Filter::And(vec![Filter::equal("objectCategory", "group"), Filter::Or(any)]);
        Search { base: self.top().to_owned(), ..self.below(filter, &["objectSid"], MOST_GROUPS) }
    }
}
