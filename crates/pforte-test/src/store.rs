//! What tests of the store share with the program that they start as a child.

use pforte_model::event::{Actor, Event, EventType, Named, Outcome};
use pforte_model::id::{EventId, NodeId};
use pforte_model::log::checkpoint::Signer;
use pforte_model::time::Micros;
use pforte_store::{Edge, Engine, Settings};
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::SecretString;
use std::path::Path;

/// The time at which the tests' databases are opened.
pub const NOW: Micros = Micros(1_700_000_000_000_000);

/// The key of the tests' logs.
///
/// # Panics
///
/// Never: the name is a good one.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixture that cannot do its work ends the test")]
pub fn signer() -> Signer {
    Signer::new("test.example/log", &[7; 32]).expect("a good name")
}

/// What the edge hands over, with a seed that is always the same.
#[must_use]
pub fn edge() -> Edge {
    Edge { signer: signer(), rng: StdRng::from_seed([1; 32]), now: NOW }
}

/// A SQLite file.
#[must_use]
pub fn sqlite(path: &Path) -> Settings {
    Settings::new(Engine::Sqlite { path: path.to_owned() })
}

/// A PostgreSQL database.
#[must_use]
pub fn postgres(url: &str) -> Settings {
    Settings::new(Engine::Postgres { url: SecretString::from(url), ca: None })
}

/// An event, about 330 bytes long, that tells its number.
#[must_use]
pub fn event(number: u64) -> Event {
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(number.to_le_bytes()) {
        *to = from;
    }
    Event {
        id: EventId::from_bytes(id),
        node: NodeId::from_bytes([9; 16]),
        at: Micros(NOW.0.saturating_add_unsigned(number)),
        monotonic: 0,
        zone: 60,
        kind: EventType::LoggedOn,
        category: EventType::LoggedOn.category(),
        severity: EventType::LoggedOn.severity(),
        result: Outcome::Done,
        who: Actor::Claimed { name: format!("user{number}"), directory: None },
        what: None,
        station: Some(Named { id: "st-1".into(), name: "Filler 1".into() }),
        application: None,
        area: None,
        old: None,
        new: None,
        code: None,
        reason: None,
        request: Some(number.to_string()),
    }
}
