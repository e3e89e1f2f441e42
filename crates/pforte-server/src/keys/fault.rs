//! What can be wrong with the data folder, each with its cure.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the data folder cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// New data would be mixed with what is there.
    #[error("{} is not empty; new data are made only in an empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// There are no data.
    #[error("there are no data in {}; `pforte init` makes them", .0.display())]
    Missing(PathBuf),
    /// Files are missing or others can reach them. All faults are told at once.
    #[error("the data folder cannot be used:{}", lines(.0))]
    Unfit(Vec<Fault>),
    /// The operating system refused something.
    #[error("cannot {doing} {}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A key file is damaged or is not the one that belongs there.
    #[error("the key file {} cannot be used: {why}; restore it from the backup of the keys", .path.display())]
    BadKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A certificate could not be made.
    #[error("the certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
}

impl FolderError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

/// Something about a file of the data folder that keeps the server from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is not there.
    Missing,
    /// It is a link, or a folder in place of a file, or the other way round.
    Form,
    /// It belongs to another account than the one that runs the server.
    Owner {
        /// The account that runs the server.
        own: u32,
        /// The account it belongs to.
        owner: u32,
    },
    /// Others can reach it.
    Open {
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        right: u32,
    },
}

/// What is wrong, and the cure.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.kind {
            FaultKind::Missing => write!(f, "{path} is missing; restore it from the backup of the keys"),
            FaultKind::Form => {
                write!(f, "{path} is not a plain file or folder; put the real one in its place")
            }
            FaultKind::Owner { own, owner } => {
                write!(f, "{path} belongs to account {owner}, the server runs as {own}; `chown {own} {path}`")
            }
            FaultKind::Open { mode, right } => {
                write!(f, "{path} can be reached by others (mode {mode:04o}); `chmod {right:04o} {path}`")
            }
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().fold(String::new(), |text, fault| text + "\n  " + &fault.to_string())
}
