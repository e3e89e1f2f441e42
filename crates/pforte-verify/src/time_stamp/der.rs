//! Walks through DER, item by item.

use super::BadToken;
use x509_parser::asn1_rs::{Any, FromDer as _};

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(super) const FIRST: u8 = 0xa0;
/// `[1]`, constructed.
pub(super) const SECOND: u8 = 0xa1;

/// One item.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    /// Its first byte: class, form and number.
    pub(super) tag: u8,
    /// What it holds.
    pub(super) content: &'a [u8],
    /// The same with tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Item<'a> {
    /// Reads what it holds.
    pub(super) const fn inside(&self) -> Reader<'a> {
        Reader(self.content)
    }
}

/// Items one after another.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next item; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, BadToken> {
        let Some(tag) = self.0.first().copied() else { return Ok(None) };
        let (rest, any) = Any::from_der(self.0).map_err(|_| BadToken::Form)?;
        let whole = self.0.len().checked_sub(rest.len()).and_then(|length| self.0.get(..length));
        self.0 = rest;
        Ok(Some(Item { tag, content: any.data, whole: whole.ok_or(BadToken::Form)? }))
    }

    /// The next item, which has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<Item<'a>, BadToken> {
        self.next()?.filter(|item| item.tag == tag).ok_or(BadToken::Form)
    }

    /// The next item if it has this tag.
    pub(super) fn take_if(&mut self, tag: u8) -> Result<Option<Item<'a>>, BadToken> {
        if self.0.first() == Some(&tag) { self.next() } else { Ok(None) }
    }

    /// The only item, which has this tag.
    pub(super) fn only(mut self, tag: u8) -> Result<Item<'a>, BadToken> {
        let item = self.take(tag)?;
        if self.0.is_empty() { Ok(item) } else { Err(BadToken::Form) }
    }

    /// All items.
    pub(super) fn all(mut self) -> Result<Vec<Item<'a>>, BadToken> {
        let mut all = Vec::new();
        while let Some(item) = self.next()? {
            all.push(item);
        }
        Ok(all)
    }
}
