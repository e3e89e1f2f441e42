//! Log on, who is here, log off: the way of a session.

use pforte_model::name::LoginName;
use pforte_store::local;
use pforte_test::Server;
use pforte_test::server::{ADMIN, ENGINES, PASSWORD};
use serde_json::json;

#[tokio::test]
async fn a_person_logs_on_is_here_and_logs_off_on_both_engines() {
    for engine in ENGINES {
        let server = Server::start_on(engine).await;
        let here = server.admin("GET", "/sessions/current").send().await;
        assert_eq!(here.status, 200, "{here:?}");
        assert_eq!(here.at("/user/name"), ADMIN.0);
        assert_eq!(here.at("/roles/0/name"), "Administrator");
        assert_eq!(here.at("/lease/seconds"), 10);
        assert_eq!(server.admin("DELETE", "/sessions/current").send().await.status, 204);
        let gone = server.admin("GET", "/sessions/current").send().await;
        assert_eq!((gone.status, gone.code()), (401, "token-invalid"));
    }
}

#[tokio::test]
async fn unknown_user_and_wrong_password_get_the_same_answer() {
    let server = Server::start().await;
    let unknown = server.log_on("nobody", PASSWORD).await;
    let wrong = server.log_on(ADMIN.0, "not the password").await;
    for answer in [&unknown, &wrong] {
        assert_eq!((answer.status, answer.code()), (401, "credentials-refused"));
    }
    assert_eq!(unknown.text("detail"), wrong.text("detail"));
}

#[tokio::test]
async fn the_set_up_code_works_once() {
    let server = Server::start().await;
    let asked = json!({ "code": "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "user": "second", "password": PASSWORD });
    let refused = server.call("POST", "/setup").json(&asked).await;
    assert_eq!((refused.status, refused.code()), (401, "set-up-refused"));
}

/// The verifier of a user of the local directory, as it is stored.
async fn verifier(server: &Server, login: &str) -> String {
    let mut conn = server.running().app().store.read().await.unwrap();
    let login = LoginName::parse(login).unwrap();
    local::by_login(&mut conn, &login).await.unwrap().unwrap().verifier
}

#[tokio::test]
async fn a_password_is_hashed_anew_at_the_log_on_after_its_cost_changed_and_stays_good() {
    for engine in ENGINES {
        let mut server = Server::start_with(engine, "[local]\nmemory_kib = 8192\npasses = 1\n").await;
        server.user("anna").await;
        server.user("berta").await;
        server.token("anna", PASSWORD).await;
        let old = verifier(&server, "anna").await;
        assert!(old.contains("$m=8192,t=1,"), "a log-on at the same cost changes nothing: {old}");
        server.restart_with("[local]\nmemory_kib = 9216\npasses = 2\n").await;
        assert_eq!(server.log_on("anna", "wrong").await.code(), "credentials-refused");
        assert_eq!(verifier(&server, "anna").await, old, "a wrong password changes nothing");
        let session = server.token("anna", PASSWORD).await;
        let new = verifier(&server, "anna").await;
        assert!(new.contains("$m=9216,t=2,"), "{new}");
        assert!(verifier(&server, "berta").await.contains("$m=8192,t=1,"), "who did not log on keeps theirs");
        server.restart().await;
        let here = server.call("GET", "/sessions/current").bearer(&session).send().await;
        assert_eq!(here.status, 200, "the session that brought it goes on: {here:?}");
        server.token("anna", PASSWORD).await;
        assert_eq!(verifier(&server, "anna").await, new, "once is enough");
        assert!(server.events_of("password-set").await.is_empty(), "nobody set a password");
    }
}

#[tokio::test]
async fn the_administrators_decision_is_explained_by_its_full_path() {
    let server = Server::start().await;
    let asked =
        json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }], "explain": true });
    let answer = server.admin("POST", "/decisions").json(&asked).await;
    assert_eq!(answer.at("/answers/0/allowed"), true, "{answer:?}");
    assert_eq!(answer.at("/answers/0/explain/path/groups/0/name"), "Logon_Administrator");
    assert_eq!(answer.at("/answers/0/explain/path/role/name"), "Administrator");
}
