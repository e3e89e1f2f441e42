//! Builds and checks the web UI. The server embeds what is built; without Node.js it is built without it.

use std::fs;
use std::path::PathBuf;

use crate::ci;
use crate::command::{is_installed, run};
use crate::failure::{Done, Failure};
use crate::place;
use crate::say::say;

/// Builds the pages into `ui/dist`.
pub(crate) fn build() -> Done {
    install()?;
    npm(&["run", "--silent", "build"])
}

/// Builds the pages where that is possible; a program without them says so itself.
pub(crate) fn build_where_node() -> Done {
    if is_installed("npm") {
        return build();
    }
    say(
        "!! Node.js is not installed: the program WILL HAVE NO PAGES, only the HTTP API and the command line.",
    );
    Ok(())
}

/// Format, lints, types and unit tests, then the build itself.
pub(crate) fn check() -> Done {
    install()?;
    for task in ["lint", "types", "test", "build"] {
        npm(&["run", "--silent", task])?;
    }
    Ok(())
}

/// [`check`], then the pages in a real browser; `pages` names those that are meant.
pub(crate) fn test(pages: &[&str]) -> Done {
    check()?;
    run(&mut ci::in_workspace("cargo", &["build", "--quiet", "--package", "pforte"]))?;
    npm(&[&["run", "--silent", "e2e", "--"], pages].concat())
}

/// The pages in a real browser, with the program and the pages as they were built before.
pub(crate) fn browse() -> Done {
    npm(&["run", "--silent", "e2e"])
}

/// A script of the web UI in a real browser, with the program as people run it.
pub(crate) fn with_release(script: &str) -> Done {
    build()?;
    run(&mut ci::in_workspace("cargo", &["build", "--release", "--package", "pforte"]))?;
    let target =
        place::variable("CARGO_TARGET_DIR").map_or_else(|| place::workspace().join("target"), PathBuf::from);
    let program = target.join("release/pforte");
    run(ci::in_workspace("npm", &["run", "--silent", script])
        .current_dir(folder())
        .env("PFORTE_BIN", program))
}

/// Installs exactly what the lock file names, if it has changed since.
pub(crate) fn install() -> Done {
    if !is_installed("npm") {
        return Err(Failure::new("Node.js 20 or later with npm is needed for the web UI"));
    }
    let changed = |file: &str| fs::metadata(folder().join(file)).and_then(|file| file.modified()).ok();
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund", "--silent"])
}

/// npm in the folder of the web UI.
pub(crate) fn npm(arguments: &[&str]) -> Done {
    run(ci::in_workspace("npm", arguments).current_dir(folder()))
}

fn folder() -> PathBuf {
    place::workspace().join("ui")
}
