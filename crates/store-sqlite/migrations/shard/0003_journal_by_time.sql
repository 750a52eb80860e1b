-- The log by time: what is old enough to be forgotten, and a span of it that somebody looks for.
-- Entries come in order, so it only grows at its end.
CREATE INDEX journal_at ON journal (tenant_no, job_no, at);
