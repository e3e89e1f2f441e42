//! A statement as elements: each field one, with the field's name; each item of a
//! list one with the name `item`. In the form of Exclusive XML Canonicalization.

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Writes a statement in the order of its fields.
pub(super) fn write(out: &mut String, name: &str, statement: &impl Serialize) -> serde_json::Result<()> {
    let json = serde_json::to_string(statement)?;
    Element { out, name, depth: 1 }.deserialize(&mut serde_json::Deserializer::from_str(&json))
}

/// One value, which becomes an element.
struct Element<'a> {
    out: &'a mut String,
    name: &'a str,
    depth: usize,
}

impl Element<'_> {
    fn indent(&mut self) {
        (0..self.depth).for_each(|_| self.out.push_str("  "));
    }

    fn open(&mut self) {
        self.indent();
        self.out.extend(["<", self.name, ">"]);
    }

    fn close(&mut self) {
        self.out.extend(["</", self.name, ">\n"]);
    }

    fn leaf(mut self, text: &str) {
        self.open();
        escape(self.out, text);
        self.close();
    }

    /// What stands inside of this one.
    fn inside<'a>(&'a mut self, name: &'a str) -> Element<'a> {
        Element { out: self.out, name, depth: self.depth + 1 }
    }
}

/// Writes a text. A character that XML 1.0 cannot hold in any way is written as
/// `\u{0}`; the JSON beside holds it as it is.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            _ => out.extend(c.escape_unicode()),
        }
    }
}

/// Whether a field can be the name of an element as it is.
fn is_name(field: &str) -> bool {
    field.starts_with(|c: char| c.is_ascii_lowercase())
        && field.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field of a statement")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.leaf("");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.leaf(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.leaf(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.leaf(&value.to_string());
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.leaf(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.open();
        self.out.push('\n');
        while items.next_element_seed(self.inside("item"))?.is_some() {}
        self.indent();
        self.close();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        self.open();
        self.out.push('\n');
        while let Some(field) = fields.next_key::<String>()? {
            if !is_name(&field) {
                return Err(A::Error::custom("not the name of an element"));
            }
            fields.next_value_seed(self.inside(&field))?;
        }
        self.indent();
        self.close();
        Ok(())
    }
}
