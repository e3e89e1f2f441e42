//! What an event looks like.

use crate::cli::show::Shown;
use pforte_model::event::{Actor, Event, Named, Subject};
use pforte_wire::event::LoggedEvent;
use serde_json::Value;

impl Shown for LoggedEvent {
    const HEADS: &'static [&'static str] =
        &["seq", "time", "type", "result", "who", "what", "station", "why"];

    fn cells(&self) -> Vec<String> {
        let (sequence, at) = (self.sequence.to_string(), self.at.clone());
        let [kind, result, who, what, station, why] = match (&self.record, event(self)) {
            (_, Some(event)) => [
                event.kind.as_str().to_owned(),
                word(&event.result),
                actor(&event.who),
                event.what.as_ref().map(subject).unwrap_or_default(),
                event.station.as_ref().map(name).unwrap_or_default(),
                why(&event),
            ],
            (None, None) => ["(purged)", "", "", "", "", ""].map(str::to_owned),
            // Of a newer server: what can be read without knowing its shape.
            (Some(record), None) => [
                text(record, "type"),
                text(record, "result"),
                String::new(),
                String::new(),
                String::new(),
                text(record, "reason"),
            ],
        };
        vec![sequence, at, kind, result, who, what, station, why]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<_> = Self::HEADS.iter().copied().zip(self.cells()).collect();
        if let Some(event) = event(self) {
            fields.extend([
                ("application", event.application.as_ref().map(name).unwrap_or_default()),
                ("area", event.area.as_ref().map(name).unwrap_or_default()),
                ("old", event.old.as_ref().map(Value::to_string).unwrap_or_default()),
                ("new", event.new.as_ref().map(Value::to_string).unwrap_or_default()),
                ("request", event.request.clone().unwrap_or_default()),
                ("server", event.node.to_string()),
                ("id", event.id.to_string()),
            ]);
        }
        fields
    }
}

fn event(logged: &LoggedEvent) -> Option<Event> {
    serde_json::from_value(logged.record.clone()?).ok()
}

fn text(record: &Value, key: &str) -> String {
    record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn name(named: &Named) -> String {
    named.name.clone()
}

fn subject(subject: &Subject) -> String {
    format!("{} {}", subject.kind, subject.name)
}

fn actor(who: &Actor) -> String {
    match who {
        Actor::Person { name, directory, .. } => format!("{directory}\\{name}"),
        Actor::Claimed { name, .. } => format!("({name})"),
        Actor::Application(application) => format!("application {}", application.name),
        Actor::Server => "the server".to_owned(),
        Actor::Owner => "the owner of the data".to_owned(),
        Actor::Stranger => "a stranger".to_owned(),
    }
}

fn why(event: &Event) -> String {
    let words: Vec<&str> = [&event.code, &event.reason].into_iter().flatten().map(String::as_str).collect();
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "018bcfe5-6800-7fff-bfff-ffffffffffff";

    fn cells(record: Option<Value>) -> String {
        LoggedEvent { sequence: 7, at: "T".to_owned(), record }.cells().join("|")
    }

    #[test]
    fn an_event_is_one_row() {
        let record = json!({
            "id": ID, "node": ID, "at": 0, "monotonic": 0, "zone": 60,
            "type": "log-on-refused", "category": "session", "severity": "warning", "result": "refused",
            "who": { "kind": "claimed", "name": "jana", "directory": null },
            "station": { "id": ID, "name": "panel 1" }, "code": "credentials-refused", "reason": "wrong password",
        });
        assert_eq!(
            cells(Some(record)),
            "7|T|log-on-refused|refused|(jana)||panel 1|credentials-refused: wrong password"
        );
    }

    #[test]
    fn a_purged_event_and_one_of_a_newer_server_still_have_their_row() {
        assert_eq!(cells(None), "7|T|(purged)|||||");
        assert_eq!(
            cells(Some(json!({ "type": "moon-landing", "result": "done" }))),
            "7|T|moon-landing|done||||"
        );
    }
}
