//! The first start by the command line: new data, the server over them, the first
//! administrator.

use crate::cli_kit::{Plant, mode};
use pforte_test::server::{ADMIN, ENGINES};
use std::net::TcpListener;

/// Everything below the plant's folder, with its length.
fn files(plant: &Plant) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![plant.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let about = entry.metadata().unwrap();
            if about.is_dir() {
                folders.push(entry.path());
            }
            found.push((entry.path().display().to_string(), about.len()));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn init_makes_data_once_and_leaves_what_is_there_as_it_is() {
    for engine in ENGINES {
        let plant = Plant::bare_on(engine).await;
        plant.init();
        for private in ["data", "data/keys", "data/keys/ca.key", "data/keys/pepper.key"] {
            assert_eq!(mode(&plant.path(private)) & 0o077, 0, "{private}");
        }
        let before = files(&plant);
        plant.run("init --data data --config pforte.toml").refused("data-exist");
        assert_eq!(files(&plant), before);
        // The same database under another folder.
        let other = plant.run("init --data other --config pforte.toml -o json");
        match engine {
            pforte_test::server::Engine::Sqlite => drop(other.done()),
            pforte_test::server::Engine::Postgres => drop(other.refused("database-exists")),
        }
    }
}

#[test]
fn init_touches_no_folder_that_holds_something_else() {
    let plant = Plant::bare();
    std::fs::create_dir(plant.path("home")).unwrap();
    plant.write("home/letter", "Dear all");
    let before = files(&plant);
    plant.run("init --data home --config pforte.toml").refused("data-exist");
    assert_eq!(files(&plant), before);
}

#[test]
fn people_are_told_the_set_up_code_and_what_comes_next() {
    let plant = Plant::bare();
    let told = plant.run("init --data data --config pforte.toml").done();
    assert!(told.has_line(&["set-up code"]), "{told:?}");
    assert!(told.has_line(&["pforte serve --data data"]), "{told:?}");
    assert!(told.has_line(&["pforte setup --user NAME --ca data/ca.pem"]), "{told:?}");
}

#[test]
fn a_mistyped_folder_is_refused_and_never_made() {
    let plant = Plant::bare();
    plant.init();
    let before = files(&plant);
    plant.run("serve --data dta --config pforte.toml").refused("data-missing");
    plant.run("serve --config pforte.toml").refused("data-missing");
    plant.run("events verify --data dta --config pforte.toml").refused("data-missing");
    let doctor = plant.run("doctor --data dta --config pforte.toml").no();
    assert!(doctor.has_line(&["data folder", "BAD", "data-missing"]), "{doctor:?}");
    assert_eq!(files(&plant), before);
}

#[test]
fn data_without_their_database_are_refused_and_none_is_made() {
    let plant = Plant::bare();
    plant.init();
    std::fs::remove_file(plant.path("data/pforte.db")).unwrap();
    plant.run("serve --data data --config pforte.toml --log error").refused("database-missing");
    plant.run("events verify --data data --config pforte.toml").refused("database-missing");
    assert!(!plant.path("data/pforte.db").exists());
}

#[test]
fn a_configuration_that_cannot_be_understood_is_told_with_every_fault() {
    let plant = Plant::bare();
    plant.write(
        "bad.toml",
        "version = 1\n[plant]\nname = \"\"\ncolour = \"blue\"\n[storage]\nengine = \"dbase\"\n",
    );
    for words in ["init --data data", "serve --data data", "events verify --data data"] {
        let told = plant.run(&format!("{words} --config bad.toml")).refused("configuration-unfit");
        for fault in ["plant.colour", "storage.engine"] {
            assert!(told.err.contains(fault), "{fault}: {told:?}");
        }
    }
    plant.run("init --data data --config none.toml").refused("configuration-unfit");
    assert!(!plant.path("data").exists());
}

#[test]
fn the_set_up_code_makes_the_first_administrator_and_works_once() {
    let mut plant = Plant::bare();
    let code = plant.init();
    plant.serve();
    let setup = |code: &str, user: &str| {
        plant.stranger(&format!("setup --code {code} --user {user} --password-file admin.password"))
    };
    setup("aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", ADMIN.0).refused("set-up-refused");
    assert!(setup(&code, ADMIN.0).done().has_line(&["user", "local\\chief"]));
    setup(&code, "second").refused("set-up-refused");
    plant.login(ADMIN.0, "admin.password");
    let group = plant.admin("group show Logon_Administrator").done();
    assert!(group.has_line(&["member", "user local\\chief"]), "{group:?}");
    assert_eq!(plant.admin("user list -o json").done().column("login"), [ADMIN.0]);
}

#[test]
fn a_password_that_the_rules_refuse_leaves_the_set_up_code_good() {
    let mut plant = Plant::bare();
    let code = plant.init();
    plant.serve();
    plant.write("short", "abc");
    let words = format!("setup --code {code} --user chief --password-file");
    plant.stranger(&format!("{words} short")).refused("password-unfit");
    plant.stranger(&format!("{words} admin.password")).done();
}

#[tokio::test]
async fn a_server_that_is_told_to_end_ends_with_0_and_its_data_serve_again() {
    for engine in ENGINES {
        let mut plant = Plant::on(engine).await;
        for signal in ["TERM", "INT"] {
            assert_eq!(plant.stop(signal).code(), Some(0), "{signal}: {}", plant.log());
            plant.stranger("whoami").refused("server-closed");
            plant.run("events verify --data data --config pforte.toml").done();
            plant.serve();
            plant.admin(&format!("whoami {}", plant.way())).refused("credentials-missing");
            plant.login(ADMIN.0, "admin.password");
        }
    }
}

#[test]
fn what_a_server_writes_of_itself_holds_no_secret() {
    let plant = Plant::new();
    plant.user("jana");
    plant.login("jana", "password");
    plant.stranger("login jana --password-file admin.password --login-file x").refused("credentials-refused");
    assert!(!plant.log().is_empty());
    plant.tells_no_secret("the server's log", &plant.log());
}

#[test]
fn two_servers_never_share_an_embedded_database_or_an_address() {
    let plant = Plant::new();
    let second = "serve --data data --config pforte.toml --listen 127.0.0.1:0 --log error";
    plant.run(second).refused("database-in-use");
    plant.run("init --data other --config pforte.toml -o json").done();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    plant
        .run(&format!("serve --data other --config pforte.toml --listen {address} --log error"))
        .refused("listen-failed");
    plant.admin("whoami").done();
}
