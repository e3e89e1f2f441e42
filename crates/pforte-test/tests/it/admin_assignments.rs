//! Assignments as an administrator sees them, and what they give.

use crate::admin_kit::{DOMAIN, log_on, until, with_domain};
use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{ADMIN, ENGINES, PASSWORD, text};
use serde_json::{Value, json};

fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.code())
}

/// A role of this name that may read events.
async fn role(server: &Server, name: &str) -> String {
    text(
        &server.done("POST", "/roles", &json!({ "name": name, "rights": ["pforte/events.read"] })).await,
        "id",
    )
}

fn named(kind: &str, name: &str) -> Value {
    json!({ "kind": kind, "directory": "local", "name": name })
}

fn given(role: &str, principal: &Value) -> Value {
    json!({ "role": role, "principal": principal, "areas": ["dairy"] })
}

async fn may(server: &Server, token: &str) -> bool {
    let asked = json!({ "questions": [{ "right": "pforte/events.read", "area": "dairy" }] });
    let answer = server.call("POST", "/decisions").bearer(token).json(&asked).await;
    answer.at("/answers/0/allowed").as_bool().unwrap()
}

#[tokio::test]
async fn a_role_counts_from_the_moment_it_is_given_to_the_moment_it_is_taken_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        role(&server, "Auditor").await;
        server.user("anna").await;
        let token = server.token("anna", PASSWORD).await;
        assert!(!may(&server, &token).await);
        let made = server.done("POST", "/assignments", &given("auditor", &named("user", "Anna"))).await;
        assert!(may(&server, &token).await);
        let path = format!("/assignments/{}", text(&made, "id"));
        assert_eq!(server.admin("GET", &path).send().await.body, made);
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert!(!may(&server, &token).await);
        assert_eq!(refusal(&server.admin("GET", &path).send().await), (404, "not-found"));

        for (kind, value) in [("assignment-created", "new"), ("assignment-removed", "old")] {
            let told = server.events_of(kind).await;
            assert_eq!(told[0]["what"]["name"], "Auditor: user local\\anna");
            assert_eq!(told[0][value]["role"]["name"], "Auditor");
            assert_eq!(told[0][value]["areas"][0]["name"], "dairy");
        }
    }
}

#[tokio::test]
async fn conditions_are_read_bounded_and_told_as_they_were_written() {
    let server = Server::start().await;
    role(&server, "Auditor").await;
    server.user("anna").await;
    let mut asked = given("Auditor", &named("user", "anna"));
    let conditions = json!({
        "schedule": [{ "from": "sun 22:00", "to": "mon 06:00" }, { "from": "SUN 22:00", "to": "mon 06:00" }],
        "from": "2026-11-23T09:00:00+01:00", "until": "2027-01-01T00:00:00Z", "strength": "single",
    });
    asked.as_object_mut().unwrap().extend(conditions.as_object().unwrap().clone());
    asked["areas"] = json!(["dairy", "DAIRY"]);
    let made = server.done("POST", "/assignments", &asked).await;
    assert_eq!(made["schedule"], json!([{ "from": "sun 22:00", "to": "mon 06:00" }]));
    assert_eq!(made["from"], "2026-11-23T08:00:00.000000Z");
    assert_eq!(made["strength"], "single");
    assert_eq!(made["areas"].as_array().unwrap().len(), 1);

    let path = format!("/assignments/{}", text(&made, "id"));
    let change = json!({ "version": 1, "areas": ["dairy"], "until": "2026-12-01T00:00:00Z" });
    let changed = server.done("PUT", &path, &change).await;
    assert_eq!((changed.get("schedule"), &changed["version"]), (None, &json!(2)));
    assert_eq!(refusal(&server.admin("PUT", &path).json(&change).await), (409, "changed-meanwhile"));
    let told = server.events_of("assignment-changed").await;
    assert_eq!(told[0]["old"]["schedule"], made["schedule"]);
    assert_eq!(told[0]["old"]["until"], "2027-01-01T00:00:00.000000Z");
    assert_eq!(told[0]["new"]["until"], "2026-12-01T00:00:00.000000Z");
}

#[tokio::test]
async fn what_no_assignment_can_be_is_refused_with_its_code() {
    let server = Server::start().await;
    role(&server, "Auditor").await;
    server.user("anna").await;
    let invalid = (400, "value-invalid");
    for (field, value, refused) in [
        ("role", json!("Pilot"), (404, "not-found")),
        ("areas", json!([]), invalid),
        ("areas", json!(["brewery"]), (404, "area-unknown")),
        ("stations", json!(["00000000-0000-7000-8000-000000000000"]), (404, "not-found")),
        ("schedule", json!([]), invalid),
        ("schedule", json!([{ "from": "mon 6:00", "to": "mon 07:00" }]), invalid),
        ("schedule", json!([{ "from": "mon 06:00", "to": "mon 06:00" }]), invalid),
        ("strength", json!("mighty"), invalid),
        ("until", json!("2026-11-23"), (400, "body-invalid")),
        ("principal", json!({ "kind": "robot", "id": "x" }), invalid),
        ("principal", json!({ "kind": "user", "id": "x" }), (400, "parameter-invalid")),
        ("principal", json!({ "kind": "user", "name": "anna" }), invalid),
        ("principal", named("user", "nobody"), (404, "not-found")),
        ("principal", named("group", "anna"), (404, "not-found")),
        ("principal", named("user", "*)(uid=*"), (404, "not-found")),
        ("principal", named("user", "a\u{0}b"), (400, "name-invalid")),
        (
            "principal",
            json!({ "kind": "user", "directory": "other", "name": "anna" }),
            (400, "directory-unknown"),
        ),
    ] {
        let mut asked = given("Auditor", &named("user", "anna"));
        asked[field] = value;
        let answer = server.admin("POST", "/assignments").json(&asked).await;
        assert_eq!(refusal(&answer), refused, "{asked}");
    }
    let mut asked = given("Auditor", &named("user", "anna"));
    asked["from"] = json!("2027-01-01T00:00:00Z");
    asked["until"] = json!("2027-01-01T00:00:00Z");
    assert_eq!(refusal(&server.admin("POST", "/assignments").json(&asked).await), invalid);
    assert!(server.events_of("assignment-created").await.is_empty());
}

#[tokio::test]
async fn assignments_are_listed_by_user_group_and_role() {
    let server = Server::start().await;
    let auditor = role(&server, "Auditor").await;
    role(&server, "Reader").await;
    let (anna, berta) = (server.user("anna").await, server.user("berta").await);
    let group = text(&server.done("POST", "/groups", &json!({ "name": "Shift" })).await, "id");
    for (role, principal) in [
        ("Auditor", named("user", "anna")),
        ("Reader", json!({ "kind": "user", "id": anna })),
        ("Reader", named("user", "berta")),
        ("Auditor", named("group", "SHIFT")),
    ] {
        server.done("POST", "/assignments", &given(role, &principal)).await;
    }
    let count = async |query: String| {
        let page = server.admin("GET", &format!("/assignments{query}")).send().await.body;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count(String::new()).await, 5);
    assert_eq!(count(format!("?user={anna}")).await, 2);
    assert_eq!(count(format!("?user={anna}&role={auditor}")).await, 1);
    assert_eq!(count(format!("?role={auditor}")).await, 2);
    assert_eq!(count(format!("?group={group}")).await, 1);
    assert_eq!(count(format!("?user={berta}&group={group}")).await, 0);
    let page = server.admin("GET", "/assignments?limit=4").send().await.body;
    assert_eq!(count(format!("?after={}", text(&page, "next"))).await, 1);
    let bad = server.admin("GET", "/assignments?user=anna").send().await;
    assert_eq!(refusal(&bad), (400, "parameter-invalid"));
}

#[tokio::test]
async fn the_administrators_keep_their_role_in_the_whole_plant_without_any_condition() {
    let server = Server::start().await;
    let list = server.admin("GET", "/assignments").send().await.body;
    let own = format!("/assignments/{}", text(&list["items"][0], "id"));
    let refused_as_last = (409, "last-administrator");
    assert_eq!(refusal(&server.admin("DELETE", &own).send().await), refused_as_last);
    let narrow = json!({ "version": 1, "areas": ["dairy"], "strength": "strong" });
    assert_eq!(refusal(&server.admin("PUT", &own).json(&narrow).await), refused_as_last);
    let over = json!({ "version": 1, "areas": ["dairy"], "until": "2020-01-01T00:00:00Z" });
    assert_eq!(refusal(&server.admin("PUT", &own).json(&over).await), refused_as_last);
    server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line2" })).await;
    let below = json!({ "version": 1, "areas": ["dairy/line2"] });
    assert_eq!(refusal(&server.admin("PUT", &own).json(&below).await), refused_as_last);
    let kept = server.admin("GET", &own).send().await.body;
    assert_eq!(kept, list["items"][0]);
    // Another one that gives the same may take its place.
    server
        .done("POST", "/assignments", &given("Administrator", &named("group", "logon_administrator")))
        .await;
    assert_eq!(server.admin("DELETE", &own).send().await.status, 204);
    assert_eq!(server.admin("GET", "/assignments").send().await.status, 200);
}

#[tokio::test]
async fn a_role_given_at_a_station_counts_there_and_nowhere_else() {
    let server = Server::start().await;
    role(&server, "Auditor").await;
    server.user("anna").await;
    let made = server.done("POST", "/stations", &json!({ "name": "Panel", "area": "dairy" })).await;
    let credential = text(&made, "credential");
    let mut asked = given("Auditor", &named("user", "anna"));
    asked["stations"] = json!([made["station"]["id"], made["station"]["id"]]);
    let given = server.done("POST", "/assignments", &asked).await;
    assert_eq!(given["stations"], json!([{ "id": made["station"]["id"], "name": "Panel" }]));
    assert!(!may(&server, &server.token("anna", PASSWORD).await).await);
    let logon = json!({ "directory": "local", "user": "anna", "password": PASSWORD });
    let there = server.call("POST", "/sessions").station(&credential).json(&logon).await;
    let asked = json!({ "questions": [{ "right": "pforte/events.read", "area": "dairy" }] });
    let call = server.call("POST", "/decisions").bearer(&there.text("token")).station(&credential);
    assert_eq!(call.json(&asked).await.at("/answers/0/allowed"), true);
}

#[tokio::test]
async fn who_only_the_domain_knows_becomes_known_by_being_given_a_role() {
    let server = Server::start().await;
    let (ad, directory) = with_domain(&server).await;
    role(&server, "Auditor").await;
    // Bob is in the group by twelve levels, and was there before it was known.
    let token = log_on(&server, "bob", &ad.facts.user_password).await.text("token");
    assert!(!may(&server, &token).await);
    let group = json!({ "kind": "group", "directory": DOMAIN, "name": "LVL12" });
    let made = server.done("POST", "/assignments", &given("Auditor", &group)).await;
    assert_eq!(made["principal"]["directory"], DOMAIN);
    until("bob has the role", async || may(&server, &token).await.then_some(())).await;
    let alice = json!({ "kind": "user", "directory": DOMAIN, "name": "alice" });
    let alice = server.done("POST", "/assignments", &given("Auditor", &alice)).await;
    let known = server.admin("GET", &format!("/users?directory={directory}&search=alice")).send().await.body;
    assert_eq!(known["items"][0]["id"], alice["principal"]["id"]);
    let again = server.done("POST", "/assignments", &given("Auditor", &group)).await;
    assert_eq!(again["principal"], made["principal"]);

    for (kind, name) in [("group", "lvl1*"), ("group", "lvl"), ("user", "lvl12"), ("user", "*)(cn=*")] {
        let asked = json!({ "kind": kind, "directory": DOMAIN, "name": name });
        let answer = server.admin("POST", "/assignments").json(&given("Auditor", &asked)).await;
        assert_eq!(refusal(&answer), (404, "not-found"), "{asked}");
    }
    for kind in ["group-adopted", "user-adopted"] {
        let told = server.events_of(kind).await;
        let by = told.iter().filter(|event| event["who"]["name"] == ADMIN.0).count();
        assert_eq!(by, 1, "{kind}: {told:?}");
    }
}
