//! Findings that have to stay, each with its reason.

use std::fs;

use serde::Deserialize;

use super::Finding;
use crate::failure::{Done, While};
use crate::place;

const FILE: &str = "xtask/tidy-exceptions.toml";

/// The list of exceptions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    #[serde(default, rename = "exception")]
    list: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    rule: String,
    place: String,
    reason: String,
}

impl Exceptions {
    pub(super) fn read() -> Done<Self> {
        let text = fs::read_to_string(place::workspace().join(FILE)).doing(FILE)?;
        toml::from_str(&text).doing(FILE)
    }

    /// The findings that no exception covers, and the exceptions that cover none or give no reason.
    pub(super) fn remove_from(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let covers = |exception: &Exception, finding: &Finding| {
            exception.rule == finding.rule && exception.place == finding.place
        };
        let idle = self.list.iter().filter(|one| {
            one.reason.trim().is_empty() || !findings.iter().any(|finding| covers(one, finding))
        });
        let idle: Vec<Finding> = idle.map(Exception::is_idle).collect();
        let open = findings.into_iter().filter(|finding| !self.list.iter().any(|one| covers(one, finding)));
        open.chain(idle).collect()
    }
}

impl Exception {
    fn is_idle(&self) -> Finding {
        let says = format!(
            "the exception {} of {} is not needed or has no reason: remove it",
            self.rule, self.place
        );
        Finding { rule: "exceptions", place: FILE.to_owned(), says }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(place: &str) -> Finding {
        Finding { rule: "file-length", place: place.to_owned(), says: String::new() }
    }

    #[test]
    fn an_exception_takes_its_finding_away_and_must_be_needed() {
        let exception = |place: &str| Exception {
            rule: "file-length".to_owned(),
            place: place.to_owned(),
            reason: "generated".to_owned(),
        };
        let exceptions = Exceptions { list: vec![exception("a"), exception("b")] };
        let left = exceptions.remove_from(vec![finding("a"), finding("c")]);
        let places: Vec<&str> = left.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(places, ["c", FILE]);
    }

    #[test]
    fn an_exception_without_a_reason_is_a_finding() {
        let list = vec![Exception { rule: "file-length".into(), place: "a".into(), reason: " ".into() }];
        assert_eq!(Exceptions { list }.remove_from(vec![finding("a")]).len(), 1);
    }
}
