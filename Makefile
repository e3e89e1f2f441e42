# The commands a newcomer needs. `cargo xtask` lists what stands behind them.

.PHONY: run test servers soak bench

# The demo plant on the embedded database, at https://localhost:8443.
run:
	@cargo xtask ui where-node
	cargo build --release --package pforte-pam
	cargo run --release --package pforte -- serve --demo --data target/demo

# Everything CI checks, against real servers that are installed, started and ended here.
test:
	@cargo xtask test

# The servers behind the tests, left running: end them with `cargo xtask servers down`.
servers:
	@cargo xtask servers up

soak:
	@cargo xtask soak
	@cargo xtask fuzz 2

bench:
	@cargo xtask bench
