//! One run of another program: bounded in time and output, ended with all it started.

use crate::fault::{Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process_group};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The most that is read of what a program writes.
const MOST_OUTPUT: u64 = 16 << 20;

/// What a program wrote and how it ended.
pub(super) struct Ran {
    pub(super) output: String,
    /// Its exit code; `None`: it was ended by a signal.
    pub(super) code: Option<i32>,
}

/// Ends a program's whole family, also when the question is given up.
struct Family(Option<Pid>);

impl Drop for Family {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Gone already, most of the time.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Runs a program with this input. It has an environment of its own: nothing of ours.
pub(super) async fn run(
    program: &Path,
    arguments: &[&str],
    input: Zeroizing<Vec<u8>>,
    limit: Duration,
) -> Result<Ran, Fault> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8");
    command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.process_group(0).kill_on_drop(true).spawn();
    let child =
        child.map_err(|error| FaultKind::OsProgramMissing.with(format!("{}: {error}", program.display())))?;
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    match timeout(limit, talk(child, Family(id), input)).await {
        Ok(Ok(ran)) => Ok(ran),
        Ok(Err(error)) => Err(FaultKind::OsProgramFailed.with(error)),
        Err(_) => Err(FaultKind::OsProgramLate.with(program.display())),
    }
}

/// What it started ends with it, so that nothing keeps the way of its answer open.
async fn talk(mut child: Child, family: Family, input: Zeroizing<Vec<u8>>) -> std::io::Result<Ran> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program that does not want it all says so by how it ends.
            let _ = stdin.write_all(&input).await;
        }
    };
    let read = async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(MOST_OUTPUT + 1).read_to_end(&mut output).await?;
        }
        Ok::<_, std::io::Error>(output)
    };
    let end = async {
        let status = child.wait().await;
        drop(family);
        status
    };
    let ((), output, status) = tokio::join!(write, read, end);
    let (output, status) = (output?, status?);
    if u64::try_from(output.len()).is_ok_and(|length| length > MOST_OUTPUT) {
        return Err(std::io::Error::other("too much output"));
    }
    Ok(Ran { output: String::from_utf8_lossy(&output).into_owned(), code: status.code() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops here")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_does_not_wait_for_what_a_program_left_behind() {
        let line = "sleep 1000 & echo good";
        let limit = Duration::from_secs(20);
        let ran = run(Path::new("/bin/sh"), &["-c", line], Zeroizing::default(), limit).await.unwrap();
        assert_eq!((ran.output.as_str(), ran.code), ("good\n", Some(0)));
    }
}
