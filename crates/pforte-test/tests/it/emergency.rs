//! When the database cannot be written: administration is refused, operators go on
//! by the emergency rules, nothing is lost, and all of it is told afterwards.

use crate::store_kit::sql_at;
use pforte_model::name::LoginName;
use pforte_server::keys::DataFolder;
use pforte_server::live::standby::Standing;
use pforte_store::{Engine as Place, Settings};
use pforte_test::Server;
use pforte_test::audit::audit_with;
use pforte_test::http::Answer;
use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::server::{ENGINES, Engine, PASSWORD, text};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const RULES: &str = "[degraded]\nemergency_roles = [\"Keeper\"]\n";

/// A plant whose operator has one role for emergencies and one that is none.
struct Plant {
    server: Server,
    engine: Engine,
    lock: Option<rusqlite::Connection>,
}

impl Plant {
    async fn start(engine: Engine) -> Self {
        Self::on(Server::start_with(engine, RULES).await, engine).await
    }

    async fn on(server: Server, engine: Engine) -> Self {
        let new = json!({ "key": "hmi", "name": "HMI", "areas": ["dairy"] });
        let made = server.done("POST", "/applications", &new).await;
        let path = format!("/applications/{}/rights", text(&made["application"], "id"));
        let rights = json!({ "rights": [{ "action": "hold" }, { "action": "recipe" }] });
        server.done("PUT", &path, &rights).await;
        for (role, right) in [("Keeper", "hmi/hold"), ("Engineer", "hmi/recipe")] {
            server.done("POST", "/roles", &json!({ "name": role, "rights": [right] })).await;
        }
        let operator = server.user("operator").await;
        let guest = server.user("guest").await;
        for (role, user) in [("Keeper", &operator), ("Engineer", &operator), ("Engineer", &guest)] {
            let principal = json!({ "kind": "user", "id": user });
            let given = json!({ "role": role, "principal": principal, "areas": ["dairy"] });
            server.done("POST", "/assignments", &given).await;
        }
        Self { server, engine, lock: None }
    }

    fn url(&self) -> String {
        std::fs::read_to_string(self.server.data().with_file_name("database-url")).unwrap()
    }

    /// From now on nothing can be written.
    async fn seal(&mut self) {
        match self.engine {
            Engine::Sqlite => {
                let lock = rusqlite::Connection::open(self.server.data().join("pforte.db")).unwrap();
                lock.execute_batch("BEGIN IMMEDIATE").unwrap();
                self.lock = Some(lock);
            }
            Engine::Postgres => self.read_only("on").await,
        }
    }

    async fn unseal(&mut self) {
        match self.lock.take() {
            Some(lock) => lock.execute_batch("ROLLBACK").unwrap(),
            None => self.read_only("off").await,
        }
    }

    async fn read_only(&self, to: &str) {
        let sql = format!(
            "BEGIN READ WRITE;
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {to}',
            current_database()); END $$;
            COMMIT;
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()"
        );
        sql_at(&self.url(), &sql).await;
    }

    /// The database of a version that had one right less.
    async fn forget_a_right(&self) {
        let right = "(SELECT r.id FROM rights r JOIN applications a ON a.id = r.application_id
            WHERE a.key = 'pforte' AND r.action = 'stations.manage')";
        let sql = format!(
            "DELETE FROM role_rights WHERE right_id IN {right}; DELETE FROM rights WHERE id IN {right}"
        );
        match self.engine {
            Engine::Sqlite => {
                let path = self.server.data().join("pforte.db");
                rusqlite::Connection::open(path).unwrap().execute_batch(&sql).unwrap();
            }
            Engine::Postgres => sql_at(&self.url(), &sql).await,
        }
    }

    /// Waits until the server says that it is well, or that it is not.
    async fn healthy(&self, expected: u16) {
        let waiting = async {
            while self.server.raw("GET", "/healthz").send().await.status != expected {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_mins(1), waiting).await.is_ok(), "health {expected}");
    }

    async fn allowed(&self, token: &str, right: &str) -> bool {
        let asked = json!({ "questions": [{ "right": right, "area": "dairy" }], "act": true });
        let answer = self.server.call("POST", "/decisions").bearer(token).json(&asked).await;
        answer.at("/answers/0/allowed").as_bool().unwrap_or_else(|| unreachable!("{answer:?}"))
    }

    async fn current(&self, token: &str) -> Answer {
        self.server.call("GET", "/sessions/current").bearer(token).send().await
    }

    async fn log_off(&self, token: &str) {
        let answer = self.server.call("DELETE", "/sessions/current").bearer(token).send().await;
        assert_eq!(answer.status, 204, "{answer:?}");
        assert_eq!(self.current(token).await.code(), "token-invalid");
    }

    async fn is_genuine(&self) -> bool {
        let engine = match self.engine {
            Engine::Sqlite => Place::Sqlite { path: self.server.data().join("pforte.db") },
            Engine::Postgres => Place::Postgres { url: SecretString::from(self.url()), ca: None },
        };
        let signer = DataFolder::open(&self.server.data()).unwrap().signer().unwrap();
        audit_with(&Settings::new(engine), signer.verifier(), &[]).await.is_genuine()
    }

    /// How many events of a type tell of this user.
    async fn told(&self, kind: &str, user: &str) -> usize {
        let events = self.server.events_of(kind).await;
        events.iter().filter(|event| event["who"]["name"] == user).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_go_on_by_the_emergency_rules_and_everything_is_told_afterwards() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let earlier = plant.server.token("guest", PASSWORD).await;
        let stays = plant.server.token("operator", PASSWORD).await;
        plant.seal().await;
        plant.healthy(503).await;

        let new = json!({ "parent": "dairy", "name": "line1" });
        let refused = plant.server.admin("POST", "/areas").json(&new).await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        assert_eq!(plant.server.log_on("operator", "wrong").await.code(), "credentials-refused");
        let operator = plant.server.log_on("operator", PASSWORD).await;
        assert_eq!(operator.at("/session/emergency"), true, "{operator:?}");
        let token = operator.text("token");
        assert!(plant.allowed(&token, "hmi/hold").await);
        assert!(!plant.allowed(&token, "hmi/recipe").await, "a role that is none of the emergency");
        assert!(plant.allowed(&stays, "hmi/recipe").await, "who was logged on goes on as before");
        let guest = plant.server.token("guest", PASSWORD).await;
        assert!(!plant.allowed(&guest, "hmi/recipe").await);
        plant.log_off(&earlier).await;
        plant.log_off(&guest).await;
        plant.healthy(503).await;

        plant.unseal().await;
        plant.healthy(200).await;
        let gaps = plant.server.events_of("log-gap").await;
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        let gap = gaps.first().unwrap();
        assert_eq!((&gap["new"]["kept"], &gap["new"]["lost"]), (&json!(8), &json!(0)), "{gap:?}");
        assert_eq!(gap["new"]["damaged_at"], Value::Null);
        assert_eq!((plant.told("logged-on", "guest").await, plant.told("logged-off", "guest").await), (2, 2));
        assert_eq!(plant.told("logged-on", "operator").await, 2);
        assert_eq!(plant.told("act-decided", "operator").await, 3);
        assert!(plant.is_genuine().await);
        let now = plant.current(&token).await;
        assert_eq!(now.at("/emergency"), false, "{now:?}");
        assert!(plant.allowed(&token, "hmi/recipe").await, "all rights are back");

        plant.server.restart().await;
        for gone in [&earlier, &guest] {
            assert_eq!(plant.current(gone).await.code(), "token-invalid", "what ended stays ended");
        }
        for runs in [&token, &stays] {
            assert_eq!(plant.current(runs).await.status, 200);
        }
        plant.server.done("POST", "/areas", &new).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_while_the_log_cannot_be_written() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        plant.seal().await;
        plant.healthy(503).await;
        let request = json!({ "request": "0198a000-0000-7000-8000-000000000001", "opening": "0".repeat(64) });
        let body = json!({ "requests": [request], "user": "operator", "password": PASSWORD });
        let refused = plant.server.call("POST", "/signatures").json(&body).await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        plant.unseal().await;
        plant.healthy(200).await;
        let answer = plant.server.call("POST", "/signatures").json(&body).await;
        assert_eq!(answer.code(), "acknowledgement-needed", "and then they are asked again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_one_who_finds_the_database_closed_still_gets_in() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        plant.seal().await;
        let operator = plant.server.log_on("operator", PASSWORD).await;
        assert_eq!((operator.status, operator.at("/session/emergency")), (201, &json!(true)), "{operator:?}");
        plant.unseal().await;
        plant.healthy(200).await;
        assert_eq!(plant.told("logged-on", "operator").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_started_while_nothing_can_be_written_serves_the_emergency_rules() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine).await;
        let stays = plant.server.token("operator", PASSWORD).await;
        plant.server.stop().await;
        // A right that an older version of the program did not know.
        plant.forget_a_right().await;
        plant.seal().await;
        plant.server.restart().await;
        plant.healthy(503).await;
        let operator = plant.server.log_on("operator", PASSWORD).await;
        assert_eq!((operator.status, operator.at("/session/emergency")), (201, &json!(true)), "{operator:?}");
        assert!(plant.allowed(&operator.text("token"), "hmi/hold").await);
        assert!(plant.allowed(&stays, "hmi/recipe").await, "who was logged on goes on as before");

        plant.unseal().await;
        plant.healthy(200).await;
        assert!(plant.is_genuine().await);
        let registered = async {
            while plant.server.events_of("rights-registered").await.len() < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), registered).await.unwrap();
        plant.server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line1" })).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_merging_and_emptying_merges_nothing_twice_and_resumes_nothing_that_ended() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    let earlier = plant.server.token("guest", PASSWORD).await;
    plant.seal().await;
    plant.healthy(503).await;
    plant.log_off(&earlier).await;
    plant.server.token("operator", PASSWORD).await;
    let spill = plant.server.data().join("spill");
    let kept = std::fs::read(&spill).unwrap();
    plant.unseal().await;
    plant.healthy(200).await;
    let (on, off) = (plant.told("logged-on", "operator").await, plant.told("logged-off", "guest").await);
    assert_eq!((on, off), (1, 1));

    plant.server.stop().await;
    std::fs::write(&spill, &kept).unwrap();
    plant.server.restart().await;
    plant.healthy(200).await;
    let after = (plant.told("logged-on", "operator").await, plant.told("logged-off", "guest").await);
    assert_eq!(after, (1, 1), "merged twice");
    assert!(plant.is_genuine().await);
    assert!(std::fs::read(&spill).unwrap().iter().all(|byte| *byte == 0), "it was emptied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_changed_in_the_spill_is_told() {
    let mut plant = Plant::start(Engine::Sqlite).await;
    plant.seal().await;
    plant.healthy(503).await;
    for _ in 0..3 {
        plant.server.token("operator", PASSWORD).await;
    }
    let spill = plant.server.data().join("spill");
    let text = String::from_utf8(std::fs::read(&spill).unwrap()).unwrap();
    let second = text.lines().nth(1).unwrap().to_owned();
    std::fs::write(&spill, text.replace(&second, &second.replace("operator", "0perator"))).unwrap();
    plant.unseal().await;
    plant.healthy(200).await;
    let gaps = plant.server.events_of("log-gap").await;
    assert_eq!(gaps.first().unwrap()["new"]["damaged_at"], 2, "{gaps:?}");
    assert_eq!(plant.told("logged-on", "operator").await, 1);
}

impl Plant {
    /// Makes a user who has the role of the emergency.
    async fn keeper(&self, login: &str) -> String {
        let user = self.server.user(login).await;
        let principal = json!({ "kind": "user", "id": user });
        let given = json!({ "role": "Keeper", "principal": principal, "areas": ["dairy"] });
        self.server.done("POST", "/assignments", &given).await;
        user
    }

    /// What memory holds of a user.
    fn standing(&self, user: &str) -> Option<Arc<Standing>> {
        let app = self.server.running().app();
        let directory = app.live.plant().directories.first().unwrap().id;
        let login = LoginName::parse(user).unwrap();
        app.live.standby().by_login(directory, &login, app.clock.monotonic())
    }

    /// Waits until memory knows all of these.
    async fn kept(&self, users: &[&str]) {
        let waiting = async {
            while !users.iter().all(|user| self.standing(user).is_some()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), waiting).await.unwrap();
    }

    /// Changes a user.
    async fn change(&self, user: &str, change: Value) {
        let path = format!("/users/{user}");
        let mut change = change;
        change["version"] = self.server.admin("GET", &path).send().await.at("/version").clone();
        self.server.done("PATCH", &path, &change).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_no_database_at_all_emergency_operators_log_on_and_nobody_else() {
    let mut postgres = OwnPostgres::start().await;
    let server = Server::start_over(Some(PgDatabase::on(&postgres.facts).await), RULES).await;
    let plant = Plant::on(server, Engine::Postgres).await;
    let group = plant.server.done("POST", "/groups", &json!({ "name": "night shift" })).await;
    let principal = json!({ "kind": "group", "id": text(&group, "id") });
    let given = json!({ "role": "Keeper", "principal": principal, "areas": ["dairy"] });
    plant.server.done("POST", "/assignments", &given).await;
    let (member, left) = (plant.server.user("member").await, plant.keeper("left").await);
    let (renewed, renamed) = (plant.keeper("renewed").await, plant.keeper("renamed").await);
    let members = format!("/groups/{}/members", text(&group, "id"));
    plant.server.done("PUT", &members, &json!({ "kind": "user", "id": member })).await;
    plant.kept(&["operator", "member", "left", "renewed", "renamed"]).await;
    let old = plant.standing("renewed").unwrap().local.as_ref().map(|local| local.verifier.clone());
    let another = "Ziegelbrunnen-Falter-63";
    plant.server.done("PUT", &format!("/users/{renewed}/password"), &json!({ "password": another })).await;
    let now = plant.standing("renewed");
    assert!(now.is_none_or(|now| now.local.as_ref().map(|local| local.verifier.clone()) != old));
    plant.change(&renamed, json!({ "login": "newname" })).await;
    assert!(plant.standing("renamed").is_none());
    plant.kept(&["operator", "member", "left", "renewed", "newname"]).await;
    let stays = plant.server.token("operator", PASSWORD).await;
    plant.change(&left, json!({ "enabled": false })).await;
    assert!(plant.standing("left").is_none());
    plant.kept(&["operator", "member", "renewed", "newname"]).await;
    postgres.kill();

    let operator = plant.server.log_on("operator", PASSWORD).await;
    assert_eq!((operator.status, operator.at("/session/emergency")), (201, &json!(true)), "{operator:?}");
    let token = operator.text("token");
    assert!(plant.allowed(&token, "hmi/hold").await);
    assert!(!plant.allowed(&token, "hmi/recipe").await);
    assert!(plant.allowed(&stays, "hmi/recipe").await, "who was logged on goes on as before");
    for (user, password) in [("member", PASSWORD), ("renewed", another), ("newname", PASSWORD)] {
        assert_eq!(plant.server.log_on(user, password).await.status, 201, "{user}");
    }
    let wrong = plant.server.log_on("operator", "wrong").await;
    assert_eq!((wrong.status, wrong.code()), (503, "store-unavailable"), "{wrong:?}");
    let others = [
        ("guest", PASSWORD),
        ("nobody", PASSWORD),
        ("left", PASSWORD),
        ("renewed", PASSWORD),
        ("renamed", PASSWORD),
    ];
    for (user, password) in others {
        let refused = plant.server.log_on(user, password).await;
        assert_eq!((refused.status, &refused.body["detail"]), (503, &wrong.body["detail"]), "{user}");
    }
    let page = plant.server.call("GET", "/logon").send().await;
    assert_eq!(page.status, 200, "{page:?}");
    let refused = plant.server.admin("POST", "/areas").json(&json!({ "parent": "dairy", "name": "a" })).await;
    assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
    plant.log_off(&token).await;
    plant.healthy(503).await;

    postgres.start_again();
    plant.healthy(200).await;
    assert_eq!(
        (plant.told("logged-on", "operator").await, plant.told("logged-off", "operator").await),
        (2, 1)
    );
    assert_eq!(plant.told("logged-on", "member").await, 1);
    assert!(plant.is_genuine().await);
    assert_eq!(plant.server.log_on("left", PASSWORD).await.code(), "account-disabled");
    assert_eq!(plant.current(&stays).await.status, 200);
}
