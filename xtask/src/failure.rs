//! The one error of the development tasks: a sentence for the developer.

use std::fmt;

/// What went wrong, and where it helps what to do.
#[derive(Debug)]
pub struct Failure(String);

/// The result of a step of a task.
pub type Done<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A failure that the program that failed has told the developer itself, last and best.
    #[must_use]
    pub const fn told() -> Self {
        Self(String::new())
    }

    /// Whether there is nothing left to say.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Says what was being done when a lower error came up.
pub trait While<T> {
    /// Puts `doing` in front of the error.
    fn doing(self, doing: impl fmt::Display) -> Done<T>;
}

impl<T, E: fmt::Display> While<T> for Result<T, E> {
    fn doing(self, doing: impl fmt::Display) -> Done<T> {
        self.map_err(|error| Failure(format!("{doing}: {error}")))
    }
}
