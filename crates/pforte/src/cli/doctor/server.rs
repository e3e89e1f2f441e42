//! The server and what it can reach.

use super::Check;
use crate::cli::failure::Failure;
use crate::cli::link::Link;
use pforte_client::{Client, every};
use pforte_wire::directory::{Directory, DirectoryTest};
use pforte_wire::problem::Code;

pub(super) async fn look(link: &Link, checks: &mut Vec<Check>) {
    let client = match link.client() {
        Ok(client) => client,
        Err(failure) => return checks.push(Check::failed("server", failure)),
    };
    checks.push(match client.well().await {
        Ok(true) => Check::good("server", "it answers and writes its log"),
        Ok(false) => Check::bad(
            "server",
            "it runs by the emergency rules: its event log cannot be written",
            "Free space on the disk of its data and check the database.",
        ),
        Err(error) => return checks.push(Check::failed("server", error.into())),
    });
    match client.current_session().await {
        Ok(session) => checks.push(Check::good("log-on", format!("you are {}", session.person.name))),
        Err(error) if error.is(Code::CredentialsMissing) || error.is(Code::TokenInvalid) => {
            let cure = "Log on as an administrator to have them tested: pforte login USER.";
            return checks.push(Check::open("directories", "nobody is logged on", cure));
        }
        Err(error) => return checks.push(Check::failed("log-on", error.into())),
    }
    match every(async |page| client.directories(&page).await).await {
        Ok(directories) => directory_checks(&client, directories, checks).await,
        Err(error) => checks.push(Check::failed("directories", error.into())),
    }
}

async fn directory_checks(client: &Client, directories: Vec<Directory>, checks: &mut Vec<Check>) {
    for directory in directories {
        let name = format!("directory {}", directory.name);
        if directory.ldap.is_none() {
            checks.push(Check::good(&name, "built in"));
            continue;
        }
        checks.push(match client.test_directory(&directory.id).await {
            Ok(test) => tested(&name, &test),
            Err(error) => Check::failed(&name, Failure::from(error)),
        });
    }
}

fn tested(name: &str, test: &DirectoryTest) -> Check {
    let bad: Vec<String> = test
        .steps
        .iter()
        .filter(|step| !step.good)
        .map(|step| {
            format!(
                "{} {}: {} {}",
                step.server,
                step.step,
                step.code.as_deref().unwrap_or("bad"),
                step.detail
            )
        })
        .collect();
    if test.good {
        Check::good(name, format!("{} steps are good", test.steps.len()))
    } else {
        Check::bad(name, bad.join("; "), "See each step: pforte directory test NAME.")
    }
}
