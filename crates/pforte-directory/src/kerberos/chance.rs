//! Randomness, handed in from where the program meets the outside.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bytes that many may use at once.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance(hidden)")
    }
}

impl Chance {
    /// A source that begins with this seed, which nobody else may know.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_seed(seed))))
    }

    /// Fills `bytes`.
    pub(super) fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }

    /// A number of 30 bits, which everybody's decoder takes.
    pub(super) fn number(&self) -> u32 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        u32::from_be_bytes(bytes) & 0x3fff_ffff
    }
}
