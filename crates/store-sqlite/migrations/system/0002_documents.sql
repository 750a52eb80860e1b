-- What the server keeps for itself and no tenant: its operators. `version` is the number of the audit
-- entry that tells of the last write.
CREATE TABLE document (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
