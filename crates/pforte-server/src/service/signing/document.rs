//! The document of a request: what anybody checks without Pforte.

use super::chain::Chain;
use super::see;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::service::events;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_model::id::{SignatureRecordId, SignatureRequestId};
use pforte_store::{Conn, log, signature_keys, signature_records, signature_requests as rows};
use pforte_wire::problem::Code;
use serde_json::{Value, json};

/// Longest record that is put into a document; a longer one is fetched beside it.
const MOST_RECORD: u64 = 16 * 1024 * 1024;

/// In which form a document is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// JSON, which the other forms only wrap.
    #[default]
    Json,
    /// XML with an XML Signature.
    Xml,
}

impl Form {
    /// Every form.
    const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// The form that is asked for; JSON if none is.
    pub fn parse(asked: Option<&str>) -> Result<Self, Fault> {
        let Some(asked) = asked else { return Ok(Self::default()) };
        let known = Self::ALL.into_iter().find(|form| form.as_str() == asked);
        known.ok_or_else(|| Fault::value("form", &Self::ALL.map(Self::as_str).join(", ")))
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// What an answer says that it is.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}

/// The document of a request in one of its forms.
pub async fn show(
    caller: &Caller,
    id: SignatureRequestId,
    key: Option<&str>,
    form: Form,
) -> Result<Vec<u8>, Fault> {
    let json = json(caller, id, key).await?;
    match form {
        Form::Json => Ok(json.into_bytes()),
        Form::Xml => {
            let signed = caller.app().signature_key.sign_xml(json.as_bytes());
            Ok(signed.map_err(|_| Code::Internal)?.into_bytes())
        }
    }
}

/// The document of a request, JSON.
pub async fn json(caller: &Caller, id: SignatureRequestId, key: Option<&str>) -> Result<String, Fault> {
    let chain = see::seen(caller, id, key).await?;
    let mut conn = caller.app().store.snapshot().await?;
    let mut document = json!({
        "format": "pforte-signatures/1",
        "statements": chain.statements.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        "record": record(&mut conn, chain.row.record).await?,
        "keys": keys(&mut conn).await?,
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

async fn keys(conn: &mut Conn) -> Result<Vec<Value>, Fault> {
    let keys = signature_keys::all(conn).await?.into_iter();
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
