//! What one password hash costs: memory and passes of Argon2id.

/// A cost lies outside the bounds of [`Cost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCost {
    /// Memory outside [`Cost::MEMORY_KIB`].
    #[error("memory for a password hash is outside its bounds")]
    Memory,
    /// Passes outside [`Cost::PASSES`].
    #[error("passes of a password hash are outside their bounds")]
    Passes,
}

/// The parameters of Argon2id that can be set. Lanes are always 1: log-ons run
/// beside each other, so lanes would gain nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// The memory that may be asked for, in KiB: 8 to 256 MiB.
    pub const MEMORY_KIB: std::ops::RangeInclusive<u32> = 8 * 1024..=256 * 1024;
    /// The passes that may be asked for.
    pub const PASSES: std::ops::RangeInclusive<u32> = 1..=10;
    /// 19 MiB and 2 passes: the least that OWASP recommends for Argon2id.
    pub const DEFAULT: Self = Self { memory_kib: 19 * 1024, passes: 2 };

    /// A cost of `memory_kib` KiB and `passes` passes.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, BadCost> {
        if !Self::MEMORY_KIB.contains(&memory_kib) {
            return Err(BadCost::Memory);
        }
        if !Self::PASSES.contains(&passes) {
            return Err(BadCost::Passes);
        }
        Ok(Self { memory_kib, passes })
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over that memory.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Whether neither memory nor passes are above those of `most`.
    #[must_use]
    pub const fn within(self, most: Self) -> bool {
        self.memory_kib <= most.memory_kib && self.passes <= most.passes
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_outside_its_bounds_is_refused() {
        assert_eq!(Cost::new(8 * 1024 - 1, 2), Err(BadCost::Memory));
        assert_eq!(Cost::new(256 * 1024 + 1, 2), Err(BadCost::Memory));
        assert_eq!(Cost::new(u32::MAX, u32::MAX), Err(BadCost::Memory));
        assert_eq!(Cost::new(19 * 1024, 0), Err(BadCost::Passes));
        assert_eq!(Cost::new(19 * 1024, 11), Err(BadCost::Passes));
        assert_eq!(Cost::new(19 * 1024, 2), Ok(Cost::DEFAULT));
    }
}
