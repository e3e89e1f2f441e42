//! What a check found, for people.

use crate::cli::table::{Table, clean, fields};
use pforte_model::signature::statement::{By, Ending, Opening, Signatory};
use pforte_verify::signature::{Finding, Report, Shown, Verdict};

/// The whole report.
pub(super) fn of(report: &Report) -> String {
    let mut text = String::new();
    if let Some(opening) = &report.opening {
        text.push_str(&request(opening, report));
    }
    if !report.signatures.is_empty() {
        let rows = report.signatures.iter().map(row).collect();
        text.push('\n');
        text.push_str(&Table { heads: HEADS, rows }.to_string());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.extend(report.findings.iter().map(line));
    text.push_str(&verdict(report));
    text
}

fn request(opening: &Opening, report: &Report) -> String {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    let record =
        opening.record.as_ref().map(|record| format!("{}, SHA-256 {}", record.media_type, record.sha256));
    let mut facts = vec![
        ("object", opening.object.clone()),
        ("action", opening.action.to_string()),
        ("area", opening.area.name.clone()),
        ("description", or_nothing(&opening.description)),
        ("outcome", or_nothing(&opening.outcome)),
        ("record", record.unwrap_or_default()),
        ("request", opening.request.to_string()),
        ("plant", opening.plant.clone()),
        ("application", opening.application.name.clone()),
        ("asked at", opening.at.to_string()),
        ("policy", format!("{}, version {}", opening.policy.name, opening.policy.version)),
        ("state", state(report)),
    ];
    facts.extend(report.ending.iter().flat_map(ended));
    facts.push(("key", report.fingerprints.join(", ")));
    facts.retain(|(_, value)| !value.is_empty());
    for change in &opening.changes {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        facts.push(("change", format!("{}: {} to {}", change.what, value(&change.old), value(&change.new))));
    }
    fields(&facts)
}

/// What the statements say; whether that is true is another question.
fn state(report: &Report) -> String {
    let Some(state) = report.state else { return String::new() };
    match report.verdict() {
        Verdict::Genuine => state.as_str().to_owned(),
        Verdict::Unproven | Verdict::Broken => format!("{}, as the document says", state.as_str()),
    }
}

fn ended(ending: &Ending) -> [(&'static str, String); 3] {
    let by = match &ending.by {
        Some(By::Person { who, .. }) => format!("{} ({})", who.printed_name, user(who)),
        Some(By::Application { application }) => application.name.clone(),
        None => String::new(),
    };
    [
        ("ended at", ending.at.to_string()),
        ("ended by", by),
        ("ended because", ending.reason.clone().unwrap_or_default()),
    ]
}

fn user(who: &Signatory) -> String {
    format!("{}\\{}", who.directory, who.login)
}

const HEADS: &[&str] = &[
    "statement",
    "signed at",
    "name",
    "user",
    "meaning",
    "roles",
    "station",
    "strength",
    "reason",
    "comment",
    "good",
];

fn row(shown: &Shown) -> Vec<String> {
    let signing = &shown.signing;
    let roles: Vec<&str> = signing.roles.iter().map(|role| role.name.as_str()).collect();
    vec![
        shown.statement.to_string(),
        signing.at.to_string(),
        signing.signer.printed_name.clone(),
        user(&signing.signer),
        signing.meaning.as_str().to_owned(),
        roles.join(", "),
        signing.station.as_ref().map(|station| station.name.clone()).unwrap_or_default(),
        signing.strength.as_str().to_owned(),
        signing.reason.clone().unwrap_or_default(),
        signing.comment.clone().unwrap_or_default(),
        if shown.good { "yes" } else { "NO" }.to_owned(),
    ]
}

fn line(finding: &Finding) -> String {
    let told = clean(&finding.to_string());
    if finding.what.is_fault() { format!("{told}\n") } else { format!("note: {told}\n") }
}

fn verdict(report: &Report) -> String {
    let verdict = match report.verdict() {
        Verdict::Genuine => "genuine",
        Verdict::Unproven => "NOT PROVEN, but whole",
        Verdict::Broken => "NOT GENUINE",
    };
    let Report { statements, logged, stamped, .. } = report;
    let signatures = report.signatures.iter().filter(|shown| shown.good).count();
    let counted = format!("{signatures} good signatures, {statements} statements");
    format!("{verdict}: {counted}, {logged} of them proved by the log, {stamped} with a time stamp\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pforte_verify::signature::{Place, What};

    #[test]
    fn a_document_that_cannot_be_read_names_what_is_wrong() {
        let broken = Finding { place: Place::Document, what: What::OtherFormat };
        let unfit = Finding { place: Place::Document, what: What::Unfit("unknown key \u{202e}".to_owned()) };
        let unproven = Finding { place: Place::Document, what: What::Unproven };
        let report = Report { findings: vec![broken, unfit, unproven], ..Report::default() };
        let expected = "not a document of the format pforte-signatures/1\n\
            unknown key \\u{202e}\n\
            note: no key was trusted beforehand; compare the fingerprints with what the plant tells\n\
            NOT GENUINE: 0 good signatures, 0 statements, 0 of them proved by the log, 0 with a time stamp\n";
        assert_eq!(of(&report), expected);
    }
}
