//! The kinds of directories beside the built-in one: how each is read from what callers
//! write, stored, shown and started.

use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directory_settings;
use pforte_directory::Directory as Answers;
use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{ActiveDirectory, Clock, PlainLdap, Schema, Settings as LdapSettings};
use pforte_directory::os;
use pforte_directory::secret::Password;
use pforte_directory::workgroup::{Queried, Query, Settings as HostSettings, Workgroup};
use pforte_store::directories::Directory as Row;
use pforte_wire::directory::{NewDirectory, ThisComputer, WorkgroupHost};
use pforte_wire::problem::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

/// What a directory needs of the server to run.
pub(super) struct Needs<'a> {
    pub(super) clock: &'a Clock,
    pub(super) chance: &'a Chance,
    /// The program that asks PAM.
    pub(super) helper: &'a Option<PathBuf>,
}

/// What callers want to add: its kind and what is stored of it.
pub(super) fn new(asked: &mut NewDirectory) -> Result<(Kind, String), Fault> {
    let one = || Fault::value("ldap, workgroup, os", "exactly one of them");
    match (asked.ldap.take(), asked.workgroup.take(), asked.os.take()) {
        (Some(ldap), None, None) => Ok((Kind::Ldap, text(&directory_settings::read(ldap, None)?)?)),
        (None, Some(host), None) => Ok((Kind::Workgroup, text(&host_settings(host)?)?)),
        (None, None, Some(computer)) => Ok((Kind::Os, text(&computer_settings(computer)?)?)),
        _ => Err(one()),
    }
}

/// Whether a directory of this kind is read with an account of Pforte's.
pub(super) fn has_account(kind: Kind) -> bool {
    matches!(kind, Kind::Ldap | Kind::Workgroup)
}

fn host_settings(asked: WorkgroupHost) -> Result<HostSettings, Fault> {
    let wrong = || Fault::value("workgroup.address", "an address");
    let address = asked.address.map(|text| text.trim().parse().map_err(|_| wrong())).transpose()?;
    let settings = HostSettings { address, ..HostSettings::new(asked.host, asked.service_account) };
    checked(settings.check().first()).map(|()| settings)
}

fn computer_settings(asked: ThisComputer) -> Result<os::Settings, Fault> {
    let usual = os::Settings::default();
    let service = asked.service.unwrap_or(usual.service);
    let settings = os::Settings { service, least_uid: asked.least_uid.unwrap_or(usual.least_uid), ..usual };
    checked(settings.check().first()).map(|()| settings)
}

fn checked(fault: Option<&impl Display>) -> Result<(), Fault> {
    fault.map_or(Ok(()), |fault| Err(unusable(fault)))
}

fn unusable(fault: &impl Display) -> Fault {
    Fault::about(Code::ValueInvalid, &format!("{fault}."))
}

fn text(settings: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(settings).map_err(|_| Code::Internal.into())
}

fn stored<T: DeserializeOwned>(row: &Row) -> Result<T, Fault> {
    serde_json::from_str(&row.settings).map_err(|_| Code::Internal.into())
}

/// The settings of a workgroup host as callers see them.
pub(super) fn host(row: &Row) -> Result<Option<WorkgroupHost>, Fault> {
    if row.kind != Kind::Workgroup.as_str() {
        return Ok(None);
    }
    let HostSettings { host, address, account, .. } = stored(row)?;
    let address = address.map(|address| address.to_string());
    Ok(Some(WorkgroupHost { host, address, service_account: account }))
}

/// The settings of this computer's accounts as callers see them.
pub(super) fn computer(row: &Row) -> Result<Option<ThisComputer>, Fault> {
    if row.kind != Kind::Os.as_str() {
        return Ok(None);
    }
    let os::Settings { service, least_uid, .. } = stored(row)?;
    Ok(Some(ThisComputer { service: Some(service), least_uid: Some(least_uid) }))
}

/// What whoever sees such a directory is to be told.
pub(super) fn warning(row: &Row) -> Option<String> {
    (row.kind == Kind::Workgroup.as_str()).then(|| "domain-is-safer".to_owned())
}

/// Starts a directory. `password` is that of its account, where it has one.
pub(super) fn start(
    row: &Row,
    password: impl FnOnce() -> Result<Password, Fault>,
    needs: &Needs<'_>,
) -> Result<Arc<dyn Answers>, Fault> {
    match Kind::parse(&row.kind) {
        Some(Kind::Ldap) => ldap(&stored(row)?, password()?, needs),
        Some(Kind::Workgroup) => {
            let clock = Arc::clone(needs.clock);
            let started = Workgroup::start(&stored(row)?, password()?, clock, host_name(), questions());
            Ok(Arc::new(started.map_err(|fault| unusable(&fault))?))
        }
        Some(Kind::Os) => this_computer(&stored(row)?, needs),
        _ => Err(Code::Internal.into()),
    }
}

fn ldap(settings: &LdapSettings, password: Password, needs: &Needs<'_>) -> Result<Arc<dyn Answers>, Fault> {
    let (clock, chance) = (Arc::clone(needs.clock), needs.chance.clone());
    if settings.schema == Schema::ActiveDirectory {
        let started = ActiveDirectory::start(settings, password, clock, chance);
        return Ok(Arc::new(started.map_err(|fault| unusable(&fault))?));
    }
    let started = PlainLdap::start(settings, password, clock, chance);
    Ok(Arc::new(started.map_err(|fault| unusable(&fault))?))
}

/// Each question to a host is in the server's log.
fn questions() -> Queried {
    Arc::new(|Query { host, what, about }: &Query| {
        tracing::info!(%host, what, %about, "a workgroup host was asked");
    })
}

/// The name by which the computer is known to hosts.
fn host_name() -> String {
    let name = gethostname::gethostname().into_string().unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

#[cfg(target_os = "linux")]
fn this_computer(settings: &os::Settings, needs: &Needs<'_>) -> Result<Arc<dyn Answers>, Fault> {
    let beside = || std::env::current_exe().map(|program| program.with_file_name("pforte-pam"));
    let helper = needs.helper.clone().map_or_else(beside, Ok).map_err(|_| Code::Internal)?;
    let machine = os::Machine::here(&host_name(), &helper).map_err(|error| unusable(&error))?;
    let started = os::ThisComputer::start(settings, machine, Arc::clone(needs.clock));
    Ok(Arc::new(started.map_err(|fault| unusable(&fault))?))
}

/// The accounts of a computer without PAM are not read yet.
#[cfg(not(target_os = "linux"))]
fn this_computer(_settings: &os::Settings, _needs: &Needs<'_>) -> Result<Arc<dyn Answers>, Fault> {
    Err(Fault::value("os", "only on Linux"))
}
