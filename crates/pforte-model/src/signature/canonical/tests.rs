#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::*;
use proptest::prelude::*;

fn text(json: &str) -> String {
    String::from_utf8(canonical(json.as_bytes()).unwrap()).unwrap()
}

fn fault(json: impl AsRef<[u8]>) -> Option<(Fault, usize, usize)> {
    canonical(json.as_ref()).err().map(|bad| (bad.fault, bad.line, bad.column))
}

/// The pairs that come with RFC 8785 (`testdata` of its reference implementation),
/// and the example of its section 3.2.3.
const PAIRS: &[(&str, &str)] = &[
    (
        "[\n  56,\n  {\n    \"d\": true,\n    \"10\": null,\n    \"1\": [ ]\n  }\n]\n",
        r#"[56,{"1":[],"10":null,"d":true}]"#,
    ),
    (
        r#"{"peach":"This sorting order","péché":"is wrong according to French",
            "pêche":"but canonicalization MUST","sin":   "ignore locale"}"#,
        r#"{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}"#,
    ),
    (
        r#"{"1":{"f":{"f":"hi","F":5} ,"\n":56.0},"10":{ },"":"empty","a":{ },"111":[{"e":"yes","E":"no"}],"A":{ }}"#,
        r#"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#,
    ),
    (r#"{"Unnormalized Unicode":"A\u030a"}"#, "{\"Unnormalized Unicode\":\"A\u{30a}\"}"),
    (
        r#"{"numbers":[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null, true, false]}"#,
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
    ),
    (
        r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\u000a":"Newline","1":"One","\u0080":"Control\u007f",
            "\ud83d\ude02":"Smiley","\u00f6":"Latin Small Letter O With Diaeresis",
            "\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}"#,
        "{\"\\n\":\"Newline\",\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":\"Browser Challenge\",\
         \"\u{80}\":\"Control\u{7f}\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\
         \"😂\":\"Smiley\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
    ),
];

/// RFC 8785, appendix B: the bits of a double and how it is written.
const NUMBERS: &[(u64, &str)] = &[
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn the_test_data_of_the_rfc_come_out_as_it_says() {
    for (input, output) in PAIRS {
        assert_eq!(text(input), *output);
        assert_eq!(text(output), *output);
    }
}

#[test]
fn the_number_samples_of_the_rfc_come_out_as_it_says() {
    for (bits, written) in NUMBERS {
        // 17 digits tell every double; the exponent keeps it from being an integer.
        assert_eq!(text(&format!("{:.17e}", f64::from_bits(*bits))), *written);
        assert_eq!(text(written), *written, "{written} is not taken again");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_however_it_is_written() {
    assert_eq!(fault(r#"{"a":1,"a":1}"#), Some((Fault::Duplicate, 1, 10)));
    assert!(matches!(fault(r#"[{"x":{"a":1,"b":2,"\u0061":3}}]"#), Some((Fault::Duplicate, 1, _))));
    assert!(matches!(fault(r#"{"\ud83d\ude02":1,"😂":1}"#), Some((Fault::Duplicate, ..))));
    assert_eq!(text(r#"{"a":{"a":1},"A":{"a":1}}"#), r#"{"A":{"a":1},"a":{"a":1}}"#);
}

#[test]
fn an_integer_that_a_double_would_alter_is_refused() {
    for bad in [
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551615",
        "295147905179352825856",
        "1000000000000000000000",
        "123456789012345678901234567890",
    ] {
        assert_eq!(fault(bad), Some((Fault::Inexact, 1, 1)), "{bad}");
    }
    for good in ["9007199254740992", "-9007199254740991", "9007199254740994", "100000000000000000000", "0"] {
        assert_eq!(text(good), good);
    }
    assert_eq!(text("-0"), "0");
    assert_eq!(
        text(r#"{"9007199254740993":"\"9007199254740993"}"#),
        r#"{"9007199254740993":"\"9007199254740993"}"#
    );
}

#[test]
fn a_number_out_of_the_range_of_a_double_is_refused() {
    for bad in ["1e309", "-1e999", "1e-400", "-0.0000001e-320", &"9".repeat(400)] {
        assert!(matches!(fault(bad), Some((Fault::Range, 1, 1))), "{bad}");
    }
    assert_eq!(text("[0e-999, 0.0, -0.0e5]"), "[0,0,0]");
}

#[test]
fn what_is_not_json_is_refused() {
    for bad in [
        "",
        " ",
        "NaN",
        "[NaN]",
        "Infinity",
        "-Infinity",
        "nul",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1 2",
        "{} {}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "\"\t\"",
        "\"\u{0}\"",
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\ud800\u0041""#,
        r#"{"\ud800":1}"#,
        r#""\x""#,
        "// a\n1",
        "\u{feff}1",
        "[1",
        "\"",
    ] {
        assert!(matches!(fault(bad), Some((Fault::Syntax, ..))), "{bad:?}: {:?}", fault(bad));
    }
    assert_eq!(fault(b"[\n  \"\xff\"]"), Some((Fault::Encoding, 2, 4)));
    assert_eq!(fault(b"\"\xed\xa0\x80\""), Some((Fault::Encoding, 1, 2)));
}

#[test]
fn nesting_has_a_bound_and_no_stack_overflows() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(text(&nested(MAX_DEPTH)), nested(MAX_DEPTH));
    assert_eq!(fault(nested(MAX_DEPTH + 1)).map(|(fault, ..)| fault), Some(Fault::Deep));
    assert_eq!(fault("{\"a\":".repeat(1_000_000)).map(|(fault, ..)| fault), Some(Fault::Deep));
}

#[test]
fn the_number_of_values_has_a_bound() {
    let zeros = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
    assert_eq!(fault(zeros(MAX_VALUES)), None);
    assert_eq!(fault(zeros(MAX_VALUES + 1)).map(|(fault, ..)| fault), Some(Fault::Many));
    assert_eq!(Fault::Many.to_string(), format!("more than {MAX_VALUES} values"));
}

#[test]
fn a_refusal_tells_the_place_and_nothing_of_the_text() {
    let told = canonical(b"{\n \"secret\": 1,\n \"secret\": 2\n}").unwrap_err().to_string();
    assert_eq!(told, "a key stands twice (line 3, column 9)");
    assert_eq!(fault("[1,\n 12345678901234567]"), Some((Fault::Inexact, 2, 2)));
}

/// Any JSON.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_992_i64..=9_007_199_254_740_992).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let map = prop::collection::btree_map(any::<String>(), inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            map.prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Writes JSON as untidily as it may be written.
struct Untidy(u64);

impl Untidy {
    fn chance(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 60
    }

    fn space(&mut self, to: &mut String) {
        let kinds = ["", " ", "\n", "\t \r", "", "", "", ""];
        to.push_str(kinds.iter().cycle().nth(usize::try_from(self.chance()).unwrap()).unwrap());
    }

    fn string(&mut self, from: &str, to: &mut String) {
        to.push('"');
        for c in from.chars() {
            if c < ' ' || matches!(c, '"' | '\\') || self.chance() < 4 {
                let mut units = [0; 2];
                to.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")));
            } else {
                to.push(c);
            }
        }
        to.push('"');
    }

    fn write(&mut self, value: &Value, to: &mut String) {
        self.space(to);
        match value {
            Value::Array(items) => self.list(items.iter().map(|item| (None, item)), ('[', ']'), to),
            Value::Object(map) if self.chance() < 8 => {
                self.list(map.iter().rev().map(|(key, item)| (Some(key), item)), ('{', '}'), to);
            }
            Value::Object(map) => self.list(map.iter().map(|(key, item)| (Some(key), item)), ('{', '}'), to),
            Value::String(text) => self.string(text, to),
            other => to.push_str(&other.to_string()),
        }
        self.space(to);
    }

    fn list<'v>(
        &mut self,
        items: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
        (open, close): (char, char),
        to: &mut String,
    ) {
        to.push(open);
        for (place, (key, item)) in items.enumerate() {
            if place > 0 {
                to.push(',');
            }
            if let Some(key) = key {
                self.space(to);
                self.string(key, to);
                self.space(to);
                to.push(':');
            }
            self.write(item, to);
        }
        self.space(to);
        to.push(close);
    }
}

proptest! {
    #[test]
    fn order_white_space_and_escapes_do_not_matter(value in json(), untidy in any::<u64>()) {
        let mut other = String::new();
        Untidy(untidy).write(&value, &mut other);
        prop_assert_eq!(text(&value.to_string()), text(&other));
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form_and_means_the_same(value in json()) {
        let once = text(&value.to_string());
        prop_assert_eq!(&text(&once), &once);
        let (was, is) = (read(value.to_string().as_bytes()).unwrap(), read(once.as_bytes()).unwrap());
        prop_assert!(same(&was, &is), "{} is not {}", was, is);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _either = canonical(&bytes);
    }

    #[test]
    fn no_two_different_texts_of_integers_become_one(one in any::<u128>(), by in 1_u128..2000) {
        let (one, other) = (one.to_string(), one.saturating_add(by).to_string());
        if let (Ok(one), Ok(other)) = (canonical(one.as_bytes()), canonical(other.as_bytes())) {
            prop_assert_ne!(one, other);
        }
    }
}

/// Whether two values are the same when every number is a double.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
