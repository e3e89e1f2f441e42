//! `pforte init`: new data.

use crate::cli::data::{Data, start_failure};
use crate::cli::failure::Done;
use crate::cli::link::runtime;
use crate::cli::out::Out;
use clap::Args;
use pforte_server::run;
use serde_json::json;

/// Make new data and print the set-up code, once
#[derive(Args)]
pub(crate) struct Init {
    #[command(flatten)]
    data: Data,
}

impl Init {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let options = self.data.options(None)?;
        let code = runtime()?.block_on(run::init(options)).map_err(|error| start_failure(&error))?;
        let (folder, ca) = (self.data.folder.display(), self.data.folder.join("ca.pem"));
        if out.is_json() {
            return out.json(&json!({ "data": self.data.folder, "ca": ca, "set_up_code": code.as_str() }));
        }
        out.fields(&[
            ("set-up code", code.as_str().to_owned()),
            ("data", folder.to_string()),
            ("authority to trust", ca.display().to_string()),
            ("start", format!("pforte serve --data {folder}")),
            ("then", format!("pforte setup --user NAME --ca {}", ca.display())),
        ])
    }
}
