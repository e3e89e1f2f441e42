use super::kit::{Plant, RECORD, Writer, after, complete, log, log_key, opening, role, signatory, station};
use crate::signature::{Expect, Keys, Report, Verdict, check};
use pforte_model::event::Named;
use pforte_model::signature::life::State;
use pforte_model::signature::statement::{By, End};
use serde_json::{Value, json};

/// Checks with the plant's keys.
pub(super) fn checked(document: &Value, plant: &Plant) -> Report {
    let keys = Keys::read(&plant.jwks()).unwrap();
    check(document.to_string().as_bytes(), &Expect { keys: Some(&keys), ..Expect::default() })
}

/// The findings by their names, with their places.
pub(super) fn told(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| format!("{}: {}", finding.place, finding.what.as_str())).collect()
}

#[test]
fn a_genuine_document_tells_who_signed_what_when_and_as_what() {
    let plant = Plant::new();
    let report = checked(&complete(&plant).document(), &plant);
    assert_eq!((report.verdict(), told(&report)), (Verdict::Genuine, vec![]));
    assert_eq!(report.state, Some(State::Ended(End::Complete)));
    assert_eq!((report.statements, report.records), (4, 1));
    assert_eq!(report.fingerprints, [plant.jwk.kid()]);
    let [performed, approved] = report.signatures.as_slice() else { unreachable!("{report:?}") };
    assert!(performed.good && approved.good);
    assert_eq!(approved.signing.signer.printed_name, "Person 2");
    assert_eq!(approved.signing.at.to_string(), "2026-11-23T09:02:00.000000+01:00");
    assert_eq!(approved.signing.meaning.as_str(), "approved");
    assert_eq!(approved.signing.reason.as_deref(), Some("routine"));
    assert_eq!(report.opening.map(|opening| opening.object), Some("Batch B-17".to_owned()));
}

#[test]
fn without_a_trusted_key_nothing_is_ever_genuine() {
    let plant = Plant::new();
    let bytes = complete(&plant).document().to_string();
    let report = check(bytes.as_bytes(), &Expect::default());
    assert_eq!(report.verdict(), Verdict::Unproven);
    assert_eq!(told(&report), ["document: key-unproven"]);
    assert_eq!(report.fingerprints, [plant.jwk.kid()]);
}

#[test]
fn a_document_without_keys_of_its_own_is_checked_with_the_trusted_ones() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document.as_object_mut().unwrap().remove("keys");
    assert_eq!(checked(&document, &plant).verdict(), Verdict::Genuine);
    let report = check(document.to_string().as_bytes(), &Expect::default());
    assert_eq!(report.verdict(), Verdict::Broken);
    assert!(told(&report).contains(&"statement 3: key-unknown".to_owned()));
}

#[test]
fn a_key_may_stand_alone_or_in_a_set_with_others() {
    let (plant, other) = (Plant::new(), Plant::new());
    let bytes = complete(&plant).document().to_string();
    for file in [json!(plant.jwk), json!({"keys": [other.jwk, plant.jwk]})] {
        let keys = Keys::read(file.to_string().as_bytes()).unwrap();
        let report = check(bytes.as_bytes(), &Expect { keys: Some(&keys), ..Expect::default() });
        assert_eq!(report.verdict(), Verdict::Genuine);
    }
}

#[test]
fn a_request_that_still_runs_is_whole_and_says_so() {
    let plant = Plant::new();
    let report = checked(&Writer::new(&plant, &opening()).sign(1).document(), &plant);
    assert_eq!((report.verdict(), report.state), (Verdict::Genuine, Some(State::Checking)));
    assert_eq!(told(&report), ["document: request-running"]);
    let report = checked(&Writer::new(&plant, &opening()).document(), &plant);
    assert_eq!((report.verdict(), report.state), (Verdict::Genuine, Some(State::Open)));
}

#[test]
fn every_honest_end_is_genuine() {
    let plant = Plant::new();
    let begun = || Writer::new(&plant, &opening()).sign(1);
    let person =
        |number| By::Person { who: signatory(number), roles: vec![role(number)], station: Some(station(1)) };
    let application =
        || By::Application { application: Named { id: "batch".to_owned(), name: "Batch".to_owned() } };
    for (end, by, at) in [
        (End::Refused, Some(person(2)), 90),
        (End::Cancelled, Some(person(3)), 90),
        (End::Cancelled, Some(application()), 90),
        (End::Expired, None, 600),
    ] {
        let document = begun().end_as(end, |ending| {
            ending.reason = by.is_some().then(|| "the seal is broken".to_owned());
            ending.by = by.clone();
            ending.at = after(at);
        });
        let report = checked(&document.document(), &plant);
        assert_eq!((report.verdict(), told(&report)), (Verdict::Genuine, vec![]), "{end:?} {by:?}");
        assert_eq!(report.state, Some(State::Ended(end)));
    }
}

#[test]
fn a_clock_that_was_set_back_is_remarked_and_no_fault() {
    let plant = Plant::new();
    let document = Writer::new(&plant, &opening())
        .sign(1)
        .sign_as(2, |signing| signing.at = after(30))
        .end(End::Complete);
    let report = checked(&document.document(), &plant);
    assert_eq!(report.verdict(), Verdict::Genuine);
    assert_eq!(told(&report), ["statement 2: clock-back"]);
    // The server goes by a clock that is never set as well.
    let document = Writer::new(&plant, &opening()).sign(1).end(End::Expired);
    let report = checked(&document.document(), &plant);
    assert_eq!(
        (report.verdict(), told(&report)),
        (Verdict::Genuine, vec!["statement 2: ended-early".to_owned()])
    );
}

#[test]
fn the_log_proves_every_statement_to_whoever_has_its_key() {
    let plant = Plant::new();
    let writer = complete(&plant);
    let mut document = writer.document();
    document["log"] = log(&writer.statements);
    let keys = Keys::read(&plant.jwks()).unwrap();
    let expect =
        Expect { keys: Some(&keys), log_keys: &[log_key()], record: Some(RECORD), ..Expect::default() };
    let report = check(document.to_string().as_bytes(), &expect);
    assert_eq!((report.verdict(), told(&report)), (Verdict::Genuine, vec![]));
    assert_eq!((report.logged, report.records), (4, 2));
    assert_eq!(report.checkpoint.map(|head| head.size), Some(8));
    assert_eq!(told(&checked(&document, &plant)), ["document: log-unchecked"]);
    document["log"]["entries"][3]["record"] = Value::Null;
    document["log"]["entries"].as_array_mut().unwrap().remove(1);
    let report = check(document.to_string().as_bytes(), &expect);
    let remarks = [
        "statement 1: statement-not-logged",
        "statement 3: statement-not-logged",
        "log entry 2: log-entry-purged",
    ];
    assert_eq!((report.verdict(), told(&report)), (Verdict::Genuine, remarks.map(str::to_owned).to_vec()));
}

#[test]
fn a_record_beside_the_document_may_be_written_in_another_way_if_it_is_json() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document.as_object_mut().unwrap().remove("record");
    assert_eq!(told(&checked(&document, &plant)), ["document: record-not-shown"]);
    let keys = Keys::read(&plant.jwks()).unwrap();
    let other = b"{ \"yield\": 9.7e-1,\n\"batch\": \"\\u0042-17\" }";
    let expect = Expect { keys: Some(&keys), record: Some(other), ..Expect::default() };
    let report = check(document.to_string().as_bytes(), &expect);
    assert_eq!((report.verdict(), report.records), (Verdict::Genuine, 1));
}

#[test]
fn a_time_stamp_without_a_known_authority_is_told_and_does_not_count() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document["timestamps"] = json!([{"statement": 3, "token": "MAAA"}]);
    let report = checked(&document, &plant);
    assert_eq!((report.verdict(), report.stamped), (Verdict::Genuine, 0));
    assert_eq!(told(&report), ["time stamp 0: timestamp-unchecked"]);
}
