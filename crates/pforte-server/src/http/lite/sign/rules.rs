//! The rules of a signature in words.

use super::shown::{length, plain};
use crate::http::lite::texts::SignTexts;
use pforte_model::factor::Strength;
use pforte_model::signature::rules::When;
use pforte_wire::Named;
use pforte_wire::signature_policy::{SigningRules, SigningStep};

/// Who signs a step as what: `2 × Approved: Quality, Shift lead`.
pub(super) fn step(texts: &SignTexts, step: &SigningStep, count: u32) -> String {
    format!("{count} × {}", meant(texts, step))
}

/// What a step stands for and whose it is.
pub(super) fn meant(texts: &SignTexts, step: &SigningStep) -> String {
    format!("{}: {}", texts.meaning(step.meaning.as_str()), names(&step.roles))
}

/// Names as they are read.
pub(super) fn names(of: &[Named]) -> String {
    of.iter().map(|named| plain(&named.name)).collect::<Vec<_>>().join(", ")
}

/// Every rule, a sentence each.
pub(super) fn sentences(texts: &SignTexts, rules: &SigningRules) -> Vec<String> {
    let mut told: Vec<String> = rules.steps.iter().map(|one| step(texts, one, one.count)).collect();
    let of_rule = [
        (rules.ordered && rules.steps.len() > 1, &texts.in_order),
        (rules.one_station, &texts.one_station),
        (rules.performer_differs, &texts.performer_differs),
        (rules.one_person_once, &texts.one_person_once),
        (rules.when == When::Before, &texts.before_act),
        (rules.when == When::After, &texts.after_act),
        (rules.strength == Strength::Strong, &texts.strong),
    ];
    told.extend(of_rule.into_iter().filter(|(holds, _)| *holds).map(|(_, sentence)| sentence.clone()));
    told.extend(rules.valid_seconds.map(|seconds| texts.valid(&length(seconds.into()))));
    if rules.continuous_seconds > 0 {
        told.push(texts.continuous(&length(rules.continuous_seconds.into())));
    }
    if !rules.cancel_roles.is_empty() {
        told.push(texts.may_cancel(&names(&rules.cancel_roles)));
    }
    told
}
