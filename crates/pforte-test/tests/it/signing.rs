//! Electronic signatures: asked for by an application, given by people.

use crate::signing_kit::{Plant, give, request, signing};
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_batch_is_released_when_the_operator_and_then_quality_have_signed() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("4711").await;
        assert_eq!((&asked["state"], &asked["missing"]), (&json!("open"), &json!([1, 1])));
        assert_eq!(plant.sign(&asked, "quality1").await.code(), "signature-not-due");
        let checking = plant.signed(&asked, "operator1").await;
        assert_eq!((&checking["state"], &checking["missing"]), (&json!("checking"), &json!([0, 1])));
        let complete = plant.signed(&asked, "quality1").await;
        assert_eq!(complete["state"], "complete");
        let [performed, approved] = [&complete["signatures"][0], &complete["signatures"][1]];
        assert_eq!((&performed["meaning"], &performed["user"]), (&json!("performed"), &json!("operator1")));
        assert_eq!((&approved["meaning"], &approved["user"]), (&json!("approved"), &json!("quality1")));
        assert_eq!(performed["comment"], "in order");
        assert_eq!(plant.read(&asked).await["state"], "complete");
        let after = plant.sign(&asked, "quality2").await;
        assert_eq!(after.code(), "request-ended");
        let told = |kind: &'static str| plant.server.events_of(kind);
        assert_eq!(told("signature-requested").await.len(), 1);
        let signed = told("signed").await;
        assert_eq!(signed.len(), 2);
        assert_eq!(signed[0]["new"]["statement"], performed["statement"]);
        assert_eq!(signed[0]["who"]["name"], "operator1");
        assert_eq!(signed[0]["application"]["name"], "batch");
        assert_eq!(told("signature-request-complete").await.len(), 1);
        let refused: Vec<_> =
            told("signing-refused").await.iter().map(|event| event["code"].clone()).collect();
        assert_eq!(refused, ["signature-not-due", "request-ended"], "out of order is logged");
    }
}

#[tokio::test]
async fn nobody_signs_without_the_right_password_and_it_counts_as_at_a_log_on() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let mut wrong = signing(&asked, "operator1");
    wrong["password"] = json!("wrong");
    let mut waited = 0;
    for _ in 0..12 {
        let refused = plant.server.call("POST", "/signatures").json(&wrong).await;
        if refused.code() == "credentials-refused" {
            continue;
        }
        assert_eq!(refused.code(), "tried-too-often", "{refused:?}");
        // The door of the log-on is shut as well.
        assert_eq!(plant.server.log_on("operator1", PASSWORD).await.code(), "tried-too-often");
        let wait: u32 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        plant.server.hands().advance(Duration::from_secs(wait.into()));
        waited += wait;
    }
    assert!(waited > 0, "wrong passwords slow down the next try");
    assert!(!plant.server.events_of("signing-refused").await.is_empty());
    assert_eq!(plant.read(&asked).await["signatures"], json!([]));
}

#[tokio::test]
async fn guessing_at_a_signature_raises_the_alarm_of_the_log_on() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let mut wrong = signing(&asked, "operator1");
    wrong["password"] = json!("wrong");
    for _ in 0..10 {
        plant.server.call("POST", "/signatures").json(&wrong).await;
        plant.server.hands().advance(Duration::from_secs(50));
    }
    assert!(!plant.server.events_of("password-guessing").await.is_empty(), "11.300 (d)");
}

#[tokio::test]
async fn who_is_disabled_or_loses_the_role_meanwhile_does_not_sign() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let server = &plant.server;
        let asked = plant.ask("1").await;
        let user = server.user("temp").await;
        assert_eq!(plant.sign(&asked, "temp").await.code(), "not-a-signer");
        let given = give(server, &user, &plant.roles[0], "dairy/line2").await;
        assert_eq!(server.admin("DELETE", &format!("/assignments/{given}")).send().await.status, 204);
        assert_eq!(plant.sign(&asked, "temp").await.code(), "not-a-signer");
        give(server, &user, &plant.roles[0], "dairy").await;
        let shown = server.admin("GET", &format!("/users/{user}")).send().await.body;
        let off = json!({ "enabled": false, "version": shown["version"] });
        server.done("PATCH", &format!("/users/{user}"), &off).await;
        let refused = plant.sign(&asked, "temp").await;
        assert_eq!((refused.status, refused.code()), (401, "account-disabled"));
        assert_eq!(plant.read(&asked).await["state"], "open");
    }
}

#[tokio::test]
async fn one_person_signs_once_whatever_users_and_roles_they_have() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let operator = server.admin("GET", "/users?search=operator1").send().await.body["items"][0].clone();
    give(server, &text(&operator, "id"), &plant.roles[1], "dairy").await;
    // A second user of the same person.
    let second = server.user("operator1b").await;
    give(server, &second, &plant.roles[1], "dairy").await;
    let shown = server.admin("GET", &format!("/users/{second}")).send().await.body;
    let same = json!({ "person": operator["person"]["id"], "version": shown["version"] });
    server.done("PATCH", &format!("/users/{second}"), &same).await;
    let asked = plant.ask("1").await;
    plant.signed(&asked, "operator1").await;
    for user in ["operator1", "operator1b"] {
        assert_eq!(plant.sign(&asked, user).await.code(), "already-signed", "{user}");
    }
    assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
}

#[tokio::test]
async fn the_performer_does_not_approve() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant
        .change(json!({ "steps": [{ "roles": [plant.roles[0]], "count": 1, "meaning": "verified" }] }))
        .await;
    let logged_on = plant.server.log_on("operator1", PASSWORD).await;
    let mut body = request("1");
    body["session"] = logged_on.body["session"]["id"].clone();
    let asked = plant.asked(&body).await.body;
    assert_eq!(asked["performer"], logged_on.body["session"]["person"]);
    assert_eq!(plant.sign(&asked, "operator1").await.code(), "performer-differs");
    assert_eq!(plant.signed(&asked, "operator2").await["state"], "complete");
}

#[tokio::test]
async fn a_request_that_is_not_signed_in_time_expires_whatever_the_clock_is_set_to() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("1").await;
        plant.signed(&asked, "operator1").await;
        // Somebody sets the clock back to win time; ten minutes pass all the same.
        plant.server.hands().shift_wall(-3_600_000_000);
        plant.server.hands().advance(Duration::from_secs(601));
        assert_eq!(plant.sign(&asked, "quality1").await.code(), "request-ended");
        let mut state = json!(null);
        for _ in 0..300 {
            state = plant.read(&asked).await["state"].clone();
            if state == "expired" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(state, "expired");
        assert_eq!(plant.server.events_of("signature-request-expired").await.len(), 1);
    }
}

#[tokio::test]
async fn the_same_question_is_the_same_request_and_another_one_needs_another_key() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let first = plant.ask("1").await;
        let again = plant.asked(&request("1")).await;
        assert_eq!((again.status, &again.body["id"]), (200, &first["id"]));
        assert_eq!(again.body["page"], first["page"], "who lost the answer opens the page all the same");
        let mut other = request("1");
        other["outcome"] = json!("destroyed");
        assert_eq!(plant.asked(&other).await.code(), "request-key-reused");
        assert_eq!(plant.server.events_of("signature-requested").await.len(), 1);
    }
}

#[tokio::test]
async fn who_is_to_sign_refuses_and_who_may_cancels() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let by = |user: &str, reason: &str| json!({ "directory": "local", "user": user, "password": PASSWORD, "reason": reason });
    let asked = plant.ask("1").await;
    let path = |deed: &str| format!("/signature-requests/{}/{deed}", text(&asked, "id"));
    let mut refusal = by("quality1", " ");
    refusal["opening"] = asked["opening"].clone();
    assert_eq!(server.call("POST", &path("refusal")).json(&refusal).await.code(), "reason-needed");
    refusal["reason"] = json!("wrong batch");
    let refused = server.call("POST", &path("refusal")).json(&refusal).await;
    assert_eq!((refused.status, &refused.body["state"]), (200, &json!("refused")), "{refused:?}");
    assert_eq!(refused.body["ending"]["reason"], "wrong batch");
    let asked = plant.ask("2").await;
    let path = format!("/signature-requests/{}/cancellation", text(&asked, "id"));
    let refused = server.call("POST", &path).json(&by("operator1", "no more")).await;
    assert_eq!(refused.code(), "not-a-signer");
    let cancelled = server.call("POST", &path).json(&by("lead1", "no more")).await;
    assert_eq!(cancelled.body["state"], "cancelled", "{cancelled:?}");
    let asked = plant.ask("3").await;
    let path = format!("/signature-requests/{}/cancellation", text(&asked, "id"));
    let withdrawn =
        server.call("POST", &path).bearer(&plant.batch).json(&json!({ "reason": "batch was split" })).await;
    assert_eq!(withdrawn.body["state"], "cancelled", "{withdrawn:?}");
    assert_eq!(withdrawn.body["ending"]["by"]["name"], "batch");
}

#[tokio::test]
async fn several_requests_are_signed_with_one_proof_and_what_cannot_be_is_told() {
    let plant = Plant::start(Engine::Sqlite).await;
    let (one, other, third) = (plant.ask("1").await, plant.ask("2").await, plant.ask("3").await);
    plant.signed(&other, "operator2").await;
    let mut body = signing(&one, "operator1");
    let named = |asked: &serde_json::Value| json!({ "request": asked["id"], "opening": asked["opening"] });
    body["requests"] = json!([
        named(&one),
        named(&other),
        { "request": third["id"], "opening": one["opening"] },
        named(&third),
    ]);
    let signed = plant.server.call("POST", "/signatures").json(&body).await.body;
    let ids: Vec<_> = signed["signed"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [one["id"].clone(), third["id"].clone()]);
    let codes: Vec<_> =
        signed["hindered"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["signature-filled", "other-request-shown"]);
}

#[tokio::test]
async fn the_password_alone_suffices_only_in_a_session_that_goes_on() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let logged_on = plant.server.log_on("operator1", PASSWORD).await.text("token");
    let alone = |asked: &serde_json::Value| {
        let mut body = signing(asked, "operator1");
        body.as_object_mut().unwrap().remove("user");
        body.as_object_mut().unwrap().remove("directory");
        body
    };
    let first = plant.ask("1").await;
    let refused = plant.server.call("POST", "/signatures").bearer(&logged_on).json(&alone(&first)).await;
    assert_eq!(refused.code(), "name-needed", "the policy asks for both each time");
    plant.change(json!({ "continuous_seconds": 120 })).await;
    let second = plant.ask("2").await;
    let sign = async |body: serde_json::Value| {
        plant.server.call("POST", "/signatures").bearer(&logged_on).json(&body).await
    };
    let signed = sign(alone(&second)).await;
    assert_eq!(signed.body["signed"][0]["signatures"][0]["both_components"], false, "{signed:?}");
    plant.server.hands().advance(Duration::from_secs(121));
    let third = plant.ask("3").await;
    assert_eq!(sign(alone(&third)).await.code(), "name-needed", "after a break both again");
    let both = sign(signing(&third, "operator1")).await;
    assert_eq!(both.body["signed"][0]["signatures"][0]["both_components"], true, "{both:?}");
    let fourth = plant.ask("4").await;
    assert_eq!(sign(alone(&fourth)).await.status, 200, "and from then on the password alone");
    let nobody = plant.server.call("POST", "/signatures").json(&alone(&fourth)).await;
    assert_eq!(nobody.code(), "credentials-missing");
}

#[tokio::test]
async fn nobody_signs_before_they_have_acknowledged_what_it_means() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let mut body = signing(&asked, "operator1");
    body["acknowledge"] = json!(false);
    let sign = async |body: &serde_json::Value| plant.server.call("POST", "/signatures").json(body).await;
    let refused = sign(&body).await;
    assert_eq!(refused.code(), "acknowledgement-needed");
    let told = text(&refused.body, "detail");
    assert!(told.starts_with("My electronic signature binds me"), "the statement word by word: {told}");
    body["acknowledge"] = json!(true);
    assert_eq!(sign(&body).await.status, 200);
    assert_eq!(plant.server.events_of("signature-acknowledged").await.len(), 1);
    let asked = plant.ask("2").await;
    let mut body = signing(&asked, "operator1");
    body["acknowledge"] = json!(false);
    assert_eq!(sign(&body).await.status, 200, "once is enough");
}

#[tokio::test]
async fn requests_survive_a_restart() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let asked = plant.ask("1").await;
        plant.signed(&asked, "operator1").await;
        plant.server.restart().await;
        assert_eq!(plant.read(&asked).await["state"], "checking");
        assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
        let keys = plant.server.call("GET", "/signature-keys").send().await.body;
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1, "the key stays");
    }
}

#[tokio::test]
async fn the_application_hears_at_once_that_somebody_signed() {
    let plant = Plant::start(Engine::Sqlite).await;
    let asked = plant.ask("1").await;
    let path = format!("/signature-requests/{}?wait=30&known=1", text(&asked, "id"));
    let waiting = plant.server.call("GET", &path).bearer(&plant.batch).send();
    let (heard, _) = tokio::join!(waiting, plant.signed(&asked, "operator1"));
    assert_eq!((&heard.body["state"], &heard.body["version"]), (&json!("checking"), &json!(2)));
}

#[tokio::test]
async fn a_request_is_seen_by_whom_it_concerns_and_by_who_has_its_address() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    server.user("guest").await;
    let asked = plant.ask("1").await;
    let path = format!("/signature-requests/{}", text(&asked, "id"));
    let (guest, quality) = (server.token("guest", PASSWORD).await, server.token("quality2", PASSWORD).await);
    assert_eq!(server.call("GET", &path).send().await.code(), "not-found");
    assert_eq!(server.call("GET", &path).bearer(&guest).send().await.code(), "not-found");
    assert_eq!(server.call("GET", &path).bearer(&quality).send().await.status, 200);
    let view = text(&asked, "page").split_once('?').unwrap().1.to_owned();
    let seen = server.call("GET", &format!("{path}?{view}")).send().await;
    assert_eq!(seen.status, 200);
    assert!(seen.body.get("page").is_none(), "the address is told to the application alone");
    assert_eq!(
        server.call("GET", &format!("{path}?view={}", "0".repeat(32))).send().await.code(),
        "not-found"
    );
    let other = json!({ "key": "other", "name": "Other", "areas": ["dairy"] });
    let other = text(&server.done("POST", "/applications", &other).await, "credential");
    assert_eq!(server.call("GET", &path).bearer(&other).send().await.code(), "not-found");
    let waiting = server.call("GET", "/signature-requests/waiting").bearer(&quality).send().await.body;
    assert_eq!(waiting["items"], json!([]), "another signature comes first");
    plant.signed(&asked, "operator1").await;
    let waiting = server.call("GET", "/signature-requests/waiting").bearer(&quality).send().await.body;
    assert_eq!(waiting["items"][0]["request"]["id"], asked["id"]);
    assert_eq!(waiting["items"][0]["steps"], json!([1]));
}

#[tokio::test]
async fn two_people_who_sign_in_the_same_instant_come_one_after_the_other() {
    for engine in ENGINES {
        let plant = Plant::start(engine).await;
        let asked = plant.ask("1").await;
        let (one, other) = tokio::join!(plant.sign(&asked, "operator1"), plant.sign(&asked, "operator2"));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{one:?} {other:?}");
        let now = plant.read(&asked).await;
        assert_eq!(now["signatures"].as_array().unwrap().len(), 1);
        assert_eq!(plant.signed(&asked, "quality1").await["state"], "complete");
    }
}

#[tokio::test]
async fn an_applications_own_dialog_needs_a_right_for_it_and_every_use_is_marked() {
    let plant = Plant::start(Engine::Sqlite).await;
    let server = &plant.server;
    let asked = plant.ask("1").await;
    let body = signing(&asked, "operator1");
    let by = async |body: &serde_json::Value| {
        server.call("POST", "/signatures").bearer(&plant.batch).json(body).await
    };
    assert_eq!(by(&body).await.code(), "own-dialog-refused");
    let applications = server.admin("GET", "/applications?search=batch").send().await.body;
    let path = format!("/applications/{}", text(&applications["items"][0], "id"));
    let allow = json!({ "version": applications["items"][0]["version"], "own_dialog": true });
    assert_eq!(server.done("PATCH", &path, &allow).await["own_dialog"], true);
    assert_eq!(server.events_of("application-changed").await[0]["new"]["own_dialog"], true);
    let mut nameless = body.clone();
    nameless.as_object_mut().unwrap().remove("user");
    assert_eq!(by(&nameless).await.code(), "name-needed");
    let mut wrong = body.clone();
    wrong["password"] = json!("wrong");
    assert_eq!(by(&wrong).await.code(), "credentials-refused");
    let signed = by(&body).await;
    assert_eq!(signed.status, 200, "{signed:?}");
    assert_eq!(signed.body["signed"][0]["signatures"][0]["through"], "application");
    assert_eq!(server.events_of("signed").await[0]["new"]["through"], "application");
    assert_eq!(plant.signed(&asked, "quality1").await["signatures"][1]["through"], "pforte");
    // Another application that has the right gets nowhere with the requests of this one.
    let asked = plant.ask("2").await;
    let made = json!({ "key": "other", "name": "Other", "areas": ["dairy"] });
    let other = server.done("POST", "/applications", &made).await;
    let path = format!("/applications/{}", text(&other["application"], "id"));
    let allow = json!({ "version": other["application"]["version"], "own_dialog": true });
    server.done("PATCH", &path, &allow).await;
    let foreign = server
        .call("POST", "/signatures")
        .bearer(&text(&other, "credential"))
        .json(&signing(&asked, "operator1"))
        .await;
    assert_eq!(foreign.code(), "not-found", "{foreign:?}");
}

#[tokio::test]
async fn a_clock_that_is_set_and_a_restart_end_the_time_in_which_the_password_alone_suffices() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.change(json!({ "continuous_seconds": 300 })).await;
    let logged_on = plant.server.log_on("operator1", PASSWORD).await.text("token");
    let sign = async |plant: &Plant, key: &str, name: bool| {
        let mut body = signing(&plant.ask(key).await, "operator1");
        if !name {
            body.as_object_mut().unwrap().retain(|field, _| field != "user" && field != "directory");
        }
        plant.server.call("POST", "/signatures").bearer(&logged_on).json(&body).await
    };
    assert_eq!(sign(&plant, "1", true).await.status, 200);
    assert_eq!(sign(&plant, "2", false).await.status, 200);
    plant.server.hands().shift_wall(-240_000_000);
    let mut jumped = false;
    for _ in 0..300 {
        jumped = !plant.server.events_of("clock-jumped").await.is_empty();
        if jumped {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(jumped);
    assert_eq!(sign(&plant, "3", false).await.code(), "name-needed");
    assert_eq!(sign(&plant, "4", true).await.status, 200);
    assert_eq!(sign(&plant, "5", false).await.status, 200);
    plant.server.restart().await;
    assert_eq!(sign(&plant, "6", false).await.code(), "name-needed");
}
