//! Sessions, throttle, set-up code and settings.

use crate::store_kit::{Site, on_both_engines, write};
use crate::store_people::with_users;
use pforte_model::factor::{Factor, Proved};
use pforte_model::id::{GroupId, PersonId, SessionId, StationId, UserId};
use pforte_model::time::Micros;
use pforte_store::configured::{self, Setting};
use pforte_store::sessions::{self, Session};
use pforte_store::setup::{self, Setup};
use pforte_store::throttle::{self, Throttle};
use pforte_store::{StoreError, Tx};

on_both_engines!(
    a_session_is_kept_and_found,
    a_session_ends_once,
    what_is_written_to_a_session_that_ended_is_refused,
    activity_is_written_in_one_go_and_never_goes_back,
    old_sessions_are_forgotten_a_few_at_a_time,
    two_sessions_do_not_share_a_token,
    failures_are_counted_and_forgotten,
    the_set_up_code_is_used_once,
    a_setting_is_set_by_who_read_it_last,
);

fn session(number: u8) -> Session {
    Session {
        id: SessionId::from_bytes([number; 16]),
        token: [number; 32],
        user: UserId::from_bytes([1; 16]),
        person: PersonId::from_bytes([1; 16]),
        station: number.is_multiple_of(2).then(|| StationId::from_bytes([77; 16])),
        started_at: Micros(i64::from(number)),
        active_at: Micros(100),
        ends_at: Micros(i64::MAX),
        idle_seconds: 900,
        factors: vec![Proved { factor: Factor::Password, at: Micros(-1) }],
        groups: vec![GroupId::from_bytes([1; 16]), GroupId::from_bytes([255; 16])],
        groups_at: Micros(100),
        ended_at: None,
        end_reason: None,
        degraded: false,
    }
}

async fn with_sessions(site: &Site, numbers: std::ops::RangeInclusive<u8>) -> pforte_store::Store {
    let store = with_users(site, &["alice"]).await;
    let job = write(&store, async move |tx: &mut Tx| {
        for number in numbers {
            sessions::insert(tx, &session(number)).await?;
        }
        Ok(())
    });
    job.await.unwrap();
    store
}

async fn a_session_is_kept_and_found(site: Site) {
    let store = with_sessions(&site, 1..=3).await;
    let mut conn = store.read().await.unwrap();
    assert_eq!(sessions::by_id(&mut conn, session(2).id).await.unwrap(), Some(session(2)));
    assert_eq!(sessions::by_token(&mut conn, &[3; 32]).await.unwrap(), Some(session(3)));
    assert_eq!(sessions::by_token(&mut conn, &[4; 32]).await.unwrap(), None);
    assert_eq!(sessions::live(&mut conn).await.unwrap(), [session(1), session(2), session(3)]);
    let id = session(2).id;
    let job = write(&store, async move |tx: &mut Tx| {
        sessions::refresh(tx, id, &[], Micros(200), true).await?;
        sessions::prove(tx, id, &[]).await?;
        sessions::limit(tx, id, Micros(5000), 60).await
    });
    job.await.unwrap();
    let expected = Session {
        groups: vec![],
        groups_at: Micros(200),
        degraded: true,
        factors: vec![],
        ends_at: Micros(5000),
        idle_seconds: 60,
        ..session(2)
    };
    assert_eq!(sessions::by_id(&mut conn, id).await.unwrap(), Some(expected));
}

async fn a_session_ends_once(site: Site) {
    let store = with_sessions(&site, 1..=2).await;
    let id = session(1).id;
    let end =
        async || write(&store, async move |tx: &mut Tx| sessions::end(tx, id, Micros(9), "idle").await).await;
    end().await.unwrap();
    assert!(matches!(end().await, Err(StoreError::Missing)));
    let mut conn = store.read().await.unwrap();
    let ended = sessions::by_id(&mut conn, id).await.unwrap().unwrap();
    assert_eq!((ended.ended_at, ended.end_reason.as_deref()), (Some(Micros(9)), Some("idle")));
    assert_eq!(sessions::live(&mut conn).await.unwrap(), [session(2)]);
}

async fn what_is_written_to_a_session_that_ended_is_refused(site: Site) {
    let store = with_sessions(&site, 1..=1).await;
    let id = session(1).id;
    write(&store, async move |tx: &mut Tx| sessions::end(tx, id, Micros(9), "idle").await).await.unwrap();
    let refresh =
        write(&store, async move |tx: &mut Tx| sessions::refresh(tx, id, &[], Micros(1), false).await);
    assert!(matches!(refresh.await, Err(StoreError::Missing)));
    let prove = write(&store, async move |tx: &mut Tx| sessions::prove(tx, id, &[]).await);
    assert!(matches!(prove.await, Err(StoreError::Missing)));
    let limit = write(&store, async move |tx: &mut Tx| sessions::limit(tx, id, Micros(1), 1).await);
    assert!(matches!(limit.await, Err(StoreError::Missing)));
    let touch = write(&store, async move |tx: &mut Tx| sessions::touch(tx, &[(id, Micros(500))]).await);
    touch.await.unwrap();
    let ended = sessions::by_id(&mut store.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(ended.active_at, Micros(100));
}

async fn activity_is_written_in_one_go_and_never_goes_back(site: Site) {
    let store = with_sessions(&site, 1..=3).await;
    let used = vec![(session(1).id, Micros(300)), (session(2).id, Micros(50)), (session(9).id, Micros(1))];
    write(&store, async move |tx: &mut Tx| sessions::touch(tx, &used).await).await.unwrap();
    let live = sessions::live(&mut store.read().await.unwrap()).await.unwrap();
    let active: Vec<_> = live.iter().map(|session| session.active_at.0).collect();
    assert_eq!(active, [300, 100, 100]);
}

async fn old_sessions_are_forgotten_a_few_at_a_time(site: Site) {
    let store = with_sessions(&site, 1..=5).await;
    let job = write(&store, async move |tx: &mut Tx| {
        for number in 1..=4 {
            sessions::end(tx, session(number).id, Micros(i64::from(number) * 10), "logged-off").await?;
        }
        Ok(())
    });
    job.await.unwrap();
    let forget = async |most| {
        write(&store, async move |tx: &mut Tx| sessions::forget(tx, Micros(35), most).await).await
    };
    assert_eq!(forget(2).await.unwrap(), 2);
    assert_eq!(forget(2).await.unwrap(), 1);
    assert_eq!(forget(2).await.unwrap(), 0);
    let mut conn = store.read().await.unwrap();
    assert_eq!(sessions::by_id(&mut conn, session(3).id).await.unwrap(), None);
    assert!(sessions::by_id(&mut conn, session(4).id).await.unwrap().is_some());
    assert_eq!(sessions::live(&mut conn).await.unwrap(), [session(5)]);
}

async fn two_sessions_do_not_share_a_token(site: Site) {
    let store = with_sessions(&site, 1..=1).await;
    let twin = Session { id: session(2).id, ..session(1) };
    let refused = write(&store, async move |tx: &mut Tx| sessions::insert(tx, &twin).await).await;
    assert!(matches!(refused, Err(StoreError::Duplicate)));
}

async fn failures_are_counted_and_forgotten(site: Site) {
    let store = site.create().await;
    let count = |key: &str, failures, last_at: i64| Throttle {
        key: key.into(),
        failures,
        last_at: Micros(last_at),
        blocked_until: Micros(last_at + 5),
    };
    let put = async |counted: Throttle| {
        write(&store, async move |tx: &mut Tx| throttle::put(tx, &counted).await).await
    };
    for counted in [count("u:1", 1, 10), count("u:1", 2, 20), count("s:1", 7, 90), count("u:2", 1, 30)] {
        put(counted).await.unwrap();
    }
    let mut conn = store.read().await.unwrap();
    assert_eq!(throttle::by_key(&mut conn, "u:1").await.unwrap(), Some(count("u:1", 2, 20)));
    write(&store, async |tx: &mut Tx| throttle::clear(tx, "u:2").await).await.unwrap();
    assert_eq!(throttle::all(&mut conn).await.unwrap(), [count("s:1", 7, 90), count("u:1", 2, 20)]);
    let forgotten = write(&store, async |tx: &mut Tx| throttle::forget(tx, Micros(94)).await).await;
    assert_eq!(forgotten.unwrap(), 1);
    assert_eq!(throttle::by_key(&mut conn, "u:1").await.unwrap(), None);
}

async fn the_set_up_code_is_used_once(site: Site) {
    let store = site.create().await;
    let mut conn = store.read().await.unwrap();
    assert_eq!(setup::get(&mut conn).await.unwrap(), None);
    write(&store, async |tx: &mut Tx| setup::put(tx, &[1; 32], Micros(1)).await).await.unwrap();
    let use_up = async || write(&store, async |tx: &mut Tx| setup::use_up(tx, Micros(5)).await).await;
    use_up().await.unwrap();
    assert!(matches!(use_up().await, Err(StoreError::Missing)));
    let used = Setup { code: [1; 32], made_at: Micros(1), used_at: Some(Micros(5)) };
    assert_eq!(setup::get(&mut conn).await.unwrap(), Some(used));
    write(&store, async |tx: &mut Tx| setup::put(tx, &[2; 32], Micros(9)).await).await.unwrap();
    let fresh = Setup { code: [2; 32], made_at: Micros(9), used_at: None };
    assert_eq!(setup::get(&mut conn).await.unwrap(), Some(fresh));
}

async fn a_setting_is_set_by_who_read_it_last(site: Site) {
    let store = site.create().await;
    let set = async |value: &'static str, version| {
        write(&store, async move |tx: &mut Tx| configured::set(tx, "plant", value, version).await).await
    };
    assert!(matches!(set("x", 4).await, Err(StoreError::Missing)));
    set("Molkerei", 0).await.unwrap();
    assert!(matches!(set("late", 0).await, Err(StoreError::Stale)));
    set("Dairy", 1).await.unwrap();
    assert!(matches!(set("late", 1).await, Err(StoreError::Stale)));
    let expected = Setting { key: "plant".into(), value: "Dairy".into(), version: 2 };
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::by_key(&mut conn, "plant").await.unwrap().as_ref(), Some(&expected));
    assert_eq!(configured::all(&mut conn).await.unwrap(), [expected]);
}
