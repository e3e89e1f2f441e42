//! What the command line gives to shells and programs.

use crate::cli_kit::Plant;
use serde_json::json;
use std::process::Command;

#[test]
fn the_completions_of_each_shell_are_printed_and_bash_accepts_its_own() {
    let plant = Plant::bare();
    for (shell, sign) in
        [("bash", "complete -F _pforte"), ("zsh", "#compdef pforte"), ("fish", "complete -c pforte")]
    {
        let script = plant.run(&format!("completions {shell}")).done().out;
        assert!(script.contains(sign), "{shell}: {sign}");
        for noun in ["directory", "explain", "--login-file", "decide"] {
            assert!(script.contains(noun.trim_start_matches('-')), "{shell}: {noun}");
        }
        plant.write(shell, &script);
    }
    let bash = Command::new("bash").arg("-n").arg(plant.path("bash")).output().unwrap();
    assert!(bash.status.success(), "{}", String::from_utf8_lossy(&bash.stderr));
    // The script completes a word as bash would ask for it.
    let ask = format!(
        "source {}; COMP_WORDS=(pforte expl); COMP_CWORD=1; _pforte pforte expl pforte; echo ${{COMPREPLY[0]}}",
        plant.path("bash").display()
    );
    let asked = Command::new("bash").args(["-c", &ask]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), "explain");
    assert_eq!(plant.run("completions dos").code, 2);
}

#[test]
fn help_and_version_end_with_0_and_the_description_of_the_api_is_the_one_that_is_served() {
    let plant = Plant::new();
    assert!(plant.run("--version").done().out.starts_with("pforte "));
    assert!(plant.run("--help").done().out.contains("Usage: pforte"));
    assert!(plant.run("help user add").done().out.contains("Usage: pforte user add"));
    assert_eq!(
        plant.run("openapi").done().json()["paths"]["/api/v1/sessions"].get("post").is_some(),
        json!(true)
    );
}

#[test]
fn every_list_is_an_array_and_a_table_with_its_heads() {
    let plant = Plant::new();
    for noun in [
        "user",
        "group",
        "role",
        "area",
        "station",
        "application",
        "assign",
        "session",
        "directory",
        "events",
    ] {
        plant.admin(&format!("{noun} list -o json")).done().list();
        let table = plant.admin(&format!("{noun} list")).done().out;
        let heads = table.lines().next().unwrap().to_owned();
        assert_eq!(heads, heads.to_uppercase(), "{noun}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let plant = Plant::bare();
    let program = env!("CARGO_BIN_EXE_pforte-child");
    let ask = format!("set -o pipefail; {program} openapi | head -c 1 >{}", plant.path("first").display());
    assert!(Command::new("bash").args(["-c", &ask]).status().unwrap().success());
}
