//! The administration of groups and of who is in them.

use crate::admin_kit::{administrators, column, event, get, refused, second_administrator, token};
use pforte_test::Server;
use pforte_test::server::{ADMIN, ENGINES, text};
use serde_json::json;

async fn group(server: &Server, name: &str) -> String {
    text(&server.done("POST", "/groups", &json!({ "name": name })).await, "id")
}

async fn put(server: &Server, group: &str, kind: &str, id: &str) {
    server.done("PUT", &format!("/groups/{group}/members"), &json!({ "kind": kind, "id": id })).await;
}

async fn take(server: &Server, group: &str, kind: &str, id: &str) -> u16 {
    server.admin("DELETE", &format!("/groups/{group}/members/{kind}/{id}")).send().await.status
}

/// What a caller gets who may do it only as an administrator.
async fn tried(server: &Server, token: &str) -> u16 {
    server.call("GET", "/users").bearer(token).send().await.status
}

#[tokio::test]
async fn a_membership_counts_at_once_for_a_session_that_runs_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = server.user("anna").await;
        let session = token(&server, "anna").await;
        let top = administrators(&server).await;
        assert_eq!(tried(&server, &session).await, 403);
        put(&server, &top, "user", &id).await;
        assert_eq!(tried(&server, &session).await, 200);
        assert_eq!(take(&server, &top, "user", &id).await, 204);
        assert_eq!(tried(&server, &session).await, 403);
    }
}

#[tokio::test]
async fn groups_within_groups_count_at_any_depth_and_circles_end() {
    let server = Server::start().await;
    let id = server.user("anna").await;
    let mut inner = administrators(&server).await;
    let top = inner.clone();
    for depth in 0..12 {
        let next = group(&server, &format!("level {depth}")).await;
        put(&server, &inner, "group", &next).await;
        inner = next;
    }
    put(&server, &inner, "user", &id).await;
    put(&server, &inner, "group", &top).await;
    let session = token(&server, "anna").await;
    assert_eq!(tried(&server, &session).await, 200);
    let own = json!({ "kind": "group", "id": inner });
    let path = format!("/groups/{inner}/members");
    assert_eq!(refused(&server, "PUT", &path, &own).await, (409, "cycle".to_owned()));
}

#[tokio::test]
async fn the_last_way_to_administer_cannot_be_taken_away_also_not_within_a_group() {
    let server = Server::start().await;
    let (top, outer) = (administrators(&server).await, group(&server, "Outer").await);
    let chief = text(&get(&server, &format!("/groups/{top}")).await["members"][0], "id");
    assert_eq!(take(&server, &top, "user", &chief).await, 409);
    let anna = server.user("anna").await;
    put(&server, &outer, "user", &anna).await;
    put(&server, &top, "group", &outer).await;
    assert_eq!(take(&server, &top, "user", &chief).await, 204);
    let anna_token = token(&server, "anna").await;
    for path in
        [format!("/groups/{outer}/members/user/{anna}"), format!("/groups/{top}/members/group/{outer}")]
    {
        let answer = server.call("DELETE", &path).bearer(&anna_token).send().await;
        assert_eq!((answer.status, answer.code()), (409, "last-administrator"), "{path}");
    }
}

#[tokio::test]
async fn the_built_in_group_keeps_its_name() {
    let server = Server::start().await;
    let top = administrators(&server).await;
    let body = json!({ "version": 1, "name": "Everybody" });
    assert_eq!(
        refused(&server, "PATCH", &format!("/groups/{top}"), &body).await,
        (409, "built-in".to_owned())
    );
    let shown = get(&server, &format!("/groups/{top}")).await;
    assert_eq!((&shown["name"], &shown["built_in"]), (&json!("Logon_Administrator"), &json!(true)));
    assert_eq!(shown["members"][0]["name"], ADMIN.0);
}

#[tokio::test]
async fn a_name_of_a_group_is_never_given_again_whatever_its_case() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let id = group(&server, "Mixers").await;
        let duplicate = |name: &str| json!({ "name": name });
        assert_eq!(refused(&server, "POST", "/groups", &duplicate("MIXERS")).await.1, "duplicate");
        let body = json!({ "version": 1, "name": "Fillers" });
        let changed = server.done("PATCH", &format!("/groups/{id}"), &body).await;
        assert_eq!((&changed["name"], &changed["version"]), (&json!("Fillers"), &json!(2)));
        assert_eq!(refused(&server, "POST", "/groups", &duplicate("mixers")).await.1, "duplicate");
        let stale = json!({ "version": 1, "name": "Pressers" });
        let path = format!("/groups/{id}");
        assert_eq!(refused(&server, "PATCH", &path, &stale).await, (409, "changed-meanwhile".to_owned()));
        let event = event(&server, "group-changed").await;
        assert_eq!(
            (&event["old"], &event["new"]),
            (&json!({ "name": "Mixers" }), &json!({ "name": "Fillers" }))
        );
    }
}

#[tokio::test]
async fn members_are_named_by_identifier_or_by_directory_and_name() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let (id, inner) = (group(&server, "Mixers").await, group(&server, "Night Shift").await);
        let anna = server.user("anna").await;
        for member in [
            json!({ "kind": "user", "directory": "LOCAL", "name": "Anna" }),
            json!({ "kind": "user", "id": anna }),
            json!({ "kind": "group", "directory": "local", "name": "night SHIFT" }),
        ] {
            server.done("PUT", &format!("/groups/{id}/members"), &member).await;
        }
        let members = get(&server, &format!("/groups/{id}")).await["members"].clone();
        let shown = |kind: &str, id: &str, name: &str| json!({ "kind": kind, "id": id, "name": name, "directory": "local" });
        let (user, group) = (shown("user", &anna, "anna"), shown("group", &inner, "Night Shift"));
        assert_eq!(members, json!([user, group]));
        let added = server.events_of("member-added").await;
        assert_eq!(added.len(), 2, "one who is in it stays, with no event");
        let first = added.first().unwrap();
        assert_eq!((&first["what"]["name"], &first["new"]), (&json!("Mixers"), &user));
        assert_eq!(take(&server, &id, "user", &anna).await, 204);
        assert_eq!(event(&server, "member-removed").await["old"], user);
        assert_eq!(take(&server, &id, "user", &anna).await, 404);
    }
}

#[tokio::test]
async fn members_that_cannot_be_meant_are_refused() {
    let server = Server::start().await;
    let id = group(&server, "Mixers").await;
    let path = format!("/groups/{id}/members");
    let nobody = "00000000-0000-0000-0000-000000000000";
    for (body, code) in [
        (json!({ "kind": "user" }), "value-invalid"),
        (json!({ "kind": "robot", "id": nobody }), "value-invalid"),
        (json!({ "kind": "user", "id": nobody }), "not-found"),
        (json!({ "kind": "group", "directory": "local", "name": "nobody" }), "not-found"),
        (json!({ "kind": "user", "directory": "elsewhere", "name": "anna" }), "directory-unknown"),
        (json!({ "kind": "user", "id": nobody, "name": "anna" }), "value-invalid"),
    ] {
        assert_eq!(refused(&server, "PUT", &path, &body).await.1, code, "{body}");
    }
    let member = json!({ "kind": "group", "id": id });
    assert_eq!(refused(&server, "PUT", &format!("/groups/{nobody}/members"), &member).await.1, "not-found");
    for (kind, member) in [("robot", nobody), ("user", "x")] {
        assert_eq!(take(&server, &id, kind, member).await, 400);
    }
}

#[tokio::test]
async fn groups_are_listed_by_name_in_pages_and_searched() {
    let server = Server::start().await;
    for name in ["beta", "Alpha", "Gamma"] {
        group(&server, name).await;
    }
    let first = get(&server, "/groups?limit=3").await;
    assert_eq!(column(&first, "name"), ["Alpha", "beta", "Gamma"]);
    let next = text(&first, "next").replace(' ', "%20");
    let last = get(&server, &format!("/groups?limit=3&after={next}")).await;
    assert_eq!((column(&last, "name"), last.get("next")), (vec!["Logon_Administrator".to_owned()], None));
    assert_eq!(column(&get(&server, "/groups?search=ET").await, "name"), ["beta"]);
}

#[tokio::test]
async fn a_disabled_member_administers_no_more_and_does_not_count_as_the_last() {
    let server = Server::start().await;
    let top = administrators(&server).await;
    let chief = text(&get(&server, &format!("/groups/{top}")).await["members"][0], "id");
    let deputy = second_administrator(&server, "deputy").await;
    server.done("PATCH", &format!("/users/{deputy}"), &json!({ "version": 1, "enabled": false })).await;
    assert_eq!(take(&server, &top, "user", &chief).await, 409);
    assert_eq!(take(&server, &top, "user", &deputy).await, 204);
}
