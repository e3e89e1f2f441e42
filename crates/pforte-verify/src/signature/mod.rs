//! Checks a document of electronic signatures, years later and without a server.
//!
//! # What it can show
//!
//! - Each statement is signed with a key that was **trusted beforehand**. Without
//!   one a document is at best [`Verdict::Unproven`]: anybody can make a key.
//! - Each statement names the first one and the one before it by their hashes, so
//!   none can be taken out between others, put in, moved or used elsewhere.
//! - The whole request is lived again by the rules that stand in its first
//!   statement. Whoever owns the key cannot make it complete without all that the
//!   rules ask for.
//! - A record, in the document or beside it, is the one that was signed, or it shows
//!   as unsigned.
//! - With a key of the event log: the statements are in the log.
//! - With the certificate of a time stamp authority: a statement was there at a time.
//!
//! What it cannot show: that nothing came after a document whose request was still
//! running; that the plant told the truth about who held which role.
//!
//! # Where to start reading
//!
//! [`check`] is the way through; [`xml`] unwraps a document, `statements` checks texts, `replay` checks rules,
//! [`Report`] is what comes of it.

mod document;
mod fault;
mod keys;
mod log;
mod record;
mod replay;
mod report;
mod statements;
mod timestamps;
pub mod xml;

#[cfg(test)]
mod tests;

pub use document::{FORMAT, MAX_STATEMENTS};
pub use fault::{Place, What};
pub use keys::{BadKeys, Keys, MAX_KEY_BYTES, MAX_KEYS};
pub use report::{Finding, Report, Shown, Verdict};

use crate::time_stamp::Authority;
use pforte_model::log::checkpoint::Verifier;

/// The longest document that is read, in bytes.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;

/// What is known before the document is read, from places that whoever made the
/// document could not write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expect<'a> {
    /// The plant's signature keys, the present one and older ones; `None` if none is known.
    pub keys: Option<&'a Keys>,
    /// The keys of the plant's event log; none if the log is not to be looked at.
    pub log_keys: &'a [Verifier],
    /// The record, if it is kept beside the document.
    pub record: Option<&'a [u8]>,
    /// The authorities whose time stamps count; none if they are not to be looked at.
    pub time_stamp_authorities: &'a [Authority],
}

/// Checks a document, JSON or XML.
#[must_use]
pub fn check(bytes: &[u8], expect: &Expect<'_>) -> Report {
    let mut report = Report { trusted: expect.keys.is_some(), ..Report::default() };
    if bytes.len() <= MAX_BYTES && xml::is_meant(bytes) {
        if let Some(json) = xml::open(bytes, expect.keys, &mut report) {
            check_json(&json, expect, &mut report);
        }
    } else {
        check_json(bytes, expect, &mut report);
    }
    if !report.trusted {
        report.add(Place::Document, What::Unproven);
    }
    report.finish()
}

fn check_json(bytes: &[u8], expect: &Expect<'_>, report: &mut Report) {
    let document = document::read(bytes, report);
    let texts = &document.statements;
    report.statements = texts.len();
    let chain = statements::check(texts, expect.keys, &document.keys, report);
    replay::check(&chain, report);
    if let Some(opening) = chain.opening() {
        record::check(opening, document.record.as_deref(), expect.record, report);
    }
    log::check(document.log.as_ref(), expect.log_keys, &chain.hashes, report);
    timestamps::check(&document.timestamps, texts, expect.time_stamp_authorities, report);
}
