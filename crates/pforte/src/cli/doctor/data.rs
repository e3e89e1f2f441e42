//! The data of a server on this computer: folder, keys, certificates, database, log, clock.

use super::Check;
use crate::cli::data::{Data, folder_failure, open_failure};
use pforte_model::log::checkpoint::{self, Verifier};
use pforte_model::time::Micros;
use pforte_server::clock::Clock;
use pforte_server::config::Config;
use pforte_server::keys::DataFolder;
use pforte_store::{OpenError, Reader, Settings, StoreError, events, log};
use pforte_wire::time::Time;
use std::path::Path;
use x509_parser::pem::Pem;

/// Days before the end of a certificate from which on it is told. The server
/// renews its own in the last third of its time, so this means it does not run.
const SOON: i64 = 14;

/// How far the newest event may lie ahead of the clock.
const AHEAD_SECONDS: i64 = 5;

pub(super) async fn look(data: &Data, checks: &mut Vec<Check>) {
    let config = match data.config() {
        Ok(config) => config,
        Err(failure) => return checks.push(Check::failed("configuration", failure)),
    };
    checks.push(configuration(&config));
    let clock = Clock::new(config.plant.time_zone.clone());
    let folder = match DataFolder::open(&data.folder) {
        Ok(folder) => folder,
        Err(error) => return checks.push(Check::failed("data folder", folder_failure(&error))),
    };
    checks.push(Check::good("data folder", format!("{}: nobody else reaches it", data.folder.display())));
    let signer = folder.keys().map(|keys| keys.signer);
    checks.push(match &signer {
        Ok(_) => Check::good("keys", "all are there and readable"),
        Err(error) => Check::failed("keys", folder_failure(error)),
    });
    for (name, file) in [("authority", "keys/ca.pem"), ("server certificate", "keys/server.pem")] {
        checks.push(certificate(name, &data.folder.join(file), clock.micros()));
    }
    let key = signer.ok().map(|signer| signer.verifier().clone());
    checks.extend(database(&data.database(&config), key, &clock).await);
}

fn configuration(config: &Config) -> Check {
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    if warnings.is_empty() {
        Check::good("configuration", "nothing wrong in it")
    } else {
        Check::bad("configuration", warnings.join("; "), "It can be used; better change it.")
    }
}

fn certificate(check: &str, path: &Path, now: Micros) -> Check {
    let Some((begins, ends)) = dates(path) else {
        let detail = format!("{} holds no certificate", path.display());
        return Check::bad(check, detail, "Start the server once: it makes what is missing.");
    };
    let days = ends.since(now) / Micros::SECOND / 86_400;
    let told = format!("valid from {} to {}", Time(begins), Time(ends));
    if now < begins {
        Check::bad(check, told, "Set this computer's clock: the certificate is not valid yet.")
    } else if now >= ends {
        Check::bad(check, told, "It has expired: start the server, which renews its own certificate.")
    } else if days < SOON {
        Check::bad(check, told, "It ends soon: start the server, which renews its own certificate.")
    } else {
        Check::good(check, told)
    }
}

/// From when to when the first certificate of a file is valid.
fn dates(path: &Path) -> Option<(Micros, Micros)> {
    let content = crate::cli::private::read(path).ok()?;
    let blocks = Pem::iter_from_buffer(&content).filter_map(Result::ok);
    let block = blocks.into_iter().find(|block| block.label == "CERTIFICATE")?;
    let validity = block.parse_x509().ok()?.validity().clone();
    let at = |seconds: i64| Micros(0).plus_seconds(seconds);
    Some((at(validity.not_before.timestamp()), at(validity.not_after.timestamp())))
}

async fn database(settings: &Settings, key: Option<Verifier>, clock: &Clock) -> Vec<Check> {
    let reader = match Reader::open(settings).await {
        Ok(reader) => reader,
        Err(error) => return vec![Check::failed("database", open_failure(&error))],
    };
    let mut conn = match reader.snapshot().await {
        Ok(conn) => conn,
        Err(error) => return vec![unreadable("database", error)],
    };
    let mut checks = vec![Check::good("database", "it opens and has this program's schema")];
    match log::head(&mut conn).await {
        Ok(head) => checks.push(log_head(&head, key.as_ref())),
        Err(error) => return vec![unreadable("log head", error)],
    }
    let newest = events::page(&mut conn, events::From::Newest, 1, &events::Filter::default()).await;
    checks.push(match newest {
        Ok(page) => {
            time(page.entries.first().and_then(|entry| Some(entry.event.as_ref()?.at)), clock.micros())
        }
        Err(error) => unreadable("clock", error),
    });
    checks
}

fn unreadable(check: &str, error: StoreError) -> Check {
    Check::failed(check, open_failure(&OpenError::Store(error)))
}

fn log_head(head: &log::Head, key: Option<&Verifier>) -> Check {
    let cure = "Run `pforte events verify --data DIR`, which names what was changed.";
    let Some(key) = key else {
        return Check::open("log head", "its key cannot be read", "Mend the keys first.");
    };
    match checkpoint::open(&head.note, key) {
        Ok(signed) if i64::try_from(signed.size) == Ok(head.size) => {
            Check::good("log head", format!("{} entries, signed by {}", signed.size, key.name()))
        }
        Ok(signed) => {
            Check::bad("log head", format!("{} entries are signed, {} told", signed.size, head.size), cure)
        }
        Err(error) => Check::bad("log head", error.to_string(), cure),
    }
}

fn time(newest: Option<Micros>, now: Micros) -> Check {
    match newest {
        Some(newest) if newest > now.plus_seconds(AHEAD_SECONDS) => Check::bad(
            "clock",
            format!("the newest event is of {}, this computer says {}", Time(newest), Time(now)),
            "Set this computer's clock; it has gone back.",
        ),
        _ => Check::good("clock", format!("{}, not before the newest event", Time(now))),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::Verdict;
    use super::*;

    const DAY: i64 = 86_400;

    fn issued(folder: &Path, begin: i64, end: i64) -> std::path::PathBuf {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let at = |seconds: i64| {
            rcgen::date_time_ymd(2026, 1, 1) + std::time::Duration::from_secs(u64::try_from(seconds).unwrap())
        };
        (params.not_before, params.not_after) = (at(begin), at(end));
        let key = rcgen::KeyPair::generate().unwrap();
        let path = folder.join("server.pem");
        let text = format!("{}{}", key.serialize_pem(), params.self_signed(&key).unwrap().pem());
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_certificate_is_bad_before_after_and_shortly_before_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = issued(folder.path(), 10 * DAY, 100 * DAY);
        let new_year = Time::parse("2026-01-01T00:00:00Z").unwrap().0;
        for (day, verdict) in [
            (9, Verdict::Bad),
            (11, Verdict::Good),
            (85, Verdict::Good),
            (87, Verdict::Bad),
            (101, Verdict::Bad),
        ] {
            let check = certificate("server certificate", &path, new_year.plus_seconds(day * DAY));
            assert_eq!(check.result, verdict, "day {day}: {}", check.detail);
            assert_eq!(check.cure.is_empty(), verdict == Verdict::Good);
        }
        assert_eq!(certificate("x", &folder.path().join("none"), new_year).result, Verdict::Bad);
    }

    #[test]
    fn a_clock_behind_the_newest_event_has_gone_back() {
        let now = Micros(0).plus_seconds(1000);
        assert_eq!(time(None, now).result, Verdict::Good);
        assert_eq!(time(Some(now.plus_seconds(4)), now).result, Verdict::Good);
        assert_eq!(time(Some(now.plus_seconds(6)), now).result, Verdict::Bad);
    }
}
