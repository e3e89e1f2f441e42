//! `pforte events verify`: whether the log is the one that was written.

use super::feed::feed;
use crate::cli::data::{Data, folder_failure, open_failure};
use crate::cli::failure::{Done, End, Failure};
use crate::cli::out::Out;
use crate::cli::private;
use clap::Args;
use pforte_model::log::checkpoint::Verifier;
use pforte_server::keys::{DataFolder, FolderError};
use pforte_store::{OpenError, Reader, StoreError};
use pforte_verify::{Expect, Finding, Records, Report};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    data: Data,
    /// A checkpoint that was kept elsewhere (`events checkpoint`); may be repeated. Without one a log that was cut off, put back or signed anew is not noticed
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// The key that checks the log, as text or as a file; may be repeated [default: `checkpoint.vkey` of the data folder]
    #[arg(long = "key", value_name = "VKEY")]
    keys: Vec<String>,
}

impl Verify {
    pub(crate) async fn run(&self, out: &mut Out) -> Done {
        let settings = self.data.database(&self.data.config()?);
        let keys = self.keys()?;
        let notes = self.checkpoints.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        let reader = Reader::open(&settings).await.map_err(|error| open_failure(&error))?;
        let mut conn = reader.snapshot().await.map_err(unreadable)?;
        let expect = Expect { keys, purged_before: 0, records: Records::Read };
        let report = feed(&mut conn, expect, &notes).await.map_err(unreadable)?;
        if out.is_json() {
            out.json(&document(&report))?;
        } else {
            out.text(&text(&report))?;
        }
        Ok(End::of(report.is_genuine()))
    }

    fn keys(&self) -> Result<Vec<Verifier>, Failure> {
        if self.keys.is_empty() {
            if !DataFolder::exists(&self.data.folder) {
                return Err(folder_failure(&FolderError::Missing(self.data.folder.clone())));
            }
            return Ok(vec![key_file(&self.data.folder.join("checkpoint.vkey"))?]);
        }
        self.keys.iter().map(|text| log_key(text)).collect()
    }
}

/// The key of a log, as text or as the path of a file.
pub(crate) fn log_key(text: &str) -> Result<Verifier, Failure> {
    text.parse().or_else(|_| key_file(Path::new(text)))
}

fn key_file(path: &Path) -> Result<Verifier, Failure> {
    let content = String::from_utf8_lossy(&read(path)?).into_owned();
    content.trim().parse().map_err(|_| {
        let detail = format!("{} holds no key of a log", path.display());
        Failure::new("key-unfit", detail, "Give what `pforte events checkpoint --key` prints.")
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    private::read(path).map_err(|error| Failure::file("read", path, &error))
}

fn unreadable(error: StoreError) -> Failure {
    open_failure(&OpenError::Store(error))
}

/// The verdict for people; every row that is not genuine is named.
fn text(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&finding.to_string());
        text.push('\n');
    }
    if report.more > 0 {
        text = format!("{text}and {} findings more\n", report.more);
    }
    if report.passed > 0 {
        text = format!("{text}{} checkpoints could not be compared\n", report.passed);
    }
    let verdict = if report.is_genuine() { "genuine" } else { "NOT GENUINE" };
    let Report { entries, checkpoints, elsewhere, .. } = report;
    let counted = format!("{entries} entries, {checkpoints} checkpoints, {elsewhere} of them kept elsewhere");
    format!("{text}{verdict}: {counted}\n")
}

/// The verdict for programs.
fn document(report: &Report) -> Value {
    let findings: Vec<Value> = report.findings.iter().map(finding).collect();
    json!({
        "genuine": report.is_genuine(),
        "entries": report.entries,
        "purged": report.purged,
        "checkpoints": report.checkpoints,
        "elsewhere": report.elsewhere,
        "not_compared": report.passed,
        "size": report.head.as_ref().map(|head| head.size),
        "findings": findings,
        "more": report.more,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "kind": finding.what.as_str(),
        "first": finding.rows.map(|rows| rows.first),
        "last": finding.rows.map(|rows| rows.last),
        "detail": finding.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pforte_verify::{Part, Rows, What};

    #[test]
    fn a_log_that_is_not_genuine_names_its_rows() {
        let altered = What::Altered { part: Part::Record, proved: true };
        let findings = vec![Finding { what: altered, rows: Some(Rows::one(17)) }];
        let report = Report { entries: 20, checkpoints: 2, findings, ..Report::default() };
        let expected = "entry 17: altered (record or salt)\nNOT GENUINE: 20 entries, 2 checkpoints, 0 of them kept elsewhere\n";
        assert_eq!(text(&report), expected);
        let document = document(&report);
        assert_eq!(document.pointer("/findings/0/first"), Some(&json!(17)));
        assert_eq!(document.get("genuine"), Some(&json!(false)));
    }
}
