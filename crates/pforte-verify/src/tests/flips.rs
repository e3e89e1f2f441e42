//! Any single byte, and bytes of any kind.

use super::log::{Log, StoredRow, signer};
use crate::{Audit, Expect, Head, Records, Row, What};
use proptest::prelude::*;
use std::sync::LazyLock;

static LOG: LazyLock<Log> = LazyLock::new(|| Log::new(330, 64));

/// Every text and blob of the tables, as somebody with the database open can reach it.
fn cells(log: &mut Log) -> Vec<(Option<i64>, &mut [u8])> {
    let mut cells: Vec<(Option<i64>, &mut [u8])> = Vec::new();
    for row in &mut log.rows {
        let named = Some(row.sequence);
        cells.extend(row.record.as_mut().map(|record| (named, record.as_mut_slice())));
        cells.push((named, &mut row.salt));
        cells.push((named, &mut row.leaf));
    }
    cells.extend(log.tiles.values_mut().map(|tile| (None, tile.as_mut_slice())));
    cells.extend(log.checkpoints.iter_mut().map(|(_, note)| (None, note.as_mut_slice())));
    cells.push((None, &mut log.frontier));
    cells.push((None, &mut log.note));
    cells
}

fn names(report: &crate::Report, row: i64) -> bool {
    let row = u64::try_from(row).unwrap();
    report
        .findings
        .iter()
        .any(|finding| finding.rows.is_some_and(|rows| (rows.first, rows.last) == (row, row)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_single_changed_byte_is_found_and_its_entry_named(
        cell in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), flip in 1_u8..=255,
    ) {
        let mut log = LOG.clone();
        let mut cells = cells(&mut log);
        let (row, bytes) = cell.get_mut(&mut cells);
        *byte.get_mut(bytes) ^= flip;
        let row = *row;
        let report = log.audit();
        prop_assert!(!report.is_genuine());
        if let Some(row) = row {
            prop_assert!(names(&report, row), "{:?}", report.findings);
        }
    }

    #[test]
    fn any_changed_byte_of_a_tile_checkpoint_or_head_is_found(
        cell in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), flip in 1_u8..=255,
    ) {
        let mut log = LOG.clone();
        let mut cells = cells(&mut log);
        cells.retain(|(row, _)| row.is_none());
        *byte.get_mut(cell.get_mut(&mut cells).1) ^= flip;
        let report = log.audit();
        let told = report.findings.iter().filter(|finding| finding.what != What::Unproved).count();
        prop_assert_eq!(told, 1, "{:?}", report.findings);
    }

    #[test]
    fn any_changed_number_is_found(row in any::<prop::sample::Index>(), bit in 0_u32..64) {
        let mut log = LOG.clone();
        row.get_mut(&mut log.rows).sequence ^= 1_i64.rotate_left(bit);
        prop_assert!(!log.audit().is_genuine());
    }

    #[test]
    fn any_set_of_rows_but_the_whole_one_is_found(
        taken in prop::collection::btree_set(0_usize..330, 1..40), moved in any::<bool>(), block in 1_usize..400,
    ) {
        let mut log = LOG.clone();
        for at in taken.iter().rev() {
            log.rows.remove(*at);
        }
        if moved {
            log.rows.iter_mut().zip(0..).for_each(|(row, number)| row.sequence = number);
        }
        let report = log.audit_with(vec![signer(1).verifier().clone()], block);
        prop_assert!(!report.is_genuine());
        let lowest = u64::try_from(*taken.iter().next().unwrap()).unwrap();
        let mut rows = report.findings.iter().filter_map(|finding| finding.rows);
        prop_assert!(rows.any(|rows| rows.first <= lowest && lowest <= rows.last), "{lowest}: {report:?}");
    }

    #[test]
    fn any_replaced_rows_are_found_where_the_first_of_them_is(
        replaced in prop::collection::btree_set(0_usize..330, 1..20), tiles in any::<bool>(), block in 1_usize..400,
    ) {
        let mut log = LOG.clone();
        for at in &replaced {
            log.rows[*at].replace("forged");
        }
        if tiles {
            log.tiles = log.tiles_of_rows();
        }
        let report = log.audit_with(vec![signer(1).verifier().clone()], block);
        let first = report.findings.iter().find_map(|finding| finding.rows).unwrap();
        let lowest = u64::try_from(*replaced.iter().next().unwrap()).unwrap();
        prop_assert!(first.first <= lowest && lowest <= first.last, "{lowest}: {:?}", report.findings);
        prop_assert!(first.last - first.first < 64, "{:?}", report.findings);
    }

    #[test]
    fn arbitrary_tables_never_panic_and_are_never_genuine(
        rows in prop::collection::vec((any::<i64>(), any::<Option<Vec<u8>>>(), any::<Vec<u8>>(), any::<Vec<u8>>()), 0..20),
        near in any::<bool>(),
        tiles in prop::collection::vec((-1_i64..9, any::<i64>(), any::<Vec<u8>>()), 0..10),
        checkpoints in prop::collection::vec((any::<i64>(), any::<Vec<u8>>()), 0..5),
        signed in (any::<u64>(), any::<[u8; 32]>()),
        head in (any::<i64>(), any::<Vec<u8>>()),
    ) {
        let note = signer(1).sign(signed.0, &signed.1).into_bytes();
        let expect = Expect { keys: vec![signer(1).verifier().clone()], purged_before: 0, records: Records::Read };
        let mut audit = Audit::new(expect, &Head { size: head.0, frontier: &head.1, note: &note });
        audit.elsewhere(&head.1);
        for (level, position, hashes) in &tiles {
            audit.tile(*level, if near { position % 3 } else { *position }, hashes);
        }
        for (size, note) in &checkpoints {
            audit.checkpoint(*size, note);
        }
        for (sequence, record, salt, leaf) in &rows {
            let sequence = if near { sequence % 600 } else { *sequence };
            audit.row(&Row { sequence, record: record.as_deref(), salt, leaf });
        }
        prop_assert!(!audit.finish().is_genuine());
    }
}

#[test]
fn findings_are_bounded() {
    let mut log = Log::new(5000, 100);
    for row in log.rows.iter_mut().step_by(2) {
        row.leaf[0] ^= 1;
    }
    let report = log.audit();
    assert_eq!(report.findings.len(), crate::MAX_FINDINGS);
    assert_eq!(report.more, 1500);
    let rows: Vec<StoredRow> = vec![];
    assert!(Log::of(rows, 100).audit().is_genuine());
}
