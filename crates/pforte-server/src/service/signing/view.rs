//! A request as callers see it.

use super::chain::{self, Chain};
use crate::fault::Fault;
use crate::service::{events, signature_policies};
use pforte_model::event;
use pforte_model::signature::jws;
use pforte_model::signature::life::State;
use pforte_model::signature::statement::{self, By, Digest, Form, Through};
use pforte_store::signature_requests::Statement;
use pforte_wire::Named;
use pforte_wire::signature::{Change, Ending, Record, Signature, SignatureRequest};
use pforte_wire::time::Time;

/// The request as it stands.
pub(super) fn shown(chain: &Chain) -> Result<SignatureRequest, Fault> {
    let (row, opening) = (&chain.row, &chain.asked.opening);
    let life = chain.life();
    let missing = |step| u32::try_from(life.missing(step)).unwrap_or(0);
    let of = |kind: &'static str| chain.statements.iter().filter(move |one| one.kind == kind);
    Ok(SignatureRequest {
        id: row.id.to_string(),
        key: row.key.clone(),
        state: row.state.clone(),
        application: named(&opening.application),
        action: opening.action.to_string(),
        area: named(&opening.area),
        object: opening.object.clone(),
        description: opening.description.clone(),
        outcome: opening.outcome.clone(),
        changes: opening.changes.iter().map(change).collect(),
        record: opening.record.as_ref().map(|one| record(one, row.record.is_some())),
        performer: opening.performer.as_ref().map(person),
        station: opening.station.as_ref().map(named),
        requested_at: Time(row.requested_at),
        expires_at: row.expires_at.map(Time),
        ended_at: row.ended_at.map(Time),
        policy: Named { id: opening.policy.id.to_string(), name: opening.policy.name.clone() },
        policy_version: opening.policy.version,
        rules: signature_policies::rules(&opening.rules, |role| role.name.clone()),
        missing: (0..opening.rules.steps.len()).map(missing).collect(),
        signatures: of("signature").map(signature).collect::<Result<_, _>>()?,
        ending: of("ending")
            .map(ending)
            .next()
            .transpose()?
            .filter(|_| matches!(life.state(), State::Ended(_))),
        opening: chain.asked.hash.to_string(),
        page: None,
        version: row.version,
    })
}

/// The address of the page on which it is signed, with what lets everybody see it who
/// has the address.
pub(super) fn page(chain: &Chain) -> String {
    format!("/sign/{}?view={}", chain.row.id, events::hex(&chain.row.link))
}

fn signature(statement: &Statement) -> Result<Signature, Fault> {
    let signing: statement::Signing = chain::payload(statement)?;
    Ok(Signature {
        number: u32::try_from(statement.number).unwrap_or(0),
        step: signing.step,
        meaning: signing.meaning.as_str().to_owned(),
        person: person(&signing.signer),
        user: signing.signer.login,
        directory: signing.signer.directory,
        roles: signing.roles.iter().map(named).collect(),
        station: signing.station.as_ref().map(named),
        at: signing.at.to_string(),
        strength: signing.strength.as_str().to_owned(),
        both_components: signing.both_components,
        through: match signing.through {
            Through::Pforte => "pforte".to_owned(),
            Through::Application => "application".to_owned(),
        },
        reason: signing.reason,
        comment: signing.comment,
        statement: Digest(jws::hash(&statement.text)).to_string(),
        sequence: u64::try_from(statement.sequence).unwrap_or(0),
    })
}

fn ending(statement: &Statement) -> Result<Ending, Fault> {
    let ending: statement::Ending = chain::payload(statement)?;
    let by = ending.by.as_ref().map(|by| match by {
        By::Person { who, .. } => person(who),
        By::Application { application } => named(application),
    });
    Ok(Ending { at: ending.at.to_string(), by, reason: ending.reason })
}

fn change(change: &statement::Change) -> Change {
    Change { what: change.what.clone(), old: change.old.clone(), new: change.new.clone() }
}

fn record(record: &statement::Record, kept: bool) -> Record {
    Record {
        sha256: record.sha256.to_string(),
        bytes: record.bytes,
        media_type: record.media_type.clone(),
        form: match record.form {
            Form::Bytes => "bytes".to_owned(),
            Form::Jcs => "jcs".to_owned(),
        },
        kept,
    }
}

fn person(who: &statement::Signatory) -> Named {
    Named { id: who.person.to_string(), name: who.printed_name.clone() }
}

fn named(named: &event::Named) -> Named {
    Named { id: named.id.clone(), name: named.name.clone() }
}
