//! People whose sessions run and of whom a directory cannot tell.
//!
//! They keep what they had: nobody is put out of a running plant because an entry
//! cannot be read. That it is so is an event, once it has happened several times in a
//! row. While no server answers at all, the event of that says enough.

use crate::app::App;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_directory::{Directory, DirectoryError, Each, Key};
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
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
    /// How often in a row it fails before that is an event.
    const fn patience(self) -> u32 {
        match self {
            Self::Groups => 3,
            Self::States => 30,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::States => "state",
        }
    }
}

/// How often in a row users could not be read.
#[derive(Default)]
pub struct Unread(Mutex<HashMap<(DirectoryId, What), HashMap<Key, u32>>>);

impl Unread {
    /// Counts who could not be read this time; gives those for whom that has now
    /// happened too often, and why the first of them could not.
    fn count<T>(&self, of: (DirectoryId, What), each: &Each<T>) -> (Vec<Key>, Option<DirectoryError>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.remove(&of).unwrap_or_default();
        let (mut now, mut due, mut why) = (HashMap::new(), Vec::new(), None);
        for (key, told) in each {
            let Err(error) = told else { continue };
            let times = before.get(key).map_or(1, |times| times.saturating_add(1));
            now.insert(key.clone(), times);
            if times == of.1.patience() {
                due.push(key.clone());
                why.get_or_insert_with(|| error.clone());
            }
        }
        if !now.is_empty() {
            all.insert(of, now);
        }
        (due, why)
    }
}

/// Notes what a directory told of users whose sessions run, and tells of those whom it
/// could not read several times in a row. `name` gives the name of one.
pub(crate) async fn note<T: Sync>(
    app: &App,
    of: (DirectoryId, What),
    (directory, each): (&dyn Directory, &Each<T>),
    name: impl Fn(&Key) -> String,
) {
    if directory.is_away() {
        return;
    }
    let (due, why) = app.unread.count(of, each);
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
    fn who_cannot_be_read_several_times_in_a_row_is_told_of_once() {
        let (unread, directory) = (Unread::default(), DirectoryId::from_bytes([1; 16]));
        let (one, other) = (Key::from_bytes(b"one"), Key::from_bytes(b"other"));
        let bad = || Err::<(), _>(DirectoryError::Busy);
        let round = |one_is: Result<(), DirectoryError>| {
            let each = vec![(one.clone(), one_is), (other.clone(), Ok(()))];
            unread.count((directory, What::Groups), &each).0
        };
        assert_eq!([round(bad()), round(bad())], [vec![], vec![]]);
        assert_eq!(round(bad()), std::slice::from_ref(&one));
        assert_eq!([round(bad()), round(bad()), round(bad())], [vec![], vec![], vec![]]);
        assert_eq!([round(Ok(())), round(bad()), round(bad())], [vec![], vec![], vec![]], "not in a row");
        assert_eq!(round(bad()), std::slice::from_ref(&one));
        let nobody = unread.count((directory, What::Groups), &Each::<()>::new());
        assert_eq!(nobody.0, []);
        assert!(unread.0.lock().is_ok_and(|all| all.is_empty()), "nothing is kept of who is gone");
    }
}
