//! Reads one table of the configuration, field by field, and notes every problem.
//!
//! Each field is read by one call that tells its name, bounds, default and
//! meaning. The same calls, made over an empty configuration, write the example
//! file, so that it cannot tell anything else than what is read.

use super::problem::Problem;
use super::similar::most_similar;
use std::fmt::Display;
use std::fs::File;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a run over the configuration gathers.
pub(super) struct Run<'t> {
    /// Where each line of the text ends; counted anew for each of many mistakes, lines took minutes.
    ends: Vec<usize>,
    /// Where relative paths begin.
    pub(super) base: &'t Path,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What is not good, but can be used.
    pub(super) warnings: Vec<Problem>,
    /// What there is to set, in order.
    pub(super) described: Vec<Described>,
}

/// A part of the example file.
pub(super) enum Described {
    /// A table begins.
    Table {
        /// Its header, with brackets.
        header: String,
        /// What it is about.
        doc: &'static str,
    },
    /// A field.
    Field {
        /// Its name.
        key: &'static str,
        /// What it means.
        doc: String,
        /// Its default, or an example where there is none, as TOML.
        value: String,
    },
}

impl<'t> Run<'t> {
    pub(super) fn new(text: &str, base: &'t Path) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { ends, base, problems: Vec::new(), warnings: Vec::new(), described: Vec::new() }
    }

    /// The line of a place in the text, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }
}

/// One table of the configuration while it is read.
pub(super) struct Section<'r, 't> {
    run: &'r mut Run<'t>,
    path: String,
    /// Missing if the file does not have this table; then every default holds.
    table: Option<&'t DeTable<'t>>,
    known: Vec<&'static str>,
}

type Value<'t> = &'t Spanned<DeValue<'t>>;

impl<'r, 't> Section<'r, 't> {
    /// The outermost table.
    pub(super) fn root(run: &'r mut Run<'t>, table: &'t DeTable<'t>) -> Self {
        Self { run, path: String::new(), table: Some(table), known: Vec::new() }
    }

    /// A table in this one.
    pub(super) fn table(&mut self, key: &'static str, doc: &'static str) -> Section<'_, 't> {
        let found = self.take(key);
        let table = found.and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                self.wrong(key, value, &format!("must be a table, `[{key}]`"));
            }
            table
        });
        self.run.described.push(Described::Table { header: format!("[{key}]"), doc });
        Section { path: self.at(key), run: self.run, table, known: Vec::new() }
    }

    /// Reads each table of an array of tables.
    pub(super) fn tables<T>(
        &mut self,
        (key, most): (&'static str, usize),
        doc: &'static str,
        read: impl Fn(Section<'_, 't>) -> Option<T>,
    ) -> Vec<T> {
        self.run.described.push(Described::Table { header: format!("[[{key}]]"), doc });
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(tables) = value.get_ref().as_array() else {
            self.wrong(key, value, &format!("must be tables, `[[{key}]]`"));
            return Vec::new();
        };
        if tables.len() > most {
            self.wrong(key, value, &format!("must be at most {most}"));
        }
        let mut all = Vec::new();
        for (place, value) in tables.iter().enumerate().take(most) {
            let path = format!("{}[{place}]", self.at(key));
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(key, value, "must be a table");
                continue;
            };
            all.extend(read(Section { run: self.run, path, table: Some(table), known: Vec::new() }));
        }
        all
    }

    /// Writes down what the tables of an array may hold; the example needs it.
    pub(super) fn describe<T>(&mut self, read: impl Fn(Section<'_, 't>) -> Option<T>) {
        // Over no table every call describes its field and finds nothing.
        let _nothing = read(Section { run: self.run, path: String::new(), table: None, known: Vec::new() });
    }

    /// The same for a further table, with its own head.
    pub(super) fn describe_table<T>(
        &mut self,
        (header, doc): (&str, &'static str),
        read: impl Fn(Section<'_, 't>) -> Option<T>,
    ) {
        self.run.described.push(Described::Table { header: header.to_owned(), doc });
        self.describe(read);
    }

    /// Ends the reading: whatever was not read is unknown.
    pub(super) fn done(self) {
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) {
                let hint = most_similar(name, &self.known).map(|known| format!("; did you mean `{known}`?"));
                let says = format!("unknown key{}", hint.unwrap_or_default());
                let line = Some(self.run.line(key.span().start));
                self.run.problems.push(Problem { path: join(&self.path, name), line, says });
            }
        }
    }

    /// Whether there is such a table in the file (of [`Section::describe`] there is none).
    pub(super) const fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// Whether there is nothing in this table.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_none_or(DeTable::is_empty)
    }

    /// Whether a field is there, good or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Where relative paths begin.
    pub(super) fn base(&self) -> &'t Path {
        self.run.base
    }

    /// The path of a field.
    fn at(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// Notes that the value of a field is wrong.
    fn wrong(&mut self, key: &str, value: Value<'_>, says: &str) {
        let line = Some(self.run.line(value.span().start));
        self.run.problems.push(Problem { path: self.at(key), line, says: says.to_owned() });
    }

    /// The line of a field, if it is there.
    fn line(&self, key: &str) -> Option<usize> {
        let (_, value) = self.table?.get_key_value(key)?;
        Some(self.run.line(value.span().start))
    }

    /// Notes a problem with a field that was read, or that is missing.
    pub(super) fn problem(&mut self, key: &str, says: &str) {
        let problem = Problem { path: self.at(key), line: self.line(key), says: says.to_owned() };
        self.run.problems.push(problem);
    }

    /// Notes that a field is not good, but can be used.
    pub(super) fn warning(&mut self, key: &str, says: &str) {
        let problem = Problem { path: self.at(key), line: self.line(key), says: says.to_owned() };
        self.run.warnings.push(problem);
    }

    /// The value of a field, without a description.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'t>> {
        self.known.push(key);
        self.table?.get(key)
    }

    /// The value of a field; `shown` stands in the example.
    fn field(&mut self, key: &'static str, doc: String, shown: String) -> Option<Value<'t>> {
        self.run.described.push(Described::Field { key, doc, value: shown });
        self.take(key)
    }

    /// A whole number within bounds.
    pub(super) fn number<T>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<T>,
        default: T,
        doc: &str,
    ) -> T
    where
        T: Copy + PartialOrd + Display + TryFrom<i64>,
    {
        let (low, high) = (range.start(), range.end());
        let doc = format!("{doc} {low} to {high}.");
        let Some(value) = self.field(key, doc, default.to_string()) else { return default };
        let number =
            whole(value).and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(key, value, &format!("must be {low}..={high}"));
        }
        number.unwrap_or(default)
    }

    /// A whole number within bounds that may be left out.
    pub(super) fn optional_number<T>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<T>,
        example: T,
        doc: &str,
    ) -> Option<T>
    where
        T: Copy + PartialOrd + Display + TryFrom<i64>,
    {
        let value = self.number(key, range, example, doc);
        self.table?.get(key).map(|_| value)
    }

    /// A text of at most `most` characters.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        most: usize,
        default: &str,
        doc: &str,
    ) -> Option<String> {
        let value = self.field(key, doc.to_owned(), quoted(default))?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, "must be a text in quotes");
        }
        let text = text?;
        if text.chars().count() > most {
            self.wrong(key, value, &format!("must have at most {most} characters"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A text that is read further; what `read` says is the problem.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        shown: &str,
        doc: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(key, 1024, shown, doc)?;
        let parsed = read(&text);
        if let Err(says) = &parsed {
            self.problem(key, says);
        }
        parsed.ok()
    }

    /// The path of a file that can be read; a relative one begins at the
    /// configuration's folder.
    pub(super) fn file(&mut self, key: &'static str, shown: &str, doc: &str) -> Option<PathBuf> {
        let base = self.run.base;
        self.parsed(key, shown, doc, |text| {
            let path = base.join(text);
            match File::open(&path).and_then(|file| file.metadata()) {
                Ok(found) if found.is_file() => Ok(path),
                Ok(_) => Err(format!("{} is not a file", path.display())),
                Err(error) => Err(format!("cannot read {}: {error}", path.display())),
            }
        })
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
        default: T,
        doc: &str,
    ) -> T {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        let words = words.join(", ");
        let doc = format!("{doc} One of {words}.");
        let shown = choices.first().map_or("", |(word, _)| word);
        let read = |text: &str| {
            let found = choices.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
            found.ok_or_else(|| format!("must be one of {words}"))
        };
        self.parsed(key, shown, &doc, read).unwrap_or(default)
    }

    /// A list of texts, each read further. `None` if it is not there.
    pub(super) fn list<T>(
        &mut self,
        (key, most): (&'static str, usize),
        shown: &[&str],
        doc: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let quoted: Vec<String> = shown.iter().map(|text| quoted(text)).collect();
        let value = self.field(key, doc.to_owned(), format!("[{}]", quoted.join(", ")))?;
        let Some(list) = value.get_ref().as_array().filter(|list| list.len() <= most) else {
            self.wrong(key, value, &format!("must be a list of at most {most} texts"));
            return None;
        };
        let mut all = Vec::new();
        for (place, value) in list.iter().enumerate() {
            let text = value.get_ref().as_str().filter(|text| text.len() <= 1024);
            match text.ok_or_else(|| "must be a text in quotes".to_owned()).and_then(&read) {
                Ok(one) => all.push(one),
                Err(says) => self.wrong(&format!("{key}[{place}]"), value, &says),
            }
        }
        Some(all)
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A whole number, in whatever base TOML lets it be written.
fn whole(value: Value<'_>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
