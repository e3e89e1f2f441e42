//! What workgroup hosts were asked, on its way into the event log.
//!
//! Nothing that asks waits for the log: a question is noted here, and a job writes it
//! down within seconds. What Pforte asks by itself, again and again, is counted: one
//! event for each kind of question in a minute. A question for somebody who logs on or
//! searches is an event of its own; of those a stranger can cause many, so that beyond a
//! number in a minute they are counted too. So nobody can fill the disk from outside.

use crate::app::{App, Shared};
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_directory::workgroup::Query;
use pforte_model::event::{Event, EventType};
use pforte_model::id::DirectoryId;
use pforte_model::time::Micros;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Events of their own in one minute.
const BUDGET: u32 = 120;

/// Events that wait to be written at most, should the log be slow.
const MOST_WAITING: usize = 1_000;

/// Length of a minute.
const MINUTE: i64 = 60 * Micros::SECOND;

/// A directory as events name it.
pub(super) type Asked = (DirectoryId, String);

/// One question, or several of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    asked: Asked,
    host: String,
    what: &'static str,
    of: Of,
}

/// What is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    /// About whom it was.
    One(String),
    /// How many there were in a minute.
    Many(u64),
}

/// The questions that are not written down yet.
#[derive(Default)]
pub(crate) struct Questions(Mutex<State>);

#[derive(Default)]
struct State {
    minute: i64,
    spent: u32,
    /// Each an event.
    waiting: Vec<Question>,
    /// Only counted, in this minute; bounded by the kinds of questions.
    counted: BTreeMap<(DirectoryId, &'static str), (String, String, u64)>,
}

impl Questions {
    /// Notes a question. It does not wait.
    pub(super) fn heard(&self, asked: &Asked, query: &Query, now: Micros) {
        let mut state = self.lock();
        state.turn(now);
        if query.by_itself || state.spent >= BUDGET || state.waiting.len() >= MOST_WAITING {
            let fresh = || (asked.1.clone(), query.host.clone(), 0);
            let (_, _, count) = state.counted.entry((asked.0, query.what)).or_insert_with(fresh);
            *count += 1;
            return;
        }
        state.spent += 1;
        let of = Of::One(query.about.clone());
        state.waiting.push(Question { asked: asked.clone(), host: query.host.clone(), what: query.what, of });
    }

    /// What is to be written now; at the server's end also what is counted.
    fn take(&self, now: Micros, all: bool) -> Vec<Question> {
        let mut state = self.lock();
        state.turn(now);
        if all {
            state.close();
        }
        std::mem::take(&mut state.waiting)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Begins a new minute if the old one is over.
    fn turn(&mut self, now: Micros) {
        let minute = now.0.div_euclid(MINUTE);
        if self.minute != minute {
            (self.minute, self.spent) = (minute, 0);
            self.close();
        }
    }

    fn close(&mut self) {
        for ((id, what), (name, host, count)) in std::mem::take(&mut self.counted) {
            self.waiting.push(Question { asked: (id, name), host, what, of: Of::Many(count) });
        }
    }
}

/// Writes down what was asked since.
pub(crate) async fn write(app: &Shared, all: bool) {
    let questions = app.directories.questions().take(app.clock.micros(), all);
    if questions.is_empty() {
        return;
    }
    let events = questions.iter().map(|question| event(app, question)).collect();
    if let Err(fault) = emergency::record(app, events).await {
        let count = questions.len();
        tracing::error!(code = fault.code.as_str(), count, "questions to hosts could not be written down");
    }
}

fn event(app: &App, question: &Question) -> Event {
    let Question { asked: (id, name), host, what, of } = question;
    let new = match of {
        Of::One(about) => json!({ "host": host, "question": what, "about": about }),
        Of::Many(count) => json!({ "host": host, "question": what, "count": count }),
    };
    // The directory may have got another name since it was started.
    let now = app.live.plant().directory(*id);
    let name = now.as_ref().map_or(name, |directory| &directory.name);
    let draft = Draft::done(EventType::DirectoryQueried).what("directory", id, name).new(&new);
    app.scribe.event(&Origin::server(), draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        (DirectoryId::from_bytes([7; 16]), "plant".to_owned())
    }

    fn query(what: &'static str, by_itself: bool) -> Query {
        Query { host: "pc7".to_owned(), what, about: "anna".to_owned(), by_itself }
    }

    fn count(question: &Question) -> u64 {
        match question.of {
            Of::One(_) => 1,
            Of::Many(count) => count,
        }
    }

    #[test]
    fn what_is_asked_for_somebody_is_told_at_once_and_the_rest_by_the_minute() {
        let questions = Questions::default();
        for _ in 0..30 {
            questions.heard(&asked(), &query("states", true), Micros(0));
            questions.heard(&asked(), &query("groups-of", true), Micros(1));
        }
        questions.heard(&asked(), &query("user", false), Micros(2));
        let now: Vec<_> = questions.take(Micros(3), false).iter().map(|one| one.of.clone()).collect();
        assert_eq!(now, [Of::One("anna".to_owned())]);
        let later = questions.take(Micros(MINUTE), false);
        assert_eq!(
            later.iter().map(|one| (one.what, count(one))).collect::<Vec<_>>(),
            [("groups-of", 30), ("states", 30)]
        );
        assert_eq!(questions.take(Micros(MINUTE), false), []);
    }

    #[test]
    fn a_flood_becomes_one_count_and_nothing_is_lost_at_the_end() {
        let questions = Questions::default();
        for _ in 0..100_000 {
            questions.heard(&asked(), &query("user", false), Micros(0));
        }
        let all = questions.take(Micros(1), true);
        assert_eq!(all.len(), 121);
        assert_eq!(all.iter().map(count).sum::<u64>(), 100_000);
    }
}
