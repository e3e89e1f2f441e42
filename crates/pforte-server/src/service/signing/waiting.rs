//! What waits for a person.

use super::chain::{self, Chain};
use super::{sign, view};
use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::Plant;
use crate::live::session::Session;
use pforte_model::factor::{Strength, strength};
use pforte_model::id::{AreaId, RoleId};
use pforte_model::signature::life::{Life, Signed, Signer};
use pforte_model::time::Moment;
use pforte_store::signature_requests::{self as rows, Given, SignatureRequest as Row};
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::signature::Waiting;
use std::collections::HashMap;
use std::sync::Arc;

/// Most requests of the list.
const MOST: usize = 200;

/// The requests that the person could sign now, oldest first, at most 200.
pub async fn list(caller: &Caller) -> Result<List<Waiting>, Fault> {
    let (app, session) = (caller.app(), caller.person()?);
    let mut conn = app.store.snapshot().await?;
    let mut given = rows::given(&mut conn).await?;
    let (mut eyes, mut items) = (Eyes::of(app, session), Vec::new());
    for row in rows::open(&mut conn, u32::MAX).await? {
        let signed = given.remove(&row.id).unwrap_or_default().iter().filter_map(signed).collect();
        // What was asked is in memory: a chain is read only of what waits for the person.
        let asked = app.signing.asked(row.id);
        if asked.is_some_and(|asked| eyes.steps(&row, &chain::life(&asked.opening, signed, None)).is_none()) {
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
        if let Some(steps) = eyes.steps(&chain.row, &chain.life()) {
            items.push(Waiting { request: view::shown(&chain)?, steps });
        }
        if items.len() >= MOST {
            break;
        }
    }
    Ok(List { items, next: None })
}

fn signed(given: &Given) -> Option<Signed> {
    let step = usize::try_from(given.step).ok()?;
    Some(Signed { person: given.person, step, station: given.station })
}

/// Who looks, with the roles held in each area that was looked at.
struct Eyes<'a> {
    app: &'a App,
    session: &'a Session,
    plant: Arc<Plant>,
    now: Moment,
    roles: HashMap<AreaId, Vec<RoleId>>,
}

impl<'a> Eyes<'a> {
    fn of(app: &'a App, session: &'a Session) -> Self {
        Self { app, session, plant: app.live.plant(), now: app.clock.moment(), roles: HashMap::new() }
    }

    /// The steps that the person may sign now.
    fn steps(&mut self, row: &Row, life: &Life<'_>) -> Option<Vec<u32>> {
        let judged_at = self.app.signing.judged_at(row.id, self.now.at, self.app.clock.monotonic());
        let (person, station) = (self.session.holder.person, self.session.station);
        let strength = strength(&self.session.factors).unwrap_or(Strength::Weak);
        let signer = Signer { person, roles: self.roles(row.area), station, strength };
        let open = life.open_to(&signer, judged_at).ok()?;
        Some(open.into_iter().filter_map(|step| u32::try_from(step).ok()).collect())
    }

    fn roles(&mut self, area: AreaId) -> &[RoleId] {
        let (plant, session, now) = (&self.plant, self.session, self.now);
        self.roles.entry(area).or_insert_with(|| {
            let rights = session.rights(plant);
            let held = sign::roles(plant, &rights.held, &session.standing(), area, now);
            held.into_iter().map(|role| role.id).collect()
        })
    }
}
