//! `[notice]`: what everybody sees before they log on.

use super::section::Section;

/// What everybody sees before they log on (IEC 62443-4-2, CR 1.12).
#[derive(Clone, Debug)]
pub struct Notice {
    /// The text; empty if there is none.
    pub text: String,
}

impl Notice {
    pub(super) const DOC: &str = "What everybody sees before they log on.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let text = section.text(
            "text",
            4000,
            "",
            "A notice, such as who may use the system and that acts are recorded; may have several lines. Empty: none.",
        );
        let text = text.unwrap_or_default();
        if text.chars().any(|c| c != '\n' && pforte_model::name::unseen(c)) {
            section.problem("text", "must not hold characters that cannot be seen, besides line ends");
        }
        section.done();
        Self { text }
    }
}
