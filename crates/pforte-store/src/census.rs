//! The census: every statement of the store, prepared on the engine at hand.

use crate::engine::{Conn, Sql};
use crate::error::{Result, StoreError};
use crate::{
    applications, areas, assignments, configured, directories, events, groups, known, local, log, migrate,
    persons, rights, roles, sessions, setup, signature_keys, signature_policies, signature_records,
    signature_requests, stations, throttle, users, webhooks,
};

/// What an engine says of one statement.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The statement.
    pub sql: Sql,
    /// Its parameters' classes as the engine infers them (on SQLite their number
    /// alone, each an empty text), or why it refuses the statement.
    pub parameters: Result<Vec<String>, StoreError>,
}

/// Every statement that both engines get.
#[must_use]
pub fn common() -> Vec<Sql> {
    [
        applications::ALL,
        areas::ALL,
        assignments::ALL,
        configured::ALL,
        directories::ALL,
        events::ALL,
        groups::ALL,
        known::ALL,
        local::ALL,
        log::ALL,
        log::WRITES,
        migrate::ALL,
        persons::ALL,
        rights::ALL,
        roles::ALL,
        sessions::ALL,
        setup::ALL,
        signature_keys::ALL,
        signature_policies::ALL,
        signature_records::ALL,
        signature_requests::ALL,
        stations::ALL,
        throttle::ALL,
        users::ALL,
        webhooks::ALL,
    ]
    .concat()
}

/// Prepares every statement that this connection's engine gets.
pub async fn prepare_all(conn: &mut Conn) -> Vec<Prepared> {
    let mut prepared = Vec::new();
    for sql in common().iter().chain(conn.only_here()) {
        let parameters = conn.parameters(*sql).await;
        prepared.push(Prepared { sql: *sql, parameters });
    }
    prepared
}
