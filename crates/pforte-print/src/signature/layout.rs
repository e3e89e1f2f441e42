//! What of a request stands where.

use jiff::Zoned;

use super::{CHANGES_MAX, RECORD_TEXT_MAX, Signature, SignatureSheet, Standing, State, Strength, code};
use crate::fonts::Fonts;
use crate::labels::Labels;
use crate::sheet::{Mark, Meta, PrintError, Sheet, Tone};

pub(super) fn print(signed: &SignatureSheet, fonts: &Fonts) -> Result<Vec<u8>, PrintError> {
    let labels = Labels::of(signed.language);
    let mut sheet = Sheet::new(meta(signed, labels), fonts);
    sheet.title(labels.title);
    request(&mut sheet, signed, labels);
    signatures(&mut sheet, signed, labels);
    ending(&mut sheet, signed, labels);
    changes(&mut sheet, signed, labels);
    record(&mut sheet, signed, labels);
    check(&mut sheet, signed, labels);
    if let Some(file) = &signed.attachment {
        sheet.attach(file.clone());
    }
    sheet.finish()
}

fn meta(signed: &SignatureSheet, labels: &Labels) -> Meta {
    Meta {
        title: format!("{} · {}", labels.title, signed.request),
        head: signed.plant.clone(),
        language: signed.language,
        created_at: signed.printed_at.timestamp(),
        printed: time(&signed.printed_at),
        producer: signed.producer.clone(),
        mark: Some(mark(signed, labels)),
    }
}

/// The band: what a check said, and how far the request is, so that a refused one never looks as if all were well.
fn mark(signed: &SignatureSheet, labels: &Labels) -> Mark {
    let (said, tone) = match (signed.standing, signed.state) {
        (Standing::Changed, _) => return Mark { text: labels.changed.to_owned(), tone: Tone::Bad },
        (Standing::Whole, State::Complete) => (labels.whole, Tone::Good),
        (Standing::Whole, _) => (labels.whole, Tone::Doubtful),
        (Standing::Unproven, _) => (labels.unproven, Tone::Doubtful),
    };
    Mark { text: format!("{} · {said}", state(signed.state, labels)), tone }
}

fn request(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    let version = labels.version.replace("{version}", &signed.policy_version.to_string());
    sheet.pairs(&[
        (labels.plant, &signed.plant),
        (labels.request, &signed.request),
        (labels.state, state(signed.state, labels)),
        (labels.action, &signed.action),
        (labels.area, &signed.area),
        (labels.object, &signed.object),
        (labels.description, &signed.description),
        (labels.outcome, &signed.outcome),
        (labels.application, &signed.asked.application),
        (labels.performer, &signed.asked.performer),
        (labels.asked_at, &time(&signed.asked.at)),
        (labels.policy, &format!("{}, {version}", signed.policy)),
    ]);
}

fn signatures(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    sheet.heading(labels.signatures);
    if signed.signatures.is_empty() {
        sheet.paragraph(labels.unsigned);
    }
    for signature in &signed.signatures {
        one_signature(sheet, signature, labels);
    }
}

fn one_signature(sheet: &mut Sheet<'_>, signature: &Signature, labels: &Labels) {
    let meaning = labels.meaning_of(&signature.meaning);
    let pairs = [
        (labels.name, signature.name.as_str()),
        (labels.user, &signature.user),
        (labels.signed_at, &time(&signature.at)),
        (labels.meaning, meaning),
        (labels.role, &signature.role),
        (labels.station, &signature.station),
        (labels.strength, strength(signature.strength, labels)),
        (labels.reason, &signature.reason),
        (labels.comment, &signature.comment),
    ];
    sheet.card(&signature.name, meaning, &pairs);
}

fn ending(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    if let Some(ending) = &signed.ending {
        sheet.heading(labels.ended);
        sheet.pairs(&[
            (labels.state, state(signed.state, labels)),
            (labels.by, &ending.by),
            (labels.ended_at, &time(&ending.at)),
            (labels.reason, &ending.reason),
        ]);
    }
}

fn changes(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    if signed.changes.is_empty() {
        return;
    }
    sheet.heading(labels.changes);
    let mut table = sheet.table(&[(labels.what, 4.0), (labels.old, 3.0), (labels.new, 3.0)]);
    for change in signed.changes.iter().take(CHANGES_MAX) {
        table.row(&[&change.what, &change.old, &change.new]);
    }
    drop(table);
    let further = signed.changes.len().saturating_sub(CHANGES_MAX);
    if further > 0 {
        sheet.paragraph(&labels.rows_cut.replace("{count}", &further.to_string()));
    }
}

fn record(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    let Some(record) = &signed.record else { return };
    sheet.heading(labels.record);
    let size = record.bytes.map(|bytes| labels.bytes.replace("{count}", &bytes.to_string()));
    sheet.pairs(&[
        (labels.media_type, &record.media_type),
        (labels.size, size.as_deref().unwrap_or_default()),
        (labels.digest, &record.sha256),
    ]);
    match &record.text {
        Some(text) => content(sheet, text, labels),
        None => sheet.note(labels.no_content),
    }
}

/// The record as text.
fn content(sheet: &mut Sheet<'_>, text: &str, labels: &Labels) {
    let end = text.char_indices().nth(RECORD_TEXT_MAX).map_or(text.len(), |(end, _)| end);
    let (printed, rest) = text.split_at(end);
    sheet.text_block(labels.content, printed);
    if !rest.is_empty() {
        sheet.note(&labels.cut.replace("{count}", &rest.chars().count().to_string()));
    }
}

fn check(sheet: &mut Sheet<'_>, signed: &SignatureSheet, labels: &Labels) {
    // The heading, the sentence and the code.
    sheet.room(190.0);
    sheet.heading(labels.check);
    let how = match &signed.attachment {
        Some(file) => labels.check_how.replace("{file}", &file.name),
        None => labels.check_elsewhere.to_owned(),
    };
    sheet.paragraph(&how);
    let proof = &signed.proof;
    let time_stamp = if proof.time_stamp.is_empty() { labels.none } else { &proof.time_stamp };
    let pairs = [
        (labels.command, proof.command.as_str()),
        (labels.key, &proof.key),
        (labels.statement, &proof.statement),
        (labels.log, &proof.log),
        (labels.time_stamp, time_stamp),
    ];
    sheet.pairs_beside_code(&pairs, &code(signed));
}

fn state(state: State, labels: &Labels) -> &'static str {
    match state {
        State::Open => labels.open,
        State::Checking => labels.checking,
        State::Complete => labels.complete,
        State::Refused => labels.refused,
        State::Cancelled => labels.cancelled,
        State::Expired => labels.expired,
    }
}

fn strength(strength: Strength, labels: &Labels) -> &'static str {
    match strength {
        Strength::Weak => labels.weak,
        Strength::Single => labels.single,
        Strength::Strong => labels.strong,
    }
}

/// Date and time to the second with the distance from UTC, and the zone's name where it has one.
pub(super) fn time(at: &Zoned) -> String {
    let time = at.strftime("%Y-%m-%d %H:%M:%S %:z");
    match at.time_zone().iana_name() {
        Some(zone) => format!("{time} ({zone})"),
        None => time.to_string(),
    }
}
