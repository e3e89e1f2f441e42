//! The tree of areas, numbered so that "at or above" is two comparisons.
//!
//! Areas are numbered in the order of a walk that visits an area before all that
//! lie below it. All below an area then have the numbers between its own and the
//! end of its span.

use super::facts::{AreaFact, BadFacts};
use super::index::{Table, narrow, wide};
use crate::id::AreaId;
use crate::name::AreaName;

/// Most levels that the tree of areas may have, the plant itself counted.
pub const MAX_DEPTH: usize = 32;

/// The numbers of an area and of all areas below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The area itself.
    pub(super) first: u32,
    /// The first number that is outside.
    pub(super) end: u32,
}

impl Span {
    /// Whether the area with this number is the span's own or lies below it.
    pub(super) const fn covers(self, area: u32) -> bool {
        self.first <= area && area < self.end
    }
}

/// One area.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: AreaId,
    pub(super) path: String,
    pub(super) span: Span,
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Plant {
    nodes: Vec<Node>,
    by_id: Table<AreaId, u32>,
    by_path: Table<String, u32>,
}

impl Plant {
    /// Numbers the areas. One whose way up ends at an area that is not there is
    /// left out with all below it.
    pub(super) fn grow(areas: &[AreaFact]) -> Result<Self, BadFacts> {
        let tree = Tree::read(areas)?;
        let mut plant = Self::default();
        let mut todo: Vec<Visit<'_>> = tree.root.map(Visit::Enter).into_iter().collect();
        let mut open: Vec<u32> = Vec::new();
        while let Some(visit) = todo.pop() {
            match visit {
                Visit::Enter(area) => {
                    open.push(plant.enter(area, &open)?);
                    todo.push(Visit::Leave);
                    todo.extend(tree.below(area.id).rev().map(Visit::Enter));
                }
                Visit::Leave => plant.leave(open.pop()),
            }
        }
        tree.refuse_cycles(&plant)?;
        Ok(plant)
    }

    fn enter(&mut self, area: &AreaFact, open: &[u32]) -> Result<u32, BadFacts> {
        if open.len() >= MAX_DEPTH {
            return Err(BadFacts::AreaTooDeep(area.id));
        }
        let number = narrow(self.nodes.len());
        let path = match open.last().and_then(|above| self.node(*above)) {
            Some(above) => format!("{}/{}", above.path, area.name),
            None => area.name.to_string(),
        };
        if self.by_path.insert(path.clone(), number).is_some() {
            return Err(BadFacts::Twice { kind: "areas", which: path });
        }
        self.by_id.insert(area.id, number);
        self.nodes.push(Node { id: area.id, path, span: Span { first: number, end: number } });
        Ok(number)
    }

    fn leave(&mut self, number: Option<u32>) {
        let end = narrow(self.nodes.len());
        if let Some(node) = number.and_then(|number| self.nodes.get_mut(wide(number))) {
            node.span.end = end;
        }
    }

    /// The area with this number.
    pub(super) fn node(&self, number: u32) -> Option<&Node> {
        self.nodes.get(wide(number))
    }

    /// The number of the area with this identity.
    pub(super) fn by_id(&self, id: AreaId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The number of the area with this path or with this identity as text.
    pub(super) fn find(&self, asked: &str) -> Option<u32> {
        if let Ok(id) = asked.parse() {
            return self.by_id(id);
        }
        self.by_path.get(asked).or_else(|| self.by_path.get(&folded(asked)?)).copied()
    }
}

/// The path as it is kept, unless a step of it cannot be a name.
fn folded(asked: &str) -> Option<String> {
    if asked.len() > MAX_DEPTH * (AreaName::MAX_CHARS * 4 + 1) {
        return None;
    }
    let steps: Result<Vec<AreaName>, _> = asked.split('/').map(AreaName::parse).collect();
    let steps = steps.ok()?;
    Some(steps.iter().map(AreaName::as_str).collect::<Vec<_>>().join("/"))
}

enum Visit<'a> {
    Enter(&'a AreaFact),
    Leave,
}

/// The areas by what lies below each.
struct Tree<'a> {
    root: Option<&'a AreaFact>,
    parents: Table<AreaId, AreaId>,
    below: Table<AreaId, Vec<&'a AreaFact>>,
}

impl<'a> Tree<'a> {
    fn read(areas: &'a [AreaFact]) -> Result<Self, BadFacts> {
        let mut tree = Self { root: None, parents: Table::default(), below: Table::default() };
        for area in areas {
            let known = match area.parent {
                Some(parent) => tree.parents.insert(area.id, parent).is_some() || tree.is_root(area.id),
                None => tree.parents.contains_key(&area.id) || tree.is_root(area.id),
            };
            if known {
                return Err(BadFacts::Twice { kind: "areas", which: area.id.to_string() });
            }
            match (area.parent, tree.root) {
                (Some(parent), _) => tree.below.entry(parent).or_default().push(area),
                (None, None) => tree.root = Some(area),
                (None, Some(_)) => return Err(BadFacts::SecondRoot(area.id)),
            }
        }
        Ok(tree)
    }

    fn is_root(&self, id: AreaId) -> bool {
        self.root.is_some_and(|root| root.id == id)
    }

    fn below(&self, id: AreaId) -> impl DoubleEndedIterator<Item = &'a AreaFact> + '_ {
        self.below.get(&id).into_iter().flatten().copied()
    }

    /// The walk from the root never enters a cycle; so one is left over, and
    /// going up from it never ends at an area that is not there.
    fn refuse_cycles(&self, plant: &Plant) -> Result<(), BadFacts> {
        let left_over = self.parents.keys().filter(|id| plant.by_id(**id).is_none());
        for start in left_over {
            let mut at = *start;
            let mut steps = 0_usize;
            while let Some(parent) = self.parents.get(&at) {
                at = *parent;
                steps += 1;
                if steps > self.parents.len() {
                    return Err(BadFacts::AreaCycle(at));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn area(id: u8, parent: Option<u8>, name: &str) -> AreaFact {
        let id_of = |n| AreaId::from_bytes([n; 16]);
        AreaFact { id: id_of(id), parent: parent.map(id_of), name: AreaName::parse(name).unwrap() }
    }

    fn dairy() -> Vec<AreaFact> {
        vec![
            area(3, Some(2), "mixer"),
            area(1, None, "Dairy"),
            area(2, Some(1), "line2"),
            area(4, Some(1), "line1"),
        ]
    }

    #[test]
    fn a_span_covers_the_area_and_all_below_it() {
        let plant = Plant::grow(&dairy()).unwrap();
        let number = |path: &str| plant.find(path).unwrap();
        let span = |path: &str| plant.node(number(path)).unwrap().span;
        for (above, below, covered) in [
            ("dairy", "dairy/line2/mixer", true),
            ("dairy/line2", "dairy/line2/mixer", true),
            ("dairy/line2", "dairy/line2", true),
            ("dairy/line2", "dairy", false),
            ("dairy/line1", "dairy/line2/mixer", false),
        ] {
            assert_eq!(span(above).covers(number(below)), covered, "{above} {below}");
        }
    }

    #[test]
    fn an_area_is_found_by_path_in_any_case_and_by_identity() {
        let plant = Plant::grow(&dairy()).unwrap();
        let mixer = plant.by_id(AreaId::from_bytes([3; 16]));
        for asked in ["dairy/line2/mixer", "DAIRY/Ｌine2/MIXER", "03030303-0303-0303-0303-030303030303"] {
            assert_eq!(plant.find(asked), mixer, "{asked}");
        }
        for asked in ["", "/", "line2", "dairy/", "dairy//line2", "dairy/line2/mixer/x", "/dairy"] {
            assert_eq!(plant.find(asked), None, "{asked}");
        }
    }

    #[test]
    fn a_tree_that_bites_itself_is_refused() {
        let mut areas = dairy();
        areas.extend([area(8, Some(9), "a"), area(9, Some(8), "b"), area(10, Some(9), "c")]);
        assert!(matches!(Plant::grow(&areas), Err(BadFacts::AreaCycle(_))));
        assert!(matches!(Plant::grow(&[area(1, Some(1), "a")]), Err(BadFacts::AreaCycle(_))));
    }

    #[test]
    fn two_roots_two_identities_and_two_paths_are_refused() {
        let with = |more: AreaFact| {
            let mut areas = dairy();
            areas.push(more);
            Plant::grow(&areas).map(|_| ())
        };
        assert_eq!(with(area(9, None, "other")), Err(BadFacts::SecondRoot(AreaId::from_bytes([9; 16]))));
        assert!(matches!(with(area(2, Some(4), "other")), Err(BadFacts::Twice { .. })));
        assert!(matches!(with(area(1, Some(4), "other")), Err(BadFacts::Twice { .. })));
        assert!(matches!(with(area(2, None, "other")), Err(BadFacts::Twice { .. })));
        assert!(matches!(with(area(9, Some(1), "LINE2")), Err(BadFacts::Twice { .. })));
    }

    #[test]
    fn what_hangs_below_an_unknown_area_is_left_out() {
        let mut areas = dairy();
        areas.extend([area(8, Some(99), "a"), area(9, Some(8), "b")]);
        let plant = Plant::grow(&areas).unwrap();
        assert_eq!(plant.by_id(AreaId::from_bytes([9; 16])), None);
        assert_eq!(plant.by_id(AreaId::from_bytes([8; 16])), None);
    }

    #[test]
    fn a_tree_deeper_than_the_bound_is_refused() {
        let chain =
            |levels: u8| -> Vec<AreaFact> { (0..levels).map(|n| area(n, n.checked_sub(1), "a")).collect() };
        assert!(Plant::grow(&chain(32)).is_ok());
        assert_eq!(
            Plant::grow(&chain(33)).map(|_| ()),
            Err(BadFacts::AreaTooDeep(AreaId::from_bytes([32; 16])))
        );
    }
}
