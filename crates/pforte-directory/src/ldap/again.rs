//! Who was found before is read, not searched: one read tells the person and all
//! groups.
//!
//! What is remembered is only where to look. The entry itself says at each log-on
//! whether the name is still its own; if not, the name is searched anew.

use super::directory::ActiveDirectory;
use super::entry::{self, AGAIN};
use super::fault::{DirectoryError, Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::{Entry, Search};
use super::name::{self, Form, SAM, UPN};
use crate::directory::Found;
use pforte_model::name::{LoginName, fold};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most names that are remembered; beyond it all are forgotten.
const MOST: usize = 20_000;

/// Names that were found, and whose they were.
#[derive(Default)]
pub(super) struct Names(Mutex<HashMap<String, ObjectGuid>>);

impl Names {
    pub(super) fn learn(&self, login: &LoginName, guid: ObjectGuid) {
        // Beyond ASCII the directory has its own idea of which letters are the same.
        if !login.written().is_ascii() {
            return;
        }
        let mut names = self.lock();
        if names.len() >= MOST {
            names.clear();
        }
        names.insert(login.as_str().to_owned(), guid);
    }

    fn known(&self, login: &LoginName) -> Option<ObjectGuid> {
        self.lock().get(login.as_str()).copied().filter(|_| login.written().is_ascii())
    }

    fn forget(&self, login: &LoginName) {
        self.lock().remove(login.as_str());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, ObjectGuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActiveDirectory {
    /// The user whom this name meant before, if it still does.
    pub(super) async fn found_again(&self, login: &LoginName) -> Result<Option<Found>, DirectoryError> {
        let Some(guid) = self.names.known(login) else { return Ok(None) };
        let read = match self.pool.read(Search::entry(guid.dn(), AGAIN)).await {
            Err(DirectoryError::Refused(Fault { kind: FaultKind::BaseMissing, .. })) => None,
            other => other?.entries.into_iter().next(),
        };
        let Some(read) = read.filter(|read| is_meant(read, login) && is_below(read, &self.base)) else {
            self.names.forget(login);
            return Ok(None);
        };
        let found = entry::user(&read, (self.clock)()).map_err(DirectoryError::Refused)?;
        // Groups that may not be read are told where they are asked for.
        Ok(Some(Found { told: entry::worked_out(&read).ok(), ..found }))
    }
}

/// Whether a name is an entry's own, and nobody's who would be preferred.
fn is_meant(read: &Entry, login: &LoginName) -> bool {
    let is = |attribute, value: &str| read.text(attribute).is_some_and(|text| fold(text) == value);
    name::is_person(read)
        && match name::form(login.as_str()) {
            Some(Form::Account(account) | Form::Down { account, .. }) => is(SAM, account),
            // By its account name too, unless another one has it as principal name.
            Some(Form::Principal { whole, .. }) => is(UPN, whole),
            None => false,
        }
}

/// Whether an entry stands where the search begins. One that is written in another
/// way is searched.
fn is_below(read: &Entry, base: &str) -> bool {
    let (dn, base) = (read.dn.to_lowercase(), base.to_lowercase());
    dn.strip_suffix(&base).is_some_and(|rest| rest.is_empty() || rest.ends_with(','))
}
