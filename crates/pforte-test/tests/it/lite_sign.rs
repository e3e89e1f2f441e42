//! Signing on the plain pages, as a browser without script does it.

use crate::admin_kit::{event, get, until};
use crate::browser_kit::{Browser, SESSION};
use crate::lite::{location, page, panel};
use crate::signing_kit::{Plant, request};
use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// The plain page of a request, by the address that its application was told.
fn plain(asked: &Value) -> String {
    format!("/lite{}", text(asked, "page"))
}

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| {
        text.bytes().fold(String::new(), |mut to, byte| {
            if byte.is_ascii_alphanumeric() {
                to.push(byte.into());
            } else {
                write!(to, "%{byte:02X}").unwrap();
            }
            to
        })
    };
    fields.iter().map(|(name, text)| format!("{name}={}", encoded(text))).collect::<Vec<_>>().join("&")
}

/// What somebody types to sign.
fn typed<'a>(asked: &'a Value, user: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("deed", "sign"),
        ("opening", asked["opening"].as_str().unwrap()),
        ("user", user),
        ("password", PASSWORD),
        ("comment", "in order"),
        ("acknowledge", "yes"),
    ]
}

/// The same with another value of one field, or one more.
fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

async fn send(server: &Server, asked: &Value, fields: &[(&str, &str)]) -> Answer {
    Browser::default().post(server, &plain(asked), &form(fields)).await
}

async fn open(server: &Server, path: &str) -> Answer {
    Browser::default().open(server, path).await
}

#[tokio::test]
async fn two_people_sign_one_after_the_other_on_the_plain_page() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let server = &plant.server;
        let asked = plant.ask("4711").await;
        let shown = open(server, &plain(&asked)).await;
        for told in [
            "<h1>Batch 4711</h1>",
            "Waits for signatures",
            "batch/release",
            "dairy/line2",
            "Release the batch for filling",
            "<td class=\"lines\">held</td><td class=\"lines\">released</td>",
            "&#34;pH&#34;: 6.7",
            "application/json",
            asked["record"]["sha256"].as_str().unwrap(),
            "Nobody has signed yet.",
            "<li>1 × Performed: Operator</li>",
            "<li>1 × Approved: Quality</li>",
            "Signed one after the other, in this order.",
            "Everything is signed within 10 min.",
            "Shift lead may cancel it.",
            "I sign as: <strong>Performed: Operator</strong>",
            "<span class=\"left\">10 min</span>",
        ] {
            assert!(page(&shown).contains(told), "{told}: {}", page(&shown));
        }
        let signed = send(server, &asked, &typed(&asked, "operator1")).await;
        assert_eq!(location(&signed), format!("{}&given=1", plain(&asked)));
        let after = open(server, location(&signed)).await;
        assert!(page(&after).contains("operator1 has signed: Performed, 2"), "{}", page(&after));
        assert!(page(&after).contains("Signed in part") && !page(&after).contains("<form"));
        let again = open(server, &plain(&asked)).await;
        assert!(page(&again).contains("I sign as: <strong>Approved: Quality</strong>"));
        let early = send(server, &asked, &with(typed(&asked, "operator2"), "step", "0")).await;
        assert_eq!(early.status, 409, "{early:?}");
        assert!(page(&early).contains("<code>signature-filled</code>"), "{}", page(&early));
        let signed = send(server, &asked, &typed(&asked, "quality1")).await;
        let after = open(server, location(&signed)).await;
        assert!(page(&after).contains("Complete: all have signed"), "{}", page(&after));
        let (first, second) =
            (page(&after).find("(local\\operator1)"), page(&after).find("(local\\quality1)"));
        assert!(first.is_some() && first < second);
        let now = plant.read(&asked).await;
        assert_eq!(
            (&now["state"], &now["signatures"][0]["comment"]),
            (&json!("complete"), &json!("in order"))
        );
        assert_eq!(now["signatures"][1]["both_components"], true);
    }
}

#[tokio::test]
async fn a_refusal_keeps_all_that_was_typed_but_the_password_and_tells_it_in_the_readers_language() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let mut fields = with(typed(&asked, "operator1"), "comment", "Zeile 1\r\n<b>Zeile 2</b>");
    fields = with(fields, "password", "not the password");
    let path = format!("{}&lang=de", plain(&asked));
    let refused = Browser::default().post(&plant.server, &path, &form(&fields)).await;
    assert_eq!(refused.status, 401);
    let text = page(&refused);
    for told in [
        "<code>credentials-refused</code>",
        "role=\"alert\"",
        "value=\"operator1\"",
        "Zeile 1\r\n&#60;b&#62;Zeile 2&#60;/b&#62;</textarea>",
        "Kommentar",
        "Unterschreiben",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("not the password") && text.contains("html lang=\"de\""), "{text}");
    let request = refused.headers.get("x-request-id").unwrap().to_str().unwrap();
    assert!(text.contains(request), "{text}");
    let logged = event(&plant.server, "signing-refused").await;
    assert_eq!((&logged["code"], &logged["request"]), (&json!("credentials-refused"), &json!(request)));
    let none = send(&plant.server, &asked, &with(typed(&asked, "operator1"), "comment", " ")).await;
    assert_eq!(none.status, 400);
    assert!(page(&none).contains("<code>comment-needed</code>"), "{none:?}");
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
}

#[tokio::test]
async fn a_comment_of_several_lines_is_signed_with_the_line_ends_of_a_text() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let fields = with(typed(&asked, "operator1"), "comment", "one\r\ntwo");
    location(&send(&plant.server, &asked, &fields).await);
    assert_eq!(plant.read(&asked).await["signatures"][0]["comment"], "one\ntwo");
}

#[tokio::test]
async fn guessing_on_the_plain_page_is_slowed_down_with_the_same_count_as_at_the_log_on() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let wrong = with(typed(&asked, "operator1"), "password", "wrong");
    let mut held = None;
    for _ in 0..12 {
        let refused = send(&plant.server, &asked, &wrong).await;
        if refused.status == 429 {
            held = Some(refused);
            break;
        }
        assert_eq!(refused.status, 401, "{refused:?}");
    }
    let held = held.unwrap();
    let seconds = held.headers.get("retry-after").unwrap().to_str().unwrap();
    assert!(page(&held).contains("tried-too-often"));
    assert!(page(&held).contains(&format!("Wait {seconds} seconds")), "{}", page(&held));
    assert_eq!(plant.server.log_on("operator1", PASSWORD).await.code(), "tried-too-often");
}

#[tokio::test]
async fn whoever_refuses_is_asked_why_and_the_request_ends() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let asked = plant.ask("1").await;
    let fields = with(typed(&asked, "quality1"), "deed", "refuse");
    let why = send(server, &asked, &with(fields.clone(), "password", "")).await;
    assert_eq!(why.status, 200);
    assert!(page(&why).contains("Why you refuse") && page(&why).contains("value=\"quality1\""));
    assert!(!page(&why).contains("value=\"sign\""), "no key signs what is to be refused");
    let none = send(server, &asked, &with(fields.clone(), "refusal", " ")).await;
    assert_eq!(none.status, 400);
    assert!(page(&none).contains("<code>reason-needed</code>"), "{}", page(&none));
    let wrong = with(with(fields.clone(), "refusal", "wrong <i>batch"), "password", "wrong");
    let kept = send(server, &asked, &wrong).await;
    assert!(page(&kept).contains("wrong &#60;i&#62;batch</textarea>"), "{}", page(&kept));
    assert_eq!(plant.read(&asked).await["state"], "open");
    let refused = send(server, &asked, &with(fields, "refusal", "wrong batch")).await;
    let after = open(server, location(&refused)).await;
    for told in ["Refused", "Ended by", "quality1", "wrong batch"] {
        assert!(page(&after).contains(told), "{told}: {}", page(&after));
    }
    assert!(!page(&after).contains("<form"));
    assert_eq!(plant.read(&asked).await["ending"]["reason"], "wrong batch");
}

#[tokio::test]
async fn what_is_not_shown_is_not_signed() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let (asked, other) = (plant.ask("1").await, plant.ask("2").await);
    let bare = format!("/lite/sign/{}", text(&asked, "id"));
    let foreign = format!("{bare}?view={}", text(&other, "page").split_once("view=").unwrap().1);
    let markup = format!("{bare}?view=%22%3E%3Cscript%3E");
    for path in [bare.as_str(), &foreign, &markup, "/lite/sign/018bcfe5-6800-7fff-bfff-ffffffffffff"] {
        for answer in [
            open(server, path).await,
            Browser::default().post(server, path, &form(&typed(&asked, "operator1"))).await,
        ] {
            assert_eq!(answer.status, 404, "{path}: {answer:?}");
            assert!(page(&answer).contains("<code>not-found</code>") && !page(&answer).contains("Batch"));
        }
    }
    assert_eq!(open(server, "/lite/sign/none").await.status, 400);
    for (opening, status, code) in
        [(text(&other, "opening"), 409, "other-request-shown"), ("x".to_owned(), 400, "parameter-invalid")]
    {
        let tampered = send(server, &asked, &with(typed(&asked, "operator1"), "opening", &opening)).await;
        assert_eq!(tampered.status, status, "{tampered:?}");
        assert!(page(&tampered).contains(code), "{}", page(&tampered));
        assert!(page(&tampered).contains(&text(&asked, "opening")), "the form names what it shows");
    }
    for fields in [
        typed(&asked, "operator1").into_iter().filter(|(name, _)| *name != "deed").collect(),
        with(typed(&asked, "operator1"), "deed", "approve"),
        with(typed(&asked, "operator1"), "more", "x"),
    ] {
        let refused = send(server, &asked, &fields).await;
        assert_eq!(refused.status, 400);
        assert!(page(&refused).contains("body-invalid"), "{fields:?}");
    }
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
}

#[tokio::test]
async fn forms_of_other_sites_pages_sign_nothing() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let origins: [&[(&str, &str)]; 3] =
        [&[], &[("sec-fetch-site", "cross-site")], &[("origin", "https://evil.example")]];
    for origin in origins {
        for deed in ["sign", "refuse"] {
            let fields = with(with(typed(&asked, "operator1"), "deed", deed), "refusal", "no");
            let call = plant.server.raw("POST", &plain(&asked));
            let call = call.header("content-type", "application/x-www-form-urlencoded");
            let call = origin.iter().fold(call, |call, (name, value)| call.header(name, value));
            let forged = call.bytes(form(&fields).into_bytes()).await;
            assert_eq!(forged.status, 403, "{origin:?}: {forged:?}");
            assert!(page(&forged).contains("cross-site"), "{forged:?}");
        }
    }
    let now = plant.read(&asked).await;
    assert_eq!((&now["state"], &now["signatures"]), (&json!("open"), &json!([])));
}

#[tokio::test]
async fn texts_of_applications_and_people_are_text_and_nothing_hides_in_them() {
    let plant = Plant::start(Engine::Sqlite).await;
    let mut body = request("1");
    body["object"] = json!("<img src=x onerror=alert(1)>");
    body["description"] = json!("\"><script>alert(2)</script>\nline 2");
    body["changes"] = json!([{ "what": "</td><b>", "old": "'\"", "new": "</textarea>" }]);
    body["record"] = json!({ "json": { "a": "</pre><script>\u{202e}gpj" } });
    let asked = plant.asked(&body).await.body;
    let shown = open(&plant.server, &plain(&asked)).await;
    for never in ["<img", "<b>", "</pre><", "\u{202e}", "</textarea>\""] {
        assert!(!page(&shown).contains(never), "{never}");
    }
    assert!(page(&shown).contains("&#60;/pre&#62;&#60;script&#62;\\u{202e}gpj"), "{}", page(&shown));
    let fields = with(typed(&asked, "operator1"), "comment", "<u>ok\u{202e}</u>");
    let refused = send(&plant.server, &asked, &fields).await;
    assert!(refused.status == 400 && page(&refused).contains("comment-unfit"), "{}", page(&refused));
    let fields = with(typed(&asked, "operator1"), "comment", "<u>ok</u>");
    let after = open(&plant.server, location(&send(&plant.server, &asked, &fields).await)).await;
    assert!(page(&after).contains("&#60;u&#62;ok&#60;/u&#62;"), "{}", page(&after));
}

#[tokio::test]
async fn what_a_signature_means_is_acknowledged_once_when_it_is_asked_for() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let fields = |asked: &Value| {
        let opening = text(asked, "opening");
        [("deed", "sign"), ("user", "operator1"), ("password", PASSWORD), ("comment", "fine")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .chain([("opening".to_owned(), opening)])
            .collect::<Vec<_>>()
    };
    let give = async |asked: &Value, acknowledges: bool| {
        let fields = fields(asked);
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if acknowledges {
            fields.push(("acknowledge", "yes"));
        }
        send(server, asked, &fields).await
    };
    let asked = plant.ask("1").await;
    assert!(!page(&open(server, &plain(&asked)).await).contains("name=\"acknowledge\""));
    let refused = give(&asked, false).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    for told in ["acknowledgement-needed", "name=\"acknowledge\"", "binds me", ">\nfine</textarea>"] {
        assert!(page(&refused).contains(told), "{told}: {}", page(&refused));
    }
    assert!(!page(&refused).contains(" checked"));
    let wrong = with(with(typed(&asked, "operator1"), "acknowledge", "yes"), "password", "wrong");
    let kept = send(server, &asked, &wrong).await;
    assert!(page(&kept).contains(" checked>"), "what was acknowledged stays so: {}", page(&kept));
    let german = format!("{}&lang=de", plain(&asked));
    let wrong = typed(&asked, "operator1").into_iter().filter(|(name, _)| *name != "acknowledge");
    let told = Browser::default().post(server, &german, &form(&wrong.collect::<Vec<_>>())).await;
    assert!(page(&told).contains("bindet mich wie meine handschriftliche"), "{}", page(&told));
    assert!(
        page(&told).contains("<q lang=\"en\">My electronic signature binds me"),
        "the kept words as well"
    );
    location(&give(&asked, true).await);
    assert_eq!(server.events_of("signature-acknowledged").await.len(), 1);
    let next = plant.ask("2").await;
    location(&give(&next, false).await);
}

#[tokio::test]
async fn the_one_in_charge_sees_what_waits_and_stays_in_charge_whoever_signs() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let (station, mut browser) = panel(server, "Panel 1").await;
    assert_eq!(location(&browser.open(server, "/lite/sign").await), "/lite/logon");
    let log_on = form(&[("user", "quality1"), ("password", PASSWORD)]);
    assert_eq!(location(&browser.post(server, "/lite/logon", &log_on).await), "/lite/station");
    let here = browser.open(server, "/lite/station").await;
    assert!(page(&here).contains("href=\"/lite/sign\""), "{}", page(&here));
    let asked = plant.ask("1").await;
    let none = browser.open(server, "/lite/sign").await;
    assert!(page(&none).contains("Nothing waits for your signature."), "the operator comes first");
    let bare = format!("/lite/sign/{}", text(&asked, "id"));
    let signed = browser.post(server, &bare, &form(&typed(&asked, "operator1"))).await;
    assert_eq!(location(&signed), format!("{bare}?given=1"), "{signed:?}");
    let list = browser.open(server, "/lite/sign").await;
    assert!(page(&list).contains(&format!("href=\"{bare}\">Batch 1</a>")), "{}", page(&list));
    assert!(page(&list).contains("I sign as: Approved") && page(&list).contains("10 min"));
    let in_charge = get(server, &format!("/stations/{station}/session")).await;
    assert_eq!(in_charge["session"]["user"]["name"], "quality1");
    assert!(browser.has(SESSION));
    let signature = plant.read(&asked).await["signatures"][0].clone();
    assert_eq!((&signature["user"], &signature["station"]["name"]), (&json!("operator1"), &json!("Panel 1")));
    location(&browser.post(server, &bare, &form(&typed(&asked, "quality1"))).await);
    let list = browser.open(server, "/lite/sign").await;
    assert!(page(&list).contains("Nothing waits"), "{}", page(&list));
    assert_eq!(
        get(server, &format!("/stations/{station}/session")).await["session"]["id"],
        in_charge["session"]["id"]
    );
}

#[tokio::test]
async fn the_password_alone_suffices_where_the_rules_let_it_and_the_page_says_so() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let mut browser = Browser::default();
    let log_on = form(&[("user", "operator1"), ("password", PASSWORD)]);
    browser.post(&plant.server, "/lite/logon", &log_on).await;
    let form_of = browser.open(&plant.server, &plain(&asked)).await;
    assert!(!page(&form_of).contains("Left empty"), "both are needed each time");
    let refused = browser.post(&plant.server, &plain(&asked), &form(&typed(&asked, ""))).await;
    assert_eq!(refused.status, 401);
    assert!(page(&refused).contains("<code>name-needed</code>"), "{}", page(&refused));
    plant.change(json!({ "continuous_seconds": 300 })).await;
    let asked = plant.ask("2").await;
    let shown = browser.open(&plant.server, &plain(&asked)).await;
    assert!(page(&shown).contains("Left empty, you sign as operator1."), "{}", page(&shown));
    assert!(page(&shown).contains("For 5 min after name and password"), "{}", page(&shown));
    location(&browser.post(&plant.server, &plain(&asked), &form(&typed(&asked, ""))).await);
    assert_eq!(plant.read(&asked).await["signatures"][0]["both_components"], false);
    let stranger = send(&plant.server, &asked, &typed(&asked, "")).await;
    assert_eq!(stranger.status, 400);
    assert!(page(&stranger).contains("name-invalid"), "{}", page(&stranger));
}

#[tokio::test]
async fn steps_and_reasons_are_chosen_from_lists() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let steps = json!([
        { "roles": [plant.roles[0]], "count": 1, "meaning": "performed" },
        { "roles": [plant.roles[0], plant.roles[1]], "count": 1, "meaning": "witnessed" },
    ]);
    plant
        .change(json!({ "steps": steps, "ordered": false, "comment": "none", "reason": "forced",
            "reasons": ["Routine", "Correction <1>"] }))
        .await;
    let asked = plant.ask("1").await;
    let shown = open(&plant.server, &plain(&asked)).await;
    for told in [
        "<option value=\"0\">Performed: Operator</option>",
        "<option value=\"1\">Witnessed: Operator, Quality</option>",
        "<option value=\"Correction &#60;1&#62;\">Correction &#60;1&#62;</option>",
    ] {
        assert!(page(&shown).contains(told), "{told}: {}", page(&shown));
    }
    assert!(!page(&shown).contains("name=\"comment\""));
    let fields: Vec<_> =
        typed(&asked, "operator1").into_iter().filter(|(name, _)| *name != "comment").collect();
    let fields = with(with(fields, "step", "1"), "reason", "Correction <1>");
    let unfit = send(&plant.server, &asked, &with(fields.clone(), "reason", "Boredom")).await;
    assert!(page(&unfit).contains("reason-unfit"), "{}", page(&unfit));
    let kept = send(&plant.server, &asked, &with(fields.clone(), "password", "wrong")).await;
    assert!(page(&kept).contains("<option value=\"1\" selected>Witnessed"), "{}", page(&kept));
    assert!(page(&kept).contains("<option value=\"Correction &#60;1&#62;\" selected>"), "{}", page(&kept));
    let odd = send(&plant.server, &asked, &with(fields.clone(), "step", "first")).await;
    assert!(page(&odd).contains("other-step"), "{}", page(&odd));
    location(&send(&plant.server, &asked, &fields).await);
    let signature = plant.read(&asked).await["signatures"][0].clone();
    assert_eq!(
        (&signature["meaning"], &signature["reason"]),
        (&json!("witnessed"), &json!("Correction <1>"))
    );
}

#[tokio::test]
async fn a_record_that_is_no_text_or_too_long_is_told_by_its_hash_and_can_be_loaded() {
    let plant = Plant::start(Engine::Sqlite).await;
    let shown = async |key: &str, record: Value| {
        let mut body = request(key);
        body["record"] = record;
        let asked = plant.asked(&body).await.body;
        let shown = open(&plant.server, &plain(&asked)).await;
        (page(&shown).to_owned(), text(&asked["record"], "sha256"), plain(&asked))
    };
    let long = json!({ "text": "x".repeat(33 * 1024) });
    let (binary, text) = (json!({ "base64": "AAECAw==" }), json!({ "text": "caf\u{e9}\nline" }));
    for (key, record, size) in [("1", long, "33792 bytes"), ("2", binary, "4 bytes")] {
        let (page, sha256, path) = shown(key, record).await;
        assert!(page.contains("cannot be shown on this page") && page.contains(size), "{page}");
        assert!(page.contains(&sha256) && !page.contains("<pre"), "{page}");
        let at = path.replacen("/lite/sign", "/api/v1/signature-requests", 1).replacen('?', "/record?", 1);
        assert!(page.contains(&format!("href=\"{at}\" download")), "{at}: {page}");
        assert_eq!(plant.server.raw("GET", &at).send().await.status, 200);
    }
    let (page, ..) = shown("3", text).await;
    assert!(page.contains("caf\u{e9}\nline</pre>"), "{page}");
    let (page, ..) = shown("4", json!({ "json": { "secret": 7 }, "keep": false })).await;
    assert!(page.contains("The application keeps the record") && !page.contains("secret"), "{page}");
}

#[tokio::test]
async fn a_record_that_was_altered_in_the_database_is_told_and_not_offered_to_be_signed() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    plant.server.stop().await;
    let database = rusqlite::Connection::open(plant.server.data().join("pforte.db")).unwrap();
    let sql =
        "UPDATE signature_record_parts SET bytes = CAST(replace(CAST(bytes AS TEXT), '3.5', '3.6') AS BLOB)";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    drop(database);
    plant.server.restart().await;
    let shown = open(&plant.server, &plain(&asked)).await;
    assert!(page(&shown).contains("does not match its hash. Do not sign"), "{}", page(&shown));
    assert!(!page(&shown).contains("3.6") && !page(&shown).contains("<form"));
}

#[tokio::test]
async fn what_has_expired_is_told_and_takes_no_signature() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    plant.server.hands().advance(Duration::from_secs(601));
    let late = send(&plant.server, &asked, &typed(&asked, "operator1")).await;
    assert_eq!(late.status, 409);
    assert!(page(&late).contains("<code>request-ended</code>"), "{}", page(&late));
    until("it has expired", async || (plant.read(&asked).await["state"] == "expired").then_some(())).await;
    let shown = open(&plant.server, &plain(&asked)).await;
    assert!(page(&shown).contains("Expired") && !page(&shown).contains("<form"), "{}", page(&shown));
}
