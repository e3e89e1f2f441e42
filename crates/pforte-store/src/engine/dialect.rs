//! Migrations are written once, in SQLite's words; here they become PostgreSQL's.

/// What PostgreSQL calls a word of a migration; `None` where it is the same.
fn postgres_word(word: &str) -> Option<&'static str> {
    match word {
        "INTEGER" => Some("BIGINT"),
        "BLOB" => Some("BYTEA"),
        "TEXT" => Some("TEXT COLLATE \"C\""),
        "STRICT" => Some(""),
        _ => None,
    }
}

/// A migration's text in PostgreSQL's words. In quotes our migrations have no such
/// words, and in comments they do no harm, so that words are all that is looked at.
pub(super) fn postgres(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        match postgres_word(word) {
            Some(other) => {
                out.push_str(other);
                out.extend(piece.strip_prefix(word));
            }
            None => out.push_str(piece),
        }
    }
    out
}

/// Triggers that refuse to change or remove rows of a table.
pub(super) fn append_only_sqlite(table: &str) -> String {
    ["UPDATE", "DELETE"]
        .map(|act| {
            format!(
                "CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
            )
        })
        .concat()
}

/// The same for PostgreSQL, where a table can also be emptied at once.
pub(super) fn append_only_postgres(table: &str) -> String {
    format!(
        "CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
         CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse();"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_those_of_postgresql_and_names_stay() {
        let text = "CREATE TABLE blobs (INTEGER_x INTEGER NOT NULL, b BLOB, t TEXT) STRICT;";
        let expected = "CREATE TABLE blobs (INTEGER_x BIGINT NOT NULL, b BYTEA, t TEXT COLLATE \"C\") ;";
        assert_eq!(postgres(text), expected);
    }
}
