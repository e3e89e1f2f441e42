//! The spill: events that could not be written to the log, kept aside.
//!
//! The file is made at full length when all is well, so that writing into it
//! needs no room on a disk that is full. Each line carries the hash of the line
//! before it, so that a line that is changed, removed or inserted is found when
//! the spill is merged into the log.

use pforte_model::event::Event;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Bytes kept free for events of an emergency: some 8,000 of them.
pub const BYTES: u64 = 4 * 1024 * 1024;

/// Bytes of a hash in hexadecimal and the space behind it.
const HASH_CHARS: usize = 65;

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

/// What was found in a spill.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The events, in order, up to the first damaged line.
    pub events: Vec<Event>,
    /// The number of the first line that was changed, counted from 1.
    pub damaged_at: Option<usize>,
    /// The hash of the last good line, hexadecimal.
    pub head: String,
}

/// The spill of one data folder.
pub struct Spill {
    file: File,
    end: u64,
    head: [u8; 32],
}

impl Spill {
    /// Opens the spill, makes it if it is missing, and reads what is in it.
    pub fn open(path: &Path) -> Result<(Self, Found), SpillError> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        restrict(&file)?;
        if file.metadata()?.len() < BYTES {
            reserve(&mut file)?;
        }
        let (found, end, head) = read(&mut file)?;
        Ok((Self { file, end, head }, found))
    }

    /// Keeps an event; it is on the disk when this returns.
    pub fn keep(&mut self, event: &Event) -> Result<(), SpillError> {
        let record = serde_json::to_string(event)?;
        let head = chain(&self.head, record.as_bytes());
        let line = format!("{} {record}\n", hex(&head));
        let length = u64::try_from(line.len()).unwrap_or(BYTES);
        if self.end + length > BYTES {
            return Err(SpillError::Full);
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        (self.end, self.head) = (self.end + length, head);
        Ok(())
    }

    /// The events in it.
    pub fn found(&mut self) -> Result<Found, SpillError> {
        read(&mut self.file).map(|(found, ..)| found)
    }

    /// Empties it after its events were merged into the log.
    pub fn clear(&mut self) -> Result<(), SpillError> {
        reserve(&mut self.file)?;
        (self.end, self.head) = (0, [0; 32]);
        Ok(())
    }
}

/// Writes the whole length once, so that its room on the disk is taken.
fn reserve(file: &mut File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let zeros = [0_u8; 64 * 1024];
    for _ in 0..BYTES / 65_536 {
        file.write_all(&zeros)?;
    }
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

fn read(file: &mut File) -> Result<(Found, u64, [u8; 32]), SpillError> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(BYTES).read_to_end(&mut bytes)?;
    let (mut found, mut end, mut head) = (Found::default(), 0_u64, [0_u8; 32]);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match whole(line, &head) {
            Some((event, next)) => {
                found.events.push(event);
                (end, head) = (end + u64::try_from(line.len()).unwrap_or(0), next);
            }
            None if line.first().is_none_or(|byte| *byte == 0) => break,
            None => {
                found.damaged_at = Some(found.events.len() + 1);
                end = BYTES;
                break;
            }
        }
    }
    found.head = hex(&head);
    Ok((found, end, head))
}

/// A line that follows the one before it.
fn whole(line: &[u8], before: &[u8; 32]) -> Option<(Event, [u8; 32])> {
    let line = line.strip_suffix(b"\n")?;
    let (hash, record) = (line.get(..HASH_CHARS - 1)?, line.get(HASH_CHARS..)?);
    let head = chain(before, record);
    (hash == hex(&head).as_bytes()).then_some(())?;
    Some((serde_json::from_slice(record).ok()?, head))
}

fn chain(before: &[u8; 32], record: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(record).finalize().into()
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |text, byte| format!("{text}{byte:02x}"))
}
