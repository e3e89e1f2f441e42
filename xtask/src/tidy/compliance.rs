//! Whether `docs/compliance.md` keeps its word: every clause has a row, and every test that a row
//! names is there.
//!
//! A test is named as nextest shows it: `module::name` for the binary of integration tests, with the
//! crate before it (`pforte-model signature::life::tests::name`) for any other.

use super::Finding;
use super::tree::TextFile;

/// The page that says which rule is met by what, and shown by which test.
const PAGE: &str = "docs/compliance.md";

/// What stands at the end of a row that no program can meet.
const ORGANISATIONAL: &str = "organisational";

/// The clauses that must have a row: 21 CFR Part 11, then EU GMP Annex 11.
const CLAUSES: &[&str] = &[
    "11.10 (f)",
    "11.10 (g)",
    "11.10 (h)",
    "11.10 (i)",
    "11.10 (j)",
    "11.50 (a)",
    "11.50 (b)",
    "11.70",
    "11.100 (a)",
    "11.100 (b)",
    "11.100 (c)",
    "11.200 (a)",
    "11.200 (b)",
    "11.300 (a)",
    "11.300 (b)",
    "11.300 (c)",
    "11.300 (d)",
    "11.300 (e)",
    "Annex 11, 14",
    "Annex 11 draft, 13",
];

/// A line of the page's table.
struct Row<'a> {
    clause: &'a str,
    tests: &'a str,
}

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![finding("the page is missing".to_owned())];
    };
    let rows: Vec<Row<'_>> = page.text.lines().filter_map(row).collect();
    let missing = CLAUSES.iter().filter(|clause| !rows.iter().any(|row| row.clause.starts_with(**clause)));
    let mut findings: Vec<Finding> = missing.map(|clause| finding(format!("{clause} has no row"))).collect();
    findings.extend(rows.iter().flat_map(|row| unshown(row, files)));
    findings
}

fn finding(says: String) -> Finding {
    Finding { rule: "compliance", place: PAGE.to_owned(), says }
}

/// A row that begins with a clause; the tests are its last cell.
fn row(line: &str) -> Option<Row<'_>> {
    let cells = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let (clause, rest) = cells.split_once('|')?;
    let (_, tests) = rest.rsplit_once('|')?;
    let clause = clause.trim();
    let known = CLAUSES.iter().any(|known| clause.starts_with(known));
    known.then_some(Row { clause, tests: tests.trim() })
}

/// What a row names and is not there, or that it names nothing.
fn unshown(row: &Row<'_>, files: &[TextFile]) -> Vec<Finding> {
    let named: Vec<&str> = row.tests.split('`').skip(1).step_by(2).collect();
    if named.is_empty() && !row.tests.starts_with(ORGANISATIONAL) {
        return vec![finding(format!("{}: no test, and not said to be {ORGANISATIONAL}", row.clause))];
    }
    let lost = named.into_iter().filter(|name| !exists(name, files));
    lost.map(|name| finding(format!("{}: there is no test {name}", row.clause))).collect()
}

/// Whether a test of this name is in the tree.
fn exists(name: &str, files: &[TextFile]) -> bool {
    let (folder, path) = match name.split_once(' ') {
        Some((package, path)) => (format!("crates/{package}/src"), path),
        None => ("crates/pforte-test/tests/it".to_owned(), name),
    };
    let segments: Vec<&str> = path.split("::").collect();
    let Some((test, modules)) = segments.split_last() else { return false };
    file_of(&folder, modules, files).is_some_and(|file| is_test(file, test))
}

/// The file of a module: its own, or that of the module in which it stands.
fn file_of<'f>(folder: &str, modules: &[&str], files: &'f [TextFile]) -> Option<&'f TextFile> {
    let at = |path: String| files.iter().find(|file| file.path == path);
    let (last, above) = modules.split_last()?;
    let path = [&[folder], modules].concat().join("/");
    if let Some(own) = at(format!("{path}.rs")).or_else(|| at(format!("{path}/mod.rs"))) {
        return Some(own);
    }
    let outer = file_of(folder, above, files)?;
    let lines: Vec<&str> = outer.text.lines().map(str::trim).collect();
    if lines.contains(&format!("mod {last} {{").as_str()) {
        return Some(outer);
    }
    // A module whose file has another name: `#[path = "life_tests.rs"]`, then `mod tests;`.
    let declared = lines.iter().position(|line| *line == format!("mod {last};"))?;
    let name = lines.get(declared.checked_sub(1)?)?.strip_prefix("#[path = \"")?.strip_suffix("\"]")?;
    let (beside, _) = outer.path.rsplit_once('/')?;
    at(format!("{beside}/{name}"))
}

/// Whether a file holds a test of this name, and not only a function.
fn is_test(file: &TextFile, name: &str) -> bool {
    let declares = |line: &str| {
        let after = line.trim().trim_start_matches("async ").strip_prefix("fn ");
        after.and_then(|after| after.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('))
    };
    let lines: Vec<&str> = file.text.lines().collect();
    let found = lines.iter().position(|line| declares(line)).and_then(|at| lines.get(..at));
    let marks = found.unwrap_or_default().iter().rev().take_while(|line| line.trim().starts_with("#["));
    marks.into_iter().any(|mark| mark.contains("test]") || mark.contains("test("))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "a test stops here")]
    use super::super::tree::Tree;
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    /// A page on which every clause has a row that names this.
    fn page(tests: &str) -> TextFile {
        let rows: Vec<String> =
            CLAUSES.iter().map(|clause| format!("| {clause} | asks | has | does | {tests} |")).collect();
        file(PAGE, &rows.join("\n"))
    }

    fn tree(page: TextFile) -> Vec<TextFile> {
        vec![
            page,
            file(
                "crates/pforte-test/tests/it/signing.rs",
                "#[tokio::test]\nasync fn one_signs() {\n\nfn kit() {",
            ),
            file("crates/pforte-model/src/life.rs", "#[cfg(test)]\n#[path = \"life_tests.rs\"]\nmod tests;"),
            file("crates/pforte-model/src/life_tests.rs", "#[test]\nfn it_lives() {"),
            file("crates/pforte-model/src/jws.rs", "mod tests {\n    #[test]\n    fn it_reads() {"),
            file("crates/pforte-verify/src/tests/mod.rs", "mod altered;"),
            file("crates/pforte-verify/src/tests/altered.rs", "#[test]\nfn it_is_found() {"),
        ]
    }

    fn says(tests: &str) -> Vec<String> {
        check(&tree(page(tests))).into_iter().map(|finding| finding.says).collect()
    }

    #[test]
    fn every_clause_is_shown_by_tests_that_are_in_the_sources() {
        let files = Tree::read().map(|tree| tree.files).unwrap_or_default();
        assert_eq!(check(&files), []);
    }

    #[test]
    fn tests_are_found_by_the_name_that_nextest_shows() {
        let named = "`signing::one_signs`, `pforte-model life::tests::it_lives`, \
            `pforte-model jws::tests::it_reads`, `pforte-verify tests::altered::it_is_found`";
        assert_eq!(says(named), [""; 0]);
        assert_eq!(says("organisational: a procedure of the plant"), [""; 0]);
    }

    #[test]
    fn a_test_that_is_not_there_is_named() {
        for name in ["signing::one_sign", "signing::kit", "other::one_signs", "pforte-model life::it_lives"] {
            let found = says(&format!("`{name}`"));
            assert_eq!(found.len(), CLAUSES.len(), "{name}: {found:?}");
            assert_eq!(found[0], format!("11.10 (f): there is no test {name}"));
        }
    }

    #[test]
    fn a_clause_without_a_row_and_a_row_without_a_test_are_found() {
        let mut rest = page("`signing::one_signs`");
        rest.text = rest.text.lines().skip(1).collect::<Vec<_>>().join("\n");
        let found = check(&tree(rest));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].says, "11.10 (f) has no row");
        assert_eq!(says("to be written").len(), CLAUSES.len());
        assert_eq!(check(&[]).len(), 1);
    }
}
