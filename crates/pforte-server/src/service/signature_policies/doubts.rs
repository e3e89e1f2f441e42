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
use pforte_model::signature::rules::{Meaning, Rules};
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

/// A step whose holders are all known.
struct Seats {
    persons: BTreeSet<PersonId>,
    count: usize,
    performs: bool,
}

/// Whether there are as many different persons as the rules ask for.
fn enough_differ(rules: &Rules, steps: &[Seats]) -> bool {
    if rules.one_person_once {
        return can_be_seated(&steps.iter().collect::<Vec<_>>());
    }
    let pairs = || steps.iter().flat_map(|one| steps.iter().map(move |other| [one, other]));
    !rules.performer_differs
        || pairs().filter(|[one, other]| one.performs && !other.performs).all(|pair| can_be_seated(&pair))
}

/// Whether all signatures of the steps can be given by different persons: each is seated
/// by moving others to another seat of theirs where that is needed.
fn can_be_seated(steps: &[&Seats]) -> bool {
    let mut seated = HashMap::new();
    steps
        .iter()
        .enumerate()
        .all(|(step, of)| (0..of.count).all(|_| seat(step, steps, &mut seated, &mut HashSet::new())))
}

fn seat(
    step: usize,
    steps: &[&Seats],
    seated: &mut HashMap<PersonId, usize>,
    tried: &mut HashSet<PersonId>,
) -> bool {
    for person in steps.get(step).into_iter().flat_map(|of| &of.persons) {
        let other = seated.get(person).copied();
        if tried.insert(*person) && other.is_none_or(|other| seat(other, steps, seated, tried)) {
            seated.insert(*person, step);
            return true;
        }
    }
    false
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
        let mut known: Vec<Seats> = Vec::new();
        let mut each_has_enough = true;
        for (at, step) in rules.steps.iter().enumerate() {
            let holders = self.holders(plant, &step.roles, areas);
            let count = usize::try_from(step.count).unwrap_or(usize::MAX);
            if holders.maybe_more {
                continue;
            }
            if holders.persons.len() < count {
                warnings.push(too_few(at, holders.persons.len(), count));
                each_has_enough = false;
            }
            known.push(Seats {
                persons: holders.persons,
                count,
                performs: step.meaning == Meaning::Performed,
            });
        }
        if each_has_enough && !enough_differ(rules, &known) {
            let detail = "Too few different persons hold the roles of all steps: somebody would have to sign \
                as another one who must be somebody else.";
            warnings.push(doubt("too-few-can-sign", None, detail.to_owned()));
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
