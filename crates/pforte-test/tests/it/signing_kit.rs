//! What the tests of signatures share: a plant in which an operator and quality sign
//! the release of a batch.

use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{Engine, text};
use pforte_test::signing;
pub(crate) use pforte_test::signing::{release, request, signing};
use serde_json::Value;

/// A server with its plant.
pub(crate) struct Plant {
    pub(crate) server: Server,
    /// The credential of the batch application.
    pub(crate) batch: String,
    /// The roles by name: operator, quality, lead.
    pub(crate) roles: [String; 3],
    /// The policy of `batch/release`.
    pub(crate) policy: Value,
}

impl Plant {
    /// Begins with the policy of [`Plant::release`].
    pub(crate) async fn start(engine: Engine) -> Self {
        let server = Server::start_on(engine).await;
        let made = signing::make(&|method, path| server.call(method, path), &server.admin).await;
        let signing::Made { batch, roles, policy } = made;
        Self { server, batch, roles, policy }
    }

    /// Asks for the signatures of a batch's release.
    pub(crate) async fn ask(&self, key: &str) -> Value {
        let asked = self.asked(&request(key)).await;
        assert_eq!(asked.status, 201, "{asked:?}");
        asked.body
    }

    /// Asks by the application with this body.
    pub(crate) async fn asked(&self, body: &Value) -> Answer {
        self.server.call("POST", "/signature-requests").bearer(&self.batch).json(body).await
    }

    /// Somebody tries to sign.
    pub(crate) async fn sign(&self, request: &Value, user: &str) -> Answer {
        self.server.call("POST", "/signatures").json(&signing(request, user)).await
    }

    /// Somebody signs.
    pub(crate) async fn signed(&self, request: &Value, user: &str) -> Value {
        let signed = self.sign(request, user).await;
        assert_eq!(signed.status, 200, "{user}: {signed:?}");
        signed.body["signed"][0].clone()
    }

    /// A request as its application sees it.
    pub(crate) async fn read(&self, request: &Value) -> Value {
        let path = format!("/signature-requests/{}", text(request, "id"));
        let read = self.server.call("GET", &path).bearer(&self.batch).send().await;
        assert_eq!(read.status, 200, "{read:?}");
        read.body
    }

    /// Puts a request into the database (SQLite) that cannot be read, otherwise like the one of
    /// this key, and older than all others.
    pub(crate) fn add_unreadable(&self, like: &str) {
        let database = rusqlite::Connection::open(self.server.data().join("pforte.db")).unwrap();
        let added = format!(
            "CREATE TEMP TABLE bad AS SELECT * FROM signature_requests WHERE key = '{like}';
             UPDATE bad SET id = x'00000000000070008000000000000001', key = 'bad';
             INSERT INTO signature_requests SELECT * FROM bad;
             INSERT INTO signature_statements (request_id, number, kind, text, at, sequence)
             VALUES (x'00000000000070008000000000000001', 0, 'opening', 'x', 0, 1);"
        );
        database.execute_batch(&added).unwrap();
    }

    /// Puts another policy in the place of the one that stands.
    pub(crate) async fn change(&mut self, changes: Value) {
        let mut body = release(&self.roles);
        body["version"] = self.policy["version"].clone();
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        let path = format!("/signature-policies/{}", text(&self.policy, "id"));
        self.policy = self.server.done("PUT", &path, &body).await;
    }
}

/// Gives somebody a role in an area.
pub(crate) async fn give(server: &Server, user: &str, role: &str, area: &str) -> String {
    text(&server.done("POST", "/assignments", &signing::given(user, role, area)).await, "id")
}
