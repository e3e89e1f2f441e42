//! Documents that are none.

use super::genuine::{checked, told};
use super::kit::{Plant, Writer, complete, document, opening};
use crate::signature::{BadKeys, Expect, Keys, MAX_BYTES, MAX_STATEMENTS, Verdict, check};
use pforte_model::signature::jws::Kind;
use pforte_model::signature::rules::Rules;
use serde_json::{Value, json};

fn found(bytes: &[u8]) -> Vec<String> {
    let report = check(bytes, &Expect::default());
    assert_eq!(report.verdict(), Verdict::Broken);
    let mut told = told(&report);
    told.retain(|finding| !finding.ends_with("key-unproven"));
    told
}

#[test]
fn what_is_no_document_is_refused() {
    assert_eq!(found(b""), ["document: document-not-json"]);
    assert_eq!(found(b"\xff"), ["document: document-not-json"]);
    assert_eq!(found(b"[]"), ["document: format-other"]);
    assert_eq!(found(b"{}"), ["document: format-other", "document: document-empty"]);
    assert_eq!(
        found(b"{\"format\":\"pforte-signatures/1\",\"statements\":[]}"),
        ["document: document-empty"]
    );
    assert_eq!(found(b"{\"format\":1,\"format\":2}"), ["document: document-not-json"]);
    let deep = ["{\"format\":", &"[".repeat(1_000_000)].concat();
    assert_eq!(found(deep.as_bytes()), ["document: document-not-json"]);
}

#[test]
fn a_document_above_the_limit_is_not_read() {
    assert_eq!(found(&vec![b' '; MAX_BYTES + 1]), ["document: document-too-long"]);
}

#[test]
fn a_fault_in_one_section_hides_none_in_another() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document["format"] = json!("pforte-signatures/2");
    document["record"] = Value::Null;
    document["keys"] = json!([plant.jwk, {"kty": "EC"}]);
    document["log"] = json!([]);
    document["timestamps"] = json!([{"statement": 9, "token": ""}, 7]);
    document["x"] = json!(1);
    document["statements"][3] = json!("a.b.c");
    let mut expected = [
        "document: format-other",
        "document: document-unfit",
        "document: document-unfit",
        "document: ending-missing",
        "key 1: document-unfit",
        "statement 3: statement-unfit",
        "record in the document: document-unfit",
        "time stamp 0: statement-absent",
        "time stamp 1: document-unfit",
        "document: record-not-shown",
    ]
    .map(str::to_owned);
    let mut told = told(&checked(&document, &plant));
    expected.sort();
    told.sort();
    assert_eq!(told, expected);
}

#[test]
fn there_are_no_more_statements_than_rules_can_ask_for() {
    assert_eq!(MAX_STATEMENTS, 2 + Rules::MOST_STEPS * usize::try_from(Rules::MOST_COUNT).unwrap());
    let plant = Plant::new();
    let many = vec!["a.b.c".to_owned(); MAX_STATEMENTS + 1];
    let found = found(document(&many, &plant).to_string().as_bytes());
    assert_eq!(found[0], "document: document-too-much");
    assert_eq!(found.len(), 1 + MAX_STATEMENTS);
    let mut keys = document(&complete(&plant).statements, &plant);
    keys["keys"] = json!(vec![plant.jwk.clone(); MAX_STATEMENTS + 1]);
    assert_eq!(told(&checked(&keys, &plant)), ["document: document-too-much"]);
}

#[test]
fn a_statement_that_says_more_than_is_read_is_refused() {
    let plant = Plant::new();
    let payloads: [fn(&mut Value); 4] = [
        |value| value["later"] = json!(1),
        |value| value["area"]["later"] = json!(1),
        |value| value["description"] = Value::Null,
        |value| value["rules"]["steps"][0]["roles"][0]["later"] = json!(1),
    ];
    for change in payloads {
        let mut payload = serde_json::to_value(opening()).unwrap();
        change(&mut payload);
        let text = plant.sign(Kind::Opening, &payload);
        let told = told(&checked(&document(&[text], &plant), &plant));
        assert_eq!(told, ["statement 0: statement-unreadable"], "{payload}");
    }
    let twice = serde_json::to_string(&opening()).unwrap().replacen('{', "{\"version\":1,", 1);
    let text = plant.sign_bytes(Kind::Opening, twice.as_bytes());
    assert_eq!(told(&checked(&document(&[text], &plant), &plant)), ["statement 0: statement-unreadable"]);
}

#[test]
fn a_later_version_is_told_apart() {
    let plant = Plant::new();
    let mut later = opening();
    later.version = 2;
    let report = checked(&Writer::new(&plant, &later).document(), &plant);
    assert_eq!(told(&report), ["statement 0: version-unknown"]);
    assert_eq!(
        report.findings[0].to_string(),
        "statement 0, version: version 2 is not known to this program"
    );
}

#[test]
fn a_file_without_good_keys_is_refused() {
    let read = |file: Value| Keys::read(file.to_string().as_bytes()).unwrap_err();
    assert_eq!(read(json!({"keys": []})), BadKeys::Form);
    assert_eq!(read(json!([])), BadKeys::Form);
    assert_eq!(Keys::read(&vec![b' '; 1024 * 1024 + 1]).unwrap_err(), BadKeys::TooLong);
    assert!(matches!(read(json!({})), BadKeys::Key { nth: 0, .. }));
    let plant = Plant::new();
    assert!(matches!(read(json!({"keys": [plant.jwk, 7]})), BadKeys::Key { nth: 1, .. }));
    let mut point = *plant.jwk.point();
    point[40] ^= 1;
    let off = pforte_model::signature::jws::Jwk::from_point(point).unwrap();
    let why = "the point is not on the curve".to_owned();
    assert_eq!(read(json!(off)), BadKeys::Key { nth: 0, why });
    assert_eq!(Keys::read(&plant.jwks()).unwrap().fingerprints().collect::<Vec<_>>(), [plant.jwk.kid()]);
}
