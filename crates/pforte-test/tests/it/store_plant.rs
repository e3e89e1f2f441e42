//! Areas, stations, applications, rights, roles and assignments.

use crate::store_kit::{Site, on_both_engines, write};
use crate::store_people::{directory, group, label, user, with_users};
use pforte_model::account::Principal;
use pforte_model::assignment::{Assignment, Schedule, Span};
use pforte_model::factor::Strength;
use pforte_model::id::{ApplicationId, AreaId, AssignmentId, RightId, RoleId, StationId};
use pforte_model::name::{AreaName, Key, Label, RightName};
use pforte_model::time::{Micros, MinuteOfWeek};
use pforte_store::applications::{self, Application, Scope};
use pforte_store::areas::{self, Area};
use pforte_store::assignments::{self, Stored};
use pforte_store::rights::{self, Right};
use pforte_store::roles::{self, Role};
use pforte_store::stations::{self, Station};
use pforte_store::{Result, Store, StoreError, Tx, facts, groups};
use std::collections::BTreeMap;

on_both_engines!(
    areas_make_a_tree_with_one_root,
    an_area_is_not_moved_below_itself,
    what_is_in_use_is_not_removed,
    a_station_is_kept_changed_and_removed,
    an_application_is_kept_with_its_scope,
    an_application_goes_with_its_rights,
    rights_have_names_in_languages_and_can_be_retired,
    a_role_is_kept_with_its_rights,
    an_assignment_is_kept_with_its_conditions,
    the_facts_are_what_the_tables_hold,
);

fn area_id(number: u8) -> AreaId {
    AreaId::from_bytes([number; 16])
}

fn area(number: u8, parent: Option<u8>, name: &str) -> Area {
    Area {
        id: area_id(number),
        parent: parent.map(area_id),
        name: AreaName::parse(name).unwrap(),
        position: 0,
        version: 1,
    }
}

fn station(number: u8, name: &str) -> Station {
    Station {
        id: StationId::from_bytes([number; 16]),
        name: label(name),
        area: area_id(2),
        credential: [number; 32],
        enabled: true,
        created_at: Micros(3),
        seen_at: None,
        version: 1,
    }
}

fn application(number: u8, key: &str) -> Application {
    Application {
        id: ApplicationId::from_bytes([number; 16]),
        key: Key::parse(key).unwrap(),
        name: label(&format!("The {key}")),
        credential: (number != 1).then_some([number; 32]),
        enabled: true,
        own_dialog: false,
        created_at: Micros(3),
        version: 1,
    }
}

fn right(number: u8, application: u8, action: &str) -> Right {
    let names = [("en", format!("May {action}")), ("ja", "解放".to_owned())];
    Right {
        id: RightId::from_bytes([number; 16]),
        application: ApplicationId::from_bytes([application; 16]),
        action: Key::parse(action).unwrap(),
        names: names.into_iter().map(|(language, name)| (language.to_owned(), name)).collect(),
        retired: false,
    }
}

fn role(number: u8, name: &str) -> Role {
    Role {
        id: RoleId::from_bytes([number; 16]),
        name: label(name),
        description: "what it is for".into(),
        built_in: None,
        idle_seconds: None,
        session_seconds: Some(28_800),
        version: 1,
    }
}

fn assignment(number: u8) -> Assignment {
    Assignment {
        id: AssignmentId::from_bytes([number; 16]),
        role: role(1, "Operator").id,
        principal: Principal::User(user(1, 1, "alice").id),
        areas: vec![area_id(1), area_id(2)],
        stations: vec![station(1, "Filler").id],
        schedule: Some(Schedule(vec![Span { from: MinuteOfWeek(5), to: MinuteOfWeek(900) }])),
        from: Some(Micros(-5)),
        until: None,
        strength: Some(Strength::Strong),
    }
}

/// The root (1), `dairy` (2), `dairy/line1` (3), `dairy/line2` (4).
async fn with_areas(site: &Site) -> Store {
    let store = with_users(site, &["alice"]).await;
    let job = write(&store, async |tx: &mut Tx| {
        areas::insert(tx, &area(1, None, "plant")).await?;
        areas::insert(tx, &area(2, Some(1), "dairy")).await?;
        areas::insert(tx, &area(3, Some(2), "line1")).await?;
        areas::insert(tx, &area(4, Some(2), "line2")).await
    });
    job.await.unwrap();
    store
}

/// With two stations, two applications, three rights and a role as well.
async fn with_plant(site: &Site) -> Store {
    let store = with_areas(site).await;
    let job = write(&store, async |tx: &mut Tx| {
        stations::insert(tx, &station(1, "Filler")).await?;
        stations::insert(tx, &station(2, "Ämpel")).await?;
        applications::insert(tx, &application(1, "pforte"), &Scope::default()).await?;
        let scope = Scope { areas: vec![area_id(4), area_id(2)], stations: vec![station(1, "Filler").id] };
        applications::insert(tx, &application(2, "batch"), &scope).await?;
        for one in [right(1, 2, "release"), right(2, 2, "hold"), right(3, 1, "events.read")] {
            rights::insert(tx, &one).await?;
        }
        roles::insert(tx, &role(1, "Operator"), &[right(1, 2, "release").id, right(3, 1, "x").id]).await
    });
    job.await.unwrap();
    store
}

async fn update_area(store: &Store, row: Area) -> Result<()> {
    write(store, async move |tx: &mut Tx| areas::update(tx, &row).await).await
}

async fn areas_make_a_tree_with_one_root(site: Site) {
    let store = with_areas(&site).await;
    let insert =
        async |row: Area| write(&store, async move |tx: &mut Tx| areas::insert(tx, &row).await).await;
    assert!(matches!(insert(area(9, None, "second")).await, Err(StoreError::Duplicate)));
    assert!(matches!(insert(area(9, Some(2), "LINE1")).await, Err(StoreError::Duplicate)));
    assert!(matches!(insert(area(9, Some(8), "x")).await, Err(StoreError::Referenced)));
    insert(area(5, Some(3), "line1")).await.unwrap();
    let renamed = Area { name: AreaName::parse("linie-ß").unwrap(), position: -3, ..area(4, Some(2), "x") };
    update_area(&store, renamed.clone()).await.unwrap();
    assert!(matches!(update_area(&store, renamed.clone()).await, Err(StoreError::Stale)));
    let mut conn = store.read().await.unwrap();
    let read = areas::by_id(&mut conn, area_id(4)).await.unwrap().unwrap();
    assert_eq!(read, Area { version: 2, ..renamed });
    assert_eq!(areas::all(&mut conn).await.unwrap().first(), Some(&read));
    for (inner, outer, within) in [(5, 1, true), (5, 3, true), (5, 5, true), (5, 4, false), (1, 5, false)] {
        assert_eq!(areas::is_within(&mut conn, area_id(inner), area_id(outer)).await.unwrap(), within);
    }
}

async fn an_area_is_not_moved_below_itself(site: Site) {
    let store = with_areas(&site).await;
    for below in [2, 3, 4] {
        let moved = update_area(&store, area(2, Some(below), "dairy")).await;
        assert!(matches!(moved, Err(StoreError::Referenced)), "below {below}: {moved:?}");
    }
    update_area(&store, area(3, Some(4), "line1")).await.unwrap();
    update_area(&store, area(3, Some(1), "line1")).await.unwrap_err();
    let moved = Area { version: 2, ..area(3, Some(1), "line1") };
    update_area(&store, moved).await.unwrap();
    let second_root = update_area(&store, area(4, None, "line2")).await;
    assert!(matches!(second_root, Err(StoreError::Duplicate)));
}

async fn what_is_in_use_is_not_removed(site: Site) {
    let store = with_plant(&site).await;
    let job = write(&store, async |tx: &mut Tx| {
        let one = Assignment { areas: vec![area_id(3)], ..assignment(1) };
        assignments::insert(tx, &one, Micros(1)).await
    });
    job.await.unwrap();
    for used in [1, 2, 3, 4] {
        let refused = write(&store, async move |tx: &mut Tx| areas::remove(tx, area_id(used), 1).await).await;
        assert!(matches!(refused, Err(StoreError::Referenced)), "area {used}: {refused:?}");
    }
    let id = station(1, "Filler").id;
    let refused = write(&store, async move |tx: &mut Tx| stations::remove(tx, id, 1).await).await;
    assert!(matches!(refused, Err(StoreError::Referenced)));
    let refused = write(&store, async move |tx: &mut Tx| roles::remove(tx, role(1, "x").id, 1).await).await;
    assert!(matches!(refused, Err(StoreError::Referenced)));
    // A refused removal left everything: also the rights of the role.
    let mut conn = store.read().await.unwrap();
    assert_eq!(roles::rights(&mut conn, role(1, "x").id).await.unwrap().len(), 2);
    let job = write(&store, async move |tx: &mut Tx| {
        assignments::remove(tx, assignment(1).id, 1).await?;
        areas::remove(tx, area_id(3), 1).await?;
        roles::remove(tx, role(1, "x").id, 1).await
    });
    job.await.unwrap();
}

async fn a_station_is_kept_changed_and_removed(site: Site) {
    let store = with_plant(&site).await;
    let id = station(2, "x").id;
    let mut conn = store.read().await.unwrap();
    assert_eq!(stations::by_id(&mut conn, id).await.unwrap(), Some(station(2, "Ämpel")));
    assert_eq!(stations::by_credential(&mut conn, &[2; 32]).await.unwrap().unwrap().id, id);
    assert_eq!(stations::by_credential(&mut conn, &[9; 32]).await.unwrap(), None);
    let taken = station(3, "FILLER");
    let refused = write(&store, async move |tx: &mut Tx| stations::insert(tx, &taken).await).await;
    assert!(matches!(refused, Err(StoreError::Duplicate)));
    let changed = Station { area: area_id(4), enabled: false, ..station(2, "Ampel") };
    let row = changed.clone();
    let job = write(&store, async move |tx: &mut Tx| {
        stations::update(tx, &row).await?;
        stations::seen(tx, id, Micros(44)).await?;
        stations::set_credential(tx, id, 2, &[7; 32]).await
    });
    job.await.unwrap();
    let expected = Station { credential: [7; 32], seen_at: Some(Micros(44)), version: 3, ..changed };
    assert_eq!(stations::all(&mut conn).await.unwrap(), [expected.clone(), station(1, "Filler")]);
    assert_eq!(stations::by_credential(&mut conn, &[2; 32]).await.unwrap(), None);
    let stale =
        write(&store, async move |tx: &mut Tx| stations::set_credential(tx, id, 2, &[8; 32]).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    write(&store, async move |tx: &mut Tx| stations::remove(tx, id, 3).await).await.unwrap();
    assert_eq!(stations::by_id(&mut conn, id).await.unwrap(), None);
}

async fn an_application_is_kept_with_its_scope(site: Site) {
    let store = with_plant(&site).await;
    let batch = application(2, "batch");
    let mut conn = store.read().await.unwrap();
    assert_eq!(applications::by_id(&mut conn, batch.id).await.unwrap(), Some(batch.clone()));
    assert_eq!(applications::by_key(&mut conn, &batch.key).await.unwrap(), Some(batch.clone()));
    assert_eq!(applications::by_credential(&mut conn, &[2; 32]).await.unwrap(), Some(batch.clone()));
    assert_eq!(applications::all(&mut conn).await.unwrap(), [batch.clone(), application(1, "pforte")]);
    let scope = applications::scope(&mut conn, batch.id).await.unwrap();
    assert_eq!(scope, Scope { areas: vec![area_id(2), area_id(4)], stations: vec![station(1, "x").id] });
    assert_eq!(
        applications::all_areas(&mut conn).await.unwrap(),
        [(batch.id, area_id(2)), (batch.id, area_id(4))]
    );
    assert_eq!(applications::all_stations(&mut conn).await.unwrap(), [(batch.id, station(1, "x").id)]);
    let changed = Application { name: label("Batch 2"), enabled: false, ..batch.clone() };
    let row = changed.clone();
    let job = write(&store, async move |tx: &mut Tx| {
        applications::update(tx, &row, &Scope { areas: vec![area_id(1)], stations: vec![] }).await?;
        applications::set_credential(tx, row.id, 2, &[5; 32]).await?;
        applications::touch(tx, row.id, 3).await
    });
    job.await.unwrap();
    let read = applications::by_id(&mut conn, batch.id).await.unwrap().unwrap();
    assert_eq!(read, Application { credential: Some([5; 32]), version: 4, ..changed.clone() });
    assert_eq!(applications::scope(&mut conn, batch.id).await.unwrap().areas, [area_id(1)]);
    let stale =
        write(&store, async move |tx: &mut Tx| applications::update(tx, &changed, &Scope::default()).await);
    assert!(matches!(stale.await, Err(StoreError::Stale)));
    let nowhere = Scope { areas: vec![area_id(99)], stations: vec![] };
    let refused =
        write(&store, async move |tx: &mut Tx| applications::update(tx, &read, &nowhere).await).await;
    assert!(matches!(refused, Err(StoreError::Referenced)));
    assert_eq!(applications::scope(&mut conn, batch.id).await.unwrap().areas, [area_id(1)]);
}

async fn an_application_goes_with_its_rights(site: Site) {
    let store = with_plant(&site).await;
    let id = application(2, "batch").id;
    let stale = write(&store, async move |tx: &mut Tx| applications::remove(tx, id, 7).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    write(&store, async move |tx: &mut Tx| applications::remove(tx, id, 1).await).await.unwrap();
    let mut conn = store.read().await.unwrap();
    assert_eq!(applications::by_id(&mut conn, id).await.unwrap(), None);
    assert_eq!(rights::all(&mut conn).await.unwrap(), [right(3, 1, "events.read")]);
    assert_eq!(roles::rights(&mut conn, role(1, "x").id).await.unwrap(), [right(3, 1, "x").id]);
    assert_eq!(applications::all_areas(&mut conn).await.unwrap(), []);
}

async fn rights_have_names_in_languages_and_can_be_retired(site: Site) {
    let store = with_plant(&site).await;
    let mut conn = store.read().await.unwrap();
    let batch = application(2, "batch").id;
    let both = rights::of_application(&mut conn, batch).await.unwrap();
    assert_eq!(both, [right(2, 2, "hold"), right(1, 2, "release")]);
    let again = write(&store, async |tx: &mut Tx| rights::insert(tx, &right(9, 2, "hold")).await).await;
    assert!(matches!(again, Err(StoreError::Duplicate)));
    let retired = Right { names: BTreeMap::new(), retired: true, ..right(1, 2, "release") };
    let row = retired.clone();
    write(&store, async move |tx: &mut Tx| rights::update(tx, &row).await).await.unwrap();
    assert_eq!(rights::by_id(&mut conn, retired.id).await.unwrap(), Some(retired));
    let names: Vec<_> = rights::facts(&mut conn).await.unwrap().into_iter().map(|fact| fact.name).collect();
    assert_eq!(names.iter().map(RightName::as_str).collect::<Vec<_>>(), ["batch/hold", "pforte/events.read"]);
}

async fn a_role_is_kept_with_its_rights(site: Site) {
    let store = with_plant(&site).await;
    let built_in =
        Role { built_in: Some("administrator".into()), idle_seconds: Some(0), ..role(2, "Administrator") };
    let row = built_in.clone();
    write(&store, async move |tx: &mut Tx| roles::insert(tx, &row, &[]).await).await.unwrap();
    let mut conn = store.read().await.unwrap();
    assert_eq!(roles::built_in(&mut conn, "administrator").await.unwrap(), Some(built_in.clone()));
    assert_eq!(
        roles::by_name(&mut conn, &Label::parse("OPERATOR").unwrap()).await.unwrap(),
        Some(role(1, "Operator"))
    );
    assert_eq!(roles::by_id(&mut conn, built_in.id).await.unwrap(), Some(built_in.clone()));
    let taken = role(3, "administrator");
    let refused = write(&store, async move |tx: &mut Tx| roles::insert(tx, &taken, &[]).await).await;
    assert!(matches!(refused, Err(StoreError::Duplicate)));
    let changed =
        Role { description: String::new(), session_seconds: None, idle_seconds: Some(60), ..role(1, "Chef") };
    let row = changed.clone();
    let job = write(&store, async move |tx: &mut Tx| {
        roles::update(tx, &row, &[right(2, 2, "x").id]).await?;
        roles::add_rights(tx, built_in.id, &[right(1, 2, "x").id]).await
    });
    job.await.unwrap();
    let all = roles::all(&mut conn).await.unwrap();
    assert_eq!(all.last(), Some(&Role { version: 2, ..changed.clone() }));
    let pairs = [(changed.id, right(2, 2, "x").id), (role(2, "x").id, right(1, 2, "x").id)];
    assert_eq!(roles::all_rights(&mut conn).await.unwrap(), pairs);
    let stale = write(&store, async move |tx: &mut Tx| roles::update(tx, &changed, &[]).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    let unknown = write(&store, async |tx: &mut Tx| {
        roles::add_rights(tx, role(2, "x").id, &[RightId::from_bytes([9; 16])]).await
    });
    assert!(matches!(unknown.await, Err(StoreError::Referenced)));
}

async fn an_assignment_is_kept_with_its_conditions(site: Site) {
    let store = with_plant(&site).await;
    let first = assignment(1);
    let second = Assignment {
        principal: Principal::Group(group(4, 1, "x").id),
        areas: vec![area_id(3)],
        stations: vec![],
        schedule: None,
        from: None,
        until: Some(Micros(9)),
        strength: None,
        ..assignment(2)
    };
    let rows = [first.clone(), second.clone()];
    let job = write(&store, async move |tx: &mut Tx| {
        for row in &rows {
            assignments::insert(tx, row, Micros(50)).await?;
        }
        Ok(())
    });
    job.await.unwrap();
    let stored = |assignment: &Assignment, version| Stored {
        assignment: assignment.clone(),
        created_at: Micros(50),
        version,
    };
    let mut conn = store.read().await.unwrap();
    let both = [stored(&first, 1), stored(&second, 1)];
    assert_eq!(assignments::all(&mut conn).await.unwrap(), both);
    assert_eq!(assignments::of_role(&mut conn, first.role).await.unwrap(), both);
    assert_eq!(assignments::by_id(&mut conn, second.id).await.unwrap(), Some(stored(&second, 1)));
    assert_eq!(assignments::of_principal(&mut conn, first.principal).await.unwrap(), [stored(&first, 1)]);
    let changed =
        Assignment { areas: vec![area_id(4)], stations: vec![], schedule: None, strength: None, ..first };
    let row = changed.clone();
    write(&store, async move |tx: &mut Tx| assignments::update(tx, &row, 1).await).await.unwrap();
    assert_eq!(assignments::by_id(&mut conn, changed.id).await.unwrap(), Some(stored(&changed, 2)));
    let row = changed.clone();
    let stale = write(&store, async move |tx: &mut Tx| assignments::update(tx, &row, 1).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    let (kept, gone) = (changed.id, second.id);
    let stale = write(&store, async move |tx: &mut Tx| assignments::remove(tx, kept, 1).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)));
    write(&store, async move |tx: &mut Tx| assignments::remove(tx, gone, 1).await).await.unwrap();
    assert_eq!(assignments::all(&mut conn).await.unwrap(), [stored(&changed, 2)]);
}

async fn the_facts_are_what_the_tables_hold(site: Site) {
    let store = with_plant(&site).await;
    let crew = group(5, 1, "Crew");
    let row = crew.clone();
    let member = pforte_model::policy::MemberFact { member: assignment(1).principal, group: crew.id };
    let job = write(&store, async move |tx: &mut Tx| {
        groups::insert_local(tx, &row, Micros(1)).await?;
        groups::add_member(tx, member).await?;
        assignments::insert(tx, &assignment(1), Micros(1)).await
    });
    job.await.unwrap();
    let facts = facts::load(&mut store.snapshot().await.unwrap()).await.unwrap();
    assert_eq!(facts.areas.len(), 4);
    let dairy = facts.areas.get(1).unwrap();
    assert_eq!((dairy.id, dairy.parent, dairy.name.as_str()), (area_id(2), Some(area_id(1)), "dairy"));
    let filler = facts.stations.first().unwrap();
    assert_eq!((filler.name.as_str(), filler.area), ("Filler", area_id(2)));
    assert_eq!(facts.rights.first().unwrap().name.as_str(), "batch/release");
    let operator = facts.roles.first().unwrap();
    assert_eq!((operator.rights.len(), operator.session_seconds), (2, Some(28_800)));
    assert_eq!(facts.assignments, [assignment(1)]);
    assert_eq!(facts.members, [member]);
    assert_eq!(facts.groups.first().unwrap().name, "Crew!");
    assert_eq!(directory(1, "x").id, crew.directory);
    assert!(pforte_model::policy::Policy::compile(facts, 1).is_ok());
}
