//! This computer's accounts, with real users and the real PAM. The tests make their own
//! users, groups and rules, and remove them; only root may do that.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pforte_directory::os::{Machine, Settings, ThisComputer};
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Presence, Verdict};
use pforte_model::account::AccountState;
use xtask::place::unused_name;

use crate::ldap_directory::{clock, login, password};

pub(crate) const PASSWORD: &str = "Unix-Passw0rd!";
/// The rules that the package installs.
pub(crate) const RULES: &str = include_str!("../../../../packaging/pam.d/pforte");

/// A system tool, one at a time: they lock the files of accounts and do not wait long.
fn tool(arguments: &[&str], input: &str) {
    use std::io::Write;
    let mut command = Command::new("flock");
    command.arg("/run/pforte-test-users.lock").args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A user of the test's own.
pub(crate) struct User(String);

impl User {
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    pub(crate) fn new() -> Self {
        Self::named(&unused_name("t").replace('_', "-"), &[])
    }

    fn named(name: &str, more: &[&str]) -> Self {
        let made = [&["useradd", "-M", "-c", "Otto Osuser,room 7"][..], more, &["--", name]].concat();
        tool(&made, "");
        let user = Self(name.to_owned());
        tool(&["chpasswd"], &format!("{name}:{PASSWORD}\n"));
        user
    }

    fn change(&self, arguments: &[&str]) {
        tool(&[arguments, &["--", &self.0]].concat(), "");
    }
}

impl Drop for User {
    fn drop(&mut self) {
        tool(&["userdel", "--", &self.0], "");
    }
}

struct Group(String);

impl Group {
    fn new() -> Self {
        let name = unused_name("g").replace('_', "-");
        tool(&["groupadd", "--", &name], "");
        Self(name)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        tool(&["groupdel", "--", &self.0], "");
    }
}

/// Rules of the test's own in `/etc/pam.d`.
pub(crate) struct Rules(String);

impl Rules {
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    pub(crate) fn new(text: &str) -> Self {
        let name = unused_name("pforte-t").replace('_', "-");
        fs::write(Path::new("/etc/pam.d").join(&name), text).unwrap();
        Self(name)
    }
}

impl Drop for Rules {
    fn drop(&mut self) {
        fs::remove_file(Path::new("/etc/pam.d").join(&self.0)).unwrap();
    }
}

struct Computer {
    directory: ThisComputer,
    _rules: Rules,
}

fn machine() -> Machine {
    let helper = PathBuf::from(env!("CARGO_BIN_EXE_pam-child"));
    Machine { id: [7; 16], name: "station7".to_owned(), helper, getent: "/usr/bin/getent".into() }
}

impl Computer {
    fn with(text: &str, verify_ms: u32) -> Self {
        let rules = Rules::new(text);
        let settings = Settings { service: rules.0.clone(), verify_ms, ..Settings::default() };
        Self { directory: ThisComputer::start(&settings, machine(), clock()).unwrap(), _rules: rules }
    }

    fn start() -> Self {
        Self::with(RULES, 20_000)
    }

    async fn found(&self, name: &str) -> Found {
        self.directory.find(&login(name)).await.unwrap().unwrap()
    }

    async fn verify(&self, name: &str, text: &str) -> Verdict {
        self.directory.verify(&self.found(name).await, &password(text)).await.unwrap()
    }
}

#[tokio::test]
async fn a_user_logs_on_with_its_password_and_no_other() {
    let (computer, user) = (Computer::start(), User::new());
    let found = computer.found(&user.0).await;
    assert_eq!((found.login.as_str(), found.label.as_str()), (user.0.as_str(), "Otto Osuser"));
    assert_eq!(computer.found(&format!("STATION7\\{}", user.0)).await.key, found.key);
    assert_eq!(computer.verify(&user.0, PASSWORD).await, Verdict::Good);
    assert_eq!(computer.verify(&user.0, "wrong").await, Verdict::Wrong);
    assert_eq!(computer.verify(&user.0, &format!("{PASSWORD}\n")).await, Verdict::Wrong);
    computer.directory.verify_unknown(&password(PASSWORD)).await.unwrap();
    for name in ["root", "nobody", "0", "-h", "nobody-here", "other\\root", "a:b"] {
        assert_eq!(computer.directory.find(&login(name)).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn each_state_is_told_by_reading_and_by_the_log_on() {
    let computer = Computer::start();
    let states: [(&[&str], AccountState, Verdict); 5] = [
        (&["usermod", "-c", "Good"], AccountState::Good, Verdict::Good),
        // The system puts the hash of a locked password out of order.
        (&["usermod", "-L"], AccountState::Disabled, Verdict::Wrong),
        (&["usermod", "-e", "2020-01-01"], AccountState::Expired, Verdict::State(AccountState::Expired)),
        (&["chage", "-d", "0"], AccountState::MustChange, Verdict::State(AccountState::MustChange)),
        (
            &["chage", "-d", "2020-01-01", "-M", "90"],
            AccountState::PasswordExpired,
            Verdict::State(AccountState::PasswordExpired),
        ),
    ];
    for (change, state, verdict) in states {
        let user = User::new();
        user.change(change);
        assert_eq!(computer.found(&user.0).await.state, state, "{change:?}");
        assert_eq!(computer.verify(&user.0, PASSWORD).await, verdict, "{change:?}");
    }
}

#[tokio::test]
async fn groups_are_the_primary_one_and_the_further_ones() {
    let (computer, user, group, other) = (Computer::start(), User::new(), Group::new(), Group::new());
    user.change(&["usermod", "-aG", &group.0]);
    let found = computer.found(&user.0).await;
    let told = computer.directory.groups(&found).await.unwrap();
    let mut names = BTreeSet::new();
    for name in [&user.0, &group.0, &other.0] {
        let called = computer.directory.groups_called(name).await.unwrap();
        assert_eq!(called.len(), 1, "{name}");
        let one = &called[0];
        let way = computer.directory.path(&found.key, &one.key).await.unwrap();
        assert_eq!(!way.is_empty(), told.groups.contains(&one.mark));
        if told.groups.contains(&one.mark) {
            names.insert(name.clone());
        }
    }
    assert_eq!(names, BTreeSet::from([user.0.clone(), group.0.clone()]));
    let listed = computer.directory.users(&user.0, 500).await.unwrap();
    assert_eq!(listed.items, [found]);
    assert_eq!(computer.directory.groups_named(&group.0, 5).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_number_given_to_another_name_is_another_person_and_a_removed_user_is_gone() {
    let computer = Computer::start();
    // A number that the system gives to nobody by itself.
    let number = (100_000 + std::process::id()).to_string();
    let named = || User::named(&unused_name("t").replace('_', "-"), &["-u", &number]);
    let first = named();
    let found = computer.found(&first.0).await;
    assert_eq!(found.identity, format!("{number}:{}", first.0));
    drop(first);
    let state = computer.directory.check(std::slice::from_ref(&found.key)).await;
    assert_eq!(state[0].1, Ok(Presence::Gone));
    let second = named();
    let other = computer.found(&second.0).await;
    assert_ne!(other.key, found.key);
    assert_eq!(computer.directory.user(&found.key).await.unwrap(), None);
    assert_eq!(computer.directory.groups_of(std::slice::from_ref(&found.key)).await[0].1, Ok(None));
    let state = computer.directory.check(&[other.key.clone(), found.key]).await;
    assert_eq!(
        state.into_iter().map(|(_, presence)| presence).collect::<Vec<_>>(),
        [Ok(Presence::Here(AccountState::Good)), Ok(Presence::Gone)]
    );
}

#[tokio::test]
async fn a_module_that_hangs_is_ended_with_all_that_it_started() {
    // The number of seconds is this test's own, so that its sleeper can be told from others.
    let seconds = format!("{}", 100_000 + std::process::id());
    let computer = Computer::with(&format!("auth required pam_exec.so quiet /bin/sleep {seconds}\n"), 500);
    let user = User::new();
    let found = computer.found(&user.0).await;
    let begun = Instant::now();
    let late = computer.directory.verify(&found, &password(PASSWORD)).await.unwrap_err();
    assert!(
        matches!(&late, DirectoryError::AnswerLost(fault) if fault.kind == FaultKind::OsProgramLate),
        "{late:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(3));
    let sleeps = || {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|process| fs::read_to_string(process.path().join("cmdline")).ok());
        lines.filter(|line| line.contains(&seconds) && line.contains("sleep")).count()
    };
    let until = Instant::now() + Duration::from_secs(5);
    while sleeps() > 0 {
        assert!(Instant::now() < until, "the module's program still runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn rules_that_forbid_and_rules_that_are_missing_let_nobody_in() {
    let user = User::new();
    let forbidding = Computer::with("auth required pam_unix.so\naccount requisite pam_deny.so\n", 10_000);
    let found = forbidding.found(&user.0).await;
    let told = forbidding.directory.verify(&found, &password(PASSWORD)).await.unwrap_err();
    assert_eq!(told.fault().unwrap().kind, FaultKind::OsDenied);
    let settings = Settings { service: "pforte-without-rules".to_owned(), ..Settings::default() };
    let missing = ThisComputer::start(&settings, machine(), clock()).unwrap();
    // Without rules of its own a service has the system's for everything else, which forbid or ask as for a log-on
    // to the system; what must not be is that a wrong password is good.
    let told = missing.verify(&found, &password("wrong")).await;
    assert!(!matches!(told, Ok(Verdict::Good)), "{told:?}");
    let gone = Machine { helper: "/nowhere/pforte-pam".into(), ..machine() };
    let gone = ThisComputer::start(&Settings::default(), gone, clock()).unwrap();
    let told = gone.verify(&found, &password(PASSWORD)).await.unwrap_err();
    assert_eq!(told.fault().unwrap().kind, FaultKind::OsProgramMissing);
}
