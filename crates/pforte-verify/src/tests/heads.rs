//! Heads and checkpoints that were altered, put back or made with another key.

use super::log::{Log, StoredRow, cut, found, plain, signer};
use crate::{Foreign, Place, What};
use pforte_model::log::checkpoint::NoteError;

#[test]
fn an_altered_note_is_refused() {
    let mut log = Log::new(600, 100);
    let digit = log.note.iter().position(|byte| *byte == b'6').unwrap();
    log.note[digit] = b'5';
    let refused = |place, why| plain(What::Refused { place, why });
    assert_eq!(log.audit().findings, [refused(Place::Head, NoteError::Forged)]);
    log.note = vec![0xff];
    assert_eq!(log.audit().findings, [refused(Place::Head, NoteError::Malformed)]);

    let mut log = Log::new(600, 100);
    let digit = log.checkpoints[1].1.iter().position(|byte| *byte == b'2').unwrap();
    log.checkpoints[1].1[digit] = b'3';
    assert_eq!(log.audit().findings, [refused(Place::Kept(200), NoteError::Forged)]);
}

#[test]
fn another_key_is_refused() {
    let log = Log::new(600, 300);
    let report = log.audit_with(vec![signer(9).verifier().clone()], 100);
    let refused = |place| plain(What::Refused { place, why: NoteError::OtherKey });
    let expected = [
        refused(Place::Head),
        refused(Place::Kept(300)),
        refused(Place::Kept(600)),
        found(0, 599, What::Unproved),
    ];
    assert_eq!(report.findings, expected);
    assert_eq!((report.head, report.checkpoints), (None, 0));
    assert_eq!(log.audit_with(vec![], 100).findings, expected);
}

#[test]
fn a_size_beside_a_checkpoint_must_be_the_signed_one() {
    let mut log = Log::new(600, 100);
    log.checkpoints[2].0 = 350;
    let report = log.audit();
    assert_eq!(report.findings, [plain(What::OtherSize(Place::Kept(350)))]);
    log.checkpoints[2].0 = -350;
    assert_eq!(log.audit().findings, [plain(What::OtherSize(Place::Kept(-350)))]);
}

#[test]
fn the_columns_of_the_head_must_fit_its_note() {
    for change in [
        |log: &mut Log| log.size += 1,
        |log: &mut Log| log.size = -600,
        |log: &mut Log| log.frontier[40] ^= 1,
        |log: &mut Log| log.frontier.clear(),
        |log: &mut Log| log.frontier.push(0),
    ] {
        let mut log = Log::new(600, 100);
        change(&mut log);
        assert_eq!(log.audit().findings, [plain(What::HeadRow)]);
    }
}

#[test]
fn an_old_head_put_back_is_told_by_the_logs_own_checkpoint() {
    let mut log = Log::new(600, 100);
    log.old_head(450);
    let old = plain(What::OldHead { head: 450, known: 600, by: Place::Kept(600) });
    assert_eq!(log.audit().findings, [old]);
}

#[test]
fn an_old_head_put_back_leaves_entries_that_nothing_signed() {
    let mut log = Log::new(600, 1000);
    log.old_head(450);
    assert_eq!(log.audit().findings, [found(450, 599, What::Inserted(Foreign::BeyondHead))]);
}

#[test]
fn a_whole_old_copy_is_told_by_a_checkpoint_kept_elsewhere_and_by_nothing_else() {
    let mut log = Log::new(450, 100);
    assert!(log.audit().is_genuine());
    log.elsewhere = vec![log.note_at(100), Log::new(600, 100).note];
    let by = Place::Elsewhere(2);
    let expected = [cut(450, 600, by), plain(What::OldHead { head: 450, known: 600, by })];
    assert_eq!(log.audit().findings, expected);
}

#[test]
fn a_checkpoint_kept_elsewhere_that_is_no_checkpoint_of_this_log_is_refused() {
    let mut log = Log::new(10, 100);
    log.elsewhere = vec![b"hello".to_vec(), signer(2).sign(10, &[0; 32]).into_bytes()];
    let refused = |nth, why| plain(What::Refused { place: Place::Elsewhere(nth), why });
    assert_eq!(log.audit().findings, [refused(1, NoteError::Malformed), refused(2, NoteError::OtherKey)]);
}

#[test]
fn two_signed_roots_for_the_same_entries_are_told() {
    let mut log = Log::new(600, 600);
    log.checkpoints[0].1 = signer(1).sign(600, &[0; 32]).into_bytes();
    assert_eq!(log.audit().findings, [plain(What::Fork(Place::Kept(600)))]);
    let mut log = Log::new(600, 600);
    log.note = signer(1).sign(600, &[0; 32]).into_bytes();
    let findings = log.audit().findings;
    assert!(findings.contains(&plain(What::Fork(Place::Head))), "{findings:?}");
}

#[test]
fn a_checkpoint_that_is_given_too_late_is_never_taken_for_checked() {
    let log = Log::new(10, 100);
    let expect = crate::Expect {
        keys: vec![signer(1).verifier().clone()],
        purged_before: 0,
        records: crate::Records::Hash,
    };
    let head = crate::Head { size: 10, frontier: &log.frontier, note: &log.note };
    let mut audit = crate::Audit::new(expect, &head);
    for StoredRow { sequence, record, salt, leaf } in &log.rows {
        audit.row(&crate::Row { sequence: *sequence, record: record.as_deref(), salt, leaf });
    }
    audit.checkpoint(5, &log.note_at(5));
    let report = audit.finish();
    assert_eq!((report.findings.len(), report.passed), (0, 1));
    assert!(!report.is_genuine());
}
