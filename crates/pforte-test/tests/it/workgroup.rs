//! A real workgroup host: who is found, in which state, in which groups, and who is let in.
//!
//! The oracle is the host's own tools.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pforte_directory::workgroup::{Queried, Query, Settings, Workgroup};
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Presence, Verdict};
use pforte_model::account::AccountState;
use pforte_test::Fixtures;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use xtask::servers::file::WorkgroupHost;
use xtask::servers::workgroup::{self as fixture, BULK, MANY, PASSWORD, PEOPLE};

use crate::ldap_directory::{clock, login, password};

pub(crate) fn settings(host: &WorkgroupHost) -> Settings {
    let json = format!(
        r#"{{"host":"{}","address":"{}","account":"{}","limits":{{"connect_ms":10000,"request_ms":30000}}}}"#,
        host.host, host.address, host.service.user
    );
    serde_json::from_str(&json).unwrap()
}

/// The fixtures' host, connected to, and the questions it was asked.
struct Plant {
    host: WorkgroupHost,
    directory: Workgroup,
    asked: Arc<Mutex<Vec<Query>>>,
}

fn started(settings: &Settings, secret: &str) -> (Workgroup, Arc<Mutex<Vec<Query>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&asked);
    let queried: Queried = Arc::new(move |query| hears.lock().unwrap().push(query.clone()));
    let workstation = "PFORTE".to_owned();
    (Workgroup::start(settings, password(secret), clock(), workstation, queried).unwrap(), asked)
}

impl Plant {
    fn start() -> Self {
        let host = Fixtures::load().workgroup;
        let (directory, asked) = started(&settings(&host), &host.service.password);
        Self { host, directory, asked }
    }

    async fn found(&self, name: &str) -> Found {
        self.directory.find(&login(name)).await.unwrap().unwrap()
    }

    async fn verify(&self, name: &str, text: &str) -> Verdict {
        self.directory.verify(&self.found(name).await, &password(text)).await.unwrap()
    }

    async fn groups(&self, name: &str) -> BTreeSet<String> {
        let told = self.directory.groups(&self.found(name).await).await.unwrap();
        let all = self.directory.groups_named("", 500).await.unwrap().items;
        let called = |mark| all.iter().find(|group| group.mark == mark).map(|group| group.name.clone());
        told.groups.into_iter().filter_map(called).collect()
    }

    /// What one of the host's own tools says.
    fn tool(&self, arguments: &[&str]) -> String {
        fixture::run(&self.host, arguments, "").unwrap()
    }

    fn rpcclient(&self, command: &str) -> String {
        let user = format!("{}%{PASSWORD}", self.host.service.user);
        self.tool(&[
            "rpcclient",
            "-s",
            "/srv/dc1/etc/smb.conf",
            "-U",
            &user,
            &self.host.address,
            "-c",
            command,
        ])
    }
}

fn names(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_user_is_found_by_each_form_of_its_name_and_known_by_its_sid() {
    let plant = Plant::start();
    let found = plant.found("wuser1").await;
    assert_eq!((found.login.as_str(), found.label.as_str()), ("wuser1", "Ute Werk"));
    assert!(plant.rpcclient("lookupnames wuser1").contains(&found.identity));
    for name in ["WUSER1", "wg1\\wuser1", "wuser1@WG1"] {
        assert_eq!(plant.found(name).await.key, found.key, "{name}");
    }
    assert_eq!(plant.directory.user(&found.key).await.unwrap().unwrap(), found);
    for name in ["nobody-here", "OTHER\\wuser1", "wuser1@other", "Team A", "WG1\\", "*"] {
        assert_eq!(plant.directory.find(&login(name)).await.unwrap(), None, "{name}");
    }
    assert_eq!(plant.found("Jürgen.Müßig").await.label, "Müßig, Jürgen");
}

#[tokio::test]
async fn each_state_is_told_by_reading_and_by_the_log_on() {
    let plant = Plant::start();
    for person in PEOPLE {
        let read = match person.state {
            "disabled" => AccountState::Disabled,
            "locked" => AccountState::Locked,
            "expired" => AccountState::Expired,
            "must-change" => AccountState::MustChange,
            "password-expired" => AccountState::PasswordExpired,
            _ => AccountState::Good,
        };
        assert_eq!(plant.found(person.login).await.state, read, "{}", person.login);
        let verdict = match person.state {
            "hours" => Verdict::State(AccountState::OutsideHours),
            "workstation" => Verdict::State(AccountState::WrongWorkstation),
            _ if read == AccountState::Good => Verdict::Good,
            _ => Verdict::State(read),
        };
        assert_eq!(plant.verify(person.login, PASSWORD).await, verdict, "{}", person.login);
    }
    assert_eq!(plant.found("wworkstation").await.computers, ["OTHERPC"]);
}

#[tokio::test]
async fn one_wrong_password_is_one_try_at_the_host() {
    let plant = Plant::start();
    let name = fixture::new_user(&plant.host).unwrap();
    let bad_tries = || {
        let found = plant.rpcclient(&format!("queryuser {name}"));
        let line = found.lines().find(|line| line.contains("bad_password_count")).unwrap().to_owned();
        u32::from_str_radix(line.rsplit("0x").next().unwrap().trim(), 16).unwrap()
    };
    assert_eq!(plant.verify(&name, "wrong").await, Verdict::Wrong);
    assert_eq!(bad_tries(), 1);
    assert_eq!(plant.verify(&name, PASSWORD).await, Verdict::Good);
    assert_eq!(bad_tries(), 0);
    plant.directory.verify_unknown(&password("wrong")).await.unwrap();
    fixture::remove_user(&plant.host, &name).unwrap();
}

#[tokio::test]
async fn groups_are_told_at_any_depth_and_circles_end() {
    let plant = Plant::start();
    assert_eq!(plant.groups("wuser1").await, names(&["Team A", "Local Ops"]));
    assert_eq!(plant.groups("wuser2").await, names(&["Team A", "Team B", "Local Ops"]));
    assert_eq!(plant.groups("wnested").await, names(&["Line 1", "Plant", "Circle 1", "Circle 2"]));
    assert_eq!(plant.groups("wadmin").await, names(&["BUILTIN\\Administrators"]));
    assert_eq!(plant.groups("wdisabled").await, names(&[]));
    let many: BTreeSet<String> =
        (0..MANY).map(|number| format!("Many {number:03}")).chain(["Over many".to_owned()]).collect();
    assert_eq!(plant.groups("wmany").await, many);
}

#[tokio::test]
async fn a_group_with_many_members_is_told_of_each_and_all_users_are_listed() {
    let plant = Plant::start();
    let last = format!("wbulk{:03}", BULK - 1);
    assert_eq!(plant.groups(&last).await, names(&["Everybody here"]));
    let page = plant.directory.users("wbulk", 500).await.unwrap();
    assert_eq!((page.items.len(), page.more), (500, true));
    let page = plant.directory.users("Ute", 500).await.unwrap();
    assert_eq!(page.items.iter().map(|user| user.login.as_str()).collect::<Vec<_>>(), ["wuser1"]);
    let all = plant.directory.users("wbulk59", 500).await.unwrap();
    assert_eq!(all.items.len(), 10);
}

#[tokio::test]
async fn the_way_to_a_group_is_shown() {
    let plant = Plant::start();
    let nested = plant.found("wnested").await;
    let group = plant.directory.groups_called("plant").await.unwrap().remove(0);
    let way = plant.directory.path(&nested.key, &group.key).await.unwrap();
    assert_eq!(way.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Line 1", "Plant"]);
    let other = plant.found("wuser1").await;
    assert_eq!(plant.directory.path(&other.key, &group.key).await.unwrap(), []);
}

#[tokio::test]
async fn a_change_at_the_host_is_seen_and_a_removed_user_is_gone() {
    let plant = Plant::start();
    let name = fixture::new_user(&plant.host).unwrap();
    let key = plant.found(&name).await.key;
    let state = async || plant.directory.check(std::slice::from_ref(&key)).await[0].1.clone().unwrap();
    assert_eq!(state().await, Presence::Here(AccountState::Good));
    fixture::set_flags(&plant.host, &name, "[D]").unwrap();
    assert_eq!(state().await, Presence::Here(AccountState::Disabled));
    fixture::set_flags(&plant.host, &name, "[]").unwrap();
    assert_eq!(state().await, Presence::Here(AccountState::Good));
    fixture::remove_user(&plant.host, &name).unwrap();
    assert_eq!(state().await, Presence::Gone);
    assert_eq!(plant.directory.groups_of(std::slice::from_ref(&key)).await, [(key, Ok(None))]);
}

#[tokio::test]
async fn every_question_to_the_host_is_heard_of() {
    let plant = Plant::start();
    let found = plant.found("wuser1").await;
    plant.directory.groups(&found).await.unwrap();
    plant.directory.users("w", 5).await.unwrap();
    let asked = plant.asked.lock().unwrap().clone();
    let asked: Vec<_> =
        asked.iter().map(|query| (query.what, query.about.as_str(), query.by_itself)).collect();
    let all = [
        ("user", "wuser1", false),
        ("databases", "", true),
        ("groups-of", found.identity.as_str(), false),
        ("users", "w", false),
    ];
    assert_eq!(asked, all);
}

#[tokio::test]
async fn a_refused_service_account_is_told_and_not_tried_again() {
    let host = Fixtures::load().workgroup;
    let name = fixture::new_user(&host).unwrap();
    let wrong = Settings { account: name.clone(), ..settings(&host) };
    let (directory, _) = started(&wrong, "wrong");
    for _ in 0..4 {
        let refused = directory.find(&login("wuser1")).await.unwrap_err();
        assert!(
            matches!(&refused, DirectoryError::ServiceAccount(fault) if fault.kind == FaultKind::AccountRefused)
        );
    }
    assert_eq!(directory.account_fault().unwrap().kind, FaultKind::AccountRefused);
    let plant = Plant::start();
    let tries = plant.rpcclient(&format!("queryuser {name}"));
    assert!(
        tries.lines().any(|line| line.contains("bad_password_count") && line.ends_with("0x00000001")),
        "{tries}"
    );
    fixture::remove_user(&host, &name).unwrap();
}

#[tokio::test]
async fn a_host_that_is_away_makes_nobody_wait() {
    let host = Fixtures::load().workgroup;
    // Nobody listens there; a closed port answers at once, so its silence is played.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(&host);
    settings.address = Some("127.0.0.1".parse().unwrap());
    settings.port = silent.local_addr().unwrap().port();
    settings.limits.connect_ms = 200;
    let (directory, _) = started(&settings, "any");
    let until = Instant::now() + Duration::from_secs(5);
    while directory.health()[0].up {
        assert!(Instant::now() < until, "the silence is not noticed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begun = Instant::now();
    let away = directory.find(&login("wuser1")).await.unwrap_err();
    assert!(matches!(away, DirectoryError::Unreachable(_)), "{away:?}");
    assert!(begun.elapsed() < Duration::from_millis(50));
    directory.stop().await;
}

#[tokio::test]
async fn a_session_that_was_lost_is_made_anew() {
    let plant = Plant::start();
    let account = fixture::new_user(&plant.host).unwrap();
    let own = Settings { account: account.clone(), ..settings(&plant.host) };
    let (directory, _) = started(&own, PASSWORD);
    let before = directory.find(&login("wuser1")).await.unwrap();
    // The host's process for this session ends as it does when the host is restarted.
    let sessions = format!("smbstatus -s /srv/dc1/etc/smb.conf -p | awk '/{account}/ {{print $1}}'");
    let sessions = plant.tool(&["sh", "-c", &sessions]);
    assert_eq!(sessions.split_whitespace().count(), 1, "{sessions}");
    plant.tool(&["kill", "-9", sessions.trim()]);
    assert_eq!(directory.find(&login("wuser1")).await.unwrap(), before);
    fixture::remove_user(&plant.host, &account).unwrap();
}

#[tokio::test]
async fn a_question_that_is_given_up_spoils_no_later_one() {
    let plant = Plant::start();
    let before = plant.found("wuser1").await;
    tokio::select! {
        biased;
        _ = plant.directory.users("w", 5) => panic!("no host answers so fast"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(plant.found("wuser1").await, before);
}

/// Alters one of a host's messages, by its number.
type Alters = fn(usize, &mut Vec<u8>);

/// Stands between us and the host and lets `alter` have each of the host's messages with its number.
async fn between(host: &WorkgroupHost, alter: Alters) -> (Settings, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(host);
    let address = format!("{}:445", host.address);
    settings.address = Some("127.0.0.1".parse().unwrap());
    settings.port = listener.local_addr().unwrap().port();
    let mut between = JoinSet::new();
    between.spawn(async move {
        let mut ways = JoinSet::new();
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&address).await.unwrap();
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
                (client.into_split(), server.into_split());
            ways.spawn(async move { drop(tokio::io::copy(&mut from_client, &mut to_server).await) });
            ways.spawn(async move {
                for number in 0.. {
                    let Ok(length) = from_server.read_u32().await else { return };
                    let mut message = vec![0; length.try_into().unwrap()];
                    from_server.read_exact(&mut message).await.unwrap();
                    alter(number, &mut message);
                    let framed =
                        [&u32::try_from(message.len()).unwrap().to_be_bytes()[..], &message].concat();
                    if to_client.write_all(&framed).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (settings, between)
}

/// Turns a bit of one message.
fn turn(message: &mut [u8], at: usize, is_it: bool) {
    if is_it {
        message[at] ^= 1;
    }
}

/// Puts another status into an answer of the host.
fn answer(message: &mut [u8], status: u32) {
    message[8..12].copy_from_slice(&status.to_le_bytes());
}

#[tokio::test]
async fn a_host_that_has_no_room_for_the_service_account_is_asked_again() {
    static FULL: AtomicBool = AtomicBool::new(true);
    let host = Fixtures::load().workgroup;
    // The last word of the log-on: too many are there already.
    let (settings, _between) = between(&host, |number, message| {
        if number == 2 && FULL.swap(false, Ordering::Relaxed) {
            answer(message, 0xc000_00d0);
        }
    })
    .await;
    let (directory, _) = started(&settings, &host.service.password);
    let full = directory.find(&login("wuser1")).await.unwrap_err();
    assert!(matches!(full, DirectoryError::Refused(_)), "{full:?}");
    assert_eq!(directory.account_fault(), None);
    assert!(directory.find(&login("wuser1")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_host_that_knows_the_session_no_more_is_asked_in_a_new_one() {
    static GONE: AtomicBool = AtomicBool::new(false);
    let host = Fixtures::load().workgroup;
    let (settings, _between) = between(&host, |number, message| {
        if number > 2 && GONE.swap(false, Ordering::Relaxed) {
            // In clear, as one says it who has no key.
            *message = [&b"\xfeSMB"[..], &[64, 0, 0, 0], &[0; 65]].concat();
            answer(message, 0xc000_0203);
        }
    })
    .await;
    let (directory, asked) = started(&settings, &host.service.password);
    for gone in [false, true] {
        GONE.store(gone, Ordering::Relaxed);
        assert!(directory.find(&login("wuser1")).await.unwrap().is_some());
    }
    let sessions = asked.lock().unwrap().iter().filter(|query| query.what == "databases").count();
    assert_eq!((sessions, GONE.load(Ordering::Relaxed)), (2, false));
}

#[tokio::test]
async fn a_host_that_lets_in_without_knowing_the_password_is_not_believed() {
    let host = Fixtures::load().workgroup;
    // The host's refusal is turned into a welcome: status 0, no guest, said to be signed.
    let (settings, _between) = between(&host, |number, message| {
        if number == 2 && message[8..12] == [0x6d, 0, 0, 0xc0] {
            answer(message, 0);
            message[16] |= 8;
            message[66..68].fill(0);
        }
    })
    .await;
    let found = Plant::start().found("wuser2").await;
    let (directory, _) = started(&settings, &host.service.password);
    let told = directory.verify(&found, &password("not the password")).await.unwrap_err();
    assert_eq!(told.fault().unwrap().kind, FaultKind::SmbUnproven, "{told:?}");
}

#[tokio::test]
async fn nothing_that_was_altered_on_the_way_is_accepted() {
    let host = Fixtures::load().workgroup;
    let found = Plant::start().found("wuser1").await;
    // What is read of the negotiation is checked; what nobody reads, here the host's number, makes other keys.
    let altered: [(Alters, FaultKind); 4] = [
        (|number, message| turn(message, 68, number == 0), FaultKind::SmbTooOld),
        (|number, message| turn(message, 75, number == 0), FaultKind::SmbUnproven),
        (|number, message| turn(message, 63, number == 2), FaultKind::SmbUnproven),
        (
            |number, message| {
                // The cipher: a context of its kind with one choice.
                let context = [2, 0, 4, 0, 0, 0, 0, 0, 1, 0];
                let at = message.windows(context.len()).position(|part| part == context);
                if let Some(at) = at.filter(|_| number == 0) {
                    message[at + context.len()] = 1;
                }
            },
            FaultKind::SmbNotEncrypted,
        ),
    ];
    for (alter, kind) in altered {
        let (settings, _between) = between(&host, alter).await;
        let (directory, _) = started(&settings, &host.service.password);
        let told = directory.verify(&found, &password(PASSWORD)).await.unwrap_err();
        assert_eq!(told.fault().unwrap().kind, kind, "{told:?}");
        directory.find(&login("wuser1")).await.unwrap_err();
    }
    // What is sealed: one bit anywhere ends the connection.
    let (settings, _between) = between(&host, |number, message| {
        if number == 5 {
            let middle = message.len() / 2;
            message[middle] ^= 1;
        }
    })
    .await;
    let (directory, _) = started(&settings, &host.service.password);
    let told = directory.find(&login("wuser1")).await.unwrap_err();
    assert_eq!(told.fault().unwrap().kind, FaultKind::SmbGarbage, "{told:?}");
}
