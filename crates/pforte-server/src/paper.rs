//! Documents of signatures on paper: what a check of them says, laid out as PDF/A.
//!
//! Paper shows only what the check read from the signed statements, never what stands
//! in the database, so that it cannot say more than was signed.

use crate::http::ui;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use pforte_model::event::Named;
use pforte_model::factor::Strength;
use pforte_model::signature::jws;
use pforte_model::signature::life::State;
use pforte_model::signature::statement::{self, By, Digest, End, Opening, Stamp};
use pforte_print::signature::{self as print, RECORD_TEXT_MAX, SignatureSheet, Standing};
use pforte_print::{Attachment, Fonts, Language, PrintError};
use pforte_verify::signature::{Expect, Report, Shown, Verdict, What, check};
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// The name of the document inside the PDF.
const ATTACHED: &str = "signatures.json";

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum NoPaper {
    /// The program was built without its pages, which hold the fonts.
    #[error("this program was built without the web UI, which holds the fonts")]
    NoFonts,
    /// The document does not tell what was to be signed.
    #[error("the document holds no readable request")]
    NoRequest,
    /// It is longer than what is printed, or PDF cannot say it.
    #[error(transparent)]
    Print(#[from] PrintError),
}

/// A document as PDF/A-3, which holds it: what is said of it is what a check finds that
/// expects this.
pub fn print(
    document: Vec<u8>,
    expect: &Expect<'_>,
    language: Language,
    printed_at: Zoned,
) -> Result<Vec<u8>, NoPaper> {
    let report = check(&document, expect);
    let opening = report.opening.as_ref().ok_or(NoPaper::NoRequest)?;
    let sections: Value = serde_json::from_slice(&document).unwrap_or_default();
    let sheet = SignatureSheet {
        standing: standing(&report),
        state: state(&report),
        record: record(opening, &sections, expect.record),
        signatures: report.signatures.iter().map(signature).collect(),
        ending: report.ending.as_ref().and_then(ending),
        proof: proof(&report, &sections),
        attachment: Some(attachment(document, &printed_at)),
        producer: format!("Pforte {}", env!("CARGO_PKG_VERSION")),
        plant: opening.plant.clone(),
        request: opening.request.to_string(),
        action: opening.action.to_string(),
        area: opening.area.name.clone(),
        object: opening.object.clone(),
        description: opening.description.clone().unwrap_or_default(),
        outcome: opening.outcome.clone().unwrap_or_default(),
        asked: asked(opening),
        policy: opening.policy.name.clone(),
        policy_version: u64::try_from(opening.policy.version).unwrap_or(0),
        changes: opening.changes.iter().map(change).collect(),
        language,
        printed_at,
    };
    Ok(print::sheet(&sheet, fonts()?)?)
}

/// The fonts of the pages, looked through when something is printed for the first time.
fn fonts() -> Result<&'static Fonts, NoPaper> {
    static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::new(ui::fonts()).ok()).as_ref().ok_or(NoPaper::NoFonts)
}

fn standing(report: &Report) -> Standing {
    match report.verdict() {
        Verdict::Genuine => Standing::Whole,
        Verdict::Unproven => Standing::Unproven,
        Verdict::Broken => Standing::Changed,
    }
}

fn state(report: &Report) -> print::State {
    match report.state {
        None | Some(State::Open) => print::State::Open,
        Some(State::Checking) => print::State::Checking,
        Some(State::Ended(End::Complete)) => print::State::Complete,
        Some(State::Ended(End::Refused)) => print::State::Refused,
        Some(State::Ended(End::Cancelled)) => print::State::Cancelled,
        Some(State::Ended(End::Expired)) => print::State::Expired,
    }
}

fn asked(opening: &Opening) -> print::Asked {
    print::Asked {
        application: opening.application.name.clone(),
        performer: opening.performer.as_ref().map(|one| one.printed_name.clone()).unwrap_or_default(),
        at: zoned(opening.at),
    }
}

fn change(change: &statement::Change) -> print::Change {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    print::Change { what: change.what.clone(), old: value(&change.old), new: value(&change.new) }
}

fn signature(shown: &Shown) -> print::Signature {
    let signing = &shown.signing;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    print::Signature {
        name: signing.signer.printed_name.clone(),
        user: format!("{} ({})", signing.signer.login, signing.signer.directory),
        at: zoned(signing.at),
        meaning: signing.meaning.as_str().to_owned(),
        role: names(&signing.roles),
        station: signing.station.as_ref().map(|station| station.name.clone()).unwrap_or_default(),
        reason: text(&signing.reason),
        comment: text(&signing.comment),
        strength: match signing.strength {
            Strength::Weak => print::Strength::Weak,
            Strength::Single => print::Strength::Single,
            Strength::Strong => print::Strength::Strong,
        },
    }
}

fn names(all: &[Named]) -> String {
    all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// How it ended, where not by its last signature.
fn ending(ending: &statement::Ending) -> Option<print::Ending> {
    let by = match &ending.by {
        Some(By::Person { who, .. }) => who.printed_name.clone(),
        Some(By::Application { application }) => application.name.clone(),
        None => String::new(),
    };
    let reason = ending.reason.clone().unwrap_or_default();
    (ending.end != End::Complete).then(|| print::Ending { by, reason, at: zoned(ending.at) })
}

fn record(opening: &Opening, sections: &Value, beside: Option<&[u8]>) -> Option<print::Record> {
    let record = opening.record.as_ref()?;
    let inside = sections.get("record").and_then(Value::as_str);
    let inside = inside.and_then(|text| BASE64.decode(text).ok());
    let bytes = inside.or_else(|| beside.map(<[u8]>::to_vec));
    Some(print::Record {
        media_type: record.media_type.clone(),
        bytes: record.bytes,
        sha256: record.sha256.to_string(),
        text: bytes.and_then(|bytes| readable(&record.media_type, bytes)),
    })
}

/// The record as people read it, if it is text or JSON.
fn readable(media_type: &str, bytes: Vec<u8>) -> Option<String> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_json = essence == "application/json" || essence.ends_with("+json");
    if !is_json && !essence.starts_with("text/") {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    Some(if is_json { indented(&text, RECORD_TEXT_MAX) } else { text })
}

/// JSON with line breaks and indents; each value stays as it was written. After about so
/// many characters the rest stays as it is.
fn indented(text: &str, most: usize) -> String {
    const DEEPEST: usize = 32;
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0_usize, false, false);
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth.min(DEEPEST)));
    };
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text || out.len() > most {
            in_text = character != '"' || escaped;
            escaped = character == '\\' && !escaped;
            out.push(character);
            continue;
        }
        let is_empty = matches!(characters.peek(), Some('}' | ']'));
        match character {
            '{' | '[' => {
                out.push(character);
                depth += 1;
                if !is_empty {
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !out.ends_with(['{', '[']) {
                    new_line(&mut out, depth);
                }
                out.push(character);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                in_text = true;
                out.push('"');
            }
            white if white.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn proof(report: &Report, sections: &Value) -> print::Proof {
    let statements = sections.get("statements").and_then(Value::as_array);
    let last = statements.and_then(|all| all.last()).and_then(Value::as_str).unwrap_or_default();
    let entries = sections.pointer("/log/entries").and_then(Value::as_array);
    let numbers = entries.into_iter().flatten().filter_map(|entry| entry.get("sequence")?.as_u64());
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    let stamped = report.findings.iter().filter_map(|finding| match finding.what {
        What::Stamped(at) => Some(at),
        _ => None,
    });
    let stamped = stamped.max_by_key(|stamp| stamp.at).map(|at| format!("{at} (RFC 3161)"));
    print::Proof {
        command: format!("pforte signature verify --keys KEYS {ATTACHED}"),
        key: report.fingerprints.join(" "),
        statement: Digest(jws::hash(last)).to_string(),
        log: numbers.join(", "),
        time_stamp: stamped.unwrap_or_default(),
    }
}

fn attachment(document: Vec<u8>, printed_at: &Zoned) -> Attachment {
    Attachment {
        name: ATTACHED.to_owned(),
        media_type: "application/json".to_owned(),
        description: "pforte-signatures/1".to_owned(),
        bytes: Arc::new(document),
        made_at: printed_at.timestamp(),
    }
}

/// A moment with the offset that it tells.
#[must_use]
pub fn zoned(stamp: Stamp) -> Zoned {
    let at = Timestamp::from_microsecond(stamp.at.0).unwrap_or_default();
    let offset = Offset::from_seconds(i32::from(stamp.offset) * 60).unwrap_or(Offset::UTC);
    at.to_zoned(TimeZone::fixed(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_broken_into_lines_and_no_value_changes() {
        let text = r#"{"a":[1.0e21,{},[]],"b":"x,\"{:\\","c":{"d":null}}"#;
        let shown = "{\n  \"a\": [\n    1.0e21,\n    {},\n    []\n  ],\n  \"b\": \"x,\\\"{:\\\\\",\n  \"c\": {\n    \"d\": null\n  }\n}";
        assert_eq!(indented(text, 1_000), shown);
        let deep = "[".repeat(5_000);
        assert!(indented(&deep, 100).len() < 20_000);
    }

    #[test]
    fn what_is_no_text_is_not_shown() {
        assert_eq!(readable("application/pdf", b"x".to_vec()), None);
        assert_eq!(readable("text/plain; charset=utf-8", vec![0xff]), None);
        assert_eq!(readable("text/csv", b"a,b".to_vec()).as_deref(), Some("a,b"));
        assert_eq!(readable("application/vnd.batch+json", b"[1]".to_vec()).as_deref(), Some("[\n  1\n]"));
    }
}
