//! One leaf of the log: a salted, versioned encoding of an event.

use super::tree::{Hash, leaf_hash};
use crate::event::Event;

/// The version of the encoding; the first byte of what is hashed.
pub const VERSION: u8 = 1;

/// Bytes of salt. A random salt keeps the hash of a purged record from being
/// guessed by trying likely records. Their number is fixed: what is hashed has no
/// mark between salt and record, so a salt of another length could hide a byte.
pub const SALT_BYTES: usize = 16;

/// The longest record, in bytes.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// Why an event and its record are not each other's.
#[derive(Debug, thiserror::Error)]
pub enum BadRecord {
    /// The record is, or would be, longer than [`MAX_RECORD_BYTES`].
    #[error("the record of an event has at most 1 MiB")]
    TooLong,
    /// The event cannot be written as JSON, or the record is not the JSON of an event.
    #[error("not the record of an event")]
    Json(#[from] serde_json::Error),
}

/// An event as it is stored: the record as JSON text, its salt and its leaf hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record, JSON, byte for byte what is hashed.
    pub record: String,
    /// The salt.
    pub salt: [u8; SALT_BYTES],
    /// The hash of both.
    pub leaf: Hash,
}

impl Entry {
    /// Writes an event down with this salt.
    pub fn new(event: &Event, salt: [u8; SALT_BYTES]) -> Result<Self, BadRecord> {
        let record = serde_json::to_string(event)?;
        if record.len() > MAX_RECORD_BYTES {
            return Err(BadRecord::TooLong);
        }
        let leaf = record_hash(record.as_bytes(), &salt);
        Ok(Self { record, salt, leaf })
    }
}

/// The leaf hash of a record: RFC 6962's hash over version, salt and record.
#[must_use]
pub fn record_hash(record: &[u8], salt: &[u8; SALT_BYTES]) -> Hash {
    leaf_hash(&[&[VERSION], salt, record])
}

/// Reads a record, whoever wrote it. Keys that this version does not know are skipped.
pub fn read(record: &[u8]) -> Result<Event, BadRecord> {
    if record.len() > MAX_RECORD_BYTES {
        return Err(BadRecord::TooLong);
    }
    Ok(serde_json::from_slice(record)?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::event::{Actor, EventType, Outcome, Subject};
    use crate::id::{EventId, NodeId};
    use crate::time::Micros;
    use proptest::prelude::*;

    fn event() -> Event {
        let kind = EventType::UserEdited;
        Event {
            id: EventId::from_bytes([1; 16]),
            node: NodeId::from_bytes([2; 16]),
            at: Micros(1_700_000_000_000_000),
            monotonic: 5,
            zone: 60,
            kind,
            category: kind.category(),
            severity: kind.severity(),
            result: Outcome::Done,
            who: Actor::Claimed { name: "älice\u{1f512}\n".into(), directory: None },
            what: Some(Subject { kind: "user".into(), id: "7".into(), name: "bob".into() }),
            station: None,
            application: None,
            area: None,
            old: Some(serde_json::json!({"label": "Bob"})),
            new: Some(serde_json::json!({"label": null})),
            code: None,
            reason: Some("\u{202e}".into()),
            request: None,
        }
    }

    #[test]
    fn an_event_reads_back_from_its_record() {
        let entry = Entry::new(&event(), [3; 16]).unwrap();
        assert_eq!(read(entry.record.as_bytes()).unwrap(), event());
        assert_eq!(entry.leaf, record_hash(entry.record.as_bytes(), &entry.salt));
    }

    #[test]
    fn a_number_with_a_long_fraction_reads_back_to_the_last_digit() {
        for number in [7.777_777_777_777_778e126, 0.1, f64::MIN_POSITIVE, f64::MAX] {
            let event = Event { old: Some(number.into()), ..event() };
            let entry = Entry::new(&event, [3; 16]).unwrap();
            assert_eq!(read(entry.record.as_bytes()).unwrap(), event, "{number}");
        }
    }

    #[test]
    fn the_encoding_stays_what_it_was() {
        let entry = Entry::new(&event(), [3; 16]).unwrap();
        let leaf = entry.leaf.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            leaf, "fba2ac10546e15e5e9ea7faf07f2389bed339f32d218233d7982104ff1993f82",
            "{}",
            entry.record
        );
    }

    #[test]
    fn record_and_salt_both_count() {
        let leaf = record_hash(b"{}", &[3; 16]);
        assert_ne!(leaf, record_hash(b"{ }", &[3; 16]));
        assert_ne!(leaf, record_hash(b"{}", &[4; 16]));
    }

    #[test]
    fn a_record_that_is_too_long_is_neither_written_nor_read() {
        let long = Event { reason: Some("x".repeat(MAX_RECORD_BYTES)), ..event() };
        assert!(matches!(Entry::new(&long, [3; 16]), Err(BadRecord::TooLong)));
        assert!(matches!(read(&vec![b' '; MAX_RECORD_BYTES + 1]), Err(BadRecord::TooLong)));
    }

    #[test]
    fn a_deeply_nested_record_is_refused_and_no_stack_overflows() {
        let entry = Entry::new(&event(), [3; 16]).unwrap();
        let deep = entry.record.replace("{\"label\":null}", &"[".repeat(200_000));
        assert!(matches!(read(deep.as_bytes()), Err(BadRecord::Json(_))));
    }

    #[test]
    fn a_key_of_a_later_version_is_skipped() {
        let entry = Entry::new(&event(), [3; 16]).unwrap();
        let later = entry.record.replacen('{', "{\"later\":[1,{\"x\":2}],", 1);
        assert_eq!(read(later.as_bytes()).unwrap(), event());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_no_record_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            prop_assert!(read(&bytes).is_err());
        }

        #[test]
        fn a_damaged_record_never_panics(
            cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            end in any::<prop::sample::Index>(),
        ) {
            let mut bytes = Entry::new(&event(), [3; 16]).unwrap().record.into_bytes();
            for (at, byte) in cuts {
                *at.get_mut(&mut bytes) = byte;
            }
            bytes.truncate(end.index(bytes.len()) + 1);
            // Whatever still reads as an event can be written again.
            if let Ok(event) = read(&bytes) {
                prop_assert!(Entry::new(&event, [3; 16]).is_ok());
            }
        }
    }
}
