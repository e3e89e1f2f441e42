//! People of other domains in the groups of this one.

use pforte_directory::ldap::Sid;
use pforte_directory::{Directory, Mark};
use pforte_test::ad::Ad;
use pforte_test::server::text;
use pforte_test::{Forest, Server};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xtask::place::unused_name;
use xtask::servers::ldif::Ldif;
use xtask::servers::population::{Kind, group_dn};
use xtask::servers::samba::forest::Dc;

use crate::admin_kit::{DOMAIN, NOWHERE, event, get, log_on, until, with_domain};
use crate::dcs_kit::{named, start_known};
use crate::ldap_directory::login;
use crate::single_sign_on_kit::to_now;

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

/// The security identifier of a user, as people write it.
async fn sid_of(ad: &Ad, user: &str) -> String {
    let user = user.to_owned();
    let values = ad.act(move |admin| admin.values(&user, "objectSid")).await;
    Sid::from_bytes(values.first().unwrap()).unwrap().to_string()
}

/// The forest's domain as a directory whose groups may have people of `members_of`.
fn trusting(forest: &Forest, server: &str, members_of: &[&str]) -> Value {
    let facts = &forest.facts().dc1;
    json!({
        "domain": facts.domain,
        "servers": [server],
        "ca": std::fs::read_to_string(&facts.ca_certificate).unwrap(),
        "service_account": format!("{}@{}", facts.service.user, facts.domain),
        "foreign_members_of": members_of,
    })
}

/// The roles that somebody gets by logging on, and what the log says beside it.
async fn logged_on(server: &Server, (ad, user): (&Ad, &str)) -> (Vec<String>, Value) {
    // A controller that is starved of its machine answers nobody for a while.
    let answer = until("the domain answers", async || {
        let answer = log_on(server, user, &ad.facts.user_password).await;
        assert!(matches!(answer.status, 201 | 503), "{answer:?}");
        (answer.status == 201).then_some(answer)
    })
    .await;
    let roles = answer.at("/session/roles").as_array().unwrap();
    let roles = roles.iter().map(|role| role["name"].as_str().unwrap().to_owned()).collect();
    (roles, event(server, "logged-on").await["reason"].clone())
}

/// Adds the forest's domain as `Trusting` and gives a role to a group of it. Gives the directory's path.
async fn added(server: &Server, (forest, there): (&Forest, &str), group: &str) -> String {
    let facts = &forest.facts().dc1;
    let body = json!({
        "name": "Trusting", "ldap": trusting(forest, there, &[]), "service_password": facts.service.password
    });
    let added = server.done("POST", "/directories", &body).await;
    let path = format!("/directories/{}", text(&added, "id"));
    until("the other domain answers", async || {
        let search = format!("{path}/search?kind=group&text={group}");
        (server.admin("GET", &search).send().await.status == 200).then_some(())
    })
    .await;
    let principal = json!({ "kind": "group", "directory": "Trusting", "name": group });
    let body = json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] });
    server.done("POST", "/assignments", &body).await;
    path
}

#[tokio::test]
async fn people_of_one_directory_get_the_roles_of_groups_of_another_only_where_an_administrator_says_so() {
    let forest = Forest::shared().await;
    let (facts, controller) = (&forest.facts().dc1, forest.ad(Dc::Dc1));
    let mut server = Server::start().await;
    // The forest's certificates are of the time of day.
    to_now(&mut server).await;
    let (ad, home) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    // The two fixtures are domains that know nothing of each other, as before a trust.
    let inner = local_group(&controller, &[format!("<SID={}>", sid_of(&ad, &user).await)]).await;
    let group = local_group(&controller, &[group_dn(&inner)]).await;

    let there = format!("{}={}", facts.host, facts.address);
    let path = added(&server, (&forest, &there), &group).await;
    assert_eq!(logged_on(&server, (&ad, &user)).await, (Vec::new(), Value::Null), "nobody said so");

    let change = async |there: &str, members_of: &[&str]| {
        let version = get(&server, &path).await["version"].clone();
        let body = json!({
            "version": version, "ldap": trusting(&forest, there, members_of),
            "service_password": facts.service.password,
        });
        server.admin("PATCH", &path).json(&body).await
    };
    let own = path.rsplit('/').next().unwrap().to_owned();
    for wrong in [own.as_str(), "00000000-0000-7000-8000-000000000000", "nonsense"] {
        assert!(change(&there, &[wrong]).await.status >= 400, "{wrong}");
    }
    assert_eq!(change(&there, &[&home]).await.status, 200);
    assert_eq!(get(&server, &path).await["ldap"]["foreign_members_of"], json!([home]));
    // At the first moment its connections are still made, and the log-on goes on without.
    until("the other domain is heard", async || {
        let (roles, reason) = logged_on(&server, (&ad, &user)).await;
        assert!(reason.is_null() || reason == "no groups of Trusting", "{reason}");
        (roles == ["Administrator"] && reason.is_null()).then_some(())
    })
    .await;

    // A session that runs follows the other domain as it does its own.
    let session = log_on(&server, &user, &ad.facts.user_password).await.text("token");
    let app = server.running().app();
    let allowed = async || {
        let body =
            json!({ "questions": [{ "right": "pforte/roles.manage", "area": "dairy" }], "explain": false });
        let answer = server.call("POST", "/decisions").bearer(&session).json(&body).await;
        answer.at("/answers/0/allowed").as_bool().unwrap()
    };
    let becomes = async |wanted: bool| {
        app.directories.refresh_soon(home.parse().unwrap());
        until("the session follows", async || (allowed().await == wanted).then_some(())).await;
    };
    becomes(true).await;
    let (one, other) = (inner.clone(), group.clone());
    controller.act(move |admin| admin.remove_member(&other, &one)).await;
    becomes(false).await;
    let (one, other) = (inner.clone(), group.clone());
    controller.act(move |admin| admin.add_member(&other, &one)).await;
    becomes(true).await;

    assert_eq!(change(&format!("{}={NOWHERE}", facts.host), &[&home]).await.status, 200);
    let told = logged_on(&server, (&ad, &user)).await;
    assert_eq!(told, (Vec::new(), json!("no groups of Trusting")), "who does not answer keeps nobody out");

    // What a session that runs has of it stays, while the rest follows.
    let own_group = {
        let user = user.clone();
        ad.act(move |admin| admin.new_group(&[&user])).await
    };
    let principal = json!({ "kind": "group", "directory": DOMAIN, "name": own_group });
    let body = json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] });
    let before = server.events_of("session-refreshed").await.len();
    server.done("POST", "/assignments", &body).await;
    // Others of the same person, which began while the other domain was silent, have the own group alone.
    until("the session has a group of each domain", async || {
        app.directories.refresh_soon(home.parse().unwrap());
        let events = server.events_of("session-refreshed").await;
        events[before..].iter().any(|event| event["new"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;
}
