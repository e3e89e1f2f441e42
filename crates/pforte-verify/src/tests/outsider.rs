//! Proofs as an outsider checks them.

use super::log::{Log, signer};
use crate::proof::{Inclusion, ProofError, consistency, inclusion};
use pforte_model::log::checkpoint::NoteError;
use pforte_model::log::proof::{BadProof, Plan};
use pforte_model::log::tile::{TileId, root_of};
use pforte_model::log::tree::Hash;

/// The proof from the tables of a log.
fn prove(log: &Log, plan: &Plan) -> Vec<Hash> {
    let stored = |level: u32, position: u64| {
        let id = (i64::from(level), i64::try_from(position).unwrap());
        log.tiles.get(&id).map(|bytes| bytes.as_chunks::<32>().0.to_vec())
    };
    let newest = |position: u64| {
        let rows = log.rows.iter().skip(usize::try_from(position).unwrap() * 256);
        rows.map(|row| row.leaf.as_slice().try_into().unwrap()).collect()
    };
    let below = |level: u32| (0..).map_while(move |position| stored(level - 1, position));
    let tile = |id: TileId| -> Vec<Hash> {
        match stored(id.level, id.position) {
            Some(full) => full,
            None if id.level == 0 => newest(id.position),
            None => below(id.level).map(|tile| root_of(&tile)).collect(),
        }
    };
    let tiles: std::collections::BTreeMap<_, _> = plan.tiles().into_keys().map(|id| (id, tile(id))).collect();
    plan.combine(|id| tiles.get(&id).map(Vec::as_slice)).unwrap()
}

#[test]
fn an_entry_is_shown_to_be_in_the_log_and_nothing_else_is() {
    let log = Log::new(600, 100);
    let keys = [signer(1).verifier().clone()];
    let proof = prove(&log, &Plan::inclusion(300, 600).unwrap());
    let row = &log.rows[300];
    let shown = Inclusion {
        record: row.record.as_ref().unwrap(),
        salt: row.salt.as_slice().try_into().unwrap(),
        sequence: 300,
        proof: &proof,
        note: &log.note,
    };
    assert_eq!(inclusion(&shown, &keys).unwrap().size, 600);
    let bad = Err(ProofError::Proof(BadProof));
    assert_eq!(inclusion(&Inclusion { sequence: 301, ..shown }, &keys), bad);
    assert_eq!(inclusion(&Inclusion { record: b"{}", ..shown }, &keys), bad);
    assert_eq!(inclusion(&Inclusion { salt: &[0; 16], ..shown }, &keys), bad);
    assert_eq!(inclusion(&Inclusion { proof: &proof[1..], ..shown }, &keys), bad);
    assert_eq!(inclusion(&Inclusion { note: &log.note_at(599), ..shown }, &keys), bad);
    let refused = |why| Err(ProofError::Checkpoint(why));
    assert_eq!(inclusion(&shown, &[signer(2).verifier().clone()]), refused(NoteError::OtherKey));
    assert_eq!(inclusion(&Inclusion { note: b"\xff", ..shown }, &keys), refused(NoteError::Malformed));
}

#[test]
fn a_log_is_shown_to_have_only_grown() {
    let log = Log::new(600, 100);
    let keys = [signer(1).verifier().clone()];
    let (older, newer) = (log.note_at(300), log.note_at(600));
    let proof = prove(&log, &Plan::consistency(300, 600).unwrap());
    let (old, new) = consistency(&older, &newer, &proof, &keys).unwrap();
    assert_eq!((old.size, new.size), (300, 600));

    let mut other = log.clone();
    other.rows[5].replace("forged");
    let bad = Err(ProofError::Proof(BadProof));
    assert_eq!(consistency(&other.note_at(300), &newer, &proof, &keys), bad);
    assert_eq!(consistency(&older, &other.note_at(600), &proof, &keys), bad);
    assert_eq!(consistency(&newer, &older, &proof, &keys), bad);
    assert_eq!(consistency(&older, &newer, &[], &keys), bad);
}
