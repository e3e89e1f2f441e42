use super::altered::unfound;
use super::genuine::told;
use super::kit::{Plant, Writer, complete, log, log_key, opening};
use crate::signature::xml::{NAMESPACE, Unsigned, Unwritable};
use crate::signature::{Expect, Keys, MAX_BYTES, Report, Verdict, check};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pforte_model::signature::statement::End;
use proptest::prelude::*;

/// A document as XML.
fn as_xml(plant: &Plant, json: &[u8]) -> String {
    let unsigned = Unsigned::new(json, &plant.jwk).unwrap();
    let signature = plant.sign_raw(&unsigned.input());
    unsigned.signed(&signature)
}

/// Checks with the plant's keys.
fn checked(xml: &[u8], plant: &Plant) -> Report {
    let keys = Keys::read(&plant.jwks()).unwrap();
    check(xml, &Expect { keys: Some(&keys), ..Expect::default() })
}

/// A complete request as XML.
fn xml(plant: &Plant) -> String {
    as_xml(plant, &serde_json::to_vec(&complete(plant).document()).unwrap())
}

/// The XML with something else in the place of what stands there.
fn altered(xml: &str, from: &str, to: &str, plant: &Plant) -> Vec<String> {
    assert_eq!(xml.matches(from).count(), 1, "{from}");
    let report = checked(xml.replace(from, to).as_bytes(), plant);
    assert_eq!(report.verdict(), Verdict::Broken, "{from} {to}");
    told(&report)
}

#[test]
fn xml_says_the_same_as_its_json_and_shows_it_in_elements() {
    let plant = Plant::new();
    let mut document = complete(&plant).document();
    document["log"] = log(&complete(&plant).statements);
    let json = serde_json::to_vec_pretty(&document).unwrap();
    let (xml, keys) = (as_xml(&plant, &json), Keys::read(&plant.jwks()).unwrap());
    let expect = Expect { keys: Some(&keys), log_keys: &[log_key()], ..Expect::default() };
    assert_eq!(check(xml.as_bytes(), &expect), check(&json, &expect));
    assert!(
        xml.starts_with(&format!(
            "<signatures xmlns=\"{NAMESPACE}\">\n  <opening>\n    <version>1</version>"
        ))
    );
    for element in [
        "<object>Batch B-17</object>",
        "<printed_name>Person 2</printed_name>",
        "<at>2026-11-23T09:02:00.000000+01:00</at>",
        "<meaning>approved</meaning>",
        "<comment>sieht gut aus ✓</comment>",
        "<end>complete</end>",
    ] {
        assert!(xml.contains(element), "{element} in {xml}");
    }
}

#[test]
fn xml_without_a_trusted_key_is_not_proved_and_tells_its_key() {
    let (plant, other) = (Plant::new(), Plant::new());
    let report = check(xml(&plant).as_bytes(), &Expect::default());
    assert_eq!(
        (report.verdict(), told(&report)),
        (Verdict::Unproven, vec!["document: key-unproven".to_owned()])
    );
    // Another key around genuine statements.
    let json = serde_json::to_vec(&complete(&plant).document()).unwrap();
    let around = as_xml(&other, &json);
    assert_eq!(told(&checked(around.as_bytes(), &plant)), ["XML: key-untrusted"]);
    let report = check(around.as_bytes(), &Expect::default());
    assert_eq!(report.fingerprints, [other.jwk.kid(), plant.jwk.kid()]);
}

#[test]
fn one_flipped_bit_anywhere_in_xml_is_found() {
    let plant = Plant::new();
    let mut small = opening();
    (small.rules.reasons, small.rules.cancel_roles) = (Vec::new(), Vec::new());
    small.rules.steps.truncate(1);
    let mut document = Writer::new(&plant, &small).end(End::Expired).document();
    document.as_object_mut().unwrap().remove("record");
    let xml = as_xml(&plant, &serde_json::to_vec(&document).unwrap());
    let keys = Keys::read(&plant.jwks()).unwrap();
    let expect = Expect { keys: Some(&keys), ..Expect::default() };
    assert_eq!(check(xml.as_bytes(), &expect).verdict(), Verdict::Genuine);
    assert_eq!(unfound(xml.as_bytes(), expect), Vec::<usize>::new());
}

#[test]
fn what_is_shown_is_what_the_document_says_or_it_is_found() {
    let plant = Plant::new();
    let xml = xml(&plant);
    let other = ["XML: xml-other"];
    assert_eq!(altered(&xml, "Person 2</printed_name>", "Person 3</printed_name>", &plant), other);
    assert_eq!(altered(&xml, "  <ending>", "  <!-- --><ending>", &plant), other);
    assert_eq!(altered(&xml, "<signatures xmlns", "<?xml version=\"1.0\"?><signatures xmlns", &plant), other);
    assert_eq!(altered(&xml, "<signatures xmlns", "\u{feff}<signatures xmlns", &plant), other);
    assert_eq!(altered(&xml, "<end>complete</end>", "<end>&#99;omplete</end>", &plant), other);
    assert_eq!(altered(&xml, "\n</signatures>", "\n</signatures>\n", &plant), other);
    assert_eq!(altered(&xml, "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha512", &plant), other);
    assert_eq!(altered(&xml, plant.jwk.kid(), Plant::new().jwk.kid(), &plant), other);
    // Signed by the plant, but showing something else: its body is of another document.
    let shown = xml.split_once("  <document>").unwrap().0;
    let other_document =
        as_xml(&plant, &serde_json::to_vec(&Writer::new(&plant, &opening()).document()).unwrap());
    let hidden = other_document.split_once("  <document>").unwrap().1;
    let mixed = format!("{shown}  <document>{hidden}");
    assert_eq!(told(&checked(mixed.as_bytes(), &plant)), ["XML: xml-other", "document: request-running"]);
}

#[test]
fn a_signature_of_other_xml_does_not_fit() {
    let plant = Plant::new();
    let value = |xml: &str| xml.split("SignatureValue>").nth(1).unwrap().trim_end_matches("</").to_owned();
    let json = serde_json::to_vec(&Writer::new(&plant, &opening()).document()).unwrap();
    let xml = xml(&plant);
    assert_eq!(altered(&xml, &value(&xml), &value(&as_xml(&plant, &json)), &plant), ["XML: signature-wrong"]);
    assert_eq!(altered(&xml, &value(&xml), &STANDARD.encode([0; 64]), &plant), ["XML: signature-wrong"]);
}

#[test]
fn what_is_no_xml_of_a_server_is_refused() {
    let plant = Plant::new();
    let unfit = ["XML: xml-unfit"];
    let xml = xml(&plant);
    for bytes in
        ["<", "<signatures/>", " \n<a>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "\u{feff}<a/>"]
    {
        assert_eq!(told(&checked(bytes.as_bytes(), &plant)), unfit, "{bytes}");
    }
    assert_eq!(told(&checked(b"<\xff", &plant)), unfit);
    assert_eq!(altered(&xml, "<KeyName>", "<KeyName >", &plant), unfit);
    let value = xml.split("SignatureValue>").nth(1).unwrap().trim_end_matches("</");
    assert_eq!(altered(&xml, value, value.get(4..).unwrap(), &plant), unfit);
    let long = ["<", &" ".repeat(MAX_BYTES)].concat();
    assert_eq!(told(&checked(long.as_bytes(), &plant)), ["document: document-too-long"]);
    assert_eq!(Unsigned::new(b"{}", &plant.jwk).map(|_| ()), Ok(()));
    assert!(std::error::Error::source(&Unwritable).is_none());
}

#[test]
fn a_fault_of_the_json_inside_is_told_beside_those_of_the_xml() {
    let (plant, other) = (Plant::new(), Plant::new());
    let mut document = complete(&plant).document();
    document["statements"].as_array_mut().unwrap().remove(1);
    let xml = as_xml(&other, &serde_json::to_vec(&document).unwrap());
    let found = told(&checked(xml.as_bytes(), &plant));
    for fault in ["XML: key-untrusted", "statement 1: previous-other", "statement 2: signature-missing"] {
        assert!(found.contains(&fault.to_owned()), "{found:?}");
    }
    let xml = as_xml(&plant, b"not JSON");
    assert_eq!(told(&checked(xml.as_bytes(), &plant)), ["document: document-not-json"]);
}

/// Texts with what is special to XML, to its readers, or to people.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("]]>".to_owned()),
        Just("</document>\n  ".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("&amp;&#0;".to_owned()),
        Just("\r\n\t ".to_owned()),
        Just("\u{fffe}\u{ffff}\u{0}\u{1b}".to_owned()),
        Just("\u{85}\u{2028}\u{feff}\u{1f600}".to_owned()),
        "\\PC{0,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_written_in_characters_of_xml_and_found_genuine(text in hostile(), key in hostile()) {
        let plant = Plant::new();
        let mut asked = opening();
        (asked.object, asked.key) = (text.clone(), key);
        let document = Writer::new(&plant, &asked).sign(1).sign(2).end(End::Complete).document();
        let xml = as_xml(&plant, &serde_json::to_vec(&document).unwrap());
        let report = checked(xml.as_bytes(), &plant);
        prop_assert_eq!(report.verdict(), Verdict::Genuine, "{:?}", report.findings);
        prop_assert_eq!(report.opening.map(|opening| opening.object), Some(text));
        let fits = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        prop_assert!(xml.chars().all(fits));
        prop_assert!(!xml.contains("]]>") && !xml.contains("<!"));
    }

    #[test]
    fn any_other_byte_in_the_xml_of_a_complete_request_is_found(at in any::<prop::sample::Index>(), flip in 1..=u8::MAX) {
        let plant = Plant::new();
        let mut bytes = xml(&plant).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert_eq!(checked(&bytes, &plant).verdict(), Verdict::Broken);
        prop_assert_eq!(checked(&bytes[..at], &plant).verdict(), Verdict::Broken);
    }
}
