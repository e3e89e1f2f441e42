//! The reason of a decision as text that a person reads from top to bottom.

use crate::cli::table::clean;
use crate::cli::week;
use pforte_model::assignment::Schedule;
use pforte_model::factor::Strength;
use pforte_model::policy::{Explain, Missing, Named, Path, Told};
use pforte_model::time::Micros;
use pforte_wire::time::Time;
use serde_json::Value;

/// The reason as text; a reason of a newer server is shown as it came.
pub(crate) fn text(explain: &Value) -> String {
    match serde_json::from_value::<Explain>(explain.clone()) {
        Ok(explain) => lines(&explain).iter().map(|line| clean(line) + "\n").collect(),
        Err(_) => format!("{explain:#}\n"),
    }
}

fn lines(explain: &Explain) -> Vec<String> {
    let mut lines = vec![verdict(explain)];
    if let Some(path) = &explain.path {
        if !explain.allowed {
            lines.push("The way that came nearest:".to_owned());
        }
        way(explain, path, &mut lines);
    }
    if let Some(missing) = &explain.missing {
        lines.push(format!("Missing: {}", lack(missing)));
    }
    lines
}

fn verdict(explain: &Explain) -> String {
    let (right, area) = match &explain.missing {
        Some(Missing::UnknownRight { asked }) => (asked.as_str(), "any area"),
        Some(Missing::UnknownArea { asked }) => ("do that", asked.as_str()),
        _ => ("do that", "there"),
    };
    let right = explain.right.as_ref().map_or(right, |right| &right.name);
    let area = explain.area.as_ref().map_or(area, |area| &area.name);
    let word = if explain.allowed { "may" } else { "may not" };
    format!("{} {word} {right} in {area}", explain.user.name)
}

fn way(explain: &Explain, path: &Path, lines: &mut Vec<String>) {
    let mut steps = vec![explain.user.name.clone()];
    for step in &path.groups {
        let told = match step.told {
            Told::Directory => "told by the directory",
            Told::Local => "kept by Pforte",
        };
        steps.push(format!("is in the group {} ({told})", step.group.name));
    }
    let place = path.area.as_ref().map(|area| format!(" in {}", area.name)).unwrap_or_default();
    steps.push(format!("has the role {}{place} (assignment {})", path.role.name, path.assignment));
    if let Some(right) = &explain.right {
        steps.push(format!("which has the right {}", right.name));
    }
    for (depth, step) in steps.iter().enumerate() {
        let mut line = "  ".repeat(depth + 1);
        if depth > 0 {
            line.push_str("└ ");
        }
        line.push_str(step);
        lines.push(line);
    }
}

fn lack(missing: &Missing) -> String {
    match missing {
        Missing::Enabled => "the user is disabled".to_owned(),
        Missing::UnknownRight { asked } => format!("no application has registered the right {asked}"),
        Missing::UnknownArea { asked } => format!("there is no area {asked}"),
        Missing::Role { roles } if roles.is_empty() => "no role has this right".to_owned(),
        Missing::Role { roles } => format!("a role with this right, such as {}", names(roles)),
        Missing::Area { holds_in } => format!("the role counts only in {}", names(holds_in)),
        Missing::Station { here, holds_at } => {
            station(here.as_ref().map(|here| here.name.as_str()), holds_at)
        }
        Missing::Time { from, until, schedule } => time(*from, *until, schedule.as_ref()),
        Missing::Strength { needed, proved } => strength(*needed, *proved),
        _ => "something that this program does not know yet".to_owned(),
    }
}

fn station<I>(here: Option<&str>, holds_at: &[Named<I>]) -> String {
    let here = here.map_or("no station proved itself".to_owned(), |here| format!("this is {here}"));
    format!("the role counts only at {}; {here}", names(holds_at))
}

fn time(from: Option<Micros>, until: Option<Micros>, schedule: Option<&Schedule>) -> String {
    let spans = schedule.iter().flat_map(|schedule| &schedule.0);
    let spans: Vec<String> =
        spans.map(|span| format!("{} to {}", week::minute(span.from), week::minute(span.to))).collect();
    let words = [
        Some("the role counts only".to_owned()),
        from.map(|from| format!("from {}", Time(from))),
        until.map(|until| format!("until {}", Time(until))),
        (!spans.is_empty()).then(|| format!("at {}", spans.join(", "))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn strength(needed: Option<Strength>, proved: Option<Strength>) -> String {
    let word = |strength: Option<Strength>| strength.map_or("nothing", Strength::as_str);
    format!("the role needs the strength {}; proved is {}", word(needed), word(proved))
}

fn names<I>(of: &[Named<I>]) -> String {
    let names: Vec<&str> = of.iter().map(|named| named.name.as_str()).collect();
    if names.is_empty() { "places that no longer exist".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "018bcfe5-6800-7fff-bfff-ffffffffffff";

    fn named(name: &str) -> Value {
        json!({ "id": ID, "name": name })
    }

    fn told(missing: &Value) -> String {
        let explain = json!({
            "allowed": missing.is_null(),
            "user": named("jana"),
            "right": named("batch/release"),
            "area": named("dairy/line2"),
            "path": {
                "groups": [
                    { "id": ID, "name": "shift a", "told": "directory" },
                    { "id": ID, "name": "operators", "told": "local" },
                ],
                "assignment": ID,
                "role": named("Operator"),
                "area": named("dairy"),
            },
            "missing": missing,
        });
        text(&explain)
    }

    #[test]
    fn an_allowed_decision_tells_the_way_from_the_user_to_the_right() {
        let expected = [
            "jana may batch/release in dairy/line2",
            "  jana",
            "    └ is in the group shift a (told by the directory)",
            "      └ is in the group operators (kept by Pforte)",
            "        └ has the role Operator in dairy (assignment 018bcfe5-6800-7fff-bfff-ffffffffffff)",
            "          └ which has the right batch/release",
            "",
        ];
        assert_eq!(told(&Value::Null), expected.join("\n"));
    }

    #[test]
    fn a_refused_one_tells_what_was_missing_first() {
        for (missing, expected) in [
            (json!({ "what": "area", "holds_in": [named("bakery")] }), "the role counts only in bakery"),
            (json!({ "what": "role", "roles": [] }), "no role has this right"),
            (
                json!({ "what": "station", "here": null, "holds_at": [named("panel 1")] }),
                "the role counts only at panel 1; no station proved itself",
            ),
            (
                json!({ "what": "time", "from": null, "until": 0, "schedule": [{ "from": 360, "to": 840 }] }),
                "the role counts only until 1970-01-01T00:00:00.000000Z at mon 06:00 to mon 14:00",
            ),
            (
                json!({ "what": "strength", "needed": "strong", "proved": "single" }),
                "the role needs the strength strong; proved is single",
            ),
        ] {
            let text = told(&missing);
            assert!(
                text.starts_with("jana may not batch/release in dairy/line2\nThe way that came nearest:\n")
            );
            assert!(text.ends_with(&format!("Missing: {expected}\n")), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_is_named_as_it_was_asked() {
        for (missing, right, area, expected) in [
            (
                json!({ "what": "unknown-right", "asked": "a/b" }),
                Value::Null,
                named("dairy"),
                "jana may not a/b in dairy\n",
            ),
            (
                json!({ "what": "unknown-area", "asked": "x" }),
                named("a/b"),
                Value::Null,
                "jana may not a/b in x\n",
            ),
        ] {
            let explain = json!({
                "allowed": false, "user": named("jana"), "right": right, "area": area, "path": null, "missing": missing,
            });
            assert!(text(&explain).starts_with(expected), "{}", text(&explain));
        }
    }

    #[test]
    fn a_reason_of_a_newer_server_is_shown_as_it_came() {
        assert!(told(&json!({ "what": "moon phase" })).contains("\"moon phase\""));
    }
}
