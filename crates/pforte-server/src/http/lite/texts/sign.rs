//! What the plain pages say about signatures.

use serde::Deserialize;

/// The words of the pages for signing in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http::lite) struct SignTexts {
    pub(in crate::http::lite) waiting: String,
    pub(in crate::http::lite) nothing_waits: String,
    pub(in crate::http::lite) sign: String,
    pub(in crate::http::lite) refuse: String,
    pub(in crate::http::lite) refuse_ends: String,
    pub(in crate::http::lite) action: String,
    pub(in crate::http::lite) area: String,
    pub(in crate::http::lite) application: String,
    pub(in crate::http::lite) object: String,
    pub(in crate::http::lite) description: String,
    pub(in crate::http::lite) outcome: String,
    pub(in crate::http::lite) changes: String,
    pub(in crate::http::lite) value: String,
    pub(in crate::http::lite) before: String,
    pub(in crate::http::lite) after: String,
    pub(in crate::http::lite) record: String,
    pub(in crate::http::lite) record_type: String,
    /// With `{bytes}`.
    record_size: String,
    pub(in crate::http::lite) record_absent: String,
    pub(in crate::http::lite) record_unshown: String,
    pub(in crate::http::lite) record_broken: String,
    pub(in crate::http::lite) record_load: String,
    pub(in crate::http::lite) performer: String,
    pub(in crate::http::lite) requested: String,
    pub(in crate::http::lite) sign_until: String,
    state_open: String,
    state_checking: String,
    state_complete: String,
    state_refused: String,
    state_cancelled: String,
    state_expired: String,
    pub(in crate::http::lite) rules: String,
    pub(in crate::http::lite) in_order: String,
    pub(in crate::http::lite) one_station: String,
    pub(in crate::http::lite) performer_differs: String,
    pub(in crate::http::lite) one_person_once: String,
    pub(in crate::http::lite) before_act: String,
    pub(in crate::http::lite) after_act: String,
    /// With `{time}`.
    valid: String,
    pub(in crate::http::lite) strong: String,
    /// With `{time}`.
    continuous: String,
    /// With `{roles}`.
    may_cancel: String,
    pub(in crate::http::lite) given: String,
    pub(in crate::http::lite) none_given: String,
    pub(in crate::http::lite) missing: String,
    pub(in crate::http::lite) ended_by: String,
    pub(in crate::http::lite) reason: String,
    pub(in crate::http::lite) comment: String,
    pub(in crate::http::lite) optional: String,
    pub(in crate::http::lite) choose: String,
    pub(in crate::http::lite) as_what: String,
    /// What everybody acknowledges once, in the sense of the one that is kept.
    pub(in crate::http::lite) statement: String,
    /// Stands before the words that are kept, where the reader reads another language.
    pub(in crate::http::lite) stored: String,
    pub(in crate::http::lite) acknowledge: String,
    pub(in crate::http::lite) why_refuse: String,
    /// With `{name}`, `{meaning}` and `{time}`.
    signed: String,
    pub(in crate::http::lite) current: String,
    /// With `{name}`.
    empty_name: String,
    pub(in crate::http::lite) to_station: String,
    performed: String,
    verified: String,
    reviewed: String,
    approved: String,
    released: String,
    responsible: String,
    authored: String,
    witnessed: String,
}

impl SignTexts {
    /// What a signature stands for; a meaning of a newer server as it came.
    pub(in crate::http::lite) fn meaning(&self, meaning: &str) -> String {
        let word = match meaning {
            "performed" => &self.performed,
            "verified" => &self.verified,
            "reviewed" => &self.reviewed,
            "approved" => &self.approved,
            "released" => &self.released,
            "responsible" => &self.responsible,
            "authored" => &self.authored,
            "witnessed" => &self.witnessed,
            other => other,
        };
        word.to_owned()
    }

    /// How a request stands.
    pub(in crate::http::lite) fn state(&self, state: &str) -> String {
        let word = match state {
            "open" => &self.state_open,
            "checking" => &self.state_checking,
            "complete" => &self.state_complete,
            "refused" => &self.state_refused,
            "cancelled" => &self.state_cancelled,
            "expired" => &self.state_expired,
            other => other,
        };
        word.to_owned()
    }

    pub(in crate::http::lite) fn record_size(&self, bytes: u64) -> String {
        self.record_size.replace("{bytes}", &bytes.to_string())
    }

    pub(in crate::http::lite) fn valid(&self, time: &str) -> String {
        self.valid.replace("{time}", time)
    }

    pub(in crate::http::lite) fn continuous(&self, time: &str) -> String {
        self.continuous.replace("{time}", time)
    }

    pub(in crate::http::lite) fn may_cancel(&self, roles: &str) -> String {
        self.may_cancel.replace("{roles}", roles)
    }

    pub(in crate::http::lite) fn signed(&self, name: &str, meaning: &str, time: &str) -> String {
        // The name last: it may hold anything, such as the place of another word.
        self.signed.replace("{meaning}", meaning).replace("{time}", time).replace("{name}", name)
    }

    pub(in crate::http::lite) fn empty_name(&self, name: &str) -> String {
        self.empty_name.replace("{name}", name)
    }
}
