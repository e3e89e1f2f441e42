//! New identifiers and other random values, drawn from one generator.

use pforte_model::id::{self, EventId};
use pforte_model::time::Micros;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The server's random numbers.
pub struct Ids {
    rng: Mutex<StdRng>,
}

impl Ids {
    /// Begins with a seed from the operating system; tests give a fixed one.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { rng: Mutex::new(StdRng::from_seed(seed)) }
    }

    /// The generator, for a token or a password.
    pub fn rng(&self) -> MutexGuard<'_, StdRng> {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a new identifier.
    #[must_use]
    pub fn bytes(&self, at: Micros) -> [u8; 16] {
        let mut random = [0; 10];
        self.rng().fill_bytes(&mut random);
        id::v7(u64::try_from(at.0 / 1_000).unwrap_or(0), random)
    }

    /// Sixteen random bytes.
    #[must_use]
    pub fn bytes16(&self) -> [u8; 16] {
        let mut random = [0; 16];
        self.rng().fill_bytes(&mut random);
        random
    }

    /// A new event's identity.
    #[must_use]
    pub fn event(&self, at: Micros) -> EventId {
        EventId::from_bytes(self.bytes(at))
    }
}
