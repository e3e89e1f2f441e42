//! Lists that come in pages.

use crate::fault::Fault;
use pforte_model::name::{fold, unseen};

/// Entries of a page if no number is asked for.
const USUAL: u32 = 100;

/// Most entries of a page.
const MOST: u32 = 500;

/// The entries that one page shall have.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Fault> {
    let limit = asked.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Fault::value("limit", "1 to 500"));
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The longest text to search for, in characters.
const LONGEST: usize = 256;

/// The folded text to search for; `None` if everything fits.
pub(crate) fn needle(asked: Option<&str>) -> Result<Option<String>, Fault> {
    let text = asked.unwrap_or_default();
    if text.len() > LONGEST * 4 || text.chars().count() > LONGEST {
        return Err(Fault::value("search", "at most 256 characters"));
    }
    if text.chars().any(unseen) {
        return Err(Fault::value("search", "no characters that cannot be seen"));
    }
    Ok(Some(fold(text)).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn a_page_has_1_to_500_entries() {
        assert_eq!(limit(None).unwrap(), 100);
        for (asked, fits) in [(0, false), (1, true), (500, true), (501, false)] {
            assert_eq!(limit(Some(asked)).is_ok(), fits, "{asked}");
        }
    }

    #[test]
    fn what_is_searched_is_folded_and_bounded() {
        assert_eq!(needle(Some(" MÜL ")).unwrap().as_deref(), Some("mül"));
        assert_eq!(needle(Some(" ")).unwrap(), None);
        assert!(needle(Some(&"x".repeat(257))).is_err());
        assert!(needle(Some("a\0")).is_err());
    }
}
