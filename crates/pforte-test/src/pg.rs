//! Databases of PostgreSQL: one for each test, and whole servers for tests that hurt theirs.

use std::thread;

use tokio_postgres::NoTls;
use xtask::failure::{Done, Failure, While};
use xtask::place;
use xtask::servers::file::Postgres;
use xtask::servers::postgres;

use crate::Fixtures;
use crate::fixtures::must;

/// An empty database of the test's own, dropped at its end.
#[derive(Debug)]
pub struct PgDatabase {
    server: String,
    name: String,
    url: String,
}

/// Makes an empty database on the shared server.
pub async fn pg_database() -> PgDatabase {
    PgDatabase::on(&Fixtures::load().postgres).await
}

impl PgDatabase {
    /// Makes an empty database on this server.
    pub async fn on(server: &Postgres) -> Self {
        let name = place::unused_name("test");
        must("a database", execute(&server.url, &format!("CREATE DATABASE {name}")).await);
        let base = server.url.trim_end_matches("postgres");
        Self { server: server.url.clone(), url: format!("{base}{name}"), name }
    }

    /// The URL to connect to, with the name and password of a superuser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PgDatabase {
    /// Drops the database with all its connections. A database that cannot be dropped goes with the server.
    fn drop(&mut self) {
        let (server, statement) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.doing("a runtime").and_then(|runtime| runtime.block_on(execute(&server, &statement)))
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the database {} was not dropped", self.name);
        }
    }
}

/// A server of the test's own, to be stopped, killed or paused. It ends with the test.
#[derive(Debug)]
pub struct OwnPostgres {
    /// Where it is, and its superuser.
    pub facts: Postgres,
}

impl OwnPostgres {
    /// Makes and starts it, which takes one or two seconds.
    pub async fn start() -> Self {
        let folder = place::running().join(place::unused_name("postgres"));
        let started = tokio::task::spawn_blocking(move || postgres::start(&folder)).await;
        let started = started.unwrap_or_else(|error| Err(Failure::new(error.to_string())));
        Self { facts: must("a PostgreSQL of the test's own", started) }
    }

    /// Ends it at once, as a loss of power would end its process.
    pub fn kill(&self) {
        must("the end of PostgreSQL", self.facts.process.kill_all());
    }

    /// Sends its first process a signal: `STOP` and `CONT` pause it and let it go on.
    pub fn signal(&self, name: &str) {
        must("a signal to PostgreSQL", self.facts.process.signal(name));
    }

    /// Starts it again over the same data, on the same port, after it ended.
    pub fn start_again(&mut self) {
        must("PostgreSQL started again", postgres::start_again(&mut self.facts));
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let ended = postgres::stop(&self.facts).and_then(|()| place::remove(&self.facts.socket));
        if let Err(failure) = ended {
            eprintln!("{failure}");
        }
    }
}

async fn execute(url: &str, statement: &str) -> Done {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.doing("a connection to PostgreSQL")?;
    let work = async move { client.batch_execute(statement).await };
    let (done, _) = tokio::join!(work, connection);
    done.doing(statement)
}
