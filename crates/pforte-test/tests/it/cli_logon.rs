//! Logging on by the command line: what is kept, whom it trusts, where passwords
//! come from.

use crate::cli_kit::{Plant, mode};
use pforte_test::server::{ADMIN, PASSWORD};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_log_on_is_kept_for_its_owner_alone_until_the_log_off() {
    let plant = Plant::new();
    plant.user("jana");
    plant.login("jana", "password");
    assert_eq!(mode(&plant.path("jana.login")), 0o600);
    assert!(plant.as_user("jana", "whoami").done().has_line(&["user", "local\\jana"]));
    let token = plant.token("jana");
    assert_eq!(plant.as_user("jana", "logout").done().out, "Logged off.\n");
    assert!(!fs::read_to_string(plant.path("jana.login")).unwrap().contains(&token));
    plant.as_user("jana", "whoami").refused("credentials-missing");
    assert_eq!(plant.as_user("jana", "logout").done().out, "Nobody was logged on.\n");
    // The token no longer opens anything, wherever it was kept.
    plant.write("token", &token);
    plant.stranger("whoami --token-file token").refused("token-invalid");
}

#[test]
fn without_a_file_being_named_the_log_on_is_kept_in_the_users_own_settings() {
    let plant = Plant::new();
    plant.stranger("login chief --password-file admin.password").done();
    let kept = plant.path(".config/pforte/login.json");
    assert_eq!((mode(&kept), mode(kept.parent().unwrap())), (0o600, 0o700));
    assert!(plant.run("whoami").done().has_line(&["user", "local\\chief"]));
}

#[test]
fn a_log_on_that_is_refused_keeps_nothing_and_leaves_the_one_before() {
    let plant = Plant::new();
    plant.write("wrong", "not the password");
    let words = |user: &str, file: &str| format!("login {user} --password-file wrong --login-file {file}");
    plant.stranger(&words("nobody", "new.login")).refused("credentials-refused");
    assert!(!plant.path("new.login").exists());
    plant.stranger(&words(ADMIN.0, "chief.login")).refused("credentials-refused");
    plant.admin("whoami").done();
}

#[test]
fn an_unknown_user_and_a_wrong_password_are_told_in_the_same_words() {
    let plant = Plant::new();
    plant.write("wrong", "not the password");
    let told = |user: &str| {
        plant.stranger(&format!("login {user} --password-file wrong")).refused("credentials-refused").err
    };
    assert_eq!(told("nobody"), told(ADMIN.0));
}

#[test]
fn a_disabled_user_gets_no_session_and_loses_the_one_it_has() {
    let plant = Plant::new();
    plant.user("jana");
    plant.login("jana", "password");
    plant.admin("user disable jana").done();
    plant.as_user("jana", "whoami").refused("token-invalid");
    let again = plant.stranger("login jana --password-file password");
    assert_eq!((again.code, again.out.as_str()), (1, ""), "{again:?}");
    plant.admin("user enable jana").done();
    plant.login("jana", "password");
}

#[test]
fn a_log_on_that_others_can_read_is_not_used() {
    let plant = Plant::new();
    for open in [0o640, 0o604] {
        fs::set_permissions(plant.path("chief.login"), Permissions::from_mode(open)).unwrap();
        plant.admin("whoami").refused("login-file-open");
    }
    plant.write("chief.login", "{\"server\": 1}");
    plant.admin("whoami").refused("login-file-damaged");
}

#[test]
fn a_password_comes_from_the_first_line_of_a_file_or_of_standard_input() {
    let plant = Plant::new();
    let from_input =
        |input: &str| plant.run_with(&format!("login chief {} --password-stdin", plant.way()), input);
    for line in [format!("{}\n", ADMIN.1), format!("{}\r\nmore\n", ADMIN.1), ADMIN.1.to_owned()] {
        from_input(&line).done();
    }
    plant.write("lines", &format!("{}\nmore", ADMIN.1));
    plant.stranger("login chief --password-file lines").done();
    for none in ["", "\n", "\r\nlater"] {
        from_input(none).refused("password-unreadable");
    }
    plant.stranger("login chief --password-file none").refused("file-failed");
    plant.stranger("login chief --password-file /dev/zero").refused("file-failed");
    let both = plant.stranger("login chief --password-file lines --password-stdin");
    assert_eq!((both.code, both.out.as_str()), (2, ""), "{both:?}");
}

#[test]
fn a_server_is_believed_only_with_its_own_authority() {
    let plant = Plant::new();
    plant.run("init --data other --config pforte.toml -o json").done();
    let login = |more: &str| plant.run(&format!("login chief --password-file admin.password {more}"));
    let server = plant.address();
    login(&format!("--server {server} --ca other/ca.pem")).refused("certificate-unknown-issuer");
    login(&format!("--server {server} --ca password")).refused("ca-unfit");
    login(&format!("--server {server} --ca none.pem")).refused("file-failed");
    login(&format!("--server {} --ca data/ca.pem", server.replace("https:", "http:")))
        .refused("address-invalid");
    let without = login(&format!("--server {server}"));
    assert_eq!((without.code, without.out.as_str()), (1, ""), "{without:?}");
    assert!(!plant.path(".config").exists());
}

#[test]
fn a_server_that_is_closed_or_speaks_no_tls_is_told_with_its_cure() {
    let plant = Plant::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let plain = std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
    });
    let whoami = format!("whoami --server https://{address} --ca data/ca.pem");
    plant.run(&whoami).refused("server-plain-text");
    plain.join().unwrap();
    plant.run(&whoami).refused("server-closed");
}

#[test]
fn a_token_is_never_sent_to_another_server_than_the_one_that_gave_it() {
    let plant = Plant::new();
    let other = Plant::new();
    let words = format!("whoami --server {} --ca {}", other.address(), other.path("data/ca.pem").display());
    plant.admin(&words).refused("credentials-missing");
}

#[test]
fn a_station_is_proved_by_its_credential_alone() {
    let plant = Plant::new();
    let made = plant.admin("station add panel --area dairy -o json").done().json();
    let credential = pforte_test::server::text(&made, "credential");
    plant.secret(&credential);
    plant.write("panel", &credential);
    plant.write("forged", &format!("{credential}x"));
    plant.user("jana");
    let login = |file: &str| {
        plant.stranger(&format!(
            "login jana --password-file password --station-file {file} --login-file jana.login"
        ))
    };
    login("forged").refused("station-unproven");
    assert!(login("panel").done().has_line(&["station", "panel"]));
    plant.secret(&plant.token("jana"));
    // The station goes with the log-on that is kept.
    assert!(plant.as_user("jana", "whoami").done().has_line(&["station", "panel"]));
    let who = plant.admin("station who panel").done();
    assert!(who.has_line(&["person", "jana"]), "{who:?}");
    let old = credential;
    let renewed = plant.admin("station renew-credential panel -o json").done().json();
    assert_ne!(pforte_test::server::text(&renewed, "credential"), old);
    login("panel").refused("station-unproven");
}

#[test]
fn what_is_no_command_is_wrong_use_and_tells_nothing_on_standard_output() {
    let plant = Plant::bare();
    for words in [
        "",
        "usre",
        "user",
        "login",
        "decide --right a/b",
        "serve --listen somewhere",
        "user list --output xml",
    ] {
        let told = plant.run(words);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
        assert!(told.err.contains("Usage: pforte") || told.err.contains("try '--help'"), "{told:?}");
    }
    let password = plant.run(&format!("login chief --password {PASSWORD}x"));
    assert_eq!(password.code, 2, "a password is no argument");
}
