//! Directories by the command line, against the real domain controller.

use crate::cli_kit::{Plant, Told};
use pforte_test::Fixtures;
use pforte_test::server::text;
use serde_json::json;
use std::net::TcpListener;
use xtask::servers::admin::Admin;
use xtask::servers::samba::keytab;

/// A plant that knows the domain's passwords, and the domain.
fn plant() -> (Plant, pforte_test::ad::Ad) {
    let (plant, ad) = (Plant::new(), Fixtures::load().ad);
    plant.write("service.password", &ad.facts.service.password);
    plant.write("user.password", &ad.facts.user_password);
    plant.secret(&ad.facts.service.password);
    plant.secret(&ad.facts.user_password);
    (plant, ad)
}

/// Adds the domain with this server, these authorities and this password.
fn add(plant: &Plant, ad: &pforte_test::ad::Ad, server: &str, ca: &str, password: &str) -> Told {
    let (domain, user) = (&ad.facts.domain, &ad.facts.service.user);
    plant.admin(&format!(
        "directory add works --domain {domain} --dc {server} --dc-ca {ca} --service-account {user}@{domain} \
         --password-file {password}"
    ))
}

fn server(ad: &pforte_test::ad::Ad) -> String {
    format!("{}={}", ad.facts.host, ad.facts.address)
}

/// The code of the first step that is bad.
fn fault(told: &Told) -> String {
    let steps = told.json()["steps"].as_array().unwrap().clone();
    text(steps.iter().find(|step| step["good"] == json!(false)).unwrap(), "code")
}

#[test]
fn a_domain_is_added_tested_and_its_users_log_on() {
    let (plant, ad) = plant();
    let ca = ad.facts.ca_certificate.display().to_string();
    add(&plant, &ad, &server(&ad), &ca, "service.password").done();
    let tested = plant.admin("directory test works").done();
    assert!(tested.has_line(&[&ad.facts.host, "good"]), "{tested:?}");
    assert_eq!(plant.admin("directory test works -o json").done().json()["good"], json!(true));
    assert_eq!(plant.admin("directory list -o json").done().column("name"), ["local", "works"]);
    let shown = plant.admin("directory show works").done();
    assert!(shown.has_line(&["service account", &ad.facts.service.user]), "{shown:?}");
    assert_eq!(plant.admin("directory search works alic -o json").done().column("name"), ["alice"]);
    let adopted = plant.admin("directory adopt --user works\\alice").done();
    assert!(adopted.has_line(&["name", "works\\alice"]), "{adopted:?}");
    plant.stranger("login works\\alice --password-file user.password --login-file alice").done();
    let told = plant.run("whoami --login-file alice").done();
    assert!(told.has_line(&["user", "works\\alice"]), "{told:?}");
    let doctor = plant.admin("doctor --data data --config pforte.toml").done();
    assert!(doctor.has_line(&["directory works", "good"]), "{doctor:?}");
    add(&plant, &ad, &server(&ad), &ca, "service.password").refused("duplicate");
}

#[test]
fn a_keytab_is_given_shown_without_its_keys_and_taken_away() {
    let (plant, ad) = plant();
    let ca = ad.facts.ca_certificate.display().to_string();
    add(&plant, &ad, &server(&ad), &ca, "service.password").done();
    let (_, host) = Admin::of(&ad.facts).new_web_service().unwrap();
    let principal = format!("HTTP/{host}");
    std::fs::write(plant.path("web.keytab"), keytab(&ad.facts, &principal).unwrap()).unwrap();
    let given = plant.admin("directory keytab works web.keytab").done();
    assert!(given.has_line(&["keytab", &principal, "aes256-sha1"]), "{given:?}");
    plant.admin("directory keytab works service.password").refused("value-invalid");
    plant.admin("directory keytab local web.keytab").refused("built-in");
    plant.admin("directory keytab works --remove").done();
    assert_eq!(plant.admin("directory show works -o json").done().json()["keytab"], json!([]));
}

#[test]
fn a_wrong_authority_is_told_with_its_code_and_cure_and_ends_with_1() {
    let (plant, ad) = plant();
    add(&plant, &ad, &server(&ad), "data/ca.pem", "service.password").done();
    let told = plant.admin("directory test works").no();
    assert!(told.has_line(&[&ad.facts.host, "certificate-unknown-issuer"]), "{told:?}");
    let line = told.out.lines().find(|line| line.contains("certificate-unknown-issuer")).unwrap().to_owned();
    assert!(line.trim_end().ends_with('.'), "the cure: {line}");
    assert_eq!(fault(&plant.admin("directory test works -o json").no()), "certificate-unknown-issuer");
    plant.stranger("login works\\alice --password-file user.password").refused("directory-unreachable");
    let doctor = plant.admin("doctor --data data --config pforte.toml").no();
    assert!(doctor.has_line(&["directory works", "BAD", "certificate-unknown-issuer"]), "{doctor:?}");
    // The right one mends it.
    let ca = ad.facts.ca_certificate.display();
    let change = format!("directory change works --dc-ca {ca} --password-file");
    plant.admin(&format!("{change} service.password")).done();
    plant.admin("directory test works").done();
}

#[test]
fn a_probe_tells_each_side_of_a_controller_and_ends_with_0_where_none_is_bad() {
    let (plant, ad) = plant();
    let ca = ad.facts.ca_certificate.display().to_string();
    add(&plant, &ad, &server(&ad), &ca, "service.password").done();
    let told = plant.admin("directory probe works").done();
    for (side, found) in [
        ("signing", "signing required"),
        ("certificate-chain", "issued by"),
        ("site", "writable"),
        ("account-rights", "ordinary account"),
    ] {
        assert!(told.has_line(&[&ad.facts.host, side, "good", found]), "{side}: {told:?}");
    }
    let json = plant.admin("directory probe works -o json").done();
    let sides: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(sides["good"], serde_json::json!(true));
}

#[test]
fn a_closed_port_is_told_with_its_code_and_cure_and_ends_with_1() {
    let (plant, ad) = plant();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let ca = ad.facts.ca_certificate.display().to_string();
    add(&plant, &ad, &format!("{}:{port}=127.0.0.1", ad.facts.host), &ca, "service.password").done();
    let told = plant.admin("directory test works").no();
    assert!(told.has_line(&[&ad.facts.host, "connect-refused"]), "{told:?}");
    assert_eq!(fault(&plant.admin("directory test works -o json").no()), "connect-refused");
    plant.stranger("login works\\alice --password-file user.password").refused("directory-unreachable");
    // Nobody else waits for it.
    plant.stranger("login chief --password-file admin.password").done();
}

#[test]
fn a_wrong_password_of_the_service_account_is_told_and_a_new_one_mends_it() {
    let (plant, ad) = plant();
    let ca = ad.facts.ca_certificate.display().to_string();
    plant.write("wrong", "not the password");
    add(&plant, &ad, &server(&ad), &ca, "wrong").done();
    assert!(!fault(&plant.admin("directory test works -o json").no()).is_empty());
    plant.stranger("login works\\alice --password-file user.password").refused("directory-refuses-service");
    plant.admin("directory change works --password-file service.password").done();
    plant.admin("directory test works").done();
}

#[test]
fn settings_that_make_no_sense_are_refused_before_anything_is_kept() {
    let (plant, ad) = plant();
    let ca = ad.facts.ca_certificate.display().to_string();
    add(&plant, &ad, "dc1:0", &ca, "service.password").refused("value-invalid");
    add(&plant, &ad, &server(&ad), "password", "service.password").refused("value-invalid");
    add(&plant, &ad, &server(&ad), "none.pem", "service.password").refused("file-failed");
    add(&plant, &ad, &server(&ad), &ca, "none").refused("file-failed");
    plant.admin("directory change local --domain plant.example").wrong_use();
    plant.admin("directory remove local").refused("built-in");
    assert_eq!(plant.admin("directory list -o json").done().column("name"), ["local"]);
}

#[test]
fn a_workgroup_host_is_added_tested_and_changed_and_its_password_is_asked_for_where_it_would_go_elsewhere() {
    let (plant, host) = (Plant::new(), Fixtures::load().workgroup);
    plant.write("host.password", &host.service.password);
    plant.secret(&host.service.password);
    let (name, address, user) = (&host.host, &host.address, &host.service.user);
    plant
        .admin(&format!(
            "directory add-workgroup shop --host {name} --address {address} --service-account {user} \
             --password-file host.password"
        ))
        .done();
    let tested = plant.admin("directory test shop").done();
    for step in ["resolve", "connect", "negotiate", "account", "search", "groups"] {
        assert!(tested.has_line(&[name, step, "good"]), "{step}: {tested:?}");
    }
    assert_eq!(plant.admin("directory probe shop -o json").done().json()["good"], json!(true));
    plant.admin("directory change shop --address 127.0.0.9 --password-file host.password").done();
    let shown = plant.admin("directory show shop -o json").done().json();
    assert_eq!(shown["workgroup"]["address"], json!("127.0.0.9"));
    plant.admin("directory change shop --least-uid 2000").wrong_use();
    plant.admin("directory change shop --host other --password-file nowhere").refused("file-failed");
    plant.admin("directory add-os here").done();
    let shown = plant.admin("directory change here --least-uid 2000").done();
    assert!(shown.has_line(&["least number", "2000"]), "{shown:?}");
}
