//! What a log-on costs a domain controller, counted at the controller.

use ldap3_proto::proto::LdapOp;
use pforte_directory::ldap::Sid;
use pforte_directory::{Directory, Verdict};

use crate::ldap_directory::{login, password};
use crate::ldap_stage::{Answer, Script, Stage, asks_users, done, entry, is_person, user};

/// Whether this is a search for anything but the root entry and the domain's users.
fn asks_groups(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.base.starts_with("<GUID="))
}

#[tokio::test]
async fn a_log_on_is_one_search_for_the_person_one_bind_and_one_read_of_all_groups() {
    let script = Script::new(|op| {
        if asks_users(op) {
            return Some(vec![Answer::Op(user()), done()]);
        }
        let group: Sid = "S-1-5-32-545".parse().unwrap();
        let told = entry("CN=mara,DC=stage,DC=test", &[("tokenGroups", group.as_bytes())]);
        asks_groups(op).then(|| vec![Answer::Op(told), done()])
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    for round in 1..=20 {
        let found = directory.find(&login("mara")).await.unwrap().unwrap();
        let typed = password("typed");
        let (verdict, groups) = tokio::join!(directory.verify(&found, &typed), directory.groups(&found));
        assert_eq!((verdict, groups.unwrap().groups.len()), (Ok(Verdict::Good), 1));
        let heard = [asks_users, is_person, asks_groups].map(|like| script.heard(like).len());
        assert_eq!(heard, [round; 3]);
    }
    // All binds of people went over the connection that is kept for them.
    let mut connections = script.heard(is_person);
    connections.dedup();
    assert_eq!(connections.len(), 1);
    directory.stop().await;
}
