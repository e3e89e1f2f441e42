//! A shell with mounts of its own, for disks that are full or cannot be written.

use crate::fixtures::must;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Runs each line that it is given and then says that it is done. At the end of the
/// lines it ends what `start` began.
const LOOP: &str = r#"start() { : >told; "$@" >told 2>&1 & pid=$!
    until [ -s told ] || ! kill -0 $pid 2>&-; do sleep 0.02; done; cat told; }
end() { kill -"$1" $pid; wait $pid 2>&- || :; }
pid=; while read -r line; do if eval "$line"; then echo .; else echo !; fi; done
[ -z "$pid" ] || kill -KILL $pid 2>&-"#;

/// A shell whose mounts nobody else sees. It ends with the test, and so does what it started.
#[derive(Debug)]
pub struct MountShell {
    child: Child,
    lines: Option<ChildStdin>,
    told: BufReader<ChildStdout>,
}

impl MountShell {
    /// Starts it in this folder, with `program` as `$0`. Root may mount in a namespace of
    /// its own, everybody else in one where they are taken for root.
    ///
    /// # Panics
    ///
    /// Stops the test if this computer allows neither.
    #[must_use]
    pub fn start(folder: &Path, program: &str) -> Self {
        let mut command = own_mounts();
        command.args(["sh", "-c", LOOP, program]).current_dir(folder);
        let mut child = must("a shell", command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn());
        let lines = child.stdin.take();
        let told = must("its output", child.stdout.take().ok_or("none"));
        Self { child, lines, told: BufReader::new(told) }
    }

    /// Runs a line and gives what it printed. `start PROGRAM...` gives the first line of a
    /// program that goes on, `end SIGNAL` ends it.
    ///
    /// # Panics
    ///
    /// Stops the test if the line failed or the shell has ended.
    pub fn run(&mut self, line: &str) -> String {
        let lines = must("the shell", self.lines.as_mut().ok_or("ended"));
        must("a line for the shell", writeln!(lines, "{line}"));
        let mut told = String::new();
        loop {
            let mut next = String::new();
            must("the shell's answer", self.told.read_line(&mut next));
            match next.as_str() {
                ".\n" => return told.trim_end().to_owned(),
                "!\n" | "" => must("the shell", Err(format!("{line:?} failed: {told}"))),
                more => told.push_str(more),
            }
        }
    }
}

impl Drop for MountShell {
    fn drop(&mut self) {
        drop(self.lines.take());
        let _ended = self.child.wait();
    }
}

/// A command in mounts of its own.
///
/// # Panics
///
/// Stops the test if this computer allows none.
#[must_use]
pub fn own_mounts() -> Command {
    let ways = ["-m", "-Urm"];
    let works =
        |way: &&str| Command::new("unshare").args([way, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    let way = ways.iter().find(|way| works(way).is_ok_and(|output| output.status.success()));
    let mut command = Command::new("unshare");
    command.arg(must("mounts of the test's own", way.ok_or("neither unshare -m nor unshare -Urm may mount")));
    command
}
