//! What the tests of signatures share: a plant in which an operator and quality sign
//! the release of a batch.

use pforte_test::Server;
use pforte_test::http::Answer;
use pforte_test::server::{Engine, PASSWORD, text};
use serde_json::{Value, json};

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

/// Who holds which role: two of each.
const PEOPLE: [(&str, usize); 6] =
    [("operator1", 0), ("operator2", 0), ("quality1", 1), ("quality2", 1), ("lead1", 2), ("lead2", 2)];

impl Plant {
    /// Begins with the policy of [`Plant::release`].
    pub(crate) async fn start(engine: Engine) -> Self {
        let server = Server::start_on(engine).await;
        let made = json!({ "key": "batch", "name": "Batch control", "areas": ["dairy"] });
        let batch = text(&server.done("POST", "/applications", &made).await, "credential");
        let rights = json!({ "rights": [
            { "action": "release", "names": { "en": "Release batches" } },
            { "action": "hold", "names": { "en": "Hold batches" } },
        ] });
        let registered =
            server.call("PUT", "/applications/current/rights").bearer(&batch).json(&rights).await;
        assert_eq!(registered.status, 200, "{registered:?}");
        server.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line2" })).await;
        let mut roles = Vec::new();
        for name in ["Operator", "Quality", "Shift lead"] {
            let made = json!({ "name": name, "description": "", "rights": ["batch/release"] });
            roles.push(text(&server.done("POST", "/roles", &made).await, "id"));
        }
        let roles: [String; 3] = roles.try_into().unwrap();
        for (login, role) in PEOPLE {
            let user = server.user(login).await;
            give(&server, &user, &roles[role], "dairy/line2").await;
        }
        let policy = server.done("POST", "/signature-policies", &release(&roles)).await;
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
    let principal = json!({ "kind": "user", "id": user });
    let given = json!({ "role": role, "principal": principal, "areas": [area] });
    text(&server.done("POST", "/assignments", &given).await, "id")
}

/// The operator performs, then quality approves, with a comment, within ten minutes.
pub(crate) fn release(roles: &[String; 3]) -> Value {
    json!({
        "name": "Release of batches", "actions": ["batch/release"], "areas": ["dairy"],
        "steps": [
            { "roles": [roles[0]], "count": 1, "meaning": "performed" },
            { "roles": [roles[1]], "count": 1, "meaning": "approved" },
        ],
        "ordered": true, "comment": "forced", "valid_seconds": 600, "cancel_roles": [roles[2]],
    })
}

/// A request for the release of a batch on line 2.
pub(crate) fn request(key: &str) -> Value {
    json!({
        "key": key, "action": "batch/release", "area": "dairy/line2", "object": format!("Batch {key}"),
        "description": "Release the batch for filling", "outcome": "released",
        "changes": [{ "what": "status", "old": "held", "new": "released" }],
        "record": { "json": { "batch": key, "fat": 3.5, "pH": 6.7 } },
    })
}

/// The body with which somebody signs.
pub(crate) fn signing(request: &Value, user: &str) -> Value {
    json!({
        "requests": [{ "request": request["id"], "opening": request["opening"] }],
        "directory": "local", "user": user, "password": PASSWORD, "comment": "in order", "acknowledge": true,
    })
}
