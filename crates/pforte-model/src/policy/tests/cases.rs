//! Told cases: a dairy, a shift leader, and what the explanation looks like.

use super::random::{area, group, right, role, station, user};
use crate::account::Principal;
use crate::assignment::{Assignment, Schedule, Span};
use crate::factor::{Factor, Proved, Strength};
use crate::id::AssignmentId;
use crate::name::{AreaName, RightName};
use crate::policy::{
    AreaFact, BadFacts, Explain, Facts, GroupFact, MemberFact, Named, Policy, Question, RightFact, RoleFact,
    Standing, StationFact, Way,
};
use crate::time::{Micros, MinuteOfWeek, Moment};

const NOON: Moment = Moment { at: Micros(1_000), wall: MinuteOfWeek(720) };
const PASSWORD: Proved = Proved { factor: Factor::Password, at: Micros(900) };

/// A dairy in which the group of shift leaders, by two local groups, may release
/// batches at line 2, from the panel there, by day, with a password.
fn dairy() -> Facts {
    let place = |n, parent: Option<u8>, name| AreaFact {
        id: area(n),
        parent: parent.map(area),
        name: AreaName::parse(name).unwrap(),
    };
    let inside = |inner, outer| MemberFact { member: Principal::Group(group(inner)), group: group(outer) };
    Facts {
        areas: vec![
            place(1, None, "Dairy"),
            place(2, Some(1), "Line2"),
            place(3, Some(2), "Mixer"),
            place(4, Some(1), "Line1"),
        ],
        stations: vec![StationFact { id: station(1), name: "Panel 2".to_owned(), area: area(2) }],
        rights: vec![RightFact { id: right(1), name: RightName::parse("batch/release").unwrap() }],
        roles: vec![RoleFact {
            id: role(1),
            name: "Shift leader".to_owned(),
            rights: vec![right(1)],
            idle_seconds: Some(600),
            session_seconds: None,
        }],
        assignments: vec![assignment()],
        groups: [(1, "PLANT\\Shift A"), (2, "Shifts"), (3, "Leaders")]
            .map(|(n, name)| GroupFact { id: group(n), name: name.to_owned() })
            .to_vec(),
        members: vec![inside(1, 2), inside(2, 3), inside(3, 2)],
    }
}

fn assignment() -> Assignment {
    Assignment {
        id: AssignmentId::from_bytes([7; 16]),
        role: role(1),
        principal: Principal::Group(group(3)),
        areas: vec![area(2)],
        stations: vec![station(1)],
        schedule: Some(Schedule(vec![Span { from: MinuteOfWeek(360), to: MinuteOfWeek(1_080) }])),
        from: Some(Micros(1_000)),
        until: Some(Micros(2_000)),
        strength: Some(Strength::Single),
    }
}

fn ask(standing: &Standing<'_>, right: &str, area: &str, moment: Moment) -> Explain {
    let policy = Policy::compile(dairy(), 1).unwrap();
    let held = policy.hold(Named { id: user(1), name: "ada".to_owned() }, &[group(1)]);
    policy.explain(&held, standing, Question { right, area }, moment)
}

fn at_the_panel() -> Standing<'static> {
    Standing { station: Some(station(1)), factors: &[PASSWORD] }
}

#[test]
fn the_whole_way_is_told_with_identities_and_names() {
    let explain = ask(&at_the_panel(), "Batch/Release", "DAIRY/line2/mixer", NOON);
    let id = |n: u8| user(n).to_string();
    let expected = serde_json::json!({
        "allowed": true,
        "user": {"id": id(1), "name": "ada"},
        "right": {"id": id(1), "name": "batch/release"},
        "area": {"id": id(3), "name": "dairy/line2/mixer"},
        "path": {
            "groups": [
                {"id": id(1), "name": "PLANT\\Shift A", "told": "directory"},
                {"id": id(2), "name": "Shifts", "told": "local"},
                {"id": id(3), "name": "Leaders", "told": "local"},
            ],
            "assignment": id(7),
            "role": {"id": id(1), "name": "Shift leader"},
            "area": {"id": id(2), "name": "dairy/line2"},
        },
        "missing": null,
    });
    assert_eq!(serde_json::to_value(&explain).unwrap(), expected);
}

#[test]
fn the_first_thing_missing_is_named_with_what_would_do() {
    let panel = at_the_panel();
    let late = Moment { at: Micros(2_000), ..NOON };
    let night = Moment { wall: MinuteOfWeek(1_080), ..NOON };
    let elsewhere = Standing { station: None, ..panel };
    let unproved = Standing { factors: &[], ..panel };
    let (release, mixer) = ("batch/release", "dairy/line2/mixer");
    let id = |n: u8| user(n).to_string();
    let window = serde_json::json!({"what": "time", "from": 1_000, "until": 2_000,
        "schedule": [{"from": 360, "to": 1_080}]});
    for (explain, expected) in [
        (
            ask(&panel, "batch/x", mixer, NOON),
            serde_json::json!({"what": "unknown-right", "asked": "batch/x"}),
        ),
        (
            ask(&panel, release, "dairy/x", NOON),
            serde_json::json!({"what": "unknown-area", "asked": "dairy/x"}),
        ),
        (
            ask(&panel, release, "dairy/line1", NOON),
            serde_json::json!({"what": "area",
            "holds_in": [{"id": id(2), "name": "dairy/line2"}]}),
        ),
        (
            ask(&elsewhere, release, mixer, NOON),
            serde_json::json!({"what": "station", "here": null,
            "holds_at": [{"id": id(1), "name": "Panel 2"}]}),
        ),
        (ask(&panel, release, mixer, late), window.clone()),
        (ask(&panel, release, mixer, night), window),
        (
            ask(&unproved, release, mixer, NOON),
            serde_json::json!({"what": "strength",
            "needed": "single", "proved": null}),
        ),
    ] {
        assert!(!explain.allowed);
        assert_eq!(serde_json::to_value(&explain.missing).unwrap(), expected);
    }
}

#[test]
fn somebody_without_the_role_is_told_which_roles_have_the_right() {
    let policy = Policy::compile(dairy(), 1).unwrap();
    let held = policy.hold(Named { id: user(2), name: "bob".to_owned() }, &[group(9)]);
    let question = Question { right: "batch/release", area: "dairy" };
    let explain = policy.explain(&held, &at_the_panel(), question, NOON);
    let expected = serde_json::json!({"what": "role",
        "roles": [{"id": role(1).to_string(), "name": "Shift leader"}]});
    assert_eq!(serde_json::to_value(&explain.missing).unwrap(), expected);
    assert_eq!(explain.path, None);
}

#[test]
fn a_way_tells_its_conditions_and_each_that_is_not_met() {
    let policy = Policy::compile(dairy(), 1).unwrap();
    let held = policy.hold(Named { id: user(1), name: "ada".to_owned() }, &[group(1)]);
    let unmet = |standing: &Standing<'_>, area, moment| {
        let ways = policy.ways(&held, standing, Question { right: "batch/release", area }, moment);
        serde_json::to_value(ways.iter().map(|way| way.unmet.clone()).collect::<Vec<_>>()).unwrap()
    };
    let night = Moment { wall: MinuteOfWeek(1_080), ..NOON };
    let nothing = Standing { station: None, factors: &[] };
    assert_eq!(unmet(&at_the_panel(), "dairy/line2", NOON), serde_json::json!([[]]));
    let all = serde_json::json!([["area", "station", "time", "strength"]]);
    assert_eq!(unmet(&nothing, "dairy/line1", night), all);
    assert_eq!(unmet(&nothing, "dairy/line2", NOON), serde_json::json!([["station", "strength"]]));
    assert_eq!(unmet(&nothing, "dairy/x", NOON), serde_json::json!([]));
    let question = Question { right: "batch/release", area: "dairy/line2" };
    let way = policy.ways(&held, &at_the_panel(), question, NOON).remove(0);
    let id = |n: u8| user(n).to_string();
    let expected = serde_json::json!({
        "areas": [{"id": id(2), "name": "dairy/line2"}],
        "stations": [{"id": id(1), "name": "Panel 2"}],
        "schedule": [{"from": 360, "to": 1_080}],
        "from": 1_000,
        "until": 2_000,
        "strength": "single",
    });
    assert_eq!(serde_json::to_value(&way.conditions).unwrap(), expected);
}

#[test]
fn the_ways_of_somebody_with_very_many_assignments_are_cut() {
    let mut facts = dairy();
    facts.assignments =
        (0..=255).map(|n| Assignment { id: AssignmentId::from_bytes([n; 16]), ..assignment() }).collect();
    let policy = Policy::compile(facts, 1).unwrap();
    let held = policy.hold(Named { id: user(1), name: "ada".to_owned() }, &[group(1)]);
    let question = Question { right: "batch/release", area: "dairy/line2" };
    assert_eq!(policy.ways(&held, &at_the_panel(), question, NOON).len(), Way::MOST);
}

#[test]
fn the_roles_held_here_are_told_with_their_areas() {
    let policy = Policy::compile(dairy(), 1).unwrap();
    let held = policy.hold(Named { id: user(1), name: "ada".to_owned() }, &[group(1)]);
    let roles = |standing: &Standing<'_>, area| policy.roles_here(&held, standing, area, NOON);
    let id = |n: u8| user(n).to_string();
    let expected = serde_json::json!([{"id": id(1), "name": "Shift leader",
        "areas": [{"id": id(2), "name": "dairy/line2"}]}]);
    assert_eq!(serde_json::to_value(roles(&at_the_panel(), None)).unwrap(), expected);
    let here = policy.station_area(station(1));
    assert_eq!(serde_json::to_value(roles(&at_the_panel(), here)).unwrap(), expected);
    assert!(roles(&at_the_panel(), policy.area("dairy")).is_empty());
    assert!(roles(&Standing::default(), None).is_empty());
    assert_eq!(policy.limits(&held).idle_seconds, Some(600));
}

#[test]
fn an_assignment_whose_stations_are_all_gone_counts_at_none() {
    let mut facts = dairy();
    facts.stations.clear();
    let policy = Policy::compile(facts, 1).unwrap();
    let held = policy.hold(Named { id: user(1), name: "ada".to_owned() }, &[group(1)]);
    let question = Question { right: "batch/release", area: "dairy/line2" };
    for station in [None, Some(station(1))] {
        let standing = Standing { station, ..at_the_panel() };
        assert!(!policy.answer(&held, &standing, question, NOON).allowed());
    }
}

#[test]
fn an_area_lies_within_itself_and_those_above() {
    let policy = Policy::compile(dairy(), 1).unwrap();
    let ix = |path: &str| policy.area(path).unwrap();
    assert!(policy.within(ix("dairy/line2/mixer"), ix("dairy")));
    assert!(policy.within(ix("dairy/line2"), ix("dairy/line2")));
    assert!(!policy.within(ix("dairy"), ix("dairy/line2")));
    assert!(!policy.within(ix("dairy/line1"), ix("dairy/line2")));
}

#[test]
fn facts_with_the_same_identity_or_name_twice_are_refused() {
    let refused = |change: fn(&mut Facts)| {
        let mut facts = dairy();
        change(&mut facts);
        match Policy::compile(facts, 1) {
            Err(BadFacts::Twice { kind, .. }) => kind,
            other => unreachable!("{other:?}"),
        }
    };
    assert_eq!(refused(|facts| facts.roles.extend(facts.roles.clone())), "roles");
    assert_eq!(refused(|facts| facts.groups.extend(facts.groups.clone())), "groups");
    assert_eq!(refused(|facts| facts.stations.extend(facts.stations.clone())), "stations");
    assert_eq!(refused(|facts| facts.assignments.push(assignment())), "assignments");
    assert_eq!(refused(|facts| facts.rights.extend(facts.rights.clone())), "rights");
    assert_eq!(
        refused(|facts| {
            let again = RightFact { id: right(9), name: RightName::parse("BATCH/release").unwrap() };
            facts.rights.push(again);
        }),
        "rights"
    );
}
