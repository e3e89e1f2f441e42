//! A document of signatures, checked by the command line without any server.

use crate::cli_kit::Plant;
use crate::signature_kit::{RECORD, SignatureKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const VERIFY: &str = "signature verify document.json --keys keys.json";

/// A folder with a genuine document and the keys.
fn plant() -> (Plant, SignatureKey) {
    let (plant, key) = (Plant::bare(), SignatureKey::fresh());
    plant.write("keys.json", &key.jwks());
    plant.write("document.json", &key.document().to_string());
    plant.write("record.json", RECORD);
    (plant, key)
}

#[test]
fn a_genuine_document_ends_with_0_and_tells_who_signed_what() {
    let (plant, key) = plant();
    let told = plant.run(&format!("{VERIFY} --record record.json")).done();
    assert!(told.has_line(&["object", "Batch B-17"]) && told.has_line(&["state", "complete"]), "{told:?}");
    let signature = [
        "2026-11-23T09:01:00.000000+01:00",
        "Jana Müller",
        "PLANT\\jana",
        "released",
        "ohne Befund ✓",
        "yes",
    ];
    assert!(told.has_line(&signature) && told.has_line(&["genuine: 1 good signatures"]), "{told:?}");
    assert!(told.has_line(&["key", key.jwk.kid()]), "{told:?}");
    let report = plant.run(&format!("{VERIFY} -o json")).done().json();
    assert_eq!((&report["genuine"], &report["findings"]), (&json!(true), &json!([])));
    assert_eq!(report["signatures"][0]["signing"]["signer"]["login"], "jana");
    assert_eq!((&report["state"], &report["records"]), (&json!("complete"), &json!(1)));
}

#[test]
fn without_keys_it_ends_with_1_and_shows_the_fingerprint_to_compare() {
    let (plant, key) = plant();
    let told = plant.run("signature verify document.json").no();
    assert!(told.has_line(&["NOT PROVEN, but whole"]) && told.has_line(&[key.jwk.kid()]), "{told:?}");
    let report = plant.run("signature verify document.json -o json").no().json();
    assert_eq!((&report["verdict"], &report["genuine"]), (&json!("unproven"), &json!(false)));
    assert_eq!(report["fingerprints"], json!([key.jwk.kid()]));
}

#[test]
fn xml_is_known_by_what_it_holds_and_every_change_of_it_is_told() {
    let (plant, key) = plant();
    let xml = key.xml(&key.document());
    plant.write("document.json", &xml);
    let told = plant.run(&format!("{VERIFY} --record record.json")).done();
    assert!(told.has_line(&["genuine: 1 good signatures"]), "{told:?}");
    plant.write("document.json", &xml.replace("<printed_name>Jana", "<printed_name>Jane"));
    let told = plant.run(VERIFY).no();
    assert!(told.has_line(&["XML:", "something else"]) && told.has_line(&["NOT GENUINE"]), "{told:?}");
    let report = plant.run(&format!("{VERIFY} -o json")).no().json();
    assert_eq!(
        (&report["findings"][0]["kind"], &report["findings"][0]["place"]),
        (&json!("xml-other"), &json!("XML"))
    );
}

#[test]
fn keys_of_another_plant_end_with_1() {
    let (plant, _) = plant();
    plant.write("keys.json", &SignatureKey::fresh().jwks());
    let told = plant.run(VERIFY).no();
    assert!(told.has_line(&["statement 1:", "not trusted"]) && told.has_line(&["NOT GENUINE"]), "{told:?}");
    assert!(told.has_line(&["state", "complete, as the document says"]), "{told:?}");
}

#[test]
fn a_changed_record_shows_as_unsigned_in_the_document_and_beside_it() {
    let (plant, key) = plant();
    plant.write("record.json", &RECORD.replace("0.97", "0.98"));
    let told = plant.run(&format!("{VERIFY} --record record.json")).no();
    assert!(told.has_line(&["record beside the document", "unsigned"]), "{told:?}");
    let mut document = key.document();
    document["record"] = STANDARD.encode(RECORD.replace("0.97", "0.98")).into();
    plant.write("document.json", &document.to_string());
    let report = plant.run(&format!("{VERIFY} -o json")).no().json();
    assert_eq!(report["findings"][0]["kind"], "record-altered");
}

#[test]
fn a_statement_that_was_taken_out_is_named() {
    let (plant, key) = plant();
    let mut document = key.document();
    document["statements"].as_array_mut().unwrap().remove(1);
    plant.write("document.json", &document.to_string());
    let report = plant.run(&format!("{VERIFY} -o json")).no().json();
    let findings = report["findings"].as_array().unwrap();
    let previous = findings.iter().find(|finding| finding["kind"] == "previous-other").unwrap();
    assert_eq!((&previous["statement"], &previous["field"]), (&json!(1), &json!("previous")));
    assert!(findings.iter().any(|finding| finding["kind"] == "signature-missing"), "{report}");
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused_with_a_cure() {
    let (plant, _) = plant();
    plant.run("signature verify nowhere.json --keys keys.json").refused("file-failed");
    plant.run("signature verify document.json --keys record.json").refused("key-unfit");
    plant.run(&format!("{VERIFY} --log-key record.json")).refused("key-unfit");
    plant.run(&format!("{VERIFY} --record nowhere.json")).refused("file-failed");
    let told = plant.run("signature verify record.json --keys keys.json").no();
    assert!(told.has_line(&["pforte-signatures/1"]) && told.has_line(&["NOT GENUINE"]), "{told:?}");
    assert_eq!(plant.run("signature verify").code, 2);
}

#[test]
fn a_document_is_printed_without_a_server_and_says_whether_it_is_whole() {
    let (plant, key) = plant();
    let print = "signature print document.json --out paper.pdf --keys keys.json --language de";
    let read = |of: &str| {
        let paper = plant.path(of);
        let ran = std::process::Command::new("pdftotext").arg(paper).arg("-").output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    plant.run(print).done();
    let text = read("paper.pdf");
    assert!(text.contains("Jana Müller") && text.contains("Unverändert"), "{text}");
    let mut document = key.document();
    document["record"] = json!(STANDARD.encode(b"{}"));
    plant.write("document.json", &document.to_string());
    plant.run(print).done();
    assert!(read("paper.pdf").contains("GEÄNDERT"), "{}", read("paper.pdf"));
    plant.write("document.json", "{}");
    let refused = plant.run(print);
    assert!(refused.code == 1 && refused.err.contains("not-printed"), "{refused:?}");
}
