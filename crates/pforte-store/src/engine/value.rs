//! Arguments and columns: three storage classes, each with its own NULL.

use super::row::Id;
use crate::error::{Result, StoreError};
use pforte_model::time::Micros;

/// One argument of a statement. Its class settles the parameter's type, also of a NULL.
///
/// It has no `Debug`: arguments may be secrets.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    /// A whole number; also truth values (0, 1) and points in time (microseconds).
    Int(Option<i64>),
    /// Text.
    Text(Option<&'a str>),
    /// Bytes; also identifiers.
    Blob(Option<&'a [u8]>),
}

/// Refuses what only one of the engines would keep.
pub(super) fn check(args: &[Value<'_>]) -> Result<()> {
    let bad = |value: &Value<'_>| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    if args.iter().any(bad) { Err(StoreError::BadText) } else { Ok(()) }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<u32>> for Value<'_> {
    fn from(value: Option<u32>) -> Self {
        Self::Int(value.map(i64::from))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<Micros> for Value<'_> {
    fn from(value: Micros) -> Self {
        Self::Int(Some(value.0))
    }
}

impl From<Option<Micros>> for Value<'_> {
    fn from(value: Option<Micros>) -> Self {
        Self::Int(value.map(|at| at.0))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(Some(value))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(Some(value))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(Some(value))
    }
}

impl<'a> From<Option<&'a [u8]>> for Value<'a> {
    fn from(value: Option<&'a [u8]>) -> Self {
        Self::Blob(value)
    }
}

impl<'a, T: Id> From<&'a T> for Value<'a> {
    fn from(value: &'a T) -> Self {
        Self::Blob(Some(value.bytes()))
    }
}

impl<'a, T: Id> From<&'a Option<T>> for Value<'a> {
    fn from(value: &'a Option<T>) -> Self {
        Self::Blob(value.as_ref().map(|id| id.bytes().as_slice()))
    }
}
