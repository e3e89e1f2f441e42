//! The only place that writes to standard output and standard error.

use crate::cli::failure::{Done, End, Failure};
use crate::cli::show::Shown;
use crate::cli::table::{self, Table};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// How lists and things are written: `Table` for people, `Json` for programs, as
/// the API gives it. Without a text each, so that the help stays short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
}

/// Where a command writes.
pub(crate) struct Out {
    format: Format,
    to: Box<dyn Write>,
}

impl Out {
    /// Standard output.
    pub(crate) fn standard(format: Format) -> Self {
        Self { format, to: Box::new(io::stdout()) }
    }

    /// Whether a program reads it.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A list.
    pub(crate) fn list<T: Shown>(&mut self, items: &[T]) -> Done {
        if self.is_json() {
            return self.json(&items);
        }
        let table = Table { heads: T::HEADS, rows: items.iter().map(Shown::cells).collect() };
        self.text(&table.to_string())
    }

    /// One thing; people see what it has.
    pub(crate) fn one<T: Shown>(&mut self, item: &T) -> Done {
        if self.is_json() {
            return self.json(item);
        }
        let mut fields = item.fields();
        fields.retain(|(_, value)| !value.is_empty());
        self.fields(&fields)
    }

    /// One thing with a secret that is shown once; `whole` is what programs get.
    pub(crate) fn with_secret<T: Shown>(
        &mut self,
        item: &T,
        (name, secret): (&str, &str),
        whole: &impl Serialize,
    ) -> Done {
        if self.is_json() {
            return self.json(whole);
        }
        let mut fields: Vec<(&str, String)> = item.fields();
        fields.retain(|(_, value)| !value.is_empty());
        fields.push((name, secret.to_owned()));
        self.fields(&fields)
    }

    /// Names and values, for people.
    pub(crate) fn fields(&mut self, fields: &[(&str, String)]) -> Done {
        self.text(&table::fields(fields))
    }

    /// That something was done which gives nothing to show; for people only.
    pub(crate) fn said(&mut self, text: impl Display) -> Done {
        if self.is_json() {
            Ok(End::Done)
        } else {
            self.text(&format!("{}\n", table::clean(&text.to_string())))
        }
    }

    /// Something for programs.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Done {
        let mut text = serde_json::to_string_pretty(value).map_err(|_| unwritable())?;
        text.push('\n');
        self.text(&text)
    }

    /// Something for programs, on one line.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Done {
        let mut text = serde_json::to_string(value).map_err(|_| unwritable())?;
        text.push('\n');
        self.text(&text)
    }

    /// Text as it is, in every format.
    pub(crate) fn text(&mut self, text: &str) -> Done {
        let written = self.to.write_all(text.as_bytes()).and_then(|()| self.to.flush());
        match written {
            Ok(()) => Ok(End::Done),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::ReaderGone),
            Err(error) => {
                let detail = format!("cannot write the output: {error}");
                Err(Failure::new("output-failed", detail, "Check where standard output goes."))
            }
        }
    }
}

fn unwritable() -> Failure {
    Failure::new("output-failed", "the answer cannot be written as JSON", "Use --output table.")
}

/// Tells how a command ended.
pub(crate) fn end(out: Out, done: Done) -> ExitCode {
    drop(out);
    match done {
        Ok(End::Done) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Ok(End::No) => ExitCode::FAILURE,
        Err(Failure::Refused(told)) => {
            complain(&format!("{}: {}\n{}\n", told.code, told.detail, told.cure));
            ExitCode::FAILURE
        }
        Err(Failure::WrongUse(told)) => {
            complain(&format!("{}: {}\n{}\n", told.code, told.detail, told.cure));
            ExitCode::from(2)
        }
    }
}

/// Tells what is wrong with the command line, or its help.
pub(crate) fn usage(usage: &clap::Error) -> ExitCode {
    // If neither stream can be written there is nobody to tell.
    drop(usage.print());
    u8::try_from(usage.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Says something beside the output, such as while a person waits.
pub(crate) fn complain(text: &str) {
    let lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(table::clean).collect();
    // If standard error is closed there is nobody to tell.
    drop(writeln!(io::stderr().lock(), "{}", lines.join("\n")));
}
