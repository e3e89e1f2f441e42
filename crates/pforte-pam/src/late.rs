//! Ends this program when it is late, and everything that PAM's modules started.
//!
//! A module's program may have left our process group, so that whoever ends the group
//! misses it; and only we, who run as root, may end what runs as root.

use rustix::process::{Pid, Signal, getpid, kill_process};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often children are looked for: while they are ended, they may start others.
const ROUNDS: usize = 8;
/// The most processes ended in one round.
const MOST: usize = 256;

/// Whether the time is over.
static OVER: AtomicBool = AtomicBool::new(false);

/// Goes on only in time: what a module says because its program was ended is no answer.
pub(crate) fn in_time() {
    while OVER.load(Ordering::SeqCst) {
        // Until this program is ended too, at once.
        thread::park();
    }
}

/// Ends the program after this long.
#[expect(clippy::disallowed_methods, reason = "the event that ends the program is the time itself")]
pub(crate) fn end_after(limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit);
        OVER.store(true, Ordering::SeqCst);
        for _ in 0..ROUNDS {
            let family = descendants(getpid());
            if family.is_empty() {
                break;
            }
            for process in family {
                // Gone meanwhile.
                let _ = kill_process(process, Signal::KILL);
            }
        }
        // Not by an orderly exit, which would wait for what hangs.
        let _ = kill_process(getpid(), Signal::KILL);
    });
}

/// The processes that a process started, and those that they started.
fn descendants(of: Pid) -> Vec<Pid> {
    let (mut found, mut looked_at) = (children(of), 0);
    while let Some(next) = found.get(looked_at).copied() {
        looked_at += 1;
        if found.len() < MOST {
            found.extend(children(next));
        }
    }
    found
}

fn children(of: Pid) -> Vec<Pid> {
    let tasks = fs::read_dir(format!("/proc/{}/task", of.as_raw_nonzero())).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let ids = |list: String| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<i32>>();
    lists.flat_map(ids).filter_map(Pid::from_raw).collect()
}
