//! Putting together the answer to one request, within bounds.

use super::fault::{Fault, FaultKind};
use super::message::{Entry, Outcome, Request, Said, code};
use super::policy::Policy;

/// The greatest number of bytes that the entries of one answer may take.
const MOST_BYTES: usize = 8 << 20;

/// The greatest number of references to other servers that are passed over.
const MOST_REFERENCES: u16 = 1_000;

/// The whole answer to one request.
#[derive(Debug)]
pub(super) enum Answer {
    /// To a bind.
    Bound(Outcome),
    /// To a bind of which the password policy has an opinion.
    Judged(Outcome, Policy),
    /// To a change.
    Modified(Outcome),
    /// To a search.
    Searched(Searched, Outcome),
}

/// What a search found.
#[derive(Debug)]
pub(super) struct Searched {
    /// The entries.
    pub(super) entries: Vec<Entry>,
    /// Whether there are more than were asked for.
    pub(super) more: bool,
}

impl Answer {
    /// What a search found. An entry to begin at that does not exist is
    /// [`FaultKind::BaseMissing`].
    pub(super) fn found(self) -> Result<Searched, Fault> {
        let Self::Searched(searched, outcome) = self else { return Err(FaultKind::Garbage.into()) };
        match outcome.code {
            code::SUCCESS => Ok(searched),
            code::SIZE_LIMIT => Ok(Searched { more: true, ..searched }),
            _ => Err(search_fault(&outcome)),
        }
    }

    /// How a bind ended, and what the password policy says of it.
    pub(super) fn judged(self) -> Result<(Outcome, Option<Policy>), Fault> {
        match self {
            Self::Judged(outcome, policy) => Ok((outcome, Some(policy))),
            other => other.bound().map(|outcome| (outcome, None)),
        }
    }

    /// How a bind ended.
    pub(super) fn bound(self) -> Result<Outcome, Fault> {
        match self {
            Self::Bound(outcome) | Self::Judged(outcome, _) => Ok(outcome),
            Self::Modified(_) | Self::Searched(..) => Err(FaultKind::Garbage.into()),
        }
    }

    /// How a change ended.
    pub(super) fn modified(self) -> Result<Outcome, Fault> {
        match self {
            Self::Modified(outcome) => Ok(outcome),
            Self::Bound(_) | Self::Judged(..) | Self::Searched(..) => Err(FaultKind::Garbage.into()),
        }
    }
}

fn search_fault(outcome: &Outcome) -> Fault {
    let kind = match outcome.code {
        code::REFERRAL => FaultKind::Referral,
        code::NO_SUCH_OBJECT | code::INVALID_DN => FaultKind::BaseMissing,
        _ => FaultKind::UnexpectedResult,
    };
    kind.with(format!("code {}: {}", outcome.code, outcome.message))
}

/// An answer that is still coming in.
pub(super) enum Waiting {
    /// For the answer to a bind.
    Bind,
    /// For the answer to a change.
    Change,
    /// For the rest of the entries.
    Search { limit: usize, bytes: usize, references: u16, entries: Vec<Entry> },
}

impl Waiting {
    /// Waits for the answer to this request.
    pub(super) fn new(request: &Request) -> Self {
        match request {
            Request::Bind { .. } | Request::Judged { .. } => Self::Bind,
            Request::ChangePassword(_) => Self::Change,
            Request::Search(search) => {
                Self::Search { limit: search.limit.into(), bytes: 0, references: 0, entries: Vec::new() }
            }
        }
    }

    /// Takes a part of the answer, which came in a message of `size` bytes. The
    /// answer once it is whole; a fault if it is not an answer, or more than was
    /// asked for.
    pub(super) fn hear(&mut self, said: Said, size: usize) -> Result<Option<Answer>, FaultKind> {
        match (self, said) {
            (Self::Bind, Said::Bound(outcome)) => Ok(Some(Answer::Bound(outcome))),
            (Self::Bind, Said::Judged(outcome, policy)) => Ok(Some(Answer::Judged(outcome, policy))),
            (Self::Change, Said::Modified(outcome)) => Ok(Some(Answer::Modified(outcome))),
            (Self::Search { entries, .. }, Said::Done(outcome, more)) => {
                let entries = std::mem::take(entries);
                Ok(Some(Answer::Searched(Searched { entries, more }, outcome)))
            }
            (Self::Search { limit, bytes, entries, .. }, Said::Entry(entry)) => {
                *bytes += entry.size().max(size);
                if entries.len() >= *limit || *bytes > MOST_BYTES {
                    return Err(FaultKind::TooMany);
                }
                entries.push(entry);
                Ok(None)
            }
            (Self::Search { references, .. }, Said::Reference) => {
                *references += 1;
                if *references > MOST_REFERENCES { Err(FaultKind::TooMany) } else { Ok(None) }
            }
            _ => Err(FaultKind::Garbage),
        }
    }
}
