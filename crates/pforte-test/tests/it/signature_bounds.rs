//! What changes while people sign: many at once, policies, places, applications and keys,
//! and a log that cannot be written.

use crate::admin_kit::until;
use crate::cli_kit;
use crate::signature_proof::{document, genuine};
use crate::signing_kit::{Plant, give, request, signing};
use futures_util::future::join_all;
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

/// How many sign at the same instant.
const CROWD: usize = 20;

impl Plant {
    /// Twenty more people in a role, who have acknowledged what a signature means.
    async fn crowd(&self, role: usize) -> Vec<String> {
        let asked = self.ask("acknowledged").await;
        let mut people = Vec::new();
        for number in 0..CROWD {
            let login = format!("one{number}");
            let user = self.server.user(&login).await;
            give(&self.server, &user, &self.roles[role], "dairy").await;
            people.push(login);
        }
        // Two who sign at once would both acknowledge; that is looked at elsewhere.
        join_all(people.iter().map(|login| self.sign(&asked, login))).await;
        people
    }

    /// All sign at once; gives how many signatures were taken, and what the others were told.
    async fn all_at_once(&self, asked: &Value, people: &[String]) -> (usize, Vec<String>) {
        let answers = join_all(people.iter().map(|login| self.sign(asked, login))).await;
        let (taken, not): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        (taken.len(), not.iter().map(|answer| answer.code().to_owned()).collect())
    }

    async fn remove(&self, path: &str) {
        let removed = self.server.admin("DELETE", path).send().await;
        assert_eq!(removed.status, 204, "{path}: {removed:?}");
    }

    /// The application takes a request back.
    async fn withdrawn(&self, asked: &Value) -> Value {
        let path = format!("/signature-requests/{}/cancellation", text(asked, "id"));
        let why = json!({ "reason": "the line is gone" });
        let answer = self.server.call("POST", &path).bearer(&self.batch).json(&why).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}

#[tokio::test]
async fn of_twenty_who_sign_at_once_as_many_sign_as_there_are_places() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let people = plant.crowd(0).await;
        let asked = plant.ask("one place").await;
        let (taken, told) = plant.all_at_once(&asked, &people).await;
        assert_eq!((taken, told), (1, vec!["signature-filled".to_owned(); CROWD - 1]), "{engine:?}");
        assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
        assert_eq!(genuine(&plant, &asked, "complete").await, [""; 0]);
        let steps = json!([{ "roles": [plant.roles[0]], "count": 5, "meaning": "verified" }]);
        plant.change(json!({ "steps": steps })).await;
        let asked = plant.ask("five places").await;
        let (taken, told) = plant.all_at_once(&asked, &people).await;
        assert_eq!((taken, told), (5, vec!["request-ended".to_owned(); CROWD - 5]), "{engine:?}");
        assert_eq!(genuine(&plant, &asked, "complete").await, [""; 0]);
        let ends = plant.server.events_of("signature-request-complete").await;
        assert_eq!(ends.len(), 2, "{engine:?}: one end each");
    }
}

#[tokio::test]
async fn of_signing_refusing_and_cancelling_at_once_one_ends_it() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let steps = json!([{ "roles": [plant.roles[0]], "count": 1, "meaning": "verified" }]);
        plant.change(json!({ "steps": steps })).await;
        for round in 0..6 {
            let asked = plant.ask(&format!("{round}")).await;
            let path = |deed: &str| format!("/signature-requests/{}/{deed}", text(&asked, "id"));
            let why = |user: &str| json!({ "directory": "local", "user": user, "password": PASSWORD, "reason": "a leak" });
            let mut refusal = why("operator2");
            refusal["opening"] = asked["opening"].clone();
            let (paths, leave) = ([path("refusal"), path("cancellation")], why("lead1"));
            let withdrawal = json!({ "reason": "no more" });
            let (sign, refuse, cancel, withdraw) = tokio::join!(
                plant.sign(&asked, "operator1"),
                plant.server.call("POST", &paths[0]).json(&refusal),
                plant.server.call("POST", &paths[1]).json(&leave),
                plant.server.call("POST", &paths[1]).bearer(&plant.batch).json(&withdrawal),
            );
            let all = [sign, refuse, cancel, withdraw];
            let mut codes: Vec<_> = all.iter().map(|answer| (answer.status, answer.code())).collect();
            codes.sort_unstable();
            let over = (409, "request-ended");
            assert_eq!(codes, [(200, ""), over, over, over], "{engine:?}: {all:?}");
            let now = plant.read(&asked).await;
            genuine(&plant, &asked, now["state"].as_str().unwrap()).await;
        }
    }
}

#[tokio::test]
async fn an_open_request_goes_on_by_the_policy_that_it_began_with() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let steps = json!([{ "roles": [plant.roles[2]], "count": 2, "meaning": "approved" }]);
    plant.change(json!({ "steps": steps, "comment": "none", "valid_seconds": 10 })).await;
    let later = plant.ask("2").await;
    assert_eq!((&asked["policy_version"], &later["policy_version"]), (&json!(1), &json!(2)));
    plant.server.hands().advance(Duration::from_mins(5));
    plant.signed(&asked, "operator1").await;
    plant.remove(&format!("/signature-policies/{}", text(&plant.policy, "id"))).await;
    assert_eq!(plant.asked(&request("3")).await.code(), "signature-not-needed");
    plant.server.restart().await;
    assert_eq!(plant.sign(&asked, "lead1").await.code(), "not-a-signer");
    let done = plant.signed(&asked, "quality1").await;
    assert_eq!((&done["state"], &done["policy_version"]), (&json!("complete"), &json!(1)));
    assert_eq!(genuine(&plant, &asked, "complete").await, [""; 0]);
}

#[tokio::test]
async fn where_one_role_signs_twice_in_order_two_persons_sign() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let step = |meaning: &str| json!({ "roles": [plant.roles[0]], "count": 1, "meaning": meaning });
    plant.change(json!({ "steps": [step("performed"), step("verified")] })).await;
    let asked = plant.ask("1").await;
    let mut second = signing(&asked, "operator1");
    second["requests"][0]["step"] = json!(1);
    let early = plant.server.call("POST", "/signatures").json(&second).await;
    assert_eq!(early.code(), "signature-not-due");
    assert_eq!(plant.signed(&asked, "operator1").await["signatures"][0]["step"], 0);
    assert_eq!(plant.sign(&asked, "operator1").await.code(), "already-signed");
    let done = plant.signed(&asked, "operator2").await;
    assert_eq!((&done["state"], &done["signatures"][1]["step"]), (&json!("complete"), &json!(1)));
    assert_eq!(genuine(&plant, &asked, "complete").await, [""; 0]);
}

#[tokio::test]
async fn nobody_signs_where_the_area_is_gone_and_the_request_can_still_end() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let (asked, other) = (plant.ask("1").await, plant.ask("2").await);
        plant.signed(&asked, "operator1").await;
        let path = format!("/areas/{}", asked["area"]["id"].as_str().unwrap());
        let removed = plant.server.admin("DELETE", &path).send().await;
        if removed.status != 204 {
            // Who holds a role there is told first.
            assert_eq!(removed.status, 409, "{removed:?}");
            let all = plant.server.admin("GET", "/assignments?limit=200").send().await;
            for given in all.at("/items").as_array().unwrap() {
                if given["areas"].as_array().unwrap().iter().any(|area| area["id"] == asked["area"]["id"]) {
                    plant.remove(&format!("/assignments/{}", text(given, "id"))).await;
                }
            }
            plant.remove(&path).await;
        }
        assert_eq!(plant.sign(&asked, "quality1").await.code(), "not-a-signer");
        assert_eq!(plant.asked(&request("3")).await.status, 404);
        assert_eq!(plant.withdrawn(&asked).await["state"], "cancelled");
        genuine(&plant, &asked, "cancelled").await;
        plant.server.hands().advance(Duration::from_secs(601));
        until("it expires", async || (plant.read(&other).await["state"] == "expired").then_some(())).await;
        genuine(&plant, &other, "expired").await;
    }
}

#[tokio::test]
async fn a_request_of_an_application_that_is_gone_ends_by_its_time() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("1").await;
        plant.signed(&asked, "operator1").await;
        let application = asked["application"]["id"].as_str().unwrap().to_owned();
        let shown = plant.server.admin("GET", &format!("/applications/{application}")).send().await.body;
        let off = json!({ "enabled": false, "version": shown["version"] });
        plant.server.done("PATCH", &format!("/applications/{application}"), &off).await;
        let path = format!("/signature-requests/{}", text(&asked, "id"));
        let own = plant.server.call("GET", &path).bearer(&plant.batch).send().await;
        assert_eq!(own.status, 401, "{own:?}");
        let read = async || plant.server.admin("GET", &path).send().await;
        assert_eq!(read().await.at("/state"), "checking", "who may see all still does");
        plant.server.hands().advance(Duration::from_secs(601));
        until("it expires", async || (read().await.at("/state") == "expired").then_some(())).await;
        assert_eq!(plant.sign(&asked, "quality1").await.code(), "request-ended");
    }
}

#[tokio::test]
async fn all_sign_at_one_station_as_long_as_it_is_there() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "one_station": true })).await;
    let new = json!({ "name": "Filler 1", "area": "dairy/line2" });
    let made = plant.server.done("POST", "/stations", &new).await;
    let id = made.pointer("/station/id").and_then(Value::as_str).unwrap().to_owned();
    let credential = text(&made, "credential");
    let mut body = request("1");
    body["station"] = json!(id);
    let asked = plant.asked(&body).await.body;
    let sign = async |user: &str, station: &str| {
        plant.server.call("POST", "/signatures").station(station).json(&signing(&asked, user)).await
    };
    assert_eq!(plant.sign(&asked, "operator1").await.code(), "station-needed");
    assert_eq!(sign("operator1", &credential).await.status, 200);
    plant.remove(&format!("/stations/{id}")).await;
    let gone = sign("quality1", &credential).await;
    assert!(gone.status == 401 || gone.code() == "station-needed", "{gone:?}");
    assert_eq!(plant.withdrawn(&asked).await["state"], "cancelled");
}

#[tokio::test]
async fn with_a_new_signature_key_old_documents_stay_genuine_and_open_requests_go_on() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let (done, open) = (plant.ask("done").await, plant.ask("open").await);
        plant.signed(&done, "operator1").await;
        plant.signed(&done, "quality1").await;
        plant.signed(&open, "operator1").await;
        let before = document(&plant, &done).await;
        plant.server.stop().await;
        fs::remove_file(plant.server.data().join("keys/signature.key")).unwrap();
        plant.server.restart().await;
        let keys = plant.server.call("GET", "/signature-keys").send().await;
        assert_eq!(keys.at("/keys").as_array().unwrap().len(), 2, "{engine:?}: both are known");
        let added = plant.server.events_of("signature-key-added").await;
        assert_eq!(added.len(), 2, "{added:?}");
        assert!(!added[1]["old"].is_null(), "which key went is told: {added:?}");
        assert_eq!(document(&plant, &done).await["statements"], before["statements"]);
        assert_eq!(genuine(&plant, &done, "complete").await, [""; 0]);
        assert_eq!(plant.signed(&open, "quality1").await["state"], "complete");
        assert_eq!(genuine(&plant, &open, "complete").await, [""; 0]);
        assert_eq!(document(&plant, &open).await["keys"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_damaged_signature_key_is_named_and_never_made_anew() {
    const SERVE: &str = "serve --data data --config pforte.toml --listen 127.0.0.1:0 --log error";
    let plant = cli_kit::Plant::bare();
    plant.init();
    let file = "data/keys/signature.key";
    let good = fs::read_to_string(plant.path(file)).unwrap();
    for bad in [good.get(..good.len() - 9).unwrap(), "", "\0\0\0\0", &good.replace("signature", "pepper")] {
        plant.write(file, bad);
        let told = plant.run(SERVE).refused("key-unfit");
        assert!(told.err.contains("signature.key"), "{told:?}");
        assert_eq!(fs::read_to_string(plant.path(file)).unwrap(), bad, "it was not made anew");
    }
    fs::remove_file(plant.path(file)).unwrap();
    fs::create_dir(plant.path(file)).unwrap();
    plant.run(SERVE).refused("data-folder-unfit");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_does_not_keep_the_others_open() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let all = [plant.ask("1").await, plant.ask("2").await];
    plant.add_unreadable("1");
    plant.server.restart().await;
    plant.server.hands().advance(Duration::from_secs(601));
    for asked in &all {
        until("it expires", async || (plant.read(asked).await["state"] == "expired").then_some(())).await;
        genuine(&plant, asked, "expired").await;
    }
    let waiting = plant.server.token("operator1", PASSWORD).await;
    plant.ask("new").await;
    let list = plant.server.call("GET", "/signature-requests/waiting").bearer(&waiting).send().await;
    assert_eq!(list.at("/items").as_array().map(Vec::len), Some(1), "{list:?}");
}
