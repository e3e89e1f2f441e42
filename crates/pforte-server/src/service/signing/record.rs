//! The records that are signed: sent with the request, or before it in a stream.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::service::emergency;
use axum::body::{Body, BodyDataStream, Bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use pforte_model::id::{ApplicationId, SignatureRecordId};
use pforte_model::signature::canonical;
use pforte_model::signature::statement::{Digest, Form, Record};
use pforte_store::signature_records::{self as rows, PART_BYTES, SignatureRecord as Row};
use pforte_store::{StoreError, Tx};
use pforte_wire::problem::Code;
use pforte_wire::signature::{NewRecord, SentRecord};
use sha2::{Digest as _, Sha256};

/// Longest record, in bytes.
pub const MOST_BYTES: u64 = pforte_wire::signature::RECORD_BYTES;

/// Longest name of a media type, in characters.
const MEDIA_TYPE: usize = 100;

/// Seconds after which a record that no request names is forgotten.
const UNUSED_SECONDS: i64 = 3_600;

/// A record as it came with a request.
pub(super) enum Prepared {
    /// None.
    None,
    /// Its hash alone.
    Hash(Record),
    /// Its bytes, to be kept.
    Bytes(Record, Vec<u8>),
    /// One that was sent before.
    Sent(SignatureRecordId),
}

impl Prepared {
    /// What tells it from another one.
    pub(super) fn told(&self) -> serde_json::Value {
        match self {
            Self::None => serde_json::Value::Null,
            Self::Hash(record) | Self::Bytes(record, _) => serde_json::json!(record),
            Self::Sent(id) => serde_json::json!(id),
        }
    }
}

/// Reads what came with a request.
pub(super) fn prepare(asked: Option<NewRecord>) -> Result<Prepared, Fault> {
    let Some(asked) = asked else { return Ok(Prepared::None) };
    let media_type = |default: &str| media_type(asked.media_type.as_deref().unwrap_or(default));
    let NewRecord { json, text, base64, sha256, id, keep, .. } = &asked;
    let (bytes, media_type, form) = match (json, text, base64, sha256, id) {
        (Some(json), None, None, None, None) => {
            let bytes = canonical::canonical(json.get().as_bytes())
                .map_err(|bad| Fault::about(Code::RecordInvalid, &format!("{bad}.")))?;
            (bytes, media_type("application/json")?, Form::Jcs)
        }
        (None, Some(text), None, None, None) => {
            (text.clone().into_bytes(), media_type("text/plain")?, Form::Bytes)
        }
        (None, None, Some(base64), None, None) => {
            let bytes = STANDARD.decode(base64);
            let bytes = bytes.map_err(|_| Fault::about(Code::RecordInvalid, "It is not base64."))?;
            (bytes, media_type("application/octet-stream")?, Form::Bytes)
        }
        (None, None, None, Some(sha256), None) => {
            let sha256 =
                sha256.parse().map_err(|bad| Fault::about(Code::RecordInvalid, &format!("{bad}.")))?;
            let media_type = media_type("application/octet-stream")?;
            return Ok(Prepared::Hash(Record { sha256, bytes: None, media_type, form: Form::Bytes }));
        }
        (None, None, None, None, Some(id)) => return Ok(Prepared::Sent(id.parse()?)),
        _ => return Err(Fault::value("record", "one of json, text, base64, sha256 and id")),
    };
    let record = Record {
        sha256: Digest(Sha256::digest(&bytes).into()),
        bytes: u64::try_from(bytes.len()).ok(),
        media_type,
        form,
    };
    Ok(if *keep { Prepared::Bytes(record, bytes) } else { Prepared::Hash(record) })
}

fn media_type(text: &str) -> Result<String, Fault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+/;= \"".contains(c);
    if text.len() > MEDIA_TYPE || !text.contains('/') || !text.chars().all(fits) {
        return Err(Fault::value("media_type", "such as application/json, at most 100 characters"));
    }
    Ok(text.to_owned())
}

/// Keeps what came with a request; gives where it is kept and what the opening tells.
pub(super) async fn keep(
    app: &App,
    tx: &mut Tx,
    application: ApplicationId,
    record: &Prepared,
) -> Result<(Option<SignatureRecordId>, Option<Record>), Fault> {
    match record {
        Prepared::None => Ok((None, None)),
        Prepared::Hash(record) => Ok((None, Some(record.clone()))),
        Prepared::Bytes(record, bytes) => {
            let id = SignatureRecordId::from_bytes(app.ids.bytes(app.clock.micros()));
            for (number, part) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
                rows::add_part(tx, id, number, part).await?;
            }
            rows::insert(tx, &row(app, application, id, record)).await?;
            Ok((Some(id), Some(record.clone())))
        }
        Prepared::Sent(id) => {
            let found = rows::by_id(tx, *id).await?.filter(|row| row.application == application);
            let row = found.ok_or_else(|| Fault::missing("record"))?;
            let form = if row.form == "jcs" { Form::Jcs } else { Form::Bytes };
            let sha256 = Digest(row.sha256);
            Ok((Some(*id), Some(Record { sha256, bytes: Some(row.bytes), media_type: row.media_type, form })))
        }
    }
}

fn row(app: &App, application: ApplicationId, id: SignatureRecordId, record: &Record) -> Row {
    Row {
        id,
        application,
        sha256: record.sha256.0,
        bytes: record.bytes.unwrap_or(0),
        media_type: record.media_type.clone(),
        form: if record.form == Form::Jcs { "jcs" } else { "bytes" }.to_owned(),
        created_at: app.clock.micros(),
    }
}

/// Most records of one application that no request has named, so that none fills the disk.
const MOST_UNUSED: u64 = 32;

/// Takes a record in a stream, piece by piece.
pub async fn receive(
    caller: &Caller,
    kind: Option<&str>,
    body: &mut BodyDataStream,
) -> Result<SentRecord, Fault> {
    let app = caller.app();
    let application = caller.application()?.id;
    emergency::refuse(app)?;
    let media_type = media_type(kind.unwrap_or("application/octet-stream"))?;
    let id = SignatureRecordId::from_bytes(app.ids.bytes(app.clock.micros()));
    // It is known before its parts are, so that they are swept if the server ends meanwhile.
    let coming = Record { sha256: Digest([0; 32]), bytes: None, media_type, form: Form::Bytes };
    let row = row(app, application, id, &coming);
    app.store
        .write(async move |tx| {
            if rows::count_unused(tx, application).await? >= MOST_UNUSED {
                let told =
                    format!("{MOST_UNUSED} records of the application wait for a request that names them.");
                return Err(Fault::about(Code::Busy, &told));
            }
            Ok(rows::begin(tx, &row).await?)
        })
        .await?;
    match parts(app, id, body).await {
        Ok((sha256, bytes)) => {
            app.store.write(async move |tx| rows::finish(tx, id, &sha256.0, bytes).await).await?;
            Ok(SentRecord { id: id.to_string(), sha256: sha256.to_string(), bytes })
        }
        Err(fault) => {
            app.store.write(async move |tx| rows::remove(tx, id).await).await?;
            Err(fault)
        }
    }
}

async fn parts(app: &App, id: SignatureRecordId, body: &mut BodyDataStream) -> Result<(Digest, u64), Fault> {
    let (mut hash, mut bytes, mut number) = (Sha256::new(), 0_u64, 0_i64);
    let mut part: Vec<u8> = Vec::with_capacity(PART_BYTES);
    loop {
        let piece: Option<Bytes> =
            body.next().await.transpose().map_err(|_| Fault::new(Code::BodyInvalid))?;
        let is_last = piece.is_none();
        let mut piece = piece.unwrap_or_default();
        bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if bytes > MOST_BYTES {
            return Err(Code::RecordTooLong.into());
        }
        hash.update(&piece);
        while !piece.is_empty() || is_last && !part.is_empty() {
            let room = PART_BYTES.saturating_sub(part.len()).min(piece.len());
            part.extend_from_slice(&piece.split_to(room));
            if part.len() < PART_BYTES && !is_last {
                break;
            }
            let full = std::mem::replace(&mut part, Vec::with_capacity(PART_BYTES));
            app.store.write(async move |tx| rows::add_part(tx, id, number, &full).await).await?;
            number += 1;
        }
        if is_last {
            return Ok((Digest(hash.finalize().into()), bytes));
        }
    }
}

/// A record that is kept, as far as it can be read by people.
pub enum Readable {
    /// Text that has the hash by which it is signed.
    Text(String),
    /// No text, or too long.
    Not,
    /// What is kept has another hash than what was asked to be signed.
    Broken,
}

/// A record that is kept, if it is text of at most so many bytes. Its hash is that of
/// the opening, and not the one that stands beside it.
pub async fn readable(app: &App, kept: &Row, sha256: &str, most: u64) -> Result<Readable, Fault> {
    let kind = kept.media_type.to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_text = kind.starts_with("text/") || kind == "application/json" || kind.ends_with("+json");
    if !is_text || kept.bytes > most {
        return Ok(Readable::Not);
    }
    let mut conn = app.store.read().await?;
    let (mut bytes, mut number) = (Vec::new(), 0);
    while let Some(part) = rows::part(&mut conn, kept.id, number).await? {
        bytes.extend_from_slice(&part);
        number += 1;
    }
    if Digest(Sha256::digest(&bytes).into()).to_string() != sha256 {
        return Ok(Readable::Broken);
    }
    Ok(String::from_utf8(bytes).map_or(Readable::Not, Readable::Text))
}

/// A record that is kept, part by part.
pub fn body(app: &Shared, id: SignatureRecordId) -> Body {
    let app = Shared::clone(app);
    let parts = futures_util::stream::unfold(Some(0_i64), move |number| {
        let app = Shared::clone(&app);
        async move {
            let number = number?;
            match part(&app, id, number).await {
                Ok(None) => None,
                Ok(Some(part)) => Some((Ok(part), Some(number + 1))),
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Body::from_stream(parts)
}

async fn part(app: &App, id: SignatureRecordId, number: i64) -> Result<Option<Bytes>, StoreError> {
    let mut conn = app.store.read().await?;
    Ok(rows::part(&mut conn, id, number).await?.map(Bytes::from))
}

/// Forgets records that no request has named for an hour.
pub async fn sweep(app: &Shared) {
    let before = app.clock.micros().plus_seconds(-UNUSED_SECONDS);
    let swept = app
        .store
        .write(async move |tx| {
            for id in rows::unused(tx, before, 10).await? {
                rows::remove(tx, id).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
    if let Err(error) = swept {
        tracing::warn!(error = %crate::fault::Chain(&error), "records that nobody uses could not be removed");
    }
}
