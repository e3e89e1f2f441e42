//! The statements: their signatures, their form, and how they name each other.

use super::document::in_words;
use super::fault::{Place, What};
use super::keys::Keys;
use super::report::{Report, Shown};
use pforte_model::id::SignatureRequestId;
use pforte_model::signature::canonical;
use pforte_model::signature::jws::{self, Kind, Split};
use pforte_model::signature::statement::{Digest, Ending, Opening, Signing, Stamp, VERSION};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A statement that could be read.
#[derive(Debug)]
pub(super) enum Statement {
    Opening(Box<Opening>),
    Signing(Box<Signing>),
    Ending(Box<Ending>),
}

impl Statement {
    const fn kind(&self) -> Kind {
        match self {
            Self::Opening(_) => Kind::Opening,
            Self::Signing(_) => Kind::Signature,
            Self::Ending(_) => Kind::Ending,
        }
    }

    const fn version(&self) -> u32 {
        match self {
            Self::Opening(opening) => opening.version,
            Self::Signing(signing) => signing.version,
            Self::Ending(ending) => ending.version,
        }
    }

    const fn request(&self) -> SignatureRequestId {
        match self {
            Self::Opening(opening) => opening.request,
            Self::Signing(signing) => signing.request,
            Self::Ending(ending) => ending.request,
        }
    }

    /// The first statement and the one before, as it names them.
    const fn links(&self) -> Option<(Digest, Digest)> {
        match self {
            Self::Opening(_) => None,
            Self::Signing(signing) => Some((signing.opening, signing.previous)),
            Self::Ending(ending) => Some((ending.opening, ending.previous)),
        }
    }

    pub(super) const fn at(&self) -> Stamp {
        match self {
            Self::Opening(opening) => opening.at,
            Self::Signing(signing) => signing.at,
            Self::Ending(ending) => ending.at,
        }
    }
}

/// The statements that could be read, and the hashes of all.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) hashes: Vec<Digest>,
    pub(super) read: Vec<(usize, Statement)>,
}

impl Chain {
    /// The first statement, if it is an opening.
    pub(super) fn opening(&self) -> Option<&Opening> {
        match self.read.first() {
            Some((0, Statement::Opening(opening))) => Some(opening),
            _ => None,
        }
    }

    /// The ending, if it is the last that can be read.
    fn ending(&self) -> Option<&Ending> {
        match self.read.last() {
            Some((_, Statement::Ending(ending))) => Some(ending),
            _ => None,
        }
    }
}

/// Checks each statement by itself and against those before.
pub(super) fn check(texts: &[String], trusted: Option<&Keys>, own: &Keys, report: &mut Report) -> Chain {
    let hashes: Vec<Digest> = texts.iter().map(|text| Digest(jws::hash(text))).collect();
    let mut chain = Chain { hashes, read: Vec::new() };
    for (nth, text) in texts.iter().enumerate() {
        if let Some(statement) = one(Place::Statement(nth), text, (trusted, own), report) {
            chain.read.push((nth, statement));
        }
    }
    for (nth, statement) in &chain.read {
        links(*nth, statement, &chain, report);
    }
    show(&chain, report);
    chain
}

/// Checks the signature of a statement and reads it. A statement whose signature is
/// wrong is read all the same, because more may be wrong with it.
fn one(
    place: Place,
    text: &str,
    (trusted, own): (Option<&Keys>, &Keys),
    report: &mut Report,
) -> Option<Statement> {
    let split = jws::split(text).map_err(|bad| report.add(place, What::Frame(bad))).ok()?;
    if !report.fingerprints.contains(&split.kid) {
        report.fingerprints.push(split.kid.clone());
    }
    let key = match (trusted.and_then(|keys| keys.get(&split.kid)), own.get(&split.kid)) {
        (Some(key), _) => Some(key),
        (None, Some(key)) => {
            if trusted.is_some() {
                report.add(place, What::KeyUntrusted);
            }
            Some(key)
        }
        (None, None) => {
            report.add(place, What::KeyUnknown);
            None
        }
    };
    if key.is_some_and(|key| key.verify_sig(split.signing_input.as_bytes(), &split.signature).is_err()) {
        report.add(place, What::Forged);
    }
    match read(&split) {
        Ok(statement) if statement.version() == VERSION => Some(statement),
        Ok(statement) => {
            report.add(place, What::OtherVersion(statement.version()));
            None
        }
        Err(what) => {
            report.add(place, what);
            None
        }
    }
}

/// What a statement says, whoever signed it; `None` if it cannot be read.
pub(super) fn readable(text: &str) -> Option<Statement> {
    jws::split(text).ok().and_then(|split| read(&split).ok()).filter(|read| read.version() == VERSION)
}

fn read(split: &Split<'_>) -> Result<Statement, What> {
    let value = canonical::read(&split.payload).map_err(What::PayloadNotJson)?;
    Ok(match split.kind {
        Kind::Opening => Statement::Opening(Box::new(exactly(&value)?)),
        Kind::Signature => Statement::Signing(Box::new(exactly(&value)?)),
        Kind::Ending => Statement::Ending(Box::new(exactly(&value)?)),
    })
}

/// Reads a payload that says nothing beside what is read: written again it is the same.
fn exactly<T: Serialize + DeserializeOwned>(value: &Value) -> Result<T, What> {
    let read = T::deserialize(value).map_err(|error| What::PayloadUnfit(in_words(&error)))?;
    if serde_json::to_value(&read).is_ok_and(|again| again == *value) {
        Ok(read)
    } else {
        Err(What::PayloadUnfit("says something that this program does not know".to_owned()))
    }
}

/// Whether a statement stands where it belongs and names those before it.
fn links(nth: usize, statement: &Statement, chain: &Chain, report: &mut Report) {
    let place = Place::Statement(nth);
    let last = nth + 1 == chain.hashes.len();
    let fits = match statement.kind() {
        Kind::Opening => nth == 0,
        Kind::Signature => nth > 0,
        Kind::Ending => nth > 0 && last,
    };
    if !fits {
        report.add(place, What::Misplaced(statement.kind()));
    }
    if chain.opening().is_some_and(|opening| opening.request != statement.request()) {
        report.add(place, What::OtherRequest);
    }
    let Some((opening, previous)) = statement.links() else { return };
    if chain.hashes.first() != Some(&opening) {
        report.add(place, What::OtherOpening);
    }
    let before = nth.checked_sub(1).and_then(|before| chain.hashes.get(before));
    if before != Some(&previous) {
        report.add(place, What::OtherPrevious);
    }
}

/// What the report shows of the statements.
fn show(chain: &Chain, report: &mut Report) {
    report.opening = chain.opening().cloned();
    report.ending = chain.ending().cloned();
    report.signatures = chain
        .read
        .iter()
        .filter_map(|(nth, statement)| match statement {
            Statement::Signing(signing) => {
                Some(Shown { statement: *nth, signing: signing.as_ref().clone(), good: false })
            }
            _ => None,
        })
        .collect();
}
