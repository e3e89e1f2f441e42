//! What must not stand in any tracked file.

use super::Finding;
use super::tree::TextFile;

/// A text that must not stand in files whose names end so.
struct Banned {
    rule: &'static str,
    /// Written in two parts, so that this file does not hold it.
    text: &'static str,
    ends: &'static [&'static str],
    /// Whether it counts only where a path begins.
    path: bool,
    says: &'static str,
}

const EVERYWHERE: &[&str] = &[""];
const RUST: &[&str] = &[".rs"];
const CODE: &[&str] = &[".rs", ".ts", ".tsx", ".sql", ".toml", "Makefile"];

const fn path(text: &'static str) -> Banned {
    Banned { rule: "machine-path", text, ends: EVERYWHERE, path: true, says: "a path of one machine" }
}

const fn host(text: &'static str) -> Banned {
    Banned {
        rule: "registry-host",
        text,
        ends: EVERYWHERE,
        path: false,
        says: "the address of a package archive",
    }
}

const fn unfinished(text: &'static str) -> Banned {
    Banned { rule: "unfinished", text, ends: CODE, path: false, says: "unfinished work belongs in an issue" }
}

const fn skipped(text: &'static str) -> Banned {
    Banned { rule: "skipped-test", text, ends: RUST, path: false, says: "a test runs, or is not there" }
}

const BANNED: &[Banned] = &[
    path(concat!("/ho", "me/")),
    path(concat!("/ro", "ot/")),
    path(concat!("/wo", "rk/")),
    path(concat!("/Us", "ers/")),
    path(concat!("C:\\", "Users\\")),
    host(concat!("crates", ".io/api")),
    host(concat!("static.crates", ".io")),
    host(concat!("index.crates", ".io")),
    host(concat!("registry.npm", "js.org")),
    host(concat!("deb.deb", "ian.org")),
    host(concat!("archive.ubun", "tu.com")),
    host(concat!("py", "pi.org")),
    host(concat!("proxy.gol", "ang.org")),
    host(concat!("docker", ".io/")),
    host(concat!("ghcr", ".io")),
    unfinished(concat!("TO", "DO")),
    unfinished(concat!("FIX", "ME")),
    unfinished(concat!("X", "XX")),
    unfinished(concat!("unimplemented", "!(")),
    skipped(concat!("#[ig", "nore")),
    skipped(concat!("should_", "panic")),
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    files.iter().flat_map(|file| BANNED.iter().filter_map(|banned| look(file, banned))).collect()
}

fn look(file: &TextFile, banned: &Banned) -> Option<Finding> {
    if !banned.ends.iter().any(|end| file.path.ends_with(end)) {
        return None;
    }
    let holds = |line: &str| {
        line.split_once(banned.text).is_some_and(|(before, _)| !banned.path || begins_path(before))
    };
    let number = file.text.lines().position(holds)?;
    let says = format!("line {}: {} (`{}`)", number + 1, banned.says, banned.text);
    Some(Finding { rule: banned.rule, place: file.path.clone(), says })
}

/// Whether a path that stands after this text begins there, and does not go on in it.
fn begins_path(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || "._-})]~*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let file = TextFile { path: path.to_owned(), text: text.to_owned() };
        check(&[file]).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_path_of_a_machine_is_found_where_it_begins() {
        assert_eq!(rules("a.md", concat!("see /ho", "me/me/x")), ["machine-path"]);
        assert_eq!(rules("a.md", concat!("see site/ho", "me/x")), [""; 0]);
    }

    #[test]
    fn an_archive_address_and_unfinished_work_are_found() {
        assert_eq!(
            rules("ui/package-lock.json", concat!("https://registry.npm", "js.org/x")),
            ["registry-host"]
        );
        assert_eq!(rules("a.rs", concat!("// TO", "DO")), ["unfinished"]);
        assert_eq!(rules("a.md", concat!("TO", "DO")), [""; 0]);
        assert_eq!(rules("a.rs", concat!("#[ig", "nore]")), ["skipped-test"]);
    }
}
