//! Log-on from what is known, while the domain controller cannot be reached.

use crate::admin_kit::{DOMAIN, domain_body, get, log_on, refused, until};
use crate::ldap_relay::{Relay, port};
use crate::single_sign_on_kit::to_now;
use pforte_model::id::UserId;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_server::app::App;
use pforte_store::known::{self, Known};
use pforte_store::{Tx, users};
use pforte_test::ad::Ad;
use pforte_test::cable::Cable;
use pforte_test::http::Answer;
use pforte_test::server::{ENGINES, text};
use pforte_test::{Fixtures, Server};
use serde_json::{Value, json};
use std::net::SocketAddr;
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
        let cable = Cable::to(port(&ad, 636)).await;
        let directory = added(&server, &ad, cable.near, hours).await;
        let plant = Self { server, ad, cable, directory };
        plant.until_up(true).await;
        let (app, id) = (plant.server.running().app(), plant.directory.parse().unwrap());
        let down = LoginName::parse("ADTEST\\somebody").unwrap();
        until("the domain told its names", async || app.directories.owns(id, &down).then_some(())).await;
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

/// What the domain says of a log-on, once it is quick enough to say anything.
async fn heard(try_it: impl AsyncFn() -> Answer) -> Answer {
    until("the domain is heard", async || {
        let answer = try_it().await;
        (answer.status != 503).then_some(answer)
    })
    .await
}

/// Adds the fixtures' domain, which is reached there; gives the directory's identifier.
async fn added(server: &Server, ad: &Ad, near: SocketAddr, hours: u32) -> String {
    let mut body = domain_body(ad);
    body["ldap"]["servers"] = json!([format!("{}:{}={}", ad.facts.host, near.port(), near.ip())]);
    body["known_hours"] = json!(hours);
    text(&server.done("POST", "/directories", &body).await, "id")
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
        for name in [format!("x1\\{known}"), format!("{known}@elsewhere.example"), format!("{known}@x1")] {
            let answer = plant.log_on(&name, &password).await;
            assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"), "{name}: {answer:?}");
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
async fn who_is_known_logs_on_and_signs_nothing() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let known = plant.ad.new_user(&["staff"]).await;
    let password = plant.ad.facts.user_password.clone();
    for _ in 0..2 {
        assert_eq!(plant.log_on(&known, &password).await.status, 201);
    }
    plant.pull().await;
    plant.until_known(&known, &password).await;
    let request = json!({ "request": "0198a000-0000-7000-8000-000000000001", "opening": "0".repeat(64) });
    let body = json!({
        "requests": [request], "directory": DOMAIN, "user": known, "password": password, "acknowledge": true,
    });
    let refused = plant.server.call("POST", "/signatures").json(&body).await;
    assert_eq!((refused.status, refused.code()), (503, "directory-unreachable"), "{refused:?}");
    plant.put_in().await;
    let answer = heard(async || plant.server.call("POST", "/signatures").json(&body).await).await;
    assert_eq!(answer.code(), "not-found", "only the request is missing then");
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
    assert_eq!(heard(async || plant.log_on(&user, &password).await).await.code(), "account-disabled");
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
    let codes = async |names: &[String]| {
        let mut codes = Vec::new();
        for name in names.iter().cycle().take(8) {
            codes.push(plant.log_on(name, "not the password").await.code().to_owned());
        }
        codes
    };
    let forms = |name: &str| {
        [name.to_owned(), format!("ADTEST\\{name}"), format!("{name}@ad.test.lab"), name.to_uppercase()]
    };
    let known = codes(&forms(&user)).await;
    assert!(known.contains(&"tried-too-often".to_owned()), "{known:?}");
    let right = plant.log_on(&format!("ad.test.lab\\{user}"), &password).await;
    assert_eq!(right.code(), "tried-too-often", "another way to write the name is no other account");
    assert_eq!(known, codes(&["nobody-of-this-name".to_owned()]).await);
    assert_eq!(known, codes(&forms("nobody-of-that-name")).await);
}

#[tokio::test]
async fn nobody_is_let_in_by_what_is_known_because_one_answer_of_a_domain_that_is_up_was_lost() {
    let server = Server::start().await;
    let ad = Fixtures::load().ad;
    let relay = Relay::between(&ad, port(&ad, 636)).await;
    let directory = added(&server, &ad, relay.address, 12).await;
    let (user, password) = (ad.new_user(&[]).await, ad.facts.user_password.clone());
    let session = until("the domain is reached", async || {
        let answer = log_on(&server, &user, &password).await;
        (answer.status == 201).then(|| answer.text("token"))
    })
    .await;
    let app = server.running().app();
    let login = LoginName::parse(&user).unwrap();
    let id = known_user(app, &directory, &login).await.user;
    // While a session runs, a disabled person is noticed by it.
    assert_eq!(server.call("DELETE", "/sessions/current").bearer(&session).send().await.status, 204);
    let name = user.clone();
    ad.act(move |admin| admin.disable(&name)).await;
    // Whoever asks for a person gets no answer; everything else is answered.
    *relay.deaf_to.lock().unwrap() = Some(b"sAMAccountType");
    let answer = log_on(&server, &user, &password).await;
    assert_eq!((answer.status, answer.code()), (503, "directory-unreachable"), "{answer:?}");
    assert!(is_known(app, id).await);
    *relay.deaf_to.lock().unwrap() = None;
    assert_eq!(heard(async || log_on(&server, &user, &password).await).await.code(), "account-disabled");
    assert!(!is_known(app, id).await);
}

#[tokio::test]
async fn nobody_is_let_in_by_what_is_known_because_kerberos_of_a_domain_that_is_up_is_silent() {
    let mut server = Server::start().await;
    // Tickets tell the time of day.
    to_now(&mut server).await;
    let ad = Fixtures::load().ad;
    let mut kerberos = centre(&ad).await;
    let cable = Cable::between(SocketAddr::new(kerberos.near.ip(), 0), port(&ad, 636)).await;
    let directory = added(&server, &ad, cable.near, 12).await;
    let mut plant = Plant { server, ad, cable, directory };
    plant.until_up(true).await;
    let (user, password) = (plant.ad.new_user(&[]).await, plant.ad.facts.user_password.clone());
    // The second one may not send a password by LDAP and is asked about by Kerberos.
    let people = [user.as_str(), "protected1"];
    for name in people {
        assert_eq!(plant.log_on(name, &password).await.status, 201, "{name}");
    }
    plant.pull().await;
    for name in people {
        plant.until_known(name, &password).await;
    }
    kerberos.pull().await;
    plant.cable.put_in().await;
    for login in ["auto", "kerberos"] {
        // A change starts the connections anew, and forgets every ticket.
        let path = format!("/directories/{}", plant.directory);
        let mut body = domain_body(&plant.ad);
        let shown = get(&plant.server, &path).await;
        body["ldap"]["servers"] = shown["ldap"]["servers"].clone();
        let change = json!({
            "version": shown["version"], "service_password": body["service_password"],
            "ldap": merged(&body["ldap"], "service_login", login),
        });
        plant.server.done("PATCH", &path, &change).await;
        for _ in 0..10 {
            let answer = plant.log_on("protected1", &password).await;
            assert_eq!(answer.status, 503, "{login}: {answer:?}");
            if login == "kerberos" {
                assert_eq!(plant.log_on(&user, &password).await.status, 503);
            }
        }
    }
}

/// A cable to the domain's Kerberos, at an address that nobody else has.
async fn centre(ad: &Ad) -> Cable {
    for last in 1..=254 {
        let near = SocketAddr::from(([127, 88, 0, last], 88));
        if tokio::net::TcpListener::bind(near).await.is_ok() {
            return Cable::between(near, port(ad, 88)).await;
        }
    }
    unreachable!("every address is taken")
}

fn merged(body: &Value, field: &str, value: &str) -> Value {
    let mut body = body.clone();
    body[field] = json!(value);
    body
}

/// What the server knows of a user for the time when the directory is away.
async fn known_user(app: &App, directory: &str, login: &LoginName) -> Known {
    until("the person is known", async || {
        let mut conn = app.store.read().await.unwrap();
        let found = users::by_login(&mut conn, directory.parse().unwrap(), login).await.unwrap();
        known::by_user(&mut conn, found.first()?.id).await.unwrap()
    })
    .await
}

async fn is_known(app: &App, user: UserId) -> bool {
    known::by_user(&mut app.store.read().await.unwrap(), user).await.unwrap().is_some()
}

#[tokio::test]
async fn who_is_bound_to_computers_or_a_card_later_is_not_known_any_more() {
    let plant = Plant::start(ENGINES[0], 12).await;
    let password = plant.ad.facts.user_password.clone();
    let app = plant.server.running().app();
    // 262656: a card is required.
    for (attribute, value) in [("userWorkstations", "HMI-99"), ("userAccountControl", "262656")] {
        for typed in [password.as_str(), "not the password"] {
            let user = plant.ad.new_user(&[]).await;
            assert_eq!(plant.log_on(&user, &password).await.status, 201);
            let id = known_user(app, &plant.directory, &LoginName::parse(&user).unwrap()).await.user;
            let name = user.clone();
            plant.ad.act(move |admin| admin.set(&name, attribute, value)).await;
            assert!(plant.log_on(&user, typed).await.status >= 400, "{attribute}");
            assert!(!is_known(app, id).await, "{attribute}, {typed}");
        }
    }
    let user = plant.ad.new_user(&[]).await;
    assert_eq!(plant.log_on(&user, &password).await.status, 201);
    let id = known_user(app, &plant.directory, &LoginName::parse(&user).unwrap()).await.user;
    assert_eq!(plant.log_on(&user, "not the password").await.status, 401);
    assert!(is_known(app, id).await, "a guess makes nobody forgotten");
    let name = user.clone();
    plant.ad.act(move |admin| admin.must_change(&name)).await;
    assert_eq!(plant.log_on(&user, &password).await.code(), "password-must-change");
    assert!(!is_known(app, id).await);
}

#[tokio::test]
async fn a_new_password_is_known_also_where_a_controller_tells_the_time_of_the_old_one() {
    let mut plant = Plant::start(ENGINES[0], 12).await;
    let (user, old) = (plant.ad.new_user(&[]).await, plant.ad.facts.user_password.clone());
    assert_eq!(plant.log_on(&user, &old).await.status, 201);
    let (login, directory) = (LoginName::parse(&user).unwrap(), plant.directory.clone());
    let mut kept = known_user(plant.server.running().app(), &directory, &login).await;
    let (name, new) = (user.clone(), "An0ther-Passw0rd!");
    let set = plant.ad.act(move |admin| {
        admin.set_password(&name, new)?;
        admin.values(&name, "pwdLastSet")
    });
    let set: i64 = String::from_utf8(set.await.remove(0)).unwrap().parse().unwrap();
    // As if the first log-on had been told the same time as the next one will be.
    kept.told.password_set_at = Some(Micros((set - 116_444_736_000_000_000) / 10));
    let (before, put) = (kept.verifier.clone(), kept.clone());
    let app = plant.server.running().app();
    let written = app.store.write(async move |tx: &mut Tx| known::put(tx, &put).await);
    written.await.unwrap();
    assert_eq!(plant.log_on(&user, new).await.status, 201);
    until("the new password is learned", async || {
        (known_user(app, &directory, &login).await.verifier != before).then_some(())
    })
    .await;
    let learned = known_user(app, &directory, &login).await;
    assert_eq!(learned.told.password_set_at, kept.told.password_set_at, "it was told the same time");
    plant.pull().await;
    assert_eq!(plant.log_on(&user, new).await.status, 201);
    assert_eq!(plant.log_on(&user, &old).await.status, 503);
}

/// A role for a group of which the person is a member.
fn role_of_staff() -> Value {
    let principal = json!({ "kind": "group", "directory": DOMAIN, "name": "staff" });
    json!({ "role": "Administrator", "principal": principal, "areas": ["dairy"] })
}
