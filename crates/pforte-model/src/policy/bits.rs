//! A set of small numbers, one bit each.

use super::index::wide;

/// A set of positions below a bound that is fixed when it is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// The set of `members`, of which those at or above `bound` are left out.
    pub(super) fn of(bound: usize, members: impl IntoIterator<Item = u32>) -> Self {
        let mut words = vec![0_u64; bound.div_ceil(64)];
        for member in members {
            if let Some(word) = words.get_mut(wide(member / 64)) {
                *word |= 1 << (member % 64);
            }
        }
        Self(words.into_boxed_slice())
    }

    /// Whether `member` is in the set.
    pub(super) fn contains(&self, member: u32) -> bool {
        self.0.get(wide(member / 64)).is_some_and(|word| word >> (member % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_contains_its_members_and_nothing_else() {
        let set = Bits::of(130, [0, 63, 64, 129, 4_000_000]);
        let inside: Vec<u32> = (0..300).filter(|n| set.contains(*n)).collect();
        assert_eq!(inside, [0, 63, 64, 129]);
        assert!(!set.contains(4_000_000));
    }
}
