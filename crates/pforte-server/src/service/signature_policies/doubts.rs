//! What is doubtful about a policy: who could sign by it, as far as Pforte knows.
//!
//! People of other directories are known from their first log-on; a group of another
//! directory may have members whom nobody has seen here. So nobody is counted out by a
//! group that is not empty for certain.

use super::{REACHED, doubt};
use crate::fault::Fault;
use crate::live::plant::Plant;
use pforte_model::account::Principal;
use pforte_model::id::{AreaId, GroupId, PersonId, RoleId, UserId};
use pforte_model::policy::Named;
use pforte_model::signature::rules::Rules;
use pforte_store::{Conn, assignments, directories, groups, users};
use pforte_wire::signature_policy::PolicyWarning;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Who holds a role somewhere in the policy's areas.
#[derive(Default)]
struct Holders {
    persons: BTreeSet<PersonId>,
    /// Whether more may hold it, whom nobody has seen here yet.
    maybe_more: bool,
}

fn too_few(step: usize, found: usize, wanted: usize) -> PolicyWarning {
    if found == 0 {
        let detail = format!("Nobody holds a role of step {} in these areas.", step + 1);
        return doubt("nobody-can-sign", Some(step), detail);
    }
    let detail = format!("{found} persons hold the roles of step {}, and {wanted} are to sign.", step + 1);
    doubt("too-few-can-sign", Some(step), detail)
}

/// Assignments, groups and users, as far as they are known.
pub(super) struct Known {
    given: Vec<pforte_model::assignment::Assignment>,
    members: HashMap<GroupId, Vec<Principal>>,
    /// Groups of other directories, whose members those tell.
    foreign: HashSet<GroupId>,
    persons: HashMap<UserId, PersonId>,
}

impl Known {
    /// Reads them.
    pub(super) async fn load(conn: &mut Conn) -> Result<Self, Fault> {
        let mut members: HashMap<GroupId, Vec<Principal>> = HashMap::new();
        for fact in groups::all_members(conn).await? {
            members.entry(fact.group).or_default().push(fact.member);
        }
        let local = directories::all(conn).await?.into_iter().find(|one| one.kind == "local");
        let local = local.map(|directory| directory.id);
        let all = groups::all(conn).await?;
        let foreign = all.into_iter().filter(|group| Some(group.directory) != local).map(|group| group.id);
        Ok(Self {
            given: assignments::facts(conn).await?,
            members,
            foreign: foreign.collect(),
            persons: users::persons_of_enabled(conn).await?.into_iter().collect(),
        })
    }

    /// The doubts about these rules in these areas.
    pub(super) fn doubts(&self, plant: &Plant, rules: &Rules, areas: &[AreaId]) -> Vec<PolicyWarning> {
        let mut warnings = Vec::new();
        if rules.strength > REACHED {
            let detail = "People sign with a password, which is weaker than the policy asks for.".to_owned();
            warnings.push(doubt("strength-out-of-reach", None, detail));
        }
        let mut all = Holders::default();
        for (at, step) in rules.steps.iter().enumerate() {
            let holders = self.holders(plant, &step.roles, areas);
            let count = usize::try_from(step.count).unwrap_or(usize::MAX);
            if !holders.maybe_more && holders.persons.len() < count {
                warnings.push(too_few(at, holders.persons.len(), count));
            }
            all.maybe_more |= holders.maybe_more;
            all.persons.extend(holders.persons);
        }
        let (found, wanted) = (all.persons.len(), rules.signatures());
        if rules.one_person_once && !all.maybe_more && found < wanted && warnings.is_empty() {
            let detail = format!("{found} persons hold the roles, and {wanted} different ones are to sign.");
            warnings.push(doubt("too-few-can-sign", None, detail));
        }
        let cancel = self.holders(plant, &rules.cancel_roles, areas);
        if !rules.cancel_roles.is_empty() && cancel.persons.is_empty() && !cancel.maybe_more {
            let detail = "Nobody holds a role that may cancel.".to_owned();
            warnings.push(doubt("nobody-can-cancel", None, detail));
        }
        warnings
    }

    fn holders(&self, plant: &Plant, roles: &[Named<RoleId>], areas: &[AreaId]) -> Holders {
        let mut holders = Holders::default();
        let named = |role: RoleId| roles.iter().any(|one| one.id == role);
        let touches = |given: &[AreaId]| {
            let place = |id: &AreaId| plant.policy.area_by_id(*id);
            given.iter().filter_map(place).any(|one| {
                let near = |other| plant.policy.within(one, other) || plant.policy.within(other, one);
                areas.iter().filter_map(place).any(near)
            })
        };
        for given in self.given.iter().filter(|given| named(given.role) && touches(&given.areas)) {
            self.add(given.principal, &mut holders);
        }
        holders
    }

    fn add(&self, principal: Principal, holders: &mut Holders) {
        let (mut seen, mut next) = (HashSet::from([principal]), vec![principal]);
        while let Some(one) = next.pop() {
            match one {
                Principal::User(id) => holders.persons.extend(self.persons.get(&id)),
                Principal::Group(id) => {
                    holders.maybe_more |= self.foreign.contains(&id);
                    let inside = self.members.get(&id).into_iter().flatten().copied();
                    next.extend(inside.filter(|member| seen.insert(*member)));
                }
            }
        }
    }
}
