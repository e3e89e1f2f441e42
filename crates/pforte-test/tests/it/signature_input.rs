//! Whatever mistakes and strangers send about signatures: a coded problem, nothing kept
//! of it, and the server goes on.

use crate::admin_kit::until;
use crate::crash::program;
use crate::signing_kit::{Plant, release, request, signing};
use pforte_test::http::{Answer, connect};
use pforte_test::server::{ADMIN, ENGINES, Engine, PASSWORD, text};
use pforte_test::signing::make;
use pforte_test::site::Site;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Reads differently from what it says.
const REVERSED: &str = "approve \u{202e}tcejer";

fn told(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code().to_owned())
}

fn is(code: (u16, &str)) -> (u16, String) {
    (code.0, code.1.to_owned())
}

impl Plant {
    /// Asks with a body as it stands, which need not be JSON.
    async fn asked_raw(&self, body: Vec<u8>) -> Answer {
        let call = self.server.call("POST", "/signature-requests").bearer(&self.batch);
        call.header("content-type", "application/json").bytes(body).await
    }

    /// How many rows a table of the embedded database has.
    fn rows(&self, table: &str) -> i64 {
        let database = rusqlite::Connection::open(self.server.data().join("pforte.db")).unwrap();
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// Another application of the plant; gives its credential.
    async fn other(&self) -> String {
        let new = json!({ "key": "other", "name": "Other", "areas": ["dairy"] });
        text(&self.server.done("POST", "/applications", &new).await, "credential")
    }
}

#[tokio::test]
async fn a_record_that_readers_could_take_for_another_one_is_not_signed() {
    let plant = Plant::start(Engine::Sqlite).await;
    let (invalid, body) = ((400, "record-invalid"), (400, "body-invalid"));
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let cases: [(&str, String, (u16, &str)); 24] = [
        ("NaN", "NaN".into(), body),
        ("infinity", "-Infinity".into(), body),
        ("too large", "1e400".into(), invalid),
        ("too large below zero", "[-1e400]".into(), invalid),
        ("so small that it vanishes", "1e-400".into(), invalid),
        ("an integer that no double holds", "9007199254740993".into(), invalid),
        ("another one", "{\"id\":18446744073709551615}".into(), invalid),
        ("a longer one", "123456789012345678901234567890".into(), invalid),
        ("a key twice", "{\"a\":1,\"a\":2}".into(), invalid),
        ("a key twice inside", "[{\"b\":{\"a\":1,\"a\":1}}]".into(), invalid),
        ("a key twice with escapes", "{\"a\":1,\"\\u0061\":2}".into(), invalid),
        ("half a character", "\"\\ud800\"".into(), invalid),
        ("the other half", "\"x\\udc00\"".into(), invalid),
        ("half a character in a key", "{\"\\ud83d\":1}".into(), invalid),
        ("halves the wrong way round", "\"\\udc00\\ud800\"".into(), invalid),
        ("a zero in front", "007".into(), body),
        ("no fraction", "1.".into(), body),
        ("a plus", "+1".into(), body),
        ("a control character", "\"\u{1}\"".into(), body),
        ("a comma too many", "[1,]".into(), body),
        ("a comment", "1 /* two */".into(), body),
        ("deep", deep(30), (400, "body-too-deep")),
        ("very deep", deep(50_000), (400, "body-too-deep")),
        ("nothing", "null".into(), (400, "value-invalid")),
    ];
    for (what, record, expected) in cases {
        let whole =
            json!({ "key": "1", "action": "batch/release", "area": "dairy/line2", "object": "Batch" });
        let start = whole.to_string();
        let sent = format!("{},\"record\":{{\"json\":{record}}}}}", start.trim_end_matches('}'));
        let answer = plant.asked_raw(sent.into_bytes()).await;
        assert_eq!(told(&answer), is(expected), "{what}: {answer:?}");
    }
    let mut bytes = request("1").to_string().into_bytes();
    let at = bytes.windows(3).position(|three| three == b"fat").unwrap();
    bytes[at] = 0xff;
    assert_eq!(told(&plant.asked_raw(bytes).await), is(body), "no UTF-8");
    let none = (plant.rows("signature_requests"), plant.rows("signature_records"));
    assert_eq!(none, (0, 0), "nothing is kept of what was refused");
    assert_eq!(plant.ask("1").await["state"], "open");
}

#[tokio::test]
async fn a_record_is_told_in_one_way_that_is_well_formed() {
    let plant = Plant::start(Engine::Sqlite).await;
    let (value, invalid) = ((400, "value-invalid"), (400, "record-invalid"));
    let hash = "ab".repeat(32);
    let sent = plant.server.call("POST", "/signature-records").bearer(&plant.batch);
    let sent = sent.bytes(b"a record".to_vec()).await.text("id");
    let cases = [
        ("none", json!({}), value),
        ("two", json!({ "json": 1, "text": "1" }), value),
        ("two others", json!({ "sha256": hash, "id": sent }), value),
        ("a short hash", json!({ "sha256": "ab" }), invalid),
        ("a long hash", json!({ "sha256": format!("{hash}ab") }), invalid),
        ("no hexadecimal digit", json!({ "sha256": hash.replace('a', "g") }), invalid),
        ("not ASCII", json!({ "sha256": "ä".repeat(32) }), invalid),
        ("no base64", json!({ "base64": "a*b" }), invalid),
        ("an unknown field", json!({ "json": 1, "hash": hash }), (400, "body-invalid")),
        ("no identifier", json!({ "id": "x" }), (400, "parameter-invalid")),
        ("an unknown one", json!({ "id": "00000000-0000-7000-8000-000000000000" }), (404, "not-found")),
        ("no media type", json!({ "text": "a", "media_type": "text" }), value),
        ("a header in it", json!({ "text": "a", "media_type": "text/plain\r\nx: y" }), value),
        ("a long one", json!({ "text": "a", "media_type": format!("text/{}", "a".repeat(100)) }), value),
    ];
    for (what, record, expected) in cases {
        let mut body = request("1");
        body["record"] = record;
        let answer = plant.asked(&body).await;
        assert_eq!(told(&answer), is(expected), "{what}: {answer:?}");
    }
    let mut body = request("1");
    body["record"] = json!({ "id": sent });
    let asked = plant.asked(&body).await;
    assert_eq!(asked.status, 201, "{asked:?}");
    body["key"] = json!("2");
    assert_eq!(told(&plant.asked(&body).await), is((404, "not-found")), "a record belongs to one request");
}

#[tokio::test]
async fn texts_that_people_read_before_they_sign_are_short_and_say_what_they_show() {
    let plant = Plant::start(Engine::Sqlite).await;
    let value = (400, "value-invalid");
    let change = |what: &str, old: &str, new: &str| json!([{ "what": what, "old": old, "new": new }]);
    let cases = [
        ("key", json!("")),
        ("key", json!("k".repeat(129))),
        ("object", json!("")),
        ("object", json!("o".repeat(201))),
        ("outcome", json!("o".repeat(201))),
        ("description", json!("d".repeat(2_001))),
        ("key", json!(REVERSED)),
        ("object", json!(REVERSED)),
        ("outcome", json!(REVERSED)),
        ("description", json!(REVERSED)),
        ("description", json!("zero\u{200b}width")),
        ("description", json!("nul\0")),
        ("changes", change("", "a", "b")),
        ("changes", change(REVERSED, "a", "b")),
        ("changes", change("a", REVERSED, "b")),
        ("changes", change("a", "b", REVERSED)),
        ("changes", change("a", "b", &"n".repeat(2_001))),
    ];
    for (field, text) in cases {
        let mut body = request("1");
        body[field] = text.clone();
        let answer = plant.asked(&body).await;
        assert_eq!(told(&answer), is(value), "{field} {text:?}: {answer:?}");
    }
    let many = |count: usize, size: usize| -> Value {
        (0..count).map(|tag| json!({ "what": format!("tag {tag}"), "new": "n".repeat(size) })).collect()
    };
    let mut body = request("1");
    body["changes"] = many(501, 1);
    assert_eq!(told(&plant.asked(&body).await), is(value), "501 changes");
    body["changes"] = many(500, 2_000);
    assert_eq!(told(&plant.asked(&body).await), is((413, "body-too-long")));
    body["changes"] = many(500, 700);
    let asked = plant.asked(&body).await;
    assert_eq!(asked.status, 201, "500 changes: {asked:?}");
    plant.signed(&asked.body, "operator1").await;
    assert_eq!(plant.signed(&asked.body, "quality1").await["state"], "complete");
}

#[tokio::test]
async fn what_a_signer_says_is_short_and_says_what_it_shows() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "reason": "optional" })).await;
    let asked = plant.ask("1").await;
    for (field, text, code) in [
        ("comment", json!(null), "comment-needed"),
        ("comment", json!(" \n\t"), "comment-needed"),
        ("comment", json!("c".repeat(2_001)), "comment-unfit"),
        ("comment", json!(REVERSED), "comment-unfit"),
        ("comment", json!("nul\0"), "comment-unfit"),
        ("reason", json!("r".repeat(201)), "reason-unfit"),
        ("reason", json!(REVERSED), "reason-unfit"),
    ] {
        let mut body = signing(&asked, "operator1");
        body[field] = text.clone();
        let answer = plant.server.call("POST", "/signatures").json(&body).await;
        assert_eq!(told(&answer), is((400, code)), "{text:?}");
    }
    let by = |user: &str, reason: &str| json!({ "directory": "local", "user": user, "password": PASSWORD, "reason": reason });
    for (deed, user) in [("refusal", "quality1"), ("cancellation", "lead1")] {
        let path = format!("/signature-requests/{}/{deed}", text(&asked, "id"));
        for (reason, code) in
            [("", "reason-needed"), (REVERSED, "reason-unfit"), (&"r".repeat(2_001), "reason-unfit")]
        {
            let mut body = by(user, reason);
            if deed == "refusal" {
                body["opening"] = asked["opening"].clone();
            }
            let answer = plant.server.call("POST", &path).json(&body).await;
            assert_eq!(told(&answer), is((400, code)), "{deed} {reason:?}");
        }
    }
    let path = format!("/signature-requests/{}/cancellation", text(&asked, "id"));
    let cancel = async |body: Value| plant.server.call("POST", &path).bearer(&plant.batch).json(&body).await;
    assert_eq!(told(&cancel(json!({ "reason": " " })).await), is((400, "reason-needed")));
    assert_eq!(told(&cancel(json!({})).await), is((400, "body-invalid")));
    assert_eq!(plant.read(&asked).await["state"], "open");
    let mut body = signing(&asked, "operator1");
    body["comment"] = json!("two\nlines\tand a tab");
    assert_eq!(plant.server.call("POST", "/signatures").json(&body).await.status, 200);
}

#[tokio::test]
async fn one_signing_names_what_was_shown_once_each_and_not_too_many() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let sign = async |body: &Value| plant.server.call("POST", "/signatures").json(body).await;
    let with = |field: &str, value: Value| {
        let mut body = signing(&asked, "operator1");
        body[field] = value;
        body
    };
    let one = |request: &str, opening: &str| json!([{ "request": request, "opening": opening }]);
    let (id, opening) = (text(&asked, "id"), text(&asked, "opening"));
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (what, body, expected) in [
        ("none", with("requests", json!([])), (400, "value-invalid")),
        (
            "too many",
            with("requests", vec![one(&id, &opening)[0].clone(); 101].into()),
            (400, "value-invalid"),
        ),
        ("no identifier", with("requests", one("x", &opening)), (400, "parameter-invalid")),
        ("nobody's", with("requests", one(nobody, &opening)), (404, "not-found")),
        ("no hash", with("requests", one(&id, "x")), (400, "parameter-invalid")),
        ("another hash", with("requests", one(&id, &"0".repeat(64))), (409, "other-request-shown")),
        ("an unknown field", with("role", json!("quality")), (400, "body-invalid")),
        ("a number as password", with("password", json!(1)), (400, "body-invalid")),
        ("another directory", with("directory", json!("nowhere")), (400, "directory-unknown")),
    ] {
        let answer = sign(&body).await;
        assert_eq!(told(&answer), is(expected), "{what}: {answer:?}");
    }
    for (step, code) in [(1, "other-step"), (7, "other-step")] {
        let mut body = signing(&asked, "operator1");
        body["requests"][0]["step"] = json!(step);
        assert_eq!(told(&sign(&body).await), is((403, code)), "step {step}");
    }
    let mut body = signing(&asked, "operator1");
    body["requests"][0]["step"] = json!(-1);
    assert_eq!(told(&sign(&body).await), is((400, "body-invalid")));
    let own = plant.server.call("POST", "/signatures").bearer(&plant.batch);
    let own = own.json(&signing(&asked, "operator1")).await;
    assert_eq!(told(&own), is((403, "own-dialog-refused")), "an application sends nobody's password");
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
    let mut twice = signing(&asked, "operator1");
    twice["requests"] = [one(&id, &opening)[0].clone(), one(&id, &opening)[0].clone()].to_vec().into();
    let signed = sign(&twice).await;
    assert_eq!(signed.status, 200, "{signed:?}");
    let counts =
        [&signed.body["signed"], &signed.body["hindered"]].map(|list| list.as_array().unwrap().len());
    assert_eq!((counts, signed.at("/hindered/0/code")), ([1, 1], &json!("signature-filled")));
}

#[tokio::test]
async fn the_same_bytes_sent_again_sign_nothing_and_that_is_in_the_log() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let steps = json!([{ "roles": [plant.roles[0], plant.roles[1]], "count": 2, "meaning": "verified" }]);
        plant.change(json!({ "steps": steps })).await;
        let asked = plant.ask("1").await;
        let bytes = signing(&asked, "operator1").to_string().into_bytes();
        let replay = async || {
            let call = plant.server.call("POST", "/signatures").header("content-type", "application/json");
            call.bytes(bytes.clone()).await
        };
        assert_eq!(replay().await.status, 200);
        for _ in 0..3 {
            assert_eq!(told(&replay().await), is((409, "already-signed")));
        }
        assert_eq!(plant.read(&asked).await["missing"], json!([1]));
        let logged = plant.server.events_of("signing-refused").await;
        assert!(logged.iter().all(|event| event["code"] == "already-signed"), "{logged:?}");
        assert_eq!(logged.len(), 3);
    }
}

#[tokio::test]
async fn nothing_of_an_application_is_there_for_another_one() {
    let plant = Plant::start(Engine::Sqlite).await;
    let (asked, other) = (plant.ask("1").await, plant.other().await);
    let path = |of: &str| format!("/signature-requests/{}{of}", text(&asked, "id"));
    let call = |method: &str, path: &str| plant.server.call(method, path).bearer(&other);
    for of in ["", "/document", "/document?form=pdf", "/record"] {
        assert_eq!(told(&call("GET", &path(of)).send().await), is((404, "not-found")), "{of}");
    }
    let why = json!({ "reason": "not mine" });
    assert_eq!(told(&call("POST", &path("/cancellation")).json(&why).await), is((404, "not-found")));
    assert_eq!(call("GET", "/signature-requests").send().await.body, json!({ "items": [] }));
    let found = call("GET", "/signature-requests?object=batch%201").send().await;
    assert_eq!(found.body, json!({ "items": [] }));
    assert_eq!(
        told(&call("POST", "/signature-requests").json(&request("9")).await),
        is((403, "foreign-right"))
    );
    let sent = plant.server.call("POST", "/signature-records").bearer(&other).bytes(b"x".to_vec()).await;
    let mut body = request("2");
    body["record"] = json!({ "id": sent.text("id") });
    assert_eq!(told(&plant.asked(&body).await), is((404, "not-found")), "another application's record");
    for person in ["nobody", "not a token"] {
        let stranger = plant.server.call("GET", &path("")).bearer(person).send().await;
        assert_eq!(stranger.status, 401, "{stranger:?}");
    }
    let person = plant.server.token("operator1", PASSWORD).await;
    let record = plant.server.call("POST", "/signature-records").bearer(&person).bytes(b"x".to_vec()).await;
    assert!((400..404).contains(&record.status), "people send no records: {record:?}");
}

#[tokio::test]
async fn a_person_asks_only_for_acts_of_their_own() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    server.user("guest").await;
    let guest = server.token("guest", PASSWORD).await;
    let operator = server.token("operator1", PASSWORD).await;
    let ask = async |token: &str, body: &Value| {
        server.call("POST", "/signature-requests").bearer(token).json(body).await
    };
    assert_eq!(told(&ask(&guest, &request("1")).await), is((403, "not-allowed")));
    let mut body = request("1");
    body["area"] = json!("dairy");
    assert_eq!(told(&ask(&operator, &body).await), is((403, "not-allowed")), "not in that area");
    let mut body = request("1");
    body["session"] = json!("00000000-0000-7000-8000-000000000000");
    assert_eq!(told(&ask(&operator, &body).await), is((400, "value-invalid")), "somebody else's session");
    let mut body = request("1");
    body["action"] = json!("pforte/roles.manage");
    assert_eq!(told(&ask(&operator, &body).await), is((404, "signature-not-needed")));
    body["action"] = json!("batch/nothing");
    assert_eq!(told(&ask(&operator, &body).await), is((404, "right-unknown")));
    body["action"] = json!("no right");
    assert_eq!(ask(&operator, &body).await.status, 400);
    let mine = ask(&operator, &request("1")).await;
    assert_eq!(mine.status, 201, "{mine:?}");
    assert_eq!(plant.ask("1").await["state"], "open", "a person's key never meets one of the application");
    let none = server.call("POST", "/signature-requests").json(&request("1")).await;
    assert_eq!(none.status, 401, "{none:?}");
}

#[tokio::test]
async fn a_policy_that_is_not_within_its_bounds_is_refused() {
    let plant = Plant::start(Engine::Sqlite).await;
    let roles = &plant.roles;
    let step =
        |roles: &[String], count: u32| json!({ "roles": roles, "count": count, "meaning": "approved" });
    let nobody = "00000000-0000-7000-8000-000000000000".to_owned();
    let (value, body) = ((400, "value-invalid"), (400, "body-invalid"));
    let one = step(&roles[..1], 1);
    let cases = [
        ("steps", json!([]), value),
        ("steps", vec![one.clone(); 11].into(), value),
        ("steps", json!([step(&[], 1)]), value),
        ("steps", json!([step(&roles[..1], 0)]), value),
        ("steps", json!([step(&roles[..1], 6)]), value),
        ("steps", json!([step(&roles[..1], u32::MAX)]), value),
        ("steps", json!([step(std::slice::from_ref(&nobody), 1)]), (404, "not-found")),
        ("steps", json!([step(&["Operator".to_owned()], 1)]), (400, "parameter-invalid")),
        ("steps", json!([{ "roles": roles, "count": 1, "meaning": "liked" }]), body),
        ("steps", json!([{ "roles": roles, "count": -1, "meaning": "approved" }]), body),
        ("steps", json!([{ "roles": roles, "count": 1, "meaning": "approved", "when": "now" }]), body),
        ("cancel_roles", json!([nobody]), (404, "not-found")),
        ("actions", json!([]), value),
        ("actions", json!(["batch/nothing"]), (404, "right-unknown")),
        ("areas", json!([]), value),
        ("areas", json!(["dairy/nowhere"]), (404, "area-unknown")),
        ("valid_seconds", json!(0), value),
        ("valid_seconds", json!(9), value),
        ("valid_seconds", json!(366 * 86_400 + 1), value),
        ("valid_seconds", json!(u64::MAX), body),
        ("valid_seconds", json!(-1), body),
        ("valid_seconds", json!(1.5), body),
        ("continuous_seconds", json!(12 * 3_600 + 1), value),
        ("reasons", json!(["a", "b", "a"]), value),
        ("reasons", json!(["a", " a "]), value),
        ("reasons", json!([""]), value),
        ("reasons", json!([" "]), value),
        ("reasons", json!(["r".repeat(201)]), value),
        ("reasons", json!([REVERSED]), value),
        ("reasons", (0..51).map(|one| one.to_string()).collect(), value),
        ("strength", json!("iron"), body),
        ("when", json!("never"), body),
        ("comment", json!("maybe"), body),
        ("name", json!(""), (400, "name-invalid")),
        ("name", json!(REVERSED), (400, "name-invalid")),
        ("signers", json!([]), body),
    ];
    for (field, bad, expected) in cases {
        let mut policy = release(roles);
        (policy["name"], policy["actions"]) = (json!("Another"), json!(["batch/hold"]));
        policy[field] = bad.clone();
        let answer = plant.server.admin("POST", "/signature-policies").json(&policy).await;
        assert_eq!(told(&answer), is(expected), "{field} {bad}: {answer:?}");
    }
    let mut policy = release(roles);
    policy["name"] = json!("Another");
    let twice = plant.server.admin("POST", "/signature-policies").json(&policy).await;
    assert_eq!(told(&twice), is((409, "policy-conflict")));
    let all = plant.server.admin("GET", "/signature-policies").send().await;
    assert_eq!(all.at("/items").as_array().unwrap().len(), 1, "nothing is kept of what was refused");
}

#[tokio::test]
async fn who_saves_a_policy_that_nobody_can_fulfil_is_told() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let [operator, quality, lead] = &plant.roles;
    let lone = json!({ "name": "Expert", "description": "", "rights": ["batch/release"] });
    let lone = text(&server.done("POST", "/roles", &lone).await, "id");
    let expert = server.user("expert").await;
    crate::signing_kit::give(server, &expert, &lone, "dairy").await;
    let empty = json!({ "name": "Nobody", "description": "", "rights": ["batch/release"] });
    let empty = text(&server.done("POST", "/roles", &empty).await, "id");
    let step = |role: &str, count: u32, meaning: &str| json!({ "roles": [role], "count": count, "meaning": meaning });
    let cases: [(&str, Value, bool, bool, &[&str]); 9] = [
        ("fits", json!([step(operator, 2, "performed"), step(quality, 2, "approved")]), true, true, &[]),
        ("nobody", json!([step(&empty, 1, "approved")]), true, true, &["nobody-can-sign"]),
        ("three of two", json!([step(operator, 3, "verified")]), true, true, &["too-few-can-sign"]),
        ("one role twice", json!([step(lead, 1, "performed"), step(lead, 1, "approved")]), true, true, &[]),
        (
            "one person as both",
            json!([step(&lone, 1, "reviewed"), step(&lone, 1, "approved")]),
            true,
            true,
            &["too-few-can-sign"],
        ),
        (
            "one person twice, who may",
            json!([step(&lone, 1, "reviewed"), step(&lone, 1, "approved")]),
            true,
            false,
            &[],
        ),
        (
            "one person as both beside many others",
            json!([step(&lone, 1, "reviewed"), step(&lone, 1, "approved"), step(operator, 1, "released")]),
            true,
            true,
            &["too-few-can-sign"],
        ),
        (
            "the performer alone could verify",
            json!([step(&lone, 1, "performed"), step(&lone, 1, "verified")]),
            true,
            false,
            &["too-few-can-sign"],
        ),
        (
            "the performer may verify",
            json!([step(&lone, 1, "performed"), step(&lone, 1, "verified")]),
            false,
            false,
            &[],
        ),
    ];
    for (what, steps, differs, once, expected) in cases {
        let mut policy = release(&plant.roles);
        (policy["name"], policy["actions"]) = (json!(what), json!(["batch/hold"]));
        (policy["steps"], policy["performer_differs"], policy["one_person_once"]) =
            (steps, json!(differs), json!(once));
        let saved = server.admin("POST", "/signature-policies").json(&policy).await;
        assert_eq!(saved.status, 201, "{what}: {saved:?}");
        let codes: Vec<_> =
            saved.at("/warnings").as_array().unwrap().iter().map(|one| text(one, "code")).collect();
        assert_eq!(codes, expected, "{what}: {saved:?}");
        let path = format!("/signature-policies/{}", saved.text("id"));
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
    }
}

/// The long record: 256 different bytes in an order that no two parts share.
fn long(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| u8::try_from((at * 31 + at / 65_537) % 251).unwrap()).collect()
}

#[tokio::test]
async fn long_records_stream_through_and_longer_ones_are_refused_in_constant_memory() {
    const MIB: usize = 1024 * 1024;
    for engine in ENGINES {
        let site = Site::new(engine, program).await;
        let code = site.init();
        let process = site.serve();
        let call = |method: &str, path: &str| site.call(process.address(), method, path);
        let set_up = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
        assert_eq!(call("POST", "/setup").json(&set_up).await.status, 201);
        let admin = json!({ "user": ADMIN.0, "password": ADMIN.1 });
        let admin = call("POST", "/sessions").json(&admin).await.text("token");
        let made = make(&call, &admin).await;
        let send = |bytes| call("POST", "/signature-records").bearer(&made.batch).bytes(bytes);
        // What every long record needs: the caches of the database, the parts on their way.
        assert_eq!(send(long(40 * MIB)).await.status, 201);
        let before = process.most_memory();
        let record = long(60 * MIB);
        let kept = send(record.clone()).await;
        assert_eq!((kept.status, kept.at("/bytes")), (201, &json!(60 * MIB)), "{kept:?}");
        let refused = send(long(100 * MIB)).await;
        assert_eq!(told(&refused), is((413, "record-too-long")), "{refused:?}");
        let mut body = request("1");
        body["record"] = json!({ "id": kept.text("id"), "media_type": "video/mp4" });
        let asked = call("POST", "/signature-requests").bearer(&made.batch).json(&body).await;
        assert_eq!(asked.status, 201, "{asked:?}");
        let path = format!("/signature-requests/{}/record", asked.text("id"));
        let back = call("GET", &path).bearer(&made.batch).send().await;
        assert!(back.status == 200 && back.bytes == record, "{engine:?}: it came back otherwise");
        let grown = process.most_memory() - before;
        assert!(grown < 16 * 1024 * 1024, "{engine:?}: {grown} bytes more in memory");
    }
}

#[tokio::test]
async fn nothing_stays_of_a_record_that_did_not_come_to_its_end() {
    for server_ends in [false, true] {
        let mut plant = Plant::start(Engine::Sqlite).await;
        plant.server.restart_with("[limits]\nstop_seconds = 1\n").await;
        let mut stream = connect(plant.server.address(), plant.server.running().ca_file()).await;
        let head = format!(
            "POST /api/v1/signature-records HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-length: 9000000\r\n\r\n",
            plant.batch
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&long(1_000_000)).await.unwrap();
        stream.flush().await.unwrap();
        until("parts are kept", async || (plant.rows("signature_record_parts") > 0).then_some(())).await;
        if server_ends {
            plant.server.restart().await;
        }
        drop(stream);
        // At the latest with the records that nobody names: after an hour.
        plant.server.hands().advance(Duration::from_mins(61));
        until("they are removed", async || (plant.rows("signature_record_parts") == 0).then_some(())).await;
        assert_eq!(plant.rows("signature_records"), 0);
    }
}

#[tokio::test]
async fn an_application_cannot_fill_the_disk_with_records_that_no_request_names() {
    let plant = Plant::start(Engine::Sqlite).await;
    let send = async || {
        plant.server.call("POST", "/signature-records").bearer(&plant.batch).bytes(b"x".to_vec()).await
    };
    let mut taken = Vec::new();
    for _ in 0..32 {
        taken.push(send().await);
    }
    assert!(taken.iter().all(|answer| answer.status == 201), "{taken:?}");
    assert_eq!(send().await.code(), "busy");
    // One that is named makes room.
    let mut body = request("1");
    body["record"] = json!({ "id": taken[0].body["id"] });
    assert_eq!(plant.asked(&body).await.status, 201);
    assert_eq!(send().await.status, 201);
}
