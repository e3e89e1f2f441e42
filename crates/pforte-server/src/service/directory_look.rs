//! Looking into a directory: a test of the way there, a search, and what is
//! found becomes known.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageDirectories, ManageUsers, Permit, ReadUsers};
use crate::live::plant::Kind as DirectoryKind;
use crate::service::directories::service_password;
use crate::service::directory_admin::find;
use crate::service::directory_settings::stored;
use crate::service::plant::record;
use crate::service::principals::{self, Kind, unanswered};
use crate::service::scribe::Draft;
use crate::service::{adopt, paging, users};
use pforte_directory::ldap::{ActiveDirectory, Checked, ServerReport, Settings, Step, test};
use pforte_directory::secret::Password;
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_model::name::fold;
use pforte_store::directories::Directory as Row;
use pforte_store::{Conn, groups, users as rows};
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::directory::{DirectoryTest, FoundPrincipal, TestStep};
use pforte_wire::{List, Named};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// The longest time that a test may take; servers that are not reached by then
/// are told as such.
const LONGEST_TEST: Duration = Duration::from_mins(1);

/// Most users or groups that a search gives.
const MOST_FOUND: u16 = 50;

/// Tests each step of the way to each server of a directory.
pub async fn try_out(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
) -> Result<DirectoryTest, Fault> {
    let row = {
        let mut conn = app.store.read().await?;
        find(&mut conn, id).await?
    };
    let steps = match stored(&row)? {
        Some(settings) => tested(app, &row, &settings).await?,
        None => vec![built_in(&row)],
    };
    let bad: Vec<String> = steps.iter().filter(|step| !step.good).map(summary).collect();
    let result = DirectoryTest { good: bad.is_empty(), steps };
    let code = result.steps.iter().find_map(|step| step.code.clone());
    record(app, permit.origin(), async move |change| {
        let kind = EventType::DirectoryTested;
        let draft = code.as_deref().map_or_else(|| Draft::done(kind), |code| Draft::failed(kind, code));
        let draft = draft.what("directory", row.id, row.name.as_str());
        Ok(change.event(draft.new(&json!({ "good": bad.is_empty(), "faults": bad })))?)
    })
    .await?;
    Ok(result)
}

fn summary(step: &TestStep) -> String {
    format!("{}: {}: {}", step.server, step.step, step.code.as_deref().unwrap_or_default())
}

fn built_in(row: &Row) -> TestStep {
    TestStep {
        server: row.name.to_string(),
        step: "directory".to_owned(),
        good: true,
        code: None,
        detail: "The built-in directory needs no server.".to_owned(),
        millis: 0,
    }
}

async fn tested(app: &App, row: &Row, settings: &Settings) -> Result<Vec<TestStep>, Fault> {
    let password = service_password(row, &app.wrapping)?;
    let mut steps = Vec::new();
    let mut reached = 0;
    let whole = each(app, settings, &password, &mut steps, &mut reached);
    if tokio::time::timeout(LONGEST_TEST, whole).await.is_err() {
        steps.extend(settings.servers.iter().skip(reached).map(|server| not_reached(&server.to_string())));
    }
    Ok(steps)
}

/// One server after the other; ends at the first that refuses the service
/// account, so that a test does not lock it.
async fn each(
    app: &App,
    settings: &Settings,
    password: &Password,
    steps: &mut Vec<TestStep>,
    reached: &mut usize,
) {
    for server in &settings.servers {
        let one = Settings { servers: vec![server.clone()], ..settings.clone() };
        match test(&one, password, app.directories.clock()).await {
            Ok(reports) => steps.extend(reports.iter().flat_map(shown)),
            Err(fault) => steps.push(unusable(&server.to_string(), &fault.to_string())),
        }
        *reached += 1;
        let refused = |step: &TestStep| !step.good && step.step == Step::Account.as_str();
        if steps.iter().any(refused) {
            return;
        }
    }
}

fn shown(report: &ServerReport) -> impl Iterator<Item = TestStep> {
    let server = report.server.to_string();
    report.steps.iter().map(move |checked| step(&server, checked))
}

fn step(server: &str, checked: &Checked) -> TestStep {
    let (good, code, detail) = match &checked.result {
        Ok(found) => (true, None, found.clone()),
        Err(fault) => (false, Some(fault.kind.code().to_owned()), format!("{fault}. {}", fault.kind.cure())),
    };
    let millis = u64::try_from(checked.took.as_millis()).unwrap_or(u64::MAX);
    TestStep { server: server.to_owned(), step: checked.step.as_str().to_owned(), good, code, detail, millis }
}

fn unusable(server: &str, detail: &str) -> TestStep {
    bad(server, "settings", "value-invalid", format!("{detail}."))
}

fn not_reached(server: &str) -> TestStep {
    let detail = "The servers before it took too long to be tested.".to_owned();
    bad(server, Step::Connect.as_str(), "connect-timeout", detail)
}

fn bad(server: &str, step: &str, code: &str, detail: String) -> TestStep {
    TestStep {
        server: server.to_owned(),
        step: step.to_owned(),
        good: false,
        code: Some(code.to_owned()),
        detail,
        millis: 0,
    }
}

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
        Kind::User => search_users(app, id, &running, asked.text.trim()).await?,
        Kind::Group => search_groups(app, id, &running, asked.text.trim()).await?,
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
    running: &ActiveDirectory,
    text: &str,
) -> Result<Vec<FoundPrincipal>, Fault> {
    let page = running.users(text, MOST_FOUND).await.map_err(|error| unanswered(&error))?;
    let mut conn = app.store.read().await?;
    let mut items = Vec::new();
    for user in page.items {
        let known = rows::by_key(&mut conn, id, user.guid.as_bytes()).await?;
        items.push(found(Kind::User, known.map(|row| row.id.to_string()), user.sam, user.display));
    }
    Ok(items)
}

async fn search_groups(
    app: &App,
    id: DirectoryId,
    running: &ActiveDirectory,
    text: &str,
) -> Result<Vec<FoundPrincipal>, Fault> {
    let page = running.groups_named(text, MOST_FOUND).await.map_err(|error| unanswered(&error))?;
    let mut conn = app.store.read().await?;
    let mut items = Vec::new();
    for group in page.items {
        let known = groups::by_key(&mut conn, id, group.guid.as_bytes()).await?;
        items.push(found(Kind::Group, known.map(|row| row.id.to_string()), group.sam, group.name));
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
