//! What strangers send, handed straight to its readers; for fuzzing alone.

use super::super::chance::Chance;
use super::{Accepted, BadKeytab, Here, Keytab, Offer, Refused, Replays, pac};
use crate::ldap::Sid;
use pforte_model::time::Micros;

/// Takes a token by this keytab at this time.
pub fn accepted(token: &[u8], keytab: &Keytab, now: Micros) -> Result<Accepted, Refused> {
    let (offer, chance) = (Offer::read(token)?, Chance::new([0; 32]));
    let here = Here { keytab, realm: offer.realm(), binding: None, now, chance: &chance };
    offer.accept(&here, &Replays::default())
}

/// Reads a keytab; gives how many keys it has.
pub fn keytab(bytes: &[u8]) -> Result<usize, BadKeytab> {
    Keytab::parse(bytes).map(|keytab| keytab.keys().count())
}

/// The user's identifier in a PAC by each way to it, whoever signed it.
#[must_use]
pub fn privileges(bytes: &[u8]) -> Vec<Option<Sid>> {
    pac::every_way(bytes)
}
