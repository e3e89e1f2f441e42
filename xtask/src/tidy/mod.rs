//! Looks whether the tree keeps the rules that no compiler knows: which crate may use which, how long
//! files are, what must not stand in any of them, and whether the tests that the page on compliance
//! names are there.
//!
//! A finding that has to stay is named in `xtask/tidy-exceptions.toml` with its reason. An exception
//! that nothing needs any more is a finding itself, so that the list only shrinks.

mod compliance;
mod edges;
mod exceptions;
mod sizes;
mod texts;
mod tree;

use exceptions::Exceptions;
use tree::Tree;

use crate::failure::{Done, Failure};
use crate::say::say;

/// One place where the tree breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    /// The rule's short name, as exceptions call it.
    rule: &'static str,
    /// The file or crates it is about, as exceptions call it.
    place: String,
    /// What is wrong and what to do.
    says: String,
}

/// Looks at the whole tree. Fails if there is anything that no exception covers.
pub(crate) fn tidy() -> Done {
    let tree = Tree::read()?;
    let measured = sizes::Measured::of(&tree.files);
    say(measured.summary());
    let mut findings = edges::check(&tree.packages);
    findings.extend(measured.check());
    findings.extend(texts::check(&tree.files));
    findings.extend(compliance::check(&tree.files));
    let left = Exceptions::read()?.remove_from(findings);
    for finding in &left {
        say(format!("{} ({}): {}", finding.place, finding.rule, finding.says));
    }
    if left.is_empty() { Ok(()) } else { Err(Failure::new(format!("tidy: {} findings", left.len()))) }
}
