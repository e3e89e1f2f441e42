-- Directories of every kind: a group is named among a user's groups by a mark,
-- which is a security identifier in some kinds of directories alone.
ALTER TABLE groups RENAME COLUMN sid TO mark;
DROP INDEX groups_sid;
CREATE INDEX groups_mark ON groups (directory_id, mark);

-- For how many hours after a log-on a person may log on again by what is known
-- here, while no server of the directory answers; 0: never.
ALTER TABLE directories ADD COLUMN known_hours INTEGER NOT NULL DEFAULT 0;

-- The keys with which tickets of people are opened, wrapped; there may be none.
ALTER TABLE directories ADD COLUMN keytab BLOB;

-- What is known of people of such directories from their last log-on.
CREATE TABLE known_log_ons (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    verifier TEXT NOT NULL,
    pepper TEXT NOT NULL,
    groups BLOB NOT NULL,
    password_set_at INTEGER,
    told_at INTEGER NOT NULL,
    ends_at INTEGER
) STRICT;
CREATE INDEX known_log_ons_told ON known_log_ons (told_at);
