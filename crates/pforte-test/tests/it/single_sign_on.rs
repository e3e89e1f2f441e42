//! Single sign-on against the real domain: who is let in, who is not, and what a
//! strange page can do.

use crate::admin_kit::{event, get, is_live, refused, until};
use crate::browser_kit::{Browser, SESSION};
use crate::ldap_directory::{chance, clock};
use crate::single_sign_on_kit::{Stage, export, shown, ticket};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_directory::kerberos::gss::{self, Over};
use pforte_directory::ldap::channel_binding;
use pforte_model::time::Micros;
use pforte_test::Server;
use pforte_test::server::{ADMIN, text};

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The code and the logged reason of a token that must be refused.
async fn refused_for(stage: &Stage, token: &[u8]) -> String {
    let answer = stage.show(token).await;
    assert_eq!((answer.status, answer.code()), (401, "ticket-refused"), "{answer:?}");
    assert!(answer.headers.get("www-authenticate").is_none(), "a browser would ask for a password");
    assert_eq!(text(&event(&stage.server, "log-on-refused").await, "code"), "ticket-refused");
    stage.reason().await
}

#[tokio::test]
async fn a_ticket_logs_on_the_same_person_as_a_password_with_the_groups_of_now() {
    let stage = Stage::start().await;
    let login = stage.ad.new_user(&[]).await;
    let body = json!({ "directory": "works", "user": login, "password": stage.ad.facts.user_password });
    let by_password = stage.server.call("POST", "/sessions").json(&body).await;
    let ticket = stage.ticket(&login).await;
    // The ticket was issued before the person came into the group.
    let (group, member) = (String::from("operators"), login.clone());
    stage.ad.act(move |admin| admin.add_member(&group, &member)).await;
    let principal = json!({ "kind": "group", "directory": "works", "name": "operators" });
    let role = json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] });
    stage.server.done("POST", "/assignments", &role).await;
    let token = Stage::token(&ticket);
    let answer = stage.show(&token).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.at("/session/user"), by_password.at("/session/user"));
    assert_eq!(answer.at("/session/strength"), "single");
    assert_eq!(answer.at("/session/roles/0/name"), "Administrator", "groups are read, not believed");
    let proof = answer.headers.get("www-authenticate").unwrap().to_str().unwrap();
    assert!(proof.starts_with("Negotiate "), "the server proves itself");
    assert!(is_live(&stage.server, &answer.text("token")).await);
    let logged = event(&stage.server, "logged-on").await;
    assert_eq!(logged["new"]["factors"][0]["factor"], "kerberos", "{logged}");
    assert_eq!(refused_for(&stage, &token).await, "the proof was used before");
}

#[tokio::test]
async fn the_clients_own_proof_of_the_server_is_right() {
    let stage = Stage::start().await;
    let ticket = stage.ticket("bob").await;
    let (proving, token) = gss::begin(&ticket, Over::Nothing, clock()(), &chance());
    let answer = stage.show(&token).await;
    let proof = answer.headers.get("www-authenticate").unwrap().to_str().unwrap();
    let proof = STANDARD.decode(proof.strip_prefix("Negotiate ").unwrap()).unwrap();
    assert!(proving.finish(&proof).is_ok());
}

#[tokio::test]
async fn tickets_for_others_of_other_times_and_connections_are_refused() {
    let mut stage = Stage::start().await;
    let good = stage.ticket("bob").await;
    let altered = |token: &mut Vec<u8>| {
        let last = token.len() - 20;
        *token.get_mut(last).unwrap() ^= 1;
    };
    let mut token = Stage::token(&good);
    altered(&mut token);
    assert!(refused_for(&stage, &token).await.contains("altered"));
    let at = |seconds| gss::begin(&good, Over::Nothing, clock()().plus_seconds(seconds), &chance()).1;
    for seconds in [-400, 400] {
        assert!(refused_for(&stage, &at(seconds)).await.contains("clocks"));
    }
    let (_, other) = stage.ad.act(xtask::servers::admin::Admin::new_web_service).await;
    let elsewhere = Stage::token(&ticket(&stage.ad, "bob", &other).await);
    assert!(refused_for(&stage, &elsewhere).await.contains("not in the keytab"));
    // A binding to another certificate, to none by a client that always binds, and to ours.
    let bound = |binding: &[u8]| gss::begin(&good, Over::Tls(binding), clock()(), &chance()).1;
    assert!(refused_for(&stage, &bound(b"tls-server-end-point:other")).await.contains("certificate"));
    let ours = channel_binding(&certificate(&stage.server)).unwrap();
    let answer = stage.show(&bound(&ours)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    // Ten hours later every ticket of the domain has ended.
    let behind = 12 * 3_600 * Micros::SECOND;
    stage.server.hands().shift_wall(behind);
    stage.server.admin = stage.server.token(ADMIN.0, ADMIN.1).await;
    let later = gss::begin(&good, Over::Nothing, clock()().plus_seconds(12 * 3_600), &chance()).1;
    assert!(refused_for(&stage, &later).await.contains("ended"));
}

/// The certificate that the server shows.
fn certificate(server: &Server) -> Vec<u8> {
    let app = server.running().app();
    app.certificate.shown()
}

#[tokio::test]
async fn who_was_disabled_or_has_expired_since_the_ticket_is_refused() {
    let stage = Stage::start().await;
    let login = stage.ad.new_user(&[]).await;
    let ticket = stage.ticket(&login).await;
    let user = login.clone();
    stage.ad.act(move |admin| admin.disable(&user)).await;
    let answer = stage.show(&Stage::token(&ticket)).await;
    assert_eq!((answer.status, answer.code()), (401, "account-disabled"), "{answer:?}");
    let user = login.clone();
    stage.ad.act(move |admin| admin.enable(&user)).await;
    let user = login.clone();
    stage.ad.act(move |admin| admin.expire(&user)).await;
    assert_eq!(stage.show(&Stage::token(&ticket)).await.code(), "account-expired");
    let user = login.clone();
    stage.ad.act(move |admin| admin.never_expire(&user)).await;
    assert_eq!(stage.show(&Stage::token(&ticket)).await.status, 201);
}

#[tokio::test]
async fn who_was_locked_or_must_change_the_password_since_is_refused() {
    let stage = Stage::start().await;
    let login = stage.ad.new_user(&["pso-locks"]).await;
    let ticket = stage.ticket(&login).await;
    let user = login.clone();
    stage.ad.act(move |admin| admin.must_change(&user)).await;
    assert_eq!(stage.show(&Stage::token(&ticket)).await.code(), "password-must-change");
    let user = login.clone();
    stage.ad.act(move |admin| admin.need_not_change(&user)).await;
    stage.ad.act(move |admin| Ok((0..3).any(|_| admin.can_bind(&login, "wrong")))).await;
    assert_eq!(stage.show(&Stage::token(&ticket)).await.code(), "account-locked");
}

#[tokio::test]
async fn a_new_account_of_the_same_name_is_not_let_in_by_the_old_ones_ticket() {
    let stage = Stage::start().await;
    let login = stage.ad.new_user(&[]).await;
    let ticket = stage.ticket(&login).await;
    let first = stage.show(&Stage::token(&ticket)).await;
    let user = login.clone();
    stage.ad.act(move |admin| admin.remove(&user)).await;
    let answer = stage.show(&Stage::token(&ticket)).await;
    assert_eq!(answer.code(), "ticket-refused", "{answer:?}");
    // Another account takes the name.
    let other = stage.ad.new_user(&[]).await;
    let (from, to) = (other.clone(), login.clone());
    stage.ad.act(move |admin| admin.rename(&from, &to)).await;
    assert_eq!(stage.show(&Stage::token(&ticket)).await.code(), "ticket-refused");
    let second = stage.log_on(&login).await;
    assert_eq!(second.status, 201, "{second:?}");
    assert_ne!(first.at("/session/person/id"), second.at("/session/person/id"));
}

#[tokio::test]
async fn a_keytab_is_stored_secret_shown_without_keys_and_old_ones_are_told() {
    let stage = Stage::start().await;
    let shown = get(&stage.server, &format!("/directories/{}", stage.directory)).await;
    let principal = format!("HTTP/{}@AD.TEST.LAB", stage.host);
    assert_eq!(shown["keytab"][0]["principal"], json!(principal), "{shown}");
    assert_eq!(shown["keytab"][0]["encryption"], "aes256-sha1");
    let changed = event(&stage.server, "directory-changed").await;
    assert_eq!(changed["new"]["keytab"][0]["principal"], json!(principal));
    let secret = STANDARD.encode(&stage.keytab);
    assert!(!changed.to_string().contains(&secret) && !shown.to_string().contains(&secret));
    let database = std::fs::read(stage.server.data().join("pforte.db")).unwrap();
    let key = stage.keytab.get(stage.keytab.len() - 24..).unwrap();
    assert!(!database.windows(24).any(|part| part == key), "the key is not in the database");
    // The service's password was changed: the keytab is old.
    let login = stage.account.clone();
    stage.ad.act(move |admin| admin.set_password(&login, "Another-Passw0rd!")).await;
    let token = Stage::token(&stage.ticket("bob").await);
    assert!(refused_for(&stage, &token).await.contains("export the keytab again"));
    stage.install(&export(&stage.ad, &stage.host).await).await;
    let answer = stage.log_on("bob").await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn keytabs_that_do_not_fit_are_refused_and_one_can_be_taken_away() {
    let stage = Stage::start().await;
    for bad in [&b"no keytab"[..], &[5, 2], &[0; 16_000]] {
        let answer = stage.put(bad).await;
        assert_eq!((answer.status, answer.code()), (400, "value-invalid"), "{answer:?}");
    }
    // Of another realm: the same file with one letter of it changed.
    let mut foreign = stage.keytab.clone();
    while let Some(at) = foreign.windows(11).position(|part| part == b"AD.TEST.LAB") {
        foreign.splice(at..at + 2, *b"XX");
    }
    assert_eq!(stage.put(&foreign).await.code(), "value-invalid");
    let body = json!({ "version": 1, "keytab": STANDARD.encode(&stage.keytab) });
    let path = format!("/directories/{}/keytab", stage.directory);
    assert_eq!(refused(&stage.server, "PUT", &path, &body).await, (409, "changed-meanwhile".to_owned()));
    let taken = stage.server.admin("DELETE", &path).send().await;
    assert_eq!(taken.status, 204);
    let answer = stage.log_on("bob").await;
    assert_eq!(answer.code(), "single-sign-on-off", "{answer:?}");
    let options = stage.server.call("GET", "/logon").send().await;
    let offered =
        options.body["directories"].as_array().unwrap().iter().any(|one| one["single_sign_on"] == true);
    assert!(!offered);
}

#[tokio::test]
async fn a_strange_page_is_not_even_asked_for_a_ticket() {
    let stage = Stage::start().await;
    let call = |pairs: &[(&str, &str)]| {
        let call = stage.server.call("POST", "/sessions/negotiate");
        pairs.iter().fold(call, |call, (name, value)| call.header(name, value))
    };
    let strange: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    let token = Stage::token(&stage.ticket("bob").await);
    for pairs in strange {
        for body in [json!({}), json!({ "cookie": true })] {
            let asked = call(pairs).json(&body).await;
            assert_eq!((asked.status, asked.code()), (403, "cross-site"), "{pairs:?}");
            assert!(asked.headers.get("www-authenticate").is_none());
            let forged = shown(call(pairs), &token).json(&body).await;
            assert_eq!((forged.status, forged.code()), (403, "cross-site"));
            assert!(forged.headers.get("set-cookie").is_none());
        }
        let form = pairs.iter().fold(stage.server.raw("POST", "/lite/negotiate"), |call, (name, value)| {
            call.header(name, value)
        });
        assert_eq!(shown(form, &token).send().await.status, 403);
    }
    // A page that can hide where it is from cannot send JSON.
    let plain = shown(call(&[("content-type", "text/plain")]), &token).bytes(b"{}".to_vec()).await;
    assert_eq!(plain.code(), "body-invalid");
    let no_page = shown(call(&[]), &token).json(&json!({ "cookie": true })).await;
    assert_eq!(no_page.code(), "cross-site", "a cookie is for pages alone");
    assert_eq!(stage.show(&token).await.status, 201, "nothing of this used the ticket up");
}

#[tokio::test]
async fn a_browser_is_asked_for_its_ticket_and_gets_its_cookie() {
    let stage = Stage::start().await;
    let browser = Browser::default();
    let call = || browser.call(&stage.server, "POST", "/sessions/negotiate");
    let asked = call().json(&json!({ "cookie": true })).await;
    assert_eq!((asked.status, asked.code()), (401, "ticket-needed"));
    assert_eq!(asked.headers.get("www-authenticate").unwrap(), "Negotiate");
    let token = Stage::token(&stage.ticket("bob").await);
    let answer = shown(call(), &token).json(&json!({ "cookie": true })).await;
    assert_eq!((answer.status, answer.at("/token")), (201, &Value::Null), "{answer:?}");
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.starts_with(SESSION) && cookie.contains("SameSite=Strict"), "{cookie}");
}

#[tokio::test]
async fn a_ticket_changes_the_user_at_a_station_as_a_password_does() {
    let stage = Stage::start().await;
    let made = stage.server.done("POST", "/stations", &json!({ "name": "panel", "area": "dairy" })).await;
    let credential = text(&made, "credential");
    let show = async |login: &str| {
        let token = Stage::token(&stage.ticket(login).await);
        let call = stage.server.call("POST", "/sessions/negotiate").station(&credential);
        shown(call, &token).json(&json!({})).await
    };
    let first = show("bob").await;
    assert_eq!(first.at("/session/station/name"), "panel", "{first:?}");
    let second = show("alice").await;
    assert_eq!(second.status, 201, "{second:?}");
    assert_eq!(text(&event(&stage.server, "user-changed").await, "result"), "done");
    assert!(!is_live(&stage.server, &first.text("token")).await);
    let wrong = stage.server.call("POST", "/sessions/negotiate").station("pst_wrong");
    let token = Stage::token(&stage.ticket("bob").await);
    assert_eq!(shown(wrong, &token).json(&json!({})).await.code(), "station-unproven");
}

#[tokio::test]
async fn wrong_passwords_slow_down_the_ticket_of_the_same_name_too() {
    let stage = Stage::start().await;
    let login = stage.ad.new_user(&[]).await;
    let name = format!("{login}@{}", stage.ad.facts.domain);
    let ticket = stage.ticket(&login).await;
    until("the throttle", async || {
        let body = json!({ "directory": "works", "user": name, "password": "wrong-Passw0rd" });
        let answer = stage.server.call("POST", "/sessions").json(&body).await;
        (answer.status == 429).then_some(())
    })
    .await;
    let answer = stage.show(&Stage::token(&ticket)).await;
    assert_eq!((answer.status, answer.code()), (429, "tried-too-often"), "{answer:?}");
}

/// Runs a program of MIT Kerberos or one that uses it, in a world where the domain is known.
async fn run(stage: &Stage, folder: &Path, program: &str, arguments: &[&str], input: &str) -> (bool, String) {
    let facts = &stage.ad.facts;
    let config = folder.join("krb5.conf");
    let realm = facts.domain.to_uppercase();
    let text = format!(
        "[libdefaults]\ndefault_realm = {realm}\ndns_lookup_kdc = false\nrdns = false\n\
         dns_canonicalize_hostname = false\n[realms]\n{realm} = {{\n kdc = {}\n}}\n\
         [domain_realm]\n{} = {realm}\n",
        facts.address, stage.host
    );
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).env("KRB5_CONFIG", &config).env("KRB5CCNAME", folder.join("cache"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let input = input.to_owned();
    let ended = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    });
    let output = ended.await.unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&told).into_owned())
}

#[tokio::test]
async fn curl_logs_on_with_the_ticket_of_kinit_and_the_oracles_agree() {
    let stage = Stage::start().await;
    let folder = tempfile::tempdir().unwrap();
    let password = format!("{}\n", stage.ad.facts.user_password);
    let (good, told) = run(&stage, folder.path(), "kinit", &["bob"], &password).await;
    assert!(good, "{told}");
    let port = stage.server.address().port();
    let resolve = format!("{}:{port}:127.0.0.1", stage.host);
    let url = format!("https://{}:{port}/api/v1/sessions/negotiate", stage.host);
    let ca = stage.server.running().ca_file().display().to_string();
    let curl = async |http: &str| {
        let kind = "content-type: application/json";
        let arguments = ["-sS", http, "--negotiate", "-u", ":", "--cacert", &ca, "--resolve", &resolve];
        let arguments = [&arguments[..], &["-d", "{}", "-H", kind, &url]].concat();
        run(&stage, folder.path(), "curl", &arguments, "").await
    };
    for http in ["--http1.1", "--http2"] {
        let (good, told) = curl(http).await;
        assert!(good && told.contains("\"name\":\"bob\"") && told.contains("\"token\""), "{http}: {told}");
    }
    // The domain's ticket has the version and the kind of key that the keytab shows.
    let service = format!("HTTP/{}", stage.host);
    let (good, version) = run(&stage, folder.path(), "kvno", &[&service], "").await;
    let shown = get(&stage.server, &format!("/directories/{}", stage.directory)).await;
    let expected = format!("{service}@AD.TEST.LAB: kvno = {}", shown["keytab"][0]["version"]);
    assert!(good && version.trim() == expected, "{version} {expected}");
    let (_, list) = run(&stage, folder.path(), "klist", &["-e"], "").await;
    assert!(list.contains(&service) && list.contains("aes256-cts-hmac-sha1-96"), "{list}");
    // Without a ticket nobody is let in.
    let (_, told) = run(&stage, folder.path(), "kdestroy", &[], "").await;
    let (_, answer) = curl("--http2").await;
    assert!(answer.contains("ticket-needed"), "{told} {answer}");
}

#[tokio::test]
async fn the_plain_page_offers_the_ticket_and_logs_on_by_it() {
    let stage = Stage::start().await;
    let mut browser = Browser::default();
    let page = browser.open(&stage.server, "/lite/logon").await;
    assert!(page.body.as_str().unwrap().contains("/lite/negotiate"));
    let asked = browser.post(&stage.server, "/lite/negotiate", "").await;
    assert_eq!(
        (asked.status, asked.headers.get("www-authenticate").unwrap().to_str().unwrap()),
        (401, "Negotiate")
    );
    assert!(asked.body.as_str().unwrap().contains("name=\"password\""), "the form stays usable");
    let token = Stage::token(&stage.ticket("bob").await);
    let call = stage.server.raw("POST", "/lite/negotiate").header("sec-fetch-site", "same-origin");
    let answer = shown(call, &token).send().await;
    assert_eq!(
        (answer.status, answer.headers.get("location").unwrap().to_str().unwrap()),
        (303, "/lite/station")
    );
}
