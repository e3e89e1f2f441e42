//! What waits for a person.

use super::chain::Chain;
use super::sign;
use super::view;
use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::session::Session;
use pforte_model::factor::{Strength, strength};
use pforte_model::id::RoleId;
use pforte_model::signature::life::Signer;
use pforte_store::signature_requests as rows;
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::signature::Waiting;

/// Most requests of the list.
const MOST: usize = 200;

/// The requests that the person could sign now, oldest first, at most 200.
pub async fn list(caller: &Caller) -> Result<List<Waiting>, Fault> {
    let (app, session) = (caller.app(), caller.person()?);
    let mut conn = app.store.read().await?;
    let mut items = Vec::new();
    for row in rows::open(&mut conn, u32::MAX).await? {
        // What was asked is in memory; the chain is read only of what may be waiting.
        if app.signing.asked(row.id).is_some_and(|asked| !concerns(app, session, &row, &asked.opening.rules))
        {
            continue;
        }
        let id = row.id;
        let chain = match Chain::of(app, &mut conn, row).await {
            // One that cannot be read must not hide the others.
            Err(fault) if fault.code == Code::Internal => {
                tracing::error!(request = %id, "cannot be read");
                continue;
            }
            read => read?,
        };
        if let Some(steps) = steps(app, session, &chain) {
            items.push(Waiting { request: view::shown(&chain)?, steps });
        }
        if items.len() >= MOST {
            break;
        }
    }
    Ok(List { items, next: None })
}

/// Whether one of the person's roles signs a request at all.
fn concerns(
    app: &App,
    session: &Session,
    row: &rows::SignatureRequest,
    rules: &pforte_model::signature::rules::Rules,
) -> bool {
    let plant = app.live.plant();
    let Some(area) = plant.policy.area_by_id(row.area) else { return false };
    let rights = session.rights(&plant);
    let own = plant.policy.roles_here(&rights.held, &session.standing(), Some(area), app.clock.moment());
    rules.steps.iter().flat_map(|step| &step.roles).any(|role| own.iter().any(|held| held.role.id == role.id))
}

/// The steps that the person may sign now.
fn steps(app: &App, session: &Session, chain: &Chain) -> Option<Vec<u32>> {
    let (plant, now) = (app.live.plant(), app.clock.moment());
    let rights = session.rights(&plant);
    let roles: Vec<RoleId> = sign::roles(&plant, &rights.held, &session.standing(), chain, now)
        .into_iter()
        .map(|role| role.id)
        .collect();
    let signer = Signer {
        person: session.holder.person,
        roles: &roles,
        station: session.station,
        strength: strength(&session.factors).unwrap_or(Strength::Weak),
    };
    let judged_at = app.signing.judged_at(chain.row.id, now.at, app.clock.monotonic());
    let open = chain.life().open_to(&signer, judged_at).ok()?;
    Some(open.into_iter().filter_map(|step| u32::try_from(step).ok()).collect())
}
