//! Log on, who is here, log off: the way of a session.

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
