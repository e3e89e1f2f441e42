//! Time stamps of an authority (RFC 3161). That they are there is told; this
//! program does not look into a token, and a document stands without them.

use super::document::Timestamp;
use super::fault::{Place, What};
use super::report::Report;
use std::collections::BTreeSet;

/// Tells which statements have a time stamp.
pub(super) fn check(timestamps: &[(usize, Timestamp)], statements: usize, report: &mut Report) {
    let mut stamped = BTreeSet::new();
    for (nth, Timestamp { statement, token }) in timestamps {
        if *statement >= statements {
            report.add(Place::Timestamp(*nth), What::Stray);
        } else if token.is_empty() {
            report.add(Place::Timestamp(*nth), What::Unfit("an empty token".to_owned()));
        } else {
            stamped.insert(*statement);
            report.add(Place::Timestamp(*nth), What::StampUnchecked);
        }
    }
    report.stamped = stamped.len();
}
