-- Ids are blobs of sixteen bytes, instants are milliseconds, kinds and states are the numbers that
-- the model gives them. A `place` is one integer: the tenant's number in the upper bits, then, for
-- objects, the kind, then a number that counts up. So the tenant stands first in every key, pages
-- of one tenant and kind lie together, and new rows go to the end.

-- The counters of a tenant. `number` is its last change; every commit writes this row, which keeps
-- change numbers free of gaps.
CREATE TABLE tenant (
    tenant_no INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    last_row INTEGER NOT NULL,
    users INTEGER NOT NULL,
    deleted_users INTEGER NOT NULL,
    groups INTEGER NOT NULL,
    deleted_groups INTEGER NOT NULL,
    chain BLOB NOT NULL
) STRICT;

-- `home` is the tenant's and the person's id, `receipt` the job's, the run's and the entry's.
-- `body` is the JSON object of all attributes that have no column.
CREATE TABLE object (
    place INTEGER PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    deleted INTEGER,
    home BLOB,
    receipt BLOB,
    user_principal_name TEXT,
    display_name TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX object_id ON object (tenant_no, id);
CREATE INDEX object_deleted ON object (place) WHERE deleted IS NOT NULL;

-- `value` is text, but for home identities, which are thirty-two bytes.
CREATE TABLE object_key (
    tenant_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value ANY NOT NULL,
    object BLOB NOT NULL,
    PRIMARY KEY (tenant_no, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge (
    tenant_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    from_id BLOB NOT NULL,
    to_id BLOB NOT NULL,
    PRIMARY KEY (tenant_no, kind, from_id, to_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX edge_to ON edge (tenant_no, kind, to_id, from_id);

-- `what` says how to read the two ends: an object and nothing, the two ends of an edge, or a
-- collection and a key.
CREATE TABLE change (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    what INTEGER NOT NULL,
    one ANY NOT NULL,
    other ANY
) STRICT;

CREATE TABLE document (
    tenant_no INTEGER NOT NULL,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_no, collection, key)
) STRICT, WITHOUT ROWID;

-- Who acted, once for all the entries that name them.
CREATE TABLE actor (
    actor_no INTEGER PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX actor_body ON actor (tenant_no, body);

-- `place` holds the number of the group's last change. An erased entry has no activity.
CREATE TABLE audit (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_no INTEGER NOT NULL,
    activity TEXT,
    target_kind TEXT,
    target ANY,
    detail TEXT,
    digest BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;

-- `token` is the highest fencing token that a commit into the tenant named for the job.
CREATE TABLE job (
    job_no INTEGER PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    id BLOB NOT NULL,
    token INTEGER NOT NULL,
    progress TEXT
) STRICT;
CREATE UNIQUE INDEX job_id ON job (tenant_no, id);

-- Entries are too long to lie in an index, so they have places of their own, counted by tenant.
CREATE TABLE journal (
    place INTEGER PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    job_no INTEGER NOT NULL,
    id BLOB NOT NULL,
    run BLOB NOT NULL,
    at INTEGER NOT NULL,
    action INTEGER NOT NULL,
    state INTEGER NOT NULL,
    source BLOB NOT NULL,
    name TEXT NOT NULL,
    target BLOB NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT
) STRICT;
CREATE UNIQUE INDEX journal_id ON journal (tenant_no, job_no, id);
-- Planned, open, held and staged: what is still to be done is found however long the log is.
CREATE INDEX journal_pending ON journal (tenant_no, job_no, state, id) WHERE state IN (1, 2, 5, 8);
-- Disables and removals that were done, for the brake.
CREATE INDEX journal_removal ON journal (tenant_no, job_no, at) WHERE state = 3 AND action IN (5, 6);

-- What an entry changes, apart from it: settling an entry then writes a short row again and not
-- this one.
CREATE TABLE journal_detail (
    place INTEGER PRIMARY KEY,
    modifications TEXT NOT NULL
) STRICT;

CREATE TABLE link (
    tenant_no INTEGER NOT NULL,
    job_no INTEGER NOT NULL,
    source BLOB NOT NULL,
    target BLOB NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (tenant_no, job_no, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_target ON link (tenant_no, job_no, target, state, source);

-- `object` is the object of the target that is waited for, or that holds the key waited for.
CREATE TABLE waiting (
    tenant_no INTEGER NOT NULL,
    job_no INTEGER NOT NULL,
    source BLOB NOT NULL,
    object BLOB,
    due INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_no, job_no, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_object ON waiting (tenant_no, job_no, object) WHERE object IS NOT NULL;
CREATE INDEX waiting_due ON waiting (tenant_no, job_no, due);

CREATE TABLE run (
    tenant_no INTEGER NOT NULL,
    job_no INTEGER NOT NULL,
    id BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_no, job_no, id)
) STRICT, WITHOUT ROWID;

-- One row, written by a flush: its commit makes the bulk commits before it durable.
CREATE TABLE flushed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    times INTEGER NOT NULL
) STRICT;
INSERT INTO flushed VALUES (1, 0);
