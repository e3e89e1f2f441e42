//! Duties of 21 CFR Part 11 and EU GMP Annex 11 that no other test shows; the table that
//! names all of them is `docs/compliance.md`.

use crate::signing_kit::{Plant, signing};
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use pforte_verify::signature::{Expect, Keys, Verdict, check};
use serde_json::{Value, json};
use std::time::Duration;

/// A station in the dairy; gives its identifier and its credential.
async fn station(plant: &Plant, name: &str) -> (String, String) {
    let made = plant.server.done("POST", "/stations", &json!({ "name": name, "area": "dairy" })).await;
    (text(&made["station"], "id"), text(&made, "credential"))
}

/// A user by the log-on name, as administrators see it.
async fn user(plant: &Plant, login: &str) -> Value {
    plant.server.admin("GET", &format!("/users?search={login}")).send().await.body["items"][0].clone()
}

/// 11.10 (h): a station is what its credential proves, never what a caller says.
#[tokio::test]
async fn a_signature_names_the_station_that_proved_itself_and_no_other() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "one_station": true })).await;
    let ((panel, credential), (_, other)) = (station(&plant, "Panel").await, station(&plant, "Office").await);
    let asked = plant.ask("1").await;
    let at = async |credential: Option<&str>, user: &str| {
        let call = plant.server.call("POST", "/signatures");
        let call = if let Some(credential) = credential { call.station(credential) } else { call };
        call.json(&signing(&asked, user)).await
    };
    assert_eq!(at(None, "operator1").await.code(), "station-needed");
    assert_eq!(at(Some("Panel"), "operator1").await.code(), "station-unproven", "a name proves nothing");
    let signed = at(Some(&credential), "operator1").await;
    assert_eq!(signed.body["signed"][0]["signatures"][0]["station"], json!({ "id": panel, "name": "Panel" }));
    assert_eq!(at(Some(&other), "quality1").await.code(), "other-station");
    assert_eq!(at(Some(&credential), "quality1").await.body["signed"][0]["state"], "complete");
    let events = plant.server.events_of("signed").await;
    assert!(events.iter().all(|event| event["station"]["name"] == "Panel"), "{events:?}");
}

/// 11.50 (a), (b) and Annex 11 draft, 13: whoever looks at a request sees all of it.
#[tokio::test]
async fn every_signature_shows_printed_name_user_role_meaning_and_time_with_its_zone() {
    let plant = Plant::start(Engine::Sqlite).await;
    let operator = user(&plant, "operator1").await;
    let named = json!({ "label": "Jana Müller", "version": operator["version"] });
    plant.server.done("PATCH", &format!("/users/{}", text(&operator, "id")), &named).await;
    let asked = plant.ask("1").await;
    plant.signed(&asked, "operator1").await;
    let signature = plant.read(&asked).await["signatures"][0].clone();
    assert_eq!(signature["person"]["name"], "Jana Müller");
    assert_eq!((&signature["user"], &signature["meaning"]), (&json!("operator1"), &json!("performed")));
    assert_eq!(signature["roles"][0]["name"], "Operator");
    let at = text(&signature, "at");
    assert!(at.contains('T') && at.ends_with("+00:00"), "{at}");
}

/// 11.100 (a): a signature stays that of the person who gave it, whatever becomes of the name.
#[tokio::test]
async fn a_signature_stays_its_persons_when_they_are_renamed_and_nobody_else_gets_the_name() {
    let plant = Plant::start(Engine::Sqlite).await;
    let before = plant.ask("1").await;
    plant.signed(&before, "operator1").await;
    let operator = user(&plant, "operator1").await;
    let path = format!("/users/{}", text(&operator, "id"));
    let renamed = json!({ "login": "jana", "label": "Jana Müller", "version": operator["version"] });
    let renamed = plant.server.done("PATCH", &path, &renamed).await;
    let off = json!({ "enabled": false, "version": renamed["version"] });
    let after = plant.ask("2").await;
    plant.signed(&after, "jana").await;
    plant.server.done("PATCH", &path, &off).await;
    for taken in ["operator1", "jana", "JANA"] {
        let again = json!({ "login": taken, "password": PASSWORD });
        assert_eq!(plant.server.admin("POST", "/users").json(&again).await.code(), "duplicate", "{taken}");
    }
    let of = async |asked: &Value| plant.read(asked).await["signatures"][0].clone();
    let (old, new) = (of(&before).await, of(&after).await);
    assert_eq!(old["person"]["id"], new["person"]["id"]);
    assert_eq!((&old["user"], &new["user"]), (&json!("operator1"), &json!("jana")));
    assert_eq!(
        (&old["person"]["name"], &new["person"]["name"]),
        (&json!("operator1"), &json!("Jana Müller"))
    );
}

/// 11.200 (a) (1) (ii): after a session ended, nothing is left of its continuous period.
#[tokio::test]
async fn the_password_alone_suffices_no_more_once_the_session_has_ended() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "continuous_seconds": 3600 })).await;
    let token = plant.server.token("operator1", PASSWORD).await;
    let asked = plant.ask("1").await;
    assert_eq!(plant.server.call("DELETE", "/sessions/current").bearer(&token).send().await.status, 204);
    let mut alone = signing(&asked, "operator1");
    alone.as_object_mut().unwrap().retain(|field, _| field != "user" && field != "directory");
    let refused = plant.server.call("POST", "/signatures").bearer(&token).json(&alone).await;
    assert_eq!(refused.code(), "token-invalid");
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
}

/// 11.200 (a) (2) and (3): an administrator who set a password cannot sign with it where its
/// owner must change it first, and the log tells who set it.
#[tokio::test]
async fn a_password_that_an_administrator_set_signs_nothing_until_its_owner_changed_it() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let (operator, set) = (user(&plant, "operator1").await, "Birne-Wolke-73-Anker");
    let body = json!({ "password": set, "must_change": true });
    let path = format!("/users/{}/password", text(&operator, "id"));
    assert_eq!(plant.server.admin("PUT", &path).json(&body).await.status, 204);
    let sign = async |password: &str| {
        let mut body = signing(&asked, "operator1");
        body["password"] = json!(password);
        plant.server.call("POST", "/signatures").json(&body).await
    };
    assert_eq!(sign(set).await.code(), "password-must-change");
    let own = "Lampion-Anker-91-Kies";
    let changed = json!({ "directory": "local", "user": "operator1", "password": set, "new_password": own });
    assert_eq!(plant.server.call("POST", "/passwords").json(&changed).await.status, 204);
    assert_eq!(sign(own).await.status, 200);
    let told = async |kind: &str| plant.server.events_of(kind).await.pop().unwrap()["who"]["name"].clone();
    assert_eq!(told("password-set").await, "chief");
    assert_eq!(told("password-changed").await, "operator1");
}

/// 11.300 (c): who lost a password signs nothing more from the moment in which the user is disabled.
#[tokio::test]
async fn a_user_that_is_disabled_signs_nothing_more_also_with_a_session_that_was_open() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "continuous_seconds": 3600 })).await;
    let token = plant.server.token("operator1", PASSWORD).await;
    let asked = plant.ask("1").await;
    let operator = user(&plant, "operator1").await;
    let off = json!({ "enabled": false, "version": operator["version"] });
    plant.server.done("PATCH", &format!("/users/{}", text(&operator, "id")), &off).await;
    let mut alone = signing(&asked, "operator1");
    alone.as_object_mut().unwrap().retain(|field, _| field != "user" && field != "directory");
    let refused = plant.server.call("POST", "/signatures").bearer(&token).json(&alone).await;
    assert_eq!(refused.code(), "token-invalid");
    assert_eq!(plant.sign(&asked, "operator1").await.code(), "account-disabled");
}

/// 11.200 (a) (2): nobody's password goes through an application that was not allowed to take it.
#[tokio::test]
async fn an_application_without_leave_for_its_own_dialog_passes_on_no_password() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let passed_on = signing(&asked, "operator1");
    let refused = plant.server.call("POST", "/signatures").bearer(&plant.batch).json(&passed_on).await;
    assert_eq!((refused.status, refused.code()), (403, "own-dialog-refused"));
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
}

/// Annex 11, 14 (b): a signature outlives the key that it was made with.
#[tokio::test]
async fn what_was_signed_before_a_change_of_the_key_stays_good_and_the_change_is_an_event() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let (over, running) = (plant.ask("1").await, plant.ask("2").await);
        plant.signed(&over, "operator1").await;
        plant.signed(&over, "quality1").await;
        plant.signed(&running, "operator1").await;
        plant.server.stop().await;
        std::fs::remove_file(plant.server.data().join("keys/signature.key")).unwrap();
        plant.server.restart().await;
        plant.signed(&running, "quality1").await;
        let told = plant.server.call("GET", "/signature-keys").send().await.body;
        assert_eq!(told["keys"].as_array().unwrap().len(), 2);
        let keys = Keys::read(told.to_string().as_bytes()).unwrap();
        for (request, named) in [(&over, 1), (&running, 2)] {
            let path = format!("/signature-requests/{}/document", text(request, "id"));
            let document = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
            let expect = Expect { keys: Some(&keys), ..Expect::default() };
            let report = check(&document.bytes, &expect);
            assert_eq!(report.verdict(), Verdict::Genuine, "{:?}", report.findings);
            assert_eq!(report.fingerprints.len(), named);
        }
        let added = plant.server.events_of("signature-key-added").await;
        assert_eq!(added.len(), 2, "{added:?}");
        assert!(added[1]["old"]["key"].is_string(), "it names the one before");
    }
}

/// Annex 11, 14 (c): the time of a signature is the server's, and that somebody set it is told.
#[tokio::test]
async fn a_clock_that_is_set_is_an_event() {
    let plant = Plant::start(Engine::Sqlite).await;
    plant.server.hands().shift_wall(-3_600_000_000);
    let mut told = Vec::new();
    for _ in 0..300 {
        told = plant.server.events_of("clock-jumped").await;
        if !told.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(told[0]["old"].as_str() > told[0]["new"].as_str(), "{told:?}");
}
