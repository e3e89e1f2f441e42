//! How an action is signed: the rules of a signature policy.

use crate::factor::Strength;
use crate::id::RoleId;
use crate::name::hides;
use crate::policy::Named;
use serde::{Deserialize, Serialize};

/// What a signature stands for (21 CFR Part 11, 11.50 (a) (3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The signer does the act.
    Performed,
    /// The signer saw that it was done rightly.
    Verified,
    /// The signer has looked through it.
    Reviewed,
    /// The signer consents to it.
    Approved,
    /// The signer sets it free for use.
    Released,
    /// The signer answers for it.
    Responsible,
    /// The signer wrote it.
    Authored,
    /// The signer was there.
    Witnessed,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 8] = [
        Self::Performed,
        Self::Verified,
        Self::Reviewed,
        Self::Approved,
        Self::Released,
        Self::Responsible,
        Self::Authored,
        Self::Witnessed,
    ];

    /// The stable name, as in a statement and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Performed => "performed",
            Self::Verified => "verified",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Released => "released",
            Self::Responsible => "responsible",
            Self::Authored => "authored",
            Self::Witnessed => "witnessed",
        }
    }
}

/// Whether something is asked of a signer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// It is not asked for and not taken.
    None,
    /// It may be given.
    #[default]
    Optional,
    /// Nobody signs without it.
    Forced,
}

/// Whether the act waits for the signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The act is done when all have signed.
    #[default]
    Before,
    /// The act is done at once; what is not signed yet stands in an open list.
    After,
}

/// One kind of signature that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who holds one of these roles, where the act is, may sign.
    pub roles: Vec<Named<RoleId>>,
    /// How many persons sign; never one of them twice.
    pub count: u32,
    /// What each signature stands for.
    pub meaning: Meaning,
}

/// How an action is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own that a plant switches")]
pub struct Rules {
    /// Who signs, and as what.
    pub steps: Vec<Step>,
    /// Whether the steps are signed one after the other, in their order.
    pub ordered: bool,
    /// Whether all sign at one station: that of the request, or that of the first signature.
    pub one_station: bool,
    /// Whether who performs the act may not sign as anything else than `performed`.
    /// Persons are compared, never users.
    pub performer_differs: bool,
    /// Whether a person signs once, whatever roles and users they have.
    pub one_person_once: bool,
    /// Whether the act waits for the signatures.
    pub when: When,
    /// Whether a reason is asked for.
    pub reason: Demand,
    /// The reasons of which one is chosen; empty if it is written freely.
    pub reasons: Vec<String>,
    /// Whether a comment is asked for.
    pub comment: Demand,
    /// Seconds from the request to its last signature; `None` if it does not expire.
    pub valid_seconds: Option<u32>,
    /// Seconds for which a log-on, or a signature with name and password, counts for
    /// signatures with the password alone in the same session (21 CFR Part 11,
    /// 11.200 (a) (1)); 0 if both are asked for each time.
    pub continuous_seconds: u32,
    /// The least strength of what a signer proves.
    pub strength: Strength,
    /// Who holds one of these roles, where the act is, may cancel the request.
    pub cancel_roles: Vec<Named<RoleId>>,
}

/// Why rules cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRules {
    /// No step, or too many.
    #[error("there must be 1 to {} steps", Rules::MOST_STEPS)]
    Steps,
    /// A step without a role, or with too many.
    #[error("a step names 1 to {} roles", Rules::MOST_ROLES)]
    Roles,
    /// A step of nobody, or of too many.
    #[error("1 to {} persons sign a step", Rules::MOST_COUNT)]
    Count,
    /// Too many reasons, an empty one, one that is too long or holds characters that are
    /// not seen, or the same twice.
    #[error(
        "there are at most {} reasons, different ones, each of 1 to {} characters that are seen",
        Rules::MOST_REASONS,
        Rules::REASON_CHARS
    )]
    Reasons,
    /// Reasons to choose from where none is asked for.
    #[error("reasons to choose from need a reason that is asked for")]
    ReasonsUnasked,
    /// A time that is too short or too long.
    #[error("a request is valid for {} to {} seconds", Rules::LEAST_VALID, Rules::MOST_VALID)]
    Valid,
    /// A period that is too long.
    #[error("a continuous period lasts {} seconds at most", Rules::MOST_CONTINUOUS)]
    Continuous,
}

impl Rules {
    /// Most steps.
    pub const MOST_STEPS: usize = 10;
    /// Most roles of a step, and most that may cancel.
    pub const MOST_ROLES: usize = 10;
    /// Most persons of a step.
    pub const MOST_COUNT: u32 = 5;
    /// Most reasons to choose from.
    pub const MOST_REASONS: usize = 50;
    /// The longest reason, in characters.
    pub const REASON_CHARS: usize = 200;
    /// The shortest time in which people can be asked to sign, in seconds.
    pub const LEAST_VALID: u32 = 10;
    /// The longest time for which a request stands: a year, in seconds.
    pub const MOST_VALID: u32 = 366 * 86_400;
    /// The longest continuous period: a shift, in seconds.
    pub const MOST_CONTINUOUS: u32 = 12 * 3_600;

    /// Whether the rules are within their bounds.
    pub fn check(&self) -> Result<(), BadRules> {
        let fits = |ok: bool, bad: BadRules| if ok { Ok(()) } else { Err(bad) };
        fits((1..=Self::MOST_STEPS).contains(&self.steps.len()), BadRules::Steps)?;
        for step in &self.steps {
            fits((1..=Self::MOST_ROLES).contains(&step.roles.len()), BadRules::Roles)?;
            fits((1..=Self::MOST_COUNT).contains(&step.count), BadRules::Count)?;
        }
        fits(self.cancel_roles.len() <= Self::MOST_ROLES, BadRules::Roles)?;
        self.check_reasons()?;
        let valid = self.valid_seconds.unwrap_or(Self::MOST_VALID);
        fits((Self::LEAST_VALID..=Self::MOST_VALID).contains(&valid), BadRules::Valid)?;
        fits(self.continuous_seconds <= Self::MOST_CONTINUOUS, BadRules::Continuous)
    }

    fn check_reasons(&self) -> Result<(), BadRules> {
        let length = |reason: &String| {
            (1..=Self::REASON_CHARS).contains(&reason.trim().chars().count()) && !hides(reason)
        };
        let twice = |(at, reason): (usize, &String)| self.reasons.iter().take(at).any(|one| one == reason);
        if self.reasons.len() > Self::MOST_REASONS
            || !self.reasons.iter().all(length)
            || self.reasons.iter().enumerate().any(twice)
        {
            return Err(BadRules::Reasons);
        }
        if self.reason == Demand::None && !self.reasons.is_empty() {
            return Err(BadRules::ReasonsUnasked);
        }
        Ok(())
    }

    /// How many signatures all steps ask for together.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.steps.iter().map(|step| usize::try_from(step.count).unwrap_or(usize::MAX)).sum()
    }
}
