//! The rules of a policy as they are typed: flags over what was read before.

use crate::cli::failure::Failure;
use crate::cli::parse::{word, yes_no};
use crate::cli::resolve;
use clap::Args;
use pforte_client::Client;
use pforte_model::factor::Strength;
use pforte_model::signature::rules::{Demand, Meaning, When};
use pforte_wire::Named;
use pforte_wire::signature_policy::{NewStep, PutSignaturePolicy, SignaturePolicy};

/// How it is signed; what is not named stays, or is as the server has it by default.
#[derive(Args, Debug, Default)]
pub(super) struct Rules {
    /// Whether it counts
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    enabled: Option<bool>,
    /// An action that is signed so, `application/action`; may be repeated
    #[arg(long = "action", value_name = "RIGHT")]
    actions: Vec<String>,
    /// An area in which it counts, with all below it: path or identifier; may be repeated
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// Who signs as what, such as `performed:Operator` or `approved:2:Quality,Shift lead`: meaning, how many persons, roles by name or identifier; may be repeated, in the order of the steps. Meanings: performed, verified, reviewed, approved, released, responsible, authored, witnessed
    #[arg(long = "step", value_name = "MEANING[:COUNT]:ROLE[,ROLE]", value_parser = step)]
    steps: Vec<NewStep>,
    /// Whether the steps are signed in their order
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    ordered: Option<bool>,
    /// Whether all sign at one station
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    one_station: Option<bool>,
    /// Whether who performs the act may not sign as anything else [default: yes]
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    performer_differs: Option<bool>,
    /// Whether a person signs once, whatever roles and users they have [default: yes]
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    one_person_once: Option<bool>,
    /// Whether the act waits for the signatures
    #[arg(long, value_name = "before|after", value_parser = word::<When>)]
    when: Option<When>,
    /// Whether a reason is asked for
    #[arg(long, value_name = "none|optional|forced", value_parser = word::<Demand>)]
    reason: Option<Demand>,
    /// A reason to choose from; may be repeated. Without one it is written freely
    #[arg(long = "reason-choice", value_name = "TEXT")]
    reasons: Vec<String>,
    /// Whether a comment is asked for
    #[arg(long, value_name = "none|optional|forced", value_parser = word::<Demand>)]
    comment: Option<Demand>,
    /// Seconds from the request to its last signature; 0: it does not expire
    #[arg(long, value_name = "SECONDS")]
    valid: Option<u32>,
    /// Seconds for which the password alone suffices after name and password; 0: never
    #[arg(long, value_name = "SECONDS")]
    continuous: Option<u32>,
    /// The least strength of the proof
    #[arg(long, value_name = "weak|single|strong", value_parser = word::<Strength>)]
    strength: Option<Strength>,
    /// A role that may cancel a request, by name or identifier; may be repeated
    #[arg(long = "cancel-role", value_name = "ROLE")]
    cancel_roles: Vec<String>,
}

/// Reads `MEANING[:COUNT]:ROLE[,ROLE]`.
fn step(text: &str) -> Result<NewStep, String> {
    let (meaning, rest) = text.split_once(':').ok_or("write MEANING[:COUNT]:ROLE[,ROLE]")?;
    let meaning: Meaning = word(meaning)?;
    let (count, roles) = match rest.split_once(':') {
        Some((count, roles)) if count.bytes().all(|byte| byte.is_ascii_digit()) => {
            (count.parse().map_err(|_| "the number of persons is too great")?, roles)
        }
        _ => (1, rest),
    };
    let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty()).map(str::to_owned).collect();
    Ok(NewStep { roles, count, meaning })
}

/// `what` if something was said, else as it was.
fn put<T>(to: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *to = said;
    }
}

/// The list if something was said.
fn list<T>(said: Vec<T>) -> Option<Vec<T>> {
    Some(said).filter(|said| !said.is_empty())
}

impl Rules {
    /// What was typed over what there is; roles then stand there by identifier.
    pub(super) async fn over(
        self,
        client: &Client,
        mut policy: PutSignaturePolicy,
    ) -> Result<PutSignaturePolicy, Failure> {
        put(&mut policy.enabled, self.enabled);
        put(&mut policy.actions, list(self.actions));
        put(&mut policy.areas, list(self.areas));
        put(&mut policy.steps, list(self.steps));
        put(&mut policy.ordered, self.ordered);
        put(&mut policy.one_station, self.one_station);
        put(&mut policy.performer_differs, self.performer_differs);
        put(&mut policy.one_person_once, self.one_person_once);
        put(&mut policy.when, self.when);
        put(&mut policy.reason, self.reason);
        put(&mut policy.reasons, list(self.reasons));
        put(&mut policy.comment, self.comment);
        put(&mut policy.valid_seconds, self.valid.map(|seconds| Some(seconds).filter(|long| *long > 0)));
        put(&mut policy.continuous_seconds, self.continuous);
        put(&mut policy.strength, self.strength);
        put(&mut policy.cancel_roles, list(self.cancel_roles));
        for step in &mut policy.steps {
            named(client, &mut step.roles).await?;
        }
        named(client, &mut policy.cancel_roles).await?;
        Ok(policy)
    }
}

/// Puts the identifiers in the place of names.
async fn named(client: &Client, roles: &mut [String]) -> Result<(), Failure> {
    for role in roles {
        if !resolve::is_id(role) {
            *role = resolve::role(client, role).await?.id;
        }
    }
    Ok(())
}

/// A policy that has nothing but its name.
pub(super) fn bare(name: String) -> PutSignaturePolicy {
    PutSignaturePolicy {
        name,
        enabled: true,
        actions: Vec::new(),
        areas: Vec::new(),
        steps: Vec::new(),
        ordered: false,
        one_station: false,
        performer_differs: true,
        one_person_once: true,
        when: When::default(),
        reason: Demand::default(),
        reasons: Vec::new(),
        comment: Demand::default(),
        valid_seconds: None,
        continuous_seconds: 0,
        strength: Strength::Single,
        cancel_roles: Vec::new(),
        version: None,
    }
}

/// A policy as it is, to be changed.
pub(super) fn same(policy: &SignaturePolicy) -> PutSignaturePolicy {
    let ids = |of: &[Named]| of.iter().map(|named| named.id.clone()).collect();
    let rules = &policy.rules;
    let steps = rules.steps.iter();
    PutSignaturePolicy {
        name: policy.name.clone(),
        enabled: policy.enabled,
        actions: policy.actions.iter().map(|action| action.name.clone()).collect(),
        areas: ids(&policy.areas),
        steps: steps
            .map(|step| NewStep { roles: ids(&step.roles), count: step.count, meaning: step.meaning })
            .collect(),
        ordered: rules.ordered,
        one_station: rules.one_station,
        performer_differs: rules.performer_differs,
        one_person_once: rules.one_person_once,
        when: rules.when,
        reason: rules.reason,
        reasons: rules.reasons.clone(),
        comment: rules.comment,
        valid_seconds: rules.valid_seconds,
        continuous_seconds: rules.continuous_seconds,
        strength: rules.strength,
        cancel_roles: ids(&rules.cancel_roles),
        version: Some(policy.version),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn a_step_is_read_with_and_without_a_number() {
        let read = |text: &str| step(text).map(|step| (step.meaning, step.count, step.roles));
        let roles = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect::<Vec<_>>();
        assert_eq!(read("performed:Operator").unwrap(), (Meaning::Performed, 1, roles(&["Operator"])));
        let two = read("approved:2:Quality, Shift lead").unwrap();
        assert_eq!(two, (Meaning::Approved, 2, roles(&["Quality", "Shift lead"])));
        assert_eq!(read("witnessed:Line: two").unwrap().2, roles(&["Line: two"]));
        for bad in ["Operator", "seen:Operator", "approved:99999999999:Quality"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_new_policy_does_not_say_is_as_the_server_has_it() {
        let told: PutSignaturePolicy =
            serde_json::from_str(r#"{"name":"a","actions":[],"areas":[],"steps":[]}"#).unwrap();
        let ours = serde_json::to_value(bare("a".to_owned())).unwrap();
        assert_eq!(ours, serde_json::to_value(told).unwrap());
    }
}
