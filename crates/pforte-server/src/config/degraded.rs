//! `[degraded]`: what goes on when the event log cannot be written.

use super::section::Section;
use pforte_model::name::Label;

/// What goes on when the event log cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Degraded {
    /// The roles whose rights still hold then; at most 16 names.
    pub emergency_roles: Vec<String>,
}

impl Degraded {
    pub(super) const DOC: &str = "What goes on when the event log cannot be written, for example because the disk is \
        full: people still log on, and have the rights of these roles alone.";

    /// The role made for this at the first start.
    pub(super) const BUILT_IN: &str = "Emergency operator";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let roles = section.list(
            ("emergency_roles", 16),
            &[Self::BUILT_IN],
            "The roles that still hold then, by name. An empty list: nobody can do anything then.",
            |text| Label::parse(text).map(String::from).map_err(|error| error.to_string()),
        );
        section.done();
        Self { emergency_roles: roles.unwrap_or_else(|| vec![Self::BUILT_IN.to_owned()]) }
    }
}
