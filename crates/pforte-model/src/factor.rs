//! What a person proved, and how strong that is.

use crate::time::Micros;
use serde::{Deserialize, Serialize};

/// One thing that was proved at a log-on or a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A password, checked by the directory.
    Password,
    /// A Kerberos ticket of the person, checked by the key of our service.
    Kerberos,
}

/// How strong the proof of a person is; derived from the factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A badge alone: it tells who, it proves nothing.
    Weak,
    /// One factor: a password, a card container with its password, Kerberos.
    Single,
    /// Two factors, or one that is bound to hardware and to the person.
    Strong,
}

impl Strength {
    /// The stable name, as in the log and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Single => "single",
            Self::Strong => "strong",
        }
    }
}

/// A factor and when it was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// What was proved.
    pub factor: Factor,
    /// When.
    pub at: Micros,
}

/// The strength that the factors of a session come to. None proves nothing.
#[must_use]
pub fn strength(factors: &[Proved]) -> Option<Strength> {
    factors
        .iter()
        .map(|proved| match proved.factor {
            Factor::Password | Factor::Kerberos => Strength::Single,
        })
        .max()
}
