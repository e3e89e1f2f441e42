//! What a log-on costs a domain controller, counted at the controller.

use ldap3_proto::proto::LdapOp;
use pforte_directory::ldap::{ActiveDirectory, Sid};
use pforte_directory::{Directory, Verdict};

use crate::ldap_directory::{login, password};
use crate::ldap_stage::{Answer, Script, Stage, asks_users, done, entry, is_person, user};

/// Whether this is a search for anything but the root entry and the domain's users.
fn asks_groups(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.base.starts_with("<GUID="))
}

/// The user's own entry with what the controller works out.
fn whole() -> LdapOp {
    let LdapOp::SearchResultEntry(mut found) = user() else { unreachable!("an entry") };
    let group: Sid = "S-1-5-32-545".parse().unwrap();
    let told = entry("", &[("tokenGroups", group.as_bytes())]);
    let LdapOp::SearchResultEntry(told) = told else { unreachable!("an entry") };
    found.attributes.extend(told.attributes);
    LdapOp::SearchResultEntry(found)
}

fn script() -> Script {
    Script::new(|op| {
        if asks_users(op) {
            return Some(vec![Answer::Op(user()), done()]);
        }
        asks_groups(op).then(|| vec![Answer::Op(whole()), done()])
    })
}

/// One log-on of the user.
async fn log_on(directory: &ActiveDirectory) {
    let found = directory.find(&login("mara")).await.unwrap().unwrap();
    let typed = password("typed");
    let (verdict, groups) = tokio::join!(directory.verify(&found, &typed), directory.groups(&found));
    assert_eq!((verdict, groups.unwrap().groups.len()), (Ok(Verdict::Good), 1));
}

#[tokio::test]
async fn a_log_on_is_one_read_and_one_bind_and_the_first_one_of_a_name_a_search_more() {
    let script = script();
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    for round in 1..=20 {
        log_on(&directory).await;
        let heard = [asks_users, is_person, asks_groups].map(|like| script.heard(like).len());
        assert_eq!(heard, [1, round, round]);
    }
    // All binds of people went over the connection that is kept for them.
    let mut connections = script.heard(is_person);
    connections.dedup();
    assert_eq!(connections.len(), 1);
    directory.stop().await;
}
