//! What tidy looks at: the files that are tracked and the crates of the workspace.

use std::fs;

use serde::Deserialize;

use crate::command::{command, output};
use crate::failure::{Done, While};
use crate::place;

/// The tracked files and the crates.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<TextFile>,
    pub(super) packages: Vec<Package>,
}

/// A tracked file that holds text.
#[derive(Clone, Debug)]
pub(super) struct TextFile {
    /// Its path from the workspace's root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// A crate of the workspace.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) targets: Vec<Target>,
    #[serde(default)]
    pub(super) features: std::collections::BTreeMap<String, Vec<String>>,
}

/// One line of a crate's dependencies.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Where it stands on this machine, if it is of the workspace.
    pub(super) path: Option<String>,
}

/// Something that is built of a crate.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Tree {
    pub(super) fn read() -> Done<Self> {
        Ok(Self { files: files()?, packages: packages()? })
    }
}

fn files() -> Done<Vec<TextFile>> {
    let root = place::workspace();
    let mut list = command("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let paths = output(list.current_dir(&root))?;
    let mut files = Vec::new();
    for path in paths.split('\0').filter(|path| !path.is_empty()) {
        // A file that is deleted but still tracked, and one that is not text, have nothing to read.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            files.push(TextFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

fn packages() -> Done<Vec<Package>> {
    let mut asked = command("cargo", ["metadata", "--no-deps", "--format-version", "1"]);
    let metadata = output(asked.current_dir(place::workspace()))?;
    let metadata: Metadata = serde_json::from_str(&metadata).doing("cargo metadata")?;
    Ok(metadata.packages)
}
