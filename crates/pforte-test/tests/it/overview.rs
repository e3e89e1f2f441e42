//! The overview and the events as the pages ask for them.

use crate::admin_kit::{get, until, with_domain};
use pforte_model::event::Event;
use pforte_store::{StoreError, Tx};
use pforte_test::Server;
use pforte_test::server::{ADMIN, ENGINES, Engine, PASSWORD, text};
use pforte_test::store::event;
use pforte_wire::time::Time;
use serde_json::{Value, json};
use std::time::Duration;

async fn overview(server: &Server) -> Value {
    get(server, "/overview").await
}

/// The moment one day before an overview, by the server's own clock.
fn day_before(overview: &Value) -> Value {
    let at: Time = serde_json::from_value(overview["at"].clone()).unwrap();
    json!(Time(at.0.plus_seconds(-24 * 3_600)))
}

fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap()
}

#[tokio::test]
async fn the_overview_counts_sessions_log_ons_refusals_and_stations() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        server.user("operator").await;
        let new = json!({ "name": "Panel 1", "area": "dairy" });
        let panel = server.done("POST", "/stations", &new).await;
        let spare = server.done("POST", "/stations", &json!({ "name": "Spare", "area": "dairy" })).await;
        let off = json!({ "version": 1, "enabled": false });
        server.done("PATCH", &format!("/stations/{}", text(&spare["station"], "id")), &off).await;
        let by = json!({ "user": "operator", "password": PASSWORD });
        let credential = text(&panel, "credential");
        assert_eq!(server.call("POST", "/sessions").station(&credential).json(&by).await.status, 201);
        assert_eq!(server.log_on("operator", "wrong").await.status, 401);
        let now = overview(&server).await;
        assert_eq!(now["sessions"], json!({ "running": 2, "emergency": 0 }), "{now}");
        assert_eq!(now["stations"], json!({ "all": 2, "enabled": 1, "in_use": 1 }));
        let counted = json!({ "log_ons": 2, "refused": 1, "failures": 0, "alarms": 0 });
        assert_eq!((&now["events"]["last_hour"], &now["events"]["last_day"]), (&counted, &counted));
        assert_eq!(
            (number(&now, "/events/log_ons/23/log_ons"), number(&now, "/events/log_ons/23/refused")),
            (2, 1)
        );
        assert_eq!(now["events"]["log_ons"].as_array().unwrap().len(), 24);
        assert_eq!(now["events"]["log_ons"][23]["from"], "2026-11-23T08:00:00.000000Z");
        assert_eq!(now["directories"][0]["name"], "local");
        assert_eq!(now["directories"][0]["up"], true);
        assert_eq!(number(&now, "/log/size"), u64::try_from(server.events().await.len()).unwrap());
        assert_eq!((&now["log"]["writable"], &now["log"]["checkpoint_at"]), (&json!(true), &now["at"]));
    }
}

#[tokio::test]
async fn numbers_leave_the_hour_and_the_day_as_time_goes_by() {
    let mut server =
        Server::start_with(Engine::Sqlite, "[session]\nidle_minutes = 1440\nabsolute_hours = 72\n").await;
    server.log_on(ADMIN.0, "wrong").await;
    server.hands().advance(Duration::from_mins(61));
    server.log_on(ADMIN.0, "wrong").await;
    let now = overview(&server).await;
    assert_eq!(
        (number(&now, "/events/last_hour/refused"), number(&now, "/events/last_day/refused")),
        (1, 2),
        "{now}"
    );
    assert_eq!(
        (number(&now, "/events/log_ons/22/refused"), number(&now, "/events/log_ons/23/refused")),
        (1, 1)
    );
    server.hands().advance(Duration::from_hours(23));
    server.admin = server.token(ADMIN.0, ADMIN.1).await;
    let now = overview(&server).await;
    assert_eq!(
        (number(&now, "/events/last_hour/refused"), number(&now, "/events/last_day/refused")),
        (0, 1),
        "{now}"
    );
}

#[tokio::test]
async fn the_numbers_of_the_day_outlive_a_restart() {
    for engine in ENGINES {
        let mut server = Server::start_on(engine).await;
        server.log_on(ADMIN.0, "wrong").await;
        let before = overview(&server).await;
        server.restart().await;
        until("the day is read back", async || {
            let now = overview(&server).await;
            let whole = now["events"]["counted_from"] == day_before(&now);
            (whole && now["events"]["last_day"] == before["events"]["last_day"]).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_day_with_thousands_of_events_is_read_back_step_by_step() {
    let mut server = Server::start().await;
    let app = server.running().app();
    let now = app.clock.micros();
    let ago = |number: u64| now.plus_seconds(-i64::try_from(number).unwrap() * 60);
    // One a minute for more than two days, the oldest first.
    let events: Vec<Event> =
        (1..=3_500).rev().map(|number| Event { at: ago(number), ..event(number) }).collect();
    let written = app.store.write(async move |tx: &mut Tx| {
        events.iter().try_for_each(|event| tx.append(event).map(drop))?;
        Ok::<_, StoreError>(())
    });
    written.await.unwrap();
    server.restart().await;
    until("the day is read back", async || {
        let now = overview(&server).await;
        (number(&now, "/events/last_day/log_ons") == 1_439).then_some(())
    })
    .await;
    let now = overview(&server).await;
    assert_eq!(
        (number(&now, "/events/last_hour/log_ons"), number(&now, "/events/log_ons/3/log_ons")),
        (59, 60),
        "{now}"
    );
    assert_eq!(now["events"]["counted_from"], day_before(&now));
}

#[tokio::test]
async fn the_overview_is_for_who_may_read_events_or_sessions() {
    let server = Server::start().await;
    let id = server.user("auditor").await;
    let token = server.token("auditor", PASSWORD).await;
    let look = || server.call("GET", "/overview").bearer(&token).send();
    let refused = look().await;
    assert_eq!((refused.status, refused.code()), (403, "not-allowed"));
    assert!(refused.text("detail").contains("pforte/events.read or pforte/sessions.read"), "{refused:?}");
    for (right, parts) in
        [("pforte/events.read", [true, false, false]), ("pforte/sessions.read", [false, true, true])]
    {
        let role = server.done("POST", "/roles", &json!({ "name": right, "rights": [right] })).await;
        let given = json!({ "role": text(&role, "id"), "principal": { "kind": "user", "id": id },
            "areas": ["dairy"] });
        let assignment = server.done("POST", "/assignments", &given).await;
        let seen = look().await;
        assert_eq!(seen.status, 200, "{right}");
        let there = ["events", "sessions", "stations"].map(|part| seen.body.get(part).is_some());
        assert_eq!(there, parts, "{right}: {seen:?}");
        assert_eq!(seen.at("/log/writable"), true);
        let path = format!("/assignments/{}", text(&assignment, "id"));
        assert_eq!(server.admin("DELETE", &path).send().await.status, 204);
        assert_eq!(look().await.status, 403);
    }
}

#[tokio::test]
async fn a_directory_is_up_while_one_of_its_servers_answers() {
    let server = Server::start().await;
    let (_, id) = with_domain(&server).await;
    let now = overview(&server).await;
    let domain = &now["directories"][1];
    assert_eq!((&domain["id"], &domain["up"]), (&json!(id), &json!(true)), "{now}");
    assert_eq!(domain["servers"].as_array().unwrap().len(), 1);
    server.done("PATCH", &format!("/directories/{id}"), &json!({ "version": 1, "enabled": false })).await;
    let now = overview(&server).await;
    assert_eq!(
        (&now["directories"][1]["enabled"], &now["directories"][1]["up"]),
        (&json!(false), &json!(false))
    );
}

/// The types of a page of events, and its `next`.
async fn types(server: &Server, query: &str) -> (Vec<String>, Value) {
    let page = get(server, &format!("/events?{query}")).await;
    let items = page["items"].as_array().unwrap();
    (items.iter().map(|item| text(&item["record"], "type")).collect(), page["next"].clone())
}

#[tokio::test]
async fn events_are_found_by_time_text_application_and_several_words() {
    for engine in ENGINES {
        let server =
            Server::start_with(engine, "[session]\nidle_minutes = 1440\nabsolute_hours = 72\n").await;
        server.hands().advance(Duration::from_hours(3));
        server.done("POST", "/roles", &json!({ "name": "Schichtführer" })).await;
        server.hands().advance(Duration::from_hours(3));
        server.log_on("stranger", "wrong").await;
        let made = json!({ "key": "batch", "name": "Batch", "areas": ["dairy"] });
        let made = server.done("POST", "/applications", &made).await;
        let own = server.call("PUT", "/applications/current/rights").bearer(&text(&made, "credential"));
        assert_eq!(own.json(&json!({ "rights": [{ "action": "start" }] })).await.status, 200);
        let only = async |query: &str| types(&server, query).await.0;
        assert_eq!(only("text=SCHICHTF%C3%9CHRER").await, ["role-created"]);
        assert_eq!(only("application=batch").await, ["rights-registered"]);
        assert_eq!(
            only("newest=true&type=role-created,log-on-refused").await,
            ["log-on-refused", "role-created"]
        );
        assert_eq!(only("result=refused,failed").await, ["log-on-refused"]);
        let span = "from=2026-11-23T10:30:00Z&to=2026-11-23T11:30:00Z";
        assert_eq!(only(span).await, ["role-created"]);
        assert_eq!(only(&format!("newest=true&{span}")).await, ["role-created"]);
        assert_eq!(only("from=2026-11-23T11:00:00Z&to=2026-11-23T11:00:00Z").await, [""; 0]);
        assert_eq!(only("from=2026-11-23T12:00:00%2B01:00&type=role-created").await, ["role-created"]);
        let (first, next) = types(&server, "newest=true&limit=2").await;
        let (second, _) = types(&server, &format!("before={}&limit=2", next.as_str().unwrap())).await;
        let all: Vec<String> = first.into_iter().chain(second).collect();
        assert_eq!(all, only("newest=true&limit=4").await, "pages join without a gap");
    }
}

#[tokio::test]
async fn what_no_event_can_have_is_told_as_a_fault() {
    let server = Server::start().await;
    let long = "x".repeat(257);
    for query in [
        "type=logged-on,nothing",
        "category=all",
        "result=good",
        "from=yesterday",
        "to=2026-11-23",
        &format!("text={long}"),
        "before=1&after=2",
        "before=-1",
        "newest=perhaps",
        "nothing=fits",
    ] {
        let answer = server.admin("GET", &format!("/events?{query}")).send().await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
    }
}
