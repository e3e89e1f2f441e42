//! The same plant in the words of `cedar-policy`, in two ways.
//!
//! [`Natural`] is how its own documentation would have it written: users, groups
//! and areas are entities in a hierarchy, an assignment is a policy, its
//! conditions are the policy's. [`Fastest`] does as much as can be done before the
//! question comes: what the user holds is a set of texts, and one policy asks
//! whether one of those that would do is among them. It cannot be kept for a
//! change of station, strength or minute, so it shows what the engine itself takes.

use crate::plant::{Asked, Plant};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use pforte_model::account::Principal;
use pforte_model::assignment::{Assignment, Schedule, Span};
use pforte_model::factor::{Strength, strength};
use pforte_model::id::AreaId;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::{Display, Write};

/// One policy for each assignment.
#[derive(Debug)]
pub struct Natural {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    users: Vec<EntityUid>,
}

fn uid(kind: &str, id: impl Display) -> EntityUid {
    let kind: EntityTypeName = kind.parse().unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(id.to_string()))
}

fn uids<I: Display>(kind: &str, ids: impl IntoIterator<Item = I>) -> HashSet<EntityUid> {
    ids.into_iter().map(|id| uid(kind, id)).collect()
}

const fn rank(strength: Option<Strength>) -> i64 {
    match strength {
        None => 0,
        Some(Strength::Weak) => 1,
        Some(Strength::Single) => 2,
        Some(Strength::Strong) => 3,
    }
}

impl Natural {
    /// Puts the plant in these words.
    #[must_use]
    pub fn of(plant: &Plant) -> Self {
        let mut text = String::new();
        for assignment in &plant.facts.assignments {
            policy(&mut text, assignment);
        }
        Self {
            authorizer: Authorizer::new(),
            policies: text.parse().unwrap(),
            entities: Entities::from_entities(entities(plant), None).unwrap(),
            users: plant.users.iter().map(|(user, _)| uid("User", user)).collect(),
        }
    }

    /// The question in these words.
    #[must_use]
    pub fn request(&self, asked: &Asked) -> Request {
        let long = |name: &str, value: i64| (name.to_owned(), RestrictedExpression::new_long(value));
        let station = asked.station.map(|id| RestrictedExpression::new_entity_uid(uid("Station", id)));
        let context = [
            long("at", asked.moment.at.0),
            long("wall", i64::from(asked.moment.wall.0)),
            long("strength", rank(strength(&asked.factors))),
        ];
        let station = station.map(|station| ("station".to_owned(), station));
        let context = Context::from_pairs(context.into_iter().chain(station)).unwrap();
        let user = self.users.get(asked.user).unwrap().clone();
        Request::new(user, uid("Action", asked.right), uid("Area", asked.area), context, None).unwrap()
    }

    /// The answer.
    #[must_use]
    pub fn allowed(&self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        assert_eq!(response.diagnostics().errors().count(), 0, "a policy could not be judged");
        response.decision() == Decision::Allow
    }
}

fn policy(text: &mut String, assignment: &Assignment) {
    let who = match assignment.principal {
        Principal::User(user) => format!("principal == User::\"{user}\""),
        Principal::Group(group) => format!("principal in Group::\"{group}\""),
    };
    let areas: Vec<_> = assignment.areas.iter().map(|area| format!("Area::\"{area}\"")).collect();
    let mut when = vec![format!("resource in [{}]", areas.join(", "))];
    if !assignment.stations.is_empty() {
        let stations: Vec<_> = assignment.stations.iter().map(|id| format!("Station::\"{id}\"")).collect();
        when.push(format!("context has station && [{}].contains(context.station)", stations.join(", ")));
    }
    when.extend(assignment.from.map(|from| format!("context.at >= {}", from.0)));
    when.extend(assignment.until.map(|until| format!("context.at < {}", until.0)));
    when.extend(assignment.schedule.as_ref().map(schedule));
    when.extend(assignment.strength.map(|least| format!("context.strength >= {}", rank(Some(least)))));
    let when = when.join(" && ");
    writeln!(text, "permit ({who}, action in Action::\"{}\", resource) when {{ {when} }};", assignment.role)
        .unwrap();
}

fn schedule(schedule: &Schedule) -> String {
    let span = |span: &Span| {
        let between = if span.from.0 <= span.to.0 { "&&" } else { "||" };
        format!("(context.wall >= {} {between} context.wall < {})", span.from.0, span.to.0)
    };
    format!("({})", schedule.0.iter().map(span).collect::<Vec<_>>().join(" || "))
}

fn entities(plant: &Plant) -> Vec<Entity> {
    let facts = &plant.facts;
    let outer = |inner: Principal| {
        let of = facts.members.iter().filter(move |fact| fact.member == inner);
        of.map(|fact| fact.group)
    };
    let users = plant.users.iter().map(|(user, told)| {
        let groups = told.iter().copied().chain(outer(Principal::User(*user)));
        Entity::new_no_attrs(uid("User", user), uids("Group", groups))
    });
    let groups = facts.groups.iter().map(|group| {
        Entity::new_no_attrs(uid("Group", group.id), uids("Group", outer(Principal::Group(group.id))))
    });
    let areas =
        facts.areas.iter().map(|area| Entity::new_no_attrs(uid("Area", area.id), uids("Area", area.parent)));
    let roles = facts.roles.iter().map(|role| Entity::new_no_attrs(uid("Action", role.id), HashSet::new()));
    let mut of_right: HashMap<_, HashSet<EntityUid>> = HashMap::new();
    for role in &facts.roles {
        for right in &role.rights {
            of_right.entry(*right).or_default().insert(uid("Action", role.id));
        }
    }
    let rights = facts.rights.iter().map(|right| {
        Entity::new_no_attrs(uid("Action", right.id), of_right.remove(&right.id).unwrap_or_default())
    });
    users.chain(groups).chain(areas).chain(roles).chain(rights).collect()
}

/// One policy over a set.
#[derive(Debug)]
pub struct Fastest {
    authorizer: Authorizer,
    policies: PolicySet,
}

/// A question with everything made ready for it.
#[derive(Debug)]
pub struct Ready {
    request: Request,
    entities: Entities,
}

impl Fastest {
    /// The one policy.
    #[must_use]
    pub fn new() -> Self {
        let text = "permit (principal, action, resource) when { principal.may.containsAny(context.keys) };";
        Self { authorizer: Authorizer::new(), policies: text.parse().unwrap() }
    }

    /// The user's set for the question's station, instant and strength, the question's keys
    /// for its minute: which of them match is left to the engine.
    #[must_use]
    pub fn ready(plant: &Plant, asked: &Asked) -> Ready {
        let user = uid("User", asked.user);
        let fits = plant.own(asked.user).into_iter().filter(|assignment| fits(assignment, asked));
        let may = fits.flat_map(|assignment| keys_of(plant, assignment)).collect::<BTreeSet<_>>();
        let entity = Entity::new(user.clone(), set("may", may).into(), HashSet::new()).unwrap();
        let context = Context::from_pairs(set("keys", keys(plant, asked))).unwrap();
        let (action, resource) = (uid("Action", asked.right), uid("Area", asked.area));
        let entities = Entities::from_entities([entity], None).unwrap();
        Ready { request: Request::new(user, action, resource, context, None).unwrap(), entities }
    }

    /// The answer.
    #[must_use]
    pub fn allowed(&self, ready: &Ready) -> bool {
        let response = self.authorizer.is_authorized(&ready.request, &self.policies, &ready.entities);
        assert_eq!(response.diagnostics().errors().count(), 0, "the policy could not be judged");
        response.decision() == Decision::Allow
    }
}

impl Default for Fastest {
    fn default() -> Self {
        Self::new()
    }
}

fn set(name: &str, keys: impl IntoIterator<Item = String>) -> [(String, RestrictedExpression); 1] {
    let keys = keys.into_iter().map(RestrictedExpression::new_string);
    [(name.to_owned(), RestrictedExpression::new_set(keys))]
}

fn fits(assignment: &Assignment, asked: &Asked) -> bool {
    let here = asked.station.is_some_and(|station| assignment.stations.contains(&station));
    (here || assignment.stations.is_empty())
        && rank(assignment.strength) <= rank(strength(&asked.factors))
        && assignment.from.is_none_or(|from| from <= asked.moment.at)
        && assignment.until.is_none_or(|until| asked.moment.at < until)
}

/// Which of the plant's schedules the assignment has, as a text; none is always.
fn times(schedule: Option<&Schedule>) -> String {
    schedule.and_then(|schedule| schedule.0.first()).map_or_else(String::new, |span| span.from.0.to_string())
}

fn keys_of(plant: &Plant, assignment: &Assignment) -> Vec<String> {
    let role = plant.facts.roles.iter().find(|role| role.id == assignment.role).unwrap();
    let times = times(assignment.schedule.as_ref());
    let pairs = assignment.areas.iter().flat_map(|area| role.rights.iter().map(move |right| (right, area)));
    pairs.map(|(right, area)| format!("{right}@{area}@{times}")).collect()
}

fn keys(plant: &Plant, asked: &Asked) -> BTreeSet<String> {
    let now = plant.facts.assignments.iter().filter_map(|assignment| assignment.schedule.as_ref());
    let now = now.filter(|schedule| schedule.holds(asked.moment.wall));
    let now: BTreeSet<String> = now.map(|schedule| times(Some(schedule))).chain([String::new()]).collect();
    let above = |area: &AreaId| plant.facts.areas.iter().find(|row| row.id == *area)?.parent;
    let areas = std::iter::successors(Some(asked.area), above);
    areas.flat_map(|area| now.iter().map(move |times| format!("{}@{area}@{times}", asked.right))).collect()
}
