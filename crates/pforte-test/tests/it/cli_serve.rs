//! `serve` over data that are not as they should be, the demo, and what follows a
//! running server.

use crate::cli_kit::{Plant, mode};
use pforte_test::server::{Engine, text};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

const SERVE: &str = "serve --data data --config pforte.toml --listen 127.0.0.1:0 --log error";

fn open_to(plant: &Plant, file: &str, mode: u32) {
    fs::set_permissions(plant.path(file), Permissions::from_mode(mode)).unwrap();
}

#[test]
fn keys_that_others_can_read_are_not_used() {
    let plant = Plant::bare();
    plant.init();
    for (file, open, good) in
        [("data/keys/pepper.key", 0o644, 0o600), ("data/keys", 0o755, 0o700), ("data", 0o755, 0o700)]
    {
        open_to(&plant, file, open);
        let told = plant.run(SERVE).refused("data-folder-unfit");
        assert!(told.err.contains(file), "{told:?}");
        let doctor = plant.run("doctor --data data --config pforte.toml").no();
        assert!(doctor.has_line(&["data folder", "BAD", file]), "{doctor:?}");
        open_to(&plant, file, good);
    }
}

#[test]
fn a_key_that_is_missing_or_damaged_is_named_and_never_made_anew() {
    let plant = Plant::bare();
    plant.init();
    let key = fs::read_to_string(plant.path("data/keys/checkpoint.key")).unwrap();
    fs::remove_file(plant.path("data/keys/checkpoint.key")).unwrap();
    let told = plant.run(SERVE).refused("data-folder-unfit");
    assert!(told.err.contains("checkpoint.key"), "{told:?}");
    assert!(!plant.path("data/keys/checkpoint.key").exists());
    plant.write("data/keys/checkpoint.key", key.get(..key.len() - 9).unwrap());
    let told = plant.run(SERVE).refused("key-unfit");
    assert!(told.err.contains("checkpoint.key"), "{told:?}");
}

#[tokio::test]
async fn the_file_with_the_address_of_the_database_is_for_its_owner() {
    let plant = Plant::bare_on(Engine::Postgres).await;
    let url = fs::read_to_string(plant.path("database-url")).unwrap();
    plant.secret(&url);
    open_to(&plant, "database-url", 0o604);
    let told = plant.run("init --data data --config pforte.toml").refused("configuration-unfit");
    assert!(told.err.contains("storage.url_file"), "{told:?}");
    // Containers hand over secrets that a group can read.
    open_to(&plant, "database-url", 0o640);
    plant.init();
    let doctor = plant.run("doctor --data data --config pforte.toml").no();
    assert!(doctor.has_line(&["configuration", "BAD", "storage.url_file"]), "{doctor:?}");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_told_without_its_password() {
    let plant = Plant::bare_on(Engine::Postgres).await;
    plant.init();
    let url = fs::read_to_string(plant.path("database-url")).unwrap();
    let (name, rest) = url.split_once("://").unwrap().1.split_once('@').unwrap();
    let wrong = "Zaunkoenig-Nest-12";
    plant.secret(wrong);
    plant.write("database-url", &format!("postgresql://{}:{wrong}@{rest}", name.split_once(':').unwrap().0));
    plant.run(SERVE).refused("database-refused");
    plant.run("events verify --data data --config pforte.toml").refused("database-refused");
    plant.write("database-url", &url.replace(rest.split_once('/').unwrap().0, "127.0.0.1:1"));
    plant.run(SERVE).refused("database-unavailable");
    plant.write("database-url", "nonsense");
    let told = plant.run(SERVE);
    assert_eq!((told.code, told.out.as_str()), (1, ""), "{told:?}");
}

#[test]
fn the_demo_makes_its_plant_once_and_keeps_the_passwords_for_its_owner() {
    let mut plant = Plant::bare();
    plant.serve_with("--data demo --demo");
    let kept = plant.path("demo/demo-users.json");
    assert_eq!(mode(&kept), 0o600);
    let users: Vec<Value> = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    assert!(users.len() >= 12, "{users:?}");
    for user in &users {
        plant.secret(&text(user, "password"));
    }
    plant.tells_no_secret("the server's log", &plant.log());
    let first = &users[0];
    plant.write("first", &text(first, "password"));
    let name = format!("{}\\{}", text(first, "directory"), text(first, "user"));
    let login = format!("login {name} --password-file first --login-file x --ca demo/ca.pem --server");
    plant.run(&format!("{login} {}", plant.address())).done();
    assert_eq!(plant.stop("TERM").code(), Some(0), "{}", plant.log());
    // A second start finds the same plant.
    let before = fs::read(&kept).unwrap();
    plant.serve_with("--data demo --demo");
    assert_eq!(fs::read(&kept).unwrap(), before);
    plant.run(&format!("{login} {}", plant.address())).done();
    plant.run("events verify --data demo --config pforte.toml").done();
}

#[test]
fn the_events_are_followed_one_object_on_each_line() {
    let plant = Plant::new();
    let mut events = plant.follow("events list --limit 1");
    let mut last = events.next()["sequence"].as_u64().unwrap();
    plant.user("jana");
    plant.admin("user disable jana").done();
    loop {
        let event = events.next();
        last += 1;
        assert_eq!(event["sequence"], json!(last), "each event once, in the order of the log");
        if event["record"]["type"] == "user-disabled" {
            return;
        }
    }
}

#[test]
fn who_is_in_charge_at_a_station_is_followed_one_object_on_each_line() {
    let plant = Plant::new();
    let made = plant.admin("station add panel --area dairy -o json").done().json();
    plant.write("panel", &text(&made, "credential"));
    plant.user("jana");
    let mut who = plant.follow("station who panel");
    assert!(who.next().get("session").is_none_or(Value::is_null), "nobody yet");
    plant.stranger("login jana --password-file password --station-file panel --login-file jana.login").done();
    assert_eq!(who.next()["session"]["user"]["name"], "jana");
    plant.as_user("jana", "logout").done();
    assert!(who.next().get("session").is_none_or(Value::is_null), "nobody any more");
}
