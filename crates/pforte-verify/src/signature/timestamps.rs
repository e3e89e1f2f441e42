//! Time stamps of an authority (RFC 3161). A document stands without them; one that
//! is there and wrong breaks it, if it is known whose count.

use super::document::Timestamp;
use super::fault::{Place, What};
use super::report::Report;
use crate::time_stamp::{self, Authority};
use std::collections::BTreeSet;

/// Checks each time stamp against the text that it names.
pub(super) fn check(
    timestamps: &[(usize, Timestamp)],
    texts: &[String],
    authorities: &[Authority],
    report: &mut Report,
) {
    let mut stamped = BTreeSet::new();
    for (nth, Timestamp { statement, token }) in timestamps {
        let found = match texts.get(*statement) {
            None => What::Stray,
            Some(_) if token.is_empty() => What::Unfit("an empty token".to_owned()),
            Some(_) if authorities.is_empty() => What::StampUnchecked,
            Some(text) => match time_stamp::check(token, text, authorities) {
                Err(why) => What::Stamp(why),
                Ok(shown) => {
                    stamped.insert(*statement);
                    What::Stamped(shown.at)
                }
            },
        };
        report.add(Place::Timestamp(*nth), found);
    }
    report.stamped = stamped.len();
}
