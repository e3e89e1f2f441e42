//! What somebody signs who owns the key and does not keep the rules.

use super::genuine::{checked, told};
use super::kit::{Plant, Writer, after, opening, role, signatory, station};
use crate::signature::Verdict;
use pforte_model::event::Named;
use pforte_model::factor::Strength;
use pforte_model::signature::jws::Kind;
use pforte_model::signature::rules::{Demand, Meaning};
use pforte_model::signature::statement::{By, End, Ending, Opening, Signing};

type Change<T> = fn(&mut T);

/// What is found in statements that all are signed and linked as they should.
fn found(writer: &Writer<'_>, plant: &Plant) -> Vec<String> {
    let report = checked(&writer.document(), plant);
    assert_eq!(report.verdict(), Verdict::Broken);
    told(&report)
}

/// A request whose second signature is changed so.
fn second(change: impl FnOnce(&mut Signing)) -> Vec<String> {
    let plant = Plant::new();
    let writer = Writer::new(&plant, &opening()).sign(1).sign_as(2, change).end(End::Complete);
    found(&writer, &plant)
}

/// A request with other rules or facts, signed as usual.
fn opened(change: impl FnOnce(&mut Opening)) -> Vec<String> {
    let plant = Plant::new();
    let mut opening = opening();
    change(&mut opening);
    found(&Writer::new(&plant, &opening).sign(1).sign(2).end(End::Complete), &plant)
}

/// A request with one signature that ends so.
fn ended(end: End, change: impl FnOnce(&mut Ending)) -> Vec<String> {
    let plant = Plant::new();
    found(&Writer::new(&plant, &opening()).sign(1).end_as(end, change), &plant)
}

#[test]
fn a_complete_request_that_lacks_a_signature_is_found() {
    let plant = Plant::new();
    let short = Writer::new(&plant, &opening()).sign(1).end(End::Complete);
    assert_eq!(found(&short, &plant), ["statement 2: signature-missing"]);
    let none = Writer::new(&plant, &opening()).end(End::Complete);
    assert_eq!(found(&none, &plant), ["statement 1: signature-missing"; 2]);
    let report = checked(&short.document(), &plant);
    let expected = "statement 2: it is said to be complete, but step 1 lacks 1 of its signatures";
    assert_eq!(report.findings[0].to_string(), expected);
}

#[test]
fn each_rule_that_a_signature_breaks_is_named() {
    let cases: [(&str, Change<Signing>); 15] = [
        ("role-missing", |signing| signing.roles = vec![role(7)]),
        ("identifier-unfit", |signing| signing.roles.push(Named { id: "x".to_owned(), name: String::new() })),
        ("step-other", |signing| signing.step = 7),
        ("person-twice", |signing| signing.signer = signatory(1)),
        ("station-other", |signing| signing.station = Some(station(2))),
        ("station-missing", |signing| signing.station = None),
        ("strength-low", |signing| signing.strength = Strength::Weak),
        ("strength-unproved", |signing| signing.strength = Strength::Strong),
        ("strength-unproved", |signing| signing.factors.clear()),
        ("name-not-given", |signing| signing.both_components = false),
        ("meaning-other", |signing| signing.meaning = Meaning::Reviewed),
        ("reason-unfit", |signing| signing.reason = Some("because".to_owned())),
        ("comment-unfit", |signing| signing.comment = Some("x".repeat(2_001))),
        ("after-expiry", |signing| signing.at = after(600)),
        ("identifier-unfit", |signing| signing.station.as_mut().unwrap().id.clear()),
    ];
    for (expected, change) in cases {
        let found = second(change);
        assert!(found.contains(&format!("statement 2: {expected}")), "{expected}: {found:?}");
    }
}

#[test]
fn each_rule_that_the_request_itself_breaks_is_named() {
    let cases: [(&str, Change<Opening>); 8] = [
        ("statement 0: rules-unfit", |opening| {
            opening.rules.cancel_roles = vec![opening.rules.cancel_roles[0].clone(); 11];
        }),
        ("statement 0: expiry-long", |opening| opening.expires_at = Some(after(601))),
        ("statement 0: expiry-long", |opening| opening.expires_at = None),
        ("statement 0: identifier-unfit", |opening| opening.station.as_mut().unwrap().id = "?".to_owned()),
        ("statement 1: reason-missing", |opening| opening.rules.reason = Demand::Forced),
        ("statement 2: performer-signs", |opening| opening.performer = Some(signatory(2))),
        ("statement 1: station-other", |opening| opening.station = Some(station(5))),
        ("statement 3: signature-missing", |opening| opening.rules.steps[1].count = 2),
    ];
    for (expected, change) in cases {
        if expected.ends_with("reason-missing") {
            let plant = Plant::new();
            let mut forced = opening();
            change(&mut forced);
            let writer = Writer::new(&plant, &forced).sign_as(1, |signing| signing.reason = None);
            assert_eq!(found(&writer, &plant)[0], expected);
            continue;
        }
        let found = opened(change);
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
    }
}

#[test]
fn a_signature_out_of_order_or_after_the_end_is_found() {
    let plant = Plant::new();
    let early = Writer::new(&plant, &opening())
        .sign_as(2, |signing| (signing.step, signing.meaning) = (1, Meaning::Approved))
        .sign_as(1, |signing| (signing.step, signing.meaning) = (0, Meaning::Performed))
        .end(End::Complete);
    assert_eq!(found(&early, &plant), ["statement 1: order-broken"]);
    let late = Writer::new(&plant, &opening()).sign(1).sign(2).end(End::Complete).sign(3);
    let told = found(&late, &plant);
    assert!(told.contains(&"statement 4: after-end".to_owned()), "{told:?}");
    assert!(told.contains(&"statement 3: statement-misplaced".to_owned()), "{told:?}");
}

#[test]
fn an_end_that_nobody_could_bring_about_is_found() {
    let by = |number: u8| {
        Some(By::Person { who: signatory(number), roles: vec![role(number)], station: Some(station(1)) })
    };
    let application = |id: &str| Named { id: id.to_owned(), name: String::new() };
    let why = || Some("no".to_owned());
    let refused =
        |by: Option<By>, reason| ended(End::Refused, |ending| (ending.by, ending.reason) = (by, reason));
    let cancelled =
        |by: Option<By>, reason| ended(End::Cancelled, |ending| (ending.by, ending.reason) = (by, reason));
    assert_eq!(refused(None, why()), ["statement 2: ended-by-other"]);
    assert_eq!(refused(by(7), why()), ["statement 2: role-missing"]);
    assert_eq!(refused(by(1), why()), ["statement 2: step-filled"]);
    assert_eq!(refused(by(2), None), ["statement 2: reason-missing"]);
    assert_eq!(cancelled(by(2), why()), ["statement 2: role-missing"]);
    assert_eq!(cancelled(None, why()), ["statement 2: ended-by-other"]);
    let other = Some(By::Application { application: application("hmi") });
    assert_eq!(cancelled(other.clone(), why()), ["statement 2: ended-by-other"]);
    assert_eq!(refused(other, why()), ["statement 2: ended-by-other"]);
    let expired = ended(End::Expired, |ending| (ending.at, ending.by) = (after(600), by(3)));
    assert_eq!(expired, ["statement 2: ended-by-other"]);
}

#[test]
fn a_complete_request_cannot_be_ended_otherwise() {
    let plant = Plant::new();
    for end in [End::Refused, End::Cancelled, End::Expired] {
        let writer = Writer::new(&plant, &opening()).sign(1).sign(2).end(end);
        assert_eq!(found(&writer, &plant), ["statement 3: after-end"], "{end:?}");
    }
    let mut twice = Writer::new(&plant, &opening()).sign(1).sign(2).end(End::Complete);
    let again = Ending { signatures: 2, ..twice.ending(End::Complete) };
    twice.add(Kind::Ending, &again);
    let told = found(&twice, &plant);
    assert!(told.contains(&"statement 4: after-end".to_owned()), "{told:?}");
}

#[test]
fn an_ending_that_counts_wrongly_is_found() {
    let plant = Plant::new();
    let writer =
        Writer::new(&plant, &opening()).sign(1).sign(2).end_as(End::Complete, |ending| ending.signatures = 1);
    assert_eq!(found(&writer, &plant), ["statement 3: signature-count-other"]);
}
