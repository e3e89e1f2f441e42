//! Sets of small numbers, one bit each.

use super::index::{narrow, wide};

/// Which roles have which right: for each right a row with one bit for each role,
/// so that one question touches one row.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: usize,
    bits: Vec<u64>,
}

/// The roles that have one right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a>(&'a [u64]);

impl Bits {
    /// Nothing in any row.
    pub(super) fn empty(rows: usize, members: usize) -> Self {
        let words = members.div_ceil(64);
        Self { words, bits: vec![0; rows * words] }
    }

    /// Puts a member into a row; both must be below the bounds.
    pub(super) fn insert(&mut self, row: u32, member: u32) {
        if let Some(word) = self.bits.get_mut(wide(row) * self.words + wide(member / 64)) {
            *word |= 1 << (member % 64);
        }
    }

    /// The row; an empty one beyond the bound.
    pub(super) fn row(&self, row: u32) -> Row<'_> {
        let first = wide(row) * self.words;
        Row(self.bits.get(first..first + self.words).unwrap_or_default())
    }
}

impl Row<'_> {
    /// Whether `member` is in it.
    pub(super) fn contains(self, member: u32) -> bool {
        self.0.get(wide(member / 64)).is_some_and(|word| word >> (member % 64) & 1 == 1)
    }

    /// All that are in it, in order.
    pub(super) fn members(self) -> impl Iterator<Item = u32> {
        (0..narrow(self.0.len() * 64)).filter(move |member| self.contains(*member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_contains_its_members_and_nothing_else() {
        let mut bits = Bits::empty(3, 130);
        for member in [0, 63, 64, 129] {
            bits.insert(1, member);
        }
        assert_eq!(bits.row(1).members().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(!bits.row(1).contains(4_000_000));
        for other in [0, 2, 3, u32::MAX] {
            assert_eq!(bits.row(other).members().count(), 0);
        }
    }
}
