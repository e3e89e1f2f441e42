//! Why may somebody do something here, or why not, without a session.

use crate::app::App;
use crate::fault::Fault;
use crate::http::permit::{ExplainDecisions, Permit};
use crate::service::groups_of;
use crate::service::nested::Nested;
use pforte_model::factor::{Factor, Proved};
use pforte_model::id::{StationId, UserId};
use pforte_model::policy::{Missing, Named, Question, Standing};
use pforte_model::time::Moment;
use pforte_store::users;
use pforte_wire::decision::{Answer, Explain};
use pforte_wire::problem::Code;

/// Explains the decision for a user who would stand there with a password.
pub async fn explain(
    app: &App,
    _permit: &Permit<'_, ExplainDecisions>,
    asked: Explain,
) -> Result<Answer, Fault> {
    let user: UserId = asked.user.parse()?;
    let station = asked.station.as_deref().map(str::parse::<StationId>).transpose()?;
    let moment = moment(app, &asked);
    let row = {
        let mut conn = app.store.read().await?;
        users::by_id(&mut conn, user).await?.ok_or_else(|| Fault::missing("user"))?
    };
    let told = groups_of::groups(app, &row).await?;
    let plant = app.live.plant();
    if station.is_some_and(|station| plant.station(station).is_none()) {
        return Err(Fault::missing("station"));
    }
    let held = plant.policy.hold(Named { id: user, name: row.login.to_string() }, &told);
    let factors = [Proved { factor: Factor::Password, at: moment.at }];
    let question = Question { right: &asked.right, area: &asked.area };
    let standing = Standing { station, factors: &factors };
    let mut explained = plant.policy.explain(&held, &standing, question, moment);
    explained.ways = plant.policy.ways(&held, &standing, question, moment);
    if !row.enabled {
        (explained.allowed, explained.missing) = (false, Some(Missing::Enabled));
    }
    Nested::of(app, row.directory, &row.key).fill(&mut [&mut explained]).await;
    let value = serde_json::to_value(&explained).map_err(|_| Code::Internal)?;
    Ok(Answer { allowed: explained.allowed, explain: Some(value) })
}

fn moment(app: &App, asked: &Explain) -> Moment {
    match asked.at {
        None => app.clock.moment(),
        Some(time) => Moment { at: time.0, wall: app.clock.wall(time.0) },
    }
}
