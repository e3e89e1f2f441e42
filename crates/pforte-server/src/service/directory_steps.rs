//! The steps of a test as callers see them.

use pforte_directory::Tried;
use pforte_directory::ldap::{Checked, ProbeFound, Probed};
use pforte_wire::directory::{Said, TestStep};
use std::time::Duration;

pub(super) fn step(server: &str, checked: &Checked) -> TestStep {
    let name = checked.step.as_str();
    looked_at(server, name, &checked.result, checked.took)
}

pub(super) fn side(server: &str, probed: &Probed) -> TestStep {
    looked_at(server, probed.check.as_str(), &probed.result, probed.took)
}

pub(super) fn tried(server: &str, tried: &Tried) -> TestStep {
    looked_at(server, tried.step, &tried.result, tried.took)
}

fn looked_at(
    server: &str,
    name: &str,
    result: &Result<ProbeFound, pforte_directory::Fault>,
    took: Duration,
) -> TestStep {
    match result {
        Err(fault) => faulty(server, name, fault, took),
        Ok(found) => match &found.doubt {
            None => {
                TestStep { said: found.said.as_ref().map(said), ..good(server, name, &found.detail, took) }
            }
            Some(doubt) => {
                let doubtful = faulty(server, name, doubt, took);
                let detail = format!("{}: {}", found.detail, doubtful.detail);
                TestStep { good: true, warning: true, detail, ..doubtful }
            }
        },
    }
}

pub(super) fn good(server: &str, step: &str, found: &str, took: Duration) -> TestStep {
    TestStep {
        server: server.to_owned(),
        step: step.to_owned(),
        good: true,
        warning: false,
        code: None,
        detail: found.to_owned(),
        said: None,
        particular: None,
        millis: millis(took),
    }
}

fn said(said: &pforte_directory::Said) -> Said {
    let with = said.with.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Said { key: said.says.key().to_owned(), with: with.collect() }
}

fn faulty(server: &str, step: &str, fault: &pforte_directory::Fault, took: Duration) -> TestStep {
    let detail = format!("{fault}. {}", fault.kind.cure());
    TestStep {
        particular: Some(fault.detail.clone()).filter(|detail| !detail.is_empty()),
        millis: millis(took),
        ..bad(server.to_owned(), step, fault.kind.code(), detail)
    }
}

pub(super) fn bad(server: String, step: &str, code: &str, detail: String) -> TestStep {
    let (step, code) = (step.to_owned(), Some(code.to_owned()));
    TestStep {
        server,
        step,
        good: false,
        warning: false,
        code,
        detail,
        said: None,
        particular: None,
        millis: 0,
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
