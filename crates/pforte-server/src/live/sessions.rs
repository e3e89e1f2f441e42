//! All running sessions, by token, by identity and by station.

use super::session::Session;
use crate::token::TokenHash;
use pforte_model::id::{SessionId, StationId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The running sessions. At a station there is at most one.
#[derive(Default)]
pub struct Sessions {
    tables: RwLock<Tables>,
}

#[derive(Default)]
struct Tables {
    by_token: HashMap<TokenHash, Arc<Session>>,
    by_id: HashMap<SessionId, Arc<Session>>,
    by_station: HashMap<StationId, Arc<Session>>,
    displaced: Vec<Arc<Session>>,
}

impl Sessions {
    /// The session with this token.
    #[must_use]
    pub fn by_token(&self, token: &TokenHash) -> Option<Arc<Session>> {
        self.read().by_token.get(token).cloned()
    }

    /// The session with this identity.
    #[must_use]
    pub fn by_id(&self, id: SessionId) -> Option<Arc<Session>> {
        self.read().by_id.get(&id).cloned()
    }

    /// The session of who is in charge at a station.
    #[must_use]
    pub fn at(&self, station: StationId) -> Option<Arc<Session>> {
        self.read().by_station.get(&station).cloned()
    }

    /// Every running session, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Session>> {
        self.read().by_id.values().cloned().collect()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.read().by_id.len()
    }

    /// Puts a session in force; at a station it takes the place of the one
    /// before. Only to be called by a commit hook.
    pub fn insert(&self, session: &Arc<Session>) {
        let mut tables = self.write();
        if let Some(station) = session.station
            && let Some(before) = tables.by_station.insert(station, Arc::clone(session))
        {
            tables.by_token.remove(&before.token);
            tables.by_id.remove(&before.id);
            tables.displaced.push(before);
        }
        tables.by_token.insert(session.token, Arc::clone(session));
        tables.by_id.insert(session.id, Arc::clone(session));
    }

    /// Puts a session in the place of the one with the same identity; one that is
    /// no longer running stays away. Only to be called by a commit hook.
    pub fn renew(&self, session: &Arc<Session>) {
        let mut tables = self.write();
        let Some(running) = tables.by_id.get_mut(&session.id) else { return };
        *running = Arc::clone(session);
        tables.by_token.insert(session.token, Arc::clone(session));
        if let Some(here) = session.station.and_then(|station| tables.by_station.get_mut(&station))
            && here.id == session.id
        {
            *here = Arc::clone(session);
        }
    }

    /// Takes the sessions that lost their station to another log-on at the same
    /// moment; they are still to be ended in the database.
    #[must_use]
    pub fn take_displaced(&self) -> Vec<Arc<Session>> {
        std::mem::take(&mut self.write().displaced)
    }

    /// Takes a session away; its token no longer counts from here on. Only to be
    /// called by a commit hook.
    pub fn remove(&self, id: SessionId) -> Option<Arc<Session>> {
        let mut tables = self.write();
        let session = tables.by_id.remove(&id)?;
        tables.by_token.remove(&session.token);
        if let Some(station) = session.station
            && tables.by_station.get(&station).is_some_and(|now| now.id == id)
        {
            tables.by_station.remove(&station);
        }
        Some(session)
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}
