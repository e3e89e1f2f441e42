//! An explanation tells the whole way, or what was missing first.

use super::random::{Asking, area, asking, facts, right, right_name};
use super::reference::{self, Reach};
use crate::account::Principal;
use crate::id::AssignmentId;
use crate::policy::{Explain, Facts, Missing, Named, Path, Policy, Question, Told, Unmet, Way};
use proptest::prelude::*;

fn explain(facts: &Facts, asking: &Asking) -> (bool, Explain) {
    let policy = Policy::compile(facts.clone(), 1).unwrap();
    let held = asking.hold(&policy);
    let (right, area) = (right_name(asking.right), asking.area.to_string());
    let question = Question { right: &right, area: &area };
    let mut explain = policy.explain(&held, &asking.standing(), question, asking.moment);
    explain.ways = policy.ways(&held, &asking.standing(), question, asking.moment);
    (asking.allowed(&policy), explain)
}

/// Whether each step of the way is one that the facts tell.
fn is_told(facts: &Facts, asking: &Asking, path: &Path) -> bool {
    let mut at = Principal::User(asking.user);
    for (n, step) in path.groups.iter().enumerate() {
        let edge = match step.told {
            Told::Directory => n == 0 && asking.told.contains(&step.group.id),
            Told::Local => facts.members.iter().any(|fact| fact.member == at && fact.group == step.group.id),
        };
        let named = facts.groups.iter().any(|row| row.id == step.group.id && row.name == step.group.name);
        if !(edge && named) {
            return false;
        }
        at = Principal::Group(step.group.id);
    }
    let given = facts.assignments.iter().find(|assignment| assignment.id == path.assignment).unwrap();
    let role = facts.roles.iter().find(|role| role.id == given.role).unwrap();
    given.principal == at
        && path.role == Named { id: role.id, name: role.name.clone() }
        && role.rights.contains(&right(asking.right))
        && path.area.as_ref().is_none_or(|area| {
            given.areas.contains(&area.id)
                && reference::way_up(facts, asking.area).is_some_and(|way| way.contains(&area.id))
        })
}

/// How far the named thing says that it came.
fn reach_of(missing: Option<&Missing>) -> Option<Reach> {
    Some(match missing {
        None => Reach::Allowed,
        Some(Missing::Role { .. }) => Reach::WrongRole,
        Some(Missing::Area { .. }) => Reach::WrongArea,
        Some(Missing::Station { .. }) => Reach::WrongStation,
        Some(Missing::Time { .. }) => Reach::WrongTime,
        Some(Missing::Strength { .. }) => Reach::TooWeak,
        Some(Missing::Enabled | Missing::UnknownRight { .. } | Missing::UnknownArea { .. }) => return None,
    })
}

/// How far a way says that it came.
fn reach_by(way: &Way) -> Reach {
    match way.unmet.first() {
        None => Reach::Allowed,
        Some(Unmet::Area) => Reach::WrongArea,
        Some(Unmet::Station) => Reach::WrongStation,
        Some(Unmet::Time) => Reach::WrongTime,
        Some(Unmet::Strength) => Reach::TooWeak,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_explanation_agrees_with_the_decision(facts in facts(), asking in asking()) {
        let (allowed, explain) = explain(&facts, &asking);
        prop_assert_eq!(explain.allowed, allowed);
        prop_assert_eq!(explain.missing.is_none(), allowed);
        prop_assert!(!allowed || explain.path.as_ref().is_some_and(|path| path.area.is_some()));
    }

    #[test]
    fn each_step_of_an_explanation_is_a_fact(facts in facts(), asking in asking()) {
        let (_, explain) = explain(&facts, &asking);
        if let Some(path) = &explain.path {
            prop_assert!(is_told(&facts, &asking, path), "{:?}", path);
        }
    }

    #[test]
    fn a_refusal_names_what_was_missing_first_on_the_nearest_way(facts in facts(), asking in asking()) {
        let (_, explain) = explain(&facts, &asking);
        let nearest = reference::reaches(&facts, &asking).into_iter().map(|(_, reach)| reach).max();
        let expected =
            reference::known(&facts, &asking).then_some(nearest.unwrap_or(Reach::WrongRole));
        prop_assert_eq!(reach_of(explain.missing.as_ref()), expected);
        prop_assert_eq!(explain.path.is_some(), expected.is_some_and(|reach| reach > Reach::WrongRole));
        let no_right = facts.rights.iter().all(|row| row.id != right(asking.right));
        prop_assert_eq!(matches!(explain.missing, Some(Missing::UnknownRight { .. })), no_right);
        let no_area = !no_right && reference::way_up(&facts, asking.area).is_none();
        prop_assert_eq!(matches!(explain.missing, Some(Missing::UnknownArea { .. })), no_area);
    }

    #[test]
    fn the_ways_are_the_own_assignments_with_the_right_and_the_first_is_the_told_one(
        facts in facts(), asking in asking()
    ) {
        let (allowed, explain) = explain(&facts, &asking);
        let mut expected: Vec<(AssignmentId, Reach)> = reference::reaches(&facts, &asking)
            .into_iter()
            .filter(|(_, reach)| reference::known(&facts, &asking) && *reach > Reach::WrongRole)
            .map(|(assignment, reach)| (assignment.id, reach))
            .collect();
        let mut told: Vec<(AssignmentId, Reach)> =
            explain.ways.iter().map(|way| (way.path.assignment, reach_by(way))).collect();
        prop_assert!(told.is_sorted_by(|one, next| one.1 >= next.1), "the nearest first: {:?}", told);
        expected.sort_unstable();
        told.sort_unstable();
        prop_assert_eq!(told, expected);
        prop_assert_eq!(explain.ways.first().map(|way| &way.path), explain.path.as_ref());
        prop_assert_eq!(explain.ways.iter().any(|way| way.unmet.is_empty()), allowed);
        for way in &explain.ways {
            prop_assert!(is_told(&facts, &asking, &way.path), "{:?}", way);
        }
    }

    #[test]
    fn an_explanation_reads_back_from_its_json(facts in facts(), asking in asking()) {
        let (_, explain) = explain(&facts, &asking);
        let json = serde_json::to_string(&explain).unwrap();
        prop_assert_eq!(serde_json::from_str::<Explain>(&json).unwrap(), explain);
    }
}

#[test]
fn what_was_asked_comes_back_cut() {
    let policy = Policy::compile(Facts::default(), 1).unwrap();
    let held = policy.hold(Named { id: super::random::user(1), name: String::new() }, &[]);
    let right = "ä".repeat(5_000);
    let moment = crate::time::Moment { at: crate::time::Micros(0), wall: crate::time::MinuteOfWeek(0) };
    let question = Question { right: &right, area: "x" };
    let explain = policy.explain(&held, &crate::policy::Standing::default(), question, moment);
    let Some(Missing::UnknownRight { asked }) = explain.missing else { unreachable!() };
    assert_eq!(asked.chars().count(), Missing::MOST);
    assert!(policy.area_by_id(area(1)).is_none());
}
