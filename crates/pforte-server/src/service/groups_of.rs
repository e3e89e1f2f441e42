//! The groups that directories tell of a user, now.

use crate::app::App;
use crate::fault::Fault;
use crate::service::directories::told;
use crate::service::foreign::Vouchers;
use pforte_directory::Key;
use pforte_model::id::GroupId;
use pforte_store::users::User;

/// The groups as far as Pforte knows them; a user of the local directory has
/// none but local ones, which the policy itself holds.
pub(crate) async fn groups(app: &App, user: &User) -> Result<Vec<GroupId>, Fault> {
    let Some(directory) = app.directories.running(user.directory) else { return Ok(Vec::new()) };
    let answer = directory.groups_of(&[Key::from_bytes(&user.key)]).await.into_iter().next();
    let answer = answer.and_then(|(_, told)| told.transpose()).transpose();
    let Some(told) = answer.map_err(|error| Fault::new(told(&error)))? else { return Ok(Vec::new()) };
    Ok(Vouchers::of(app, user.directory).groups(app, &told).await)
}
