//! Refused log-ons: counted, slowed down, written down, answered alike.

use crate::app::App;
use crate::fault::{Chain, Fault};
use crate::http::caller::Caller;
use crate::service::logon::Attempt;
use crate::service::scribe::Draft;
use crate::service::throttle::{Count, Key};
use crate::service::{begin, emergency};
use pforte_model::event::{Actor, Event, EventType};
use pforte_store::StoreError;
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
    /// What was counted already.
    pub(crate) counted: Vec<(Key, Count)>,
}

impl Refusal {
    /// Wrong name or password; `code` is what really was.
    pub(crate) fn wrong(code: Code, essential: bool) -> Self {
        Self {
            told: Code::CredentialsRefused.into(),
            code,
            reason: None,
            counts: true,
            essential,
            counted: Vec::new(),
        }
    }

    /// The password was right, but something else stands against it, which the
    /// person may know.
    pub(crate) fn state(code: Code) -> Self {
        Self::fault(code.into())
    }

    /// It could not be found out.
    pub(crate) fn fault(fault: Fault) -> Self {
        let code = fault.code;
        Self { told: fault, code, reason: None, counts: false, essential: false, counted: Vec::new() }
    }

    /// The same after something was counted.
    pub(crate) fn counted(mut self, count: (Key, Count)) -> Self {
        self.counted.push(count);
        self
    }

    /// The same with details for the event log.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// Counts a refusal and writes it down; gives what the caller is told.
pub(crate) async fn refuse(caller: &Caller, attempt: &Attempt, refusal: Refusal) -> Fault {
    refuse_whom(caller, &Whom::of(attempt, &refusal), refusal).await
}

/// Writes down that a ticket did not count; gives what the caller is told. It is not
/// counted as a wrong password: a ticket cannot be guessed, and a keytab that has
/// grown old must not slow down those who type their password.
pub(crate) async fn ticket(caller: &Caller, reason: String) -> Fault {
    let whom = Whom { keys: Vec::new(), who: Actor::Stranger, told_as: EventType::LogOnRefused };
    refuse_whom(caller, &whom, Refusal::state(Code::TicketRefused).because(reason)).await
}

/// Who is refused, as it is counted and as it is written down.
struct Whom {
    keys: Vec<Key>,
    who: Actor,
    told_as: EventType,
}

impl Whom {
    fn of(attempt: &Attempt, refusal: &Refusal) -> Self {
        let (name, directory) = (attempt.login.as_str().to_owned(), Some(attempt.directory.name.clone()));
        let told_as = attempt.refused_as(refusal.code);
        Self { keys: attempt.keys(), who: Actor::Claimed { name, directory }, told_as }
    }
}

async fn refuse_whom(caller: &Caller, whom: &Whom, refusal: Refusal) -> Fault {
    let app = caller.app();
    let now = app.clock.micros();
    let mut counts: Vec<(Key, Count)> = if refusal.counts {
        let keys = whom.keys.iter();
        keys.map(|key| (key.clone(), app.throttle.failed(key, refusal.essential, now))).collect()
    } else {
        Vec::new()
    };
    let own = app.refusals.own_event(now).then(|| refused(caller, whom, &refusal));
    let alarms = alarms(caller, whom, &refusal, &counts);
    counts.extend(refusal.counted);
    if own.is_some() || !alarms.is_empty() {
        write(app, own, alarms, &counts).await;
    }
    refusal.told
}

/// A try that came too early; it is only counted, unless the budget allows more.
pub(crate) async fn throttled(caller: &Caller, attempt: &Attempt) {
    let app = caller.app();
    if app.refusals.own_event(app.clock.micros()) {
        let refusal = Refusal::state(Code::TriedTooOften);
        let event = refused(caller, &Whom::of(attempt, &refusal), &refusal);
        write(app, Some(event), Vec::new(), &[]).await;
    }
}

/// The event of a refusal.
fn refused(caller: &Caller, whom: &Whom, refusal: &Refusal) -> Event {
    let draft = Draft::refused(whom.told_as, refusal.code).reason(refusal.reason.clone());
    caller.app().scribe.event(&caller.origin().by(whom.who.clone()), draft)
}

/// The alarms that these counts call for.
fn alarms(caller: &Caller, whom: &Whom, refusal: &Refusal, counts: &[(Key, Count)]) -> Vec<Event> {
    let app = caller.app();
    let now = app.clock.micros();
    let due = counts.iter().filter(|(_, count)| app.throttle.alarming(*count) && app.refusals.alarm(now));
    due.map(|(key, count)| {
        let reason = format!("{} wrong passwords in a row ({})", count.failures, noun(key));
        let draft = Draft::refused(EventType::PasswordGuessing, refusal.code).reason(reason);
        app.scribe.event(&caller.origin().by(whom.who.clone()), draft)
    })
    .collect()
}

async fn write(app: &App, own: Option<Event>, alarms: Vec<Event>, counts: &[(Key, Count)]) {
    let rows: Vec<Throttle> = counts.iter().map(|(key, count)| stored(key.to_string(), *count)).collect();
    let (counted, events) = (u64::from(own.is_some()), own.into_iter().chain(alarms.clone()));
    let events: Vec<Event> = events.collect();
    if !app.writable() {
        return aside(app, counted, &alarms);
    }
    let written = app
        .store
        .write(async move |tx| {
            for row in &rows {
                throttle::put(tx, row).await?;
            }
            for event in &events {
                tx.append(event)?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(error = %Chain(&error), "a refused log-on could not be written down");
        if begin::unwritable(&error) {
            emergency::note(app, &error.into());
            aside(app, counted, &alarms);
        } else {
            app.refusals.put_back(counted);
        }
    }
}

/// A refusal that cannot be written down stays a refusal; it is told with the
/// next ones that are counted together. Alarms are kept aside.
fn aside(app: &App, counted: u64, alarms: &[Event]) {
    app.refusals.put_back(counted);
    for alarm in alarms {
        emergency::keep(app, alarm);
    }
}

/// A counter as it is saved.
pub(crate) fn stored(key: String, count: Count) -> Throttle {
    let Count { failures, last_at, blocked_until } = count;
    Throttle { key, failures: i64::from(failures), last_at, blocked_until }
}

const fn noun(key: &Key) -> &'static str {
    match key {
        Key::Account { .. } => "account",
        Key::Station(_) => "station",
        Key::User { .. } | Key::Nobody { .. } => "user",
        Key::Service(_) => "service account",
    }
}
