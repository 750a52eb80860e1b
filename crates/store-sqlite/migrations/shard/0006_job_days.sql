-- What a job came to on each day, counted from 1970-01-01, so that nobody has to walk the log for it.
CREATE TABLE job_day (
    tenant_no INTEGER NOT NULL,
    job_no INTEGER NOT NULL,
    day INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_no, job_no, day)
) STRICT, WITHOUT ROWID;
