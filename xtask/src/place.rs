//! Where the tasks find and put things.
//!
//! What is dear to make (the domain controller's system and its populated data) is kept outside the
//! checkout, keyed by what it was made of. What runs has a folder of its own for each checkout.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::failure::{Done, Failure, While};

/// The variable that names another folder for what is kept between checkouts.
pub const CACHE_VARIABLE: &str = "PFORTE_CACHE";
/// The variable that names another file for what is known of the running servers.
pub const SERVERS_VARIABLE: &str = "PFORTE_SERVERS";

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The file that says which servers run for this checkout.
#[must_use]
pub fn servers_file() -> PathBuf {
    match variable(SERVERS_VARIABLE) {
        Some(path) => path.into(),
        None => workspace().join("target/servers.json"),
    }
}

/// The folder kept between checkouts. It is made when it is missing.
pub fn cache() -> Done<PathBuf> {
    let folder = match (variable(CACHE_VARIABLE), variable("HOME")) {
        (Some(named), _) => PathBuf::from(named),
        (None, Some(home)) => Path::new(&home).join(".cache/pforte"),
        (None, None) => return Err(Failure::new(format!("neither {CACHE_VARIABLE} nor HOME is set"))),
    };
    fs::create_dir_all(&folder).doing(folder.display())?;
    Ok(folder)
}

/// The folder of the servers that run for this checkout: on a disk, and open to a database's own user.
#[must_use]
pub fn running() -> PathBuf {
    let name = format!("pforte-servers-{}", fingerprint([servers_file().to_string_lossy().as_ref()]));
    Path::new("/var/tmp").join(name)
}

/// Makes an empty folder that everybody may pass and only we may write; what stood there is removed.
pub fn make_empty(folder: &Path) -> Done {
    remove(folder)?;
    fs::DirBuilder::new().recursive(true).mode(0o755).create(folder).doing(folder.display())
}

/// Removes a folder with all that is in it, if it is there. A link in its place is refused.
pub fn remove(folder: &Path) -> Done {
    match fs::symlink_metadata(folder) {
        Err(_) => Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder).doing(folder.display()),
        Ok(_) => Err(Failure::new(format!("{} is not a folder", folder.display()))),
    }
}

/// A short name for the given texts in their order, the same on every machine (FNV-1a).
pub fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// A name that nothing else has got, in this run or any other: letters, digits and `_`, 17 more than `prefix`.
#[must_use]
pub fn unused_name(prefix: &str) -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("{prefix}_{random:016x}")
}

/// A variable of the environment, if it is set and not empty.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a development task is steered by its environment, and only here"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_tells_where_one_text_ends_and_the_next_begins() {
        assert_ne!(fingerprint(["ab", "c"]), fingerprint(["a", "bc"]));
        assert_eq!(fingerprint(["ab", "c"]), fingerprint(["ab", "c"]));
    }
}
