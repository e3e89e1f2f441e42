//! The full names of all rights.

use crate::fault::Fault;
use pforte_model::id::RightId;
use pforte_model::name::{Key, RightName};
use pforte_store::{Conn, applications, rights};
use pforte_wire::problem::Code;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Characters of a name that is not known, as far as the refusal repeats it.
const TOLD: usize = 130;

/// Every right that there ever was, by its full name.
pub(crate) struct RightNames {
    ids: BTreeMap<RightName, Entry>,
    names: HashMap<RightId, RightName>,
}

#[derive(Clone, Copy)]
struct Entry {
    id: RightId,
    retired: bool,
}

impl RightNames {
    /// Reads all of them.
    pub(crate) async fn load(conn: &mut Conn) -> Result<Self, Fault> {
        let keys: HashMap<_, Key> =
            applications::all(conn).await?.into_iter().map(|row| (row.id, row.key)).collect();
        let all = rights::all(conn).await?;
        let entries = all.iter().filter_map(|right| {
            let name = RightName::new(keys.get(&right.application)?, &right.action);
            Some((name, Entry { id: right.id, retired: right.retired }))
        });
        let ids: BTreeMap<_, _> = entries.collect();
        let names = ids.iter().map(|(name, entry)| (entry.id, name.clone())).collect();
        Ok(Self { ids, names })
    }

    /// The names of these rights, in order.
    pub(crate) fn of(&self, rights: &[RightId]) -> Vec<String> {
        let names: BTreeSet<_> = rights.iter().filter_map(|right| self.names.get(right)).collect();
        names.into_iter().map(ToString::to_string).collect()
    }

    /// The rights of these names, each once. A retired right is known only to
    /// who holds it already.
    pub(crate) fn find(&self, asked: &[String], held: &[RightId]) -> Result<Vec<RightId>, Fault> {
        let find = |text: &String| {
            let entry = RightName::parse(text).ok().and_then(|name| self.ids.get(&name));
            let entry = entry.filter(|entry| !entry.retired || held.contains(&entry.id));
            entry.map(|entry| entry.id).ok_or_else(|| unknown(text))
        };
        let found: BTreeSet<_> = asked.iter().map(find).collect::<Result<_, _>>()?;
        Ok(found.into_iter().collect())
    }
}

fn unknown(text: &str) -> Fault {
    let told: String = text.chars().take(TOLD).collect();
    Fault::about(Code::RightUnknown, &format!("There is no right {told}."))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn names() -> RightNames {
        let entry = |number, retired| Entry { id: RightId::from_bytes([number; 16]), retired };
        let name = |text| RightName::parse(text).unwrap();
        let ids = BTreeMap::from([
            (name("hmi/open"), entry(1, false)),
            (name("hmi/close"), entry(2, true)),
            (name("batch/start"), entry(3, false)),
        ]);
        let names = ids.iter().map(|(name, entry)| (entry.id, name.clone())).collect();
        RightNames { ids, names }
    }

    fn find(asked: &[&str], held: &[u8]) -> Result<Vec<RightId>, String> {
        let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
        let held: Vec<RightId> = held.iter().map(|number| RightId::from_bytes([*number; 16])).collect();
        names().find(&asked, &held).map_err(|fault| fault.detail)
    }

    #[test]
    fn a_right_is_found_by_its_name_in_any_case_and_once() {
        let found = find(&["HMI/open", "hmi/open", "batch/start"], &[]).unwrap();
        assert_eq!(names().of(&found), ["batch/start", "hmi/open"]);
    }

    #[test]
    fn an_unknown_or_retired_right_is_named_in_the_refusal() {
        for asked in ["hmi/fly", "hmi/close", "hmi", ""] {
            let detail = find(&[asked], &[]).unwrap_err();
            assert!(detail.contains(&format!("no right {asked}.")), "{detail}");
        }
        assert!(find(&[&"x".repeat(10_000)], &[]).unwrap_err().len() < 300);
    }

    #[test]
    fn a_retired_right_stays_with_who_holds_it() {
        assert_eq!(find(&["hmi/close"], &[2]), Ok(vec![RightId::from_bytes([2; 16])]));
    }
}
