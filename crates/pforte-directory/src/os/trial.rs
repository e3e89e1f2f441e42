//! Trying this computer's accounts out, step by step: what `pforte directory test` and
//! `probe` show.

use super::facts::User;
use super::linux::{Machine, ThisComputer};
use super::settings::{Settings, SettingsFault};
use crate::fault::{DirectoryError, Fault, FaultKind};
use crate::ldap::Clock;
use crate::said::Says;
use crate::secret::Password;
use crate::tried::{Ended, Notes, TriedHears, plain, timed};
use std::path::{Path, PathBuf};

/// Where PAM looks for rules, the administrator's before the system's own.
const RULES: [&str; 3] = ["/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d"];
/// No secret, and nobody's.
const NO_PASSWORD: &str = "pforte-no-password";

/// The names of the steps, in order.
pub const STEPS: [&str; 6] = ["directory", "search", "groups", "rules", "account-states", "pam"];

/// Tries this computer's accounts out. `hears` is told each step while the rest is still
/// tried. PAM is asked once, about nobody.
pub async fn trial(
    settings: &Settings,
    machine: Result<Machine, DirectoryError>,
    clock: Clock,
    hears: &mut TriedHears<'_>,
) -> Result<(), SettingsFault> {
    if let Some(fault) = settings.check().into_iter().next() {
        return Err(fault);
    }
    let mut notes = Notes::new(hears);
    let machine = machine.map_err(|error| said(&error));
    let Ok(machine) = notes.note("directory", machine, |machine| plain(&*machine.name)) else {
        return Ok(());
    };
    let computer = ThisComputer::start(settings, machine, clock)?;
    // What is wrong was told.
    let _ = accounts(&computer, &mut notes).await;
    let _ = passwords(&computer, settings, &mut notes).await;
    Ok(())
}

/// The name service: whether it answers, and how fast.
async fn accounts(computer: &ThisComputer, notes: &mut Notes<'_, '_>) -> Result<(), Ended> {
    let people = computer.people().await.map_err(|error| said(&error));
    let says = |people: &Vec<User>| match people.first() {
        Some(first) => Says::Users.of(&[("number", &people.len()), ("login", &first.name)]),
        None => Says::NoUsers.alone(),
    };
    let people = notes.note("search", people, says)?;
    let Some(first) = people.first() else { return Ok(()) };
    let groups = computer.groups_of_user(first).await.map_err(|error| said(&error));
    let took = notes.took();
    notes.note("groups", groups, |groups| timed(took, &format!("{}: {}", first.name, groups.len())))?;
    Ok(())
}

/// The rules and the program that asks PAM.
async fn passwords(
    computer: &ThisComputer,
    settings: &Settings,
    notes: &mut Notes<'_, '_>,
) -> Result<(), Ended> {
    let rules = rules(&settings.service);
    notes.note("rules", rules, |path| plain(path.display().to_string()))?;
    // Every system has root's line, so that no line means that none may be read.
    let states = computer.shadows(&["root"]).await.map_err(|error| said(&error));
    let states = states.and_then(|lines| lines.first().map(drop).ok_or(FaultKind::OsStatesUnreadable.into()));
    // Passwords can be checked without.
    let _ = notes.note("account-states", states, |()| Says::Readable.alone());
    let answered = answered(computer).await;
    notes.note("pam", answered, |said| Says::NobodyRefused.of(&[("answer", said)])).map(drop)
}

fn rules(service: &str) -> Result<PathBuf, Fault> {
    let files = RULES.iter().map(|folder| Path::new(folder).join(service));
    let found = files.into_iter().find(|file| file.is_file());
    found.ok_or_else(|| FaultKind::OsRulesMissing.with(format!("/etc/pam.d/{service}")))
}

/// What PAM says of a name that nobody has.
async fn answered(computer: &ThisComputer) -> Result<String, Fault> {
    let password = Password::parse(NO_PASSWORD).map_err(|_| FaultKind::OsPamFailed)?;
    let answer = computer.try_nobody(&password).await.map_err(|error| said(&error))?;
    match answer.trim_end() {
        "wrong" | "denied" | "locked" => Ok(answer.trim_end().to_owned()),
        "good" => Err(FaultKind::OsPamAllows.into()),
        _ => Err(FaultKind::OsPamFailed.into()),
    }
}

fn said(error: &DirectoryError) -> Fault {
    error.fault().cloned().unwrap_or_else(|| FaultKind::OsProgramLate.into())
}
