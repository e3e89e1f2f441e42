//! Looking into a directory: a search, and what is found becomes known.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageUsers, Permit, ReadUsers};
use crate::live::plant::Kind as DirectoryKind;
use crate::service::directory_admin::find;
use crate::service::principals::{self, Kind, unanswered};
use crate::service::{adopt, paging, users};
use pforte_directory::Directory as Answers;
use pforte_model::id::DirectoryId;
use pforte_model::name::fold;
use pforte_store::directories::Directory as Row;
use pforte_store::{Conn, groups, users as rows};
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::directory::FoundPrincipal;
use pforte_wire::{List, Named};
use serde::Deserialize;

/// Most users or groups that a search gives.
const MOST_FOUND: u16 = 50;

/// What to search a directory for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// `user` or `group`.
    pub kind: String,
    /// The beginning of a name; in the local directory any part of it.
    #[serde(default)]
    pub text: String,
}

/// The first users or groups of a directory that fit, known to Pforte or not.
pub async fn search(
    app: &App,
    _permit: &Permit<'_, ReadUsers>,
    id: DirectoryId,
    asked: &Asked,
) -> Result<List<FoundPrincipal>, Fault> {
    let kind = Kind::parse(&asked.kind)?;
    let needle = paging::needle(Some(&asked.text))?;
    let row = {
        let mut conn = app.store.read().await?;
        find(&mut conn, id).await?
    };
    if row.kind == DirectoryKind::Local.as_str() {
        let mut conn = app.store.read().await?;
        return search_here(&mut conn, &row, kind, needle.as_deref()).await;
    }
    let running = app.directories.running(id).ok_or_else(adopt::not_running)?;
    let items = match kind {
        Kind::User => search_users(app, id, &*running, asked.text.trim()).await?,
        Kind::Group => search_groups(app, id, &*running, asked.text.trim()).await?,
    };
    Ok(List { items, next: None })
}

async fn search_here(
    conn: &mut Conn,
    row: &Row,
    kind: Kind,
    needle: Option<&str>,
) -> Result<List<FoundPrincipal>, Fault> {
    let items = match kind {
        Kind::User => {
            let directory = Named { id: row.id.to_string(), name: row.name.to_string() };
            let users = users::matching(conn, &directory, needle, MOST_FOUND.into()).await?;
            users.into_iter().map(|user| found(kind, Some(user.id), user.login, user.label)).collect()
        }
        Kind::Group => {
            let groups = groups::of_directory(conn, row.id).await?.into_iter();
            let fits = |group: &groups::Group| needle.is_none_or(|text| fold(&group.label).contains(text));
            let groups = groups.filter(fits).take(MOST_FOUND.into());
            groups.map(|group| found(kind, Some(group.id.to_string()), group.name, group.label)).collect()
        }
    };
    Ok(List { items, next: None })
}

async fn search_users(
    app: &App,
    id: DirectoryId,
    running: &dyn Answers,
    text: &str,
) -> Result<Vec<FoundPrincipal>, Fault> {
    let page = running.users(text, MOST_FOUND).await.map_err(|error| unanswered(&error))?;
    let mut conn = app.store.read().await?;
    let mut items = Vec::new();
    for user in page.items {
        let known = rows::by_key(&mut conn, id, user.key.as_bytes()).await?;
        items.push(found(Kind::User, known.map(|row| row.id.to_string()), user.login, user.label));
    }
    Ok(items)
}

async fn search_groups(
    app: &App,
    id: DirectoryId,
    running: &dyn Answers,
    text: &str,
) -> Result<Vec<FoundPrincipal>, Fault> {
    let page = running.groups_named(text, MOST_FOUND).await.map_err(|error| unanswered(&error))?;
    let mut conn = app.store.read().await?;
    let mut items = Vec::new();
    for group in page.items {
        let known = groups::by_key(&mut conn, id, group.key.as_bytes()).await?;
        items.push(found(Kind::Group, known.map(|row| row.id.to_string()), group.name, group.label));
    }
    Ok(items)
}

fn found(kind: Kind, id: Option<String>, name: String, label: String) -> FoundPrincipal {
    FoundPrincipal { kind: kind.as_str().to_owned(), id, name, label }
}

/// Makes a user or a group of a directory known to Pforte, by name.
pub async fn make_known(
    app: &Shared,
    permit: &Permit<'_, ManageUsers>,
    id: DirectoryId,
    asked: &PrincipalRef,
) -> Result<PrincipalShown, Fault> {
    let kind = Kind::parse(&asked.kind)?;
    let plant = app.live.plant();
    let directory = plant.directory(id).ok_or_else(|| Fault::missing("directory"))?;
    let other = asked.directory.as_ref().is_some_and(|name| fold(name) != directory.folded);
    let (Some(name), None, false) = (&asked.name, &asked.id, other) else {
        return Err(Fault::value("kind, name", "a name of this directory"));
    };
    let principal = principals::by_name(app, permit.origin(), &directory, kind, name).await?;
    let mut conn = app.store.read().await?;
    principals::shown(&app.live.plant(), &mut conn, principal).await
}
