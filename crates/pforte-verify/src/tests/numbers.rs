//! Entries and tiles that were taken out or put in.

use super::log::{Log, StoredRow, cut, found, plain};
use crate::{Finding, Foreign, Place, TileFault, What};

const MISSING: What = What::Missing { moved: false };

#[test]
fn a_missing_entry_is_named() {
    for at in [0, 5, 255, 256, 511] {
        let mut log = Log::new(600, 100);
        log.rows.remove(at);
        let at = u64::try_from(at).unwrap();
        assert_eq!(log.audit().findings, [found(at, at, MISSING)]);
    }
}

#[test]
fn many_missing_entries_are_one_finding() {
    let mut log = Log::new(1000, 100);
    log.rows.drain(200..700);
    assert_eq!(log.audit().findings, [found(200, 699, MISSING)]);
}

#[test]
fn an_entry_missing_where_no_tile_tells_its_hash_is_named_and_the_rest_is_not_called_checked() {
    let mut log = Log::new(600, 100);
    log.rows.remove(550);
    let report = log.audit();
    assert_eq!(report.findings, [found(550, 550, MISSING), found(500, 599, What::Unproved)]);
    // Head and checkpoint at 600.
    assert_eq!(report.passed, 2);
}

#[test]
fn tiles_of_entries_that_are_missing_are_not_called_put_in() {
    let mut log = Log::new(1000, 100);
    log.rows.drain(200..900);
    log.tiles.remove(&(0, 1));
    let expected = [found(200, 899, MISSING), found(200, 999, What::Unproved)];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn an_upper_tile_over_an_entry_that_nothing_tells_is_not_called_altered() {
    let mut log = Log::new(66_000, 4096);
    log.rows.remove(1000);
    log.tiles.remove(&(0, 3));
    let expected = [
        found(768, 1023, What::Tile { level: 0, fault: TileFault::Missing }),
        found(1000, 1000, MISSING),
        found(0, 65_999, What::Unproved),
    ];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn an_altered_entry_beside_a_missing_one_is_named_too() {
    let mut log = Log::new(600, 100);
    log.rows[7].record.as_mut().unwrap()[20] ^= 1;
    log.rows.remove(5);
    let findings = log.audit().findings;
    assert_eq!(findings[0], found(5, 5, MISSING));
    assert_eq!(findings[1].rows.map(|rows| rows.first), Some(7));
    assert_eq!(findings.len(), 2);
}

#[test]
fn an_entry_taken_out_with_all_later_numbers_changed_is_named() {
    for every in [100, 10_000] {
        let mut log = Log::new(1000, every);
        log.rows.remove(300);
        for (row, number) in log.rows.iter_mut().zip(0..) {
            row.sequence = number;
        }
        let findings = log.audit().findings;
        assert_eq!(findings[0], found(300, 300, What::Missing { moved: true }), "{findings:?}");
        let told = |finding: &&Finding| finding.what != What::Unproved;
        let mut later = findings[1..].iter().filter(told);
        assert!(later.all(|finding| finding.rows.is_some_and(|rows| rows.first >= 700)), "{findings:?}");
    }
}

#[test]
fn entries_put_in_with_all_later_numbers_changed_are_named() {
    let mut log = Log::new(1000, 100);
    for at in 300..303 {
        log.rows.insert(at, StoredRow::new(0, "forged"));
    }
    for (row, number) in log.rows.iter_mut().zip(0..) {
        row.sequence = number;
    }
    let findings = log.audit().findings;
    assert_eq!(findings[0], found(300, 302, What::Inserted(Foreign::Between)), "{findings:?}");
    assert!(findings[1..].iter().all(|finding| finding.rows.is_some_and(|rows| rows.first >= 700)));
}

#[test]
fn an_entry_put_in_under_a_number_that_exists_is_named() {
    let mut log = Log::new(600, 100);
    log.rows.insert(301, StoredRow::new(300, "forged"));
    assert_eq!(log.audit().findings, [found(300, 300, What::Inserted(Foreign::OutOfOrder))]);
}

#[test]
fn an_entry_put_in_under_a_negative_number_is_named() {
    let mut log = Log::new(600, 100);
    log.rows.push(StoredRow::new(-1, "forged"));
    log.rows.push(StoredRow::new(i64::MIN, "forged"));
    let expected = [plain(What::StrayEntry(i64::MIN)), plain(What::StrayEntry(-1))];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn entries_put_in_behind_the_head_are_named() {
    let mut log = Log::new(600, 100);
    log.rows.push(StoredRow::new(600, "forged"));
    let beyond = What::Inserted(Foreign::BeyondHead);
    assert_eq!(log.audit().findings, [found(600, 600, beyond)]);
    log.rows.push(StoredRow::new(601, "forged"));
    assert_eq!(log.audit().findings, [found(600, 601, beyond)]);
}

#[test]
fn an_entry_put_in_far_behind_the_head_is_named_at_once() {
    for far in [900, 1 << 40, i64::MAX - 1] {
        let mut log = Log::new(600, 100);
        log.rows.push(StoredRow::new(far, "forged"));
        let far = u64::try_from(far).unwrap();
        assert_eq!(log.audit().findings, [found(far, far, What::Inserted(Foreign::BeyondHead))]);
    }
}

#[test]
fn a_cut_tail_is_named_by_the_head() {
    let mut log = Log::new(600, 1000);
    log.rows.truncate(590);
    assert_eq!(log.audit().findings, [cut(590, 600, Place::Head), found(0, 589, What::Unproved)]);
    log.rows.clear();
    let findings = log.audit().findings;
    assert_eq!(findings[0], cut(0, 600, Place::Head));
}

#[test]
fn a_missing_tile_is_named() {
    let mut log = Log::new(1000, 100);
    log.tiles.remove(&(0, 1));
    let missing = What::Tile { level: 0, fault: TileFault::Missing };
    assert_eq!(log.audit().findings, [found(256, 511, missing)]);
    log.tiles.clear();
    assert_eq!(log.audit().findings, [found(0, 767, missing)]);
}

#[test]
fn a_tile_put_in_is_named() {
    let whole = vec![7; 8192];
    for (level, position) in [(0, 2), (0, 70), (1, 0), (6, 0), (6, 127)] {
        let mut log = Log::new(600, 100);
        log.tiles.insert((level, position), whole.clone());
        let report = log.audit();
        let fault = What::Tile { level: u32::try_from(level).unwrap(), fault: TileFault::Inserted };
        assert!(report.findings.iter().any(|finding| finding.what == fault), "{report:?}");
    }
    for (level, position) in [(7, 0), (i64::MAX, 0), (-1, 0), (0, -1), (3, i64::MIN)] {
        let mut log = Log::new(600, 100);
        log.tiles.insert((level, position), whole.clone());
        assert_eq!(log.audit().findings, [plain(What::StrayTile { level, position })]);
    }
}

#[test]
fn a_tile_of_another_length_is_named() {
    for length in [0, 1, 8160, 8191, 8193, 8224] {
        let mut log = Log::new(600, 100);
        log.tiles.get_mut(&(0, 0)).unwrap().resize(length, 0);
        let fault = What::Tile { level: 0, fault: TileFault::Altered };
        assert_eq!(log.audit().findings, [found(0, 255, fault)]);
    }
}
