-- The HTTP request that a group of writes was made for.
ALTER TABLE audit ADD COLUMN request TEXT;
