-- Entries about groups, and about members who join or leave them.
ALTER TABLE journal ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN member BLOB;
