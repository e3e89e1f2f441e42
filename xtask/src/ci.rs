//! What CI runs, and a developer before a push: every check, the tests last.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::command::{command, is_installed, output, run};
use crate::failure::{Done, Failure, While};
use crate::say::say;
use crate::{openapi, place, tidy, ui};

/// A program of Cargo's that is installed when it is missing, and the version that is taken then.
struct Tool {
    program: &'static str,
    version: &'static str,
}

const NEXTEST: Tool = Tool { program: "cargo-nextest", version: "0.9.143" };
const DENY: Tool = Tool { program: "cargo-deny", version: "0.20.2" };

/// Runs every check. The first that fails ends it; the tests, which say most, come last.
pub(crate) fn ci() -> Done {
    step("format", || cargo(&["fmt", "--all", "--check"]))?;
    step("tidy", tidy::tidy)?;
    step("clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"])
    })?;
    step("dependencies", dependencies)?;
    step("ui", ui::check)?;
    step("build", || cargo(&["build", "--workspace", "--lib", "--bins", "--tests", "--locked", "--quiet"]))?;
    step("openapi", openapi::check)?;
    step("pages in a browser", ui::browse)?;
    install(&NEXTEST)?;
    say("== tests");
    cargo(&["nextest", "run", "--workspace", "--locked", "--profile", "ci"]).map_err(|_| Failure::told())
}

fn step(name: &str, check: impl FnOnce() -> Done) -> Done {
    say(format!("== {name}"));
    let begun = Instant::now();
    check().doing(name)?;
    say(format!("   {:.1} s", begun.elapsed().as_secs_f32()));
    Ok(())
}

fn cargo(arguments: &[&str]) -> Done {
    run(&mut in_workspace("cargo", arguments))
}

/// A command at the workspace's root.
pub(crate) fn in_workspace(program: &str, arguments: &[&str]) -> Command {
    let mut made = command(program, arguments.iter().copied());
    made.current_dir(place::workspace());
    made
}

/// Licences, bans, sources; known faults of dependencies where their list can be had.
fn dependencies() -> Done {
    install(&DENY)?;
    cargo(&[
        "deny",
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ])?;
    let mut fetched = in_workspace("cargo", &["deny", "fetch", "db"]);
    if output(&mut fetched).is_ok() {
        return cargo(&["deny", "--workspace", "--locked", "check", "--disable-fetch", "advisories"]);
    }
    say("!! The list of known faults could not be fetched: DEPENDENCIES WERE NOT CHECKED AGAINST IT.");
    Ok(())
}

fn install(tool: &Tool) -> Done {
    if is_installed(tool.program) {
        return Ok(());
    }
    say(format!("installing {} {}", tool.program, tool.version));
    cargo(&["install", "--locked", "--quiet", "--version", tool.version, tool.program])
}

/// A file's text, or nothing where it is missing.
pub(crate) fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// A failure that says that a generated file is not what its source gives.
pub(crate) fn stale(path: &str) -> Failure {
    Failure::new(format!("{path} is not what the code gives: run `cargo xtask openapi` and commit it"))
}
