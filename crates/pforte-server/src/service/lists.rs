//! Lists that are short enough to be read whole and are answered in pages.

use crate::fault::Fault;
use crate::service::paging;
use pforte_model::name::fold;
use pforte_wire::List;
use serde::Deserialize;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Where the page begins: `next` of the one before.
    pub after: Option<String>,
    /// Most entries of the page, 1 to 500.
    pub limit: Option<u32>,
    /// Only entries whose name contains this, in any case.
    pub search: Option<String>,
}

/// The page of all entries. `key` orders them and differs between any two, `name` is searched.
pub(crate) fn page<T>(
    asked: &Asked,
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    name: impl Fn(&T) -> String,
) -> Result<List<T>, Fault> {
    let (limit, needle) = (paging::limit(asked.limit)?, paging::needle(asked.search.as_deref())?);
    let mut keyed: Vec<(String, T)> = items
        .into_iter()
        .filter(|item| needle.as_ref().is_none_or(|needle| fold(&name(item)).contains(needle.as_str())))
        .map(|item| (key(&item), item))
        .filter(|(key, _)| asked.after.as_ref().is_none_or(|after| key > after))
        .collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let more = keyed.len() > limit;
    keyed.truncate(limit);
    let next = keyed.last().filter(|_| more).map(|(key, _)| key.clone());
    Ok(List { items: keyed.into_iter().map(|(_, item)| item).collect(), next })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn cut(asked: &Asked) -> List<&'static str> {
        let all = vec!["Mixer", "Filler", "Press", "Oven"];
        page(asked, all, |item| (*item).to_owned(), |item| (*item).to_owned()).unwrap()
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let mut asked = Asked { limit: Some(3), ..Asked::default() };
        let first = cut(&asked);
        assert_eq!(first.items, ["Filler", "Mixer", "Oven"]);
        asked.after = first.next;
        let last = cut(&asked);
        assert_eq!((last.items, last.next), (vec!["Press"], None));
    }

    #[test]
    fn a_full_last_page_says_that_it_is_the_last() {
        assert_eq!(cut(&Asked { limit: Some(4), ..Asked::default() }).next, None);
    }

    #[test]
    fn names_are_searched_in_any_case() {
        let asked = Asked { search: Some("ER".to_owned()), ..Asked::default() };
        assert_eq!(cut(&asked).items, ["Filler", "Mixer"]);
    }
}
