//! Statements and canonical JSON beside another implementation: Node's.

use crate::signature_kit::{SignatureKey, part};
use pforte_model::signature::canonical::canonical;
use pforte_model::signature::jws::Kind;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs a script in Node with this as its input; gives the JSON that it tells.
fn node(script: &str, input: &Value) -> Value {
    let mut child = Command::new("node")
        .args(["--eval", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| unreachable!("node is needed on the PATH: {error}"));
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    serde_json::from_slice(&ended.stdout).unwrap()
}

/// Reads a compact JWS as its RFC says, and checks it with a JWK.
const VERIFY: &str = r#"
    const crypto = require("node:crypto");
    const { jwk, statements } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
    const thumbprint = crypto.createHash("sha256")
        .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).digest("base64url");
    const read = (text) => JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const told = statements.map((compact) => {
        const [header, payload, signature] = compact.split(".");
        const ieee = { key, dsaEncoding: "ieee-p1363" };
        const good = crypto.verify("sha256", Buffer.from(`${header}.${payload}`), ieee, Buffer.from(signature, "base64url"));
        const hash = crypto.createHash("sha256").update(compact).digest("hex");
        return { good, header: read(header), payload: read(payload), hash };
    });
    console.log(JSON.stringify({ thumbprint, told }));
"#;

#[test]
fn another_implementation_accepts_our_statements_and_their_chain() {
    let key = SignatureKey::fresh();
    let document = key.document();
    let outside = node(VERIFY, &json!({"jwk": key.jwk, "statements": document["statements"]}));
    assert_eq!(outside["thumbprint"], key.jwk.kid());
    let told = outside["told"].as_array().unwrap();
    for (one, kind) in told.iter().zip(Kind::ALL) {
        let header = json!({"alg": "ES256", "kid": key.jwk.kid(), "typ": kind.typ()});
        assert_eq!((&one["good"], &one["header"]), (&json!(true), &header));
    }
    assert_eq!(told.len(), 3);
    assert_eq!(told[1]["payload"]["signer"]["printed_name"], "Jana Müller");
    assert_eq!(told[1]["payload"]["previous"], told[0]["hash"]);
    assert_eq!(told[2]["payload"]["opening"], told[0]["hash"]);
    assert_eq!(told[2]["payload"]["previous"], told[1]["hash"]);
}

#[test]
fn another_implementation_refuses_a_statement_of_which_one_letter_was_changed() {
    let key = SignatureKey::fresh();
    let document = key.document();
    let genuine = document["statements"][1].as_str().unwrap();
    let payload = String::from_utf8(part(genuine, 1)).unwrap().replace("Jana", "Jane");
    let forged = key.sign(Kind::Signature, &serde_json::from_str(&payload).unwrap());
    let [header, _, signature] = genuine.split('.').collect::<Vec<_>>().try_into().unwrap();
    let altered = format!("{header}.{}.{signature}", forged.split('.').nth(1).unwrap());
    let outside = node(VERIFY, &json!({"jwk": key.jwk, "statements": [genuine, altered]}));
    assert_eq!((&outside["told"][0]["good"], &outside["told"][1]["good"]), (&json!(true), &json!(false)));
}

/// RFC 8785 in the language whose rules it took: sorted by UTF-16, written by `JSON.stringify`.
const CANONICAL: &str = r#"
    const write = (value) => {
        if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
        if (value === null || typeof value !== "object") return JSON.stringify(value);
        const keys = Object.keys(value).sort();
        return `{${keys.map((key) => `${JSON.stringify(key)}:${write(value[key])}`).join(",")}}`;
    };
    const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(texts.map((text) => write(JSON.parse(text)))));
"#;

/// Doubles of every size, the same ones each time, and what lies beside powers of ten.
fn numbers() -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut numbers: Vec<f64> = (-310..309).filter_map(|power| format!("1e{power}").parse().ok()).collect();
    numbers.extend(numbers.clone().iter().flat_map(|number| [number.next_up(), number.next_down()]));
    numbers.extend((0..20_000).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from_bits(state ^ (state >> 29))
    }));
    numbers.retain(|number| number.is_finite());
    numbers
}

#[test]
fn another_implementation_writes_the_same_canonical_form() {
    let mut texts: Vec<String> = numbers().iter().map(|number| format!("{number:.17e}")).collect();
    texts.extend((0..=0xffff_u32).step_by(7).filter_map(char::from_u32).map(|c| json!({ c: c }).to_string()));
    texts.push(
        r#"{"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\r":4,"1":5,"10":6,"9":7,"a":[{"b":1,"B":[]}]}"#
            .to_owned(),
    );
    let outside = node(CANONICAL, &json!(texts));
    let outside = outside.as_array().unwrap();
    assert_eq!(outside.len(), texts.len());
    for (text, theirs) in texts.iter().zip(outside) {
        let ours = canonical(text.as_bytes()).unwrap_or_else(|bad| unreachable!("{text}: {bad}"));
        assert_eq!(str::from_utf8(&ours).unwrap(), theirs.as_str().unwrap(), "{text}");
    }
}
