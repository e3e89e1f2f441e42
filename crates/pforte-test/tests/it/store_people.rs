//! Directories, persons, users and groups: what is kept, and what is never given twice.

use crate::store_kit::{Site, on_both_engines, write};
use pforte_model::account::Principal;
use pforte_model::id::{DirectoryId, GroupId, PersonId, UserId};
use pforte_model::name::{Label, LoginName};
use pforte_model::policy::MemberFact;
use pforte_model::time::Micros;
use pforte_store::directories::{self, Directory};
use pforte_store::groups::{self, Group};
use pforte_store::local::{self, LocalUser, NewPassword};
use pforte_store::persons::{self, Person};
use pforte_store::users::{self, User};
use pforte_store::{Result, Store, StoreError, Tx};

on_both_engines!(
    a_directory_is_kept_changed_and_removed,
    the_name_of_a_removed_directory_is_free_again,
    directories_come_in_the_order_of_their_places,
    a_user_is_found_by_id_key_login_and_person,
    a_user_needs_its_person_and_its_directory,
    a_key_belongs_to_one_user_of_a_directory,
    of_two_who_change_a_row_the_second_is_told,
    users_come_in_pages,
    a_local_name_is_never_given_to_another_user,
    a_password_is_set_remembered_and_rehashed,
    a_local_group_name_is_never_given_to_another_group,
    a_group_is_found_by_id_key_sid_and_name,
    members_come_and_go,
    persons_are_kept_and_renamed,
);

pub(crate) fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

pub(crate) fn login(text: &str) -> LoginName {
    LoginName::parse(text).unwrap()
}

pub(crate) fn directory(number: u8, name: &str) -> Directory {
    Directory {
        id: DirectoryId::from_bytes([number; 16]),
        name: label(name),
        kind: "ldap".into(),
        settings: "{}".into(),
        secret: Some(vec![number, 0, 255]),
        position: i64::from(number),
        enabled: true,
        created_at: Micros(i64::from(number)),
        removed_at: None,
        known_hours: 0,
        version: 1,
    }
}

pub(crate) fn person(number: u8) -> Person {
    Person { id: PersonId::from_bytes([number; 16]), name: format!("Person {number}"), created_at: Micros(7) }
}

pub(crate) fn user(number: u8, directory: u8, name: &str) -> User {
    User {
        id: UserId::from_bytes([number; 16]),
        directory: DirectoryId::from_bytes([directory; 16]),
        key: vec![number, 0, 1],
        login: login(name),
        label: format!("{name} (\u{1f3ed} Ünit)"),
        person: PersonId::from_bytes([number; 16]),
        enabled: true,
        essential: false,
        adopted_at: Micros(5),
        seen_at: None,
        version: 1,
    }
}

pub(crate) fn group(number: u8, directory: u8, name: &str) -> Group {
    Group {
        id: GroupId::from_bytes([number; 16]),
        directory: DirectoryId::from_bytes([directory; 16]),
        key: vec![number],
        mark: number.is_multiple_of(2).then(|| vec![1, number]),
        name: name.into(),
        label: format!("{name}!"),
        built_in: None,
        version: 1,
    }
}

/// A database with directory 1 and, for each name, a user of it with a person.
pub(crate) async fn with_users(site: &Site, names: &'static [&'static str]) -> Store {
    let store = site.create().await;
    let made = write(&store, async move |tx: &mut Tx| {
        directories::insert(tx, &directory(1, "Plant")).await?;
        for (number, name) in (1..).zip(names) {
            persons::insert(tx, &person(number)).await?;
            users::insert(tx, &user(number, 1, name)).await?;
        }
        Ok(())
    });
    made.await.unwrap();
    store
}

async fn a_directory_is_kept_changed_and_removed(site: Site) {
    let store = site.create().await;
    let made = directory(3, "Größe");
    let row = made.clone();
    write(&store, async move |tx: &mut Tx| directories::insert(tx, &row).await).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let read = directories::by_id(&mut conn, made.id).await.unwrap().unwrap();
    assert!(read == made);
    assert!(directories::by_name(&mut conn, &label("GRÖSSE")).await.unwrap().is_none());
    assert!(directories::by_name(&mut conn, &label("grÖße")).await.unwrap() == Some(made.clone()));
    let changed =
        Directory { settings: r#"{"a":1}"#.into(), secret: None, enabled: false, position: -4, ..read };
    let row = changed.clone();
    write(&store, async move |tx: &mut Tx| directories::update(tx, &row).await).await.unwrap();
    let read = directories::by_id(&mut conn, made.id).await.unwrap().unwrap();
    assert!(read == Directory { version: 2, ..changed.clone() });
    let gone = write(&store, async move |tx: &mut Tx| directories::remove(tx, made.id, 2, Micros(99)).await);
    gone.await.unwrap();
    assert!(directories::all(&mut conn).await.unwrap().is_empty());
    let kept = directories::with_removed(&mut conn).await.unwrap().pop().unwrap();
    assert_eq!(
        (kept.removed_at, kept.enabled, kept.secret.is_none(), kept.version),
        (Some(Micros(99)), false, true, 3)
    );
    let again = write(&store, async move |tx: &mut Tx| directories::update(tx, &kept).await);
    assert!(matches!(again.await, Err(StoreError::Missing)));
}

async fn the_name_of_a_removed_directory_is_free_again(site: Site) {
    let store = site.create().await;
    let insert = async |number: u8, name: &str| {
        let row = directory(number, name);
        write(&store, async move |tx: &mut Tx| directories::insert(tx, &row).await).await
    };
    insert(1, "Plant").await.unwrap();
    assert!(matches!(insert(2, "PLANT").await, Err(StoreError::Duplicate)));
    let id = directory(1, "Plant").id;
    write(&store, async move |tx: &mut Tx| directories::remove(tx, id, 1, Micros(9)).await).await.unwrap();
    insert(2, "plant").await.unwrap();
}

async fn directories_come_in_the_order_of_their_places(site: Site) {
    let store = site.create().await;
    for (number, position, name) in [(1, 5, "b"), (2, 5, "a"), (3, 1, "z")] {
        let row = Directory { position, ..directory(number, name) };
        write(&store, async move |tx: &mut Tx| directories::insert(tx, &row).await).await.unwrap();
    }
    let all = directories::all(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(all.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["z", "a", "b"]);
}

async fn a_user_is_found_by_id_key_login_and_person(site: Site) {
    let store = with_users(&site, &["alice", "bob"]).await;
    let mut conn = store.read().await.unwrap();
    let bob = user(2, 1, "bob");
    assert_eq!(users::by_id(&mut conn, bob.id).await.unwrap(), Some(bob.clone()));
    assert_eq!(users::by_key(&mut conn, bob.directory, &bob.key).await.unwrap(), Some(bob.clone()));
    assert_eq!(
        users::by_login(&mut conn, bob.directory, &login("BOB")).await.unwrap().as_slice(),
        std::slice::from_ref(&bob)
    );
    assert_eq!(users::of_person(&mut conn, bob.person).await.unwrap().as_slice(), std::slice::from_ref(&bob));
    assert_eq!(users::by_key(&mut conn, DirectoryId::from_bytes([9; 16]), &bob.key).await.unwrap(), None);
    assert_eq!(users::all(&mut conn).await.unwrap(), [user(1, 1, "alice"), bob.clone()]);
    let job = write(&store, async move |tx: &mut Tx| {
        users::seen(tx, bob.id, Micros(77)).await?;
        users::told(tx, bob.id, &login("alice"), "Another Alice").await
    });
    job.await.unwrap();
    let both = users::by_login(&mut conn, bob.directory, &login("alice")).await.unwrap();
    assert_eq!(both.iter().map(|user| user.id).collect::<Vec<_>>(), [user(1, 1, "alice").id, bob.id]);
    let bob = both.last().unwrap();
    assert_eq!((bob.seen_at, bob.label.as_str(), bob.version), (Some(Micros(77)), "Another Alice", 2));
}

async fn a_user_needs_its_person_and_its_directory(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let nobody = User { person: PersonId::from_bytes([9; 16]), ..user(2, 1, "bob") };
    let nowhere = User { person: PersonId::from_bytes([1; 16]), ..user(2, 9, "bob") };
    for row in [nobody, nowhere] {
        let refused = write(&store, async move |tx: &mut Tx| users::insert(tx, &row).await).await;
        assert!(matches!(refused, Err(StoreError::Referenced)), "{refused:?}");
    }
}

async fn a_key_belongs_to_one_user_of_a_directory(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let twin =
        User { key: user(1, 1, "alice").key, person: PersonId::from_bytes([1; 16]), ..user(2, 1, "bob") };
    let elsewhere = User { directory: directory(2, "Other").id, ..twin.clone() };
    let job = write(&store, async move |tx: &mut Tx| {
        directories::insert(tx, &directory(2, "Other")).await?;
        users::insert(tx, &elsewhere).await
    });
    job.await.unwrap();
    let twin = User { id: UserId::from_bytes([3; 16]), ..twin };
    let refused = write(&store, async move |tx: &mut Tx| users::insert(tx, &twin).await).await;
    assert!(matches!(refused, Err(StoreError::Duplicate)));
}

async fn of_two_who_change_a_row_the_second_is_told(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let (mine, theirs) = (User { enabled: false, ..user(1, 1, "alice") }, user(1, 1, "alicia"));
    write(&store, async move |tx: &mut Tx| users::update(tx, &mine).await).await.unwrap();
    let stale = write(&store, async move |tx: &mut Tx| users::update(tx, &theirs).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    let unknown = user(9, 1, "nobody");
    let missing = write(&store, async move |tx: &mut Tx| users::update(tx, &unknown).await).await;
    assert!(matches!(missing, Err(StoreError::Missing)));
    let read = users::by_id(&mut store.read().await.unwrap(), UserId::from_bytes([1; 16])).await.unwrap();
    assert_eq!(read.unwrap(), User { enabled: false, version: 2, ..user(1, 1, "alice") });
}

async fn users_come_in_pages(site: Site) {
    let store = with_users(&site, &["emil", "dora", "Żaneta", "bob", "zoe", "äpfel"]).await;
    let mut conn = store.read().await.unwrap();
    let first = users::page(&mut conn, None, 4).await.unwrap();
    let rest = users::page(&mut conn, first.last().map(|user| user.id), 4).await.unwrap();
    assert_eq!((first.len(), rest.len()), (4, 2));
    let plant = DirectoryId::from_bytes([1; 16]);
    let mut names: Vec<String> = Vec::new();
    loop {
        let after = names.last().map(|name| login(name));
        let page = users::page_of(&mut conn, plant, after.as_ref(), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        names.extend(page.into_iter().map(|user| user.login.to_string()));
    }
    assert_eq!(names, ["bob", "dora", "emil", "zoe", "äpfel", "żaneta"]);
    assert_eq!(users::page(&mut conn, None, 0).await.unwrap(), []);
}

fn local_user(number: u8, name: &str) -> LocalUser {
    LocalUser {
        user: UserId::from_bytes([number; 16]),
        login: login(name),
        verifier: format!("$argon2id$verifier {number}"),
        pepper: "p1".into(),
        must_change: true,
        password_at: Micros(10),
        expires_at: Some(Micros(1000)),
    }
}

async fn insert_local(store: &Store, number: u8, name: &'static str) -> Result<()> {
    write(store, async move |tx: &mut Tx| local::insert(tx, &local_user(number, name)).await).await
}

async fn rename(store: &Store, number: u8, name: &'static str) -> Result<()> {
    let job = write(store, async move |tx: &mut Tx| {
        let row = users::by_id(tx, UserId::from_bytes([number; 16])).await?.unwrap();
        local::rename(tx, &row, &login(name), Micros(50)).await
    });
    job.await
}

async fn a_local_name_is_never_given_to_another_user(site: Site) {
    let store = with_users(&site, &["alice", "bob"]).await;
    insert_local(&store, 1, "alice").await.unwrap();
    assert!(matches!(insert_local(&store, 2, "ALICE").await, Err(StoreError::Duplicate)));
    insert_local(&store, 2, "bob").await.unwrap();
    rename(&store, 1, "alicia").await.unwrap();
    assert!(matches!(rename(&store, 2, "alice").await, Err(StoreError::Duplicate)));
    rename(&store, 1, "alice").await.unwrap();
    let mut conn = store.read().await.unwrap();
    let (alice, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
    assert_eq!(local::name_owner(&mut conn, &login("alicia")).await.unwrap(), Some(alice));
    assert_eq!(local::name_owner(&mut conn, &login("carol")).await.unwrap(), None);
    assert!(local::by_login(&mut conn, &login("alicia")).await.unwrap().is_none());
    assert!(local::by_login(&mut conn, &login("alice")).await.unwrap() == Some(local_user(1, "alice")));
    assert!(local::by_user(&mut conn, bob).await.unwrap() == Some(local_user(2, "bob")));
    let row = users::by_id(&mut conn, alice).await.unwrap().unwrap();
    assert_eq!((row.login, row.version), (login("alice"), 3));
    let stale = User { version: 1, ..user(1, 1, "alice") };
    let refused =
        write(&store, async move |tx: &mut Tx| local::rename(tx, &stale, &login("x"), Micros(1)).await);
    assert!(matches!(refused.await, Err(StoreError::Stale)));
    assert_eq!(local::name_owner(&mut conn, &login("x")).await.unwrap(), None);
}

async fn a_password_is_set_remembered_and_rehashed(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let alice = UserId::from_bytes([1; 16]);
    insert_local(&store, 1, "alice").await.unwrap();
    for number in 1..=4 {
        let verifier = format!("v{number}");
        let new = NewPassword { verifier, pepper: "p2".into(), must_change: false, at: Micros(20 + number) };
        write(&store, async move |tx: &mut Tx| local::set_password(tx, alice, &new).await).await.unwrap();
    }
    let job = write(&store, async move |tx: &mut Tx| {
        local::rehash(tx, alice, "v3", "late", "p3").await?;
        local::rehash(tx, alice, "v4", "v4 again", "p3").await?;
        local::set_end(tx, alice, None).await?;
        local::forget_history(tx, alice, 3).await
    });
    assert_eq!(job.await.unwrap(), 2);
    let mut conn = store.read().await.unwrap();
    let read = local::by_user(&mut conn, alice).await.unwrap().unwrap();
    assert_eq!((read.verifier.as_str(), read.pepper.as_str()), ("v4 again", "p3"));
    assert_eq!((read.must_change, read.password_at, read.expires_at), (false, Micros(24), None));
    assert_eq!(local::history(&mut conn, alice, 10).await.unwrap(), ["v4", "v3", "v2"]);
    assert_eq!(local::history(&mut conn, alice, 1).await.unwrap(), ["v4"]);
    let nobody = UserId::from_bytes([9; 16]);
    let missing = write(&store, async move |tx: &mut Tx| local::set_end(tx, nobody, None).await).await;
    assert!(matches!(missing, Err(StoreError::Missing)));
}

async fn a_local_group_name_is_never_given_to_another_group(site: Site) {
    let store = with_users(&site, &[]).await;
    let insert = async |number, name| {
        let row = group(number, 1, name);
        write(&store, async move |tx: &mut Tx| groups::insert_local(tx, &row, Micros(1)).await).await
    };
    let update = async |number, name, version| {
        let row = Group { version, ..group(number, 1, name) };
        write(&store, async move |tx: &mut Tx| groups::update_local(tx, &row, Micros(2)).await).await
    };
    insert(1, "Operators").await.unwrap();
    assert!(matches!(insert(2, "OPERATORS").await, Err(StoreError::Duplicate)));
    insert(2, "Shift").await.unwrap();
    update(1, "Crew", 1).await.unwrap();
    assert!(matches!(update(2, "operators", 1).await, Err(StoreError::Duplicate)));
    assert!(matches!(update(1, "Crew 2", 1).await, Err(StoreError::Stale)));
    update(1, "operators", 2).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let found = groups::by_name(&mut conn, DirectoryId::from_bytes([1; 16]), "OPERATORS").await.unwrap();
    assert_eq!(found, [Group { version: 3, ..group(1, 1, "operators") }]);
}

async fn a_group_is_found_by_id_key_sid_and_name(site: Site) {
    let store = with_users(&site, &[]).await;
    let built_in = Group { built_in: Some("administrators".into()), ..group(3, 1, "Logon_Administrator") };
    let rows = [group(1, 1, "Schichtführer (Süd)"), group(2, 1, "Staff"), built_in.clone()];
    let inserted = rows.clone();
    let job = write(&store, async move |tx: &mut Tx| {
        for row in &inserted {
            groups::insert(tx, row).await?;
        }
        Ok(())
    });
    job.await.unwrap();
    let mut conn = store.read().await.unwrap();
    let plant = DirectoryId::from_bytes([1; 16]);
    let [first, second, third] = &rows;
    assert_eq!(groups::by_id(&mut conn, first.id).await.unwrap().as_ref(), Some(first));
    assert_eq!(groups::by_key(&mut conn, plant, &second.key).await.unwrap().as_ref(), Some(second));
    assert_eq!(groups::by_mark(&mut conn, plant, &[1, 2]).await.unwrap().as_ref(), Some(second));
    assert_eq!(groups::by_mark(&mut conn, plant, &[1, 3]).await.unwrap(), None);
    assert_eq!(
        groups::by_name(&mut conn, plant, "schichtFÜHRER (süd)").await.unwrap().as_slice(),
        std::slice::from_ref(first)
    );
    assert_eq!(groups::built_in(&mut conn, "administrators").await.unwrap().as_ref(), Some(third));
    assert_eq!(groups::all(&mut conn).await.unwrap(), rows);
    assert_eq!(
        groups::page(&mut conn, Some(first.id), 1).await.unwrap().as_slice(),
        std::slice::from_ref(second)
    );
    let names: Vec<_> = groups::of_directory(&mut conn, plant).await.unwrap();
    assert_eq!(names.iter().map(|row| row.key.clone()).collect::<Vec<_>>(), [[3], [1], [2]]);
    let told = Group { mark: Some(vec![9]), name: "Crew".into(), label: "The crew".into(), ..second.clone() };
    let row = told.clone();
    write(&store, async move |tx: &mut Tx| groups::told(tx, &row).await).await.unwrap();
    assert_eq!(groups::by_mark(&mut conn, plant, &[9]).await.unwrap(), Some(Group { version: 2, ..told }));
    assert_eq!(groups::facts(&mut conn).await.unwrap().get(1).unwrap().name, "The crew");
}

async fn members_come_and_go(site: Site) {
    let store = with_users(&site, &["alice"]).await;
    let (one, two) = (group(1, 1, "One"), group(2, 1, "Two"));
    let alice = Principal::User(UserId::from_bytes([1; 16]));
    let nested = Principal::Group(one.id);
    let add = async |member, group| {
        let fact = MemberFact { member, group };
        write(&store, async move |tx: &mut Tx| groups::add_member(tx, fact).await).await
    };
    let (first, second) = (one.clone(), two.clone());
    let job = write(&store, async move |tx: &mut Tx| {
        groups::insert_local(tx, &first, Micros(1)).await?;
        groups::insert_local(tx, &second, Micros(1)).await
    });
    job.await.unwrap();
    add(alice, one.id).await.unwrap();
    add(alice, two.id).await.unwrap();
    add(nested, two.id).await.unwrap();
    assert!(matches!(add(alice, one.id).await, Err(StoreError::Duplicate)));
    assert!(matches!(add(alice, GroupId::from_bytes([9; 16])).await, Err(StoreError::Missing)));
    let mut conn = store.read().await.unwrap();
    assert_eq!(groups::members(&mut conn, two.id).await.unwrap(), [nested, alice]);
    assert_eq!(groups::groups_of(&mut conn, nested).await.unwrap(), [two.id]);
    assert_eq!(
        groups::groups_of_user(&mut conn, UserId::from_bytes([1; 16])).await.unwrap(),
        [one.id, two.id]
    );
    let fact = MemberFact { member: alice, group: two.id };
    write(&store, async move |tx: &mut Tx| groups::remove_member(tx, fact).await).await.unwrap();
    let again = write(&store, async move |tx: &mut Tx| groups::remove_member(tx, fact).await).await;
    assert!(matches!(again, Err(StoreError::Missing)));
    let left = [MemberFact { member: alice, group: one.id }, MemberFact { member: nested, group: two.id }];
    assert_eq!(groups::all_members(&mut conn).await.unwrap(), left);
}

async fn persons_are_kept_and_renamed(site: Site) {
    let store = with_users(&site, &["alice", "bob"]).await;
    let id = PersonId::from_bytes([2; 16]);
    write(&store, async move |tx: &mut Tx| persons::rename(tx, id, "Bob Ø").await).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let renamed = Person { name: "Bob Ø".into(), ..person(2) };
    assert_eq!(persons::by_id(&mut conn, id).await.unwrap().as_ref(), Some(&renamed));
    assert_eq!(persons::all(&mut conn).await.unwrap(), [person(1), renamed]);
    let nobody = PersonId::from_bytes([9; 16]);
    let missing = write(&store, async move |tx: &mut Tx| persons::rename(tx, nobody, "x").await).await;
    assert!(matches!(missing, Err(StoreError::Missing)));
}
