//! What must hold in every plant.

use super::random::{
    AREAS, Asking, RIGHTS, area, asking, assignment, facts, numbered, right, right_name, role,
};
use super::reference;
use crate::account::Principal;
use crate::id::AssignmentId;
use crate::policy::{Facts, Limits, Policy, Question};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

fn compile(facts: &Facts, version: u64) -> Policy {
    Policy::compile(facts.clone(), version).unwrap()
}

#[test]
fn the_random_plants_come_to_every_answer_often_enough() {
    let mut runner = TestRunner::deterministic();
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..2_000 {
        let facts = facts().new_tree(&mut runner).unwrap().current();
        let asking = asking().new_tree(&mut runner).unwrap().current();
        let nearest = reference::reaches(&facts, &asking).into_iter().map(|(_, reach)| reach).max();
        let answer = if reference::known(&facts, &asking) { nearest } else { None };
        *counts.entry(answer).or_insert(0) += 1;
    }
    assert!(counts.len() == 7 && counts.values().all(|count| *count >= 20), "{counts:?}");
    assert!(counts.get(&Some(reference::Reach::Allowed)).is_some_and(|count| *count > 300), "{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_decision_is_what_the_words_of_the_design_say(facts in facts(), askings in vec(asking(), 8)) {
        let policy = compile(&facts, 1);
        for asking in askings {
            prop_assert_eq!(asking.allowed(&policy), reference::allowed(&facts, &asking), "{:?}", asking);
        }
    }

    #[test]
    fn names_paths_and_identities_ask_the_same(facts in facts(), asking in asking()) {
        let policy = compile(&facts, 1);
        let held = asking.hold(&policy);
        let path = policy.area_by_id(asking.area).and_then(|ix| policy.area_name(ix));
        let by_path = path.is_some_and(|path| {
            let (right, area) = (right_name(asking.right).to_uppercase(), path.name.to_uppercase());
            let question = Question { right: &right, area: &area };
            policy.answer(&held, &asking.standing(), question, asking.moment).allowed()
        });
        let numbers = policy.right_by_id(right(asking.right)).zip(policy.area_by_id(asking.area));
        let by_number = numbers.is_some_and(|(right, area)| {
            policy.decide(&held, &asking.standing(), right, area, asking.moment).allowed()
        });
        prop_assert_eq!(by_path, asking.allowed(&policy));
        prop_assert_eq!(by_number, asking.allowed(&policy));
    }

    #[test]
    fn giving_an_assignment_never_takes_a_right_away(
        facts in facts(), more in assignment(), askings in vec(asking(), 8),
    ) {
        let before = compile(&facts, 1);
        let mut assignments = facts.assignments.clone();
        assignments.push(more);
        let after = compile(&Facts { assignments: numbered(assignments), ..facts }, 2);
        for asking in askings {
            prop_assert!(!asking.allowed(&before) || asking.allowed(&after), "{:?}", asking);
        }
    }

    #[test]
    fn a_right_given_in_an_area_holds_below_it_and_nowhere_else(
        facts in facts(), asking in asking(), given in 0..AREAS,
    ) {
        let mut only = facts;
        let unconditional = crate::assignment::Assignment {
            id: AssignmentId::from_bytes([1; 16]),
            role: role(0),
            principal: Principal::User(asking.user),
            areas: vec![area(given)],
            stations: vec![],
            schedule: None,
            from: None,
            until: None,
            strength: None,
        };
        only.assignments = vec![unconditional];
        for row in &mut only.roles {
            row.rights = vec![right(0)];
        }
        let policy = compile(&only, 1);
        for asked in 0..AREAS {
            let way = reference::way_up(&only, area(asked)).unwrap_or_default();
            let question = Asking { area: area(asked), right: 0, ..asking.clone() };
            prop_assert_eq!(question.allowed(&policy), way.contains(&area(given)), "{}", asked);
        }
    }

    #[test]
    fn taking_away_what_a_user_has_takes_every_right_at_once(facts in facts(), asking in asking()) {
        let before = compile(&facts, 1);
        let held = asking.hold(&before);
        let own = Principal::User(asking.user);
        let mut bare = facts.clone();
        bare.members.retain(|fact| fact.member != own);
        bare.assignments.retain(|assignment| assignment.principal != own);
        let untold = Asking { told: vec![], ..asking.clone() };
        let without_groups = compile(&bare, 2);
        let without_assignments = compile(&Facts { assignments: vec![], ..facts }, 3);
        for right in 0..RIGHTS {
            for place in 0..AREAS {
                let asked = Asking { right, area: area(place), ..asking.clone() };
                prop_assert!(!asked.allowed_to(&without_assignments, &held));
                let asked = Asking { right, area: area(place), ..untold.clone() };
                prop_assert!(!asked.allowed(&without_groups));
            }
        }
    }

    #[test]
    fn what_was_held_before_a_change_is_answered_as_if_looked_up_after_it(
        one in facts(), other in facts(), asking in asking(),
    ) {
        let (before, after) = (compile(&one, 1), compile(&other, 2));
        let stale = asking.hold(&before);
        prop_assert_eq!(asking.allowed_to(&after, &stale), asking.allowed(&after));
        let renewed = after.renew(&stale).unwrap();
        prop_assert!(after.renew(&renewed).is_none());
        prop_assert_eq!(asking.allowed_to(&after, &renewed), asking.allowed(&after));
    }

    #[test]
    fn a_right_or_an_area_found_in_another_policy_allows_nothing(facts in facts(), asking in asking()) {
        let (before, after) = (compile(&facts, 1), compile(&facts, 2));
        let held = asking.hold(&after);
        let rights = [&before, &after].map(|policy| policy.right_by_id(right(asking.right)));
        let areas = [&before, &after].map(|policy| policy.area_by_id(asking.area));
        if let ([Some(old_right), Some(right)], [Some(old_area), Some(area)]) = (rights, areas) {
            for (right, area) in [(old_right, area), (right, old_area), (old_right, old_area)] {
                prop_assert!(!after.decide(&held, &asking.standing(), right, area, asking.moment).allowed());
            }
            prop_assert!(!after.within(area, old_area) && !after.within(old_area, area));
        }
    }

    #[test]
    fn the_roles_here_are_those_whose_assignments_fit_here_and_now(facts in facts(), asking in asking()) {
        let policy = compile(&facts, 1);
        let held = asking.hold(&policy);
        let expected: BTreeSet<_> = reference::reaches(&facts, &asking)
            .into_iter()
            .filter(|(assignment, _)| {
                reference::reach_here(&facts, &asking, assignment) == reference::Reach::Allowed
            })
            .flat_map(|(assignment, _)| {
                let there = |area: &&_| reference::way_up(&facts, **area).is_some();
                assignment.areas.iter().filter(there).map(|area| (assignment.role, *area))
            })
            .filter(|(role, _)| facts.roles.iter().any(|row| row.id == *role))
            .collect();
        let here = policy.roles_here(&held, &asking.standing(), None, asking.moment);
        let found: BTreeSet<_> = here
            .iter()
            .flat_map(|held| held.areas.iter().map(|area| (held.role.id, area.id)))
            .collect();
        prop_assert_eq!(&found, &expected);
        if let Some(ix) = policy.area_by_id(asking.area) {
            let way = reference::way_up(&facts, asking.area).unwrap();
            let covering: BTreeSet<_> =
                expected.iter().filter(|(_, area)| way.contains(area)).map(|(role, _)| *role).collect();
            let inside = policy.roles_here(&held, &asking.standing(), Some(ix), asking.moment);
            prop_assert_eq!(inside.iter().map(|held| held.role.id).collect::<BTreeSet<_>>(), covering);
        }
    }

    #[test]
    fn the_limits_are_the_strictest_of_all_roles_held(facts in facts(), asking in asking()) {
        let policy = compile(&facts, 1);
        let held: BTreeSet<_> =
            reference::reaches(&facts, &asking).iter().map(|(assignment, _)| assignment.role).collect();
        let roles = || facts.roles.iter().filter(|role| held.contains(&role.id));
        let expected = Limits {
            idle_seconds: roles().filter_map(|role| role.idle_seconds).min(),
            session_seconds: roles().filter_map(|role| role.session_seconds).min(),
        };
        prop_assert_eq!(policy.limits(&asking.hold(&policy)), expected);
    }
}
