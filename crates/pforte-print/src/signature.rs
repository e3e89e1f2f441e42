//! The record of a signature request on paper.
//!
//! Each signature shows what 21 CFR 11.50 asks for: the printed name, date and time with zone, and the
//! meaning. What was signed, the rules it followed and how to check it without Pforte stand beside it.
//! [`Standing`] is what the caller found when it checked; it stands in a band on every page.

mod layout;

use jiff::Zoned;

use crate::attachment::Attachment;
use crate::fonts::Fonts;
use crate::language::Language;
use crate::sheet::PrintError;

/// The most changes that are printed; further ones are counted.
pub const CHANGES_MAX: usize = 1_000;

/// The longest content of a record that is printed, in characters; the rest is counted.
pub const RECORD_TEXT_MAX: usize = 100_000;

/// A request with its signatures, as it is printed.
#[derive(Clone, Debug)]
pub struct SignatureSheet {
    /// The language of labels; data stands as it is.
    pub language: Language,
    /// What a check of the record and of all signatures said.
    pub standing: Standing,
    /// The plant's name.
    pub plant: String,
    /// The request's id.
    pub request: String,
    /// How far the request is.
    pub state: State,
    /// The action, such as `batch/release`.
    pub action: String,
    /// The area's path.
    pub area: String,
    /// What it is about, such as a batch number.
    pub object: String,
    /// What the application says of it.
    pub description: String,
    /// What shall be the case afterwards.
    pub outcome: String,
    /// Who asked, and when.
    pub asked: Asked,
    /// The policy's name.
    pub policy: String,
    /// The policy's version.
    pub policy_version: u64,
    /// The values that change, at most [`CHANGES_MAX`] of them printed.
    pub changes: Vec<Change>,
    /// What was signed, where there was a record.
    pub record: Option<Record>,
    /// The signatures in their order.
    pub signatures: Vec<Signature>,
    /// How the request ended, where not by its last signature.
    pub ending: Option<Ending>,
    /// How to check it.
    pub proof: Proof,
    /// The signature document, which then is attached.
    pub attachment: Option<Attachment>,
    /// When it is printed, in the plant's zone.
    pub printed_at: Zoned,
    /// The program and its version.
    pub producer: String,
}

/// What a check of the record and of all signatures said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All is as it was signed.
    Whole,
    /// The record or a signature was changed: it counts as unsigned.
    Changed,
    /// It could not be checked.
    Unproven,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Signatures are missing.
    Open,
    /// Some have signed.
    Checking,
    /// All have signed.
    Complete,
    /// Somebody refused.
    Refused,
    /// It was cancelled.
    Cancelled,
    /// It was not signed in time.
    Expired,
}

impl State {
    /// The state as the API and the QR code name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Checking => "checking",
            Self::Complete => "complete",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// Who asked for signatures, and when.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The application's name.
    pub application: String,
    /// The person who did what is signed, where one was named.
    pub performer: String,
    /// When, in the plant's zone.
    pub at: Zoned,
}

/// A value that changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub what: String,
    /// What it was.
    pub old: String,
    /// What it becomes.
    pub new: String,
}

/// What was signed.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its media type.
    pub media_type: String,
    /// Its size, in bytes; `None` if only its hash was told.
    pub bytes: Option<u64>,
    /// Its SHA-256, as hexadecimal digits.
    pub sha256: String,
    /// What it says, if it is text or JSON and was kept; at most [`RECORD_TEXT_MAX`] characters printed.
    pub text: Option<String>,
}

/// One signature.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The printed name of who signed.
    pub name: String,
    /// The log-on name, with the directory.
    pub user: String,
    /// When, in the plant's zone.
    pub at: Zoned,
    /// What it means, by the name that the API uses, such as `approved`: printed as the language says it.
    pub meaning: String,
    /// The role that it was given in.
    pub role: String,
    /// The station; empty where none was proved.
    pub station: String,
    /// The reason; may be empty.
    pub reason: String,
    /// The comment; may be empty.
    pub comment: String,
    /// How sure it is that it was this person.
    pub strength: Strength,
}

/// How sure it is who signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// A badge alone.
    Weak,
    /// A password, or the like.
    Single,
    /// Two factors.
    Strong,
}

/// How a request ended without all its signatures.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Who ended it; empty where it was time.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, in the plant's zone.
    pub at: Zoned,
}

/// How to check it without the server.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What to type.
    pub command: String,
    /// The thumbprint of the signature key (RFC 7638).
    pub key: String,
    /// The SHA-256 of the last statement, as hexadecimal digits.
    pub statement: String,
    /// Where the statements stand in the event log.
    pub log: String,
    /// The time stamp of the last signature; empty where there is none.
    pub time_stamp: String,
}

/// The request as PDF/A-3.
pub fn sheet(signed: &SignatureSheet, fonts: &Fonts) -> Result<Vec<u8>, PrintError> {
    layout::print(signed, fonts)
}

/// What the QR code says: `PFORTE1`, the request's id, its state, the SHA-256 of the last statement and the
/// key's thumbprint, with spaces between.
#[must_use]
pub fn code(signed: &SignatureSheet) -> String {
    let Proof { statement, key, .. } = &signed.proof;
    format!("PFORTE1 {} {} {statement} {key}", signed.request, signed.state.code())
}
