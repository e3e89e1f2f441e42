//! `pforte signature print`: a document on paper.

use super::verify::{self, Beside};
use crate::cli::failure::{Done, End, Failure};
use crate::cli::out::Out;
use clap::Args;
use jiff::tz::TimeZone;
use pforte_model::signature::statement::Stamp;
use pforte_print::Language;
use pforte_server::clock::Clock;
use pforte_server::paper;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Print {
    /// The document: JSON of the format pforte-signatures/1
    file: PathBuf,
    /// Where the PDF goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The language of what is printed around the data: en, de, fr, it, es, ja or zh
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    language: Language,
    #[command(flatten)]
    beside: Beside,
}

impl Print {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let known = self.beside.known()?;
        let document = verify::read(&self.file)?;
        let clock = Clock::new(TimeZone::system());
        let now = clock.micros();
        let printed_at = paper::zoned(Stamp { at: now, offset: clock.zone_minutes(now) });
        let printed = paper::print(document, &known.expect(), self.language, printed_at).map_err(|why| {
            Failure::new("not-printed", format!("{why}."), "Take the JSON document; it is what counts.")
        })?;
        std::fs::write(&self.out, &printed).map_err(|error| Failure::file("write", &self.out, &error))?;
        out.text(&format!("{}: {} bytes\n", self.out.display(), printed.len()))?;
        Ok(End::Done)
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::of_tag(tag).ok_or_else(|| "one of en, de, fr, it, es, ja, zh".to_owned())
}
