//! What people type: names, times, passwords, codes.

use super::{reads_back, text};
use bytes::BytesMut;
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{LdapFilter, LdapOp};
use pforte_directory::ldap::{ObjectGuid, Sid, fuzzing};
use pforte_directory::local::generate::SetupCode;
use pforte_directory::local::verifier::Verifier;
use pforte_directory::secret::Password;
use pforte_model::id::UserId;
use pforte_model::name::{AreaName, Key, Label, LoginName, RightName, fold, unseen};
use pforte_server::{fuzzing as server, token};
use pforte_wire::time::Time;
use tokio_util::codec::Decoder;

/// Names of every kind, identifiers and points in time.
pub(super) fn names(bytes: &[u8]) -> bool {
    let typed = text(bytes);
    let folded = fold(typed);
    assert_eq!(fold(&folded), folded, "folding twice changes {typed:?}");
    assert!(folded.len() <= 32 * typed.len(), "folding lets {typed:?} grow");
    if let Ok(name) = LoginName::parse(typed) {
        plain(name.as_str(), LoginName::MAX_CHARS);
        reads_back(&name, name.as_str(), LoginName::parse);
        assert_eq!(name.as_str(), folded);
    }
    if let Ok(name) = Label::parse(typed) {
        plain(name.as_str(), Label::MAX_CHARS);
        reads_back(&name, name.as_str(), Label::parse);
        assert_eq!(name.folded(), folded, "a label and what was typed are not the same name");
    }
    if let Ok(name) = AreaName::parse(typed) {
        plain(name.as_str(), AreaName::MAX_CHARS);
        assert!(!name.as_str().contains('/'));
        reads_back(&name, name.as_str(), AreaName::parse);
    }
    if let Ok(key) = Key::parse(typed) {
        assert!(key.as_str().is_ascii());
        reads_back(&key, key.as_str(), Key::parse);
    }
    if let Ok(name) = RightName::parse(typed) {
        reads_back(&name, name.as_str(), RightName::parse);
        assert!(name.as_str().starts_with(name.application()));
    }
    if let Ok(Some(needle)) = server::needle(typed) {
        assert!(!needle.is_empty());
    }
    identifiers(typed);
    !folded.is_empty()
}

/// A name has at least one character, at most so many, and each can be seen.
fn plain(name: &str, most: usize) {
    assert!((1..=most).contains(&name.chars().count()) && !name.chars().any(unseen), "{name:?}");
}

fn identifiers(typed: &str) {
    if let Ok(id) = typed.parse::<UserId>() {
        reads_back(&id, &id.to_string(), str::parse);
        assert!(id.to_string().eq_ignore_ascii_case(typed));
    }
    if let Ok(guid) = typed.parse::<ObjectGuid>() {
        reads_back(&guid, &guid.to_string(), str::parse);
    }
    if let Ok(sid) = typed.parse::<Sid>() {
        reads_back(&sid, &sid.to_string(), str::parse);
    }
    if let Ok(time) = Time::parse(typed) {
        reads_back(&time, &time.to_string(), Time::parse);
    }
}

/// Passwords, set-up codes, tokens and stored verifiers.
pub(super) fn secrets(bytes: &[u8]) -> bool {
    let typed = text(bytes);
    if let Ok(password) = Password::parse(typed) {
        assert!((1..=Password::MAX_BYTES).contains(&typed.len()) && !typed.contains('\0'));
        assert_eq!(format!("{password:?}"), "Password(hidden)");
    }
    if let Ok(verifier) = Verifier::parse(typed) {
        assert_eq!(verifier.to_phc(), typed, "two texts are one verifier");
    }
    if let Ok(code) = SetupCode::parse(typed) {
        let again = SetupCode::parse(code.as_str()).map(|code| code.digest());
        assert_eq!(again, Ok(code.digest()));
    }
    if let Some((_, hash)) = token::read(typed) {
        assert_eq!(typed.len(), 47);
        assert_eq!(token::read(&format!("{typed} ")), None);
        assert_ne!(hash.0, [0; 32]);
    }
    Password::parse(typed).is_ok()
}

/// The domain in which names are looked for.
const DNS: &str = "plant.example";

/// A name at a log-on: as another implementation reads what a directory is asked,
/// the name is a value to compare with, never part of the question.
pub(super) fn login(bytes: &[u8]) -> bool {
    let Ok(name) = LoginName::parse(text(bytes)) else { return false };
    let Some(message) = fuzzing::search_message(&name, DNS) else { return false };
    let mut codec = LdapCodec::new(Some(1 << 20), Some(16));
    let read = codec.decode(&mut BytesMut::from(message.as_slice()));
    let Ok(Some(LdapOp::SearchRequest(asked))) = read.map(|read| read.map(|read| read.op)) else {
        unreachable!("what is asked for {name:?} cannot be read")
    };
    let values: Vec<&str> = match &asked.filter {
        LdapFilter::Or(either) => either.iter().map(|one| value(one, &name)).collect(),
        one => vec![value(one, &name)],
    };
    assert!((1..=4).contains(&values.len()));
    for value in values {
        assert!(!value.is_empty() && fold(value).len() <= name.as_str().len(), "{name:?}: {value:?}");
        assert!(name.as_str().contains(&fold(value)), "{name:?}: {value:?}");
    }
    true
}

/// What an attribute is compared with.
fn value<'a>(filter: &'a LdapFilter, name: &LoginName) -> &'a str {
    match filter {
        LdapFilter::Equality(attribute, value) => {
            assert!(["sAMAccountName", "userPrincipalName"].contains(&attribute.as_str()));
            value
        }
        other => unreachable!("{name:?} is asked for as {other:?}"),
    }
}
