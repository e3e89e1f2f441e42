//! `pforte signature verify`: whether a document is the one that was signed.

use super::text;
use crate::cli::events::log_key;
use crate::cli::failure::{Done, End, Failure};
use crate::cli::out::Out;
use crate::cli::private;
use clap::Args;
use pforte_model::log::checkpoint::Verifier;
use pforte_verify::signature::{Expect, Finding, Keys, MAX_BYTES, Place, Report, Shown, Verdict, check};
use pforte_verify::time_stamp::Authority;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Verify {
    /// The document: JSON of the format pforte-signatures/1, or XML around it
    file: PathBuf,
    #[command(flatten)]
    beside: Beside,
}

/// What is known beside the document.
#[derive(Args)]
pub(super) struct Beside {
    /// The plant's signature keys: a JWK Set or a JWK, from a place that whoever made the document could not write. Without it nothing is ever genuine
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The key of the plant's event log, as text or as a file; may be repeated. Without one it is not checked that the log holds the signatures
    #[arg(long = "log-key", value_name = "VKEY|FILE")]
    log_keys: Vec<String>,
    /// The record that was signed, if it is kept beside the document
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The certificates (PEM) of the authorities whose time stamps count. Without one time stamps are not checked
    #[arg(long, value_name = "FILE")]
    time_stamp_authority: Option<PathBuf>,
}

/// The same, read.
pub(super) struct Known {
    keys: Option<Keys>,
    log_keys: Vec<Verifier>,
    record: Option<Vec<u8>>,
    time_stamp_authorities: Vec<Authority>,
}

impl Beside {
    /// Reads the files.
    pub(super) fn known(&self) -> Result<Known, Failure> {
        Ok(Known {
            keys: self.keys.as_deref().map(keys).transpose()?,
            log_keys: self.log_keys.iter().map(|text| log_key(text)).collect::<Result<_, _>>()?,
            record: self.record.as_deref().map(read).transpose()?,
            time_stamp_authorities: authorities(self.time_stamp_authority.as_deref())?,
        })
    }
}

impl Known {
    /// What a check expects.
    pub(super) fn expect(&self) -> Expect<'_> {
        Expect {
            keys: self.keys.as_ref(),
            log_keys: &self.log_keys,
            record: self.record.as_deref(),
            time_stamp_authorities: &self.time_stamp_authorities,
        }
    }
}

impl Verify {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let known = self.beside.known()?;
        let report = check(&read(&self.file)?, &known.expect());
        if out.is_json() {
            out.json(&for_programs(&report))?;
        } else {
            out.text(&text::of(&report))?;
        }
        Ok(End::of(report.verdict() == Verdict::Genuine))
    }
}

/// Reads a document or a record.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    private::read_at_most(path, most).map_err(|error| Failure::file("read", path, &error))
}

fn keys(path: &Path) -> Result<Keys, Failure> {
    let bytes = private::read(path).map_err(|error| Failure::file("read", path, &error))?;
    Keys::read(&bytes).map_err(|bad| {
        let detail = format!("{} holds no signature keys: {bad}", path.display());
        Failure::new(
            "key-unfit",
            detail,
            "Give the JWK Set that the plant's server tells at /signature-keys.",
        )
    })
}

fn authorities(path: Option<&Path>) -> Result<Vec<Authority>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let pem = read(path)?;
    Authority::read(&pem).map_err(|bad| {
        let detail = format!("{} cannot be used: {bad}", path.display());
        Failure::new("authority-unfit", detail, "Give the certificates of the time stamp authority's issuer.")
    })
}

/// The verdict for programs.
fn for_programs(report: &Report) -> Value {
    json!({
        "genuine": report.verdict() == Verdict::Genuine,
        "verdict": report.verdict().as_str(),
        "state": report.state.map(pforte_model::signature::life::State::as_str),
        "statements": report.statements,
        "opening": report.opening,
        "signatures": report.signatures.iter().map(signature).collect::<Vec<_>>(),
        "ending": report.ending,
        "keys_trusted": report.trusted,
        "fingerprints": report.fingerprints,
        "records": report.records,
        "log_size": report.checkpoint.as_ref().map(|head| head.size),
        "logged": report.logged,
        "stamped": report.stamped,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn signature(shown: &Shown) -> Value {
    json!({ "statement": shown.statement, "good": shown.good, "signing": shown.signing })
}

fn finding(finding: &Finding) -> Value {
    let statement = match finding.place {
        Place::Statement(nth) => Some(nth),
        _ => None,
    };
    json!({
        "kind": finding.what.as_str(),
        "fault": finding.what.is_fault(),
        "place": finding.place.to_string(),
        "statement": statement,
        "field": finding.what.field(),
        "detail": finding.to_string(),
    })
}
