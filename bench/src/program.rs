//! The program itself, as it is shipped.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that the first argument names, or the release of `pforte`, built where
/// this program was built.
///
/// # Panics
///
/// If it does not build.
#[must_use]
pub fn pforte() -> PathBuf {
    let named = std::env::args().nth(1).map(PathBuf::from).filter(|path| path.is_file());
    named.unwrap_or_else(built)
}

fn built() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let target = own.ancestors().find(|folder| folder.ends_with("release")).and_then(Path::parent).unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--package", "pforte", "--target-dir"]).arg(target);
    let status = build.current_dir(xtask::place::workspace()).status().unwrap();
    assert!(status.success(), "pforte does not build");
    target.join("release/pforte")
}
