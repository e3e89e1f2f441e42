//! The event log by the command line: read, verified, and looked after.

use crate::cli_kit::Plant;
use crate::store_kit::sql_at;
use pforte_test::server::{ADMIN, ENGINES, Engine, text};
use serde_json::{Value, json};

/// Runs statements as somebody would who may do everything in the database.
async fn tamper(plant: &Plant, engine: Engine, sql: &str) {
    match engine {
        Engine::Sqlite => {
            let drop = "DROP TRIGGER log_entries_no_UPDATE; DROP TRIGGER log_entries_no_DELETE;";
            let database = rusqlite::Connection::open(plant.path("data/pforte.db")).unwrap();
            database.execute_batch(&format!("{drop}{sql}")).unwrap();
        }
        Engine::Postgres => {
            let url = std::fs::read_to_string(plant.path("database-url")).unwrap();
            sql_at(&url, &format!("ALTER TABLE log_entries DISABLE TRIGGER USER; {sql}")).await;
        }
    }
}

const VERIFY: &str = "events verify --data data --config pforte.toml";

#[tokio::test]
async fn a_genuine_log_ends_with_0_whether_the_server_runs_or_not() {
    for engine in ENGINES {
        let mut plant = Plant::on(engine).await;
        plant.user("jana");
        let told = plant.run(VERIFY).done();
        assert!(told.has_line(&["genuine: "]), "{told:?}");
        plant.stop("TERM");
        let report = plant.run(&format!("{VERIFY} -o json")).done().json();
        assert_eq!((&report["genuine"], &report["findings"]), (&json!(true), &json!([])));
        assert_eq!(report["entries"], report["size"]);
    }
}

#[tokio::test]
async fn one_byte_altered_ends_with_1_and_the_row_is_named_on_standard_output() {
    for engine in ENGINES {
        let mut plant = Plant::on(engine).await;
        plant.user("jana");
        plant.stop("TERM");
        let sql = "UPDATE log_entries SET record = replace(record, 'chief', 'chiev') WHERE seq = 3";
        tamper(&plant, engine, sql).await;
        let told = plant.run(VERIFY).no();
        assert!(told.has_line(&["entry 3:", "altered"]) && told.has_line(&["NOT GENUINE"]), "{told:?}");
        let report = plant.run(&format!("{VERIFY} -o json")).no().json();
        assert_eq!((&report["genuine"], &report["findings"][0]["first"]), (&json!(false), &json!(3)));
    }
}

#[tokio::test]
async fn a_checkpoint_that_was_kept_elsewhere_finds_a_log_that_was_put_back() {
    for engine in ENGINES {
        let mut plant = Plant::on(engine).await;
        plant.user("jana");
        let note = plant.admin("events checkpoint").done().out;
        let key = plant.admin("events checkpoint --key").done().out;
        plant.write("kept", &note);
        plant.write("key", &key);
        plant.stop("TERM");
        plant.run(&format!("{VERIFY} --checkpoint kept --key key")).done();
        // Another log, genuine in itself, with another key.
        let mut other = Plant::on(engine).await;
        other.stop("TERM");
        let foreign = format!("{VERIFY} --checkpoint {}", plant.path("kept").display());
        let told = other.run(&foreign);
        assert_eq!(told.code, 1, "{told:?}");
        let told = other.run(&format!("{VERIFY} --key {}", plant.path("key").display()));
        assert_eq!(told.code, 1, "{told:?}");
    }
}

#[test]
fn a_key_or_a_checkpoint_that_is_none_is_refused() {
    let plant = Plant::bare();
    plant.init();
    plant.run(&format!("{VERIFY} --key pforte.toml")).refused("key-unfit");
    plant.run(&format!("{VERIFY} --key none")).refused("file-failed");
    plant.run(&format!("{VERIFY} --checkpoint none")).refused("file-failed");
    let told = plant.run(&format!("{VERIFY} --checkpoint pforte.toml"));
    assert_eq!(told.code, 1, "{told:?}");
}

#[test]
fn events_are_listed_as_an_array_and_each_is_shown_by_its_number() {
    let plant = Plant::new();
    plant.user("jana");
    let all = plant.admin("events list -o json").done().list();
    let kind = |event: &Value| text(&event["record"], "type");
    assert!(all.iter().any(|event| kind(event) == "user-created"), "{all:?}");
    let newest = plant.admin("events list --limit 2 -o json").done().list();
    assert_eq!(newest, all[all.len() - 2..]);
    let first = plant.admin("events list --after 0 --limit 2 -o json").done().list();
    assert_eq!(first, all[1..3]);
    let one = plant.admin("events show 1 -o json").done().json();
    assert_eq!(one, all[1]);
    plant.admin("events show 99999").refused("not-found");
    plant.admin("events list --category nonsense").refused("value-invalid");
    assert!(plant.admin("events list").done().has_line(&["user-created", "done", "local\\chief", "jana"]));
}

#[test]
fn events_are_narrowed_to_a_user_and_a_station_by_name() {
    let plant = Plant::new();
    plant.user("jana");
    plant.admin("user disable jana").done();
    plant.admin("user enable jana").done();
    let made = plant.admin("station add panel --area dairy -o json").done().json();
    plant.write("panel", &text(&made, "credential"));
    plant.stranger("login jana --password-file password --station-file panel --login-file jana.login").done();
    plant.as_user("jana", "logout").done();
    let kinds = |narrow: &str| {
        let list = plant.admin(&format!("events list {narrow} -o json")).done().list();
        list.iter().map(|event| text(&event["record"], "type")).collect::<Vec<_>>()
    };
    // About her and by her.
    assert_eq!(
        kinds("--user jana"),
        ["user-created", "user-disabled", "user-enabled", "logged-on", "logged-off"]
    );
    assert_eq!(kinds("--user jana --type logged-on"), ["logged-on"]);
    assert_eq!(kinds("--station panel"), ["logged-on", "logged-off"]);
    assert!(kinds(&format!("--user {}", ADMIN.0)).contains(&"user-disabled".to_owned()));
    assert_eq!(kinds("--result refused"), Vec::<String>::new());
}

#[tokio::test]
async fn the_doctor_finds_a_whole_plant_good() {
    for engine in ENGINES {
        let plant = Plant::on(engine).await;
        let told = plant.admin("doctor --data data --config pforte.toml").done();
        for check in [
            "configuration",
            "keys",
            "authority",
            "server certificate",
            "database",
            "log head",
            "clock",
            "server",
            "log-on",
        ] {
            assert!(
                told.out.lines().any(|line| line.starts_with(check) && line.contains(" good ")),
                "{check}: {told:?}"
            );
        }
        let json = plant.admin("doctor --data data --config pforte.toml -o json").done();
        assert!(json.column("result").iter().all(|result| result == "good"), "{json:?}");
    }
}

#[tokio::test]
async fn the_doctor_names_what_is_bad_with_its_cure_and_ends_with_1() {
    for engine in ENGINES {
        let mut plant = Plant::on(engine).await;
        plant.stop("TERM");
        let doctor = || plant.admin("doctor --data data --config pforte.toml -o json").no();
        let bad = |name: &str| {
            let checks = doctor().list();
            let check = checks.iter().find(|check| check["check"] == name).unwrap().clone();
            assert_eq!(check["result"], "bad", "{check}");
            assert!(!text(&check, "cure").is_empty(), "{check}");
            text(&check, "detail")
        };
        assert!(bad("server").starts_with("server-closed: "));
        tamper(&plant, engine, "UPDATE log_head SET size = size - 1").await;
        assert!(bad("log head").contains("signed"));
        std::fs::remove_file(plant.path("data/keys/pepper.key")).unwrap();
        assert!(
            bad("data folder").ends_with("pepper.key is missing; restore it from the backup of the keys")
        );
        plant.write("pforte.toml", "version = 2\n");
        assert!(bad("configuration").starts_with("configuration-unfit: "));
    }
}
