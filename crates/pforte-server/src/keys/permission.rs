//! Who may read a file, as Unix has it. The one place that knows; Windows gets a
//! file of its own beside this one.

use super::{Fault, FaultKind};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

const GROUP: u32 = 0o070;
const OTHERS: u32 = 0o007;
/// The bits that `chmod` sets.
const MODE: u32 = 0o7777;

/// The mode of a folder that only its owner enters.
const FOLDER: u32 = 0o700;

/// The mode of a file that only its owner reads.
const FILE: u32 = 0o600;

/// Who, besides the owner and the administrator of the machine, may read or change a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nobody.
    Owner,
    /// The members of the file's group.
    Group,
    /// Every account of the machine.
    Everybody,
}

/// Who reaches a file.
pub(crate) fn reach(found: &Metadata) -> Reach {
    match found.mode() {
        mode if mode & OTHERS != 0 => Reach::Everybody,
        mode if mode & GROUP != 0 => Reach::Group,
        _ => Reach::Owner,
    }
}

/// What is wrong with a folder or file that only this process's account may reach.
pub(super) fn fault(path: &Path, found: &Metadata) -> Option<Fault> {
    fault_for(rustix::process::geteuid().as_raw(), path, found)
}

/// The same for any account.
fn fault_for(own: u32, path: &Path, found: &Metadata) -> Option<Fault> {
    let owner = found.uid();
    let right = if found.is_dir() { FOLDER } else { FILE };
    let kind = if own != owner {
        FaultKind::Owner { own, owner }
    } else if reach(found) == Reach::Owner {
        return None;
    } else {
        FaultKind::Open { mode: found.mode() & MODE, right }
    };
    Some(Fault { path: path.to_owned(), kind })
}

/// Makes a folder that only its owner enters, and those above it as they are usual.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        std::fs::create_dir_all(above)?;
    }
    match DirBuilder::new().mode(FOLDER).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            std::fs::set_permissions(path, Permissions::from_mode(FOLDER))
        }
        made => made,
    }
}

/// Makes a new file. A file or link of that name that exists is refused.
pub(super) fn make_file(path: &Path, secret: bool) -> io::Result<File> {
    let mode = if secret { FILE } else { 0o644 };
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn a_file_of_another_account_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let found = make_file(&path, true).unwrap().metadata().unwrap();
        assert_eq!(fault(&path, &found), None);
        let owner = found.uid();
        let kind = fault_for(owner + 1, &path, &found).map(|fault| fault.kind);
        assert_eq!(kind, Some(FaultKind::Owner { own: owner + 1, owner }));
    }

    #[test]
    fn a_file_that_is_there_is_not_opened_as_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make_file(&path, true).unwrap();
        assert_eq!(make_file(&path, true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
