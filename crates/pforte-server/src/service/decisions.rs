//! May this person do this, in this area?

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::{Application, Plant};
use crate::live::session::Session;
use crate::metrics;
use crate::service::emergency;
use crate::service::nested::Nested;
use crate::service::scribe::Draft;
use pforte_model::event::{EventType, Named};
use pforte_model::id::{SessionId, StationId};
use pforte_model::name::fold;
use pforte_model::policy::{self, Explain};
use pforte_model::time::Moment;
use pforte_wire::decision::{Answer, Decide, Decided, Question, Whom};
use pforte_wire::problem::Code;
use std::sync::Arc;

/// Most questions of one request.
pub const MOST_QUESTIONS: usize = 500;

/// Answers the questions about the caller's own session, or, for an application,
/// about a session in its scope.
pub async fn decide(app: &App, caller: &Caller, asked: Decide) -> Result<Decided, Fault> {
    if asked.questions.is_empty() || asked.questions.len() > MOST_QUESTIONS {
        return Err(Fault::value("questions", &format!("1 to {MOST_QUESTIONS}")));
    }
    let (plant, now) = (app.live.plant(), app.clock.moment());
    let session = whose(app, caller, &plant, asked.whom.as_ref(), now)?;
    if caller.session().is_some() {
        session.touch(now.at);
    }
    if let Ok(application) = caller.application() {
        asked.questions.iter().try_for_each(|question| in_scope(&plant, application, question))?;
    }
    let verdicts =
        asked.questions.iter().map(|question| verdict(&plant, &session, question, now, asked.explain));
    let answers = answers(app, &session, verdicts.collect()).await?;
    if asked.act {
        record(app, caller, &session, &asked.questions, &answers).await?;
    }
    count(app, &answers);
    Ok(Decided { session: Some(session.id.to_string()), answers, lease: app.lease() })
}

fn count(app: &App, answers: &[Answer]) {
    let allowed = answers.iter().filter(|answer| answer.allowed).count();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    app.metrics.decided(metrics::Decided::Allowed, number(allowed));
    app.metrics.decided(metrics::Decided::Denied, number(answers.len() - allowed));
}

/// The session that is asked about, if the caller may ask about it.
fn whose(
    app: &App,
    caller: &Caller,
    plant: &Plant,
    whom: Option<&Whom>,
    now: Moment,
) -> Result<Arc<Session>, Fault> {
    let Some(whom) = whom else { return caller.person().cloned() };
    let application = caller.application()?;
    let session = match whom {
        Whom::Session(id) => {
            let id: SessionId = id.parse()?;
            app.live.sessions().by_id(id).ok_or_else(|| Fault::missing("session"))?
        }
        Whom::Station(id) => {
            let id: StationId = id.parse()?;
            if !plant.station_in_scope(application, id) {
                return Err(Code::OutsideScope.into());
            }
            app.live.sessions().at(id).ok_or(Code::NobodyInCharge)?
        }
    };
    if !session_in_scope(plant, application, &session) {
        return Err(Code::OutsideScope.into());
    }
    match session.over(now.at) {
        None => Ok(session),
        Some(_) => Err(Code::NobodyInCharge.into()),
    }
}

/// A session lies in the scope with its station; one without a station only in
/// a scope that holds the whole plant.
pub(crate) fn session_in_scope(plant: &Plant, application: &Application, session: &Session) -> bool {
    match session.station {
        Some(station) => plant.station_in_scope(application, station),
        None => plant.root_of(&plant.policy).is_some_and(|root| plant.area_in_scope(application, root)),
    }
}

/// An application asks about its own rights, in the areas of its scope.
fn in_scope(plant: &Plant, application: &Application, question: &Question) -> Result<(), Fault> {
    let own = question.right.split_once('/').is_some_and(|(key, _)| fold(key) == application.key);
    if !own {
        return Err(Code::ForeignRight.into());
    }
    match plant.policy.area(&question.area) {
        Some(area) if !plant.area_in_scope(application, area) => Err(Code::OutsideScope.into()),
        _ => Ok(()),
    }
}

/// A decision, with its reason if that was asked for.
struct Verdict {
    allowed: bool,
    explained: Option<Explain>,
}

fn verdict(plant: &Plant, session: &Session, question: &Question, now: Moment, explain: bool) -> Verdict {
    let (rights, policy) = (session.rights(plant), session.policy(plant));
    let (standing, asked) =
        (session.standing(), policy::Question { right: &question.right, area: &question.area });
    if explain {
        let explained = policy.explain(&rights.held, &standing, asked, now);
        return Verdict { allowed: explained.allowed, explained: Some(explained) };
    }
    let allowed = policy.answer(&rights.held, &standing, asked, now).allowed();
    Verdict { allowed, explained: None }
}

/// The answers as callers see them; reasons with the steps that the directory tells.
async fn answers(app: &App, session: &Session, mut verdicts: Vec<Verdict>) -> Result<Vec<Answer>, Fault> {
    let mut explained: Vec<&mut Explain> =
        verdicts.iter_mut().filter_map(|one| one.explained.as_mut()).collect();
    if !explained.is_empty() {
        Nested::of(app, session.holder.directory, &session.holder.key).fill(&mut explained).await;
    }
    let shown = |verdict: Verdict| {
        let explain = verdict.explained.map(serde_json::to_value).transpose().map_err(|_| Code::Internal)?;
        Ok(Answer { allowed: verdict.allowed, explain })
    };
    verdicts.into_iter().map(shown).collect()
}

/// Writes down that the person acts, with each decision.
async fn record(
    app: &App,
    caller: &Caller,
    session: &Session,
    questions: &[Question],
    answers: &[Answer],
) -> Result<(), Fault> {
    let origin = caller.origin().by(session.holder.actor());
    let plant = app.live.plant();
    let events: Vec<_> = questions
        .iter()
        .zip(answers)
        .map(|(question, answer)| app.scribe.event(&origin, act(&plant, session, question, answer)))
        .collect();
    emergency::record(app, events).await
}

fn act(plant: &Plant, session: &Session, question: &Question, answer: &Answer) -> Draft {
    let draft = if answer.allowed {
        Draft::done(EventType::ActDecided)
    } else {
        Draft::refused(EventType::ActDecided, Code::NotAllowed)
    };
    let draft = draft.what("right", &question.right, &question.right).new(&session.id);
    match plant.policy.area(&question.area).and_then(|area| plant.policy.area_name(area)) {
        Some(area) => draft.area(Named { id: area.id.to_string(), name: area.name }),
        None => draft,
    }
}
