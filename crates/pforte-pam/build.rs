//! Finds the PAM library of this machine, so that nothing has to be installed to build.
//!
//! The linker looks for `libpam.so`, which only a development package brings. Every
//! Linux with PAM has `libpam.so.0`, which is the same file.

use std::path::{Path, PathBuf};

const FOLDERS: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/lib64",
    "/usr/lib",
];

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is given its folder by the environment and speaks to cargo so"
)]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let own = std::env::var_os("OUT_DIR").map(PathBuf::from);
    let library =
        FOLDERS.iter().map(|folder| Path::new(folder).join("libpam.so.0")).find(|path| path.exists());
    if let (Some(own), Some(library)) = (own, library) {
        let link = own.join("libpam.so");
        // Left by the last build, it is the same; where it cannot be made, the linker says what it misses.
        let _ = link_to(&library, &link);
        println!("cargo:rustc-link-search=native={}", own.display());
    }
}

#[cfg(unix)]
fn link_to(library: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(library, link)
}

#[cfg(not(unix))]
fn link_to(_library: &Path, _link: &Path) -> std::io::Result<()> {
    Ok(())
}
