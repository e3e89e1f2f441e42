//! The languages of what the product itself says on paper.

/// The language of labels and headings; data stands as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `en`
    English,
    /// `de`
    German,
    /// `fr`
    French,
    /// `it`
    Italian,
    /// `es`
    Spanish,
    /// `ja`
    Japanese,
    /// `zh`, simplified characters.
    Chinese,
}

impl Language {
    /// Every language, in the order of the product's pages.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Italian,
        Self::Spanish,
        Self::Japanese,
        Self::Chinese,
    ];

    /// The language's tag (RFC 5646).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Spanish => "es",
            Self::Japanese => "ja",
            Self::Chinese => "zh",
        }
    }

    /// The language of a tag such as `de` or `zh-CN`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language_in_any_case_and_with_a_region() {
        assert_eq!(Language::of_tag("zh-CN"), Some(Language::Chinese));
        assert_eq!(Language::of_tag("DE"), Some(Language::German));
        assert_eq!(Language::of_tag("pt"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
