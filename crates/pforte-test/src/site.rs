//! The data of a server that runs in a process of its own, to be killed.

use crate::fixtures::must;
use crate::http::Caller;
use crate::server::{Engine, config_text};
use crate::{PgDatabase, pg_database};
use pforte_store::{Engine as Place, Settings};
use secrecy::SecretString;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A folder with a configuration and data, and the program that serves it.
pub struct Site {
    folder: TempDir,
    database: Option<PgDatabase>,
    program: fn() -> Command,
}

/// A server's process. It is killed when nobody holds it any more.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Site {
    /// A place without data yet; `program` takes the words of [`crate::child::run`].
    pub async fn new(engine: Engine, program: fn() -> Command) -> Self {
        let folder = must("a folder", tempfile::tempdir());
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(pg_database().await),
        };
        let text = config_text(folder.path(), database.as_ref(), "");
        must("the configuration", std::fs::write(folder.path().join("pforte.toml"), text));
        Self { folder, database, program }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its database, for who looks at it beside the server.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings::new(match &self.database {
            None => Place::Sqlite { path: self.data().join("pforte.db") },
            Some(database) => Place::Postgres { url: SecretString::from(database.url()), ca: None },
        })
    }

    /// Makes the data; gives the set-up code.
    ///
    /// # Panics
    ///
    /// If it is not made.
    #[must_use]
    pub fn init(&self) -> String {
        let (mut child, code) = self.child("init");
        assert!(must("the end of the child", child.wait()).success());
        code
    }

    /// Starts a server and waits until it answers.
    #[must_use]
    pub fn serve(&self) -> Process {
        let (child, address) = self.child("serve");
        Process { child, address: must("an address", address.parse()) }
    }

    /// Starts the child and reads the first line that it prints.
    fn child(&self, what: &str) -> (Child, String) {
        let mut command = (self.program)();
        command.arg(what).args([self.folder.path().join("pforte.toml"), self.data()]);
        let mut child = must("the child", command.stdout(Stdio::piped()).spawn());
        let mut line = String::new();
        let out = must("its output", child.stdout.take().ok_or("none"));
        must("its first line", BufReader::new(out).read_line(&mut line));
        assert!(!line.is_empty(), "the child ended by itself");
        (child, line.trim().to_owned())
    }

    /// A call of the API at an address; `path` begins behind `/api/v1`.
    #[must_use]
    pub fn call(&self, address: SocketAddr, method: &str, path: &str) -> Caller {
        Caller::new(address, &self.data().join("ca.pem"), method, &format!("/api/v1{path}"))
    }
}

impl Process {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it at once (SIGKILL) and waits for its end.
    pub fn kill(&mut self) {
        must("the end of the child", self.child.kill().and_then(|()| self.child.wait()));
    }

    /// The most memory that it has had in RAM, in bytes.
    #[must_use]
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = must("the process's status", status);
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        must("its memory", kib.ok_or("not told")) * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}
