//! A Pforte server of the test's own: its data in a folder of its own, a free
//! port, the first administrator made.

use crate::fixtures::must;
use crate::http::{Answer, Caller};
use crate::{PgDatabase, pg_database};
use jiff::tz::TimeZone;
use pforte_model::time::Micros;
use pforte_server::clock::{Clock, Hands};
use pforte_server::config::Config;
use pforte_server::run::{self, Options};
use pforte_store::Settings;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The first administrator's name and password.
pub const ADMIN: (&str, &str) = ("chief", "wetterfahne-kupfer-91");

/// A password that every profile takes, for users that tests make.
pub const PASSWORD: &str = "Kiesgrube-Lampion-47";

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// Both engines, for tests that run once for each.
pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// A running server.
pub struct Server {
    /// The token of the first administrator.
    pub admin: String,
    running: Option<run::Server>,
    hands: Arc<Hands>,
    text: String,
    folder: TempDir,
    database: Option<PgDatabase>,
}

impl Server {
    /// Starts a server on the embedded database.
    pub async fn start() -> Self {
        Self::start_on(Engine::Sqlite).await
    }

    /// Starts a server on this engine.
    pub async fn start_on(engine: Engine) -> Self {
        Self::start_with(engine, "").await
    }

    /// Starts a server with more in its configuration, TOML without `version` and
    /// `[storage]`. Hashing costs little unless `[local]` says otherwise.
    pub async fn start_with(engine: Engine, more: &str) -> Self {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(pg_database().await),
        };
        Self::start_over(database, more).await
    }

    /// Starts a server over this database of PostgreSQL, or else on the embedded one.
    pub async fn start_over(database: Option<PgDatabase>, more: &str) -> Self {
        let folder = must("a folder", tempfile::tempdir());
        let text = config_text(folder.path(), database.as_ref(), more);
        let (clock, hands) = clock();
        let code = must("new data", run::init(options(folder.path(), &text, clock)).await);
        let mut server = Self { admin: String::new(), running: None, hands, text, folder, database };
        server.restart().await;
        server.admin = server.set_up(code.as_str()).await;
        server
    }

    /// Stops the server if it runs, and starts it over the same data, at the
    /// moment at which it stopped.
    pub async fn restart(&mut self) {
        let at = self.stop().await;
        let (clock, hands) = match at {
            None => clock(),
            Some(at) => Clock::with_hands(TimeZone::UTC, at),
        };
        self.hands = hands;
        let options = options(&self.data(), &self.text, clock);
        self.running = Some(must("the server", run::Server::start(options).await));
    }

    /// Restarts the server over the same data with another configuration, as
    /// [`Self::start_with`] takes it.
    pub async fn restart_with(&mut self, more: &str) {
        self.text = config_text(self.folder.path(), self.database.as_ref(), more);
        self.restart().await;
    }

    /// Stops the server; gives the time on its clock.
    pub async fn stop(&mut self) -> Option<Micros> {
        let running = self.running.take()?;
        let at = running.app().clock.micros();
        running.stop().await;
        Some(at)
    }

    async fn set_up(&self, code: &str) -> String {
        let asked = json!({ "code": code, "user": ADMIN.0, "password": ADMIN.1 });
        let made = self.call("POST", "/setup").json(&asked).await;
        expect(made.status == 201, &made);
        self.token(ADMIN.0, ADMIN.1).await
    }

    /// The running server.
    #[must_use]
    pub fn running(&self) -> &run::Server {
        must("the server runs", self.running.as_ref().ok_or("it was stopped"))
    }

    /// The hands of its clock, which stands still unless a test moves them.
    #[must_use]
    pub fn hands(&self) -> &Hands {
        &self.hands
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its database, for who looks at it beside the server.
    #[must_use]
    pub fn database(&self) -> Settings {
        match &self.database {
            None => crate::store::sqlite(&self.data().join("pforte.db")),
            Some(database) => crate::store::postgres(database.url()),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        must("an address", self.running().addresses().first().copied().ok_or("none"))
    }

    /// A call of its API; `path` begins behind `/api/v1`.
    #[must_use]
    pub fn call(&self, method: &str, path: &str) -> Caller {
        self.raw(method, &format!("/api/v1{path}"))
    }

    /// A call of any address.
    #[must_use]
    pub fn raw(&self, method: &str, path: &str) -> Caller {
        Caller::new(self.address(), self.running().ca_file(), method, path)
    }

    /// A call by the first administrator.
    #[must_use]
    pub fn admin(&self, method: &str, path: &str) -> Caller {
        self.call(method, path).bearer(&self.admin)
    }

    /// Logs somebody of the local directory on.
    pub async fn log_on(&self, user: &str, password: &str) -> Answer {
        let asked = json!({ "directory": "local", "user": user, "password": password });
        self.call("POST", "/sessions").json(&asked).await
    }

    /// The token of somebody who logs on.
    pub async fn token(&self, user: &str, password: &str) -> String {
        let answer = self.log_on(user, password).await;
        expect(answer.status == 201, &answer);
        answer.text("token")
    }

    /// Does something as the administrator; it must succeed.
    pub async fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.admin(method, path).json(body).await;
        expect((200..300).contains(&answer.status), &answer);
        answer.body
    }

    /// Makes a user of the local directory with [`PASSWORD`]; gives the identifier.
    pub async fn user(&self, login: &str) -> String {
        let made = self.done("POST", "/users", &json!({ "login": login, "password": PASSWORD })).await;
        text(&made, "id")
    }

    /// Every event so far.
    pub async fn events(&self) -> Vec<Value> {
        let (mut events, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.admin("GET", &format!("/events?limit=500{after}")).send().await;
            expect(page.status == 200, &page);
            events.extend(page.body.get("items").and_then(Value::as_array).cloned().unwrap_or_default());
            match page.body.get("next").and_then(Value::as_str) {
                Some(next) => after = format!("&after={next}"),
                None => return events,
            }
        }
    }

    /// The records of all events of a type.
    pub async fn events_of(&self, kind: &str) -> Vec<Value> {
        let records =
            self.events().await.into_iter().filter_map(|mut event| Some(event.get_mut("record")?.take()));
        records.filter(|record| record.get("type").and_then(Value::as_str) == Some(kind)).collect()
    }
}

/// Ends the test with the answer if it is not the one that was expected.
fn expect(good: bool, answer: &Answer) {
    must("the answer that was expected", if good { Ok(()) } else { Err(format!("{answer:?}")) });
}

/// The text of a field.
#[must_use]
pub fn text(value: &Value, field: &str) -> String {
    must(field, value.get(field).and_then(Value::as_str).ok_or("not there")).to_owned()
}

fn clock() -> (Clock, Arc<Hands>) {
    // A Monday morning; what a test needs of time it makes with the hands.
    Clock::with_hands(TimeZone::UTC, Micros(1_795_420_800_000_000))
}

/// The configuration of a server in this folder, with more in it.
#[must_use]
pub fn config_text(folder: &Path, database: Option<&PgDatabase>, more: &str) -> String {
    let storage = match database {
        None => "[storage]\nengine = \"sqlite\"\n".to_owned(),
        Some(database) => {
            let file = folder.join("database-url");
            must("the file of the database's address", private(&file, database.url()));
            format!("[storage]\nengine = \"postgres\"\nurl_file = \"{}\"\n", file.display())
        }
    };
    let local = if more.contains("[local]") { "" } else { "[local]\nmemory_kib = 8192\npasses = 1\n" };
    let plant = if more.contains("[plant]") { "" } else { "[plant]\nname = \"dairy\"\n" };
    format!("version = 1\n{storage}{local}{plant}{more}")
}

fn private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(file, text)?;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

fn options(folder: &Path, text: &str, clock: Clock) -> Options {
    let data = if folder.ends_with("data") { folder.to_owned() } else { folder.join("data") };
    let config = must("the configuration", Config::parse(text, folder));
    let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    Options { data, config, listen, clock, seed: rand::random(), helper: pam_child() }
}

/// The program that asks PAM, as the tests have it: beside the programs, one folder above the tests.
fn pam_child() -> Option<std::path::PathBuf> {
    let test = std::env::current_exe().ok()?;
    Some(test.parent()?.parent()?.join("pam-child"))
}
