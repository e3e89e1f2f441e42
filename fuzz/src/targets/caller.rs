//! What callers of the HTTP API send, before anybody knows who they are.

use super::text;
use pforte_server::fuzzing::{self, MAX_DEPTH};
use pforte_server::http::caller::Told;
use pforte_server::http::cookie;
use pforte_wire::problem::Code;
use pforte_wire::{
    application, area, assignment, decision, directory, group, logon, role, session, station, user,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Stands in seeds where a password does.
const SECRET: &str = "Tell-Nobody-91";

/// The longest sentence about a body, in bytes.
const LONGEST: usize = 1_200;

/// Reads a body as one type of the API.
type Read = fn(&[u8]) -> bool;

/// Every body that the API takes.
const BODIES: &[Read] = &[
    read::<session::LogOn>,
    read::<session::Negotiate>,
    read::<session::EndSession>,
    read::<logon::SetUp>,
    read::<decision::Decide>,
    read::<decision::Explain>,
    read::<user::NewUser>,
    read::<user::ChangeUser>,
    read::<user::SetPassword>,
    read::<group::NewGroup>,
    read::<group::ChangeGroup>,
    read::<role::NewRole>,
    read::<role::ChangeRole>,
    read::<area::NewArea>,
    read::<area::ChangeArea>,
    read::<station::NewStation>,
    read::<station::ChangeStation>,
    read::<application::NewApplication>,
    read::<application::ChangeApplication>,
    read::<application::RegisterRights>,
    read::<assignment::NewAssignment>,
    read::<assignment::ChangeAssignment>,
    read::<assignment::PrincipalRef>,
    read::<directory::NewDirectory>,
    read::<directory::ChangeDirectory>,
    read::<directory::SetKeytab>,
    week,
];

/// A body, read as each of the types.
pub(super) fn body(bytes: &[u8]) -> bool {
    let mut taken = false;
    for read in BODIES {
        taken |= read(bytes);
    }
    taken
}

fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> bool {
    let value: T = match fuzzing::body(bytes) {
        Ok(value) => value,
        Err(fault) => {
            assert!([Code::BodyInvalid, Code::BodyTooDeep].contains(&fault.code), "{fault:?}");
            assert!(fault.detail.len() <= LONGEST, "a long answer: {} bytes", fault.detail.len());
            // Of what was sent only the name of a key is ever told.
            let keys = ["unknown field", "duplicate field"];
            let key = keys.iter().any(|text| fault.detail.starts_with(text));
            assert!(key || !fault.detail.contains(SECRET), "{}", fault.detail);
            return false;
        }
    };
    let written = serde_json::to_vec(&value).unwrap_or_default();
    let again = fuzzing::body::<T>(&written).ok().and_then(|again| serde_json::to_vec(&again).ok());
    assert_eq!(again.as_deref(), Some(written.as_slice()), "{}", String::from_utf8_lossy(&written));
    assert!(nesting(&written) <= MAX_DEPTH);
    true
}

/// The deepest nesting, by a reader of its own.
fn nesting(bytes: &[u8]) -> usize {
    fn of(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(items) => 1 + items.iter().map(of).max().unwrap_or(0),
            serde_json::Value::Object(items) => 1 + items.values().map(of).max().unwrap_or(0),
            _ => 0,
        }
    }
    serde_json::from_slice(bytes).map_or(usize::MAX, |value| of(&value))
}

/// The times of the week of an assignment.
fn week(bytes: &[u8]) -> bool {
    let Ok(asked) = fuzzing::body::<assignment::NewAssignment>(bytes) else { return false };
    let Some(Ok(Some(written))) = asked.schedule.as_deref().map(fuzzing::week) else { return false };
    let again = fuzzing::week(&written);
    assert_eq!(again, Ok(Some(written)), "times of the week change when they are saved");
    true
}

/// The head of a request: tokens, credentials, cookies, where it comes from.
pub(super) fn head(bytes: &[u8]) -> bool {
    let Some(proofs) = fuzzing::proofs(bytes) else { return false };
    let lines = String::from_utf8_lossy(bytes).to_lowercase();
    let holds = |name: &str| lines.contains(name);
    assert!(proofs.bearer == Told::Nothing || holds("authorization"));
    assert!(proofs.station == Told::Nothing || holds("pforte-station"));
    assert!(proofs.cookie.is_none() || holds(&cookie::SESSION.to_lowercase()));
    assert!(!proofs.same_site || holds("sec-fetch-site") || holds("origin"));
    let again = fuzzing::proofs(bytes);
    assert_eq!(again, Some(proofs));
    true
}

/// The parameters of a page of events.
pub(super) fn parameters(bytes: &[u8]) -> bool {
    match fuzzing::event_filter(text(bytes)) {
        None => false,
        Some(Err(fault)) => {
            assert!([Code::ParameterInvalid, Code::ValueInvalid].contains(&fault.code), "{fault:?}");
            false
        }
        Some(Ok((_, limit, _))) => {
            assert!((1..=1_000).contains(&limit));
            true
        }
    }
}
