//! `[storage]`: where the data are.

use super::secret::secret_file;
use super::section::Section;
use secrecy::SecretString;
use std::path::PathBuf;

/// Where the data are.
#[derive(Clone, Debug)]
pub struct Storage {
    /// Which database.
    pub engine: Engine,
    /// Connections for reading; 1 to 64.
    pub readers: usize,
}

/// Which database. It is told, never guessed.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A PostgreSQL server.
    Postgres {
        /// How to reach it, with the password.
        url: SecretString,
        /// Who issued its certificate (PEM); whom this computer trusts if not set.
        ca: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Sqlite,
    Postgres,
}

impl Storage {
    pub(super) const DOC: &str = "Where the data are.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let engine = section.choice(
            "engine",
            &[("sqlite", Word::Sqlite), ("postgres", Word::Postgres)],
            Word::Sqlite,
            "The database: a file in the data folder, or a PostgreSQL server.",
        );
        let url = secret_file(
            &mut section,
            "url_file",
            "postgres-url",
            "Only for `postgres`: a file, readable by the server's account alone, with the address of the database: \
             `postgresql://user:password@host/database`.",
        );
        let ca = section.file(
            "ca_file",
            "postgres-ca.pem",
            "Only for `postgres`: the certificates (PEM) of whoever issues its certificate; without this line those \
             that this computer trusts.",
        );
        let readers = section.number("readers", 1..=64, 4, "Connections for reading.");
        let engine = match (engine, url) {
            (Word::Postgres, Some(url)) => Engine::Postgres { url, ca },
            (word, _) => {
                mismatch(&mut section, word);
                Engine::Sqlite
            }
        };
        section.done();
        Self { engine, readers }
    }
}

fn mismatch(section: &mut Section<'_, '_>, word: Word) {
    for key in ["url_file", "ca_file"] {
        if word == Word::Sqlite && section.has(key) {
            section.problem(key, "is only for `engine = \"postgres\"`");
        }
    }
    if word == Word::Postgres && !section.has("url_file") {
        section.problem("url_file", "is missing; `engine = \"postgres\"` needs it");
    }
}
