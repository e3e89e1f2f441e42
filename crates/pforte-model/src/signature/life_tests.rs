//! Single rules, and every life that a small request can have.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
#![expect(clippy::similar_names, reason = "rules and roles are the words of the field")]

use super::*;
use crate::policy::Named;
use crate::signature::rules::When;
use std::collections::HashSet;

const NOW: Micros = Micros(1_000_000);
const LATE: Micros = Micros(9_000_000);

fn role(number: u8) -> RoleId {
    RoleId::from_bytes([number; 16])
}

fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

fn station(number: u8) -> StationId {
    StationId::from_bytes([number; 16])
}

fn step(roles: &[u8], count: u32, meaning: Meaning) -> Step {
    let named = |number: &u8| Named { id: role(*number), name: format!("role {number}") };
    Step { roles: roles.iter().map(named).collect(), count, meaning }
}

/// Operator (role 1) performs, quality (role 2) approves.
fn rules() -> Rules {
    Rules {
        steps: vec![step(&[1], 1, Meaning::Performed), step(&[2], 1, Meaning::Approved)],
        ordered: true,
        one_station: false,
        performer_differs: true,
        one_person_once: true,
        when: When::Before,
        reason: Demand::Optional,
        reasons: Vec::new(),
        comment: Demand::Optional,
        valid_seconds: Some(600),
        continuous_seconds: 0,
        strength: Strength::Single,
        cancel_roles: vec![Named { id: role(3), name: "shift lead".to_owned() }],
    }
}

fn signer(number: u8, roles: &[RoleId]) -> Signer<'_> {
    Signer { person: person(number), roles, station: None, strength: Strength::Single }
}

fn life(rules: &Rules) -> Life<'_> {
    Life::new(rules, None, None, Some(LATE))
}

#[test]
fn it_is_complete_when_all_have_signed_in_their_order() {
    let (rules, operator, quality) = (rules(), [role(1)], [role(2)]);
    let mut life = life(&rules);
    assert_eq!(life.state(), State::Open);
    assert_eq!(life.sign(&signer(8, &quality), None, Said::default(), NOW), Err(Hindrance::NotYetDue));
    assert_eq!(life.sign(&signer(7, &operator), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.state(), State::Checking);
    assert_eq!(life.sign(&signer(9, &operator), None, Said::default(), NOW), Err(Hindrance::Filled));
    assert_eq!(life.sign(&signer(8, &quality), None, Said::default(), NOW), Ok(1));
    assert_eq!(life.state(), State::Ended(End::Complete));
    let after = life.sign(&signer(9, &quality), None, Said::default(), NOW);
    assert_eq!(after, Err(Hindrance::Ended(End::Complete)));
}

#[test]
fn who_performs_does_not_approve_whatever_roles_they_have() {
    let (mut rules, both) = (rules(), [role(1), role(2)]);
    let mut life = Life::new(&rules, Some(person(7)), None, None);
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Err(Hindrance::AlreadySigned));
    rules.one_person_once = false;
    let mut life = Life::new(&rules, None, None, None);
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Err(Hindrance::IsPerformer));
    // Nor the other way round, where there is no order.
    rules.ordered = false;
    let mut life = Life::new(&rules, None, None, None);
    assert_eq!(life.sign(&signer(7, &both), Some(1), Said::default(), NOW), Ok(1));
    assert_eq!(life.sign(&signer(7, &both), Some(0), Said::default(), NOW), Err(Hindrance::IsPerformer));
    rules.performer_differs = false;
    let mut life = Life::new(&rules, Some(person(7)), None, None);
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.sign(&signer(7, &both), None, Said::default(), NOW), Ok(1));
}

#[test]
fn two_signatures_of_one_step_are_of_two_persons() {
    let mut rules = rules();
    rules.steps = vec![step(&[1], 2, Meaning::Verified)];
    rules.one_person_once = false;
    let roles = [role(1)];
    let mut life = life(&rules);
    assert_eq!(life.sign(&signer(7, &roles), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.sign(&signer(7, &roles), None, Said::default(), NOW), Err(Hindrance::AlreadySigned));
    assert_eq!(life.sign(&signer(8, &roles), None, Said::default(), NOW), Ok(0));
    assert_eq!(life.state(), State::Ended(End::Complete));
}

#[test]
fn all_at_one_station_means_that_of_the_request_or_of_the_first() {
    let mut rules = rules();
    (rules.one_station, rules.ordered) = (true, false);
    let (operator, quality) = ([role(1)], [role(2)]);
    let at = |signer: Signer<'static>, here| Signer { station: here, ..signer };
    let (operator, quality) = (operator.to_vec().leak(), quality.to_vec().leak());
    let mut life = Life::new(&rules, None, None, None);
    let (one, other) = (signer(7, operator), signer(8, quality));
    assert_eq!(life.sign(&one, None, Said::default(), NOW), Err(Hindrance::StationNeeded));
    assert_eq!(life.sign(&at(one, Some(station(1))), None, Said::default(), NOW), Ok(0));
    let elsewhere = life.sign(&at(other, Some(station(2))), None, Said::default(), NOW);
    assert_eq!(elsewhere, Err(Hindrance::OtherStation));
    assert_eq!(life.sign(&at(other, Some(station(1))), None, Said::default(), NOW), Ok(1));
    let mut life = Life::new(&rules, None, Some(station(3)), None);
    let elsewhere = life.sign(&at(one, Some(station(1))), None, Said::default(), NOW);
    assert_eq!(elsewhere, Err(Hindrance::OtherStation));
}

#[test]
fn reasons_and_comments_are_what_the_rules_ask_for() {
    let mut rules = rules();
    rules.reason = Demand::Forced;
    rules.reasons = vec!["Sample in order".to_owned(), "Deviation accepted".to_owned()];
    rules.comment = Demand::Forced;
    let roles = [role(1)];
    let said = |reason, comment| Said { reason, comment };
    let long = "x".repeat(COMMENT_CHARS + 1);
    for (said, told) in [
        (said(None, Some("yes")), Hindrance::ReasonNeeded),
        (said(Some(" "), Some("yes")), Hindrance::ReasonNeeded),
        (said(Some("Because"), Some("yes")), Hindrance::ReasonUnfit),
        (said(Some("Sample in order"), None), Hindrance::CommentNeeded),
        (said(Some("Sample in order"), Some(" ")), Hindrance::CommentNeeded),
        (said(Some("Sample in order"), Some(&long)), Hindrance::CommentUnfit),
        (said(Some("Sample in order"), Some("yes \u{202e}on")), Hindrance::CommentUnfit),
    ] {
        assert_eq!(life(&rules).sign(&signer(7, &roles), None, said, NOW), Err(told));
    }
    let good = said(Some("Sample in order"), Some("yes"));
    assert_eq!(life(&rules).sign(&signer(7, &roles), None, good, NOW), Ok(0));
    (rules.reason, rules.comment) = (Demand::None, Demand::None);
    rules.reasons.clear();
    let told = life(&rules).sign(&signer(7, &roles), None, said(Some("a"), None), NOW);
    assert_eq!(told, Err(Hindrance::ReasonUnfit));
    let told = life(&rules).sign(&signer(7, &roles), None, said(None, Some("a")), NOW);
    assert_eq!(told, Err(Hindrance::CommentUnfit));
    (rules.reason, rules.comment) = (Demand::Optional, Demand::Optional);
    let told = life(&rules).sign(&signer(7, &roles), None, said(Some("zero\u{200b}width"), None), NOW);
    assert_eq!(told, Err(Hindrance::ReasonUnfit));
    let told = life(&rules).refuse(&signer(7, &roles), "zero\u{200b}width", NOW);
    assert_eq!(told, Err(Hindrance::ReasonUnfit));
    let lines = said(Some("a"), Some("two\r\nlines\tand a tab"));
    assert_eq!(life(&rules).sign(&signer(7, &roles), None, lines, NOW), Ok(0));
}

#[test]
fn nothing_can_be_done_when_the_time_is_over() {
    let (rules, operator, lead) = (rules(), [role(1)], [role(3)]);
    let mut late = life(&rules);
    let ended = Hindrance::Ended(End::Expired);
    assert_eq!(late.sign(&signer(7, &operator), None, Said::default(), LATE), Err(ended));
    assert_eq!(late.refuse(&signer(7, &operator), "wrong batch", LATE), Err(ended));
    assert_eq!(late.cancel(&signer(9, &lead), "wrong batch", LATE), Err(ended));
    assert_eq!(late.withdraw("wrong batch", LATE), Err(ended));
    assert!(late.expire(LATE) && !late.expire(LATE));
    assert!(!life(&rules).expire(NOW));
}

#[test]
fn who_is_to_sign_may_refuse_and_who_may_cancel_cancels() {
    let (rules, operator, quality, lead) = (rules(), [role(1)], [role(2)], [role(3)]);
    let mut one = life(&rules);
    assert_eq!(one.refuse(&signer(9, &lead), "wrong batch", NOW), Err(Hindrance::NoRole));
    assert_eq!(one.refuse(&signer(8, &quality), " ", NOW), Err(Hindrance::ReasonNeeded));
    assert_eq!(one.refuse(&signer(8, &quality), "wrong batch", NOW), Ok(()));
    assert_eq!(one.state(), State::Ended(End::Refused));
    let mut other = life(&rules);
    assert_eq!(other.cancel(&signer(7, &operator), "wrong batch", NOW), Err(Hindrance::NoRole));
    assert_eq!(other.cancel(&signer(9, &lead), "wrong batch", NOW), Ok(()));
    assert_eq!(other.withdraw("again", NOW), Err(Hindrance::Ended(End::Cancelled)));
}

#[test]
fn a_weak_proof_does_not_sign() {
    let mut rules = rules();
    rules.strength = Strength::Strong;
    let roles = [role(1)];
    let told = life(&rules).sign(&signer(7, &roles), None, Said::default(), NOW);
    assert_eq!(told, Err(Hindrance::TooWeak));
}

#[test]
fn rules_out_of_their_bounds_do_not_stand() {
    assert_eq!(rules().check(), Ok(()));
    let bad = |change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        rules.check().unwrap_err().to_string()
    };
    let told = [
        bad(|rules| rules.steps.clear()),
        bad(|rules| rules.steps = vec![step(&[1], 1, Meaning::Performed); 11]),
        bad(|rules| rules.steps = vec![step(&[], 1, Meaning::Performed)]),
        bad(|rules| rules.steps = vec![step(&[1], 0, Meaning::Performed)]),
        bad(|rules| rules.steps = vec![step(&[1], 6, Meaning::Performed)]),
        bad(|rules| rules.reasons = vec![String::new()]),
        bad(|rules| rules.reasons = vec!["a".to_owned(), "a".to_owned()]),
        bad(|rules| (rules.reason, rules.reasons) = (Demand::None, vec!["a".to_owned()])),
        bad(|rules| rules.valid_seconds = Some(9)),
        bad(|rules| rules.continuous_seconds = Rules::MOST_CONTINUOUS + 1),
    ];
    assert_eq!(told.iter().filter(|text| text.contains("step")).count(), 5, "{told:?}");
}

/// What can be done to a request at one moment.
#[derive(Clone, Copy)]
enum Deed {
    Sign(u8, u8, Option<usize>),
    Refuse(u8, u8),
    Cancel(u8, u8),
    Withdraw,
    Expire,
}

/// Every deed of three persons who each hold any set of three roles at that moment:
/// roles are given and taken between deeds as they are in a plant.
fn deeds() -> Vec<Deed> {
    let mut deeds = vec![Deed::Withdraw, Deed::Expire];
    for person in 1..=3 {
        for roles in 0..8 {
            deeds.extend([None, Some(0), Some(1), Some(2)].map(|step| Deed::Sign(person, roles, step)));
            deeds.extend([Deed::Refuse(person, roles), Deed::Cancel(person, roles)]);
        }
    }
    deeds
}

fn do_it(life: &mut Life<'_>, deed: Deed) {
    let held = |set: u8| -> Vec<RoleId> {
        [1, 2, 3].into_iter().filter(|role| set & (1 << (role - 1)) != 0).map(role).collect()
    };
    // Whether it is refused does not matter: what must never be is looked for after it.
    let _outcome = match deed {
        Deed::Sign(who, roles, step) => {
            life.sign(&signer(who, &held(roles)), step, Said::default(), NOW).map(drop)
        }
        Deed::Refuse(who, roles) => life.refuse(&signer(who, &held(roles)), "because", NOW),
        Deed::Cancel(who, roles) => life.cancel(&signer(who, &held(roles)), "because", NOW),
        Deed::Withdraw => life.withdraw("because", NOW),
        Deed::Expire => {
            life.expire(LATE);
            Ok(())
        }
    };
}

/// What must hold of every life, told without the code under test: counted over the
/// signatures alone.
fn holds(rules: &Rules, before: &Life<'_>, life: &Life<'_>) {
    let signed = life.signed();
    let of = |step: usize| signed.iter().filter(move |signed| signed.step == step);
    let wanted = |step: usize| usize::try_from(rules.steps[step].count).unwrap();
    let full = |step: usize| of(step).count() == wanted(step);
    let all = (0..rules.steps.len()).all(full);
    assert_eq!(
        life.state() == State::Ended(End::Complete),
        all,
        "complete means all, and all means complete"
    );
    assert!((0..rules.steps.len()).all(|step| of(step).count() <= wanted(step)));
    let persons = |step: usize| of(step).map(|signed| signed.person).collect::<HashSet<_>>().len();
    assert!(
        (0..rules.steps.len()).all(|step| persons(step) == of(step).count()),
        "a step by one person twice"
    );
    if rules.one_person_once {
        let persons: HashSet<_> = signed.iter().map(|signed| signed.person).collect();
        assert_eq!(persons.len(), signed.len(), "one person signed twice");
    }
    if rules.performer_differs {
        let does = |signed: &Signed| rules.steps[signed.step].meaning == Meaning::Performed;
        let doers: HashSet<_> = signed.iter().filter(|one| does(one)).map(|one| one.person).collect();
        let performs = |one: &Signed| doers.contains(&one.person) || life.performer == Some(one.person);
        assert!(!signed.iter().any(|one| !does(one) && performs(one)), "performer as verifier");
    }
    if rules.ordered {
        assert!(signed.is_sorted_by_key(|signed| signed.step), "out of order");
    }
    if let State::Ended(_) = before.state() {
        assert_eq!(before.state(), life.state(), "an end was followed by another one");
        assert_eq!(before.signed(), life.signed(), "a signature after the end");
    }
    assert!(life.signed().starts_with(before.signed()), "a signature was lost");
}

/// Walks through every state that any order of deeds can reach.
fn walk(rules: &Rules, performer: Option<PersonId>) -> usize {
    let deeds = deeds();
    let start = Life::new(rules, performer, None, Some(LATE));
    let key = |life: &Life<'_>| (life.signed().to_vec(), life.state());
    let (mut seen, mut next) = (HashSet::from([key(&start)]), vec![start]);
    while let Some(before) = next.pop() {
        for deed in &deeds {
            let mut after = before.clone();
            do_it(&mut after, *deed);
            holds(rules, &before, &after);
            if seen.insert(key(&after)) {
                next.push(after);
            }
        }
    }
    seen.len()
}

#[test]
fn no_order_of_deeds_completes_a_request_without_all_that_the_rules_ask_for() {
    let steps = [
        vec![step(&[1], 1, Meaning::Performed), step(&[2], 1, Meaning::Approved)],
        vec![step(&[1], 2, Meaning::Verified)],
        vec![
            step(&[1, 2], 1, Meaning::Performed),
            step(&[2], 2, Meaning::Verified),
            step(&[3], 1, Meaning::Approved),
        ],
        vec![step(&[1], 1, Meaning::Reviewed), step(&[1], 1, Meaning::Performed)],
    ];
    let mut states = 0;
    for steps in steps {
        for switches in 0..8_u8 {
            let rules = Rules {
                steps: steps.clone(),
                ordered: switches & 1 != 0,
                one_person_once: switches & 2 != 0,
                performer_differs: switches & 4 != 0,
                ..rules()
            };
            states += walk(&rules, None) + walk(&rules, Some(person(1)));
        }
    }
    assert!(states > 1_000, "{states}");
}
