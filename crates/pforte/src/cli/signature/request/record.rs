//! The record that is to be signed, as a file.

use crate::cli::failure::Failure;
use crate::cli::private;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use pforte_client::Client;
use pforte_model::signature::statement::Digest;
use pforte_wire::problem::Code;
use pforte_wire::signature::{NewRecord, RECORD_BYTES};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// Longest record that goes with the request; a longer one is sent before it.
const WITH_IT: usize = 128 * 1024;

/// What is signed.
#[derive(Args)]
#[group(multiple = true)]
pub(super) struct Record {
    /// Sign the bytes of this file
    #[arg(id = "record", long = "record", value_name = "FILE", conflicts_with_all = ["json", "sha256"])]
    file: Option<PathBuf>,
    /// Sign the JSON of this file, in the canonical form of RFC 8785
    #[arg(long, value_name = "FILE", conflicts_with = "sha256")]
    json: Option<PathBuf>,
    /// Sign the record that has this SHA-256, hexadecimal
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// What the record is, such as text/plain
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
    /// Keep the hash of the record alone; a file given with --record is not sent at all
    #[arg(long)]
    hash_only: bool,
}

impl Record {
    pub(super) async fn asked(self, client: &Client) -> Result<Option<NewRecord>, Failure> {
        let bare = NewRecord { media_type: self.media_type, keep: !self.hash_only, ..NewRecord::default() };
        match (self.file, self.json, self.sha256) {
            (Some(file), ..) if self.hash_only => {
                Ok(Some(NewRecord { sha256: Some(hash(&file)?), keep: true, ..bare }))
            }
            (Some(file), ..) => bytes(client, &file, bare).await.map(Some),
            (_, Some(file), _) => Ok(Some(NewRecord { json: Some(json(&file)?), ..bare })),
            (.., Some(sha256)) => Ok(Some(NewRecord { sha256: Some(sha256), ..bare })),
            _ => Ok(None),
        }
    }
}

async fn bytes(client: &Client, file: &Path, bare: NewRecord) -> Result<NewRecord, Failure> {
    let content = private::read_at_most(file, RECORD_BYTES).map_err(|error| unread(file, &error))?;
    if content.len() <= WITH_IT {
        return Ok(NewRecord { base64: Some(STANDARD.encode(content)), ..bare });
    }
    let kind = bare.media_type.as_deref().unwrap_or("application/octet-stream");
    let sent = client.send_signature_record(kind, content).await?;
    Ok(NewRecord { id: Some(sent.id), media_type: None, ..bare })
}

/// What is too long is told as the server tells it, before it is on its way.
fn unread(file: &Path, error: &io::Error) -> Failure {
    if error.kind() != ErrorKind::FileTooLarge {
        return Failure::file("read", file, error);
    }
    let code = Code::RecordTooLong;
    Failure::new(code.as_str(), format!("{} is {error}", file.display()), "Use --hash-only, or --sha256.")
}

fn json(file: &Path) -> Result<Box<serde_json::value::RawValue>, Failure> {
    let content = private::read(file).map_err(|error| Failure::file("read", file, &error))?;
    serde_json::from_slice(&content).map_err(|error| {
        let detail = format!("{} is no JSON: {error}", file.display());
        Failure::new(Code::RecordInvalid.as_str(), detail, "Give a file with JSON, or use --record.")
    })
}

/// The SHA-256 of a file of any length.
fn hash(file: &Path) -> Result<String, Failure> {
    let read = || {
        let (mut file, mut hash, mut part) = (File::open(file)?, Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut part)? {
                0 => return Ok(hash.finalize()),
                count => hash.update(part.get(..count).unwrap_or_default()),
            }
        }
    };
    let hash = read().map_err(|error| Failure::file("read", file, &error))?;
    Ok(Digest(hash.into()).to_string())
}
