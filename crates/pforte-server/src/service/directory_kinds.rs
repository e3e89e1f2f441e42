//! The kinds of directories beside the built-in one: how each is read from what callers
//! write, stored, shown and started.

use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directory_settings;
use crate::service::questions::Questions;
use pforte_directory::Directory as Answers;
#[cfg(target_os = "linux")]
use pforte_directory::DirectoryError;
use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{ActiveDirectory, Clock, PlainLdap, Schema, Settings as LdapSettings};
use pforte_directory::os;
use pforte_directory::secret::Password;
use pforte_directory::workgroup::{Queried, Query, Settings as HostSettings, Workgroup};
use pforte_store::directories::Directory as Row;
use pforte_wire::directory::{ChangeDirectory, NewDirectory, ThisComputer, WorkgroupHost};
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
    pub(super) helper: Option<&'a PathBuf>,
    /// Where questions to hosts are noted.
    pub(super) questions: &'a Arc<Questions>,
}

/// What callers want to add: its kind and what is stored of it.
pub(super) fn new(asked: &mut NewDirectory) -> Result<(Kind, String), Fault> {
    let one = || Fault::value("ldap, workgroup, os", "exactly one of them");
    match (asked.ldap.take(), asked.workgroup.take(), asked.os.take()) {
        (Some(ldap), None, None) => Ok((Kind::Ldap, text(&directory_settings::read(ldap, None)?)?)),
        (None, Some(host), None) => Ok((Kind::Workgroup, text(&host_settings(host, None)?)?)),
        (None, None, Some(computer)) => Ok((Kind::Os, text(&computer_settings(computer, None)?)?)),
        _ => Err(one()),
    }
}

/// Whether a directory of this kind is read with an account of Pforte's.
pub(super) fn has_account(kind: Kind) -> bool {
    matches!(kind, Kind::Ldap | Kind::Workgroup)
}

/// The settings of a host. What callers cannot say stays as it was `before`.
pub(super) fn host_settings(
    asked: WorkgroupHost,
    before: Option<&HostSettings>,
) -> Result<HostSettings, Fault> {
    let wrong = || Fault::value("workgroup.address", "an address");
    let address = asked.address.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let address = address.map(|text| text.parse().map_err(|_| wrong())).transpose()?;
    let usual = HostSettings::new(String::new(), String::new());
    let (host, account) = (asked.host, asked.service_account);
    let settings = HostSettings { host, address, account, ..before.cloned().unwrap_or(usual) };
    checked(&settings.check()).map(|()| settings)
}

/// The settings of this computer's accounts. What is left out stays as it was `before`.
pub(super) fn computer_settings(
    asked: ThisComputer,
    before: Option<&os::Settings>,
) -> Result<os::Settings, Fault> {
    let before = before.cloned().unwrap_or_default();
    let service = asked.service.unwrap_or(before.service);
    let least_uid = asked.least_uid.unwrap_or(before.least_uid);
    let settings = os::Settings { service, least_uid, ..before };
    checked(&settings.check()).map(|()| settings)
}

/// The settings after a change, and whether the stored password of the service account
/// goes nowhere new with them. `None`: nothing of them is to be changed.
pub(super) fn changed(before: &Row, asked: &mut ChangeDirectory) -> Result<Option<(String, bool)>, Fault> {
    let kind = Kind::parse(&before.kind);
    let other = |field: &str| Fault::value(field, "this directory is of another kind");
    match (asked.ldap.take(), asked.workgroup.take(), asked.os.take()) {
        (None, None, None) => Ok(None),
        (Some(ldap), None, None) if kind == Some(Kind::Ldap) => {
            let known = stored(before)?;
            let after = directory_settings::read(ldap, Some(&known))?;
            Ok(Some((text(&after)?, directory_settings::same_receivers(&known, &after))))
        }
        (None, Some(host), None) if kind == Some(Kind::Workgroup) => {
            let known = stored(before)?;
            let after = host_settings(host, Some(&known))?;
            Ok(Some((text(&after)?, same_host(&known, &after))))
        }
        (None, None, Some(computer)) if kind == Some(Kind::Os) => {
            Ok(Some((text(&computer_settings(computer, Some(&stored(before)?))?)?, true)))
        }
        (Some(_), None, None) => Err(other("ldap")),
        (None, Some(_), None) => Err(other("workgroup")),
        (None, None, Some(_)) => Err(other("os")),
        _ => Err(Fault::value("ldap, workgroup, os", "at most one of them")),
    }
}

/// Whether the stored password goes to the same host, for the same account.
pub(super) fn same_host(before: &HostSettings, after: &HostSettings) -> bool {
    before.host.eq_ignore_ascii_case(&after.host)
        && (before.port, before.address) == (after.port, after.address)
        && before.account == after.account
}

/// Everything that cannot be used is told at once.
fn checked(faults: &[impl Display]) -> Result<(), Fault> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(unusable(&faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

fn unusable(fault: &impl Display) -> Fault {
    Fault::about(Code::ValueInvalid, &format!("{fault}."))
}

fn text(settings: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(settings).map_err(|_| Code::Internal.into())
}

pub(super) fn stored<T: DeserializeOwned>(row: &Row) -> Result<T, Fault> {
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
            let queried = queried(row, needs);
            let started = Workgroup::start(&stored(row)?, password()?, clock, host_name(), queried);
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

/// Each question to a host is noted for the event log.
fn queried(row: &Row, needs: &Needs<'_>) -> Queried {
    let (questions, clock) = (Arc::clone(needs.questions), Arc::clone(needs.clock));
    let asked = (row.id, row.name.to_string());
    Arc::new(move |query: &Query| questions.heard(&asked, query, clock()))
}

/// The name by which the computer is known to hosts.
pub(super) fn host_name() -> String {
    let name = gethostname::gethostname().into_string().unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

#[cfg(target_os = "linux")]
fn this_computer(settings: &os::Settings, needs: &Needs<'_>) -> Result<Arc<dyn Answers>, Fault> {
    let machine = machine(needs.helper)?.map_err(|error| unusable(&error))?;
    let started = os::ThisComputer::start(settings, machine, Arc::clone(needs.clock));
    Ok(Arc::new(started.map_err(|fault| unusable(&fault))?))
}

/// This computer, and where its programs are.
#[cfg(target_os = "linux")]
pub(super) fn machine(helper: Option<&PathBuf>) -> Result<Result<os::Machine, DirectoryError>, Fault> {
    let beside = || std::env::current_exe().map(|program| program.with_file_name("pforte-pam"));
    let helper = helper.cloned().map_or_else(beside, Ok).map_err(|_| Code::Internal)?;
    Ok(os::Machine::here(&host_name(), &helper))
}

/// The accounts of a computer without PAM are not read yet.
#[cfg(not(target_os = "linux"))]
fn this_computer(_settings: &os::Settings, _needs: &Needs<'_>) -> Result<Arc<dyn Answers>, Fault> {
    Err(Fault::value("os", "only on Linux"))
}
