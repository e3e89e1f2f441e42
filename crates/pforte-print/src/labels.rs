//! What the product itself says on paper, in seven languages; a file for each.
//!
//! A word in braces is where something is put in.

mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod zh;

use crate::language::Language;

/// What a signature can mean, as the API names it.
const MEANINGS: [&str; 8] =
    ["performed", "verified", "reviewed", "approved", "released", "responsible", "authored", "witnessed"];

/// The texts of one language.
pub(crate) struct Labels {
    /// The title of a request that is printed.
    pub(crate) title: &'static str,
    /// `{page}` of `{pages}`.
    pub(crate) page: &'static str,
    /// Before the time of printing.
    pub(crate) printed: &'static str,
    /// A text was longer than what is printed; `{count}` characters.
    pub(crate) cut: &'static str,
    /// A table was longer than what is printed; `{count}` rows.
    pub(crate) rows_cut: &'static str,
    /// All was checked and is as it was signed.
    pub(crate) whole: &'static str,
    /// The record or a signature is not what was signed.
    pub(crate) changed: &'static str,
    /// It could not be checked.
    pub(crate) unproven: &'static str,
    /// The request’s number.
    pub(crate) request: &'static str,
    /// The plant’s name.
    pub(crate) plant: &'static str,
    /// How far the request is.
    pub(crate) state: &'static str,
    /// A state.
    pub(crate) open: &'static str,
    /// A state.
    pub(crate) checking: &'static str,
    /// A state.
    pub(crate) complete: &'static str,
    /// A state.
    pub(crate) refused: &'static str,
    /// A state.
    pub(crate) cancelled: &'static str,
    /// A state.
    pub(crate) expired: &'static str,
    /// What is to be done.
    pub(crate) action: &'static str,
    /// Where.
    pub(crate) area: &'static str,
    /// To what.
    pub(crate) object: &'static str,
    /// In words.
    pub(crate) description: &'static str,
    /// What is wanted.
    pub(crate) outcome: &'static str,
    /// Which program asked.
    pub(crate) application: &'static str,
    /// Who performed it.
    pub(crate) performer: &'static str,
    /// When it was asked for.
    pub(crate) asked_at: &'static str,
    /// The rules it follows, `{version}` with them.
    pub(crate) policy: &'static str,
    /// `{version}` of a policy.
    pub(crate) version: &'static str,
    /// A heading.
    pub(crate) signatures: &'static str,
    /// There is no signature.
    pub(crate) unsigned: &'static str,
    /// The printed name of who signed.
    pub(crate) name: &'static str,
    /// The log-on name of who signed.
    pub(crate) user: &'static str,
    /// When.
    pub(crate) signed_at: &'static str,
    /// What the signature means.
    pub(crate) meaning: &'static str,
    /// The meanings, in the order of [`MEANINGS`].
    pub(crate) meanings: [&'static str; 8],
    /// By which role.
    pub(crate) role: &'static str,
    /// Where the person stood.
    pub(crate) station: &'static str,
    /// Why.
    pub(crate) reason: &'static str,
    /// What the person wrote.
    pub(crate) comment: &'static str,
    /// How sure it is that it was this person.
    pub(crate) strength: &'static str,
    /// A strength.
    pub(crate) weak: &'static str,
    /// A strength.
    pub(crate) single: &'static str,
    /// A strength.
    pub(crate) strong: &'static str,
    /// A heading: why it ended without all signatures.
    pub(crate) ended: &'static str,
    /// Who ended it.
    pub(crate) by: &'static str,
    /// When it ended.
    pub(crate) ended_at: &'static str,
    /// A heading.
    pub(crate) changes: &'static str,
    /// A column.
    pub(crate) what: &'static str,
    /// A column.
    pub(crate) old: &'static str,
    /// A column.
    pub(crate) new: &'static str,
    /// A heading: what was signed.
    pub(crate) record: &'static str,
    /// The record’s kind.
    pub(crate) media_type: &'static str,
    /// The record’s size.
    pub(crate) size: &'static str,
    /// `{count}` bytes.
    pub(crate) bytes: &'static str,
    /// The record’s SHA-256.
    pub(crate) digest: &'static str,
    /// A heading: the record as text.
    pub(crate) content: &'static str,
    /// The record is no text, or was not kept.
    pub(crate) no_content: &'static str,
    /// A heading.
    pub(crate) check: &'static str,
    /// What the paper is, and what proves it; `{file}`.
    pub(crate) check_how: &'static str,
    /// The same, when nothing is attached.
    pub(crate) check_elsewhere: &'static str,
    /// What to type.
    pub(crate) command: &'static str,
    /// The signature key’s thumbprint.
    pub(crate) key: &'static str,
    /// The hash of the last statement.
    pub(crate) statement: &'static str,
    /// Where it stands in the event log.
    pub(crate) log: &'static str,
    /// Who stamped the time, and which.
    pub(crate) time_stamp: &'static str,
    /// There is none.
    pub(crate) none: &'static str,
}

impl Labels {
    /// A meaning as the language says it; one that is not known stands as it is.
    pub(crate) fn meaning_of<'a>(&self, meaning: &'a str) -> &'a str {
        let said = MEANINGS.iter().zip(self.meanings).find(|(code, _)| **code == meaning);
        said.map_or(meaning, |(_, said)| said)
    }

    /// The texts of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::LABELS,
            Language::German => &de::LABELS,
            Language::French => &fr::LABELS,
            Language::Italian => &it::LABELS,
            Language::Spanish => &es::LABELS,
            Language::Japanese => &ja::LABELS,
            Language::Chinese => &zh::LABELS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_the_places_where_something_is_put_in() {
        for labels in Language::ALL.map(Labels::of) {
            let counted = [labels.cut, labels.rows_cut, labels.bytes];
            assert!(counted.iter().all(|text| text.contains("{count}")));
            assert!(labels.page.contains("{page}") && labels.page.contains("{pages}"));
            assert!(labels.version.contains("{version}") && labels.check_how.contains("{file}"));
        }
    }

    #[test]
    fn states_and_standings_of_a_language_differ() {
        for labels in Language::ALL.map(Labels::of) {
            let mut all = vec![labels.whole, labels.changed, labels.unproven, labels.open, labels.checking];
            all.extend([labels.complete, labels.refused, labels.cancelled, labels.expired]);
            all.extend([labels.weak, labels.single, labels.strong]);
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }
}
