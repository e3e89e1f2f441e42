//! Refused log-ons: counted, slowed down, written down, answered alike.

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::service::logon::Attempt;
use crate::service::scribe::Draft;
use crate::service::throttle::{Count, Key};
use pforte_model::event::{Actor, EventType};
use pforte_store::throttle::{self, Throttle};
use pforte_wire::problem::Code;

/// Why a person was not identified.
pub(crate) struct Refusal {
    /// What the caller is told.
    pub(crate) told: Fault,
    /// What really was, for the event log.
    pub(crate) code: Code,
    /// Details for the event log.
    pub(crate) reason: Option<String>,
    /// Whether it counts as a wrong password.
    pub(crate) counts: bool,
    /// Whether the account is never to be locked.
    pub(crate) essential: bool,
}

impl Refusal {
    /// Wrong name or password; `code` is what really was.
    pub(crate) fn wrong(code: Code, essential: bool) -> Self {
        Self { told: Code::CredentialsRefused.into(), code, reason: None, counts: true, essential }
    }

    /// The password was right, but something else stands against it, which the
    /// person may know.
    pub(crate) fn state(code: Code) -> Self {
        Self { told: code.into(), code, reason: None, counts: false, essential: false }
    }

    /// It could not be found out.
    pub(crate) fn fault(fault: Fault) -> Self {
        Self { code: fault.code, told: fault, reason: None, counts: false, essential: false }
    }

    /// The same with details for the event log.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// Counts a refusal and writes it down; gives what the caller is told.
pub(crate) async fn refuse(caller: &Caller, attempt: &Attempt, refusal: Refusal) -> Fault {
    let app = caller.app();
    let now = app.clock.micros();
    let counts: Vec<(Key, Count)> = if refusal.counts {
        let keys = attempt.keys().into_iter();
        keys.map(|key| (key.clone(), app.throttle.failed(&key, refusal.essential, now))).collect()
    } else {
        Vec::new()
    };
    if app.refusals.own_event(now) {
        write(caller, attempt, &refusal, counts).await;
    }
    refusal.told
}

/// A try that came too early; it is only counted, unless the budget allows more.
pub(crate) async fn throttled(caller: &Caller, attempt: &Attempt) {
    let app = caller.app();
    if app.refusals.own_event(app.clock.micros()) {
        let refusal = Refusal::state(Code::TriedTooOften);
        write(caller, attempt, &refusal, Vec::new()).await;
    }
}

async fn write(caller: &Caller, attempt: &Attempt, refusal: &Refusal, counts: Vec<(Key, Count)>) {
    let app = caller.app();
    let origin = caller.origin().by(Actor::Claimed {
        name: attempt.login.as_str().to_owned(),
        directory: Some(attempt.directory.name.clone()),
    });
    let draft = Draft::refused(EventType::LogOnRefused, refusal.code).reason(refusal.reason.clone());
    let mut events = vec![app.scribe.event(&origin, draft)];
    for (key, count) in counts.iter().filter(|(_, count)| app.throttle.alarming(*count)) {
        let about = Draft::refused(EventType::PasswordGuessing, refusal.code);
        let reason = format!("{} wrong passwords in a row ({})", count.failures, noun(key));
        events.push(app.scribe.event(&origin, about.reason(reason)));
    }
    let rows: Vec<Throttle> = counts.iter().map(|(key, count)| stored(key, *count)).collect();
    let written = app
        .store
        .write(async move |tx| {
            for row in &rows {
                throttle::put(tx, row).await?;
            }
            for event in &events {
                tx.append(event)?;
            }
            Ok::<_, Fault>(())
        })
        .await;
    if let Err(fault) = written {
        unwritten(app, &fault);
    }
}

/// A refusal that cannot be written down stays a refusal; it is told with the
/// next ones that are counted together.
fn unwritten(app: &App, fault: &Fault) {
    tracing::warn!(code = fault.code.as_str(), "a refused log-on could not be written down");
    app.refusals.put_back(1);
}

fn stored(key: &Key, count: Count) -> Throttle {
    let Count { failures, last_at, blocked_until } = count;
    Throttle { key: key.to_string(), failures: i64::from(failures), last_at, blocked_until }
}

const fn noun(key: &Key) -> &'static str {
    match key {
        Key::Account { .. } => "account",
        Key::Station(_) => "station",
    }
}
