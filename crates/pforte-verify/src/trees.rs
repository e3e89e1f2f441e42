//! The tree over the entries, grown from evidence that may contradict itself.
//!
//! Up to three things tell the leaf hash of an entry: its record, its leaf column
//! and its tile. As long as they agree there is one tree. Where they do not, the
//! tree is grown four times, trusting each of them in turn and the majority; the
//! next signed checkpoint tells which tree is the true one, and so which part lied.

use pforte_model::log::tile::HEIGHT;
use pforte_model::log::tree::{Frontier, Hash};

/// What is known of the leaf hash of one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Computed from the record; `None` if it was purged.
    pub(crate) record: Option<Hash>,
    /// The leaf column; `None` if it is no hash.
    pub(crate) leaf: Option<Hash>,
    /// The tile; `None` where there is none.
    pub(crate) tile: Option<Hash>,
}

/// Which part of the evidence is believed where the parts differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// What two parts tell; if all three differ, the tile.
    Most,
    Record,
    Leaf,
    Tile,
}

impl Evidence {
    /// The hash, if nothing contradicts the leaf column.
    fn agreed(&self) -> Option<Hash> {
        let fits = |part: &Option<Hash>| part.is_none() || *part == self.leaf;
        self.leaf.filter(|_| fits(&self.record) && fits(&self.tile))
    }

    /// The hash that counts under this trust; `None` if nothing at all is known.
    pub(crate) fn pick(&self, trust: Trust) -> Option<Hash> {
        let Self { record, leaf, tile } = *self;
        match trust {
            Trust::Most if record == leaf => leaf.or(tile),
            Trust::Most | Trust::Tile => tile.or(leaf).or(record),
            Trust::Record => record.or(leaf).or(tile),
            Trust::Leaf => leaf.or(record).or(tile),
        }
    }
}

/// A tree grown under one trust.
#[derive(Clone, Debug)]
struct Tree {
    trust: Trust,
    frontier: Frontier,
    /// The hashes for upper tiles that the newest leaf completed, by level of the tile.
    risen: Vec<(u32, Hash)>,
}

impl Tree {
    fn push(&mut self, leaf: Hash) {
        let Self { frontier, risen, .. } = self;
        risen.clear();
        frontier.push_visiting(leaf, |level, hash| {
            if level > 0 && level % HEIGHT == 0 {
                risen.push((level / HEIGHT, *hash));
            }
        });
    }
}

/// The trees that may be the true one.
#[derive(Debug)]
pub(crate) struct Trees(Vec<Tree>);

impl Trees {
    /// The empty log, about which nothing is in doubt.
    pub(crate) fn new() -> Self {
        Self(vec![Tree { trust: Trust::Most, frontier: Frontier::default(), risen: Vec::new() }])
    }

    /// Appends an entry; tells whether its evidence agrees.
    pub(crate) fn push(&mut self, evidence: &Evidence) -> bool {
        if let Some(leaf) = evidence.agreed() {
            for tree in &mut self.0 {
                tree.push(leaf);
            }
            return true;
        }
        self.fork();
        self.0.retain_mut(|tree| match evidence.pick(tree.trust) {
            Some(leaf) => {
                tree.push(leaf);
                true
            }
            None => false,
        });
        false
    }

    /// One tree for each trust from here on.
    fn fork(&mut self) {
        if let [only] = self.0.as_slice() {
            let trusts = [Trust::Most, Trust::Record, Trust::Leaf, Trust::Tile];
            self.0 = trusts.map(|trust| Tree { trust, ..only.clone() }).to_vec();
        }
    }

    /// Gives up: an entry is gone and nothing tells its hash.
    pub(crate) fn lose(&mut self) {
        self.0.clear();
    }

    /// Whether an entry is gone whose hash nothing tells, so that no checkpoint
    /// after it can be compared.
    pub(crate) const fn lost(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares with a signed root: the tree that has it is the true one and the
    /// others are dropped. `None`: no tree has it.
    pub(crate) fn settle(&mut self, root: &Hash) -> Option<Trust> {
        let right = self.0.iter().position(|tree| tree.frontier.root() == *root)?;
        self.0.swap(0, right);
        self.0.truncate(1);
        self.0.first().map(|tree| tree.trust)
    }

    /// Whether some tree has this hash for the tile of that level and its newest entry.
    pub(crate) fn risen(&self, level: u32, hash: Option<&Hash>) -> bool {
        self.0.iter().any(|tree| tree.risen.iter().any(|(at, risen)| *at == level && Some(risen) == hash))
    }
}
