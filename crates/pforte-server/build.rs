//! Has the server built anew when the web UI was: its files are embedded.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../ui/dist");
}
