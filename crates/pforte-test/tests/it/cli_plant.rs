//! Areas, stations, applications, roles, assignments, and what comes of them:
//! sessions, decisions and their reasons.

use crate::cli_kit::Plant;
use pforte_test::server::text;
use serde_json::{Value, json};

/// A dairy with two lines; the application `batch` with two rights; Jana has one
/// of them in the first line by a group, and is logged on.
fn dairy() -> Plant {
    let plant = Plant::new();
    plant.add("area add dairy/line1");
    plant.add("area add dairy/line2");
    let made = plant.admin("application add batch --name Batch --area dairy -o json").done().json();
    let credential = text(&made, "credential");
    plant.secret(&credential);
    plant.write("batch", &credential);
    plant.write(
        "rights.json",
        &json!({ "rights": [
            { "action": "release", "names": { "en": "Release a batch", "de": "Charge freigeben" } },
            { "action": "start", "names": { "en": "Start a batch" } },
        ] })
        .to_string(),
    );
    plant.admin("application rights batch rights.json").done();
    plant.add("role add Releaser --right batch/release");
    plant.add("group add Quality");
    plant.user("jana");
    plant.admin("group add-member Quality --user jana").done();
    plant.add("assign add Releaser --group Quality --area dairy/line1");
    plant.login("jana", "password");
    plant
}

#[test]
fn areas_are_added_moved_renamed_and_removed_by_their_paths() {
    let plant = Plant::new();
    let id = plant.add("area add dairy/line1");
    plant.add("area add dairy/line1/mixer");
    plant.add("area add dairy/line2");
    plant.admin("area add dairy/LINE1").refused("duplicate");
    plant.admin("area add line3").wrong_use();
    plant.admin("area add none/line3").refused("area-unknown");
    plant.admin("area move dairy/line1 dairy/line1/mixer").refused("cycle");
    plant.admin("area move dairy/line1/mixer dairy/line2").done();
    plant.admin("area rename dairy/line1 filler").done();
    assert!(plant.admin(&format!("area show {id}")).done().has_line(&["area", "dairy/filler"]));
    plant.admin("area remove dairy/line2").refused("in-use");
    assert_eq!(plant.admin("area remove dairy/filler").done().out, "Removed.\n");
    let paths = plant.admin("area list -o json").done().column("path");
    assert_eq!(paths, ["dairy", "dairy/line2", "dairy/line2/mixer"]);
}

#[test]
fn a_station_tells_its_credential_once_and_can_be_shut_out() {
    let plant = Plant::new();
    let made = plant.admin("station add panel --area dairy").done();
    let credential =
        made.out.lines().find_map(|line| line.strip_prefix("credential")).unwrap().trim().to_owned();
    plant.secret(&credential);
    plant.write("panel", &credential);
    plant.admin("station add Panel --area dairy").refused("duplicate");
    plant.admin("station add other --area none").refused("area-unknown");
    plant.admin("station show panel").done();
    assert_eq!(plant.admin("station list -o json").done().column("name"), ["panel"]);
    assert!(
        plant.admin("station change panel --name tablet --enabled no").done().has_line(&["enabled", "no"])
    );
    let login = "login chief --password-file admin.password --station-file panel --login-file x";
    plant.stranger(login).refused("station-unproven");
    plant.admin("station remove tablet").done();
    assert_eq!(plant.admin("station list -o json").done().json(), json!([]));
}

#[test]
fn an_application_registers_its_rights_and_only_with_its_own_credential() {
    let plant = dairy();
    let shown = plant.admin("application show batch").done();
    assert!(shown.has_line(&["right", "batch/release", "en: Release a batch"]), "{shown:?}");
    assert_eq!(plant.admin("application list -o json").done().column("key"), ["batch", "pforte"]);
    plant.write("fewer.json", r#"{"rights":[{"action":"start","names":{"en":"Start"}}]}"#);
    let own =
        plant.stranger("application rights current fewer.json --token-file batch -o json").done().json();
    assert_eq!(own["key"], "batch");
    plant.stranger("user list --token-file batch").refused("not-allowed");
    plant.write("bad.json", r#"{"rights":[{"action":"start","colour":"red"}]}"#);
    plant.admin("application rights batch bad.json").refused("file-not-understood");
    let renewed = plant.admin("application renew-credential batch -o json").done().json();
    plant.secret(&text(&renewed, "credential"));
    plant.stranger("application show current --token-file batch").refused("token-invalid");
    plant.write("batch", &text(&renewed, "credential"));
    plant.stranger("application show current --token-file batch").done();
    assert!(plant.admin("application change batch --enabled no").done().has_line(&["enabled", "no"]));
    let shut = plant.stranger("application show current --token-file batch");
    assert_eq!((shut.code, shut.out.as_str()), (1, ""), "{shut:?}");
}

#[test]
fn a_role_is_a_set_of_rights_that_grows_and_shrinks() {
    let plant = dairy();
    plant.admin("role add Starter --right batch/none").refused("right-unknown");
    plant.admin("role add Starter --right batch/start --idle 600 --longest 7200").done();
    plant.admin("role grant Starter batch/release batch/start").done();
    let shown = plant.admin("role show Starter -o json").done().json();
    assert_eq!(
        (&shown["rights"], &shown["idle_seconds"]),
        (&json!(["batch/release", "batch/start"]), &json!(600))
    );
    plant.admin("role revoke Starter batch/release").done();
    plant.admin("role change Starter --name Opener --usual-ends").done();
    let shown = plant.admin("role show Opener -o json").done().json();
    assert_eq!((&shown["rights"], shown.get("idle_seconds")), (&json!(["batch/start"]), None));
    plant.admin("role remove Releaser").refused("in-use");
    plant.admin("role remove Opener").done();
    plant.admin("role remove Administrator").refused("built-in");
    let names = plant.admin("role list -o json").done().column("name");
    assert_eq!(names, ["Administrator", "Emergency operator", "Releaser"]);
}

#[test]
fn an_assignment_is_given_changed_and_taken_and_the_decision_follows_at_once() {
    let plant = dairy();
    let may =
        |area: &str| plant.as_user("jana", &format!("decide --right batch/release --area {area}")).code == 0;
    assert!(may("dairy/line1") && !may("dairy/line2") && !may("dairy"));
    let id = plant.add("assign add Releaser --user jana --area dairy/line2 --schedule mon-sun~00:00-00:00");
    assert!(may("dairy/line2"));
    plant.admin(&format!("assign change {id} --until 2020-01-01T00:00:00Z")).done();
    assert!(!may("dairy/line2"));
    plant.admin(&format!("assign change {id} --without until,schedule --strength strong")).done();
    assert!(!may("dairy/line2"));
    plant.admin(&format!("assign change {id} --without strength")).done();
    assert!(may("dairy/line2"));
    assert_eq!(plant.admin("assign list --user jana -o json").done().column("id"), [id.as_str()]);
    assert_eq!(plant.admin("assign list --role Releaser -o json").done().list().len(), 2);
    plant.admin(&format!("assign remove {id}")).done();
    assert!(!may("dairy/line2"));
    plant.admin("assign add None --user jana --area dairy").refused("not-found");
    plant.admin("assign add Releaser --user none --area dairy").refused("not-found");
    plant.admin("assign add Releaser --user jana --area none").refused("area-unknown");
}

#[test]
fn decide_ends_with_0_only_if_all_of_it_is_allowed() {
    let plant = dairy();
    let decide = |more: &str| {
        plant.as_user("jana", &format!("decide --right batch/release --area dairy/line1 {more}"))
    };
    assert!(decide("").done().has_line(&["batch/release", "dairy/line1", "yes"]));
    let two = decide("--area dairy/line2").no();
    assert!(two.has_line(&["dairy/line1", "yes"]) && two.has_line(&["dairy/line2", "no"]), "{two:?}");
    let answers = decide("--right batch/start -o json").no().json();
    let allowed: Vec<&Value> =
        answers["answers"].as_array().unwrap().iter().map(|one| &one["allowed"]).collect();
    assert_eq!(allowed, [&json!(true), &json!(false)]);
    let why = decide("--right batch/none --explain").no();
    assert!(why.has_line(&["jana may batch/release in dairy/line1"]), "{why:?}");
    assert!(why.has_line(&["Missing", "no application has registered the right batch/none"]), "{why:?}");
    plant.run("decide --right batch/release --area dairy").refused("server-closed");
}

#[test]
fn an_application_asks_for_a_session_and_only_in_its_scope() {
    let plant = dairy();
    let id = text(&plant.as_user("jana", "whoami -o json").done().json(), "id");
    let ask = |area: &str| {
        let words = format!("decide --right batch/release --area {area} --session {id} --token-file batch");
        plant.stranger(&words)
    };
    ask("dairy/line1").done();
    ask("dairy/line2").no();
    plant.admin("application change batch --area dairy/line2").done();
    let outside = ask("dairy/line1");
    assert_eq!(outside.code, 1, "{outside:?}");
    // A person asks for nobody else.
    let other = plant.admin(&format!("decide --right batch/release --area dairy/line1 --session {id}"));
    assert_eq!((other.code, other.out.as_str()), (1, ""), "{other:?}");
}

#[test]
fn explain_names_the_whole_way_or_what_is_missing_first() {
    let plant = dairy();
    let explain = |right: &str, area: &str| {
        plant.admin(&format!("explain --user jana --right {right} --area {area}")).done()
    };
    let way = explain("batch/release", "dairy/line1");
    let steps = [
        "jana may batch/release in dairy/line1",
        "is in the group Quality",
        "has the role Releaser in dairy/line1",
    ];
    assert!(steps.iter().all(|step| way.has_line(&[step])), "{way:?}");
    assert!(
        explain("batch/release", "dairy/line2").has_line(&["Missing: the role counts only in dairy/line1"])
    );
    assert!(explain("batch/start", "dairy").has_line(&["Missing: no role has this right"]));
    assert!(explain("batch/release", "bakery").has_line(&["Missing: there is no area bakery"]));
    let json =
        plant.admin("explain --user jana --right batch/release --area dairy/line1 -o json").done().json();
    assert_eq!(
        (&json["allowed"], &json["explain"]["path"]["groups"][0]["name"]),
        (&json!(true), &json!("Quality"))
    );
    let way = &json["explain"]["ways"][0];
    assert_eq!(
        (&way["conditions"]["areas"][0]["name"], &way["groups"][0]["name"], &way["unmet"]),
        (&json!("dairy/line1"), &json!("Quality"), &json!([]))
    );
    // Whoever is disabled may do nothing, whatever the roles.
    plant.admin("user disable jana").done();
    let off = explain("batch/release", "dairy/line1");
    assert!(
        off.has_line(&["jana may not batch/release"]) && off.has_line(&["Missing: the user is disabled"]),
        "{off:?}"
    );
    plant.admin("explain --user none --right batch/release --area dairy").refused("not-found");
    plant.admin("explain --user jana --right batch/release --area dairy --station none").refused("not-found");
}

#[test]
fn a_session_is_listed_and_ended_from_afar_with_the_reason_in_the_log() {
    let plant = dairy();
    let sessions = plant.admin("session list -o json").done().list();
    let of = |user: &str| sessions.iter().find(|one| one["user"]["name"] == user).map(|one| text(one, "id"));
    assert_eq!((sessions.len(), of("chief").is_some()), (2, true));
    let id = of("jana").unwrap();
    assert!(plant.admin(&format!("session show {id}")).done().has_line(&["user", "local\\jana"]));
    assert_eq!(plant.admin(&format!("session end {id} --reason gone-home")).done().out, "Ended.\n");
    plant.as_user("jana", "whoami").refused("token-invalid");
    assert_eq!(plant.admin("session list -o json").done().list().len(), 1);
    plant.admin(&format!("session end {id}")).refused("not-found");
    let ended = plant.admin("events list --type session-ended -o json").done();
    assert_eq!(ended.list().last().unwrap()["record"]["reason"], "gone-home", "{ended:?}");
}
