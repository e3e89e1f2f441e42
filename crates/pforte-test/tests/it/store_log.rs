//! The event log in the database: gap-free, in tiles, under a signed head, in pages.

use crate::store_kit::{Held, Site, full_tiles, on_both_engines, write};
use pforte_model::event::{Actor, Category, Event, EventType, Named, Outcome, Subject};
use pforte_model::id::{PersonId, UserId};
use pforte_model::log::checkpoint::open;
use pforte_model::log::tree::Frontier;
use pforte_model::time::Micros;
use pforte_store::events::{self, Filter, From, Page};
use pforte_store::{Result, Store, StoreError, Tx, log};
use pforte_test::store::{NOW, event, signer};
use tokio::task::JoinSet;

on_both_engines!(
    every_entry_stands_in_a_tree_with_a_signed_head,
    tiles_go_on_after_the_log_was_opened_again,
    few_of_many_checkpoints_are_kept,
    an_event_that_is_too_long_is_refused_alone,
    pages_go_forth_and_back,
    filters_pass_over_what_does_not_fit,
    texts_are_looked_for_where_people_read,
    a_span_of_time_is_found_without_looking_at_all_before_it,
    entries_within_an_hour_of_their_place_are_found_by_time,
    a_page_looks_at_a_bounded_number_of_entries,
    an_altered_record_is_named_and_read_no_more,
    a_row_that_was_removed_is_named,
);

async fn append(store: &Store, events: Vec<Event>) -> Result<Vec<u64>> {
    write(store, async move |tx: &mut Tx| events.iter().map(|event| tx.append(event)).collect()).await
}

async fn append_many(store: &Store, numbers: std::ops::Range<u64>) {
    for first in numbers.clone().step_by(1000) {
        let events = (first..(first + 1000).min(numbers.end)).map(event).collect();
        append(store, events).await.unwrap();
    }
}

async fn every_entry_stands_in_a_tree_with_a_signed_head(site: Site) {
    let store = site.create().await;
    let empty = log::head(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!((empty.size, empty.frontier()), (0, Some(Frontier::default())));
    append_many(&store, 0..700).await;
    let mut conn = store.read().await.unwrap();
    let head = log::head(&mut conn).await.unwrap();
    let leaves = log::leaves(&mut conn, 0, 700).await.unwrap();
    let tree: Frontier = leaves.iter().copied().collect();
    assert_eq!(head.frontier(), Some(tree.clone()));
    let checkpoint = open(&head.note, signer().verifier()).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (700, tree.root()));
    let tile = log::tile(&mut conn, 0, 1).await.unwrap().unwrap();
    assert_eq!(tile.hashes, leaves.get(256..512).unwrap().concat());
    assert_eq!(log::tile(&mut conn, 0, 2).await.unwrap(), None);
    assert_eq!(log::tile_levels(&mut conn).await.unwrap(), [0]);
    assert!(site.audit().await.is_genuine());
}

async fn tiles_go_on_after_the_log_was_opened_again(site: Site) {
    let mut count = 0;
    let mut store = Some(site.create().await);
    for until in [1, 255, 256, 300, 65_537, 65_800] {
        append_many(store.as_ref().unwrap(), count..until).await;
        count = until;
        store.take().unwrap().close();
        store = Some(site.open().await);
    }
    append_many(store.as_ref().unwrap(), count..66_400).await;
    let mut conn = store.as_ref().unwrap().read().await.unwrap();
    let mut tiles = 0;
    for level in log::tile_levels(&mut conn).await.unwrap() {
        tiles += log::tiles(&mut conn, level, 0..i64::MAX, 256).await.unwrap().len();
    }
    // 259 of leaves: more than one call gives.
    let rest = log::tiles(&mut conn, 0, 256..i64::MAX, 256).await.unwrap().len();
    assert_eq!(u64::try_from(tiles + rest).unwrap(), full_tiles(66_400));
    let report = site.audit().await;
    assert_eq!((report.entries, report.findings), (66_400, vec![]));
}

async fn few_of_many_checkpoints_are_kept(site: Site) {
    let store = site.create().await;
    let at = |seconds: i64| Event { at: NOW.plus_seconds(seconds), ..event(0) };
    for seconds in [0, 1, 59, 60, 61, 119, 120, 10, 11] {
        append(&store, vec![at(seconds)]).await.unwrap();
    }
    append(&store, vec![at(12); 5000]).await.unwrap();
    append(&store, vec![at(13)]).await.unwrap();
    let kept = log::checkpoints(&mut store.read().await.unwrap(), -1, 100).await.unwrap();
    let sizes: Vec<_> = kept.iter().map(|kept| (kept.size, (kept.at.since(NOW)) / Micros::SECOND)).collect();
    // The first, each a minute later, one when the clock was set back, one after 4,096 entries.
    assert_eq!(sizes, [(1, 0), (4, 60), (7, 120), (8, 10), (5009, 12)]);
    for kept in &kept {
        assert_eq!(open(&kept.note, signer().verifier()).unwrap().size, kept.size.cast_unsigned());
    }
    let some = log::checkpoints(&mut store.read().await.unwrap(), 4, 2).await.unwrap();
    assert_eq!(some.iter().map(|kept| kept.size).collect::<Vec<_>>(), [7, 8]);
}

async fn an_event_that_is_too_long_is_refused_alone(site: Site) {
    let store = site.create().await;
    let long = Event { reason: Some("x".repeat(2 << 20)), ..event(1) };
    assert!(matches!(append(&store, vec![event(0), long]).await, Err(StoreError::BadEvent)));
    assert_eq!(append(&store, vec![event(2)]).await.unwrap(), [0]);
}

fn sequences(page: &Page) -> Vec<i64> {
    page.entries.iter().map(|entry| entry.seq).collect()
}

async fn pages_go_forth_and_back(site: Site) {
    let store = site.create().await;
    append_many(&store, 0..25).await;
    let mut conn = store.read().await.unwrap();
    let all = Filter::default();
    let first = events::page(&mut conn, From::After(-1), 10, &all).await.unwrap();
    assert_eq!((sequences(&first), first.next), ((0..10).collect(), Some(9)));
    assert_eq!(first.entries.first().unwrap().event.as_ref().unwrap(), &event(0));
    let last = events::page(&mut conn, From::After(19), 10, &all).await.unwrap();
    assert_eq!((sequences(&last), last.next), ((20..25).collect(), None));
    let newest = events::page(&mut conn, From::Newest, 3, &all).await.unwrap();
    assert_eq!((sequences(&newest), newest.next), (vec![24, 23, 22], Some(22)));
    let oldest = events::page(&mut conn, From::Before(2), 3, &all).await.unwrap();
    assert_eq!((sequences(&oldest), oldest.next), (vec![1, 0], None));
    assert_eq!(events::page(&mut conn, From::After(24), 3, &all).await.unwrap(), Page::default());
    assert_eq!(events::page(&mut conn, From::After(-1), 0, &all).await.unwrap().entries.len(), 1);
    append_many(&store, 25..1200).await;
    assert_eq!(events::page(&mut conn, From::After(-1), u32::MAX, &all).await.unwrap().entries.len(), 1000);
    assert_eq!(events::by_seq(&mut conn, 7).await.unwrap().unwrap().event, Some(event(7)));
    assert_eq!(events::by_seq(&mut conn, 1200).await.unwrap(), None);
}

async fn filters_pass_over_what_does_not_fit(site: Site) {
    let store = site.create().await;
    let refused = Event {
        kind: EventType::StationRegistered,
        category: Category::Plant,
        result: Outcome::Refused,
        who: Actor::Claimed { name: "Jürgen".into(), directory: None },
        ..event(7)
    };
    let without = Event { station: None, who: Actor::Server, ..event(8) };
    let (person, user) = (PersonId::from_bytes([3; 16]), UserId::from_bytes([4; 16]));
    let by = Actor::Person { person, user, name: "Olga".into(), directory: "local".into() };
    let about = |kind: &str, id: String| Some(Subject { kind: kind.into(), id, name: "Zoe".into() });
    let known = Event { who: by, what: about("station", "st-9".into()), station: None, ..event(9) };
    let told = Event { who: Actor::Owner, what: about("user", user.to_string()), station: None, ..event(10) };
    append(&store, vec![event(0), refused, event(2), without, known, told]).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let who = |text: &str| Filter { who: Some(text.into()), ..Filter::default() };
    let station = |text: &str| Filter { station: Some(text.into()), ..Filter::default() };
    let cases = [
        (Filter { kinds: vec![EventType::StationRegistered], ..Filter::default() }, vec![1]),
        (Filter { categories: vec![Category::Session], ..Filter::default() }, vec![0, 2, 3, 4, 5]),
        (Filter { results: vec![Outcome::Refused], ..Filter::default() }, vec![1]),
        (who("JÜRG"), vec![1]),
        (who("USER"), vec![0, 2]),
        (who("serv"), vec![3]),
        (who("olg"), vec![4]),
        (who(&user.to_string()), vec![4, 5]),
        (who(&person.to_string()), vec![4]),
        (who("ZOE"), vec![5]),
        (station("filler 1"), vec![0, 1, 2]),
        (station("st-1"), vec![0, 1, 2]),
        (station("filler"), vec![]),
        (Filter { results: vec![Outcome::Done], ..who("user") }, vec![0, 2]),
    ];
    for (filter, expected) in cases {
        let page = events::page(&mut conn, From::After(-1), 10, &filter).await.unwrap();
        assert_eq!((sequences(&page), page.next), (expected, None), "{filter:?}");
    }
    let one = events::page(&mut conn, From::Newest, 1, &who("user")).await.unwrap();
    assert_eq!((sequences(&one), one.next), (vec![2], Some(2)));
}

async fn texts_are_looked_for_where_people_read(site: Site) {
    let store = site.create().await;
    let person = Actor::Person {
        person: PersonId::from_bytes([1; 16]),
        user: UserId::from_bytes([2; 16]),
        name: "bob".into(),
        directory: "Werke Süd".into(),
    };
    let named = |name: &str| Some(Named { id: "id-9".into(), name: name.into() });
    let told = Event {
        kind: EventType::RoleChanged,
        who: person,
        what: Some(Subject { kind: "role".into(), id: "role-7".into(), name: "Schichtführer".into() }),
        application: named("batch"),
        area: named("dairy/line2"),
        old: Some(serde_json::json!({ "rights": ["batch/start", { "Deep": "Ünder" }], "count": 4711 })),
        code: Some("changed-meanwhile".into()),
        reason: Some("after the audit".into()),
        ..event(1)
    };
    append(&store, vec![event(0), told]).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let text = |text: &str| Filter { text: Some(text.into()), ..Filter::default() };
    let found = [
        "BOB",
        "werke süd",
        "SCHICHTFÜHRER",
        "role-7",
        "Line2",
        "batch/START",
        "ünder",
        "meanwhile",
        "audit",
        "role-changed",
    ];
    for word in found {
        let page = events::page(&mut conn, From::Newest, 10, &text(word)).await.unwrap();
        assert_eq!(sequences(&page), [1], "{word}");
    }
    for word in ["count", "4711", "rights", "Deep", "reason", "\"", "nowhere"] {
        let page = events::page(&mut conn, From::Newest, 10, &text(word)).await.unwrap();
        assert_eq!(sequences(&page), [0; 0], "{word} stands only in the record's own words");
    }
    let by = |filter: Filter| (filter, vec![1]);
    let user = UserId::from_bytes([2; 16]).to_string();
    let cases = [
        by(Filter { application: Some("BATCH".into()), ..Filter::default() }),
        by(Filter { application: Some("id-9".into()), ..Filter::default() }),
        by(Filter { who: Some(user), ..Filter::default() }),
        by(Filter { who: Some(PersonId::from_bytes([1; 16]).to_string()), ..Filter::default() }),
        (
            Filter { kinds: vec![EventType::RoleChanged, EventType::LoggedOn], ..Filter::default() },
            vec![0, 1],
        ),
    ];
    for (filter, expected) in cases {
        let page = events::page(&mut conn, From::After(-1), 10, &filter).await.unwrap();
        assert_eq!(sequences(&page), expected, "{filter:?}");
    }
}

/// Events an hour apart, the first at [`NOW`].
fn hourly(number: u64) -> Event {
    let at = NOW.plus_seconds(i64::try_from(number).unwrap() * 3_600);
    Event { at, ..event(number) }
}

async fn a_span_of_time_is_found_without_looking_at_all_before_it(site: Site) {
    let store = site.create().await;
    for first in (0..12_000).step_by(1000) {
        append(&store, (first..first + 1000).map(hourly).collect()).await.unwrap();
    }
    let mut conn = store.read().await.unwrap();
    let hour = |number: i64| Some(NOW.plus_seconds(number * 3_600));
    let span = Filter { from: hour(100), until: hour(104), ..Filter::default() };
    let forth = events::page(&mut conn, From::After(-1), 10, &span).await.unwrap();
    assert_eq!((sequences(&forth), forth.next), (vec![100, 101, 102, 103], None));
    let back = events::page(&mut conn, From::Newest, 10, &span).await.unwrap();
    assert_eq!((sequences(&back), back.next), (vec![103, 102, 101, 100], None));
    let second = events::page(&mut conn, From::Newest, 2, &span).await.unwrap();
    assert_eq!((sequences(&second), second.next), (vec![103, 102], Some(102)));
    let third = events::page(&mut conn, From::Before(102), 2, &span).await.unwrap();
    assert_eq!(sequences(&third), [101, 100]);
    let late = Filter { from: hour(11_998), ..Filter::default() };
    let page = events::page(&mut conn, From::After(-1), 10, &late).await.unwrap();
    assert_eq!((sequences(&page), page.next), (vec![11_998, 11_999], None));
    for nothing in [
        Filter { from: hour(12_000), ..Filter::default() },
        Filter { until: hour(0), ..Filter::default() },
        Filter { from: hour(7), until: hour(7), ..Filter::default() },
        Filter { from: hour(9), until: hour(7), ..Filter::default() },
    ] {
        for from in [From::Newest, From::After(-1)] {
            let page = events::page(&mut conn, from, 10, &nothing).await.unwrap();
            assert_eq!((sequences(&page), page.next), (vec![], None), "{from:?} {nothing:?}");
        }
    }
    let empty = Filter { from: hour(0), ..Filter::default() };
    assert_eq!(events::page(&mut conn, From::Before(0), 10, &empty).await.unwrap(), Page::default());
}

async fn entries_within_an_hour_of_their_place_are_found_by_time(site: Site) {
    let store = site.create().await;
    let minute = |number: i64| Event { at: NOW.plus_seconds(number * 60), ..event(0) };
    // The third was kept aside and came after what happened up to 50 minutes later.
    append(&store, vec![minute(0), minute(60), minute(10), minute(70), minute(300)]).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let until = |end: i64| Filter { until: Some(NOW.plus_seconds(end * 60)), ..Filter::default() };
    let from = |begin: i64| Filter { from: Some(NOW.plus_seconds(begin * 60)), ..Filter::default() };
    let early = events::page(&mut conn, From::Newest, 10, &until(20)).await.unwrap();
    assert_eq!(sequences(&early), [2, 0]);
    let early = events::page(&mut conn, From::After(-1), 10, &until(20)).await.unwrap();
    assert_eq!(sequences(&early), [0, 2]);
    let late = events::page(&mut conn, From::Newest, 10, &from(60)).await.unwrap();
    assert_eq!(sequences(&late), [4, 3, 1]);
}

async fn a_page_looks_at_a_bounded_number_of_entries(site: Site) {
    let store = site.create().await;
    append_many(&store, 0..5_500).await;
    let mut conn = store.read().await.unwrap();
    let rare = Filter { who: Some("user5499".into()), ..Filter::default() };
    let first = events::page(&mut conn, From::After(-1), 10, &rare).await.unwrap();
    assert_eq!((first.entries.len(), first.next), (0, Some(4_999)));
    let second = events::page(&mut conn, From::After(4_999), 10, &rare).await.unwrap();
    assert_eq!((sequences(&second), second.next), (vec![5_499], None));
}

async fn break_seal(site: &Site, table: &str, sql: &str) {
    let drop = match site.held {
        Held::Folder(_) => format!("DROP TRIGGER {table}_no_UPDATE; DROP TRIGGER {table}_no_DELETE;"),
        Held::Database(_) => format!("ALTER TABLE {table} DISABLE TRIGGER USER;"),
    };
    site.tamper(&format!("{drop} {sql}")).await;
}

async fn an_altered_record_is_named_and_read_no_more(site: Site) {
    let store = site.create().await;
    append_many(&store, 0..600).await;
    assert!(site.audit().await.is_genuine());
    let sql = "UPDATE log_entries SET record = replace(record, 'user123', 'user124') WHERE seq = 123;
        UPDATE log_entries SET record = 'no json' WHERE seq = 400";
    break_seal(&site, "log_entries", sql).await;
    let report = site.audit().await;
    let rows: Vec<_> = report.findings.iter().filter_map(|finding| finding.rows).collect();
    assert_eq!(rows.iter().map(|rows| (rows.first, rows.last)).collect::<Vec<_>>(), [(123, 123), (400, 400)]);
    let mut conn = store.read().await.unwrap();
    assert_eq!(events::by_seq(&mut conn, 400).await.unwrap().unwrap().event, None);
    let page = events::page(&mut conn, From::After(398), 3, &Filter::default()).await.unwrap();
    assert_eq!(sequences(&page), [399, 400, 401]);
}

async fn a_row_that_was_removed_is_named(site: Site) {
    let store = site.create().await;
    append_many(&store, 0..600).await;
    store.close();
    break_seal(&site, "log_entries", "DELETE FROM log_entries WHERE seq = 555").await;
    // The server still starts and logs: what is missing is the verifier's to tell.
    let store = site.open().await;
    assert_eq!(append(&store, vec![event(600)]).await.unwrap(), [600]);
    append_many(&store, 601..800).await;
    let report = site.audit().await;
    assert!(
        report.findings.iter().any(|f| f.rows.is_some_and(|r| (r.first, r.last) == (555, 555))),
        "{report:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_share_one_log_without_gaps() {
    let site = Site::postgres().await;
    let stores = [std::sync::Arc::new(site.create().await), std::sync::Arc::new(site.open().await)];
    let mut tasks = JoinSet::new();
    for task in 0..16_u64 {
        for store in &stores {
            let store = std::sync::Arc::clone(store);
            tasks.spawn(async move {
                let mut got = Vec::new();
                for number in 0..25 {
                    let numbers = vec![event(task * 100 + number); 3];
                    got.extend(append(&store, numbers).await.unwrap());
                }
                got
            });
        }
    }
    let mut sequences = tasks.join_all().await.concat();
    sequences.sort_unstable();
    assert_eq!(sequences, (0..2400).collect::<Vec<_>>());
    let report = site.audit().await;
    assert_eq!((report.entries, report.findings), (2400, vec![]));
}
