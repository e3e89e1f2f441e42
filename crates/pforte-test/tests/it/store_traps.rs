//! Where SQLite and PostgreSQL would differ if nobody took care.

use crate::store_kit::{Site, on_both_engines, write};
use crate::store_people::{group, label, login, user, with_users};
use pforte_model::id::{DirectoryId, PersonId};
use pforte_model::time::Micros;
use pforte_store::users::User;
use pforte_store::{StoreError, Tx, census, configured, groups, local, persons, users};

on_both_engines!(
    names_are_folded_the_same_beyond_ascii,
    names_are_sorted_by_code_point,
    a_null_keeps_its_class,
    the_ends_of_the_range_of_numbers_are_kept,
    every_character_but_one_is_kept,
    arguments_arrive_by_their_number_and_not_by_their_order,
);

async fn names_are_folded_the_same_beyond_ascii(site: Site) {
    let store = with_users(&site, &["ÄNNE", "ЁЛКА", "ǆemal"]).await;
    let plant = DirectoryId::from_bytes([1; 16]);
    let mut conn = store.read().await.unwrap();
    for (typed, number) in
        [("änne", 1), ("a\u{308}nne", 1), ("Ｄžemal", 3), ("dzemal", 0), ("ǅEMAL", 3), ("ёлка", 2)]
    {
        let found = users::by_login(&mut conn, plant, &login(typed)).await.unwrap();
        let expected: Vec<_> = [1, 2, 3].into_iter().filter(|one| *one == number).collect();
        let found: Vec<_> = found.iter().map(|user| *user.id.as_bytes().first().unwrap()).collect();
        assert_eq!(found, expected, "{typed}");
    }
    assert_eq!(local::name_owner(&mut conn, &login("%")).await.unwrap(), None);
}

async fn names_are_sorted_by_code_point(site: Site) {
    let store = with_users(&site, &[]).await;
    let names = ["_x", "Zebra", "apple", "Ärger", "B", "a_b", "a-b", "aB", "über"];
    let job = write(&store, async move |tx: &mut Tx| {
        for (number, name) in (1..).zip(names) {
            groups::insert(tx, &group(number, 1, name)).await?;
        }
        Ok(())
    });
    job.await.unwrap();
    let mut conn = store.read().await.unwrap();
    let sorted = groups::of_directory(&mut conn, DirectoryId::from_bytes([1; 16])).await.unwrap();
    let sorted: Vec<_> = sorted.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(sorted, ["_x", "a-b", "a_b", "aB", "apple", "B", "Zebra", "Ärger", "über"]);
}

async fn a_null_keeps_its_class(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let rows = [(None, None), (Some(vec![]), Some(String::new())), (Some(vec![0]), Some("b".into()))];
    for (number, (mark, built_in)) in (1..).zip(rows) {
        let row = groups::Group { mark, built_in, ..group(number, 1, &format!("g{number}")) };
        let inserted = row.clone();
        write(&store, async move |tx: &mut Tx| groups::insert(tx, &inserted).await).await.unwrap();
        let read = groups::by_id(&mut store.read().await.unwrap(), row.id).await.unwrap();
        assert_eq!(read, Some(row));
    }
    let seen = User { seen_at: Some(Micros(0)), person: PersonId::from_bytes([1; 16]), ..user(2, 1, "bob") };
    let row = seen.clone();
    write(&store, async move |tx: &mut Tx| users::insert(tx, &row).await).await.unwrap();
    let mut conn = store.read().await.unwrap();
    assert_eq!(users::by_id(&mut conn, seen.id).await.unwrap().unwrap().seen_at, Some(Micros(0)));
    assert_eq!(users::by_id(&mut conn, user(1, 1, "x").id).await.unwrap().unwrap().seen_at, None);
}

async fn the_ends_of_the_range_of_numbers_are_kept(site: Site) {
    let store = site.create().await;
    for (number, at) in [(1, i64::MIN), (2, i64::MAX), (3, -1), (4, 1 << 32)] {
        let row = persons::Person {
            id: PersonId::from_bytes([number; 16]),
            name: String::new(),
            created_at: Micros(at),
        };
        let inserted = row.clone();
        write(&store, async move |tx: &mut Tx| persons::insert(tx, &inserted).await).await.unwrap();
        assert_eq!(persons::by_id(&mut store.read().await.unwrap(), row.id).await.unwrap(), Some(row));
    }
}

async fn every_character_but_one_is_kept(site: Site) {
    let store = site.create().await;
    let odd = "\u{1}\t'\";--$1\\%_\u{7f}\u{fffd}\u{10ffff}\u{202e}\r\n";
    write(&store, async move |tx: &mut Tx| configured::set(tx, "odd", odd, 0).await).await.unwrap();
    let read = configured::by_key(&mut store.read().await.unwrap(), "odd").await.unwrap();
    assert_eq!(read.unwrap().value, odd);
    let refused = write(&store, async |tx: &mut Tx| configured::set(tx, "nul", "a\0b", 0).await).await;
    assert!(matches!(refused, Err(StoreError::BadText)));
    let asked = configured::by_key(&mut store.read().await.unwrap(), "a\0b").await;
    assert!(matches!(asked, Err(StoreError::BadText)));
}

async fn arguments_arrive_by_their_number_and_not_by_their_order(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    // `SET` names $3 and $4 before `WHERE` names $1 and $2.
    let row = User { label: "label".into(), login: login("login"), ..user(1, 1, "alice") };
    let updated = row.clone();
    write(&store, async move |tx: &mut Tx| users::update(tx, &updated).await).await.unwrap();
    let read = users::by_id(&mut store.read().await.unwrap(), row.id).await.unwrap().unwrap();
    assert_eq!((read.login.as_str(), read.label.as_str()), ("login", "label"));
    assert_eq!(label("label").as_str(), read.label);
}

/// What folds or compares letters in the database does it differently in each.
#[test]
fn no_statement_folds_letters_or_matches_patterns() {
    for sql in census::common() {
        let text = sql.text().to_lowercase();
        for word in ["like", "lower(", "upper(", "glob", "collate", "~", "||", "now()", "random("] {
            assert!(!text.contains(word), "{} uses {word}", sql.name());
        }
    }
}
