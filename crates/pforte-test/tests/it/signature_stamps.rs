//! An authority outside stamps the times of signatures: what a server gets and keeps, and
//! what the check of a document makes of it.

use crate::cli_kit;
use crate::signature_proof::document;
use crate::signature_stamps_kit::{How, Keys, Kind, P256, P384, RSA, Tsa};
use crate::signing_kit::Plant;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pforte_test::server::{ENGINES, Engine, text};
use pforte_verify::signature::{Expect, Keys as SignatureKeys, Report, Verdict, check};
use pforte_verify::time_stamp::{self, Authority, BadToken, Shown};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// The document of a request once it has so many time stamps.
async fn stamped(plant: &Plant, request: &Value, count: usize) -> Value {
    let mut document = Value::Null;
    for _ in 0..600 {
        document = self::document(plant, request).await;
        if document["timestamps"].as_array().map_or(0, Vec::len) >= count {
            return document;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    unreachable!("{count} time stamps: {document}")
}

/// A request that two have signed.
async fn complete(plant: &Plant) -> Value {
    let asked = plant.ask("4711").await;
    plant.signed(&asked, "operator1").await;
    assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
    asked
}

async fn signature_keys(plant: &Plant) -> String {
    plant.server.call("GET", "/signature-keys").send().await.body.to_string()
}

fn checked(keys: &str, document: &Value, authorities: &[Authority]) -> Report {
    let keys = SignatureKeys::read(keys.as_bytes()).unwrap();
    let expect = Expect { keys: Some(&keys), time_stamp_authorities: authorities, ..Expect::default() };
    check(document.to_string().as_bytes(), &expect)
}

/// How often something was found.
fn told(report: &Report, kind: &str) -> usize {
    report.findings.iter().filter(|finding| finding.what.as_str() == kind).count()
}

#[tokio::test]
async fn signatures_and_endings_are_stamped_and_anybody_who_knows_the_authority_can_check_it() {
    for (engine, kind) in ENGINES.into_iter().zip([RSA, P256]) {
        let keys = Arc::new(Keys::new(kind));
        let tsa = Tsa::start(0, Arc::clone(&keys), How::Well).await;
        let mut plant = Plant::start(engine).await;
        plant.server.restart_with(&keys.config(tsa.address)).await;
        let request = complete(&plant).await;
        let document = stamped(&plant, &request, 3).await;
        let named: Vec<_> =
            document["timestamps"].as_array().unwrap().iter().map(|one| &one["statement"]).collect();
        assert_eq!(named, [&json!(1), &json!(2), &json!(3)], "the opening is named by the others");
        let own = signature_keys(&plant).await;
        let report = checked(&own, &document, &keys.root());
        assert_eq!((report.verdict(), report.stamped), (Verdict::Genuine, 3), "{:?}", report.findings);
        assert_eq!(told(&report, "timestamp"), 3);
        let unknown = checked(&own, &document, &[]);
        assert_eq!((unknown.verdict(), unknown.stamped), (Verdict::Genuine, 0));
        assert_eq!(told(&unknown, "timestamp-unchecked"), 3);
        let foreign = checked(&own, &document, &Keys::new(kind).root());
        assert_eq!((foreign.verdict(), foreign.stamped), (Verdict::Broken, 0));
        assert_eq!(told(&foreign, "timestamp-wrong"), 3);
        let mut moved = document.clone();
        for (nth, statement) in [(0, 2), (1, 1)] {
            moved["timestamps"][nth]["statement"] = json!(statement);
        }
        let moved = checked(&own, &moved, &keys.root());
        assert_eq!(
            (moved.verdict(), moved.stamped, told(&moved, "timestamp-wrong")),
            (Verdict::Broken, 1, 2)
        );
        assert_eq!(tsa.asked(), 3, "each is asked for once");
        on_the_command_line(&keys, &own, &document);
        on_paper(&plant, &request).await;
    }
}

/// The command line checks the same.
fn on_the_command_line(keys: &Keys, own: &str, document: &Value) {
    let cli = cli_kit::Plant::bare();
    cli.write("keys.json", own);
    cli.write("document.json", &document.to_string());
    cli.write("tsa.pem", &String::from_utf8(keys.read("root.pem")).unwrap());
    cli.write("foreign.pem", &String::from_utf8(Keys::new(P256).read("root.pem")).unwrap());
    let verify = "signature verify document.json --keys keys.json";
    let known = cli.run(&format!("{verify} --time-stamp-authority tsa.pem -o json")).done().json();
    assert_eq!((&known["genuine"], &known["stamped"]), (&json!(true), &json!(3)));
    let known = cli.run(&format!("{verify} --time-stamp-authority tsa.pem")).done();
    assert!(
        known.has_line(&["note: time stamp 0:", "an authority stamped its statement at 20"]),
        "{known:?}"
    );
    assert!(known.has_line(&["3 with a time stamp"]), "{known:?}");
    let foreign = cli.run(&format!("{verify} --time-stamp-authority foreign.pem")).no();
    assert!(foreign.has_line(&["time stamp 0:", "not trusted"]), "{foreign:?}");
    cli.run(&format!("{verify} --time-stamp-authority keys.json")).refused("authority-unfit");
    cli.run("signature print document.json --out a.pdf --keys keys.json --time-stamp-authority tsa.pem")
        .done();
}

async fn on_paper(plant: &Plant, request: &Value) {
    let path = format!("/signature-requests/{}/document?form=pdf", text(request, "id"));
    let printed = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, &printed.bytes).unwrap();
    let ran = std::process::Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    let read = String::from_utf8(ran.stdout).unwrap();
    assert!(read.contains("(RFC 3161)"), "{read}");
}

#[tokio::test]
async fn an_answer_that_is_no_time_stamp_of_the_statement_is_not_kept_and_is_asked_for_again() {
    let bad = [How::Garbage, How::Long, How::OtherNonce, How::OtherText, How::Refuses, How::Unavailable];
    futures_util::future::join_all(bad.map(async |how| {
        let keys = Arc::new(Keys::new(P384));
        let tsa = Tsa::start(0, Arc::clone(&keys), how).await;
        let mut plant = Plant::start(Engine::Sqlite).await;
        plant.server.restart_with(&keys.config(tsa.address)).await;
        let request = complete(&plant).await;
        for _ in 0..600 {
            if tsa.asked() >= 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(tsa.asked() >= 2, "{how:?}");
        assert_eq!(document(&plant, &request).await["timestamps"], Value::Null, "{how:?}");
        tsa.set(How::Well);
        let document = stamped(&plant, &request, 3).await;
        let report = checked(&signature_keys(&plant).await, &document, &keys.root());
        assert_eq!((report.verdict(), report.stamped), (Verdict::Genuine, 3), "{how:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_token_of_an_authority_that_is_not_trusted_is_not_kept() {
    let (trusted, other) = (Keys::new(P256), Arc::new(Keys::new(P256)));
    let tsa = Tsa::start(0, other, How::Well).await;
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.server.restart_with(&trusted.config(tsa.address)).await;
    let request = complete(&plant).await;
    for _ in 0..600 {
        if tsa.asked() >= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(tsa.asked() >= 2);
    assert_eq!(document(&plant, &request).await["timestamps"], Value::Null);
}

#[tokio::test]
async fn what_was_signed_while_the_authority_was_away_is_stamped_when_it_is_back_even_after_a_restart() {
    for engine in ENGINES {
        let keys = Arc::new(Keys::new(P256));
        let tsa = Tsa::start(0, Arc::clone(&keys), How::Well).await;
        let (port, config) = (tsa.address.port(), keys.config(tsa.address));
        tsa.stop().await;
        let mut plant = Plant::start(engine).await;
        plant.server.restart_with(&config).await;
        let first = complete(&plant).await;
        plant.server.restart().await;
        let tsa = Tsa::start(port, Arc::clone(&keys), How::Well).await;
        let document = stamped(&plant, &first, 3).await;
        let report = checked(&signature_keys(&plant).await, &document, &keys.root());
        assert_eq!((report.verdict(), report.stamped), (Verdict::Genuine, 3));
        assert_eq!(tsa.asked(), 3);
    }
}

#[tokio::test]
async fn an_authority_that_never_answers_holds_up_nobody() {
    let keys = Keys::new(P256);
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.server.restart_with(&keys.config(silent.local_addr().unwrap())).await;
    let signing = async {
        let request = complete(&plant).await;
        assert_eq!(document(&plant, &request).await["timestamps"], Value::Null);
    };
    tokio::time::timeout(Duration::from_secs(12), signing).await.unwrap();
    // Nor does it hold up the end of the server.
    tokio::time::timeout(Duration::from_secs(10), plant.server.stop()).await.unwrap();
}

const TEXT: &str = "a.b.c";

/// A token for [`TEXT`].
fn token(keys: &Keys) -> Vec<u8> {
    let (question, nonce) = time_stamp::question(TEXT, [0xff; 8]);
    let answer = keys.answer(&question);
    let token = time_stamp::answered(&answer).unwrap().to_vec();
    let shown = time_stamp::check(&token, TEXT, &keys.root()).unwrap();
    assert_eq!(shown.nonce.as_deref(), Some(nonce.as_slice()));
    token
}

/// A token for [`TEXT`] that this certificate signs, whatever it is for.
fn signed_by(keys: &Keys, name: &str, more: &[&str]) -> Result<Shown, BadToken> {
    keys.write("token", &token(keys));
    let take = "cms -verify -noverify -binary -inform DER -in token -out info";
    keys.openssl(&take.split_whitespace().collect::<Vec<_>>());
    let sign = format!(
        "cms -sign -cades -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in info -outform DER \
        -out signed -signer {name}.pem -inkey {name}.key -certfile middle.pem"
    );
    keys.openssl(&[&sign.split_whitespace().collect::<Vec<_>>(), more].concat());
    time_stamp::check(&keys.read("signed"), TEXT, &keys.root())
}

#[test]
fn an_authority_may_sign_in_each_usual_way() {
    for kind in [RSA, P256, P384] {
        let keys = Keys::new(kind);
        token(&keys);
        for digest in ["sha256", "sha384", "sha512"] {
            assert!(signed_by(&keys, "tsa", &["-md", digest]).is_ok(), "{kind:?} {digest}");
            if kind.digest == RSA.digest {
                let pss = ["-md", digest, "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1"];
                assert!(signed_by(&keys, "tsa", &pss).is_ok(), "{digest}");
            }
        }
        assert_eq!(signed_by(&keys, "tsa", &["-md", "sha1"]), Err(BadToken::Algorithm));
    }
}

#[test]
fn a_certificate_that_is_not_for_time_stamps_alone_stamps_nothing() {
    let keys = Keys::new(P256);
    for extensions in ["not-critical", "more", "other", "none"] {
        keys.certificate(extensions, "middle", extensions, P256.key);
        assert_eq!(signed_by(&keys, extensions, &["-md", "sha256"]), Err(BadToken::OtherUse), "{extensions}");
    }
    // One that the root does not stand behind, though it is for time stamps.
    let alone = "req -config openssl.cnf -x509 -new -nodes -days 3 -subj /CN=alone -extensions stamps \
        -keyout alone.key -out alone.pem";
    keys.openssl(&[&alone.split_whitespace().collect::<Vec<_>>(), P256.key].concat());
    let refused = signed_by(&keys, "alone", &["-md", "sha256"]);
    assert!(matches!(refused, Err(BadToken::Untrusted(_))), "{refused:?}");
    // Without its certificate nobody can tell.
    assert_eq!(signed_by(&keys, "tsa", &["-md", "sha256", "-nocerts"]), Err(BadToken::NoCertificate));
}

#[test]
fn no_changed_byte_of_a_token_makes_it_show_anything_else() {
    for kind in [Kind { names_by: "sha256", ..RSA }, P256] {
        let keys = Keys::new(kind);
        let (token, root) = (token(&keys), keys.root());
        let good = time_stamp::check(&token, TEXT, &root);
        assert_eq!(time_stamp::check(&token, "a.b.d", &root), Err(BadToken::OtherText));
        let mut unseen = 0;
        for at in 0..token.len() {
            let mut changed = token.clone();
            changed[at] ^= 1;
            let shown = time_stamp::check(&changed, TEXT, &root);
            assert!(shown.is_err() || shown == good, "{at}");
            unseen += usize::from(shown.is_ok());
            assert!(time_stamp::check(&token[..at], TEXT, &root).is_err(), "{at}");
        }
        // Versions, and the names and certificates that nothing hangs on.
        assert!(unseen < token.len() / 8, "{unseen} of {}", token.len());
    }
}

#[test]
fn whatever_comes_as_an_answer_is_read_without_harm() {
    let keys = Keys::new(P256);
    let answer = keys.answer(&time_stamp::question(TEXT, [0; 8]).0);
    for at in 0..answer.len() {
        let mut changed = answer.clone();
        changed[at] ^= 0x81;
        for bytes in [&changed[..], &answer[..at], &answer[at + 1..]] {
            if let Ok(token) = time_stamp::answered(bytes) {
                let _shown = time_stamp::check(token, TEXT, &keys.root());
            }
        }
    }
    assert_eq!(time_stamp::answered(&[0x30, 5, 0x30, 3, 2, 1, 2]), Err(BadToken::Refused(2)));
    assert_eq!(time_stamp::answered(&vec![0x30; time_stamp::MAX_BYTES + 1]), Err(BadToken::Form));
    assert!(STANDARD.encode(&answer).len() < time_stamp::MAX_BYTES);
}
