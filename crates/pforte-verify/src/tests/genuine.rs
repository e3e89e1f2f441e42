//! What is genuine is called genuine.

use super::log::{Log, signer};

#[test]
fn a_genuine_log_is_genuine_at_every_size() {
    for size in (0..20).chain([255, 256, 257, 511, 512, 513, 1000]) {
        let report = Log::new(size, 100).audit();
        assert!(report.is_genuine(), "{size}: {report:?}");
        assert_eq!(report.entries, u64::try_from(size).unwrap());
        assert_eq!(report.checkpoints, u64::try_from(size).unwrap() / 100 + 1);
        assert_eq!(report.head.map(|head| head.size), u64::try_from(size).ok());
    }
}

#[test]
fn the_size_of_the_blocks_does_not_matter() {
    let log = Log::new(1000, 70);
    for block in [1, 2, 7, 255, 256, 257, 999, 1000, 5000] {
        let report = log.audit_with(vec![signer(1).verifier().clone()], block);
        assert!(report.is_genuine(), "{block}: {report:?}");
    }
}

#[test]
fn a_log_with_tiles_of_two_levels_is_genuine() {
    let report = Log::new(65_536 + 300, 4096).audit();
    assert!(report.is_genuine(), "{:?}", report.findings);
    assert_eq!(report.checkpoints, 17);
}

#[test]
fn a_log_that_was_signed_with_an_older_key_before_is_genuine() {
    let mut log = Log::new(600, 100);
    let keys = vec![signer(2).verifier().clone(), signer(1).verifier().clone()];
    let head = log.audit().head.unwrap();
    log.note = signer(2).sign(head.size, &head.root).into_bytes();
    assert!(log.audit_with(keys, 100).is_genuine());
}

#[test]
fn checkpoints_kept_elsewhere_fit_at_any_size() {
    let mut log = Log::new(600, 100);
    log.elsewhere = [0, 1, 255, 256, 599, 600].map(|size| log.note_at(size)).to_vec();
    let report = log.audit();
    assert!(report.is_genuine(), "{report:?}");
    assert_eq!((report.elsewhere, report.checkpoints), (6, 13));
}

#[test]
fn purged_records_leave_their_proof() {
    let mut log = Log::new(600, 100);
    for row in &mut log.rows[..300] {
        (row.record, row.salt) = (None, vec![]);
    }
    log.purged_before = 300;
    let report = log.audit();
    assert!(report.is_genuine(), "{report:?}");
    assert_eq!(report.purged, 300);
}
