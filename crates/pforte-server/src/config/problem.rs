//! What is wrong with a configuration.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Most problems that are told. People mend what they see and ask again; a file
/// that lost its content with the power has a problem in every byte.
const MOST: usize = 100;

/// Why a configuration was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration {}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is longer than [`super::MAX_BYTES`].
    #[error("the configuration {} is longer than {} KiB", .0.display(), super::MAX_BYTES / 1024)]
    TooLong(PathBuf),
    /// What is wrong in it: everything, or the first hundred and how many more there are.
    #[error("the configuration cannot be used:{}", lines(.0))]
    Problems(Vec<Problem>),
}

/// One thing that is wrong, or not good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which setting, such as `session.idle_minutes`; empty if the text is no TOML.
    pub path: String,
    /// The line it stands in, counted from 1.
    pub line: Option<usize>,
    /// What is wrong. Never repeats a secret.
    pub says: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.says)?;
        self.line.map_or(Ok(()), |line| write!(f, " (line {line})"))
    }
}

/// The refusal that tells these problems, in the order of their lines.
pub(super) fn refused(mut problems: Vec<Problem>) -> ConfigError {
    problems.sort_by_key(|problem| problem.line);
    let more = problems.len().saturating_sub(MOST);
    if more > 0 {
        problems.truncate(MOST);
        let says = format!("there are {more} more problems");
        problems.push(Problem { path: String::new(), line: None, says });
    }
    ConfigError::Problems(problems)
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |text, problem| text + "\n  " + &problem.to_string())
}
