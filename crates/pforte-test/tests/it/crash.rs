//! The server's process is killed at any moment of a load of log-ons: after it
//! started again, every log-on that was answered stands in the log, the log is
//! genuine, and who was logged on still is.

use pforte_server::keys::DataFolder;
use pforte_store::{Engine as Place, Settings};
use pforte_test::audit::audit_with;
use pforte_test::http::Caller;
use pforte_test::server::{ADMIN, ENGINES, Engine, text};
use pforte_test::{PgDatabase, pg_database};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Callers that log on at the same time.
const CALLERS: usize = 8;

/// The data of a server that is killed again and again.
struct Site {
    folder: TempDir,
    database: Option<PgDatabase>,
}

impl Site {
    async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(pg_database().await),
        };
        let storage = match &database {
            None => "engine = \"sqlite\"\n".to_owned(),
            Some(database) => {
                let file = folder.path().join("database-url");
                std::fs::write(&file, database.url()).unwrap();
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
                format!("engine = \"postgres\"\nurl_file = \"{}\"\n", file.display())
            }
        };
        let local = "[local]\nmemory_kib = 8192\npasses = 1\n[plant]\nname = \"dairy\"\n";
        let text = format!("version = 1\n[storage]\n{storage}{local}");
        std::fs::write(folder.path().join("pforte.toml"), text).unwrap();
        Self { folder, database }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the child and reads the first line that it prints.
    fn child(&self, what: &str) -> (Child, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_server-child"))
            .arg(what)
            .args([self.folder.path().join("pforte.toml"), self.data()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the child ended by itself");
        (child, line.trim().to_owned())
    }

    fn settings(&self) -> Settings {
        Settings::new(match &self.database {
            None => Place::Sqlite { path: self.data().join("pforte.db") },
            Some(database) => Place::Postgres { url: SecretString::from(database.url()), ca: None },
        })
    }

    fn call(&self, address: SocketAddr, method: &str, path: &str) -> Caller {
        Caller::new(address, &self.data().join("ca.pem"), method, &format!("/api/v1{path}"))
    }

    /// Logs on until the server is killed; gives what was answered: token and session.
    async fn log_on(&self, address: SocketAddr, told: &Mutex<Vec<(String, String)>>) {
        let asked = json!({ "user": ADMIN.0, "password": ADMIN.1 });
        while let Ok(answer) = self.call(address, "POST", "/sessions").try_json(&asked).await {
            assert_eq!(answer.status, 201, "{answer:?}");
            let id = answer.at("/session/id").as_str().unwrap().to_owned();
            told.lock().unwrap().push((answer.text("token"), id));
        }
    }

    /// The sessions whose beginning stands in the log.
    async fn begun(&self, address: SocketAddr, token: &str) -> BTreeSet<String> {
        let (mut begun, mut after) = (BTreeSet::new(), String::new());
        loop {
            let path = format!("/events?type=logged-on&limit=500{after}");
            let page = self.call(address, "GET", &path).bearer(token).send().await;
            let items = page.at("/items").as_array().cloned().unwrap_or_else(|| unreachable!("{page:?}"));
            begun.extend(items.iter().map(|event| text(&event["record"]["what"], "id")));
            match page.at("/next").as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return begun,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_log_on_that_was_answered_is_lost_when_the_server_is_killed() {
    for engine in ENGINES {
        let site = Arc::new(Site::new(engine).await);
        let (mut init, code) = site.child("init");
        assert!(init.wait().unwrap().success());
        let set_up = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
        let mut all: Vec<(String, String)> = Vec::new();
        for (round, most) in [1, 7, 40, 90].into_iter().enumerate() {
            let (mut child, address) = site.child("serve");
            let address: SocketAddr = address.parse().unwrap();
            if round == 0 {
                let made = site.call(address, "POST", "/setup").json(&set_up).await;
                assert_eq!(made.status, 201, "{made:?}");
            }
            let told = Arc::new(Mutex::new(Vec::new()));
            let mut callers = JoinSet::new();
            for _ in 0..CALLERS {
                let (site, told) = (Arc::clone(&site), Arc::clone(&told));
                callers.spawn(async move { site.log_on(address, &told).await });
            }
            while told.lock().unwrap().len() < most {
                tokio::task::yield_now().await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            callers.join_all().await;
            all.append(&mut told.lock().unwrap());

            let signer = DataFolder::open(&site.data()).unwrap().signer().unwrap();
            let report = audit_with(&site.settings(), signer.verifier(), &[]).await;
            assert!(report.is_genuine(), "{report:?}");
            let (mut child, address) = site.child("serve");
            let address: SocketAddr = address.parse().unwrap();
            let begun = site.begun(address, &all.first().unwrap().0).await;
            for (token, id) in &all {
                assert!(begun.contains(id), "the log-on {id} was answered and is not in the log");
                let here = site.call(address, "GET", "/sessions/current").bearer(token).send().await;
                assert_eq!((here.status, here.at("/id")), (200, &Value::from(id.as_str())), "{here:?}");
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}
