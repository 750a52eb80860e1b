-- Attributes that somebody asked "who holds this text" about. The list holds all objects up to the
-- place `filled`, and those behind it that were written since it was begun.
CREATE TABLE value_list (
    list_no INTEGER PRIMARY KEY,
    tenant_no INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    filled INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX value_list_attribute ON value_list (tenant_no, attribute);

-- Who holds which text, for objects that are not deleted. `value` is folded by the program, and
-- equal bytes are equal texts. `kind` is the bit of the object's place.
CREATE TABLE object_value (
    tenant_no INTEGER NOT NULL,
    list_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    object BLOB NOT NULL,
    PRIMARY KEY (tenant_no, list_no, kind, value, object)
) STRICT, WITHOUT ROWID;
