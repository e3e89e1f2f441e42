//! `pforte signature document`, `record`, `keys`: what proves signatures, fetched to be
//! kept elsewhere.

use super::reference::Reference;
use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::private;
use crate::cli::show::Shown;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Fetch the document of a request, which anybody checks without Pforte
#[derive(Args)]
pub(crate) struct Document {
    /// Identifier, or the address of its page
    #[arg(value_parser = Reference::parse)]
    request: Reference,
    /// Its form; the document that is checked is the JSON
    #[arg(long, value_enum, default_value_t = Form::Json)]
    form: Form,
    /// The language of the labels of a PDF: en, de, fr, it, es, ja or zh [default: the plant's]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Write it to this file; without it to standard output
    #[arg(long, value_name = "FILE", required_if_eq("form", "pdf"))]
    out: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Json,
    Xml,
    Pdf,
}

impl Form {
    /// What is asked of the server; JSON needs no words.
    const fn asked(self) -> Option<&'static str> {
        match self {
            Self::Json => None,
            Self::Xml => Some("xml"),
            Self::Pdf => Some("pdf"),
        }
    }
}

impl Document {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let form = (self.form.asked(), self.language.as_deref());
        let document = client.signature_document(self.request.seen(), form).await?;
        if let Some(file) = self.out {
            return written(out, &file, &document);
        }
        let text = std::str::from_utf8(&document).map_err(|_| no_text())?;
        let end = if text.ends_with('\n') { "" } else { "\n" };
        out.text(&format!("{text}{end}"))
    }
}

fn no_text() -> Failure {
    Failure::new("answer-not-understood", "the document is no text", "Write it to a file with --out.")
}

/// Fetch the record of a request, as it was sent
#[derive(Args)]
pub(crate) struct Record {
    /// Identifier, or the address of its page
    #[arg(value_parser = Reference::parse)]
    request: Reference,
    /// Write it to this file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    link: Link,
}

impl Record {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let (id, view) = self.request.seen();
        let record = self.link.client()?.signature_record(id, view).await?;
        written(out, &self.out, &record)
    }
}

/// Fetch the public signature keys; kept elsewhere, they prove documents to `signature verify`
#[derive(Args)]
pub(crate) struct Keys {
    /// Write the JWK Set to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

impl Keys {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let keys = self.link.client()?.signature_keys().await?;
        if let Some(file) = &self.out {
            let mut text = serde_json::to_string_pretty(&keys).map_err(|_| no_text())?;
            text.push('\n');
            return written(out, file, text.as_bytes());
        }
        if out.is_json() {
            return out.json(&keys);
        }
        out.list(&keys.keys.iter().map(Key::of).collect::<Vec<_>>())
    }
}

/// A key by what people compare.
#[derive(Serialize)]
struct Key {
    kid: String,
    alg: String,
    crv: String,
}

impl Key {
    fn of(jwk: &Value) -> Self {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { kid: text("kid"), alg: text("alg"), crv: text("crv") }
    }
}

impl Shown for Key {
    const HEADS: &'static [&'static str] = &["fingerprint", "algorithm", "curve"];

    fn cells(&self) -> Vec<String> {
        vec![self.kid.clone(), self.alg.clone(), self.crv.clone()]
    }
}

/// Writes a file whole or not at all, and tells it.
fn written(out: &mut Out, file: &Path, content: &[u8]) -> Done {
    private::write(file, content).map_err(|error| Failure::file("write", file, &error))?;
    if out.is_json() {
        return out.json(&json!({ "file": file, "bytes": content.len() }));
    }
    out.said(format!("Written to {}, {} bytes.", file.display(), content.len()))
}
