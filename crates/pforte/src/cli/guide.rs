//! `pforte guide`: the help, which needs no network.

use crate::cli::failure::{Done, Failure};
use crate::cli::out::Out;
use clap::Args;

/// The pages: by what they are called, and their text.
const PAGES: &[(&str, &str)] = &[
    ("connect-a-domain", include_str!("../../../../docs/help/connect-a-domain.md")),
    ("ldaps-certificate", include_str!("../../../../docs/help/ldaps-certificate.md")),
    ("signing-and-channel-binding", include_str!("../../../../docs/help/signing-and-channel-binding.md")),
    ("read-only-dc", include_str!("../../../../docs/help/read-only-dc.md")),
    ("single-sign-on", include_str!("../../../../docs/help/single-sign-on.md")),
    ("workgroup", include_str!("../../../../docs/help/workgroup.md")),
    ("other-ldap", include_str!("../../../../docs/help/other-ldap.md")),
    ("this-computer", include_str!("../../../../docs/help/this-computer.md")),
    ("signatures", include_str!("../../../../docs/help/signatures.md")),
    ("codes", include_str!("../../../../docs/help/codes.md")),
];

/// Print a page of the help for administrators
#[derive(Args)]
pub(crate) struct Guide {
    /// The page; without it the pages are listed
    page: Option<String>,
}

impl Guide {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let Some(asked) = &self.page else {
            let titled = PAGES.iter().map(|(name, text)| format!("{name:28} {}\n", title(text)));
            return out.text(&titled.collect::<String>());
        };
        match PAGES.iter().find(|(name, _)| name == asked) {
            Some((_, text)) => out.text(text),
            None => Err(Failure::wrong_use("there is no such page", "`pforte guide` lists them.")),
        }
    }
}

/// What stands in the first line.
fn title(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches("# ")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_page_of_the_help_is_in_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/help");
        let there = std::fs::read_dir(folder).unwrap();
        let there: BTreeSet<String> = there
            .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(there, PAGES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }

    #[test]
    fn every_page_has_a_title_and_leads_nowhere_else() {
        for (name, text) in PAGES {
            assert!(text.starts_with("# ") && !title(text).is_empty(), "{name}");
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let known = PAGES.iter().any(|(page, _)| link == format!("{page}.md"));
                assert!(known, "{name} leads to {link}");
            }
        }
    }
}
