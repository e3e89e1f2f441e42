//! Requests and signatures as people see them.

use super::policy::spoken;
use crate::cli::failure::{Done, End};
use crate::cli::out::Out;
use crate::cli::show::{Shown, names, time};
use crate::cli::table::Table;
use pforte_wire::signature::{Change, Record, Signature, SignatureRequest};

/// A request with its signatures below it.
pub(super) fn whole(out: &mut Out, request: &SignatureRequest) -> Done {
    out.one(request)?;
    if out.is_json() || request.signatures.is_empty() {
        return Ok(End::Done);
    }
    let rows = request.signatures.iter().map(signature).collect();
    out.text(&format!("\n{}", Table { heads: SIGNED, rows }))
}

const SIGNED: &[&str] =
    &["number", "signed at", "name", "user", "meaning", "roles", "station", "reason", "comment"];

fn signature(one: &Signature) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        one.number.to_string(),
        one.at.clone(),
        one.person.name.clone(),
        format!("{}\\{}", one.directory, one.user),
        one.meaning.clone(),
        names(&one.roles),
        one.station.as_ref().map(|station| station.name.clone()).unwrap_or_default(),
        text(&one.reason),
        text(&one.comment),
    ]
}

/// What is still to be signed.
pub(super) fn missing(request: &SignatureRequest) -> Vec<String> {
    if request.ended_at.is_some() {
        return Vec::new();
    }
    let steps = request.rules.steps.iter().zip(&request.missing).filter(|(_, count)| **count > 0);
    steps
        .map(|(step, count)| {
            spoken(&pforte_wire::signature_policy::SigningStep { count: *count, ..step.clone() })
        })
        .collect()
}

impl Shown for SignatureRequest {
    const HEADS: &'static [&'static str] = &["object", "action", "area", "state", "missing", "expires", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.object.clone(),
            self.action.clone(),
            self.area.name.clone(),
            self.state.clone(),
            missing(self).join("; "),
            time(self.expires_at.filter(|_| self.ended_at.is_none())),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = |named: &Option<pforte_wire::Named>| {
            named.as_ref().map(|one| one.name.clone()).unwrap_or_default()
        };
        let ending = self.ending.as_ref();
        let mut fields = vec![
            ("object", self.object.clone()),
            ("action", self.action.clone()),
            ("area", self.area.name.clone()),
            ("description", text(&self.description)),
            ("outcome", text(&self.outcome)),
        ];
        fields.extend(self.changes.iter().map(|change| ("change", changed(change))));
        fields.extend([
            ("record", self.record.as_ref().map(record).unwrap_or_default()),
            ("application", self.application.name.clone()),
            ("key", self.key.clone()),
            ("performer", name(&self.performer)),
            ("station", name(&self.station)),
            ("policy", format!("{}, version {}", self.policy.name, self.policy_version)),
            ("requested", self.requested_at.to_string()),
            ("expires", time(self.expires_at)),
            ("state", self.state.clone()),
        ]);
        fields.extend(missing(self).into_iter().map(|one| ("missing", one)));
        fields.extend([
            ("ended", ending.map(|ending| ending.at.clone()).unwrap_or_default()),
            ("ended by", ending.map(|ending| name(&ending.by)).unwrap_or_default()),
            ("ended because", ending.map(|ending| text(&ending.reason)).unwrap_or_default()),
            ("opening", self.opening.clone()),
            ("page", text(&self.page)),
            ("id", self.id.clone()),
        ]);
        fields
    }
}

fn changed(change: &Change) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    format!("{}: {} to {}", change.what, value(&change.old), value(&change.new))
}

fn record(record: &Record) -> String {
    let bytes = record.bytes.map(|bytes| format!(", {bytes} bytes")).unwrap_or_default();
    let place = if record.kept { "" } else { ", kept by the application" };
    format!("{}{bytes}{place}, SHA-256 {}", record.media_type, record.sha256)
}
