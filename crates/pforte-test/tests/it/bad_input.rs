//! Whatever mistakes and strangers send: a coded problem with the request's number,
//! no secret in it, and the server goes on answering.

use pforte_server::config::{Config, ConfigError};
use pforte_test::Server;
use pforte_test::http::{Answer, connect};
use pforte_test::server::PASSWORD;
use serde_json::{Value, json};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Stands where no answer may show it again.
const SECRET: &str = "Tell-Nobody-91";

/// Checks the shape of a refusal, and that the server still answers.
async fn refused(server: &Server, what: &str, answer: &Answer, expected: (u16, &str)) {
    assert_eq!((answer.status, answer.code()), expected, "{what}: {answer:?}");
    let id = answer.text("request_id");
    assert_eq!(answer.headers.get("x-request-id").unwrap(), &id, "{what}");
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/problem+json", "{what}");
    assert_eq!(answer.at("/status"), answer.status, "{what}");
    assert!(!answer.text("detail").is_empty(), "{what}");
    assert!(!format!("{answer:?}").contains(SECRET), "{what}: {answer:?}");
    let here = server.admin("GET", "/sessions/current").send().await;
    assert_eq!(here.status, 200, "after {what}: {here:?}");
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_refused_without_showing_what_was_in_it() {
    let server = Server::start().await;
    let long = format!(r#"{{"user":"a","password":"{}"}}"#, SECRET.repeat(6_000));
    let deep = format!(r#"{{"user":"a","password":{}"{SECRET}"{}}}"#, "[".repeat(40), "]".repeat(40));
    let deepest = "[".repeat(60_000);
    let log_on = |password: &str| format!(r#"{{"user":"a","password":{password}}}"#);
    let cases: [(&str, Vec<u8>, (u16, &str)); 14] = [
        ("nothing", vec![], (400, "body-invalid")),
        ("no JSON", SECRET.into(), (400, "body-invalid")),
        ("half a body", format!(r#"{{"user":"a","password":"{SECRET}"#).into(), (400, "body-invalid")),
        ("two bodies", format!("{0}{0}", log_on("\"x\"")).into(), (400, "body-invalid")),
        (
            "an unknown key",
            format!(r#"{{"user":"a","password":"{SECRET}","admin":true}}"#).into(),
            (400, "body-invalid"),
        ),
        (
            "a key twice",
            format!(r#"{{"user":"a","user":"b","password":"{SECRET}"}}"#).into(),
            (400, "body-invalid"),
        ),
        ("a missing key", format!(r#"{{"password":"{SECRET}"}}"#).into(), (400, "body-invalid")),
        (
            "a number",
            format!(r#"{{"user":"a","password":"b","cookie":"{SECRET}"}}"#).into(),
            (400, "body-invalid"),
        ),
        ("a list", log_on(&format!("[\"{SECRET}\"]")).into(), (400, "body-invalid")),
        ("half a character", log_on(r#""\ud800""#).into(), (400, "body-invalid")),
        (
            "no UTF-8",
            [&log_on("\"").into_bytes()[..25], &[0xc3, 0x28, b'"', b'}']].concat(),
            (400, "body-invalid"),
        ),
        ("too long", long.into(), (413, "body-too-long")),
        ("too deep", deep.into(), (400, "body-too-deep")),
        ("much too deep", deepest.into(), (400, "body-too-deep")),
    ];
    for (what, body, expected) in cases {
        let answer = server.call("POST", "/sessions").bytes(body).await;
        refused(&server, what, &answer, expected).await;
    }
    let member = json!({ "kind": SECRET, "id": SECRET });
    let group = server.done("POST", "/groups", &json!({ "name": "Crew" })).await;
    let path = format!("/groups/{}/members", group["id"].as_str().unwrap());
    let answer = server.admin("PUT", &path).json(&member).await;
    refused(&server, "an unknown word", &answer, (400, "value-invalid")).await;
}

/// As curl does: everything is sent before the answer is read.
#[tokio::test]
async fn who_sends_a_body_that_is_much_too_long_to_its_end_hears_why_it_is_refused() {
    const LENGTH: usize = 3_000_000;
    let server = Server::start().await;
    let mut wire = connect(server.address(), server.running().ca_file()).await;
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {LENGTH}\r\nconnection: close\r\n\r\n"
    );
    wire.write_all(head.as_bytes()).await.unwrap();
    wire.write_all(&vec![b'['; LENGTH]).await.unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("body-too-long"), "{answer}");
}

#[tokio::test]
async fn names_with_characters_that_nobody_sees_are_refused_everywhere() {
    let server = Server::start().await;
    let bad =
        ["a\u{202e}b", "a\u{2066}b", "a\nb", "a\u{0}b", "a\u{1b}[31m", "a\u{200b}b", "a\u{feff}b", "", "  "];
    for name in bad.map(str::to_owned).into_iter().chain(["x".repeat(400)]) {
        let cases = [
            ("/areas", json!({ "parent": "dairy", "name": name })),
            ("/stations", json!({ "name": name, "area": "dairy" })),
            ("/roles", json!({ "name": name })),
            ("/users", json!({ "login": name, "password": PASSWORD })),
            ("/groups", json!({ "name": name })),
            ("/applications", json!({ "key": "hmi", "name": name, "areas": ["dairy"] })),
        ];
        for (path, body) in cases {
            let answer = server.admin("POST", path).json(&body).await;
            refused(&server, &format!("{path} {name:?}"), &answer, (400, "name-invalid")).await;
        }
    }
}

#[tokio::test]
async fn a_name_that_means_something_elsewhere_is_just_an_unknown_name() {
    let server = Server::start().await;
    let names = [
        "*)(uid=*",
        "*",
        "chief)(|(a=b",
        "chie*",
        "\\2a",
        "' OR 1=1 --",
        "chief'--",
        "%",
        "_____",
        "../chief",
        "${jndi:x}",
        "chief;",
        "$(id)",
        "<b>chief</b>",
    ];
    for name in names {
        let answer = server.log_on(name, SECRET).await;
        refused(&server, name, &answer, (401, "credentials-refused")).await;
    }
    for name in ["chief\u{0}", "chief\u{0}*", "\u{202e}feihc", "", " ", &"c".repeat(2_000)] {
        let answer = server.log_on(name, SECRET).await;
        refused(&server, name, &answer, (400, "name-invalid")).await;
    }
    for password in ["", &SECRET.repeat(1_000)] {
        let answer = server.log_on("chief", password).await;
        let code = answer.code().to_owned();
        assert!(["value-invalid", "credentials-refused"].contains(&code.as_str()), "{answer:?}");
        refused(&server, "a password", &answer, (answer.status, &code)).await;
    }
    let told = server.events_of("log-on-refused").await;
    assert_eq!(told.iter().filter(|event| event["who"]["name"] == "*)(uid=*").count(), 1);
    assert!(!format!("{:?}", server.events().await).contains(SECRET), "the log shows a password");
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_told_so() {
    let server = Server::start().await;
    let cases = [
        ("GET", "/api/v1/nothing", (404, "not-found")),
        ("GET", "/api/v2/sessions", (404, "not-found")),
        ("GET", "/api/v1/sessions/", (404, "not-found")),
        ("GET", "//api/v1/sessions", (404, "not-found")),
        ("GET", "/etc/passwd", (404, "not-found")),
        ("GET", "/api/v1/../../etc/passwd", (404, "not-found")),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", (404, "not-found")),
        ("GET", "/%00", (404, "not-found")),
        ("GET", "/%ff%fe", (404, "not-found")),
        ("PUT", "/api/v1/sessions", (405, "method-not-allowed")),
        ("DELETE", "/api/v1/logon", (405, "method-not-allowed")),
        ("BREW", "/api/v1/sessions", (405, "method-not-allowed")),
        ("TRACE", "/healthz", (405, "method-not-allowed")),
        ("POST", "/metrics", (405, "method-not-allowed")),
    ];
    for (method, path, expected) in cases {
        let answer = server.raw(method, path).bearer(&server.admin).send().await;
        refused(&server, path, &answer, expected).await;
    }
    let long = format!("/api/v1/{}", "a".repeat(20_000));
    let answer = server.raw("GET", &long).send().await;
    refused(&server, "a long address", &answer, (404, "not-found")).await;
}

#[tokio::test]
async fn identifiers_that_are_none_are_refused() {
    let server = Server::start().await;
    let ids = [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "%00",
        "%ff%fe",
        "1",
        "-1",
        "null",
        "00000000-0000-0000-0000-00000000000g",
        "%27%20OR%201=1",
        "00000000-0000-7000-8000-000000000000%00",
    ];
    for id in ids {
        for noun in [
            "areas",
            "stations",
            "users",
            "groups",
            "roles",
            "assignments",
            "applications",
            "sessions",
            "events",
        ] {
            let path = format!("/{noun}/{id}");
            let answer = server.admin("GET", &path).send().await;
            if noun == "events" && id == "1" {
                assert_eq!(answer.status, 200);
            } else {
                refused(&server, &path, &answer, (400, "parameter-invalid")).await;
            }
        }
    }
    let parameters = [
        "/users?limit=0",
        "/users?limit=501",
        "/users?limit=-1",
        "/users?limit=x",
        "/users?nothing=1",
        "/users?after=%ff",
        "/users?limit=1&limit=2",
        "/events?after=-2",
        "/events?after=99999999999999999999",
        "/log/proofs/inclusion?sequence=-1",
        "/log/proofs/consistency?from=9&to=1",
    ];
    for path in parameters {
        let answer = server.admin("GET", path).send().await;
        assert!((400..=404).contains(&answer.status), "{path}: {answer:?}");
        let code = answer.code().to_owned();
        refused(&server, path, &answer, (answer.status, &code)).await;
    }
}

#[tokio::test]
async fn proofs_that_prove_nothing_are_refused() {
    let server = Server::start().await;
    let area = json!({ "name": "Panel", "area": "dairy" });
    let station = server.done("POST", "/stations", &area).await["credential"].as_str().unwrap().to_owned();
    let unknown = "A".repeat(43);
    let admin = server.admin.clone();
    let tokens = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {SECRET}"),
        format!("Basic {SECRET}"),
        format!("bearer {admin}"),
        format!("Bearer  {admin}"),
        format!("Bearer {admin}x"),
        admin.clone(),
        format!("Bearer pfs_{unknown}"),
        format!("Bearer pfa_{unknown}"),
        format!("Bearer {station}"),
        format!("Bearer {admin}, Bearer {admin}"),
        format!("Bearer pfs_{}", "A".repeat(20_000)),
    ];
    for token in tokens {
        let answer = server.call("GET", "/sessions/current").header("authorization", &token).send().await;
        refused(&server, &token, &answer, (401, "token-invalid")).await;
    }
    let twice = server.call("GET", "/sessions/current").bearer(&admin).bearer(&admin).send().await;
    refused(&server, "two tokens", &twice, (401, "token-invalid")).await;
    let mixed =
        server.call("GET", "/sessions/current").bearer(&format!("pfs_{unknown}")).bearer(&admin).send().await;
    refused(&server, "two tokens", &mixed, (401, "token-invalid")).await;
    for proof in [
        "",
        "Panel",
        SECRET,
        &admin,
        &format!("pft_{unknown}"),
        &format!("{station} "),
        &format!("{station}x"),
    ] {
        let call = server.call("GET", "/stations/current").station(proof);
        let answer = call.send().await;
        if answer.status == 200 {
            // Spaces at the end of a header are no part of it.
            assert_eq!(proof.trim_end(), station);
        } else {
            refused(&server, proof, &answer, (401, "station-unproven")).await;
        }
    }
    let twice = server.call("GET", "/stations/current").station(&station).station(&station).send().await;
    refused(&server, "two stations", &twice, (401, "station-unproven")).await;
}

#[tokio::test]
async fn headers_without_end_do_not_take_the_server_down() {
    let server = Server::start().await;
    let huge = "x".repeat(60_000);
    let answer = server.call("GET", "/sessions/current").header("x-padding", &huge).send().await;
    assert_eq!(answer.status, 431, "{answer:?}");
    let many = (0..150).fold(server.call("GET", "/logon"), |call, n| call.header(&format!("x-{n}"), "y"));
    assert_eq!(many.send().await.status, 431);
    let here = server.admin("GET", "/sessions/current").send().await;
    assert_eq!(here.status, 200);
}

#[test]
fn everything_wrong_in_a_configuration_is_told_at_once() {
    let text = "version = 1\nspeed = 9\n[listen]\nporrt = 1\n[throttle]\nfree = \"x\"\nmost_seconds = 0\n\
        [local]\nprofile = \"none\"\n[nothing]\na = 1\n";
    let Err(ConfigError::Problems(problems)) = Config::parse(text, Path::new("/nowhere")) else {
        unreachable!("it was taken")
    };
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    let expected =
        ["speed", "listen.porrt", "throttle.free", "throttle.most_seconds", "local.profile", "nothing"];
    assert_eq!(paths, expected, "{problems:?}");
    let lines: Vec<_> = problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(lines, [2, 4, 6, 7, 9, 10]);
    let told: Value = json!(Config::parse("version = ", Path::new("/nowhere")).unwrap_err().to_string());
    assert!(told.as_str().unwrap().contains("line 1"), "{told}");
}
