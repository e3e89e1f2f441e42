//! A plant in which an operator and quality sign the release of a batch: the operator
//! performs, then quality approves, with a comment, within ten minutes.

use crate::fixtures::must;
use crate::http::Caller;
use crate::server::{PASSWORD, text};
use serde_json::{Value, json};

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The credential of the batch application.
    pub batch: String,
    /// The roles: operator, quality, shift lead.
    pub roles: [String; 3],
    /// The policy of `batch/release`.
    pub policy: Value,
}

/// Who holds which role: two of each.
pub const PEOPLE: [(&str, usize); 6] =
    [("operator1", 0), ("operator2", 0), ("quality1", 1), ("quality2", 1), ("lead1", 2), ("lead2", 2)];

/// Makes the plant; `call` makes calls of the API, `admin` is an administrator's token.
pub async fn make(call: &(impl Fn(&str, &str) -> Caller + Sync), admin: &str) -> Made {
    let done = async |path: &str, body: Value| answered(call("POST", path).bearer(admin), &body).await;
    let new = json!({ "key": "batch", "name": "Batch control", "areas": ["dairy"] });
    let batch = text(&done("/applications", new).await, "credential");
    let rights = json!({ "rights": [
        { "action": "release", "names": { "en": "Release batches" } },
        { "action": "hold", "names": { "en": "Hold batches" } },
    ] });
    answered(call("PUT", "/applications/current/rights").bearer(&batch), &rights).await;
    done("/areas", json!({ "parent": "dairy", "name": "line2" })).await;
    let mut roles: Vec<String> = Vec::new();
    for name in ["Operator", "Quality", "Shift lead"] {
        let new = json!({ "name": name, "description": "", "rights": ["batch/release"] });
        roles.push(text(&done("/roles", new).await, "id"));
    }
    for (login, role) in PEOPLE {
        let user = text(&done("/users", json!({ "login": login, "password": PASSWORD })).await, "id");
        let role = must("a role", roles.get(role).ok_or("none"));
        done("/assignments", given(&user, role, "dairy/line2")).await;
    }
    let roles: [String; 3] = must("three roles", roles.try_into().map_err(|_| "not three"));
    let policy = done("/signature-policies", release(&roles)).await;
    Made { batch, roles, policy }
}

async fn answered(caller: Caller, body: &Value) -> Value {
    let answer = caller.json(body).await;
    must("the plant", if answer.status < 300 { Ok(answer.body) } else { Err(format!("{answer:?}")) })
}

/// The body that gives a user a role in an area.
#[must_use]
pub fn given(user: &str, role: &str, area: &str) -> Value {
    json!({ "role": role, "principal": { "kind": "user", "id": user }, "areas": [area] })
}

/// The operator performs, then quality approves, with a comment, within ten minutes.
#[must_use]
pub fn release([operator, quality, lead]: &[String; 3]) -> Value {
    json!({
        "name": "Release of batches", "actions": ["batch/release"], "areas": ["dairy"],
        "steps": [
            { "roles": [operator], "count": 1, "meaning": "performed" },
            { "roles": [quality], "count": 1, "meaning": "approved" },
        ],
        "ordered": true, "comment": "forced", "valid_seconds": 600, "cancel_roles": [lead],
    })
}

/// A request for the release of a batch on line 2.
#[must_use]
pub fn request(key: &str) -> Value {
    json!({
        "key": key, "action": "batch/release", "area": "dairy/line2", "object": format!("Batch {key}"),
        "description": "Release the batch for filling", "outcome": "released",
        "changes": [{ "what": "status", "old": "held", "new": "released" }],
        "record": { "json": { "batch": key, "fat": 3.5, "pH": 6.7 } },
    })
}

/// The body with which somebody signs.
#[must_use]
pub fn signing(request: &Value, user: &str) -> Value {
    json!({
        "requests": [{ "request": request.get("id"), "opening": request.get("opening") }],
        "directory": "local", "user": user, "password": PASSWORD, "comment": "in order", "acknowledge": true,
    })
}
