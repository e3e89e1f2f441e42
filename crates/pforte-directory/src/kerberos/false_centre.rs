//! Key distribution centres that lie, and what they get.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::chance::Chance;
use super::client::{Client, Credential};
use super::der::{OCTETS, Reader, SEQUENCE, TEXT, TIME, Writer, field};
use super::error::{Error, code};
use super::key::{Etype, Key};
use super::name::Name;
use super::person::{Outcome, verify};
use super::reply::{self, Ticket};
use super::request::usage;
use super::time::Second;
use crate::ldap::Clock;
use crate::secret::Password;
use pforte_model::account::AccountState;
use pforte_model::time::Micros;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;

const REALM: &str = "PLANT.EXAMPLE";
const NOW: Micros = Micros(1_800_000_000_000_000);
const SALT: &str = "PLANT.EXAMPLEmara";

fn now() -> Second {
    Second::of(NOW).0
}

fn encrypted(to: &mut Writer, key: &Key, usage: u32, plain: &[u8]) {
    let bytes = key.encrypt(usage, plain, &Chance::new([9; 32]));
    to.holding(SEQUENCE, |to| {
        to.field_number(0, key.etype().number().into());
        to.field_bytes(2, OCTETS, &bytes);
    });
}

fn key(to: &mut Writer, key: &Key) {
    to.holding(SEQUENCE, |to| {
        to.field_number(0, key.etype().number().into());
        to.field_bytes(1, OCTETS, key.expose());
    });
}

fn time(to: &mut Writer, number: u8, at: Second) {
    to.field_bytes(number, TIME, at.text().as_bytes());
}

/// What a made-up ticket says, and who can read it.
#[derive(Clone)]
struct Made {
    client: Name,
    realm: &'static str,
    session: Key,
    proved: Second,
    sealed_with: Key,
}

impl Made {
    fn ticket(&self) -> Vec<u8> {
        let inside = Writer::write(|to| {
            to.holding(0x63, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_flags(0, 0);
                    to.holding(field(1), |to| key(to, &self.session));
                    to.field_bytes(2, TEXT, self.realm.as_bytes());
                    to.holding(field(3), |to| self.client.write(to));
                    to.holding(field(4), |to| to.holding(SEQUENCE, |_| {}));
                    time(to, 5, self.proved);
                    time(to, 7, now().plus(3_600));
                });
            });
        });
        let ticket = Writer::write(|to| {
            to.holding(0x61, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_bytes(1, TEXT, REALM.as_bytes());
                    to.holding(field(2), |to| Name::user("svc").write(to));
                    to.holding(field(3), |to| encrypted(to, &self.sealed_with, usage::TICKET, &inside));
                });
            });
        });
        ticket.to_vec()
    }
}

/// An answer with a ticket, whose secret part tells `told` of the session's key.
fn answer(
    kind: u8,
    server: &Name,
    made: &Made,
    told: &Key,
    (with, used): (&Key, u32),
    nonce: i64,
) -> Vec<u8> {
    let part = Writer::write(|to| {
        to.holding(if kind == 11 { 0x79 } else { 0x7a }, |to| {
            to.holding(SEQUENCE, |to| {
                to.holding(field(0), |to| key(to, told));
                to.holding(field(1), |to| to.holding(SEQUENCE, |_| {}));
                to.field_number(2, nonce);
                to.field_flags(4, 0);
                time(to, 5, now());
                time(to, 7, now().plus(3_600));
                to.field_bytes(9, TEXT, REALM.as_bytes());
                to.holding(field(10), |to| server.write(to));
            });
        });
    });
    let answer = Writer::write(|to| {
        to.holding(0x60 | kind, |to| {
            to.holding(SEQUENCE, |to| {
                to.field_number(0, 5);
                to.field_number(1, kind.into());
                to.field_bytes(3, TEXT, REALM.as_bytes());
                to.holding(field(4), |to| Name::user("mara").write(to));
                to.holding(field(5), |to| to.raw(&made.ticket()));
                to.holding(field(6), |to| encrypted(to, with, used, &part));
            });
        });
    });
    answer.to_vec()
}

/// A refusal; with how a password becomes a key, or with a Windows status.
fn refusal(code: i64, status: Option<u32>) -> Vec<u8> {
    let data = |kind, value: &[u8]| {
        Writer::write(|to| {
            to.holding(SEQUENCE, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(1, kind);
                    to.field_bytes(2, OCTETS, value);
                });
            });
        })
    };
    let keys = Writer::write(|to| {
        to.holding(SEQUENCE, |to| {
            to.holding(SEQUENCE, |to| {
                to.field_number(0, 18);
                to.field_bytes(1, TEXT, SALT.as_bytes());
            });
        });
    });
    let data = match status {
        None => data(19, &keys),
        Some(status) => data(3, &[&status.to_le_bytes()[..], &[0; 8]].concat()),
    };
    let refusal = Writer::write(|to| {
        to.holding(0x7e, |to| {
            to.holding(SEQUENCE, |to| {
                to.field_number(0, 5);
                to.field_number(1, 30);
                time(to, 4, now());
                to.field_number(5, 0);
                to.field_number(6, code);
                to.field_bytes(9, TEXT, REALM.as_bytes());
                to.holding(field(10), |to| Name::tickets(REALM).write(to));
                to.field_bytes(12, OCTETS, &data);
            });
        });
    });
    refusal.to_vec()
}

/// The number in a request that the answer repeats, and whether there is a proof.
fn asked(request: &[u8]) -> (u8, i64, bool) {
    let kind = request.first().unwrap() & 0x1f;
    let mut request = Reader::new(request).open(0x60 | kind).unwrap().open(SEQUENCE).unwrap();
    request.field(1).unwrap();
    request.field(2).unwrap();
    let mut extra = request.maybe(3).unwrap().unwrap().open(SEQUENCE).unwrap();
    let mut proof = false;
    while !extra.is_empty() {
        proof |= extra.open(SEQUENCE).unwrap().field(1).unwrap().small().unwrap() == 2;
    }
    let mut body = request.field(4).unwrap().open(SEQUENCE).unwrap();
    for skipped in 0..7 {
        body.maybe(skipped).unwrap();
    }
    (kind, body.field(7).unwrap().number().unwrap(), proof)
}

/// What a false centre is made of.
struct Stage {
    address: SocketAddr,
    service: Credential,
    chance: Chance,
    tasks: JoinSet<()>,
}

fn random(seed: u8) -> Key {
    Key::random(Etype::Aes256Sha1, &Chance::new([seed; 32]))
}

/// The key that only the real centre and the service account know.
fn shared() -> Key {
    random(1)
}

/// A ticket as the real centre would give it.
fn real() -> Made {
    Made {
        client: Name::user("mara"),
        realm: REALM,
        session: random(3),
        proved: now(),
        sealed_with: shared(),
    }
}

/// A centre that lets in the password `guess` and shows this ticket, of which it
/// tells the key `told`.
async fn stage(guess: &'static str, made: Made, told: Key) -> Stage {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let of_person = Key::of_password(Etype::Aes256Sha1, guess, SALT.as_bytes(), None).unwrap();
        let session = random(2);
        let first = Made { session: session.clone(), sealed_with: random(8), ..made.clone() };
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u32().await.unwrap();
            let mut request = vec![0; length.try_into().unwrap()];
            stream.read_exact(&mut request).await.unwrap();
            let said = match asked(&request) {
                (10, _, false) => refusal(code::PREAUTH_REQUIRED.into(), None),
                (10, nonce, true) => {
                    answer(11, &Name::tickets(REALM), &first, &session, (&of_person, usage::AS_REPLY), nonce)
                }
                (_, nonce, _) => {
                    answer(13, &Name::user("svc"), &made, &told, (&session, usage::TGS_REPLY), nonce)
                }
            };
            stream.write_all(&u32::try_from(said.len()).unwrap().to_be_bytes()).await.unwrap();
            stream.write_all(&said).await.unwrap();
        }
    });
    let ticket = Made { sealed_with: random(7), ..real() }.ticket();
    let service = Credential {
        ticket: Ticket::from_bytes(ticket),
        session: shared(),
        realm: REALM.to_owned(),
        client: Name::user("svc"),
        ends: now().plus(3_600),
    };
    Stage { address, service, chance: Chance::new([6; 32]), tasks }
}

impl Stage {
    async fn judged(self, typed: &str) -> Result<Outcome, Error> {
        let clock: Clock = Arc::new(|| NOW);
        let client = Client::new(REALM, clock, self.chance.clone());
        let until = Instant::now() + Duration::from_secs(5);
        let typed = Password::parse(typed).unwrap();
        let judged = verify(&client, &[self.address], ("mara", &typed), &self.service, until).await;
        drop(self.tasks);
        judged
    }
}

#[tokio::test]
async fn a_real_centre_is_believed() {
    assert_eq!(stage("right", real(), random(3)).await.judged("right").await, Ok(Outcome::Good));
}

#[tokio::test]
async fn a_centre_that_made_up_the_password_is_not_believed() {
    let lies = [
        // It does not know the key, so it seals with another one.
        (Made { sealed_with: random(4), ..real() }, random(3)),
        // It repeats a real ticket, seen on the wire, whose session key it does not know.
        (real(), random(5)),
        // It shows somebody else's real ticket, with everything right about it.
        (Made { client: Name::user("mallory"), ..real() }, random(3)),
        (Made { realm: "OTHER.EXAMPLE", ..real() }, random(3)),
        // It shows one from an earlier time.
        (Made { proved: now().plus(-301), ..real() }, random(3)),
        (Made { proved: now().plus(301), ..real() }, random(3)),
    ];
    for (made, told) in lies {
        assert_eq!(stage("made up", made, told).await.judged("made up").await, Err(Error::False));
    }
}

#[tokio::test]
async fn a_centre_that_takes_every_password_is_not_believed() {
    assert_eq!(stage("right", real(), random(3)).await.judged("wrong").await, Err(Error::False));
}

#[test]
fn statuses_of_refusals_are_read_in_both_wrappings() {
    let read = |bytes: &[u8]| reply::refused(bytes).unwrap();
    let expired = read(&refusal(18, Some(0xc000_0193)));
    assert_eq!((expired.code, expired.status, expired.server_time), (18, Some(0xc000_0193), now().0));
    assert_eq!(read(&refusal(25, None)).status, None);
    let single = Writer::write(|to| {
        to.holding(SEQUENCE, |to| {
            to.field_number(1, 3);
            to.field_bytes(2, OCTETS, &[0x34, 2, 0, 0xc0, 0, 0, 0, 0, 1, 0, 0, 0]);
        });
    });
    assert_eq!(reply::status(&single), Some(0xc000_0234));
    assert_eq!(super::person::state(0xc000_0234), Some(AccountState::Locked));
    assert_eq!(super::person::state(0xc000_006e), None);
}
