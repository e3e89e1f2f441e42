//! How long files and functions are, tests not counted.
//!
//! The files are formatted, which tells where a function ends: at the brace that stands as far to the
//! left as its first line. Clippy knows the greatest length and number of parameters of functions.

use super::Finding;
use super::tree::TextFile;

/// The greatest number of lines of a file.
const LONGEST: usize = 700;
/// The limits of all files together.
const FILE_MEDIAN: usize = 150;
const FILE_P90: usize = 400;
/// The limit of all functions together.
const FUNCTION_MEDIAN: usize = 10;

/// The lengths of the tree's files and functions.
#[derive(Debug)]
pub(super) struct Measured {
    /// Lines and path of each file, the shortest first.
    files: Vec<(usize, String)>,
    /// Lines of each function, the shortest first.
    functions: Vec<usize>,
}

impl Measured {
    pub(super) fn of(files: &[TextFile]) -> Self {
        let counted = files.iter().filter(|file| is_counted(&file.path));
        let mut measured = Self { files: Vec::new(), functions: Vec::new() };
        for file in counted {
            let lines = without_tests(&file.text);
            measured.files.push((lines.len(), file.path.clone()));
            measured.functions.extend(functions(&lines));
        }
        measured.files.sort();
        measured.functions.sort_unstable();
        measured
    }

    pub(super) fn summary(&self) -> String {
        let files: Vec<usize> = self.files.iter().map(|(lines, _)| *lines).collect();
        let longest = self.files.last().map_or("", |(_, path)| path.as_str());
        format!(
            "{} files: median {} lines (at most {FILE_MEDIAN}), p90 {} (at most {FILE_P90}), longest {} ({longest})\n\
            {} functions: median {} lines (at most {FUNCTION_MEDIAN}), p90 {}, longest {}",
            files.len(),
            part(&files, 50),
            part(&files, 90),
            part(&files, 100),
            self.functions.len(),
            part(&self.functions, 50),
            part(&self.functions, 90),
            part(&self.functions, 100),
        )
    }

    pub(super) fn check(&self) -> Vec<Finding> {
        let long = self.files.iter().filter(|(lines, _)| *lines > LONGEST);
        let long = long.map(|(lines, path)| Finding {
            rule: "file-length",
            place: path.clone(),
            says: format!("{lines} lines without tests, at most {LONGEST}"),
        });
        let files: Vec<usize> = self.files.iter().map(|(lines, _)| *lines).collect();
        let all = [
            ("median of files", part(&files, 50), FILE_MEDIAN),
            ("p90 of files", part(&files, 90), FILE_P90),
            ("median of functions", part(&self.functions, 50), FUNCTION_MEDIAN),
        ];
        let all =
            all.into_iter().filter(|(_, found, limit)| found > limit).map(|(what, found, limit)| Finding {
                rule: "length",
                place: what.to_owned(),
                says: format!("{found} lines, at most {limit}"),
            });
        long.chain(all).collect()
    }
}

/// The length below which so many of a hundred lie; of sorted lengths.
fn part(sorted: &[usize], percent: usize) -> usize {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().unwrap_or_default()
}

/// Whether a file is source that people write, and not a test as a whole.
fn is_counted(path: &str) -> bool {
    let source = [".rs", ".ts", ".tsx"].iter().any(|end| path.ends_with(end));
    let test = path.split('/').any(|part| ["tests", "tests.rs", "benches"].contains(&part));
    source && !test && !path.contains(".test.") && !path.ends_with("generated.ts")
}

/// The lines of a file without the tests at its bottom.
fn without_tests(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = lines.iter().position(|line| line.starts_with("mod tests {") || *line == "mod tests;");
    let begins = begins.map_or(lines.len(), |module| {
        let above = lines.iter().take(module).rposition(|line| *line == "#[cfg(test)]");
        above.unwrap_or(module)
    });
    lines.into_iter().take(begins).collect()
}

/// The length of each function, from its first line to its closing brace.
fn functions(lines: &[&str]) -> Vec<usize> {
    let starts = lines.iter().enumerate().filter(|(_, line)| begins_function(line));
    starts.filter_map(|(number, line)| function_length(lines.get(number..)?, indent(line))).collect()
}

fn begins_function(line: &str) -> bool {
    let words = line.trim_start().split(' ');
    let mut words = words.skip_while(|word| {
        word.starts_with("pub") || ["async", "const", "unsafe", "extern", "\"C\"", "in"].contains(word)
    });
    words.next() == Some("fn")
}

/// `None` where it has no body.
fn function_length(lines: &[&str], indented: usize) -> Option<usize> {
    for (number, line) in lines.iter().enumerate() {
        let ends_here = indent(line) == indented && !line.trim().is_empty();
        if number == 0 && line.ends_with('}') || number > 0 && ends_here && line.trim_start().starts_with('}')
        {
            return Some(number + 1);
        }
        if line.ends_with(';') && indent(line) <= indented {
            return None;
        }
    }
    None
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn tests_at_the_bottom_and_files_of_tests_are_not_counted() {
        let text = "fn a() {}\n\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n    fn b() {}\n}\n";
        let measured = Measured::of(&[
            file("a/src/x.rs", text),
            file("a/tests/it/y.rs", text),
            file("a/src/tests.rs", text),
        ]);
        assert_eq!(measured.files, [(2, "a/src/x.rs".to_owned())]);
        assert_eq!(measured.functions, [1]);
    }

    #[test]
    fn a_function_ends_at_the_brace_below_its_first_letter() {
        let text = "impl X {\n    pub(crate) async fn a(\n        b: C,\n    ) -> D {\n        if b {\n        }\n    }\n\n    fn none();\n\n    const fn one() {}\n}\n";
        assert_eq!(functions(&text.lines().collect::<Vec<_>>()), [6, 1]);
    }

    #[test]
    fn a_file_over_the_limit_is_found() {
        let measured = Measured::of(&[file("long.rs", &"\n".repeat(LONGEST + 1))]);
        assert!(measured.check().iter().any(|finding| finding.rule == "file-length"));
        let measured = Measured::of(&[file("long.rs", &"\n".repeat(FILE_MEDIAN))]);
        assert_eq!(measured.check(), []);
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(part(&[1, 2, 3, 4, 100], 50), 3);
        assert_eq!(part(&[1, 2, 3, 4, 100], 100), 100);
        assert_eq!(part(&[], 50), 0);
    }
}
