//! The example file: everything there is to set, with its meaning and default.

use super::section::Described;
use std::fmt::Write as _;

const HEAD: &str = "\
# Everything there is to set, with its default; where there is none, an example.
# Take away the `#` before a line to change it. An empty file is a good configuration.
# Relative paths begin at the folder of this file.

version = 1
";

const WIDTH: usize = 100;

/// Writes the example file.
pub(super) fn write(described: &[Described]) -> String {
    let mut text = HEAD.to_owned();
    for part in described {
        let (doc, line) = match part {
            // The head of a table without a line changes nothing; that of an array makes an entry.
            Described::Table { header, doc } if header.starts_with("[[") => (*doc, format!("#{header}")),
            Described::Table { header, doc } => (*doc, header.clone()),
            Described::Field { key, doc, value } => (doc.as_str(), format!("#{key} = {value}")),
        };
        text.push('\n');
        for line in wrapped(doc) {
            // Writing to a string cannot fail.
            let _never = writeln!(text, "# {line}");
        }
        let _never = writeln!(text, "{line}");
    }
    text
}

/// Breaks a text into lines.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
