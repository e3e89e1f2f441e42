//! People of other domains in the groups of this one.

use pforte_directory::ldap::Sid;
use pforte_directory::{Directory, Mark};
use pforte_test::Forest;
use pforte_test::ad::Ad;
use std::collections::BTreeSet;
use xtask::place::unused_name;
use xtask::servers::ldif::Ldif;
use xtask::servers::population::{Kind, group_dn};
use xtask::servers::samba::forest::Dc;

use crate::dcs_kit::{named, start_known};
use crate::ldap_directory::login;

fn mark(sid: &str) -> Mark {
    let sid: Sid = sid.parse().unwrap();
    Mark::from_bytes(sid.as_bytes())
}

/// A domain-local group with these members, each a name as a directory writes it. Gives its name.
async fn local_group(ad: &Ad, members: &[String]) -> String {
    let (name, members) = (unused_name("l"), members.to_vec());
    let ldif = Ldif::default().group(&name, Kind::Local, &members);
    ad.act(move |admin| admin.change(&ldif)).await;
    name
}

#[tokio::test]
async fn somebody_of_another_domain_is_in_the_local_groups_that_have_the_user_or_a_group_of_that_domain() {
    let forest = Forest::shared().await;
    let ad = forest.ad(Dc::Dc1);
    // Of domains of this test's own, so that no other test means the same people.
    let domain = format!("S-1-5-21-{}-7-7", std::process::id());
    let [user, group, stranger] = [1104, 1105, 1106].map(|number| format!("{domain}-{number}"));
    let by_user = local_group(&ad, &[format!("<SID={user}>")]).await;
    let by_group = local_group(&ad, &[format!("<SID={group}>")]).await;
    let around = local_group(&ad, &[group_dn(&by_group)]).await;
    let _other = local_group(&ad, &[format!("<SID={stranger}>")]).await;

    let directory = start_known(&forest, &named(&forest, &[Dc::Dc1])).await;
    let known = [mark(&user), mark(&group), mark(&format!("{domain}-513"))];
    let groups = directory.groups_of_foreigner(&known).await.unwrap();
    let mut named = BTreeSet::new();
    for name in [&by_user, &by_group, &around] {
        let found = directory.groups_called(name).await.unwrap();
        named.insert(found.first().unwrap().mark.clone());
    }
    assert_eq!(groups.into_iter().collect::<BTreeSet<_>>(), named);
    assert_eq!(directory.groups_of_foreigner(&[mark(&format!("{domain}-9"))]).await, Ok(Vec::new()));
    assert_eq!(directory.groups_of_foreigner(&[]).await, Ok(Vec::new()));
    // Nobody of this domain is meant.
    let alice = directory.find(&login("alice")).await.unwrap().unwrap();
    let own = directory.groups(&alice).await.unwrap().groups;
    assert_eq!(directory.groups_of_foreigner(&own).await, Ok(Vec::new()));
}
