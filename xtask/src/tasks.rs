//! The tasks by their names.

use crate::command::run;
use crate::failure::{Done, Failure};
use crate::servers::admin::Admin;
use crate::servers::file::Servers;
use crate::servers::lease::Lease;
use crate::{ci, fuzz, openapi, packages, place, servers, tidy, ui};

const USAGE: &str = "cargo xtask TASK

  test             install what is missing, start the servers, ci, end the servers
  ci               every check that CI makes; needs the servers
  tidy             the rules that no compiler knows: crate edges, sizes, what must stand in no file
  ui               build the web UI, which the program then embeds; needs Node.js 20 or later
  ui where-node    the same where Node.js is there, else say that the pages will be missing
  ui-test          the web UI's checks, and its pages in a real browser against a real server; needs the servers
  openapi          write openapi.json and the web UI's types from the code
  dev              serve the demo plant from a debug build, data in target/demo
  bench [ARGS]     measure, with the servers
  measure          how fast the pages are in a browser; the bench `large` must have run once
  pictures         take the pictures of the README
  fuzz MINUTES [TARGET]
                   read what strangers might send, guided by coverage: so long for each target
  soak [ARGS]      run under load for long, with the servers
  servers up       start a domain controller and PostgreSQL; servers down, restore, status
  ad ACT           change the running domain: disable, enable, unlock, expire, never-expire, must-change USER;
                   add-member, remove-member GROUP USER";

/// Does what the words after `cargo xtask` ask for.
pub fn perform(words: &[&str]) -> Done {
    match words {
        ["test"] => test(),
        ["ci"] => ci::ci(),
        ["tidy"] => tidy::tidy(),
        ["openapi"] => openapi::write(),
        ["ui"] => ui::build(),
        ["ui", "where-node"] => ui::build_where_node(),
        ["ui-test", pages @ ..] => ui::test(pages),
        ["dev"] => {
            ui::build_where_node()?;
            cargo(&["run", "--package", "pforte", "--", "serve", "--demo", "--data", "target/demo"], &[])
        }
        ["bench", further @ ..] => with_servers(&["bench", "--workspace", "--bench", "*", "--"], further),
        ["measure"] => ui::with_release("measure"),
        ["pictures"] => ui::with_release("pictures"),
        ["fuzz", minutes] => fuzz::fuzz(minutes, None),
        ["fuzz", minutes, target] => fuzz::fuzz(minutes, Some(target)),
        ["soak", further @ ..] => {
            with_servers(&["run", "--release", "--package", "pforte-bench", "--bin", "soak", "--"], further)
        }
        ["servers", "up"] => servers::up().map(drop),
        ["servers", "down"] => servers::down(),
        ["servers", "restore"] => servers::restore(),
        ["servers", "status"] => servers::status(),
        ["ad", act @ ..] => ad(act),
        _ => Err(Failure::new(format!("usage: {USAGE}"))),
    }
}

fn test() -> Done {
    packages::install_missing()?;
    let _servers = Lease::take()?;
    ci::ci()
}

/// Acts as the domain's administrator would in his own tools.
fn ad(act: &[&str]) -> Done {
    let admin = Admin::of(&Servers::load(&place::servers_file())?.ad);
    match act {
        ["disable", user] => admin.disable(user),
        ["enable", user] => admin.enable(user),
        ["unlock", user] => admin.unlock(user),
        ["expire", user] => admin.expire(user),
        ["never-expire", user] => admin.never_expire(user),
        ["must-change", user] => admin.must_change(user),
        ["add-member", group, user] => admin.add_member(group, user),
        ["remove-member", group, user] => admin.remove_member(group, user),
        _ => Err(Failure::new(format!("usage: {USAGE}"))),
    }
}

fn with_servers(words: &[&str], further: &[&str]) -> Done {
    let _servers = Lease::take()?;
    cargo(words, further)
}

fn cargo(words: &[&str], further: &[&str]) -> Done {
    run(&mut ci::in_workspace("cargo", &[words, further].concat()))
}
