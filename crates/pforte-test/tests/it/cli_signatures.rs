//! Signatures over the command line: policies, requests, signing, documents.

use crate::cli_kit::{Plant, Told};
use crate::signing_kit;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write as _;
use std::time::Duration;

const POLICY: &str = "signature policy create Release --action batch/release --area dairy \
    --step performed:Operator --step approved:Quality --ordered yes --comment forced --valid 600 \
    --cancel-role Shift~lead";

const ASK: &str = "--action batch/release --area dairy/line2 --object Batch~4711";

/// A plant in which the operator jana and kim of quality release batches.
async fn dairy(engine: Engine) -> Plant {
    let plant = Plant::on(engine).await;
    plant.add("area add dairy/line2");
    let made = plant.admin("application add batch --name Batch --area dairy -o json").done().json();
    let credential = text(&made, "credential");
    plant.secret(&credential);
    plant.write("batch", &credential);
    let rights = json!({ "rights": [{ "action": "release", "names": { "en": "Release" } }] });
    plant.write("rights.json", &rights.to_string());
    plant.admin("application rights batch rights.json").done();
    for (role, user) in [("Operator", "jana"), ("Quality", "kim"), ("Shift~lead", "lee")] {
        plant.add(&format!("role add {role} --right batch/release"));
        plant.user(user);
        plant.add(&format!("assign add {role} --user {user} --area dairy"));
    }
    plant
}

/// The same with the policy of releases.
async fn released(engine: Engine) -> Plant {
    let plant = dairy(engine).await;
    plant.admin(POLICY).done();
    plant
}

/// The application asks.
fn ask(plant: &Plant, words: &str) -> Told {
    plant.stranger(&format!("signature request ask {words} --token-file batch"))
}

/// The application asks for a release; gives what it is told.
fn asked(plant: &Plant, key: &str) -> Value {
    ask(plant, &format!("{key} {ASK} -o json")).done().json()
}

/// The page of a request, which also opens it to who has no session.
fn page(request: &Value) -> String {
    text(request, "page")
}

/// Somebody signs without being logged on.
fn sign(plant: &Plant, request: &Value, user: &str, more: &str) -> Told {
    let words = format!("signature sign {} --user {user} --directory local --acknowledge", page(request));
    plant.stranger(&format!("{words} --comment in~order --password-file password {more}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_released_and_the_document_is_checked_by_the_keys_that_were_kept() {
    for engine in ENGINES {
        let plant = released(engine).await;
        plant.write("batch.json", r#"{ "pH": 6.70, "batch": "4711" }"#);
        let words = format!("1 {ASK} --json batch.json --change status held released --outcome released");
        let request = ask(&plant, &format!("{words} -o json")).done().json();
        assert_eq!(request["changes"], json!([{ "what": "status", "old": "held", "new": "released" }]));
        plant.login("jana", "password");
        let waiting = plant.as_user("jana", "signature waiting").done();
        assert!(waiting.has_line(&["Batch 4711", "batch/release", "performed"]), "{waiting:?}");
        sign(&plant, &request, "kim", "").refused_after("signature-not-due");
        let signed = sign(&plant, &request, "jana", "").done();
        assert!(
            signed.has_line(&["change", "status: held to released"]),
            "what is signed is shown: {signed:?}"
        );
        assert!(signed.out.contains("The record:\n  {\"batch\":\"4711\",\"pH\":6.7}\n"), "{signed:?}");
        assert!(signed.has_line(&["checking", "1 × approved: Quality"]), "{signed:?}");
        let both = sign(&plant, &request, "kim", "-o json").done().json();
        assert_eq!((&both["signed"][0]["state"], &both["hindered"]), (&json!("complete"), &json!([])));
        let id = text(&request, "id");
        let told = plant.stranger(&format!("signature request wait {id} --token-file batch")).done();
        assert!(told.has_line(&["2", "kim", "local\\kim", "approved", "Quality", "in order"]), "{told:?}");
        plant.stranger("signature keys --out keys.json").done();
        let keys = plant.stranger("signature keys -o json").done().json();
        let kid = keys["keys"][0]["kid"].as_str().unwrap().to_owned();
        assert!(plant.stranger("signature keys").done().has_line(&[&kid, "ES256", "P-256"]));
        plant.admin(&format!("signature document {id} --out document.json")).done();
        plant.admin(&format!("signature record {id} --out record")).done();
        assert_eq!(fs::read_to_string(plant.path("record")).unwrap(), r#"{"batch":"4711","pH":6.7}"#);
        let good = plant.run("signature verify document.json --keys keys.json --record record").done();
        assert!(good.has_line(&["genuine: 2 good signatures"]) && good.has_line(&[&kid]), "{good:?}");
        let printed = plant.admin(&format!("signature document {id}")).done();
        assert_eq!(printed.json()["format"], "pforte-signatures/1");
        plant.admin(&format!("signature document {id} --form pdf --language de --out paper.pdf")).done();
        assert!(fs::read(plant.path("paper.pdf")).unwrap().starts_with(b"%PDF-"));
        plant.write("record", "{}");
        plant.run("signature verify document.json --keys keys.json --record record").no();
    }
}

impl Told {
    /// It was refused with this code after it had shown what is to be signed.
    fn refused_after(mut self, code: &str) -> Self {
        assert!(self.out.contains("Batch 4711"), "{self:?}");
        self.out.clear();
        self.refused(code)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_made_changed_and_taken_out_of_use_and_its_versions_stay() {
    let plant = dairy(Engine::Sqlite).await;
    let made = plant.admin(POLICY).done();
    for line in [
        ["step", "1 × performed: Operator"],
        ["step", "1 × approved: Quality"],
        ["in order", "yes"],
        ["comment", "forced"],
        ["valid for", "600 s"],
        ["may cancel", "Shift lead"],
    ] {
        assert!(made.has_line(&line), "{line:?}: {made:?}");
    }
    plant.admin(POLICY).refused("policy-conflict");
    let changed = plant
        .admin("signature policy change release --name Releases --step approved:2:Quality,Shift~lead --valid 0 -o json")
        .done()
        .json();
    assert_eq!((&changed["name"], &changed["comment"]), (&json!("Releases"), &json!("forced")));
    assert_eq!((changed.get("valid_seconds"), &changed["steps"][0]["count"]), (None, &json!(2)));
    assert_eq!(changed["steps"][0]["roles"].as_array().unwrap().len(), 2);
    let listed = plant.admin("signature policy list").done();
    assert!(
        listed.has_line(&["Releases", "batch/release", "2 × approved: Quality, Shift lead"]),
        "{listed:?}"
    );
    let id = text(&changed, "id");
    assert_eq!(plant.admin("signature policy delete Releases").done().out, "Taken out of use.\n");
    plant.admin("signature policy show Releases").refused("not-found");
    let history = plant.admin(&format!("signature policy history {id}")).done();
    assert!(history.has_line(&["2", "chief", "Releases"]) && history.has_line(&["1", "chief", "Release"]));
    let versions = plant.admin(&format!("signature policy history {id} -o json")).done().list();
    assert_eq!(versions.len(), 2);
    plant.login("jana", "password");
    plant.as_user("jana", "signature policy list").refused("not-allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_read_of_a_file_with_roles_by_their_names_and_options_over_it() {
    let plant = dairy(Engine::Sqlite).await;
    let file = json!({
        "name": "From a file", "actions": ["batch/release"], "areas": ["dairy"],
        "steps": [{ "roles": ["operator"], "count": 1, "meaning": "performed" }],
        "reason": "forced", "reasons": ["Routine", "Correction"], "cancel_roles": ["Quality"],
    });
    plant.write("policy.json", &file.to_string());
    let made = plant.admin("signature policy create --file policy.json --comment none -o json").done().json();
    assert_eq!((&made["name"], &made["comment"]), (&json!("From a file"), &json!("none")));
    assert_eq!(made["steps"][0]["roles"][0]["name"], "Operator");
    assert_eq!((&made["one_person_once"], &made["warnings"]), (&json!(true), &json!([])));
    let mut other = file;
    other["steps"][0]["roles"] = json!(["Quality"]);
    other["name"] = json!("Changed by a file");
    plant.write("policy.json", &other.to_string());
    let changed = plant.admin("signature policy change From~a~file --file policy.json -o json").done().json();
    assert_eq!((&changed["version"], &changed["name"]), (&json!(2), &json!("Changed by a file")));
    assert_eq!(
        (&changed["steps"][0]["roles"][0]["name"], &changed["comment"]),
        (&json!("Quality"), &json!("optional"))
    );
    plant.write("policy.json", r#"{"name":"x","colour":"red"}"#);
    plant.admin("signature policy create --file policy.json").refused("file-not-understood");
    plant.admin("signature policy create --file none.json").refused("file-failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_policy_names_must_be_there() {
    let plant = dairy(Engine::Sqlite).await;
    let with = |words: &str| plant.admin(&format!("signature policy create P {words}"));
    let nobody = "018bcfe5-6800-7fff-bfff-ffffffffffff";
    let scope = "--action batch/release --area dairy";
    with(&format!("{scope} --step approved:Baker")).refused("not-found");
    with(&format!("{scope} --step approved:{nobody}")).refused("not-found");
    with(&format!("{scope} --step approved:Quality --cancel-role Baker")).refused("not-found");
    with("--action batch/none --area dairy --step approved:Quality").refused("right-unknown");
    with("--action batch/release --area bakery --step approved:Quality").refused("area-unknown");
    with(scope).refused("value-invalid");
    with(&format!("{scope} --step approved:0:Quality")).refused("value-invalid");
    with(&format!("{scope} --step approved:Quality --valid 4000000000")).refused("value-invalid");
    assert_eq!(plant.admin("signature policy list -o json").done().json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_nobody_can_fulfil_is_made_and_its_warning_is_told() {
    let plant = dairy(Engine::Sqlite).await;
    plant.add("role add Baker --right batch/release");
    let scope = "--action batch/release --area dairy";
    let made = plant.admin(&format!("signature policy create P {scope} --step approved:Baker")).done();
    assert!(made.has_line(&["warning", "nobody-can-sign: "]), "{made:?}");
    let changed = plant.admin("signature policy change P --step approved:2:Quality").done();
    assert!(changed.has_line(&["warning", "too-few-can-sign: "]), "{changed:?}");
    let told = plant.admin("signature policy show P -o json").done().json();
    assert_eq!(
        (&told["warnings"][0]["code"], &told["warnings"][0]["step"]),
        (&json!("too-few-can-sign"), &json!(0))
    );
    assert!(plant.admin("signature policy list").done().has_line(&["P", "too-few-can-sign"]));
    let mended =
        plant.admin("signature policy change P --step approved:Quality --cancel-role Quality").done();
    assert!(!mended.out.contains("warning"), "{mended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_refused_with_the_servers_code_and_the_password_comes_from_no_argument() {
    let plant = released(Engine::Sqlite).await;
    let request = asked(&plant, "1");
    plant.write("wrong", "not the password");
    let to_sign = format!("signature sign {} --user jana {}", page(&request), plant.way());
    plant.run(&format!("{to_sign} --comment x --password-file wrong")).refused_after("credentials-refused");
    plant
        .run(&format!("{to_sign} --comment x --password-file password"))
        .refused_after("acknowledgement-needed");
    let both = format!("{to_sign} --acknowledge --password-stdin");
    plant.run_with(&both, &format!("{PASSWORD}\n")).refused_after("comment-needed");
    plant.run_with(&both, "\n").refused_after("password-unreadable");
    plant.run(&format!("{to_sign} --comment x")).refused_after("terminal-missing");
    assert_eq!(plant.run(&format!("{to_sign} --password {PASSWORD}x")).code, 2);
    let more = "--acknowledge --comment x --password-file password";
    plant.run(&format!("{to_sign} --step 2 {more}")).refused_after("other-step");
    plant.run(&format!("{to_sign} --step 3 {more}")).refused_after("other-step");
    sign(&plant, &request, "nobody", "").refused_after("credentials-refused");
    let bare = text(&request, "id");
    let unseen = format!("signature sign {bare} --user jana {more}");
    plant.stranger(&unseen).refused("not-found");
    plant
        .stranger(&format!("signature sign {bare}?view={} --user jana {more}", "0".repeat(32)))
        .refused("not-found");
    plant.run_with(&format!("{both} --comment x"), PASSWORD).done();
    sign(&plant, &request, "jana", "").refused_after("signature-filled");
    plant.login("jana", "password");
    let own =
        format!("signature sign {} --comment x --password-file password", text(&asked(&plant, "2"), "id"));
    plant.as_user("jana", &own).refused_after("name-needed");
    plant.admin("signature policy change Release --continuous 300").done();
    let own =
        format!("signature sign {} --comment x --password-file password", text(&asked(&plant, "3"), "id"));
    plant.as_user("jana", &own).done();
    plant.stranger(&format!("{unseen} --token-file batch")).refused_after("own-dialog-refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_signed_with_one_password_and_what_was_not_is_told() {
    let plant = released(Engine::Sqlite).await;
    let (one, two) = (asked(&plant, "1"), asked(&plant, "2"));
    sign(&plant, &two, "jana", "").done();
    let words = format!(
        "signature sign {} {} --user jana --comment x --password-file password",
        page(&one),
        page(&two)
    );
    let told = plant.stranger(&words).no();
    assert!(told.has_line(&[&text(&one, "id"), "checking"]), "{told:?}");
    assert!(told.has_line(&[&text(&two, "id"), "signature-filled: "]), "{told:?}");
    let words = format!(
        "signature sign {} {} --user kim --acknowledge --comment x --password-file password",
        page(&one),
        page(&two)
    );
    let told = plant.stranger(&format!("{words} -o json")).done().json();
    assert_eq!((told["signed"].as_array().unwrap().len(), &told["hindered"]), (2, &json!([])));
    let listed = plant.admin("signature request list --state complete -o json").done();
    assert_eq!(listed.column("key"), ["2", "1"]);
    let own = plant.stranger("signature request list --token-file batch --limit 1 -o json").done();
    assert_eq!(own.column("key"), ["2"]);
    assert_eq!(plant.admin("signature request list --person kim -o json").done().list().len(), 2);
    assert_eq!(plant.admin("signature request list --object batch~4711 -o json").done().list().len(), 2);
    plant.admin("signature request list --state done").refused("value-invalid");
    plant.admin("signature request list --person nobody").refused("not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_refused_or_cancelled_with_a_reason() {
    let plant = released(Engine::Sqlite).await;
    let request = asked(&plant, "1");
    let refuse = format!("signature refuse {} --user kim --password-file password --reason", page(&request));
    plant.stranger(&format!("{refuse} ~")).refused_after("reason-needed");
    let told = plant.stranger(&format!("{refuse} wrong~batch")).done();
    assert!(
        told.has_line(&["state", "refused"]) && told.has_line(&["ended because", "wrong batch"]),
        "{told:?}"
    );
    let id = text(&request, "id");
    plant.stranger(&format!("signature request wait {id} --token-file batch")).no();
    let cancel = |key: &str, words: &str| {
        let id = text(&asked(&plant, key), "id");
        plant.stranger(&format!("signature request cancel {id} --reason no~more {words}"))
    };
    assert!(cancel("2", "--token-file batch").done().has_line(&["ended by", "batch"]));
    cancel("3", "--user jana --password-file password").refused("not-a-signer");
    assert!(cancel("4", "--user lee --password-file password").done().has_line(&["ended by", "lee"]));
    cancel("5", "").refused("value-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_signs_in_time_expires_and_the_wait_ends_with_1() {
    let released = signing_kit::Plant::start(Engine::Sqlite).await;
    let shell = Plant::bare();
    shell.write("batch", &released.batch);
    let server = &released.server;
    let way =
        format!("--server https://{} --ca {}", server.address(), server.data().join("ca.pem").display());
    let asked = released.ask("4711").await;
    let wait = format!("signature request wait {} --token-file batch {way}", text(&asked, "id"));
    assert!(shell.run(&format!("{wait} --longest 1")).no().has_line(&["state", "open"]));
    server.hands().advance(Duration::from_secs(601));
    let sign = format!("signature sign {} --user operator1 --password-file password", page(&asked));
    shell.run(&format!("{sign} --comment late --acknowledge {way}")).refused_after("request-ended");
    let told = shell.run(&wait).no();
    assert!(told.has_line(&["state", "expired"]) && !told.out.contains("missing"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_altered_in_the_database_is_told_before_the_password_is_asked() {
    let mut plant = released(Engine::Sqlite).await;
    plant.write("batch.json", r#"{"fat":3.5}"#);
    let request = ask(&plant, &format!("1 {ASK} --json batch.json -o json")).done().json();
    plant.stop("TERM");
    let database = rusqlite::Connection::open(plant.path("data/pforte.db")).unwrap();
    let sql = "UPDATE signature_record_parts SET bytes = CAST('{\"fat\":3.6}' AS BLOB)";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    drop(database);
    plant.serve();
    sign(&plant, &request, "jana", "").refused_after("record-broken");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_must_make_sense_and_the_same_key_tells_the_same_request() {
    let plant = released(Engine::Sqlite).await;
    let first = asked(&plant, "1");
    assert_eq!(asked(&plant, "1")["id"], first["id"]);
    ask(&plant, &format!("1 {ASK} --outcome other")).refused("request-key-reused");
    ask(&plant, "2 --action batch/none --area dairy --object x").refused("right-unknown");
    ask(&plant, "2 --action batch/release --area bakery --object x").refused("area-unknown");
    ask(&plant, "2 --action pforte/explain --area dairy --object x").refused("foreign-right");
    plant.write("bad.json", r#"{"a":NaN}"#);
    ask(&plant, &format!("2 {ASK} --json bad.json")).refused("record-invalid");
    plant.write("bad.json", r#"{"a":1,"a":2}"#);
    ask(&plant, &format!("2 {ASK} --json bad.json")).refused("record-invalid");
    plant.write("bad.json", &format!("{}{}", "[".repeat(60), "]".repeat(60)));
    ask(&plant, &format!("2 {ASK} --json bad.json")).refused("body-too-deep");
    ask(&plant, &format!("2 {ASK} --sha256 abc")).refused("record-invalid");
    ask(&plant, &format!("2 {ASK} --record none")).refused("file-failed");
    plant.stranger(&format!("signature request ask 2 {ASK}")).refused("credentials-missing");
    plant.stranger("signature request show none --token-file batch").refused("parameter-invalid");
    plant.stranger("signature waiting --token-file batch").refused("not-allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_100_mb_is_refused_a_long_one_is_sent_before_and_a_hash_alone_stays_here() {
    let plant = released(Engine::Sqlite).await;
    let file = |name: &str, length: usize| {
        let mut file = File::create(plant.path(name)).unwrap();
        let part = vec![b'x'; 1 << 20];
        for _ in 0..length >> 20 {
            file.write_all(&part).unwrap();
        }
        file.write_all(part.get(..length % (1 << 20)).unwrap()).unwrap();
    };
    file("huge", 100 << 20);
    ask(&plant, &format!("1 {ASK} --record huge")).refused("record-too-long");
    let hashed = ask(&plant, &format!("1 {ASK} --record huge --hash-only --media-type text/plain -o json"))
        .done()
        .json();
    assert_eq!(
        (&hashed["record"]["kept"], &hashed["record"]["media_type"]),
        (&json!(false), &json!("text/plain"))
    );
    assert_eq!(
        text(&hashed["record"], "sha256"),
        "5b05b298e974f3b9e40f0a1a8188f50984a4f18fb329e050324296632d3d9dfc"
    );
    let id = text(&hashed, "id");
    plant.admin(&format!("signature record {id} --out record")).refused("not-found");
    file("long", (1 << 20) + 7);
    let long = ask(&plant, &format!("2 {ASK} --record long --media-type text/plain -o json")).done().json();
    assert_eq!((&long["record"]["bytes"], &long["record"]["kept"]), (&json!((1 << 20) + 7), &json!(true)));
    assert_eq!(long["record"]["media_type"], "text/plain");
    plant.admin(&format!("signature record {} --out record", text(&long, "id"))).done();
    assert_eq!(fs::read(plant.path("record")).unwrap(), fs::read(plant.path("long")).unwrap());
    file("short", 7);
    let short = ask(&plant, &format!("3 {ASK} --record short -o json")).done().json();
    assert_eq!(short["record"]["media_type"], "application/octet-stream");
}
