//! The rights, numbered.

use super::facts::{BadFacts, RightFact};
use super::index::{Table, wide};
use crate::id::RightId;
use crate::name::RightName;

/// Every right that can be asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Rights {
    rows: Vec<RightFact>,
    by_id: Table<RightId, u32>,
    by_name: Table<String, u32>,
}

impl Rights {
    /// Numbers the rights.
    pub(super) fn number(rows: Vec<RightFact>) -> Result<Self, BadFacts> {
        let mut rights = Self::default();
        for (row, at) in rows.iter().zip(0..) {
            if rights.by_id.insert(row.id, at).is_some() {
                return Err(BadFacts::Twice { kind: "rights", which: row.id.to_string() });
            }
            if rights.by_name.insert(row.name.to_string(), at).is_some() {
                return Err(BadFacts::Twice { kind: "rights", which: row.name.to_string() });
            }
        }
        rights.rows = rows;
        Ok(rights)
    }

    /// How many there are; each number is below it.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The right with this number.
    pub(super) fn row(&self, number: u32) -> Option<&RightFact> {
        self.rows.get(wide(number))
    }

    /// The number of the right with this identity.
    pub(super) fn by_id(&self, id: RightId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The number of the right with this name, in whatever case it is typed.
    pub(super) fn find(&self, asked: &str) -> Option<u32> {
        if let Some(number) = self.by_name.get(asked) {
            return Some(*number);
        }
        self.by_name.get(RightName::parse(asked).ok()?.as_str()).copied()
    }
}
