//! A server's process: started apart from the task, found again by a later one, ended by its own id.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::command::{command, output, wait_until};
use crate::failure::{Done, Failure, While};

/// A running program. Its start time tells it from a later one that got the same id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// The id the system gave it.
    pub id: u32,
    /// When it was started, in clock ticks since the machine's start.
    pub started: u64,
}

impl Process {
    /// Starts a program that outlives this task, with its output in `log`.
    pub fn start(command: &mut Command, log: &Path) -> Done<Self> {
        let file = fs::File::create(log).doing(log.display())?;
        let second = file.try_clone().doing(log.display())?;
        let mut child =
            command.stdout(file).stderr(second).process_group(0).spawn().doing("start of a server")?;
        let id = child.id();
        let started = started(id);
        // Somebody has to collect it when it ends while we still run: till then others take it for alive.
        thread::spawn(move || child.wait());
        started.map(|started| Self { id, started }).ok_or_else(|| Failure::new("the server ended at once"))
    }

    /// Whether it still runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        started(self.id) == Some(self.started)
    }

    /// Sends it a signal, if it still runs.
    pub fn signal(&self, name: &str) -> Done {
        if self.runs() {
            output(&mut command("kill", ["-s", name, &self.id.to_string()]))?;
        }
        Ok(())
    }

    /// Ends it and the processes it started at once, none of them having a word with another, and waits
    /// until all of them are gone.
    pub fn kill_all(&self) -> Done {
        const LIMIT: Duration = Duration::from_secs(10);
        self.signal("STOP")?;
        // The signal takes its time, in which another child may be born.
        wait_until(LIMIT, || status(self.id).is_none_or(|status| status.state == "T"));
        let mut family = self.children();
        family.push(self.clone());
        family.iter().try_for_each(|process| process.signal("KILL"))?;
        match family.iter().find(|process| !process.ends_within(LIMIT)) {
            Some(process) => Err(Failure::new(format!("the process {} does not end", process.id))),
            None => Ok(()),
        }
    }

    /// The process with this id, if it runs.
    #[must_use]
    pub fn with_id(id: u32) -> Option<Self> {
        started(id).map(|started| Self { id, started })
    }

    /// The process with this id, if it runs and works in this folder.
    #[must_use]
    pub fn working_in(id: u32, folder: &Path) -> Option<Self> {
        let works_here = fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|place| place == folder);
        if works_here { started(id).map(|started| Self { id, started }) } else { None }
    }

    /// The processes it started itself.
    #[must_use]
    pub fn children(&self) -> Vec<Self> {
        let path = format!("/proc/{0}/task/{0}/children", self.id);
        let ids = fs::read_to_string(path).unwrap_or_default();
        let ids = ids.split_whitespace().filter_map(|id| id.parse().ok());
        ids.filter_map(|id| Some(Self { id, started: started(id)? })).collect()
    }

    /// The processes it started, and those that they started, and so on.
    #[must_use]
    pub fn descendants(&self) -> Vec<Self> {
        let children = self.children();
        let further: Vec<Self> = children.iter().flat_map(Self::descendants).collect();
        children.into_iter().chain(further).collect()
    }

    /// Stops what it started, as a machine stops that is frozen: connections stay, nobody answers.
    pub fn pause_descendants(&self) -> Done {
        const LIMIT: Duration = Duration::from_secs(10);
        // A process that is not stopped yet may start another one.
        let stopped = || {
            let awake: Vec<Self> =
                self.descendants().into_iter().filter(|process| !process.is_stopped()).collect();
            for process in &awake {
                // It may have ended meanwhile.
                let _ = process.signal("STOP");
            }
            awake.is_empty()
        };
        if wait_until(LIMIT, stopped) { Ok(()) } else { Err(Failure::new("processes do not stop")) }
    }

    /// Lets what it started go on.
    pub fn resume_descendants(&self) -> Done {
        self.descendants().iter().try_for_each(|process| process.signal("CONT"))
    }

    /// Whether it is stopped by a signal, or has ended.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        status(self.id).is_none_or(|status| matches!(status.state.as_str(), "T" | "Z"))
    }

    /// Waits for its end, for at most `limit`. Gives whether it ended.
    #[must_use]
    pub fn ends_within(&self, limit: Duration) -> bool {
        wait_until(limit, || !self.runs())
    }
}

/// What the system says of a process.
struct Status {
    /// One letter: `T` is stopped, `Z` has ended and was not yet collected.
    state: String,
    /// In clock ticks since the machine's start.
    started: u64,
}

fn status(id: u32) -> Option<Status> {
    let line = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in parentheses, may hold anything; what follows it is numbers: state is the first.
    let (_, fields) = line.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    Some(Status { state: fields.next()?.to_owned(), started: fields.nth(18)?.parse().ok()? })
}

/// When the process was started; `None` when there is none, or only its not yet collected remains.
fn started(id: u32) -> Option<u64> {
    status(id).filter(|status| status.state != "Z").map(|status| status.started)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops here")]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_id_and_start_and_is_gone_after_its_signal() {
        let log = std::env::temp_dir().join(format!("pforte-process-{}", std::process::id()));
        let process = Process::start(&mut command("sleep", ["60"]), &log).unwrap();
        let other = Process { id: process.id, started: process.started + 1 };
        assert!(process.runs());
        assert!(!other.runs());
        other.signal("KILL").unwrap();
        assert!(process.runs());
        process.signal("KILL").unwrap();
        assert!(process.ends_within(Duration::from_secs(5)));
        fs::remove_file(log).unwrap();
    }
}
