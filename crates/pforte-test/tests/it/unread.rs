//! Somebody whose session runs and of whom the directory cannot tell.

use ldap3_proto::proto::LdapOp;
use pforte_directory::{Directory, DirectoryError, FaultKind, Key};
use pforte_model::id::DirectoryId;
use pforte_test::Server;
use pforte_test::server::PASSWORD;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::admin_kit::{DOMAIN, event, log_on, until};
use crate::ldap_stage::{
    Answer, HOST, SECRET, Script, Stage, TOP, asks_root, asks_users, done, entry, root, user,
};

/// Whether this reads the entry of a user by its identity.
fn reads(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.base.starts_with("<GUID="))
}

/// What is read of a user, with the groups or without them.
fn read(groups: bool) -> Vec<Answer> {
    let users: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 33, 2, 0, 0];
    let told: &[(&str, &[u8])] = if groups { &[("tokenGroups", &users)] } else { &[] };
    vec![with(user(), told), done()]
}

/// An entry with more in it.
fn with(op: LdapOp, more: &[(&str, &[u8])]) -> Answer {
    let (LdapOp::SearchResultEntry(mut whole), LdapOp::SearchResultEntry(more)) = (op, entry("", more))
    else {
        unreachable!("entries")
    };
    whole.attributes.extend(more.attributes);
    Answer::Op(LdapOp::SearchResultEntry(whole))
}

#[tokio::test]
async fn one_user_whose_groups_cannot_be_read_keeps_no_other_from_being_read() {
    let keys: Vec<Key> = (0..12).map(|number| Key::from_bytes(&[number; 16])).collect();
    let script = Script::new(|op| match op {
        LdapOp::SearchRequest(search) if reads(op) => Some(read(!search.base.contains("03030303"))),
        _ => None,
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    for (key, told) in directory.groups_of(&keys).await {
        match told {
            Ok(told) => assert_eq!(told.unwrap().groups.len(), 1),
            Err(DirectoryError::Refused(fault)) => {
                assert_eq!((&key, fault.kind), (&keys[3], FaultKind::GroupsUnreadable));
            }
            Err(other) => unreachable!("{key:?}: {other:?}"),
        }
    }
    directory.stop().await;
}

/// A server where somebody is logged on whose entry, once told, is read like this.
struct Plant {
    server: Server,
    script: Script,
    later: Arc<AtomicBool>,
    directory: DirectoryId,
    session: String,
    _stage: Stage,
}

impl Plant {
    async fn start(read_later: Vec<Answer>) -> Self {
        let later = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&later);
        let script = Script::new(move |op| {
            if asks_users(op) {
                return Some(vec![Answer::Op(user()), done()]);
            }
            if asks_root(op) {
                let counted: &[(&str, &[u8])] =
                    &[("dsServiceName", b"CN=DC9"), ("highestCommittedUSN", b"7")];
                return Some(vec![with(root(TOP), counted), done()]);
            }
            reads(op).then(|| if flag.load(Ordering::Relaxed) { read_later.clone() } else { read(true) })
        });
        let stage = Stage::ldap(&script).await;
        let server = Server::start().await;
        let ldap = json!({
            "domain": "stage.test", "ca": stage.ca, "service_account": "svc@stage.test",
            "servers": [format!("{HOST}:{}={}", stage.address.port(), stage.address.ip())],
        });
        let body = json!({ "name": DOMAIN, "ldap": ldap, "service_password": SECRET });
        let added = server.done("POST", "/directories", &body).await;
        let directory = added["id"].as_str().unwrap().parse().unwrap();
        let session = until("somebody logs on", async || {
            let answer = log_on(&server, "mara", PASSWORD).await;
            (answer.status == 201).then(|| answer.text("token"))
        })
        .await;
        Self { server, script, later, directory, session, _stage: stage }
    }

    fn refresh(&self) {
        self.server.running().app().directories.refresh_soon(self.directory);
    }
}

#[tokio::test]
async fn who_cannot_be_read_for_a_while_keeps_the_rights_and_the_log_says_so() {
    let plant = Plant::start(read(false)).await;
    let server = &plant.server;
    plant.later.store(true, Ordering::Relaxed);
    until("the log says so", async || {
        server.hands().advance(Duration::from_secs(1));
        plant.refresh();
        (!server.events_of("sessions-not-refreshed").await.is_empty()).then_some(())
    })
    .await;
    let told = event(server, "sessions-not-refreshed").await;
    assert_eq!((&told["result"], &told["code"]), (&json!("failed"), &json!("directory-refused")), "{told}");
    assert_eq!(told["new"], json!({ "users": ["mara"], "count": 1 }));
    assert!(told["reason"].as_str().unwrap().starts_with("groups: "), "{told}");
    let current = server.call("GET", "/sessions/current").bearer(&plant.session).send().await;
    assert_eq!(current.status, 200);
}

#[tokio::test]
async fn a_directory_that_did_not_answer_is_asked_for_groups_again_soon() {
    let plant = Plant::start(vec![Answer::Close]).await;
    let asked = || plant.script.heard(reads).len();
    let before = asked();
    plant.later.store(true, Ordering::Relaxed);
    plant.refresh();
    until("the groups are asked for", async || (asked() > before).then_some(())).await;
    // In one round a read that is lost is sent again a few times.
    until("they are asked for in other rounds", async || (asked() > before + 10).then_some(())).await;
}
