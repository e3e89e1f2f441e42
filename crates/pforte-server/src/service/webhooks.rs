//! Where applications hear of their signature requests: set, tested, and served.
//!
//! Messages are those of Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` and
//! `webhook-signature` (HMAC-SHA-256) stand in the headers. A message says what the
//! server-sent events say. None is lost: where an application goes on is a number in the
//! database, which moves when it has taken a message. One can come twice, with the same
//! identity.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageApplications, Permit, ReadApplications};
use crate::outbound::{Plain, Target};
use crate::service::applications::{draft, find};
use crate::service::events;
use crate::service::plant::configure;
use crate::service::scribe::{Draft, Origin};
use crate::service::signing::news::{self, News};
use crate::wrap::Place;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use pforte_model::event::EventType;
use pforte_model::id::ApplicationId;
use pforte_model::time::Micros;
use pforte_store::webhooks::{self as rows, Webhook as Row};
use pforte_store::{Conn, signature_requests};
use pforte_wire::application::{PutWebhook, SavedWebhook, Webhook, WebhookTest};
use pforte_wire::problem::Code;
use pforte_wire::time::Time;
use rand::Rng as _;
use serde_json::{Value, json};
use std::time::Duration;
use zeroize::Zeroizing;

/// Where secrets of webhooks stand.
const SECRET_COLUMN: &str = "webhooks.secret";

/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

/// What a secret begins with, as Standard Webhooks has it.
const PREFIX: &str = "whsec_";

/// Time for a message with its answer.
const TIME: Duration = Duration::from_secs(15);

/// For so long a webhook belongs to the server that serves it.
const TURN: i64 = 60;

/// Events of others after which the number of a quiet application follows.
const PASSED_OVER: i64 = 1_000;

/// Most of an answer that is read, in bytes.
const ANSWER: usize = 64 * 1024;

/// Most messages that are counted as waiting.
const MOST_WAITING: u32 = 10_000;

/// The webhook of an application.
pub async fn show(
    app: &App,
    _permit: &Permit<'_, ReadApplications>,
    id: ApplicationId,
) -> Result<Webhook, Fault> {
    let mut conn = app.store.read().await?;
    let row = rows::by_application(&mut conn, id).await?.ok_or_else(missing)?;
    shown(&mut conn, row).await
}

fn missing() -> Fault {
    Fault::missing("webhook")
}

async fn shown(conn: &mut Conn, row: Row) -> Result<Webhook, Fault> {
    let waiting = signature_requests::backlog(conn, row.application, row.cursor, MOST_WAITING).await?;
    Ok(Webhook {
        url: row.url,
        authority: row.authority,
        waiting,
        told_at: row.told_at.map(Time),
        failing_since: row.failing_since.map(Time),
        failure: row.failure,
    })
}

/// Sets an application's webhook. A new one hears of what happens from now on; one that is
/// changed goes on where it stands.
pub async fn set(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
    asked: PutWebhook,
) -> Result<SavedWebhook, Fault> {
    let authority = asked.authority.filter(|pem| !pem.trim().is_empty());
    Target::new(&asked.url, authority.as_deref(), Plain::Here)
        .map_err(|bad| Fault::value("url, authority", &bad.to_string()))?;
    let mut fresh = Zeroizing::new([0; SECRET_BYTES]);
    app.ids.rng().fill_bytes(&mut *fresh);
    let place = Place { column: SECRET_COLUMN, row: id.as_bytes() };
    let wrapped = app.wrapping.wrap(&*fresh, place, &mut *app.ids.rng()).map_err(|_| Code::Internal)?;
    let (url, renew) = (asked.url, asked.renew_secret);
    let is_fresh = configure(app, permit.origin(), async move |change| {
        let application = find(change.tx, id).await?;
        let before = rows::by_application(change.tx, id).await?;
        let kept = before.as_ref().filter(|_| !renew);
        let cursor = signature_requests::last(change.tx).await?;
        let after = Row {
            application: id,
            url,
            authority,
            secret: kept.map_or(wrapped, |before| before.secret.clone()),
            cursor,
            told_at: None,
            failing_since: None,
            failure: None,
        };
        rows::put(change.tx, &after).await?;
        let is_fresh = kept.is_none();
        let event = draft(EventType::ApplicationChanged, &application);
        let old = before.as_ref().map(|row| told(row, false));
        let event = old.into_iter().fold(event, |event, old| event.old(&old));
        change.event(event.new(&told(&after, is_fresh)))?;
        Ok(is_fresh)
    })
    .await?;
    app.signing.changed();
    let webhook = show_saved(app, id).await?;
    Ok(SavedWebhook { webhook, secret: is_fresh.then(|| format!("{PREFIX}{}", BASE64.encode(*fresh))) })
}

async fn show_saved(app: &App, id: ApplicationId) -> Result<Webhook, Fault> {
    let mut conn = app.store.read().await?;
    let row = rows::by_application(&mut conn, id).await?.ok_or_else(missing)?;
    shown(&mut conn, row).await
}

/// What an event says of a webhook.
fn told(row: &Row, is_fresh: bool) -> Value {
    json!({ "webhook": { "url": row.url, "authority": row.authority, "new_secret": is_fresh } })
}

/// Takes an application's webhook away.
pub async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let application = find(change.tx, id).await?;
        let row = rows::by_application(change.tx, id).await?.ok_or_else(missing)?;
        rows::remove(change.tx, id).await?;
        let event = draft(EventType::ApplicationChanged, &application).old(&told(&row, false));
        Ok(change.event(event.new(&json!({ "webhook": null })))?)
    })
    .await
}

/// Posts a message that says nothing, to see whether it is taken.
pub async fn test(
    app: &Shared,
    _permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
) -> Result<WebhookTest, Fault> {
    let mut conn = app.store.read().await?;
    let row = rows::by_application(&mut conn, id).await?.ok_or_else(missing)?;
    drop(conn);
    let begun = app.clock.monotonic();
    let name = format!("test-{}", events::hex(&app.ids.bytes16()));
    let failure = post(app, &row, &name, "test", &json!({})).await.err();
    let micros = app.clock.monotonic().saturating_sub(begun);
    let milliseconds = u64::try_from(micros / 1_000).unwrap_or(0);
    Ok(WebhookTest { taken: failure.is_none(), failure, milliseconds })
}

/// How it went to serve a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// There was nothing to tell, or another server tells it.
    Idle,
    /// Everything was taken, as far as it was looked.
    Told,
    /// A message was not taken.
    Refused,
}

/// Tells an application what happened since it last heard.
pub(crate) async fn serve(app: &Shared, row: &Row) -> Result<Served, Fault> {
    let (id, now) = (row.application, app.clock.micros());
    let mut conn = app.store.read().await?;
    let news = news::since(app, &mut conn, id, row.cursor).await?;
    drop(conn);
    if news.told.is_empty() {
        pass_over(app, row, news.next).await?;
        return Ok(Served::Idle);
    }
    let (node, turn) = (app.scribe.node(), (now, now.plus_seconds(TURN)));
    if !app.store.write(async move |tx| rows::claim(tx, id, node, turn).await).await? {
        return Ok(Served::Idle);
    }
    let served = serve_in_turn(app, row, news, now.plus_seconds(TURN / 2)).await;
    app.store.write(async move |tx| rows::give_back(tx, id).await).await?;
    served
}

/// Lets the number follow, now and then, where there was nothing for the application, so
/// that it is not looked for among ever more events of others.
async fn pass_over(app: &Shared, row: &Row, next: i64) -> Result<(), Fault> {
    let id = row.application;
    if next.saturating_sub(row.cursor) >= PASSED_OVER {
        app.store.write(async move |tx| rows::passed(tx, id, next).await).await?;
    }
    Ok(())
}

async fn serve_in_turn(app: &Shared, row: &Row, mut news: News, until: Micros) -> Result<Served, Fault> {
    let mut is_failing = row.failing_since.is_some();
    while !news.told.is_empty() && app.clock.micros() < until {
        for (sequence, request) in &news.told {
            let name = format!("{}-{}", request.id, request.version);
            let data = serde_json::to_value(request).map_err(|_| Code::Internal)?;
            match post(app, row, &name, "signature-request.changed", &data).await {
                Ok(()) => taken(app, row, *sequence, std::mem::take(&mut is_failing)).await?,
                Err(why) => {
                    not_taken(app, row, why, is_failing).await?;
                    return Ok(Served::Refused);
                }
            }
        }
        let mut conn = app.store.read().await?;
        news = news::since(app, &mut conn, row.application, news.next).await?;
    }
    Ok(Served::Told)
}

async fn taken(app: &Shared, row: &Row, sequence: i64, was_failing: bool) -> Result<(), Fault> {
    let (id, now) = (row.application, app.clock.micros());
    let event = was_failing.then(|| about(app, row, Draft::done(EventType::WebhookFound)));
    let scribe = app.scribe.clone();
    Ok(app
        .store
        .write(async move |tx| {
            rows::told(tx, id, sequence, now).await?;
            if let Some(event) = event {
                tx.append(&scribe.event(&Origin::server(), event))?;
            }
            Ok::<_, pforte_store::StoreError>(())
        })
        .await?)
}

async fn not_taken(app: &Shared, row: &Row, why: String, was_failing: bool) -> Result<(), Fault> {
    let (id, now) = (row.application, app.clock.micros());
    let lost = Draft::done(EventType::WebhookLost).reason(Some(why.clone()));
    let event = (!was_failing).then(|| about(app, row, lost));
    let scribe = app.scribe.clone();
    Ok(app
        .store
        .write(async move |tx| {
            rows::failed(tx, id, now, &why).await?;
            if let Some(event) = event {
                tx.append(&scribe.event(&Origin::server(), event))?;
            }
            Ok::<_, pforte_store::StoreError>(())
        })
        .await?)
}

fn about(app: &App, row: &Row, draft: Draft) -> Draft {
    let plant = app.live.plant();
    let key = plant.application(row.application).map_or_else(String::new, |one| one.key.clone());
    draft.what("application", row.application, &key).new(&json!({ "url": row.url }))
}

/// Posts one message; why it was not taken, in English.
async fn post(app: &App, row: &Row, name: &str, kind: &str, data: &Value) -> Result<(), String> {
    let target =
        Target::new(&row.url, row.authority.as_deref(), Plain::Here).map_err(|bad| bad.to_string())?;
    let place = Place { column: SECRET_COLUMN, row: row.application.as_bytes() };
    let secret = app.wrapping.unwrap(&row.secret, place);
    let secret = secret.map_err(|bad| format!("the secret cannot be read: {bad}"))?;
    let now = app.clock.micros();
    let body = json!({ "type": kind, "timestamp": Time(now), "data": data }).to_string();
    let seconds = (now.0 / Micros::SECOND).to_string();
    let signature = sign(&secret, name, &seconds, &body);
    let headers = [("webhook-id", name), ("webhook-timestamp", &seconds), ("webhook-signature", &signature)];
    let posted = target.post(("application/json", body.into_bytes()), &headers, ANSWER, TIME).await;
    match posted {
        Ok((status, _)) if status.is_success() => Ok(()),
        Ok((status, _)) => Err(format!("answered {status}")),
        Err(why) => Err(why.to_string()),
    }
}

/// The signature of a message by Standard Webhooks 1.0, "Signature scheme".
fn sign(secret: &[u8], name: &str, seconds: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{name}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_others_sign_it() {
        // From the specification's own libraries.
        let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap_or_default();
        let signed = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
