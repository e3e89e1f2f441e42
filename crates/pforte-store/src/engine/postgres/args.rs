//! Arguments as PostgreSQL wants them.

use crate::engine::Value;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

pub(super) fn types(args: &[Value<'_>]) -> Vec<Type> {
    args.iter().map(value_type).collect()
}

const fn value_type(value: &Value<'_>) -> Type {
    match value {
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

pub(super) fn argument<'a>(value: &'a Value<'a>) -> &'a (dyn ToSql + Sync) {
    value
}

type SqlResult = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl std::fmt::Debug for Value<'_> {
    /// Tells the class alone: arguments may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(value_type(self).name())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        match self {
            Self::Int(value) => value.to_sql(ty, out),
            Self::Text(value) => value.to_sql(ty, out),
            Self::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// An argument that outlives its caller.
pub(super) enum Owned {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

impl Owned {
    pub(super) fn of(value: Value<'_>) -> Self {
        match value {
            Value::Int(value) => Self::Int(value),
            Value::Text(value) => Self::Text(value.map(str::to_owned)),
            Value::Blob(value) => Self::Blob(value.map(<[u8]>::to_vec)),
        }
    }

    fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Int(value) => Value::Int(*value),
            Self::Text(value) => Value::Text(value.as_deref()),
            Self::Blob(value) => Value::Blob(value.as_deref()),
        }
    }
}

impl std::fmt::Debug for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.borrowed().fmt(f)
    }
}

impl ToSql for Owned {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        self.borrowed().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <Value<'_> as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// A column of many rows.
#[derive(Debug)]
pub(crate) enum Column {
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Texts.
    Texts(Vec<String>),
    /// Bytes.
    Blobs(Vec<Vec<u8>>),
}

impl Column {
    pub(super) const fn array_type(&self) -> Type {
        match self {
            Self::Ints(_) => Type::INT8_ARRAY,
            Self::Texts(_) => Type::TEXT_ARRAY,
            Self::Blobs(_) => Type::BYTEA_ARRAY,
        }
    }
}

impl ToSql for Column {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> SqlResult {
        match self {
            Self::Ints(values) => values.to_sql(ty, out),
            Self::Texts(values) => values.to_sql(ty, out),
            Self::Blobs(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8_ARRAY | Type::TEXT_ARRAY | Type::BYTEA_ARRAY)
    }

    to_sql_checked!();
}
