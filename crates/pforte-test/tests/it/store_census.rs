//! Every statement of the store is understood by both engines, and means the same.

use crate::store_kit::{Site, on_both_engines};
use pforte_store::census;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

on_both_engines!(every_statement_is_prepared);

async fn every_statement_is_prepared(site: Site) {
    let store = site.create().await;
    let mut conn = store.read().await.unwrap();
    let refused: Vec<_> = census::prepare_all(&mut conn)
        .await
        .into_iter()
        .filter_map(|one| one.parameters.err().map(|error| (one.sql.name(), format!("{error:?}"))))
        .collect();
    assert_eq!(refused, []);
}

/// What PostgreSQL would guess must be what the store gives, or arithmetic on a
/// parameter would be done in another width, and a NULL would have no type.
#[tokio::test]
async fn parameters_have_the_three_classes_and_the_same_number_on_both_engines() {
    let (sqlite, postgres) = (Site::sqlite(), Site::postgres().await);
    let (sqlite, postgres) = (sqlite.create().await, postgres.create().await);
    let classes = ["int8", "text", "bytea"];
    let mut counts = BTreeMap::new();
    for one in census::prepare_all(&mut postgres.read().await.unwrap()).await {
        let parameters = one.parameters.unwrap();
        let arrays = one.sql.text().contains("unnest");
        assert!(
            arrays || parameters.iter().all(|class| classes.contains(&class.as_str())),
            "{one:?}",
            one = one.sql
        );
        counts.insert(one.sql.name(), parameters.len());
    }
    for one in census::prepare_all(&mut sqlite.read().await.unwrap()).await {
        let count = one.parameters.unwrap().len();
        assert!(counts.get(one.sql.name()).is_none_or(|other| *other == count), "{}", one.sql.name());
    }
}

/// There is no other way to run a statement than to write it down in `statements!`,
/// and every list stands in the census.
#[test]
fn every_list_of_statements_is_in_the_census() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pforte-store/src");
    let named: BTreeSet<String> = files(&source)
        .into_iter()
        .filter(|path| std::fs::read_to_string(path).unwrap().contains("\nstatements! {"))
        .map(|path| {
            path.strip_prefix(&source).unwrap().with_extension("").to_str().unwrap().replace('/', "::")
        })
        .collect();
    let listed: BTreeSet<String> = census::common()
        .iter()
        .map(|sql| sql.name().trim_start_matches("pforte_store::").rsplit_once("::").unwrap().0.to_owned())
        .collect();
    assert_eq!(named, listed);
    assert!(listed.len() > 15);
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
