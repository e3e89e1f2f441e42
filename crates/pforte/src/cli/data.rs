//! The data of a server on this computer: where they are, and why they cannot be used.

use crate::cli::failure::Failure;
use crate::cli::password::seed;
use clap::Args;
use pforte_server::clock::Clock;
use pforte_server::config::{self, Config, ConfigError};
use pforte_server::keys::FolderError;
use pforte_server::run::{Options, StartError};
use pforte_store::{Engine, OpenError, Settings};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The data folder if none is named, in the folder where the command is given.
pub(crate) const USUAL_FOLDER: &str = "pforte-data";

/// Where the data are and how the server is configured.
#[derive(Args)]
pub(crate) struct Data {
    /// The data folder
    #[arg(long = "data", value_name = "DIR", default_value = USUAL_FOLDER)]
    pub(crate) folder: PathBuf,
    /// The configuration file; everything has a default
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

impl Data {
    /// Reads the configuration.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        self.file
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::load)
            .map_err(|error| config_failure(&error))
    }

    /// The database for tools that only read it.
    pub(crate) fn database(&self, config: &Config) -> Settings {
        let engine = match &config.storage.engine {
            config::Engine::Sqlite => Engine::Sqlite { path: self.folder.join("pforte.db") },
            config::Engine::Postgres { url, ca } => Engine::Postgres { url: url.clone(), ca: ca.clone() },
        };
        Settings { engine, readers: 1 }
    }

    /// What a server over these data is started with.
    pub(crate) fn options(&self, listen: Option<SocketAddr>) -> Result<Options, Failure> {
        let config = self.config()?;
        let clock = Clock::new(config.plant.time_zone.clone());
        Ok(Options { data: self.folder.clone(), config, listen, clock, seed: *seed()?, helper: None })
    }
}

/// An error with all that caused it.
fn chain(error: &dyn Error) -> String {
    let (mut text, mut at) = (error.to_string(), error.source());
    while let Some(cause) = at {
        text = format!("{text}: {cause}");
        at = cause.source();
    }
    text
}

pub(crate) fn config_failure(error: &ConfigError) -> Failure {
    Failure::new("configuration-unfit", chain(error), "Mend what is named and try again.")
}

pub(crate) fn folder_failure(error: &FolderError) -> Failure {
    let (code, cure) = match error {
        FolderError::Missing(_) => {
            ("data-missing", "Make them with `pforte init --data DIR`, or name the right folder.")
        }
        FolderError::NotEmpty(_) => ("data-exist", "Name a folder that is empty or not there yet."),
        FolderError::BadKey { .. } => ("key-unfit", "Restore the folder `keys` from its backup."),
        _ => ("data-folder-unfit", "Mend what is named and try again."),
    };
    Failure::new(code, chain(error), cure)
}

pub(crate) fn open_failure(error: &OpenError) -> Failure {
    let (code, cure) = match error {
        OpenError::Absent => {
            ("database-missing", "Name the right data folder, or restore the database from its backup.")
        }
        OpenError::Exists => ("database-exists", "Name another place for the new data."),
        OpenError::Other => ("database-foreign", "Name a database that `pforte init` made."),
        OpenError::InUse => ("database-in-use", "Stop the other server first."),
        OpenError::Newer(_) => ("database-newer", "Use the program's newer version that wrote it."),
        OpenError::Older(_) => {
            ("database-older", "Start the server of this version once, which migrates it.")
        }
        OpenError::Altered(_) => ("database-altered", "Restore the database from its backup."),
        OpenError::Address(_) => ("database-address", "Mend `storage.url_file` of the configuration."),
        OpenError::Refused(_) => ("database-refused", "Check the name and the password of the database."),
        OpenError::Untrusted(_) => {
            ("database-untrusted", "Give the database server TLS, and `storage.ca_file` its authority.")
        }
        OpenError::Store(_) => ("database-unavailable", "Check the database, its disk and its permissions."),
    };
    Failure::new(code, chain(error), cure)
}

pub(crate) fn start_failure(error: &StartError) -> Failure {
    match error {
        StartError::Folder(inner) => folder_failure(inner),
        StartError::Store(inner) => open_failure(inner),
        StartError::Edge(_) => Failure::new(
            "listen-failed",
            chain(error),
            "Choose another address with --listen, or stop what uses it.",
        ),
        _ => Failure::new("start-failed", chain(error), "Run `pforte doctor --data DIR`."),
    }
}
