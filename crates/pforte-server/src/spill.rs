//! The spill: events that could not be written to the log, kept aside.
//!
//! The file is made at full length when all is well, so that writing into it
//! needs no room on a disk that is full. Each line carries the hash of the line
//! before it, so that a line that is changed, removed or inserted is found when
//! the spill is merged into the log.
//!
//! # Invariants
//!
//! - Behind the last line stands a NUL: what an older, longer content left behind
//!   it is not read.
//! - A line is taken away only after the log holds it. The hash of the last line
//!   that was merged stands in the database, so that a crash between the two
//!   merges nothing twice.

use crate::fault::Chain;
use pforte_model::event::Event;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes kept free for events of an emergency: some 8,000 of them.
pub const BYTES: u64 = 4 * 1024 * 1024;

/// Characters of a hash in hexadecimal.
const HASH_CHARS: usize = 64;

/// Why the spill cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpillError {
    /// The system refused.
    #[error("the spill cannot be read or written")]
    Io(#[from] io::Error),
    /// No room is left in it.
    #[error("the spill is full")]
    Full,
    /// An event cannot be written as JSON.
    #[error("the event cannot be written as a record")]
    BadEvent(#[from] serde_json::Error),
}

/// One event in a spill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The event.
    pub event: Event,
    /// The hash of all lines up to this one, hexadecimal.
    pub head: String,
}

/// What was found in a spill.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The lines, in order, up to the first damaged one.
    pub lines: Vec<Line>,
    /// The number of the first line that does not follow the one before it,
    /// counted from 1. What stands behind it cannot be believed.
    pub damaged_at: Option<usize>,
}

impl Found {
    /// Whether there is nothing to merge and nothing to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.damaged_at.is_none()
    }

    /// The hash of the last good line; of 64 zeros if there is none.
    #[must_use]
    pub fn head(&self) -> String {
        self.lines.last().map_or_else(|| hex(&[0; 32]), |line| line.head.clone())
    }

    /// The lines behind the one with this hash; all of them if none has it.
    #[must_use]
    pub fn after(&self, merged: Option<&str>) -> &[Line] {
        let known = self.lines.iter().position(|line| Some(line.head.as_str()) == merged);
        known.and_then(|at| self.lines.get(at + 1..)).unwrap_or(&self.lines)
    }
}

/// The spill of one data folder.
pub struct Spill {
    path: PathBuf,
    /// Open for writing; `None` while the file cannot be.
    file: Option<File>,
    /// Where the next line goes; [`BYTES`] when the file is damaged.
    end: u64,
    head: [u8; 32],
}

impl Spill {
    /// Opens the spill, makes it if it is missing, and reads what is in it.
    /// Where nothing can be written it is opened as well: it is tried again with
    /// each event.
    pub fn open(path: &Path) -> Result<(Self, Found), SpillError> {
        let path = path.to_owned();
        let mut spill = Self { path, file: None, end: 0, head: [0; 32] };
        if let Err(error) = spill.file() {
            tracing::error!(error = %Chain(&error), "nothing can be kept in the spill");
        }
        let found;
        (found, spill.end, spill.head) = spill.look()?;
        Ok((spill, found))
    }

    /// The file, ready to be written.
    fn file(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => make(&self.path)?,
        };
        Ok(self.file.insert(file))
    }

    fn look(&mut self) -> Result<Looked, SpillError> {
        match &mut self.file {
            Some(file) => read(file),
            None if self.path.try_exists()? => read(&mut File::open(&self.path)?),
            None => Ok((Found::default(), 0, [0; 32])),
        }
    }

    /// Keeps an event; it is on the disk when this returns.
    pub fn keep(&mut self, event: &Event) -> Result<(), SpillError> {
        let record = serde_json::to_string(event)?;
        let head = chain(&self.head, record.as_bytes());
        let mut line = format!("{} {record}\n", hex(&head)).into_bytes();
        let next = self.end + u64::try_from(line.len()).unwrap_or(BYTES);
        if next >= BYTES {
            return Err(SpillError::Full);
        }
        line.push(0);
        let end = self.end;
        let file = self.file()?;
        file.seek(SeekFrom::Start(end))?;
        file.write_all(&line)?;
        file.sync_data()?;
        (self.end, self.head) = (next, head);
        Ok(())
    }

    /// What is in it.
    pub fn found(&mut self) -> Result<Found, SpillError> {
        self.look().map(|(found, ..)| found)
    }

    /// Empties it after everything up to the line with the hash `merged` is in the
    /// log. If more was kept meanwhile, nothing is taken away: `false`. What stands
    /// behind a damaged line goes as well.
    pub fn clear(&mut self, merged: &str) -> Result<bool, SpillError> {
        let (found, ..) = self.look()?;
        if found.head() != merged {
            return Ok(false);
        }
        // The first byte alone empties it, whatever becomes of the rest.
        zero(self.file()?, 0..1)?;
        let end = std::mem::take(&mut self.end);
        self.head = [0; 32];
        zero(self.file()?, 1..end)?;
        Ok(true)
    }
}

/// Opens the file for writing. Its room is taken now; on a disk without room it
/// keeps as much as there is.
fn make(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    restrict(&file)?;
    let length = file.metadata()?.len();
    if length < BYTES
        && let Err(error) = zero(&mut file, length..BYTES)
    {
        tracing::error!(error = %Chain(&error), "there is no room to be kept free for the spill");
    }
    Ok(file)
}

/// Writes zeros and waits until they are on the disk; their room is taken then.
fn zero(file: &mut File, bytes: std::ops::Range<u64>) -> io::Result<()> {
    file.seek(SeekFrom::Start(bytes.start))?;
    let length = bytes.end.saturating_sub(bytes.start);
    io::copy(&mut io::repeat(0).take(length), file)?;
    file.sync_all()
}

#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_file: &File) -> io::Result<()> {
    Ok(())
}

/// What is in the file, where the next line goes, and the hash of the last one.
type Looked = (Found, u64, [u8; 32]);

fn read(file: &mut File) -> Result<Looked, SpillError> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(BYTES).read_to_end(&mut bytes)?;
    let (mut found, mut end, mut head) = (Found::default(), 0_u64, [0_u8; 32]);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match whole(line, &head) {
            Some((event, next)) => {
                found.lines.push(Line { event, head: hex(&next) });
                (end, head) = (end + u64::try_from(line.len()).unwrap_or(0), next);
            }
            // The end, or a line that was being written when the power failed.
            None if line.first().is_none_or(|byte| *byte == 0) || !line.ends_with(b"\n") => break,
            None => {
                found.damaged_at = Some(found.lines.len() + 1);
                end = BYTES;
                break;
            }
        }
    }
    Ok((found, end, head))
}

/// A line that follows the one before it.
fn whole(line: &[u8], before: &[u8; 32]) -> Option<(Event, [u8; 32])> {
    let line = line.strip_suffix(b"\n")?;
    let (hash, record) = (line.get(..HASH_CHARS)?, line.get(HASH_CHARS + 1..)?);
    let head = chain(before, record);
    (hash == hex(&head).as_bytes()).then_some(())?;
    Some((serde_json::from_slice(record).ok()?, head))
}

fn chain(before: &[u8; 32], record: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(record).finalize().into()
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(HASH_CHARS), |text, byte| format!("{text}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use pforte_model::event::{Actor, EventType, Outcome};
    use pforte_model::id::{EventId, NodeId};
    use pforte_model::time::Micros;
    use tempfile::TempDir;

    fn event(number: u8) -> Event {
        let kind = EventType::LoggedOn;
        Event {
            id: EventId::from_bytes([number; 16]),
            node: NodeId::from_bytes([1; 16]),
            at: Micros(i64::from(number)),
            monotonic: 0,
            zone: 0,
            kind,
            category: kind.category(),
            severity: kind.severity(),
            result: Outcome::Done,
            who: Actor::Server,
            what: None,
            station: None,
            application: None,
            area: None,
            old: None,
            new: None,
            code: None,
            reason: None,
            request: None,
        }
    }

    /// A spill with these events, and where it is.
    fn with(events: std::ops::Range<u8>) -> (TempDir, PathBuf, Spill) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spill");
        let (mut spill, found) = Spill::open(&path).unwrap();
        assert!(found.is_empty());
        events.for_each(|number| spill.keep(&event(number)).unwrap());
        (folder, path, spill)
    }

    fn numbers(found: &Found) -> Vec<i64> {
        found.lines.iter().map(|line| line.event.at.0).collect()
    }

    /// Opens it again after its text was changed by somebody.
    fn changed(path: &Path, change: impl Fn(Vec<&str>) -> Vec<String>) -> Found {
        let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        let lines = text.trim_end_matches('\0').lines().collect();
        let text = change(lines).into_iter().fold(String::new(), |text, line| text + &line + "\n");
        std::fs::write(path, text).unwrap();
        Spill::open(path).unwrap().1
    }

    fn owned(lines: Vec<&str>) -> Vec<String> {
        lines.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn what_was_kept_is_found_again_after_a_restart() {
        let (_folder, path, spill) = with(0..5);
        drop(spill);
        let (mut spill, found) = Spill::open(&path).unwrap();
        assert_eq!((numbers(&found), found.damaged_at), (vec![0, 1, 2, 3, 4], None));
        spill.keep(&event(5)).unwrap();
        assert_eq!(numbers(&spill.found().unwrap()), [0, 1, 2, 3, 4, 5]);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), BYTES);
    }

    #[test]
    fn a_line_that_was_changed_removed_or_inserted_is_named() {
        let (_folder, path, _) = with(0..5);
        let found = changed(&path, |lines| {
            owned(lines).into_iter().map(|line| line.replace("\"at\":2", "\"at\":9")).collect()
        });
        assert_eq!((numbers(&found), found.damaged_at), (vec![0, 1], Some(3)));
        let (_folder, path, _) = with(0..5);
        let found = changed(&path, |mut lines| {
            lines.remove(1);
            owned(lines)
        });
        assert_eq!((numbers(&found), found.damaged_at), (vec![0], Some(2)));
        let (_folder, path, _) = with(0..5);
        let found = changed(&path, |mut lines| {
            lines.extend(lines.first().copied());
            lines.swap(4, 5);
            owned(lines)
        });
        assert_eq!((numbers(&found), found.damaged_at), (vec![0, 1, 2, 3], Some(5)));
        assert!(!found.is_empty());
    }

    #[test]
    fn a_damaged_spill_takes_nothing_more_until_it_was_emptied() {
        let (_folder, path, _) = with(0..3);
        let found = changed(&path, |lines| vec![lines[1].to_owned()]);
        assert_eq!(found.damaged_at, Some(1));
        let (mut spill, found) = Spill::open(&path).unwrap();
        assert!(matches!(spill.keep(&event(7)), Err(SpillError::Full)));
        assert!(spill.clear(&found.head()).unwrap());
        spill.keep(&event(8)).unwrap();
        assert_eq!(numbers(&spill.found().unwrap()), [8]);
    }

    #[test]
    fn a_line_that_was_being_written_at_a_loss_of_power_is_no_damage() {
        let (_folder, path, _) = with(0..3);
        let mut bytes = std::fs::read(&path).unwrap();
        let ends: Vec<usize> =
            bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        bytes[ends[2] - 20..=ends[2]].fill(0);
        std::fs::write(&path, bytes).unwrap();
        let (mut spill, found) = Spill::open(&path).unwrap();
        assert_eq!((numbers(&found), found.damaged_at), (vec![0, 1], None));
        spill.keep(&event(7)).unwrap();
        assert_eq!(numbers(&spill.found().unwrap()), [0, 1, 7]);
    }

    #[test]
    fn what_was_kept_after_the_merged_lines_is_not_taken_away_with_them() {
        let (_folder, _path, mut spill) = with(0..3);
        let merged = spill.found().unwrap().head();
        spill.keep(&event(3)).unwrap();
        assert!(!spill.clear(&merged).unwrap());
        let found = spill.found().unwrap();
        let left: Vec<_> = found.after(Some(&merged)).iter().map(|line| line.event.at.0).collect();
        assert_eq!(left, [3]);
        assert_eq!(found.after(Some("another")).len(), 4);
        assert!(spill.clear(&found.head()).unwrap());
        assert!(spill.found().unwrap().is_empty());
    }

    #[test]
    fn a_shorter_content_hides_what_stood_there_before() {
        let (_folder, path, mut spill) = with(0..5);
        let head = spill.found().unwrap().head();
        assert!(spill.clear(&head).unwrap());
        spill.keep(&event(9)).unwrap();
        assert_eq!(numbers(&Spill::open(&path).unwrap().1), [9]);
    }

    #[test]
    fn a_full_spill_says_so_and_keeps_what_it_has() {
        let (_folder, path, mut spill) = with(0..1);
        let long = Event { reason: Some("x".repeat(60_000)), ..event(1) };
        let kept = (0..100).take_while(|_| spill.keep(&long).is_ok()).count();
        assert!((60..70).contains(&kept), "{kept}");
        assert!(matches!(spill.keep(&long), Err(SpillError::Full)));
        assert_eq!(Spill::open(&path).unwrap().1.lines.len(), kept + 1);
    }
}
