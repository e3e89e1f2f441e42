//! The plain pages, as a browser without script uses them.

use crate::admin_kit::{event, get, with_domain};
use crate::browser_kit::{Browser, SESSION, STATION};
use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{ADMIN, ENGINES, Engine, PASSWORD, text};
use serde_json::json;
use std::time::Duration;

/// The one script: the touch keyboard of the fields.
const KEYBOARD: &str = "<script src=\"/lite/keyboard.js\" defer></script>";

/// The text of a page, which must carry the policy of the plain pages.
pub(crate) fn page(answer: &Answer) -> &str {
    let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    let policy = header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(policy.contains("; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "same-origin"));
    let text = answer.body.as_str().unwrap();
    assert!(text.matches("<script").count() == text.matches(KEYBOARD).count(), "{text}");
    for never in [" onload", "javascript:", " onclick", " style=", "http://", "https://"] {
        assert!(!text.contains(never), "{never}: {text}");
    }
    text
}

pub(crate) fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.headers.get("location").unwrap().to_str().unwrap()
}

pub(crate) async fn panel(server: &Server, name: &str) -> (String, Browser) {
    let made = server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    let mut browser = Browser::default();
    assert_eq!(browser.install(server, &text(&made, "credential")).await.status, 204);
    (text(&made["station"], "id"), browser)
}

#[tokio::test]
async fn a_person_logs_on_is_shown_and_logs_off_without_script() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (station, mut browser) = panel(&server, "Panel 1").await;
        assert_eq!(location(&browser.open(&server, "/lite").await), "/lite/logon");
        let form = browser.open(&server, "/lite/logon").await;
        assert!(page(&form).contains("<form method=\"post\" action=\"/lite/logon\">"));
        assert!(page(&form).contains("Panel 1"));
        let logged_on =
            browser.post(&server, "/lite/logon", &format!("user={}&password={}", ADMIN.0, ADMIN.1)).await;
        assert_eq!(location(&logged_on), "/lite/station");
        assert!(browser.has(SESSION));
        let here = browser.open(&server, "/lite/station").await;
        for told in ["<h1>chief</h1>", "Administrator", "08:00:00", "15:00", "Log off", "Stay logged on"] {
            assert!(page(&here).contains(told), "{told}: {}", page(&here));
        }
        assert_eq!(location(&browser.open(&server, "/lite").await), "/lite/station");
        let in_charge = get(&server, &format!("/stations/{station}/session")).await;
        assert_eq!(in_charge["session"]["user"]["name"], ADMIN.0);
        let session = browser.here(&server).await;
        assert_eq!((session.at("/strength"), session.at("/station/id")), (&json!("single"), &json!(station)));
        let logged_off = browser.post(&server, "/lite/logoff", "").await;
        assert_eq!(location(&logged_off), "/lite/logon");
        assert!(!browser.has(SESSION) && browser.has(STATION));
        assert_eq!(location(&browser.open(&server, "/lite/station").await), "/lite/logon");
        assert_eq!(event(&server, "logged-off").await["station"]["name"], "Panel 1");
    }
}

#[tokio::test]
async fn a_refused_log_on_tells_the_sentence_and_the_code_and_keeps_the_name_but_never_the_password() {
    let server = Server::start().await;
    let mut browser = Browser::default();
    let refused =
        browser.post(&server, "/lite/logon", "user=Chi%22ef%3Cb%3E&password=not+the+password").await;
    assert_eq!(refused.status, 401);
    let text = page(&refused);
    assert!(text.contains("<code>credentials-refused</code>"), "{text}");
    assert!(text.contains("role=\"alert\"") && !text.contains("not the password"), "{text}");
    assert!(!text.contains("<b>") && text.contains("Chi&#34;ef&#60;b&#62;"), "{text}");
    let request = refused.headers.get("x-request-id").unwrap().to_str().unwrap();
    assert!(text.contains(request), "{text}");
    assert_eq!(browser.cookies, []);
    let logged = event(&server, "log-on-refused").await;
    assert_eq!((&logged["who"]["name"], &logged["request"]), (&json!("chi\"ef<b>"), &json!(request)));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() {
    let server = Server::start().await;
    let mut browser = Browser::default();
    let of = |answer: &Answer| {
        let request = answer.headers.get("x-request-id").unwrap().to_str().unwrap();
        (answer.status, page(answer).replace(request, "").replace(ADMIN.0, "").replace("nobody", ""))
    };
    let wrong = browser.post(&server, "/lite/logon", &format!("user={}&password=wrong", ADMIN.0)).await;
    let unknown = browser.post(&server, "/lite/logon", "user=nobody&password=wrong").await;
    assert_eq!(of(&wrong), of(&unknown));
}

#[tokio::test]
async fn guessing_on_the_plain_page_is_slowed_down_with_the_same_count_as_on_the_api() {
    let server = Server::start_with(Engine::Sqlite, "[throttle]\nfree = 3\n").await;
    let mut browser = Browser::default();
    for _ in 0..2 {
        assert_eq!(server.log_on(ADMIN.0, "wrong").await.status, 401);
    }
    let form = format!("user={}&password=wrong", ADMIN.0);
    for _ in 0..2 {
        assert_eq!(browser.post(&server, "/lite/logon", &form).await.status, 401);
    }
    let right = format!("user={}&password={}", ADMIN.0, ADMIN.1);
    let held = browser.post(&server, "/lite/logon", &right).await;
    assert_eq!(held.status, 429, "{held:?}");
    let seconds = held.headers.get("retry-after").unwrap().to_str().unwrap();
    assert!(
        page(&held).contains("tried-too-often") && page(&held).contains(&format!("Wait {seconds} seconds"))
    );
    assert_eq!(server.log_on(ADMIN.0, ADMIN.1).await.code(), "tried-too-often");
}

#[tokio::test]
async fn a_failed_change_of_user_leaves_the_one_before_in_charge() {
    let server = Server::start().await;
    server.user("early").await;
    server.user("late").await;
    let (station, mut browser) = panel(&server, "Panel 1").await;
    browser.post(&server, "/lite/logon", &format!("user=early&password={PASSWORD}")).await;
    let form = browser.open(&server, "/lite/logon").await;
    assert!(page(&form).contains("Change user") && page(&form).contains("early stays in charge"));
    let refused = browser.post(&server, "/lite/logon", "user=late&password=wrong").await;
    assert!(page(&refused).contains("early stays in charge"), "{refused:?}");
    assert!(page(&browser.open(&server, "/lite/station").await).contains("<h1>early</h1>"));
    browser.post(&server, "/lite/logon", &format!("user=late&password={PASSWORD}")).await;
    assert!(page(&browser.open(&server, "/lite/station").await).contains("<h1>late</h1>"));
    let here = get(&server, &format!("/stations/{station}/session")).await;
    assert_eq!(here["session"]["user"]["name"], "late");
    assert_eq!(event(&server, "user-changed").await["old"]["who"]["name"], "early");
}

#[tokio::test]
async fn who_is_in_charge_by_another_program_is_shown_but_not_logged_off_here() {
    let server = Server::start().await;
    server.user("operator").await;
    let made = server.done("POST", "/stations", &json!({ "name": "Panel 1", "area": "dairy" })).await;
    let credential = text(&made, "credential");
    let mut browser = Browser::default();
    browser.install(&server, &credential).await;
    let by = json!({ "user": "operator", "password": PASSWORD });
    server.call("POST", "/sessions").station(&credential).json(&by).await;
    let here = browser.open(&server, "/lite/station").await;
    assert!(page(&here).contains("<h1>operator</h1>") && page(&here).contains("Change user"));
    assert!(!page(&here).contains("/lite/logoff") && !page(&here).contains("/lite/stay"));
    browser.post(&server, "/lite/logoff", "").await;
    assert!(page(&browser.open(&server, "/lite/station").await).contains("<h1>operator</h1>"));
}

#[tokio::test]
async fn the_countdown_comes_with_each_refresh_and_only_a_touch_puts_it_off() {
    let server = Server::start_with(Engine::Sqlite, "[session]\nidle_minutes = 5\n").await;
    let mut browser = Browser::default();
    browser.post(&server, "/lite/logon", &format!("user={}&password={}", ADMIN.0, ADMIN.1)).await;
    let shows = async |browser: &mut Browser, told: &str| {
        let here = browser.open(&server, "/lite/station").await;
        assert!(page(&here).contains(told), "{told}: {}", page(&here));
    };
    let comes_again = async |browser: &mut Browser, seconds: &str| {
        let here = browser.open(&server, "/lite/station").await;
        assert_eq!(here.headers.get("refresh").unwrap(), seconds);
    };
    comes_again(&mut browser, "10").await;
    shows(&mut browser, ">5:00<").await;
    server.hands().advance(Duration::from_secs(297));
    shows(&mut browser, ">0:03<").await;
    comes_again(&mut browser, "4").await;
    assert_eq!(location(&browser.post(&server, "/lite/stay", "").await), "/lite/station");
    shows(&mut browser, ">5:00<").await;
    server.hands().advance(Duration::from_secs(301));
    assert_eq!(location(&browser.open(&server, "/lite/station").await), "/lite/logon");
}

#[tokio::test]
async fn forms_of_other_sites_pages_do_nothing() {
    let server = Server::start().await;
    let (station, mut browser) = panel(&server, "Panel 1").await;
    browser.post(&server, "/lite/logon", &format!("user={}&password={}", ADMIN.0, ADMIN.1)).await;
    let right = format!("user={}&password={}", ADMIN.0, ADMIN.1);
    let origins: [&[(&str, &str)]; 4] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://localhost")],
        &[("origin", "https://evil.example")],
    ];
    for origin in origins {
        for (path, form) in [("logon", right.as_str()), ("logoff", ""), ("stay", ""), ("forget", "")] {
            for cookies in [true, false] {
                let call = server.raw("POST", &format!("/lite/{path}"));
                let call = if cookies { browser.dress(call) } else { call };
                let call = call.header("content-type", "application/x-www-form-urlencoded");
                let call = origin.iter().fold(call, |call, (name, value)| call.header(name, value));
                let forged = call.bytes(form.as_bytes().to_vec()).await;
                assert_eq!(forged.status, 403, "{path} {origin:?} {cookies}: {forged:?}");
                assert!(page(&forged).contains("cross-site") && forged.headers.get("set-cookie").is_none());
            }
        }
    }
    let here = get(&server, &format!("/stations/{station}/session")).await;
    assert_eq!(here["session"]["user"]["name"], ADMIN.0);
    let old = server.raw("POST", "/lite/logoff").header("origin", "https://localhost");
    assert_eq!(
        location(&browser.dress(old).send().await),
        "/lite/logon",
        "a browser that tells only the origin"
    );
}

#[tokio::test]
async fn every_language_is_chosen_by_the_link_kept_and_else_asked_of_the_browser() {
    let server = Server::start_with(Engine::Sqlite, "[plant]\nname = \"dairy\"\nlanguage = \"it\"\n").await;
    let words = [
        ("en", "User name"),
        ("de", "Benutzername"),
        ("fr", "Nom d’utilisateur"),
        ("it", "Nome utente"),
        ("es", "Nombre de usuario"),
        ("ja", "ユーザー名"),
        ("zh", "用户名"),
    ];
    for (tag, word) in words {
        let mut browser = Browser::default();
        let chosen = browser.open(&server, &format!("/lite/logon?lang={tag}")).await;
        assert!(page(&chosen).contains(word) && page(&chosen).contains(&format!("<html lang=\"{tag}\">")));
        assert_eq!(chosen.headers.get("content-language").unwrap(), tag);
        assert!(page(&browser.open(&server, "/lite/logon").await).contains(word), "{tag} is kept");
        let refused = browser.post(&server, "/lite/logon", &format!("user=x-{tag}&password=wrong")).await;
        assert!(page(&refused).contains(word), "{tag} also after a refusal");
        assert!(page(&refused).contains("credentials-refused"));
        let asked = server.raw("GET", "/lite/logon").header("accept-language", &format!("{tag}-XX,en;q=0.1"));
        assert!(page(&asked.send().await).contains(word), "{tag} is asked for");
    }
    let mut browser = Browser::default();
    assert!(page(&browser.open(&server, "/lite/logon").await).contains("Nome utente"), "the plant's own");
    let odd = browser.open(&server, "/lite/logon?lang=%22%3E%3Cscript%3E").await;
    assert!(page(&odd).contains("Nome utente"));
    assert_eq!(browser.cookies, [], "what is no language is not kept");
}

#[tokio::test]
async fn the_notice_and_names_of_people_are_text_and_never_markup() {
    let more =
        "[notice]\ntext = \"For <b>staff</b> only.\\nAll is logged.\"\n[plant]\nname = \"a <i>dairy\"\n";
    let server = Server::start_with(Engine::Sqlite, more).await;
    let evil = "<script>alert(1)</script>";
    let new = json!({ "login": "x\"><img>", "label": evil, "password": PASSWORD });
    let made = server.done("POST", "/users", &new).await;
    let role = server.done("POST", "/roles", &json!({ "name": "<u>R</u>" })).await;
    let areas = get(&server, "/areas").await;
    let given = json!({ "role": text(&role, "id"), "areas": [areas["items"][0]["id"]],
        "principal": { "kind": "user", "id": text(&made, "id") } });
    server.done("POST", "/assignments", &given).await;
    let mut browser = Browser::default();
    let form = browser.open(&server, "/lite/logon").await;
    assert!(page(&form).contains("For &#60;b&#62;staff&#60;/b&#62; only.\nAll is logged."), "{form:?}");
    let typed = format!("user=x%22%3E%3Cimg%3E&password={PASSWORD}");
    assert_eq!(location(&browser.post(&server, "/lite/logon", &typed).await), "/lite/station");
    let here = browser.open(&server, "/lite/station").await;
    for never in ["<img", "<u>", "<i>", "<script"] {
        assert!(!page(&here).contains(never), "{never}");
    }
    assert!(page(&here).contains("&#60;script&#62;alert(1)"), "{here:?}");
}

#[tokio::test]
async fn a_station_that_no_longer_counts_is_told_and_can_be_forgotten_and_one_that_counts_cannot() {
    let server = Server::start().await;
    let (station, mut browser) = panel(&server, "Panel 1").await;
    browser.post(&server, "/lite/forget", "").await;
    assert!(browser.has(STATION), "what counts stays");
    browser.post(&server, "/lite/logon", &format!("user={}&password={}", ADMIN.0, ADMIN.1)).await;
    server.done("POST", &format!("/stations/{station}/credential"), &json!({})).await;
    for path in ["/lite/logon", "/lite/station"] {
        let told = browser.open(&server, path).await;
        assert_eq!(told.status, 401);
        assert!(page(&told).contains("station-unproven") && page(&told).contains("/lite/forget"));
    }
    let refused =
        browser.post(&server, "/lite/logon", &format!("user={}&password={}", ADMIN.0, ADMIN.1)).await;
    assert!(page(&refused).contains("station-unproven"), "it is not silently a log-on without a station");
    assert_eq!(location(&browser.post(&server, "/lite/forget", "").await), "/lite/logon");
    assert_eq!(browser.cookies, []);
    assert_eq!(browser.open(&server, "/lite/logon").await.status, 200);
}

#[tokio::test]
async fn a_directory_is_chosen_and_one_that_does_not_answer_is_told_as_such() {
    let server = Server::start().await;
    let (ad, id) = with_domain(&server).await;
    let mut browser = Browser::default();
    let form = browser.open(&server, "/lite/logon").await;
    let (local, works) =
        (page(&form).find("<option>local").unwrap(), page(&form).find("<option>works").unwrap());
    assert!(local < works, "the default comes first");
    let form = format!("directory=works&user=alice&password={}", ad.facts.user_password.replace('!', "%21"));
    assert_eq!(location(&browser.post(&server, "/lite/logon", &form).await), "/lite/station");
    let kept = browser.post(&server, "/lite/logon", "directory=works&user=alice&password=wrong").await;
    assert!(page(&kept).contains("<option selected>works"), "{kept:?}");
    let elsewhere = json!({ "version": 1, "ldap": { "domain": "gone.test.lab", "servers": ["127.0.0.1:1"],
        "service_account": "svc@gone.test.lab" }, "service_password": "Nothing-7" });
    server.done("PATCH", &format!("/directories/{id}"), &elsewhere).await;
    let told = browser.post(&server, "/lite/logon", &form).await;
    assert_eq!(told.status, 503, "{told:?}");
    assert!(page(&told).contains("directory-unreachable"));
}

#[tokio::test]
async fn a_password_that_ends_soon_is_told_to_its_person_alone() {
    let more = "[local]\nmemory_kib = 8192\npasses = 1\npassword_profile = \"gxp-classic\"\n";
    let server = Server::start_with(Engine::Sqlite, more).await;
    let (_, mut browser) = panel(&server, "Panel 1").await;
    let right = format!("user={}&password={}", ADMIN.0, ADMIN.1);
    browser.post(&server, "/lite/logon", &right).await;
    let told = "Days until your password expires";
    assert!(!page(&browser.open(&server, "/lite/station").await).contains(told), "90 days are far");
    server.hands().advance(Duration::from_hours(24 * 80));
    browser.post(&server, "/lite/logon", &right).await;
    assert!(page(&browser.open(&server, "/lite/station").await).contains(&format!("{told}: 10.")));
    let other =
        Browser { cookies: browser.cookies.iter().filter(|(name, _)| name == STATION).cloned().collect() };
    let seen = { other }.open(&server, "/lite/station").await;
    assert!(page(&seen).contains("<h1>chief</h1>") && !page(&seen).contains(told));
}

#[tokio::test]
async fn forms_that_fit_nothing_are_refused_as_a_page() {
    let server = Server::start().await;
    let mut browser = Browser::default();
    let long = format!("user={}&password=x", "x".repeat(300));
    for (form, code) in [
        ("", "body-invalid"),
        ("user=a", "body-invalid"),
        ("user=a&password=b&more=c", "body-invalid"),
        ("user=a&user=b&password=c", "body-invalid"),
        ("user=&password=x", "name-invalid"),
        ("user=a%00&password=x", "name-invalid"),
        (long.as_str(), "name-invalid"),
        ("user=a&password=", "value-invalid"),
        ("user=a&password=x&directory=nowhere", "directory-unknown"),
    ] {
        let refused = browser.post(&server, "/lite/logon", form).await;
        assert!((400..500).contains(&refused.status), "{form}: {refused:?}");
        assert!(page(&refused).contains(code), "{form}: {}", page(&refused));
    }
    let huge = format!("user=a&password={}", "x".repeat(4_000_000));
    let refused = browser.post(&server, "/lite/logon", &huge).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    let json = browser.dress(server.raw("POST", "/lite/logon")).header("sec-fetch-site", "same-origin");
    assert_eq!(json.json(&json!({ "user": ADMIN.0, "password": ADMIN.1 })).await.status, 400);
}

#[tokio::test]
async fn the_style_is_a_file_of_the_servers_own_that_loads_nothing() {
    let server = Server::start().await;
    let style = server.raw("GET", "/lite/style.css").send().await;
    assert_eq!(
        (style.status, style.headers.get("content-type").unwrap().to_str().unwrap()),
        (200, "text/css; charset=utf-8")
    );
    let text = style.body.as_str().unwrap();
    assert!(!text.contains("url(") && !text.contains("@import"), "{text}");
}
