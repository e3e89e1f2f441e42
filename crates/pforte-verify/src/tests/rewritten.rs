//! Entries whose contents were changed, alone or with hashes, tiles and checkpoints.

use super::log::{Log, StoredRow, cut, found, signer};
use crate::{Part, Place, TileFault, What};
use std::sync::LazyLock;

/// A log with a tile of level 1.
static LARGE: LazyLock<Log> = LazyLock::new(|| Log::new(66_000, 4096));

const fn altered(part: Part) -> What {
    What::Altered { part, proved: true }
}

#[test]
fn an_altered_record_is_named() {
    for at in [0, 5, 255, 256, 511, 512, 599] {
        let mut log = Log::new(600, 100);
        log.rows[at].record.as_mut().unwrap()[20] ^= 1;
        let at = u64::try_from(at).unwrap();
        assert_eq!(log.audit().findings, [found(at, at, altered(Part::Record))]);
    }
}

#[test]
fn an_altered_salt_or_leaf_hash_is_named() {
    for at in [0, 5, 255, 256, 511, 512, 599] {
        let mut log = Log::new(600, 100);
        let named = u64::try_from(at).unwrap();
        log.rows[at].salt[3] ^= 1;
        assert_eq!(log.audit().findings, [found(named, named, altered(Part::Record))]);
        log.rows[at].salt[3] ^= 1;
        log.rows[at].leaf[3] ^= 1;
        assert_eq!(log.audit().findings, [found(named, named, altered(Part::Leaf))]);
        log.rows[at].leaf.pop();
        assert_eq!(log.audit().findings, [found(named, named, altered(Part::Leaf))]);
    }
}

#[test]
fn a_byte_that_moved_between_record_and_salt_is_found_although_the_hash_is_the_same() {
    let mut log = Log::new(10, 100);
    let row = &mut log.rows[4];
    let byte = row.record.as_mut().unwrap().remove(0);
    row.salt.push(byte);
    assert_eq!(log.audit().findings, [found(4, 4, altered(Part::Record))]);
}

#[test]
fn an_entry_replaced_with_its_leaf_hash_is_named_by_its_tile() {
    for at in [0, 5, 255, 256, 511] {
        let mut log = Log::new(600, 100);
        log.rows[at].replace("forged");
        let at = u64::try_from(at).unwrap();
        assert_eq!(log.audit().findings, [found(at, at, altered(Part::Both))]);
    }
}

#[test]
fn two_entries_that_changed_places_are_both_named() {
    let mut log = Log::new(600, 100);
    let (a, b) = (log.rows[10].clone(), log.rows[20].clone());
    log.rows[10] = StoredRow { sequence: 10, ..b };
    log.rows[20] = StoredRow { sequence: 20, ..a };
    let findings = log.audit().findings;
    let rows: Vec<_> = findings.iter().filter_map(|finding| finding.rows).map(|rows| rows.first).collect();
    assert_eq!(rows, [10, 20], "{findings:?}");
}

#[test]
fn different_alterations_between_two_checkpoints_are_all_named() {
    let mut log = Log::new(600, 600);
    log.rows[5].record.as_mut().unwrap()[20] ^= 1;
    log.rows[7].leaf[0] ^= 1;
    log.rows[8].record.as_mut().unwrap()[20] ^= 1;
    log.rows[9].record.as_mut().unwrap()[20] ^= 1;
    log.tiles.get_mut(&(0, 1)).unwrap()[64] ^= 1;
    let expected = [
        found(5, 5, altered(Part::Record)),
        found(7, 7, altered(Part::Leaf)),
        found(8, 9, altered(Part::Record)),
        found(258, 258, What::Tile { level: 0, fault: TileFault::Altered }),
    ];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn different_parts_altered_before_and_after_a_checkpoint_are_all_named() {
    let mut log = Log::new(600, 100);
    log.rows[5].replace("forged");
    log.tiles.get_mut(&(0, 0)).unwrap()[250 * 32] ^= 1;
    log.rows[320].leaf[0] ^= 1;
    let expected = [
        found(5, 5, altered(Part::Both)),
        found(250, 250, What::Tile { level: 0, fault: TileFault::Altered }),
        found(320, 320, altered(Part::Leaf)),
    ];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn a_genuine_hash_at_the_wrong_place_of_an_upper_tile_is_found() {
    let mut log = LARGE.clone();
    log.tiles.get_mut(&(1, 0)).unwrap().copy_within(0..32, 32);
    let tile = What::Tile { level: 1, fault: TileFault::Altered };
    assert_eq!(log.audit().findings, [found(256, 511, tile)]);
}

#[test]
fn an_altered_tile_is_told_from_an_altered_entry() {
    let mut log = Log::new(600, 100);
    log.tiles.get_mut(&(0, 1)).unwrap()[33] ^= 1;
    let tile = What::Tile { level: 0, fault: TileFault::Altered };
    assert_eq!(log.audit().findings, [found(257, 257, tile)]);

    let mut log = LARGE.clone();
    log.tiles.get_mut(&(1, 0)).unwrap()[33] ^= 1;
    let tile = What::Tile { level: 1, fault: TileFault::Altered };
    assert_eq!(log.audit().findings, [found(256, 511, tile)]);
}

#[test]
fn an_entry_replaced_in_the_newest_unfilled_tile_is_found_by_the_next_checkpoint() {
    let mut log = Log::new(600, 20);
    log.rows[550].replace("forged");
    let by = Place::Kept(560);
    let changed = found(540, 559, What::Changed { by });
    assert_eq!(log.audit().findings, [changed, found(560, 599, What::Unproved)]);
    log.checkpoints.clear();
    assert_eq!(log.audit().findings, [found(0, 599, What::Changed { by: Place::Head })]);
}

#[test]
fn an_entry_replaced_with_its_leaf_hash_and_tile_is_found_by_the_next_checkpoint() {
    let mut log = Log::new(600, 20);
    log.rows[250].replace("forged");
    log.tiles = log.tiles_of_rows();
    let by = Place::Kept(260);
    let changed = found(240, 259, What::Changed { by });
    assert_eq!(log.audit().findings, [changed, found(260, 599, What::Unproved)]);
}

#[test]
fn an_upper_tile_that_was_forgotten_narrows_the_range_down() {
    let mut log = LARGE.clone();
    log.rows[5000].replace("forged");
    log.rows[4600].replace("forged");
    let upper = log.tiles[&(1, 0)].clone();
    log.tiles = log.tiles_of_rows();
    log.tiles.insert((1, 0), upper);
    let by = Place::Kept(8192);
    let expected = [
        found(4352, 4607, What::Changed { by }),
        found(4864, 5119, What::Changed { by }),
        found(8192, 65_999, What::Unproved),
    ];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn a_log_rewritten_by_the_holder_of_the_key_contradicts_a_checkpoint_kept_elsewhere() {
    let mut log = Log::new(600, 100);
    let kept = [100, 300, 400].map(|size| log.note_at(size));
    log.rows[250].replace("forged");
    log.sign_all(100);
    assert!(log.audit().is_genuine());
    log.elsewhere = kept.to_vec();
    let report = log.audit();
    assert_eq!(report.elsewhere, 1);
    let expected = [
        found(100, 299, What::Changed { by: Place::Elsewhere(2) }),
        found(100, 399, What::Changed { by: Place::Elsewhere(3) }),
    ];
    assert_eq!(report.findings, expected);
}

#[test]
fn a_rewriting_by_the_holder_of_the_key_that_forgets_a_kept_checkpoint_is_found() {
    let mut log = Log::new(600, 100);
    let before = log.checkpoints.clone();
    log.rows[250].replace("forged");
    log.sign_all(100);
    log.checkpoints[3] = before[3].clone();
    let findings = log.audit().findings;
    assert_eq!(
        findings.iter().map(|finding| finding.what).collect::<Vec<_>>(),
        [What::Fork(Place::Kept(400))]
    );
}

#[test]
fn everything_rewritten_with_another_key_is_refused() {
    let mut log = Log::new(10, 100);
    log.rows[2].replace("forged");
    log.sign_all(100);
    let report = log.audit_with(vec![signer(2).verifier().clone()], 100);
    assert!(matches!(report.findings[0].what, What::Refused { place: Place::Head, .. }));
    assert!(!report.is_genuine());
}

#[test]
fn a_record_that_is_gone_but_was_not_to_be_purged_is_named() {
    let mut log = Log::new(600, 100);
    log.purged_before = 5;
    for row in &mut log.rows[3..8] {
        row.record = None;
    }
    assert_eq!(log.audit().findings, [found(5, 7, What::Gone)]);
}

#[test]
fn a_purged_record_is_accepted_with_its_own_leaf_hash_only() {
    for (at, expected) in
        [(3, found(3, 3, altered(Part::Leaf))), (555, found(500, 599, What::Changed { by: Place::Head }))]
    {
        let mut log = Log::new(600, 500);
        log.purged_before = 600;
        log.rows[at].record = None;
        log.rows[at].leaf[0] ^= 1;
        assert_eq!(log.audit().findings, [expected]);
    }
}

#[test]
fn a_signed_record_that_is_no_event_is_named() {
    let mut rows: Vec<StoredRow> = (0..10).map(|n| StoredRow::new(n, "x")).collect();
    rows[4].record = Some(b"{}".to_vec());
    rows[5].record = Some(b"\xff".to_vec());
    rows[4].rehash();
    rows[5].rehash();
    assert_eq!(Log::of(rows, 5).audit().findings, [found(4, 5, What::Unreadable)]);
}

#[test]
fn a_change_and_a_cut_are_both_told() {
    let mut log = Log::new(600, 100);
    log.rows[5].record.as_mut().unwrap()[20] ^= 1;
    log.rows.truncate(590);
    let expected =
        [found(5, 5, altered(Part::Record)), cut(590, 600, Place::Head), found(500, 589, What::Unproved)];
    assert_eq!(log.audit().findings, expected);
}
