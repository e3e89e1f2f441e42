-- How actions are signed. What a policy names must not be removed while it stands.
CREATE TABLE signature_policies (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    rules TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signature_policies_folded ON signature_policies (folded) WHERE removed_at IS NULL;

CREATE TABLE signature_policy_rights (
    policy_id BLOB NOT NULL REFERENCES signature_policies (id),
    right_id BLOB NOT NULL REFERENCES rights (id),
    PRIMARY KEY (policy_id, right_id)
) STRICT;
CREATE INDEX signature_policy_rights_right ON signature_policy_rights (right_id);

CREATE TABLE signature_policy_areas (
    policy_id BLOB NOT NULL REFERENCES signature_policies (id),
    area_id BLOB NOT NULL REFERENCES areas (id),
    PRIMARY KEY (policy_id, area_id)
) STRICT;
CREATE INDEX signature_policy_areas_area ON signature_policy_areas (area_id);

CREATE TABLE signature_policy_roles (
    policy_id BLOB NOT NULL REFERENCES signature_policies (id),
    role_id BLOB NOT NULL REFERENCES roles (id),
    PRIMARY KEY (policy_id, role_id)
) STRICT;
CREATE INDEX signature_policy_roles_role ON signature_policy_roles (role_id);

-- Every version that a policy had, as people saw it.
CREATE TABLE signature_policy_versions (
    policy_id BLOB NOT NULL REFERENCES signature_policies (id),
    version INTEGER NOT NULL,
    told TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (policy_id, version)
) STRICT;

-- Whether an application may send names and passwords of signers, typed in its own dialog.
ALTER TABLE applications ADD COLUMN own_dialog INTEGER NOT NULL DEFAULT 0;

-- A request outlives the application, the area and the station it was made for,
-- so they are not referred to.
CREATE TABLE signature_requests (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL,
    key TEXT NOT NULL,
    asked BLOB NOT NULL,
    policy_id BLOB NOT NULL REFERENCES signature_policies (id),
    policy_version INTEGER NOT NULL,
    action TEXT NOT NULL,
    area_id BLOB NOT NULL,
    object TEXT NOT NULL,
    folded TEXT NOT NULL,
    station_id BLOB,
    performer_id BLOB,
    record_id BLOB,
    link BLOB NOT NULL,
    state TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at INTEGER,
    ended_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (application_id, key)
) STRICT;
CREATE INDEX signature_requests_open ON signature_requests (id) WHERE ended_at IS NULL;
CREATE INDEX signature_requests_expiring ON signature_requests (expires_at) WHERE ended_at IS NULL;
CREATE INDEX signature_requests_application ON signature_requests (application_id, id);
CREATE INDEX signature_requests_object ON signature_requests (folded, id);
CREATE INDEX signature_requests_state ON signature_requests (state, id);

-- The chain of each request: signed texts, each bound to the one before.
CREATE TABLE signature_statements (
    request_id BLOB NOT NULL REFERENCES signature_requests (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    person_id BLOB,
    step INTEGER,
    station_id BLOB,
    PRIMARY KEY (request_id, number)
) STRICT;
CREATE INDEX signature_statements_at ON signature_statements (at) WHERE number > 0;
CREATE INDEX signature_statements_person ON signature_statements (person_id, at) WHERE person_id IS NOT NULL;

-- What is new is found by the sequence numbers of the events.
CREATE INDEX signature_statements_sequence ON signature_statements (sequence);

-- Where an application hears of its requests: one address each. The cursor is the
-- sequence number of the last event that was told.
CREATE TABLE webhooks (
    application_id BLOB NOT NULL PRIMARY KEY REFERENCES applications (id),
    url TEXT NOT NULL,
    authority TEXT,
    secret BLOB NOT NULL,
    cursor INTEGER NOT NULL,
    told_at INTEGER,
    failing_since INTEGER,
    failure TEXT,
    busy_until INTEGER NOT NULL,
    busy_node BLOB
) STRICT;

-- Time stamps (RFC 3161) of statements, as the authority answered.
CREATE TABLE signature_time_stamps (
    request_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    token BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (request_id, number),
    FOREIGN KEY (request_id, number) REFERENCES signature_statements (request_id, number)
) STRICT;

-- What is signed, in pieces, so that nobody holds a long record in memory.
CREATE TABLE signature_records (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    form TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used INTEGER NOT NULL -- 0: by no request, 1: by one, 2: its pieces are still coming
) STRICT;
CREATE INDEX signature_records_unused ON signature_records (created_at) WHERE used <> 1;

CREATE TABLE signature_record_parts (
    record_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (record_id, number)
) STRICT;

-- The public halves of all signature keys that there were.
CREATE TABLE signature_keys (
    id TEXT NOT NULL PRIMARY KEY,
    jwk TEXT NOT NULL,
    node_id BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER
) STRICT;

-- Who has acknowledged what a signature means to them (21 CFR Part 11, 11.10 (j)).
CREATE TABLE signature_acknowledgements (
    person_id BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    text_sha256 BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
