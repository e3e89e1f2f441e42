-- The tables of the spine. Words of SQLite; the engine seam maps INTEGER, BLOB,
-- TEXT and STRICT to what PostgreSQL calls them. Points in time are microseconds
-- since 1970 in UTC, identifiers are 16 bytes, truth values 0 and 1.

-- What pages and the CLI configure.
CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- The one-time code that makes the first administrator, hashed.
CREATE TABLE setup (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    code BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE TABLE directories (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret BLOB,
    position INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
-- A name is free again when its directory was taken away; its users stay known.
CREATE UNIQUE INDEX directories_folded ON directories (folded) WHERE removed_at IS NULL;

CREATE TABLE persons (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    directory_id BLOB NOT NULL REFERENCES directories (id),
    key BLOB NOT NULL,
    login TEXT NOT NULL,
    label TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    enabled INTEGER NOT NULL,
    essential INTEGER NOT NULL,
    adopted_at INTEGER NOT NULL,
    seen_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (directory_id, key)
) STRICT;
CREATE INDEX users_login ON users (directory_id, login);
CREATE INDEX users_person ON users (person_id);

-- What only users of the local directory have.
CREATE TABLE local_users (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    login TEXT NOT NULL UNIQUE,
    verifier TEXT NOT NULL,
    pepper TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    password_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

-- Every login that a local user ever had; none is given to another user.
CREATE TABLE local_names (
    login TEXT NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    taken_at INTEGER NOT NULL
) STRICT;

CREATE TABLE password_history (
    user_id BLOB NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    verifier TEXT NOT NULL,
    PRIMARY KEY (user_id, at)
) STRICT;

CREATE TABLE groups (
    id BLOB NOT NULL PRIMARY KEY,
    directory_id BLOB NOT NULL REFERENCES directories (id),
    key BLOB NOT NULL,
    sid BLOB,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    label TEXT NOT NULL,
    built_in TEXT,
    version INTEGER NOT NULL,
    UNIQUE (directory_id, key)
) STRICT;
CREATE INDEX groups_folded ON groups (directory_id, folded);
CREATE INDEX groups_sid ON groups (directory_id, sid);

-- Every name that a local group ever had; none is given to another group.
CREATE TABLE local_group_names (
    folded TEXT NOT NULL PRIMARY KEY,
    group_id BLOB NOT NULL REFERENCES groups (id),
    taken_at INTEGER NOT NULL
) STRICT;

-- Who is in which local group: users and groups of any directory.
CREATE TABLE group_members (
    group_id BLOB NOT NULL REFERENCES groups (id),
    member_kind TEXT NOT NULL CHECK (member_kind IN ('user', 'group')),
    member_id BLOB NOT NULL,
    PRIMARY KEY (group_id, member_kind, member_id)
) STRICT;
CREATE INDEX group_members_member ON group_members (member_kind, member_id);

CREATE TABLE areas (
    id BLOB NOT NULL PRIMARY KEY,
    parent_id BLOB REFERENCES areas (id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (parent_id, name)
) STRICT;
-- The plant itself, alone without a parent.
CREATE UNIQUE INDEX areas_root ON areas ((parent_id IS NULL)) WHERE parent_id IS NULL;

CREATE TABLE stations (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    area_id BLOB NOT NULL REFERENCES areas (id),
    credential BLOB NOT NULL UNIQUE,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX stations_area ON stations (area_id);

CREATE TABLE applications (
    id BLOB NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    credential BLOB UNIQUE,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- Where an application gets answers.
CREATE TABLE application_areas (
    application_id BLOB NOT NULL REFERENCES applications (id),
    area_id BLOB NOT NULL REFERENCES areas (id),
    PRIMARY KEY (application_id, area_id)
) STRICT;

CREATE TABLE application_stations (
    application_id BLOB NOT NULL REFERENCES applications (id),
    station_id BLOB NOT NULL REFERENCES stations (id),
    PRIMARY KEY (application_id, station_id)
) STRICT;

CREATE TABLE rights (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    action TEXT NOT NULL,
    names TEXT NOT NULL,
    retired INTEGER NOT NULL,
    UNIQUE (application_id, action)
) STRICT;

CREATE TABLE roles (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    built_in TEXT,
    idle_seconds INTEGER,
    session_seconds INTEGER,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE role_rights (
    role_id BLOB NOT NULL REFERENCES roles (id),
    right_id BLOB NOT NULL REFERENCES rights (id),
    PRIMARY KEY (role_id, right_id)
) STRICT;
CREATE INDEX role_rights_right ON role_rights (right_id);

CREATE TABLE assignments (
    id BLOB NOT NULL PRIMARY KEY,
    role_id BLOB NOT NULL REFERENCES roles (id),
    principal_kind TEXT NOT NULL CHECK (principal_kind IN ('user', 'group')),
    principal_id BLOB NOT NULL,
    schedule TEXT,
    from_at INTEGER,
    until_at INTEGER,
    strength TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX assignments_role ON assignments (role_id);

CREATE TABLE assignment_areas (
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    area_id BLOB NOT NULL REFERENCES areas (id),
    PRIMARY KEY (assignment_id, area_id)
) STRICT;
CREATE INDEX assignment_areas_area ON assignment_areas (area_id);

CREATE TABLE assignment_stations (
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    station_id BLOB NOT NULL REFERENCES stations (id),
    PRIMARY KEY (assignment_id, station_id)
) STRICT;
CREATE INDEX assignment_stations_station ON assignment_stations (station_id);

-- A session outlives the station it was made at, so the station is not referred to.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES users (id),
    person_id BLOB NOT NULL REFERENCES persons (id),
    station_id BLOB,
    started_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    idle_seconds INTEGER NOT NULL,
    factors TEXT NOT NULL,
    groups BLOB NOT NULL,
    groups_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT,
    degraded INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_live ON sessions (started_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- Wrong passwords in a row, by account and by station.
CREATE TABLE throttle (
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;

-- The right edge of the log's tree and its signed checkpoint.
CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    frontier BLOB NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- Record and salt are NULL when the record was purged after its retention.
CREATE TABLE log_entries (
    seq INTEGER NOT NULL PRIMARY KEY,
    record TEXT,
    salt BLOB,
    leaf BLOB NOT NULL
) STRICT;

-- Full tiles: 256 hashes of one level, one after the other.
CREATE TABLE log_tiles (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, position)
) STRICT;

-- Earlier checkpoints, one of many: they narrow down where a log was rewritten.
CREATE TABLE log_checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
