//! Which events are wanted.

use crate::events::Entry;
use pforte_model::event::{Actor, Category, Event, EventType, Named, Outcome};
use pforte_model::name::fold;
use pforte_model::time::Micros;
use serde_json::Value;

/// Which events are wanted; what is `None` or empty does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these types.
    pub kinds: Vec<EventType>,
    /// Of one of these categories.
    pub categories: Vec<Category>,
    /// With one of these results.
    pub results: Vec<Outcome>,
    /// By somebody whose name contains this text or whose identifier it is, or about
    /// such a user; case does not count.
    pub who: Option<String>,
    /// At the station with this identifier or name; case does not count.
    pub station: Option<String>,
    /// Asked for by the application with this identifier or key; case does not count.
    pub application: Option<String>,
    /// With this text in a name, a value, a code or a reason; case does not count.
    pub text: Option<String>,
    /// Not before this moment.
    pub from: Option<Micros>,
    /// Before this moment.
    pub until: Option<Micros>,
}

/// A filter with its texts folded once.
pub(crate) struct Wanted<'a> {
    filter: &'a Filter,
    who: Option<String>,
    station: Option<String>,
    application: Option<String>,
    text: Option<String>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(filter: &'a Filter) -> Self {
        let folded = |text: &Option<String>| text.as_deref().map(fold);
        Self {
            filter,
            who: folded(&filter.who),
            station: folded(&filter.station),
            application: folded(&filter.application),
            text: folded(&filter.text),
        }
    }

    pub(crate) fn is_all(&self) -> bool {
        *self.filter == Filter::default()
    }

    pub(crate) fn fits(&self, entry: &Entry) -> bool {
        let Some(event) = &entry.event else { return self.is_all() };
        let Filter { kinds, categories, results, from, until, .. } = self.filter;
        one_of(kinds, event.kind)
            && one_of(categories, event.category)
            && one_of(results, event.result)
            && from.is_none_or(|from| event.at >= from)
            && until.is_none_or(|until| event.at < until)
            && self.who.as_deref().is_none_or(|who| is_by(&event.who, who) || is_about(event, who))
            && self.station.as_deref().is_none_or(|wanted| is(event.station.as_ref(), wanted))
            && self.application.as_deref().is_none_or(|wanted| is(event.application.as_ref(), wanted))
            && self.text.as_deref().is_none_or(|text| tells(event, text))
    }

    /// Whether nothing that is wanted follows: the entry lies beyond the span of time,
    /// by more than these seconds of disorder.
    pub(crate) fn is_past(&self, entry: &Entry, forth: bool, disorder: i64) -> bool {
        let Some(event) = &entry.event else { return false };
        if forth {
            self.filter.until.is_some_and(|until| event.at >= until.plus_seconds(disorder))
        } else {
            self.filter.from.is_some_and(|from| event.at < from.plus_seconds(-disorder))
        }
    }
}

fn one_of<T: Copy + PartialEq>(wanted: &[T], told: T) -> bool {
    wanted.is_empty() || wanted.contains(&told)
}

fn is(named: Option<&Named>, wanted: &str) -> bool {
    named.is_some_and(|named| named.id == wanted || fold(&named.name) == wanted)
}

fn is_by(who: &Actor, wanted: &str) -> bool {
    let by_identity = match who {
        Actor::Person { person, user, .. } => person.to_string() == wanted || user.to_string() == wanted,
        Actor::Application(named) => named.id == wanted,
        Actor::Claimed { .. } | Actor::Server | Actor::Owner | Actor::Stranger => false,
    };
    by_identity || contains(name(who), wanted)
}

/// Whether it was done to the user who is meant.
fn is_about(event: &Event, wanted: &str) -> bool {
    let user = event.what.as_ref().filter(|what| what.kind == "user");
    user.is_some_and(|what| what.id == wanted || contains(&what.name, wanted))
}

/// The name under which somebody can be looked for.
fn name(who: &Actor) -> &str {
    match who {
        Actor::Person { name, .. } | Actor::Claimed { name, .. } => name,
        Actor::Application(named) => &named.name,
        Actor::Server => "server",
        Actor::Owner => "owner",
        Actor::Stranger => "stranger",
    }
}

/// Whether an event holds a text anywhere where people read.
fn tells(event: &Event, text: &str) -> bool {
    let directory = match &event.who {
        Actor::Person { directory, .. } => Some(directory),
        Actor::Claimed { directory, .. } => directory.as_ref(),
        _ => None,
    };
    let named = [&event.station, &event.application, &event.area].into_iter().flatten();
    let told = [directory, event.code.as_ref(), event.reason.as_ref(), event.request.as_ref()];
    event.kind.as_str().contains(text)
        || contains(name(&event.who), text)
        || event.what.as_ref().is_some_and(|what| what.id == text || contains(&what.name, text))
        || named.into_iter().any(|named| contains(&named.name, text))
        || told.into_iter().flatten().any(|told| contains(told, text))
        || [&event.old, &event.new].into_iter().flatten().any(|value| holds(value, text))
}

/// Whether a value holds a text, in it or below it.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(told) => contains(told, text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(fields) => fields.values().any(|field| holds(field, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text contains another, which is folded, when it is folded as well.
fn contains(told: &str, folded: &str) -> bool {
    // What is plain already need not be folded, and most is.
    let plain = told.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if plain { told.contains(folded) } else { fold(told).contains(folded) }
}
