//! The document of a request: what anybody checks without Pforte.

use super::chain::Chain;
use super::{keys, see};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::paper;
use crate::service::events;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_model::id::{SignatureRecordId, SignatureRequestId};
use pforte_model::signature::jws;
use pforte_model::signature::statement::Stamp;
use pforte_print::Language;
use pforte_store::{Conn, log, signature_keys, signature_records, signature_requests as rows};
use pforte_verify::signature::{Expect, Keys};
use pforte_wire::problem::Code;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Longest record that is put into a document; a longer one is fetched beside it.
const MOST_RECORD: u64 = 16 * 1024 * 1024;

/// Documents that are printed, or written as XML, at the same time; one takes up to two seconds
/// of a core.
static PRINTERS: Semaphore = Semaphore::const_new(2);

/// Seconds for which a caller waits for a printer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a document is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What the page's address holds beside the request.
    pub view: Option<String>,
    /// In which form.
    #[serde(default)]
    pub form: Form,
    /// The language of the labels of a PDF; the plant's if it is absent or not known.
    pub language: Option<String>,
}

/// The form of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The document that anybody checks.
    #[default]
    Json,
    /// The same as XML with an XML Signature.
    Xml,
    /// The same to be read on paper, with the JSON inside.
    Pdf,
}

/// The document of a request with its media type.
pub async fn show(
    caller: &Caller,
    id: SignatureRequestId,
    asked: Asked,
) -> Result<(&'static str, Vec<u8>), Fault> {
    let json = json(caller, id, asked.view.as_deref()).await?;
    match asked.form {
        Form::Json => Ok(("application/json", json.into_bytes())),
        Form::Xml => Ok(("application/xml", xml(caller, json).await?)),
        Form::Pdf => Ok(("application/pdf", pdf(caller, json, asked.language.as_deref()).await?)),
    }
}

/// The document as XML, signed with the key of this moment. A long record is hashed and
/// written aside, so that no other request waits for it.
async fn xml(caller: &Caller, json: String) -> Result<Vec<u8>, Fault> {
    let app = Arc::clone(caller.app());
    let _printer = timeout(PATIENCE, PRINTERS.acquire()).await.map_err(|_| Fault::new(Code::Busy))?;
    let signing = move || app.signature_key.sign_xml(json.as_bytes()).map(String::into_bytes);
    let signed = tokio::task::spawn_blocking(signing).await.map_err(|_| Fault::new(Code::Internal))?;
    signed.map_err(|_| Code::Internal.into())
}

/// The document as PDF, which says what a check with this plant's own keys finds.
async fn pdf(caller: &Caller, json: String, language: Option<&str>) -> Result<Vec<u8>, Fault> {
    let app = Arc::clone(caller.app());
    let keys = serde_json::to_vec(&keys::all(&app).await?).map_err(|_| Code::Internal)?;
    let _printer = timeout(PATIENCE, PRINTERS.acquire()).await.map_err(|_| Fault::new(Code::Busy))?;
    let language = language.and_then(Language::of_tag);
    let language = language.or_else(|| Language::of_tag(&app.config.plant.language));
    let now = app.clock.micros();
    let printed_at = paper::zoned(Stamp { at: now, offset: app.clock.zone_minutes(now) });
    let printing = move || {
        let keys = Keys::read(&keys).map_err(|_| Fault::new(Code::Internal))?;
        let log_keys = std::slice::from_ref(&app.checkpoint_key);
        let expect = Expect {
            keys: Some(&keys),
            log_keys,
            record: None,
            time_stamp_authorities: &app.config.signature.time_stamp_authorities,
        };
        let printed =
            paper::print(json.into_bytes(), &expect, language.unwrap_or(Language::English), printed_at);
        printed.map_err(|why| Fault::about(Code::NotPrinted, &format!("{}.", sentence(&why.to_string()))))
    };
    tokio::task::spawn_blocking(printing).await.map_err(|_| Fault::new(Code::Internal))?
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

/// The document of a request, JSON.
async fn json(caller: &Caller, id: SignatureRequestId, key: Option<&str>) -> Result<String, Fault> {
    let chain = see::seen(caller, id, key).await?;
    let mut conn = caller.app().store.snapshot().await?;
    let mut document = json!({
        "format": "pforte-signatures/1",
        "statements": chain.statements.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        "record": record(&mut conn, chain.row.record).await?,
        "keys": keys_of(&mut conn, &chain).await?,
        "log": proofs(&mut conn, &chain).await?,
        "timestamps": stamps(&mut conn, id).await?,
    });
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    serde_json::to_string_pretty(&document).map_err(|_| Code::Internal.into())
}

async fn record(conn: &mut Conn, id: Option<SignatureRecordId>) -> Result<Option<String>, Fault> {
    let Some(id) = id else { return Ok(None) };
    let row = signature_records::by_id(conn, id).await?.ok_or(Code::Internal)?;
    if row.bytes > MOST_RECORD {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut number = 0;
    while let Some(part) = signature_records::part(conn, id, number).await? {
        bytes.extend_from_slice(&part);
        number += 1;
    }
    Ok(Some(STANDARD.encode(bytes)))
}

/// The keys that the statements are signed with.
async fn keys_of(conn: &mut Conn, chain: &Chain) -> Result<Vec<Value>, Fault> {
    let named: BTreeSet<String> =
        chain.statements.iter().filter_map(|one| Some(jws::split(&one.text).ok()?.kid)).collect();
    let keys = signature_keys::all(conn).await?.into_iter().filter(|key| named.contains(&key.id));
    Ok(keys
        .map(|key| serde_json::from_str(&key.jwk))
        .collect::<Result<_, _>>()
        .map_err(|_| Code::Internal)?)
}

/// The proof that each statement's event is in the event log.
async fn proofs(conn: &mut Conn, chain: &Chain) -> Result<Value, Fault> {
    let note = log::head(conn).await?.note;
    let mut entries = Vec::with_capacity(chain.statements.len());
    for statement in &chain.statements {
        let sequence = u64::try_from(statement.sequence).map_err(|_| Code::Internal)?;
        let proof = events::proof(conn, sequence, None).await?;
        entries.push(json!({
            "statement": statement.number, "sequence": proof.sequence, "record": proof.record,
            "salt": proof.salt, "path": proof.path,
        }));
    }
    Ok(json!({ "checkpoint": note, "entries": entries }))
}

async fn stamps(conn: &mut Conn, id: SignatureRequestId) -> Result<Option<Vec<Value>>, Fault> {
    let stamps = rows::stamps(conn, id).await?;
    let shown =
        stamps.iter().map(|(number, token)| json!({ "statement": number, "token": STANDARD.encode(token) }));
    Ok(Some(shown.collect()).filter(|all: &Vec<Value>| !all.is_empty()))
}
