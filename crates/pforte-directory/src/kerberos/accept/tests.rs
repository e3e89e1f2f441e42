//! Tickets that are right, and those with one thing wrong.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::super::chance::Chance;
use super::super::der::{OCTETS, OID, SEQUENCE, TEXT, TIME, Writer, field};
use super::super::gss::{self, MECHANISM, Over};
use super::super::key::{Etype, Key};
use super::super::name::Name;
use super::super::reply;
use super::super::request::usage;
use super::super::time::Second;
use super::keytab::Found;
use super::{Accepted, BadKeytab, Here, Keytab, Offer, Refused, Replays};
use crate::ldap::Sid;
use pforte_model::time::Micros;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const REALM: &str = "PLANT.EXAMPLE";
const NOW: Micros = Micros(1_800_000_000_000_000);
const OURS: &[u8] = b"tls-server-end-point:ours";
const USER: &str = "S-1-5-21-1-2-3-1105";

fn now() -> Second {
    Second::of(NOW).0
}

fn random(etype: Etype, seed: u8) -> Key {
    Key::random(etype, &Chance::new([seed; 32]))
}

fn encrypted(to: &mut Writer, key: &Key, version: Option<i64>, usage: u32, plain: &[u8]) {
    let bytes = key.encrypt(usage, plain, &Chance::new([9; 32]));
    to.holding(SEQUENCE, |to| {
        to.field_number(0, key.etype().number().into());
        if let Some(version) = version {
            to.field_number(1, version);
        }
        to.field_bytes(2, OCTETS, &bytes);
    });
}

fn typed(to: &mut Writer, kind: i64, value: &[u8]) {
    to.holding(SEQUENCE, |to| {
        to.field_number(0, kind);
        to.field_bytes(1, OCTETS, value);
    });
}

/// Data that may be passed over.
fn relevant(to: &mut Writer, kind: i64, value: &[u8]) {
    let inner = Writer::write(|to| to.holding(SEQUENCE, |to| typed(to, kind, value)));
    to.holding(SEQUENCE, |to| typed(to, 1, &inner));
}

/// Everything that a token says.
#[derive(Clone)]
struct Made {
    realm: &'static str,
    service: Name,
    version: Option<i64>,
    sealed_with: Key,
    session: Key,
    flags: u32,
    crealm: &'static str,
    client: Name,
    starts: Second,
    ends: Second,
    address: Option<i64>,
    pac: Option<Vec<u8>>,
    options: u32,
    authenticator_of: Name,
    time: Second,
    checksum: Option<(i64, Vec<u8>)>,
    binds: bool,
    mechanisms: Vec<&'static [u8]>,
}

/// The wishes of a client whose connection is bound to this.
fn wishes(over: Over<'_>) -> (i64, Vec<u8>) {
    (gss::WISHES, [&16_u32.to_le_bytes()[..], &gss::binding(over), &[0x0e, 0, 0, 0]].concat())
}

/// The key of the service in these tests.
fn shared(etype: Etype) -> Key {
    random(etype, 1)
}

fn sid(text: &str) -> Sid {
    text.parse().unwrap()
}

/// A PAC with these parts, signed with this key.
fn pac(parts: &[(u32, &[u8])], key: &Key) -> Vec<u8> {
    let kind = u32::try_from(key.etype().checksum_number()).unwrap().to_le_bytes();
    let empty = [&kind[..], &vec![0; key.etype().checksum_length()]].concat();
    let centre = [&16_u32.to_le_bytes()[..], &[0; 12]].concat();
    let parts = [parts, &[(6, &empty), (7, &centre)]].concat();
    let mut head = [u32::try_from(parts.len()).unwrap().to_le_bytes(), [0; 4]].concat();
    let (mut body, mut signature) = (Vec::new(), 0);
    let begin = 8 + 16 * parts.len();
    for (kind, bytes) in parts {
        let at = begin + body.len();
        signature = if kind == 6 { at + 4 } else { signature };
        head.extend([kind, u32::try_from(bytes.len()).unwrap()].map(u32::to_le_bytes).concat());
        head.extend(u64::try_from(at).unwrap().to_le_bytes());
        body.extend(bytes);
        body.resize(body.len().next_multiple_of(8), 0);
    }
    let mut pac = [head, body].concat();
    let sum = key.checksum(17, &[&pac]);
    pac.get_mut(signature..signature + sum.len()).unwrap().copy_from_slice(&sum);
    pac
}

/// Makes one thing different.
type Change = fn(&mut Made);

impl Made {
    /// A token that is right.
    fn right(etype: Etype) -> Self {
        let key = shared(etype);
        Self {
            realm: REALM,
            service: Name::service("HTTP", "pforte.plant.example"),
            version: Some(3),
            pac: Some(pac(&[(18, sid(USER).as_bytes())], &key)),
            sealed_with: key,
            session: random(etype, 3),
            flags: 0x40a0_0000,
            crealm: REALM,
            client: Name::user("mara"),
            starts: now().plus(-600),
            ends: now().plus(3_600),
            address: None,
            options: 0x2000_0000,
            authenticator_of: Name::user("mara"),
            time: now(),
            checksum: Some(wishes(Over::Tls(OURS))),
            binds: true,
            mechanisms: vec![MECHANISM],
        }
    }

    fn but(change: impl FnOnce(&mut Self)) -> Self {
        let mut made = Self::right(Etype::Aes256Sha1);
        change(&mut made);
        made
    }

    fn inside(&self) -> Vec<u8> {
        let time = |to: &mut Writer, number, at: Second| to.field_bytes(number, TIME, at.text().as_bytes());
        let inside = Writer::write(|to| {
            to.holding(0x63, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_flags(0, self.flags);
                    let number = self.session.etype().number().into();
                    to.holding(field(1), |to| typed(to, number, self.session.expose()));
                    to.field_bytes(2, TEXT, self.crealm.as_bytes());
                    to.holding(field(3), |to| self.client.write(to));
                    to.holding(field(4), |to| typed(to, 0, &[]));
                    time(to, 5, self.starts);
                    time(to, 6, self.starts);
                    time(to, 7, self.ends);
                    if let Some(kind) = self.address {
                        to.holding(field(9), |to| to.holding(SEQUENCE, |to| typed(to, kind, b"addr")));
                    }
                    if let Some(pac) = &self.pac {
                        to.holding(field(10), |to| to.holding(SEQUENCE, |to| relevant_inner(to, 128, pac)));
                    }
                });
            });
        });
        inside.to_vec()
    }

    fn authenticator(&self) -> Vec<u8> {
        let written = Writer::write(|to| {
            to.holding(0x62, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_bytes(1, TEXT, self.crealm.as_bytes());
                    to.holding(field(2), |to| self.authenticator_of.write(to));
                    if let Some((kind, value)) = &self.checksum {
                        to.holding(field(3), |to| typed(to, *kind, value));
                    }
                    to.field_number(4, 7);
                    to.field_bytes(5, TIME, self.time.text().as_bytes());
                    if self.binds {
                        to.holding(field(8), |to| relevant(to, 143, &0x4000_u32.to_le_bytes()));
                    }
                });
            });
        });
        written.to_vec()
    }

    fn request(&self) -> Vec<u8> {
        let request = Writer::write(|to| {
            to.holding(0x6e, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_number(1, 14);
                    to.field_flags(2, self.options);
                    to.holding(field(3), |to| {
                        to.holding(0x61, |to| {
                            to.holding(SEQUENCE, |to| {
                                to.field_number(0, 5);
                                to.field_bytes(1, TEXT, self.realm.as_bytes());
                                to.holding(field(2), |to| self.service.write(to));
                                let key = &self.sealed_with;
                                to.holding(field(3), |to| {
                                    encrypted(to, key, self.version, usage::TICKET, &self.inside());
                                });
                            });
                        });
                    });
                    to.holding(field(4), |to| {
                        encrypted(to, &self.session, None, usage::AUTHENTICATOR, &self.authenticator());
                    });
                });
            });
        });
        request.to_vec()
    }

    /// In SPNEGO; alone where there are no mechanisms.
    fn token(&self) -> Vec<u8> {
        let token = gss::token(gss::REQUEST, &self.request());
        if self.mechanisms.is_empty() {
            return token;
        }
        let spnego = Writer::write(|to| {
            to.holding(0x60, |to| {
                to.bytes(OID, &[0x2b, 6, 1, 5, 5, 2]);
                to.holding(field(0), |to| {
                    to.holding(SEQUENCE, |to| {
                        to.holding(field(0), |to| {
                            to.holding(SEQUENCE, |to| {
                                self.mechanisms.iter().for_each(|one| to.bytes(OID, one));
                            });
                        });
                        to.field_bytes(2, OCTETS, &token);
                    });
                });
            });
        });
        spnego.to_vec()
    }

    fn judged(&self) -> Result<Accepted, Refused> {
        judge(&self.token(), &Replays::default())
    }
}

fn relevant_inner(to: &mut Writer, kind: i64, value: &[u8]) {
    let inner = Writer::write(|to| to.holding(SEQUENCE, |to| typed(to, kind, value)));
    typed(to, 1, &inner);
}

/// One record of a keytab.
fn record(name: &[&str], realm: &str, version: u32, etype: u16, key: &[u8]) -> Vec<u8> {
    let counted = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let mut record = u16::try_from(name.len()).unwrap().to_be_bytes().to_vec();
    record.extend(counted(realm.as_bytes()));
    for part in name {
        record.extend(counted(part.as_bytes()));
    }
    record.extend([0, 0, 0, 1, 0, 0, 0, 0, version.to_le_bytes()[0]]);
    record.extend(etype.to_be_bytes());
    record.extend(counted(key));
    record.extend(version.to_be_bytes());
    [&u32::try_from(record.len()).unwrap().to_be_bytes()[..], &record].concat()
}

/// The keys of the service, an older one among them.
fn keytab() -> Keytab {
    let mut file = vec![5, 2];
    let name = ["HTTP", "pforte.plant.example"];
    for etype in Etype::ALL {
        let number = u16::try_from(etype.number()).unwrap();
        file.extend(record(&name, REALM, 3, number, shared(etype).expose()));
        file.extend(record(&name, REALM, 2, number, random(etype, 2).expose()));
    }
    // A deleted record, and a key of RC4.
    file.extend([0xff, 0xff, 0xff, 0xfc, 1, 2, 3, 4]);
    file.extend(record(&name, REALM, 3, 23, &[7; 16]));
    Keytab::parse(&file).unwrap()
}

fn judge(token: &[u8], replays: &Replays) -> Result<Accepted, Refused> {
    let (keytab, chance) = (keytab(), Chance::new([4; 32]));
    let here = Here { keytab: &keytab, realm: REALM, binding: Some(OURS), now: NOW, chance: &chance };
    Offer::read(token)?.accept(&here, replays)
}

#[test]
fn a_right_ticket_of_each_kind_is_taken_and_answered() {
    for etype in Etype::ALL {
        for mechanisms in [vec![], vec![MECHANISM], vec![&[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2][..]]]
        {
            let made = Made { mechanisms, ..Made::right(etype) };
            let accepted = made.judged().unwrap();
            assert_eq!((accepted.client.as_str(), accepted.realm.as_str()), ("mara", REALM));
            assert_eq!(accepted.user, sid(USER));
            let inner = accepted.answer.windows(2).position(|two| two == gss::PROOF).unwrap();
            let sealed = reply::proof(accepted.answer.get(inner + 2..).unwrap()).unwrap();
            let proved = reply::proved(&sealed.open(&made.session, usage::AP_REPLY).unwrap()).unwrap();
            assert_eq!(proved.time, (now(), 7), "what only who opened the ticket can know");
        }
    }
    assert!(Made::but(|made| made.options = 0).judged().unwrap().answer.is_empty());
}

#[test]
fn what_differs_within_the_bounds_is_taken() {
    let fine: [Change; 9] = [
        |made| made.time = now().plus(300),
        |made| made.time = now().plus(-300),
        |made| made.ends = now().plus(-300),
        |made| made.starts = now().plus(300),
        |made| made.version = None,
        |made| made.service = Name::service("http", "PFORTE.plant.example"),
        // Windows may name the computer.
        |made| made.address = Some(20),
        // A client that knows nothing of bindings.
        |made| (made.checksum, made.binds) = (Some(wishes(Over::Nothing)), false),
        |made| made.mechanisms.push(&[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a]),
    ];
    for (number, change) in fine.into_iter().enumerate() {
        assert!(Made::but(change).judged().is_ok(), "{number}: {:?}", Made::but(change).judged());
    }
}

#[test]
fn a_ticket_with_one_thing_wrong_is_refused_for_that() {
    let wrong: [(Refused, Change); 27] = [
        (Refused::Realm, |made| made.realm = "OTHER.EXAMPLE"),
        (Refused::Realm, |made| made.crealm = "OTHER.EXAMPLE"),
        (Refused::Service, |made| made.service = Name::service("HTTP", "other.plant.example")),
        (Refused::Service, |made| made.service = Name::service("cifs", "pforte.plant.example")),
        (Refused::Version, |made| made.version = Some(4)),
        (Refused::Altered, |made| made.version = Some(2)),
        (Refused::Altered, |made| made.sealed_with = random(Etype::Aes256Sha1, 8)),
        (Refused::Form, |made| made.options |= 0x4000_0000),
        (Refused::Form, |made| made.flags |= 0x0100_0000),
        (Refused::Form, |made| made.flags |= 0x0000_8000),
        (Refused::Form, |made| made.address = Some(2)),
        (Refused::NotYet, |made| made.starts = now().plus(301)),
        (Refused::Expired, |made| made.ends = now().plus(-301)),
        (Refused::Skew, |made| made.time = now().plus(301)),
        (Refused::Skew, |made| made.time = now().plus(-301)),
        (Refused::Altered, |made| made.authenticator_of = Name::user("mallory")),
        (Refused::Form, |made| made.checksum = None),
        (Refused::Form, |made| made.checksum = Some((16, vec![0; 24]))),
        (Refused::Form, |made| made.checksum = Some((gss::WISHES, vec![16; 23]))),
        (Refused::Binding, |made| made.checksum = Some(wishes(Over::Tls(b"tls-server-end-point:other")))),
        (Refused::Binding, |made| made.checksum = Some(wishes(Over::Nothing))),
        (Refused::NoPac, |made| made.pac = None),
        (Refused::PacFalse, |made| made.pac = Some(vec![0; 40])),
        (Refused::NoPac, |made| made.pac = Some(pac(&[], &made.sealed_with))),
        (Refused::PacFalse, |made| {
            made.pac = Some(pac(&[(18, sid(USER).as_bytes())], &random(Etype::Aes256Sha1, 8)));
        }),
        (Refused::PacFalse, |made| {
            let two =
                [(18, sid(USER).as_bytes().to_vec()), (18, sid("S-1-5-21-1-2-3-500").as_bytes().to_vec())];
            made.pac = Some(pac(&two.each_ref().map(|(kind, bytes)| (*kind, &bytes[..])), &made.sealed_with));
        }),
        (Refused::NotKerberos, |made| made.mechanisms = vec![&[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a]]),
    ];
    for (number, (why, change)) in wrong.into_iter().enumerate() {
        assert_eq!(Made::but(change).judged(), Err(why), "{number}");
    }
}

#[test]
fn what_is_no_ticket_is_told_from_what_is_damaged() {
    assert_eq!(judge(b"NTLMSSP\0\x01\0\0\0", &Replays::default()), Err(Refused::NotKerberos));
    for damaged in [&[][..], b"\x60", b"\xa1\x03\x30\x01\x00", &vec![0x30; 65_537]] {
        assert_eq!(judge(damaged, &Replays::default()), Err(Refused::Unreadable));
    }
}

#[test]
fn a_token_counts_once_however_it_is_wrapped() {
    let (replays, made) = (Replays::default(), Made::right(Etype::Aes256Sha1));
    assert!(judge(&made.token(), &replays).is_ok());
    assert_eq!(judge(&made.token(), &replays), Err(Refused::Replayed));
    let bare = Made { mechanisms: Vec::new(), options: 0, ..made };
    assert_eq!(judge(&bare.token(), &replays), Err(Refused::Replayed));
}

#[test]
fn a_weak_session_key_is_refused() {
    let made = Made::right(Etype::Aes256Sha1);
    let mut inside = made.inside();
    // The kind of the session's key becomes RC4.
    let at = inside.windows(3).position(|three| three == [2, 1, 18]).unwrap();
    inside.splice(at..at + 3, [2, 1, 23]);
    assert!(matches!(super::request::Inside::read(&inside), Err(Refused::Encryption)));
}

#[test]
fn whatever_is_altered_nobody_else_is_let_in() {
    let token = Made::right(Etype::Aes256Sha1).token();
    let (sealed, plain) = (judge(&token, &Replays::default()).unwrap(), token.len());
    let same = |altered: &[u8]| {
        let judged = judge(altered, &Replays::default());
        judged.is_err()
            || judged.is_ok_and(|judged| (&judged.user, &judged.client) == (&sealed.user, &sealed.client))
    };
    let mut accepted = 0;
    for bit in 0..plain * 8 {
        let mut altered = token.clone();
        *altered.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
        assert!(same(&altered), "bit {bit}");
        accepted += usize::from(judge(&altered, &Replays::default()).is_ok());
    }
    // The options, the kinds of names, letters of the service in another case.
    assert!(accepted < 120, "{accepted}");
    for length in 0..plain {
        assert!(judge(token.get(..length).unwrap(), &Replays::default()).is_err());
    }
    let mut random = StdRng::seed_from_u64(3);
    for _ in 0..5_000 {
        let mut altered = token.clone();
        for _ in 0..random.random_range(1..6) {
            let at = random.random_range(0..altered.len());
            match random.random_range(0..4) {
                0 => drop(altered.remove(at)),
                1 => altered.insert(at, random.random()),
                2 => altered.truncate(at.max(1)),
                _ => *altered.get_mut(at).unwrap() = random.random(),
            }
        }
        assert!(same(&altered));
    }
}

#[test]
fn the_inside_of_a_ticket_that_makes_no_sense_is_refused_without_a_panic() {
    let made = Made::right(Etype::Aes256Sha1);
    let (inside, of_pac) = (made.inside(), made.pac.clone().unwrap());
    let mut random = StdRng::seed_from_u64(5);
    for _ in 0..5_000 {
        let mut altered = [inside.clone(), made.authenticator(), of_pac.clone()];
        for bytes in &mut altered {
            for _ in 0..random.random_range(1..6) {
                let at = random.random_range(0..bytes.len());
                *bytes.get_mut(at).unwrap() = random.random();
            }
        }
        let [inside, authenticator, signed] = altered;
        drop(super::request::Inside::read(&inside));
        drop(super::request::Authenticator::read(&authenticator));
        let user = super::pac::user(&signed, &made.sealed_with);
        // Only the sums of others are not signed.
        assert!(user.is_err() || user == Ok(sid(USER)));
        drop(super::pac::every_way(&signed));
    }
}

#[test]
fn the_newest_identifier_in_a_pac_counts_and_older_ones_where_it_is_not_there() {
    let (old, user) = (sid("S-1-5-21-1-2-3-1200"), sid(USER));
    // No texts: length, offset each; flags; the account's; then the identifier's.
    let mut names = vec![0; 20];
    names.splice(8..12, 2_u32.to_le_bytes());
    names.splice(16..20, [28, 0, 20, 0]);
    names.extend(old.as_bytes());
    let key = shared(Etype::Aes256Sha1);
    let read = |parts: &[(u32, &[u8])]| super::pac::user(&pac(parts, &key), &key);
    assert_eq!(read(&[(12, &names), (18, user.as_bytes())]), Ok(user));
    assert_eq!(read(&[(12, &names)]), Ok(old));
    names.splice(8..12, [0; 4]);
    assert_eq!(read(&[(12, &names)]), Err(Refused::NoPac));
}

#[test]
fn a_keytab_is_read_and_shows_no_key() {
    let keytab = keytab();
    assert_eq!(keytab.keys().count(), 8);
    assert!(keytab.is_of("plant.example") && !keytab.is_of("other.example"));
    let shown = format!("{keytab:?}");
    assert!(shown.contains("HTTP/pforte.plant.example") && !shown.contains("bytes"), "{shown}");
}

#[test]
fn files_that_are_no_keytab_for_browsers_are_refused_with_the_reason() {
    let file = |records: &[Vec<u8>]| [&[5, 2][..], &records.concat()].concat();
    let refused = |file: &[u8]| Keytab::parse(file).err();
    assert_eq!(refused(b""), Some(BadKeytab::Unreadable));
    assert_eq!(refused(&[5, 1]), Some(BadKeytab::Unreadable));
    assert_eq!(refused(&[5, 2]), Some(BadKeytab::NoService));
    assert_eq!(refused(&[5, 2, 0, 0, 0, 0]), Some(BadKeytab::Unreadable));
    assert_eq!(refused(&vec![0; 15 * 1_024 + 1]), Some(BadKeytab::TooLong));
    let http = ["HTTP", "host"];
    assert_eq!(refused(&file(&[record(&http, REALM, 1, 23, &[0; 16])])), Some(BadKeytab::NoAes));
    assert_eq!(
        refused(&file(&[record(&["host", "host"], REALM, 1, 18, &[0; 32])])),
        Some(BadKeytab::NoService)
    );
    assert_eq!(refused(&file(&[record(&http, REALM, 1, 18, &[0; 31])])), Some(BadKeytab::Unreadable));
    let good = file(&[record(&http, REALM, 300, 18, &[0; 32])]);
    assert_eq!(Keytab::parse(&good).unwrap().keys().next().unwrap().version, 300);
    for length in 0..good.len() {
        assert!(Keytab::parse(good.get(..length).unwrap()).is_err() || length >= good.len() - 4);
    }
    let many = file(&vec![record(&http, REALM, 1, 17, &[0; 16]); 65]);
    assert_eq!(refused(&many), Some(BadKeytab::TooLong));
}

/// A token of curl with the ticket of a real domain, and the keytab for it.
const REAL: &[u8] = include_bytes!("../../../../../fuzz/seeds/ticket/spnego");
const REAL_KEYTAB: &[u8] = include_bytes!("../../../../../fuzz/seeds/keytab/exported");
const REAL_TIME: Micros = Micros(1_795_448_888_000_000);

#[test]
fn every_way_to_the_identifier_in_a_real_ticket_tells_the_same() {
    let keytab = Keytab::parse(REAL_KEYTAB).unwrap();
    let offer = Offer::read(REAL).unwrap();
    let ticket = &offer.request.ticket;
    let service = (ticket.realm.as_str(), &ticket.service);
    let Found::Key(key) = keytab.find(service, ticket.sealed.version, ticket.sealed.etype) else {
        unreachable!("the keytab has the key")
    };
    let inside = super::request::Inside::read(&ticket.sealed.open(key, usage::TICKET).unwrap()).unwrap();
    let pac = inside.pac.unwrap();
    let ways = super::pac::every_way(&pac);
    let user = super::pac::user(&pac, key).unwrap();
    // Samba names the requestor in tickets for tickets alone.
    assert_eq!(ways, [None, Some(user.clone()), Some(user.clone())]);
    let chance = Chance::new([4; 32]);
    let here = Here { keytab: &keytab, realm: "AD.TEST.LAB", binding: None, now: REAL_TIME, chance: &chance };
    let accepted = offer.accept(&here, &Replays::default()).unwrap();
    assert_eq!((accepted.client.as_str(), &accepted.user), ("bob", &user));
}
