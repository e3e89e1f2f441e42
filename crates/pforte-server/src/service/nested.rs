//! The groups between a person and a group that their directory tells of.
//!
//! A decision rests on the directory's word that a person is in a group, at any
//! depth. For people who ask why, the steps between are read from the directory.
//! If it does not answer soon, the explanation stays as true as it was, with the
//! last group alone.

use crate::app::App;
use pforte_directory::{Directory, FoundGroup, Key};
use pforte_model::id::{DirectoryId, GroupId};
use pforte_model::policy::{Explain, Named, Path, Step, Told};
use pforte_store::groups;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for the directory, for all questions of one request together.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most groups that are asked about in one request.
const MOST: usize = 16;

/// Reads the steps for one person, each group once.
pub(crate) struct Nested<'a> {
    app: &'a App,
    directory: DirectoryId,
    running: Option<(Arc<dyn Directory>, Key)>,
    known: HashMap<GroupId, Vec<Step>>,
}

impl<'a> Nested<'a> {
    /// For a user of this directory, known there by this key.
    pub(crate) fn of(app: &'a App, directory: DirectoryId, key: &[u8]) -> Self {
        let running = app.directories.running(directory).map(|running| (running, Key::from_bytes(key)));
        Self { app, directory, running, known: HashMap::new() }
    }

    /// Puts the steps between into explanations, where the directory tells them.
    pub(crate) async fn fill(&mut self, explained: &mut [&mut Explain]) {
        // What is not answered in time stays out.
        let _in_time = tokio::time::timeout(PATIENCE, async {
            for one in explained {
                let ways = one.ways.iter_mut().map(|way| &mut way.path);
                for path in one.path.iter_mut().chain(ways) {
                    self.fill_one(path).await;
                }
            }
        })
        .await;
    }

    async fn fill_one(&mut self, path: &mut Path) {
        let first = path.groups.first().filter(|step| step.told == Told::Directory);
        let Some(last) = first.map(|step| step.group.id) else { return };
        if !self.known.contains_key(&last) {
            if self.known.len() >= MOST {
                return;
            }
            let steps = self.read(last).await.unwrap_or_default();
            self.known.insert(last, steps);
        }
        let between = self.known.get(&last).map(Vec::as_slice).unwrap_or_default();
        path.groups.splice(0..0, between.iter().cloned());
    }

    /// The steps before the last group; none if it cannot be found out.
    async fn read(&self, last: GroupId) -> Option<Vec<Step>> {
        let (directory, user) = self.running.as_ref()?;
        let group = {
            let mut conn = self.app.store.read().await.ok()?;
            groups::by_id(&mut conn, last).await.ok()??
        };
        let mut way = directory.path(user, &Key::from_bytes(&group.key)).await.ok()?;
        way.pop();
        Some(way.iter().map(|found| self.step(found)).collect())
    }

    /// A group that Pforte does not know goes by the identifier of its directory.
    fn step(&self, found: &FoundGroup) -> Step {
        let known = self.app.live.plant().group_by_mark(self.directory, found.mark.as_bytes());
        let id = known.unwrap_or_else(|| stranger(found));
        let group = Named { id, name: found.label.clone() };
        Step { group, told: Told::Directory, foreign: known.is_none() }
    }
}

/// What stands for a group that Pforte does not know: made of its identity.
fn stranger(found: &FoundGroup) -> GroupId {
    let mut id = [0_u8; 16];
    for chunk in found.key.as_bytes().chunks(id.len()) {
        id.iter_mut().zip(chunk).for_each(|(into, byte)| *into ^= byte);
    }
    GroupId::from_bytes(id)
}
