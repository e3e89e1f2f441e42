//! The pages for signing as they are written.

use super::shown::{length, moment, plain, spread};
use super::{Deed, Typed, rules};
use crate::app::App;
use crate::http::caller::Caller;
use crate::http::lite::pages::{Frame, clock, written};
use crate::http::lite::texts::SignTexts;
use crate::service::signing::record::Readable;
use crate::service::signing::sign::RESPONSIBILITY;
use askama::Template;
use pforte_model::signature::rules::Demand;
use pforte_model::time::Micros;
use pforte_wire::signature::{Change, Signature, SignatureRequest, Waiting};
use pforte_wire::signature_policy::SigningRules;

/// What was typed before, to be kept after a refusal; never the password.
#[derive(Default)]
pub(super) struct Kept {
    directory: String,
    user: String,
    step: String,
    reason: String,
    comment: String,
    /// Whether the statement was acknowledged, where that is asked for.
    pub(super) acknowledged: Option<bool>,
    /// Whether it is refused, and why.
    refusal: Option<String>,
}

impl Kept {
    /// Everything but the password.
    pub(super) fn of(typed: &Typed) -> Self {
        Self {
            directory: typed.directory.clone(),
            user: typed.user.clone(),
            step: typed.step.clone(),
            reason: typed.reason.clone(),
            comment: typed.comment.clone(),
            acknowledged: typed.acknowledge.is_some().then_some(true),
            refusal: (typed.deed == Deed::Refuse).then(|| typed.refusal.clone().unwrap_or_default()),
        }
    }
}

/// What belongs to the page beside the request.
pub(super) struct Around {
    /// The page's own address.
    pub(super) page: String,
    /// Where the whole record is.
    pub(super) record_at: String,
    /// The signature that was just given, by its number.
    pub(super) given: Option<u32>,
    /// The record, as far as it can be shown.
    pub(super) record: Readable,
}

/// One choice of a list: what is sent, what is read, whether it is chosen.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

impl Choice {
    fn new(value: String, text: String, chosen: &str) -> Self {
        Self { chosen: value == chosen, value, text }
    }
}

#[derive(Template)]
#[template(path = "lite/sign.html")]
struct Page {
    frame: Frame,
    object: String,
    state: String,
    signed: Option<String>,
    facts: Vec<(String, String)>,
    changes: Vec<[String; 3]>,
    record: Option<RecordShown>,
    rules: Vec<String>,
    signatures: Vec<Given>,
    missing: Vec<String>,
    left: Option<String>,
    form: Option<Blank>,
    address: String,
    at_station: bool,
}

/// The record as far as it is shown.
struct RecordShown {
    media_type: String,
    size: Option<String>,
    sha256: String,
    text: Option<String>,
    broken: bool,
    kept: bool,
    at: String,
}

/// A signature that is there.
struct Given {
    name: String,
    user: String,
    meaning: String,
    at: String,
    place: String,
    reason: String,
    comment: String,
}

/// What is asked of who signs or refuses.
struct Blank {
    opening: String,
    directories: Vec<Choice>,
    user: String,
    /// As whom one signs who types no name.
    without_name: Option<String>,
    /// What there is to choose from, or the only thing.
    steps: Vec<Choice>,
    reason: Demand,
    reasons: Vec<Choice>,
    typed_reason: String,
    comment: Demand,
    typed_comment: String,
    acknowledged: Option<bool>,
    /// The statement as it is kept, where it reads otherwise.
    stored: Option<&'static str>,
    refusal: Option<String>,
}

/// A request with everything that is signed, and the form if it can be signed.
pub(super) fn request(
    app: &App,
    caller: &Caller,
    frame: Frame,
    request: &SignatureRequest,
    (around, kept): (Around, Kept),
) -> String {
    let texts = &frame.language.sign;
    let now = app.clock.micros();
    let over = !matches!(request.state.as_str(), "open" | "checking");
    let signed = around.given.and_then(|number| request.signatures.iter().find(|one| one.number == number));
    let signed = signed
        .map(|one| texts.signed(&plain(&one.person.name), &texts.meaning(&one.meaning), &moment(&one.at)));
    let left = request.expires_at.filter(|_| !over);
    written(&Page {
        object: plain(&request.object),
        state: texts.state(&request.state),
        facts: facts(app, texts, request, now),
        changes: request.changes.iter().map(change).collect(),
        record: record(texts, request, &around),
        rules: rules::sentences(texts, &request.rules),
        signatures: request.signatures.iter().map(|one| given(texts, one)).collect(),
        missing: if over { Vec::new() } else { missing(texts, request) },
        left: left.map(|end| length(end.0.since(now) / Micros::SECOND)),
        // Nobody signs what is not what was asked.
        form: (!over && signed.is_none() && !matches!(around.record, Readable::Broken))
            .then(|| blank(app, caller, texts, request, kept)),
        signed,
        address: around.page,
        at_station: caller.session().is_some(),
        frame,
    })
}

fn facts(app: &App, texts: &SignTexts, request: &SignatureRequest, now: Micros) -> Vec<(String, String)> {
    let ending = request.ending.as_ref();
    let name = |named: &Option<pforte_wire::Named>| named.as_ref().map(|named| named.name.clone());
    let facts = [
        (&texts.action, Some(request.action.clone())),
        (&texts.area, Some(request.area.name.clone())),
        (&texts.object, Some(request.object.clone())),
        (&texts.description, request.description.clone()),
        (&texts.outcome, request.outcome.clone()),
        (&texts.application, Some(request.application.name.clone())),
        (&texts.performer, name(&request.performer)),
        (&texts.requested, Some(clock(app, request.requested_at.0, now))),
        (&texts.ended_by, ending.and_then(|ending| name(&ending.by))),
        (&texts.reason, ending.and_then(|ending| ending.reason.clone())),
    ];
    let told = facts.into_iter().filter_map(|(name, value)| Some((name.clone(), plain(&value?))));
    told.filter(|(_, value)| !value.is_empty()).collect()
}

fn change(change: &Change) -> [String; 3] {
    let value = |value: &Option<String>| value.as_deref().map(plain).unwrap_or_default();
    [plain(&change.what), value(&change.old), value(&change.new)]
}

fn record(texts: &SignTexts, request: &SignatureRequest, around: &Around) -> Option<RecordShown> {
    let record = request.record.as_ref()?;
    let text = match &around.record {
        // Only what is canonical is spread: of anything else every byte may matter.
        Readable::Text(text) if record.form == "jcs" => Some(plain(&spread(text))),
        Readable::Text(text) => Some(plain(text)),
        Readable::Not | Readable::Broken => None,
    };
    Some(RecordShown {
        media_type: plain(&record.media_type),
        size: record.bytes.map(|bytes| texts.record_size(bytes)),
        sha256: record.sha256.clone(),
        text,
        broken: matches!(around.record, Readable::Broken),
        kept: record.kept,
        at: around.record_at.clone(),
    })
}

fn given(texts: &SignTexts, one: &Signature) -> Given {
    let station = one.station.as_ref().map(|station| plain(&station.name));
    let place = [Some(rules::names(&one.roles)), station];
    let text = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    Given {
        name: plain(&one.person.name),
        user: plain(&format!("{}\\{}", one.directory, one.user)),
        meaning: texts.meaning(&one.meaning),
        at: moment(&one.at),
        place: place.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        reason: text(&one.reason),
        comment: text(&one.comment),
    }
}

/// The steps that still need signatures, with how many.
fn missing(texts: &SignTexts, request: &SignatureRequest) -> Vec<String> {
    let steps = request.rules.steps.iter().zip(&request.missing);
    steps.filter(|(_, count)| **count > 0).map(|(step, count)| rules::step(texts, step, *count)).collect()
}

fn blank(app: &App, caller: &Caller, texts: &SignTexts, request: &SignatureRequest, kept: Kept) -> Blank {
    let plant = app.live.plant();
    let usable = plant.directories.iter().filter(|directory| directory.enabled);
    let choice = |text: &String, chosen: &str| Choice::new(text.clone(), text.clone(), chosen);
    let rules = &request.rules;
    Blank {
        opening: request.opening.clone(),
        directories: usable.map(|one| choice(&one.name, &kept.directory)).collect(),
        without_name: without_name(caller, rules).map(|name| texts.empty_name(&name)),
        steps: steps(texts, request, &kept.step),
        reason: rules.reason,
        reasons: rules.reasons.iter().map(|one| choice(one, &kept.reason)).collect(),
        comment: rules.comment,
        user: kept.user,
        typed_reason: kept.reason,
        typed_comment: kept.comment,
        acknowledged: kept.acknowledged,
        stored: Some(RESPONSIBILITY).filter(|stored| *stored != texts.statement),
        refusal: kept.refusal,
    }
}

/// Who signs that types no name, if the rules let that be.
fn without_name(caller: &Caller, rules: &SigningRules) -> Option<String> {
    let session = caller.session().filter(|_| rules.continuous_seconds > 0)?;
    session.both_at().map(|_| plain(&session.holder.label))
}

/// The steps that can be signed now, whoever may: in order it is the first one.
fn steps(texts: &SignTexts, request: &SignatureRequest, chosen: &str) -> Vec<Choice> {
    let steps = (0_u32..).zip(request.rules.steps.iter().zip(&request.missing));
    let open = steps.filter(|(_, (_, missing))| **missing > 0);
    let most = if request.rules.ordered { 1 } else { usize::MAX };
    open.take(most)
        .map(|(at, (step, _))| Choice::new(at.to_string(), rules::meant(texts, step), chosen))
        .collect()
}

#[derive(Template)]
#[template(path = "lite/waiting.html")]
struct List {
    frame: Frame,
    items: Vec<Item>,
}

/// A request that waits.
struct Item {
    id: String,
    object: String,
    action: String,
    area: String,
    description: String,
    meanings: String,
    left: Option<String>,
}

/// What waits for who is logged on.
pub(super) fn waiting(app: &App, frame: Frame, waiting: &[Waiting]) -> String {
    let now = app.clock.micros();
    let items = waiting.iter().map(|one| item(&frame.language.sign, one, now)).collect();
    written(&List { frame, items })
}

fn item(texts: &SignTexts, waiting: &Waiting, now: Micros) -> Item {
    let request = &waiting.request;
    let steps = waiting.steps.iter().filter_map(|step| request.rules.steps.get(usize::try_from(*step).ok()?));
    let meanings: Vec<String> = steps.map(|step| texts.meaning(step.meaning.as_str())).collect();
    Item {
        id: request.id.clone(),
        object: plain(&request.object),
        action: request.action.clone(),
        area: plain(&request.area.name),
        description: request.description.as_deref().map(plain).unwrap_or_default(),
        meanings: meanings.join(", "),
        left: request.expires_at.map(|end| length(end.0.since(now) / Micros::SECOND)),
    }
}
