//! People whose sessions run and of whom a directory cannot tell.
//!
//! They keep what they had: nobody is put out of a running plant because an entry
//! cannot be read. That it is so is an event, once it has been so for a while. While
//! no server answers at all, the event of that says enough.

use crate::app::App;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_directory::{Directory, DirectoryError, Each, Key};
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use pforte_model::time::Micros;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most names that stand in one event.
const MOST_NAMES: usize = 20;

/// What was to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// The groups, every minute.
    Groups,
    /// The states, every two seconds.
    States,
}

impl What {
    /// For how long it fails before that is an event: microseconds.
    const fn patience(self) -> i64 {
        match self {
            Self::Groups => 180 * Micros::SECOND,
            Self::States => 60 * Micros::SECOND,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::States => "state",
        }
    }
}

/// Users who cannot be read.
#[derive(Default)]
pub struct Unread(Mutex<HashMap<(DirectoryId, What), HashMap<Key, Since>>>);

/// Since when a user cannot be read, and whether that was told.
#[derive(Clone, Copy)]
struct Since {
    monotonic: i64,
    told: bool,
}

impl Unread {
    /// Notes who could not be read this time; gives those of whom it is to be told now,
    /// and why the first of them could not.
    fn note<T>(
        &self,
        of: (DirectoryId, What),
        each: &Each<T>,
        at: i64,
    ) -> (Vec<Key>, Option<DirectoryError>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.remove(&of).unwrap_or_default();
        let (mut now, mut due, mut why) = (HashMap::new(), Vec::new(), None);
        for (key, told) in each {
            let Err(error) = told else { continue };
            let mut since = before.get(key).copied().unwrap_or(Since { monotonic: at, told: false });
            if !since.told && at - since.monotonic >= of.1.patience() {
                since.told = true;
                due.push(key.clone());
                why.get_or_insert_with(|| error.clone());
            }
            now.insert(key.clone(), since);
        }
        if !now.is_empty() {
            all.insert(of, now);
        }
        (due, why)
    }
}

/// Notes what a directory told of users whose sessions run, and tells of those whom it
/// has not been able to read for a while. `name` gives the name of one.
pub(crate) async fn note<T: Sync>(
    app: &App,
    of: (DirectoryId, What),
    (directory, each): (&dyn Directory, &Each<T>),
    name: impl Fn(&Key) -> String,
) {
    let nobody = Each::new();
    let each = if directory.is_away() { &nobody } else { each };
    let (due, why) = app.unread.note(of, each, app.clock.monotonic());
    let Some(error) = why else { return };
    let reason = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
    let names: Vec<String> = due.iter().take(MOST_NAMES).map(name).collect();
    tracing::warn!(users = due.len(), code = error.code(), reason, "people who are logged on cannot be read");
    let (id, what) = of;
    let directory = app.live.plant().directory(id).map_or_else(String::new, |known| known.name.clone());
    let draft = Draft::failed(EventType::SessionsNotRefreshed, error.code())
        .what("directory", id, &directory)
        .new(&json!({ "users": names, "count": due.len() }))
        .reason(format!("{}: {reason}", what.noun()));
    emergency::tell(app, app.scribe.event(&Origin::server(), draft)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cannot_be_read_for_a_while_is_told_of_once() {
        let (unread, directory) = (Unread::default(), DirectoryId::from_bytes([1; 16]));
        let (one, other) = (Key::from_bytes(b"one"), Key::from_bytes(b"other"));
        let bad = || Err::<(), _>(DirectoryError::Busy);
        let round = |seconds: i64, one_is: Result<(), DirectoryError>| {
            let each = vec![(one.clone(), one_is), (other.clone(), Ok(()))];
            unread.note((directory, What::Groups), &each, seconds * Micros::SECOND).0
        };
        let nobody: [Key; 0] = [];
        assert_eq!([round(0, bad()), round(179, bad())], [vec![], vec![]]);
        assert_eq!(round(180, bad()), std::slice::from_ref(&one));
        assert_eq!(round(999, bad()), nobody, "it was told");
        assert_eq!(
            [round(1_000, Ok(())), round(1_100, bad()), round(1_279, bad())],
            [vec![], vec![], vec![]]
        );
        assert_eq!(round(1_280, bad()), std::slice::from_ref(&one), "it began anew");
        assert_eq!(unread.note((directory, What::Groups), &Each::<()>::new(), 0).0, nobody);
        assert!(unread.0.lock().is_ok_and(|all| all.is_empty()), "nothing is kept of who is gone");
    }
}
