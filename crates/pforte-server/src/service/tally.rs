//! What the event log tells of the last day, in numbers.
//!
//! The log is the truth: numbers are counted from its entries, so that they
//! outlive a restart and hold for several servers over one database. A job reads
//! what is new every two seconds and, after the start, back through the last day,
//! within a bound; nobody who asks waits for that.

use crate::app::{App, Shared};
use crate::fault::Chain;
use pforte_model::event::{Event, EventType, Outcome, Severity};
use pforte_model::time::Micros;
use pforte_store::events::{self, Entry, Filter, From};
use pforte_store::{StoreError, log};
use pforte_wire::overview::{Counted, LogOnsOfHour};
use pforte_wire::time::Time;
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// Length of a bucket.
const MINUTE: i64 = 60 * Micros::SECOND;

/// Minutes that are kept: a day, and the part of an hour that the chart shows before it.
const KEPT: i64 = 25 * 60;

/// Entries that are read at a time.
const STEP: u32 = 1_000;

/// Steps that somebody who asks waits for at most.
const STEPS_ASKED: usize = 5;

/// Most entries that are read back after a start.
const MOST_BACK: u64 = 200_000;

/// Hours in the chart.
const HOURS: i64 = 24;

/// The numbers of the last day.
#[derive(Default)]
pub struct Tally(Mutex<State>);

#[derive(Default)]
struct State {
    /// By the minute in which they happened.
    minutes: BTreeMap<i64, Counted>,
    /// Where the counting stands; none before the log was read first.
    reading: Option<Reading>,
}

struct Reading {
    /// The newest entry that was counted; -1 before the first.
    newest: i64,
    /// When it happened.
    newest_at: Option<Micros>,
    /// Entries older than this are not counted yet; none when the last day is.
    before: Option<i64>,
    /// Entries that were read back.
    back: u64,
    /// When the oldest counted entry happened.
    oldest_at: Micros,
}

/// What is told of the last day.
pub(crate) struct Told {
    pub(crate) last_hour: Counted,
    pub(crate) last_day: Counted,
    pub(crate) log_ons: Vec<LogOnsOfHour>,
    pub(crate) counted_from: Time,
    pub(crate) size: u64,
    pub(crate) newest_at: Option<Micros>,
}

/// Reads what is new and, once after a start, what is older.
pub(crate) async fn run(app: Shared) {
    let mut more = true;
    while more && !app.jobs.stop_given().is_given() {
        app.tally.catch_up(&app).await;
        more = match app.tally.step_back(&app).await {
            Ok(more) => more,
            Err(error) => return unread(&error),
        };
    }
}

fn unread(error: &StoreError) {
    tracing::warn!(error = %Chain(error), "the log could not be read for the overview");
}

impl Tally {
    /// For somebody who asks: counts what is new and goes on reading back, both
    /// within a bound.
    pub(crate) async fn look(&self, app: &App) {
        self.catch_up(app).await;
        for _ in 0..STEPS_ASKED {
            match self.step_back(app).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return unread(&error),
            }
        }
    }

    /// Counts what was appended since, within a bound.
    async fn catch_up(&self, app: &App) {
        for _ in 0..STEPS_ASKED {
            match self.step(app).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return unread(&error),
            }
        }
    }

    /// One step forth; gives whether there is more.
    async fn step(&self, app: &App) -> Result<bool, StoreError> {
        let mut state = self.0.lock().await;
        let mut conn = app.store.read().await?;
        let now = app.clock.micros();
        let Some(reading) = &mut state.reading else {
            let newest = log::head(&mut conn).await?.size - 1;
            let newest_at = events::by_seq(&mut conn, newest).await?.as_ref().and_then(at);
            let before = Some(newest + 1);
            state.reading = Some(Reading { newest, newest_at, before, back: 0, oldest_at: now });
            return Ok(false);
        };
        let page = events::page(&mut conn, From::After(reading.newest), STEP, &Filter::default()).await?;
        if let Some(last) = page.entries.last() {
            reading.newest = last.seq;
            reading.newest_at = at(last).or(reading.newest_at);
        }
        state.count(&page.entries);
        state.forget(now);
        Ok(page.next.is_some())
    }

    /// One step back; gives whether there is more.
    async fn step_back(&self, app: &App) -> Result<bool, StoreError> {
        let mut state = self.0.lock().await;
        let Some(reading) = &mut state.reading else { return Ok(false) };
        let Some(before) = reading.before.filter(|_| reading.back < MOST_BACK) else { return Ok(false) };
        let mut conn = app.store.read().await?;
        let page = events::page(&mut conn, From::Before(before), STEP, &Filter::default()).await?;
        reading.back += u64::try_from(page.entries.len()).unwrap_or(0);
        let day_ago = app.clock.micros().plus_seconds(-KEPT * 60);
        if let Some(oldest) = page.entries.iter().rev().find_map(at) {
            reading.oldest_at = oldest;
        }
        reading.before = page.next.filter(|_| reading.oldest_at > day_ago);
        state.count(&page.entries);
        Ok(state.reading.as_ref().is_some_and(|reading| reading.before.is_some()))
    }

    /// What is known at this moment.
    pub(crate) async fn told(&self, now: Micros) -> Told {
        let state = self.0.lock().await;
        let minute = now.0.div_euclid(MINUTE);
        let hour = minute.div_euclid(60);
        let log_ons = (hour - HOURS + 1..=hour).map(|hour| state.hour(hour)).collect();
        let day_ago = now.plus_seconds(-HOURS * 3_600);
        let whole = |reading: &&Reading| reading.before.is_none();
        let from = match &state.reading {
            Some(reading) => Some(reading).filter(whole).map_or(reading.oldest_at, |_| day_ago),
            None => now,
        };
        Told {
            last_hour: state.sum(minute - 59, minute),
            last_day: state.sum(minute - HOURS * 60 + 1, minute),
            log_ons,
            counted_from: Time(from.max(day_ago)),
            size: state.reading.as_ref().map_or(0, |r| u64::try_from(r.newest + 1).unwrap_or(0)),
            newest_at: state.reading.as_ref().and_then(|reading| reading.newest_at),
        }
    }
}

fn at(entry: &Entry) -> Option<Micros> {
    entry.event.as_ref().map(|event| event.at)
}

impl State {
    fn count(&mut self, entries: &[Entry]) {
        for event in entries.iter().filter_map(|entry| entry.event.as_ref()) {
            let counted = counted(event);
            if counted != Counted::default() {
                add(self.minutes.entry(event.at.0.div_euclid(MINUTE)).or_default(), counted);
            }
        }
    }

    fn forget(&mut self, now: Micros) {
        let first = now.0.div_euclid(MINUTE) - KEPT;
        self.minutes = self.minutes.split_off(&first);
    }

    fn sum(&self, first: i64, last: i64) -> Counted {
        let mut sum = Counted::default();
        self.minutes.range(first..=last).for_each(|(_, counted)| add(&mut sum, *counted));
        sum
    }

    fn hour(&self, hour: i64) -> LogOnsOfHour {
        let Counted { log_ons, refused, .. } = self.sum(hour * 60, hour * 60 + 59);
        LogOnsOfHour { from: Time(Micros(hour * 60 * MINUTE)), log_ons, refused }
    }
}

fn add(to: &mut Counted, more: Counted) {
    to.log_ons += more.log_ons;
    to.refused += more.refused;
    to.failures += more.failures;
    to.alarms += more.alarms;
}

/// What an event counts for.
fn counted(event: &Event) -> Counted {
    let mut counted = Counted {
        failures: u64::from(event.result == Outcome::Failed),
        alarms: u64::from(event.severity == Severity::Alarm),
        ..Counted::default()
    };
    match event.kind {
        EventType::LoggedOn | EventType::UserChanged => counted.log_ons = 1,
        EventType::LogOnRefused => counted.refused = 1,
        EventType::LogOnsRefused => {
            let told = event.new.as_ref().and_then(|new| new.get("count")?.as_u64());
            counted.refused = told.unwrap_or(1);
        }
        _ => {}
    }
    counted
}
