//! The signature keys as everybody may know them.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::EventType;
use pforte_store::signature_keys::{self as rows, SignatureKey as Row};
use pforte_wire::problem::Code;
use pforte_wire::signature::SignatureKeys;
use serde_json::json;

/// The public halves of every key that there was.
pub async fn all(app: &App) -> Result<SignatureKeys, Fault> {
    let mut conn = app.store.read().await?;
    let keys = rows::all(&mut conn).await?.into_iter();
    let keys = keys.map(|key| serde_json::from_str(&key.jwk)).collect::<Result<_, _>>();
    Ok(SignatureKeys { keys: keys.map_err(|_| Code::Internal)? })
}

/// Writes down the key that this server signs with, if it is a new one. What was signed
/// with the one before stays good: its public half stays known.
pub async fn publish(app: &Shared) -> Result<(), Fault> {
    let key = app.signature_key.public();
    let row = Row {
        id: key.kid().to_owned(),
        jwk: serde_json::to_string(key).map_err(|_| Code::Internal)?,
        node: app.scribe.node(),
        from_at: app.clock.micros(),
        until_at: None,
    };
    let scribe = app.scribe.clone();
    app.store
        .write(async move |tx| {
            let known = rows::all(tx).await?;
            if known.iter().any(|key| key.id == row.id) {
                return Ok(());
            }
            rows::insert(tx, &row).await?;
            let before = known.iter().rfind(|key| key.node == row.node && key.until_at.is_none());
            let draft = Draft::done(EventType::SignatureKeyAdded).what("signature-key", &row.id, &row.id);
            let draft = draft.new(&json!({ "key": row.jwk }));
            let draft = before.map_or(draft.clone(), |before| draft.old(&json!({ "key": before.jwk })));
            tx.append(&scribe.event(&Origin::server(), draft))?;
            Ok(())
        })
        .await
}
