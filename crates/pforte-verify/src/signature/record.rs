//! The record: the bytes that were signed by their hash.

use super::fault::{Place, What};
use super::report::Report;
use aws_lc_rs::digest::{SHA256, digest};
use pforte_model::signature::canonical;
use pforte_model::signature::statement::{Form, Opening, Record};
use std::borrow::Cow;

/// Compares the record in the document and the one beside it with what was signed.
pub(super) fn check(opening: &Opening, own: Option<&[u8]>, other: Option<&[u8]>, report: &mut Report) {
    let shown = [(Place::Record, own), (Place::OtherRecord, other)];
    for (place, bytes) in shown.iter().filter_map(|(place, bytes)| bytes.map(|bytes| (*place, bytes))) {
        match opening.record.as_ref().map_or(Err(What::RecordUnsigned), |signed| compare(signed, bytes)) {
            Ok(()) => report.records += 1,
            Err(what) => report.add(place, what),
        }
    }
    if opening.record.is_some() && own.is_none() && other.is_none() {
        report.add(Place::Document, What::RecordNotShown);
    }
}

fn compare(signed: &Record, bytes: &[u8]) -> Result<(), What> {
    let hashed = match signed.form {
        Form::Bytes => Cow::Borrowed(bytes),
        Form::Jcs => Cow::Owned(canonical::canonical(bytes).map_err(What::RecordNotJson)?),
    };
    if digest(&SHA256, &hashed).as_ref() != signed.sha256.0 {
        return Err(What::RecordAltered);
    }
    match signed.bytes {
        Some(length) if u64::try_from(hashed.len()) != Ok(length) => Err(What::RecordLength),
        _ => Ok(()),
    }
}
