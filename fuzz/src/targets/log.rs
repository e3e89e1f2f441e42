//! What claims to be of a log: checkpoints, proofs, records, whole tables.

use super::{reads_back, text};
use pforte_model::log::checkpoint::{Signer, Verifier, open};
use pforte_model::log::entry::{Entry, read, record_hash};
use pforte_model::log::proof::{Plan, check_consistency, check_inclusion};
use pforte_model::log::tree::{Frontier, Hash};
use pforte_verify::{Audit, Expect, Head, MAX_FINDINGS, Records, Row};

/// The log of the seeds: its name and the secret of its key.
const LOG: (&str, [u8; 32]) = ("plant.example/log", [7; 32]);

/// Entries of the log of the seeds.
const SIZE: u64 = 5;

/// The records and the heads of the log of the seeds.
struct Genuine {
    key: Verifier,
    leaves: Vec<Hash>,
    /// The note at each size.
    notes: Vec<String>,
}

fn genuine() -> Option<Genuine> {
    let signer = Signer::new(LOG.0, &LOG.1).ok()?;
    let leaves: Vec<Hash> = (0..SIZE).map(|n| record_hash(record_of(n).as_bytes(), &salt_of(n))).collect();
    let mut tree = Frontier::default();
    let mut notes = vec![signer.sign(0, &tree.root())];
    for leaf in &leaves {
        tree.push(*leaf);
        notes.push(signer.sign(tree.size(), &tree.root()));
    }
    Some(Genuine { key: signer.verifier().clone(), leaves, notes })
}

fn record_of(sequence: u64) -> String {
    let id = "018bcfe5-6800-7fff-bfff-ffffffffffff";
    format!(
        r#"{{"id":"{id}","node":"{id}","at":{sequence},"monotonic":2,"zone":0,"type":"logged-off","category":"session","severity":"info","result":"done","who":{{"kind":"server"}}}}"#
    )
}

fn salt_of(sequence: u64) -> [u8; 16] {
    (u128::from(sequence) + 1).to_be_bytes()
}

/// A signed note, or the text of a key.
pub(super) fn checkpoint(bytes: &[u8]) -> bool {
    let Some(genuine) = genuine() else { return false };
    let note = text(bytes);
    if let Ok(key) = note.parse::<Verifier>() {
        reads_back(&key, &key.to_string(), str::parse);
        assert_eq!(key.to_string(), note, "two texts are one key");
    }
    let Ok(opened) = open(note, &genuine.key) else { return false };
    // Nobody signs but the log itself, and it signed these alone.
    let own = usize::try_from(opened.size).ok().and_then(|size| genuine.notes.get(size));
    let own = own.and_then(|own| open(own, &genuine.key).ok());
    assert_eq!(own, Some(opened), "a forged checkpoint is believed");
    true
}

/// A proof: two numbers, then hashes. It holds only if it is the right one.
pub(super) fn proof(bytes: &[u8]) -> bool {
    let Some(genuine) = genuine() else { return false };
    let (Some(first), Some(second)) = (number(bytes, 0), number(bytes, 8)) else { return false };
    let hashes: Vec<Hash> = bytes.get(16..).unwrap_or_default().as_chunks::<32>().0.to_vec();
    let root = |size: u64| {
        let count = usize::try_from(size).ok().filter(|count| *count <= genuine.leaves.len())?;
        Some(genuine.leaves.iter().take(count).copied().collect::<Frontier>().root())
    };
    let (size, tip) = (SIZE, root(SIZE).unwrap_or_default());
    let leaf = usize::try_from(second).ok().and_then(|place| genuine.leaves.get(place));
    let leaf = leaf.copied().unwrap_or([1; 32]);
    let included = check_inclusion(&leaf, first, size, &hashes, &tip).is_ok();
    assert!(!included || first == second, "an entry is proved to be where another is");
    let old = root(second).unwrap_or([2; 32]);
    let grown = check_consistency((first, &old), (size, &tip), &hashes).is_ok();
    assert!(!grown || (root(first) == Some(old)), "a log that never was is proved");
    for plan in [Plan::inclusion(first, second), Plan::consistency(first, second)].into_iter().flatten() {
        assert!(plan.tiles().len() <= 128 && plan.combine(|_| None).is_err() != plan.tiles().is_empty());
    }
    included || grown
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().copied().map(u64::from_be_bytes)
}

/// The record of an entry.
pub(super) fn record(bytes: &[u8]) -> bool {
    let Ok(event) = read(bytes) else { return false };
    let Ok(entry) = Entry::new(&event, [3; 16]) else {
        unreachable!("an event that was read cannot be written: {event:?}")
    };
    let again = read(entry.record.as_bytes());
    assert!(again.is_ok_and(|again| again == event), "{}", entry.record);
    assert_eq!(entry.leaf, record_hash(entry.record.as_bytes(), &[3; 16]));
    true
}

/// The tables of a log: fields that begin with their length, in the order in which
/// an audit takes them. They are called genuine only if they are.
pub(super) fn audit(bytes: &[u8]) -> bool {
    let Some(genuine) = genuine() else { return false };
    let mut fields = Fields(bytes);
    let (size, frontier, note) = (fields.signed(), fields.next(), fields.next());
    let head = Head { size, frontier, note };
    let expect = Expect { keys: vec![genuine.key], purged_before: 0, records: Records::Read };
    let mut audit = Audit::new(expect, &head);
    let mut found = Vec::new();
    while let Some(kind) = fields.kind() {
        match kind % 4 {
            0 => audit.elsewhere(fields.next()),
            1 => audit.checkpoint(fields.signed(), fields.next()),
            2 => audit.tile(fields.signed(), fields.signed(), fields.next()),
            _ => {
                let sequence = fields.signed();
                let (record, salt, leaf) = (fields.next(), fields.next(), fields.next());
                found.push((sequence, record, salt));
                audit.row(&Row { sequence, record: Some(record), salt, leaf });
            }
        }
    }
    let report = audit.finish();
    assert!(report.findings.len() <= MAX_FINDINGS + 1);
    assert!(report.findings.iter().all(|finding| !finding.to_string().is_empty()));
    if report.is_genuine() {
        let size = report.head.map_or(0, |head| head.size);
        let rows: Vec<_> = (0..size).map(|n| (n, record_of(n), salt_of(n))).collect();
        let rows: Vec<_> =
            rows.iter().map(|(n, record, salt)| (signed(*n), record.as_bytes(), salt.as_slice())).collect();
        assert_eq!(found, rows, "a log that never was is called genuine");
    }
    true
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Fields with their lengths in front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn kind(&mut self) -> Option<u8> {
        let (kind, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*kind)
    }

    /// As much as there is of the next field.
    fn next(&mut self) -> &'a [u8] {
        let Some((length, rest)) = self.0.split_first_chunk::<2>() else {
            return std::mem::take(&mut self.0);
        };
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (field, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        self.0 = rest;
        field
    }

    fn signed(&mut self) -> i64 {
        let (number, rest) = self.0.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        self.0 = rest;
        i64::from_be_bytes(*number)
    }
}
