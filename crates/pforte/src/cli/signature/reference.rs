//! Which request is meant: its identifier, or the address of its page, with which also
//! who has no session sees it.

/// A request that somebody names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) id: String,
    view: Option<String>,
}

impl Reference {
    /// Reads `ID`, `/sign/ID?view=KEY` or the whole address of the page.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let id = path.rsplit('/').next().unwrap_or_default();
        if id.is_empty() {
            return Err("give its identifier or the address of its page".to_owned());
        }
        let view = query.split('&').find_map(|pair| pair.strip_prefix("view=")).map(str::to_owned);
        Ok(Self { id: id.to_owned(), view })
    }

    /// The request and what opens it.
    pub(super) fn seen(&self) -> (&str, Option<&str>) {
        (&self.id, self.view.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_by_its_identifier_or_its_page() {
        let read = |text: &str| Reference::parse(text).map(|read| (read.id, read.view));
        let named = |view: Option<&str>| Ok(("018b".to_owned(), view.map(str::to_owned)));
        assert_eq!(read("018b"), named(None));
        assert_eq!(read("/sign/018b?view=ab12"), named(Some("ab12")));
        assert_eq!(read("https://plant:8443/lite/sign/018b?lang=de&view=ab12"), named(Some("ab12")));
        assert!(read("").is_err() && read("/sign/?view=ab12").is_err());
    }
}
