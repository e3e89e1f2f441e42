//! The order of the directories, in which the log-on offers them.

use crate::app::App;
use crate::app::Shared;
use crate::fault::Fault;
use crate::http::permit::{ManageDirectories, Permit};
use crate::service::directory_admin::{about, all_shown};
use crate::service::plant::configure;
use pforte_model::event::EventType;
use pforte_model::id::{BadId, DirectoryId};
use pforte_store::directories::{self, Directory as Row};
use pforte_wire::List;
use pforte_wire::directory::{Directory, OrderDirectories};
use pforte_wire::problem::Code;
use serde_json::json;
use std::collections::BTreeSet;

/// Puts all directories in another order at once, those of the configuration
/// file too: how they are reached stands there, not where people find them.
pub async fn order(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    asked: &OrderDirectories,
) -> Result<List<Directory>, Fault> {
    let (before, after) = (ids(&asked.before)?, ids(&asked.after)?);
    let each = |ids: &[DirectoryId]| ids.iter().copied().collect::<BTreeSet<_>>();
    if after.len() != before.len() || each(&after) != each(&before) {
        return Err(Fault::value("after", "each directory of `before` once"));
    }
    configure(app, permit.origin(), async move |change| {
        let rows = directories::all(change.tx).await?;
        if !rows.iter().map(|row| row.id).eq(before) {
            return Err(Code::ChangedMeanwhile.into());
        }
        for (row, position) in moved(&rows, &after) {
            directories::update(change.tx, &Row { position, ..row.clone() }).await?;
            let draft = about(EventType::DirectoryChanged, row).old(&json!({ "position": row.position }));
            change.event(draft.new(&json!({ "position": position })))?;
        }
        Ok(())
    })
    .await?;
    now(app).await
}

async fn now(app: &App) -> Result<List<Directory>, Fault> {
    let mut conn = app.store.read().await?;
    Ok(List { items: all_shown(app, &directories::all(&mut conn).await?)?, next: None })
}

fn ids(texts: &[String]) -> Result<Vec<DirectoryId>, BadId> {
    texts.iter().map(|text| text.parse()).collect()
}

/// The directories whose place is another one now, with it.
fn moved<'a>(rows: &'a [Row], order: &[DirectoryId]) -> Vec<(&'a Row, i64)> {
    let found = |(row, id): (i64, &DirectoryId)| rows.iter().find(|one| one.id == *id).map(|one| (one, row));
    let placed = (0..).zip(order).filter_map(found);
    placed.filter(|(row, position)| row.position != *position).collect()
}
