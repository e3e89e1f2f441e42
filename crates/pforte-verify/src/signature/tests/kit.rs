//! Makes documents as a server does, and others that no honest server makes.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use pforte_model::event::Named;
use pforte_model::factor::{Factor, Proved, Strength};
use pforte_model::id::{NodeId, PersonId, RoleId, SignaturePolicyId, SignatureRequestId, StationId, UserId};
use pforte_model::log::checkpoint::{Signer as LogSigner, Verifier};
use pforte_model::log::entry::record_hash;
use pforte_model::log::proof::Plan;
use pforte_model::log::tree::{Frontier, Hash};
use pforte_model::name::RightName;
use pforte_model::policy;
use pforte_model::signature::jws::{self, Jwk, Kind};
use pforte_model::signature::rules::{Demand, Meaning, Rules, Step, When};
use pforte_model::signature::statement::{
    Digest, End, Ending, Form, Opening, PolicyVersion, Record, Signatory, Signing, Stamp, Through,
};
use pforte_model::time::Micros;
use serde::Serialize;
use serde_json::{Value, json};

/// When the request was made, in microseconds.
pub(super) const BEGUN: i64 = 1_795_420_800_000_000;

/// The record that is signed.
pub(super) const RECORD: &[u8] = br#"{"batch":"B-17","yield":0.97}"#;

/// A plant's signature key.
pub(super) struct Plant {
    key: EcdsaKeyPair,
    pub(super) jwk: Jwk,
}

impl Plant {
    pub(super) fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let jwk = Jwk::from_point(key.public_key().as_ref().try_into().unwrap()).unwrap();
        Self { key, jwk }
    }

    /// What the plant tells of its keys.
    pub(super) fn jwks(&self) -> Vec<u8> {
        json!({"keys": [self.jwk]}).to_string().into_bytes()
    }

    pub(super) fn sign(&self, kind: Kind, payload: &impl Serialize) -> String {
        self.sign_bytes(kind, &serde_json::to_vec(payload).unwrap())
    }

    pub(super) fn sign_bytes(&self, kind: Kind, payload: &[u8]) -> String {
        self.sign_input(&jws::signing_input(kind, self.jwk.kid(), payload))
    }

    pub(super) fn sign_input(&self, input: &str) -> String {
        jws::join(input, &self.sign_raw(input.as_bytes()))
    }

    /// r and s of a signature.
    pub(super) fn sign_raw(&self, input: &[u8]) -> [u8; 64] {
        self.key.sign(&SystemRandom::new(), input).unwrap().as_ref().try_into().unwrap()
    }
}

pub(super) fn role(number: u8) -> Named {
    Named { id: RoleId::from_bytes([number; 16]).to_string(), name: format!("Role {number}") }
}

pub(super) fn station(number: u8) -> Named {
    Named { id: StationId::from_bytes([number; 16]).to_string(), name: format!("OP{number}") }
}

pub(super) fn signatory(number: u8) -> Signatory {
    Signatory {
        person: PersonId::from_bytes([number; 16]),
        user: UserId::from_bytes([number; 16]),
        login: format!("person{number}"),
        printed_name: format!("Person {number}"),
        directory: "plant".to_owned(),
    }
}

/// So many seconds after the request.
pub(super) fn after(seconds: i64) -> Stamp {
    Stamp { at: Micros(BEGUN).plus_seconds(seconds), offset: 60 }
}

fn step(number: u8, meaning: Meaning) -> Step {
    let id = RoleId::from_bytes([number; 16]);
    Step { roles: vec![policy::Named { id, name: format!("Role {number}") }], count: 1, meaning }
}

/// Role 1 performs, role 2 approves, in this order within ten minutes; role 3 cancels.
pub(super) fn rules() -> Rules {
    Rules {
        steps: vec![step(1, Meaning::Performed), step(2, Meaning::Approved)],
        ordered: true,
        one_station: true,
        performer_differs: true,
        one_person_once: true,
        when: When::Before,
        reason: Demand::Optional,
        reasons: vec!["routine".to_owned(), "deviation".to_owned()],
        comment: Demand::Optional,
        valid_seconds: Some(600),
        continuous_seconds: 0,
        strength: Strength::Single,
        cancel_roles: vec![policy::Named { id: RoleId::from_bytes([3; 16]), name: "Role 3".to_owned() }],
    }
}

pub(super) fn opening() -> Opening {
    Opening {
        version: 1,
        request: SignatureRequestId::from_bytes([9; 16]),
        plant: "Dairy".to_owned(),
        node: NodeId::from_bytes([4; 16]),
        application: Named { id: "batch".to_owned(), name: "Batch".to_owned() },
        key: "B-17/release".to_owned(),
        action: RightName::parse("batch/release").unwrap(),
        area: Named { id: "a1".to_owned(), name: "dairy/line2".to_owned() },
        object: "Batch B-17".to_owned(),
        description: None,
        outcome: Some("released".to_owned()),
        changes: Vec::new(),
        record: Some(Record {
            sha256: Digest(jws::hash(str::from_utf8(RECORD).unwrap())),
            bytes: Some(u64::try_from(RECORD.len()).unwrap()),
            media_type: "application/json".to_owned(),
            form: Form::Jcs,
        }),
        performer: None,
        station: Some(station(1)),
        at: after(0),
        expires_at: Some(after(600)),
        policy: PolicyVersion {
            id: SignaturePolicyId::from_bytes([5; 16]),
            name: "Release".to_owned(),
            version: 3,
        },
        rules: rules(),
    }
}

/// Writes the statements of one request.
pub(super) struct Writer<'a> {
    plant: &'a Plant,
    opening: Opening,
    pub(super) statements: Vec<String>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(plant: &'a Plant, opening: &Opening) -> Self {
        let statements = vec![plant.sign(Kind::Opening, opening)];
        Self { plant, opening: opening.clone(), statements }
    }

    fn links(&self) -> (Digest, Digest) {
        let hash = |text: &String| Digest(jws::hash(text));
        (hash(&self.statements[0]), hash(self.statements.last().unwrap()))
    }

    /// What the next signature would be: person and role `number` at the next step.
    pub(super) fn signing(&self, number: u8) -> Signing {
        let (opening, previous) = self.links();
        let step = self.statements.len() - 1;
        let known = self.opening.rules.steps.get(step).map_or(Meaning::Witnessed, |step| step.meaning);
        let at = after(i64::try_from(self.statements.len()).unwrap() * 60);
        Signing {
            version: 1,
            request: self.opening.request,
            opening,
            previous,
            node: self.opening.node,
            step: u32::try_from(step).unwrap(),
            meaning: known,
            signer: signatory(number),
            roles: vec![role(number)],
            station: Some(station(1)),
            at,
            factors: vec![Proved { factor: Factor::Password, at: at.at }],
            strength: Strength::Single,
            both_components: true,
            through: Through::Pforte,
            reason: Some("routine".to_owned()),
            comment: Some("sieht gut aus ✓".to_owned()),
        }
    }

    pub(super) fn ending(&self, end: End) -> Ending {
        let (opening, previous) = self.links();
        Ending {
            version: 1,
            request: self.opening.request,
            opening,
            previous,
            node: self.opening.node,
            end,
            at: after(i64::try_from(self.statements.len() - 1).unwrap() * 60),
            signatures: u32::try_from(self.statements.len() - 1).unwrap(),
            by: None,
            reason: None,
        }
    }

    pub(super) fn sign(mut self, number: u8) -> Self {
        let signing = self.signing(number);
        self.add(Kind::Signature, &signing);
        self
    }

    /// Signs something else than an honest server would.
    pub(super) fn sign_as(mut self, number: u8, change: impl FnOnce(&mut Signing)) -> Self {
        let mut signing = self.signing(number);
        change(&mut signing);
        self.add(Kind::Signature, &signing);
        self
    }

    pub(super) fn end(self, end: End) -> Self {
        self.end_as(end, |_| ())
    }

    pub(super) fn end_as(mut self, end: End, change: impl FnOnce(&mut Ending)) -> Self {
        let mut ending = self.ending(end);
        change(&mut ending);
        self.add(Kind::Ending, &ending);
        self
    }

    pub(super) fn add(&mut self, kind: Kind, payload: &impl Serialize) {
        let text = self.plant.sign(kind, payload);
        self.statements.push(text);
    }

    /// The document, without a log.
    pub(super) fn document(&self) -> Value {
        document(&self.statements, self.plant)
    }
}

/// A document of these statements, with the record and the plant's key.
pub(super) fn document(statements: &[String], plant: &Plant) -> Value {
    json!({
        "format": "pforte-signatures/1",
        "statements": statements,
        "record": BASE64.encode(RECORD),
        "keys": [plant.jwk],
    })
}

/// A request that two persons signed.
pub(super) fn complete(plant: &Plant) -> Writer<'_> {
    Writer::new(plant, &opening()).sign(1).sign(2).end(End::Complete)
}

/// The key of the plant's event log.
pub(super) fn log_key() -> Verifier {
    LogSigner::new("dairy/log", &[7; 32]).unwrap().verifier().clone()
}

/// A log with an event for each statement among others, and its proofs.
pub(super) fn log(statements: &[String]) -> Value {
    let records: Vec<String> = statements
        .iter()
        .map(|text| json!({"type": "signed", "new": {"statement": Digest(jws::hash(text))}}).to_string())
        .collect();
    let records: Vec<String> = records.into_iter().flat_map(|record| ["{}".to_owned(), record]).collect();
    let salt = |sequence: usize| (u128::try_from(sequence).unwrap() + 1).to_be_bytes();
    let leaves: Vec<Hash> = records
        .iter()
        .enumerate()
        .map(|(sequence, record)| record_hash(record.as_bytes(), &salt(sequence)))
        .collect();
    let tree: Frontier = leaves.iter().copied().collect();
    let entry = |statement: usize| {
        let sequence = 2 * statement + 1;
        let plan = Plan::inclusion(u64::try_from(sequence).unwrap(), tree.size()).unwrap();
        let path = plan.combine(|_| Some(&leaves)).unwrap();
        json!({
            "statement": statement,
            "sequence": sequence,
            "record": records[sequence],
            "salt": format!("{:032x}", u128::from_be_bytes(salt(sequence))),
            "path": path.into_iter().map(Digest).collect::<Vec<_>>(),
        })
    };
    let signer = LogSigner::new("dairy/log", &[7; 32]).unwrap();
    json!({
        "checkpoint": signer.sign(tree.size(), &tree.root()),
        "entries": (0..statements.len()).map(entry).collect::<Vec<_>>(),
    })
}
