//! Where the data are, and what only the edge can make.

use pforte_model::log::checkpoint::Signer;
use pforte_model::time::Micros;
use rand::rngs::StdRng;
use secrecy::SecretString;
use std::path::PathBuf;

/// Which database, told by the configuration and never guessed.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file on a local drive.
    Sqlite {
        /// The file; a lock file and the journal lie beside it.
        path: PathBuf,
    },
    /// A database on a PostgreSQL server, version 15 or newer.
    Postgres {
        /// `postgres://user:password@host/database` or `key=value` pairs.
        url: SecretString,
        /// The authorities to trust, as a PEM file; `None` means the system's.
        ca: Option<PathBuf>,
    },
}

/// How the store works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which database.
    pub engine: Engine,
    /// Connections for reading, 1 to 64. On SQLite as many callers read at a time;
    /// on PostgreSQL the callers share them.
    pub readers: usize,
}

impl Settings {
    /// Most connections for reading.
    pub const MAX_READERS: usize = 64;

    /// Settings for this database with four connections for reading.
    #[must_use]
    pub const fn new(engine: Engine) -> Self {
        Self { engine, readers: 4 }
    }
}

/// What only the edge can make: the key that signs the log, randomness, the time.
pub struct Edge {
    /// Signs the head of the event log at every commit.
    pub signer: Signer,
    /// Draws the salts of the event log; seeded by the edge, the writer's alone.
    pub rng: StdRng,
    /// The time of opening, kept with the migrations that are applied.
    pub now: Micros,
}
