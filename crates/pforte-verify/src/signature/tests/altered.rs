//! Documents that somebody changed who does not own the key.

use super::genuine::{checked, told};
use super::kit::{Plant, RECORD, Writer, complete, document, log, log_key, opening};
use crate::signature::{Expect, Keys, Verdict, check};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use pforte_model::id::SignatureRequestId;
use pforte_model::signature::jws::{Kind, join};
use pforte_model::signature::statement::{End, Form, Opening};
use serde_json::{Value, json};
use std::thread;

fn faults(document: &Value, plant: &Plant) -> Vec<String> {
    let report = checked(document, plant);
    assert_eq!(report.verdict(), Verdict::Broken, "{document}");
    told(&report)
}

/// What is found when each bit of these bytes is flipped, and is not a fault.
pub(super) fn unfound(bytes: &[u8], expect: Expect<'_>) -> Vec<usize> {
    let part = bytes.len().div_ceil(4);
    let search = |first: usize| {
        let mut unfound = Vec::new();
        let mut copy = bytes.to_vec();
        for at in first..bytes.len().min(first + part) {
            for bit in 0..8 {
                copy[at] ^= 1 << bit;
                if check(&copy, &expect).verdict() != Verdict::Broken {
                    unfound.push(at);
                }
                copy[at] ^= 1 << bit;
            }
        }
        unfound
    };
    thread::scope(|scope| {
        let parts: Vec<_> = (0..4).map(|nth| scope.spawn(move || search(nth * part))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

#[test]
fn every_single_bit_that_is_flipped_is_found_but_in_a_token_of_a_time_stamp() {
    let plant = Plant::new();
    let mut small = opening();
    small.rules.steps.truncate(1);
    let writer = Writer::new(&plant, &small).sign(1).end(End::Complete);
    let mut document = writer.document();
    document["log"] = log(&writer.statements);
    document["timestamps"] = json!([{"statement": 2, "token": "MAAA"}]);
    let bytes = serde_json::to_vec_pretty(&document).unwrap();
    let keys = Keys::read(&plant.jwks()).unwrap();
    let expect = Expect { keys: Some(&keys), log_keys: &[log_key()], ..Expect::default() };
    assert_eq!(check(&bytes, &expect).verdict(), Verdict::Genuine);
    let text = str::from_utf8(&bytes).unwrap();
    let token = text.find("MAAA").unwrap();
    let stamps = token..token + 4;
    // The statement that a time stamp names is told by its token as well.
    let number = text.rfind("\"statement\": 2").unwrap() + "\"statement\": ".len();
    let unfound = unfound(&bytes, expect);
    assert!(unfound.iter().all(|at| stamps.contains(at) || *at == number), "{unfound:?} of {text}");
    assert!(unfound.iter().any(|at| stamps.contains(at)));
}

#[test]
fn statements_that_were_swapped_taken_out_or_put_in_twice_are_found() {
    let plant = Plant::new();
    let genuine = complete(&plant).statements;
    let [o, a, b, e] = genuine.as_slice() else { unreachable!() };
    let of = |texts: &[&String]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).clone()).collect();
        faults(&document(&texts, &plant), &plant)
    };
    let swapped = of(&[o, b, a, e]);
    for expected in
        ["statement 1: previous-other", "statement 2: previous-other", "statement 1: order-broken"]
    {
        assert!(swapped.contains(&expected.to_owned()), "{swapped:?}");
    }
    let without = of(&[o, b, e]);
    assert!(without.contains(&"statement 1: previous-other".to_owned()), "{without:?}");
    assert!(without.contains(&"statement 2: signature-missing".to_owned()), "{without:?}");
    assert_eq!(of(&[o, a, b]), ["document: ending-missing"]);
    let twice = of(&[o, a, a, b, e]);
    assert!(twice.contains(&"statement 2: step-filled".to_owned()), "{twice:?}");
    let behind = of(&[o, a, b, e, a]);
    assert!(behind.contains(&"statement 3: statement-misplaced".to_owned()), "{behind:?}");
    assert!(behind.contains(&"statement 4: after-end".to_owned()), "{behind:?}");
    let headless = of(&[a, b, e]);
    assert!(headless.contains(&"statement 0: statement-misplaced".to_owned()), "{headless:?}");
    let two = of(&[o, o, a, b, e]);
    assert!(two.contains(&"statement 1: statement-misplaced".to_owned()), "{two:?}");
    assert!(of(&[]).contains(&"document: document-empty".to_owned()));
}

#[test]
fn a_signature_copied_to_another_request_is_found() {
    let plant = Plant::new();
    let genuine = complete(&plant).statements;
    let other = Opening { request: SignatureRequestId::from_bytes([8; 16]), ..opening() };
    let mut forged = Writer::new(&plant, &other).statements;
    forged.extend(genuine.into_iter().skip(1));
    let found = faults(&document(&forged, &plant), &plant);
    for nth in 1..4 {
        assert!(found.contains(&format!("statement {nth}: request-other")), "{found:?}");
        assert!(found.contains(&format!("statement {nth}: opening-other")), "{found:?}");
    }
    // The same request, opened again with another object.
    let other = Opening { object: "Batch B-18".to_owned(), ..opening() };
    let mut forged = Writer::new(&plant, &other).statements;
    forged.extend(complete(&plant).statements.into_iter().skip(1));
    let found = faults(&document(&forged, &plant), &plant);
    assert!(found.contains(&"statement 1: opening-other".to_owned()), "{found:?}");
}

#[test]
fn a_changed_record_shows_as_unsigned() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document["record"] = STANDARD.encode(br#"{"batch":"B-17","yield":0.98}"#).into();
    assert_eq!(faults(&document, &plant), ["record in the document: record-altered"]);
    document["record"] = STANDARD.encode(br#"{"batch":"B-17","yield":0.97,"yield":0.97}"#).into();
    assert_eq!(faults(&document, &plant), ["record in the document: record-not-json"]);
    document["record"] = "not base64".into();
    let found = faults(&document, &plant);
    assert_eq!(found, ["record in the document: document-unfit", "document: record-not-shown"]);
}

#[test]
fn a_record_beside_the_document_is_compared_by_every_byte_unless_it_is_json() {
    let plant = Plant::new();
    let keys = Keys::read(&plant.jwks()).unwrap();
    let mut as_bytes = opening();
    as_bytes.record.as_mut().unwrap().form = Form::Bytes;
    let document = Writer::new(&plant, &as_bytes).sign(1).sign(2).end(End::Complete).document().to_string();
    let verdict = |record: &[u8]| {
        let expect = Expect { keys: Some(&keys), record: Some(record), ..Expect::default() };
        let report = check(document.as_bytes(), &expect);
        (report.verdict(), told(&report))
    };
    assert_eq!(verdict(RECORD), (Verdict::Genuine, vec![]));
    let altered = (Verdict::Broken, vec!["record beside the document: record-altered".to_owned()]);
    assert_eq!(verdict(&[RECORD, b"\n"].concat()), altered);
    let mut record = RECORD.to_vec();
    for at in 0..record.len() {
        record[at] ^= 1;
        assert_eq!(verdict(&record), altered);
        record[at] ^= 1;
    }
}

#[test]
fn a_record_where_none_was_signed_is_found() {
    let plant = Plant::new();
    let none = Opening { record: None, ..opening() };
    let writer = Writer::new(&plant, &none).sign(1).sign(2).end(End::Complete);
    assert_eq!(faults(&writer.document(), &plant), ["record in the document: record-unsigned"]);
}

#[test]
fn a_record_of_another_length_than_was_signed_is_found() {
    let plant = Plant::new();
    let mut longer = opening();
    longer.record.as_mut().unwrap().bytes = Some(30);
    let writer = Writer::new(&plant, &longer).sign(1).sign(2).end(End::Complete);
    assert_eq!(faults(&writer.document(), &plant), ["record in the document: record-length-other"]);
}

#[test]
fn another_key_is_not_believed_although_the_document_brings_it() {
    let (plant, other) = (Plant::new(), Plant::new());
    let found = faults(&complete(&other).document(), &plant);
    let expected: Vec<String> = (0..4).map(|nth| format!("statement {nth}: key-untrusted")).collect();
    assert_eq!(found, expected);
    // It says that the plant's key signed.
    let mut forged = complete(&plant);
    forged.statements.pop();
    let ending = serde_json::to_vec(&forged.ending(End::Complete)).unwrap();
    let input = pforte_model::signature::jws::signing_input(Kind::Ending, plant.jwk.kid(), &ending);
    forged.statements.push(other.sign_input(&input));
    assert_eq!(faults(&forged.document(), &plant), ["statement 3: signature-wrong"]);
}

#[test]
fn no_trick_with_the_algorithm_is_taken() {
    let plant = Plant::new();
    let genuine = complete(&plant).statements;
    let payload = genuine[3].split('.').nth(1).unwrap();
    let kid = plant.jwk.kid();
    let headers = [
        r#"{"alg":"none"}"#.to_owned(),
        format!(r#"{{"alg":"none","kid":"{kid}","typ":"pforte-ending+json"}}"#),
        format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"pforte-ending+json"}}"#),
        format!(r#"{{"alg":"ES256","crit":["exp"],"kid":"{kid}","typ":"pforte-ending+json"}}"#),
        format!(r#"{{"alg":"ES256","jwk":{{}},"kid":"{kid}","typ":"pforte-ending+json"}}"#),
    ];
    for header in headers {
        let input = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
        for text in [plant.sign_input(&input), join(&input, &[0; 64]), format!("{input}.")] {
            let mut statements = genuine.clone();
            statements[3] = text;
            assert!(
                faults(&document(&statements, &plant), &plant)
                    .contains(&"statement 3: statement-unfit".to_owned())
            );
        }
    }
    // Signatures of nothing: r and s are 0, or the order of the curve.
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let order = [order, order].concat().try_into().unwrap();
    let (input, _) = genuine[3].rsplit_once('.').unwrap();
    for signature in [[0; 64], order, [0xff; 64]] {
        let mut statements = genuine.clone();
        statements[3] = join(input, &signature);
        assert_eq!(faults(&document(&statements, &plant), &plant), ["statement 3: signature-wrong"]);
    }
}

#[test]
fn a_statement_of_one_kind_is_not_taken_for_another() {
    let plant = Plant::new();
    let mut forged = complete(&plant);
    forged.statements.pop();
    let ending = forged.ending(End::Complete);
    forged.add(Kind::Signature, &ending);
    let found = faults(&forged.document(), &plant);
    assert!(found.contains(&"statement 3: statement-unreadable".to_owned()), "{found:?}");
}

#[test]
fn a_log_that_proves_something_else_is_found() {
    let plant = Plant::new();
    let writer = complete(&plant);
    let keys = Keys::read(&plant.jwks()).unwrap();
    let expect = Expect { keys: Some(&keys), log_keys: &[log_key()], ..Expect::default() };
    let found = |change: fn(&mut Value)| {
        let mut document = writer.document();
        document["log"] = log(&writer.statements);
        change(&mut document["log"]);
        let report = check(document.to_string().as_bytes(), &expect);
        told(&report).first().cloned().unwrap_or_default()
    };
    assert_eq!(found(|log| log["entries"][1]["statement"] = json!(2)), "log entry 1: log-entry-other");
    assert_eq!(found(|log| log["entries"][1]["statement"] = json!(4)), "log entry 1: statement-absent");
    assert_eq!(found(|log| log["entries"][1]["sequence"] = json!(5)), "log entry 1: log-entry-unproved");
    assert_eq!(found(|log| log["entries"][1]["record"] = json!("{}")), "log entry 1: log-entry-other");
    assert_eq!(found(|log| log["entries"][1]["salt"] = json!("00")), "log entry 1: document-unfit");
    assert_eq!(found(|log| log["entries"][1]["path"] = json!([])), "log entry 1: log-entry-unproved");
    let long = |log: &mut Value| log["entries"][1]["path"] = json!(vec!["00".repeat(32); 66]);
    assert_eq!(found(long), "log entry 1: document-too-much");
    assert_eq!(
        found(|log| log["checkpoint"] = json!("dairy/log\n8\n")),
        "checkpoint of the log: checkpoint-refused"
    );
    assert_eq!(found(|log| log["other"] = json!(1)), "document: document-unfit");
}
