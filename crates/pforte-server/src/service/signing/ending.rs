//! Requests that end without all signatures: cancelled, or not signed in time.

use super::chain::{self, Chain};
use super::{sign, view};
use crate::app::Shared;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::service::emergency;
use crate::service::logon::Signer as Typed;
use crate::service::scribe::Origin;
use pforte_model::id::SignatureRequestId;
use pforte_model::signature::statement::{By, End};
use pforte_store::signature_requests as rows;
use pforte_wire::signature::{CancelRequest, SignatureRequest};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Requests that are ended at a time.
const AT_A_TIME: u32 = 200;

/// Cancels a request: an application its own one, a person by one of the roles that may.
pub async fn cancel(
    caller: &Caller,
    id: SignatureRequestId,
    asked: CancelRequest,
) -> Result<SignatureRequest, Fault> {
    if caller.application().is_ok() {
        return withdraw(caller, id, asked.reason.trim().to_owned()).await;
    }
    let password = asked.password.ok_or_else(|| Fault::value("password", "needed of a person"))?;
    let typed = Typed { directory: asked.directory, user: asked.user, password };
    let person = sign::who(caller, typed, &[id]).await?;
    let (app, reason) = (Arc::clone(caller.app()), asked.reason.trim().to_owned());
    caller
        .app()
        .store
        .write(async move |tx| {
            sign::stands(tx, &person).await?;
            let chain = Chain::load(&app, tx, id).await?;
            sign::cancelled(&app, tx, &person, chain, reason).await
        })
        .await?
}

async fn withdraw(
    caller: &Caller,
    id: SignatureRequestId,
    reason: String,
) -> Result<SignatureRequest, Fault> {
    let (app, application) = (Arc::clone(caller.app()), Arc::clone(caller.application()?));
    emergency::refuse(&app)?;
    let origin = caller.origin();
    caller
        .app()
        .store
        .write(async move |tx| {
            let mut chain = Chain::load(&app, tx, id).await?;
            if chain.row.application != application.id {
                return Err(chain::missing());
            }
            let now = app.clock.micros();
            let judged_at = app.signing.judged_at(id, now, app.clock.monotonic());
            let outcome = chain.life().withdraw(&reason, judged_at);
            outcome.map_err(|hindrance| sign::fault_of(hindrance, &chain))?;
            let by = By::Application { application: application.named() };
            let at = chain::stamp(&app, now);
            chain.end(&app, tx, &origin, (End::Cancelled, at, Some(by), Some(reason))).await?;
            sign::moved(&app, tx, &chain);
            view::shown(&chain)
        })
        .await
}

/// Ends the requests whose time is over, by either clock.
pub async fn sweep(app: &Shared) -> Result<(), Fault> {
    if !app.writable() {
        return Ok(());
    }
    let now = app.clock.micros();
    let by_wall = {
        let mut conn = app.store.read().await?;
        rows::late(&mut conn, now, AT_A_TIME).await?
    };
    let late: BTreeSet<_> = by_wall.into_iter().chain(app.signing.late(app.clock.monotonic())).collect();
    for id in late {
        match expire(app, id).await {
            Err(fault) if fault.is_unwritable() => return Err(fault),
            // One that cannot be read must not keep the others open.
            Err(fault) => tracing::error!(code = fault.code.as_str(), request = %id, "could not be ended"),
            Ok(()) => {}
        }
    }
    Ok(())
}

async fn expire(app: &Shared, id: SignatureRequestId) -> Result<(), Fault> {
    let shared = Arc::clone(app);
    app.store
        .write(async move |tx| {
            let app = shared;
            let mut chain = Chain::load(&app, tx, id).await?;
            let now = app.clock.micros();
            let judged_at = app.signing.judged_at(id, now, app.clock.monotonic());
            let expired = chain.life().expire(judged_at);
            if expired {
                let at = chain::stamp(&app, now);
                chain.end(&app, tx, &Origin::server(), (End::Expired, at, None, None)).await?;
            }
            sign::moved(&app, tx, &chain);
            Ok(())
        })
        .await
}

/// Reads the requests that are open, at the start, so that their time runs on.
pub async fn resume(app: &Shared) -> Result<(), Fault> {
    let mut conn = app.store.read().await?;
    let (now, monotonic) = (app.clock.micros(), app.clock.monotonic());
    for row in rows::open(&mut conn, u32::MAX).await? {
        let id = row.id;
        match Chain::of(app, &mut conn, row).await {
            Ok(chain) => app.signing.keep(id, &chain.asked, now, monotonic),
            // One that cannot be read is told when somebody asks for it; the others run on.
            Err(fault) => tracing::error!(code = fault.code.as_str(), request = %id, "cannot be read"),
        }
    }
    Ok(())
}
