//! Users and groups by the command line.

use crate::cli_kit::Plant;
use pforte_test::server::{ADMIN, text};
use serde_json::json;

#[test]
fn a_user_is_added_shown_changed_and_its_name_is_never_given_twice() {
    let plant = Plant::new();
    let id = plant.user("jana");
    plant.admin("user add JANA --password-file password").refused("duplicate");
    let change = "user change jana --login jana.k --label Jana --essential yes";
    assert!(plant.admin(change).done().has_line(&["user", "local\\jana.k"]));
    let shown = plant.admin(&format!("user show {id} -o json")).done().json();
    assert_eq!(
        (&shown["login"], &shown["label"], &shown["essential"]),
        (&json!("jana.k"), &json!("Jana"), &json!(true))
    );
    plant.admin("user add jana --password-file password").refused("duplicate");
    plant.admin("user show jana").refused("not-found");
    assert!(plant.admin("user show local\\jana.k").done().has_line(&["id", &id]));
}

#[test]
fn a_user_is_disabled_and_enabled_and_the_list_says_so() {
    let plant = Plant::new();
    plant.user("jana");
    for (word, enabled) in [("disable", "no"), ("enable", "yes")] {
        plant.admin(&format!("user {word} jana")).done();
        assert!(plant.admin("user list").done().has_line(&["local\\jana", enabled]));
    }
    plant.admin("user disable nobody").refused("not-found");
    plant.admin(&format!("user disable {}", ADMIN.0)).refused("last-administrator");
}

#[test]
fn a_list_is_an_array_and_can_be_narrowed() {
    let plant = Plant::new();
    plant.user("jana");
    plant.user("karl");
    assert_eq!(plant.admin("user list -o json").done().column("login"), [ADMIN.0, "jana", "karl"]);
    assert_eq!(plant.admin("user list --search JAN -o json").done().column("login"), ["jana"]);
    assert_eq!(plant.admin("user list --directory local --search karl -o json").done().list().len(), 1);
    assert_eq!(plant.admin("user list --search zz -o json").done().json(), json!([]));
    assert_eq!(plant.admin("user list --search zz").done().out.lines().count(), 1);
    plant.admin("user list --directory none").refused("not-found");
}

#[test]
fn a_made_password_is_told_once_and_logs_its_user_on() {
    let plant = Plant::new();
    let made = plant.admin("user add jana --generate -o json").done().json();
    let password = text(&made, "password");
    plant.secret(&password);
    plant.write("jana.password", &password);
    plant.login("jana", "jana.password");
    plant.admin("user list -o json").done();
    plant.admin("user show jana").done();
    let new = plant.admin("user password jana --generate").done();
    let new = new.out.trim().strip_prefix("password").unwrap().trim().to_owned();
    plant.secret(&new);
    plant.write("jana.new", &new);
    plant.stranger("login jana --password-file jana.password").refused("credentials-refused");
    plant.login("jana", "jana.new");
    plant.admin("events list -o json").done();
}

#[test]
fn a_password_against_the_rules_is_refused_with_what_to_do() {
    let plant = Plant::new();
    plant.write("short", "abc");
    plant.write("known", "password12345678");
    plant.admin("user add jana --password-file short").refused("password-unfit");
    plant.user("jana");
    plant.admin("user password jana --password-file short").refused("password-unfit");
    plant.login("jana", "password");
}

#[test]
fn a_person_changes_the_own_password_logged_on_and_as_a_stranger() {
    let plant = Plant::new();
    plant.write("first", "Kiesgrube-Lampion-47");
    plant.write("second", "Wolke-Anker-73-Birne");
    plant.write("third", "Kachel-Rhabarber-5-Tor");
    plant.write("short", "abc");
    plant.admin("user add jana --must-change --password-file first").done();
    plant.stranger("login jana --password-file first").refused("password-must-change");
    let told = plant.stranger("password change jana --old-file first --new-file short");
    assert!(told.refused("password-unfit").err.contains("fewer than 15 characters"));
    plant.stranger("password change jana --old-file second --new-file third").refused("credentials-refused");
    let told = plant.stranger("password change jana --old-file first --new-file second -o json").done();
    assert_eq!(told.json(), serde_json::json!({ "changed": true }));
    plant.login("jana", "second");
    plant.as_user("jana", "password change --old-file second --new-file third").done();
    plant.as_user("jana", "whoami").done();
    plant.stranger("login jana --password-file third --new-password-file third").refused("password-unfit");
}

#[test]
fn a_name_that_hides_something_is_refused_and_never_moves_the_cursor() {
    let plant = Plant::new();
    let told = plant.admin("user add ja\u{202e}na --password-file password").refused("name-invalid");
    assert!(!told.err.contains('\u{202e}'), "{told:?}");
    let told = plant.admin("user show ja\u{1b}[2Jna").refused("value-invalid");
    assert!(!told.err.contains('\u{1b}'), "{told:?}");
    let told = plant.admin("role show ja\u{1b}[2Jna").refused("not-found");
    assert!(told.err.contains("\\u{1b}[2J") && !told.err.contains('\u{1b}'), "{told:?}");
}

#[test]
fn who_is_no_administrator_is_refused_and_nothing_is_changed() {
    let plant = Plant::new();
    plant.user("jana");
    plant.login("jana", "password");
    for words in [
        "user list",
        "user add eve --password-file password",
        "group list",
        "role list",
        "assign list",
        "session list",
        "events list",
        "directory list",
        "explain --user jana --right a/b --area dairy",
    ] {
        let told = plant.as_user("jana", words);
        assert_eq!((told.code, told.out.as_str()), (1, ""), "{told:?}");
    }
    assert_eq!(plant.admin("user list -o json").done().list().len(), 2);
}

#[test]
fn a_group_takes_users_and_groups_and_gives_them_back() {
    let plant = Plant::new();
    plant.user("jana");
    plant.add("group add Operators");
    plant.add("group add Shift");
    plant.admin("group add OPERATORS").refused("duplicate");
    assert_eq!(plant.admin("group add-member Operators --user jana").done().out, "Added.\n");
    plant.admin("group add-member Operators --group Shift").done();
    let shown = plant.admin("group show Operators -o json").done().json();
    let members: Vec<String> =
        shown["members"].as_array().unwrap().iter().map(|one| text(one, "name")).collect();
    assert_eq!(members, ["jana", "Shift"]);
    // A circle of groups is allowed; who is in one is in all of them.
    plant.admin("group add-member Shift --group Operators").done();
    plant.admin("group rename Shift Early").done();
    plant.admin("group remove-member Operators --group early").done();
    plant.admin("group remove-member Operators --user karl").refused("not-found");
    plant.admin("group remove-member Operators --user jana").done();
    let shown = plant.admin("group show Operators").done();
    assert!(!shown.has_line(&["member"]), "{shown:?}");
    assert_eq!(
        plant.admin("group list -o json").done().column("name"),
        ["Early", "Logon_Administrator", "Operators"]
    );
    plant.admin("group rename Logon_Administrator Others").refused("built-in");
}

#[test]
fn the_last_administrator_cannot_be_taken_away() {
    let plant = Plant::new();
    plant.admin("group remove-member Logon_Administrator --user chief").refused("last-administrator");
    plant.user("second");
    plant.admin("group add-member Logon_Administrator --user second").done();
    plant.admin("group remove-member Logon_Administrator --user chief").done();
}
