//! Log-on from what is known, while the domain controller cannot be reached.

use crate::admin_kit::{DOMAIN, domain_body, get, log_on, refused, until};
use pforte_test::ad::Ad;
use pforte_test::cable::Cable;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, text};
use pforte_test::{Fixtures, Server};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A server whose domain hangs on a cable.
struct Plant {
    server: Server,
    ad: Ad,
    cable: Cable,
    directory: String,
}

impl Plant {
    async fn start(engine: pforte_test::server::Engine, hours: u32) -> Self {
        let server = Server::start_on(engine).await;
        let ad = Fixtures::load().ad;
        let cable = Cable::to(format!("{}:636", ad.facts.address).parse().unwrap()).await;
        let mut body = domain_body(&ad);
        let near = cable.near;
        body["ldap"]["servers"] = json!([format!("{}:{}={}", ad.facts.host, near.port(), near.ip())]);
        body["known_hours"] = json!(hours);
        let added = server.done("POST", "/directories", &body).await;
        let plant = Self { server, ad, cable, directory: text(&added, "id") };
        plant.until_up(true).await;
        plant
    }

    /// Waits until the server knows whether the domain answers.
    async fn until_up(&self, up: bool) {
        let path = format!("/directories/{}/search?kind=user&text=alice", self.directory);
        until("the domain is up or down", async || {
            let answer = self.server.admin("GET", &path).send().await;
            ((answer.status == 200) == up).then_some(())
        })
        .await;
    }

    async fn pull(&mut self) {
        self.cable.pull().await;
        self.until_up(false).await;
    }

    async fn put_in(&mut self) {
        self.cable.put_in().await;
        self.until_up(true).await;
    }

    async fn log_on(&self, user: &str, password: &str) -> Answer {
        log_on(&self.server, user, password).await
    }

    /// Logs on until what the log-on before taught is known, which is shortly after it.
    async fn until_known(&self, user: &str, password: &str) -> Answer {
        until("the person is known", async || {
            let answer = self.log_on(user, password).await;
            (answer.status == 201).then_some(answer)
        })
        .await
    }
}

#[tokio::test]
async fn who_logged_on_lately_logs_on_while_the_domain_is_away_and_nobody_else() {
    for engine in ENGINES {
        let mut plant = Plant::start(engine, 12).await;
        let (known, stranger) = (plant.ad.new_user(&["staff"]).await, plant.ad.new_user(&[]).await);
        let password = plant.ad.facts.user_password.clone();
        plant.server.done("POST", "/assignments", &role_of_staff()).await;
        assert_eq!(plant.log_on(&known, &password).await.at("/session/roles/0/name"), "Administrator");
        // The second one is answered after what the first one taught was put down.
        assert_eq!(plant.log_on(&known, &password).await.status, 201);
        plant.pull().await;
        let answer = plant.until_known(&known, &password).await;
        assert_eq!(answer.at("/session/roles/0/name"), "Administrator", "the groups are known too");
        for name in [known.to_uppercase(), format!("ADTEST\\{known}"), format!("{known}@ad.test.lab")] {
            assert_eq!(plant.log_on(&name, &password).await.status, 201, "{name}");
        }
        let event = plant.server.events_of("logged-on").await.pop().unwrap();
        assert!(text(&event, "reason").starts_with("no server of the directory answers"), "{event}");
        for (user, typed) in [(&known, "not the password"), (&stranger, password.as_str())] {
            let answer = plant.log_on(user, typed).await;
            assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"), "{user}: {answer:?}");
        }
        let (wrong, not_known) =
            (plant.log_on(&known, "not the password").await, plant.log_on("nobody", "x").await);
        assert_eq!(wrong.text("detail"), not_known.text("detail"), "nobody learns who is known");
    }
}

#[tokio::test]
async fn without_leave_nobody_is_known_and_the_refusal_comes_at_once() {
    let mut plant = Plant::start(ENGINES[0], 0).await;
    let password = plant.ad.facts.user_password.clone();
    assert_eq!(plant.log_on("alice", &password).await.status, 201);
    plant.pull().await;
    for _ in 0..20 {
        let begun = Instant::now();
        let answer = plant.log_on("alice", &password).await;
        assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"));
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
    let id = &plant.directory;
    let version = get(&plant.server, &format!("/directories/{id}")).await["version"].clone();
    let body = json!({ "version": version, "known_hours": 721 });
    let (status, code) = refused(&plant.server, "PATCH", &format!("/directories/{id}"), &body).await;
    assert_eq!((status, code.as_str()), (400, "value-invalid"));
}

#[tokio::test]
async fn a_disabled_person_is_not_let_in_while_the_domain_answers_and_not_known_afterwards() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let user = plant.ad.new_user(&[]).await;
    let password = plant.ad.facts.user_password.clone();
    assert_eq!(plant.log_on(&user, &password).await.status, 201);
    plant.pull().await;
    plant.until_known(&user, &password).await;
    plant.put_in().await;
    let name = user.clone();
    plant.ad.act(move |admin| admin.disable(&name)).await;
    assert_eq!(plant.log_on(&user, &password).await.code(), "account-disabled");
    plant.pull().await;
    let answer = plant.log_on(&user, &password).await;
    assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"));
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_known_one() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let user = plant.ad.new_user(&[]).await;
    let old = plant.ad.facts.user_password.clone();
    assert_eq!(plant.log_on(&user, &old).await.status, 201);
    let (name, new) = (user.clone(), "An0ther-Passw0rd!");
    plant.ad.act(move |admin| admin.set_password(&name, new)).await;
    assert_eq!(plant.log_on(&user, new).await.status, 201);
    plant.pull().await;
    plant.until_known(&user, new).await;
    assert_eq!(plant.log_on(&user, &old).await.status, 503);
}

#[tokio::test]
async fn who_may_log_on_at_some_computers_alone_is_known_to_the_directory_alone() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let (bound, free) = (plant.ad.new_user(&[]).await, plant.ad.new_user(&[]).await);
    let login = bound.clone();
    plant.ad.act(move |admin| admin.set(&login, "userWorkstations", "HMI-07")).await;
    let made = json!({ "name": "HMI-07", "area": "dairy" });
    let own = text(&plant.server.done("POST", "/stations", &made).await, "credential");
    let password = plant.ad.facts.user_password.clone();
    let at_own = async |user: &str| {
        let asked = json!({ "directory": DOMAIN, "user": user, "password": password });
        plant.server.call("POST", "/sessions").station(&own).json(&asked).await
    };
    assert_eq!(at_own(&bound).await.status, 201);
    assert_eq!(at_own(&bound).await.status, 201);
    plant.log_on(&free, &password).await;
    plant.pull().await;
    // What came later is known already.
    plant.until_known(&free, &password).await;
    let answer = plant.log_on(&bound, &password).await;
    assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"));
}

#[tokio::test]
async fn who_is_known_is_slowed_down_like_who_is_not() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let user = plant.ad.new_user(&[]).await;
    let password = plant.ad.facts.user_password.clone();
    assert_eq!(plant.log_on(&user, &password).await.status, 201);
    plant.pull().await;
    plant.until_known(&user, &password).await;
    let codes = async |name: &str| {
        let mut codes = Vec::new();
        for _ in 0..8 {
            codes.push(plant.log_on(name, "not the password").await.code().to_owned());
        }
        codes
    };
    let known = codes(&user).await;
    assert!(known.contains(&"tried-too-often".to_owned()), "{known:?}");
    assert_eq!(known, codes("nobody-of-this-name").await);
}

/// A role for a group of which the person is a member.
fn role_of_staff() -> Value {
    let principal = json!({ "kind": "group", "directory": DOMAIN, "name": "staff" });
    json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] })
}
