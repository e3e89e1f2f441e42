//! Prints the example configuration: `docs/config.example.toml` is its output.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(pforte_server::config::example().as_bytes())
}
