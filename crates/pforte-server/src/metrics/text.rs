//! Writes everything that is counted in the Prometheus exposition format 0.0.4.

use super::operation::STATUSES;
use super::{Asked, Counter, Decided, LogOn, Metrics, Operation, Turned};
use std::fmt::{self, Write as _};
use std::sync::PoisonError;

impl Metrics {
    /// Everything as text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        // Writing to a string cannot fail.
        let _never = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        self.write_requests(text)?;
        self.write_log_ons(text)?;
        head(text, "pforte_decisions_total", "counter", "Decisions.")?;
        for (what, counter) in Decided::ALL.iter().zip(&self.decided) {
            writeln!(text, "pforte_decisions_total{{result=\"{}\"}} {}", what.as_str(), counter.get())?;
        }
        self.write_connections(text)?;
        self.write_directories(text)?;
        self.write_plain(text)
    }

    fn write_requests(&self, text: &mut String) -> fmt::Result {
        let operations = self.operations.load_full();
        let operations: Vec<&Operation> =
            operations.values().flatten().map(|(_, operation)| &**operation).collect();
        head(text, "pforte_requests_total", "counter", "Requests that were answered.")?;
        for operation in &operations {
            for (status, counter) in STATUSES.iter().zip(&operation.statuses).filter(|(_, c)| c.get() > 0) {
                request_line(text, &operation.name, status, counter)?;
            }
            if operation.other.get() > 0 {
                request_line(text, &operation.name, &"other", &operation.other)?;
            }
        }
        head(text, "pforte_request_seconds", "histogram", "Time to the head of the answer.")?;
        for operation in operations.iter().filter(|operation| operation.time.count() > 0) {
            let label = format!("operation=\"{}\"", operation.name);
            operation.time.render(text, "pforte_request_seconds", &label)?;
        }
        Ok(())
    }

    fn write_log_ons(&self, text: &mut String) -> fmt::Result {
        head(text, "pforte_log_ons_total", "counter", "Tries to log on.")?;
        for (outcome, kinds) in LogOn::ALL.iter().zip(&self.log_ons) {
            for (asked, counter) in Asked::ALL.iter().zip(kinds) {
                let labels = format!("result=\"{}\",directory=\"{}\"", outcome.as_str(), asked.as_str());
                writeln!(text, "pforte_log_ons_total{{{labels}}} {}", counter.get())?;
            }
        }
        head(text, "pforte_log_on_seconds", "histogram", "Time of a try to log on.")?;
        for (asked, times) in Asked::ALL.iter().zip(&self.log_on_time) {
            times.render(text, "pforte_log_on_seconds", &format!("directory=\"{}\"", asked.as_str()))?;
        }
        Ok(())
    }

    fn write_connections(&self, text: &mut String) -> fmt::Result {
        head(text, "pforte_connections", "gauge", "Connections that are open.")?;
        writeln!(text, "pforte_connections{{peer=\"stranger\"}} {}", self.strangers.get())?;
        writeln!(text, "pforte_connections{{peer=\"known\"}} {}", self.known.get())?;
        let what = "Connections that were refused or ended by the server.";
        head(text, "pforte_connections_refused_total", "counter", what)?;
        for (why, counter) in Turned::ALL.iter().zip(&self.turned) {
            writeln!(
                text,
                "pforte_connections_refused_total{{reason=\"{}\"}} {}",
                why.as_str(),
                counter.get()
            )?;
        }
        Ok(())
    }

    fn write_directories(&self, text: &mut String) -> fmt::Result {
        let servers = self.directory_servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        head(text, "pforte_directory_up", "gauge", "Whether a server of a directory answers.")?;
        for ((directory, server), up) in &servers {
            let (directory, server) = (escaped(directory), escaped(server));
            let labels = format!("directory=\"{directory}\",server=\"{server}\"");
            writeln!(text, "pforte_directory_up{{{labels}}} {}", u8::from(*up))?;
        }
        Ok(())
    }

    fn write_plain(&self, text: &mut String) -> fmt::Result {
        let gauges = [
            ("pforte_streams", "Streams of events that are open.", &self.streams),
            ("pforte_hash_queue", "Passwords that wait to be hashed or are being hashed.", &self.hash_queue),
            ("pforte_sessions", "Sessions that are open.", &self.sessions),
            ("pforte_log_entries", "Entries of the event log.", &self.log_size),
            ("pforte_log_writable", "1, or 0 while the emergency rules hold.", &self.log_writable),
            ("pforte_lost_events", "Events that could not be kept and are not told yet.", &self.lost_events),
            ("pforte_start_time_seconds", "When the server started, seconds since 1970.", &self.started),
        ];
        for (name, help, gauge) in gauges {
            head(text, name, "gauge", help)?;
            writeln!(text, "{name} {}", gauge.get())?;
        }
        let counters = [
            ("pforte_clock_jumps_total", "Jumps of the computer's clock.", &self.clock_jumps),
            ("pforte_panics_total", "Panics in jobs and requests.", &*self.panics),
        ];
        for (name, help, counter) in counters {
            head(text, name, "counter", help)?;
            writeln!(text, "{name} {}", counter.get())?;
        }
        Ok(())
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn request_line(text: &mut String, name: &str, status: &dyn fmt::Display, counter: &Counter) -> fmt::Result {
    let labels = format!("operation=\"{name}\",status=\"{status}\"");
    writeln!(text, "pforte_requests_total{{{labels}}} {}", counter.get())
}

/// The text of a label as the format wants it.
fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
