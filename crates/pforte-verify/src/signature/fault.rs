//! What can be wrong with a document, and where.

use crate::time_stamp::BadToken;
use pforte_model::log::checkpoint::NoteError;
use pforte_model::signature::canonical::BadJson;
use pforte_model::signature::jws::{BadJws, Kind};
use pforte_model::signature::life::Hindrance;
use pforte_model::signature::rules::BadRules;
use pforte_model::signature::statement::{End, Stamp};
use std::fmt;

/// Where it is wrong. All are counted from 0, as in the document itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The document as a whole.
    Document,
    /// The XML in which the document stands.
    Xml,
    /// One of the keys that the document brings.
    Key(usize),
    /// A statement.
    Statement(usize),
    /// The record in the document.
    Record,
    /// The record that was given beside the document.
    OtherRecord,
    /// The log's checkpoint.
    Checkpoint,
    /// One of the log's entries.
    LogEntry(usize),
    /// One of the time stamps.
    Timestamp(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("document"),
            Self::Xml => f.write_str("XML"),
            Self::Key(nth) => write!(f, "key {nth}"),
            Self::Statement(nth) => write!(f, "statement {nth}"),
            Self::Record => f.write_str("record in the document"),
            Self::OtherRecord => f.write_str("record beside the document"),
            Self::Checkpoint => f.write_str("checkpoint of the log"),
            Self::LogEntry(nth) => write!(f, "log entry {nth}"),
            Self::Timestamp(nth) => write!(f, "time stamp {nth}"),
        }
    }
}

/// What is wrong, or to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Longer than [`MAX_BYTES`](super::MAX_BYTES).
    TooLong,
    /// Not JSON.
    NotJson(BadJson),
    /// Not in the form of a document; what, in words.
    Unfit(String),
    /// The document has another format or version.
    OtherFormat,
    /// There are more of something than there can be; of what.
    TooMany(&'static str),
    /// There is no statement.
    Empty,
    /// Not XML as a server writes it.
    XmlUnfit,
    /// The XML is not what is written of the document that stands in it.
    XmlOther,

    /// Not a compact JWS of a statement.
    Frame(BadJws),
    /// Neither trusted nor in the document: its signature cannot be checked.
    KeyUnknown,
    /// The document brings the key itself, and it is none of the trusted ones.
    KeyUntrusted,
    /// The signature does not fit the text.
    Forged,
    /// Signed, but not strict JSON.
    PayloadNotJson(BadJson),
    /// Signed, but not the JSON of a statement; what, in words.
    PayloadUnfit(String),
    /// Of a version that this program does not know.
    OtherVersion(u32),
    /// A kind that does not stand here.
    Misplaced(Kind),
    /// It belongs to another request.
    OtherRequest,
    /// It names another first statement than this document has.
    OtherOpening,
    /// It names another statement before it than the one that stands there.
    OtherPrevious,

    /// The rules are outside of their bounds.
    Rules(BadRules),
    /// It can be signed for longer than the rules allow.
    LongExpiry,
    /// An identifier is none; of what.
    BadId(&'static str),
    /// The rules stand against it.
    Hindered(Hindrance),
    /// Done after the time was over.
    Late,
    /// It stands for something else than the step.
    OtherMeaning,
    /// It tells a greater strength than its factors have.
    StrengthUnproved,
    /// The rules ask for name and password each time, and only the password was given.
    NameNotGiven,
    /// Complete, but signatures of a step are missing.
    Missing {
        /// The step, from 0.
        step: usize,
        /// How many.
        count: usize,
    },
    /// All have signed, but the statement that it is complete is missing.
    EndingMissing,
    /// The ending counts other signatures than there are.
    OtherCount,
    /// Nobody, or somebody who cannot, is said to have ended it so.
    OtherBy(End),

    /// The record is not the one that was signed: it shows as unsigned.
    RecordAltered,
    /// The record is JSON that was signed in its canonical form, and has none.
    RecordNotJson(BadJson),
    /// The record has another length than was signed.
    RecordLength,
    /// No record was signed at all.
    RecordUnsigned,

    /// The log's checkpoint cannot be believed.
    Checkpoint(NoteError),
    /// The entry is not in the log at the checkpoint.
    EntryUnproved,
    /// The entry's record does not hold the hash of its statement.
    EntryOther,
    /// It is of a statement that is not there.
    Stray,

    /// To be said: a statement is older than the one before; a clock was set.
    ClockBack,
    /// To be said: ended as expired before its time was over by the wall clock. A
    /// server goes by a clock that is never set as well.
    EndedEarly,
    /// To be said: the request has not ended; what came later cannot be told.
    Running,
    /// To be said: no key was trusted beforehand.
    Unproven,
    /// To be said: only the record's hash was signed and is here; no record was compared.
    RecordNotShown,
    /// To be said: no key of the log was given.
    LogUnchecked,
    /// To be said: the record of the entry was purged from the log.
    EntryPurged,
    /// To be said: no entry of the log proves the statement.
    NotLogged,
    /// The time stamp shows nothing.
    Stamp(BadToken),
    /// To be said: a trusted authority stamped the statement at this time.
    Stamped(Stamp),
    /// To be said: no authority was given whose time stamps count.
    StampUnchecked,
}

impl What {
    /// Whether it breaks the document; otherwise it is a remark.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        !matches!(
            self,
            Self::ClockBack
                | Self::EndedEarly
                | Self::Running
                | Self::Unproven
                | Self::RecordNotShown
                | Self::LogUnchecked
                | Self::EntryPurged
                | Self::NotLogged
                | Self::Stamped(_)
                | Self::StampUnchecked
        )
    }

    /// The field of a statement it is about, where it is about one.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::OtherVersion(_) => "version",
            Self::OtherRequest => "request",
            Self::OtherOpening => "opening",
            Self::OtherPrevious => "previous",
            Self::Rules(_) => "rules",
            Self::LongExpiry => "expires_at",
            Self::BadId(field) => field,
            Self::OtherMeaning => "meaning",
            Self::StrengthUnproved => "strength",
            Self::NameNotGiven => "both_components",
            Self::OtherCount => "signatures",
            Self::OtherBy(_) => "by",
            Self::Late | Self::EndedEarly | Self::ClockBack => "at",
            Self::Hindered(against) => return field_of(*against),
            _ => return None,
        })
    }

    /// A stable name for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::TooLong => "document-too-long",
            Self::NotJson(_) => "document-not-json",
            Self::Unfit(_) => "document-unfit",
            Self::OtherFormat => "format-other",
            Self::TooMany(_) => "document-too-much",
            Self::Empty => "document-empty",
            Self::XmlUnfit => "xml-unfit",
            Self::XmlOther => "xml-other",
            Self::Frame(_) => "statement-unfit",
            Self::KeyUnknown => "key-unknown",
            Self::KeyUntrusted => "key-untrusted",
            Self::Forged => "signature-wrong",
            Self::PayloadNotJson(_) | Self::PayloadUnfit(_) => "statement-unreadable",
            Self::OtherVersion(_) => "version-unknown",
            Self::Misplaced(_) => "statement-misplaced",
            Self::OtherRequest => "request-other",
            Self::OtherOpening => "opening-other",
            Self::OtherPrevious => "previous-other",
            Self::Rules(_) => "rules-unfit",
            Self::LongExpiry => "expiry-long",
            Self::BadId(_) => "identifier-unfit",
            Self::Hindered(against) => name_of(*against),
            Self::Late => "after-expiry",
            Self::OtherMeaning => "meaning-other",
            Self::StrengthUnproved => "strength-unproved",
            Self::NameNotGiven => "name-not-given",
            Self::Missing { .. } => "signature-missing",
            Self::EndingMissing => "ending-missing",
            Self::OtherCount => "signature-count-other",
            Self::OtherBy(_) => "ended-by-other",
            Self::RecordAltered => "record-altered",
            Self::RecordNotJson(_) => "record-not-json",
            Self::RecordLength => "record-length-other",
            Self::RecordUnsigned => "record-unsigned",
            Self::Checkpoint(_) => "checkpoint-refused",
            Self::EntryUnproved => "log-entry-unproved",
            Self::EntryOther => "log-entry-other",
            Self::Stray => "statement-absent",
            Self::ClockBack => "clock-back",
            Self::EndedEarly => "ended-early",
            Self::Running => "request-running",
            Self::Unproven => "key-unproven",
            Self::RecordNotShown => "record-not-shown",
            Self::LogUnchecked => "log-unchecked",
            Self::EntryPurged => "log-entry-purged",
            Self::NotLogged => "statement-not-logged",
            Self::Stamp(_) => "timestamp-wrong",
            Self::Stamped(_) => "timestamp",
            Self::StampUnchecked => "timestamp-unchecked",
        }
    }
}

const fn name_of(against: Hindrance) -> &'static str {
    match against {
        Hindrance::Ended(_) => "after-end",
        Hindrance::NoRole => "role-missing",
        Hindrance::Filled => "step-filled",
        Hindrance::NotYetDue => "order-broken",
        Hindrance::AlreadySigned => "person-twice",
        Hindrance::IsPerformer => "performer-signs",
        Hindrance::OtherStation => "station-other",
        Hindrance::StationNeeded => "station-missing",
        Hindrance::TooWeak => "strength-low",
        Hindrance::OtherStep => "step-other",
        Hindrance::ReasonNeeded => "reason-missing",
        Hindrance::ReasonUnfit => "reason-unfit",
        Hindrance::CommentNeeded => "comment-missing",
        Hindrance::CommentUnfit => "comment-unfit",
    }
}

const fn field_of(against: Hindrance) -> Option<&'static str> {
    Some(match against {
        Hindrance::Ended(_) => return None,
        Hindrance::NoRole => "roles",
        Hindrance::Filled | Hindrance::NotYetDue | Hindrance::OtherStep => "step",
        Hindrance::AlreadySigned | Hindrance::IsPerformer => "signer",
        Hindrance::OtherStation | Hindrance::StationNeeded => "station",
        Hindrance::TooWeak => "strength",
        Hindrance::ReasonNeeded | Hindrance::ReasonUnfit => "reason",
        Hindrance::CommentNeeded | Hindrance::CommentUnfit => "comment",
    })
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(bad) | Self::PayloadNotJson(bad) | Self::RecordNotJson(bad) => bad.fmt(f),
            Self::Unfit(why) | Self::PayloadUnfit(why) => f.write_str(why),
            Self::TooMany(what) => write!(f, "there are more {what} than there can be"),
            Self::Frame(bad) => bad.fmt(f),
            Self::OtherVersion(version) => write!(f, "version {version} is not known to this program"),
            Self::Misplaced(kind) => write!(f, "a statement of the kind {} does not stand here", kind.typ()),
            Self::Rules(bad) => bad.fmt(f),
            Self::Hindered(against) => against.fmt(f),
            Self::Missing { step, count } => {
                write!(f, "it is said to be complete, but step {step} lacks {count} of its signatures")
            }
            Self::OtherBy(end) => write!(f, "nobody who could is told to have ended it as {}", end.as_str()),
            Self::Checkpoint(why) => why.fmt(f),
            Self::Stamp(why) => why.fmt(f),
            Self::Stamped(at) => write!(f, "an authority stamped its statement at {at}"),
            other => f.write_str(plain(other)),
        }
    }
}

/// What is said without further detail.
const fn plain(what: &What) -> &'static str {
    match what {
        What::TooLong => "longer than 128 MiB",
        What::OtherFormat => "not a document of the format pforte-signatures/1",
        What::Empty => "there is no statement",
        What::XmlUnfit => "not XML as a server of Pforte writes it",
        What::XmlOther => "shows something else than what the document in it says, or was written anew",
        What::KeyUnknown => "signed with a key that is not known; the signature cannot be checked",
        What::KeyUntrusted => "signed with a key that the document brings itself and that is not trusted",
        What::Forged => "the signature does not fit the text",
        What::OtherRequest => "belongs to another request",
        What::OtherOpening => "names another first statement than this document has",
        What::OtherPrevious => "names another statement before it than the one that stands there",
        What::LongExpiry => "it could be signed for longer than the rules allow",
        What::BadId(_) => "not an identifier",
        What::Late => "done after its time was over",
        What::OtherMeaning => "stands for something else than its step",
        What::StrengthUnproved => "tells a greater strength than its factors have",
        What::NameNotGiven => "name and password are asked for each time, and the password alone was given",
        What::EndingMissing => "all have signed, but the statement that it is complete is missing",
        What::OtherCount => "counts other signatures than there are",
        What::RecordAltered => "not the record that was signed; it is unsigned",
        What::RecordLength => "has another length than was signed",
        What::RecordUnsigned => "no record was signed with this request",
        What::EntryUnproved => "not shown to be in the log",
        What::EntryOther => "the event does not hold the hash of the statement",
        What::Stray => "belongs to a statement that is not there",
        What::ClockBack => "older than the statement before it; a clock was set back",
        What::EndedEarly => "ended as expired before that by this time; a clock was set back",
        What::Running => "the request had not ended; later statements are not in this document",
        What::Unproven => "no key was trusted beforehand; compare the fingerprints with what the plant tells",
        What::RecordNotShown => "the record was not compared, because only its hash is here",
        What::LogUnchecked => "the proof of the log was not checked, because no key of the log was given",
        What::EntryPurged => "the event was purged from the log; it proves nothing any more",
        What::NotLogged => "no entry of the log proves this statement",
        What::StampUnchecked => "the time stamp was not checked, because no authority was given",
        What::NotJson(_)
        | What::Unfit(_)
        | What::TooMany(_)
        | What::Frame(_)
        | What::PayloadNotJson(_)
        | What::PayloadUnfit(_)
        | What::OtherVersion(_)
        | What::Misplaced(_)
        | What::Rules(_)
        | What::Hindered(_)
        | What::Missing { .. }
        | What::OtherBy(_)
        | What::RecordNotJson(_)
        | What::Checkpoint(_)
        | What::Stamp(_)
        | What::Stamped(_) => "",
    }
}
