//! The proof that the statements are in the event log.

use super::document::{Entry, Log};
use super::fault::{Place, What};
use super::report::Report;
use crate::anchors::open_any;
use pforte_model::log::checkpoint::{Checkpoint, Verifier};
use pforte_model::log::entry::{SALT_BYTES, record_hash};
use pforte_model::log::proof::check_inclusion;
use pforte_model::log::tree::Hash;
use pforte_model::signature::statement::Digest;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Checks the entries; `statements` are the hashes of the statements.
pub(super) fn check(log: Option<&Log>, keys: &[Verifier], statements: &[Digest], report: &mut Report) {
    let head = log.and_then(|log| head(log, keys, report));
    let mut proved = BTreeSet::new();
    for (nth, entry) in log.iter().flat_map(|log| &log.entries) {
        match one(entry, head.as_ref(), statements) {
            Ok(true) => {
                proved.insert(entry.statement);
            }
            Ok(false) => {}
            Err(what) => report.add(Place::LogEntry(*nth), what),
        }
    }
    report.logged = proved.len();
    report.checkpoint = head;
    if !keys.is_empty() {
        for nth in (0..statements.len()).filter(|nth| !proved.contains(nth)) {
            report.add(Place::Statement(nth), What::NotLogged);
        }
    }
}

fn head(log: &Log, keys: &[Verifier], report: &mut Report) -> Option<Checkpoint> {
    if keys.is_empty() {
        report.add(Place::Document, What::LogUnchecked);
        return None;
    }
    let opened = open_any(log.checkpoint.as_bytes(), keys);
    opened.map_err(|why| report.add(Place::Checkpoint, What::Checkpoint(why))).ok()
}

/// Whether the entry is proved to be in the log; it tells its statement in any case.
fn one(entry: &Entry, head: Option<&Checkpoint>, statements: &[Digest]) -> Result<bool, What> {
    let statement = statements.get(entry.statement).ok_or(What::Stray)?;
    let Some(record) = &entry.record else { return Err(What::EntryPurged) };
    if told(record) != Some(*statement) {
        return Err(What::EntryOther);
    }
    let salt =
        salt(&entry.salt).ok_or_else(|| What::Unfit("not a salt of 32 hexadecimal digits".to_owned()))?;
    let Some(head) = head else { return Ok(false) };
    let leaf = record_hash(record.as_bytes(), &salt);
    let path: Vec<Hash> = entry.path.iter().map(|hash| hash.0).collect();
    check_inclusion(&leaf, entry.sequence, head.size, &path, &head.root)
        .map(|()| true)
        .map_err(|_| What::EntryUnproved)
}

/// A salt, which is written in small hexadecimal digits.
fn salt(text: &str) -> Option<[u8; SALT_BYTES]> {
    let number = u128::from_str_radix(text, 16).ok().filter(|number| format!("{number:032x}") == text);
    number.map(u128::to_be_bytes)
}

/// The hash of the statement that an event tells, whatever else it tells.
fn told(record: &str) -> Option<Digest> {
    #[derive(Deserialize)]
    struct Event {
        new: New,
    }
    #[derive(Deserialize)]
    struct New {
        statement: Digest,
    }
    serde_json::from_str(record).ok().map(|Event { new }| new.statement)
}
