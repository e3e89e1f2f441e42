//! Wrong passwords that come through Pforte never lock a user of the domain, from
//! however many stations; each one is one try there.

use crate::admin_kit::{DOMAIN, log_on, with_domain};
use futures_util::future::join_all;
use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::http::Answer;
use pforte_test::server::{Engine, text};
use serde_json::json;
use std::time::Duration;

/// The domain's own bound: 5 wrong passwords, forgotten after half an hour.
const DOMAIN_WINDOW: Duration = Duration::from_mins(30);

async fn stations(server: &Server, count: usize) -> Vec<String> {
    let mut stations = Vec::new();
    for number in 0..count {
        let body = json!({ "name": format!("Panel {number}"), "area": "dairy" });
        stations.push(text(&server.done("POST", "/stations", &body).await, "credential"));
    }
    stations
}

async fn at(server: &Server, station: &str, user: &str, password: &str) -> Answer {
    let asked = json!({ "directory": DOMAIN, "user": user, "password": password });
    server.call("POST", "/sessions").station(station).json(&asked).await
}

/// What the domain has counted, and whether it has locked the user.
async fn counted(ad: &Ad, user: &str) -> (String, bool) {
    let user = user.to_owned();
    ad.act(move |admin| {
        let count = admin.values(&user, "badPwdCount")?;
        let locked = admin.values(&user, "lockoutTime")?;
        let text = |values: Vec<Vec<u8>>| {
            values.into_iter().next().map(|value| String::from_utf8(value).unwrap()).unwrap_or_default()
        };
        let locked = text(locked);
        Ok((text(count), !matches!(locked.as_str(), "" | "0")))
    })
    .await
}

#[tokio::test]
async fn hammering_from_many_stations_at_once_locks_nobody() {
    let server = Server::start().await;
    let (ad, _) = with_domain(&server).await;
    let stations = stations(&server, 8).await;
    for (groups, most) in [(&["pso-locks"][..], "2"), (&[][..], "4")] {
        let user = ad.new_user(groups).await;
        let names = [user.clone(), format!("ADTEST\\{user}"), format!("{user}@ad.test.lab")];
        let tries = (0..48).map(|n| at(&server, &stations[n % 8], &names[n % 3], "wrong"));
        let answers = join_all(tries).await;
        assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 429)), "{answers:?}");
        assert_eq!(counted(&ad, &user).await, (most.to_owned(), false));
        // Whoever has the right password waits too, because it cannot be told without a try.
        let right = at(&server, &stations[0], &user, &ad.facts.user_password).await;
        assert_eq!((right.status, right.code()), (429, "tried-too-often"));
        let wait: u64 = right.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(Duration::from_secs(wait) <= DOMAIN_WINDOW + Duration::from_secs(2), "{wait}");
        assert!(Duration::from_secs(wait) > Duration::from_mins(29), "{wait}");
    }
}

#[tokio::test]
async fn one_place_cannot_keep_a_person_from_another_and_a_success_begins_anew() {
    let server = Server::start_with(Engine::Sqlite, "[throttle]\nfree = 20\n").await;
    let (ad, _) = with_domain(&server).await;
    let stations = stations(&server, 2).await;
    let user = ad.new_user(&[]).await;
    for round in 1..=2 {
        for number in 1..=3 {
            let wrong = at(&server, &stations[0], &user, "wrong").await;
            assert_eq!(wrong.code(), "credentials-refused");
            assert_eq!(counted(&ad, &user).await, (number.to_string(), false), "{round}");
        }
        assert_eq!(at(&server, &stations[0], &user, "wrong").await.status, 429);
        assert_eq!(counted(&ad, &user).await, ("3".to_owned(), false));
        let right = at(&server, &stations[1], &user, &ad.facts.user_password).await;
        assert_eq!(right.status, 201, "{right:?}");
        assert_eq!(counted(&ad, &user).await, ("0".to_owned(), false));
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_waits_like_one_that_somebody_has() {
    let server = Server::start_with(Engine::Sqlite, "[throttle]\nfree = 20\n").await;
    let (ad, _) = with_domain(&server).await;
    let stations = stations(&server, 6).await;
    let user = ad.new_user(&[]).await;
    let mut seen = Vec::new();
    for name in [user.as_str(), "nobody-of-this-name"] {
        let mut answers = Vec::new();
        for station in &stations {
            let answer = at(&server, station, name, "wrong").await;
            answers.push((answer.status, answer.headers.get("retry-after").cloned()));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].iter().filter(|(status, _)| *status == 429).count(), 2);
}

#[tokio::test]
async fn what_was_counted_stays_counted_after_a_restart_and_until_the_domain_forgets() {
    let mut server = Server::start_with(Engine::Sqlite, "[throttle]\nfree = 20\n").await;
    let (ad, _) = with_domain(&server).await;
    let user = ad.new_user(&[]).await;
    for _ in 0..3 {
        assert_eq!(log_on(&server, &user, "wrong").await.code(), "credentials-refused");
    }
    server.restart().await;
    assert_eq!(log_on(&server, &user, "wrong").await.status, 429);
    server.hands().advance(DOMAIN_WINDOW + Duration::from_secs(3));
    assert_eq!(log_on(&server, &user, &ad.facts.user_password).await.status, 201);
}
