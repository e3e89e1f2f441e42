//! What is written: the same rows through the store and by the bare loops.

use pforte_model::factor::{Factor, Proved};
use pforte_model::id::{DirectoryId, PersonId, SessionId, UserId, v7};
use pforte_model::name::{Label, LoginName};
use pforte_model::time::Micros;
use pforte_store::directories::{self, Directory};
use pforte_store::persons::{self, Person};
use pforte_store::sessions::Session;
use pforte_store::users::{self, User};
use pforte_store::{Result, Store, Tx};
use pforte_test::store::NOW;

/// Users who log on.
pub(crate) const USERS: u64 = 1_000;

pub(crate) const DIRECTORY: DirectoryId = DirectoryId::from_bytes([3; 16]);

/// The key by which the directory knows a user.
pub(crate) fn key(number: u64) -> [u8; 16] {
    let mut key = [5; 16];
    key.iter_mut().zip((number % USERS).to_be_bytes()).for_each(|(to, from)| *to = from);
    key
}

/// A new session of this user, with a random token as in life.
pub(crate) fn session(number: u64, user: UserId, person: PersonId) -> Session {
    let at = Micros(NOW.0.saturating_add_unsigned(number));
    Session {
        id: SessionId::from_bytes(v7(number / 16, rand::random())),
        token: rand::random(),
        user,
        person,
        station: None,
        started_at: at,
        active_at: at,
        ends_at: Micros(i64::MAX),
        idle_seconds: 900,
        factors: vec![Proved { factor: Factor::Password, at }],
        groups: Vec::new(),
        groups_at: at,
        ended_at: None,
        end_reason: None,
        degraded: false,
    }
}

/// Makes the directory and its users.
pub(crate) async fn populate(store: &Store) {
    let made = store.write(async move |tx: &mut Tx| -> Result<()> {
        directories::insert(tx, &directory()).await?;
        for number in 0..USERS {
            let (person, user) = people(number);
            persons::insert(tx, &person).await?;
            users::insert(tx, &user).await?;
        }
        Ok(())
    });
    made.await.unwrap();
}

fn directory() -> Directory {
    Directory {
        id: DIRECTORY,
        name: Label::parse("bench").unwrap(),
        kind: "active-directory".into(),
        settings: "{}".into(),
        secret: None,
        position: 1,
        enabled: true,
        created_at: NOW,
        removed_at: None,
        version: 1,
        known_hours: 0,
    }
}

fn people(number: u64) -> (Person, User) {
    let (person, login) = (PersonId::from_bytes(key(number)), format!("user{number}"));
    let user = User {
        id: UserId::from_bytes(key(number)),
        directory: DIRECTORY,
        key: key(number).to_vec(),
        login: LoginName::parse(&login).unwrap(),
        label: login.clone(),
        person,
        enabled: true,
        essential: false,
        adopted_at: NOW,
        seen_at: None,
        version: 1,
    };
    (Person { id: person, name: login, created_at: NOW }, user)
}
