//! Tests of a directory: each step of the way to each server, told as it is done.
//!
//! A test is a job of its own. It ends early when nobody listens any more or the
//! server stops, and whatever comes of it is an event. A wrong password of the
//! service account is tried once; wrong ones slow down the next test of the
//! domain, so that nobody guesses passwords here or wears out its lockout.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageDirectories, Permit};
use crate::service::directory_admin::find;
use crate::service::directory_steps::{bad, good};
use crate::service::directory_trial::{Hear, Way};
use crate::service::emergency;
use crate::service::plant::record;
use crate::service::scribe::{Draft, Origin};
use crate::service::turns::Turn;
pub use pforte_directory::Depth;
use pforte_directory::ldap::{Check, Settings, Step};
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_store::directories::Directory as Row;
use pforte_wire::directory::{DirectoryTest, TestDirectory, TestLine, TestStep};
use pforte_wire::problem::Code;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The longest time that a test may take; servers that are not reached by then
/// are told as such.
const LONGEST_TEST: Duration = Duration::from_mins(1);

/// Most tests at once.
const MOST_TESTS: usize = 4;

/// More lines than the longest test has: no test waits for its listener.
const MOST_LINES: usize = 1 + Settings::MOST_SERVERS * (Check::ALL.len() + Step::ALL.len() + 1) + 1;

/// What a test tells. After [`TestLine::End`] or a fault nothing follows.
pub type Lines = mpsc::Receiver<Result<TestLine, Fault>>;

/// What is tested.
struct Subject {
    /// The stored directory, if there is one.
    row: Option<Row>,
    way: Option<Way>,
    /// The settings for the event where they are not the stored ones.
    told: Option<(&'static str, Value)>,
    depth: Depth,
}

/// How far a test came.
enum Ended {
    Through,
    Unusable(String),
    TooLong,
    Early,
}

/// Tests or probes each server of a directory as it is stored.
pub async fn of_stored(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    id: DirectoryId,
    depth: Depth,
) -> Result<Lines, Fault> {
    let row = row(app, id).await?;
    let way = Way::of_stored(app, &row)?;
    begin(app, permit.origin(), Subject { row: Some(row), way, told: None, depth }).await
}

/// Tests settings that are not stored. The stored password of the service account
/// serves only where it would not go anywhere new.
pub async fn of_settings(
    app: &Shared,
    permit: &Permit<'_, ManageDirectories>,
    asked: TestDirectory,
) -> Result<Lines, Fault> {
    let row = match &asked.directory {
        Some(id) => Some(row(app, id.parse()?).await?),
        None => None,
    };
    let way = Way::of_asked(app, row.as_ref(), asked)?;
    let told = Some(way.told());
    begin(app, permit.origin(), Subject { row, way: Some(way), told, depth: Depth::Test }).await
}

/// The whole test at once.
pub async fn whole(mut lines: Lines) -> Result<DirectoryTest, Fault> {
    let mut steps = Vec::new();
    while let Some(line) = lines.recv().await {
        match line? {
            TestLine::Step(step) => steps.push(step),
            TestLine::End { good } => return Ok(DirectoryTest { good, steps }),
            TestLine::Plan { .. } | TestLine::Problem { .. } => {}
        }
    }
    // It was stopped together with the server.
    Err(Code::Busy.into())
}

async fn row(app: &App, id: DirectoryId) -> Result<Row, Fault> {
    let mut conn = app.store.read().await?;
    find(&mut conn, id).await
}

async fn begin(app: &Shared, origin: Origin, subject: Subject) -> Result<Lines, Fault> {
    emergency::refuse(app)?;
    let turns = turns(app, &subject).await?;
    let (lines, heard) = mpsc::channel(MOST_LINES);
    app.jobs.spawn("directory test", run(Arc::clone(app), origin, subject, lines, turns));
    Ok(heard)
}

/// Tests of one domain go one after the other, so that many at once cannot slip
/// past the delay that each wrong password brings.
async fn turns(app: &App, subject: &Subject) -> Result<Vec<Turn>, Fault> {
    let Some(way) = &subject.way else { return Ok(Vec::new()) };
    let key = way.key();
    let mut turns = Vec::new();
    let own = key.as_ref().map_or_else(|| "this computer's test".to_owned(), ToString::to_string);
    for (what, most) in [(own, 1), ("directory tests".to_owned(), MOST_TESTS)] {
        turns.push(app.turns.wait(what, most).await.ok_or(Code::Busy)?);
    }
    let checked = app.throttle.check(key.as_slice(), app.clock.micros());
    checked.map_err(|seconds| Fault::new(Code::TriedTooOften).after(seconds))?;
    Ok(turns)
}

async fn run(
    app: Shared,
    origin: Origin,
    subject: Subject,
    lines: mpsc::Sender<Result<TestLine, Fault>>,
    _turns: Vec<Turn>,
) {
    // Nobody may listen any more; what is to be logged is logged all the same.
    let tell = |line| drop(lines.try_send(line));
    let mut steps = Vec::new();
    let mut hear = |step: TestStep| {
        tell(Ok(TestLine::Step(step.clone())));
        steps.push(step);
    };
    let early = match &subject.way {
        None => {
            hear(built_in(&subject));
            false
        }
        Some(way) => {
            tell(Ok(TestLine::Plan { servers: way.servers(), steps: way.steps(subject.depth) }));
            let ended = tried(&app, (way, subject.depth), &lines, &mut hear).await;
            let early = matches!(ended, Ended::Early);
            for step in left_out(way, ended, &steps) {
                tell(Ok(TestLine::Step(step.clone())));
                steps.push(step);
            }
            early
        }
    };
    let guesses = count(&app, &subject, &steps);
    let good = !early && steps.iter().all(|step| step.good);
    let noted = note(&app, origin, subject, steps, early, guesses).await;
    tell(noted.map(|()| TestLine::End { good }));
}

/// Tries every server; tells each step.
async fn tried(
    app: &App,
    (way, depth): (&Way, Depth),
    lines: &mpsc::Sender<Result<TestLine, Fault>>,
    hear: &mut Hear<'_>,
) -> Ended {
    let whole = way.tried(app, depth, hear);
    let stop = app.jobs.stop_given();
    tokio::select! {
        done = tokio::time::timeout(LONGEST_TEST, whole) => match done {
            Ok(Ok(())) => Ended::Through,
            Ok(Err(fault)) => Ended::Unusable(fault),
            Err(_) => Ended::TooLong,
        },
        () = lines.closed() => Ended::Early,
        () = stop.given() => Ended::Early,
    }
}

/// What is to be said of the servers that were not tried.
fn left_out(way: &Way, ended: Ended, steps: &[TestStep]) -> Vec<TestStep> {
    let servers = way.servers().into_iter();
    match ended {
        Ended::Through | Ended::Early => Vec::new(),
        Ended::Unusable(fault) => {
            servers.map(|server| bad(server, "settings", "value-invalid", format!("{fault}."))).collect()
        }
        Ended::TooLong => servers
            .filter(|server| steps.iter().all(|step| step.server != *server))
            .map(|server| {
                let detail = "The servers before it took too long to be tested.".to_owned();
                bad(server, Step::Connect.as_str(), "connect-timeout", detail)
            })
            .collect(),
    }
}

/// Counts a service account that was refused; tells how many were where that
/// calls for an alarm.
fn count(app: &App, subject: &Subject, steps: &[TestStep]) -> Option<u32> {
    let refused = |step: &TestStep| !step.good && step.step == Step::Account.as_str();
    let key = subject.way.as_ref().filter(|_| steps.iter().any(refused))?.key()?;
    let count = app.throttle.failed(&key, false, app.clock.micros());
    app.throttle.alarming(count).then_some(count.failures)
}

/// Each test is an event, also one that was not brought to its end.
async fn note(
    app: &Shared,
    origin: Origin,
    subject: Subject,
    steps: Vec<TestStep>,
    early: bool,
    guesses: Option<u32>,
) -> Result<(), Fault> {
    let faults: Vec<String> = steps.iter().filter(|step| !step.good).map(summary).collect();
    let code = steps
        .into_iter()
        .filter(|step| !step.good)
        .find_map(|step| step.code)
        .or(early.then(|| "unfinished".to_owned()));
    record(app, origin, async move |change| {
        let kind = EventType::DirectoryTested;
        let mut draft = code.as_deref().map_or_else(|| Draft::done(kind), |code| Draft::failed(kind, code));
        if let Some(row) = &subject.row {
            draft = draft.what("directory", row.id, row.name.as_str());
        }
        let probe = subject.depth == Depth::Probe;
        let mut new = json!({ "good": code.is_none(), "probe": probe, "faults": faults });

        if let (Some((kind, told)), Some(fields)) = (subject.told, new.as_object_mut()) {
            fields.insert(kind.to_owned(), told);
        }
        change.event(draft.new(&new))?;
        if let Some(guesses) = guesses {
            let reason = format!("{guesses} wrong passwords in a row (service account)");
            let alarm = Draft::refused(EventType::PasswordGuessing, Code::DirectoryRefusesService);
            change.event(alarm.reason(reason))?;
        }
        Ok(())
    })
    .await
}

fn summary(step: &TestStep) -> String {
    format!("{}: {}: {}", step.server, step.step, step.code.as_deref().unwrap_or_default())
}

fn built_in(subject: &Subject) -> TestStep {
    let name = subject.row.as_ref().map(|row| row.name.to_string()).unwrap_or_default();
    good(&name, Step::Directory.as_str(), "The built-in directory needs no server.", Duration::ZERO)
}
