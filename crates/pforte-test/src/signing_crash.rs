//! People sign, refuse and cancel until the server is killed, again and again.
//!
//! After each start nothing that was answered is missing, nothing is complete without
//! all its signatures, nothing has two ends, every document is genuine, and there is
//! one event for each statement.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]

use crate::audit::audit_with;
use crate::http::{Answer, Caller};
use crate::server::{ADMIN, Engine, PASSWORD, text};
use crate::signing::{Made, PEOPLE, make, request, signing};
use crate::site::Site;
use pforte_model::signature::jws;
use pforte_server::keys::DataFolder;
use pforte_verify::signature::{Expect, Keys, Verdict, check};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Requests that wait at the same time; then nobody asks for more.
const OPEN: usize = 24;

/// Every so manieth request is one that lasts ten seconds.
const SHORT: usize = 6;

/// The events of statements.
const KINDS: [&str; 6] = [
    "signature-requested",
    "signed",
    "signature-request-complete",
    "signature-request-refused",
    "signature-request-cancelled",
    "signature-request-expired",
];

/// What it came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Came {
    /// The requests that there were.
    pub requests: usize,
    /// Those that were complete before the last end.
    pub complete: usize,
    /// The statements of all chains.
    pub statements: usize,
}

/// What callers were told so far.
#[derive(Default)]
struct Told {
    /// Requests as they were shown in answers, the oldest answer first.
    shown: Vec<Value>,
    /// Those that were not over in the newest answer.
    open: Vec<Value>,
    asked: usize,
}

impl Told {
    fn hear(&mut self, shown: Value) {
        self.open.retain(|one| one["id"] != shown["id"]);
        if shown.get("ended_at").is_none() {
            self.open.push(shown.clone());
        }
        self.shown.push(shown);
    }

    /// Any of those that wait.
    fn any(&self) -> Option<Value> {
        let count = self.open.len().max(1);
        self.open.get(usize::from(rand::random::<u16>()) % count).cloned()
    }
}

struct Trial {
    site: Site,
    made: Made,
    told: Mutex<Told>,
}

/// Kills a server on this engine as often as there are numbers in `kills`, each time
/// after so many answers; then all that waits is signed or expires.
///
/// # Panics
///
/// At the first fault.
pub async fn rounds(engine: Engine, program: fn() -> Command, kills: &[usize]) -> Came {
    let site = Site::new(engine, program).await;
    let code = site.init();
    let mut process = site.serve();
    let set_up = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
    assert_eq!(site.call(process.address(), "POST", "/setup").json(&set_up).await.status, 201);
    let made = plant(&site, process.address()).await;
    let trial = Arc::new(Trial { site, made, told: Mutex::default() });
    for kill in kills {
        trial.work(process.address(), *kill, || process.kill()).await;
        let folder = DataFolder::open(&trial.site.data()).unwrap();
        let report = audit_with(&trial.site.settings(), folder.signer().unwrap().verifier(), &[]).await;
        assert!(report.is_genuine(), "{report:?}");
        process = trial.site.serve();
        trial.look(process.address()).await;
    }
    trial.finish(process.address()).await;
    trial.look(process.address()).await
}

/// The plant, with a second policy by which requests last ten seconds.
async fn plant(site: &Site, address: SocketAddr) -> Made {
    let admin = token(site, address).await;
    let made = make(&|method, path| site.call(address, method, path), &admin).await;
    let hold = json!({
        "name": "Holding of batches", "actions": ["batch/hold"], "areas": ["dairy"], "valid_seconds": 10,
        "steps": [{ "roles": [made.roles[0], made.roles[1]], "count": 2, "meaning": "verified" }],
    });
    let saved = site.call(address, "POST", "/signature-policies").bearer(&admin).json(&hold).await;
    assert_eq!(saved.status, 201, "{saved:?}");
    made
}

async fn token(site: &Site, address: SocketAddr) -> String {
    let asked = json!({ "user": ADMIN.0, "password": ADMIN.1 });
    site.call(address, "POST", "/sessions").json(&asked).await.text("token")
}

fn id_of(shown: &Value) -> String {
    text(shown, "id")
}

impl Trial {
    fn told<T>(&self, with: impl FnOnce(&mut Told) -> T) -> T {
        with(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn call(&self, address: SocketAddr, method: &str, path: &str) -> Caller {
        self.site.call(address, method, path)
    }

    fn batch(&self, address: SocketAddr, method: &str, path: &str) -> Caller {
        self.call(address, method, path).bearer(&self.made.batch)
    }

    /// Everybody works until so many more answers came; then `kill` is called.
    async fn work(self: &Arc<Self>, address: SocketAddr, answers: usize, kill: impl FnOnce()) {
        let until = self.told(|told| told.shown.len()) + answers;
        let mut all = JoinSet::new();
        for _ in 0..2 {
            let trial = Arc::clone(self);
            all.spawn(async move { trial.ask(address).await });
        }
        for (user, _) in PEOPLE {
            let trial = Arc::clone(self);
            all.spawn(async move { trial.sign(address, user).await });
        }
        while self.told(|told| told.shown.len()) < until {
            tokio::task::yield_now().await;
        }
        kill();
        all.join_all().await;
    }

    async fn is_gone(&self, address: SocketAddr) -> bool {
        self.call(address, "GET", "/signature-keys").try_json(&json!(null)).await.is_err()
    }

    /// The application asks until the server is gone.
    async fn ask(&self, address: SocketAddr) {
        loop {
            if self.told(|told| told.open.len()) >= OPEN {
                if self.is_gone(address).await {
                    return;
                }
                continue;
            }
            let number = self.told(|told| {
                told.asked += 1;
                told.asked
            });
            let mut body = request(&format!("{number}"));
            if number.is_multiple_of(SHORT) {
                body["action"] = json!("batch/hold");
            }
            let call = self.batch(address, "POST", "/signature-requests");
            let Ok(answer) = call.try_json(&body).await else { return };
            assert_eq!(answer.status, 201, "{answer:?}");
            self.told(|told| told.hear(answer.body));
        }
    }

    /// Somebody signs what waits, and sometimes refuses or cancels, until the server is gone.
    async fn sign(&self, address: SocketAddr, user: &str) {
        loop {
            let Some(wanted) = self.told(|told| told.any()) else {
                if self.is_gone(address).await {
                    return;
                }
                continue;
            };
            let Ok(answer) = self.deed(address, user, &wanted).await else { return };
            match answer.status {
                200 => self.heard(answer.body),
                403 | 409 => self.told(|told| {
                    let over = answer.code() == "request-ended";
                    told.open.retain(|one| !(over && one["id"] == wanted["id"]));
                }),
                _ => unreachable!("{user}: {answer:?}"),
            }
        }
    }

    async fn deed(&self, address: SocketAddr, user: &str, wanted: &Value) -> std::io::Result<Answer> {
        let path = |deed: &str| format!("/signature-requests/{}/{deed}", id_of(wanted));
        let mut why = json!({ "directory": "local", "user": user, "password": PASSWORD, "reason": "a leak" });
        match rand::random::<u8>() {
            0..8 => {
                why["opening"] = wanted["opening"].clone();
                self.call(address, "POST", &path("refusal")).try_json(&why).await
            }
            8..32 if user.starts_with("lead") => {
                self.call(address, "POST", &path("cancellation")).try_json(&why).await
            }
            chance => {
                let mut body = signing(wanted, user);
                if let Some(other) = self.told(|told| told.any()).filter(|_| chance > 128) {
                    let more = json!({ "request": other["id"], "opening": other["opening"] });
                    body["requests"].as_array_mut().unwrap().push(more);
                }
                self.call(address, "POST", "/signatures").try_json(&body).await
            }
        }
    }

    fn heard(&self, body: Value) {
        let several = body.get("signed").and_then(Value::as_array).cloned();
        self.told(|told| several.unwrap_or_else(|| vec![body]).into_iter().for_each(|one| told.hear(one)));
    }

    /// Looks at all that there is.
    async fn look(&self, address: SocketAddr) -> Came {
        let admin = token(&self.site, address).await;
        let before = self.events(address, &admin).await;
        let keys = self.call(address, "GET", "/signature-keys").send().await;
        let keys = Keys::read(&keys.bytes).unwrap();
        let log = self.call(address, "GET", "/log/checkpoint").bearer(&admin).send().await;
        let log = log.text("key").parse().unwrap();
        let expect = Expect { keys: Some(&keys), log_keys: &[log], ..Expect::default() };
        let (mut came, mut statements) = (Came::default(), BTreeSet::new());
        for request in self.requests(address).await {
            let path = format!("/signature-requests/{}/document", id_of(&request));
            let document = self.batch(address, "GET", &path).send().await;
            assert_eq!(document.status, 200, "{document:?}");
            let report = check(&document.bytes, &expect);
            assert_eq!(report.verdict(), Verdict::Genuine, "{:?}: {request}", report.findings);
            assert_eq!((report.logged, report.records), (report.statements, 1), "{request}");
            statements.extend(document.body["statements"].as_array().unwrap().iter().map(hash));
            let whole = request["missing"].as_array().unwrap().iter().all(|one| one == 0);
            assert_eq!(request["state"] == "complete", whole, "{request}");
            came.requests += 1;
            came.complete += usize::from(whole);
        }
        let after = self.events(address, &admin).await;
        let missing: Vec<_> = before.difference(&statements).chain(statements.difference(&after)).collect();
        assert!(missing.is_empty(), "a statement without its event, or the other way round: {missing:?}");
        self.nothing_lost(address).await;
        Came { statements: statements.len(), ..came }
    }

    /// The hashes of the statements that the log knows of; each stands there once.
    async fn events(&self, address: SocketAddr, admin: &str) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for kind in KINDS {
            let path = format!("/events?type={kind}");
            for event in pages(|more| self.call(address, "GET", &format!("{path}{more}")).bearer(admin)).await
            {
                let statement = text(&event["record"]["new"], "statement");
                assert!(known.insert(statement), "a statement with two events: {event}");
            }
        }
        known
    }

    async fn requests(&self, address: SocketAddr) -> Vec<Value> {
        pages(|more| self.batch(address, "GET", &format!("/signature-requests?{more}"))).await
    }

    /// What was answered is still so.
    async fn nothing_lost(&self, address: SocketAddr) {
        let now: std::collections::BTreeMap<String, Value> =
            self.requests(address).await.into_iter().map(|one| (id_of(&one), one)).collect();
        let shown = self.told(|told| told.shown.clone());
        for before in shown {
            let now = now.get(&id_of(&before)).unwrap_or_else(|| unreachable!("lost: {before}"));
            let signatures = |one: &Value| one["signatures"].as_array().unwrap().clone();
            assert!(signatures(now).starts_with(&signatures(&before)), "{before}: {now}");
            assert_eq!(now["opening"], before["opening"]);
            if before.get("ended_at").is_some() {
                let end =
                    |one: &Value| (one["state"].clone(), one["ended_at"].clone(), one["ending"].clone());
                assert_eq!(end(now), end(&before));
            }
        }
    }

    /// What still waits is signed by who may, and the rest expires.
    async fn finish(&self, address: SocketAddr) {
        for request in self.requests(address).await {
            if request["action"] != "batch/release" || request.get("ended_at").is_some() {
                continue;
            }
            for (user, step) in [("operator1", 0), ("quality1", 1)] {
                if request["missing"][step] == 0 {
                    continue;
                }
                let signed = self.call(address, "POST", "/signatures").json(&signing(&request, user)).await;
                assert_eq!(signed.status, 200, "{signed:?}");
                self.heard(signed.body);
            }
        }
        let end = Instant::now() + Duration::from_secs(40);
        while self.requests(address).await.iter().any(|one| one.get("ended_at").is_none()) {
            assert!(Instant::now() < end, "some requests do not expire");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The items of all pages.
async fn pages(call: impl Fn(&str) -> Caller) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page = call(&format!("&limit=200{after}")).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        items.extend(page.body["items"].as_array().unwrap().iter().cloned());
        match page.at("/next").as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

/// The SHA-256 of a statement in hexadecimal digits.
fn hash(statement: &Value) -> String {
    jws::hash(statement.as_str().unwrap()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
