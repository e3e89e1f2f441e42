//! Every target over its seeds, over mutants of them, and over long inputs.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::{Mutator, TARGETS, Target, named};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Mutants of each target.
const MUTANTS: usize = 3_000;

/// Many times what a target takes over the longest input, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(10);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The seeds of a target, in the order of their names.
fn seeds(target: Target) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder().join(target.name)).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn mutants(name: &str) {
    let target = named(name).unwrap();
    let seeds = seeds(target);
    let mut mutator = Mutator::new(1);
    for _ in 0..MUTANTS {
        (target.run)(&mutator.mutant(&seeds));
    }
}

macro_rules! mutants_of {
    ($($test:ident: $name:literal,)*) => {
        $(#[test]
        fn $test() {
            mutants($name);
        })*

        #[test]
        fn every_target_has_its_mutants() {
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), [$($name),*]);
        }
    };
}

mutants_of! {
    mutants_of_names_break_no_promise: "names",
    mutants_of_secrets_break_no_promise: "secrets",
    mutants_of_logins_break_no_promise: "login",
    mutants_of_bodies_break_no_promise: "body",
    mutants_of_heads_break_no_promise: "head",
    mutants_of_parameters_break_no_promise: "parameters",
    mutants_of_search_answers_break_no_promise: "search-answer",
    mutants_of_bind_answers_break_no_promise: "bind-answer",
    mutants_of_pings_break_no_promise: "ping",
    mutants_of_certificates_break_no_promise: "certificate",
    mutants_of_tickets_break_no_promise: "ticket",
    mutants_of_keytabs_break_no_promise: "keytab",
    mutants_of_privileges_break_no_promise: "privileges",
    mutants_of_kerberos_answers_break_no_promise: "kerberos-answer",
    mutants_of_kerberos_secrets_break_no_promise: "kerberos-secret",
    mutants_of_kerberos_proofs_break_no_promise: "kerberos-proof",
    mutants_of_sealed_messages_break_no_promise: "sealed-message",
    mutants_of_sasl_answers_break_no_promise: "sasl-answer",
    mutants_of_sealed_frames_break_no_promise: "sealed-frames",
    mutants_of_host_answers_break_no_promise: "host-answer",
    mutants_of_account_answers_break_no_promise: "sam-answer",
    mutants_of_call_fragments_break_no_promise: "rpc-fragment",
    mutants_of_challenges_break_no_promise: "ntlm-challenge",
    mutants_of_checkpoints_break_no_promise: "checkpoint",
    mutants_of_proofs_break_no_promise: "proof",
    mutants_of_records_break_no_promise: "record",
    mutants_of_logs_break_no_promise: "audit",
    mutants_of_json_break_no_promise: "canonical",
    mutants_of_statements_break_no_promise: "jws",
    mutants_of_signature_documents_break_no_promise: "signatures",
    mutants_of_time_stamps_break_no_promise: "time-stamp",
    mutants_of_signature_xml_break_no_promise: "signatures-xml",
    mutants_of_configurations_break_no_promise: "config",
    mutants_of_directories_break_no_promise: "directory",
}

#[test]
fn seeds_break_no_promise_and_each_target_takes_some_of_them() {
    for target in TARGETS {
        let taken = seeds(*target).iter().filter(|seed| (target.run)(seed)).count();
        assert!(taken > 0, "{}: no seed is taken any more", target.name);
    }
}

#[test]
fn every_folder_of_seeds_has_its_target() {
    for folder in fs::read_dir(folder()).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(named(&name).is_some(), "{name}");
    }
}

#[test]
fn no_target_takes_long_over_a_long_input() {
    for target in TARGETS {
        let pieces =
            [vec![b'['], vec![0], vec![0xff], b"a\n".to_vec(), b"\x30\x84".to_vec(), b"{\"a\":".to_vec()];
        for piece in pieces.into_iter().chain(seeds(*target)).filter(|piece| !piece.is_empty()) {
            let long: Vec<u8> = piece.iter().copied().cycle().take(target.most).collect();
            let begun = Instant::now();
            (target.run)(&long);
            let taken = begun.elapsed();
            assert!(
                taken < PATIENCE,
                "{}: {taken:?} over {} bytes of {:?}",
                target.name,
                long.len(),
                piece.first_chunk::<8>()
            );
        }
    }
}
