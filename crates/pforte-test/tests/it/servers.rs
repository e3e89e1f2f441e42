//! The fixtures themselves: the servers do what the other tests rely on.

use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::{Fixtures, Forest, pg_database};
use tokio_postgres::{Client, NoTls};
use xtask::servers::population::{GROUPS, LOCKS_THRESHOLD, USER_PASSWORD, USERS};

/// Runs statements on a connection of their own and gives the first column of the last one's rows.
async fn query(url: &str, statement: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let (client, connection): (Client, _) = tokio_postgres::connect(url, NoTls).await?;
    let asked = async move { client.simple_query(statement).await };
    let (answers, _) = tokio::join!(asked, connection);
    let rows = answers?.into_iter().filter_map(|answer| match answer {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(rows.collect())
}

#[tokio::test]
async fn the_domain_has_everybody_in_its_population() {
    let ad = Fixtures::load().ad;
    for user in USERS {
        ad.act(|admin| admin.dn(user.login)).await;
    }
    for group in GROUPS {
        ad.act(|admin| admin.dn(group.name)).await;
    }
}

#[tokio::test]
async fn a_change_by_the_administrator_holds_at_once() {
    let ad = Fixtures::load().ad;
    let login = ad.new_user(&["pso-locks"]).await;
    ad.act(move |admin| {
        let may_bind = |expected: bool| assert_eq!(admin.can_bind(&login, USER_PASSWORD), expected);
        may_bind(true);
        admin.disable(&login)?;
        may_bind(false);
        admin.enable(&login)?;
        admin.must_change(&login)?;
        may_bind(false);
        admin.need_not_change(&login)?;
        admin.expire(&login)?;
        may_bind(false);
        admin.never_expire(&login)?;
        for _ in 0..LOCKS_THRESHOLD {
            assert!(!admin.can_bind(&login, "wrong"));
        }
        may_bind(false);
        admin.unlock(&login)?;
        may_bind(true);
        admin.add_member("staff", &login)?;
        assert_eq!(admin.values(&login, "memberOf")?.len(), 2);
        admin.remove_member("staff", &login)?;
        assert_eq!(admin.values(&login, "memberOf")?.len(), 1);
        admin.set_password(&login, "An0ther-Passw0rd!")?;
        assert!(admin.can_bind(&login, "An0ther-Passw0rd!"));
        admin.remove(&login)?;
        assert!(admin.dn(&login).is_err());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own_that_goes_with_it() {
    let (one, other) = (pg_database().await, pg_database().await);
    query(one.url(), "CREATE TABLE mark (x INT)").await.unwrap();
    query(other.url(), "CREATE TABLE mark (x INT)").await.unwrap();
    let url = one.url().to_owned();
    drop(one);
    assert!(query(&url, "SELECT 1").await.is_err());
    assert_eq!(query(other.url(), "SELECT 1").await.unwrap(), ["1"]);
}

#[tokio::test]
async fn the_database_sorts_by_language_and_is_durable() {
    let database = pg_database().await;
    let sorted = query(database.url(), "SELECT x FROM (VALUES ('b'), ('B'), ('a')) v(x) ORDER BY x").await;
    assert_eq!(sorted.unwrap(), ["a", "b", "B"]);
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(query(database.url(), &format!("SHOW {setting}")).await.unwrap(), ["on"]);
    }
}

#[tokio::test]
async fn a_killed_database_server_starts_again_with_what_was_committed() {
    let mut server = OwnPostgres::start().await;
    let url = server.facts.url.clone();
    query(&url, "CREATE TABLE mark AS SELECT 7 AS x").await.unwrap();
    server.kill();
    assert!(query(&url, "SELECT x FROM mark").await.is_err());
    server.start_again();
    assert_eq!(query(&url, "SELECT x FROM mark").await.unwrap(), ["7"]);
    drop(PgDatabase::on(&server.facts).await);
}

#[tokio::test]
async fn a_network_that_another_checkout_has_now_is_left_alone() {
    let forest = Forest::shared().await;
    // What a start of long ago left, when the network of this name was its own.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("forest.network"), &forest.facts().namespace).unwrap();
    xtask::servers::samba::forest::stop_left(&folder.path().join("forest")).unwrap();
    assert!(forest.facts().is_whole());
}
