//! Which crate may use which, and what a crate may not have.

use super::Finding;
use super::tree::{Dependency, Package};

/// The crates of the workspace, each with those it may use. A crate that is not named here uses none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("pforte-model", &[]),
    ("pforte-verify", &["pforte-model"]),
    ("pforte-store", &["pforte-model"]),
    ("pforte-directory", &["pforte-model"]),
    ("pforte-card", &["pforte-model"]),
    ("pforte-wire", &["pforte-model"]),
    ("pforte-print", &["pforte-model"]),
    ("pforte-client", &["pforte-model", "pforte-wire"]),
    (
        "pforte-server",
        &[
            "pforte-model",
            "pforte-verify",
            "pforte-store",
            "pforte-directory",
            "pforte-card",
            "pforte-wire",
            "pforte-print",
        ],
    ),
    ("pforte-station", &["pforte-model", "pforte-card", "pforte-wire", "pforte-client"]),
    (
        "pforte",
        &[
            "pforte-model",
            "pforte-verify",
            "pforte-store",
            "pforte-directory",
            "pforte-card",
            "pforte-wire",
            "pforte-print",
            "pforte-client",
            "pforte-server",
            "pforte-station",
        ],
    ),
];

/// What tests, fuzzes and measures may use everything; the measures use the tests'
/// fixtures too, and nothing else may use them.
const ABOVE_ALL: [&str; 3] = ["pforte-test", "pforte-fuzz", "pforte-bench"];

/// The one binary of integration tests: linking many takes longer than running them.
const TESTS: (&str, &str) = ("pforte-test", "it");

/// The only Cargo feature there may be: behaviour is chosen at run time.
const FEATURE: &str = "fuzzing";

pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    let edges = packages
        .iter()
        .flat_map(|package| package.dependencies.iter().filter_map(|dependency| edge(package, dependency)));
    let features = packages.iter().flat_map(features);
    edges.chain(features).chain(test_binaries(packages)).collect()
}

fn edge(package: &Package, dependency: &Dependency) -> Option<Finding> {
    dependency.path.as_ref()?;
    let (from, to) = (package.name.as_str(), dependency.name.as_str());
    let named = ALLOWED.iter().any(|(name, uses)| *name == from && uses.contains(&to));
    let fixtures = (from, to) == ("pforte-bench", "pforte-test");
    if named || fixtures || (ABOVE_ALL.contains(&from) && !ABOVE_ALL.contains(&to)) {
        return None;
    }
    Some(Finding {
        rule: "crate-edge",
        place: format!("{from} -> {to}"),
        says: "this crate may not use that one (section 3 of the design, xtask/src/tidy/edges.rs)".to_owned(),
    })
}

fn features(package: &Package) -> impl Iterator<Item = Finding> {
    let other = package.features.keys().filter(|name| *name != FEATURE);
    other.map(|name| Finding {
        rule: "cargo-feature",
        place: package.name.clone(),
        says: format!("has the Cargo feature {name}; choose at run time"),
    })
}

fn test_binaries(packages: &[Package]) -> Vec<Finding> {
    let all = packages.iter().flat_map(|package| {
        let tests = package.targets.iter().filter(|target| target.kind.iter().any(|kind| kind == "test"));
        tests.map(|target| (package.name.as_str(), target.name.as_str()))
    });
    let all: Vec<(&str, &str)> = all.collect();
    let finding = |(package, name): (&str, &str), says: &str| Finding {
        rule: "test-binary",
        place: format!("{package} {name}"),
        says: says.to_owned(),
    };
    let further = all.iter().filter(|found| **found != TESTS);
    let mut findings: Vec<Finding> = further
        .map(|found| finding(*found, "a further binary of integration tests; move it to pforte-test"))
        .collect();
    if !all.contains(&TESTS) {
        findings.push(finding(TESTS, "the binary of integration tests is missing"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tree::Target;
    use super::*;

    fn package(name: &str, uses: &[&str]) -> Package {
        let dependency =
            |name: &&str| Dependency { name: (*name).to_owned(), path: Some("somewhere".to_owned()) };
        Package {
            name: name.to_owned(),
            dependencies: uses.iter().map(dependency).collect(),
            ..Package::default()
        }
    }

    fn with_test(mut package: Package, name: &str) -> Package {
        package.targets.push(Target { name: name.to_owned(), kind: vec!["test".to_owned()] });
        package
    }

    fn places(packages: &[Package]) -> Vec<String> {
        let tests = with_test(package("pforte-test", &["pforte-server", "xtask"]), "it");
        check(&[&[tests], packages].concat()).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn an_edge_upwards_or_sideways_is_found() {
        let packages = [
            package("pforte-server", &["pforte-store", "pforte-client"]),
            package("pforte-store", &["pforte-directory", "pforte-model"]),
            package("pforte-model", &["pforte-test"]),
            package("xtask", &["pforte-model"]),
        ];
        let expected = [
            "pforte-server -> pforte-client",
            "pforte-store -> pforte-directory",
            "pforte-model -> pforte-test",
            "xtask -> pforte-model",
        ];
        assert_eq!(places(&packages), expected);
    }

    #[test]
    fn a_second_binary_of_integration_tests_is_found() {
        assert_eq!(places(&[with_test(package("pforte-store", &[]), "contract")]), ["pforte-store contract"]);
        assert_eq!(check(&[]).len(), 1);
    }

    #[test]
    fn a_cargo_feature_is_found() {
        let mut package = package("pforte-store", &[]);
        package.features.insert("postgres".to_owned(), Vec::new());
        package.features.insert("fuzzing".to_owned(), Vec::new());
        assert_eq!(places(&[package]), ["pforte-store"]);
    }
}
