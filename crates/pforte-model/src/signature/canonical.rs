//! JSON read strictly, and written in the one form that is hashed (RFC 8785).
//!
//! Two programs that read the same JSON must see the same thing, or one text could
//! be shown to the signer and another one be signed. So whatever readers are known
//! to disagree about is refused: keys that stand twice, numbers that a double
//! would alter, halves of a surrogate pair, text behind the end.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// The most arrays and objects that stand in each other.
pub const MAX_DEPTH: usize = 64;

/// The most values in a text, so that a text does not take many times its length
/// in memory.
pub const MAX_VALUES: usize = 4 * 1024 * 1024;

/// Digits of an integer that every double holds as it is.
const SAFE_DIGITS: usize = 15;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// Not JSON, or something stands behind it.
    #[error("not JSON")]
    Syntax,
    /// A key stands twice in an object.
    #[error("a key stands twice")]
    Duplicate,
    /// More than [`MAX_DEPTH`] arrays and objects stand in each other.
    #[error("nested deeper than 64")]
    Deep,
    /// More than [`MAX_VALUES`] values.
    #[error("more than 4194304 values")]
    Many,
    /// An integer in digits that a double would alter.
    #[error("an integer that a double does not hold")]
    Inexact,
    /// A number too large for a double, or one too small that would become 0.
    #[error("a number out of the range of a double")]
    Range,
}

/// A text is not JSON as it is taken here. Shows nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (line {line}, column {column})")]
pub struct BadJson {
    /// What is wrong.
    pub fault: Fault,
    /// The line, counted from 1.
    pub line: usize,
    /// The byte in the line at which it was noticed, counted from 1.
    pub column: usize,
}

impl BadJson {
    /// A fault at this byte of a text.
    fn at(fault: Fault, text: &[u8], offset: usize) -> Self {
        let lines = text.get(..offset).unwrap_or(text).split(|byte| *byte == b'\n');
        let (line, last) = lines.fold((0, 0), |(count, _), line| (count + 1, line.len()));
        Self { fault, line, column: last + 1 }
    }
}

/// Reads JSON.
///
/// An integer in plain digits is taken only if RFC 8785 writes it with the very
/// same digits, so all up to 2^53 and few above. A fraction or a power of ten
/// stands for the double next to it, as RFC 8785 has it.
pub fn read(text: &[u8]) -> Result<Value, BadJson> {
    if let Err(error) = str::from_utf8(text) {
        return Err(BadJson::at(Fault::Encoding, text, error.valid_up_to()));
    }
    numbers(text)?;
    let (found, values) = (Cell::new(None), Cell::new(MAX_VALUES));
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict { found: &found, values: &values, left: MAX_DEPTH }.deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|error| BadJson {
        fault: found.get().unwrap_or(Fault::Syntax),
        line: error.line().max(1),
        column: error.column().max(1),
    })
}

/// The one form of a JSON text: RFC 8785. Whoever writes the same JSON with other
/// white space, another order of keys or other escapes gets the same bytes.
pub fn canonical(text: &[u8]) -> Result<Vec<u8>, BadJson> {
    let value = read(text)?;
    serde_json_canonicalizer::to_vec(&value).map_err(|_| BadJson::at(Fault::Syntax, text, 0))
}

/// Looks at the numbers of a text, which are whatever begins with a digit or a
/// minus outside of strings. That the text is JSON is looked at elsewhere.
fn numbers(text: &[u8]) -> Result<(), BadJson> {
    let (mut at, mut inside) = (0, false);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if inside => at += 1,
            b'"' => inside = !inside,
            b'-' | b'0'..=b'9' if !inside => {
                let rest = text.get(at..).unwrap_or_default();
                let long = rest.iter().take_while(|byte| is_of_number(**byte)).count();
                let token = rest.get(..long).unwrap_or_default();
                if let Some(fault) = fault_of(str::from_utf8(token).unwrap_or_default()) {
                    return Err(BadJson::at(fault, text, at));
                }
                at += long - 1;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// What makes a number unfit for a double.
fn fault_of(token: &str) -> Option<Fault> {
    let mantissa = token.split(['e', 'E']).next().unwrap_or_default();
    let digits = token.strip_prefix('-').unwrap_or(token);
    let integer = digits.bytes().all(|byte| byte.is_ascii_digit());
    if integer && digits.len() <= SAFE_DIGITS {
        return None;
    }
    let double: f64 = token.parse().ok()?;
    let vanished = double == 0.0 && mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if !double.is_finite() || vanished {
        return Some(Fault::Range);
    }
    let written = || serde_json_canonicalizer::to_string(&double).ok();
    (integer && written().as_deref() != Some(token)).then_some(Fault::Inexact)
}

/// Reads one value with at most `left` arrays and objects in each other.
#[derive(Clone, Copy)]
struct Strict<'f> {
    found: &'f Cell<Option<Fault>>,
    /// How many values more there may be.
    values: &'f Cell<usize>,
    left: usize,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(self, fault: Fault) -> E {
        self.found.set(Some(fault));
        E::custom("refused")
    }

    /// For what stands inside.
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(self.refuse(Fault::Deep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        match self.values.get().checked_sub(1) {
            Some(left) => self.values.set(left),
            None => return Err(self.refuse(Fault::Many)),
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| self.refuse(Fault::Range))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(self.refuse(Fault::Duplicate));
            }
            map.insert(key, entries.next_value_seed(inside)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
