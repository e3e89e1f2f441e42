//! Why a command did not do what it was told.

use pforte_client::ClientError;
use std::io;
use std::path::Path;

/// How a command ended that was not hindered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Done; exit code 0.
    Done,
    /// Answered, and the answer is no: not allowed, not genuine, not good; exit code 1.
    No,
}

impl End {
    /// `Done` if it is good.
    pub(crate) const fn of(good: bool) -> Self {
        if good { Self::Done } else { Self::No }
    }
}

/// How a command ended.
pub(crate) type Done = Result<End, Failure>;

/// What hindered a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused or failed; exit code 1.
    Refused(Box<Told>),
    /// The command itself makes no sense; exit code 2.
    WrongUse(Box<Told>),
    /// Nobody reads standard output any more, such as behind `head`; exit code 0.
    ReaderGone,
}

/// What the person is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The stable code.
    pub(crate) code: String,
    /// What happened.
    pub(crate) detail: String,
    /// What to do.
    pub(crate) cure: String,
}

impl Failure {
    pub(crate) fn new(code: &str, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::Refused(Box::new(Told { code: code.to_owned(), detail: detail.into(), cure: cure.into() }))
    }

    /// The command itself makes no sense.
    pub(crate) fn wrong_use(detail: impl Into<String>, cure: impl Into<String>) -> Self {
        let code = "wrong-use".to_owned();
        Self::WrongUse(Box::new(Told { code, detail: detail.into(), cure: cure.into() }))
    }

    /// A file cannot be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let detail = format!("cannot {doing} {}: {error}", path.display());
        Self::new("file-failed", detail, "Check the path and its permissions.")
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let (detail, mut cure) = (error.to_string(), error.cure().to_owned());
        // The server's own sentence may end with the cure already.
        let detail = detail.strip_suffix(&cure).unwrap_or(&detail).trim_end().to_owned();
        if let ClientError::Refused(refusal) = &error {
            if let Some(wait) = refusal.retry_after {
                cure = format!("Try again in {} s.", wait.as_secs());
            }
            if refusal.problem.status >= 500 {
                cure = format!("{cure} Request: {}.", refusal.problem.request_id);
            }
        }
        Self::new(error.code(), detail, cure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pforte_client::Refusal;
    use pforte_wire::problem::Problem;
    use std::time::Duration;

    fn told(status: u16, code: &str, retry_after: Option<Duration>) -> Option<Told> {
        let problem = Problem {
            status,
            code: code.to_owned(),
            detail: "It happened. Choose another name.".to_owned(),
            reasons: Vec::new(),
            request_id: "r7".to_owned(),
        };
        match Failure::from(ClientError::Refused(Box::new(Refusal { problem, retry_after }))) {
            Failure::Refused(told) => Some(*told),
            _ => None,
        }
    }

    #[test]
    fn a_refusal_is_told_with_its_code_and_its_cure() {
        let told = told(409, "duplicate", None);
        assert_eq!(told.as_ref().map(|told| told.code.as_str()), Some("duplicate"));
        assert_eq!(told.as_ref().map(|told| told.detail.as_str()), Some("It happened."));
        assert_eq!(told.map(|told| told.cure), Some("Choose another name.".to_owned()));
    }

    #[test]
    fn a_wait_is_told_in_seconds_and_a_fault_of_the_server_with_its_request() {
        let late = told(429, "tried-too-often", Some(Duration::from_secs(9)));
        assert_eq!(late.map(|told| told.cure), Some("Try again in 9 s.".to_owned()));
        let fault = told(500, "internal", None).map(|told| told.cure).unwrap_or_default();
        assert!(fault.ends_with("Request: r7."), "{fault}");
    }
}
