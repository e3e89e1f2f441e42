//! Reads a document into its sections. A fault in one hides nothing of the others.

use super::MAX_BYTES;
use super::fault::{Place, What};
use super::keys::Keys;
use super::report::Report;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use pforte_model::log::proof::MAX_HASHES;
use pforte_model::signature::canonical;
use pforte_model::signature::rules::Rules;
use pforte_model::signature::statement::Digest;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// The format that is read.
pub const FORMAT: &str = "pforte-signatures/1";

/// The most statements: an opening, all signatures that rules can ask for, an ending.
pub const MAX_STATEMENTS: usize = 2 + Rules::MOST_STEPS * 5;

/// The most keys that a document brings: one for each statement.
const MAX_KEYS: usize = MAX_STATEMENTS;

/// The sections of a document, as far as they can be read.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) statements: Vec<String>,
    pub(super) record: Option<Vec<u8>>,
    pub(super) keys: Keys,
    pub(super) log: Option<Log>,
    pub(super) timestamps: Vec<(usize, Timestamp)>,
}

/// What shows that the statements are in the event log.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) checkpoint: String,
    /// With their numbers; those that cannot be read are left out.
    pub(super) entries: Vec<(usize, Entry)>,
}

/// One entry of the log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) statement: usize,
    pub(super) sequence: u64,
    /// `None` if it was purged.
    #[serde(default)]
    pub(super) record: Option<String>,
    pub(super) salt: String,
    pub(super) path: Vec<Digest>,
}

/// A time stamp of an authority.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Timestamp {
    pub(super) statement: usize,
    /// An RFC 3161 token.
    #[serde(deserialize_with = "base64")]
    pub(super) token: Vec<u8>,
}

fn base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    BASE64.decode(String::deserialize(from)?).map_err(|_| D::Error::custom("not base64"))
}

/// Reads what can be read and writes down what cannot.
pub(super) fn read(bytes: &[u8], report: &mut Report) -> Document {
    if bytes.len() > MAX_BYTES {
        report.add(Place::Document, What::TooLong);
        return Document::default();
    }
    match canonical::read(bytes) {
        Ok(Value::Object(map)) => sections(map, report),
        Ok(_) => {
            report.add(Place::Document, What::OtherFormat);
            Document::default()
        }
        Err(bad) => {
            report.add(Place::Document, What::NotJson(bad));
            Document::default()
        }
    }
}

fn sections(mut map: Map<String, Value>, report: &mut Report) -> Document {
    if map.remove("format").as_ref().and_then(Value::as_str) != Some(FORMAT) {
        report.add(Place::Document, What::OtherFormat);
    }
    let statements: Vec<String> = section(&mut map, "statements", report).unwrap_or_default();
    let statements = few(statements, MAX_STATEMENTS, "statements", report);
    if statements.is_empty() {
        report.add(Place::Document, What::Empty);
    }
    let record = map.remove("record").and_then(|record| match base64(record) {
        Ok(record) => Some(record),
        Err(why) => {
            report.add(Place::Record, What::Unfit(why.to_string()));
            None
        }
    });
    let keys = keys(section(&mut map, "keys", report).unwrap_or_default(), report);
    let log = map.remove("log").and_then(|log| self::log(log, report));
    let timestamps = section(&mut map, "timestamps", report).unwrap_or_default();
    let timestamps = each(timestamps, Place::Timestamp, "time stamps", report);
    for key in map.keys() {
        report.add(Place::Document, What::Unfit(format!("unknown key {:?}", shortened(key))));
    }
    Document { statements, record, keys, log, timestamps }
}

/// The beginning of a text that somebody else chose.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A section in its own form; `None` if it is not there or is written down as unfit.
fn section<T: DeserializeOwned>(map: &mut Map<String, Value>, name: &str, report: &mut Report) -> Option<T> {
    match serde_json::from_value(map.remove(name)?) {
        Ok(section) => Some(section),
        Err(error) => {
            report.add(Place::Document, What::Unfit(format!("{name}: {}", in_words(&error))));
            None
        }
    }
}

/// What is wrong, without the place in a text that nobody has.
pub(super) fn in_words(error: &serde_json::Error) -> String {
    shortened_words(&error.to_string())
}

fn shortened_words(text: &str) -> String {
    let short: String = text.chars().take(200).collect();
    if short.len() < text.len() { format!("{short} ...") } else { short }
}

/// No more than `most` of a list.
fn few<T>(mut list: Vec<T>, most: usize, what: &'static str, report: &mut Report) -> Vec<T> {
    if list.len() > most {
        report.add(Place::Document, What::TooMany(what));
        list.truncate(most);
    }
    list
}

/// Each item of a list in its own form, with its number.
fn each<T: DeserializeOwned>(
    list: Vec<Value>,
    place: fn(usize) -> Place,
    what: &'static str,
    report: &mut Report,
) -> Vec<(usize, T)> {
    let mut read = Vec::new();
    for (nth, item) in few(list, MAX_STATEMENTS, what, report).into_iter().enumerate() {
        match serde_json::from_value(item) {
            Ok(item) => read.push((nth, item)),
            Err(error) => report.add(place(nth), What::Unfit(in_words(&error))),
        }
    }
    read
}

fn keys(jwks: Vec<Value>, report: &mut Report) -> Keys {
    let mut keys = Keys::default();
    for (nth, jwk) in few(jwks, MAX_KEYS, "keys", report).into_iter().enumerate() {
        if let Err(why) = keys.add(jwk) {
            report.add(Place::Key(nth), What::Unfit(shortened_words(&why)));
        }
    }
    keys
}

fn log(log: Value, report: &mut Report) -> Option<Log> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parts {
        checkpoint: String,
        entries: Vec<Value>,
    }
    match serde_json::from_value::<Parts>(log) {
        Ok(Parts { checkpoint, entries }) => {
            let mut entries: Vec<(usize, Entry)> = each(entries, Place::LogEntry, "log entries", report);
            entries.retain(|(nth, entry)| {
                let fits = entry.path.len() <= MAX_HASHES;
                if !fits {
                    report.add(Place::LogEntry(*nth), What::TooMany("hashes"));
                }
                fits
            });
            Some(Log { checkpoint, entries })
        }
        Err(error) => {
            report.add(Place::Document, What::Unfit(format!("log: {}", in_words(&error))));
            None
        }
    }
}
