//! A whole server on a disk that is really full, or really cannot be written:
//! while it runs, and when it starts there.

use crate::admin_kit::until;
use pforte_server::keys::DataFolder;
use pforte_test::audit::audit_with;
use pforte_test::http::{Answer, Caller};
use pforte_test::server::{ADMIN, PASSWORD, text};
use pforte_test::shell::MountShell;
use pforte_test::signing::{make, request, signing};
use pforte_test::store::sqlite;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const CONFIG: &str = "version = 1
[storage]
engine = \"sqlite\"
[local]
memory_kib = 8192
passes = 1
[plant]
name = \"dairy\"
[degraded]
emergency_roles = [\"Keeper\"]
";

/// More of the configuration: a directory whose server does not answer.
const DIRECTORY: &str = "
[[directory]]
name = \"works\"
domain = \"works.example\"
servers = [\"127.0.0.1:9\"]
service_account = \"svc@works.example\"
service_password_file = \"password\"
";

/// More of the configuration: another name, for which the certificate has to be made anew.
const NAME: &str = "
[listen]
names = [\"panel.example\"]
";

/// A server in a process of its own, whose data folder is a disk of its own.
struct Site {
    shell: MountShell,
    address: Option<SocketAddr>,
    admin: String,
    folder: TempDir,
}

impl Site {
    /// A plant whose operator has one role for emergencies and one that is none.
    async fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        configure(folder.path(), more);
        let mut shell = MountShell::start(folder.path(), env!("CARGO_BIN_EXE_server-child"));
        shell.run("mkdir data copy && mount -t tmpfs -o size=24m,mode=700 tmpfs data");
        let code = shell.run("\"$0\" init pforte.toml data");
        let mut site = Self { shell, address: None, admin: String::new(), folder };
        site.start();
        let set_up = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
        let made = site.call("POST", "/api/v1/setup").json(&set_up).await;
        assert_eq!(made.status, 201, "{made:?}");
        site.admin = site.log_on(ADMIN.0, ADMIN.1).await.text("token");
        site.plant().await;
        site
    }

    async fn plant(&self) {
        let new = json!({ "key": "hmi", "name": "HMI", "areas": ["dairy"] });
        let made = self.done("POST", "/applications", &new).await;
        let path = format!("/applications/{}/rights", text(&made["application"], "id"));
        let rights = json!({ "rights": [{ "action": "hold" }, { "action": "recipe" }] });
        self.done("PUT", &path, &rights).await;
        let new = json!({ "login": "operator", "password": PASSWORD });
        let operator = text(&self.done("POST", "/users", &new).await, "id");
        for (role, right) in [("Keeper", "hmi/hold"), ("Engineer", "hmi/recipe")] {
            self.done("POST", "/roles", &json!({ "name": role, "rights": [right] })).await;
            let principal = json!({ "kind": "user", "id": operator });
            let given = json!({ "role": role, "principal": principal, "areas": ["dairy"] });
            self.done("POST", "/assignments", &given).await;
        }
    }

    /// The names of the directories that are known.
    async fn directories(&self) -> Vec<String> {
        let list = self.admin("GET", "/directories").send().await;
        list.at("/items").as_array().unwrap().iter().map(|directory| text(directory, "name")).collect()
    }

    /// Starts the server.
    fn start(&mut self) {
        let told = self.shell.run("start \"$0\" serve pforte.toml data");
        self.shell.run("cp data/ca.pem ca.pem");
        self.address = Some(told.parse().unwrap_or_else(|_| unreachable!("it did not start: {told}")));
    }

    /// No block of the disk stays free.
    fn fill(&mut self) {
        let told = self.shell.run("dd if=/dev/zero of=data/ballast bs=4k 2>&1 || :");
        assert!(told.contains("No space left"), "{told}");
    }

    fn call(&self, method: &str, path: &str) -> Caller {
        Caller::new(self.address.unwrap(), &self.folder.path().join("ca.pem"), method, path)
    }

    fn admin(&self, method: &str, path: &str) -> Caller {
        self.call(method, &format!("/api/v1{path}")).bearer(&self.admin)
    }

    async fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.admin(method, path).json(body).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        answer.body
    }

    async fn log_on(&self, user: &str, password: &str) -> Answer {
        let asked = json!({ "user": user, "password": password });
        self.call("POST", "/api/v1/sessions").json(&asked).await
    }

    /// Logs on until the emergency rules hold; gives the sessions that were answered,
    /// the last one with its token.
    async fn until_emergency(&self) -> (Vec<String>, String) {
        let mut told = Vec::new();
        loop {
            let answer = self.log_on("operator", PASSWORD).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            told.push(answer.at("/session/id").as_str().unwrap().to_owned());
            if answer.at("/session/emergency") == true {
                return (told, answer.text("token"));
            }
            assert!(told.len() < 5_000, "the disk is not full");
        }
    }

    async fn healthy(&self, expected: u16) {
        let waiting = async {
            while self.call("GET", "/healthz").send().await.status != expected {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_mins(1), waiting).await.is_ok(), "health {expected}");
    }

    async fn metric(&self, line: &str) -> bool {
        let metrics = self.call("GET", "/metrics").send().await;
        metrics.body.as_str().is_some_and(|text| text.lines().any(|told| told == line))
    }

    async fn allowed(&self, token: &str, right: &str) -> bool {
        let asked = json!({ "questions": [{ "right": right, "area": "dairy" }], "act": true });
        let answer = self.call("POST", "/api/v1/decisions").bearer(token).json(&asked).await;
        answer.at("/answers/0/allowed").as_bool().unwrap_or_else(|| unreachable!("{answer:?}"))
    }

    /// What holds as long as the disk cannot be written.
    async fn goes_on_by_the_emergency_rules(&self, token: &str) {
        let health = self.call("GET", "/healthz").send().await;
        assert_eq!((health.status, health.at("/status")), (503, &json!("emergency")), "{health:?}");
        assert!(self.metric("pforte_log_writable 0").await);
        assert!(self.allowed(token, "hmi/hold").await);
        assert!(!self.allowed(token, "hmi/recipe").await, "a role that is none of the emergency");
        let wrong = self.log_on("operator", "wrong").await;
        assert_eq!(wrong.code(), "credentials-refused", "{wrong:?}");
        let area = json!({ "parent": "dairy", "name": "line1" });
        let refused = self.admin("POST", "/areas").json(&area).await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        for path in ["/areas", "/users", "/events", "/sessions"] {
            let read = self.admin("GET", path).send().await;
            assert_eq!(read.status, 200, "{path}: {read:?}");
        }
    }

    /// What holds when it can be written again: all that was answered stands in the log.
    async fn is_whole_again(&mut self, answered: &[String], lost: u64) {
        self.healthy(200).await;
        assert!(self.metric("pforte_log_writable 1").await);
        let overview = self.admin("GET", "/overview").send().await;
        assert_eq!((overview.at("/log/writable"), overview.at("/log/code")), (&json!(true), &Value::Null));
        self.done("POST", "/areas", &json!({ "parent": "dairy", "name": "line1" })).await;
        let gaps = self.events("log-gap").await;
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!((&gaps[0]["new"]["lost"], &gaps[0]["new"]["damaged_at"]), (&json!(lost), &Value::Null));
        let begun: BTreeSet<String> =
            self.events("logged-on").await.iter().map(|event| text(&event["what"], "id")).collect();
        for session in answered {
            assert!(begun.contains(session), "the log-on {session} was answered and is not in the log");
        }
        self.shell.run("end TERM; cp -a data/. copy/ && rm -f copy/ballast && chmod 700 copy");
        let copy: PathBuf = self.folder.path().join("copy");
        let signer = DataFolder::open(&copy).unwrap().signer().unwrap();
        let report = audit_with(&sqlite(&copy.join("pforte.db")), signer.verifier(), &[]).await;
        assert!(report.is_genuine(), "{report:?}");
    }

    async fn events(&self, kind: &str) -> Vec<Value> {
        let (mut events, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.admin("GET", &format!("/events?type={kind}&limit=500{after}")).send().await;
            let items = page.at("/items").as_array().cloned().unwrap_or_else(|| unreachable!("{page:?}"));
            events.extend(items.iter().map(|event| event["record"].clone()));
            match page.at("/next").as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return events,
            }
        }
    }
}

fn configure(folder: &Path, more: &str) {
    std::fs::write(folder.join("pforte.toml"), format!("{CONFIG}{more}")).unwrap();
    let secret = folder.join("password");
    std::fs::write(&secret, "Wiesenrand-Kompass-52").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_operators_go_on_and_once_there_is_room_nothing_is_lost() {
    let mut site = Site::new("").await;
    site.fill();
    let (answered, token) = site.until_emergency().await;
    let overview = site.admin("GET", "/overview").send().await;
    assert_eq!(
        (overview.at("/log/writable"), overview.at("/log/code")),
        (&json!(false), &json!("store-full"))
    );
    site.goes_on_by_the_emergency_rules(&token).await;
    site.shell.run("rm data/ballast");
    site.is_whole_again(&answered, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_started_on_a_full_disk_serves_the_emergency_rules() {
    // Killed, it leaves the journal behind; stopped, it has to make it anew.
    for how in ["KILL", "TERM"] {
        let mut site = Site::new(DIRECTORY).await;
        site.fill();
        let (mut answered, earlier) = site.until_emergency().await;
        site.shell.run(&format!("end {how}"));
        site.fill();
        site.start();
        let again = site.log_on("operator", PASSWORD).await;
        assert_eq!((again.status, again.at("/session/emergency")), (201, &json!(true)), "{how}: {again:?}");
        answered.push(again.at("/session/id").as_str().unwrap().to_owned());
        site.goes_on_by_the_emergency_rules(&again.text("token")).await;
        let gone = site.call("GET", "/api/v1/sessions/current").bearer(&earlier).send().await;
        assert_eq!(gone.code(), "token-invalid", "a session of the emergency stands in memory alone");
        site.shell
            .run("for i in $(seq 500); do ! grep -q directory-lost data/spill || break; sleep 0.02; done");
        site.shell.run("grep -q directory-lost data/spill && rm data/ballast");
        site.is_whole_again(&answered, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_started_on_a_read_only_disk_serves_the_emergency_rules() {
    for how in ["KILL", "TERM"] {
        let mut site = Site::new("").await;
        let before = site.log_on("operator", PASSWORD).await;
        site.shell.run(&format!("end {how}; mount -o remount,ro,bind data"));
        configure(site.folder.path(), &format!("{NAME}{DIRECTORY}"));
        site.start();
        assert_eq!(site.directories().await, ["local"], "it follows once it can be written down");
        let here = site.call("GET", "/api/v1/sessions/current").bearer(&before.text("token")).send().await;
        assert_eq!(here.status, 200, "who was logged on still is: {here:?}");
        let again = site.log_on("operator", PASSWORD).await;
        assert_eq!((again.status, again.at("/session/emergency")), (201, &json!(true)), "{how}: {again:?}");
        site.goes_on_by_the_emergency_rules(&again.text("token")).await;
        site.shell.run("mount -o remount,rw,bind data");
        site.healthy(200).await;
        until("the directory is added", async || (site.directories().await.len() == 2).then_some(())).await;
        // The start, the log-on and two acts: not even the spill could be written.
        site.is_whole_again(&[], 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_signed_without_its_event() {
    let mut site = Site::new("").await;
    let admin = site.admin.clone();
    let call = |method: &str, path: &str| site.call(method, &format!("/api/v1{path}"));
    let made = make(&call, &admin).await;
    let ask = async |site: &Site, key: &str| {
        let call = site.call("POST", "/api/v1/signature-requests").bearer(&made.batch);
        call.json(&request(key)).await
    };
    let (open, other) = (ask(&site, "1").await.body, ask(&site, "2").await.body);
    let sign = async |site: &Site, asked: &Value, user: &str| {
        site.call("POST", "/api/v1/signatures").json(&signing(asked, user)).await
    };
    assert_eq!(sign(&site, &open, "operator1").await.status, 200);
    site.fill();
    site.until_emergency().await;
    for _ in 0..3 {
        let refused = sign(&site, &open, "quality1").await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        let refused = ask(&site, "3").await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        let call = site.call("POST", "/api/v1/signature-records").bearer(&made.batch);
        let refused = call.bytes(vec![7; 100_000]).await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
        let why = json!({ "reason": "the disk is full" });
        let path = format!("/api/v1/signature-requests/{}/cancellation", text(&other, "id"));
        let refused = site.call("POST", &path).bearer(&made.batch).json(&why).await;
        assert_eq!((refused.status, refused.code()), (503, "log-unwritable"), "{refused:?}");
    }
    let path = format!("/api/v1/signature-requests/{}", text(&open, "id"));
    let read = site.call("GET", &path).bearer(&made.batch).send().await;
    assert_eq!((read.status, read.at("/state")), (200, &json!("checking")), "it is still read: {read:?}");
    site.shell.run("rm data/ballast");
    site.healthy(200).await;
    let signed = sign(&site, &open, "quality1").await;
    assert_eq!(signed.at("/signed/0/state"), "complete", "{signed:?}");
    let told = site.events("signed").await;
    let statements: Vec<_> = told.iter().map(|event| &event["new"]["statement"]).collect();
    let shown = signed.at("/signed/0/signatures").as_array().unwrap();
    assert_eq!(statements, shown.iter().map(|one| &one["statement"]).collect::<Vec<_>>());
    assert_eq!(site.events("signature-request-complete").await.len(), 1);
}
