//! Which signature policy counts for an action in an area.

use pforte_model::id::{AreaId, SignaturePolicyId};
use pforte_model::name::RightName;
use pforte_model::policy::{AreaIx, Policy};
use pforte_model::signature::rules::Rules;
use std::collections::HashMap;
use std::sync::Arc;

/// A signature policy that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningPolicy {
    /// Its identity.
    pub id: SignaturePolicyId,
    /// Its name.
    pub name: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// How it is signed.
    pub rules: Rules,
    /// The actions that are signed so.
    pub actions: Vec<RightName>,
    /// The areas in which it counts, each with all below it.
    pub areas: Vec<AreaId>,
}

/// Every signature policy that counts, by action.
#[derive(Clone, Debug, Default)]
pub struct SigningPolicies(HashMap<RightName, Vec<Arc<SigningPolicy>>>);

impl SigningPolicies {
    /// All of them.
    #[must_use]
    pub fn new(policies: Vec<SigningPolicy>) -> Self {
        let mut by_action: HashMap<RightName, Vec<Arc<SigningPolicy>>> = HashMap::new();
        for policy in policies.into_iter().map(Arc::new) {
            for action in &policy.actions {
                by_action.entry(action.clone()).or_default().push(Arc::clone(&policy));
            }
        }
        Self(by_action)
    }

    /// The policy for an action in an area: that of the nearest area at or above it.
    /// Two policies never name the same action and area.
    #[must_use]
    pub fn find(&self, plant: &Policy, action: &RightName, area: AreaIx) -> Option<Arc<SigningPolicy>> {
        let above = self.0.get(action)?.iter().flat_map(|policy| {
            let places = policy.areas.iter().filter_map(|id| plant.area_by_id(*id));
            places.filter(|place| plant.within(area, *place)).map(move |place| (place, policy))
        });
        let nearer =
            |one: (AreaIx, _), other: (AreaIx, _)| if plant.within(other.0, one.0) { other } else { one };
        above.reduce(nearer).map(|(_, policy)| Arc::clone(policy))
    }
}
