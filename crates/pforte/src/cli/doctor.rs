//! `pforte doctor`: what is good here, and the cure of what is not.

mod data;
mod server;

use crate::cli::data::{Data, USUAL_FOLDER};
use crate::cli::failure::{Done, End, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::show::Shown;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Check data, keys, certificates, log, clock, server and directories; each is good or comes with its cure
#[derive(Args)]
pub(crate) struct Doctor {
    /// The data folder of a server on this computer [default: pforte-data, if it is there]
    #[arg(long = "data", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The configuration file of that server
    #[arg(long = "config", value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

/// What was looked at.
#[derive(Debug, Serialize)]
struct Check {
    /// What.
    #[serde(rename = "check")]
    name: String,
    /// Whether it is good.
    result: Verdict,
    /// What was found.
    detail: String,
    /// What to do; empty if it is good.
    #[serde(skip_serializing_if = "String::is_empty")]
    cure: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Good,
    Bad,
    /// It could not be looked at.
    Open,
}

impl Check {
    fn good(name: &str, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), result: Verdict::Good, detail: detail.into(), cure: String::new() }
    }

    fn bad(name: &str, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        let (detail, cure) = (detail.into(), cure.into());
        Self { name: name.to_owned(), result: Verdict::Bad, detail, cure }
    }

    fn open(name: &str, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { result: Verdict::Open, ..Self::bad(name, detail, cure) }
    }

    fn failed(name: &str, failure: Failure) -> Self {
        match failure {
            Failure::Refused(told) | Failure::WrongUse(told) => {
                let detail: Vec<&str> = told.detail.lines().map(str::trim).collect();
                Self::bad(name, format!("{}: {}", told.code, detail.join(" ")), told.cure)
            }
            Failure::ReaderGone => Self::open(name, String::new(), String::new()),
        }
    }
}

impl Doctor {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let mut checks = Vec::new();
        let mut link = self.link;
        match self.folder.or_else(usual_folder) {
            Some(folder) => {
                link.trust_if_nothing_else(folder.join("ca.pem"));
                data::look(&Data { folder, file: self.file }, &mut checks).await;
            }
            None => checks.push(Check::open(
                "data",
                "there is no data folder here",
                "Name the one of a server on this computer with --data.",
            )),
        }
        server::look(&link, &mut checks).await;
        out.list(&checks)?;
        Ok(End::of(checks.iter().all(|check| check.result != Verdict::Bad)))
    }
}

fn usual_folder() -> Option<PathBuf> {
    Some(PathBuf::from(USUAL_FOLDER)).filter(|folder| folder.is_dir())
}

impl Shown for Check {
    const HEADS: &'static [&'static str] = &["check", "result", "detail", "cure"];

    fn cells(&self) -> Vec<String> {
        let result = match self.result {
            Verdict::Good => "good",
            Verdict::Bad => "BAD",
            Verdict::Open => "not looked at",
        };
        vec![self.name.clone(), result.to_owned(), self.detail.clone(), self.cure.clone()]
    }
}
