//! Tables for people.

use pforte_model::name::unseen;
use std::fmt;
use unicode_width::UnicodeWidthStr;

/// A table: heads in capitals, columns two spaces apart.
pub(crate) struct Table {
    pub(crate) heads: &'static [&'static str],
    pub(crate) rows: Vec<Vec<String>>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads: Vec<String> = self.heads.iter().map(|head| head.to_uppercase()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(heads)
            .chain(self.rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()))
            .collect();
        let widths: Vec<usize> = (0..self.heads.len()).map(|at| widest(&lines, at)).collect();
        lines.iter().try_for_each(|line| f.write_str(&spread(line, &widths)))
    }
}

fn widest(lines: &[Vec<String>], at: usize) -> usize {
    lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.width()).max().unwrap_or(0)
}

fn spread(line: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in line.iter().zip(widths) {
        text.push_str(cell);
        text.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Names and values below each other.
pub(crate) fn fields(fields: &[(&str, String)]) -> String {
    let width = fields.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in fields {
        let line = format!("{name:width$}  {}", clean(value));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Writes out what nobody sees, so that no name can move the cursor, turn the
/// direction of writing or look like another one.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if unseen(c) { clean.extend(c.escape_unicode()) } else { clean.push(c) }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_every_script() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let table = Table {
            heads: &["name", "label", "id"],
            rows: vec![row(["a", "山田", "1"]), row(["jürgen", "", "2"])],
        };
        assert_eq!(table.to_string(), "NAME    LABEL  ID\na       山田   1\njürgen         2\n");
    }

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\nd"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
        assert_eq!(
            fields(&[("name", "x\ry".to_owned()), ("longer", String::new())]),
            "name    x\\u{d}y\nlonger\n"
        );
    }
}
