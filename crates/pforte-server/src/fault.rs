//! Why an operation was refused or failed, on its way to the caller.

use pforte_directory::PasswordFault;
use pforte_model::account::AccountState;
use pforte_model::id::BadId;
use pforte_model::name::BadName;
use pforte_store::StoreError;
use pforte_wire::problem::{Code, Reason};

/// A refusal or failure with its code and what to tell the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// What happened, to whom, what to do; it gives nothing away that the
    /// caller may not know.
    pub detail: String,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u32>,
    /// The rules that a password breaks.
    pub reasons: Vec<Reason>,
}

impl Fault {
    /// A fault that says what the code itself says.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: format!("{} {}", code.meaning(), code.cure()),
            retry_after: None,
            reasons: Vec::new(),
        }
    }

    /// A fault with a sentence about this case, followed by the cure.
    #[must_use]
    pub fn about(code: Code, sentence: &str) -> Self {
        Self { code, detail: format!("{sentence} {}", code.cure()), retry_after: None, reasons: Vec::new() }
    }

    /// A value outside its bounds.
    #[must_use]
    pub fn value(name: &str, bounds: &str) -> Self {
        Self {
            code: Code::ValueInvalid,
            detail: format!("{name}: {bounds}."),
            retry_after: None,
            reasons: Vec::new(),
        }
    }

    /// A new password that breaks these rules.
    #[must_use]
    pub fn unfit(faults: &[PasswordFault]) -> Self {
        let rule = |fault: &PasswordFault| format!("{} ({fault})", fault.code());
        let rules = faults.iter().map(rule).collect::<Vec<_>>().join(", ");
        let told = Self::about(Code::PasswordUnfit, &format!("The password breaks: {rules}."));
        Self { reasons: faults.iter().map(reason).collect(), ..told }
    }

    /// There is no such thing.
    #[must_use]
    pub fn missing(kind: &str) -> Self {
        Self::about(Code::NotFound, &format!("There is no such {kind}."))
    }

    /// Whether it says that the database cannot be written now.
    #[must_use]
    pub const fn is_unwritable(&self) -> bool {
        matches!(
            self.code,
            Code::LogUnwritable | Code::StoreUnavailable | Code::StoreFull | Code::StoreReadOnly
        )
    }

    /// The same fault, telling how long to wait.
    #[must_use]
    pub const fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

/// A broken rule as callers are told it.
fn reason(fault: &PasswordFault) -> Reason {
    let reason = Reason { code: fault.code().to_owned(), ..Reason::default() };
    match fault {
        PasswordFault::TooShort { least } => Reason { least: Some(u32::from(*least)), ..reason },
        PasswordFault::TooLong { most } => Reason { most: Some(u32::from(*most)), ..reason },
        PasswordFault::TooFewClasses { least, missing } => {
            let missing = missing.iter().map(|kind| kind.as_str().to_owned()).collect();
            Reason { least: Some(u32::from(*least)), missing, ..reason }
        }
        PasswordFault::Reused { last } if *last > 0 => Reason { last: Some(u32::from(*last)), ..reason },
        PasswordFault::TooSoon { seconds } if *seconds > 0 => Reason { seconds: Some(*seconds), ..reason },
        PasswordFault::Refused { says } if !says.is_empty() => Reason { says: Some(says.clone()), ..reason },
        _ => reason,
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<BadName> for Fault {
    fn from(bad: BadName) -> Self {
        Self::about(Code::NameInvalid, &format!("{bad}."))
    }
}

impl From<BadId> for Fault {
    fn from(bad: BadId) -> Self {
        Self::about(Code::ParameterInvalid, &format!("{bad}."))
    }
}

/// The code with which a person whose password was right is told the state of
/// the account; `None` when nothing stands against it.
#[must_use]
pub const fn state_code(state: AccountState) -> Option<Code> {
    match state {
        AccountState::Good => None,
        AccountState::Disabled => Some(Code::AccountDisabled),
        AccountState::Locked => Some(Code::AccountLocked),
        AccountState::Expired => Some(Code::AccountExpired),
        AccountState::MustChange => Some(Code::PasswordMustChange),
        AccountState::PasswordExpired => Some(Code::PasswordExpired),
        AccountState::OutsideHours => Some(Code::OutsideHours),
        AccountState::WrongWorkstation => Some(Code::WrongWorkstation),
        AccountState::SmartCardRequired => Some(Code::SmartCardRequired),
    }
}

/// An error with all that caused it, for the server's own log.
pub struct Chain<'a>(pub &'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let code = store_code(&error);
        if code == Code::Internal {
            tracing::error!(error = %Chain(&error), "the store failed");
        }
        Self::new(code)
    }
}

/// The code of a store's error: what the caller is told.
#[must_use]
pub const fn store_code(error: &StoreError) -> Code {
    match error {
        StoreError::Duplicate => Code::Duplicate,
        StoreError::Missing => Code::NotFound,
        StoreError::Stale => Code::ChangedMeanwhile,
        StoreError::Referenced => Code::InUse,
        StoreError::BadText => Code::NameInvalid,
        StoreError::Busy => Code::Busy,
        StoreError::Unavailable | StoreError::Locked | StoreError::Disk(_) => Code::StoreUnavailable,
        StoreError::Full => Code::StoreFull,
        StoreError::ReadOnly => Code::StoreReadOnly,
        StoreError::OutcomeUnknown => Code::OutcomeUnknown,
        StoreError::Damaged
        | StoreError::Shape(_)
        | StoreError::Panicked
        | StoreError::Foreign
        | StoreError::BadEvent
        | StoreError::Driver(_) => Code::Internal,
    }
}
