//! People of one directory in the groups of another, such as those of a trusted domain.
//!
//! # Invariants
//!
//! - Only a directory that an administrator let do so has a say about people of another
//!   one, and only about its own groups: it says who is in them.
//! - One that does not answer gives no group and keeps nobody waiting for long. Groups
//!   only give rights, so a log-on goes on without.

use crate::app::App;
use futures_util::future::join_all;
use pforte_directory::{Directory, Mark, Told};
use pforte_model::id::{DirectoryId, GroupId};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for all directories that are asked about one person.
const PATIENCE: Duration = Duration::from_secs(2);

/// The directories that have a say about people of another one. One that did not answer
/// about somebody is not asked about the next.
pub(crate) struct Vouchers {
    home: DirectoryId,
    asked: Vec<(DirectoryId, Arc<dyn Directory>)>,
    silent: Vec<DirectoryId>,
}

impl Vouchers {
    /// Those for people of this directory.
    pub(crate) fn of(app: &App, home: DirectoryId) -> Self {
        Self { home, asked: app.directories.vouching_for(home), silent: Vec::new() }
    }

    /// All groups of a person as far as Pforte knows them: those that the person's own
    /// directory told, and those that the others tell now.
    pub(crate) async fn groups(&mut self, app: &App, told: &Told) -> Vec<GroupId> {
        let mut groups = known(app, self.home, &told.groups);
        if self.asked.is_empty() {
            return groups;
        }
        let marks = [told.own.as_slice(), &told.groups].concat();
        let answers = join_all(self.asked.iter().map(|(_, directory)| {
            let question = directory.groups_of_foreigner(&marks);
            async { tokio::time::timeout(PATIENCE, question).await.ok().and_then(Result::ok) }
        }));
        for ((id, _), answer) in self.asked.iter().zip(answers.await) {
            match answer {
                Some(marks) => groups.extend(known(app, *id, &marks)),
                None => self.silent.push(*id),
            }
        }
        self.asked.retain(|(id, _)| !self.silent.contains(id));
        groups
    }

    /// Those that did not answer.
    pub(crate) fn silent(&self) -> &[DirectoryId] {
        &self.silent
    }

    /// Their names.
    pub(crate) fn silent_names(&self, app: &App) -> Vec<String> {
        let plant = app.live.plant();
        self.silent.iter().filter_map(|id| Some(plant.directory(*id)?.name.clone())).collect()
    }
}

fn known(app: &App, directory: DirectoryId, marks: &[Mark]) -> Vec<GroupId> {
    let plant = app.live.plant();
    marks.iter().filter_map(|mark| plant.group_by_mark(directory, mark.as_bytes())).collect()
}
