//! Proofs for outsiders: whoever has the log's public key and no access to the log.

use crate::anchors::open_any;
use pforte_model::log::checkpoint::{Checkpoint, NoteError, Verifier};
use pforte_model::log::entry::{SALT_BYTES, record_hash};
use pforte_model::log::proof::{BadProof, check_consistency, check_inclusion};
use pforte_model::log::tree::Hash;

/// Why a proof is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A checkpoint cannot be believed.
    #[error("a checkpoint is not accepted")]
    Checkpoint(#[from] NoteError),
    /// The checkpoints are good, but the proof does not lead to them.
    #[error("the proof does not lead to the checkpoint")]
    Proof(#[from] BadProof),
}

/// One entry and what shows that it is in the log.
#[derive(Clone, Copy, Debug)]
pub struct Inclusion<'a> {
    /// The record, byte for byte.
    pub record: &'a [u8],
    /// Its salt.
    pub salt: &'a [u8; SALT_BYTES],
    /// The number of the entry, counted from 0.
    pub sequence: u64,
    /// The hashes beside the way from the entry to the root.
    pub proof: &'a [Hash],
    /// The signed checkpoint that the proof leads to.
    pub note: &'a [u8],
}

/// Checks that an entry is in the log; gives the checkpoint it was checked against.
pub fn inclusion(shown: &Inclusion<'_>, keys: &[Verifier]) -> Result<Checkpoint, ProofError> {
    let head = open_any(shown.note, keys)?;
    let leaf = record_hash(shown.record, shown.salt);
    check_inclusion(&leaf, shown.sequence, head.size, shown.proof, &head.root)?;
    Ok(head)
}

/// Checks that the log of the newer checkpoint begins with the whole log of the
/// older one: nothing was changed or taken out in between. Gives both.
pub fn consistency(
    older: &[u8],
    newer: &[u8],
    proof: &[Hash],
    keys: &[Verifier],
) -> Result<(Checkpoint, Checkpoint), ProofError> {
    let (old, new) = (open_any(older, keys)?, open_any(newer, keys)?);
    check_consistency((old.size, &old.root), (new.size, &new.root), proof)?;
    Ok((old, new))
}
