//! A row as the driver holds it: nothing is copied until a column is read.

use crate::error::{Result, StoreError};
use pforte_model::id::{
    ApplicationId, AreaId, AssignmentId, DirectoryId, GroupId, NodeId, PersonId, RightId, RoleId, SessionId,
    SignaturePolicyId, SignatureRecordId, SignatureRequestId, StationId, UserId,
};
use pforte_model::time::Micros;
use rusqlite::types::ValueRef;
use serde::de::DeserializeOwned;

/// An identifier of the model, stored as its sixteen bytes.
pub(crate) trait Id: Sized {
    /// The identifier with these bytes.
    fn made_of(bytes: [u8; 16]) -> Self;
    /// Its bytes.
    fn bytes(&self) -> &[u8; 16];
}

macro_rules! ids {
    ($($name:ident),* $(,)?) => {$(
        impl Id for $name {
            fn made_of(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }

            fn bytes(&self) -> &[u8; 16] {
                self.as_bytes()
            }
        }
    )*};
}

ids!(
    ApplicationId,
    AreaId,
    AssignmentId,
    DirectoryId,
    GroupId,
    NodeId,
    PersonId,
    RightId,
    RoleId,
    SessionId,
    SignaturePolicyId,
    SignatureRecordId,
    SignatureRequestId,
    StationId,
    UserId,
);

/// One row of an answer. Columns are counted from 0.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

/// Makes something of a row.
pub(crate) type Read<T> = fn(&Row<'_>) -> Result<T>;

impl Row<'_> {
    pub(crate) fn int_or_null(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(|_| StoreError::Shape(column)),
            Self::Postgres(row) => row.try_get(column).map_err(|_| StoreError::Shape(column)),
        }
    }

    pub(crate) fn text_or_null(&self, column: usize) -> Result<Option<&str>> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(column)
                .ok()
                .and_then(|value| value.as_str_or_null().ok())
                .ok_or(StoreError::Shape(column)),
            Self::Postgres(row) => row.try_get(column).map_err(|_| StoreError::Shape(column)),
        }
    }

    /// The bytes of a text, which in a file that was altered need not be UTF-8.
    pub(crate) fn text_bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column) {
                Ok(ValueRef::Text(bytes)) => Ok(Some(bytes)),
                Ok(ValueRef::Null) => Ok(None),
                _ => Err(StoreError::Shape(column)),
            },
            Self::Postgres(_) => Ok(self.text_or_null(column)?.map(str::as_bytes)),
        }
    }

    /// A text with what is not UTF-8 replaced: nobody will believe it anyway.
    pub(crate) fn text_lossy(&self, column: usize) -> Result<String> {
        let bytes = self.text_bytes_or_null(column)?.ok_or(StoreError::Shape(column))?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    pub(crate) fn blob_or_null(&self, column: usize) -> Result<Option<&[u8]>> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(column)
                .ok()
                .and_then(|value| value.as_blob_or_null().ok())
                .ok_or(StoreError::Shape(column)),
            Self::Postgres(row) => row.try_get(column).map_err(|_| StoreError::Shape(column)),
        }
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        self.int_or_null(column)?.ok_or(StoreError::Shape(column))
    }

    pub(crate) fn count(&self, column: usize) -> Result<u64> {
        u64::try_from(self.int(column)?).map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn seconds_or_null(&self, column: usize) -> Result<Option<u32>> {
        let value = self.int_or_null(column)?;
        value.map(u32::try_from).transpose().map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn at(&self, column: usize) -> Result<Micros> {
        self.int(column).map(Micros)
    }

    pub(crate) fn at_or_null(&self, column: usize) -> Result<Option<Micros>> {
        Ok(self.int_or_null(column)?.map(Micros))
    }

    pub(crate) fn str(&self, column: usize) -> Result<&str> {
        self.text_or_null(column)?.ok_or(StoreError::Shape(column))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    pub(crate) fn blob(&self, column: usize) -> Result<&[u8]> {
        self.blob_or_null(column)?.ok_or(StoreError::Shape(column))
    }

    pub(crate) fn array<const N: usize>(&self, column: usize) -> Result<[u8; N]> {
        self.blob(column)?.try_into().map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn array_or_null<const N: usize>(&self, column: usize) -> Result<Option<[u8; N]>> {
        let bytes = self.blob_or_null(column)?;
        bytes.map(TryInto::try_into).transpose().map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn id<T: Id>(&self, column: usize) -> Result<T> {
        self.array(column).map(T::made_of)
    }

    pub(crate) fn id_or_null<T: Id>(&self, column: usize) -> Result<Option<T>> {
        let bytes = self.blob_or_null(column)?;
        let id = bytes.map(<[u8; 16]>::try_from).transpose().map_err(|_| StoreError::Shape(column))?;
        Ok(id.map(T::made_of))
    }

    /// Identifiers one after the other, as [`join_ids`] wrote them.
    pub(crate) fn ids<T: Id>(&self, column: usize) -> Result<Vec<T>> {
        let (ids, rest) = self.blob(column)?.as_chunks::<16>();
        if rest.is_empty() {
            Ok(ids.iter().copied().map(T::made_of).collect())
        } else {
            Err(StoreError::Shape(column))
        }
    }

    /// A text of a kind that has rules, such as a name.
    pub(crate) fn parsed<T: TryFrom<String>>(&self, column: usize) -> Result<T> {
        T::try_from(self.text(column)?).map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(self.str(column)?).map_err(|_| StoreError::Shape(column))
    }

    pub(crate) fn json_or_null<T: DeserializeOwned>(&self, column: usize) -> Result<Option<T>> {
        let text = self.text_or_null(column)?;
        text.map(serde_json::from_str).transpose().map_err(|_| StoreError::Shape(column))
    }
}

/// Identifiers one after the other, for one column.
pub(crate) fn join_ids<T: Id>(ids: &[T]) -> Vec<u8> {
    ids.iter().flat_map(|id| *id.bytes()).collect()
}

/// What is kept as JSON.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Driver(std::sync::Arc::new(e)))
}
