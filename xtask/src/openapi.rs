//! The description of the HTTP API, written from the code, and the web UI's types, written from it.

use std::fs;
use std::path::PathBuf;

use crate::command::output;
use crate::failure::{Done, Failure, While};
use crate::{ci, place, ui};

const DESCRIPTION: &str = "openapi.json";
const TYPES: &str = "ui/src/api/generated.ts";

/// Writes both.
pub(crate) fn write() -> Done {
    let mut program = ci::in_workspace("cargo", &["run", "--quiet", "--package", "pforte", "--", "openapi"]);
    write_from(&output(&mut program)?)
}

/// Fails if the code gives another text than what is there. Writes the new text, so that it need only be looked at.
///
/// It asks the program that the workspace's build has just made.
pub(crate) fn check() -> Done {
    let files = [DESCRIPTION, TYPES];
    let before = files.map(|file| ci::text_of(&at(file)));
    let program = program()?;
    write_from(&output(&mut ci::in_workspace(&program.to_string_lossy(), &["openapi"]))?)?;
    let changed = files.iter().zip(before).find(|(file, before)| ci::text_of(&at(file)) != *before);
    changed.map_or(Ok(()), |(file, _)| Err(ci::stale(file)))
}

/// The program beside this task's own.
fn program() -> Done<PathBuf> {
    let own = std::env::current_exe().doing("this program's path")?;
    Ok(own.with_file_name("pforte"))
}

fn write_from(description: &str) -> Done {
    if description.trim().is_empty() {
        return Err(Failure::new("the program described no API"));
    }
    fs::write(at(DESCRIPTION), description).doing(DESCRIPTION)?;
    let folder = place::workspace().join("ui/src/api");
    fs::create_dir_all(&folder).doing(folder.display())?;
    ui::install()?;
    ui::npm(&["run", "--silent", "api"])
}

fn at(file: &str) -> PathBuf {
    place::workspace().join(file)
}
