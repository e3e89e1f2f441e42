-- Directories of every kind: a group is named among a user's groups by a mark,
-- which is a security identifier in some kinds of directories alone.
ALTER TABLE groups RENAME COLUMN sid TO mark;
DROP INDEX groups_sid;
CREATE INDEX groups_mark ON groups (directory_id, mark);
