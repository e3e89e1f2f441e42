//! Signature policies: how an action is signed, where.

use crate::Named;
use crate::time::Time;
use pforte_model::factor::Strength;
use pforte_model::signature::rules::{Demand, Meaning, When};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How actions are signed in some areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignaturePolicy {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it counts.
    pub enabled: bool,
    /// The rights whose acts are signed so.
    pub actions: Vec<Named>,
    /// The areas in which it counts, each with all below it, where no policy of a nearer area counts.
    pub areas: Vec<Named>,
    /// How it is signed.
    #[serde(flatten)]
    pub rules: SigningRules,
    /// What is doubtful about it.
    pub warnings: Vec<PolicyWarning>,
    /// Grows with each change; a change names the one it read.
    pub version: i64,
}

/// How an action is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own that a plant switches")]
pub struct SigningRules {
    /// Who signs, and as what.
    pub steps: Vec<SigningStep>,
    /// Whether the steps are signed one after the other, in their order.
    pub ordered: bool,
    /// Whether all sign at one station.
    pub one_station: bool,
    /// Whether who performs the act may not sign as anything else than `performed`.
    pub performer_differs: bool,
    /// Whether a person signs once, whatever roles and users they have.
    pub one_person_once: bool,
    /// `before`: the act waits for the signatures; `after`: it is done at once.
    #[schema(value_type = String)]
    pub when: When,
    /// Whether a reason is asked for: `none`, `optional`, `forced`.
    #[schema(value_type = String)]
    pub reason: Demand,
    /// The reasons of which one is chosen; empty if it is written freely.
    pub reasons: Vec<String>,
    /// Whether a comment is asked for: `none`, `optional`, `forced`.
    #[schema(value_type = String)]
    pub comment: Demand,
    /// Seconds from the request to its last signature; absent if it does not expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_seconds: Option<u32>,
    /// Seconds after a log-on or a signature with name and password for which the
    /// password alone suffices in the same session; 0: never.
    pub continuous_seconds: u32,
    /// The least strength of the proof: `weak`, `single` or `strong`.
    #[schema(value_type = String)]
    pub strength: Strength,
    /// The roles that may cancel a request.
    pub cancel_roles: Vec<Named>,
}

/// One kind of signature that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningStep {
    /// Who holds one of these roles may sign.
    pub roles: Vec<Named>,
    /// How many persons sign.
    pub count: u32,
    /// What it stands for: `performed`, `verified`, `reviewed`, `approved`, `released`,
    /// `responsible`, `authored` or `witnessed`.
    #[schema(value_type = String)]
    pub meaning: Meaning,
}

/// What is doubtful about a policy, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyWarning {
    /// `nobody-can-sign`, `too-few-can-sign`, `nobody-can-cancel` or `strength-out-of-reach`.
    pub code: String,
    /// Which step, from 0, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<u32>,
    /// What it is, in English.
    pub detail: String,
}

/// A policy as it is to be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own that a plant switches")]
pub struct PutSignaturePolicy {
    /// Its name.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The rights whose acts are signed so, by name.
    pub actions: Vec<String>,
    /// The areas in which it counts, by identifier or path.
    pub areas: Vec<String>,
    /// Who signs, and as what.
    pub steps: Vec<NewStep>,
    /// Whether the steps are signed one after the other.
    #[serde(default)]
    pub ordered: bool,
    /// Whether all sign at one station.
    #[serde(default)]
    pub one_station: bool,
    /// Whether who performs the act may not sign as anything else.
    #[serde(default = "yes")]
    pub performer_differs: bool,
    /// Whether a person signs once.
    #[serde(default = "yes")]
    pub one_person_once: bool,
    /// `before` or `after`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub when: When,
    /// `none`, `optional` or `forced`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub reason: Demand,
    /// The reasons to choose from.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// `none`, `optional` or `forced`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub comment: Demand,
    /// Seconds from the request to its last signature.
    #[serde(default)]
    pub valid_seconds: Option<u32>,
    /// Seconds for which the password alone suffices.
    #[serde(default)]
    pub continuous_seconds: u32,
    /// The least strength of the proof.
    #[serde(default = "single")]
    #[schema(value_type = String)]
    pub strength: Strength,
    /// The roles that may cancel, by identifier.
    #[serde(default)]
    pub cancel_roles: Vec<String>,
    /// The version that was read; absent for a new one.
    #[serde(default)]
    pub version: Option<i64>,
}

const fn yes() -> bool {
    true
}

const fn single() -> Strength {
    Strength::Single
}

/// One kind of signature that is to be needed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// The roles that may sign, by identifier.
    pub roles: Vec<String>,
    /// How many persons sign.
    pub count: u32,
    /// What it stands for.
    #[schema(value_type = String)]
    pub meaning: Meaning,
}

/// A version that a policy had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignaturePolicyVersion {
    /// Counts the changes, from 1.
    pub version: i64,
    /// The name of whoever saved it.
    pub by: String,
    /// When.
    pub at: Time,
    /// The policy as it was saved.
    #[schema(value_type = Object)]
    pub policy: serde_json::Value,
}
