//! Applications as an administrator sees them, and the rights they register.

use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, PASSWORD, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Registers an application with the whole plant as its scope: identifier and credential.
async fn registered(server: &Server, key: &str) -> (String, String) {
    let asked = json!({ "key": key, "name": key, "areas": ["dairy"] });
    let made = server.done("POST", "/applications", &asked).await;
    (text(&made["application"], "id"), text(&made, "credential"))
}

fn rights(actions: &[&str]) -> Value {
    let rights: Vec<Value> = actions.iter().map(|action| json!({ "action": action })).collect();
    json!({ "rights": rights })
}

/// The rights of an application, by name, with their identifiers.
fn ids(application: &Value) -> BTreeMap<String, String> {
    let rights = application["rights"].as_array().unwrap();
    rights.iter().map(|right| (text(right, "name"), text(right, "id"))).collect()
}

fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.code())
}

#[tokio::test]
async fn an_application_is_registered_changed_and_removed_and_the_log_tells_both_values_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line2" })).await;
        let (id, _) = registered(&server, "batch").await;
        let path = format!("/applications/{id}");
        let change =
            json!({ "version": 1, "name": "Batch control", "areas": ["dairy/line2", "DAIRY/line2"] });
        let changed = server.done("PATCH", &path, &change).await;
        assert_eq!(changed["areas"].as_array().unwrap().len(), 1, "{changed}");
        assert_eq!((&changed["version"], &changed["key"]), (&json!(2), &json!("batch")));
        assert_eq!(server.admin("GET", &path).send().await.body, changed);
        let late = server.admin("PATCH", &path).json(&json!({ "version": 1, "enabled": false })).await;
        assert_eq!(refusal(&late), (409, "changed-meanwhile"));
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert_eq!(refusal(&server.admin("GET", &path).send().await), (404, "not-found"));

        let told = server.events_of("application-changed").await;
        assert_eq!(told[0]["old"]["name"], "batch");
        assert_eq!(told[0]["old"]["areas"][0]["name"], "dairy");
        assert_eq!(told[0]["new"]["name"], "Batch control");
        assert_eq!(told[0]["new"]["areas"][0]["name"], "dairy/line2");
        assert_eq!(server.events_of("application-removed").await[0]["old"]["name"], "Batch control");
    }
}

#[tokio::test]
async fn an_application_registers_its_own_rights_with_names_in_several_languages() {
    let server = Server::start().await;
    let (id, credential) = registered(&server, "batch").await;
    let names = json!({ "en": "Release a batch", "de": "Charge freigeben" });
    let asked = json!({ "rights": [{ "action": "Release", "names": names }] });
    let answer = server.call("PUT", "/applications/current/rights").bearer(&credential).json(&asked).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.at("/rights/0/name"), "batch/release");
    assert_eq!(answer.at("/rights/0/names"), &names);
    let own = server.call("GET", "/applications/current").bearer(&credential).send().await;
    assert_eq!((own.text("id"), own.at("/rights")), (id, answer.at("/rights")));
    let told = server.events_of("rights-registered").await;
    assert_eq!(told[0]["who"]["name"], "batch");
    assert_eq!(told[0]["new"], json!({ "release": names }));
}

#[tokio::test]
async fn a_right_that_is_left_out_counts_for_nothing_and_comes_back_as_the_same_one() {
    let server = Server::start().await;
    let (id, _) = registered(&server, "batch").await;
    let path = format!("/applications/{id}/rights");
    let first = ids(&server.done("PUT", &path, &rights(&["release", "start"])).await);
    let role = json!({ "name": "Brewer", "rights": ["batch/release"] });
    let role = server.done("POST", "/roles", &role).await;
    server.user("anna").await;
    let principal = json!({ "kind": "user", "directory": "local", "name": "anna" });
    let given = json!({ "role": "Brewer", "areas": ["dairy"], "principal": principal });
    server.done("POST", "/assignments", &given).await;
    let token = server.token("anna", PASSWORD).await;
    let asked = json!({ "questions": [{ "right": "batch/release", "area": "dairy" }] });
    let may = async || {
        let answer = server.call("POST", "/decisions").bearer(&token).json(&asked).await;
        answer.at("/answers/0/allowed").clone()
    };

    assert_eq!(may().await, true);
    let fewer = ids(&server.done("PUT", &path, &rights(&["start"])).await);
    assert_eq!(fewer.into_keys().collect::<Vec<_>>(), ["batch/start"]);
    assert_eq!(may().await, false);
    // The role keeps it, and writing the role back as it was read keeps it too.
    let mut read = server.admin("GET", &format!("/roles/{}", text(&role, "id"))).send().await.body;
    assert_eq!(read["rights"], json!(["batch/release"]));
    for answered in ["id", "built_in"] {
        read.as_object_mut().unwrap().remove(answered);
    }
    server.done("PUT", &format!("/roles/{}", text(&role, "id")), &read).await;
    let again = ids(&server.done("PUT", &path, &rights(&["start", "release"])).await);
    assert_eq!(again, first);
    assert_eq!(may().await, true);
}

#[tokio::test]
async fn rights_written_over_those_that_somebody_else_changed_are_refused() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (id, _) = registered(&server, "batch").await;
        let path = format!("/applications/{id}/rights");
        let on = |version: i64, actions: &[&str]| {
            let mut asked = rights(actions);
            asked["version"] = json!(version);
            asked
        };
        assert_eq!(server.done("PUT", &path, &on(1, &["start"])).await["version"], 2);
        let late = server.admin("PUT", &path).json(&on(1, &["stop"])).await;
        assert_eq!(refusal(&late), (409, "changed-meanwhile"));
        let unchanged = server.admin("GET", &format!("/applications/{id}")).send().await;
        assert_eq!(
            (unchanged.at("/version"), unchanged.at("/rights/0/name")),
            (&json!(2), &json!("batch/start"))
        );
        // The same again is no change; a change by who names no version counts as one.
        assert_eq!(server.done("PUT", &path, &on(2, &["start"])).await["version"], 2);
        assert_eq!(server.done("PUT", &path, &rights(&["stop"])).await["version"], 3);
    }
}

#[tokio::test]
async fn two_thousand_rights_fit_into_one_registration_and_one_more_does_not() {
    let server = Server::start().await;
    let (id, _) = registered(&server, "batch").await;
    let path = format!("/applications/{id}/rights");
    let many = |count: usize| {
        let rights: Vec<Value> = (0..count)
            .map(|number| {
                let names = json!({ "en": format!("Do the act with the number {number}"), "de": "Tu es" });
                json!({ "action": format!("line2.unit.act-{number}"), "names": names })
            })
            .collect();
        json!({ "rights": rights })
    };
    let made = server.done("PUT", &path, &many(2_000)).await;
    assert_eq!(made["rights"].as_array().unwrap().len(), 2_000);
    let more = server.admin("PUT", &path).json(&many(2_001)).await;
    assert_eq!(refusal(&more), (400, "value-invalid"));
    let long = json!({ "rights": [{ "action": "a", "names": { "en": "x".repeat(500_000) } }] });
    assert_eq!(refusal(&server.admin("PUT", &path).json(&long).await), (413, "body-too-long"));
}

#[tokio::test]
async fn pforte_itself_is_no_application_that_anybody_changes() {
    let server = Server::start().await;
    let list = server.admin("GET", "/applications").send().await.body;
    let id = text(&list["items"][0], "id");
    assert_eq!(list["items"][0]["key"], "pforte");
    let path = format!("/applications/{id}");
    for (method, path, body) in [
        ("PATCH", path.clone(), json!({ "version": 1, "enabled": false })),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/credential"), Value::Null),
        ("PUT", format!("{path}/rights"), rights(&[])),
    ] {
        let answer = server.admin(method, &path).json(&body).await;
        assert_eq!(refusal(&answer), (409, "built-in"), "{method} {path}");
    }
    let taken = server.admin("POST", "/applications").json(&json!({ "key": "Pforte", "name": "Mine" })).await;
    assert_eq!(refusal(&taken), (409, "duplicate"));
}

#[tokio::test]
async fn an_application_whose_rights_a_role_has_stays_and_the_refusal_names_the_role() {
    let server = Server::start().await;
    let (id, _) = registered(&server, "batch").await;
    server.done("PUT", &format!("/applications/{id}/rights"), &rights(&["release"])).await;
    server.done("POST", "/roles", &json!({ "name": "Brewer", "rights": ["batch/release"] })).await;
    let refused = server.admin("DELETE", &format!("/applications/{id}")).send().await;
    assert_eq!(refusal(&refused), (409, "in-use"));
    assert!(refused.text("detail").contains("the role Brewer"), "{refused:?}");
}

#[tokio::test]
async fn a_credential_that_was_renewed_or_switched_off_no_longer_counts() {
    let server = Server::start().await;
    let (id, old) = registered(&server, "batch").await;
    let current =
        async |credential: &str| server.call("GET", "/applications/current").bearer(credential).send().await;
    assert_eq!(current(&old).await.status, 200);
    let renewed = server.done("POST", &format!("/applications/{id}/credential"), &Value::Null).await;
    let new = text(&renewed, "credential");
    assert_eq!(refusal(&current(&old).await), (401, "token-invalid"));
    assert_eq!(current(&new).await.status, 200);
    let off = json!({ "version": 2, "enabled": false });
    server.done("PATCH", &format!("/applications/{id}"), &off).await;
    assert_eq!(refusal(&current(&new).await), (401, "token-invalid"));
    let log = serde_json::to_string(&server.events().await).unwrap();
    assert!(!log.contains("pfa_"));
}

#[tokio::test]
async fn what_no_application_or_right_can_be_is_refused_with_its_code() {
    let server = Server::start().await;
    for (body, refused) in [
        (json!({ "key": "a b", "name": "A" }), (400, "name-invalid")),
        (json!({ "key": "a", "name": "\u{200b}" }), (400, "name-invalid")),
        (json!({ "key": "a", "name": "A", "areas": ["brewery"] }), (404, "area-unknown")),
        (json!({ "key": "a", "name": "A", "stations": ["x"] }), (400, "parameter-invalid")),
        (
            json!({ "key": "a", "name": "A", "stations": ["00000000-0000-7000-8000-000000000000"] }),
            (404, "not-found"),
        ),
        (json!({ "key": "a", "name": "A", "areas": vec!["dairy"; 101] }), (400, "value-invalid")),
    ] {
        let answer = server.admin("POST", "/applications").json(&body).await;
        assert_eq!(refusal(&answer), refused, "{body}");
    }
    let (id, _) = registered(&server, "batch").await;
    for (right, refused) in [
        (json!({ "action": "a/b" }), (400, "name-invalid")),
        (json!({ "action": "a", "names": { "english": "A" } }), (400, "value-invalid")),
        (json!({ "action": "a", "names": { "en": "a\u{202e}b" } }), (400, "name-invalid")),
        (json!({ "action": "a", "title": "A" }), (400, "body-invalid")),
    ] {
        let asked = json!({ "rights": [right] });
        let answer = server.admin("PUT", &format!("/applications/{id}/rights")).json(&asked).await;
        assert_eq!(refusal(&answer), refused, "{asked}");
    }
    assert!(server.events_of("rights-registered").await.is_empty());
}
