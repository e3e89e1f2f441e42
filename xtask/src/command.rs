//! Runs the programs that the tasks are made of, and says what they said when they fail.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Done, Failure, While};

/// How many of the last lines of a failed program's output are shown.
const LINES_SHOWN: usize = 20;

/// A command with these arguments and without input.
#[must_use]
pub(crate) fn command<'a>(program: &str, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command whose output goes where the task's own goes.
pub(crate) fn run(command: &mut Command) -> Done {
    let status = command.status().doing(name(command))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{} ended with {status}", name(command))))
    }
}

/// Runs a command and gives what it wrote on standard output.
pub(crate) fn output(command: &mut Command) -> Done<String> {
    output_of(command, "")
}

/// Runs a command with `input` on its standard input and gives what it wrote on standard output.
pub(crate) fn output_of(command: &mut Command, input: &str) -> Done<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().doing(name(command))?;
    let mut pipe = child.stdin.take().ok_or_else(|| Failure::new("a child without standard input"))?;
    let text = input.to_owned();
    let writer = std::thread::spawn(move || pipe.write_all(text.as_bytes()));
    let output = child.wait_with_output().doing(name(command))?;
    let written = writer.join();
    if !output.status.success() {
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let said = last_lines(&String::from_utf8_lossy(&said));
        return Err(Failure::new(format!("{} ended with {}\n{said}", name(command), output.status)));
    }
    match written {
        Ok(Ok(())) => String::from_utf8(output.stdout).doing(name(command)),
        _ => Err(Failure::new(format!("{} did not read its input", name(command)))),
    }
}

/// Runs a command whose output goes to `log`; the log's end is shown when it fails.
pub(crate) fn run_logged(command: &mut Command, log: &Path) -> Done {
    let file = fs::File::options().create(true).append(true).open(log).doing(log.display())?;
    let second = file.try_clone().doing(log.display())?;
    run(command.stdout(file).stderr(second)).map_err(|failure| {
        let said = fs::read_to_string(log).map(|text| last_lines(&text)).unwrap_or_default();
        Failure::new(format!("{failure}\n{said}"))
    })
}

/// Whether a program is found on the search path of this machine.
#[must_use]
pub(crate) fn is_installed(program: &str) -> bool {
    let shell = format!("command -v {program}");
    command("sh", ["-c", shell.as_str()]).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Asks `ready` until it says yes, for at most `limit`. Gives whether it did.
pub(crate) fn wait_until(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    const PAUSE: Duration = Duration::from_millis(20);
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if ready() {
            return true;
        }
        pause(PAUSE);
    }
    ready()
}

#[expect(
    clippy::disallowed_methods,
    reason = "another program's state has no event to wait for; the wait is bounded"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut line = words.map(|word| word.to_string_lossy().replace('\n', " ")).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(200) {
        line.truncate(end);
    }
    line
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.len().saturating_sub(LINES_SHOWN);
    lines.into_iter().skip(shown).collect::<Vec<_>>().join("\n")
}
