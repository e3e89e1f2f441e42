//! The shape of the whole command line.

#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::Cli;
use clap::{Command, CommandFactory, Parser};
use std::fs;
use std::path::Path;

fn parse(words: &str) -> Result<(), i32> {
    let words = std::iter::once("pforte").chain(words.split(' ').filter(|word| !word.is_empty()));
    Cli::try_parse_from(words).map(drop).map_err(|error| error.exit_code())
}

/// What `--help` prints for a command and for all below it.
fn help(command: &Command, path: &str, to: &mut String) {
    let printed = Cli::try_parse_from(path.split(' ').chain(["--help"])).map(drop).unwrap_err();
    to.extend([format!("$ {path} --help\n"), printed.to_string(), "\n".to_owned()]);
    for below in command.get_subcommands() {
        help(below, &format!("{path} {}", below.get_name()), to);
    }
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn the_help_of_every_command_is_as_it_was_reviewed() {
    let mut now = String::new();
    help(&Cli::command(), "pforte", &mut now);
    let now: String = now.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    let reviewed = Path::new(env!("CARGO_MANIFEST_DIR")).join("help.txt");
    let fresh = reviewed.with_extension("txt.new");
    let same = fs::read_to_string(&reviewed).unwrap_or_default() == now;
    if !same {
        fs::write(&fresh, now).unwrap();
    }
    assert!(same, "the help has changed: review {} and put it over {}", fresh.display(), reviewed.display());
}

#[test]
fn what_makes_no_sense_is_wrong_use() {
    for words in [
        "",
        "usre list",
        "user",
        "user add",
        "user list --output xml",
        "group add-member g",
        "group add-member g --user a --group b",
        "assign add Operator --user a",
        "assign add Operator --user a --area b --schedule always",
        "assign change 1 --without everything",
        "decide --right a/b",
        "decide --right a/b --area c --session 1 --station 2",
        "explain --user a --right b --area c --at yesterday",
        "user password a --generate --password-stdin",
        "user change a --essential perhaps",
        "directory add PLANT --service-account a",
        "directory change PLANT --dc a --by-dns",
        "events list --after minus-one",
        "signature",
        "signature verify",
        "signature verify f --keys",
        "signature verify f g",
        "signature policy create",
        "signature policy create a --step Operator",
        "signature policy create a --step seen:Operator",
        "signature policy create a --when never",
        "signature request ask k --action a/b --area c",
        "signature request ask k --action a/b --area c --object d --change e f",
        "signature request ask k --action a/b --area c --object d --record f --json g",
        "signature request cancel 1",
        "signature sign",
        "signature sign 1 --password secret",
        "signature sign 1 --step 0",
        "signature sign 1 --directory local",
        "signature refuse 1",
        "signature record 1",
        "signature document 1 --form pdf",
        "signature document 1 --form doc",
        "completions dos",
    ] {
        assert_eq!(parse(words), Err(2), "{words}");
    }
}

#[test]
fn every_noun_takes_the_connection_before_and_after_its_verb() {
    for words in [
        "user --server https://a list",
        "user list --server https://a --ca f -o json",
        "-o json whoami --login-file f",
        "station who s --follow --token-file f",
        "events list --follow --type logged-on --station s --station-file f",
        "setup --code c --user admin --ca f --password-stdin",
        "login jana --directory PLANT --password-file f",
        "application rights batch rights.json",
        "directory search PLANT jan --kind group",
        "signature verify f -o json --keys k --log-key plant+1+2 --log-key f --record r --time-stamp-authority t",
        "signature policy change a --server https://a --step approved:2:b --valid 0",
        "signature request --server https://a list --state open",
        "signature request ask k --action a/b --area c --object d --change e f g --change h i j --json r",
        "signature sign 1 /sign/2?view=3 --user a --password-stdin --server https://a",
        "signature keys --out f --ca f",
    ] {
        assert_eq!(parse(words), Ok(()), "{words}");
    }
}

#[test]
fn help_and_version_are_no_failures() {
    for words in ["--help", "--version", "user --help", "help user add"] {
        assert_eq!(parse(words), Err(0), "{words}");
    }
}
