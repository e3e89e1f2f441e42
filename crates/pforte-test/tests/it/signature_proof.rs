//! The documents of a real server, checked without it.

use crate::signing_kit::Plant;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use pforte_verify::signature::{Expect, Keys, Report, Verdict, check};
use serde_json::{Value, json};
use std::time::Duration;

/// The document of a request as its application gets it.
pub(crate) async fn document(plant: &Plant, request: &Value) -> Value {
    let path = format!("/signature-requests/{}/document", text(request, "id"));
    let answer = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// Checks with what the plant tells everybody of its keys.
async fn checked(plant: &Plant, document: &Value) -> Report {
    let keys = plant.server.call("GET", "/signature-keys").send().await.body;
    let keys = Keys::read(keys.to_string().as_bytes()).unwrap();
    let log = plant.server.admin("GET", "/log/checkpoint").send().await.text("key").parse().unwrap();
    let expect = Expect { keys: Some(&keys), log_keys: &[log], ..Expect::default() };
    check(document.to_string().as_bytes(), &expect)
}

/// The document is genuine and wholly in the log; gives what is remarked.
pub(crate) async fn genuine(plant: &Plant, request: &Value, state: &str) -> Vec<&'static str> {
    let report = checked(plant, &document(plant, request).await).await;
    assert_eq!(report.verdict(), Verdict::Genuine, "{state}: {:?}", report.findings);
    assert_eq!(report.state.map(pforte_model::signature::life::State::as_str), Some(state));
    assert_eq!((report.logged, report.records), (report.statements, 1), "{state}");
    report.findings.iter().map(|finding| finding.what.as_str()).collect()
}

/// Ends a request by somebody; `how` is `refusal` or `cancellation`.
async fn ended(plant: &Plant, request: &Value, user: &str, how: &str) {
    let path = format!("/signature-requests/{}/{how}", text(request, "id"));
    let mut body =
        json!({ "directory": "local", "user": user, "password": PASSWORD, "reason": "the seal is broken" });
    if how == "refusal" {
        body["opening"] = request["opening"].clone();
    }
    let answer = plant.server.call("POST", &path).json(&body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn every_life_of_a_request_gives_a_genuine_document() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("open").await;
        assert_eq!(genuine(&plant, &asked, "open").await, ["request-running"]);
        plant.signed(&asked, "operator1").await;
        assert_eq!(genuine(&plant, &asked, "checking").await, ["request-running"]);
        plant.signed(&asked, "quality1").await;
        assert_eq!(genuine(&plant, &asked, "complete").await, [""; 0]);
        let asked = plant.ask("refused").await;
        plant.signed(&asked, "operator1").await;
        ended(&plant, &asked, "quality2", "refusal").await;
        assert_eq!(genuine(&plant, &asked, "refused").await, [""; 0]);
        let asked = plant.ask("cancelled").await;
        ended(&plant, &asked, "lead1", "cancellation").await;
        assert_eq!(genuine(&plant, &asked, "cancelled").await, [""; 0]);
        let asked = plant.ask("withdrawn").await;
        let path = format!("/signature-requests/{}/cancellation", text(&asked, "id"));
        let why = json!({ "reason": "the batch is gone" });
        assert_eq!(plant.server.call("POST", &path).bearer(&plant.batch).json(&why).await.status, 200);
        assert_eq!(genuine(&plant, &asked, "cancelled").await, [""; 0]);
    }
}

#[tokio::test]
async fn a_request_that_expired_while_the_clock_was_set_back_gives_a_genuine_document() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    plant.signed(&asked, "operator1").await;
    plant.server.hands().shift_wall(-3_600_000_000);
    plant.server.hands().advance(Duration::from_secs(601));
    let mut state = json!(null);
    for _ in 0..300 {
        state = plant.read(&asked).await["state"].clone();
        if state == "expired" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(state, "expired");
    assert_eq!(genuine(&plant, &asked, "expired").await, ["clock-back", "ended-early"]);
}

#[tokio::test]
async fn a_genuine_signature_put_into_the_document_of_another_request_is_found() {
    let plant = Plant::start(Engine::Sqlite).await;
    let (signed, wanted) = (plant.ask("signed").await, plant.ask("wanted").await);
    plant.signed(&signed, "operator1").await;
    plant.signed(&signed, "quality1").await;
    let (from, mut into) = (document(&plant, &signed).await, document(&plant, &wanted).await);
    let copied = from["statements"].as_array().unwrap().iter().skip(1).cloned();
    into["statements"].as_array_mut().unwrap().extend(copied);
    let report = checked(&plant, &into).await;
    assert_eq!(report.verdict(), Verdict::Broken);
    let told = |kind: &str| report.findings.iter().filter(|finding| finding.what.as_str() == kind).count();
    assert_eq!((told("request-other"), told("opening-other"), told("previous-other")), (3, 3, 1));
    assert!(report.signatures.iter().all(|shown| !shown.good));
}

/// What a program says of a file.
fn told(program: &str, arguments: &[&str]) -> String {
    let ran = std::process::Command::new(program).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[tokio::test]
async fn paper_shows_name_time_and_meaning_and_holds_the_document_that_proves_it() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("4711").await;
    plant.signed(&asked, "operator1").await;
    plant.signed(&asked, "quality1").await;
    let path = format!("/signature-requests/{}/document?form=pdf&language=de", text(&asked, "id"));
    let printed = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
    assert_eq!(
        (printed.status, &printed.headers["content-type"]),
        (200, &"application/pdf".parse().unwrap()),
        "{printed:?}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, &printed.bytes).unwrap();
    let (file, into) = (file.to_str().unwrap(), folder.path().to_str().unwrap());
    // 21 CFR Part 11, 11.50 (a): the printed name, date and time, the meaning.
    let read = told("pdftotext", &["-layout", file, "-"]);
    let shown = plant.read(&asked).await;
    for signature in shown["signatures"].as_array().unwrap() {
        assert!(read.contains(signature["person"]["name"].as_str().unwrap()), "{read}");
        let at = signature["at"].as_str().unwrap().split_once('.').unwrap().0;
        assert!(read.contains(&at.replace('T', " ")), "{at}: {read}");
    }
    for word in
        ["ausgeführt", "genehmigt", "Unverändert", "Batch 4711", "in order", "operator1 (", "\"fat\": 3.5"]
    {
        assert!(read.contains(word), "{word}: {read}");
    }
    told("pdfdetach", &["-saveall", "-o", into, file]);
    let inside = std::fs::read(folder.path().join("signatures.json")).unwrap();
    let report = checked(&plant, &serde_json::from_slice(&inside).unwrap()).await;
    assert_eq!((report.verdict(), report.signatures.len()), (Verdict::Genuine, 2));
}

#[tokio::test]
async fn paper_of_what_was_changed_in_the_database_says_so() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("4711").await;
    plant.signed(&asked, "operator1").await;
    let database = rusqlite::Connection::open(plant.server.data().join("pforte.db")).unwrap();
    let altered =
        "UPDATE signature_record_parts SET bytes = CAST(replace(CAST(bytes AS TEXT), '3.5', '3.6') AS BLOB)";
    assert_eq!(database.execute(altered, []).unwrap(), 1);
    let report = checked(&plant, &document(&plant, &asked).await).await;
    assert_eq!(report.verdict(), Verdict::Broken, "one byte of the record");
    let path = format!("/signature-requests/{}/document?form=pdf", text(&asked, "id"));
    let printed = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, &printed.bytes).unwrap();
    let read = told("pdftotext", &[file.to_str().unwrap(), "-"]);
    assert!(read.contains("CHANGED SINCE IT WAS SIGNED"), "{read}");
}
