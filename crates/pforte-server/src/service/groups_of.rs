//! The groups that a directory tells of a user, now.

use crate::app::App;
use crate::fault::Fault;
use crate::service::directories::told;
use pforte_directory::Key;
use pforte_model::id::GroupId;
use pforte_store::users::User;

/// The groups as far as Pforte knows them; a user of the local directory has
/// none but local ones, which the policy itself holds.
pub(crate) async fn groups(app: &App, user: &User) -> Result<Vec<GroupId>, Fault> {
    let Some(directory) = app.directories.running(user.directory) else { return Ok(Vec::new()) };
    let answer = directory.groups_of(&[Key::from_bytes(&user.key)]).await;
    let answer = answer.map_err(|error| Fault::new(told(&error)))?;
    let told = answer.into_iter().find_map(|(_, told)| told).unwrap_or_default();
    let plant = app.live.plant();
    Ok(told.groups.iter().filter_map(|mark| plant.group_by_mark(user.directory, mark.as_bytes())).collect())
}
