-- What is true of the store as a whole; one row.
CREATE TABLE store (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch BLOB NOT NULL,
    boot INTEGER NOT NULL,
    shards INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT, so that rows which a removed tenant left behind are never taken for a new one's.
CREATE TABLE tenant (
    tenant_no INTEGER PRIMARY KEY AUTOINCREMENT,
    shard INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE domain (
    name TEXT NOT NULL PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Tenants that were removed and whose rows may still lie in a shard.
CREATE TABLE leftover (
    tenant_no INTEGER PRIMARY KEY,
    shard INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    entry TEXT,
    digest BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;
