//! Documents as XML, beside another implementation of XML Signature: `xmlsec1`.

use crate::signature_kit::{RECORD, SignatureKey, hash, opening};
use crate::signing_kit::Plant;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pforte_model::signature::jws::Jwk;
use pforte_test::server::{ENGINES, Engine, text};
use pforte_verify::signature::{Expect, Keys, Verdict, check};
use serde_json::{Value, json};
use std::process::Command;

/// What stands before the point in a `SubjectPublicKeyInfo` of P-256.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Whether `xmlsec1` finds the signature good with this key and no other one.
fn outside(xml: &str, key: &Jwk) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (document, pem) = (folder.path().join("document.xml"), folder.path().join("key.pem"));
    let der = STANDARD.encode([&SPKI[..], key.point()].concat());
    std::fs::write(&document, xml).unwrap();
    std::fs::write(&pem, format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")).unwrap();
    let ended = Command::new("xmlsec1")
        .args(["--verify", "--pubkey-pem"])
        .args([&pem, &document])
        .output()
        .unwrap_or_else(|error| unreachable!("xmlsec1 is needed on the PATH: {error}"));
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    let ok = told.lines().any(|line| line == "OK");
    assert_eq!(ended.status.success(), ok, "{told}");
    ok
}

fn genuine(xml: &str, key: &SignatureKey) -> bool {
    let keys = Keys::read(key.jwks().as_bytes()).unwrap();
    let report = check(xml.as_bytes(), &Expect { keys: Some(&keys), ..Expect::default() });
    report.verdict() == Verdict::Genuine
}

#[test]
fn another_implementation_accepts_our_xml_and_refuses_it_altered() {
    let key = SignatureKey::fresh();
    let xml = key.xml(&key.document());
    assert!(outside(&xml, &key.jwk) && genuine(&xml, &key), "{xml}");
    let document = xml.split("<document>").nth(1).unwrap();
    let alterations = [
        ("Jana Müller</printed_name>", "Jane Müller</printed_name>".to_owned()),
        ("\n  <ending>", " <ending>".to_owned()),
        ("<meaning>released</meaning>\n    <signer>", "<meaning>approved</meaning>\n    <signer>".to_owned()),
        (document.get(..8).unwrap(), "AAAAAAAA".to_owned()),
        ("<comment>ohne", "<comment a=\"\">ohne".to_owned()),
        (
            "xml-exc-c14n#\"></CanonicalizationMethod>",
            "xml-exc-c14n#WithComments\"></CanonicalizationMethod>".to_owned(),
        ),
    ];
    for (from, to) in alterations {
        assert_eq!(xml.matches(from).count(), 1, "{from}");
        let altered = xml.replace(from, &to);
        assert!(!outside(&altered, &key.jwk) && !genuine(&altered, &key), "{to}");
    }
    assert!(!outside(&xml, &SignatureKey::fresh().jwk));
}

#[test]
fn another_implementation_reads_every_text_as_it_was_or_written_out() {
    let key = SignatureKey::fresh();
    let mut asked = opening();
    let texts = [
        ("object", "]]></object><object>&amp;&#0;<![CDATA[", "]]></object><object>&amp;&#0;<![CDATA["),
        ("description", "one\r\ntwo\rthree\n\tfour ", "one\r\ntwo\rthree\n\tfour "),
        ("outcome", "\u{0}\u{b}\u{fffe}\u{ffff}\u{fffd}", "\\u{0}\\u{b}\\u{fffe}\\u{ffff}\u{fffd}"),
        ("plant", "\u{85}\u{2028}\u{feff}\u{10ffff}\u{d7ff}😀", "\u{85}\u{2028}\u{feff}\u{10ffff}\u{d7ff}😀"),
    ];
    for (field, written, _) in texts {
        asked[field] = json!(written);
    }
    let xml = key.xml(&key.document_of(&asked, RECORD));
    assert!(outside(&xml, &key.jwk) && genuine(&xml, &key), "{xml}");
    for (field, _, shown) in texts {
        assert_eq!(read(&xml, field), shown);
    }
}

/// What another reader of XML finds in a field of the opening.
fn read(xml: &str, field: &str) -> String {
    const SCRIPT: &str = "import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.argv[1].encode())
name = '{urn:pforte:signatures:1}'
sys.stdout.buffer.write(root.find(name + 'opening').find(name + sys.argv[2]).text.encode())";
    let ended = Command::new("python3").args(["-c", SCRIPT, xml, field]).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn another_implementation_accepts_the_longest_record_that_a_document_holds() {
    let key = SignatureKey::fresh();
    let record = "x".repeat(16 * 1024 * 1024);
    let mut asked = opening();
    asked["record"] = json!({ "sha256": hash(&record), "bytes": record.len(), "media_type": "text/plain", "form": "bytes" });
    let xml = key.xml(&key.document_of(&asked, &record));
    assert!(outside(&xml, &key.jwk) && genuine(&xml, &key));
}

/// What a request's application gets as its document.
async fn fetched(plant: &Plant, request: &Value, form: &str) -> pforte_test::http::Answer {
    let path = format!("/signature-requests/{}/document{form}", text(request, "id"));
    plant.server.call("GET", &path).bearer(&plant.batch).send().await
}

#[tokio::test]
async fn the_xml_of_a_server_is_genuine_to_us_and_to_another_implementation() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("1 < 2 & \u{fffe}").await;
        plant.signed(&asked, "operator1").await;
        plant.signed(&asked, "quality1").await;
        let answer = fetched(&plant, &asked, "?form=xml").await;
        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (200, &"application/xml".parse().unwrap())
        );
        let xml = answer.body.as_str().unwrap();
        let keys = plant.server.call("GET", "/signature-keys").send().await.body;
        let key: Jwk = serde_json::from_value(keys["keys"][0].clone()).unwrap();
        assert!(outside(xml, &key));
        let log = plant.server.admin("GET", "/log/checkpoint").send().await.text("key").parse().unwrap();
        let keys = Keys::read(keys.to_string().as_bytes()).unwrap();
        let report =
            check(xml.as_bytes(), &Expect { keys: Some(&keys), log_keys: &[log], ..Expect::default() });
        assert_eq!((report.verdict(), &report.findings), (Verdict::Genuine, &Vec::new()));
        assert_eq!((report.statements, report.logged, report.records), (4, 4, 1));
        assert!(xml.contains("<object>Batch 1 &lt; 2 &amp; \\u{fffe}</object>"), "{xml}");
    }
}

#[tokio::test]
async fn a_form_that_is_none_is_refused_and_json_is_told_if_none_is_asked_for() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let json = fetched(&plant, &asked, "?form=json").await;
    assert_eq!((json.status, &json.body), (200, &fetched(&plant, &asked, "").await.body));
    for form in ["?form=", "?form=XML", "?form=xml&form=json", "?form=doc"] {
        let refused = fetched(&plant, &asked, form).await;
        assert_eq!(refused.status / 100, 4, "{form}: {refused:?}");
        assert!(!refused.code().is_empty());
    }
}
