//! What is tested, for each kind of directory: with which settings and which password, in
//! which steps.

use crate::app::App;
use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directories::service_password;
use crate::service::directory_kinds::{computer_settings, host_name, host_settings, same_host, stored};
use crate::service::directory_settings::{read, same_receivers, told_settings};
use crate::service::directory_steps::{side, step, tried};
use crate::service::throttle::Key;
use pforte_directory::ldap::{Check, Checked, Probed, Server, Settings, Step, probe, test};
use pforte_directory::secret::Password;
use pforte_directory::workgroup::{self, Settings as HostSettings};
use pforte_directory::{Depth, Tried, os};
use pforte_model::name::fold;
use pforte_store::directories::Directory as Row;
use pforte_wire::directory::{TestDirectory, TestStep};
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use serde_json::{Value, json};
use std::fmt::Display;

/// A directory to be tested, and the password that its account is tried with.
pub(super) enum Way {
    Ldap(Box<Settings>, Password),
    Workgroup(HostSettings, Password),
    Os(os::Settings),
}

/// Hears of each step.
pub(super) type Hear<'a> = dyn FnMut(TestStep) + Send + Sync + 'a;

impl Way {
    /// As it is stored; `None`: the built-in one.
    pub(super) fn of_stored(app: &App, row: &Row) -> Result<Option<Self>, Fault> {
        let password = || service_password(row, &app.wrapping);
        Ok(Some(match Kind::parse(&row.kind) {
            Some(Kind::Ldap) => Self::Ldap(Box::new(stored(row)?), password()?),
            Some(Kind::Workgroup) => Self::Workgroup(stored(row)?, password()?),
            Some(Kind::Os) => Self::Os(stored(row)?),
            Some(Kind::Local) => return Ok(None),
            None => return Err(Code::Internal.into()),
        }))
    }

    /// As it is not stored yet. `row` is the directory whose change it is. Its stored
    /// password serves only where it would not go anywhere new.
    pub(super) fn of_asked(app: &App, row: Option<&Row>, asked: TestDirectory) -> Result<Self, Fault> {
        let of_kind = |kind: Kind| row.filter(|row| row.kind == kind.as_str());
        let typed = asked.service_password.as_ref();
        match (asked.ldap, asked.workgroup, asked.os) {
            (Some(ldap), None, None) => {
                let before: Option<Settings> = of_kind(Kind::Ldap).map(stored).transpose()?;
                let settings = read(ldap, before.as_ref())?;
                let same = before.is_some_and(|before| same_receivers(&before, &settings));
                Ok(Self::Ldap(Box::new(settings), password(app, typed, row, same)?))
            }
            (None, Some(host), None) => {
                let before: Option<HostSettings> = of_kind(Kind::Workgroup).map(stored).transpose()?;
                let settings = host_settings(host, before.as_ref())?;
                let same = before.is_some_and(|before| same_host(&before, &settings));
                Ok(Self::Workgroup(settings, password(app, typed, row, same)?))
            }
            (None, None, Some(computer)) => {
                let before: Option<os::Settings> = of_kind(Kind::Os).map(stored).transpose()?;
                Ok(Self::Os(computer_settings(computer, before.as_ref())?))
            }
            _ => Err(Fault::value("ldap, workgroup, os", "exactly one of them")),
        }
    }

    /// What is tested, server by server.
    pub(super) fn servers(&self) -> Vec<String> {
        match self {
            Self::Ldap(settings, _) => settings.servers.iter().map(ToString::to_string).collect(),
            Self::Workgroup(settings, _) => vec![settings.host.clone()],
            Self::Os(_) => vec![host_name()],
        }
    }

    /// The names of what is looked at, in order.
    pub(super) fn steps(&self, depth: Depth) -> Vec<String> {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        match (self, depth) {
            (Self::Ldap(settings, _), Depth::Test) => {
                let all = Step::ALL.iter().filter(|step| step.is_of(settings.schema));
                owned(all.map(|step| step.as_str()).collect())
            }
            (Self::Ldap(settings, _), Depth::Probe) => {
                let all = Check::ALL.iter().filter(|check| check.is_of(settings.schema));
                owned(all.map(|check| check.as_str()).collect())
            }
            (Self::Workgroup(..), depth) => owned(workgroup::steps(depth)),
            (Self::Os(_), _) => owned(os_steps()),
        }
    }

    /// Under which name wrong passwords of the service account are counted.
    pub(super) fn key(&self) -> Option<Key> {
        match self {
            Self::Ldap(settings, _) => Some(Key::Service(fold(&settings.domain))),
            Self::Workgroup(settings, _) => Some(Key::Service(fold(&settings.host))),
            Self::Os(_) => None,
        }
    }

    /// The settings as events tell them, and under which name.
    pub(super) fn told(&self) -> (&'static str, Value) {
        match self {
            Self::Ldap(settings, _) => ("ldap", told_settings(settings)),
            Self::Workgroup(settings, _) => ("workgroup", json!(settings)),
            Self::Os(settings) => ("os", json!(settings)),
        }
    }

    /// Tries it; tells each step. Gives why the settings cannot be used at all.
    pub(super) async fn tried(&self, app: &App, depth: Depth, hear: &mut Hear<'_>) -> Result<(), String> {
        let outside = app.directories.outside();
        let said = |fault: &dyn Display| fault.to_string();
        match (self, depth) {
            (Self::Ldap(settings, password), Depth::Test) => {
                let mut hears = |server: &Server, one: &Checked| hear(step(&server.to_string(), one));
                test(settings, password, outside, &mut hears).await.map(drop).map_err(|fault| said(&fault))
            }
            (Self::Ldap(settings, password), Depth::Probe) => {
                let mut hears = |server: &Server, one: &Probed| hear(side(&server.to_string(), one));
                probe(settings, password, outside, &mut hears).await.map(drop).map_err(|fault| said(&fault))
            }
            (Self::Workgroup(settings, password), _) => {
                let mut hears = |one: &Tried| hear(tried(&settings.host, one));
                let us = (&*host_name(), outside.0);
                let done = workgroup::trial(settings, password, us, depth, &mut hears).await;
                done.map_err(|fault| said(&fault))
            }
            (Self::Os(settings), _) => {
                let here = host_name();
                computer(app, settings, &mut |one: &Tried| hear(tried(&here, one))).await
            }
        }
    }
}

fn password(app: &App, typed: Option<&Secret>, row: Option<&Row>, same: bool) -> Result<Password, Fault> {
    match (typed, row) {
        (Some(typed), _) => {
            Password::parse(typed.expose()).map_err(|bad| Fault::value("service_password", &bad.to_string()))
        }
        (None, Some(row)) if same => service_password(row, &app.wrapping),
        (None, Some(_)) => Err(Code::ServicePasswordNeeded.into()),
        (None, None) => Err(Fault::value("service_password", "needed for a new directory")),
    }
}

#[cfg(target_os = "linux")]
fn os_steps() -> Vec<&'static str> {
    os::STEPS.to_vec()
}

#[cfg(target_os = "linux")]
async fn computer(
    app: &App,
    settings: &os::Settings,
    hears: &mut pforte_directory::TriedHears<'_>,
) -> Result<(), String> {
    let machine = crate::service::directory_kinds::machine(app.directories.helper());
    let machine = machine.map_err(|fault| fault.detail)?;
    let clock = std::sync::Arc::clone(app.directories.outside().0);
    os::trial(settings, machine, clock, hears).await.map_err(|fault| fault.to_string())
}

#[cfg(not(target_os = "linux"))]
fn os_steps() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
async fn computer(
    _app: &App,
    _settings: &os::Settings,
    _hears: &mut pforte_directory::TriedHears<'_>,
) -> Result<(), String> {
    Err("only on Linux".to_owned())
}
